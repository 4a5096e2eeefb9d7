"""All losses of one prediction at once: their values, their gradients, and a cliff."""

import math
from collections.abc import Sequence
from typing import Any

import traitlets

from medtutor._checks import checked_within
from medtutor.explore.common.widget import Explorer, source

AXES = {"probability": (0.001, 0.999), "logit": (-8.0, 8.0), "far logit": (-120.0, 120.0)}
"""What the prediction may be, and from where to where it goes."""

CURVES = ("mae", "mse", "huber", "crossentropy", "focal", "dice", "naive", "clipped")
"""Names of the curves; the last two are cross-entropy in float32, far out alone."""


class LossesExplorer(Explorer):
    """The widget that ``losses`` returns; the page computes, Python can read and set."""

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "losses/arithmetic.js",
        "losses/drawing.js",
        "losses/page.js",
    )
    _css = source("common/style.css", "losses/style.css")

    axis = traitlets.Enum(list(AXES), "probability").tag(sync=True)
    prediction = traitlets.Float(0.1).tag(sync=True)
    share = traitlets.Float(1.0).tag(sync=True)
    class_weights: traitlets.List[Any] = traitlets.List([1.0, 1.0]).tag(sync=True)
    delta = traitlets.Float(0.25).tag(sync=True)
    gamma = traitlets.Float(2.0).tag(sync=True)
    shown: traitlets.List[Any] = traitlets.List(list(CURVES)).tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        return (
            f"Losses explorer: values and gradients of {len(self.shown)} losses over the predicted "
            f"{self.axis} of class 1, now {self.prediction:g}; class 1 is true in "
            f"{self.share:.0%} of the cases."
        )


def losses(
    *,
    axis: str = "probability",
    prediction: float | None = None,
    share: float = 1.0,
    class_weights: Sequence[float] = (1.0, 1.0),
    delta: float = 0.25,
    gamma: float = 2.0,
    shown: Sequence[str] = CURVES,
) -> LossesExplorer:
    """Move a prediction and see the value and the gradient of every loss.

    There are two classes. Cross-entropy is then one curve under three names: binary,
    categorical and sparse categorical.

    Parameters
    ----------
    axis : {"probability", "logit", "far logit"}
        What the prediction is: the probability of class 1, or its logit, from -8 to 8 or
        from -120 to 120. Far out, cross-entropy is also drawn as a naive program and
        Keras' clipping compute it in float32.
    prediction : float, optional
        Where to begin; without it, a confident wrong answer.
    share : float, 0 to 1
        Share of class 1 among cases that all get this prediction; at 1 and 0 the curves are
        those of a single case, between them the mean of many.
    class_weights : two float, above 0
        Weights of class 0 and class 1. The mean divides by the number of cases.
    delta : float, above 0
        Of the Huber loss: from where on it grows like a straight line.
    gamma : float, 0 and up
        Of the focal loss: how much easy cases are played down.
    shown : sequence of str
        The curves to begin with, from ``CURVES``.

    Returns
    -------
    LossesExplorer
        A widget; everything in it works by keyboard and mouse, with or without a kernel.

    Raises
    ------
    ValueError
        For an unknown axis or curve, or a number outside its range.

    Notes
    -----
    Its arithmetic is that of ``medtutor.scratch``. Taught in lesson 05.
    """
    weights = _checked_weights(class_weights)
    share = checked_within("share", share, 0.0, 1.0)
    return LossesExplorer(
        axis=_checked_axis(axis),
        prediction=_checked_prediction(axis, prediction, share),
        share=share,
        class_weights=weights,
        delta=checked_within("delta", delta, 1e-3, math.inf),
        gamma=checked_within("gamma", gamma, 0.0, 100.0),
        shown=_checked_curves(shown),
    )


def _checked_axis(axis: str) -> str:
    if axis not in AXES:
        raise ValueError(f"axis is {axis!r}; give one of {', '.join(map(repr, AXES))}")
    return axis


def _checked_prediction(axis: str, prediction: float | None, share: float) -> float:
    low, high = AXES[_checked_axis(axis)]
    if prediction is None:
        tenth = low + 0.1 * (high - low)
        return round(tenth if share >= 0.5 else low + high - tenth, 2)
    return checked_within("prediction", prediction, low, high)


def _checked_weights(weights: Sequence[float]) -> list[float]:
    if isinstance(weights, (str, dict)) or not hasattr(weights, "__len__") or len(weights) != 2:
        raise ValueError(f"class_weights is {weights!r}; give two numbers, class 0 first")
    return [checked_within("a class weight", weight, 1e-3, 1e3) for weight in weights]


def _checked_curves(shown: Sequence[str]) -> list[str]:
    names = [shown] if isinstance(shown, str) else list(shown)
    unknown = [name for name in names if name not in CURVES]
    if unknown:
        raise ValueError(f"shown holds {unknown[0]!r}; there are {', '.join(CURVES)}")
    return [name for name in CURVES if name in names]

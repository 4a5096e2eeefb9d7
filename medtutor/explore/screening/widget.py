"""A thousand people who are screened: whom the test finds, misses and alarms."""

from typing import Any

import numpy as np
import traitlets
from sklearn.metrics import roc_auc_score, roc_curve

from medtutor._checks import checked_within
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.screening.scene import RANGES, logits_of, screening_scene, screening_words


class ScreeningExplorer(Explorer):
    """The widget that ``screening`` returns; it computes in the page, with no kernel needed.

    ``prevalence``, ``threshold`` and ``temperature`` can be read and set from Python.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "common/square.js",
        "common/sliders.js",
        "screening/arithmetic.js",
        "screening/words.js",
        "screening/drawing.js",
        "screening/page.js",
    )
    _css = source("common/style.css", "screening/style.css")

    labels: traitlets.List[Any] = traitlets.List().tag(sync=True)
    logits: traitlets.List[Any] = traitlets.List().tag(sync=True)
    roc: traitlets.List[Any] = traitlets.List().tag(sync=True)
    auc = traitlets.Float().tag(sync=True)
    prevalence = traitlets.Float(min=0.005, max=0.5).tag(sync=True)
    threshold = traitlets.Float(min=0.01, max=0.99).tag(sync=True)
    temperature = traitlets.Float(min=0.25, max=4.0).tag(sync=True)

    def scene(self) -> dict[str, Any]:
        """Return what is seen, as ``screening_scene`` gives it."""
        prob = 1 / (1 + np.exp(-np.asarray(self.logits)))
        settings = (self.prevalence, self.threshold, self.temperature)
        return screening_scene(self.labels, prob, *settings)

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        settings = ", ".join(f"{name} {getattr(self, name):.3g}" for name in RANGES)
        words = screening_words(self.scene())
        return f"Screening explorer: {settings}, AUC {self.auc:.3f}. {words}"


def screening(
    y_true: Any,
    y_prob: Any,
    *,
    prevalence: float = 0.08,
    threshold: float = 0.5,
    temperature: float = 1.0,
) -> ScreeningExplorer:
    """Screen 1,000 people: move prevalence, threshold and temperature, and see who is alarmed.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        1 is sick; both must occur.
    y_prob : array (N,) or (N, 1)
        Probability of sick, such as a network gives for test images.
    prevalence, threshold, temperature : float
        Where to begin: 0.005 to 0.5, 0.01 to 0.99, 0.25 to 4.

    Returns
    -------
    ScreeningExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        As :func:`medtutor.explore.screening.screening_scene`.

    Notes
    -----
    Taught in lesson 11.
    """
    settings = {"prevalence": prevalence, "threshold": threshold, "temperature": temperature}
    for name, value in settings.items():
        settings[name] = checked_within(name, value, *RANGES[name])
    labels, logits = logits_of(y_true, y_prob)
    false_alarms, sensitivity, _ = roc_curve(labels, logits)
    return ScreeningExplorer(
        labels=labels.tolist(),
        logits=np.round(logits, 6).tolist(),
        roc=np.stack([false_alarms, sensitivity], axis=1).round(5).tolist(),
        auc=float(roc_auc_score(labels, logits)),
        **settings,
    )

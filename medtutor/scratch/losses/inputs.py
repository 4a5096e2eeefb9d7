"""What labels and predictions have to be like, for each kind of loss."""

from typing import Any

import numpy as np

from medtutor.scratch.checks import floats

# Keras' keras.config.epsilon(): a probability of 0 would have an infinite logarithm.
EPSILON = 1e-7

_ROUNDING = 1e-5


def clipped(p: np.ndarray) -> np.ndarray:
    """Return the probabilities with a distance of at least EPSILON to 0 and 1."""
    return np.clip(p, EPSILON, 1 - EPSILON)


def is_unclipped(p: np.ndarray) -> np.ndarray:
    """Return where :func:`clipped` changes nothing, so that a gradient gets through."""
    return (p >= EPSILON) & (p <= 1 - EPSILON)


def same_shapes(y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return both as floats of ``y_pred``'s dtype, after a check of their shapes.

    Raises
    ------
    ValueError
        For predictions that aren't floats, have fewer than two axes or no outputs, for labels
        that aren't numbers, and for shapes that differ.
    """
    y_true, y_pred = np.asarray(y_true), floats("y_pred", y_pred)
    if y_pred.ndim < 2 or y_pred.shape[-1] == 0:
        raise ValueError(
            f"y_pred has shape {y_pred.shape}; expected axes (N, ..., outputs): for one output an "
            "image give y_pred[:, None], and y_true likewise"
        )
    if y_true.dtype.kind not in "biuf":
        raise ValueError(f"y_true is {y_true.dtype}; give numbers")
    if y_true.shape != y_pred.shape:
        raise ValueError(
            f"y_true has shape {y_true.shape}, y_pred {y_pred.shape}; the two should be equal"
        )
    return y_true.astype(y_pred.dtype, copy=False), y_pred


def fractions(y_true: Any, y_pred: Any, from_logits: bool) -> tuple[np.ndarray, np.ndarray]:
    """Do :func:`same_shapes`, for labels between 0 and 1 and probabilities or scores.

    Raises
    ------
    ValueError
        As :func:`same_shapes`, for labels outside 0 to 1, and as :func:`check_probabilities`.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    if y_true.size and not (y_true.min() >= 0 and y_true.max() <= 1):
        raise ValueError(
            f"labels (y_true of shape {y_true.shape}) run from {y_true.min():g} to "
            f"{y_true.max():g}; give labels from 0 to 1"
        )
    check_probabilities(y_pred, from_logits)
    return y_true, y_pred


def check_probabilities(y_pred: np.ndarray, from_logits: bool) -> None:
    """Raise where what should be probabilities is not between 0 and 1; NaN passes."""
    if from_logits or not y_pred.size:
        return
    lowest, highest = y_pred.min(), y_pred.max()
    if lowest < -_ROUNDING or highest > 1 + _ROUNDING:
        raise ValueError(
            f"y_pred of shape {y_pred.shape} runs from {lowest:g} to {highest:g}; probabilities "
            "lie between 0 and 1: for scores say from_logits=True, where the loss takes them"
        )

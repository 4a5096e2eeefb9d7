"""Cross-entropy of several classes, the labels given as rows of class probabilities."""

from typing import Any

import numpy as np

from medtutor.scratch.losses.inputs import (
    clipped,
    fractions,
    is_unclipped,
)
from medtutor.scratch.losses.reduction import Loss, grad_of_losses, reduced


def categorical_crossentropy(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Cross-entropy between rows of class probabilities and predicted scores or probabilities.

    .. math:: L_n = -\sum_k t_{n,k} \log p_{n,k}, \qquad p = \mathrm{softmax}(z)

    Parameters
    ----------
    y_true : array (N, ..., C) of numbers from 0 to 1
        One row an image (or pixel), t in the formula; its sum is 1. A 1 in one place ("one-hot")
        names a class.
    y_pred : array (N, ..., C), float32 or float64
        Probabilities p; or, with ``from_logits=True``, the scores z before softmax.
        As in Keras, probabilities are divided by their sum and clipped to 1e-7 ... 1 - 1e-7.
    from_logits : bool
        What ``y_pred`` holds. Scores are the more exact way.
    sample_weight, reduction
        See :func:`medtutor.scratch.losses.reduction.reduced`.

    Returns
    -------
    a number, or an array (N, ...) for ``reduction="none"``
        0 and up.

    Raises
    ------
    ValueError
        For shapes that differ, a single class, rows of labels whose sum is not 1, probabilities
        outside 0 to 1, or an unknown reduction.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3. Taught in lesson 05.
    """
    t, y_pred = _checked_rows(y_true, y_pred, from_logits)
    log_p = log_softmax(y_pred) if from_logits else np.log(clipped(_normalised(y_pred)))
    return reduced(-(t * log_p).sum(axis=-1), sample_weight, reduction)


def categorical_crossentropy_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`categorical_crossentropy` with respect to ``y_pred``.

    .. math::
        \frac{\partial L_n}{\partial z_{n,k}} = p_{n,k} - t_{n,k} \qquad
        \frac{\partial L_n}{\partial p_{n,k}} = 1 - \frac{t_{n,k}}{p_{n,k}}

    The second form is for probabilities; its 1 comes from the division by their sum.

    Parameters
    ----------
    grad : number, or array (N, ...) for ``reduction="none"``
        Gradient with respect to the loss; 1 where the loss is the last step.
    y_true, y_pred, from_logits, sample_weight, reduction
        As they were given to :func:`categorical_crossentropy`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`categorical_crossentropy`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    t, y_pred = _checked_rows(y_true, y_pred, from_logits)
    if from_logits:
        slopes = np.exp(log_softmax(y_pred)) - t
    else:
        p = _normalised(y_pred)
        slopes = _slopes_before_division(np.where(is_unclipped(p), -t / clipped(p), 0), y_pred)
    each = grad_of_losses(grad, y_pred[..., 0], sample_weight, reduction)
    return slopes * each[..., None]


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Return the logarithm of softmax, exact also where softmax itself would be 0."""
    # The largest score is taken off first: the result is the same, and e^z can't overflow.
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _normalised(probabilities: np.ndarray) -> np.ndarray:
    return probabilities / probabilities.sum(axis=-1, keepdims=True)


def _slopes_before_division(slopes: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Take slopes with respect to the normalised probabilities back to ``y_pred``."""
    sums = y_pred.sum(axis=-1, keepdims=True)
    return (slopes - (slopes * _normalised(y_pred)).sum(axis=-1, keepdims=True)) / sums


def _checked_rows(y_true: Any, y_pred: Any, from_logits: bool) -> tuple[np.ndarray, np.ndarray]:
    if np.ndim(y_true) == np.ndim(y_pred) - 1:
        raise ValueError(
            f"y_true has shape {np.shape(y_true)}, y_pred {np.shape(y_pred)}; class numbers go "
            "to sparse_categorical_crossentropy; this loss takes one row of C numbers an image"
        )
    y_true, y_pred = fractions(y_true, y_pred, from_logits)
    check_classes(y_pred)
    sums = y_true.sum(axis=-1)
    if not np.allclose(sums, 1, rtol=0, atol=1e-3):
        raise ValueError(
            f"rows of y_true (shape {y_true.shape}) sum to {sums.min():g} ... {sums.max():g}; "
            "each should sum to 1"
        )
    if not from_logits and (y_pred.sum(axis=-1) == 0).any():
        raise ValueError(f"y_pred of shape {y_pred.shape} has rows of zeros: no probabilities")
    return y_true, y_pred


def check_classes(y_pred: np.ndarray) -> None:
    """Raise where there are less than two classes."""
    if y_pred.shape[-1] < 2:
        raise ValueError(
            f"y_pred has shape {y_pred.shape}: of one class, softmax always makes 1; for a single "
            "yes-or-no output use binary_crossentropy"
        )

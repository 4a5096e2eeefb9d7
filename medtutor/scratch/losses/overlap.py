"""Dice loss: how little a predicted mask and the true one overlap."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.scratch.losses.inputs import EPSILON, fractions
from medtutor.scratch.losses.reduction import Loss, grad_of_losses, reduced

Axes = int | Sequence[int] | None


def dice(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    axis: Axes = None,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Soft Dice loss, as ``keras.losses.Dice``.

    .. math:: L = 1 - \frac{2 \sum t\, p}{\sum t + \sum p + \epsilon}

    Parameters
    ----------
    y_true : array (N, H, W, C), or of any shape, of numbers from 0 to 1
        True masks, t in the formula.
    y_pred : array of the same shape, float32 or float64
        Probabilities p, as a sigmoid or softmax gives them.
    axis : int or tuple of int, optional
        What the sums run over. Without it everything, as in Keras: one loss for the whole batch,
        in which a large lesion hides a small one. ``(1, 2, 3)`` gives one loss an image.
    sample_weight, reduction
        See :func:`medtutor.scratch.losses.reduction.reduced`; the losses have the axes that
        are not summed over.

    Returns
    -------
    a number, or an array for ``reduction="none"``
        Between 0 and 1. Where neither mask has a pixel it is 1, though nothing is wrong: 2 ·
        0 / epsilon; so in Keras, with its epsilon of 1e-7.

    Raises
    ------
    ValueError
        For shapes that differ, labels or probabilities outside 0 to 1, an unknown reduction, or
        weights of another shape than the losses.

    Notes
    -----
    Milletari, Navab & Ahmadi 2016, arXiv:1606.04797, section 3; there with squares in the
    denominator, which Keras does not have. Taught in lesson 05.
    """
    t, p = fractions(y_true, y_pred, from_logits=False)
    overlap, total = _sums(t, p, axis)
    losses = 1 - 2 * overlap / total
    return reduced(losses.squeeze(_as_tuple(axis, p)), sample_weight, reduction)


def dice_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    axis: Axes = None,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`dice` with respect to ``y_pred``: the quotient rule.

    .. math:: \frac{\partial L}{\partial p} = 2\, \frac{\sum t\, p - t\, s}{s^2}, \qquad
        s = \sum t + \sum p + \epsilon

    Parameters
    ----------
    grad : number, or array of the losses' shape for ``reduction="none"``
        Gradient with respect to the loss; 1 where the loss is the last step.
    y_true, y_pred, axis, sample_weight, reduction
        As they were given to :func:`dice`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`dice`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the quotient rule, applied to the formula of the loss. Taught in lesson 05.
    """
    t, p = fractions(y_true, y_pred, from_logits=False)
    overlap, total = _sums(t, p, axis)
    axes = _as_tuple(axis, p)
    each = grad_of_losses(grad, total.squeeze(axes), sample_weight, reduction)
    return 2 * (overlap - t * total) / total**2 * np.expand_dims(each, axes)


def _sums(t: np.ndarray, p: np.ndarray, axis: Axes) -> tuple[np.ndarray, np.ndarray]:
    """Return the overlap and the sum of both masks; summed axes stay, with length 1."""
    axes = _as_tuple(axis, p)
    overlap = (t * p).sum(axis=axes, keepdims=True)
    return overlap, t.sum(axis=axes, keepdims=True) + p.sum(axis=axes, keepdims=True) + EPSILON


def _as_tuple(axis: Any, p: np.ndarray) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(p.ndim))
    axes = tuple(axis) if isinstance(axis, Sequence) else (axis,)
    if not all(-p.ndim <= each < p.ndim for each in axes):
        raise ValueError(f"axis is {axis}, but y_pred of shape {p.shape} has {p.ndim} axes")
    return axes

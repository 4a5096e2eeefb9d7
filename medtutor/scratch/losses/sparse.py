"""Cross-entropy of several classes, the labels given as class numbers."""

from typing import Any

import numpy as np

from medtutor.scratch.checks import floats
from medtutor.scratch.losses.categorical import check_classes, log_softmax
from medtutor.scratch.losses.inputs import check_probabilities, clipped, is_unclipped
from medtutor.scratch.losses.reduction import Loss, grad_of_losses, reduced


def sparse_categorical_crossentropy(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Cross-entropy between class numbers and predicted scores or probabilities.

    .. math:: L_n = -\log p_{n, t_n}, \qquad p = \mathrm{softmax}(z)

    Parameters
    ----------
    y_true : array (N,) or (N, ...) of whole numbers
        Class of each image (or pixel), 0 to C - 1; t in the formula.
    y_pred : array (N, ..., C), float32 or float64
        Probabilities p; or, with ``from_logits=True``, the scores z before softmax.
        As in Keras, probabilities are clipped to 1e-7 ... 1 - 1e-7 and divided by their sum.
    from_logits : bool
        What ``y_pred`` holds. Scores are the more exact way.
    sample_weight, reduction
        See :func:`medtutor.scratch.losses.reduction.reduced`.

    Returns
    -------
    a number, or an array of the shape of ``y_true`` for ``reduction="none"``
        0 and up.

    Raises
    ------
    ValueError
        For shapes that don't match, a single class, labels outside 0 to C - 1, probabilities
        outside 0 to 1, or an unknown reduction.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3. Taught in lesson 05.
    """
    t, y_pred = _checked_numbers(y_true, y_pred, from_logits)
    log_p = log_softmax(y_pred if from_logits else np.log(clipped(y_pred)))
    losses = -np.take_along_axis(log_p, t[..., None], axis=-1)[..., 0]
    return reduced(losses, sample_weight, reduction)


def sparse_categorical_crossentropy_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`sparse_categorical_crossentropy` with respect to ``y_pred``.

    .. math::
        \frac{\partial L_n}{\partial z_{n,k}} = p_{n,k} - [k = t_n] \qquad
        \frac{\partial L_n}{\partial p_{n,k}} = 1 - \frac{[k = t_n]}{p_{n,k}}

    The second form is for probabilities; its 1 comes from the division by their sum.

    Parameters
    ----------
    grad : number, or array of the shape of ``y_true`` for ``reduction="none"``
        Gradient with respect to the loss; 1 where the loss is the last step.
    y_true, y_pred, from_logits, sample_weight, reduction
        As they were given to :func:`sparse_categorical_crossentropy`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`sparse_categorical_crossentropy`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    t, y_pred = _checked_numbers(y_true, y_pred, from_logits)
    is_class = t[..., None] == np.arange(y_pred.shape[-1])
    p = np.exp(log_softmax(y_pred if from_logits else np.log(clipped(y_pred))))
    slopes = p - is_class
    if not from_logits:
        slopes = np.where(is_unclipped(y_pred), slopes / clipped(y_pred), 0)
    each = grad_of_losses(grad, y_pred[..., 0], sample_weight, reduction)
    return slopes * each[..., None]


def _checked_numbers(y_true: Any, y_pred: Any, from_logits: bool) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = np.asarray(y_true), floats("y_pred", y_pred)
    if y_pred.ndim < 2:
        raise ValueError(f"y_pred has shape {y_pred.shape}; expected axes (N, ..., classes)")
    check_classes(y_pred)
    if y_true.shape == y_pred.shape:
        raise ValueError(
            f"y_true has shape {y_true.shape}, y_pred too; rows of numbers go to "
            "categorical_crossentropy; this loss takes one class number an image"
        )
    if not np.issubdtype(y_true.dtype, np.integer):
        raise ValueError(f"y_true is {y_true.dtype}; give whole numbers: y_true.astype(int)")
    if y_true.shape != y_pred.shape[:-1]:
        raise ValueError(
            f"y_true has shape {y_true.shape}, y_pred {y_pred.shape}; y_true should have shape "
            f"{y_pred.shape[:-1]}: one class number for each row of y_pred"
        )
    n_classes = y_pred.shape[-1]
    if y_true.size and not (y_true.min() >= 0 and y_true.max() < n_classes):
        raise ValueError(
            f"labels run from {y_true.min()} to {y_true.max()}, but y_pred has {n_classes} "
            f"classes; labels should lie between 0 and {n_classes - 1}"
        )
    check_probabilities(y_pred, from_logits)
    return y_true, y_pred

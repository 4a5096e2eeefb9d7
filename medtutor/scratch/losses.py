"""Losses: one number that says how wrong the predictions are, and its gradient."""

from typing import Any

import numpy as np

from medtutor.scratch.checks import floats

# Keras' keras.config.epsilon(): a probability of 0 would have an infinite logarithm.
_EPSILON = 1e-7


def sparse_categorical_crossentropy(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str = "mean",
) -> np.ndarray | np.floating[Any]:
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
    sample_weight : array (N,) or of the shape of ``y_true``, optional
        Each loss is multiplied by its weight.
    reduction : {"mean", "sum", "none"}
        "mean" divides by the number of losses, not by the sum of weights, as in Keras.

    Returns
    -------
    a number, or an array of the shape of ``y_true`` for ``reduction="none"``
        0 and up.

    Raises
    ------
    ValueError
        For shapes that don't match, labels outside 0 to C - 1, or an unknown reduction.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3. Taught in lesson 05.
    """
    y_true, y_pred = _checked(y_true, y_pred)
    log_p = _log_probabilities(y_pred, from_logits)
    losses = -np.take_along_axis(log_p, y_true[..., None], axis=-1)[..., 0]
    if sample_weight is not None:
        losses = losses * _weights(sample_weight, y_pred)
    return _reduced(losses, reduction)


def sparse_categorical_crossentropy_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str = "mean",
) -> np.ndarray:
    r"""Gradient with respect to ``y_pred`` of :func:`sparse_categorical_crossentropy`.

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
    y_true, y_pred = _checked(y_true, y_pred)
    p = np.exp(_log_probabilities(y_pred, from_logits))
    is_class = y_true[..., None] == np.arange(y_pred.shape[-1])
    slope = p - is_class
    if not from_logits:
        inside = (y_pred >= _EPSILON) & (y_pred <= 1 - _EPSILON)
        slope = np.where(inside, slope / _clipped(y_pred), 0)
    scale = _loss_grad(grad, y_true, reduction)
    if sample_weight is not None:
        scale = scale * _weights(sample_weight, y_pred)
    return (slope * scale[..., None]).astype(y_pred.dtype, copy=False)


def _log_probabilities(y_pred: np.ndarray, from_logits: bool) -> np.ndarray:
    scores = y_pred if from_logits else np.log(_clipped(y_pred))
    # log softmax, with the largest score taken off first so that nothing overflows.
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _clipped(probabilities: np.ndarray) -> np.ndarray:
    return np.clip(probabilities, _EPSILON, 1 - _EPSILON)


def _reduced(losses: np.ndarray, reduction: str) -> np.ndarray | np.floating[Any]:
    _check_reduction(reduction)
    if reduction == "none":
        return losses
    return losses.mean() if reduction == "mean" else losses.sum()


def _loss_grad(grad: float | np.ndarray, y_true: np.ndarray, reduction: str) -> np.ndarray:
    """Spread the gradient of the reduced loss over the single losses."""
    _check_reduction(reduction)
    expected = y_true.shape if reduction == "none" else ()
    if np.shape(grad) != expected:
        raise ValueError(
            f"grad has shape {np.shape(grad)}; expected {expected}, as the loss has with "
            f'reduction="{reduction}"'
        )
    share = y_true.size if reduction == "mean" else 1
    return np.broadcast_to(np.asarray(grad) / share, y_true.shape)


def _check_reduction(reduction: str) -> None:
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f'reduction is {reduction!r}; give "mean", "sum" or "none"')


def _weights(sample_weight: Any, y_pred: np.ndarray) -> np.ndarray:
    weights = np.asarray(sample_weight, dtype=y_pred.dtype)
    shape = y_pred.shape[:-1]
    if weights.shape not in (shape, shape[:1]):
        raise ValueError(
            f"sample_weight has shape {weights.shape}; expected {shape[:1]}, one weight an image, "
            f"or {shape}, one weight a loss"
        )
    return weights.reshape(weights.shape + (1,) * (len(shape) - weights.ndim))


def _checked(y_true: Any, y_pred: Any) -> tuple[np.ndarray, np.ndarray]:
    y_true, y_pred = np.asarray(y_true), floats("y_pred", y_pred)
    if y_pred.ndim < 2:
        raise ValueError(f"y_pred has shape {y_pred.shape}; expected axes (N, ..., classes)")
    if not np.issubdtype(y_true.dtype, np.integer):
        raise ValueError(f"y_true is {y_true.dtype}; give whole numbers: y_true.astype(int)")
    if y_true.shape != y_pred.shape[:-1]:
        raise ValueError(
            f"y_true has shape {y_true.shape}, y_pred {y_pred.shape}; y_true should have shape "
            f"{y_pred.shape[:-1]}: one class number for each row of probabilities"
        )
    n_classes = y_pred.shape[-1]
    if y_true.size and not (y_true.min() >= 0 and y_true.max() < n_classes):
        raise ValueError(
            f"labels run from {y_true.min()} to {y_true.max()}, but y_pred has {n_classes} "
            f"classes; labels should lie between 0 and {n_classes - 1}"
        )
    return y_true, y_pred

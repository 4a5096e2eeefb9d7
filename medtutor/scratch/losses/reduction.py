"""From the losses of all images to one number, and the way back; as ``keras.losses.Loss``."""

from typing import Any

import numpy as np

Loss = np.ndarray | np.floating[Any]

_REDUCTIONS = ("mean", "sum_over_batch_size", "mean_with_sample_weight", "sum", "none", None)


def reduced(losses: np.ndarray, sample_weight: Any, reduction: str | None) -> Loss:
    r"""Weight the losses and make one number of them.

    .. math:: L = \frac{1}{m} \sum_n w_n L_n

    Parameters
    ----------
    losses : array (N,) or (N, ...)
        One loss for each image, or for each pixel.
    sample_weight : array (N,) or of the shape of ``losses``, optional
        w in the formula; 1 without it.
    reduction : {"mean", "mean_with_sample_weight", "sum", "none"}
        What m is: the number of losses, the sum of the weights, or 1; "none" leaves the losses
        as they are. Keras' other names are "sum_over_batch_size" for "mean" and None for "none".

    Raises
    ------
    ValueError
        For an unknown reduction, weights of another shape, and a mean of nothing.

    Notes
    -----
    Keras' class ``Loss``. Its "mean" divides by the number of losses also where there are
    weights. Taught in lesson 05.
    """
    weights = _weights(sample_weight, losses)
    if _is_none(reduction):
        return losses * weights
    return (losses * weights).sum() / _divisor(weights, reduction)


def grad_of_losses(
    grad: float | np.ndarray, losses: np.ndarray, sample_weight: Any, reduction: str | None
) -> np.ndarray:
    r"""Gradient with respect to each single loss of :func:`reduced`.

    .. math:: \frac{\partial L}{\partial L_n} = g\, \frac{w_n}{m}

    Parameters
    ----------
    grad : number, or array of the shape of ``losses`` for ``reduction="none"``
        g in the formula.
    losses, sample_weight, reduction
        As they were given to :func:`reduced`; only the shape and dtype of ``losses`` matter.

    Raises
    ------
    ValueError
        As :func:`reduced`, and where ``grad`` has another shape than the loss.
    """
    weights = _weights(sample_weight, losses)
    expected = losses.shape if _is_none(reduction) else ()
    if np.shape(grad) != expected:
        raise ValueError(
            f"grad has shape {np.shape(grad)}; expected {expected}, as the loss has with "
            f"reduction={reduction!r}"
        )
    m = 1 if _is_none(reduction) else _divisor(weights, reduction)
    return (np.asarray(grad) * weights / m).astype(losses.dtype, copy=False)


def reduced_over_outputs(errors: np.ndarray, sample_weight: Any, reduction: str | None) -> Loss:
    """Take the mean over the outputs of each image, and do :func:`reduced` with these means.

    ``errors`` (N, ..., K) are those of the K single outputs.
    """
    return reduced(errors.sum(axis=-1) / errors.shape[-1], sample_weight, reduction)


def share_among_outputs(
    grad: float | np.ndarray, slopes: np.ndarray, sample_weight: Any, reduction: str | None
) -> np.ndarray:
    """Go the way back through :func:`reduced_over_outputs`.

    ``slopes`` (N, ..., K) are the derivatives of each output's own error.
    """
    each = grad_of_losses(grad, slopes[..., 0], sample_weight, reduction)
    return slopes * each[..., None] / slopes.shape[-1]


def _is_none(reduction: str | None) -> bool:
    if reduction not in _REDUCTIONS:
        raise ValueError(f"reduction is {reduction!r}; give one of {_REDUCTIONS}")
    return reduction in ("none", None)


def _divisor(weights: np.ndarray, reduction: str | None) -> Any:
    if reduction == "sum":
        return 1
    divisor = weights.sum() if reduction == "mean_with_sample_weight" else weights.size
    if divisor == 0:
        raise ValueError(
            f"there is no mean of losses of shape {weights.shape} whose weights sum to "
            f'{weights.sum():g}; give images, or reduction="sum"'
        )
    return divisor


def _weights(sample_weight: Any, losses: np.ndarray) -> np.ndarray:
    """Return one weight for each loss."""
    weights = np.asarray(1 if sample_weight is None else sample_weight, dtype=losses.dtype)
    shape = losses.shape
    if sample_weight is not None and weights.shape not in (shape, shape[:1]):
        raise ValueError(
            f"sample_weight has shape {weights.shape}; expected {shape[:1]}, one weight an image, "
            f"or {shape}, one weight a loss"
        )
    # (N,) becomes (N, 1, 1 ...), so that all losses of an image get its weight.
    return np.broadcast_to(
        weights.reshape(weights.shape + (1,) * (len(shape) - weights.ndim)), shape
    )

"""Losses for numbers: absolute error, squared error, and Huber's loss between the two.

All take the mean over the last axis, the outputs of one image: ``losses`` has one axis less.
"""

import numpy as np

from medtutor._checks import number
from medtutor.scratch.losses.inputs import same_shapes
from medtutor.scratch.losses.reduction import Loss, reduced_over_outputs, share_among_outputs


def mae(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Mean absolute error.

    .. math:: L_n = \frac{1}{K} \sum_k |e_{n,k}|, \qquad e = \hat y - y

    Parameters
    ----------
    y_true : array (N, ..., K) of numbers
        What is right, y in the formula.
    y_pred : array (N, ..., K), float32 or float64
        What is predicted.
    sample_weight, reduction
        See :func:`medtutor.scratch.losses.reduction.reduced`.

    Returns
    -------
    a number, or an array (N, ...) for ``reduction="none"``
        0 and up, in the unit of ``y_pred``.

    Raises
    ------
    ValueError
        For shapes that differ, fewer than two axes, or an unknown reduction.

    Notes
    -----
    Hastie, Tibshirani & Friedman 2009, The Elements of Statistical Learning, section 10.6.
    Taught in lesson 05.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    return reduced_over_outputs(np.abs(y_pred - y_true), sample_weight, reduction)


def mae_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`mae` with respect to ``y_pred``.

    .. math:: \frac{\partial L_n}{\partial \hat y_{n,k}} = \frac{1}{K} \operatorname{sign} e_{n,k}

    Where the error is exactly 0 and there is no derivative, it is 0, as in TensorFlow.

    Parameters
    ----------
    grad : number, or array (N, ...) for ``reduction="none"``
        Gradient with respect to the loss; 1 where the loss is the last step.
    y_true, y_pred, sample_weight, reduction
        As they were given to :func:`mae`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`mae`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    return share_among_outputs(grad, np.sign(y_pred - y_true), sample_weight, reduction)


def mse(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Mean squared error.

    .. math:: L_n = \frac{1}{K} \sum_k e_{n,k}^2, \qquad e = \hat y - y

    Parameters
    ----------
    y_true, y_pred, sample_weight, reduction
        As for :func:`mae`.

    Returns
    -------
    a number, or an array (N, ...) for ``reduction="none"``
        0 and up, in the squared unit of ``y_pred``.

    Raises
    ------
    ValueError
        For shapes that differ, fewer than two axes, or an unknown reduction.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 5.1.4. Taught in lesson 05.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    return reduced_over_outputs((y_pred - y_true) ** 2, sample_weight, reduction)


def mse_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`mse` with respect to ``y_pred``.

    .. math:: \frac{\partial L_n}{\partial \hat y_{n,k}} = \frac{2}{K}\, e_{n,k}

    Parameters
    ----------
    grad, y_true, y_pred, sample_weight, reduction
        As for :func:`mae_grad`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`mse`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    return share_among_outputs(grad, 2 * (y_pred - y_true), sample_weight, reduction)


def huber(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    delta: float = 1.0,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Huber's loss: squared for small errors, absolute for large ones.

    .. math:: L_n = \frac{1}{K} \sum_k
        \begin{cases}
            \frac{1}{2} e_{n,k}^2 & \text{where } |e_{n,k}| \le \delta \\
            \delta\, |e_{n,k}| - \frac{1}{2} \delta^2 & \text{elsewhere}
        \end{cases}

    Parameters
    ----------
    delta : float
        The error at which the one goes over into the other, above 0, in the unit of ``y_pred``.
    y_true, y_pred, sample_weight, reduction
        As for :func:`mae`.

    Returns
    -------
    a number, or an array (N, ...) for ``reduction="none"``
        0 and up, in the squared unit of ``y_pred``.

    Raises
    ------
    ValueError
        For shapes that differ, fewer than two axes, an unknown reduction, or a delta of 0 or less.

    Notes
    -----
    Huber 1964, https://doi.org/10.1214/aoms/1177703732. Taught in lesson 05.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    delta = number("delta", delta, above=True)
    size = np.abs(y_pred - y_true)
    losses = np.where(size <= delta, size**2 / 2, delta * size - delta**2 / 2)
    return reduced_over_outputs(losses, sample_weight, reduction)


def huber_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    delta: float = 1.0,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`huber` with respect to ``y_pred``: the error, clipped.

    .. math:: \frac{\partial L_n}{\partial \hat y_{n,k}} =
        \frac{1}{K} \max(-\delta, \min(\delta, e_{n,k}))

    Parameters
    ----------
    delta
        As it was given to :func:`huber`.
    grad, y_true, y_pred, sample_weight, reduction
        As for :func:`mae_grad`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`huber`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    y_true, y_pred = same_shapes(y_true, y_pred)
    delta = number("delta", delta, above=True)
    return share_among_outputs(
        grad, np.clip(y_pred - y_true, -delta, delta), sample_weight, reduction
    )

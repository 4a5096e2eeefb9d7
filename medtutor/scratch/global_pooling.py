"""Global pooling, forward and backward: one number is left of each feature map."""

from typing import Any

import numpy as np

from medtutor.scratch.checks import checked_grad, floats


def global_avg_pool2d(x: np.ndarray) -> np.ndarray:
    r"""Take the mean of every feature map.

    .. math:: y_{n,c} = \frac{1}{H W} \sum_{i,j} x_{n,i,j,c}

    Parameters
    ----------
    x : array (N, H, W, C), float32 or float64
        Images or feature maps.

    Returns
    -------
    array (N, C)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, or images without a pixel.

    Notes
    -----
    Lin, Chen & Yan 2014, arXiv:1312.4400, section 3.2. Taught in lesson 03.
    """
    # Over rows, then over columns: the same mean, several times as fast in NumPy as both at once.
    return _images(x).mean(axis=1).mean(axis=1)


def global_avg_pool2d_grad(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`global_avg_pool2d`.

    .. math:: \frac{\partial L}{\partial x_{n,i,j,c}} = \frac{g_{n,c}}{H W}

    Parameters
    ----------
    grad : array (N, C)
        Gradient of the loss with respect to the output, g in the formula.
    x : array (N, H, W, C)
        As it was given to :func:`global_avg_pool2d`; only its shape matters.

    Returns
    -------
    array (N, H, W, C)

    Raises
    ------
    ValueError
        As :func:`global_avg_pool2d`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    From the chain rule, applied to the formula of the mean. Taught in lesson 03.
    """
    grad, x = _checked("global_avg_pool2d", grad, x)
    height, width = x.shape[1:3]
    return np.broadcast_to(_spread(grad) / (height * width), x.shape).copy()


def global_max_pool2d(x: np.ndarray) -> np.ndarray:
    r"""Keep the largest value of every feature map.

    .. math:: y_{n,c} = \max_{i,j}\; x_{n,i,j,c}

    Parameters
    ----------
    x : array (N, H, W, C), float32 or float64
        Images or feature maps.

    Returns
    -------
    array (N, C)
        In the dtype of ``x``. A map that holds NaN gives NaN.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, or images without a pixel.

    Notes
    -----
    Oquab, Bottou, Laptev & Sivic 2015, Is object localization for free?, CVPR: the largest score
    anywhere on the image decides. Taught in lesson 03.
    """
    return _images(x).max(axis=1).max(axis=1)


def global_max_pool2d_grad(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`global_max_pool2d`.

    .. math:: \frac{\partial L}{\partial x_{n,i,j,c}} =
        \frac{[x_{n,i,j,c} = y_{n,c}]}{m_{n,c}}\; g_{n,c}

    with m the number of pixels that are equal to the maximum. They share the gradient, as in
    Keras' layer; :func:`max_pool2d_grad` gives all to the first of them, as Keras' layer with
    a window does.

    Parameters
    ----------
    grad : array (N, C)
        Gradient of the loss with respect to the output, g in the formula.
    x : array (N, H, W, C)
        As it was given to :func:`global_max_pool2d`.

    Returns
    -------
    array (N, H, W, C)

    Raises
    ------
    ValueError
        As :func:`global_max_pool2d`, where ``grad`` has not the shape of the output, and where
        ``x`` holds NaN: then a map has no maximum.

    Notes
    -----
    From the chain rule, applied to the formula of the maximum. Taught in lesson 03.
    """
    grad, x = _checked("global_max_pool2d", grad, x)
    if np.isnan(x).any():
        raise ValueError(f"x of shape {x.shape} holds NaN; a map with NaN has no maximum")
    is_largest = x == _spread(global_max_pool2d(x))
    return is_largest * _spread(grad / is_largest.sum(axis=(1, 2)).astype(x.dtype))


def _spread(values: np.ndarray) -> np.ndarray:
    """Return (N, C) as (N, 1, 1, C), one number for all pixels of a map."""
    return values[:, None, None, :]


def _images(x: Any) -> np.ndarray:
    x = floats("x", x, "(N, H, W, C)")
    if 0 in x.shape[1:3]:
        raise ValueError(f"x has shape {x.shape}; images without a pixel have no mean or maximum")
    return x


def _checked(function: str, grad: Any, x: Any) -> tuple[np.ndarray, np.ndarray]:
    x = _images(x)
    return checked_grad(grad, x, (len(x), x.shape[3]), f"{function}'s output"), x

"""Convolution and max pooling with a third axis: as in images, through the slices, too."""

from collections.abc import Sequence

import numpy as np

from medtutor.scratch.convolution import convolved, convolved_grad
from medtutor.scratch.pooling import largest, largest_grad
from medtutor.scratch.windows import Padding

_AXES = "D, H, W"


def conv3d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
) -> np.ndarray:
    r"""Slide every filter through every volume.

    .. math::
        y_{n,d,i,j,f} = b_f + \sum_{p,q,r,c} x_{n,\, s d + a p,\, s i + a q,\, s j + a r,\, c}\;
            k_{p,q,r,c,f}

    Parameters
    ----------
    x : array (N, D, H, W, Cin), float32 or float64
        Volumes: slices, rows and columns.
    kernel : array (kd, kh, kw, Cin, Cout)
        One filter a column of the last axis, not flipped.
    bias : array (Cout,), optional
        One number a filter.
    strides, dilation : int or (int, int, int)
        Steps of the window, s in the formula, and the distance between its neighbouring voxels,
        a in the formula.
    padding : {"valid", "same"} or ((front, back), (top, bottom), (left, right))
        Zeros around the volume, in voxels. "same" follows Keras' rule.

    Returns
    -------
    array (N, Do, Ho, Wo, Cout)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        As :func:`conv2d`.

    Notes
    -----
    D. Tran et al., "Learning spatiotemporal features with 3D convolutional networks", 2015,
    arXiv:1412.0767. Taught in lesson 15.
    """
    return convolved(_AXES, x, kernel, bias, strides, padding, dilation)


def conv3d_grad(
    grad: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Gradients of a loss with respect to all inputs of :func:`conv3d`.

    Parameters
    ----------
    grad : array (N, Do, Ho, Wo, Cout)
        Gradient of the loss with respect to the output.
    x, kernel, bias, strides, padding, dilation
        As they were given to :func:`conv3d`.

    Returns
    -------
    dx, dkernel, dbias
        As :func:`conv2d_grad`, shaped like ``x``, ``kernel`` and ``bias``.

    Raises
    ------
    ValueError
        As :func:`conv3d`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    The formulas of :func:`conv2d_grad` with one sum more. Taught in lesson 15.
    """
    return convolved_grad(_AXES, grad, x, kernel, bias, strides, padding, dilation)


def max_pool3d(
    x: np.ndarray,
    pool_size: int | Sequence[int] = 2,
    *,
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Keep the largest value of every block of voxels, channel by channel.

    Parameters
    ----------
    x : array (N, D, H, W, C), float32 or float64
        Volumes or feature maps.
    pool_size : int or (int, int, int)
        Size of the window in voxels.
    strides : int or (int, int, int), optional
        Steps of the window; the size of the window without it.
    padding : {"valid", "same"} or ((front, back), (top, bottom), (left, right))
        Places around the volume, which never count.

    Returns
    -------
    array (N, Do, Ho, Wo, C)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        As :func:`max_pool2d`.

    Notes
    -----
    :func:`max_pool2d` with one axis more. Taught in lesson 15.
    """
    return largest(_AXES, x, pool_size, strides, padding)


def max_pool3d_grad(
    grad: np.ndarray,
    x: np.ndarray,
    pool_size: int | Sequence[int] = 2,
    *,
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Gradient of a loss with respect to the input of :func:`max_pool3d`.

    Parameters
    ----------
    grad : array (N, Do, Ho, Wo, C)
        Gradient of the loss with respect to the output.
    x, pool_size, strides, padding
        As they were given to :func:`max_pool3d`.

    Returns
    -------
    array (N, D, H, W, C)
        All of it at the voxels that were the maxima; of equal ones at the first in reading order.

    Raises
    ------
    ValueError
        As :func:`max_pool2d_grad`.

    Notes
    -----
    :func:`max_pool2d_grad` with one axis more. Taught in lesson 15.
    """
    return largest_grad(_AXES, grad, x, pool_size, strides, padding)

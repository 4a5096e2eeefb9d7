"""The convolution layer, forward and backward."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.scratch.checks import checked_grad, layer_inputs
from medtutor.scratch.windows import (
    Padding,
    Slide,
    blocks,
    each_place,
    im2col,
    pad,
    slide_over,
    unpad,
)


def conv2d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
) -> np.ndarray:
    r"""Slide every filter over every image.

    .. math:: y_{n,i,j,f} = b_f + \sum_{p,q,c} x_{n,\, s i + d p,\, s j + d q,\, c}\; k_{p,q,c,f}

    Parameters
    ----------
    x : array (N, H, W, Cin), float32 or float64
        Images.
    kernel : array (kh, kw, Cin, Cout)
        One filter a column of the last axis. It is not flipped: as in all frameworks,
        this is cross-correlation.
    bias : array (Cout,), optional
        One number a filter.
    strides : int or (int, int)
        Steps of the window in pixels, s in the formula.
    padding : {"valid", "same"} or ((top, bottom), (left, right))
        Zeros around the image, in pixels. "same" follows Keras' rule.
    dilation : int or (int, int)
        Distance between neighbouring pixels of the window, d in the formula.

    Returns
    -------
    array (N, Ho, Wo, Cout)
        In the dtype of ``x``; Ho and Wo as :func:`medtutor.scratch.windows.slide_over` says.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, channels that don't match, a stride below 1, or a
        window larger than the padded image.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.1; stride, padding and
    dilation as in Dumoulin & Visin 2016, arXiv:1603.07285. The sum is done as one matrix
    product of im2col rows (see :func:`medtutor.scratch.windows.im2col`). Taught in lesson 02.
    """
    return convolved("H, W", x, kernel, bias, strides, padding, dilation)


def convolved(
    axes: str,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    strides: int | Sequence[int],
    padding: Padding,
    dilation: int | Sequence[int],
) -> np.ndarray:
    """Return the convolution along ``axes``, ``"H, W"`` or ``"D, H, W"``."""
    x, kernel, bias = _checked(axes, x, kernel, bias)
    slide = slide_over(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
    padded, matrix = pad(x, slide), _as_matrix(kernel)
    y = np.empty(_output_shape(x, kernel, slide), x.dtype)
    for images in blocks(x, slide):
        rows = y[images].reshape(-1, kernel.shape[-1])  # one row a window, written straight to y
        np.matmul(im2col(padded[images], slide), matrix, out=rows)
        if bias is not None:
            rows += bias
    return y


def conv2d_grad(
    grad: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
    dilation: int | Sequence[int] = 1,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    r"""Gradients of a loss with respect to all inputs of :func:`conv2d`.

    .. math::
        \frac{\partial L}{\partial k_{p,q,c,f}}
            &= \sum_{n,i,j} x_{n,\, s i + d p,\, s j + d q,\, c}\; g_{n,i,j,f} \\
        \frac{\partial L}{\partial x_{n,\, s i + d p,\, s j + d q,\, c}}
            &\mathrel{+}= \sum_f g_{n,i,j,f}\; k_{p,q,c,f}

    Parameters
    ----------
    grad : array (N, Ho, Wo, Cout)
        Gradient of the loss with respect to the output, g in the formula.
    x, kernel, bias, strides, padding, dilation
        As they were given to :func:`conv2d`.

    Returns
    -------
    dx : array (N, H, W, Cin)
    dkernel : array (kh, kw, Cin, Cout)
    dbias : array (Cout,), or None where ``bias`` is None

    Raises
    ------
    ValueError
        As :func:`conv2d`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.5. Both gradients are convolutions
    again; lesson 02 shows it. Taught in lesson 02.
    """
    return convolved_grad("H, W", grad, x, kernel, bias, strides, padding, dilation)


def convolved_grad(
    axes: str,
    grad: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None,
    strides: int | Sequence[int],
    padding: Padding,
    dilation: int | Sequence[int],
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return the gradients of :func:`convolved`."""
    x, kernel, bias = _checked(axes, x, kernel, bias)
    slide = slide_over(x.shape[1:-1], kernel.shape[:-2], strides, padding, dilation)
    grad = checked_grad(grad, x, _output_shape(x, kernel, slide), f"conv{x.ndim - 2}d's output")
    dkernel = kernel_grad(grad, pad(x, slide), kernel, slide)
    dx = image_grad(grad, x.shape, kernel, slide)
    return dx, dkernel, None if bias is None else grad.sum(axis=tuple(range(x.ndim - 1)))


def kernel_grad(
    grad: np.ndarray, padded: np.ndarray, kernel: np.ndarray, slide: Slide
) -> np.ndarray:
    """Return the gradient of the kernel, the first formula of :func:`conv2d_grad`."""
    total = np.zeros_like(_as_matrix(kernel))
    for images in blocks(padded, slide):
        total += im2col(padded[images], slide).T @ grad[images].reshape(-1, kernel.shape[-1])
    return total.reshape(kernel.shape)


def image_grad(
    grad: np.ndarray, x_shape: tuple[int, ...], kernel: np.ndarray, slide: Slide
) -> np.ndarray:
    """Return the gradient of the image, the second formula of :func:`conv2d_grad`."""
    # Each output hands its gradient back to every pixel that its window has seen.
    total = pad(np.zeros(x_shape, grad.dtype), slide)
    rows = grad.reshape(-1, kernel.shape[-1])
    for place, pixels in each_place(slide):
        total[pixels] += (rows @ kernel[place].T).reshape(*grad.shape[:-1], kernel.shape[-2])
    return unpad(total, slide)


def _checked(
    axes: str, x: Any, kernel: Any, bias: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    of_kernel = f"(k{axes.lower().replace(', ', ', k')}, Cin, Cout)"
    return layer_inputs(x, "kernel", kernel, bias, (f"(N, {axes}, Cin)", of_kernel), "channels")


def _output_shape(x: np.ndarray, kernel: np.ndarray, slide: Slide) -> tuple[int, ...]:
    return (len(x), *slide.outputs, kernel.shape[-1])


def _as_matrix(kernel: np.ndarray) -> np.ndarray:
    """Return the kernel as (kh * kw * Cin, Cout): one filter a column."""
    return kernel.reshape(-1, kernel.shape[-1])

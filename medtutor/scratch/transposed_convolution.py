"""The transposed convolution layer: convolution's way back, used as a way forward."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.scratch.checks import checked_grad, floats, pair, same_dtype, same_inputs, same_shape
from medtutor.scratch.convolution import conv2d, image_grad, kernel_grad
from medtutor.scratch.windows import Slide, pad, slide_over


def conv2d_transpose(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
) -> np.ndarray:
    r"""Let every pixel lay its own multiple of the kernel onto a larger image.

    .. math:: y_{n,\, s i + p,\, s j + q,\, f} \mathrel{+}= \sum_c x_{n,i,j,c}\; k_{p,q,f,c},
        \qquad \text{from } y = b_f

    This is the gradient of :func:`medtutor.scratch.conv2d` with respect to its image.

    Parameters
    ----------
    x : array (N, H, W, Cin), float32 or float64
        Images or feature maps.
    kernel : array (kh, kw, Cout, Cin)
        In Keras' layout: Cout comes first, as the convolution that is turned round goes from
        Cout channels to Cin.
    bias : array (Cout,), optional
        One number a filter.
    strides : int or (int, int)
        How many pixels of the output lie between two neighbours of the input, s in the formula.
    padding : {"valid", "same"}
        "valid" keeps all that a kernel touches, (H - 1) s + max(kh, s) rows; "same" cuts it to
        H s rows, an odd pixel at the end, as Keras does.

    Returns
    -------
    array (N, Ho, Wo, Cout)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, channels that don't match, a stride below 1, another
        padding, or images without a pixel.

    Notes
    -----
    Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4. Taught in lesson 08.
    """
    x, kernel, bias, slide = _checked(x, kernel, bias, strides, padding)
    y = image_grad(x, _output_shape(x, kernel, strides, padding), kernel, slide)
    return y if bias is None else y + bias


def conv2d_transpose_grad(
    grad: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    strides: int | Sequence[int] = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    r"""Gradients of a loss with respect to all inputs of :func:`conv2d_transpose`.

    .. math::
        \frac{\partial L}{\partial x_{n,i,j,c}}
            &= \sum_{p,q,f} g_{n,\, s i + p,\, s j + q,\, f}\; k_{p,q,f,c} \\
        \frac{\partial L}{\partial k_{p,q,f,c}}
            &= \sum_{n,i,j} g_{n,\, s i + p,\, s j + q,\, f}\; x_{n,i,j,c}

    The first is a convolution of the gradient with the same kernel.

    Parameters
    ----------
    grad : array (N, Ho, Wo, Cout)
        Gradient of the loss with respect to the output, g in the formula.
    x, kernel, bias, strides, padding
        As they were given to :func:`conv2d_transpose`.

    Returns
    -------
    dx : array (N, H, W, Cin)
    dkernel : array (kh, kw, Cout, Cin)
    dbias : array (Cout,), or None where ``bias`` is None

    Raises
    ------
    ValueError
        As :func:`conv2d_transpose`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Dumoulin & Visin 2016, arXiv:1603.07285, chapter 4. Taught in lesson 08.
    """
    x, kernel, bias, slide = _checked(x, kernel, bias, strides, padding)
    expected = _output_shape(x, kernel, strides, padding)
    grad = checked_grad(grad, x, expected, "conv2d_transpose's output")
    dx = conv2d(grad, kernel, strides=strides, padding=padding)
    dkernel = kernel_grad(x, pad(grad, slide), kernel, slide)
    return dx, dkernel, None if bias is None else grad.sum(axis=(0, 1, 2))


def _output_shape(x: np.ndarray, kernel: np.ndarray, strides: Any, padding: str) -> tuple[int, ...]:
    steps, window = pair("strides", strides), kernel.shape[:2]
    rows, columns = (
        size * s if padding == "same" else (size - 1) * s + max(k, s)
        for size, s, k in zip(x.shape[1:3], steps, window, strict=True)
    )
    return len(x), rows, columns, kernel.shape[2]


def _checked(
    x: Any, kernel: Any, bias: Any, strides: Any, padding: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, Slide]:
    """Return the arrays, and how the convolution that is turned round slides over the output."""
    x = floats("x", x, "(N, H, W, Cin)")
    kernel = floats("kernel", kernel, "(kh, kw, Cout, Cin)")
    same_inputs("channels", x, "kernel", kernel, "(kh, kw, Cout, Cin)", 3)
    if 0 in x.shape[1:3]:
        raise ValueError(f"x has shape {x.shape}; give images of at least one pixel")
    if padding not in ("valid", "same"):
        raise ValueError(f'padding is {padding!r}; give "valid" or "same"')
    if bias is not None:
        bias = floats("bias", bias, "(Cout,)")
        same_shape("bias", bias, kernel.shape[2:3], "kernel's third axis")
    same_dtype(x=x, kernel=kernel, bias=bias)
    output_size = _output_shape(x, kernel, strides, padding)[1:3]
    return x, kernel, bias, slide_over(output_size, kernel.shape[:2], strides, padding)

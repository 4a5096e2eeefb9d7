"""Pooling with a window, forward and backward: the maximum, and the mean."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.scratch.checks import checked_grad, floats
from medtutor.scratch.windows import Padding, Slide, each_place, each_step, pad, slide_over, unpad


def max_pool2d(
    x: np.ndarray,
    pool_size: int | Sequence[int] = 2,
    *,
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    r"""Keep the largest value of every window, channel by channel.

    .. math:: y_{n,i,j,c} = \max_{p,q}\; x_{n,\, s i + p,\, s j + q,\, c}

    Parameters
    ----------
    x : array (N, H, W, C), float32 or float64
        Images or feature maps.
    pool_size : int or (int, int)
        Size of the window in pixels.
    strides : int or (int, int), optional
        Steps of the window, s in the formula; the size of the window without it.
    padding : {"valid", "same"} or ((top, bottom), (left, right))
        Places around the image. They never count: no maximum comes from them.

    Returns
    -------
    array (N, Ho, Wo, C)
        In the dtype of ``x``. A window that holds NaN gives NaN.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, a stride below 1, or a window that does not fit.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.3; sizes as in Dumoulin & Visin
    2016, arXiv:1603.07285. Taught in lesson 03.
    """
    return largest("H, W", x, pool_size, strides, padding)


def largest(axes: str, x: np.ndarray, pool_size: Any, strides: Any, padding: Any) -> np.ndarray:
    """Return the maximum of every window along ``axes``, ``"H, W"`` or ``"D, H, W"``."""
    x = floats("x", x, f"(N, {axes}, C)")
    slide = _slide(x, pool_size, strides, padding)
    return _combined(pad(x, slide, -np.inf), slide, np.maximum)


def max_pool2d_grad(
    grad: np.ndarray,
    x: np.ndarray,
    pool_size: int | Sequence[int] = 2,
    *,
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Gradient of a loss with respect to the input of :func:`max_pool2d`.

    All of it goes to the pixel that was the maximum; of equal pixels the first in reading
    order gets it, as in TensorFlow.

    Parameters
    ----------
    grad : array (N, Ho, Wo, C)
        Gradient of the loss with respect to the output.
    x, pool_size, strides, padding
        As they were given to :func:`max_pool2d`.

    Returns
    -------
    array (N, H, W, C)

    Raises
    ------
    ValueError
        As :func:`max_pool2d`, where ``grad`` has not the shape of the output, and where ``x``
        holds NaN: then a window has no maximum.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 9.3. Taught in lesson 03.
    """
    return largest_grad("H, W", grad, x, pool_size, strides, padding)


def largest_grad(
    axes: str, grad: np.ndarray, x: np.ndarray, pool_size: Any, strides: Any, padding: Any
) -> np.ndarray:
    """Return the gradient of :func:`largest`."""
    grad, x, slide = _checked("max", axes, grad, x, pool_size, strides, padding)
    padded = pad(x, slide, -np.inf)
    maxima = _combined(padded, slide, np.maximum)
    if np.isnan(maxima).any():
        raise ValueError(f"x of shape {x.shape} holds NaN; a window with NaN has no maximum")
    total = np.zeros_like(padded)
    waiting = np.ones(grad.shape, bool)
    for _, pixels in each_place(slide):
        winners = waiting & (padded[pixels] == maxima)
        total[pixels] += grad * winners
        waiting ^= winners
    return unpad(total, slide)


def avg_pool2d(
    x: np.ndarray,
    pool_size: int | Sequence[int] = 2,
    *,
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    r"""Take the mean of every window, channel by channel.

    .. math:: y_{n,i,j,c} = \frac{1}{m_{i,j}} \sum_{p,q} x_{n,\, s i + p,\, s j + q,\, c}

    Parameters
    ----------
    x : array (N, H, W, C), float32 or float64
        Images or feature maps.
    pool_size : int or (int, int)
        Size of the window in pixels.
    strides : int or (int, int), optional
        Steps of the window, s in the formula; the size of the window without it.
    padding : {"valid", "same"} or ((top, bottom), (left, right))
        Places around the image. They never count: m is the number of the window's pixels that
        lie on the image, so a mean at the border is that of fewer pixels, as in Keras.

    Returns
    -------
    array (N, Ho, Wo, C)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, a stride below 1, or a window that does not fit.

    Notes
    -----
    LeCun et al. 1998, https://doi.org/10.1109/5.726791 ("sub-sampling"), without its weights;
    sizes as in Dumoulin & Visin 2016, arXiv:1603.07285. Taught in lesson 03.
    """
    x = floats("x", x, "(N, H, W, C)")
    slide = _slide(x, pool_size, strides, padding)
    return _combined(pad(x, slide), slide, np.add) / _pixels_of_windows(x, slide)


def avg_pool2d_grad(
    grad: np.ndarray,
    x: np.ndarray,
    pool_size: int | Sequence[int] = 2,
    *,
    strides: int | Sequence[int] | None = None,
    padding: Padding = "valid",
) -> np.ndarray:
    """Gradient of a loss with respect to the input of :func:`avg_pool2d`.

    Each pixel of a window gets the same share of the window's gradient, one m-th.

    Parameters
    ----------
    grad : array (N, Ho, Wo, C)
        Gradient of the loss with respect to the output.
    x, pool_size, strides, padding
        As they were given to :func:`avg_pool2d`; only the shape of ``x`` matters.

    Returns
    -------
    array (N, H, W, C)

    Raises
    ------
    ValueError
        As :func:`avg_pool2d`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    From the chain rule, applied to the formula of the mean. Taught in lesson 03.
    """
    grad, x, slide = _checked("avg", "H, W", grad, x, pool_size, strides, padding)
    share = grad / _pixels_of_windows(x, slide)
    total = np.zeros_like(pad(x, slide))
    for _, pixels in each_place(slide):
        total[pixels] += share
    return unpad(total, slide)


def _combined(padded: np.ndarray, slide: Slide, combine: np.ufunc) -> np.ndarray:
    """Return the sum or maximum of every window, for np.add or np.maximum.

    Axis after axis is combined: a window of k x k takes 2 k steps instead of k * k.
    """
    for axis in range(len(slide.window)):
        before = (slice(None),) * (axis + 1)
        padded = _folded([padded[*before, at] for at in each_step(slide, axis)], combine)
    return padded


def _folded(arrays: list[np.ndarray], combine: np.ufunc) -> np.ndarray:
    result = arrays[0].copy()
    for array in arrays[1:]:
        combine(result, array, out=result)
    return result


def _pixels_of_windows(x: np.ndarray, slide: Slide) -> np.ndarray:
    """Count how many pixels of the image each window sees: (1, Ho, Wo, 1)."""
    one_image = np.ones((1, *x.shape[1:3], 1), x.dtype)
    return _combined(pad(one_image, slide), slide, np.add)


def _slide(x: np.ndarray, pool_size: Any, strides: Any, padding: Any) -> Slide:
    strides = pool_size if strides is None else strides
    slide = slide_over(x.shape[1:-1], pool_size, strides, padding)
    if any(max(ends) >= size for ends, size in zip(slide.pads, slide.window, strict=True)):
        raise ValueError(
            f"padding {slide.pads} is as large as the window {slide.window}: a window would hold "
            "no pixel of the image; pad by less than the window's size"
        )
    return slide


def _checked(
    kind: str, axes: str, grad: Any, x: Any, pool_size: Any, strides: Any, padding: Any
) -> tuple[np.ndarray, np.ndarray, Slide]:
    x = floats("x", x, f"(N, {axes}, C)")
    slide = _slide(x, pool_size, strides, padding)
    expected = (len(x), *slide.outputs, x.shape[-1])
    return checked_grad(grad, x, expected, f"{kind}_pool{x.ndim - 2}d's output"), x, slide

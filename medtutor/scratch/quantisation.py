"""Whole numbers in place of real ones: the arithmetic of an 8-bit network."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from medtutor.scratch.convolution import conv2d
from medtutor.scratch.windows import Padding

LOWEST, HIGHEST = -128, 127


class Scale(NamedTuple):
    """What a step of one is worth, and which whole number stands for 0."""

    scale: Any
    zero_point: Any


def quantisation_scale(low: Any, high: Any, *, symmetric: bool = False) -> Scale:
    r"""Return scale and zero point that spread a range over the 8-bit numbers.

    .. math:: s = \frac{r_\max - r_\min}{255}, \qquad
              z = \operatorname{round}\left(-128 - \frac{r_\min}{s}\right)

    Symmetric, as for weights: :math:`s = \max|r| / 127`, z = 0.

    Parameters
    ----------
    low, high : float, or arrays of one shape
        Lowest and highest value; one pair a filter for weights. The range is widened to hold 0, so
        that 0 is exact: padding and ReLU need it.
    symmetric : bool
        Whether 0 shall stand for 0.

    Returns
    -------
    Scale
        ``scale`` float64, 1 where there is nothing but 0; ``zero_point`` int64, -128 to 127.

    Raises
    ------
    ValueError
        Where a value isn't finite, or ``low`` is above ``high``.

    Notes
    -----
    Jacob et al. 2018, arXiv:1712.05877. No ``_grad`` stands beside these functions: the slope of
    rounding is 0 wherever it has one. Taught in lesson 19.

    Examples
    --------
    >>> scale, zero_point = quantisation_scale(-1, 2)
    >>> quantise([-1, 0, 0.5, 2], scale, zero_point)
    array([-128,  -43,   -1,  127], dtype=int8)
    """
    least, most = np.asarray(low, float), np.asarray(high, float)
    if not (np.isfinite(least).all() and np.isfinite(most).all() and (least <= most).all()):
        raise ValueError(f"the range goes from {low} to {high}; give finite numbers, the low first")
    least, most = np.minimum(least, 0), np.maximum(most, 0)
    reach = np.maximum(-least, most) / HIGHEST if symmetric else (most - least) / 255
    scale = np.where(reach > 0, reach, 1.0)[()]
    zero = 0 * scale if symmetric else LOWEST - least / scale
    return Scale(scale, np.rint(np.where(reach > 0, zero, 0)).astype(int)[()])


def quantise(x: Any, scale: Any, zero_point: Any = 0) -> np.ndarray:
    r"""Return the 8-bit numbers that stand for ``x``.

    .. math:: q = \operatorname{clip}(\operatorname{round}(x / s) + z,\, -128,\, 127)

    Parameters
    ----------
    x : array of numbers
    scale, zero_point : number, or array (C,)
        Of everything, or of each entry of the last axis.

    Returns
    -------
    array of int8
        Halves go to the even neighbour, as NumPy rounds. Inside the range, :func:`dequantise`
        comes back within ``scale / 2``.

    Raises
    ------
    ValueError
        Where a number isn't finite, a scale isn't above 0, or there is neither one nor one for
        each entry of the last axis.

    Notes
    -----
    Jacob et al. 2018, arXiv:1712.05877. Taught in lesson 19.
    """
    values, step, zero = _checked(x, scale, zero_point)
    return np.clip(np.rint(values / step) + zero, LOWEST, HIGHEST).astype(np.int8)


def dequantise(q: Any, scale: Any, zero_point: Any = 0, *, dtype: Any = np.float32) -> np.ndarray:
    """Return the real numbers ``scale * (q - zero_point)`` that 8-bit numbers stand for.

    Parameters
    ----------
    q : array of whole numbers
    scale, zero_point : number, or array (C,)
        As for :func:`quantise`.
    dtype : float32 or float64
        Of the result.

    Raises
    ------
    ValueError
        As :func:`quantise`.

    Notes
    -----
    Jacob et al. 2018, arXiv:1712.05877. Taught in lesson 19.
    """
    whole, step, zero = _checked(q, scale, zero_point)
    return (step * (whole - zero)).astype(dtype)


def _checked(x: Any, scale: Any, zero_point: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return numbers, their scale and their zero point as float64."""
    values, step, zero = (np.asarray(part, float) for part in (x, scale, zero_point))
    fits = all(part.shape in ((), values.shape[-1:]) for part in (step, zero))
    finite = all(np.isfinite(part).all() for part in (values, step, zero))
    if not fits or not finite or (step <= 0).any():
        raise ValueError(
            f"scale is {scale}, zero point {zero_point}, for {values.shape} numbers up to "
            f"{abs(values).max(initial=0):g}; give finite numbers, and scales above 0: one, or one "
            "for each entry of the last axis"
        )
    return values, step, zero


def conv2d_int8(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray,
    *,
    x_scale: float,
    x_zero_point: int,
    kernel_scale: Any,
    y_scale: float,
    y_zero_point: int,
    relu: bool = False,
    strides: int | Sequence[int] = 1,
    padding: Padding = "valid",
) -> np.ndarray:
    r"""Convolve in whole numbers, as an 8-bit network does.

    .. math::
        a &= \sum (q_x - z_x)\, q_w + q_b \\
        q_y &= \operatorname{clip}\left(
            \operatorname{round}\left(a \frac{s_x s_w}{s_y}\right) + z_y\right)

    Parameters
    ----------
    x : array (N, H, W, Cin) of int8
    kernel : array (kh, kw, Cin, Cout) of int8
        Symmetric: its zero point is 0.
    bias : array (Cout,) of int32
        In steps of ``x_scale * kernel_scale``.
    x_scale, x_zero_point, y_scale, y_zero_point : number
        Of the input and of the output.
    kernel_scale : number, or array (Cout,)
        Of the kernel, or of each filter.
    relu : bool
        Whether what is below 0, that is below ``y_zero_point``, becomes 0.
    strides, padding
        As :func:`conv2d`; the padding is ``x_zero_point``, which stands for 0.

    Returns
    -------
    array (N, Ho, Wo, Cout) of int8

    Raises
    ------
    ValueError
        For another dtype, and as :func:`quantise` and :func:`conv2d`.

    Notes
    -----
    Jacob et al. 2018, arXiv:1712.05877. The sums are exact: float64 holds every whole number up to
    2**53. Taught in lesson 19.
    """
    for name, part, kind in (("x", x, "int8"), ("kernel", kernel, "int8"), ("bias", bias, "int32")):
        if np.asarray(part).dtype != kind:
            raise ValueError(f"{name} is {np.asarray(part).dtype}; give {kind}")
    whole, x_step, x_zero = _checked(x, x_scale, x_zero_point)
    weights, w_step, _ = _checked(kernel, kernel_scale, 0)
    added, y_step, y_zero = _checked(bias, y_scale, y_zero_point)
    sums = conv2d(whole - x_zero, weights, added, strides=strides, padding=padding)
    y = np.rint(sums * (x_step * w_step / y_step)) + y_zero
    return np.clip(y, y_zero if relu else LOWEST, HIGHEST).astype(np.int8)

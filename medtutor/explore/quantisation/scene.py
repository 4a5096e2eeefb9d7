"""What the quantisation explorer shows: weights on few levels, and the map that they make.

The page's ``arithmetic.js`` computes the same.
"""

from typing import Any, TypedDict

import numpy as np

from medtutor._checks import checked_within
from medtutor.explore.common.checks import checked_whole
from medtutor.explore.common.packed import checked_numbers
from medtutor.scratch import conv2d

N_BINS = 41


class Scene(TypedDict):
    """The levels of a filter, how far its weights are off, and its map before and after."""

    scale: float
    zero_point: int
    levels: list[float]
    used: int
    counts: list[int]
    largest: float
    mean: float
    clipped: float
    snr_db: float
    exact: np.ndarray
    rounded: np.ndarray


def quantisation_scene(
    kernel: np.ndarray,
    image: np.ndarray,
    *,
    filter: int = 0,  # noqa: A002  # Keras' word for it
    bits: int = 8,
    per_filter: bool = True,
    symmetric: bool = True,
    clip: float = 100,
) -> Scene:
    """Round a layer's weights to whole numbers of few bits, and convolve with one filter.

    Parameters
    ----------
    kernel : array (kh, kw, Cin, Cout)
        The weights.
    image : array (H, W, Cin)
        What goes into the layer.
    filter : int
        Which filter is shown.
    bits : int
        2 to 8; there are 2 to this power levels, or one less where 0 stands for 0.
    per_filter : bool
        Whether the filter has a scale of its own, or one for the whole layer.
    symmetric : bool
        Whether 0 stands for 0, as for weights in int8 files, or a zero point is used.
    clip : float
        Percentile of the weights at which their range ends, 90 to 100.

    Returns
    -------
    dict
        ``scale``, ``zero_point``, ``levels`` and how many of them are ``used``; ``counts`` of the
        filter's weights in 41 bins over the layer's range; ``largest`` and ``mean`` error of a
        weight; ``clipped``, the share of weights outside the range; ``snr_db``, signal to error in
        decibels, inf for no error; the filter's map ``exact`` and ``rounded``.

    Raises
    ------
    ValueError
        For shapes that don't fit together, values that aren't finite, or a setting out of range.

    Notes
    -----
    With 8 bits and ``clip=100`` the numbers are those of ``scratch.quantise``. Taught in lesson 19.
    """
    kernel, image = checked_layer(kernel, image)
    checked_whole("filter", filter, 0, kernel.shape[-1] - 1)
    checked_whole("bits", bits, 2, 8)
    checked_within("clip", clip, 90, 100)
    weights = kernel[..., filter].astype(float)
    low, high = _range(weights if per_filter else kernel, symmetric, clip)
    lowest, highest = (1 if symmetric else 0) - 2 ** (bits - 1), 2 ** (bits - 1) - 1
    reach = high / highest if symmetric else (high - low) / (2**bits - 1)
    scale = reach if reach > 0 else 1.0
    zero = 0 if symmetric or reach <= 0 else int(np.rint(-(2 ** (bits - 1)) - low / scale))
    steps = np.rint(weights / scale) + zero
    whole = steps.clip(lowest, highest)
    back = scale * (whole - zero)
    error = abs(back - weights)
    limit = float(abs(kernel).max()) or 1.0
    power = np.sum(error**2)
    pictures = [_map(image, one) for one in (weights, back)]
    return {
        "scale": float(scale),
        "zero_point": zero,
        "levels": [float(scale * (q - zero)) for q in range(lowest, highest + 1)],
        "used": len(np.unique(whole)),
        "counts": np.histogram(weights, N_BINS, (-limit, limit))[0].tolist(),
        "largest": float(error.max()),
        "mean": float(error.mean()),
        "clipped": float(np.mean(steps != whole)),
        "snr_db": float(10 * np.log10(np.sum(weights**2) / power)) if power > 0 else np.inf,
        "exact": pictures[0],
        "rounded": pictures[1],
    }


def checked_layer(kernel: Any, image: Any, most: float = np.inf) -> tuple[np.ndarray, np.ndarray]:
    """Return the weights of a convolution, at most so many, and what goes into it."""
    weights, maps = checked_numbers("kernel", kernel), checked_numbers("image", image)
    if weights.ndim != 4 or weights.size > most:
        raise ValueError(
            f"kernel has shape {weights.shape}; give the weights of one convolution, "
            "(kh, kw, Cin, Cout)" + (f", at most {most:,} of them" if most < np.inf else "")
        )
    if maps.ndim != 3 or maps.shape[2] != weights.shape[2]:
        raise ValueError(
            f"image has shape {maps.shape}; give (H, W, {weights.shape[2]}), what goes into a "
            f"layer with a kernel of shape {weights.shape}"
        )
    return weights, maps


def _range(weights: np.ndarray, symmetric: bool, clip: float) -> tuple[float, float]:
    if symmetric:
        high = float(np.percentile(abs(weights.astype(float)), clip))
        return -high, high
    low, high = np.percentile(weights.astype(float), (100 - clip, clip))
    return min(float(low), 0.0), max(float(high), 0.0)


def _map(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return conv2d(image[None].astype(float), weights[..., None])[0, :, :, 0]

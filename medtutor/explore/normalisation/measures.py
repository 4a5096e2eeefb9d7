"""What the normalisation explorer shows: an image with a stray pixel, and what is left of it."""

import numpy as np

from medtutor.datasets import clip_percentiles, min_max, z_score

METHODS = ("min_max", "z_score", "percentiles")
STRAY_STEPS = 100


def with_stray_pixel(image: np.ndarray, place: tuple[int, int], stray: int) -> np.ndarray:
    """Set one pixel above all others.

    Parameters
    ----------
    image : array (rows, columns)
    place : two int
        Row and column of the pixel.
    stray : int
        How far it lies above the highest value, in tenths of the image's range; 0 changes nothing.

    Returns
    -------
    float64 array (rows, columns)

    Notes
    -----
    Taught in lesson 01.
    """
    changed = image.astype(np.float64)
    if stray:
        low, high = changed.min(), changed.max()
        changed[place] = high + stray / 10 * (high - low)
    return changed


def normalised(image: np.ndarray, method: str, low: float, high: float) -> np.ndarray:
    """Normalise by one of the three methods, in float64.

    Parameters
    ----------
    image : array (rows, columns)
    method : "min_max", "z_score" or "percentiles"
        The last one cuts at two percentiles, and brings what is left to 0 to 1.
    low, high : float
        The percentiles, in per cent.

    Raises
    ------
    ValueError
        Where the formula has no answer, as ``medtutor.datasets.min_max``, ``z_score`` and
        ``clip_percentiles``.

    Notes
    -----
    Taught in lesson 01.
    """
    values = np.asarray(image, dtype=np.float64)
    if method == "percentiles":
        return min_max(clip_percentiles(values, low, high))
    return {"min_max": min_max, "z_score": z_score}[method](values)


def contrast_left(
    image: np.ndarray, place: tuple[int, int], stray: int, method: str, low: float, high: float
) -> float:
    """Return how much of the other pixels' range a stray pixel leaves, 0 to 1.

    Compared are the ranges (highest less lowest) of all pixels but the stray one, after
    normalising with the stray pixel and without it.

    Parameters
    ----------
    image, place, stray
        As for ``with_stray_pixel``.
    method, low, high
        As for ``normalised``.

    Returns
    -------
    float
        NaN where the other pixels have one value only.

    Raises
    ------
    ValueError
        As ``normalised``.

    Notes
    -----
    Taught in lesson 01.
    """
    others = np.ones(image.shape, dtype=bool)
    others[place] = False
    ranges = [
        np.ptp(normalised(with_stray_pixel(image, place, steps), method, low, high)[others])
        for steps in (stray, 0)
    ]
    return float(ranges[0] / ranges[1]) if ranges[1] else float("nan")


def share_cut(image: np.ndarray, low: float, high: float) -> float:
    """Return which share of the pixels lies outside two percentiles and is cut off, 0 to 1.

    Parameters
    ----------
    image : array (rows, columns)
    low, high : float
        The percentiles, in per cent.

    Raises
    ------
    ValueError
        As ``medtutor.datasets.clip_percentiles``.

    Notes
    -----
    Taught in lesson 01.
    """
    values = np.asarray(image, dtype=np.float64)
    return float(np.mean(clip_percentiles(values, low, high) != values))

"""Three ways to bring grey values to a common scale."""

import numpy as np

from medtutor.datasets.checking import number_array


def min_max(image: np.ndarray) -> np.ndarray:
    """Scale grey values so that the lowest becomes 0 and the highest 1.

    Parameters
    ----------
    image : array of any shape, of numbers
        One image; its own lowest and highest value are taken.

    Returns
    -------
    array of the same shape, 0 to 1
        float64 for a float64 image, else float32.

    Raises
    ------
    ValueError
        For an empty image, NaN or infinite values, or a single grey value everywhere.

    Notes
    -----
    ``(x - min) / (max - min)``: one stray bright pixel sets the scale for all others, and what a
    value meant before, such as Hounsfield units, is lost. Taught in lesson 01.
    """
    values = _values(image)
    low, high = values.min(), values.max()
    if low == high:
        raise ValueError(_flat_message("min_max", low))
    return _as_found((values - low) / (high - low), image)


def z_score(image: np.ndarray) -> np.ndarray:
    """Shift and scale grey values to mean 0 and standard deviation 1.

    Parameters
    ----------
    image : array of any shape, of numbers
        One image; its own mean and standard deviation are taken, background included.

    Returns
    -------
    array of the same shape
        In standard deviations from the mean; float64 for a float64 image, else float32.

    Raises
    ------
    ValueError
        For an empty image, NaN or infinite values, or a single grey value everywhere.

    Notes
    -----
    ``(x - mean) / sd``, with the standard deviation of the pixels that are there (divided by n,
    not n - 1). Taught in lesson 01.
    """
    values = _values(image)
    if values.min() == values.max():
        raise ValueError(_flat_message("z_score", values.flat[0]))
    return _as_found((values - values.mean()) / values.std(), image)


def clip_percentiles(image: np.ndarray, low: float = 1.0, high: float = 99.0) -> np.ndarray:
    """Cut grey values off below one percentile and above another.

    Parameters
    ----------
    image : array of any shape, of numbers
        One image; the percentiles are those of all its pixels, background included.
    low, high : float
        In per cent, ``0 <= low < high <= 100``.

    Returns
    -------
    array of the same shape
        In the image's own units, so ``min_max(clip_percentiles(image))`` reaches from 0 to 1;
        float64 for a float64 image, else float32.

    Raises
    ------
    ValueError
        For an empty image, NaN or infinite values, percentiles out of order or out of range, or
        percentiles between which all grey values are the same.

    Notes
    -----
    Percentiles between two pixels' values are interpolated, as ``numpy.percentile`` does. Taught
    in lesson 01.
    """
    values = _values(image)
    if not 0 <= low < high <= 100:
        raise ValueError(f"percentiles are {low} and {high}; give 0 <= low < high <= 100, in %")
    floor, ceiling = np.percentile(values, (low, high))
    if floor == ceiling:
        raise ValueError(
            f"percentiles {low} and {high} are both {floor:g}, so nothing would be left of the "
            "image: most of its pixels have this one value; take percentiles further apart"
        )
    return _as_found(values.clip(floor, ceiling), image)


def _values(image: np.ndarray) -> np.ndarray:
    """Return the image as float64, in which no grey value overflows."""
    array = number_array(image)
    if array.size == 0:
        raise ValueError(
            f"image has shape {array.shape} and holds {array.dtype}; give at least one number"
        )
    values = array.astype(np.float64)
    bad = int(np.count_nonzero(~np.isfinite(values)))
    if bad:
        raise ValueError(
            f"{bad} of {values.size} pixels are NaN or infinite; replace them first, for example "
            "with numpy.nan_to_num(image)"
        )
    return values


def _as_found(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    return values if np.asarray(image).dtype == np.float64 else values.astype(np.float32)


def _flat_message(name: str, value: float) -> str:
    return (
        f"every pixel is {value:g}, and {name} would divide by a range of 0: leave such an empty "
        "slice out"
    )

"""Ways to bring grey values to a common scale, and the window through which a scan is seen."""

import numpy as np

from medtutor.datasets.checking import finite_array, number_array
from medtutor.datasets.tables import refused


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
    values = _values(image, "min_max")
    low, high = values.min(), values.max()
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
    values = _values(image, "z_score")
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
        raise refused("percentiles_alike", low=low, high=high, value=floor)
    return _as_found(values.clip(floor, ceiling), image)


def window(image: np.ndarray, center: float, width: float) -> np.ndarray:
    r"""Map the values of a window onto 0 (black) to 1 (white).

    Values below the window become 0, values above it 1. The formula is DICOM's "linear"
    one, PS3.3 C.11.2.1.2: with center :math:`c` and width :math:`w`,

    .. math:: y = \frac{x - (c - 0.5)}{w - 1} + 0.5, \quad 0 \le y \le 1

    The halves and the −1 are there because stored values are whole numbers.

    Parameters
    ----------
    image : array of any shape
        Stored values, for CT in Hounsfield units.
    center : float
        The value that becomes middle grey, nearly: ``center - 0.5`` does.
    width : float
        How many values lie between black and white, at least 1; with 1 the window is a threshold.

    Returns
    -------
    float32 array of the same shape
        Values from 0 to 1; a NaN stays one.

    Raises
    ------
    ValueError
        For a width below 1, a center or width that is no finite number, and an image that holds
        no numbers.

    Examples
    --------
    >>> print(window(np.array([-160, 40, 240]), center=40, width=400).round(3))
    [0.    0.501 1.   ]

    Notes
    -----
    Taught in lesson 01.
    """
    given = [np.asarray(one) for one in (center, width)]
    are_numbers = all(one.ndim == 0 and one.dtype.kind in "iuf" for one in given)
    if not are_numbers or not np.isfinite(given).all() or width < 1:
        raise refused("window", center=center, width=width)
    shifted = number_array(image).astype(np.float64) - (center - 0.5)
    if width == 1:
        shown = np.where(np.isnan(shifted), np.nan, shifted > 0)
    else:
        shown = np.clip(shifted / (width - 1) + 0.5, 0, 1)
    return shown.astype(np.float32)


def _values(image: np.ndarray, divider: str | None = None) -> np.ndarray:
    """Return an image in float64, of more than one value where somebody divides by its range."""
    values = finite_array(image)
    if values.size == 0:
        raise refused("no_number_at_all", array=np.asarray(image))
    if divider and values.min() == values.max():
        raise refused("one_value", value=values.flat[0], name=divider)
    return values


def _as_found(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    return values if np.asarray(image).dtype == np.float64 else values.astype(np.float32)

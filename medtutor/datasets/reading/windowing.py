"""The window through which a scan with many grey levels is looked at."""

from typing import Any

import numpy as np

from medtutor.datasets.checking import number_array
from medtutor.datasets.tables import refused


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
    if not (_is_finite_number(center) and _is_finite_number(width) and width >= 1):
        raise refused("window", center=center, width=width)
    shifted = number_array(image).astype(np.float64) - (center - 0.5)
    if width == 1:
        shown = np.where(np.isnan(shifted), np.nan, shifted > 0)
    else:
        shown = np.clip(shifted / (width - 1) + 0.5, 0, 1)
    return shown.astype(np.float32)


def _is_finite_number(value: Any) -> bool:
    array = np.asarray(value)
    return array.ndim == 0 and array.dtype.kind in "iuf" and bool(np.isfinite(array))

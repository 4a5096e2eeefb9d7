"""What the windowing explorer counts: grey values, and how many of them a window cuts off."""

import numpy as np

from medtutor.datasets import window

MAX_BINS = 128


def clipped_shares(image: np.ndarray, center: float, width: float) -> dict[str, float]:
    """Return which share of the pixels a window shows as plain black and as plain white.

    Parameters
    ----------
    image : array of any shape
        Hounsfield units.
    center, width : float
        The window, as ``medtutor.datasets.window`` takes it.

    Returns
    -------
    dict
        ``black`` and ``white``, 0 to 1. Pixels that differ there look the same.

    Notes
    -----
    Taught in lesson 01.
    """
    shown = window(image, center, width)
    return {"black": float((shown == 0).mean()), "white": float((shown == 1).mean())}


def grey_histogram(image: np.ndarray) -> dict[str, list[float] | list[int]]:
    """Count how many pixels have which value, in at most 128 bins of equal width.

    Parameters
    ----------
    image : array of any shape
        Whole numbers get bins of whole width, so that no bin holds more values than its
        neighbour.

    Returns
    -------
    dict
        ``edges``, one more than there are bins, and ``counts``. The last bin is closed.

    Notes
    -----
    Taught in lesson 01.
    """
    low, high = float(image.min()), float(image.max())
    if low == high:
        return {"edges": [low, low + 1], "counts": [int(image.size)]}
    whole = bool((image == np.rint(image)).all())
    step = np.ceil((high - low + 1) / MAX_BINS) if whole else (high - low) / MAX_BINS
    n_bins = int((high - low) // step) + 1 if whole else MAX_BINS
    edges = low + step * np.arange(n_bins + 1)
    edges[-1] = max(edges[-1], high)  # rounding must not lose the highest value
    counts, _ = np.histogram(image, edges)
    return {"edges": edges.tolist(), "counts": counts.tolist()}

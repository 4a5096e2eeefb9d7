"""Padding: stored values that say "nothing was measured here"."""

from collections.abc import Sequence

import numpy as np

from medtutor.datasets.reading.dicom_header import Header

_AIR = -1000


def padding_of(frame: Header) -> tuple[float, float | None] | None:
    """Return the stored value that is padding, and the other end where it is a range.

    Programs write whole numbers signed or unsigned, whatever the pixels are: the bits count.
    """
    whole = _whole(frame, "PixelPaddingValue")
    if whole is not None:
        return whole, _whole(frame, "PixelPaddingRangeLimit")
    for kind in ("FloatPixelPadding", "DoubleFloatPixelPadding"):
        value, limit = frame.get(f"{kind}Value"), frame.get(f"{kind}RangeLimit")
        if value is not None:
            return float(value), None if limit is None else float(limit)
    return None


def _whole(frame: Header, keyword: str) -> int | None:
    value, bits = frame.get(keyword), int(frame.get("BitsAllocated") or 16)
    # pydicom leaves bytes where it can't know the sign.
    given = (
        [int.from_bytes(value, "little")] if isinstance(value, bytes) else frame.numbers(keyword, 1)
    )
    # What the bits of a pixel can't hold, no pixel has.
    if given is None or not -(2 ** (bits - 1)) <= given[0] < 2**bits:
        return None
    whole = int(given[0]) % 2**bits
    is_signed = frame.get("PixelRepresentation") == 1
    return whole - 2**bits if is_signed and whole >= 2 ** (bits - 1) else whole


def without_padding(frames: Sequence[Header], values: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return the stored values, masked where pixels are padding.

    Parameters
    ----------
    frames : sequence of Header
        Their headers.
    values, cells : arrays (n, H, W)
        The stored bits of the pixels, and all allocated ones, which may hold padding, too.

    Returns
    -------
    array, masked where something is padding
        There it holds another pixel's value: padding must widen neither the type nor the range
        of what was measured.
    """
    ranges = {frame: padding_of(frame) for frame in dict.fromkeys(frames)}
    found = np.zeros(values.shape, bool)
    for place, frame in enumerate(frames):
        ends = ranges[frame]
        if ends is not None:
            found[place] = _within(values[place], ends) | _within(cells[place], ends)
    if not found.any():
        return values
    measured = values[~found]
    filler = measured.min() if measured.size else 0
    return np.ma.array(np.where(found, filler, values), mask=found)


def _within(array: np.ndarray, ends: tuple[float, float | None]) -> np.ndarray:
    value, limit = ends[0], ends[0] if ends[1] is None else ends[1]
    if np.isnan(value):
        return np.isnan(array)
    return (array >= min(value, limit)) & (array <= max(value, limit))


def with_background(array: np.ndarray, padded: np.ndarray, unit: str) -> tuple[np.ndarray, float]:
    """Put air for padding, or 0, or the lowest value where that is below 0; return it, too."""
    background = _AIR if unit == "HU" else array[~padded].min(initial=0).item()
    if array.dtype.kind in "iu":
        array = array.astype(np.result_type(array, np.min_scalar_type(background)))
    array[padded] = background
    return array, background

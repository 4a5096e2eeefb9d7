"""What is harmless in the headers of DICOM files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medtutor.datasets.reading.dicom_header import Header
from medtutor.datasets.reading.dicom_padding import padding_of
from medtutor.datasets.reading.dicom_units import real_world_mapping
from medtutor.datasets.reading.errors import naming

# Taken over into Scan.metadata. The list beside this file says what is harmless, not what isn't: a
# tag that nobody has thought of stays out. No names, dates, places, numbers of people or machines,
# no free text but the maker and the model; no UID but that of the kind of image.
_HARMLESS = Path(__file__).with_suffix(".txt").read_text(encoding="ascii").split()


def metadata_of(frames: Sequence[Header]) -> dict[str, Any]:
    """Return the harmless elements as plain Python values.

    A value that differs from frame to frame becomes a tuple with one entry for each.
    """
    kept = {}
    with naming(frames[0].path):
        found = [_elements(frame) for frame in dict.fromkeys(frames)]
        for keyword in found[0]:
            values = [_plain(elements[keyword]) for elements in found]
            if any(value not in (None, "") for value in values):
                same = len(set(map(repr, values))) == 1
                kept[keyword] = values[0] if same else tuple(values)
    return kept


def _elements(frame: Header) -> dict[str, Any]:
    value, limit = padding_of(frame) or (None, None)
    slope, intercept, units = real_world_mapping(frame) or (None, None, None)
    return {keyword: frame.get(keyword) for keyword in _HARMLESS} | {
        "PixelPaddingValue": value,
        "PixelPaddingRangeLimit": limit,
        "RealWorldValueSlope": slope,
        "RealWorldValueIntercept": intercept,
        "RealWorldValueUnits": units,
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bytes)):
        return value if value is None else str(value)
    if isinstance(value, Sequence):
        return tuple(_plain(part) for part in value)
    return int(value) if isinstance(value, int) else float(value)

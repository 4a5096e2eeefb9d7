"""One DICOM file, parsed with a bound on memory, and what is harmless in its header."""

import math
import zlib
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtutor.datasets.reading.errors import LARGEST, check_size, file_bytes, naming, refusal, shown

if TYPE_CHECKING:
    from pydicom import Dataset

_DEFLATED = "1.2.840.10008.1.2.1.99"
_OTHER_KINDS = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "compressed by gzip, perhaps NIfTI",
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF",
}


def open_dicom(path: Path, *, header_only: bool = False) -> "Dataset":
    """Parse a DICOM file.

    Parameters
    ----------
    path : Path
        A file; its suffix doesn't matter.
    header_only : bool
        Leave the pixels out.

    Raises
    ------
    ReadError
        Where it is no DICOM file, damaged, or would fill the memory.
    """
    import pydicom

    content = file_bytes(path)
    if content[128:132] != b"DICM":
        kinds = [kind for start, kind in _OTHER_KINDS.items() if content.startswith(start)]
        raise refusal(path, "other_than_dicom" if kinds else "not_dicom", kind="".join(kinds))
    with naming(path):
        if _DEFLATED.encode() in content:
            _check_inflated_size(path, content)
        # From memory, where a length that lies can't make Python reserve what isn't there.
        return pydicom.dcmread(BytesIO(content), stop_before_pixels=header_only)


def _check_inflated_size(path: Path, content: bytes) -> None:
    """Raise before pydicom unpacks a deflated file of any size whatever into memory."""
    from pydicom.filereader import read_dataset, read_preamble

    stream = BytesIO(content)
    read_preamble(stream, False)
    meta = read_dataset(stream, False, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 2)
    if meta.get("TransferSyntaxUID") != _DEFLATED:
        return
    read_dataset(stream, True, True, stop_when=lambda tag, _vr, _length: tag >> 16 != 0)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    n_bytes, rest = 0, stream.read()
    while rest and not inflater.eof:
        n_bytes += len(inflater.decompress(rest, 1 << 24))
        check_size(path, n_bytes, len(content))
        rest = inflater.unconsumed_tail


def check_declared_size(path: Path, dataset: "Dataset", n_images: int = 1) -> None:
    """Raise where the image that the header announces is larger than can be worked with."""
    with naming(path):
        shape = [_count(path, dataset, name) for name in ("Rows", "Columns", "SamplesPerPixel")]
        bits = _count(path, dataset, "BitsAllocated")
        n_bytes = shape[0] * shape[1] * shape[2] * n_frames(path, dataset) * max(1, bits // 8)
    check_size(path, n_bytes, path.stat().st_size)
    if n_bytes * n_images > LARGEST:
        check_size(path.parent, n_bytes * n_images, LARGEST)


def n_frames(path: Path, dataset: "Dataset") -> int:
    """Return how many frames a file holds; 1 where it doesn't say, or says 0."""
    with naming(path):
        value = dataset.get("NumberOfFrames")
    return 1 if is_empty(value) or value == 0 else _count(path, dataset, "NumberOfFrames")


def _count(path: Path, dataset: "Dataset", keyword: str) -> int:
    with naming(path):
        value = dataset.get(keyword)
    if keyword == "SamplesPerPixel" and value is None:
        return 1
    if not isinstance(value, int) or value < 1:
        raise refusal(path, "header_no_count", keyword=keyword, value=value)
    return int(value)


def is_empty(value: object) -> bool:
    """Say whether the value of an element says nothing."""
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return all(part == "" for part in value)
    return value is None or value in ("", b"")


def numbers(path: Path, source: Any, keyword: str, count: int) -> tuple[float, ...] | None:
    """Return the finite numbers of an element; ``None`` where it is missing or empty.

    The source is whatever has a ``get``: a data set, or a frame.
    """
    with naming(path):
        value = source.get(keyword)
    if is_empty(value):
        return None
    parts = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    try:
        found = tuple(float(part) for part in parts[:count])
    except (TypeError, ValueError):
        found = ()
    if len(found) < count or not all(map(math.isfinite, found)):
        row = "header_no_number" if count == 1 else "header_no_numbers"
        written = shown("\\".join(map(str, parts)), 80)
        raise refusal(path, row, keyword=keyword, written=written, count=count)
    return found

"""One DICOM file, parsed with a bound on memory, and where its header values stand."""

import math
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medtutor._identity import plain
from medtutor.datasets.reading.errors import (
    LARGEST,
    ReadError,
    check_size,
    file_bytes,
    naming,
    refusal,
    shown,
)

if TYPE_CHECKING:
    from pydicom import Dataset

_Home = Mapping[int, "Dataset"]
_DEFLATED = "1.2.840.10008.1.2.1.99"
_OTHER_KINDS = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"\x1f\x8b": "compressed by gzip, perhaps NIfTI",
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF",
}


class Header:
    """The header values of a file, or of one of its frames.

    In "enhanced" files a value may stand in the groups of the frame itself, in those that all
    frames share, or in the main part: it is looked for in this order, and an empty one counts as
    missing.

    Parameters
    ----------
    path : Path
        The file.
    dataset : pydicom.Dataset
        What was parsed of it, or a part of that.
    homes : sequence of mappings, optional
        Where to look: for each tag the data set that holds it. Without it, in ``dataset`` alone.
    number : int, optional
        Which frame of the file it is, from 1 up, where they have groups of their own.
    """

    def __init__(
        self,
        path: Path,
        dataset: "Dataset",
        homes: Sequence[_Home] | None = None,
        number: int | None = None,
    ) -> None:
        self.path, self.dataset, self.number = path, dataset, number
        self._homes = [_home(dataset)] if homes is None else homes

    @property
    def name(self) -> str:
        """What messages about other frames call it."""
        return shown(self.path.name) if self.number is None else f"frame {self.number}"

    def get(self, keyword: str) -> Any:
        """Return the value of an element; ``None`` where it is nowhere."""
        from pydicom.datadict import tag_for_keyword

        tag = tag_for_keyword(keyword) or 0
        with naming(self.path):
            values = (home[tag].get(keyword) for home in self._homes if tag in home)
            return next((value for value in values if not is_empty(value)), None)

    def text(self, keyword: str) -> str:
        """Return an element as text without blanks around it; empty where it is nowhere."""
        value = self.get(keyword)
        return "" if value is None else plain(str(value))

    def count(self, keyword: str) -> int:
        """Return the whole number from 1 up that an element must be."""
        value = self.get(keyword)
        if not isinstance(value, int) or value < 1:
            raise self.refusal("header_no_count", keyword=keyword, value=value)
        return int(value)

    @property
    def n_frames(self) -> int:
        """How many frames the file holds; 1 where it doesn't say, or says 0."""
        return 1 if self.get("NumberOfFrames") in (None, 0) else self.count("NumberOfFrames")

    def numbers(self, keyword: str, count: int) -> tuple[float, ...] | None:
        """Return the finite numbers of an element; ``None`` where it is nowhere."""
        value = self.get(keyword)
        if value is None:
            return None
        parts = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
        try:
            found = tuple(float(part) for part in parts[:count])
        except (TypeError, ValueError):
            found = ()
        if len(found) < count or not all(map(math.isfinite, found)):
            row = "header_no_number" if count == 1 else "header_no_numbers"
            written = shown("\\".join(map(str, parts)), 80)
            raise self.refusal(row, keyword=keyword, written=written, count=count)
        return found

    def refusal(self, row: str, /, **facts: object) -> ReadError:
        """Return an error that names the file, and the frame where there are several."""
        error = refusal(self.path, row, **facts)
        which = "" if self.number is None else f"frame {self.number}: "
        return ReadError(self.path, which + error.problem, error.cure)


def open_dicom(path: Path, *, header_only: bool = False) -> Header:
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
        return Header(path, pydicom.dcmread(BytesIO(content), stop_before_pixels=header_only))


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


def check_declared_size(header: Header, n_images: int = 1) -> None:
    """Raise where the image that the header announces is larger than can be worked with."""
    edges = [header.count(name) for name in ("Rows", "Columns")]
    n_samples = 1 if header.get("SamplesPerPixel") is None else header.count("SamplesPerPixel")
    n_bytes_each = max(1, header.count("BitsAllocated") // 8)
    n_bytes = math.prod(edges) * n_samples * header.n_frames * n_bytes_each
    check_size(header.path, n_bytes, header.path.stat().st_size)
    if n_bytes * n_images > LARGEST:
        check_size(header.path.parent, n_bytes * n_images, LARGEST)


def is_empty(value: object) -> bool:
    """Say whether the value of an element says nothing."""
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return all(part == "" for part in value)
    return value is None or value in ("", b"")


def frames_of(header: Header) -> list[Header]:
    """Return the headers of the frames of a file in the stored order."""
    dataset, count = header.dataset, header.n_frames
    with naming(header.path):
        own = [_elements(group) for group in dataset.get("PerFrameFunctionalGroupsSequence") or []]
        shared = list(dataset.get("SharedFunctionalGroupsSequence") or [])[:1]
        # Nuclear medicine says there where its first frame lies.
        detectors = list(dataset.get("DetectorInformationSequence") or [])
        common = [
            *map(_elements, shared),
            *map(_home, (dataset, dataset.file_meta)),
            *map(_home, detectors if len(detectors) == 1 else ()),
        ]
    if not own:
        return [Header(header.path, dataset, common)] * count
    if len(own) != count:
        raise header.refusal("frames_not_described", count=count, n_described=len(own))
    numbered = enumerate(own, 1) if count > 1 else [(None, own[0])]
    return [Header(header.path, dataset, [group, *common], number) for number, group in numbered]


def _home(dataset: "Dataset") -> _Home:
    return dict.fromkeys(dataset.keys(), dataset)


def _elements(group: "Dataset") -> _Home:
    """Return for each element of a functional group, whatever its sequence, what holds it."""
    found = dict(_home(group))
    for tag in group.keys():  # noqa: SIM118 (a Dataset yields its elements)
        # Makers keep whole headers of another kind in private sequences.
        if not tag.is_private and group[tag].VR == "SQ" and group[tag].value:
            found = {**_home(group[tag].value[0]), **found}
    return found

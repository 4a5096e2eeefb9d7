"""Look-up tables in DICOM files: palettes, and the modality's own."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from medtutor.datasets.reading.dicom_header import Header

if TYPE_CHECKING:
    from pydicom import Dataset

_COLOURS = ("Red", "Green", "Blue")
_DISCRETE, _LINEAR, _INDIRECT = 0, 1, 2
_Segment = tuple[int, int, list[int]]


@dataclass(frozen=True)
class Table:
    """The entries of a table (PS3.3, C.11.1.1).

    Parameters
    ----------
    entries : array (n,) of uint8 or uint16
        What stored values become; those outside become the first or the last entry.
    first : int
        The stored value of the first entry.
    n_bits : int
        How many bits of an entry count, as the header says.
    """

    entries: np.ndarray
    first: int
    n_bits: int

    def __getitem__(self, stored: np.ndarray) -> np.ndarray:
        # In stored's own type, the difference could leave its range.
        places = np.clip(stored.astype(np.int64) - self.first, 0, len(self.entries) - 1)
        return self.entries[places]


def modality_table(file: Header, item: "Dataset") -> Table:
    """Return the table that makes a modality's values of stored ones."""
    return _table(file, item, "LUTDescriptor", "LUTData")


def coloured(file: Header, stored: np.ndarray) -> np.ndarray:
    """Return the colours of a palette as RGB in uint8; how transparent they are isn't kept."""
    name = "{}PaletteColorLookupTable{}".format
    tables = [
        _table(file, file.dataset, name(colour, "Descriptor"), name(colour, "Data"))
        for colour in _COLOURS
    ]
    highest = max(int(table.entries.max()) for table in tables)
    # Entries of 8 bits in cells of 16 are found in the high bits as well as in the low ones.
    n_bits = max(tables[0].n_bits, highest.bit_length())
    surplus = n_bits - 8 if highest > 255 else 0
    return np.stack([(table[stored] >> surplus).astype(np.uint8) for table in tables], axis=-1)


def _table(file: Header, source: "Dataset", descriptor: str, data: str) -> Table:
    described = _described(file.dataset, source, descriptor)
    is_segmented = source.get(data) is None and source.get(f"Segmented{data}") is not None
    data = f"Segmented{data}" if is_segmented else data
    if described is None or source.get(data) is None:
        raise file.refusal("table_lacks_part", descriptor=descriptor, data=data)
    n_entries, first, n_bits = described
    content = _content(file.dataset, source[data])
    if is_segmented:
        words = np.frombuffer(content, "u1" if n_bits <= 8 else "<u2").tolist()
        entries = _unfolded(file, words, n_bits > 8, n_entries)
    else:
        entries = _words(content, n_entries)
    if len(entries) < n_entries:
        raise file.refusal("table_too_short", n_bytes=len(content), n_entries=n_entries)
    is_small = n_bits <= 8 and entries.max() <= 255
    return Table(entries.astype(np.uint8) if is_small else entries, first, n_bits)


def _described(dataset: "Dataset", source: "Dataset", keyword: str) -> tuple[int, int, int] | None:
    """Return how many entries a table has, the stored value of the first, and the bits of each."""
    found = source.get(keyword) or []
    if isinstance(found, bytes):  # as pydicom leaves it where it can't know the sign
        found = np.frombuffer(found, "<u2").tolist()
    if len(found) != 3:
        return None
    # All three are written with 16 bits: 65536 entries as 0, and a first value with any sign.
    first = found[1] % 2**16
    is_negative = dataset.PixelRepresentation == 1 and first >= 2**15
    return found[0] % 2**16 or 2**16, first - 2**16 * is_negative, min(found[2], 16)


def _content(dataset: "Dataset", element: Any) -> bytes:
    """Return the bytes of an element, the low ones of each word first."""
    if not isinstance(element.value, bytes):
        return np.atleast_1d(np.asarray(element.value, np.int64)).astype("<u2").tobytes()
    is_little = dataset.original_encoding[1]
    if is_little or element.VR != "OW":
        return element.value
    return np.frombuffer(element.value, ">u2").astype("<u2").tobytes()


def _words(content: bytes, n_entries: int) -> np.ndarray:
    """Return the entries: each in two bytes, or in one where the content is too short."""
    kind = "<u2" if len(content) >= 2 * n_entries else "u1"
    return np.frombuffer(content, kind, count=min(n_entries, len(content))).astype(np.uint16)


def _unfolded(file: Header, words: list[int], is_wide: bool, n_entries: int) -> np.ndarray:
    """Return the entries of a table in segments (PS3.3, C.7.9.2), not more than are promised.

    A few bytes of such a table can ask for gigabytes, or for one another without end.
    """
    segments = _segments(file, words, 2 if is_wide else 4)
    starts, entries = list(segments), list[int]()
    for segment in segments.values():
        for kind, length, data in _copied(segment, segments, starts, is_wide) or [segment]:
            if kind == _LINEAR and entries:
                line = np.linspace(entries[-1], data[0], length + 1)[1:]
                entries += np.rint(line).astype(int).tolist()
            elif kind == _DISCRETE:
                entries += data
            else:
                raise file.refusal("palette_segments")
            if len(entries) > n_entries:
                raise file.refusal("palette_segments")
    return np.asarray(entries, np.uint16)


def _segments(file: Header, words: list[int], n_offset: int) -> dict[int, _Segment]:
    """Return kind, length and data of each segment, by the word that it begins at."""
    found, place = {}, 0
    while place + 1 < len(words):
        kind, length = words[place], words[place + 1]
        n_data = {_DISCRETE: length, _LINEAR: 1, _INDIRECT: n_offset}.get(kind, len(words))
        data = words[place + 2 : place + 2 + n_data]
        if length == 0 or len(data) < n_data:
            raise file.refusal("palette_segments")
        found[place] = kind, length, data
        place += 2 + n_data
    return found


def _copied(
    segment: _Segment, segments: dict[int, _Segment], starts: list[int], is_wide: bool
) -> list[_Segment]:
    """Return the earlier segments that an indirect one repeats."""
    kind, length, data = segment
    if kind != _INDIRECT:
        return []
    offset = sum(word << (place * (16 if is_wide else 8)) for place, word in enumerate(data))
    # The standard counts bytes; some programs, pydicom among them, count words.
    for start in (offset // 2 if is_wide else offset, offset):
        if start in segments:
            first = starts.index(start)
            return [segments[start] for start in starts[first : first + length]]
    return []

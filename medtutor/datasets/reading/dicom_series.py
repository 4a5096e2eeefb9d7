"""Which files make a series, and whether they fit together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from medtutor._identity import plain
from medtutor.datasets.reading.dicom_file import n_frames
from medtutor.datasets.reading.dicom_frames import Frame
from medtutor.datasets.reading.errors import naming, refusal


@dataclass(frozen=True)
class Header:
    """A file of a series, and its parsed header."""

    path: Path
    dataset: Any

    def text(self, keyword: str) -> str:
        """Return an element as text without blanks around it; empty where it is missing."""
        with naming(self.path):
            value = self.dataset.get(keyword)
            return "" if value is None else plain(str(value))


def one_series(place: Path, headers: Sequence[Header], series: str | int | None) -> list[Header]:
    """Return the files of the chosen series, or of the only one there is."""
    groups: dict[str, list[Header]] = {}
    for header in headers:
        groups.setdefault(header.text("SeriesInstanceUID"), []).append(header)
    if series is not None:
        wanted = str(series).strip()
        groups = {
            uid: group
            for uid, group in groups.items()
            if wanted and wanted in (uid, group[0].text("SeriesNumber"))
        }
    if len(groups) == 1:
        return next(iter(groups.values()))
    everything = _listed(headers)
    row = "series_of_one_name" if series is not None else "several_series"
    raise refusal(
        place,
        row if groups else "no_such_series",
        count=len(groups),
        series=series,
        everything=everything,
    )


def _listed(headers: Sequence[Header]) -> str:
    found = Counter(
        (
            header.text("SeriesNumber") or "without number",
            header.text("Modality") or "unknown modality",
            header.text("SeriesInstanceUID") or "missing",
        )
        for header in headers
    )
    lines = [
        f"series {number} ({modality}, {count} files, UID {uid})"
        for (number, modality, uid), count in list(found.items())[:20]
    ]
    return ", ".join(lines) + (" …" if len(found) > 20 else "")


def check_alike(headers: Sequence[Header]) -> None:
    """Raise for the first file whose image doesn't fit on those of the first file."""
    first = headers[0]
    expected = _layout(first)
    person = first.text("PatientID")
    for header in headers:
        if person and (header.text("PatientID") or person) != person:
            raise refusal(header.path, "two_patients_in_series", other=first.path)
        if n_frames(header.path, header.dataset) > 1:
            raise refusal(header.path, "frames_in_series", count=len(headers))
        for name, value in _layout(header).items():
            if value != expected[name]:
                raise refusal(
                    header.path,
                    "differs_in_series",
                    name=name,
                    value=value,
                    other=first.path,
                    first=expected[name],
                )


def _layout(header: Header) -> dict[str, Any]:
    with naming(header.path):
        get = header.dataset.get
        return {
            "size (rows, columns)": (get("Rows"), get("Columns")),
            "samples per pixel": get("SamplesPerPixel", 1),
            "photometric interpretation": get("PhotometricInterpretation"),
        }


def order_by_number(frames: Sequence[Frame]) -> list[int]:
    """Return the places of files in the order of the numbers that the scanner gave them."""
    numbered: dict[int, int] = {}
    for place, frame in enumerate(frames):
        found = frame.numbers("InstanceNumber", 1)
        if found is None or int(found[0]) in numbered:
            raise frame.refusal("no_place_no_number")
        numbered[int(found[0])] = place
    return [numbered[number] for number in sorted(numbered)]

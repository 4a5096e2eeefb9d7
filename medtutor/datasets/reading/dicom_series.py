"""Which files make a series, and whether they fit together."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from medtutor.datasets.reading.dicom_header import Header
from medtutor.datasets.reading.errors import refusal


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
    row = "several_series" if series is None else "series_of_one_name"
    row = row if groups else "no_such_series"
    raise refusal(place, row, count=len(groups), series=series, everything=_listed(headers))


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
            raise header.refusal("two_patients_in_series", other=first.path)
        if header.n_frames > 1:
            raise header.refusal("frames_in_series", count=len(headers))
        for name, value in _layout(header).items():
            was = expected[name]
            if value != was:
                raise header.refusal(
                    "differs_in_series", name=name, value=value, other=first.path, first=was
                )


def _layout(header: Header) -> dict[str, Any]:
    return {
        "size (rows, columns)": (header.get("Rows"), header.get("Columns")),
        "samples per pixel": header.get("SamplesPerPixel") or 1,
        "photometric interpretation": header.get("PhotometricInterpretation"),
    }


def order_by_number(frames: Sequence[Header]) -> list[int]:
    """Return the places of files in the order of the numbers that the scanner gave them."""
    numbered: dict[int, int] = {}
    for place, frame in enumerate(frames):
        found = frame.numbers("InstanceNumber", 1)
        if found is None or int(found[0]) in numbered:
            raise frame.refusal("no_place_no_number")
        numbered[int(found[0])] = place
    return [numbered[number] for number in sorted(numbered)]

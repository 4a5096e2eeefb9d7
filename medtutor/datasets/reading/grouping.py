"""Which files show the same patient, without keeping who that is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from medtutor._progress import bar
from medtutor.datasets.reading.dicom_file import n_frames, numbers, open_dicom
from medtutor.datasets.reading.errors import ReadError, naming
from medtutor.datasets.reading.item import Item
from medtutor.datasets.reading.kinds import DICOM, NIFTI
from medtutor.datasets.reading.nifti import axial_slices


@dataclass(frozen=True)
class Grouping:
    """Numbers instead of names.

    Parameters
    ----------
    numbers : tuple of int
        For each file the number of its patient, in the order in which patients first appear.
        The names or identifiers that were compared are forgotten.
    n_images : tuple of int
        How many images each file holds.
    known : bool
        Whether anything says who is shown. If not, each file counts as a patient.
    told_by : str
        In words: who says so.
    """

    numbers: tuple[int, ...]
    n_images: tuple[int, ...]
    known: bool
    told_by: str


def group_by_patient(items: Sequence[Item]) -> tuple[list[Item], Grouping]:
    """Return the files in order, those of a DICOM series in the order of the series."""
    if items[0].kind == DICOM:
        return _grouped_dicom(items)
    is_nifti = items[0].kind == NIFTI
    counts = [axial_slices(item.path) if is_nifti else 1 for item in items]
    if _all_named(items):
        return list(items), _grouping([item.patient for item in items], counts, _TOLD)
    told_by = (
        "each volume counts as a patient of its own, because nothing says whom it shows"
        if is_nifti
        else "each file counts as a patient of its own, because nothing says whom it shows"
    )
    return list(items), Grouping(tuple(range(len(items))), tuple(counts), is_nifti, told_by)


_TOLD = "patients as labels.csv or the sub-folders name them"


def _all_named(items: Sequence[Item]) -> bool:
    named = [item.patient is not None for item in items]
    if any(named) and not all(named):
        lost = items[named.index(False)]
        raise ReadError(
            lost.path,
            "lies in no patient's sub-folder, others do",
            "put it into a folder of its patient",
        )
    return all(named)


def _grouping(keys: Sequence[Hashable], counts: Sequence[int], told_by: str) -> Grouping:
    first: dict[Hashable, int] = {}
    numbered = tuple(first.setdefault(key, len(first)) for key in keys)
    return Grouping(numbered, tuple(counts), True, told_by)


@dataclass(frozen=True)
class _Facts:
    """What is needed from a DICOM header while files are grouped."""

    person: str
    study: str
    place: tuple[str, str, float]
    count: int


def _grouped_dicom(items: Sequence[Item]) -> tuple[list[Item], Grouping]:
    facts = [_facts(item) for item in bar(items, desc="reading headers", unit="file")]
    order = sorted(range(len(items)), key=lambda place: facts[place].place)
    items, facts = [items[place] for place in order], [facts[place] for place in order]
    counts = [fact.count for fact in facts]
    # A series is often in a folder of its own, which then isn't the patient's: ask the header.
    if all(fact.person for fact in facts):
        told_by = "patients by the DICOM header's PatientID, which is not kept"
        return items, _grouping([fact.person for fact in facts], counts, told_by)
    if all(item.patient is not None for item in items):
        return items, _grouping([item.patient for item in items], counts, _TOLD)
    if all(fact.study for fact in facts):
        told_by = "each study counts as a patient of its own, because PatientID is empty"
        return items, _grouping([fact.study for fact in facts], counts, told_by)
    told_by = "each file counts as a patient of its own, because PatientID is empty"
    return items, Grouping(tuple(range(len(items))), tuple(counts), False, told_by)


def _facts(item: Item) -> _Facts:
    dataset = open_dicom(item.path, header_only=True)
    with naming(item.path):
        # What the table says of the patient is worth more than the header.
        # Blanks around a PatientID mean nothing (PS3.5, 6.2).
        person = item.patient if item.by_table else str(dataset.get("PatientID") or "").strip()
        series = str(dataset.get("SeriesInstanceUID") or "").strip()
        number: Any = numbers(item.path, dataset, "InstanceNumber", 1) or (0.0,)
        place = (item.path.parent.as_posix(), series, float(number[0]))
        study = str(dataset.get("StudyInstanceUID") or "").strip()
        return _Facts(person or "", study, place, n_frames(item.path, dataset))

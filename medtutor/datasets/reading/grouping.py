"""Which files show the same patient, without keeping who that is."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from medtutor._identity import is_missing, is_nobody, look_alikes
from medtutor._progress import bar
from medtutor.datasets.reading.dicom_header import open_dicom
from medtutor.datasets.reading.errors import refusal, shown
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
        Whether anything says who is shown. If not, the numbers are a guess, and the same patient
        may have two.
    told_by : str
        In words: who says so.
    """

    numbers: tuple[int, ...]
    n_images: tuple[int, ...]
    known: bool
    told_by: str

    @property
    def of_images(self) -> np.ndarray:
        """The number of the patient of each image."""
        return np.repeat(self.numbers, self.n_images)


def group_by_patient(items: Sequence[Item]) -> tuple[list[Item], Grouping]:
    """Return the files in order, those of a DICOM series in the order of the series."""
    if items[0].kind == DICOM:
        return _grouped_dicom(items)
    is_nifti = items[0].kind == NIFTI
    counts = [axial_slices(item.path) if is_nifti else 1 for item in items]
    if _all_named(items):
        return list(items), _grouping(_named(items), counts, _TOLD)
    what = "volume" if is_nifti else "file"
    told_by = f"each {what} counts as a patient of its own, because nothing says whom it shows"
    return list(items), _grouping(range(len(items)), counts, told_by, known=False)


_TOLD = "patients as labels.csv or the sub-folders name them"


def _all_named(items: Sequence[Item]) -> bool:
    named = [item.patient is not None for item in items]
    if any(named) and not all(named):
        lost = items[named.index(False)]
        raise refusal(lost.path, "no_patient_folder")
    return all(named)


def _named(items: Sequence[Item]) -> list[str]:
    """Return the patients as the sub-folders or a table name them."""
    names = [item.patient or "" for item in items]
    for item, name in zip(items, names, strict=True):
        if is_nobody(name):
            raise refusal(item.path, "patient_is_nobody", name=name)
    _check_alike(items, names, "the name of its patient")
    return names


def _check_alike(items: Sequence[Item], names: Sequence[str], what: str) -> None:
    alike = look_alikes(names)
    if alike:
        one, other = (items[names.index(name)].path for name in alike)
        raise refusal(other, "patients_alike", what=what, other=shown(one))


def _grouping(
    keys: Sequence[Hashable], counts: Sequence[int], told_by: str, *, known: bool = True
) -> Grouping:
    first: dict[Hashable, int] = {}
    numbered = tuple(first.setdefault(key, len(first)) for key in keys)
    return Grouping(numbered, tuple(counts), known, told_by)


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
    persons = [fact.person for fact in facts]
    # One word for everybody is told where the patients are counted; beside numbers it is none.
    if not all(map(is_nobody, persons)):
        persons = ["" if is_nobody(person) else person for person in persons]
    # A series is often in a folder of its own, which then isn't the patient's: ask the header.
    if all(persons):
        _check_alike(items, persons, "its PatientID")
        told_by = "patients by the DICOM header's PatientID, which is not kept"
        return items, _grouping(persons, counts, told_by)
    if all(item.patient is not None for item in items):
        _check_folders_keep_patients_whole(items, persons)
        return items, _grouping(_named(items), counts, _TOLD)
    if any(persons):
        raise refusal(items[persons.index("")].path, "no_patient_id")
    if all(fact.study for fact in facts):
        told_by = "each study counts as a patient of its own, because PatientID is empty"
        return items, _grouping([fact.study for fact in facts], counts, told_by, known=False)
    told_by = "each file counts as a patient of its own, because PatientID is empty"
    return items, _grouping(range(len(items)), counts, told_by, known=False)


def _check_folders_keep_patients_whole(items: Sequence[Item], persons: Sequence[str]) -> None:
    """Raise where only some files have a PatientID, and one of them is in two sub-folders."""
    first: dict[str, Item] = {}
    for item, person in zip(items, persons, strict=True):
        other = first.setdefault(person, item)
        if person and other.patient != item.patient:
            raise refusal(item.path, "patient_in_two_folders", other=shown(other.path))


def _facts(item: Item) -> _Facts:
    header = open_dicom(item.path, header_only=True)
    # What the table says of the patient is worth more than the header.
    person = item.patient if item.by_table else header.text("PatientID")
    person = "" if person is None or is_missing(person) else person
    (number,) = header.numbers("InstanceNumber", 1) or (0.0,)
    place = (item.path.parent.as_posix(), header.text("SeriesInstanceUID"), number)
    return _Facts(person, header.text("StudyInstanceUID"), place, header.n_frames)

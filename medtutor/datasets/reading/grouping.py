"""Which files show the same patient, without keeping who that is."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import NamedTuple

from medtutor._identity import is_missing, is_nobody, look_alikes
from medtutor._progress import bar
from medtutor.datasets.reading.dicom_header import open_dicom
from medtutor.datasets.reading.errors import refusal, shown
from medtutor.datasets.reading.files import DICOM, NIFTI, Item
from medtutor.datasets.reading.nifti import axial_slices

_TOLD = "patients as labels.csv or the sub-folders name them"


class Grouping(NamedTuple):
    """Files with numbers instead of names; what was compared is forgotten.

    Parameters
    ----------
    items : tuple of Item
        In order, those of a DICOM series in the order of the series.
    told_by : str
        In words: who says which of them show the same patient.
    known : bool
        Whether anything says it. If not, the numbers are a guess, and the same patient may have
        two.
    """

    items: tuple[Item, ...]
    told_by: str
    known: bool = True


def group_by_patient(items: Sequence[Item]) -> Grouping:
    """Return the files with their number of images and of their patient."""
    if items[0].kind == DICOM:
        return _grouped_dicom(items)
    is_nifti = items[0].kind == NIFTI
    if is_nifti:
        items = [replace(item, n_images=axial_slices(item.path)) for item in items]
    named = [item.patient is not None for item in items]
    if all(named):
        return _by_name(items)
    if any(named):
        raise refusal(items[named.index(False)].path, "no_patient_folder")
    what = "volume" if is_nifti else "file"
    return _guessed(items, range(len(items)), what, "nothing says whom it shows")


def _by_name(items: Sequence[Item]) -> Grouping:
    """Group by the patients as the sub-folders or a table name them."""
    names = [item.patient or "" for item in items]
    for item, name in zip(items, names, strict=True):
        if is_nobody(name):
            raise refusal(item.path, "patient_is_nobody", name=name)
    _check_alike(items, names, "the name of its patient")
    return Grouping(_numbered(items, names), _TOLD)


def _check_alike(items: Sequence[Item], names: Sequence[str], what: str) -> None:
    alike = look_alikes(names)
    if alike:
        one, other = (items[names.index(name)].path for name in alike)
        raise refusal(other, "patients_alike", what=what, other=shown(one))


def _numbered(items: Sequence[Item], keys: Sequence[Hashable]) -> tuple[Item, ...]:
    first: dict[Hashable, int] = {}
    numbers = [first.setdefault(key, len(first)) for key in keys]
    return tuple(replace(item, number=n) for item, n in zip(items, numbers, strict=True))


def _guessed(items: Sequence[Item], keys: Sequence[Hashable], what: str, why: str) -> Grouping:
    told_by = f"each {what} counts as a patient of its own, because {why}"
    return Grouping(_numbered(items, keys), told_by, known=False)


class _Facts(NamedTuple):
    """What is needed from a DICOM header while files are grouped."""

    place: tuple[str, str, float]
    person: str
    study: str


def _grouped_dicom(items: Sequence[Item]) -> Grouping:
    found = [_facts(item) for item in bar(items, desc="reading headers", unit="file")]
    found.sort(key=lambda pair: pair[1].place)
    items, facts = [item for item, _ in found], [fact for _, fact in found]
    persons = [fact.person for fact in facts]
    # One word for everybody is told where the patients are counted; beside numbers it is none.
    if not all(map(is_nobody, persons)):
        persons = ["" if is_nobody(person) else person for person in persons]
    # A series is often in a folder of its own, which then isn't the patient's: ask the header.
    if all(persons):
        _check_alike(items, persons, "its PatientID")
        told_by = "patients by the DICOM header's PatientID, which is not kept"
        return Grouping(_numbered(items, persons), told_by)
    if all(item.patient is not None for item in items):
        _check_folders_keep_patients_whole(items, persons)
        return _by_name(items)
    if any(persons):
        raise refusal(items[persons.index("")].path, "no_patient_id")
    studies = [fact.study for fact in facts]
    keys, what = (studies, "study") if all(studies) else (range(len(items)), "file")
    return _guessed(items, keys, what, "PatientID is empty")


def _check_folders_keep_patients_whole(items: Sequence[Item], persons: Sequence[str]) -> None:
    """Raise where only some files have a PatientID, and one of them is in two sub-folders."""
    first: dict[str, Item] = {}
    for item, person in zip(items, persons, strict=True):
        other = first.setdefault(person, item)
        if person and other.patient != item.patient:
            raise refusal(item.path, "patient_in_two_folders", other=shown(other.path))


def _facts(item: Item) -> tuple[Item, _Facts]:
    header = open_dicom(item.path, header_only=True)
    # What the table says of the patient is worth more than the header.
    person = item.patient if item.by_table else header.text("PatientID")
    person = "" if person is None or is_missing(person) else person
    (number,) = header.numbers("InstanceNumber", 1) or (0.0,)
    place = (item.path.parent.as_posix(), header.text("SeriesInstanceUID"), number)
    item = replace(item, n_images=header.n_frames)
    return item, _Facts(place, person, header.text("StudyInstanceUID"))

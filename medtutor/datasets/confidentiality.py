"""The basic confidentiality profile of DICOM PS3.15, element by element.

Only :mod:`medtutor.datasets.deidentification` uses it, and imports it when it is needed: pydicom
takes longer to import than everything else that ``medtutor.datasets`` needs.
"""

import csv
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom.datadict import dictionary_has_tag, repeater_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID
from pydicom.valuerep import BYTES_VR, FLOAT_VR, INT_VR

# The tags and actions of Annex E, table E.1-1, column "basic profile".
PROFILE_EDITION = "PS3.15 2026c"
# Where the table leaves a choice that depends on the kind of image, what is right for all kinds.
_CHOICES = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z/U*": "items"}
_DUMMIES: dict[str, Any] = {
    **dict.fromkeys(FLOAT_VR | INT_VR, 0), **dict.fromkeys(BYTES_VR, b"\0\0"),
    "AS": "000D", "DA": "19000101", "DT": "19000101000000", "TM": "000000", "UR": "urn:removed",
}  # fmt: skip


@cache
def _profile() -> dict[str, str]:
    """Return the action for each tag; tags are eight hexadecimal digits, x for any."""
    text = files("medtutor.datasets").joinpath("deidentification_profile.csv").read_text("ascii")
    return {row["tag"]: row["action"] for row in csv.DictReader(text.splitlines())}


def _action(tag: BaseTag) -> str:
    """Return X remove, Z empty, D dummy, U new UID, items (clean what is inside), or K keep."""
    # Commands and the file's header don't belong in a data set.
    if tag.is_private or tag.group <= 2:
        return "X"
    name = f"{tag:08x}"
    patterns = (name, f"{name[:2]}xx{name[4:]}", f"{name[:2]}xxxxxx")
    found = next((_profile()[p] for p in patterns if p in _profile()), None)
    if found is not None:
        return _CHOICES.get(found, found)
    known = dictionary_has_tag(tag) or repeater_has_tag(int(tag))
    return "K" if known and tag.element != 0 else "X"  # element 0 counts bytes that are gone


def cleaned(dataset: Dataset, key: str, unreadable: list[BaseTag]) -> Dataset:
    """Return a new data set after the profile; tags that can't be read are noted and left out."""
    clean = Dataset()
    for tag in sorted(dataset.keys()):
        action = _action(tag)
        try:
            if action != "X":
                clean[tag] = _replaced(dataset[tag], action, key, unreadable)
        except Exception:  # what can't be read can't be judged: it goes, and is reported
            unreadable.append(tag)
    implicit, little = dataset.original_encoding
    clean.set_original_encoding(implicit, little, dataset.original_character_set)
    return clean


def _replaced(
    element: DataElement, action: str, key: str, unreadable: list[BaseTag]
) -> DataElement:
    if action == "Z":
        return DataElement(element.tag, element.VR, None if element.VR != "SQ" else [])
    if action == "D":
        return DataElement(element.tag, element.VR, _dummy(element, key))
    if action == "U":
        return DataElement(element.tag, "UI", _new_uids(element.value, key))
    if element.VR == "UN":
        raise ValueError("bytes of unknown type")
    if element.VR == "SQ":
        items = [cleaned(item, key, unreadable) for item in element.value]
        return DataElement(element.tag, "SQ", items)
    value = list(element.value) if isinstance(element.value, MultiValue) else element.value
    return DataElement(element.tag, element.VR, value)


def _dummy(element: DataElement, key: str) -> Any:
    """Return a value that fits the element's type and tells nothing."""
    if element.VR == "SQ":
        return [Dataset()]
    if element.VR == "UI":
        return _new_uids(element.value, key)
    return _DUMMIES.get(element.VR, "REMOVED")


def _new_uids(value: Any, key: str) -> Any:
    if isinstance(value, (MultiValue, list, tuple)):
        return [_new_uid(str(one), key) for one in value]
    return _new_uid(str(value), key) if value else value


def _new_uid(uid: str, key: str) -> UID:
    """Return the same new UID for the same old one, in the form of PS3.5 B.2 (2.25 + number).

    UIDs that the standard has given a name are kept: they say what a thing is, not whose.
    """
    if UID(uid).name != uid:
        return UID(uid)
    digest = hashlib.sha256(f"{key}\0{uid}".encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:16], 'big')}")


def state_what_was_done(clean: Dataset) -> None:
    """Add the elements by which a reader sees that, and how, the data set was de-identified."""
    clean.PatientIdentityRemoved = "YES"
    clean.DeidentificationMethod = f"medtutor, DICOM {PROFILE_EDITION}, basic profile"
    code = Dataset()
    code.CodeValue = "113100"
    code.CodingSchemeDesignator = "DCM"
    code.CodeMeaning = "Basic Application Confidentiality Profile"
    clean.DeidentificationMethodCodeSequence = [code]
    clean.LongitudinalTemporalInformationModified = "REMOVED"


def cleaned_file_meta(dataset: Dataset, clean: Dataset, key: str) -> FileMetaDataset:
    """Return a new header that holds what reading the file needs, and nothing else."""
    old = getattr(dataset, "file_meta", None) or FileMetaDataset()
    new = FileMetaDataset()
    for keyword in ("MediaStorageSOPClassUID", "TransferSyntaxUID"):
        uid = _readable_uid(old, keyword)
        if uid is not None and uid.name != uid:  # one that the standard knows
            setattr(new, keyword, uid)
    uid = _readable_uid(old, "MediaStorageSOPInstanceUID")
    if "SOPInstanceUID" in clean:
        new.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
    elif uid is not None:
        new.MediaStorageSOPInstanceUID = _new_uid(str(uid), key)
    return new


def _readable_uid(meta: FileMetaDataset, keyword: str) -> UID | None:
    try:
        value = meta[keyword].value
    except Exception:  # missing or damaged
        return None
    return value if isinstance(value, UID) and value else None

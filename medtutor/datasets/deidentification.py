"""Taking out of a DICOM data set who the patient is."""

import csv
import hashlib
import secrets
import warnings
from functools import cache
from importlib.resources import files
from typing import Any

from pydicom.datadict import dictionary_has_tag, repeater_has_tag
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.uid import UID

# The tags and actions of DICOM PS3.15 (2026c), Annex E, table E.1-1, column "basic profile".
PROFILE_EDITION = "PS3.15 2026c"
# Where the table leaves a choice that depends on the kind of image, what is right for all kinds.
_CHOICES = {"X/Z": "Z", "X/D": "D", "Z/D": "D", "X/Z/D": "D", "X/Z/U*": "items"}
_DUMMIES: dict[str, Any] = {
    "AS": "000D", "DA": "19000101", "DT": "19000101000000", "TM": "000000",
    "DS": "0", "IS": "0", "UR": "urn:removed", "PN": "REMOVED", "AT": 0,
}  # fmt: skip
_BYTES_VR = ("OB", "OW", "OD", "OF", "OL", "OV", "UN")
_NUMBER_VR = ("FL", "FD", "SL", "SS", "SV", "UL", "US", "UV")
# UIDs under this root are the standard's own: they name kinds of things, not patients.
_STANDARD_ROOT = "1.2.840.10008."
_DESCRIBES_PIXELS_BY_EYE = ("US", "IVUS", "ES", "XC", "OT", "SC", "GM", "SM", "OP")
_HEAD_WORDS = ("HEAD", "BRAIN", "SKULL", "FACE", "NECK", "ORBIT", "SINUS", "JAW", "EAR", "EYE")
_session_secret = secrets.token_hex(16)


def deidentify(dataset: Dataset, *, secret: str | None = None) -> Dataset:
    """Return a copy of a DICOM data set without what the standard says may identify a person.

    This is the *Basic Application Level Confidentiality Profile* of DICOM PS3.15, Annex E: names,
    numbers, dates, places, people, devices, free text and comments are removed or replaced, in
    nested sequences and in the file's header, too; so are private elements, curves, overlays and
    elements that the dictionary doesn't know. All unique identifiers (UIDs) become new ones.

    Parameters
    ----------
    dataset : pydicom.Dataset
        As ``pydicom.dcmread`` returns it. It is not changed.
    secret : str, optional
        The new UIDs are computed from the old ones and this text: with the same secret, the images
        of one series stay together, in other runs of your program, too. Keep it to yourself.
        Without it, a random one holds until Python ends.

    Returns
    -------
    pydicom.Dataset
        A new data set that can be saved, with ``PatientIdentityRemoved`` set to ``"YES"``.

    Warns
    -----
    UserWarning
        For each risk that remains, see :func:`deidentification_risks`, and for elements that
        could not be read and were removed.

    Raises
    ------
    TypeError
        Where something else than a data set arrives.
    ValueError
        For a DICOMDIR: it is an index of other files, by their place in it.

    Notes
    -----
    It **can't** see: text that is burned into the pixels, faces that can be computed from slices
    of a head, identifying words in elements that the profile keeps, and whatever you know about a
    rare case. Where the profile gives a choice by the kind of image ("X/D": remove, or put a
    dummy where the element is mandatory), the choice is made that leaves every kind valid.
    De-identified is not anonymous: ask your data protection officer before you publish.

    The table of tags lies beside this module as ``deidentification_profile.csv``.
    Taught in lesson 01.
    """
    _check_is_image(dataset)
    key = secret if secret is not None else _session_secret
    unreadable: list[BaseTag] = []
    clean = _cleaned(dataset, key, unreadable)
    _state_what_was_done(clean)
    clean.file_meta = _cleaned_file_meta(dataset, clean, key)
    clean.preamble = b"\0" * 128
    for text in [*_about_unreadable(unreadable), *deidentification_risks(dataset)]:
        warnings.warn(text, stacklevel=2)
    return clean


def _check_is_image(dataset: Any) -> None:
    if not isinstance(dataset, Dataset):
        raise TypeError(
            f"deidentify takes a pydicom Dataset, not {type(dataset).__name__}; "
            "read the file with pydicom.dcmread(path) first"
        )
    if "DirectoryRecordSequence" in dataset:
        raise ValueError(
            "this is a DICOMDIR, an index of other files; de-identify the files that it names, "
            "and have a new index made of the results"
        )


def deidentification_risks(dataset: Dataset) -> list[str]:
    """Return what may still tell who the patient is after :func:`deidentify`, one sentence each.

    Notes
    -----
    The list says what the header gives reason to suspect; an empty one is no proof.
    Taught in lesson 01.
    """
    risks = []
    burned_in = str(dataset.get("BurnedInAnnotation", "")).upper()
    modality = str(dataset.get("Modality", "")).upper()
    capture = "1.2.840.10008.5.1.4.1.1.7" in str(dataset.get("SOPClassUID", ""))
    if burned_in == "YES":
        risks.append("the pixels hold burned-in text (BurnedInAnnotation is YES): black it out")
    elif burned_in != "NO" and (modality in _DESCRIBES_PIXELS_BY_EYE or capture):
        risks.append(
            f"images of this kind ({modality or 'secondary capture'}) often show burned-in text, "
            "and the header doesn't say that this one has none: look at the pixels"
        )
    if any(dataset[tag].value for tag in _overlay_bit_positions(dataset)):
        risks.append("an overlay is stored in unused bits of the pixels: clear these bits")
    if _shows_head(dataset):
        risks.append("a face can be computed from slices of a head: deface the volume")
    return risks


def _overlay_bit_positions(dataset: Dataset) -> list[BaseTag]:
    tags = list(dataset.keys())
    return [tag for tag in tags if tag.group & 0xFF00 == 0x6000 and tag.element == 0x0102]


def _shows_head(dataset: Dataset) -> bool:
    if str(dataset.get("RecognizableVisualFeatures", "")).upper() == "YES":
        return True
    words = f"{dataset.get('BodyPartExamined', '')} {dataset.get('StudyDescription', '')}".upper()
    return any(word in words for word in _HEAD_WORDS)


@cache
def _profile() -> dict[str, str]:
    """Return the action for each tag; tags are eight hexadecimal digits, x for any."""
    text = files("medtutor.datasets").joinpath("deidentification_profile.csv").read_text("ascii")
    return {row["tag"]: row["action"] for row in csv.DictReader(text.splitlines())}


def _action(tag: BaseTag) -> str:
    """Return X remove, Z empty, D dummy, U new UID, items (clean what is inside), or K keep."""
    if tag.is_private:
        return "X"
    name = f"{tag:08x}"
    patterns = (name, f"{name[:2]}xx{name[4:]}", f"{name[:2]}xxxxxx")
    found = next((_profile()[p] for p in patterns if p in _profile()), None)
    if found is not None:
        return _CHOICES.get(found, found)
    known = dictionary_has_tag(tag) or repeater_has_tag(int(tag))
    return "K" if known and tag.element != 0 else "X"  # element 0 counts bytes that are gone


def _cleaned(dataset: Dataset, key: str, unreadable: list[BaseTag]) -> Dataset:
    clean = Dataset()
    for tag in sorted(dataset.keys()):
        action = _action(tag)
        if action == "X":
            continue
        try:
            element = dataset[tag]
            clean[tag] = _replaced(element, action, key, unreadable)
        except Exception:  # what can't be read can't be judged: it goes, and is reported
            unreadable.append(tag)
    _keep_encoding(dataset, clean)
    return clean


def _keep_encoding(dataset: Dataset, clean: Dataset) -> None:
    implicit, little = dataset.original_encoding
    clean.set_original_encoding(implicit, little, dataset.original_character_set)


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
        items = [_cleaned(item, key, unreadable) for item in element.value]
        return DataElement(element.tag, "SQ", items)
    return DataElement(element.tag, element.VR, element.value)


def _dummy(element: DataElement, key: str) -> Any:
    """Return a value that fits the element's type and tells nothing."""
    if element.VR == "SQ":
        return [Dataset()]
    if element.VR == "UI":
        return _new_uids(element.value, key)
    if element.VR in _BYTES_VR:
        return b"\0\0"
    if element.VR in _NUMBER_VR:
        return 0
    return _DUMMIES.get(element.VR, "REMOVED")


def _new_uids(value: Any, key: str) -> Any:
    if isinstance(value, (MultiValue, list, tuple)):
        return [_new_uid(str(one), key) for one in value]
    return _new_uid(str(value), key) if value else value


def _new_uid(uid: str, key: str) -> UID:
    """Return the same new UID for the same old one, in the form of PS3.5 B.2 (2.25 + number)."""
    if uid.startswith(_STANDARD_ROOT):
        return UID(uid)
    digest = hashlib.sha256(f"{key}\0{uid}".encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:16], 'big')}")


def _state_what_was_done(clean: Dataset) -> None:
    clean.PatientIdentityRemoved = "YES"
    clean.DeidentificationMethod = f"medtutor, DICOM {PROFILE_EDITION}, basic profile"
    code = Dataset()
    code.CodeValue = "113100"
    code.CodingSchemeDesignator = "DCM"
    code.CodeMeaning = "Basic Application Confidentiality Profile"
    clean.DeidentificationMethodCodeSequence = [code]
    clean.LongitudinalTemporalInformationModified = "REMOVED"


def _cleaned_file_meta(dataset: Dataset, clean: Dataset, key: str) -> FileMetaDataset:
    """Return a new header that holds what reading the file needs, and nothing else."""
    old = getattr(dataset, "file_meta", None) or FileMetaDataset()
    new = FileMetaDataset()
    for keyword in ("MediaStorageSOPClassUID", "TransferSyntaxUID"):
        if keyword in old:
            setattr(new, keyword, old[keyword].value)
    if "SOPInstanceUID" in clean:
        new.MediaStorageSOPInstanceUID = clean.SOPInstanceUID
    elif "MediaStorageSOPInstanceUID" in old:
        new.MediaStorageSOPInstanceUID = _new_uid(str(old.MediaStorageSOPInstanceUID), key)
    return new


def _about_unreadable(tags: list[BaseTag]) -> list[str]:
    if not tags:
        return []
    named = ", ".join(str(tag) for tag in tags[:5])
    return [f"{len(tags)} elements could not be read and were removed, for example {named}"]

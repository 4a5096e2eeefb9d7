"""Taking out of a DICOM data set who the patient is."""

import re
import secrets
import warnings
from typing import TYPE_CHECKING, Any

from medtutor.datasets.tables import message, refused

if TYPE_CHECKING:
    from pydicom.dataset import Dataset
    from pydicom.tag import BaseTag

_DESCRIBES_PIXELS_BY_EYE = ("US", "IVUS", "ES", "XC", "OT", "SC", "GM", "SM", "OP")
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7."
_HEAD_WORDS = {"HEAD", "BRAIN", "SKULL", "FACE", "NECK", "ORBIT", "SINUS", "JAW", "EAR", "EYE"}
_session_secret = secrets.token_hex(16)


def deidentify(dataset: "Dataset", *, secret: str | None = None) -> "Dataset":
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
    from medtutor.datasets import confidentiality

    _check_is_image(dataset)
    key = secret if secret is not None else _session_secret
    unreadable: list[BaseTag] = []
    clean = confidentiality.cleaned(dataset, key, unreadable)
    confidentiality.state_what_was_done(clean)
    clean.file_meta = confidentiality.cleaned_file_meta(dataset, clean, key)
    clean.preamble = b"\0" * 128
    risks = deidentification_risks(dataset)
    if unreadable:
        named = ", ".join(map(str, unreadable[:5]))
        risks = [message("unreadable", count=len(unreadable), named=named), *risks]
    for text in risks:
        warnings.warn(text, stacklevel=2)
    return clean


def _check_is_image(dataset: Any) -> None:
    from pydicom.dataset import Dataset

    if not isinstance(dataset, Dataset):
        raise TypeError(message("no_data_set", kind=type(dataset).__name__))
    if "DirectoryRecordSequence" in dataset:
        raise refused("dicomdir")


def deidentification_risks(dataset: "Dataset") -> list[str]:
    """Return what may still tell who the patient is after :func:`deidentify`, one sentence each.

    Notes
    -----
    The list says what the header gives reason to suspect; an empty one is no proof.
    Taught in lesson 01.
    """
    risks = []
    burned_in = _text(dataset, "BurnedInAnnotation")
    modality = _text(dataset, "Modality")
    capture = f"{_text(dataset, 'SOPClassUID')}.".startswith(_SECONDARY_CAPTURE)
    if burned_in == "YES":
        risks.append(message("burned_in"))
    elif burned_in != "NO" and (modality in _DESCRIBES_PIXELS_BY_EYE or capture):
        risks.append(message("often_burned_in", kind=modality or "secondary capture"))
    if any(_text(dataset, tag) not in ("", "0") for tag in _overlay_bit_positions(dataset)):
        risks.append(message("overlay"))
    if _shows_head(dataset):
        risks.append(message("face"))
    return risks


def _overlay_bit_positions(dataset: "Dataset") -> "list[BaseTag]":
    tags = list(dataset.keys())
    return [tag for tag in tags if tag.group & 0xFF00 == 0x6000 and tag.element == 0x0102]


def _shows_head(dataset: "Dataset") -> bool:
    if _text(dataset, "RecognizableVisualFeatures") == "YES":
        return True
    said = f"{_text(dataset, 'BodyPartExamined')} {_text(dataset, 'StudyDescription')}"
    return not _HEAD_WORDS.isdisjoint(re.split(r"\W+", said))


def _text(dataset: "Dataset", element: "str | BaseTag") -> str:
    """Return an element's value in capitals, nothing where it is missing or can't be read."""
    try:
        return str(dataset[element].value or "").upper()
    except Exception:  # a damaged file raises many kinds
        return ""

"""Who is the same patient, and which is the same class: one rule for tables, folders and arrays."""

import re
import unicodedata
from collections.abc import Iterable
from numbers import Number
from typing import Any

import numpy as np

# A long number as a spreadsheet shows it, with the last digits lost.
_ROUNDED = re.compile(r"-?\d([.,]\d+)?E\+\d+")
_LEADING_ZEROS = re.compile(r"(?<![\d.,])0+(?=\d)")
_NUMBER = re.compile(r"\A\+?(-?\d+)(?:[.,]0*)?\Z")
# What programs write where nothing is known (pandas reads most of these back as missing).
_MISSING = {"", "nan", "-nan", "na", "n/a", "#n/a", "#na", "<na>", "nat", "none", "null"}
_MISSING |= {"#n/a n/a", "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan", "(null)", "\\n"}
_MISSING |= {"#ref!", "#value!", "#name?", "#div/0!", "#num!", "#null!"}  # a spreadsheet's errors
# What people and programs call a patient whom they don't know or don't tell.
_NOBODY = {"unknown", "unk", "missing", "undefined", "anon", "anonymous", "n.a.", "n.n.", "-", "."}
_NOBODY |= {"?", "??", "???"}
_NOBODY |= {"anonymized", "anonymised", "deidentified", "de-identified"}
_ASCII_BLANKS = "".join(map(chr, range(33))) + "\x7f"
HOW_ALIKE = "only by blanks, by capital letters or by how a number or a sign is written"
ONE_OR_TWO = "if they are one, write both alike; if they are two, give them names that differ more"
ASK = "ask the source of the data which images belong to one patient"


def plain(text: str) -> str:
    """Return a name without the blanks around it, and with its accents written in one way."""
    if text.isascii():
        return text.strip(_ASCII_BLANKS)
    text = unicodedata.normalize("NFC", text)
    return text.strip("".join(filter(_is_blank, text)))


def _is_blank(letter: str) -> bool:
    # Also marks that can't be seen: the byte order mark, zero-width blanks, DICOM's padding zero.
    return letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf")


def is_missing(one: Any) -> bool:
    """Say whether an id is none: NaN, ``None``, empty, or a word for that."""
    if isinstance(one, str):
        return plain(one).lower() in _MISSING
    try:
        return one is None or bool(one != one)
    except (TypeError, ValueError):  # pandas' NA answers neither yes nor no
        return True


def is_nobody(patient: Any) -> bool:
    """Say whether the id of a patient is missing, or a word for one whom nobody knows."""
    name = plain(patient).lower() if isinstance(patient, str) else None
    return is_missing(patient) or name in _NOBODY


def is_missing_label(label: str) -> bool:
    """Say whether a class has no name; ``none`` in small letters is one: no finding."""
    return is_missing(label) and label != "none"


def is_rounded(text: str) -> bool:
    """Say whether a spreadsheet made a name such as ``1.23E+11`` of a longer number."""
    return bool(_ROUNDED.fullmatch(text))


def look_alikes(names: Iterable[str]) -> tuple[str, str] | None:
    """Return two names that differ only as programs and typists make them differ."""
    first: dict[str, str] = {}
    for name in names:
        if first.setdefault(_key(name), name) != name:
            return first[_key(name)], name
    return None


def _key(name: str) -> str:
    """Return what is the same for ``7``, ``7.0`` and ``007``, and for ``P 1`` and ``p01``."""
    key = unicodedata.normalize("NFKC", name).casefold()
    if not (key.isascii() and key.isalnum()):
        key = "".join(_plain_letter(letter) for letter in key if not _is_blank(letter))
    return _NUMBER.sub(r"\1", _LEADING_ZEROS.sub("", key))


def _plain_letter(letter: str) -> str:
    if unicodedata.category(letter) == "Pd":  # dashes
        return "-"
    return str(unicodedata.decimal(letter, letter))


def checked_ids(name: str, ids: Any) -> np.ndarray:
    """Return the patient of each image, (N,), so that equal entries mean the same patient.

    Raises
    ------
    ValueError
        Where an id is missing, where ids are of mixed types, where two look alike, or where
        numbers are so large that floats no longer tell them apart.
    """
    array = as_ids(name, ids)
    if array.dtype.kind in "biu" and not np.ma.is_masked(array):
        return array
    found = [_readable(one) for one in array.tolist()]
    missing = [one for one in found if is_nobody(one)]
    if missing:
        words = " or ".join(sorted({repr(one) for one in missing if isinstance(one, str)}))
        raise ValueError(
            f"{len(missing)} of {len(found)} images have no patient id in {name} "
            f"({words or 'NaN or None'}), so nobody knows whom they show; leave these images out, "
            f"or {ASK}"
        )
    check_comparable(name, found)
    _check_exact(name, array, found)
    return np.array(found) if found and isinstance(found[0], str) else array


def as_ids(name: str, ids: Any) -> np.ndarray:
    """Return ids as an array of one axis; a list keeps its None, NaN and mixed types."""
    array = ids if isinstance(ids, np.ndarray) else np.array(ids, dtype=object)
    if array.ndim != 1:
        got = f"has shape {array.shape}" if array.ndim else f"is {ids!r:.80}"
        raise ValueError(f"{name} {got}; give an array (N,) with the patient of each image")
    return array


def check_comparable(name: str, *ids: Iterable[Any]) -> None:
    """Raise where ids are of mixed types, or where two look alike."""
    unique = dict.fromkeys(one for some in ids for one in some)
    types = sorted({_type_of(one) for one in unique})
    if len(types) > 1:
        raise ValueError(
            f"patient ids are of mixed types, {' and '.join(types)}, so that 1 and '1' would be "
            "two patients; give all as numbers, or all as text"
        )
    check_look_alikes(name, unique)


def check_look_alikes(name: str, ids: Iterable[Any]) -> None:
    """Raise where two texts among ids look alike."""
    texts = dict.fromkeys(one for one in map(_readable, ids) if isinstance(one, str))
    alike = look_alikes(texts)
    if alike:
        raise ValueError(
            f"{name} has {alike[0]!r} and {alike[1]!r}, which differ {HOW_ALIKE}; {ONE_OR_TWO}"
        )


def _readable(one: Any) -> Any:
    text = one.decode("utf-8", "replace") if isinstance(one, bytes) else one
    return plain(text) if isinstance(text, str) else text


def _type_of(one: object) -> str:
    if isinstance(one, Number):
        return "number"
    return "text" if isinstance(one, str) else type(one).__name__


def _check_exact(name: str, array: np.ndarray, found: list[Any]) -> None:
    digits = np.finfo(array.dtype if array.dtype.kind == "f" else float).nmant + 1
    largest = max((abs(one) for one in found if isinstance(one, float)), default=0.0)
    if largest >= 2**digits:
        raise ValueError(
            f"{name} has the number {largest:.0f} as a float, which is too long to be exact: two "
            "patients may have become one; give whole numbers, or text"
        )

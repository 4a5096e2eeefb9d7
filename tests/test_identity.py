"""One rule for who is the same patient and which is the same class, wherever names are compared."""

from decimal import Decimal

import numpy as np
import pytest

from medtutor._identity import is_missing, is_missing_label, is_rounded, look_alikes, plain
from medtutor.datasets import Split, assert_no_leak, patient_split
from medtutor.metrics import bootstrap_interval, dice_score

MISSING = [
    None,
    np.nan,
    "",
    "  ",
    "\u00a0",
    "\ufeff",
    "nan",
    "NaN",
    "NA",
    "N/A",
    "None",
    "NULL",
    "<NA>",
]
# Pairs that programs and typists make of one name.
ALIKE = [
    ("7", "7.0"),
    ("7", "7."),
    ("7", "7,00"),
    ("7", "007"),
    ("007", "7.0"),
    ("-1", "-1.0"),
    ("7", "+7"),
    ("P7", "p7"),
    ("P 7", "P7"),
    ("P7", "P07"),
    ("sub-1", "sub-001"),
    ("7.5", "007.5"),
    ("P\u00a07", "P 7"),
    ("P\u200b7", "P7"),
    ("P-7", "P\u20137"),
    ("7", "\uff17"),
    ("7", "\u0667"),
    ("Stra\u00dfe", "STRASSE"),
    ("\ufb01eld", "field"),
]
SAME = [
    ("P7", " P7 "),
    ("P7", "\ufeffP7\u00a0"),
    ("P7", "P7\0"),
    ("Sch\u00e4fer", "Scha\u0308fer"),
    ("7", "7\u3000"),
]
DIFFERENT = [
    ("7", "70"),
    ("7", "7.5"),
    ("1.5", "1.05"),
    ("P10", "P1"),
    ("100", "1"),
    ("a.0", "a"),
    ("1.2.0", "1.2"),
    ("0", "00-1"),
    ("7", "-7"),
]


def a_split(patients):
    ids = patients if isinstance(patients, np.ndarray) else np.array(patients, dtype=object)
    return Split(np.zeros((len(patients), 1, 1, 1)), patients=ids)


# Each takes the patient of eight images, and must refuse what isn't clear.
ENTRANCES = {
    "patient_split": lambda ids: patient_split(ids, (0.5, 0.5), seed=0),
    "assert_no_leak": lambda ids: assert_no_leak(a_split(ids[:4]), a_split(ids[4:])),
    "bootstrap_interval": lambda ids: bootstrap_interval(
        lambda truth, score: 0.0, np.zeros(8), np.zeros(8), groups=ids, n=3
    ),
    "dice_score": lambda ids: dice_score(*np.zeros((2, 8, 2, 2), int), groups=ids),
}


@pytest.mark.parametrize("one", MISSING, ids=ascii)
@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=ENTRANCES)
def test_a_missing_id_is_refused_everywhere(entrance, one):
    ids = ["a", "b", "c", one, "d", "e", "f", "g"]
    for given in (ids, np.array(ids, dtype=object)):
        with pytest.raises(ValueError, match=r"1 of [48] images have no patient id in"):
            entrance(given)


@pytest.mark.parametrize("pair", ALIKE, ids=ascii)
@pytest.mark.parametrize("entrance", [*ENTRANCES.values(), a_split], ids=[*ENTRANCES, "Split"])
def test_ids_that_look_alike_are_refused_and_named_everywhere(entrance, pair):
    ids = [pair[0], "a", "b", "c", "d", "e", pair[1], "f"]
    for given in (ids, np.array(ids), np.array(ids, dtype=object)):
        with pytest.raises(ValueError, match="differ only by blanks, by capital letters") as caught:
            entrance(given)
        assert all(repr(name) in str(caught.value) for name in pair)


@pytest.mark.parametrize("pair", SAME, ids=ascii)
def test_blanks_around_an_id_and_the_spelling_of_accents_mean_nothing(pair):
    ids = [pair[0], pair[1], "a", "b", "c", "d", "e", "f"]
    for part in patient_split(ids, (0.5, 0.5), seed=0):
        assert {0, 1} <= set(part.tolist()) or not {0, 1} & set(part.tolist())
    with pytest.raises(AssertionError, match="1 patients are in split 0 and in split 1"):
        assert_no_leak(a_split(ids[:1]), a_split(ids[1:]))
    assert dice_score(*np.zeros((2, 8, 2, 2), int), groups=ids).shape == (7, 2)


@pytest.mark.parametrize("pair", DIFFERENT, ids=ascii)
@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=ENTRANCES)
def test_other_ids_are_other_patients(entrance, pair):
    entrance([*pair, "a", "b", "c", "d", "e", "f"])
    assert look_alikes(pair) is None


@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=ENTRANCES)
def test_text_beside_numbers_is_refused_everywhere(entrance):
    with pytest.raises(ValueError, match="mixed types, number and text"):
        entrance([1, 2, 3, "1", 4, 5, 6, 7])


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, object])
@pytest.mark.parametrize("entrance", ENTRANCES.values(), ids=ENTRANCES)
def test_numbers_too_long_for_a_float_are_refused(entrance, dtype):
    digits = 53 if dtype is object else np.finfo(dtype).nmant + 1
    ids = np.arange(8.0).astype(dtype)
    entrance(ids)
    ids[3] = float(2**digits)
    with pytest.raises(ValueError, match=r"as a float, which is too long to be exact"):
        entrance(ids)


def test_whole_numbers_of_any_length_are_compared_exactly():
    ids = np.array([2**60, 2**60 + 1, 1, 2])
    assert_no_leak(a_split(ids[:1]), a_split(ids[1:]))
    assert dice_score(*np.zeros((2, 4, 2, 2), int), groups=ids).shape == (4, 2)


def test_a_list_of_patients_keeps_what_is_missing_and_what_is_a_number():
    images = np.zeros((3, 1, 1, 1))
    assert Split(images, patients=["a", None, np.nan]).patients.tolist()[:2] == ["a", None]
    assert Split(images, patients=[1, "1", 2]).patients.tolist() == [1, "1", 2]
    assert Split(images, patients=["a", "b", "c"]).patients.dtype.kind == "U"


@pytest.mark.parametrize(
    "missing", [np.ma.array([1, 2, 3], mask=[0, 0, 1]), np.array([1, 2, "NaT"])]
)
def test_masked_and_written_gaps_are_missing(missing):
    with pytest.raises(ValueError, match="1 of 3 images have no patient id"):
        patient_split(missing, (0.5, 0.5), seed=0)


def test_bytes_as_from_hdf5_are_text():
    with pytest.raises(AssertionError, match="1 patients are in split 0"):
        assert_no_leak(a_split(["a", "b"]), a_split([b"a ", b"c"]))
    with pytest.raises(ValueError, match=r"'7' and '7\.0'"):
        patient_split(np.array([b"7", b"7.0", b"8"]), (0.5, 0.5), seed=0)


class Unanswered:
    """Neither equal nor unequal to anything, as pandas' NA."""

    __hash__ = object.__hash__

    def __ne__(self, other):
        return self

    def __bool__(self):
        raise TypeError("boolean value of NA is ambiguous")


def test_words_and_objects_for_nothing():
    assert all(map(is_missing, [*MISSING, Unanswered()]))
    assert not any(map(is_missing, ["Nana", "0", 0, 0.0, "none yet", Decimal(7), "-"]))
    assert not is_missing_label("none")
    assert is_missing_label("None")


def test_long_numbers_as_spreadsheets_show_them():
    assert all(map(is_rounded, ["1.23E+11", "1,23E+11", "5E+15"]))
    assert not any(map(is_rounded, ["1e11", "E+11", "123", "1.5"]))


def test_a_name_keeps_the_blanks_within():
    assert plain(" van  Gogh\t") == "van  Gogh"

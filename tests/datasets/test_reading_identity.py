"""Patients and classes of folders, tables and headers: what is one, and what can't be told."""

from functools import partial

import numpy as np
import pytest
from dicom_files import write_slice
from nifti_files import write_nifti
from own_pictures import write_picture
from refusals import refused as refused_by

from medtutor import datasets

BLACK = np.zeros((4, 5), np.uint8)
SLICE = np.zeros((4, 5), np.int16)
COMPOSED, DECOMPOSED = "Sch\u00e4fer", "Scha\u0308fer"

refused = partial(refused_by, datasets.read_folder)


def write_table(folder, patients, labels="abababab"):
    lines = ["file,label,patient"]
    for k, (patient, label) in enumerate(zip(patients, labels, strict=False)):
        write_picture(folder / f"{k}.png", BLACK)
        lines.append(f'{k}.png,"{label}","{patient}"')
    (folder / "labels.csv").write_text("\n".join(lines), "utf-8")
    return folder


@pytest.mark.parametrize(
    "word", ["nan", "NaN", "NA", "None", " ", "\u00a0", "#N/A", "#REF!", "1.#QNAN", "(null)"]
)
def test_a_table_where_a_patient_or_a_label_is_missing(tmp_path, word):
    refused(write_table(tmp_path, ["1", word, "2", "3"]), r"line 3 has no patient.*fill it in")
    table = write_table(tmp_path, "1234", ["a", word, "b", "a"])
    refused(table, r"line 3 has no label.*fill it in")


def test_none_in_small_letters_is_a_label(tmp_path):
    scans = datasets.read_folder(write_table(tmp_path, "1234", ["none", "mild", "none", "mild"]))
    assert scans.class_names == ("mild", "none")


@pytest.mark.parametrize(
    "pair", [("7", "7.0"), ("P7", "p7"), ("007", "7"), ("P 7", "P7"), ("7", "\uff17"), ("7", "7,0")]
)
def test_a_table_with_names_that_look_alike(tmp_path, pair):
    one, other = (rf"'{name}'" for name in pair)
    table = write_table(tmp_path, [pair[0], "x", pair[1], "y"])
    refused(
        table, rf"has the patient {one} \(line 2\) and {other} \(line 4\), which differ only by"
    )
    table = write_table(tmp_path, "1234", [pair[0], "x", pair[1], "x"])
    refused(table, rf"has the label {one} \(line 2\) and {other} \(line 4\), which differ only by")


def test_a_table_with_blanks_around_and_accents_in_two_spellings(tmp_path):
    patients = [COMPOSED, f" {DECOMPOSED}", "x", "\ufeffx\u00a0"]
    table = write_table(tmp_path, patients, [f"{COMPOSED} ", "b", DECOMPOSED, " b"])
    scans = datasets.read_folder(table)
    assert scans.patients.tolist() == [0, 0, 1, 1]
    assert scans.class_names == (COMPOSED, "b")
    assert scans.labels.tolist() == [0, 1, 0, 1]


def test_a_table_with_numbers_that_a_spreadsheet_shortened(tmp_path):
    refused(
        write_table(tmp_path, ["1.23457E+11"] * 4),
        r"line 2 has the patient '1\.23457E\+11', which a spreadsheet made of a longer number",
    )


def write_tree(folder, *places):
    for place in places:
        write_picture(folder / place / "0.png", BLACK)
    return folder


@pytest.mark.parametrize("pair", [("sick", "Sick"), ("1", "1.0"), ("1", "01"), ("a b", "ab")])
def test_class_folders_that_look_alike(tmp_path, pair):
    write_tree(tmp_path, *pair, "other")
    refused(
        tmp_path,
        rf"has class folders '{max(pair)}' and '{min(pair)}'|'{min(pair)}' and '{max(pair)}'",
    )


@pytest.mark.parametrize("word", ["nan", "NA", "None"])
def test_class_and_patient_folders_that_say_nobody_knows(tmp_path, word):
    refused(
        write_tree(tmp_path / "a", "x", word), f"class folder '{word}', which says that a label"
    )
    refused(
        write_tree(tmp_path / "b", "x/p1", f"y/{word}"),
        f"belongs to the patient '{word}', which says that nobody knows who it is",
    )


def test_folders_of_one_name_in_two_spellings_are_one(tmp_path):
    write_tree(tmp_path, f"x/{COMPOSED}", f"y/{DECOMPOSED}", "y/p1")
    assert datasets.read_folder(tmp_path).patients.tolist() == [0, 0, 1]


@pytest.mark.parametrize("pair", [("p7", "P7"), ("7", "7.0"), ("7", "007"), ("p 7", "p7")])
def test_patient_folders_that_look_alike(tmp_path, pair):
    write_tree(tmp_path, f"x/{pair[0]}", f"y/{pair[1]}", "y/other")
    refused(tmp_path, r"the name of its patient and that of .* differ only by blanks")


def test_masks_are_found_by_names_in_another_spelling(tmp_path):
    write_picture(tmp_path / "images" / f"{COMPOSED}.png", BLACK)
    write_picture(tmp_path / "masks" / f"{DECOMPOSED}.png", np.eye(4, 5, dtype=np.uint8))
    assert datasets.read_folder(tmp_path).masks.sum() == 4


def write_dicoms(folder, ids, **elements):
    for k, number in enumerate(ids):
        study = f"1.2.{k + 1}"
        write_slice(folder / "ab"[k % 2] / f"{k}", SLICE, PatientID=number, StudyInstanceUID=study)
    return folder


@pytest.mark.parametrize("pair", [("7", "7.0"), ("p7", "P7"), ("007", "7")])
def test_headers_with_numbers_that_look_alike_are_told_by_their_files(tmp_path, pair):
    error = refused(
        write_dicoms(tmp_path, [pair[0], "x", pair[1], "y"]),
        r"a.2: its PatientID and that of .*a.0 differ only by blanks",
    )
    assert repr(pair[1]) not in str(error)  # who it is stays in the file


@pytest.mark.parametrize("word", ["", "  ", "NA", "none", "nan"])
def test_headers_where_all_numbers_or_some_are_missing(tmp_path, word):
    folder = write_dicoms(tmp_path / "all", [word] * 8)
    card = datasets.card(f"folder:{folder}")
    assert "each study counts as a patient of its own" in card.about
    assert "a leak between the splits can't be excluded" in str(card)
    refused(write_dicoms(tmp_path / "some", ["1", "2", word, "3"]), "a.2: has no PatientID, others")


def test_sub_folders_tell_who_has_no_number_unless_they_part_who_has_one(tmp_path):
    for place, number in (("a/p1", "1"), ("b/p1", ""), ("a/p2", "2"), ("b/p3", "")):
        write_slice(tmp_path / place / "0", SLICE, PatientID=number)
    assert datasets.read_folder(tmp_path).patients.tolist() == [0, 1, 0, 2]
    write_slice(tmp_path / "b/p3" / "1", SLICE, PatientID="1", SeriesInstanceUID="1.9")
    refused(tmp_path, r"b.p3.1: has the PatientID of .*, which lies in another sub-folder")


def test_volumes_of_which_nothing_says_whom_they_show(tmp_path):
    for k in range(8):
        write_nifti(tmp_path / "ab"[k % 2] / f"{k}.nii.gz")
    card = datasets.card(f"folder:{tmp_path}")
    assert "each volume counts as a patient of its own, because nothing says" in card.about
    assert "a leak between the splits can't be excluded" in str(card)
    data = datasets.load(f"folder:{tmp_path}", size=28)
    datasets.assert_no_leak(data.train, data.val, data.test)  # the slices of a volume stay together


@pytest.mark.parametrize("word", ["unknown", "Anonymous", "anonymised", "?", "-", "n.n."])
def test_a_word_for_nobody_is_no_patient(tmp_path, word):
    refused(write_table(tmp_path / "a", ["1", word, "2", word]), "line 3 has no patient but")
    refused(write_tree(tmp_path / "b", f"sick/{word}", "sick/p1", "well/p2"), "nobody knows who")
    for k in range(4):
        place = tmp_path / "c" / ("sick" if k % 2 else "well") / f"{k}.dcm"
        write_slice(place, SLICE, PatientID=word if k < 2 else str(k))
    refused(tmp_path / "c", "has no PatientID, others of the folder have one")
    with pytest.raises(ValueError, match="2 of 4 images have no patient id"):
        datasets.patient_split([word, word, "1", "2"], (0.5, 0.25, 0.25), seed=0)


def test_unknown_and_a_dash_are_labels(tmp_path):
    scans = datasets.read_folder(write_table(tmp_path, "1234", ["unknown", "-", "unknown", "-"]))
    assert scans.class_names == ("-", "unknown")


@pytest.mark.parametrize("name", ["patient_id", "Patient ID", "patients", "SubjectID", "subject"])
def test_patients_in_a_column_of_another_name_are_not_passed_over(tmp_path, name):
    table = write_table(tmp_path, "1122") / "labels.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace("label,patient", f"label,{name}"), "utf-8")
    refused(tmp_path, f"has a column '{name.lower()}', which isn't read.*call it patient")
    other = text.replace("label,patient", "label,patient age").replace('"', "")
    table.write_text(other, "utf-8")
    assert datasets.read_folder(tmp_path).patients is None

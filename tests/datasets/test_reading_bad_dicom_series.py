"""Bad DICOM series: slices that are missing, double, strange or of another size."""

from functools import partial

import numpy as np
import pytest
from dicom_files import NUMBER, write_series, write_slice
from refusals import refused as refused_by

from medtutor.datasets import read_dicom

refused = partial(refused_by, read_dicom)


def test_mixed_sizes(tmp_path):
    write_series(tmp_path, n=3)
    place = [-10, -20, 200]
    write_slice(tmp_path / "zz.dcm", np.zeros((8, 8), np.int16), ImagePositionPatient=place)
    refused(tmp_path, r"zz\.dcm: has size \(rows, columns\) \(8, 8\), but .* has .*\(6, 8\); move")


def test_mixed_series_are_listed_with_how_to_choose(tmp_path):
    write_series(tmp_path / "a", n=2)
    write_series(tmp_path / "b", n=3, SeriesInstanceUID="1.2.4", SeriesNumber=7, Modality="MR")
    message = r"holds 2 series; choose one with series=.*1 \(CT, 2 files.*7 \(MR, 3 files"
    refused(tmp_path, message)
    refused(tmp_path, "holds no series 99; choose one of: series 1", series=99)


def test_two_series_of_one_number_are_told_apart_by_uid(tmp_path):
    write_series(tmp_path / "a", n=2)
    write_series(tmp_path / "b", n=2, SeriesInstanceUID="1.2.4")
    refused(tmp_path, "holds 2 series that are called 1; choose", series=1)
    assert read_dicom(tmp_path, series="1.2.4").array.shape[0] == 2


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_missing_slice(tmp_path, lost):
    write_series(tmp_path, n=6)
    (tmp_path / f"slice{6 - lost:02d}.dcm").unlink()
    after = rf"slice{6 - lost - 1:02d}\.dcm"
    refused(tmp_path, rf"{after}: lies 5 mm from .*are 2\.5 mm apart: slices seem to be missing")


def test_a_double_slice(tmp_path):
    write_series(tmp_path, n=3)
    (tmp_path / "copy.dcm").write_bytes((tmp_path / "slice02.dcm").read_bytes())
    refused(tmp_path, r"lies at the same place as .*; the folder holds a copy")


@pytest.mark.parametrize("name", ["aa", "zz"])
def test_a_survey_scan_in_the_series(tmp_path, name):
    write_series(tmp_path, n=3)
    coronal = {"ImageOrientationPatient": [1, 0, 0, 0, 0, -1]}
    write_slice(tmp_path / f"{name}.dcm", np.zeros((6, 8), np.int16), **coronal)
    refused(tmp_path, rf"{name}\.dcm: is tilted against slice.*survey scan")


def test_a_slice_without_a_place(tmp_path):
    write_series(tmp_path, n=3)
    write_slice(tmp_path / "zz.dcm", np.zeros((6, 8), np.int16), ImagePositionPatient=None)
    refused(tmp_path, r"zz\.dcm: doesn't say where it lies")


def test_slices_with_neither_place_nor_number(tmp_path):
    write_series(tmp_path, n=3, ImagePositionPatient=None, InstanceNumber=None)
    refused(tmp_path, r"has neither a position .* nor an InstanceNumber of its own")


def test_several_multi_frame_files_in_one_series(tmp_path):
    for name in "ab":
        write_slice(tmp_path / name, np.zeros((3, 4, 5), np.int16), NumberOfFrames=3)
    refused(tmp_path, r"a: is one of 2 files of a series, and holds several frames itself")


def test_a_link_that_leads_out_of_the_folder(tmp_path):
    write_series(tmp_path / "series", n=2)
    outside = write_slice(tmp_path / "outside.dcm", np.zeros((6, 8), np.int16))
    link = tmp_path / "series" / "zz.dcm"
    try:
        link.symlink_to(outside)
    except OSError:
        pytest.skip("this system doesn't let tests make links")
    refused(tmp_path / "series", r"zz\.dcm: is a link that leads out of the folder")
    link.unlink()
    link.symlink_to(tmp_path / "nowhere")
    refused(tmp_path / "series", r"zz\.dcm: is a link that leads nowhere")


def test_a_stranger_among_the_slices(tmp_path):
    write_series(tmp_path, n=2)
    (tmp_path / "notes.txt").write_text("nothing")
    refused(tmp_path, r"notes\.txt: is not a DICOM file")


def test_two_patients_in_one_series_are_no_volume(tmp_path):
    write_series(tmp_path, n=3)
    write_slice(
        tmp_path / "zz.dcm",
        np.zeros((6, 8), np.int16),
        ImagePositionPatient=[-10, -20, 107.5],
        PatientID="SOMEBODY-ELSE",
    )
    error = refused(tmp_path, r"zz\.dcm: shows another patient \(PatientID\) than slice01")
    assert "SOMEBODY" not in str(error)


def test_blanks_and_a_missing_number_make_no_other_patient(tmp_path):
    write_series(tmp_path, n=2)
    for k, number in enumerate([f"{NUMBER} ", ""]):
        place = [-10, -20, 105 + 2.5 * k]
        pixels = np.zeros((6, 8), np.int16)
        write_slice(tmp_path / f"z{k}", pixels, ImagePositionPatient=place, PatientID=number)
    assert read_dicom(tmp_path).array.shape == (4, 6, 8)

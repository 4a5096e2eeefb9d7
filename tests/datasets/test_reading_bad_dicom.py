"""Bad DICOM files: each error names the file and the cure."""

from functools import partial
from pathlib import Path

import numpy as np
import pydicom
import pytest
from dicom_files import write_slice
from refusals import refused as refused_by

from medtutor.datasets import read_dicom

EXAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"

refused = partial(refused_by, read_dicom)


@pytest.mark.parametrize("share", [0.99, 0.9, 0.5])
def test_a_cut_off_file(tmp_path, share):
    whole = (EXAMPLES / "CT_small.dcm").read_bytes()
    (tmp_path / "cut.dcm").write_bytes(whole[: int(len(whole) * share)])
    refused(tmp_path / "cut.dcm", r"cut\.dcm: .*copy or export it again")


def test_a_file_that_ends_within_its_header(tmp_path):
    (tmp_path / "cut.dcm").write_bytes((EXAMPLES / "CT_small.dcm").read_bytes()[:700])
    refused(tmp_path / "cut.dcm", r"cut\.dcm")


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"hello, I am a text", r"is not a DICOM file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "is a PNG image by its content.*read_folder"),
        (b"\xff\xd8\xff\xe0" + bytes(200), "is a JPEG image by its content"),
        (b"\x1f\x8b" + bytes(200), "is compressed by gzip, perhaps NIfTI"),
        (b"PK\x03\x04" + bytes(200), "is a zip archive.*unpack archives first"),
        (b"", "the file is empty"),
    ],
)
def test_something_else_is_named(tmp_path, content, found):
    (tmp_path / "x.dcm").write_bytes(content)
    refused(tmp_path / "x.dcm", rf"x\.dcm: .*{found}")


def test_a_file_without_the_mark_says_how_to_save_it_anew():
    error = refused(EXAMPLES / "no_meta.dcm", "'DICM' doesn't stand at byte 128")
    assert "force=True" in error.cure


def test_the_wrong_suffix_does_not_matter(tmp_path):
    path = write_slice(tmp_path / "wrong.png", np.zeros((4, 5), np.int16))
    assert read_dicom(path).array.shape == (4, 5)


def test_nothing_there(tmp_path):
    refused(tmp_path / "none.dcm", r"none\.dcm: doesn't exist; check the spelling")
    refused(tmp_path, "the folder holds no files; put images in")


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b"])
def test_a_name_that_can_not_be(name):
    assert len(str(refused(name, "doesn't exist|can't be a path"))) < 500


def test_ct_without_rescale(tmp_path):
    path = write_slice(
        tmp_path / "a.dcm", np.zeros((4, 5), np.int16), RescaleSlope=None, RescaleIntercept=None
    )
    refused(path, r"a\.dcm: is CT but has no RescaleSlope and RescaleIntercept.*original export")


@pytest.mark.parametrize("element", ["RescaleSlope", "RescaleIntercept"])
def test_half_a_rescale(tmp_path, element):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), **{element: None})
    refused(path, rf"a\.dcm: its header lacks {element}")


def test_a_slope_of_zero(tmp_path):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), RescaleSlope=0)
    refused(path, r"a\.dcm: its RescaleSlope is 0")


def with_text(tmp_path, keyword, old, new):
    """Write a file and put other text of the same length into an element, unchecked."""
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), **{keyword: old})
    content = path.read_bytes()
    written = ("\\".join(old) if isinstance(old, list) else str(old)).encode()
    assert content.count(written) == 1
    path.write_bytes(content.replace(written, new.encode()))
    return path


@pytest.mark.parametrize("text", ["NaN   ", "inf   ", "12..34"])
def test_a_slope_that_is_no_number(tmp_path, text):
    path = with_text(tmp_path, "RescaleSlope", "1.2345", text)
    refused(path, r"a\.dcm: (its header says RescaleSlope is|can't be read)")


@pytest.mark.parametrize("spacing", [[0, 1], [-1, 1]])
def test_a_spacing_that_is_none(tmp_path, spacing):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16), PixelSpacing=spacing)
    refused(path, r"a\.dcm: its PixelSpacing is .*; .*above 0|distances are above 0")


def test_directions_that_are_none(tmp_path):
    path = write_slice(
        tmp_path / "a.dcm",
        np.zeros((4, 5), np.int16),
        ImageOrientationPatient=[1, 0, 0, 1, 0, 0],
    )
    refused(path, r"a\.dcm: .*no two unit vectors at right angles")


@pytest.mark.parametrize("name", ["Schädel ‹örtlich› 脑.dcm", "a b  c.dcm", "x" * 200])
def test_names_of_any_letters_and_length(tmp_path, name):
    assert read_dicom(write_slice(tmp_path / name, np.zeros((4, 5), np.int16))).unit == "HU"
    (tmp_path / name).write_bytes(b"broken")
    assert name[:50] in str(refused(tmp_path / name, "is not a DICOM file"))


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = write_slice(tmp_path / "a.dcm", np.zeros((4, 5), np.int16))

    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    refused(path, r"a\.dcm: can't be opened: Permission denied; see that you may read it")


def test_an_error_travels_between_processes(tmp_path):
    import pickle

    error = refused(tmp_path / "none.dcm", "doesn't exist")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error)
    assert again.cure == error.cure


def test_odd_values_are_not_printed(recwarn, capfd):
    refused(EXAMPLES / "badVR.dcm", "NumberOfFrames is '1A'")
    assert not recwarn.list
    assert capfd.readouterr() == ("", "")

"""Bad NIfTI input: each error names the file and the cure."""

import gzip
import struct
from functools import partial

import nibabel
import numpy as np
import pytest
from refusals import refused as refused_by

from medtutor.datasets import ReadError, read_nifti

refused = partial(refused_by, read_nifti)


@pytest.fixture(params=["a.nii", "a.nii.gz"])
def path(tmp_path, request):
    array = np.arange(210, dtype=np.int16).reshape(5, 6, 7)
    path = tmp_path / request.param
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), path)
    return path


def change(path, offset, layout, *values):
    """Overwrite a part of the header."""
    packed = path.suffix == ".gz"
    content = bytearray(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    content[offset : offset + struct.calcsize(layout)] = struct.pack(layout, *values)
    path.write_bytes(gzip.compress(bytes(content)) if packed else bytes(content))
    return path


@pytest.mark.parametrize("share", [0.99, 0.9, 0.6])
def test_a_cut_off_file(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(path, r"a\.nii.*(ends too early|can't be unpacked).*(again|off)")


def test_a_file_that_ends_within_its_header(path):
    path.write_bytes(path.read_bytes()[:100])
    refused(path, r"a\.nii.*(ends too early|can't be unpacked)")


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_something_else(path, pack):
    path.write_bytes(pack(b"no image " * 100))
    refused(path, r"a\.nii.*: is not a NIfTI file.*convert Analyze")


def test_a_header_without_its_voxels(path):
    refused(change(path, 344, "4s", b"ni1\0"), "another file, which isn't beside it; copy a")


def test_the_wrong_suffix_does_not_matter(path):
    wrong = path.with_name("b.nii" if path.suffix == ".gz" else "b.nii.gz")
    path.rename(wrong)
    assert read_nifti(wrong).array.shape == (7, 6, 5)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_voxels_that_are_no_number(tmp_path, bad):
    array = np.ones((5, 6, 7), np.float32)
    array[1, 2, 3] = bad
    nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), tmp_path / "a.nii")
    refused(tmp_path / "a.nii", r"a\.nii: 1 of 210 voxels are no finite number.*nan_to_num")


def test_a_scale_that_overflows(path):
    change(path, 112, "<2f", 3e38, 3e38)
    refused(path, r"voxels are no finite number")


def test_an_affine_without_inverse(path):
    change(path, 280, "<12f", *[1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0])
    refused(path, r"has an affine that can't be inverted.*nibabel\.Nifti1Image")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_an_affine_that_is_no_number(path, value):
    refused(change(path, 280, "<f", value), r"has an affine that can't be inverted")


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ((1, 210, 1, 1, 1, 1, 1, 1), r"has the shape \(210,\)"),
        ((5, 2, 3, 5, 1, 7, 1, 1), r"has the shape \(2, 3, 5, 1, 7\)"),
        ((3, 0, 6, 7, 1, 1, 1, 1), r"has the shape \(0, 6, 7\)"),
        ((3, -5, 6, 7, 1, 1, 1, 1), r"has the shape \(-5, 6, 7\)"),
        ((3, 5, 6, 8, 1, 1, 1, 1), "ends too early"),
        ((3, 32767, 32767, 32767, 1, 1, 1, 1), r"would take 65\d{3}\.\d GiB of memory"),
        ((3, 1000, 1000, 200, 1, 1, 1, 1), "says it holds 381 MiB, but the file has only"),
        ((99, 1, 1, 1, 1, 1, 1, 1), "has the shape"),
    ],
)
def test_axes_that_are_none(path, axes, message):
    refused(change(path, 40, "<8h", *axes), rf"a\.nii.*: .*{message}")


@pytest.mark.parametrize("start", [1e9, -1e9, np.nan, np.inf])
def test_voxels_that_begin_nowhere(path, start):
    refused(change(path, 108, "<f", start), r"a\.nii.*: (says its voxels begin|can't be read)")


def test_a_bomb_is_not_unpacked(tmp_path):
    """A file of 300 kB that holds 300 MB of zeros, and says so."""
    header = nibabel.Nifti1Header()
    header.set_data_dtype(np.uint8)
    header.set_data_shape((1000, 1000, 300))
    header["magic"] = b"n+1"
    header["vox_offset"] = 352
    with gzip.open(tmp_path / "bomb.nii.gz", "wb") as file:
        file.write(header.binaryblock + bytes(4))
        for _ in range(300):
            file.write(bytes(1_000_000))
    refused(tmp_path / "bomb.nii.gz", r"bomb\.nii\.gz: says it holds 286 MiB, but the file has")


def test_complex_numbers(tmp_path):
    nibabel.save(
        nibabel.Nifti1Image(np.ones((2, 3, 4), np.complex64), np.eye(4)), tmp_path / "a.nii"
    )
    refused(tmp_path / "a.nii", r"holds numbers of type complex64; .*magnitude")


def test_an_unknown_type_of_number(path):
    refused(change(path, 70, "<h", 12345), r"a\.nii.*: its header is wrong: data code 12345")


def test_nothing_there(tmp_path):
    refused(tmp_path / "none.nii", "doesn't exist")
    refused(tmp_path, "is a folder, not a file")


@pytest.mark.parametrize("name", ["Schädel 脑.nii.gz", "x" * 200 + ".nii"])
def test_names_of_any_letters_and_length(tmp_path, name):
    nibabel.save(nibabel.Nifti1Image(np.zeros((2, 3, 4), np.uint8), np.eye(4)), tmp_path / name)
    assert read_nifti(tmp_path / name).array.shape == (4, 3, 2)


@pytest.mark.parametrize("frame", [1.5, "a", True, (0,)])
def test_a_frame_that_is_no_whole_number_is_not_blamed_on_the_file(tmp_path, frame):
    image = nibabel.Nifti1Image(np.zeros((3, 4, 5, 2), np.uint8), np.eye(4))
    nibabel.save(image, tmp_path / "a.nii")
    with pytest.raises(ValueError, match=r"frame is .*; give the number of a volume") as caught:
        read_nifti(tmp_path / "a.nii", frame=frame)
    assert not isinstance(caught.value, ReadError)
    assert read_nifti(tmp_path / "a.nii", frame=np.int64(1)).array.shape == (5, 4, 3)

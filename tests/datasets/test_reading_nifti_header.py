"""NIfTI headers with faults that other readers take: mended, and said so in the metadata."""

import gzip
import re

import nibabel
import numpy as np
import pytest
from nifti_files import volume, write_nifti
from refusals import refused

from medtutor.datasets import read_folder, read_nifti

BY_QFORM = {"codes": (1, 0), "pixdim": (1, 2, 3, 4, 1, 1, 1, 1)}
# The file's axes run to the right, the front and the head: slices from the feet, rows from the
# front and columns from the right are these.
UPRIGHT = volume().transpose(2, 1, 0)[:, ::-1, ::-1]


@pytest.mark.parametrize(
    ("header", "remark"),
    [
        ({"pixdim": (0, 2, 3, 4, 1, 1, 1, 1)}, "qfac.*setting qfac to 1"),
        ({"pixdim": (1, -2, 3, -4, 1, 1, 1, 1)}, "pixdim.*positive; setting to abs"),
        ({"bitpix": 0}, "bitpix"),
        ({"sizeof_hdr": 0}, "sizeof_hdr"),
        ({"scl": (1, np.nan)}, "scl_inter is no finite number; taken as 0"),
        ({"xyzt_units": 7}, "xyzt_units 7 not valid"),
        ({"xyzt_units": 0b1000_0010}, "xyzt_units 130 not valid"),
        ({"codes": (1, 99)}, "sform_code 99 not valid"),
        ({"codes": (1, 2), "srow": [0] * 12}, "the sform can't be inverted; the qform is taken"),
        ({"codes": (1, 2), "srow": [np.nan] * 12}, "the sform can't be inverted"),
        ({"codes": (1, 2), "quatern": (1, 1, 1)}, "no rotation; the sform is taken"),
        ({"codes": (1, 2), "quatern": (0, 0, 0.1)}, "sform and qform differ; the sform is taken"),
    ],
)
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_what_other_readers_mend(tmp_path, suffix, header, remark):
    scan = read_nifti(write_nifti(tmp_path / f"a{suffix}", **BY_QFORM | header))
    np.testing.assert_array_equal(scan.array, UPRIGHT)
    assert scan.spacing == pytest.approx((4, 3, 2))
    (found,) = scan.metadata["remarks"]
    assert re.search(remark, found)


@pytest.mark.parametrize("length", [1 + 3e-7, 1.00001, 1.001])
def test_a_quaternion_slightly_too_long(tmp_path, length):
    scan = read_nifti(write_nifti(tmp_path / "a.nii", **BY_QFORM, quatern=(0, 0, length)))
    np.testing.assert_array_equal(scan.array, UPRIGHT[:, ::-1, ::-1])  # half a turn
    np.testing.assert_allclose(np.diag(scan.affine[:3, 2::-1]), (2, 3, 4), rtol=1e-6)
    assert "longer than 1; normalised" in scan.metadata["remarks"][0]


def test_a_quaternion_that_is_no_rotation(tmp_path):
    for quaternion in ((1, 1, 1), (np.nan, 0, 0)):
        path = write_nifti(tmp_path / "a.nii", **BY_QFORM, quatern=quaternion)
        refused(read_nifti, path, "quatern_b, quatern_c, quatern_d.* is no rotation; write a right")


def test_the_sign_of_qfac_counts(tmp_path):
    for qfac in (-1, -2):
        pixdim = (qfac, 2, 3, 4, 1, 1, 1, 1)
        scan = read_nifti(write_nifti(tmp_path / "a.nii", codes=(1, 0), pixdim=pixdim))
        np.testing.assert_array_equal(scan.array, UPRIGHT[::-1])


def test_a_sound_header_needs_no_remark(tmp_path):
    assert "remarks" not in read_nifti(write_nifti(tmp_path / "a.nii")).metadata
    assert "remarks" not in read_nifti(write_nifti(tmp_path / "a.nii", **BY_QFORM)).metadata


def test_an_edge_of_0_mm_is_taken_for_1_mm_and_said_so(tmp_path):
    path = write_nifti(tmp_path / "a.nii", codes=(1, 0), pixdim=(1, 2, 3, 0, 1, 1, 1, 1))
    scan = read_nifti(path)
    assert scan.spacing == pytest.approx((1, 3, 2))
    assert "setting 0 dims to 1" in scan.metadata["remarks"][0]


@pytest.mark.parametrize(
    ("dim", "shape"),
    [
        ((4, 5, 6, 7, 0, 1, 1, 1), (7, 6, 5)),
        ((7, 5, 6, 7, 1, 1, 1, 1), (7, 6, 5)),
        ((5, 5, 6, 7, 1, 0, 0, 0), (7, 6, 5)),
        ((3, 5, 6, 0, 1, 1, 1, 1), (6, 5)),
        ((4, 5, 6, 1, 1, 1, 1, 1), (1, 6, 5)),
    ],
)
def test_axes_of_0_and_1_behind_the_others_say_nothing(tmp_path, dim, shape):
    assert read_nifti(write_nifti(tmp_path / "a.nii", dim=dim)).array.shape == shape


@pytest.mark.parametrize("start", [0, 4, 348])
def test_voxels_that_begin_in_the_header(tmp_path, start):
    """They may begin at 348 or at 352: another place would shift the image."""
    path = write_nifti(tmp_path / "a.nii", vox_offset=start)
    refused(read_nifti, path, f"voxels begin at byte {start}, where the header needs 352")


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("suffix", [".hdr", ".img"])
def test_a_pair_of_files(tmp_path, suffix, version, order):
    pair, head = (
        (nibabel.Nifti1Pair, nibabel.nifti1.Nifti1PairHeader)
        if version == 1
        else (nibabel.Nifti2Pair, nibabel.nifti2.Nifti2PairHeader)
    )
    image = pair(volume(), np.diag([2, 3, 4, 1]), head(endianness=order))
    nibabel.save(image, tmp_path / "a.hdr")
    scan = read_nifti(tmp_path / f"a{suffix}")
    np.testing.assert_array_equal(scan.array, UPRIGHT)
    assert scan.spacing == pytest.approx((4, 3, 2))
    assert len(read_folder(tmp_path).array) == 7


def test_a_packed_pair(tmp_path):
    nibabel.save(nibabel.Nifti1Pair(volume(), np.eye(4)), tmp_path / "a.img.gz")
    for name in ("a.hdr.gz", "a.img.gz"):
        np.testing.assert_array_equal(read_nifti(tmp_path / name).array, UPRIGHT)
    assert len(read_folder(tmp_path).array) == 7


def test_a_header_of_another_kind_is_not_called_nifti(tmp_path):
    nibabel.save(nibabel.Spm99AnalyzeImage(volume(), np.eye(4)), tmp_path / "a.hdr")
    refused(read_nifti, tmp_path / "a.img", r"a\.hdr: is not a NIfTI file .* convert Analyze")
    refused(read_folder, tmp_path, r"a\.hdr: is no image that can be read")


def test_half_of_a_pair(tmp_path):
    nibabel.save(nibabel.Nifti1Pair(volume(), np.eye(4)), tmp_path / "a.hdr")
    (tmp_path / "a.img").rename(tmp_path / "b.img")
    refused(read_nifti, tmp_path / "a.hdr", r"isn't beside it; copy a\.hdr and a\.img into one")
    refused(read_nifti, tmp_path / "b.img", "is not a NIfTI file")


def test_bytes_behind_a_packed_file_are_no_matter_but_its_checksum_is(tmp_path):
    path = write_nifti(tmp_path / "a.nii.gz")
    content = path.read_bytes()
    path.write_bytes(content + b"sent by mail")
    np.testing.assert_array_equal(read_nifti(path).array, UPRIGHT)
    path.write_bytes(content[:-8] + b"12345678")
    refused(read_nifti, path, "can't be unpacked")


def test_what_is_packed_and_no_nifti_is_not_called_one(tmp_path):
    (tmp_path / "notes.tar.gz").write_bytes(gzip.compress(b"text" * 300))
    refused(read_folder, tmp_path, r"notes\.tar\.gz: is no image that can be read")
    (tmp_path / "notes.tar.gz").unlink()
    write_nifti(tmp_path / "a.nii.gz").rename(tmp_path / "a.gz")
    refused(read_folder, tmp_path, r"is NIfTI by its content.*rename it to end in \.nii\.gz")


def test_a_flat_image_says_where_it_lies(tmp_path):
    """The first axis runs up, the second to the front: a sagittal image, 5 mm thick."""
    affine = np.array([[0, 0, 5, 10], [0, 3, 0, 20], [2, 0, 0, 30], [0, 0, 0, 1]])
    scan = read_nifti(write_nifti(tmp_path / "a.nii", volume((5, 6)), affine))
    assert scan.array.shape == (5, 6)
    assert scan.spacing == pytest.approx((2, 3))
    place = np.argwhere(scan.array == volume((5, 6))[1, 2])[0]
    np.testing.assert_allclose(scan.affine @ [0, *place, 1], [-10, -26, 32, 1])
    np.testing.assert_allclose(np.linalg.norm(scan.affine[:3, :3], axis=0), (5, 2, 3))

"""A mask belongs to its image where both lie in one place, not where their shapes are alike."""

from functools import partial

import nibabel
import numpy as np
import pytest
from dicom_files import write_slice
from nifti_files import write_nifti
from own_pictures import write_picture
from PIL import Image
from refusals import refused as refused_by

from medtutor.datasets import card, read_folder

LPS = np.diag([-1.0, -1, 1, 1])
OBLIQUE = nibabel.affines.from_matvec(
    nibabel.eulerangles.euler2mat(0.3, 0.2, 0.1) @ np.diag([0.8, 0.9, 2.5]), [-120, 95.5, -40]
)

refused = partial(refused_by, read_folder)


def lesion(*shape):
    mask = np.zeros(shape, np.uint8)
    mask[1, :2] = 1
    return mask


def write_pair(folder, image_affine, mask_affine, shape=(6, 6, 6), **header):
    mask = lesion(*shape)
    write_nifti(folder / "images" / "a.nii", mask * np.int16(100), image_affine)
    write_nifti(folder / "masks" / "a.nii", mask, mask_affine, **header)
    return folder


def assert_on_the_lesion(folder):
    scans = read_folder(folder)
    np.testing.assert_array_equal(scans.masks, scans.array[..., 0] == 100)
    assert scans.masks.any()


@pytest.mark.parametrize("shape", [(6, 6, 6), (6, 6, 1), (6, 6)])
@pytest.mark.parametrize(
    "mask_affine",
    [
        np.eye(4),
        np.diag([-1.0, 1, 1, 1]),
        np.diag([-1, -1.1, 1, 1]),
        nibabel.affines.from_matvec(LPS[:3, :3], [0, 0.5, 0]),
        nibabel.affines.from_matvec(LPS[:3, :3], [0, 0, 3]),
    ],
)
def test_a_mask_that_lies_elsewhere(tmp_path, shape, mask_affine):
    write_pair(tmp_path, LPS, mask_affine, shape)
    error = refused(
        tmp_path, r"masks.a\.nii: lies elsewhere than its image or is turned.*Image\(mask, image\."
    )
    for affine in (mask_affine, LPS):
        assert str((affine[:3] + 0.0).round(4).tolist()) in str(error)


def test_the_card_of_a_folder_is_refused_as_well(tmp_path):
    for k in range(4):
        write_nifti(tmp_path / "images" / f"{k}.nii", lesion(6, 6, 6), LPS)
        write_nifti(tmp_path / "masks" / f"{k}.nii", lesion(6, 6, 6), LPS if k else np.eye(4))
    refused_by(card, f"folder:{tmp_path}", r"masks.0\.nii: lies elsewhere")


@pytest.mark.parametrize("affine", [LPS, OBLIQUE, LPS * [[1e-3], [1e-3], [1e-3], [1]]])
def test_what_programs_round_is_no_matter(tmp_path, affine):
    noise = np.random.default_rng(0).uniform(-2e-5, 2e-5, (3, 4))
    rounded = np.vstack([affine[:3] + noise, affine[3:]])
    assert_on_the_lesion(write_pair(tmp_path, affine, rounded))


def test_one_place_may_be_stored_in_two_orders(tmp_path):
    write_pair(tmp_path, OBLIQUE, OBLIQUE)
    mask = nibabel.Nifti1Image(lesion(6, 6, 6), OBLIQUE)
    turn = nibabel.orientations.axcodes2ornt(("P", "I", "L"))
    nibabel.save(mask.as_reoriented(turn), tmp_path / "masks" / "a.nii")
    assert_on_the_lesion(tmp_path)


def test_voxels_of_half_a_micrometre_are_compared_as_exactly(tmp_path):
    small = np.diag([5e-4, 5e-4, 5e-4, 1])
    refused(write_pair(tmp_path, small, small @ LPS), "lies elsewhere")


def test_the_thickness_of_a_single_slice_is_no_matter(tmp_path):
    assert_on_the_lesion(write_pair(tmp_path, LPS, LPS @ np.diag([1, 1, 5, 1]), (6, 6, 1)))


def test_a_mask_that_does_not_say_where_it_lies(tmp_path):
    folder = write_pair(tmp_path / "only the mask", LPS, LPS, codes=(0, 0))
    refused(folder, r"lies elsewhere than its image")
    for name in ("images", "masks"):
        write_nifti(tmp_path / "both" / name / "a.nii", lesion(6, 6, 6) * 100, LPS, codes=(0, 0))
    assert_on_the_lesion(tmp_path / "both")


def test_a_mask_that_has_the_qform_of_an_image_with_another_sform(tmp_path):
    write_pair(tmp_path, np.eye(4), LPS)
    image = nibabel.Nifti1Image(lesion(6, 6, 6) * np.int16(100), np.eye(4))
    image.set_qform(LPS, 1)
    nibabel.save(image, tmp_path / "images" / "a.nii")
    refused(tmp_path, "lies elsewhere")
    write_nifti(tmp_path / "masks" / "a.nii", lesion(6, 6, 6), np.eye(4))
    assert_on_the_lesion(tmp_path)


def test_a_picture_can_not_say_how_it_lies_on_a_nifti(tmp_path):
    write_nifti(tmp_path / "images" / "a.nii", lesion(6, 6) * 100, LPS)
    write_picture(tmp_path / "masks" / "a.png", lesion(6, 6))
    refused(tmp_path, r"a\.png: is a picture and can't say .* but a\.nii is a NIfTI and turned")


@pytest.mark.parametrize("suffix", [".png", ".dcm"])
def test_a_nifti_on_an_image_that_does_not_say_where_it_lies(tmp_path, suffix):
    """Programs that draw on pictures write an affine by which nothing is turned."""
    image = lesion(6, 6) * np.uint8(100)
    if suffix == ".png":
        write_picture(tmp_path / "images" / "a.png", image)
    else:
        place = {"Modality": "OT", "ImagePositionPatient": None, "RescaleIntercept": None}
        write_slice(tmp_path / "images" / "a.dcm", image, **place, RescaleSlope=None)
    write_nifti(tmp_path / "masks" / "a.nii", lesion(6, 6).T, LPS)
    assert_on_the_lesion(tmp_path)
    write_nifti(tmp_path / "masks" / "a.nii", lesion(6, 6).T, np.eye(4))
    refused(tmp_path, r"a\.nii: is turned by its header \(its axes run to R, A, S\), but a\.")


@pytest.mark.parametrize("shift", [0, 1])
def test_a_nifti_on_a_dicom_slice(tmp_path, shift):
    image = lesion(4, 5) * np.int16(100)
    write_slice(tmp_path / "images" / "a.dcm", image, RescaleIntercept=0)
    affine = [[-0.75, 0, 0, 10 + shift], [0, -0.5, 0, 20], [0, 0, 3, 0], [0, 0, 0, 1]]
    write_nifti(tmp_path / "masks" / "a.nii", lesion(4, 5).T[..., np.newaxis], np.array(affine))
    if shift:
        refused(tmp_path, r"lies elsewhere.*the mask is \[\[0\.0.*that of a\.dcm \[\[0\.0")
    else:
        assert_on_the_lesion(tmp_path)


def write_turned(path, array, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path, exif=exif)


@pytest.mark.parametrize("orientation", [2, 3, 4, 5, 6, 7, 8])
def test_a_camera_turned_the_image_and_not_the_mask(tmp_path, orientation):
    image = lesion(6, 6) * np.uint8(100)
    write_turned(tmp_path / "images" / "a.png", image, orientation)
    write_picture(tmp_path / "masks" / "a.png", lesion(6, 6))
    refused(tmp_path, rf"by no note, but a\.png by a camera's note \(Orientation {orientation}\)")
    write_turned(tmp_path / "masks" / "a.png", lesion(6, 6), orientation)
    assert_on_the_lesion(tmp_path)


def test_where_the_shape_tells_that_the_mask_was_drawn_upright(tmp_path):
    image = lesion(4, 6) * np.uint8(100)
    write_turned(tmp_path / "images" / "a.png", np.rot90(image), 6)
    write_picture(tmp_path / "masks" / "a.png", lesion(4, 6))
    assert_on_the_lesion(tmp_path)


def test_negative_numbers_are_no_classes(tmp_path):
    write_pair(tmp_path, LPS, LPS)
    write_nifti(tmp_path / "masks" / "a.nii", lesion(6, 6, 6) - np.int16(1), LPS)
    refused(tmp_path, r"its masks hold negative values \(-1, 0\)")

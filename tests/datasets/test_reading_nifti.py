"""NIfTI volumes: one orientation whatever the file's, spacing, scaling, and no free text."""

from itertools import permutations, product
from pathlib import Path

import nibabel
import numpy as np
import pytest
from nibabel import orientations

from medtutor.datasets import ReadError, read_nifti

EXAMPLES = Path(nibabel.__file__).parent / "tests" / "data"
LETTERS = {"x": "LR", "y": "PA", "z": "IS"}


def phantom():
    """Return a volume in mm to the right, the front and the head whose voxels tell places."""
    x, y, z = np.meshgrid(np.arange(5), np.arange(6), np.arange(7), indexing="ij")
    return (x + 10 * y + 100 * z).astype(np.int16)


def save(path, array, affine=None, **header):
    image = nibabel.Nifti1Image(array, np.diag([2, 3, 4, 1]) if affine is None else affine)
    for name, value in header.items():
        image.header[name] = value
    nibabel.save(image, path)
    return path


ORIENTATIONS = [
    codes for axes in permutations("xyz") for codes in product(*(LETTERS[axis] for axis in axes))
]


@pytest.mark.parametrize("codes", ORIENTATIONS, ids="".join)
def test_all_48_orientations_give_the_same_scan(codes, tmp_path):
    upright = nibabel.Nifti1Image(phantom(), np.diag([2, 3, 4, 1]))
    turn = orientations.ornt_transform(
        orientations.io_orientation(upright.affine), orientations.axcodes2ornt(codes)
    )
    nibabel.save(upright.as_reoriented(turn), tmp_path / "turned.nii")
    scan = read_nifti(tmp_path / "turned.nii")
    # slice = z upwards, row = from the front (y = 5) backwards, column = from the right (x = 4)
    expected = phantom().transpose(2, 1, 0)[:, ::-1, ::-1]
    np.testing.assert_array_equal(scan.array, expected)
    assert scan.spacing == pytest.approx((4, 3, 2))
    place = scan.affine @ [1, 2, 3, 1]
    # x = 4 - 3 = 1 is 2 mm to the right, y = 5 - 2 = 3 is 9 mm to the front, z = 1 is 4 mm up.
    np.testing.assert_allclose(place, [-2, -9, 4, 1], atol=1e-5)


def test_an_oblique_volume_goes_by_the_nearest_axis(tmp_path):
    angle = np.deg2rad(20)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    affine = turn @ np.diag([2, 3, 4, 1])
    scan = read_nifti(save(tmp_path / "a.nii.gz", phantom(), affine))
    assert scan.array.shape == (7, 6, 5)
    assert scan.spacing == pytest.approx((4, 3, 2))
    world = affine @ [1, 3, 1, 1] * [-1, -1, 1, 1]
    np.testing.assert_allclose(scan.affine @ [1, 2, 3, 1], world, atol=1e-5)


@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_unscaled_voxels_keep_their_type(kind, tmp_path):
    scan = read_nifti(save(tmp_path / "a.nii.gz", phantom().astype(kind)))
    assert scan.array.dtype == kind
    assert scan.array.dtype.isnative
    assert scan.array.max() == phantom().astype(kind).max()


@pytest.mark.parametrize("order", "<>")
def test_both_byte_orders_are_read(order, tmp_path):
    header = nibabel.Nifti1Header(endianness=order)
    header.set_data_dtype(np.int16)
    image = nibabel.Nifti1Image(phantom(), np.eye(4), header)
    nibabel.save(image, tmp_path / "a.nii")
    array = read_nifti(tmp_path / "a.nii").array
    assert array.dtype.isnative
    assert array.max() == 654


def patched(path, offset, fmt, value):
    import struct

    content = bytearray(path.read_bytes())
    content[offset : offset + struct.calcsize(fmt)] = struct.pack(fmt, value)
    path.write_bytes(content)
    return path


def with_slope(tmp_path, slope, intercept):
    path = save(tmp_path / "a.nii", phantom())
    patched(path, 112, "<f", slope)
    return patched(path, 116, "<f", intercept)


def test_slope_and_intercept_are_applied(tmp_path):
    scan = read_nifti(with_slope(tmp_path, 0.5, -10))
    assert scan.array.dtype == np.float32
    assert scan.array.max() == 654 * 0.5 - 10


@pytest.mark.parametrize("slope", [0, np.nan])
def test_a_slope_of_zero_means_do_not_scale(slope, tmp_path):
    scan = read_nifti(with_slope(tmp_path, slope, 3))
    assert scan.array.dtype == np.int16
    assert scan.array.max() == 654


def test_a_flat_image_has_rows_and_columns(tmp_path):
    scan = read_nifti(save(tmp_path / "a.nii", phantom()[:, :, 0]))
    np.testing.assert_array_equal(scan.array, phantom()[:, :, 0].T[::-1, ::-1])
    assert scan.spacing == pytest.approx((3, 2))


def test_colour_is_a_last_axis(tmp_path):
    kind = np.dtype([("R", "u1"), ("G", "u1"), ("B", "u1")])
    array = np.zeros((5, 6, 7), kind)
    array["G"] = phantom() % 256
    scan = read_nifti(save(tmp_path / "a.nii", array))
    assert scan.array.shape == (7, 6, 5, 3)
    assert scan.array[..., 0].max() == 0
    np.testing.assert_array_equal(
        scan.array[..., 1], phantom().transpose(2, 1, 0)[:, ::-1, ::-1] % 256
    )


def test_of_several_volumes_one_is_chosen(tmp_path):
    films = np.stack([phantom(), phantom() + 1000], axis=3)
    for name in ("a.nii", "a.nii.gz"):
        path = save(tmp_path / name, films)
        assert read_nifti(path, frame=0).array.max() == 654
        assert read_nifti(path, frame=1).array.min() == 1000
        with pytest.raises(ReadError, match=r"a\.nii.*holds 2 volumes; choose one with frame=0"):
            read_nifti(path)
        for frame in (2, -1):
            with pytest.raises(ReadError, match="it has frames 0 to 1"):
                read_nifti(path, frame=frame)


def test_one_volume_with_a_fourth_axis_of_1_is_a_volume(tmp_path):
    assert read_nifti(save(tmp_path / "a.nii", phantom()[..., None])).array.shape == (7, 6, 5)


def test_metres_and_micrometres_become_millimetres(tmp_path):
    image = nibabel.Nifti1Image(phantom(), np.diag([2000, 3000, 4000, 1]))
    image.header.set_xyzt_units("micron")
    nibabel.save(image, tmp_path / "a.nii")
    assert read_nifti(tmp_path / "a.nii").spacing == pytest.approx((4, 3, 2))


def test_without_a_stated_orientation_there_is_no_affine(tmp_path):
    image = nibabel.Nifti1Image(phantom(), None)
    image.header.set_zooms((2, 3, 4))
    nibabel.save(image, tmp_path / "a.nii")
    scan = read_nifti(tmp_path / "a.nii")
    assert scan.affine is None
    assert scan.spacing == pytest.approx((4, 3, 2))
    np.testing.assert_array_equal(scan.array, phantom().transpose(2, 1, 0)[:, ::-1, :])


def test_free_text_stays_in_the_file(tmp_path):
    texts = dict.fromkeys(("descrip", "aux_file", "db_name", "intent_name"), b"Jane Doe")
    scan = read_nifti(save(tmp_path / "a.nii", phantom(), **texts))
    assert "Jane" not in repr(dict(scan.metadata))
    assert scan.metadata["dim"][:4] == (3, 5, 6, 7)


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="this nibabel comes without its test files")
@pytest.mark.parametrize(
    ("name", "frame"),
    [
        ("anatomical.nii", None),
        ("standard.nii.gz", None),
        ("example4d.nii.gz", 1),
        ("example_nifti2.nii.gz", 1),
        ("functional.nii", 3),
    ],
)
def test_real_files_agree_with_nibabel(name, frame):
    scan = read_nifti(EXAMPLES / name, frame)
    image = nibabel.as_closest_canonical(nibabel.load(EXAMPLES / name))
    expected = np.asanyarray(image.dataobj)
    expected = expected if frame is None else expected[..., frame]
    np.testing.assert_allclose(scan.array, expected.transpose(2, 1, 0)[:, ::-1, ::-1], rtol=1e-6)
    if scan.affine is not None:
        n_x, n_y = expected.shape[:2]
        corner = image.affine @ [n_x - 1, n_y - 1, 0, 1] * [-1, -1, 1, 1]
        np.testing.assert_allclose(scan.affine[:, 3], corner, atol=1e-4)

import re

import nibabel
import numpy as np
import pytest
import traitlets
from nibabel import orientations

from medtutor import explore
from medtutor.datasets import Scan, average_brain, read_nifti
from medtutor.explore.common.packed import unpacked
from medtutor.explore.volume.geometry import (
    grey_levels,
    in_two_bytes,
    orientation_of,
    oriented,
    plane,
)

RANDOM = np.random.default_rng(0)
SMALL = RANDOM.integers(-50, 200, (3, 4, 5)).astype(np.int16)
# To the head, to the back, to the left: what read_nifti gives. Columns are the array's axes.
HEAD_BACK_LEFT = np.array([[0, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1.0]])

WAYS = {
    "L": (1, 0, 0),
    "R": (-1, 0, 0),
    "P": (0, 1, 0),
    "A": (0, -1, 0),
    "S": (0, 0, 1),
    "I": (0, 0, -1),
}


def voxels(explorer):
    """The array as the page has it, in the volume's own values."""
    geometry = explorer.geometry
    return unpacked(explorer.voxels) * geometry["slope"] + geometry["intercept"]


def affine_of(letters):
    """A voxel-to-mm matrix, to left, back and head, whose axes go where the letters say."""
    matrix = np.eye(4)
    matrix[:3, :3] = np.transpose([WAYS[letter] for letter in letters])
    return matrix


def test_starts_with_the_middle_of_the_real_average_brain():
    explorer = explore.volume()
    brain, spacing = average_brain()
    assert explorer.about.startswith("the real average brain of 152 people")
    assert explorer.geometry["spacing"] == list(spacing)
    assert explorer.place == (47, 58, 49)
    assert explorer.notes == []
    # The atlas runs from left to right; a radiologist's picture has the right at its left.
    np.testing.assert_array_equal(voxels(explorer), brain[:, :, ::-1])
    assert explorer.voxels["dtype"] == "uint8"


def test_the_brain_s_millimetres_are_those_of_mni_space():
    explorer = explore.volume()
    affine = np.array(explorer.geometry["affine"])
    # The anterior commissure, at (0, 0, 0), lies in the middle from left to right.
    voxel = np.linalg.solve(affine[:3, :3], -affine[:3, 3])
    brain, _ = average_brain()
    assert voxel[2] == pytest.approx((brain.shape[2] - 1) / 2, abs=0.5)
    assert brain[tuple(np.rint(voxel).astype(int))] > 0
    # Its source's first voxel of 1 mm lies at x = -98, y = -134, z = -72 (right, front, up).
    corner = affine @ [-0.25, 115.25, -0.25, 1]
    np.testing.assert_allclose(corner[:3], [98, 134, -72])


def test_an_array_without_anything_is_shown_as_it_is_and_says_so():
    explorer = explore.volume(SMALL)
    np.testing.assert_array_equal(voxels(explorer), SMALL)
    assert explorer.geometry["spacing"] is None
    assert not explorer.geometry["oriented"]
    said = " ".join(explorer.notes)
    assert "spacing is not known: voxels are drawn as cubes" in said
    assert "Which way the patient lies is not known" in said


def test_spacing_comes_from_the_argument_or_the_scan():
    scan = Scan(SMALL, (3.0, 2.0, 1.0), affine=HEAD_BACK_LEFT * [3, 2, 1, 1])
    assert explore.volume(scan).geometry["spacing"] == [3, 2, 1]
    explorer = explore.volume(scan, spacing=(6, 2, 0.5))
    assert explorer.geometry["spacing"] == [6, 2, 0.5]
    lengths = np.linalg.norm(np.array(explorer.geometry["affine"])[:3, :3], axis=0)
    np.testing.assert_allclose(lengths, [6, 2, 0.5])


@pytest.mark.parametrize("letters", ["SPL", "IAR", "RAS", "LPS", "ASR", "PIL", "SLA"])
def test_any_orientation_is_turned_to_head_back_left(letters):
    lies = orientation_of(affine_of(letters))
    assert "".join(lies.letters) == letters
    assert lies.tilt == pytest.approx(0, abs=1e-3)
    to_right_front_head = orientations.axcodes2ornt(tuple(letters))
    wanted = orientations.axcodes2ornt(("S", "P", "L"))
    turn = orientations.ornt_transform(to_right_front_head, wanted)
    expected = orientations.apply_orientation(SMALL, turn)
    np.testing.assert_array_equal(oriented(SMALL, lies), expected)


def test_a_tilted_series_gets_the_nearest_letters_and_a_note():
    angle = np.radians(20)
    turn = np.eye(4)
    turn[1:3, 1:3] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    lies = orientation_of(turn @ HEAD_BACK_LEFT)
    assert lies.letters == ("S", "P", "L")
    assert lies.tilt == pytest.approx(20)
    notes = explore.volume(Scan(SMALL, (1, 1, 1), affine=turn @ HEAD_BACK_LEFT)).notes
    assert notes == ["The axes are tilted by up to 20° against what the letters say."]


def test_a_nifti_file_is_shown_as_it_was_read(tmp_path):
    path = tmp_path / "small.nii.gz"
    affine = np.array([[-2.0, 0, 0, 9], [0, 3, 0, -5], [0, 0, 4, 1], [0, 0, 0, 1]])
    nibabel.save(nibabel.Nifti1Image(SMALL, affine), path)
    scan = read_nifti(path)
    explorer = explore.volume(scan)
    np.testing.assert_array_equal(voxels(explorer), scan.array)
    assert explorer.geometry["flipped"] == [False, False, False]
    assert explorer.geometry["spacing"] == [4, 3, 2]


# Planes and values ----------------------------------------------------------------------


def test_planes_stand_as_radiologists_look_at_them():
    volume = np.arange(24).reshape(2, 3, 4)
    np.testing.assert_array_equal(plane(volume, 0, 1), volume[1])
    np.testing.assert_array_equal(plane(volume, 1, 2), [volume[1, 2], volume[0, 2]])
    np.testing.assert_array_equal(plane(volume, 2, 0), [volume[1, :, 0], volume[0, :, 0]])


def test_grey_levels_by_hand():
    levels = grey_levels(np.array([-1, 0, 0.25, 0.5, 1, 3]), center=0.5, width=1)
    np.testing.assert_allclose(levels, [0, 0, 0.25, 0.5, 1, 1])


@pytest.mark.parametrize(
    ("values", "slope"),
    [
        (np.array([[[-32768, 32767]]]), 1),
        (np.array([[[0, 65535]]], np.uint16), 1),
        (np.array([[[70000.0, 70005.0]]]), 1),
        (np.array([[[7.25, 7.25]]]), 1),
        (np.array([[[0.0, 0.3, 1.0]]]), 1 / 65535),
        (np.array([[[0, 2 * 65535]]]), 2),
    ],
)
def test_two_bytes_hold_whole_numbers_exactly_and_others_nearly(values, slope):
    stored, found, intercept = in_two_bytes(values)
    assert stored.dtype == np.int16
    assert found == pytest.approx(slope)
    np.testing.assert_allclose(stored * found + intercept, values, atol=found / 2 + 1e-9)
    if slope == 1:
        np.testing.assert_array_equal(stored * found + intercept, values)


def test_rounded_values_are_said():
    notes = explore.volume(SMALL / 7, spacing=(1, 1, 1)).notes
    assert re.match(r"Values are rounded to steps of 0\.000\d+\.", notes[0])


def test_a_large_volume_is_reduced_and_says_so():
    large = np.zeros((40, 300, 310), np.int16)
    large[39] = 100
    explorer = explore.volume(large, spacing=(2.5, 0.7, 0.7))
    assert np.prod(explorer.voxels["shape"]) <= 2_000_000
    blocks = explorer.geometry["blocks"]
    assert blocks == [1, 2, 1]
    assert explorer.notes[0].startswith("Reduced to 40 × 150 × 310 voxels, each the mean of 1 × 2")
    assert (voxels(explorer)[39] == 100).all()
    assert "40 × 300 × 310 voxels" in explorer.about


# Windows --------------------------------------------------------------------------------


def test_ct_starts_with_soft_tissue_and_offers_the_rest():
    hounsfield = RANDOM.integers(-1000, 1500, (4, 5, 6))
    explorer = explore.volume(Scan(hounsfield, (1, 1, 1), "CT", "HU"))
    for preset in explorer.presets:
        for name in ("center", "width"):
            low, high = explorer.ranges[name]
            assert low <= preset[name] <= high
    assert (explorer.center, explorer.width) == (50, 400)
    names = [preset["name"] for preset in explorer.presets]
    assert names == ["soft tissue", "all values", "lung", "bone", "brain"]


def test_other_volumes_start_with_nearly_all_values():
    explorer = explore.volume(RANDOM.normal(size=(20, 20, 20)))
    low, high = explorer.center - explorer.width / 2, explorer.center + explorer.width / 2
    assert 2 < high < 3
    assert -3 < low < -2
    assert [preset["name"] for preset in explorer.presets] == ["first view", "all values"]


@pytest.mark.parametrize("values", [RANDOM.normal(size=(3, 4, 5)) * 0.037, SMALL, SMALL * 1e5])
def test_all_values_cuts_nothing_off(values):
    explorer = explore.volume(values)
    everything = explorer.presets[-1]
    assert everything["name"] == "all values"
    low = everything["center"] - everything["width"] / 2
    high = everything["center"] + everything["width"] / 2
    rounding = 1e-9 * np.ptp(values)
    assert low <= values.min() + rounding
    assert values.max() - rounding <= high
    assert high - low < 1.05 * np.ptp(values)


@pytest.mark.parametrize("value", [0, -7, 1e6, 0.125])
def test_a_volume_of_one_value_has_a_window_all_the_same(value):
    explorer = explore.volume(np.full((2, 3, 4), value))
    assert [preset["name"] for preset in explorer.presets] == ["all values"]
    assert explorer.width > 0
    assert explorer.ranges["center"][0] < explorer.ranges["center"][1]
    assert explorer.ranges["width"][0] <= explorer.width <= explorer.ranges["width"][1]
    np.testing.assert_array_equal(voxels(explorer), value)


@pytest.mark.parametrize("scale", [1e-6, 1, 1e6])
def test_controls_fit_any_scale_of_values(scale):
    ranges = explore.volume(RANDOM.normal(size=(4, 4, 4)) * scale).ranges
    span = ranges["center"][1] - ranges["center"][0]
    assert 100 <= span / ranges["step"] <= 3000


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"scan": np.zeros((4, 5))}, r"shape \(4, 5\); give a volume \(D, H, W\)"),
        ({"scan": np.zeros((2, 3, 4, 5))}, r"four axes; give one volume"),
        ({"scan": np.zeros((1, 3, 4))}, "one slice and no volume"),
        ({"scan": np.zeros((3, 4, 1))}, "one slice and no volume"),
        ({"scan": np.zeros((0, 3, 4))}, "so it is empty"),
        ({"scan": np.full((2, 2, 2), np.nan)}, "8 values that are NaN or infinite"),
        ({"scan": SMALL * 1j}, "holds complex128 values"),
        ({"scan": Scan(SMALL, (1.0, 1.0), "US")}, "a film of 3 frames"),
        ({"scan": SMALL, "spacing": (1, 1)}, r"spacing is \(1, 1\); give 3 positive numbers"),
        ({"scan": SMALL, "spacing": (1, 0, 1)}, "give 3 positive numbers"),
        ({"scan": Scan(SMALL, affine=np.zeros((4, 4)))}, "takes no volume to mm"),
        ({"scan": Scan(SMALL, affine=np.eye(3))}, "takes no volume to mm"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    with pytest.raises(ValueError, match=message):
        explore.volume(**bad)


def test_a_mask_of_booleans_is_shown_as_ones_and_zeros():
    mask = SMALL > 0
    explorer = explore.volume(mask)
    np.testing.assert_array_equal(unpacked(explorer.voxels), mask)
    assert [one["name"] for one in explorer.presets] == ["all values"]


def test_a_window_without_width_is_refused_by_the_widget():
    explorer = explore.volume(SMALL)
    with pytest.raises(traitlets.TraitError):
        explorer.width = 0


def test_text_forms_are_short_and_stable():
    explorer = explore.volume(SMALL, spacing=(1, 1, 1))
    assert repr(explorer) == "VolumeExplorer()"
    assert "voxel [1, 2, 2] of your volume, 3 × 4 × 5 voxels" in explorer.describe()

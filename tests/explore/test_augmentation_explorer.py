import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import explore, scratch
from medtutor.explore.augmentation import augmented_scene
from medtutor.explore.augmentation import scene as scenes
from medtutor.explore.augmentation.widget import CHANGES

RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.integers(0, 256, (20, 24))
MASK = np.zeros((20, 24), int)
MASK[4:9, 14:20] = 1
IMAGES = RANDOM.integers(0, 256, (6, 20, 24)).astype(np.uint8)
MASKS = np.stack([MASK, MASK[:, ::-1], np.zeros_like(MASK)] * 2)
PATIENTS = np.array(["a", "a", "b", "b", "c", "c"])


# What is computed -------------------------------------------------------------------------


def test_nothing_changed_is_the_slice_itself():
    scene = augmented_scene(IMAGE, MASK)
    np.testing.assert_array_equal(scene["image"], IMAGE)
    np.testing.assert_array_equal(scene["mask"], MASK)
    assert (scene["between"], scene["share_lost"], scene["side"]) == (0, 0, "right")


def test_mirror_and_upside_down_are_exact_and_the_side_follows():
    mirrored = augmented_scene(IMAGE, MASK, mirror=True)
    np.testing.assert_array_equal(mirrored["image"], IMAGE[:, ::-1])
    np.testing.assert_array_equal(mirrored["mask"], MASK[:, ::-1])
    assert (mirrored["side"], mirrored["between"]) == ("left", 0)
    fallen = augmented_scene(IMAGE, MASK, upside_down=True)
    np.testing.assert_array_equal(fallen["image"], IMAGE[::-1])
    assert fallen["side"] == "right"


@given(st.integers(-180, 180), st.integers(-8, 8), st.integers(-8, 8), st.integers(60, 180))
@settings(deadline=None)
def test_without_a_bend_it_is_the_courses_affine_warp(degrees, down, right, zoom):
    scene = augmented_scene(IMAGE, MASK, degrees=degrees, down=down, right=right, zoom=zoom)
    matrix = scratch.rotation_matrix(degrees) / (zoom / 100)
    shift = -matrix @ np.array([down, right])
    warped = scratch.affine_warp(IMAGE[None, ..., None].astype(float), matrix, shift)
    np.testing.assert_allclose(scene["image"], warped[0, ..., 0], atol=1e-6)
    assert set(np.unique(scene["mask"])) <= {0, 1}


def test_what_leaves_the_picture_is_counted():
    lost = [augmented_scene(IMAGE, MASK, right=n)["share_lost"] for n in (0, 4, 5, 7, 10)]
    assert lost == pytest.approx([0, 0, 1 / 6, 3 / 6, 1])
    gone = augmented_scene(IMAGE, MASK, right=10)
    assert (gone["mask"].sum(), gone["side"]) == (0, "none")
    assert augmented_scene(IMAGE, np.zeros_like(MASK), right=10)["share_lost"] == 0


def test_a_bend_loses_no_lesion_in_the_middle_and_can_be_undone():
    middle = np.zeros((40, 40), int)
    middle[15:25, 12:26] = 1
    bent = augmented_scene(IMAGES[0, :, :20].repeat(2, 0).repeat(2, 1), middle, bend=10)
    assert bent["share_lost"] == 0
    assert bent["mask"].sum() == pytest.approx(middle.sum(), rel=0.35)
    assert bent["between"] > 10


def test_grey_values_stay_in_range_and_the_mask_as_it_is():
    plain = augmented_scene(IMAGE, MASK)
    noisy = augmented_scene(IMAGE, MASK, noise=20, brightness=10)
    assert noisy["image"].min() == 0
    assert noisy["image"].max() == 255
    np.testing.assert_array_equal(noisy["mask"], plain["mask"])
    darker = augmented_scene(np.full((20, 24), 100), MASK, brightness=-20)
    np.testing.assert_allclose(darker["image"], 49)


def test_sides():
    both = MASK + MASK[:, ::-1]
    sides = [scenes.side_of(m) for m in (MASK, MASK[:, ::-1], both, 0 * MASK)]
    assert sides == ["right", "left", "both", "none"]


def test_likeness_is_the_correlation():
    found = scenes.likeness(IMAGES[0], IMAGES)
    expected = [np.corrcoef(IMAGES[0].ravel(), other.ravel())[0, 1] for other in IMAGES]
    np.testing.assert_allclose(found, expected)
    assert scenes.likeness(np.full((20, 24), 7), IMAGES) == pytest.approx(np.zeros(6))


def test_usual_likeness_asks_other_patients_alone():
    images = np.concatenate([IMAGES[:2], IMAGES[:2] + 0.0])
    assert scenes.usual_likeness(images, np.array([0, 1, 2, 3])) == pytest.approx(1)
    assert scenes.usual_likeness(images, np.array([0, 1, 0, 1])) < 0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"zoom": 0}, "zoom is 0; give a number from 1 to 999"),
        ({"zoom": -50}, "zoom is -50"),
        ({"down": None}, "down is None"),
        ({"right": np.inf}, "right is inf"),
        ({"bend": -1}, "bend is -1"),
        ({"noise": -3}, "noise is -3; give a number from 0 to 100"),
        ({"brightness": 101}, "brightness is 101"),
        ({"degrees": "5"}, "degrees is '5'"),
        ({"image": IMAGE[None]}, "give one slice and its mask"),
        ({"mask": MASK[:5]}, r"mask \(5, 24\); give one slice and its mask"),
        ({"image": IMAGE / 255}, "goes from 0 to 1; give grey levels from 0"),
        ({"image": IMAGE - 128}, "goes from -128 to"),
        ({"image": IMAGE * np.nan}, "NaN"),
    ],
)
def test_a_scene_refuses_what_the_page_could_not_show(options, message):
    with pytest.raises(ValueError, match=message):
        augmented_scene(**{"image": IMAGE, "mask": MASK} | options)


# The widget -------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    return explore.augmentation(IMAGES, MASKS, PATIENTS)


def test_starts_unchanged(explorer):
    assert {name: getattr(explorer, name) for name in CHANGES} == CHANGES
    np.testing.assert_array_equal(explorer.scene()["mask"], MASK)
    assert "(changed: nothing)" in explorer.describe()


def test_python_moves_the_scene(explorer):
    explorer.index, explorer.mirror, explorer.degrees = 1, True, 90
    assert explorer.scene()["side"] == "left"
    explorer.degrees = 0
    assert explorer.scene()["side"] == "right"
    assert "(changed: mirror)" in explorer.describe()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_any_numbers_are_taken(dtype):
    explorer = explore.augmentation(IMAGES[..., None].astype(dtype), MASKS[..., None])
    assert explorer.scene()["image"].max() == 255


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((IMAGES[0], MASK), r"images has shape \(20, 24\); give 2 to 200 grey slices"),
        ((IMAGES[:1], MASKS[:1]), "give 2 to 200"),
        ((IMAGES, MASKS[:, :-1]), "masks has shape"),
        ((IMAGES * np.nan, MASKS), "NaN"),
        ((IMAGES, MASKS, np.zeros(6)), "two patients at least"),
        ((IMAGES, MASKS, PATIENTS[:3]), "6 slices"),
        ((IMAGES, MASKS, [1, np.nan, 2, 2, 3, 3]), "1 of 6 images have no patient id"),
        ((IMAGES, MASKS, ["7", "7.0", *"abcd"]), "'7' and '7.0', which differ only"),
        ((IMAGES, MASKS, [1, "a", 2, 2, 3, 3]), "mixed types"),
        ((np.zeros((2, 150, 9)), np.zeros((2, 150, 9))), r"images\[:, ::2, ::2\]"),
    ],
)
def test_bad_input_is_named_with_its_cure(arguments, message):
    with pytest.raises(ValueError, match=message):
        explore.augmentation(*arguments)


@pytest.mark.parametrize(
    ("trait", "value"),
    [("index", 6), ("degrees", 181), ("down", -33), ("zoom", 40), ("bend", 11), ("noise", 60)],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(explorer, trait, value):
    assert_refused(explorer, trait, value)


def test_limits_of_the_page_are_those_of_python(explorer):
    for name, plain in CHANGES.items():
        if isinstance(plain, bool):
            continue
        pattern = rf"{name}: \[.*min: (-?\d+), max: (-?\d+).*, (-?\d+)\],"
        dial = re.search(pattern, explorer._esm)
        trait = explorer.traits()[name]
        assert [int(number) for number in dial.groups()] == [trait.min, trait.max, plain]


def test_text_forms_are_short_and_stable(explorer):
    html = stand_in_of(explorer, "AugmentationExplorer")
    assert "one of 6 slices of 20 × 24 pixels" in html

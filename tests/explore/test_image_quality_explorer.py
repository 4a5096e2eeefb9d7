import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import assert_refused
from scipy import fft
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from text_forms import stand_in_of

from medtutor import explore, metrics
from medtutor.explore.image_quality import erased, quality_scene
from medtutor.explore.image_quality.widget import CHANGES

RANDOM = np.random.default_rng(0)
IMAGE = RANDOM.integers(40, 120, (32, 26)).astype(np.uint8)
MASK = np.zeros((32, 26), int)
MASK[12:17, 9:15] = 1
IMAGE[MASK == 1] += 90
IMAGES = np.stack([IMAGE, IMAGE[:, ::-1], 255 - IMAGE])
MASKS = np.stack([MASK, MASK[:, ::-1], MASK])


# What is computed -------------------------------------------------------------------------


def test_nothing_changed_is_the_slice_itself():
    scene = quality_scene(IMAGE, MASK)
    np.testing.assert_array_equal(scene["image"], IMAGE)
    assert (scene["psnr"], scene["kept"]) == (np.inf, 1)
    assert scene["ssim"] == pytest.approx(1)
    assert scene["ssim_map"].shape == (26, 20)


@given(
    st.integers(0, 100),
    st.integers(0, 3),
    st.integers(0, 20),
    st.integers(1, 60),
    st.integers(0, 9),
)
@settings(deadline=None, max_examples=30)
def test_the_measures_are_those_of_the_libraries(erase, shift, tenths, blocks, noise):
    scene = quality_scene(
        IMAGE, MASK, erase=erase, shift=shift, blur=tenths / 10, blocks=blocks, noise=noise
    )
    pair = IMAGE.astype(float), scene["image"]
    assert scene["psnr"] == pytest.approx(peak_signal_noise_ratio(*pair, data_range=255))
    assert scene["ssim"] == pytest.approx(structural_similarity(*pair, data_range=255))
    assert scene["ssim"] == pytest.approx(scene["ssim_map"].mean())
    before, after = (metrics.contrast(one[None], MASK[None])[0] for one in pair)
    assert scene["kept"] == pytest.approx(after / before)
    assert 0 <= scene["image"].min() <= scene["image"].max() <= 255


def test_each_change_does_what_it_says():
    def image(**changes):
        return quality_scene(IMAGE, MASK, **changes)["image"]

    np.testing.assert_array_equal(image(shift=2)[:, 2:], IMAGE[:, :-2])
    np.testing.assert_allclose(image(gain=50), IMAGE / 2)
    assert image(blur=2).std() < 0.8 * IMAGE.std()
    assert (image(noise=10) - IMAGE).std() == pytest.approx(25.5, rel=0.15)
    waves = fft.dctn(image(blocks=20)[8:16, 8:16], norm="ortho") / 20
    np.testing.assert_allclose(waves, waves.round(), atol=1e-6)
    np.testing.assert_array_equal(image(blocks=60)[:, 24:], IMAGE[:, 24:])  # no whole block


def test_in_air_noise_only_brightens():
    air = np.zeros((32, 26), np.uint8)
    air[MASK == 1] = 100
    noisy = quality_scene(air, MASK, noise=10)["image"]
    assert noisy[:8].mean() == pytest.approx(25.5 * np.sqrt(np.pi / 2), rel=0.1)


def test_an_erased_lesion_has_the_grey_of_its_surroundings():
    plain = np.full((32, 26), 70)
    painted = erased((plain + 90 * MASK)[None], MASK[None])[0]
    np.testing.assert_allclose(painted, plain, atol=2)  # a soft border
    gone = quality_scene(IMAGE, MASK, erase=100)
    assert abs(gone["kept"]) < 0.1
    outside = np.ones_like(MASK, bool)
    outside[6:23, 3:21] = False
    np.testing.assert_array_equal(gone["image"][outside], IMAGE[outside])
    half = quality_scene(IMAGE, MASK, erase=50)
    assert half["kept"] == pytest.approx((1 + gone["kept"]) / 2, abs=0.02)


def test_without_a_lesion_nothing_is_painted():
    np.testing.assert_array_equal(erased(IMAGES, np.zeros_like(MASKS)), IMAGES)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"erase": 101}, "erase is 101; give a number from 0 to 100"),
        ({"erase": -5}, "erase is -5"),
        ({"shift": -2}, "shift is -2; give a whole number from 0 to 25"),
        ({"shift": 2.0}, "shift is 2.0"),
        ({"blur": -1}, "blur is -1; give a number from 0 up"),
        ({"blocks": None}, "blocks is None"),
        ({"gain": -100}, "gain is -100"),
        ({"noise": np.nan}, "noise is nan"),
        ({"image": IMAGE[..., None]}, "give one slice and its mask"),
        ({"mask": MASK[:5]}, "give one slice and its mask"),
        ({"image": IMAGE / 255}, "give grey levels from 0"),
    ],
)
def test_a_scene_refuses_what_the_page_could_not_show(options, message):
    with pytest.raises(ValueError, match=message):
        quality_scene(**{"image": IMAGE, "mask": MASK} | options)


def test_slices_and_masks_of_other_shapes_are_not_erased():
    for images, masks in ((IMAGE, MASK), (IMAGES, MASKS[:, :5]), (None, None)):
        with pytest.raises(ValueError, match="give slices and their masks"):
            erased(images, masks)


# The widget -------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    return explore.image_quality(IMAGES, MASKS)


def test_starts_unchanged(explorer):
    assert {name: getattr(explorer, name) for name in CHANGES} == CHANGES
    assert explorer.scene()["psnr"] == np.inf
    assert "(changed: nothing)" in explorer.describe()


def test_python_moves_the_scene(explorer):
    explorer.index, explorer.erase, explorer.noise = 2, 100, 3
    assert abs(explorer.scene()["kept"]) < 0.25
    assert "(changed: erase, noise)" in explorer.describe()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_any_numbers_are_taken(dtype):
    explorer = explore.image_quality(IMAGES[..., None].astype(dtype), MASKS[..., None])
    assert explorer.scene()["image"].max() == 255


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((IMAGES[0], MASK), r"images has shape \(32, 26\); give 1 to 60 grey slices"),
        ((IMAGES, MASKS[:, :-1]), "masks has shape"),
        ((IMAGES * np.nan, MASKS), "NaN"),
        ((IMAGES, MASKS * [[[1]], [[0]], [[1]]]), "the mask of slice 1 is empty"),
        ((IMAGES, MASKS * 0 + 1), "the mask of slice 0 is empty or fills the slice"),
        ((np.zeros((2, 150, 9)), np.zeros((2, 150, 9))), "edges from 8 to 128"),
        ((np.zeros((2, 9, 7)), np.zeros((2, 9, 7))), "slices of 9 × 7 pixels"),
    ],
)
def test_bad_input_is_named_with_its_cure(arguments, message):
    with pytest.raises(ValueError, match=message):
        explore.image_quality(*arguments)


@pytest.mark.parametrize(
    ("trait", "value"),
    [("index", 3), ("erase", 101), ("shift", 4), ("blur", 3.1), ("gain", 40), ("view", "FSIM")],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(explorer, trait, value):
    assert_refused(explorer, trait, value)


def test_limits_of_the_page_are_those_of_python(explorer):
    for name, plain in CHANGES.items():
        dial = re.search(rf"{name}: \[.*min: (\d+), max: (\d+).*, (\d+)\],", explorer._esm)
        trait = explorer.traits()[name]
        assert [int(number) for number in dial.groups()] == [trait.min, trait.max, plain]


def test_text_forms_are_short_and_stable(explorer):
    html = stand_in_of(explorer, "ImageQualityExplorer")
    assert "one of 3 slices of 32 × 26 pixels" in html

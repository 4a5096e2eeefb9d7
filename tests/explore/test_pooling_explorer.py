import re

import numpy as np
import pytest
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.pooling import scene as scenes
from medtutor.explore.pooling.widget import KINDS, PADDINGS, RANGES

RAMP = np.arange(72.0).reshape(8, 9)
FIELD = scenes.noise_field(0)
SCENES = [scenes.lung_scene, scenes.brain_scene, scenes.even_scene]


def test_starts_with_max_pooling_of_a_real_image():
    explorer = explore.pooling()
    assert explorer.picture == "lung"
    assert (explorer.kind, explorer.pool_size, explorer.strides) == ("max", 2, 0)
    assert [picture["name"] for picture in explorer.pictures] == ["lung", "brain", "even"]


def test_settings_reach_the_widget():
    settings = {
        "kind": "average",
        "pool_size": 3,
        "strides": 1,
        "padding": "same",
        "contrast": -20,
        "diameter": 5,
        "noise": 7,
    }
    explorer = explore.pooling(RAMP, **settings)
    assert explorer.picture == "own"
    assert explorer.pictures[0]["pixels"] == RAMP.tolist()
    assert {name: getattr(explorer, name) for name in settings} == settings


def test_an_image_of_ones_own_comes_without_lesion_and_noise():
    explorer = explore.pooling(RAMP)
    assert (explorer.contrast, explorer.noise) == (0, 0)
    np.testing.assert_array_equal(explorer.image(), RAMP)
    assert (explorer.pictures[0]["low"], explorer.pictures[0]["high"]) == (0, 71)
    flat = explore.pooling(np.full((3, 3), 5.0)).pictures[0]
    assert (flat["low"], flat["high"]) == (5, 6)


def test_each_image_brings_dials_that_suit_it():
    assert explore.pooling("brain").contrast < 0 < explore.pooling("lung").contrast
    assert explore.pooling("brain", contrast=0).contrast == 0


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"image": np.zeros((4, 4, 3))}, r"shape \(4, 4, 3\); give one 2-D slice"),
        ({"image": "liver"}, "image is 'liver'; choose one of lung, brain, even"),
        ({"kind": "min"}, "kind is 'min'; choose one of max, average"),
        ({"pool_size": 9}, "pool_size is 9; give a whole number from 1 to 8"),
        ({"strides": 0}, "strides is 0; give a whole number from 1 to 8"),
        ({"padding": "full"}, "padding is 'full'; choose one of valid, same"),
        ({"contrast": 101}, "contrast is 101; give a whole number from -100 to 100"),
        ({"diameter": 0}, "diameter is 0; give a whole number from 1 to 9"),
        ({"noise": 2.5}, "noise is 2.5; give a whole number from 0 to 50"),
        ({"seed": -1}, "seed is -1; give a whole number from 0"),
        ({"image": np.eye(3), "pool_size": 4}, "4 × 4 pixels, the image 3 × 3"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    with pytest.raises(ValueError, match=message):
        explore.pooling(**bad)


def test_a_window_larger_than_the_image_is_fine_with_padding():
    assert explore.pooling(np.eye(3), pool_size=4, padding="same").pool_size == 4


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("picture", "nope"),
        ("kind", "min"),
        ("pool_size", 0),
        ("strides", 9),
        ("noise", 51),
        ("gradient_of", "two"),
    ],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(trait, value):
    assert_refused(explore.pooling(), trait, value)


def test_text_forms_are_short_and_stable():
    explorer = explore.pooling("even", kind="average", pool_size=4)
    html = stand_in_of(explorer, "PoolingExplorer")
    assert "average pooling with a 4 × 4 window (stride 4, padding" in html


def test_limits_of_the_page_are_those_of_python():
    explorer = explore.pooling()
    for name, (low, high) in RANGES.items():
        dial = re.search(rf"{name}: {{.*min: (-?\d+), max: (\d+)", explorer._esm)
        assert (int(dial[1]), int(dial[2])) == (low, high)
        trait = explorer.traits()[name]
        assert (trait.min, trait.max) == (low, high)
    for choice in (*KINDS, *PADDINGS):
        assert f'["{choice}", "{choice}"]' in explorer._esm
    assert f"DRAW_STEP = {list(scenes.DRAW_STEP)}" in explorer._esm


# The scene --------------------------------------------------------------------------------


@pytest.mark.parametrize("make", SCENES)
def test_scenes_are_small_and_the_lesion_lies_inside(make):
    scene = make()
    pixels = np.array(scene["pixels"])
    assert 32 <= max(pixels.shape) <= 64
    assert 0 <= pixels.min() <= pixels.max() <= 255
    for place, edge in zip(scene["lesion"], pixels.shape, strict=True):
        assert 5 <= place < edge - 5


@pytest.mark.parametrize("make", SCENES)
def test_the_lesion_lies_on_even_ground(make):
    scene = make()
    row, column = scene["lesion"]
    around = np.array(scene["pixels"])[row - 2 : row + 3, column - 2 : column + 3]
    assert around.std() < 20


@pytest.mark.parametrize("seed", [0, 1])
def test_noise_has_mean_0_and_spread_1(seed):
    field = scenes.noise_field(seed)
    assert field.shape == (64, 64)
    assert field.mean() == pytest.approx(0, abs=1e-3)
    assert field.std() == pytest.approx(1, abs=1e-3)
    assert np.abs(field - scenes.noise_field(seed + 1)).mean() > 0.5


@pytest.mark.parametrize("diameter", [1, 3, 6, 9])
def test_the_lesion_covers_the_area_of_a_disc(diameter):
    cover = scenes.lesion_cover((21, 21), (10, 10), diameter)
    assert cover[10, 10] == 1
    assert cover[0].max() == 0
    assert cover.sum() == pytest.approx(np.pi * diameter**2 / 4, abs=1.5)
    np.testing.assert_allclose(cover, cover.T)


def test_dials_add_up():
    scene = scenes.even_scene()
    calm = scenes.dialled(scene, FIELD, contrast=40, diameter=3, noise=0)
    assert calm[scene["lesion"]] == pytest.approx(100 + 0.4 * 255)
    assert calm[0, 0] == 100
    noisy = scenes.dialled(scene, FIELD, contrast=40, diameter=3, noise=10)
    np.testing.assert_allclose(noisy - calm, 25.5 * FIELD[:32, :32])


def test_another_draw_is_other_noise():
    scene = scenes.even_scene()
    draws = [
        scenes.dialled(scene, FIELD, contrast=0, diameter=1, noise=20, draw=draw).ravel()
        for draw in range(6)
    ]
    others = np.corrcoef(draws)[~np.eye(6, dtype=bool)]
    assert np.abs(others).max() < 0.2
    assert np.abs(draws[0] - draws[1]).max() > 50

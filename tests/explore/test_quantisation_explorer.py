import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import explore, scratch
from medtutor.explore.quantisation import quantisation_scene
from medtutor.explore.quantisation.widget import SETTINGS

RANDOM = np.random.default_rng(0)
KERNEL = RANDOM.normal(0, [0.1, 0.5, 0.02, 0.3], (3, 2, 5, 4)).astype("float32")
IMAGE = RANDOM.normal(size=(14, 17, 5)).astype("float32")


# What is computed -------------------------------------------------------------------------


@given(st.integers(0, 3), st.booleans(), st.booleans())
@settings(deadline=None)
def test_eight_bits_are_those_of_scratch(filter_, per_filter, symmetric):
    scene = quantisation_scene(
        KERNEL, IMAGE, filter=filter_, per_filter=per_filter, symmetric=symmetric
    )
    weights = KERNEL[..., filter_].astype(float)
    pool = weights if per_filter else KERNEL
    scale, zero = scratch.quantisation_scale(pool.min(), pool.max(), symmetric=symmetric)
    back = scratch.dequantise(scratch.quantise(weights, scale, zero), scale, zero, dtype=np.float64)
    assert (scene["scale"], scene["zero_point"]) == (pytest.approx(scale), zero)
    assert scene["largest"] == pytest.approx(abs(back - weights).max())
    assert scene["largest"] <= scale / 2 + 1e-9 or not symmetric
    expected = scratch.conv2d(IMAGE[None].astype(float), back[..., None])[0, :, :, 0]
    np.testing.assert_allclose(scene["rounded"], expected, atol=1e-9)


@pytest.mark.parametrize("bits", range(2, 9))
@pytest.mark.parametrize("symmetric", [True, False])
def test_bits_give_levels(bits, symmetric):
    scene = quantisation_scene(KERNEL, IMAGE, bits=bits, symmetric=symmetric)
    assert len(scene["levels"]) == 2**bits - symmetric
    assert 0 in scene["levels"]
    np.testing.assert_allclose(np.diff(scene["levels"]), scene["scale"])
    assert 2 <= scene["used"] <= len(scene["levels"])
    assert scene["clipped"] <= 0.05
    assert sum(scene["counts"]) == 30


def test_each_bit_halves_the_error():
    signal = [quantisation_scene(KERNEL, IMAGE, bits=bits)["snr_db"] for bits in range(3, 9)]
    assert np.all(np.diff(signal) > 3)
    assert np.mean(np.diff(signal)) == pytest.approx(6.0, abs=1.5)  # 20 log10(2) a bit


def test_one_scale_for_all_wastes_levels_of_a_small_filter():
    own, common = (
        quantisation_scene(KERNEL, IMAGE, filter=2, bits=4, per_filter=per_filter)
        for per_filter in (True, False)
    )
    assert own["used"] > common["used"]
    assert own["snr_db"] > common["snr_db"] + 10


def test_clipping_is_counted():
    scene = quantisation_scene(KERNEL, IMAGE, clip=90)
    assert scene["clipped"] == pytest.approx(0.1, abs=0.04)
    assert scene["largest"] > quantisation_scene(KERNEL, IMAGE)["largest"]


def test_a_filter_of_zeros_has_no_error():
    scene = quantisation_scene(KERNEL * 0, IMAGE, symmetric=False)
    assert (scene["scale"], scene["zero_point"], scene["snr_db"]) == (1, 0, np.inf)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bits": 1}, "bits is 1; give a whole number from 2 to 8"),
        ({"bits": 9}, "bits is 9"),
        ({"bits": 4.0}, "bits is 4.0"),
        ({"filter": 4}, "filter is 4; give a whole number from 0 to 3"),
        ({"filter": -1}, "filter is -1"),
        ({"clip": 50}, "clip is 50; give a number from 90 to 100"),
        ({"clip": None}, "clip is None"),
        ({"kernel": None}, "kernel holds object values"),
        ({"kernel": KERNEL[..., 0]}, "give the weights of one convolution"),
        ({"kernel": KERNEL * np.nan}, "kernel holds 120 values that are NaN"),
        ({"image": IMAGE[..., :2]}, r"image has shape \(14, 17, 2\); give \(H, W, 5\)"),
    ],
)
def test_a_scene_refuses_what_the_page_could_not_show(options, message):
    with pytest.raises(ValueError, match=message):
        quantisation_scene(**{"kernel": KERNEL, "image": IMAGE} | options)


# The widget -------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    return explore.quantisation(KERNEL, IMAGE)


def test_starts_with_eight_bits(explorer):
    assert {name: getattr(explorer, name) for name in SETTINGS} == SETTINGS
    assert "filter 0 in 8 bits, with a scale of its own" in explorer.describe()
    assert "of 255 levels are used" in explorer.describe()


def test_python_moves_the_scene(explorer):
    explorer.filter, explorer.bits, explorer.per_filter = 3, 2, False
    assert len(explorer.scene()["levels"]) == 3
    assert "one scale for the whole layer" in explorer.describe()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((KERNEL[..., 0], IMAGE), r"kernel has shape \(3, 2, 5\)"),
        ((KERNEL, IMAGE[..., :2]), r"image has shape \(14, 17, 2\); give \(H, W, 5\)"),
        ((KERNEL, IMAGE[None]), "image has shape"),
        ((KERNEL * np.nan, IMAGE), "NaN"),
        ((KERNEL, np.zeros((9, 200, 5))), "edges of at most 128"),
        ((KERNEL, np.zeros((128, 128, 5))), "70,000 numbers"),
        ((KERNEL, np.zeros((9, 20, 5))), "8 rows and columns"),
        ((np.zeros((3, 3, 200, 200)), IMAGE), "at most 100,000"),
    ],
)
def test_bad_input_is_named_with_its_cure(arguments, message):
    with pytest.raises(ValueError, match=message):
        explore.quantisation(*arguments)


@pytest.mark.parametrize(
    ("trait", "value"), [("filter", 4), ("bits", 1), ("bits", 9), ("clip", 89.0), ("clip", 101)]
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(explorer, trait, value):
    assert_refused(explorer, trait, value)


def test_limits_of_the_page_are_those_of_python(explorer):
    for name in ("bits", "clip"):
        dial = re.search(rf"{name}: makeSlider\(.*min: (\d+), max: (\d+)", explorer._esm)
        trait = explorer.traits()[name]
        assert [int(number) for number in dial.groups()] == [trait.min, trait.max]


def test_text_forms_are_short_and_stable(explorer):
    html = stand_in_of(explorer, "QuantisationExplorer")
    assert "Quantisation explorer: the weights of filter 0" in html

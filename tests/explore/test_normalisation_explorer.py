import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.common.packed import unpacked
from medtutor.explore.normalisation import measures

RAMP = np.arange(100, dtype=np.int16).reshape(10, 10)


# What is measured -------------------------------------------------------------------------


def test_the_stray_pixel_lies_so_many_tenths_above_all_others():
    changed = measures.with_stray_pixel(RAMP - 50, (4, 4), 15)
    assert changed[4, 4] == 49 + 1.5 * 99
    others = changed != changed[4, 4]
    np.testing.assert_array_equal(changed[others], (RAMP - 50)[others])
    assert (RAMP[4, 4], others.sum()) == (44, 99), "the image itself stays as it is"
    np.testing.assert_array_equal(measures.with_stray_pixel(RAMP, (4, 4), 0), RAMP)


@given(st.integers(1, 100))
def test_min_max_leaves_what_the_stray_pixel_does_not_take(stray):
    left = measures.contrast_left(RAMP, (4, 4), stray, "min_max", 1, 99)
    assert left == pytest.approx(1 / (1 + stray / 10))


@given(st.integers(1, 100))
def test_z_score_loses_as_much_as_the_spread_grows(stray):
    left = measures.contrast_left(RAMP, (4, 4), stray, "z_score", 1, 99)
    changed = measures.with_stray_pixel(RAMP, (4, 4), stray)
    assert left == pytest.approx(RAMP.std() / changed.std())
    assert left > measures.contrast_left(RAMP, (4, 4), stray, "min_max", 1, 99)


def test_percentile_clipping_holds_only_while_it_cuts_the_stray_pixel_off():
    kept = measures.contrast_left(RAMP, (4, 4), 100, "percentiles", 1, 98.5)
    assert kept == pytest.approx(1)
    for low, high in ((1, 100), (0, 100)):
        lost = measures.contrast_left(RAMP, (4, 4), 100, "percentiles", low, high)
        assert lost == pytest.approx(1 / 11, abs=0.01)


def test_without_a_stray_pixel_all_is_left():
    for method in measures.METHODS:
        assert measures.contrast_left(RAMP, (4, 4), 0, method, 1, 99) == 1


def test_pixels_of_one_value_have_no_range_to_lose():
    lonely = np.zeros((5, 5))
    lonely[4, 4] = 1
    assert np.isnan(measures.contrast_left(lonely, (4, 4), 10, "min_max", 1, 99))


def test_cut_pixels_are_counted():
    assert measures.share_cut(RAMP, 0, 100) == 0
    assert measures.share_cut(RAMP, 10, 80) == pytest.approx(0.30)


def test_normalised_is_the_library_in_float64():
    scaled = measures.normalised(RAMP, "percentiles", 10, 90)
    assert (scaled.dtype, scaled.min(), scaled.max()) == (np.float64, 0, 1)
    assert scaled[5, 0] == pytest.approx((50 - 9.9) / (0.8 * 99))
    with pytest.raises(ValueError, match="take percentiles further apart"):
        measures.normalised(np.eye(20), "percentiles", 1, 90)


# The widget -------------------------------------------------------------------------------


def test_starts_with_a_simulated_slice_and_no_stray_pixel():
    explorer = explore.normalisation()
    assert explorer.picture["shape"] == [64, 64]
    assert (explorer.stray, explorer.low, explorer.high) == (0, 1, 99)
    assert "simulated brain slice" in explorer.describe()
    np.testing.assert_array_equal(explorer.image(), unpacked(explorer.picture))


def test_python_sees_the_stray_pixel():
    explorer = explore.normalisation(RAMP)
    np.testing.assert_array_equal(explorer.image(), RAMP)
    explorer.stray = 10
    assert explorer.image()[4, 4] == explorer.image().max() == 198


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "float32", "float64", "bool"])
def test_any_numbers_are_taken(dtype):
    image = (RAMP % 7).astype(dtype)
    np.testing.assert_array_equal(explore.normalisation(image).image(), image)


def test_a_narrow_image_has_its_stray_pixel_inside():
    assert explore.normalisation(np.arange(6.0).reshape(2, 3)).place == [1, 2]


@pytest.mark.parametrize(
    ("image", "message"),
    [
        (np.zeros((4, 4, 3)), r"shape \(4, 4, 3\); give one 2-D slice"),
        (np.full((4, 4), 7), "every pixel is 7: there is nothing to normalise"),
        (np.array([[1, np.nan]]), "1 pixels that are NaN or infinite"),
        (np.zeros((0, 4)), "give at least one pixel"),
        (np.array([["a"]]), "give an array of real numbers"),
        (np.eye(513), r"513 × 513 pixels.*image\[::2, ::2\]"),
    ],
)
def test_a_bad_image_is_named_with_its_cure(image, message):
    with pytest.raises(ValueError, match=message):
        explore.normalisation(image)


@pytest.mark.parametrize(
    ("trait", "value"), [("stray", 101), ("stray", -1), ("low", 46), ("low", -1), ("high", 54)]
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(trait, value):
    assert_refused(explore.normalisation(RAMP), trait, value)


def test_text_forms_are_short_and_stable():
    explorer = explore.normalisation(RAMP)
    html = stand_in_of(explorer, "NormalisationExplorer")
    assert "an image (your image) from 0 to 99" in html


def test_limits_of_the_page_are_those_of_python():
    explorer = explore.normalisation(RAMP)
    for name in ("low", "high"):
        dial = re.search(rf'dial\("{name}", .*min: (\d+), max: (\d+)', explorer._esm)
        trait = explorer.traits()[name]
        assert (int(dial[1]), int(dial[2])) == (trait.min, trait.max)

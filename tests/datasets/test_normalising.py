import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import minmax_scale, scale

from medtutor.datasets import clip_percentiles, min_max, z_score

METHODS = [min_max, z_score, clip_percentiles]
SLICE = np.array([[0, 10], [20, 50]], dtype=np.uint8)
GREYS = st.lists(st.integers(-32768, 32767), min_size=2, max_size=60).filter(
    lambda greys: len(set(greys)) > 1
)


def test_by_hand():
    np.testing.assert_allclose(min_max(SLICE), [[0, 0.2], [0.4, 1]])
    # Mean 20, squared distances 400, 100, 0 and 900.
    np.testing.assert_allclose(z_score(SLICE), (SLICE - 20.0) / np.sqrt(350), rtol=1e-6)
    np.testing.assert_allclose(clip_percentiles(SLICE, 0, 100), SLICE)
    # A quarter of the way along the three gaps between four values, and back from the end.
    np.testing.assert_allclose(clip_percentiles(SLICE, 25, 75), [[7.5, 10], [20, 27.5]])


@given(GREYS)
def test_equals_scikit_learns_scalers(greys):
    image = np.array(greys, dtype=np.int16)
    column = image.astype(float)[:, None]
    np.testing.assert_allclose(min_max(image), minmax_scale(column)[:, 0], atol=1e-6)
    np.testing.assert_allclose(z_score(image), scale(column)[:, 0], atol=1e-5)


@given(GREYS, st.floats(0, 40), st.floats(60, 100))
def test_clipping_moves_only_what_lies_outside(greys, low, high):
    image = np.array(greys, dtype=float)
    floor, ceiling = np.percentile(image, (low, high))
    if floor == ceiling:
        with pytest.raises(ValueError, match="take percentiles further apart"):
            clip_percentiles(image, low, high)
        return
    clipped = clip_percentiles(image, low, high)
    inside = (image >= floor) & (image <= ceiling)
    np.testing.assert_array_equal(clipped[inside], image[inside])
    assert set(clipped[~inside]) <= {floor, ceiling}


@pytest.mark.parametrize("method", METHODS)
def test_shape_and_precision_are_kept_and_the_image_is_not_changed(method):
    for dtype, expected in [("uint8", "float32"), ("float32", "float32"), ("float64", "float64")]:
        image = np.arange(24).reshape(2, 3, 4).astype(dtype)
        before = image.copy()
        result = method(image)
        assert (result.shape, result.dtype) == (image.shape, np.dtype(expected))
        np.testing.assert_array_equal(image, before)


def test_the_whole_range_of_an_integer_type_does_not_overflow():
    ends = np.array([-32768, 32767], dtype=np.int16)
    np.testing.assert_array_equal(min_max(ends), [0, 1])
    np.testing.assert_allclose(z_score(ends), [-1, 1])


@pytest.mark.parametrize(
    ("method", "arguments", "message"),
    [
        (min_max, (np.full((2, 2), 7),), "every pixel is 7, and min_max would divide"),
        (z_score, (np.zeros(3),), "every pixel is 0, and z_score would divide"),
        (min_max, (np.array([0, np.nan, np.inf]),), "2 of 3 pixels are NaN or infinite"),
        (z_score, (np.zeros((0, 4)),), r"shape \(0, 4\) and holds float64"),
        (clip_percentiles, (np.array(["a"]),), "holds <U1; give an array of numbers"),
        (clip_percentiles, (SLICE, 99, 1), "percentiles are 99 and 1; give 0 <= low < high"),
        (clip_percentiles, (SLICE, 1, 101), "percentiles are 1 and 101"),
        (clip_percentiles, (SLICE, np.nan, 99), "percentiles are nan and 99"),
        (clip_percentiles, (np.eye(20), 1, 90), "percentiles 1 and 90 are both 0"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(method, arguments, message):
    with pytest.raises(ValueError, match=message):
        method(*arguments)

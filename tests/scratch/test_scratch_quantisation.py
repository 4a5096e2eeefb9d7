import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtutor import scratch
from medtutor.scratch.quantisation import Scale

RANDOM = np.random.default_rng(0)
ENDS = st.floats(-1e4, 1e4, allow_subnormal=False)


def test_the_example_by_hand():
    scale, zero = scratch.quantisation_scale(-1, 2)
    assert (scale, zero) == (pytest.approx(3 / 255), -43)
    q = scratch.quantise([-1, 0, 0.5, 2], scale, zero)
    assert q.dtype == np.int8
    assert q.tolist() == [-128, -43, -1, 127]
    back = scratch.dequantise(q, scale, zero)
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, [-1, 0, 0.494118, 2], atol=1e-6)


def test_the_filter_by_hand():
    scale, zero = scratch.quantisation_scale(-1, 0.5, symmetric=True)
    assert (scale, zero) == (pytest.approx(1 / 127), 0)
    assert scratch.quantise([0.5, -1], scale).tolist() == [64, -127]
    one = {"kernel_scale": scale, "y_scale": 1 / 127, "y_zero_point": 0}
    x = scratch.quantise([[[[2.0, 1.0]]]], 3 / 255, -43)
    kernel = np.array([64, -127], np.int8).reshape(1, 1, 2, 1)
    y = scratch.conv2d_int8(
        x, kernel, np.zeros(1, np.int32), x_scale=3 / 255, x_zero_point=-43, **one
    )
    assert y.item() == round(85 * 3 / 255)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (1, 2, (2 / 255, -128)),  # widened to hold 0
        (-2, -1, (2 / 255, 127)),
        (0, 0, (1, 0)),
        (0, 255, (1, -128)),
    ],
)
def test_the_range_is_widened_to_hold_0(low, high, expected):
    assert scratch.quantisation_scale(low, high) == pytest.approx(expected)


def test_arrays_give_one_scale_a_filter():
    kernel = RANDOM.normal(size=(3, 3, 2, 5)) * [1, 2, 3, 0, 5]
    low, high = kernel.min(axis=(0, 1, 2)), kernel.max(axis=(0, 1, 2))
    scale, zero = scratch.quantisation_scale(low, high, symmetric=True)
    largest = abs(kernel).max(axis=(0, 1, 2))
    np.testing.assert_allclose(scale, np.where(largest > 0, largest / 127, 1))
    assert zero.tolist() == [0] * 5
    back = scratch.dequantise(scratch.quantise(kernel, scale), scale, dtype=np.float64)
    assert np.all(abs(back - kernel) <= scale / 2 + 1e-12)


@given(ENDS, ENDS, st.lists(st.floats(0, 1), min_size=1, max_size=20), st.booleans())
def test_the_error_is_half_a_step_at_most_and_0_is_exact(a, b, places, symmetric):
    low, high = min(a, b), max(a, b)
    scale, zero = scratch.quantisation_scale(low, high, symmetric=symmetric)
    assert -128 <= zero <= 127
    values = np.array([low + (high - low) * place for place in places])
    back = scratch.dequantise(scratch.quantise(values, scale, zero), scale, zero, dtype=float)
    # The zero point is rounded, too, so the ends of the range may lie half a step further.
    assert np.all(abs(back - values) <= scale * (1.0001 if not symmetric else 0.5001))
    assert scratch.dequantise(scratch.quantise([0.0], scale, zero), scale, zero) == 0


def test_what_lies_outside_is_clipped_not_wrapped_around():
    assert scratch.quantise([-1e6, 1e6], 1.0).tolist() == [-128, 127]
    assert scratch.quantise([0.5, 1.5, 2.5, -0.5], 1.0).tolist() == [0, 2, 2, 0]  # to even


@pytest.mark.parametrize("strides", [1, 2, (1, 2)])
@pytest.mark.parametrize("padding", ["valid", "same", ((1, 0), (2, 1))])
@pytest.mark.parametrize(("channels", "filters"), [(1, 4), (3, 2)])
def test_the_convolution_is_that_of_whole_numbers(strides, padding, channels, filters):
    x = RANDOM.integers(-128, 128, (2, 7, 9, channels)).astype(np.int8)
    kernel = RANDOM.integers(-127, 128, (3, 2, channels, filters)).astype(np.int8)
    bias = RANDOM.integers(-5000, 5000, filters).astype(np.int32)
    scales = RANDOM.uniform(0.001, 0.01, filters)
    y = scratch.conv2d_int8(
        x, kernel, bias, x_scale=0.03, x_zero_point=-7, kernel_scale=scales,
        y_scale=0.03, y_zero_point=5, strides=strides, padding=padding,
    )  # fmt: skip
    real = scratch.conv2d(
        scratch.dequantise(x, 0.03, -7, dtype=float),
        scratch.dequantise(kernel, scales, dtype=float),
        bias * 0.03 * scales,
        strides=strides,
        padding=padding,
    )
    expected = scratch.quantise(real, 0.03, 5)
    assert y.dtype == np.int8
    assert y.shape == real.shape
    assert abs(y.astype(int) - expected).max() <= 1  # a half may fall to either side
    assert np.mean(y == expected) > 0.999
    assert {-128, 127} & set(y.ravel().tolist())


def test_relu_cuts_at_the_zero_point():
    x, kernel = np.full((1, 1, 1, 1), 20, np.int8), np.array([[[[-100, 100]]]], np.int8)
    arguments = {"x_scale": 0.1, "x_zero_point": 0, "kernel_scale": 0.01, "y_scale": 0.1}
    y = scratch.conv2d_int8(
        x, kernel, np.zeros(2, np.int32), y_zero_point=-30, relu=True, **arguments
    )
    assert y.ravel().tolist() == [-30, -10]


@pytest.mark.parametrize(("low", "high"), [(np.nan, 1), (0, np.inf), (2, 1), ([0, 3], [1, 2])])
def test_a_range_that_is_none_is_refused(low, high):
    with pytest.raises(ValueError, match="give finite numbers, the low first"):
        scratch.quantisation_scale(low, high)


@pytest.mark.parametrize(("x", "scale"), [([1.0], 0), ([1.0], [-1.0]), ([np.nan], 1)])
def test_numbers_that_cannot_be_quantised_are_refused(x, scale):
    with pytest.raises(ValueError, match="give finite numbers, and scales above 0"):
        scratch.quantise(x, scale)


@pytest.mark.parametrize(
    ("scale", "zero_point"), [(np.inf, 0), (1, np.nan), ([np.nan], 0), (1, [np.inf])]
)
def test_a_scale_or_zero_point_that_is_not_finite_is_refused(scale, zero_point):
    with pytest.raises(ValueError, match="give finite numbers, and scales above 0"):
        scratch.quantise([1.0], scale, zero_point)


@pytest.mark.parametrize(
    ("q", "scale", "zero_point"),
    [(None, 1, 0), ([np.nan], 1, 0), ([1], None, 0), ([1], 0, 0), ([1], 1, None), ([1], 1, np.inf)],
)
def test_what_stands_for_no_number_is_not_dequantised(q, scale, zero_point):
    with pytest.raises(ValueError, match="give finite numbers, and scales above 0"):
        scratch.dequantise(q, scale, zero_point)


def test_a_number_that_is_not_finite_is_told_from_a_scale_that_is_none():
    with pytest.raises(
        ValueError, match=r"scale is 0\.1, zero point 3, for \(2,\) numbers up to inf"
    ):
        scratch.quantise([1.0, -np.inf], 0.1, 3)


@pytest.mark.parametrize(("scale", "zero_point"), [(np.ones(2), 0), (1, np.zeros(4)), ([[1.0]], 0)])
def test_a_scale_for_each_entry_is_counted(scale, zero_point):
    x = np.ones((5, 3))
    for change in (scratch.quantise, scratch.dequantise):
        with pytest.raises(
            ValueError, match=r"for \(5, 3\) numbers up to 1; give .* one, or one for each entry"
        ):
            change(x, scale, zero_point)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("x_zero_point", None, "zero point None"),
        ("y_zero_point", np.nan, "zero point nan"),
        ("kernel_scale", np.ones(3), r"scale is \[1\. 1\. 1\.].*: one, or one for each entry"),
        ("y_zero_point", np.zeros(3), r"zero point \[0\. 0\. 0\.]"),
    ],
)
def test_the_convolution_refuses_zero_points_and_scales_that_do_not_fit(name, value, message):
    arrays = [np.ones((1, 3, 3, 1), "i1"), np.ones((2, 2, 1, 2), "i1"), np.ones(2, "i4")]
    given = {"x_scale": 1, "kernel_scale": 1, "y_scale": 1, "x_zero_point": 0, "y_zero_point": 0}
    with pytest.raises(ValueError, match=message):
        scratch.conv2d_int8(*arrays, **given | {name: value})


@pytest.mark.parametrize("name", ["x_scale", "kernel_scale", "y_scale"])
@pytest.mark.parametrize("scale", [0, -1, np.nan, np.inf])
def test_the_convolution_refuses_scales_that_are_none(name, scale):
    arrays = [np.ones((1, 3, 3, 1), "i1"), np.ones((2, 2, 1, 1), "i1"), np.ones(1, "i4")]
    scales = {"x_scale": 1, "kernel_scale": 1, "y_scale": 1, name: scale}
    with pytest.raises(ValueError, match="give finite numbers, and scales above 0"):
        scratch.conv2d_int8(*arrays, x_zero_point=0, y_zero_point=0, **scales)


@pytest.mark.parametrize(("place", "name"), [(0, "x is float64"), (1, "kernel"), (2, "bias")])
def test_the_convolution_takes_whole_numbers_alone(place, name):
    arrays = [np.ones((1, 3, 3, 1), "i1"), np.ones((2, 2, 1, 1), "i1"), np.ones(1, "i4")]
    arrays[place] = arrays[place].astype(float)
    with pytest.raises(ValueError, match=name):
        scratch.conv2d_int8(
            *arrays, x_scale=1, x_zero_point=0, kernel_scale=1, y_scale=1, y_zero_point=0
        )


def test_a_scale_has_names():
    assert scratch.quantisation_scale(0, 1)._fields == Scale._fields == ("scale", "zero_point")

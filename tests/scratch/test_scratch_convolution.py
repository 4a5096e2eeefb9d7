"""conv2d and conv2d_grad: equal to Keras over a grid, equal to finite differences anywhere."""

import itertools

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch

GRID = list(
    itertools.product(
        [(1, 1), (3, 3), (2, 3), (5, 4)],
        [(1, 1), (2, 2), (2, 1), (3, 2)],
        ["valid", "same", ((1, 2), (0, 3))],
        [(1, 1), (2, 2), (1, 3)],
        ["float32", "float64"],
    )
)
SHAPES = [
    # N, H, W, Cin, Cout
    (1, 5, 5, 1, 1),
    (4, 5, 8, 1, 6),
    (1, 9, 5, 7, 1),
    (300, 6, 6, 2, 3),
    (2, 3, 3, 40, 50),
    (3, 28, 28, 32, 16),
]


def check_against_keras(x_shape, kernel_shape, strides, padding, dilation, dtype):
    x, kernel, bias = (
        values.astype(dtype) for values in draw(0, x_shape, kernel_shape, kernel_shape[3:])
    )
    kernel /= np.sqrt(kernel[..., 0].size).astype(dtype)
    options = {"strides": strides, "padding": padding, "dilation": dilation}
    y = scratch.conv2d(x, kernel, bias, **options)
    grad = draw(1, y.shape)[0].astype(dtype)
    value, grads = reference.value_and_grads(
        lambda *inputs: reference.conv2d(*inputs, **options),
        (x, kernel, bias),
        lambda _: grad,
        in_doubles=reference.is_beyond_onednn(kernel_shape[:2], strides),
    )
    tolerance = reference.TOLERANCE[dtype]
    reference.assert_equal(y, value, tolerance)
    for mine, keras in zip(
        scratch.conv2d_grad(grad, x, kernel, bias, **options), grads, strict=True
    ):
        reference.assert_equal(mine, keras, tolerance)


@pytest.mark.conformance("conv2d")
@pytest.mark.parametrize(("kernel_size", "strides", "padding", "dilation", "dtype"), GRID)
def test_values_and_gradients_are_those_of_keras(kernel_size, strides, padding, dilation, dtype):
    check_against_keras((2, 11, 10, 3), (*kernel_size, 3, 4), strides, padding, dilation, dtype)


@pytest.mark.conformance("conv2d")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("shape", SHAPES)
def test_any_number_of_images_and_channels(shape, padding, dtype):
    *x_shape, cout = shape
    check_against_keras(x_shape, (3, 3, x_shape[3], cout), (1, 1), padding, (1, 1), dtype)


@st.composite
def problems(draw_from):
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel_size, strides, dilation = draw_from(pair), draw_from(pair), draw_from(pair)
    ends = st.tuples(st.integers(0, 2), st.integers(0, 2))
    padding = draw_from(st.one_of(st.sampled_from(["valid", "same"]), st.tuples(ends, ends)))
    spans = [d * (k - 1) + 1 for k, d in zip(kernel_size, dilation, strict=True)]
    height, width = (draw_from(st.integers(span, span + 3)) for span in spans)
    images, cin, cout = (draw_from(st.integers(1, 2)) for _ in range(3))
    options = {"strides": strides, "padding": padding, "dilation": dilation}
    return (images, height, width, cin), (*kernel_size, cin, cout), options


@given(problems(), st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_gradients_are_those_of_finite_differences(problem, seed):
    x_shape, kernel_shape, options = problem
    x, kernel, bias = draw(seed, x_shape, kernel_shape, kernel_shape[3:])
    grad = draw(seed + 1, scratch.conv2d(x, kernel, bias, **options).shape)[0]
    dx, dkernel, dbias = scratch.conv2d_grad(grad, x, kernel, bias, **options)
    at = {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(
        dx, numeric_grad(lambda v: scratch.conv2d(v, kernel, bias, **options), x, grad), **at
    )
    np.testing.assert_allclose(
        dkernel, numeric_grad(lambda v: scratch.conv2d(x, v, bias, **options), kernel, grad), **at
    )
    np.testing.assert_allclose(
        dbias, numeric_grad(lambda v: scratch.conv2d(x, kernel, v, **options), bias, grad), **at
    )


@given(problems(), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_convolution_is_linear_in_the_image(problem, seed):
    x_shape, kernel_shape, options = problem
    a, b, kernel = draw(seed, x_shape, x_shape, kernel_shape)
    together = scratch.conv2d(2 * a - b, kernel, **options)
    apart = 2 * scratch.conv2d(a, kernel, **options) - scratch.conv2d(b, kernel, **options)
    np.testing.assert_allclose(together, apart, atol=1e-12)


def test_a_small_example_worked_by_hand():
    x = np.arange(9.0).reshape(1, 3, 3, 1)
    kernel = np.array([[1.0, 0.0], [0.0, -1.0]]).reshape(2, 2, 1, 1)
    y = scratch.conv2d(x, kernel, np.array([10.0]))
    np.testing.assert_array_equal(y[0, :, :, 0], [[6, 6], [6, 6]])


def test_same_padding_puts_the_odd_pixel_at_the_end():
    x = np.ones((1, 2, 2, 1))
    y = scratch.conv2d(x, np.ones((2, 2, 1, 1)), padding="same")
    np.testing.assert_array_equal(y[0, :, :, 0], [[4, 2], [2, 1]])


def test_inputs_stay_as_they_were_and_no_bias_gives_no_gradient():
    x, kernel = draw(0, (2, 5, 5, 1), (3, 3, 1, 2))
    before = x.copy(), kernel.copy()
    *_, dbias = scratch.conv2d_grad(scratch.conv2d(x, kernel), x, kernel)
    assert dbias is None
    np.testing.assert_array_equal(x, before[0])
    np.testing.assert_array_equal(kernel, before[1])


def test_no_images_give_no_output():
    assert scratch.conv2d(np.zeros((0, 5, 5, 1)), np.ones((3, 3, 1, 2))).shape == (0, 3, 3, 2)


X, KERNEL = np.zeros((1, 5, 6, 2)), np.zeros((3, 3, 2, 4))
WRONG = [
    ({"x": X.astype("uint8")}, r'x is uint8; .*x\.astype\("float32"\) / 255'),
    ({"x": X[0]}, r"x has shape \(5, 6, 2\); expected 4 axes \(N, H, W, Cin\)"),
    ({"kernel": KERNEL[:, :, 0, 0]}, r"kernel has shape \(3, 3\); expected 4 axes"),
    ({"x": X[..., :1]}, r"x has 1 channels \(shape \(1, 5, 6, 1\)\), kernel is for 2"),
    ({"kernel": KERNEL.astype("float32")}, r"x is float64, kernel is float32"),
    ({"kernel": KERNEL.astype(int)}, r"kernel is int64; give float32 or float64"),
    ({"bias": np.zeros(3)}, r"bias has shape \(3,\); expected \(4,\)"),
    ({"kernel": np.zeros((7, 3, 2, 4))}, r"window of 7x3 .* image of 5x6"),
    ({"dilation": 3}, r"window of 7x7 pixels does not fit"),
    ({"strides": 0}, r"strides is 0; give a whole number from 1 up"),
    ({"strides": (1, 2, 1)}, r"strides is \(1, 2, 1\)"),
    ({"strides": 1.5}, r"strides is 1.5"),
    ({"strides": True}, r"strides is True"),
    ({"dilation": -1}, r"dilation is -1"),
    ({"padding": "full"}, r"padding is 'full'; give \"valid\", \"same\" or"),
    ({"padding": 1}, r"padding is 1; give"),
    ({"padding": ((1, 1), (0, -1))}, r"padding of columns is \(0, -1\)"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    arguments = {"x": X, "kernel": KERNEL} | change
    with pytest.raises(ValueError, match=message):
        scratch.conv2d(arguments.pop("x"), arguments.pop("kernel"), **arguments)


def test_a_gradient_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"grad has shape \(1, 5, 6, 4\); expected \(1, 3, 4, 4\)"):
        scratch.conv2d_grad(np.zeros((1, 5, 6, 4)), X, KERNEL)

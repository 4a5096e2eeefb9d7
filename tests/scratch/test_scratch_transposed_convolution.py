"""conv2d_transpose and its gradients: equal to Keras, and to conv2d turned round."""

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
        [(1, 1), (2, 2), (3, 3), (2, 3), (5, 4)],
        [(1, 1), (2, 2), (2, 1), (3, 2)],
        ["valid", "same"],
        [(2, 5, 4, 3, 2), (1, 1, 1, 1, 4), (3, 7, 1, 2, 1)],
        ["float32", "float64"],
    )
)


@pytest.mark.conformance("conv2d_transpose")
@pytest.mark.parametrize(("kernel_size", "strides", "padding", "sizes", "dtype"), GRID)
def test_values_and_gradients_are_those_of_keras(kernel_size, strides, padding, sizes, dtype):
    *x_shape, cout = sizes
    x, kernel, bias = (
        values.astype(dtype) for values in draw(0, x_shape, (*kernel_size, cout, sizes[3]), (cout,))
    )
    options = {"strides": strides, "padding": padding}
    y = scratch.conv2d_transpose(x, kernel, bias, **options)
    grad = draw(1, y.shape)[0].astype(dtype)
    value, grads = reference.value_and_grads(
        lambda *inputs: reference.conv2d_transpose(*inputs, **options),
        (x, kernel, bias),
        lambda _: grad,
        in_doubles=reference.is_beyond_onednn(kernel_size, strides),
    )
    tolerance = reference.TOLERANCE[dtype]
    reference.assert_equal(y, value, tolerance)
    mine = scratch.conv2d_transpose_grad(grad, x, kernel, bias, **options)
    for ours, keras in zip(mine, grads, strict=True):
        reference.assert_equal(ours, keras, tolerance)


@st.composite
def problems(draw_from):
    pair = st.tuples(st.integers(1, 3), st.integers(1, 3))
    options = {"strides": draw_from(pair), "padding": draw_from(st.sampled_from(["valid", "same"]))}
    images, cin, cout = (draw_from(st.integers(1, 2)) for _ in range(3))
    return (images, *draw_from(pair), cin), (*draw_from(pair), cout, cin), options


@given(problems(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(problem, seed):
    x_shape, kernel_shape, options = problem
    inputs = draw(seed, x_shape, kernel_shape, kernel_shape[2:3])
    grad = draw(seed + 1, scratch.conv2d_transpose(*inputs, **options).shape)[0]
    mine = scratch.conv2d_transpose_grad(grad, *inputs, **options)
    for place, (values, ours) in enumerate(zip(inputs, mine, strict=True)):

        def call(changed, place=place):
            return scratch.conv2d_transpose(
                *inputs[:place], changed, *inputs[place + 1 :], **options
            )

        np.testing.assert_allclose(ours, numeric_grad(call, values, grad), rtol=1e-6, atol=1e-6)


@given(problems(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_it_is_the_transpose_of_convolution(problem, seed):
    x_shape, kernel_shape, options = problem
    x, kernel = draw(seed, x_shape, kernel_shape)
    y = scratch.conv2d_transpose(x, kernel, **options)
    other = draw(seed + 1, y.shape)[0]
    there = (y * other).sum()
    back = (x * scratch.conv2d(other, kernel, **options)).sum()
    np.testing.assert_allclose(there, back, atol=1e-10)


def test_a_small_example_worked_by_hand():
    x = np.array([[1.0, 2.0]]).reshape(1, 1, 2, 1)
    kernel = np.array([[1.0, 10.0, 100.0]]).reshape(1, 3, 1, 1)
    y = scratch.conv2d_transpose(x, kernel, np.array([0.5]), strides=(1, 2))
    np.testing.assert_array_equal(y[0, :, :, 0], [[1.5, 10.5, 102.5, 20.5, 200.5]])


def test_no_images_give_no_output_and_no_bias_gives_no_gradient():
    x, kernel = np.zeros((0, 4, 4, 1)), np.ones((2, 2, 3, 1))
    y = scratch.conv2d_transpose(x, kernel, strides=2)
    assert y.shape == (0, 8, 8, 3)
    dx, dkernel, dbias = scratch.conv2d_transpose_grad(y, x, kernel, strides=2)
    assert dx.shape == x.shape
    assert not dkernel.any()
    assert dbias is None


X, KERNEL = np.zeros((1, 5, 6, 2)), np.zeros((3, 3, 4, 2))
WRONG = [
    ({"x": X.astype("uint8")}, "x is uint8"),
    ({"x": X[0]}, r"x has shape \(5, 6, 2\); expected 4 axes \(N, H, W, Cin\)"),
    ({"x": X[:, :0]}, r"x has shape \(1, 0, 6, 2\); give images"),
    ({"kernel": np.zeros((3, 3, 2, 4))}, r"x has 2 channels .* kernel is for 4 .*\(kh, kw, Cout,"),
    ({"kernel": KERNEL.astype("f4")}, "x is float64, kernel is float32"),
    ({"kernel": KERNEL[:0]}, "window size is"),
    ({"bias": np.zeros(2)}, r"bias has shape \(2,\); expected \(4,\), as kernel's third axis"),
    ({"strides": 0}, "strides is 0"),
    ({"padding": ((1, 1), (0, 0))}, r'padding is .*give "valid" or "same"'),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    arguments = {"x": X, "kernel": KERNEL} | change
    with pytest.raises(ValueError, match=message):
        scratch.conv2d_transpose(**arguments)
    with pytest.raises(ValueError, match=message):
        scratch.conv2d_transpose_grad(np.zeros((1, 7, 8, 4)), **arguments)


def test_a_gradient_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"expected \(1, 7, 8, 4\), as conv2d_transpose's output"):
        scratch.conv2d_transpose_grad(np.zeros((1, 7, 8, 2)), X, KERNEL)

"""conv3d and max_pool3d: equal to Keras, to conv2d where the depth is 1, and to passes in a row."""

import itertools

import keras_reference as reference
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import draw, numeric_grad

from medtutor import scratch

GRID = list(
    itertools.product(
        [(1, 1, 1), (3, 3, 3), (2, 3, 1)],
        [(1, 1, 1), (2, 2, 2), (1, 2, 1)],
        ["valid", "same", ((1, 0), (0, 2), (1, 1))],
    )
)


def keras_conv(x, kernel, bias, strides, padding):
    if padding not in ("valid", "same"):
        x, padding = tf.pad(x, ((0, 0), *padding, (0, 0))), "valid"
    return tf.nn.conv3d(x, kernel, (1, *strides, 1), padding.upper()) + bias


def keras_pool(x, pool_size, strides, padding):
    if padding not in ("valid", "same"):
        x = tf.pad(x, ((0, 0), *padding, (0, 0)), constant_values=-np.inf)
        padding = "valid"
    return tf.nn.max_pool3d(x, pool_size, strides, padding.upper())


@pytest.mark.conformance("conv3d")
@pytest.mark.parametrize(("kernel_size", "strides", "padding"), GRID)
def test_values_and_gradients_are_those_of_tensorflow(kernel_size, strides, padding):
    x, kernel, bias = draw(0, (2, 5, 7, 6, 3), (*kernel_size, 3, 4), (4,))
    options = {"strides": strides, "padding": padding}
    y = scratch.conv3d(x, kernel, bias, **options)
    grad = draw(1, y.shape)[0]
    value, grads = reference.value_and_grads(
        lambda *inputs: keras_conv(*inputs, **options), (x, kernel, bias), lambda _: grad
    )
    reference.assert_equal(y, value, 1e-10)
    for mine, theirs in zip(
        scratch.conv3d_grad(grad, x, kernel, bias, **options), grads, strict=True
    ):
        reference.assert_equal(mine, theirs, 1e-10)


def test_dilation_is_a_kernel_with_zeros_between():
    x, kernel = draw(0, (2, 7, 8, 6, 2), (2, 3, 2, 2, 3))
    spread = np.zeros((3, 5, 4, 2, 3))
    spread[::2, ::2, ::3] = kernel
    np.testing.assert_allclose(
        scratch.conv3d(x, kernel, dilation=(2, 2, 3)), scratch.conv3d(x, spread), atol=1e-12
    )


def test_gradients_are_those_of_finite_differences():
    x, kernel, bias = draw(0, (1, 3, 4, 4, 2), (2, 2, 3, 2, 2), (2,))
    options = {"strides": (1, 2, 1), "padding": ((1, 0), (0, 0), (0, 1)), "dilation": (1, 2, 1)}
    grad = draw(1, scratch.conv3d(x, kernel, bias, **options).shape)[0]
    found = scratch.conv3d_grad(grad, x, kernel, bias, **options)
    for place, values in enumerate((x, kernel, bias)):

        def moved(value, place=place):
            inputs = [x, kernel, bias]
            inputs[place] = value
            return scratch.conv3d(*inputs, **options)

        np.testing.assert_allclose(found[place], numeric_grad(moved, values, grad), atol=1e-6)


def test_a_kernel_of_depth_one_is_conv2d_slice_by_slice():
    x, kernel, bias = draw(0, (2, 3, 6, 5, 2), (1, 3, 2, 2, 4), (4,))
    y = scratch.conv3d(x, kernel, bias, padding="same", strides=(1, 2, 1))
    for depth in range(3):
        slices = scratch.conv2d(x[:, depth], kernel[0], bias, padding="same", strides=(2, 1))
        np.testing.assert_allclose(y[:, depth], slices, atol=1e-12)


def test_a_separable_kernel_is_three_passes():
    x = draw(0, (1, 6, 7, 8, 1))[0]
    along, down, across = draw(1, (3, 1, 1, 1, 1), (1, 3, 1, 1, 1), (1, 1, 3, 1, 1))
    whole = scratch.conv3d(x, along * down * across)
    passes = scratch.conv3d(scratch.conv3d(scratch.conv3d(x, along), down), across)
    np.testing.assert_allclose(whole, passes, atol=1e-12)


def test_the_cube_worked_by_hand():
    cube = np.arange(1.0, 9).reshape(1, 2, 2, 2, 1)
    edge = np.ones((2, 2, 2, 1, 1))
    assert scratch.conv3d(cube, edge).item() == 36
    edge[1] = -1
    assert scratch.conv3d(cube, edge).item() == -16


@pytest.mark.conformance("max_pool3d")
@pytest.mark.parametrize(
    ("pool_size", "strides", "padding"),
    [
        ((2, 2, 2), None, "valid"),
        ((1, 3, 2), (1, 2, 1), "same"),
        ((3, 2, 2), (2, 2, 1), ((1, 1), (0, 1), (1, 0))),
    ],
)
def test_pooling_is_that_of_tensorflow(pool_size, strides, padding):
    # TensorFlow pools volumes in float32 alone, and gives each of several equal maxima a share.
    x = draw(0, (2, 6, 7, 8, 3))[0].astype("float32")
    y = scratch.max_pool3d(x, pool_size, strides=strides, padding=padding)
    grad = draw(1, y.shape)[0].astype(x.dtype)
    value, (dx,) = reference.value_and_grads(
        lambda inputs: keras_pool(inputs, pool_size, strides or pool_size, padding),
        [x],
        lambda _: grad,
    )
    reference.assert_equal(y, value, 0)
    mine = scratch.max_pool3d_grad(grad, x, pool_size, strides=strides, padding=padding)
    reference.assert_equal(mine, dx, reference.TOLERANCE["float32"])


def test_pooling_with_a_window_of_one_slice_is_max_pool2d():
    x = np.round(draw(0, (2, 3, 6, 8, 2))[0])  # with ties
    y = scratch.max_pool3d(x, (1, 2, 2))
    dx = scratch.max_pool3d_grad(y, x, (1, 2, 2))
    for depth in range(3):
        flat = scratch.max_pool2d(x[:, depth])
        np.testing.assert_array_equal(y[:, depth], flat)
        np.testing.assert_array_equal(dx[:, depth], scratch.max_pool2d_grad(flat, x[:, depth]))


X, KERNEL = np.zeros((1, 5, 6, 4, 2)), np.zeros((3, 3, 3, 2, 4))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": X[0]}, r"x has shape \(5, 6, 4, 2\); expected 5 axes \(N, D, H, W, Cin\)"),
        ({"kernel": KERNEL[0]}, r"kernel has .*expected 5 axes \(kd, kh, kw, Cin, Cout\)"),
        ({"x": X[..., :1]}, r"kernel is for 2 .*axes \(kd, kh, kw, Cin, Cout\)"),
        ({"kernel": np.zeros((7, 3, 3, 2, 4))}, "window of 7x3x3 .* image of 5x6x4"),
        (
            {"strides": (1, 2)},
            r"strides is \(1, 2\); give a whole number from 1 up, or three of them",
        ),
        (
            {"padding": ((1, 1), (0, 0))},
            r"\(\(front, back\), .*\(left, right\)\)",
        ),
        ({"padding": ((0, -1), (0, 0), (0, 0))}, r"padding of slices is \(0, -1\)"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    arguments = {"x": X, "kernel": KERNEL} | change
    with pytest.raises(ValueError, match=message):
        scratch.conv3d(arguments.pop("x"), arguments.pop("kernel"), **arguments)


def test_a_gradient_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"expected \(1, 3, 4, 2, 4\), as conv3d's output"):
        scratch.conv3d_grad(np.zeros((1, 5, 6, 4, 4)), X, KERNEL)
    with pytest.raises(ValueError, match="max_pool3d's output"):
        scratch.max_pool3d_grad(X, X)
    with pytest.raises(ValueError, match=r"expected \(1, 2, 3, 2, 2\), as max_pool3d's output"):
        scratch.max_pool3d_grad(X[0], X)

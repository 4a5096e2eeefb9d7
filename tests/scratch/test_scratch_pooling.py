"""max_pool2d and its gradient: equal to Keras, ties included."""

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
        [(2, 2), (3, 3), (2, 3), (1, 4)],
        [None, (1, 1), (2, 1), (3, 2)],
        ["valid", "same", ((1, 0), (0, 0))],
        [True, False],
        ["float32", "float64"],
    )
)


@pytest.mark.parametrize(("pool_size", "strides", "padding", "ties", "dtype"), GRID)
def test_values_and_gradients_are_those_of_keras(pool_size, strides, padding, ties, dtype):
    if padding == ((1, 0), (0, 0)) and pool_size[0] == 1:
        padding = ((0, 0), (2, 1))
    x = draw(0, (2, 9, 10, 3))[0]
    x = (np.round(x) if ties else x).astype(dtype)
    y = scratch.max_pool2d(x, pool_size, strides=strides, padding=padding)
    grad = draw(1, y.shape)[0].astype(dtype)
    value, (dx,) = reference.value_and_grads(
        lambda inputs: reference.max_pool2d(inputs, pool_size, strides or pool_size, padding),
        [x],
        lambda _: grad,
    )
    reference.assert_equal(y, value, 0)
    mine = scratch.max_pool2d_grad(grad, x, pool_size, strides=strides, padding=padding)
    reference.assert_equal(mine, dx, reference.TOLERANCE[dtype])


@given(
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.sampled_from(["valid", "same"]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(pool_size, strides, padding, seed):
    # Numbers that differ by at least 1, so that a small move changes no maximum.
    x = np.random.default_rng(seed).permutation(np.arange(40.0)).reshape(2, 4, 5, 1)
    options = {"strides": strides, "padding": padding}
    grad = draw(seed, scratch.max_pool2d(x, pool_size, **options).shape)[0]
    dx = scratch.max_pool2d_grad(grad, x, pool_size, **options)
    tried = numeric_grad(lambda v: scratch.max_pool2d(v, pool_size, **options), x, grad)
    np.testing.assert_allclose(dx, tried, atol=1e-7)


def test_of_equal_pixels_the_first_gets_the_gradient():
    dx = scratch.max_pool2d_grad(np.full((1, 1, 1, 1), 5.0), np.ones((1, 2, 2, 1)))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[5, 0], [0, 0]])


def test_padding_never_wins():
    y = scratch.max_pool2d(np.full((1, 3, 3, 1), -7.0), 2, padding="same")
    np.testing.assert_array_equal(y, np.full((1, 2, 2, 1), -7.0))


WRONG = [
    ({"x": np.zeros((1, 4, 4, 1), "uint8")}, "x is uint8"),
    ({"x": np.zeros((4, 4))}, r"x has shape \(4, 4\); expected 4 axes"),
    ({"pool_size": 5}, "window of 5x5 pixels does not fit into an image of 4x4"),
    ({"pool_size": 0}, "window size is 0"),
    ({"strides": 0}, "strides is 0"),
    ({"padding": ((2, 0), (0, 0))}, "as large as the window"),
    ({"padding": "half"}, "padding is 'half'"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    arguments = {"x": np.zeros((1, 4, 4, 1))} | change
    with pytest.raises(ValueError, match=message):
        scratch.max_pool2d(arguments.pop("x"), **arguments)


def test_a_gradient_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"grad has shape \(1, 4, 4, 1\); expected \(1, 2, 2, 1\)"):
        scratch.max_pool2d_grad(np.zeros((1, 4, 4, 1)), np.zeros((1, 4, 4, 1)))

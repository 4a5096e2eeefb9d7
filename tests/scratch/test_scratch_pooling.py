"""Pooling with a window, and its gradients: equal to Keras, ties included."""

import itertools

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch

KINDS = {
    "max_pool2d": (scratch.max_pool2d, scratch.max_pool2d_grad, reference.max_pool2d),
    "avg_pool2d": (scratch.avg_pool2d, scratch.avg_pool2d_grad, reference.avg_pool2d),
}
GRID = list(
    itertools.product(
        KINDS,
        [(2, 2), (3, 3), (2, 3), (1, 4)],
        [None, (1, 1), (2, 1), (3, 2)],
        ["valid", "same", ((1, 0), (0, 0))],
        [True, False],
        ["float32", "float64"],
    )
)
SHAPES = [
    # N, H, W, C, window
    (1, 1, 1, 1, 1),
    (3, 1, 1, 2, 3),
    (1, 2, 2, 40, 5),
    (64, 5, 4, 1, 2),
    (2, 28, 28, 16, 2),
]


def check_against_keras(op, x, pool_size, strides, padding):
    pool, pool_grad, keras_pool = KINDS[op]
    y = pool(x, pool_size, strides=strides, padding=padding)
    grad = draw(1, y.shape)[0].astype(x.dtype)
    value, (dx,) = reference.value_and_grads(
        lambda inputs: keras_pool(inputs, pool_size, strides or pool_size, padding),
        [x],
        lambda _: grad,
    )
    tolerance = reference.TOLERANCE[str(x.dtype)]
    reference.assert_equal(y, value, 0 if op == "max_pool2d" else tolerance)
    mine = pool_grad(grad, x, pool_size, strides=strides, padding=padding)
    reference.assert_equal(mine, dx, tolerance)


@pytest.mark.conformance
@pytest.mark.parametrize(("op", "pool_size", "strides", "padding", "ties", "dtype"), GRID)
def test_values_and_gradients_are_those_of_keras(op, pool_size, strides, padding, ties, dtype):
    if padding == ((1, 0), (0, 0)) and pool_size[0] == 1:
        padding = ((0, 0), (2, 1))
    x = draw(0, (2, 9, 10, 3))[0]
    x = (np.round(x) if ties else x).astype(dtype)
    check_against_keras(op, x, pool_size, strides, padding)


@pytest.mark.conformance
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("op", KINDS)
def test_any_number_of_images_pixels_and_channels(op, shape, dtype):
    *x_shape, window = shape
    check_against_keras(op, draw(0, x_shape)[0].astype(dtype), (window, window), None, "same")


@st.composite
def problems(draw_from):
    pool_size, strides = (
        draw_from(st.tuples(st.integers(1, 3), st.integers(1, 3))) for _ in range(2)
    )
    ends = [st.tuples(*[st.integers(0, size - 1)] * 2) for size in pool_size]
    padding = draw_from(st.one_of(st.sampled_from(["valid", "same"]), st.tuples(*ends)))
    height, width = (draw_from(st.integers(size, size + 3)) for size in pool_size)
    shape = (draw_from(st.integers(1, 2)), height, width, draw_from(st.integers(1, 2)))
    return shape, pool_size, {"strides": strides, "padding": padding}


@pytest.mark.parametrize("op", KINDS)
@given(problem=problems(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(op, problem, seed):
    pool, pool_grad, _ = KINDS[op]
    shape, pool_size, options = problem
    # Numbers that differ by at least 1, so that a small move changes no maximum.
    x = np.random.default_rng(seed).permutation(np.arange(float(np.prod(shape)))).reshape(shape)
    grad = draw(seed, pool(x, pool_size, **options).shape)[0]
    dx = pool_grad(grad, x, pool_size, **options)
    tried = numeric_grad(lambda v: pool(v, pool_size, **options), x, grad)
    np.testing.assert_allclose(dx, tried, atol=1e-7)


@given(problems(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_no_gradient_is_lost(problem, seed):
    shape, pool_size, options = problem
    x = draw(seed, shape)[0]
    for pool, pool_grad, _ in KINDS.values():
        grad = draw(seed + 1, pool(x, pool_size, **options).shape)[0]
        np.testing.assert_allclose(pool_grad(grad, x, pool_size, **options).sum(), grad.sum())


def test_of_equal_pixels_the_first_gets_the_gradient():
    dx = scratch.max_pool2d_grad(np.full((1, 1, 1, 1), 5.0), np.ones((1, 2, 2, 1)))
    np.testing.assert_array_equal(dx[0, :, :, 0], [[5, 0], [0, 0]])


@pytest.mark.parametrize("op", KINDS)
@pytest.mark.parametrize("padding", ["same", ((1, 1), (0, 1))])
def test_padded_places_never_count(op, padding):
    y = KINDS[op][0](np.full((1, 3, 3, 1), -7.0), 2, padding=padding)
    np.testing.assert_array_equal(y, np.full((1, 2, 2, 1), -7.0))


@pytest.mark.parametrize("op", KINDS)
def test_nan_stays_in_its_own_windows(op):
    x = np.ones((1, 4, 4, 1))
    x[0, 0, 1] = np.nan
    y = KINDS[op][0](x)
    np.testing.assert_array_equal(y[0, :, :, 0], [[np.nan, 1], [1, 1]])


def test_a_window_with_nan_has_no_maximum_to_send_the_gradient_to():
    x = np.full((1, 2, 2, 1), np.nan)
    with pytest.raises(ValueError, match=r"x of shape \(1, 2, 2, 1\) holds NaN"):
        scratch.max_pool2d_grad(np.ones((1, 1, 1, 1)), x)


@pytest.mark.parametrize("op", KINDS)
def test_no_images_give_no_output(op):
    pool, pool_grad, _ = KINDS[op]
    x = np.zeros((0, 4, 4, 3), "float32")
    assert pool(x).shape == (0, 2, 2, 3)
    assert pool_grad(pool(x), x).shape == x.shape


WRONG = [
    ({"x": np.zeros((1, 4, 4, 1), "uint8")}, "x is uint8"),
    ({"x": np.zeros((4, 4))}, r"x has shape \(4, 4\); expected 4 axes"),
    ({"pool_size": 5}, "window of 5x5 pixels does not fit into an image of 4x4"),
    ({"pool_size": 0}, "window size is 0"),
    ({"strides": 0}, "strides is 0"),
    ({"padding": ((2, 0), (0, 0))}, "as large as the window"),
    ({"padding": "half"}, "padding is 'half'"),
]


@pytest.mark.parametrize("op", KINDS)
@pytest.mark.parametrize(("change", "message"), WRONG)
def test_wrong_input_gets_an_error_that_names_it(op, change, message):
    arguments = {"x": np.zeros((1, 4, 4, 1))} | change
    x, grad = arguments.pop("x"), np.zeros((1, 2, 2, 1))
    with pytest.raises(ValueError, match=message):
        KINDS[op][0](x, **arguments)
    with pytest.raises(ValueError, match=message):
        KINDS[op][1](grad, x, **arguments)


@pytest.mark.parametrize("op", KINDS)
def test_a_gradient_of_the_wrong_shape_or_dtype_is_an_error(op):
    x, grad = np.zeros((1, 4, 4, 1)), np.zeros((1, 2, 2, 1), "float32")
    with pytest.raises(ValueError, match=r"\(1, 4, 4, 1\); expected \(1, 2, 2, 1\), as .*_pool2d"):
        KINDS[op][1](x, x)
    with pytest.raises(ValueError, match="grad is float32, x is float64"):
        KINDS[op][1](grad, x)

"""Activations and their gradients: equal to Keras and to finite differences."""

from functools import partial

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import activations

from medtutor import scratch

# Each with its arguments: the defaults first.
CASES = {
    "relu": [{}],
    "leaky_relu": [{}, {"negative_slope": 0.0}, {"negative_slope": 0.3}],
    "elu": [{}, {"alpha": 0.5}, {"alpha": 2.0}],
    "sigmoid": [{}],
    "tanh": [{}],
    "softmax": [{}, {"axis": 0}, {"axis": 1}],
}
CALLS = [(op, options) for op, choices in CASES.items() for options in choices]
DTYPES = ["float32", "float64"]
SHAPES = [(1, 1), (4, 3), (2, 5, 4), (2, 3, 4, 5)]


def ours(op, options):
    return (
        partial(getattr(scratch, op), **options),
        partial(getattr(scratch, f"{op}_grad"), **options),
    )


def check_against_keras(op, options, x):
    call, call_grad = ours(op, options)
    grad = draw(1, x.shape)[0].astype(x.dtype)
    keras_call = partial(getattr(activations, op), **options)
    value, (dx,) = reference.value_and_grads(keras_call, [x], lambda _: grad)
    # TensorFlow keeps the slope of leaky ReLU as float32, also for float64 numbers.
    tolerance = 1e-7 if op == "leaky_relu" else reference.TOLERANCE[str(x.dtype)]
    reference.assert_equal(call(x), value, tolerance)
    reference.assert_equal(call_grad(grad, x), dx, tolerance)


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("op", "options"), CALLS)
def test_values_and_gradients_are_those_of_keras(op, options, shape, dtype):
    check_against_keras(op, options, (3 * draw(0, shape)[0]).astype(dtype))


@pytest.mark.conformance
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("op", "options"), CALLS)
def test_zero_and_huge_scores_are_those_of_keras(op, options, dtype):
    numbers = np.array([-1e4, -100, -20, -1e-30, -0.0, 0, 1e-30, 20, 100, 1e4], dtype)
    x = np.stack([numbers, np.roll(numbers, 3)])
    call, call_grad = ours(op, options)
    assert np.isfinite(call(x)).all()
    assert np.isfinite(call_grad(np.ones_like(x), x)).all()
    check_against_keras(op, options, x)


@pytest.mark.parametrize(("op", "options"), CALLS)
@given(n=st.integers(1, 4), features=st.integers(1, 5), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_gradients_are_those_of_finite_differences(op, options, n, features, seed):
    call, call_grad = ours(op, options)
    x, grad = draw(seed, (n, features), (n, features))
    x += np.sign(x) * 1e-3  # away from the kink at 0
    tried = numeric_grad(call, x, grad)
    np.testing.assert_allclose(call_grad(grad, x), tried, atol=1e-7)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=8))
@settings(deadline=None)
def test_sigmoid_tanh_and_softmax_are_one_family(numbers):
    x = np.array(numbers)
    np.testing.assert_allclose(scratch.tanh(x), 2 * scratch.sigmoid(2 * x) - 1, atol=1e-12)
    two_classes = scratch.softmax(np.stack([x, np.zeros_like(x)]), axis=0)
    np.testing.assert_allclose(scratch.sigmoid(x), two_classes[0], rtol=1e-12)


def test_small_probabilities_keep_their_digits():
    np.testing.assert_allclose(scratch.sigmoid(np.array([-40.0])), np.exp(-40.0), rtol=1e-12)


@pytest.mark.parametrize("op", CASES)
def test_nan_gives_nan_and_empty_gives_empty(op):
    call, call_grad = ours(op, {})
    x = np.array([[np.nan, 1.0], [2.0, 3.0]])
    assert np.isnan(call(x)[0, 0])
    assert np.isfinite(call(x)[1]).all()
    empty = np.zeros((0, 3), "float32")
    assert call(empty).shape == call_grad(empty, empty).shape == (0, 3)


@pytest.mark.parametrize("op", CASES)
def test_wrong_input_gets_an_error_that_names_it(op):
    call, call_grad = ours(op, {})
    with pytest.raises(ValueError, match="x is int64"):
        call(np.arange(3))
    with pytest.raises(ValueError, match="x is int64"):
        call_grad(np.zeros(3), np.arange(3))
    with pytest.raises(ValueError, match=r"grad has shape \(2,\); expected \(3,\)"):
        call_grad(np.zeros(2), np.zeros(3))
    with pytest.raises(ValueError, match="grad is float64, x is float32"):
        call_grad(np.zeros(3), np.zeros(3, "f4"))


def test_an_axis_that_is_not_there_is_an_error():
    with pytest.raises(ValueError, match=r"axis is 2, but x of shape \(4, 3\) has 2 axes"):
        scratch.softmax(np.zeros((4, 3)), axis=2)

"""dense, relu and softmax with their gradients: equal to Keras and to finite differences."""

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from medtutor import scratch

DTYPES = ["float32", "float64"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [(1, 1, 1), (5, 3, 2), (32, 1352, 10), (2, 1, 7)])
def test_dense_is_that_of_keras(sizes, dtype):
    n, features, units = sizes
    x, w, b, g = (
        v.astype(dtype) for v in draw(0, (n, features), (features, units), (units,), (n, units))
    )
    w /= np.sqrt(features).astype(dtype)
    value, grads = reference.value_and_grads(
        lambda x, w, b: ops.matmul(x, w) + b, (x, w, b), lambda _: g
    )
    reference.assert_equal(scratch.dense(x, w, b), value, reference.TOLERANCE[dtype])
    for mine, keras in zip(scratch.dense_grad(g, x, w, b), grads, strict=True):
        reference.assert_equal(mine, keras, reference.TOLERANCE[dtype])


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_dense_gradients_are_those_of_finite_differences(n, features, units, seed):
    x, w, b, g = draw(seed, (n, features), (features, units), (units,), (n, units))
    dx, dw, db = scratch.dense_grad(g, x, w, b)
    np.testing.assert_allclose(dx, numeric_grad(lambda v: scratch.dense(v, w, b), x, g), atol=1e-7)
    np.testing.assert_allclose(dw, numeric_grad(lambda v: scratch.dense(x, v, b), w, g), atol=1e-7)
    np.testing.assert_allclose(db, numeric_grad(lambda v: scratch.dense(x, w, v), b, g), atol=1e-7)
    assert scratch.dense_grad(g, x, w)[2] is None


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu_is_that_of_keras_at_zero_too(dtype):
    x = np.array([[-2, -0.0, 0, 1e-30, 3]], dtype)
    g = np.arange(1, 6, dtype=dtype)[None]
    value, (dx,) = reference.value_and_grads(ops.relu, [x], lambda _: g)
    reference.assert_equal(scratch.relu(x), value, 0)
    reference.assert_equal(scratch.relu_grad(g, x), dx, 0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("shape", "axis"), [((4, 3), -1), ((2, 5, 4), 1), ((2, 3, 4, 5), -1)])
def test_softmax_is_that_of_keras(shape, axis, dtype):
    x, g = (v.astype(dtype) for v in draw(0, shape, shape))
    value, (dx,) = reference.value_and_grads(lambda x: ops.softmax(x, axis=axis), [x], lambda _: g)
    reference.assert_equal(scratch.softmax(x, axis), value, reference.TOLERANCE[dtype])
    reference.assert_equal(scratch.softmax_grad(g, x, axis), dx, reference.TOLERANCE[dtype])


@given(st.integers(1, 4), st.integers(2, 5), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_softmax_gradients_are_those_of_finite_differences(n, classes, seed):
    x, g = draw(seed, (n, classes), (n, classes))
    tried = numeric_grad(scratch.softmax, x, g)
    np.testing.assert_allclose(scratch.softmax_grad(g, x), tried, atol=1e-8)


def test_softmax_of_large_scores_stays_finite():
    p = scratch.softmax(np.array([[1000.0, 0.0, -1000.0]]))
    np.testing.assert_array_equal(p, [[1, 0, 0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.relu(np.arange(3)), "x is int64"),
        (lambda: scratch.softmax(np.arange(3)), "x is int64"),
        (lambda: scratch.relu_grad(np.zeros(2), np.zeros(3)), r"grad has shape \(2,\)"),
        (lambda: scratch.softmax_grad(np.zeros(2), np.zeros(3)), r"grad has shape \(2,\)"),
        (lambda: scratch.relu_grad(np.zeros(3), np.zeros(3, "f4")), "grad is float64, x is"),
        (lambda: scratch.dense(np.zeros((2, 3)), np.zeros((4, 5))), "x has 3 features .* for 4"),
        (lambda: scratch.dense(np.zeros((2, 3, 1)), np.zeros((3, 5))), r"expected 2 axes"),
        (lambda: scratch.dense(np.zeros((2, 3)), np.zeros((3, 5)), np.zeros(3)), "bias has shape"),
        (lambda: scratch.dense_grad(np.zeros((2, 4)), np.zeros((2, 3)), np.zeros((3, 5))), "grad"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""dense and its gradients: equal to Keras and to finite differences."""

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from medtutor import scratch

DTYPES = ["float32", "float64"]


@pytest.mark.conformance("dense")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("sizes", [(1, 1, 1), (5, 3, 2), (32, 1352, 10), (2, 1, 7), (0, 3, 2)])
def test_values_and_gradients_are_those_of_keras(sizes, dtype):
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
def test_gradients_are_those_of_finite_differences(n, features, units, seed):
    x, w, b, g = draw(seed, (n, features), (features, units), (units,), (n, units))
    dx, dw, db = scratch.dense_grad(g, x, w, b)
    np.testing.assert_allclose(dx, numeric_grad(lambda v: scratch.dense(v, w, b), x, g), atol=1e-7)
    np.testing.assert_allclose(dw, numeric_grad(lambda v: scratch.dense(x, v, b), w, g), atol=1e-7)
    np.testing.assert_allclose(db, numeric_grad(lambda v: scratch.dense(x, w, v), b, g), atol=1e-7)
    assert scratch.dense_grad(g, x, w)[2] is None


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.dense(np.zeros((2, 3)), np.zeros((4, 5))), "x has 3 features .* for 4"),
        (lambda: scratch.dense(np.zeros((2, 3, 1)), np.zeros((3, 5))), r"expected 2 axes"),
        (lambda: scratch.dense(np.zeros((2, 3)), np.zeros((3, 5)), np.zeros(3)), "bias has shape"),
        (lambda: scratch.dense_grad(np.zeros((2, 4)), np.zeros((2, 3)), np.zeros((3, 5))), "grad"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(call, message):
    with pytest.raises(ValueError, match=message):
        call()

"""Global pooling and its gradients: equal to Keras, ties included."""

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

from medtutor import scratch

KINDS = {
    "global_avg_pool2d": (
        scratch.global_avg_pool2d,
        scratch.global_avg_pool2d_grad,
        layers.GlobalAveragePooling2D,
    ),
    "global_max_pool2d": (
        scratch.global_max_pool2d,
        scratch.global_max_pool2d_grad,
        layers.GlobalMaxPooling2D,
    ),
}
SHAPES = [(1, 1, 1, 1), (2, 5, 4, 3), (7, 1, 6, 2), (3, 28, 28, 16)]


@pytest.mark.conformance
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("ties", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("op", KINDS)
def test_values_and_gradients_are_those_of_keras(op, shape, ties, dtype):
    pool, pool_grad, layer = KINDS[op]
    x, grad = draw(0, shape, (shape[0], shape[3]))
    x, grad = (np.round(x) if ties else x).astype(dtype), grad.astype(dtype)
    value, (dx,) = reference.value_and_grads(layer(dtype=dtype), [x], lambda _: grad)
    reference.assert_equal(pool(x), value, reference.TOLERANCE[dtype])
    reference.assert_equal(pool_grad(grad, x), dx, reference.TOLERANCE[dtype])


@pytest.mark.parametrize("op", KINDS)
@given(shape=st.tuples(*[st.integers(1, 3)] * 4), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_gradients_are_those_of_finite_differences(op, shape, seed):
    pool, pool_grad, _ = KINDS[op]
    x = np.random.default_rng(seed).permutation(np.arange(float(np.prod(shape)))).reshape(shape)
    grad = draw(seed, (shape[0], shape[3]))[0]
    np.testing.assert_allclose(pool_grad(grad, x), numeric_grad(pool, x, grad), atol=1e-7)


def test_equal_pixels_share_the_gradient():
    x = np.array([[3.0, 1.0], [3.0, 2.0]]).reshape(1, 2, 2, 1)
    dx = scratch.global_max_pool2d_grad(np.full((1, 1), 8.0), x)
    np.testing.assert_array_equal(dx[0, :, :, 0], [[4, 0], [4, 0]])


def test_nan_gives_nan_but_no_gradient():
    x = np.ones((2, 2, 2, 1))
    x[0, 0, 0] = np.nan
    for pool, *_ in KINDS.values():
        np.testing.assert_array_equal(pool(x), [[np.nan], [1]])
    with pytest.raises(ValueError, match=r"x of shape \(2, 2, 2, 1\) holds NaN"):
        scratch.global_max_pool2d_grad(np.ones((2, 1)), x)


@pytest.mark.parametrize("op", KINDS)
def test_edge_cases(op):
    pool, pool_grad, _ = KINDS[op]
    no_images = np.zeros((0, 4, 4, 3))
    assert pool(no_images).shape == (0, 3)
    assert pool_grad(pool(no_images), no_images).shape == no_images.shape
    with pytest.raises(ValueError, match=r"x has shape \(2, 0, 4, 1\); images without a pixel"):
        pool(np.zeros((2, 0, 4, 1)))
    with pytest.raises(ValueError, match="x is uint8"):
        pool(np.zeros((1, 4, 4, 1), "uint8"))
    with pytest.raises(ValueError, match=r"x has shape \(4, 4\); expected 4 axes"):
        pool(np.zeros((4, 4)))
    with pytest.raises(ValueError, match=r"grad has shape \(1, 2\); expected \(1, 1\), as global"):
        pool_grad(np.zeros((1, 2)), np.zeros((1, 4, 4, 1)))
    with pytest.raises(ValueError, match="grad is float32, x is float64"):
        pool_grad(np.zeros((1, 1), "float32"), np.zeros((1, 4, 4, 1)))

"""Batch and layer normalisation with gradients: equal to Keras and to finite differences."""

import keras
import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from medtutor import scratch

SHAPES = [(5, 3), (1, 4), (2, 3, 4, 5), (4, 1, 1, 2), (3, 28, 28, 1), (6, 7, 2)]


def example(shape, trained, dtype, seed=0):
    channels = shape[-1:]
    x, gamma, beta, mean, variance = draw(seed, shape, channels, channels, channels, channels)
    numbers = [v.astype(dtype) for v in (3 * x + 1, gamma, beta, mean, variance**2)]
    moments = {"mean": numbers[3], "variance": numbers[4]} if trained else {}
    return numbers[:3], moments


def keras_batch_normalization(x, gamma, beta, mean=None, variance=None, epsilon=1e-3):
    if mean is None:
        mean, variance = ops.moments(x, axes=list(range(x.ndim - 1)))
    return ops.batch_normalization(
        x, mean, variance, axis=-1, offset=beta, scale=gamma, epsilon=epsilon
    )


@pytest.mark.conformance("batch_normalization")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
@pytest.mark.parametrize("trained", [True, False])
@pytest.mark.parametrize("shape", SHAPES)
def test_values_and_gradients_are_those_of_keras(shape, trained, epsilon, dtype):
    inputs, moments = example(shape, trained, dtype)
    grad = draw(1, shape)[0].astype(dtype)
    options = {**moments, "epsilon": epsilon}
    value, grads = reference.value_and_grads(
        lambda *each: keras_batch_normalization(*each, **options), inputs, lambda _: grad
    )
    # One image of one pixel has no spread, and is divided by the root of epsilon alone.
    tolerance = reference.TOLERANCE[dtype]
    reference.assert_equal(scratch.batch_normalization(*inputs, **options), value, tolerance)
    mine = scratch.batch_normalization_grad(grad, *inputs, **options)
    for ours, theirs in zip(mine, grads, strict=True):
        reference.assert_equal(ours, theirs, tolerance)


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)),
    st.booleans(),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(shape, trained, seed):
    inputs, options = example(shape, trained, "float64", seed)
    options["epsilon"] = 0.1
    (grad,) = draw(seed + 1, shape)
    mine = scratch.batch_normalization_grad(grad, *inputs, **options)
    for place, (values, ours) in enumerate(zip(inputs, mine, strict=True)):

        def call(changed, place=place):
            return scratch.batch_normalization(
                *inputs[:place], changed, *inputs[place + 1 :], **options
            )

        np.testing.assert_allclose(ours, numeric_grad(call, values, grad), rtol=1e-5, atol=1e-6)


@pytest.mark.conformance("layer_normalization")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
@pytest.mark.parametrize("shape", SHAPES)
def test_layer_normalisation_is_that_of_keras_in_value_and_gradient(shape, epsilon, dtype):
    inputs, _ = example(shape, False, dtype)
    grad = draw(1, shape)[0].astype(dtype)

    def through_keras(x, gamma, beta):
        mean, variance = ops.moments(x, axes=-1, keepdims=True)
        return gamma * (x - mean) / ops.sqrt(variance + epsilon) + beta

    value, grads = reference.value_and_grads(through_keras, inputs, lambda _: grad)
    # One feature has no spread, and is divided by the root of epsilon alone.
    tolerance = reference.TOLERANCE[dtype]
    reference.assert_equal(scratch.layer_normalization(*inputs, epsilon), value, tolerance)
    mine = scratch.layer_normalization_grad(grad, *inputs, epsilon)
    for ours, theirs in zip(mine, grads, strict=True):
        reference.assert_equal(ours, theirs, tolerance)


def test_layer_normalisation_is_keras_own_layer():
    (x, gamma, beta), _ = example((4, 5, 6), False, "float32")
    layer = keras.layers.LayerNormalization()
    layer.build(x.shape)
    layer.set_weights([gamma, beta])
    np.testing.assert_allclose(scratch.layer_normalization(x, gamma, beta), layer(x), atol=1e-5)


@given(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 5)),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_gradients_of_layer_normalisation_are_those_of_finite_differences(shape, seed):
    inputs, _ = example(shape, False, "float64", seed)
    (grad,) = draw(seed + 1, shape)
    mine = scratch.layer_normalization_grad(grad, *inputs, epsilon=0.1)
    for place, (values, ours) in enumerate(zip(inputs, mine, strict=True)):

        def call(changed, place=place):
            arrays = [*inputs[:place], changed, *inputs[place + 1 :]]
            return scratch.layer_normalization(*arrays, epsilon=0.1)

        np.testing.assert_allclose(ours, numeric_grad(call, values, grad), rtol=1e-5, atol=1e-6)


def test_a_token_is_normalised_by_its_own_features_alone():
    (x, gamma, beta), _ = example((3, 4, 6), False, "float64")
    y = scratch.layer_normalization(x, np.ones(6), np.zeros(6), epsilon=0)
    np.testing.assert_allclose(y.mean(axis=-1), 0, atol=1e-12)
    np.testing.assert_allclose(y.std(axis=-1), 1)
    alone = scratch.layer_normalization(x[1:2, 2:3], gamma, beta)
    np.testing.assert_allclose(scratch.layer_normalization(x, gamma, beta)[1, 2], alone[0, 0])


def test_the_output_has_mean_beta_and_spread_gamma():
    x = np.random.default_rng(0).normal(50, 9, (64, 28, 28, 2)).astype("float32")
    gamma, beta = np.array([2, 0.5], "float32"), np.array([-1, 3], "float32")
    mean, variance = scratch.batch_moments(scratch.batch_normalization(x, gamma, beta, epsilon=0))
    np.testing.assert_allclose(mean, beta, atol=1e-5)
    np.testing.assert_allclose(variance, gamma**2, rtol=1e-5)


X, C = np.ones((2, 3, 4)), np.ones(4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": X.astype(int)}, "x is int64"),
        ({"x": C}, r"x has shape \(4,\); expected axes \(N, ..., C\)"),
        ({"x": X[:0]}, r"x has shape \(0, 3, 4\); of no numbers there is no mean"),
        ({"gamma": np.ones(3)}, r"gamma has shape \(3,\); expected \(4,\), as x of shape"),
        ({"beta": C.astype("f4")}, "x is float64, .* beta is float32"),
        ({"mean": C}, "one of mean and variance is missing"),
        ({"epsilon": -1.0}, r"epsilon is -1\.0; give a number from 0 up"),
        ({"mean": C, "variance": -np.ones(4)}, "variance goes down to -1; give squares, from 0 up"),
        ({"mean": C, "variance": np.ones(2)}, r"variance has shape \(2,\)"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    arguments = {"x": X, "gamma": C, "beta": C} | change
    with pytest.raises(ValueError, match=message):
        scratch.batch_normalization(**arguments)
    with pytest.raises(ValueError, match=message):
        scratch.batch_normalization_grad(np.ones(np.shape(arguments["x"])), **arguments)


def test_a_gradient_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"grad has shape \(4,\); expected \(2, 3, 4\)"):
        scratch.batch_normalization_grad(C, X, C, C)
    with pytest.raises(ValueError, match=r"grad has shape \(4,\); expected \(2, 3, 4\)"):
        scratch.layer_normalization_grad(C, X, C, C)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": X.astype(int)}, "x is int64"),
        ({"x": X[..., :0], "gamma": C[:0], "beta": C[:0]}, "of no numbers there is no mean"),
        ({"beta": np.ones(3)}, r"beta has shape \(3,\); expected \(4,\), as x of shape"),
        ({"epsilon": -1.0}, r"epsilon is -1\.0; give a number from 0 up"),
    ],
)
def test_wrong_input_to_layer_normalisation_is_named(change, message):
    arguments = {"x": X, "gamma": C, "beta": C} | change
    with pytest.raises(ValueError, match=message):
        scratch.layer_normalization(**arguments)
    with pytest.raises(ValueError, match=message):
        scratch.layer_normalization_grad(np.ones(arguments["x"].shape), **arguments)

"""sparse_categorical_crossentropy and its gradient: equal to Keras and to finite differences."""

import itertools

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import losses

from medtutor import scratch

LOSS, LOSS_GRAD = (
    scratch.sparse_categorical_crossentropy,
    scratch.sparse_categorical_crossentropy_grad,
)
GRID = list(
    itertools.product(
        [(6,), (2, 3, 4)],
        [True, False],
        ["mean", "sum", "none"],
        ["no weights", "a weight an image", "a weight a loss"],
        ["float32", "float64"],
    )
)


def example(shape, from_logits, weights, dtype):
    scores, all_weights = draw(0, (*shape, 5), shape)
    y_pred = (scores if from_logits else scratch.softmax(scores)).astype(dtype)
    y_true = np.random.default_rng(0).integers(0, 5, shape)
    all_weights = np.abs(all_weights).astype(dtype)
    an_image = all_weights.reshape(len(all_weights), -1)[:, 0]
    chosen = {"no weights": None, "a weight an image": an_image, "a weight a loss": all_weights}
    return y_true, y_pred, chosen[weights]


@pytest.mark.conformance("sparse_categorical_crossentropy")
@pytest.mark.parametrize(("shape", "from_logits", "reduction", "weights", "dtype"), GRID)
def test_value_and_gradient_are_those_of_keras(shape, from_logits, reduction, weights, dtype):
    y_true, y_pred, sample_weight = example(shape, from_logits, weights, dtype)
    keras_reduction = {"mean": "sum_over_batch_size", "sum": "sum", "none": None}[reduction]
    keras_loss = losses.SparseCategoricalCrossentropy(
        from_logits=from_logits, reduction=keras_reduction, dtype=dtype
    )
    # Keras wants one axis for the weights of images, and spreads it itself.
    keras_weight = sample_weight
    if weights == "a weight an image":
        keras_weight = sample_weight.reshape(-1, *[1] * (len(shape) - 1)) * np.ones(shape, dtype)
    value, (slope,) = reference.value_and_grads(
        lambda pred: keras_loss(y_true, pred, sample_weight=keras_weight), [y_pred]
    )
    options = {
        "from_logits": from_logits,
        "reduction": reduction,
        "sample_weight": sample_weight,
    }
    mine = np.asarray(LOSS(y_true, y_pred, **options))
    reference.assert_equal(mine, value, reference.TOLERANCE[dtype])
    grad = np.ones(shape, dtype) if reduction == "none" else 1.0
    mine = LOSS_GRAD(grad, y_true, y_pred, **options)
    reference.assert_equal(mine, slope, reference.TOLERANCE[dtype])


@given(
    st.integers(1, 4),
    st.integers(2, 4),
    st.booleans(),
    st.sampled_from(["mean", "sum"]),
    st.integers(0, 2**32 - 1),
)
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(n, classes, from_logits, reduction, seed):
    scores, weights = draw(seed, (n, classes), (n,))
    y_pred = scores if from_logits else scratch.softmax(scores)
    y_true = np.random.default_rng(seed).integers(0, classes, n)
    options = {"from_logits": from_logits, "reduction": reduction, "sample_weight": weights}
    tried = numeric_grad(lambda v: LOSS(y_true, v, **options), y_pred, 2.5, step=1e-7)
    mine = LOSS_GRAD(2.5, y_true, y_pred, **options)
    np.testing.assert_allclose(mine, tried, rtol=1e-4, atol=1e-5)


def test_probabilities_of_zero_and_one_stay_finite_as_in_keras():
    y_true, y_pred = np.array([0, 1]), np.array([[1.0, 0.0], [1.0, 0.0]], "float32")
    value, (slope,) = reference.value_and_grads(
        lambda pred: losses.SparseCategoricalCrossentropy()(y_true, pred), [y_pred]
    )
    np.testing.assert_allclose(LOSS(y_true, y_pred), value, rtol=1e-5)
    np.testing.assert_allclose(LOSS_GRAD(1.0, y_true, y_pred), slope, rtol=1e-5)


def test_large_scores_stay_finite():
    y_pred = np.array([[1e4, -1e4]])
    assert LOSS(np.array([1]), y_pred, from_logits=True) == 2e4
    np.testing.assert_array_equal(
        LOSS_GRAD(1.0, np.array([1]), y_pred, from_logits=True), [[1, -1]]
    )


Y, P = np.array([0, 2]), np.full((2, 3), 1 / 3)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((Y.astype(float), P), {}, r"y_true is float64; .*y_true\.astype\(int\)"),
        ((Y[:, None], P), {}, r"y_true has shape \(2, 1\), y_pred \(2, 3\)"),
        ((np.eye(3, dtype=int)[Y], P), {}, r"y_true has shape \(2, 3\)"),
        ((Y + 1, P), {}, "labels run from 1 to 3, but y_pred has 3 classes"),
        ((Y - 1, P), {}, "labels run from -1 to 1"),
        ((Y, P[0]), {}, r"y_pred has shape \(3,\)"),
        ((Y, P.astype(int)), {}, "y_pred is int64"),
        ((Y, P), {"reduction": "average"}, "reduction is 'average'"),
        ((Y, P), {"sample_weight": np.ones(3)}, r"sample_weight has shape \(3,\)"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        LOSS(*arguments, **options)
    with pytest.raises(ValueError, match=message):
        LOSS_GRAD(1.0, *arguments, **options)


def test_the_gradient_has_the_shape_of_the_loss():
    with pytest.raises(ValueError, match=r"grad has shape \(2,\); expected \(\)"):
        LOSS_GRAD(np.ones(2), Y, P)
    with pytest.raises(ValueError, match=r"grad has shape \(\); expected \(2,\)"):
        LOSS_GRAD(1.0, Y, P, reduction="none")

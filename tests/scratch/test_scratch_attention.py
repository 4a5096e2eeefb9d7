"""attention and multi_head_attention, with gradients: equal to Keras and to finite differences."""

import keras
import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import ops

from medtutor import scratch

# Axes before the tokens, queries, keys, size of a key, size of a value.
SHAPES = [
    ((2,), 3, 3, 4, 4),
    ((1,), 2, 7, 3, 5),
    ((3,), 6, 2, 1, 8),
    ((), 4, 5, 2, 3),
    ((2, 3), 5, 4, 2, 1),
]


def example(shape, dtype="float64", seed=0):
    axes, queries, keys, size, width = shape
    arrays = draw(seed, (*axes, queries, size), (*axes, keys, size), (*axes, keys, width))
    return [array.astype(dtype) for array in arrays]


def some_mask(shape, seed=0):
    """Return a mask that hides about half of the keys, but the first from nobody."""
    axes, queries, keys, *_ = shape
    mask = np.random.default_rng(seed).random((*axes, queries, keys)) < 0.5
    mask[..., 0] = True
    return mask


def keras_attention(query, key, value, mask=None):
    scores = ops.matmul(query, ops.swapaxes(key, -1, -2)) / np.sqrt(key.shape[-1])
    if mask is not None:
        scores = ops.where(mask, scores, -np.inf)
    return ops.matmul(ops.softmax(scores), value)


@pytest.mark.conformance("attention")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_values_and_gradients_are_those_of_keras(shape, masked, dtype):
    inputs = example(shape, dtype)
    mask = some_mask(shape) if masked else None
    grad = draw(1, (*shape[0], shape[1], shape[4]))[0].astype(dtype)
    value, grads = reference.value_and_grads(
        lambda *each: keras_attention(*each, mask), inputs, lambda _: grad
    )
    tolerance = reference.TOLERANCE[dtype]
    reference.assert_equal(scratch.attention(*inputs, mask=mask), value, tolerance)
    mine = scratch.attention_grad(grad, *inputs, mask=mask)
    for ours, theirs in zip(mine, grads, strict=True):
        reference.assert_equal(ours, theirs, tolerance)


@given(st.sampled_from(SHAPES), st.booleans(), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(shape, masked, seed):
    inputs = example(shape, seed=seed)
    mask = some_mask(shape, seed) if masked else None
    (grad,) = draw(seed + 1, (*shape[0], shape[1], shape[4]))
    mine = scratch.attention_grad(grad, *inputs, mask=mask)
    for place, (values, ours) in enumerate(zip(inputs, mine, strict=True)):

        def call(changed, place=place):
            return scratch.attention(*inputs[:place], changed, *inputs[place + 1 :], mask=mask)

        np.testing.assert_allclose(ours, numeric_grad(call, values, grad), rtol=1e-5, atol=1e-6)


def test_the_example_worked_by_hand():
    query, key = np.array([[[1.0, 0]]]), np.array([[[1.0, 0], [0, 1], [1, 1]]])
    value = np.array([[[1.0, 0], [0, 1], [2, 2]]])
    y, weights = scratch.attention(query, key, value, return_weights=True)
    np.testing.assert_allclose(weights, [[[0.401, 0.198, 0.401]]], atol=5e-4)
    np.testing.assert_allclose(y, [[[1.203, 1.0]]], atol=5e-4)


@given(st.sampled_from(SHAPES), st.booleans(), st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_weights_add_up_to_one_and_hidden_keys_count_for_nothing(shape, masked, seed):
    query, key, value = example(shape, seed=seed)
    mask = some_mask(shape, seed) if masked else np.ones((shape[1], shape[2]), bool)
    y, weights = scratch.attention(query, key, value, mask=mask, return_weights=True)
    np.testing.assert_allclose(weights.sum(axis=-1), 1)
    assert not weights[~np.broadcast_to(mask, weights.shape)].any()
    assert (value.min(axis=-2, keepdims=True) - 1e-12 <= y).all()
    assert (y <= value.max(axis=-2, keepdims=True) + 1e-12).all()


def test_the_order_of_the_keys_has_no_influence():
    query, key, value = example(SHAPES[1])
    order = [3, 1, 6, 0, 5, 2, 4]
    shuffled = scratch.attention(query, key[:, order], value[:, order])
    np.testing.assert_allclose(shuffled, scratch.attention(query, key, value))


@pytest.mark.parametrize("shape", [(6, 5), (1, 5), (2, 1, 5), (2, 6, 1), ()])
def test_a_mask_is_stretched_as_numpy_does(shape):
    inputs = example(((2,), 6, 5, 3, 4))
    mask = np.ones(shape, bool)
    if shape[-1:] == (5,):
        mask[..., 3:] = False
    whole = np.broadcast_to(mask, (2, 6, 5))
    expected = scratch.attention(*inputs, mask=whole)
    np.testing.assert_array_equal(scratch.attention(*inputs, mask=mask), expected)
    for ours, theirs in zip(
        scratch.attention_grad(expected, *inputs, mask=mask),
        scratch.attention_grad(expected, *inputs, mask=whole),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_scores_of_thousands_do_no_harm():
    query, key, value = (100 * array for array in example(SHAPES[0], "float32"))
    y, weights = scratch.attention(query, key, value, return_weights=True)
    assert np.isfinite(y).all()
    np.testing.assert_allclose(weights.max(axis=-1), 1, atol=1e-5)
    assert np.isfinite(scratch.attention_grad(y, query, key, value)[0]).all()


Q, K, V = np.ones((2, 3, 4)), np.ones((2, 5, 4)), np.ones((2, 5, 6))
NOBODY = np.ones((2, 3, 5), bool)
NOBODY[1, 2] = False


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"query": Q.astype(int)}, "query is int64"),
        ({"query": Q[0, 0]}, r"query has shape \(4,\), .*; give \(\.\.\., tokens, size\) each"),
        ({"query": Q[..., :0], "key": K[..., :0]}, r"query has shape \(2, 3, 0\)"),
        ({"key": K[..., :3]}, r"key has shape \(2, 5, 3\); expected \(2, 5, 4\), as query has so"),
        ({"key": K[:1]}, r"key has shape \(1, 5, 4\); expected \(2, 5, 4\)"),
        ({"value": V[:, :4]}, r"value has shape \(2, 4, 6\); expected \(2, 5, 6\), as key has so"),
        ({"value": V.astype("f4")}, "query is float64, .* value is float32"),
        ({"key": K[:, :0], "value": V[:, :0]}, r"the query at \[0, 0\] has nothing to attend to"),
        ({"mask": NOBODY}, r"the query at \[1, 2\] has nothing to attend to; let it see one key"),
        ({"mask": NOBODY.astype(float)}, "mask is float64; give True where a query may look"),
        ({"mask": NOBODY[:, :2]}, r"mask has shape \(2, 2, 5\); expected \(2, 3, 5\)"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    arguments = {"query": Q, "key": K, "value": V} | change
    with pytest.raises(ValueError, match=message):
        scratch.attention(**arguments)
    with pytest.raises(ValueError, match=message):
        scratch.attention_grad(np.ones((2, 3, 6)), **arguments)


def test_a_gradient_of_the_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"grad has shape \(2, 5, 6\); expected \(2, 3, 6\)"):
        scratch.attention_grad(V, Q, K, V)


# Several heads ----------------------------------------------------------------------------

# Images, tokens, features in, heads, size of a key, size of a value, features out.
LAYERS = [
    (2, 5, 6, 2, 4, 3, 6),
    (1, 4, 5, 3, 1, 4, 7),
    (3, 2, 4, 1, 16, 2, 4),
    (2, 3, 6, 2, 3, 3, 6),
]


def keras_layer(layer, dtype):
    images, tokens, features, heads, size, width, out = layer
    attention = keras.layers.MultiHeadAttention(
        heads, size, value_dim=width, output_shape=out, dtype=dtype
    )
    attention.build((images, tokens, features), (images, tokens, features))
    drawn = draw(2, *[weight.shape for weight in attention.get_weights()])
    attention.set_weights(drawn)
    (x,) = draw(3, (images, tokens, features))
    return attention, x.astype(dtype), [weight.astype(dtype) for weight in drawn]


def layer_mask(layer):
    images, tokens, *_ = layer
    return some_mask(((images,), tokens, tokens))


@pytest.mark.conformance("multi_head_attention")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("layer", LAYERS)
def test_several_heads_are_those_of_keras_in_value_and_gradient(layer, masked, dtype):
    attention, x, weights = keras_layer(layer, dtype)
    mask = layer_mask(layer) if masked else None
    grad = draw(4, (*layer[:2], layer[-1]))[0].astype(dtype)

    def through_keras(tokens, *arrays):
        variables = attention.trainable_variables
        state = list(zip(variables, arrays, strict=True))
        with keras.StatelessScope(state_mapping=state):
            return attention(tokens, tokens, attention_mask=mask)

    value, grads = reference.value_and_grads(through_keras, [x, *weights], lambda _: grad)
    # Keras rounds 1/√d to float32, whatever the dtype: exact for 1, 4 and 16.
    is_exact = dtype == "float32" or layer[4] in (1, 4, 16)
    tolerance = reference.TOLERANCE[dtype] if is_exact else 1e-7
    reference.assert_equal(scratch.multi_head_attention(x, *weights, mask=mask), value, tolerance)
    mine = scratch.multi_head_attention_grad(grad, x, *weights, mask=mask)
    # The keys' bias moves all scores of a query alike: its gradient is zero but for rounding.
    largest = max(float(np.abs(each).max()) for each in grads)
    for ours, theirs in zip(mine, grads, strict=True):
        reference.assert_equal(ours, theirs, tolerance, largest)


@given(st.sampled_from(LAYERS), st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_gradients_of_several_heads_are_those_of_finite_differences(layer, seed):
    _, x, weights = keras_layer(layer, "float64")
    inputs, mask = [x, *weights], layer_mask(layer)[0]
    (grad,) = draw(seed, (*layer[:2], layer[-1]))
    mine = scratch.multi_head_attention_grad(grad, *inputs, mask=mask)
    for place, (values, ours) in enumerate(zip(inputs, mine, strict=True)):

        def call(changed, place=place):
            arrays = [*inputs[:place], changed, *inputs[place + 1 :]]
            return scratch.multi_head_attention(*arrays, mask=mask)

        np.testing.assert_allclose(ours, numeric_grad(call, values, grad), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (0, np.ones((2, 5)), r"x has shape \(2, 5\); expected 3 axes"),
        (1, np.ones((5, 2, 4)), r"kernel of query has shape \(5, 2, 4\); expected \(6, 2, 4\)"),
        (2, np.ones(6), r"bias of query has shape \(6,\); expected \(2, 4\), as its kernel has"),
        (3, np.ones((6, 2, 3)), r"bias of key has shape \(2, 4\); expected \(2, 3\)"),
        (3, np.ones((6, 6)), r"kernel of key has shape \(6, 6\); expected 3 axes"),
        (7, np.ones((2, 4, 6)), r"kernel of output has shape \(2, 4, 6\); expected \(2, 3, 6\)"),
        (8, np.ones(6, int), "bias of output is int64"),
        (5, np.ones((6, 2, 3), "f4"), "x is float64, kernel is float32"),
    ],
)
def test_weights_that_do_not_fit_are_named(place, value, message):
    _, x, weights = keras_layer(LAYERS[0], "float64")
    arrays = [x, *weights]
    arrays[place] = value
    with pytest.raises(ValueError, match=message):
        scratch.multi_head_attention(*arrays)
    with pytest.raises(ValueError, match=message):
        scratch.multi_head_attention_grad(np.ones((2, 5, 6)), *arrays)


def test_eight_weights_are_asked_for_and_a_gradient_of_the_outputs_shape():
    _, x, weights = keras_layer(LAYERS[0], "float64")
    with pytest.raises(ValueError, match=r"4 weights came; give the eight of layer\.get_weights"):
        scratch.multi_head_attention(x, *weights[::2])
    with pytest.raises(ValueError, match=r"grad has shape \(2, 5, 3\); expected \(2, 5, 6\)"):
        scratch.multi_head_attention_grad(np.ones((2, 5, 3)), x, *weights)
    mask = np.ones((2, 5, 5), bool)
    mask[1, 3] = False
    with pytest.raises(ValueError, match=r"the query at \[1, 0, 3\] has nothing to attend to"):
        scratch.multi_head_attention(x, *weights, mask=mask)

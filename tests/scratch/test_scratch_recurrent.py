"""rnn, lstm, gru and their gradients: equal to Keras, masks and all, and to finite differences."""

import functools
import itertools

import keras
import keras_reference as reference
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch

N, FEATURES, UNITS = 4, 2, 3
VALUE_TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
GRAD_TOLERANCE = {"float32": 1e-4, "float64": 1e-11}
N_GATES = {"rnn": 1, "lstm": 4, "gru": 3, "textbook gru": 3}
LAYERS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
MASKS = {
    "none": None,
    "padded at the end": np.arange(5) < np.array([[5], [3], [1], [4]]),
    "holes, and a sample of padding": np.array(
        [[1, 0, 1, 1, 0], [0, 0, 0, 0, 0], [0, 1, 1, 0, 1], [1, 1, 1, 1, 1]], bool
    ),
}


def functions_of(cell):
    name = cell.split()[-1]
    options = {"reset_after": False} if cell == "textbook gru" else {}
    return tuple(
        functools.partial(getattr(scratch, each), **options) for each in (name, f"{name}_grad")
    )


def weights_of(cell, features, units, seed=0):
    gates = N_GATES[cell]
    bias_shape = (2, gates * units) if cell == "gru" else (gates * units,)
    return draw(seed, (features, gates * units), (units, gates * units), bias_shape)


def states_of(cell, n, units, seed=1):
    return draw(seed, *[(n, units)] * (2 if cell == "lstm" else 1))


def as_initial_state(cell, states):
    return tuple(states) if cell == "lstm" else states[0]


def keras_layer(cell, weights, dtype, **options):
    if "gru" in cell:
        options["reset_after"] = cell == "gru"
    layer = LAYERS[cell.split()[-1]](len(weights[1]), dtype=dtype, **options)
    layer.build((None, None, len(weights[0])))
    layer.set_weights(weights)
    return layer


def value_and_grads(layer, x, states, mask, grad):
    """Keras' output, and its gradients in the order of scratch, with those of the states."""
    x, states = tf.constant(x), [tf.constant(state) for state in states]
    with tf.GradientTape() as tape:
        tape.watch([x, *states])
        value = layer(x, mask=mask, initial_state=states or None)
        total = tf.reduce_sum(value * grad)
    wanted = [x, *(each.value for each in layer.trainable_variables), *states]
    grads = tape.gradient(total, wanted, unconnected_gradients="zero")
    return value.numpy(), [each.numpy() for each in grads]


GRID = list(itertools.product(N_GATES, MASKS, [1, 5], [False, True], [False, True], [False, True]))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("op", "masked", "n_steps", "sequences", "backwards", "started"), GRID)
@pytest.mark.conformance
def test_values_and_gradients_are_those_of_keras(
    op, masked, n_steps, sequences, backwards, started, dtype
):
    weights = [each.astype(dtype) for each in weights_of(op, FEATURES, UNITS)]
    states = [each.astype(dtype) for each in states_of(op, N, UNITS)] if started else []
    x = draw(2, (N, n_steps, FEATURES))[0].astype(dtype)
    shape = (N, n_steps, UNITS) if sequences else (N, UNITS)
    grad = draw(3, shape)[0].astype(dtype)
    mask = None if masked == "none" else MASKS[masked][:, :n_steps]

    options = {"return_sequences": sequences, "go_backwards": backwards}
    layer = keras_layer(op, weights, dtype, **options)
    value, grads = value_and_grads(layer, x, states, mask, grad)

    forward, backward = functions_of(op)
    options |= {"mask": mask}
    if started:
        options["initial_state"] = as_initial_state(op, states)
    reference.assert_equal(forward(x, *weights, **options), value, VALUE_TOLERANCE[dtype])
    mine = backward(grad, x, *weights, **options)
    assert len(mine) == 4 + started
    mine = [*mine[:4], *(mine[4] if op == "lstm" else mine[4:])] if started else mine
    for ours, theirs in zip(mine, grads, strict=True):
        reference.assert_equal(ours, theirs, GRAD_TOLERANCE[dtype])


@pytest.mark.parametrize("cell", N_GATES)
def test_without_a_bias_it_is_keras_with_use_bias_false(cell):
    kernel, recurrent_kernel, _ = weights_of(cell, FEATURES, UNITS)
    x, grad = draw(2, (N, 4, FEATURES), (N, UNITS))
    layer = keras_layer(cell, [kernel, recurrent_kernel], "float64", use_bias=False)
    value, grads = value_and_grads(layer, x, [], None, grad)
    forward, backward = functions_of(cell)
    reference.assert_equal(forward(x, kernel, recurrent_kernel), value, 1e-12)
    *mine, dbias = backward(grad, x, kernel, recurrent_kernel)
    assert dbias is None
    for ours, theirs in zip(mine, grads, strict=True):
        reference.assert_equal(ours, theirs, 1e-11)


@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("cell", N_GATES)
def test_two_calls_make_a_bidirectional_layer(cell, sequences):
    there, back = (weights_of(cell, FEATURES, UNITS, seed) for seed in (0, 7))
    x, mask = draw(2, (N, 5, FEATURES))[0], MASKS["padded at the end"]
    layer = keras.layers.Bidirectional(
        keras_layer(cell, there, "float64", return_sequences=sequences), dtype="float64"
    )
    layer.build(x.shape)
    layer.set_weights([*there, *back])
    forward, _ = functions_of(cell)
    options = {"mask": mask, "return_sequences": sequences}
    first = forward(x, *there, **options)
    second = forward(x, *back, go_backwards=True, **options)
    second = second[:, ::-1] if sequences else second
    joined = np.concatenate([first, second], axis=-1)
    if sequences:  # where a step is masked, Keras' Bidirectional puts out zeros
        joined = joined * mask[:, :, None]
    reference.assert_equal(joined, layer(x, mask=mask).numpy(), 1e-12)


@st.composite
def problems(choose):
    """Draw a cell, inputs in float64, and options: everything a call takes."""
    cell, seed = choose(st.sampled_from(list(N_GATES))), choose(st.integers(0, 2**32 - 1))
    n, n_steps, features, units = (choose(st.integers(1, 3)) for _ in range(4))
    sequences, backwards = choose(st.booleans()), choose(st.booleans())
    mask = np.random.default_rng(seed).random((n, n_steps)) < choose(st.sampled_from([0.5, 1.1]))
    shape = (n, n_steps, units) if sequences else (n, units)
    x, grad = draw(seed, (n, n_steps, features), shape)
    inputs = [x, *weights_of(cell, features, units, seed), *states_of(cell, n, units, seed)]
    return (
        cell,
        inputs,
        grad,
        {"mask": mask, "return_sequences": sequences, "go_backwards": backwards},
    )


@given(problems())
@settings(max_examples=40, deadline=None)
def test_gradients_are_those_of_finite_differences(problem):
    cell, inputs, grad, options = problem
    forward, backward = functions_of(cell)

    def call(function, *inputs):
        *arrays, bias = inputs[:4]
        state = as_initial_state(cell, inputs[4:])
        return function(*arrays, bias, initial_state=state, **options)

    mine = call(functools.partial(backward, grad), *inputs)
    mine = [*mine[:4], *(mine[4] if cell == "lstm" else mine[4:])]
    for place, (values, ours) in enumerate(zip(inputs, mine, strict=True)):

        def change(changed, place=place):
            return call(forward, *inputs[:place], changed, *inputs[place + 1 :])

        np.testing.assert_allclose(ours, numeric_grad(change, values, grad), rtol=1e-5, atol=1e-6)


@given(problems(), st.integers(1, 4))
@settings(max_examples=30, deadline=None)
def test_padding_at_the_end_changes_nothing_where_it_is_masked(problem, n_padded):
    cell, (x, *weights_and_states), _, options = problem
    weights, states = weights_and_states[:3], weights_and_states[3:]
    forward, _ = functions_of(cell)
    padded = np.pad(x, ((0, 0), (0, n_padded), (0, 0)), constant_values=99)
    mask = np.pad(np.ones(x.shape[:2], bool), ((0, 0), (0, n_padded)))
    options = {
        "initial_state": as_initial_state(cell, states),
        "go_backwards": options["go_backwards"],
    }
    # One product over more steps may round its last bit otherwise.
    np.testing.assert_allclose(
        forward(padded, *weights, mask=mask, **options),
        forward(x, *weights, **options),
        rtol=1e-12,
        atol=1e-14,
    )


def test_a_forget_gate_of_one_keeps_the_cell_state():
    bias = np.repeat([-99.0, 99.0, 0.0, 99.0], 2)  # nothing in, nothing forgotten, all shown
    states = np.array([[0.1, -0.2]]), np.array([[0.5, -3.0]])
    h = scratch.lstm(
        np.ones((1, 50, 1)), np.ones((1, 8)), np.ones((2, 8)), bias, initial_state=states
    )
    np.testing.assert_allclose(h, np.tanh(states[1]), rtol=1e-12)


X, STATE = np.ones((2, 4, 3)), np.zeros((2, 5))
RNN = {"x": X, "kernel": np.ones((3, 5)), "recurrent_kernel": np.ones((5, 5)), "bias": np.ones(5)}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": X.astype(int)}, "x is int64"),
        ({"x": X[0]}, r"x has shape \(4, 3\); expected 3 axes \(N, T, F\)"),
        ({"x": X[:, :0]}, r"x has shape \(2, 0, 3\); give at least one time step"),
        ({"x": X[..., :2]}, r"x has 2 features .* kernel is for 3"),
        ({"kernel": np.ones((3, 4))}, r"kernel has shape \(3, 4\); expected \(3, 5\)"),
        ({"recurrent_kernel": np.ones((5, 4))}, r"expected \(units, units\), .* is \(5, 5\)"),
        ({"bias": np.ones(4)}, r"bias has shape \(4,\); expected \(5,\)"),
        ({"bias": np.ones(5, "f4")}, "x is float64, .* bias is float32"),
        ({"initial_state": STATE[:1]}, r"initial_state has shape \(1, 5\); expected \(2, 5\)"),
        ({"initial_state": [STATE]}, r"initial_state is a list; give one array of shape \(2, 5\)"),
        ({"mask": np.ones((2, 4))}, "mask is float64; give booleans"),
        ({"mask": np.ones((2, 3), bool)}, r"mask has shape \(2, 3\); expected \(2, 4\)"),
    ],
)
def test_wrong_input_gets_an_error_that_names_it(change, message):
    with pytest.raises(ValueError, match=message):
        scratch.rnn(**RNN | change)
    with pytest.raises(ValueError, match=message):
        scratch.rnn_grad(np.ones((2, 5)), **RNN | change)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: scratch.lstm(X, np.ones((3, 5)), np.ones((5, 5))),
            r"\(units, 4 units\), which for 5 rows is \(5, 20\)",
        ),
        (
            lambda: scratch.lstm(X, np.ones((3, 20)), np.ones((5, 20)), initial_state=STATE),
            r"initial_state is an array of shape \(2, 5\); an LSTM has two states",
        ),
        (
            lambda: scratch.lstm(X, np.ones((3, 20)), np.ones((5, 20)), initial_state=[STATE, X]),
            r"initial_state\[1\] has shape",
        ),
        (
            lambda: scratch.gru(X, np.ones((3, 15)), np.ones((5, 15)), np.ones(15)),
            r"bias has shape \(15,\); expected \(2, 15\), as reset_after=True",
        ),
        (
            lambda: scratch.gru(
                X, np.ones((3, 15)), np.ones((5, 15)), np.ones((2, 15)), reset_after=False
            ),
            r"bias has shape \(2, 15\); expected \(15,\), as reset_after=False",
        ),
        (
            lambda: scratch.rnn_grad(np.ones((2, 4, 5)), *RNN.values()),
            r"grad has shape \(2, 4, 5\); expected 2 axes \(N, units\)",
        ),
        (
            lambda: scratch.rnn_grad(np.ones((2, 3, 5)), *RNN.values(), return_sequences=True),
            r"expected \(2, 4, 5\), as the output with return_sequences=True",
        ),
    ],
)
def test_each_cell_says_what_it_needs(call, message):
    with pytest.raises(ValueError, match=message):
        call()

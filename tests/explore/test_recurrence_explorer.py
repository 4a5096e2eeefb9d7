import numpy as np
import pytest
from biased_cells import with_biases
from text_forms import stand_in_of

from medtutor import explore, scratch
from medtutor.explore.recurrence.cells import GATES, draw_weights, follow, keras_weights
from medtutor.explore.recurrence.widget import PRESETS

SIGNAL = [1.0, -0.4, 0.0, 2.0, 0.7]


@pytest.mark.parametrize("forget_bias", [-4, 1, 8])
@pytest.mark.parametrize("cell", GATES)
def test_states_and_gradient_are_those_of_the_layer(cell, forget_bias):
    weights = with_biases(draw_weights(5))
    arrays = keras_weights(cell, weights, forget_bias)
    x = np.reshape(SIGNAL, (1, 5, 1))
    found = follow(cell, SIGNAL, weights, forget_bias)
    states = getattr(scratch, cell)(x, *arrays, return_sequences=True)
    np.testing.assert_allclose(found["h"], states.ravel(), rtol=1e-12)
    dx = getattr(scratch, f"{cell}_grad")(np.ones((1, 1)), x, *arrays)[0]
    np.testing.assert_allclose(found["gradient"], dx.ravel(), rtol=1e-12)


def test_an_lstms_cell_state_is_what_its_gates_make_of_it():
    found = follow("lstm", SIGNAL, with_biases(draw_weights(5)), 1.0)
    before = np.concatenate([[0], found["c"][:-1]])
    np.testing.assert_allclose(found["c"], found["f"] * before + found["i"] * found["candidate"])
    np.testing.assert_allclose(found["h"], found["o"] * np.tanh(found["c"]))


def test_a_grus_state_lies_between_the_old_one_and_the_candidate():
    found = follow("gru", SIGNAL, with_biases(draw_weights(5)), 1.0)
    before = np.concatenate([[0], found["h"][:-1]])
    mixed = found["z"] * before + (1 - found["z"]) * found["candidate"]
    np.testing.assert_allclose(found["h"], mixed)


@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_the_bias_opens_the_gate_that_keeps(cell):
    name = {"lstm": "f", "gru": "z"}[cell]
    shut, opened = (
        follow(cell, PRESETS["pulse"][:20], draw_weights(2910), bias) for bias in (-4, 8)
    )
    assert shut[name][1:].max() < 0.1
    assert opened[name].min() > 0.99
    first, last = (np.abs([run["gradient"][t] for run in (shut, opened)]) for t in (0, -1))
    reach = first / last
    assert reach[1] > 0.05
    assert reach[1] > 1e3 * reach[0]


def test_weights_are_seeded_short_and_of_keras_shapes():
    weights = draw_weights(3)
    assert weights == draw_weights(3)
    assert weights != draw_weights(4)
    numbers = np.concatenate([v for cell in weights.values() for v in cell.values()])
    np.testing.assert_array_equal(numbers, np.round(numbers, 1))
    shapes = {cell: [a.shape for a in keras_weights(cell, weights, 1)] for cell in GATES}
    assert shapes == {
        "rnn": [(1, 1), (1, 1), (1,)],
        "lstm": [(1, 4), (1, 4), (4,)],
        "gru": [(1, 3), (1, 3), (2, 3)],
    }


@pytest.mark.parametrize("forget_bias", [-2, 4])
@pytest.mark.parametrize("cell", GATES)
def test_without_an_input_a_unit_stays_at_rest(cell, forget_bias):
    found = follow(cell, [0.0] * 6, draw_weights(2910), forget_bias)
    np.testing.assert_array_equal(found["h"], 0)


def test_the_default_unit_takes_up_a_pulse_in_all_cells():
    explorer = explore.recurrence()
    for cell in GATES:
        found = follow(cell, explorer.signal, explorer.weights, explorer.forget_bias)
        assert found["h"][0] > 0.3


def test_widget_holds_all_that_was_asked_for():
    explorer = explore.recurrence("wave", length=20, cell="gru", forget_bias=-2, step=20, seed=1)
    assert explorer.signal == PRESETS["wave"][:20]
    assert (explorer.cell, explorer.forget_bias, explorer.step) == ("gru", -2, 20)
    assert explorer.weights == draw_weights(1)
    assert explore.recurrence(np.array([0.5, 2])).signal == [0.5, 2]
    assert len(explore.recurrence().signal) == 12


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("saw",), {}, "signal is 'saw'; give numbers, or one of 'pulse', 'two pulses'"),
        (("pulse",), {"length": 31}, "length is 31; give a whole number from 2 to 30"),
        (([1, 2],), {"length": 2}, "length is for signals by name"),
        (([1],), {}, "give 2 to 30 numbers"),
        ((5,), {}, "signal is 5; give 2 to 30 numbers"),
        (([1, 2.5],), {}, "a number of the signal is 2.5; give a number from -2 to 2"),
        (([1, np.nan],), {}, "a number of the signal is nan"),
        ((), {"cell": "LSTM"}, "cell is 'LSTM'; give one of 'rnn', 'lstm', 'gru'"),
        ((), {"forget_bias": 9}, "forget_bias is 9; give a number from -4 to 8"),
        ((), {"step": 13}, "step is 13; give a whole number from 1 to 12"),
        ((), {"step": 1.5}, "step is 1.5"),
        ((), {"seed": -1}, "seed is -1; give a whole number from 0 up"),
        ((), {"seed": 1.5}, "seed is 1.5"),
        ((), {"seed": "a"}, "seed is 'a'"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        explore.recurrence(*arguments, **options)


def test_text_forms_are_short_and_stable():
    explorer = explore.recurrence([1, 0])
    html = stand_in_of(explorer, "RecurrenceExplorer")
    assert "gates, states and gradient of one LSTM unit over 2 steps" in html
    gradient = follow("lstm", [1, 0], explorer.weights, 1.0)["gradient"]
    assert f"{gradient[-1]:.1e} for the last input, and {gradient[0]:.1e}" in html

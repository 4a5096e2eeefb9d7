"""Wrong answers to lesson 09 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_09


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def step(x, h, kernel, recurrent_kernel, bias, order=(0, 1, 2), reset=None, new=None, mix=None):
    """One step of a GRU; ``reset``, ``new`` and ``mix`` replace a formula of the right one."""
    xs = np.split(x @ kernel + bias[0], 3, axis=1)
    hs = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    (xz, xr, xh), (hz, hr, hh) = ([parts[at] for at in order] for parts in (xs, hs))
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    reset = reset or (lambda r, hh: r * hh)
    new = (new or np.tanh)(xh + reset(r, hh))
    return (mix or (lambda z, h, new: z * h + (1 - z) * new))(z, h, new)


def wrong(**changes):
    return lambda *args: step(*args, **changes)


def gru_step(x, h, kernel, recurrent_kernel, bias):
    return step(x, h, kernel, recurrent_kernel, bias)


def gru_step_gate_by_gate(x, h, kernel, recurrent_kernel, bias):
    n = h.shape[1]
    z, r, new = (slice(at * n, (at + 1) * n) for at in range(3))

    def score(gate):
        return x @ kernel[:, gate] + h @ recurrent_kernel[:, gate] + bias[0, gate] + bias[1, gate]

    reset = sigmoid(score(r)) * (h @ recurrent_kernel[:, new] + bias[1, new])
    candidate = np.tanh(x @ kernel[:, new] + bias[0, new] + reset)
    return candidate + sigmoid(score(z)) * (h - candidate)


def reset_before(x, h, kernel, recurrent_kernel, bias):
    n = h.shape[1]

    def recall(r, _):
        return (r * h) @ recurrent_kernel[:, 2 * n :] + bias[1, 2 * n :]

    return step(x, h, kernel, recurrent_kernel, bias, reset=recall)


def bias_outside_the_reset(x, h, kernel, recurrent_kernel, bias):
    b = bias[1, 2 * h.shape[1] :]
    return step(x, h, kernel, recurrent_kernel, bias, reset=lambda r, hh: r * (hh - b) + b)


def gates_with_tanh(x, h, kernel, recurrent_kernel, bias):
    xz, xr, xh = np.split(x @ kernel + bias[0], 3, axis=1)
    hz, hr, hh = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    z, r = np.tanh(xz + hz), np.tanh(xr + hr)
    return z * h + (1 - z) * np.tanh(xh + r * hh)


def with_biases(change):
    return lambda x, h, kernel, recurrent_kernel, bias: step(
        x, h, kernel, recurrent_kernel, change(bias)
    )


def second_bias_in_candidate_alone(bias):
    n_units = bias.shape[1] // 3
    return np.stack([bias[0], np.r_[np.zeros(2 * n_units), bias[1, 2 * n_units :]]])


def second_bias_in_gates_alone(bias):
    n_units = bias.shape[1] // 3
    return np.stack([bias[0], np.r_[bias[1, : 2 * n_units], np.zeros(n_units)]])


def typed_like_h(x, h, *weights):
    result = np.empty_like(h)
    result[:] = gru_step(x, h, *weights)
    return result


def change_of_h_in_place(x, h, *weights):
    h[:] = gru_step(x, h, *weights)
    return h


def fit(x, y):
    return np.polyfit(x, y, 1)


def change(days, areas):
    return fit(days, np.log(areas))[0] * (days[-1] - days[0])


def change_by_covariance(days, areas):
    t, y = days - np.mean(days), np.log(areas)
    return (t * (y - y.mean())).sum() / (t**2).sum() * np.ptp(days)


def change_of_the_fitted_line(days, areas):
    line = np.polyval(fit(days / 365, np.log(areas)), days / 365)
    return line[-1] - line[0]


def change_by_solving(days, areas):
    table = np.stack([days, np.ones(len(days))], axis=1)
    return np.linalg.lstsq(table, np.log(areas), rcond=None)[0][0] * (days[-1] - days[0])


def last_of_each(outputs, lengths):
    return outputs[np.arange(len(outputs)), lengths - 1]


def last_by_hot_steps(outputs, lengths):
    steps = np.arange(outputs.shape[1]) == lengths[:, None] - 1
    return (outputs * steps[..., None]).sum(axis=1)


RIGHT = [
    ("lstm_parameters", 212226),
    ("lstm_parameters", np.int64(4 * (128 * 157 + 128 * 257) + 129 * 2)),
    ("lstm_parameters", 212226.0),
    ("last_output", last_of_each),
    ("last_output", last_by_hot_steps),
    (
        "last_output",
        lambda outputs, lengths: [one[n - 1] for one, n in zip(outputs, lengths, strict=True)],
    ),
    ("gru_step", gru_step),
    ("gru_step", gru_step_gate_by_gate),
    ("gru_step", lambda x, h, *weights: gru_step(x, h, *weights).astype("float32")),
    ("fitted_change", change),
    ("fitted_change", change_by_covariance),
    ("fitted_change", change_of_the_fitted_line),
    ("fitted_change", change_by_solving),
    ("fitted_change", lambda days, areas: np.array(change(days, areas))),
]

WRONG = [
    ("lstm_parameters", "212226", "one whole number"),
    ("lstm_parameters", [212226], "one whole number"),
    ("lstm_parameters", 53250, "a simple RNN"),
    ("lstm_parameters", 159_234, "three sets of weights, as a GRU has them"),
    ("lstm_parameters", 211_200, "All biases are missing"),
    ("lstm_parameters", 211_202, "biases of the LSTM layers are missing"),
    ("lstm_parameters", 212_224, "biases of the dense layer are missing"),
    ("lstm_parameters", 213_250, "two biases for each unit"),
    ("lstm_parameters", 212_097, "two outputs"),
    ("lstm_parameters", 161_026, "128 outputs of the first one"),
    ("lstm_parameters", 211_968, "dense layer is missing"),
    ("lstm_parameters", 80_642, "second LSTM layer is missing"),
    ("lstm_parameters", 81_154, "weights of the state are missing"),
    ("lstm_parameters", 5_935_362, "share their weights"),
    ("lstm_parameters", 212_225, "too small"),
    ("lstm_parameters", 212_227, "too large"),
    ("lstm_parameters", 212_226.5, "too large"),
    ("lstm_parameters", 212_246, "too large"),
    ("last_output", lambda outputs, lengths: outputs[:, -1], "short sequences have padding"),
    ("last_output", lambda outputs, lengths: last_of_each(outputs, lengths + 1), "one step late"),
    ("last_output", lambda outputs, lengths: outputs[:, lengths - 1], "two lists of places"),
    ("last_output", lambda outputs, lengths: outputs[:, lengths[0] - 1], "first length"),
    ("last_output", lambda outputs, lengths: outputs[:, lengths[-1] - 1], "last length"),
    ("last_output", lambda outputs, lengths: outputs[:, int(lengths.mean()) - 1], "12 of 12"),
    ("last_output", lambda outputs, lengths: outputs[:, lengths.max() - 1], "largest length"),
    ("last_output", lambda outputs, lengths: outputs[:, lengths.min() - 1], "smallest length"),
    (
        "last_output",
        lambda outputs, lengths: np.array(
            [one[:n].mean(axis=0) for one, n in zip(outputs, lengths, strict=True)]
        ),
        "mean over the real steps",
    ),
    (
        "last_output",
        lambda outputs, lengths: outputs[lengths - 1, np.arange(len(outputs))],
        "stops",
    ),
    ("last_output", lambda outputs, lengths: outputs[0, lengths[0] - 1], "1 axes, expected 2"),
    ("gru_step", wrong(mix=lambda z, h, new: (1 - z) * h + z * new), "z and 1 − z are swapped"),
    ("gru_step", wrong(mix=lambda z, h, new: (1 - z) * new), "z * h, is missing"),
    ("gru_step", wrong(mix=lambda z, h, new: z * h + new), "weighed with 1 − z"),
    ("gru_step", wrong(mix=lambda z, h, new: new), "4 sequences, 2 features"),
    ("gru_step", wrong(reset=lambda r, hh: hh), "reset gate r is missing"),
    ("gru_step", bias_outside_the_reset, "outside of the reset"),
    ("gru_step", reset_before, "form of older texts"),
    ("gru_step", wrong(order=(1, 0, 2)), "z and r are swapped"),
    ("gru_step", wrong(order=(1, 2, 0)), "another order"),
    ("gru_step", wrong(order=(2, 1, 0)), "another order"),
    ("gru_step", wrong(new=lambda a: a), "lacks its tanh"),
    ("gru_step", wrong(new=sigmoid), "candidate has a sigmoid"),
    ("gru_step", gates_with_tanh, "gates have a tanh"),
    ("gru_step", with_biases(lambda bias: bias * [[1], [0]]), "second bias, bias[1], is missing"),
    ("gru_step", with_biases(lambda bias: bias * [[0], [1]]), "first bias, bias[0], is missing"),
    ("gru_step", with_biases(lambda bias: bias * 0), "Both biases are missing"),
    ("gru_step", with_biases(lambda bias: bias[::-1]), "two biases are swapped"),
    ("gru_step", with_biases(second_bias_in_candidate_alone), "Your gates lack the second bias"),
    ("gru_step", with_biases(second_bias_in_gates_alone), "Your candidate lacks the second bias"),
    ("gru_step", lambda x, h, kernel, recurrent_kernel, bias: h, "4 sequences, 2 features"),
    ("gru_step", typed_like_h, "were decimals cut off? The new state has decimals"),
    ("gru_step", change_of_h_in_place, "changes h in place"),
    ("fitted_change", lambda days, areas: fit(days, np.log(areas))[0], "per day. Multiply"),
    ("fitted_change", lambda days, areas: fit(days / 365, np.log(areas))[0], "per year. Multiply"),
    ("fitted_change", lambda days, areas: 365 * change(days, areas), "slope is per year"),
    ("fitted_change", lambda days, areas: change(days, areas) / 365, "slope is per day"),
    (
        "fitted_change",
        lambda days, areas: fit(days, areas)[0] * (days[-1] - days[0]),
        "logarithm first",
    ),
    (
        "fitted_change",
        lambda days, areas: np.log(areas[-1] / areas[0]),
        "first and the last visit alone",
    ),
    ("fitted_change", lambda days, areas: np.log(areas.max() / areas.min()), "expected"),
    (
        "fitted_change",
        lambda days, areas: fit(np.arange(len(days)), np.log(areas))[0] * (len(days) - 1),
        "count visits",
    ),
    ("fitted_change", lambda days, areas: change(days, areas) / np.log(10), "instead of np.log10"),
    ("fitted_change", lambda days, areas: change(days, areas) / np.log(2), "instead of np.log2"),
    ("fitted_change", lambda days, areas: abs(change(days, areas)), "Keep the sign"),
    ("fitted_change", lambda days, areas: np.exp(change(days, areas)), "how many times as large"),
    ("fitted_change", lambda days, areas: np.expm1(change(days, areas)), "share by which"),
    ("fitted_change", lambda days, areas: fit(np.log(areas), days)[0], "are swapped"),
    (
        "fitted_change",
        lambda days, areas: fit(np.log(areas), days / 365)[0] * (days[-1] - days[0]) / 365,
        "are swapped",
    ),
    ("fitted_change", lambda days, areas: fit(days, np.log(areas))[1], "slope first, at place 0"),
    (
        "fitted_change",
        lambda days, areas: fit(days / 365, np.log(areas))[1] * (days[-1] - days[0]) / 365,
        "slope first, at place 0",
    ),
    (
        "fitted_change",
        lambda days, areas: fit(days, np.log(areas))[0] * days[-1],
        "between the first visit and the last",
    ),
    (
        "fitted_change",
        lambda days, areas: np.zeros_like(areas[0]) + change(days, areas).astype(areas.dtype),
        "whole days",
    ),
    ("fitted_change", lambda days, areas: fit(days, np.log(areas)), "one single number"),
]
LESSON = lesson_09
BLANK_FUNCTIONS = [
    ("last_output", lambda outputs, lengths: ...),
    ("gru_step", lambda x, h, kernel, recurrent_kernel, bias: ...),
    ("fitted_change", lambda days, areas: None),
]

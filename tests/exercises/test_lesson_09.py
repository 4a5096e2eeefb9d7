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


def scores(x, h, kernel, recurrent_kernel, bias):
    return (
        np.split(x @ kernel + bias[0], 3, axis=1),
        np.split(h @ recurrent_kernel + bias[1], 3, axis=1),
    )


def gru_step(x, h, kernel, recurrent_kernel, bias):
    (xz, xr, xh), (hz, hr, hh) = scores(x, h, kernel, recurrent_kernel, bias)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return z * h + (1 - z) * np.tanh(xh + r * hh)


def gru_step_gate_by_gate(x, h, kernel, recurrent_kernel, bias):
    n = h.shape[1]
    z, r, new = (slice(at * n, (at + 1) * n) for at in range(3))

    def score(gate):
        return x @ kernel[:, gate] + h @ recurrent_kernel[:, gate] + bias[0, gate] + bias[1, gate]

    reset = sigmoid(score(r)) * (h @ recurrent_kernel[:, new] + bias[1, new])
    candidate = np.tanh(x @ kernel[:, new] + bias[0, new] + reset)
    return candidate + sigmoid(score(z)) * (h - candidate)


def swapped_shares(x, h, kernel, recurrent_kernel, bias):
    (xz, xr, xh), (hz, hr, hh) = scores(x, h, kernel, recurrent_kernel, bias)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return (1 - z) * h + z * np.tanh(xh + r * hh)


def reset_before(x, h, kernel, recurrent_kernel, bias):
    (xz, xr, xh), (hz, hr, _) = scores(x, h, kernel, recurrent_kernel, bias)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    n = h.shape[1]
    hh = (r * h) @ recurrent_kernel[:, 2 * n :] + bias[1, 2 * n :]
    return z * h + (1 - z) * np.tanh(xh + hh)


def swapped_gates(x, h, kernel, recurrent_kernel, bias):
    (xr, xz, xh), (hr, hz, hh) = scores(x, h, kernel, recurrent_kernel, bias)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return z * h + (1 - z) * np.tanh(xh + r * hh)


def without_tanh(x, h, kernel, recurrent_kernel, bias):
    (xz, xr, xh), (hz, hr, hh) = scores(x, h, kernel, recurrent_kernel, bias)
    z, r = sigmoid(xz + hz), sigmoid(xr + hr)
    return z * h + (1 - z) * (xh + r * hh)


def second_bias_in_candidate_alone(x, h, kernel, recurrent_kernel, bias):
    n_units = h.shape[1]
    of_state = np.concatenate([np.zeros(2 * n_units), bias[1, 2 * n_units :]])
    return gru_step(x, h, kernel, recurrent_kernel, np.stack([bias[0], of_state]))


def first_bias_alone(x, h, kernel, recurrent_kernel, bias):
    return gru_step(x, h, kernel, recurrent_kernel, np.stack([bias[0], 0 * bias[1]]))


def slope(days, areas):
    return np.polyfit(days / 365, np.log(areas), 1)[0]


def slope_by_covariance(days, areas):
    t, y = days - days.mean(), np.log(areas)
    return 365 * (t * (y - y.mean())).sum() / (t**2).sum()


RIGHT = [
    ("lstm_parameters", 212226),
    ("lstm_parameters", np.int64(4 * (128 * 157 + 128 * 257) + 129 * 2)),
    ("last_output", lambda outputs, lengths: outputs[np.arange(len(outputs)), lengths - 1]),
    (
        "last_output",
        lambda outputs, lengths: np.array(
            [one[n - 1] for one, n in zip(outputs, lengths, strict=True)]
        ),
    ),
    ("gru_step", gru_step),
    ("gru_step", gru_step_gate_by_gate),
    ("growth_per_year", slope),
    ("growth_per_year", slope_by_covariance),
]

WRONG = [
    ("lstm_parameters", "212226", "one whole number"),
    ("lstm_parameters", 53250, "a simple RNN"),
    ("lstm_parameters", 159234, "candidate has weights of its own"),
    ("lstm_parameters", 210_944 + 256, "biases are missing"),
    ("lstm_parameters", 161_026, "128 outputs of the first one"),
    ("lstm_parameters", 211_968, "dense layer is missing"),
    ("lstm_parameters", 81_154, "weights of the state are missing"),
    ("lstm_parameters", 5_935_362, "share their weights"),
    ("lstm_parameters", 212_097, "too small"),
    ("last_output", lambda outputs, lengths: outputs[:, -1], "short sequences have padding"),
    (
        "last_output",
        lambda outputs, lengths: outputs[
            np.arange(len(outputs)), np.minimum(lengths, outputs.shape[1] - 1)
        ],
        "one step late",
    ),
    ("last_output", lambda outputs, lengths: outputs[:, lengths - 1], "two lists of places"),
    ("last_output", lambda outputs, lengths: outputs[:, lengths[0] - 1], "first sequence's"),
    (
        "last_output",
        lambda outputs, lengths: np.array(
            [one[:n].mean(axis=0) for one, n in zip(outputs, lengths, strict=True)]
        ),
        "mean over the real steps",
    ),
    ("last_output", lambda outputs, lengths: outputs[np.arange(len(outputs)), lengths], "stops"),
    ("gru_step", swapped_shares, "z and 1 − z are swapped"),
    ("gru_step", reset_before, "form of older texts"),
    ("gru_step", swapped_gates, "z and r are swapped"),
    ("gru_step", without_tanh, "lacks its tanh"),
    ("gru_step", first_bias_alone, "second bias"),
    ("gru_step", second_bias_in_candidate_alone, "Your gates lack the second bias"),
    ("gru_step", lambda x, h, kernel, recurrent_kernel, bias: h, "4 sequences, 2 features"),
    ("growth_per_year", lambda days, areas: slope(days, areas) / 365, "per day"),
    ("growth_per_year", lambda days, areas: np.polyfit(days / 365, areas, 1)[0], "logarithm first"),
    (
        "growth_per_year",
        lambda days, areas: np.log(areas[-1] / areas[0]) / (days[-1] - days[0]) * 365,
        "first and the last visit alone",
    ),
    (
        "growth_per_year",
        lambda days, areas: np.polyfit(np.arange(len(days)), np.log(areas), 1)[0],
        "count visits",
    ),
    (
        "growth_per_year",
        lambda days, areas: np.polyfit(days / 365, np.log10(areas), 1)[0],
        "instead of np.log10",
    ),
    (
        "growth_per_year",
        lambda days, areas: np.polyfit(days / 365, np.log2(areas), 1)[0],
        "instead of np.log2",
    ),
    ("growth_per_year", lambda days, areas: abs(slope(days, areas)), "Keep the sign"),
]
LESSON = lesson_09
BLANK_FUNCTIONS = [
    ("last_output", lambda outputs, lengths: ...),
    ("gru_step", lambda x, h, kernel, recurrent_kernel, bias: ...),
    ("growth_per_year", lambda days, areas: None),
]

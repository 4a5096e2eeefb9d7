"""Exercises of lesson 09, Sequences."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, equals, passes, returns
from medtutor.scratch import gru, sigmoid

_FIRST, _SECOND, _LAST = 4 * 128 * (28 + 128 + 1), 4 * 128 * (128 + 128 + 1), (128 + 1) * 2

lstm_parameters = Exercise(
    id="lstm_parameters",
    lesson="09",
    hints=(
        "The number of rows doesn't matter: the same weights are used at every step.",
        "One gate with H units has F weights for the input, H for the state and 1 bias for each "
        "unit: H (F + H + 1). An LSTM has four of them.",
        "The second layer sees the 128 outputs of the first one; the dense layer has 128 + 1 "
        "parameters for each class.",
    ),
    checks=(
        passes(
            lambda answer: np.ndim(answer) == 0 and not isinstance(answer, str),
            "Give one whole number: the parameters of all three layers together.",
        ),
        equals(
            _FIRST + _SECOND + _LAST,
            mistakes=(
                Mistake(
                    (_FIRST + _SECOND) // 4 + _LAST,
                    "That is a simple RNN. An LSTM has four times as many: three gates and the "
                    "candidate.",
                ),
                Mistake(
                    (_FIRST + _SECOND) * 3 // 4 + _LAST,
                    "You count three gates; the candidate has weights of its own, too.",
                ),
                Mistake(
                    4 * 128 * (28 + 128) + 4 * 128 * (128 + 128) + 128 * 2,
                    "The biases are missing.",
                ),
                Mistake(
                    2 * _FIRST + _LAST,
                    "The second layer doesn't see the 28 pixels; it sees the 128 outputs of the "
                    "first one.",
                ),
                Mistake(_FIRST + _SECOND, "The dense layer is missing."),
                Mistake(
                    4 * 128 * (28 + 1) + 4 * 128 * (128 + 1) + _LAST,
                    "The weights of the state are missing: every unit also sees all 128 states "
                    "of the step before.",
                ),
                Mistake(
                    28 * (_FIRST + _SECOND) + _LAST,
                    "The 28 rows share their weights: don't multiply by the number of steps.",
                ),
            ),
        ),
    ),
    takeaway="The length of the sequence doesn't appear: 28 rows or 280, the weights are the same.",
)


def _last(outputs: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return outputs[np.arange(len(outputs)), lengths - 1]


def _one_sequences_number(outputs: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    return outputs[:, lengths[0] - 1]


_OUTPUTS = np.random.default_rng(9).normal(size=(4, 6, 3)).round(1)

last_output = Exercise(
    id="last_output",
    lesson="09",
    hints=(
        "A sequence of 3 steps has its last output at place 2.",
        "Every sequence needs a place of its own: give NumPy two lists of places, one for the "
        "sequence and one for the step.",
        "outputs[np.arange(len(outputs)), lengths - 1]",
    ),
    checks=(
        returns(
            _last,
            case("4 sequences of 2 to 6 steps", _OUTPUTS, np.array([3, 6, 2, 5])),
            case("one sequence of one step", _OUTPUTS[:1], np.array([1])),
            case(
                "4 sequences with all 6 steps",
                _OUTPUTS,
                np.full(4, 6),
                tip="Without padding, the last output is simply outputs[:, -1].",
            ),
            case("the output of one unit", _OUTPUTS[..., :1], np.array([1, 2, 3, 4])),
            mistakes=(
                Mistake(
                    lambda outputs, lengths: outputs[:, -1],
                    "You take the last place of the array. There, short sequences have padding; "
                    "take the place that their length tells.",
                ),
                Mistake(
                    lambda outputs, lengths: outputs[
                        np.arange(len(outputs)), np.minimum(lengths, outputs.shape[1] - 1)
                    ],
                    "You are one step late: a sequence of 3 steps has places 0, 1 and 2.",
                ),
                Mistake(
                    lambda outputs, lengths: outputs[:, lengths - 1],
                    "You get every sequence at every length. Give NumPy two lists of places: "
                    "np.arange(len(outputs)) for the sequences, lengths - 1 for the steps.",
                ),
                Mistake(
                    _one_sequences_number,
                    "You use the first sequence's length for all of them.",
                ),
                Mistake(
                    lambda outputs, lengths: np.stack(
                        [one[:n].mean(0) for one, n in zip(outputs, lengths, strict=True)]
                    ),
                    "That is the mean over the real steps. It can be a good choice, but here the "
                    "last output is asked for.",
                ),
            ),
        ),
    ),
    takeaway="This is what a mask does for you: Keras hands on the output of the last real step.",
)


def _gru_step(x: np.ndarray, h: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    return gru(x[:, None], *weights, initial_state=h)


def _wrong_step(
    *, keep_new: bool = False, reset_before: bool = False, squeeze: bool = True, shift: int = 0
) -> Callable[..., Any]:
    """Return one step of a GRU with one thing wrong; ``shift`` moves the order of the gates."""

    def step(
        x: np.ndarray,
        h: np.ndarray,
        kernel: np.ndarray,
        recurrent_kernel: np.ndarray,
        bias: np.ndarray,
    ) -> np.ndarray:
        from_x = np.split(x @ kernel + bias[0], 3, axis=1)
        from_h = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
        at_z, at_r = (1, 0) if shift else (0, 1)
        z, r = (sigmoid(from_x[at] + from_h[at]) for at in (at_z, at_r))
        n_units = h.shape[1]
        new = r * from_h[2]
        if reset_before:
            new = (r * h) @ recurrent_kernel[:, 2 * n_units :] + bias[1, 2 * n_units :]
        candidate = np.tanh(from_x[2] + new) if squeeze else from_x[2] + new
        return (1 - z) * h + z * candidate if keep_new else z * h + (1 - z) * candidate

    return step


def _without_second_bias(x: np.ndarray, h: np.ndarray, *weights: np.ndarray) -> np.ndarray:
    kernel, recurrent_kernel, bias = weights
    return _gru_step(x, h, kernel, recurrent_kernel, bias * [[1], [0]])


def _second_bias_in_candidate_alone(
    x: np.ndarray, h: np.ndarray, *weights: np.ndarray
) -> np.ndarray:
    kernel, recurrent_kernel, bias = weights
    of_state = np.where(np.arange(bias.shape[1]) < 2 * h.shape[1], 0, bias[1])
    return _gru_step(x, h, kernel, recurrent_kernel, np.stack([bias[0], of_state]))


_RNG = np.random.default_rng(91)
_GRU = tuple(_RNG.normal(0, 1, shape).round(1) for shape in ((2, 9), (3, 9), (2, 9)))
_SMALL_GRU = (_GRU[0][:1, :3], _GRU[1][:1, :3], _GRU[2][:, :3])
_X, _H = _RNG.normal(0, 1, (4, 2)).round(1), _RNG.uniform(-1, 1, (4, 3)).round(1)

gru_step = Exercise(
    id="gru_step",
    lesson="09",
    hints=(
        "Work out x @ kernel + bias[0] and h @ recurrent_kernel + bias[1] first, and cut each "
        "into three parts: np.split(…, 3, axis=1), in the order z, r, candidate.",
        "z and r are sigmoids of the sum of their two parts. In the candidate, r is multiplied "
        "with the part that comes from h, before both are added.",
        "h_new = z * h + (1 - z) * candidate",
    ),
    checks=(
        returns(
            _gru_step,
            case("4 sequences, 2 features, 3 units", _X, _H, *_GRU),
            case(
                "a state of zeros",
                _X,
                np.zeros_like(_H),
                *_GRU,
                tip="Even then the second bias counts.",
            ),
            case("one sequence", _X[:1], _H[:1], *_GRU),
            case("one feature and one unit", _X[:, :1], _H[:, :1], *_SMALL_GRU),
            mistakes=(
                Mistake(
                    _wrong_step(keep_new=True),
                    "z and 1 − z are swapped. Some books write it so; in Keras z is the share of "
                    "the old state that is kept.",
                ),
                Mistake(
                    _wrong_step(reset_before=True),
                    "You reset h before the product with the recurrent kernel. That is the form "
                    "of older texts; with Keras' reset_after=True, r is multiplied with the "
                    "product.",
                ),
                Mistake(
                    _wrong_step(shift=1),
                    "z and r are swapped: Keras' order is z, r, candidate.",
                ),
                Mistake(_wrong_step(squeeze=False), "The candidate lacks its tanh."),
                Mistake(
                    _second_bias_in_candidate_alone,
                    "Your gates lack the second bias: bias[1] is added in z and r, too.",
                ),
                Mistake(
                    _without_second_bias,
                    "The second bias, bias[1], is missing: it belongs to h @ recurrent_kernel.",
                ),
            ),
        ),
    ),
    takeaway="Two gates, one state: three quarters of an LSTM's weights, and often as good.",
)


def _growth(days: np.ndarray, areas: np.ndarray) -> float:
    return float(np.polyfit(days / 365, np.log(areas), 1)[0])


_DAYS = np.array([0.0, 90.0, 150.0, 420.0, 730.0])
_AREAS = np.array([2.0, 2.3, 2.2, 3.4, 5.1])

growth_per_year = Exercise(
    id="growth_per_year",
    lesson="09",
    hints=(
        "Something that grows by the same share each year is a straight line in the logarithm.",
        "np.polyfit(x, y, 1) lays a straight line through points and returns slope and start.",
        "np.polyfit(days / 365, np.log(areas), 1)[0]",
    ),
    checks=(
        returns(
            _growth,
            case("five visits of a growing lesion", _DAYS, _AREAS),
            case(
                "a shrinking lesion",
                _DAYS,
                _AREAS[::-1].copy(),
                tip="The rate of a lesion that shrinks is below 0.",
            ),
            case("two visits, half a year apart", np.array([0.0, 182.5]), np.array([1.0, 2.0])),
            case("a lesion that stays", _DAYS, np.full(5, 3.0)),
            mistakes=(
                Mistake(
                    lambda days, areas: _growth(days, areas) / 365,
                    "That is the rate per day; a year has 365 of them.",
                ),
                Mistake(
                    lambda days, areas: np.polyfit(days / 365, areas, 1)[0],
                    "You lay the line through the areas. Take their logarithm first: then equal "
                    "shares are equal steps, whatever the size.",
                ),
                Mistake(
                    lambda days, areas: 365 * np.log(areas[-1] / areas[0]) / (days[-1] - days[0]),
                    "You use the first and the last visit alone. Lay a line through all visits: "
                    "the errors of single measurements then cancel out in part.",
                ),
                Mistake(
                    lambda days, areas: np.polyfit(np.arange(len(days)), np.log(areas), 1)[0],
                    "You count visits instead of days, but the gaps between visits are uneven.",
                ),
                Mistake(
                    lambda days, areas: _growth(days, areas) / np.log(10),
                    "Take the natural logarithm, np.log, instead of np.log10.",
                ),
                Mistake(
                    lambda days, areas: _growth(days, areas) / np.log(2),
                    "Take the natural logarithm, np.log, instead of np.log2.",
                ),
                Mistake(
                    lambda days, areas: abs(_growth(days, areas)),
                    "Keep the sign: it tells growing from shrinking.",
                ),
            ),
        ),
    ),
    takeaway="A rate has a sign and a unit. A doubling time has neither for a stable lesion.",
)

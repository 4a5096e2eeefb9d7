"""Exercises of lesson 09, Sequences."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, equals, passes, returns
from medtutor.scratch import gru, sigmoid

_FIRST, _SECOND, _LAST = 4 * 128 * (28 + 128 + 1), 4 * 128 * (128 + 128 + 1), (128 + 1) * 2
_BIASES = 4 * 128 * 2

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
                    "You count three sets of weights, as a GRU has them. An LSTM has three gates, "
                    "and the candidate has weights of its own, too.",
                ),
                Mistake(
                    _FIRST + _SECOND + _LAST - _BIASES - 2,
                    "All biases are missing: one for each unit of each gate, and one for each "
                    "output of the dense layer.",
                ),
                Mistake(
                    _FIRST + _SECOND + _LAST - _BIASES,
                    "The biases of the LSTM layers are missing: one for each unit of each gate.",
                ),
                Mistake(
                    _FIRST + _SECOND + _LAST - 2,
                    "The biases of the dense layer are missing: one for each output.",
                ),
                Mistake(
                    _FIRST + _SECOND + _LAST + _BIASES,
                    "You count two biases for each unit of each gate. A GRU in Keras has two; an "
                    "LSTM has one.",
                ),
                Mistake(
                    _FIRST + _SECOND + _LAST // 2,
                    "The dense layer has two outputs, each with 128 weights and a bias.",
                ),
                Mistake(
                    2 * _FIRST + _LAST,
                    "The second layer doesn't see the 28 pixels; it sees the 128 outputs of the "
                    "first one.",
                ),
                Mistake(_FIRST + _SECOND, "The dense layer is missing."),
                Mistake(_FIRST + _LAST, "The second LSTM layer is missing."),
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


def _same_step(pick: Callable[[np.ndarray], int]) -> Callable[..., np.ndarray]:
    """Return a wrong answer that takes one length for all sequences."""
    return lambda outputs, lengths: outputs[:, pick(lengths) - 1]


_OUTPUTS = np.random.default_rng(9).normal(size=(4, 8, 3)).round(1)

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
            case("4 sequences of 2 to 7 steps in 8 places", _OUTPUTS, np.array([3, 7, 2, 6])),
            case("one sequence of one step", _OUTPUTS[:1], np.array([1])),
            case(
                "4 sequences with all 8 steps",
                _OUTPUTS,
                np.full(4, 8),
                tip="Without padding, the last output is simply outputs[:, -1].",
            ),
            case("the output of one unit", _OUTPUTS[..., :1], np.array([1, 2, 3, 4])),
            case("2 sequences, whole numbers", np.arange(24).reshape(2, 4, 3), np.array([4, 1])),
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
                *(
                    Mistake(
                        _same_step(pick),
                        f"You use the {name} length for all sequences; each has its own.",
                    )
                    for name, pick in (
                        ("first", lambda lengths: lengths[0]),
                        ("last", lambda lengths: lengths[-1]),
                        ("largest", np.max),
                        ("smallest", np.min),
                    )
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
    return gru(x[:, None].astype(float), *weights, initial_state=h.astype(float))


def _step_with(
    x: np.ndarray,
    h: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray,
    *,
    order: tuple[int, int, int] = (0, 1, 2),
    gate: Callable[..., Any] = sigmoid,
    squeeze: Callable[..., Any] = np.tanh,
    recall: Callable[..., Any] = lambda r, part, b, h, u: r * part,
    mix: Callable[..., Any] = lambda z, h, new: z * h + (1 - z) * new,
) -> np.ndarray:
    """Return one step of a GRU in which a caller may get one thing wrong."""
    x_parts = np.split(x @ kernel + bias[0], 3, axis=1)
    h_parts = np.split(h @ recurrent_kernel + bias[1], 3, axis=1)
    at_z, at_r, at_new = order
    z, r = (gate(x_parts[at] + h_parts[at]) for at in (at_z, at_r))
    of_new = slice(at_new * h.shape[1], (at_new + 1) * h.shape[1])
    recalled = recall(r, h_parts[at_new], bias[1, of_new], h, recurrent_kernel[:, of_new])
    return mix(z, h, squeeze(x_parts[at_new] + recalled))


def _with_biases(change: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """Return a wrong step that is right but for the biases; ``change`` also gets the units."""
    return lambda x, h, kernel, recurrent_kernel, bias: _step_with(
        x, h, kernel, recurrent_kernel, change(bias, h.shape[1])
    )


def _second_bias_of(first: bool, bias: np.ndarray, n_units: int) -> np.ndarray:
    """Keep the second bias in the candidate alone (``first`` False) or in the gates alone."""
    in_gates = np.arange(bias.shape[1]) < 2 * n_units
    return np.stack([bias[0], np.where(in_gates == first, bias[1], 0)])


_RNG = np.random.default_rng(91)
_GRU = tuple(_RNG.normal(0, 1, shape).round(1) for shape in ((2, 9), (3, 9), (2, 9)))
_SMALL_GRU = (_GRU[0][:1, :3], _GRU[1][:1, :3], _GRU[2][:, :3])
_X, _H = _RNG.normal(0, 1, (4, 2)).round(1), _RNG.uniform(-1, 1, (4, 3)).round(1)

_WRONG_STEPS: tuple[tuple[Callable[..., Any], str], ...] = (
    (
        partial(_step_with, mix=lambda z, h, new: (1 - z) * h + z * new),
        "z and 1 − z are swapped. Some books write it so; in Keras z is the share of the old "
        "state that is kept.",
    ),
    (
        partial(_step_with, mix=lambda z, h, new: (1 - z) * new),
        "The kept part of the old state, z * h, is missing.",
    ),
    (
        partial(_step_with, mix=lambda z, h, new: z * h + new),
        "The candidate counts in full; it must be weighed with 1 − z.",
    ),
    (
        partial(_step_with, recall=lambda r, part, b, h, u: part),
        "The reset gate r is missing: multiply the state's part of the candidate with it.",
    ),
    (
        partial(_step_with, recall=lambda r, part, b, h, u: r * (part - b) + b),
        "In the candidate, the second bias stands outside of the reset: r multiplies the whole "
        "part that comes from h, its bias included.",
    ),
    (
        partial(_step_with, recall=lambda r, part, b, h, u: (r * h) @ u + b),
        "You reset h before the product with the recurrent kernel. That is the form of older "
        "texts; with Keras' reset_after=True, r is multiplied with the product.",
    ),
    (partial(_step_with, order=(1, 0, 2)), "z and r are swapped: Keras' order is z, r, candidate."),
    *(
        (
            partial(_step_with, order=order),
            "You take the three parts in another order: Keras' is z, r, candidate.",
        )
        for order in ((0, 2, 1), (2, 1, 0), (1, 2, 0), (2, 0, 1))
    ),
    (partial(_step_with, squeeze=lambda a: a), "The candidate lacks its tanh."),
    (
        partial(_step_with, squeeze=sigmoid),
        "The candidate has a sigmoid; it needs tanh. Sigmoids are for the gates.",
    ),
    (partial(_step_with, gate=np.tanh), "The gates have a tanh; they need a sigmoid."),
    (
        _with_biases(partial(_second_bias_of, False)),
        "Your gates lack the second bias: bias[1] is added in z and r, too.",
    ),
    (
        _with_biases(partial(_second_bias_of, True)),
        "Your candidate lacks the second bias: r multiplies h @ recurrent_kernel + bias[1].",
    ),
    (
        _with_biases(lambda bias, n_units: bias * [[1], [0]]),
        "The second bias, bias[1], is missing: it belongs to h @ recurrent_kernel.",
    ),
    (
        _with_biases(lambda bias, n_units: bias * [[0], [1]]),
        "The first bias, bias[0], is missing: it belongs to x @ kernel.",
    ),
    (_with_biases(lambda bias, n_units: bias * 0), "Both biases are missing."),
    (
        _with_biases(lambda bias, n_units: bias[::-1]),
        "The two biases are swapped: bias[0] belongs to x @ kernel, bias[1] to "
        "h @ recurrent_kernel.",
    ),
)

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
            case(
                "x and h of whole numbers",
                np.array([[2, 0], [-1, 3]]),
                np.array([[0, 0, 1], [0, 0, 0]]),
                *_GRU,
                tip="The new state has decimals even where x and h have none.",
            ),
            mistakes=tuple(Mistake(step, message) for step, message in _WRONG_STEPS),
        ),
    ),
    takeaway="Two gates, one state: three quarters of an LSTM's weights, and often as good.",
)


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """Slope of the least-squares line; not a number where x doesn't vary."""
    from_mean = x - x.mean()
    spread = float(from_mean @ from_mean)
    return float(from_mean @ y) / spread if spread else float("nan")


def _rise(days: np.ndarray, values: np.ndarray) -> float:
    return _slope(days, values) * float(days[-1] - days[0])


def _fitted_change(days: np.ndarray, areas: np.ndarray) -> float:
    return _rise(days, np.log(areas))


def _start(days: np.ndarray, areas: np.ndarray) -> float:
    """Where the line lies at day 0: what np.polyfit returns second."""
    return float(np.log(areas).mean() - _slope(days, np.log(areas)) * days.mean())


_DAYS = np.array([0.0, 90.0, 150.0, 420.0, 730.0])
_AREAS = np.array([2.2, 2.0, 2.5, 5.3, 5.1])  # neither end is the smallest or the largest

_WRONG_CHANGES: tuple[tuple[Callable[..., Any], str], ...] = (
    *(
        (
            lambda days, areas, unit=unit: _slope(days / unit, np.log(areas)),
            f"That is the slope: the change per {name}. Multiply it by the time from the first "
            "visit to the last, in the same unit.",
        )
        for unit, name in ((1, "day"), (365, "year"))
    ),
    (
        lambda days, areas: 365 * _fitted_change(days, areas),
        "Your slope is per year, your time in days: take the same unit for both.",
    ),
    (
        lambda days, areas: _fitted_change(days, areas) / 365,
        "Your slope is per day, your time in years: take the same unit for both.",
    ),
    (
        lambda days, areas: _rise(days, areas),
        "You lay the line through the areas. Take their logarithm first: then equal shares are "
        "equal steps, whatever the size.",
    ),
    (
        lambda days, areas: np.log(areas[-1] / areas[0]),
        "You use the first and the last visit alone. Lay a line through all visits: the errors "
        "of single measurements then cancel out in part.",
    ),
    (
        lambda days, areas: _rise(np.arange(len(days)), np.log(areas)),
        "You count visits instead of days, but the gaps between visits are uneven.",
    ),
    (
        lambda days, areas: _fitted_change(days, areas) / np.log(10),
        "Take the natural logarithm, np.log, instead of np.log10.",
    ),
    (
        lambda days, areas: _fitted_change(days, areas) / np.log(2),
        "Take the natural logarithm, np.log, instead of np.log2.",
    ),
    (
        lambda days, areas: abs(_fitted_change(days, areas)),
        "Keep the sign: it tells growing from shrinking.",
    ),
    (
        lambda days, areas: np.exp(_fitted_change(days, areas)),
        "That says how many times as large the lesion becomes. Return its logarithm, the rise of "
        "the line itself.",
    ),
    (
        lambda days, areas: np.exp(_fitted_change(days, areas)) - 1,
        "That is the share by which the lesion grows. Return the rise of the line itself.",
    ),
    *(
        (
            lambda days, areas, unit=unit, times=times: (
                _slope(np.log(areas), days / unit) * times(days, areas)
            ),
            "Time and logarithm are swapped: np.polyfit takes x, the time, first.",
        )
        for unit in (1, 365)
        for times in (
            lambda days, areas: 1,
            lambda days, areas: np.log(areas[-1] / areas[0]),
            lambda days, areas, unit=unit: (days[-1] - days[0]) / unit,
        )
    ),
    *(
        (
            lambda days, areas, times=times: _start(days, areas) * times(days),
            "That is where the line starts: np.polyfit returns the slope first, at place 0.",
        )
        for times in (
            lambda days: 1,
            lambda days: days[-1] - days[0],
            lambda days: (days[-1] - days[0]) / 365,
        )
    ),
)

fitted_change = Exercise(
    id="fitted_change",
    lesson="09",
    hints=(
        "np.polyfit(days, np.log(areas), 1) lays a straight line through the logarithms and "
        "returns two numbers: its slope per day, and its height at day 0.",
        "From the first visit to the last, a line rises by its slope times the days between them.",
        "np.polyfit(days, np.log(areas), 1)[0] * (days[-1] - days[0])",
    ),
    checks=(
        returns(
            _fitted_change,
            case("five visits of a growing lesion", _DAYS, _AREAS),
            case(
                "a shrinking lesion",
                _DAYS,
                _AREAS[::-1].copy(),
                tip="The change of a lesion that shrinks is below 0.",
            ),
            case("two visits, half a year apart", np.array([0.0, 182.5]), np.array([1.0, 2.0])),
            case("a lesion that stays", _DAYS, np.full(5, 3.0)),
            case(
                "visits that begin at day 100",
                _DAYS + 100,
                _AREAS,
                tip="The time that counts is the one between the first visit and the last.",
            ),
            case(
                "whole days and areas in pixels",
                np.array([0, 30, 365, 400]),
                np.array([12, 10, 31, 29]),
            ),
            mistakes=tuple(Mistake(change, message) for change, message in _WRONG_CHANGES),
        ),
    ),
    takeaway="0 is no change, and log 2 = 0.69 twice the area; errors of single visits weigh less.",
)

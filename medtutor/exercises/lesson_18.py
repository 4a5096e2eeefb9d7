"""Exercises of lesson 18, Learning together without telling."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from medtutor.datasets import average_brain
from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns

Weights = Sequence[Sequence[Any]]


def _mixed(share_of: Callable[[np.ndarray], np.ndarray]) -> Callable[..., list[np.ndarray]]:
    """Return an average of weights, with another idea of what each hospital counts."""

    def average(weights: Weights, n_patients: Any) -> list[np.ndarray]:
        shares = share_of(np.asarray(n_patients, float))
        return [
            sum(share * np.asarray(one, float) for share, one in zip(shares, layer, strict=True))
            for layer in zip(*weights, strict=True)
        ]

    return average


_average = _mixed(lambda n: n / n.sum())


def _one_array(weights: Weights, n_patients: Any) -> np.ndarray:
    return np.concatenate([layer.ravel() for layer in _average(weights, n_patients)])


def _in_whole_numbers(weights: Weights, n_patients: Any) -> list[np.ndarray]:
    right = _average(weights, n_patients)
    return [
        layer.astype(np.asarray(one).dtype) for layer, one in zip(right, weights[0], strict=True)
    ]


_RANDOM = np.random.default_rng(18)


def _networks(n_hospitals: int, *shapes: tuple[int, ...], kind: str = "float64") -> list:
    draw = _RANDOM.normal
    return [[draw(0, 3, shape).astype(kind) for shape in shapes] for _ in range(n_hospitals)]


average = Exercise(
    id="average",
    lesson="18",
    hints=(
        "Each hospital's share is its number of patients over all patients. Shares add up to 1.",
        "zip(*weights) gives, for each layer, the arrays of all hospitals.",
        "For one layer: sum(n / total * one for n, one in zip(n_patients, layer)).",
    ),
    checks=(
        returns(
            _average,
            case(
                "the hospitals A and B worked by hand",
                [[np.array([1.0, 2.0])], [np.array([3.0, 0.0])]],
                [100, 300],
            ),
            case("three hospitals, two layers", _networks(3, (2,), (3, 3)), [20, 100, 30]),
            case(
                "layers in float32, numbers of patients in an array",
                _networks(2, (3, 2, 1, 4), (4,), kind="float32"),
                np.array([7, 9]),
            ),
            case(
                "whole numbers as weights",
                [[np.array([[1, 2, 8]])], [np.array([[4, 5, 6]])]],
                [1, 2],
                tip="Means of whole numbers aren't whole: begin with floats.",
            ),
            case("one hospital alone", _networks(1, (2, 2), (1,)), [12]),
            case("a hospital with no patient", _networks(2, (5,)), [0, 12]),
            mistakes=(
                Mistake(
                    _mixed(lambda n: np.full(len(n), 1 / len(n))),
                    "This is the plain mean: a hospital of 20 patients would count as much as one "
                    "of 100. Weigh by n_h / n.",
                ),
                Mistake(
                    _mixed(lambda n: n),
                    "Your weights are too large by the number of all patients: shares must add up "
                    "to 1.",
                ),
                Mistake(
                    _mixed(lambda n: n / len(n)),
                    "You divide by the number of hospitals. Divide by the number of all patients.",
                ),
                Mistake(
                    _mixed(lambda n: n / n.max()),
                    "You divide by the largest hospital. Divide by the number of all patients, so "
                    "that shares add up to 1.",
                ),
                Mistake(
                    _mixed(lambda n: n[::-1] / n.sum()),
                    "The hospitals have each other's shares: keep both lists in their order, and "
                    "let more patients weigh more.",
                ),
                Mistake(
                    _mixed(lambda n: np.sqrt(n) / np.sqrt(n).sum()),
                    "You weigh by the root of the numbers. Weigh by the numbers themselves.",
                ),
                Mistake(
                    _one_array,
                    "This is one array. Expected is a list with an array for each layer, in "
                    "the layers' own shapes: else set_weights can't take it.",
                ),
                Mistake(
                    _in_whole_numbers,
                    "Your result has whole numbers, so decimals were cut off: begin with floats.",
                ),
            ),
        ),
    ),
    takeaway="This line is all that a federated server computes. It sees every hospital's weights.",
)


def _scaled(factor_of: Callable[[np.ndarray, float], Any]) -> Callable[..., np.ndarray]:
    def clip(gradients: Any, limit: float) -> np.ndarray:
        rows = np.asarray(gradients, float)
        with np.errstate(all="ignore"):
            return rows * factor_of(rows, float(limit))

    return clip


def _norms(rows: np.ndarray, order: Any = None) -> np.ndarray:
    return np.linalg.norm(rows, ord=order, axis=1, keepdims=True)


def _one_for_each_column(rows: np.ndarray) -> np.ndarray:
    """Return the patients' lengths as NumPy spreads them without ``keepdims``."""
    lengths = np.linalg.norm(rows, axis=1)
    return lengths if len(rows) == rows.shape[1] else lengths[:, None]


def _shortening(norms: Any, limit: float) -> Any:
    return np.minimum(1, limit / np.maximum(norms, 1e-300))


_clip = _scaled(lambda rows, limit: _shortening(_norms(rows), limit))

clip = Exercise(
    id="clip",
    lesson="18",
    hints=(
        "np.linalg.norm(gradients, axis=1, keepdims=True) gives one length for each patient.",
        "Multiply each row by limit / length, but never by more than 1.",
        "gradients * np.minimum(1, limit / np.maximum(lengths, 1e-12)).",
    ),
    checks=(
        returns(
            _clip,
            case("the two patients worked by hand", np.array([[3.0, 4], [0.3, 0.4]]), 1),
            case("five patients, three weights, limit 2.5", _RANDOM.normal(0, 2, (5, 3)), 2.5),
            case("two patients, six weights in float32", -4 * np.ones((2, 6), "float32"), 0.5),
            case(
                "whole numbers",
                np.array([[6, 8, 0], [0, -1, 2]]),
                4,
                tip="Shortened whole numbers aren't whole: write the result into floats.",
            ),
            case("a patient without any gradient", np.array([[0.0, 0], [5, -12]]), 2),
            case("one patient who is exactly at the limit", np.array([[0.0, 2.0, 0.0]]), 2),
            case("a limit that nobody reaches", _RANDOM.random((3, 2)), 10.0),
            case("an empty batch", np.zeros((0, 4)), 1.0),
            mistakes=(
                Mistake(
                    lambda g, c: np.clip(np.asarray(g, float), -c, c),
                    "You cut each number alone. (1, 1) points in another direction than (3, 4): "
                    "scale the whole row.",
                ),
                Mistake(
                    _scaled(lambda rows, c: c / np.maximum(_norms(rows), 1e-12)),
                    "Every row gets the length `limit`: (0.3, 0.4) was short enough and has grown "
                    "to (0.6, 0.8). Only shorten.",
                ),
                Mistake(
                    _scaled(lambda rows, c: _shortening(np.linalg.norm(rows), c)),
                    "You take the length of the whole matrix, so a patient is shortened because of "
                    "the others: one length for each patient.",
                ),
                Mistake(
                    _scaled(lambda rows, c: _shortening(np.linalg.norm(rows, axis=0), c)),
                    "You take the length of each column, a weight's. Rows are patients: axis=1.",
                ),
                Mistake(
                    _scaled(lambda rows, c: _shortening(_one_for_each_column(rows), c)),
                    "Each length shortens a column, not its own row: keep the axis with "
                    "keepdims=True.",
                ),
                Mistake(
                    _scaled(lambda rows, c: _shortening(_norms(rows, 1), c)),
                    "You add up sizes. The length is the root of the sum of the squares.",
                ),
                Mistake(
                    _scaled(lambda rows, c: _shortening(_norms(rows) ** 2, c)),
                    "You compare with the squared length: the root is missing.",
                ),
                Mistake(
                    _scaled(lambda rows, c: _shortening(_norms(rows, np.inf), c)),
                    "You take the largest number of the row. The length is the root of the sum of "
                    "the squares.",
                ),
                Mistake(
                    _scaled(lambda rows, c: np.where(_norms(rows) > c, 1 / _norms(rows), 1)),
                    "Long rows get the length 1. They should get the length `limit`.",
                ),
                Mistake(
                    _scaled(lambda rows, c: np.where(_norms(rows) > c, 0, 1)),
                    "Long rows are thrown away. Shorten them: these patients count, too.",
                ),
                Mistake(
                    _scaled(lambda rows, c: np.fmin(1, c / _norms(rows)) + 0 / _norms(rows)),
                    "A patient without any gradient became nan: 0 / 0. Divide by at least a tiny "
                    "number.",
                ),
                Mistake(
                    lambda g, c: _clip(g, c).astype(np.asarray(g).dtype),
                    "Your result has whole numbers, so decimals were cut off: write into floats.",
                ),
            ),
        ),
    ),
    takeaway="Now no patient can move the sum by more than the limit, whatever the scan shows.",
)


def _terms(noise: float, steps: float, delta: float) -> tuple[float, float]:
    return steps / (2 * noise**2), float(np.sqrt(2 * steps * np.log(1 / delta)) / noise)


def _epsilon(noise: float, steps: float, delta: float) -> float:
    return sum(_terms(noise, steps, delta))


epsilon_full_batch = Exercise(
    id="epsilon_full_batch",
    lesson="18",
    hints=(
        "ρ adds up over steps: T steps have T / (2σ²) for each unit of α.",
        "Put T·α/2σ² + ln(1/δ)/(α - 1) in, with the best α = 1 + σ·sqrt(2 ln(1/δ) / T).",
        "steps / (2 * noise**2) + np.sqrt(2 * steps * np.log(1 / delta)) / noise.",
    ),
    checks=(
        returns(
            _epsilon,
            case("σ = 4, one step, δ = 1e-5", 4, 1, 1e-5),
            case("σ = 4, 100 steps, δ = 1e-5", 4, 100, 1e-5),
            case("σ = 0.7, 3 steps, δ = 1e-3", 0.7, 3, 1e-3),
            case("σ = 12.5, 900 steps, δ = 2e-7", 12.5, 900, 2e-7),
            case("σ = 200, 2 steps, δ = 1e-6", 200, 2, 1e-6),
            mistakes=(
                Mistake(
                    lambda s, t, d: t * _epsilon(s, 1, d),
                    "Epsilons don't add up this way: it is ρ that does. Multiply ρ by the steps, "
                    "then look for the best α.",
                ),
                Mistake(
                    lambda s, t, d: np.sqrt(t) * _epsilon(s, 1, d),
                    "Only the second term grows with the root of the steps; the first one grows "
                    "with the steps.",
                ),
                Mistake(
                    lambda s, t, d: t / (2 * s**2) + np.sqrt(2 * t * np.log10(1 / d)) / s,
                    "This is the logarithm to base 10. Take the natural one, np.log.",
                ),
                Mistake(
                    lambda s, t, d: t / (2 * s) + _terms(s, t, d)[1],
                    "Your first term is divided by 2σ. It should be divided by 2σ².",
                ),
                Mistake(
                    lambda s, t, d: t / s**2 + _terms(s, t, d)[1],
                    "Your first term is twice too large: steps / (2 * noise**2).",
                ),
                Mistake(
                    lambda s, t, d: t / 2 * s**2 + _terms(s, t, d)[1],
                    "You multiply by σ² in the first term: put 2 * noise**2 in parentheses.",
                ),
                Mistake(
                    lambda s, t, d: _terms(s, t, d)[0] + _terms(s, 1, d)[1],
                    "The steps are left out under the root: both terms grow with them.",
                ),
                Mistake(
                    lambda s, t, d: _terms(s, 1, d)[0] + _terms(s, t, d)[1],
                    "The steps are left out in the first term: both terms grow with them.",
                ),
                Mistake(
                    lambda s, t, d: _epsilon(s, 1, d),
                    "The steps change nothing in your answer: both terms grow with them.",
                ),
                Mistake(
                    lambda s, t, d: _terms(s, t, d)[0] + _terms(s, t, d)[1] / np.sqrt(2),
                    "The 2 under the root is missing.",
                ),
                Mistake(
                    lambda s, t, d: _terms(s, t, d)[0] + _terms(s, t, d)[1] / s,
                    "Your second term is divided by σ². It should be divided by σ.",
                ),
                Mistake(
                    lambda s, t, d: _terms(s, t, d)[1],
                    "This is the second term alone: the first one is missing, or // has cut it "
                    "off. It counts after many steps.",
                ),
            ),
        ),
    ),
    takeaway="A hundred releases cost twelve times as much as one here, not a hundred times.",
)


def gradient_of(image: Any, n_units: int, seed: int, signs: int = 0) -> tuple[np.ndarray, ...]:
    """Return the gradients of a dense ReLU layer's weights and biases for one image.

    Parameters
    ----------
    image : array
        Flattened, it is the layer's input.
    n_units : int
    seed : int
        Fixes the weights.
    signs : int
        1 or -1: all bias gradients have this sign; 0: both signs occur.

    Returns
    -------
    grad_weights : array (n_pixels, n_units)
    grad_bias : array (n_units,)
        0 where the image doesn't switch the unit on; so it is for unit 0 and the last one.
    """
    rng = np.random.default_rng(seed)
    x = np.asarray(image, float).ravel()
    on = x @ rng.normal(size=(x.size, n_units)) > 0
    on[[0, -1]], on[n_units // 2] = False, True
    grad = rng.normal(size=n_units) * on
    grad = signs * np.abs(grad) if signs else grad
    return np.outer(x, grad), grad


@cache
def _slice() -> np.ndarray:
    brain, _ = average_brain()
    middle = brain[brain.shape[0] // 2].astype(float)
    rows, columns = (np.linspace(0, n - 1, 32).astype(int) for n in middle.shape)
    picture = middle[np.ix_(rows, columns)]
    return picture / picture.max()


def secret_gradient() -> tuple[np.ndarray, np.ndarray, tuple[int, int]]:
    """Return what a hospital sent: gradients of weights and biases, and the slice's shape."""
    weights, bias = gradient_of(_slice(), 1024, seed=3)
    return weights, bias, (32, 32)


def _unit(choose: Callable[[np.ndarray], Any]) -> Callable[..., np.ndarray]:
    """Return an attack that reads the picture from the unit that ``choose`` names."""

    def recover(grad_weights: np.ndarray, grad_bias: np.ndarray, shape: Any) -> np.ndarray:
        unit = choose(np.asarray(grad_bias))
        with np.errstate(all="ignore"):
            return (grad_weights[:, unit] / grad_bias[unit]).reshape(shape)

    return recover


_recover = _unit(lambda bias: np.argmax(np.abs(bias)))


def _not_divided(grad_weights: np.ndarray, grad_bias: np.ndarray, shape: Any) -> np.ndarray:
    return grad_weights[:, np.argmax(np.abs(grad_bias))].reshape(shape)


def _stretched(grad_weights: np.ndarray, grad_bias: np.ndarray, shape: Any) -> np.ndarray:
    column = grad_weights[:, np.argmax(np.abs(grad_bias))]
    return (column / column[np.argmax(np.abs(column))]).reshape(shape)


def _added(grad_weights: np.ndarray, grad_bias: np.ndarray, shape: Any) -> np.ndarray:
    return _recover(grad_weights, grad_bias, shape) * np.count_nonzero(grad_bias)


def _diluted(grad_weights: np.ndarray, grad_bias: np.ndarray, shape: Any) -> np.ndarray:
    share = np.count_nonzero(grad_bias) / len(grad_bias)
    return _recover(grad_weights, grad_bias, shape) * share


def _by_columns(grad_weights: np.ndarray, grad_bias: np.ndarray, shape: Any) -> np.ndarray:
    return _recover(grad_weights, grad_bias, shape).ravel().reshape(shape, order="F")


_SMALL = _RANDOM.random((6, 4)) + 0.1

recover = Exercise(
    id="recover",
    lesson="18",
    hints=(
        "For each unit that is on, the column of grad_weights is the slice times a number. Which?",
        "That number is the unit's own entry of grad_bias. Where it is 0, the unit was off.",
        "unit = np.argmax(np.abs(grad_bias)); then divide the column by grad_bias[unit], reshape.",
    ),
    checks=(
        returns(
            _recover,
            case("a hospital's secret slice", *secret_gradient()),
            case("an image of 6×4 pixels", *gradient_of(_SMALL, 9, 1), (6, 4)),
            case("all bias gradients below 0", *gradient_of(_SMALL.T, 7, 2, -1), (4, 6)),
            case("all bias gradients above 0", *gradient_of(_SMALL.T, 8, 3, 1), (4, 6)),
            case("one unit that is on", *gradient_of(_SMALL[:1], 3, 5), (1, 4)),
            case(
                "small gradients",
                *(1e-6 * part for part in gradient_of(3 * _SMALL, 12, 4)),
                (6, 4),
                tip="A small gradient isn't 0.",
            ),
            case(
                "a standardised image, with pixels below 0",
                *gradient_of(_SMALL - 0.6, 9, 6),
                (6, 4),
                tip="Keep the signs: a gradient below 0 over one below 0 is above 0.",
            ),
            rtol=1e-5,
            mistakes=(
                Mistake(
                    _unit(lambda bias: 0),
                    "nan: 0 / 0. Units that this slice doesn't switch on have gradient 0, and unit "
                    "0 is one of them: take one whose bias gradient isn't 0.",
                ),
                Mistake(
                    _not_divided,
                    "This is a unit's column as it is: the slice times a number. Divide it by the "
                    "unit's own bias gradient.",
                ),
                Mistake(
                    _stretched,
                    "Right up to a factor: divide by the unit's own bias gradient, not by the "
                    "brightest pixel.",
                ),
                Mistake(
                    _added, "You add up the slices of all units. They are equal: one is enough."
                ),
                Mistake(
                    _diluted,
                    "You take the mean with zeros for the units that are off. Leave them out.",
                ),
                Mistake(
                    _by_columns,
                    "The pixels are in the wrong order: reshape row by row, as it does by default, "
                    "and don't swap rows and columns.",
                ),
            ),
        ),
    ),
    takeaway="Two lines, no training, no luck. A gradient isn't anonymous.",
)


def _judge(
    threshold_of: Callable[[np.ndarray, int], float],
    count_of: Callable[[float], int] = lambda most: int(np.floor(most + 1e-9)),
) -> Callable[..., np.ndarray]:
    """Return an attack whose threshold comes from the sorted losses of the others."""

    def call_members(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
        others = np.sort(np.asarray(loss_others, float))
        count = count_of(max_false_alarms * len(others))
        return np.asarray(loss_unknown, float) < threshold_of(others, min(count, len(others) - 1))

    return call_members


_call = _judge(lambda others, count: others[count])


def _above(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
    return ~_call(loss_others, loss_unknown, max_false_alarms)


def _strictly_above(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
    lower = -np.asarray(loss_unknown, float)
    threshold = np.sort(loss_others)[int(np.floor(max_false_alarms * len(loss_others) + 1e-9))]
    return lower < -threshold


def _of_those_judged(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
    return _call(loss_unknown, loss_unknown, max_false_alarms)


def _also_equal(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
    others = np.sort(np.asarray(loss_others, float))
    count = int(np.floor(max_false_alarms * len(others) + 1e-9))
    return np.asarray(loss_unknown, float) <= others[count]


def _nobody_without_alarms(
    loss_others: Any, loss_unknown: Any, max_false_alarms: float
) -> np.ndarray:
    return _call(loss_others, loss_unknown, max_false_alarms) & (max_false_alarms > 0)


def _quantile(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
    return np.asarray(loss_unknown) < np.quantile(loss_others, max_false_alarms)


def _rest(loss_others: Any, loss_unknown: Any, max_false_alarms: float) -> np.ndarray:
    return _call(loss_others, loss_unknown, 1 - max_false_alarms)


def _is_mask(answer: Any) -> bool:
    called = np.asarray(answer(np.array([0.2, 0.4, 0.9]), np.array([0.1, 0.5]), 0.0))
    return called.dtype == bool


_OTHERS = np.array([0.9, 0.31, 1.4, 0.52, 0.75, 0.2, 0.66, 1.1, 0.43, 2.0])
_LOW = (0.05, 0.15, 0.22, 0.26, 0.28, 0.3, 0.33, 0.43)
_UNKNOWN = np.array([*_LOW, 0.44, 0.46, 0.5, 0.53, 0.58, 0.7, 0.8, 0.95, 1.2])
_TIED = np.array([0.2, 0.7, 0.2, 0.1, 0.2, 0.9, 0.2, 0.8, 0.6, 0.5])

call_members = Exercise(
    id="call_members",
    lesson="18",
    hints=(
        "Sort loss_others. Of n others, k = floor(max_false_alarms * n) may be called members.",
        "The threshold is the sorted loss at place k, counted from 0: k others lie before it.",
        "loss_unknown < np.sort(loss_others)[k].",
    ),
    checks=(
        returns(
            _call,
            case("ten others, 25 %", _OTHERS, _UNKNOWN, 0.25),
            case("ten others, 30 %", _OTHERS, _UNKNOWN[::-1], 0.3),
            case("ten others, 64 %", _OTHERS, _UNKNOWN, 0.64),
            case("ten others, 78 %", _OTHERS, _UNKNOWN, 0.78),
            case(
                "four others who share the loss 0.2, 30 %",
                _TIED,
                np.array([0.05, 0.1, 0.15, 0.2, 0.25, 0.55, 0.65]),
                0.3,
                tip="Where several share the threshold's loss, none of them may be called.",
            ),
            case("no false alarm allowed", _OTHERS, np.array([0.1, 0.2, 0.25, 3.0]), 0.0),
            case("whole numbers", np.array([9, 3, 5, 7, 4]), np.array([2, 3, 4, 5, 6, 8]), 0.5),
            case("one other", np.array([0.5]), np.array([0.4, 0.6]), 0.9),
            case("nobody to judge", _OTHERS, np.zeros(0), 0.1),
            mistakes=(
                Mistake(
                    _above, "You call those with the higher loss. Members have the lower loss."
                ),
                Mistake(
                    _strictly_above,
                    "You call those with the higher loss. Members have the lower loss.",
                ),
                Mistake(
                    _judge(lambda others, count: others[max(count - 1, 0)]),
                    "Your threshold is one place too low: k others may be called, so it is the "
                    "loss at place k, counted from 0.",
                ),
                Mistake(
                    _nobody_without_alarms,
                    "Where no false alarm is allowed, you call nobody. k is 0 then: call those "
                    "below the lowest loss of the others.",
                ),
                Mistake(
                    _of_those_judged,
                    "Your threshold comes from loss_unknown. It must not depend on whom you judge.",
                ),
                Mistake(
                    _rest,
                    "You allow 1 - max_false_alarms, or count from the largest loss: with 1 % "
                    "asked for, 99 % of the others are called members.",
                ),
                Mistake(
                    _also_equal,
                    "You call those at the threshold, too. If others share its loss, more of them "
                    "are called than allowed: strictly below.",
                ),
                Mistake(
                    _quantile,
                    "np.quantile mixes two neighbouring losses, and another count of others lies "
                    "below. Sort, and take the loss at place k.",
                ),
                Mistake(
                    _judge(lambda others, count: others[count], lambda most: round(most)),
                    "You round k to the nearest number. k is at most max_false_alarms * n: floor.",
                ),
                Mistake(
                    _judge(lambda others, count: others[count], lambda most: int(np.ceil(most))),
                    "Your threshold is one place too high: more others are called than allowed. k "
                    "is the floor, and the threshold is the loss at place k, counted from 0.",
                ),
                Mistake(
                    lambda o, u, m: np.asarray(u, float) < m,
                    "max_false_alarms isn't a loss. The threshold is a loss of the others.",
                ),
            ),
        ),
        passes(
            _is_mask,
            "Your result has numbers. Expected are True and False, which can pick out rows.",
        ),
    ),
    takeaway="Judge an attack at few false alarms: an AUC hides whether anybody is found for sure.",
)

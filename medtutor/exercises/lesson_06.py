"""Exercises of lesson 06, Optimizers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor import datasets
from medtutor.exercises.engine import Exercise, Mistake, case, returns

Arrays = tuple[np.ndarray, ...]

_W, _V = np.array([1.0, -2.0, 0.5]), np.array([0.3, -0.1, 0.0])
_G = np.array([2.0, 1.0, -4.0])
_WHOLE_W, _WHOLE_G = np.array([[3, -2, 5], [0, 1, -7]]), np.array([[2, 1, -4], [-3, 0, 6]])
_WHOLE = "The numbers you are given are whole here; the result is not."


def _momentum(w: np.ndarray, v: np.ndarray, g: np.ndarray, rate: float, keep: float) -> Arrays:
    v = keep * v - rate * g
    return w + v, v


momentum_step = Exercise(
    id="momentum_step",
    lesson="06",
    hints=(
        "First renew the velocity: keep a share of it, and take away rate times gradient.",
        "Then add the new velocity to the parameters. The minus is already in it.",
        "Return both, the parameters first: return w + velocity, velocity.",
    ),
    checks=(
        returns(
            _momentum,
            case("three parameters in motion", _W, _V, _G, 0.1, 0.9),
            case("a first step, velocity 0", _W, 0 * _V, _G, 0.1, 0.9),
            case("momentum 0", _W, _V, _G, 0.05, 0.0, tip="Then it is plain gradient descent."),
            case("gradient 0", _W, _V, 0 * _G, 0.1, 0.5, tip="The ball rolls on, half as fast."),
            case("2x3 whole numbers", _WHOLE_W, 0 * _WHOLE_W, _WHOLE_G, 0.25, 0.99, tip=_WHOLE),
            case(
                "float32 numbers",
                _W.astype("float32"),
                _V.astype("float32"),
                _G.astype("float32"),
                0.00123,
                0.987,
            ),
            names=("w", "the velocity"),
            mistakes=(
                Mistake(
                    lambda w, v, g, r, k: _momentum(w, v, g, r, k)[0],
                    "You return one array, the parameters; return the parameters and the "
                    "velocity: return w, velocity.",
                ),
                Mistake(
                    lambda w, v, g, r, k: _momentum(w, v, g, r, k)[::-1],
                    "Both are right, but in the other order: parameters first, then velocity.",
                ),
                Mistake(
                    lambda w, v, g, r, k: (w + v, _momentum(w, v, g, r, k)[1]),
                    "You move by the old velocity: renew it first, then move.",
                ),
                Mistake(
                    lambda w, v, g, r, k: (w + k * v + r * g, k * v + r * g),
                    "You go uphill: the gradient is taken away, not added.",
                ),
                Mistake(
                    lambda w, v, g, r, k: (w - r * (k * v + g), k * v + g),
                    "That is momentum, too, but in another form (PyTorch's): here the velocity "
                    "holds the rate already, v = momentum * v - rate * gradient.",
                ),
                Mistake(
                    lambda w, v, g, r, k: (w + k * v - (1 - k) * r * g, k * v - (1 - k) * r * g),
                    "You weight the gradient with 1 - momentum; that is a mean. Here the gradient "
                    "counts in full.",
                ),
                Mistake(
                    lambda w, v, g, r, k: (w - r * g, v),
                    "That is plain gradient descent: the velocity plays no part.",
                ),
                Mistake(
                    lambda w, v, g, r, k: _nesterov(w, v, g, r, k),
                    "That is Nesterov's rule, which looks ahead. Plain momentum adds the "
                    "velocity itself.",
                ),
                Mistake(
                    lambda w, v, g, r, k: _momentum(w, v, g, r, 0.9),
                    "Your share is 0.9 whatever is asked for: use momentum.",
                ),
            ),
        ),
    ),
    takeaway="A velocity adds up what successive gradients agree on.",
)


def _nesterov(w: np.ndarray, v: np.ndarray, g: np.ndarray, rate: float, keep: float) -> Arrays:
    v = keep * v - rate * g
    return w + keep * v - rate * g, v


def _norm(gradients: list[np.ndarray]) -> float:
    return math.sqrt(sum(float((g**2).sum()) for g in gradients))


def _largest(gradients: list[np.ndarray]) -> float:
    return max(float(np.abs(g).max()) for g in gradients)


def _clip(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    return [g * limit / max(_norm(gradients), limit) for g in gradients]


_GRADS = [np.array([[3.0, -4.0], [0.0, 0.0]]), np.array([12.0, 0.0, -1.0])]
_SHORT = "They should stay as they are."


def _split(norm: float) -> list[np.ndarray]:
    """Return arrays of three shapes with this common norm (4 + 4 + 16 + 1 = 25)."""
    parts = [np.array([2.0, -2.0]), np.array([[4.0], [0.0]]), np.array([[-1.0, 0.0, 0.0]])]
    return [part * norm / 5 for part in parts]


clip_together = Exercise(
    id="clip_together",
    lesson="06",
    hints=(
        "The common norm: square every number of every array, add all up, take the root.",
        "All arrays get the same factor: limit / norm, so that the direction stays.",
        "Only what is too long is made shorter: factor = limit / max(norm, limit).",
    ),
    checks=(
        returns(
            _clip,
            case("two arrays with a common norm of about 13", _GRADS, 2.0),
            case(
                "gradients that are short enough",
                [np.array([0.3, -0.4]), np.array([0.1])],
                2.0,
                tip=_SHORT,
            ),
            case("one array", [np.array([6.0, 8.0])], 5.0),
            case(
                "gradients of 0",
                [np.zeros(2), np.zeros((2, 2))],
                1.0,
                tip="Their norm is 0: is anything divided by it?",
            ),
            # Norms whose squares lie on the other side of the limit.
            case("a common norm of 0.65, limit 0.5", _split(0.65), 0.5),
            case("a common norm of 1.5, limit 2", _split(1.5), 2.0, tip=_SHORT),
            case("a norm that is exactly the limit", _split(1.0), 1.0, tip=_SHORT),
            case(
                "whole numbers",
                [_WHOLE_G, np.array([7, -1])],
                3.0,
                tip=_WHOLE,
            ),
            case("float32 numbers", [g.astype("float32") for g in _GRADS], 0.25),
            mistakes=(
                Mistake(
                    lambda gs, c: [_clip([g], c)[0] for g in gs],
                    "You clip each array by its own norm; here one norm is taken over all of "
                    "them, so that their proportions stay.",
                ),
                Mistake(
                    lambda gs, c: [np.clip(g, -c, c) for g in gs],
                    "You clip each number. That turns the direction; shorten all by one factor.",
                ),
                Mistake(
                    lambda gs, c: [g * c / (_norm(gs) or 1.0) for g in gs],
                    "You bring every gradient to this norm, short ones too: only what is longer "
                    "than the limit is changed.",
                ),
                Mistake(
                    lambda gs, c: [g * c / (_norm(gs) if _norm(gs) ** 2 > c else c) for g in gs],
                    "What you compare with the limit isn't the common norm. Is it its square, or "
                    "the norm of some arrays? Compare the norm itself, the root of all squares.",
                ),
                Mistake(
                    lambda gs, c: [g * c / max(_norm(gs) ** 2, c) for g in gs],
                    "You divide by the square of the norm: the root is missing.",
                ),
                Mistake(
                    lambda gs, c: [g / max(_norm(gs), 1.0) for g in gs],
                    "The limit is missing: the longest gradient allowed has norm limit, not 1.",
                ),
                Mistake(
                    lambda gs, c: [g * c / max(sum(_norm([h]) for h in gs), c) for g in gs],
                    "You add up the norms of the arrays; add up the squares, then take the root.",
                ),
                Mistake(
                    lambda gs, c: [g * c / max(_largest(gs), c) for g in gs],
                    "You compare the largest number with the limit; compare the common norm.",
                ),
            ),
        ),
    ),
    takeaway="One factor for all: the step gets shorter, and points the same way.",
)


def _warmup_cosine(step: int, peak: float, warmup: int, total: int) -> float:
    if step < warmup:
        return peak * step / warmup
    return _half_cosine(step - warmup, peak, total - warmup)


def _half_cosine(step: float, peak: float, steps: float) -> float:
    return peak * 0.5 * (1 + math.cos(math.pi * step / steps))


def _rising(curve: Callable[[float], float]) -> Callable[..., float]:
    """Return the schedule with another way up; ``curve`` takes the share of warm-up done."""
    return lambda s, p, w, n: p * curve(s / w) if s < w else _half_cosine(s - w, p, n - w)


_CURVES: tuple[Callable[[float], float], ...] = (
    lambda share: share**2,
    math.sqrt,
    lambda share: math.sin(math.pi / 2 * share),
    lambda share: 0.5 * (1 - math.cos(math.pi * share)),
)

warmup_cosine = Exercise(
    id="warmup_cosine",
    lesson="06",
    hints=(
        "Two cases: if step < warmup_steps, a straight line; otherwise the cosine.",
        "The fall has total_steps - warmup_steps steps; which share of them is done?",
        "With that share: peak * 0.5 * (1 + np.cos(np.pi * share)).",
    ),
    checks=(
        returns(
            _warmup_cosine,
            case("step 6 of 100, 13 of them warm-up", 6, 0.4, 13, 100),
            case("step 9 of 60, 10 of them warm-up", 9, 0.05, 10, 60),
            case("the last step of all", 100, 0.4, 10, 100, tip="The rate should be 0 there."),
            case("the end of warm-up", 10, 0.4, 10, 100, tip="The rate should be the peak there."),
            case("the middle of the fall", 55, 0.4, 10, 100, tip="The rate is half the peak."),
            case("a quarter of the fall", 40, 0.1, 20, 100),
            case("the very first step", 0, 0.3, 10, 50, tip="A straight line from 0."),
            case(
                "no warm-up at all",
                0,
                0.2,
                0,
                50,
                tip="With warmup_steps = 0 nothing rises, and nothing may be divided by it: step 0 "
                "has the peak already.",
            ),
            mistakes=(
                Mistake(
                    lambda s, p, w, n: p * s / w if s < w else _half_cosine(s, p, n),
                    "Your cosine begins at step 0, not at the end of warm-up: count the steps of "
                    "the fall from there.",
                ),
                Mistake(
                    lambda s, p, w, n: p * s / w if s < w else _half_cosine(s - w, p, n),
                    "Your fall is as long as the whole training; warm-up has taken some of it: "
                    "total_steps - warmup_steps.",
                ),
                Mistake(
                    lambda s, p, w, n: p * s / w if s < w else p * (1 - (s - w) / (n - w)),
                    "Your fall is a straight line: the exercise asks for half a cosine.",
                ),
                Mistake(
                    lambda s, p, w, n: (
                        p * s / w if s < w else p * math.cos(math.pi * (s - w) / (n - w))
                    ),
                    "Your cosine goes from peak to -peak: add 1 to the cosine and halve it.",
                ),
                Mistake(
                    lambda s, p, w, n: _half_cosine(s, p, n),
                    "Warm-up is missing: before warmup_steps the rate rises from 0.",
                ),
                Mistake(
                    lambda s, p, w, n: p * (s + 1) / w if s < w else _half_cosine(s - w, p, n - w),
                    "Your line begins one step early: at step 0 the rate is 0.",
                ),
                *(
                    Mistake(_rising(curve), "Your rate rises along a curve: take a straight line.")
                    for curve in _CURVES
                ),
                Mistake(
                    _rising(lambda share: 1.0),
                    "Your rate is at its peak from the start: during warm-up it rises from 0.",
                ),
                Mistake(
                    _rising(lambda share: 0.5),
                    "Your rate stays the same during warm-up: it rises from 0 to the peak.",
                ),
            ),
        ),
    ),
    takeaway="Small while the state is empty, large to get there, small to settle.",
)


def _adam(
    w: np.ndarray, m: np.ndarray, v: np.ndarray, g: np.ndarray, t: int, rate: float
) -> Arrays:
    m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - rate * m_hat / (np.sqrt(v_hat) + 1e-7), m, v


def _uncorrected(m: np.ndarray, v: np.ndarray, g: np.ndarray, rate: float) -> np.ndarray:
    return rate * (0.9 * m + 0.1 * g) / (np.sqrt(0.999 * v + 0.001 * g**2) + 1e-7)


def _m_hat(m: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
    return (0.9 * m + 0.1 * g) / (1 - 0.9**t)


def _v_hat(v: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
    return (0.999 * v + 0.001 * g**2) / (1 - 0.999**t)


def _corrected(m: np.ndarray, v: np.ndarray, g: np.ndarray, t: int, rate: float) -> np.ndarray:
    return rate * _m_hat(m, g, t) / (np.sqrt(_v_hat(v, g, t)) + 1e-7)


def _moved_by(step: Callable[..., np.ndarray]) -> Callable[..., Arrays]:
    """Return Adam with another step, a function of (m, v, gradient, t, rate)."""

    def wrong(w: np.ndarray, *others: Any) -> Arrays:
        with np.errstate(all="ignore"):  # only the learner's own warnings should show
            return (w - step(*others), *_adam(w, *others)[1:])

    return wrong


def _swapped(
    w: np.ndarray, m: np.ndarray, v: np.ndarray, g: np.ndarray, t: int, rate: float
) -> Arrays:
    m, v = 0.999 * m + 0.001 * g, 0.9 * v + 0.1 * g**2
    return w - rate * m / (1 - 0.999**t) / (np.sqrt(v / (1 - 0.9**t)) + 1e-7), m, v


def _with_epsilon(divisor: Callable[[np.ndarray], np.ndarray]) -> Callable[..., Arrays]:
    return _moved_by(lambda m, v, g, t, r: r * _m_hat(m, g, t) / divisor(_v_hat(v, g, t)))


_M2 = np.array([0.01, 0.2, 0.5])
# As large as epsilon, and so late that both corrections are 1: the two usual places of epsilon,
# beside the root of v and beside the root of the corrected v, give the same step.
_TINY = np.array([3e-7, -1e-7, 0.0])

adam_step = Exercise(
    id="adam_step",
    lesson="06",
    hints=(
        "Renew both means first: m with the gradient, v with its square.",
        "Divide m by 1 - 0.9**t and v by 1 - 0.999**t, but don't return these: return m and v.",
        "w - learning_rate * m_hat / (np.sqrt(v_hat) + 1e-7).",
    ),
    checks=(
        returns(
            _adam,
            case("step 5", _W, _V, _M2, _G, 5, 0.1),
            case(
                "the first step",
                _W,
                0 * _V,
                0 * _M2,
                _G,
                1,
                0.1,
                tip="Each parameter should move by almost exactly the learning rate.",
            ),
            case("step 1,000", _W, _V, _M2, 0.1 * _G, 1000, 0.01),
            case(
                "step 2 with 2x3 whole numbers",
                _WHOLE_W,
                0 * _WHOLE_W,
                0 * _WHOLE_W,
                _WHOLE_G,
                2,
                0.5,
                tip=_WHOLE,
            ),
            case(
                "step 20,000 with gradients as small as epsilon, one of them 0",
                _W,
                _TINY,
                _TINY**2,
                _TINY,
                20_000,
                0.1,
                tip="Here epsilon counts.",
            ),
            names=("w", "m", "v"),
            mistakes=(
                Mistake(
                    lambda *a: _adam(*a)[0],
                    "You return one array, the parameters; return the parameters and both means: "
                    "return w, m, v.",
                ),
                Mistake(
                    _moved_by(lambda m, v, g, t, r: _uncorrected(m, v, g, r)),
                    "The correction is missing: both means start from 0, so divide them by "
                    "1 - 0.9**t and 1 - 0.999**t.",
                ),
                Mistake(
                    lambda w, m, v, g, t, r: (
                        _adam(w, m, v, g, t, r)[0],
                        _m_hat(m, g, t),
                        _v_hat(v, g, t),
                    ),
                    "The step is right, but you return the corrected means: what is remembered is "
                    "m and v before the correction.",
                ),
                Mistake(
                    _moved_by(lambda m, v, g, t, r: np.full(m.shape, np.nan)),
                    "Your new w is nan, not a number. Does the divisor of v hold 0.999**t, 'to the "
                    "power of t'? With 0.999 * t it is below 0 and has no root.",
                ),
                Mistake(
                    _moved_by(lambda m, v, g, t, r: r * _m_hat(m, g, t) / _v_hat(v, g, t)),
                    "You divide by the mean square itself: take its root.",
                ),
                Mistake(
                    lambda w, *others: (2 * w - _adam(w, *others)[0], *_adam(w, *others)[1:]),
                    "You go uphill: take the step away.",
                ),
                Mistake(
                    _moved_by(lambda m, v, g, t, r: r * g / (np.sqrt(_v_hat(v, g, t)) + 1e-7)),
                    "You step by the gradient: step by its corrected mean, m.",
                ),
                Mistake(
                    _moved_by(lambda m, v, g, t, r: _corrected(m, v, g, t + 1, r)),
                    "t is 1 at the first step already: no t + 1.",
                ),
                Mistake(
                    _moved_by(lambda m, v, g, t, r: _corrected(m, v, g, t - 1, r)),
                    "t is 1 at the first step, not 0: no t - 1.",
                ),
                Mistake(
                    _swapped,
                    "The shares are swapped: m keeps 0.9 of itself, and v 0.999.",
                ),
                Mistake(
                    _with_epsilon(np.sqrt),
                    "Epsilon is missing: where the gradient has always been 0, you divide 0 by 0.",
                ),
                Mistake(
                    _with_epsilon(lambda v_hat: np.sqrt(v_hat + 1e-7)),
                    "Your epsilon stands under the root: add it to the root.",
                ),
                Mistake(
                    _with_epsilon(lambda v_hat: np.sqrt(v_hat) + 1e-8),
                    "Your epsilon is 1e-8, as in the paper; here it is 1e-7, as in Keras.",
                ),
            ),
        ),
    ),
    takeaway="Well above epsilon, the size of the gradient doesn't count: Adam's first step is "
    "as long as the learning rate.",
)


@dataclass(frozen=True)
class _Pair:
    """Two scans of one slice, the second moved by ``shift``; calling it gives the slope."""

    slice_number: int
    shift: tuple[float, float]

    def __call__(self, push: Any) -> np.ndarray:
        """Return the gradient of the misfit at a push (rows, columns), as the lesson does."""
        steps = 0.5 * np.eye(2)
        return np.array([self._misfit(push + s) - self._misfit(push - s) for s in steps])

    @property
    def way_back(self) -> np.ndarray:
        """The right push."""
        return -np.array(self.shift)

    def _misfit(self, push: np.ndarray) -> float:
        fixed, moved = self._scans
        apart = ndimage.shift(moved, push / 2, order=1) - fixed
        return float((apart**2).mean() / fixed.var())

    @cached_property
    def _scans(self) -> tuple[np.ndarray, np.ndarray]:
        # Blurred as they are, every second pixel tells as much in a quarter of the time.
        scan = datasets.average_brain()[0][self.slice_number].astype(float) / 255
        fixed = ndimage.gaussian_filter(scan, 4)
        moved = ndimage.shift(fixed, self.shift, order=1)
        return fixed[::2, ::2], moved[::2, ::2]


_SHOWN = _Pair(52, (-6.4, 10.7))
_PAIRS = (
    case("the slice of this page", _SHOWN),
    case("a slice that was moved otherwise", _Pair(46, (7.3, -4.6))),
    case("a slice that was hardly moved sideways", _Pair(58, (-11.5, -2.3))),
    case("a slice that wasn't moved at all", _Pair(46, (0.0, 0.0))),
)

register_slice = Exercise(
    id="register_slice",
    lesson="06",
    hints=(
        "Start from push = np.zeros(2), and repeat: push = push - rate * slope(push).",
        "The slopes are small, so the rate has to be large: try 20, 80, 200.",
        "Print slope(push) at the end: you have arrived where it is almost 0.",
    ),
    checks=(
        # Of what kind is the answer? Any push of two numbers will do, so that the tip on rate
        # and steps, in the second check, is only said where the numbers are wrong.
        returns(lambda slope: np.zeros(2), _PAIRS[0], rtol=0.0, atol=1e9),
        returns(
            lambda slope: slope.way_back,
            *(
                case(
                    one.name,
                    *one.args,
                    tip="Are there enough steps, and is the rate neither too small nor too large?",
                )
                for one in _PAIRS
            ),
            rtol=0.0,
            atol=0.1,
            mistakes=(
                Mistake(
                    lambda slope: np.zeros(2),
                    "That is the start: nothing has moved yet. Take some steps.",
                ),
                Mistake(
                    lambda slope: _SHOWN.way_back,
                    "That is the push for the slice of this page again: walk with the slope that "
                    "your function is given.",
                ),
                Mistake(
                    lambda slope: -slope.way_back,
                    "That is how the slice was moved away; the push must bring it back.",
                ),
                Mistake(
                    lambda slope: slope.way_back[::-1],
                    "Rows and columns are swapped: rows come first.",
                ),
                Mistake(
                    lambda slope: np.round(slope.way_back),
                    "Whole pixels are not enough: let the walk find the fractions, too.",
                ),
            ),
        ),
    ),
    takeaway="You have just registered scans by gradient descent.",
)

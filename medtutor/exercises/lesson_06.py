"""Exercises of lesson 06, Optimizers."""

import math
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, equals, returns

Arrays = tuple[np.ndarray, ...]

_W, _V = np.array([1.0, -2.0, 0.5]), np.array([0.3, -0.1, 0.0])
_G = np.array([2.0, 1.0, -4.0])


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


def _clip(gradients: list[np.ndarray], limit: float) -> list[np.ndarray]:
    return [g * limit / max(_norm(gradients), limit) for g in gradients]


_GRADS = [np.array([[3.0, -4.0], [0.0, 0.0]]), np.array([12.0, 0.0, -1.0])]

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
                tip="They should stay as they are.",
            ),
            case("one array", [np.array([6.0, 8.0])], 5.0),
            case(
                "gradients of 0",
                [np.zeros(2), np.zeros((2, 2))],
                1.0,
                tip="Their norm is 0: is anything divided by it?",
            ),
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
            case("step 5 of 100, 10 of them warm-up", 5, 0.4, 10, 100),
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
                tip="With warmup_steps = 0 nothing may be divided by it.",
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


def _moved_by(step: np.ndarray, w: np.ndarray, *others: Any) -> Arrays:
    return (w - step, *_adam(w, *others)[1:])


_M2 = np.array([0.01, 0.2, 0.5])

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
            mistakes=(
                Mistake(
                    lambda w, m, v, g, t, r: _adam(w, m, v, g, t, r)[0],
                    "You return one array, the parameters; return the parameters and both means: "
                    "return w, m, v.",
                ),
                Mistake(
                    lambda w, m, v, g, t, r: _moved_by(_uncorrected(m, v, g, r), w, m, v, g, t, r),
                    "The correction is missing: both means start from 0, so divide them by "
                    "1 - 0.9**t and 1 - 0.999**t.",
                ),
                Mistake(
                    lambda w, m, v, g, t, r: (
                        _adam(w, m, v, g, t, r)[0],
                        _adam(w, m, v, g, t, r)[1] / (1 - 0.9**t),
                        _adam(w, m, v, g, t, r)[2] / (1 - 0.999**t),
                    ),
                    "The step is right, but you return the corrected means: what is remembered is "
                    "m and v before the correction.",
                ),
                Mistake(
                    lambda w, m, v, g, t, r: _moved_by(
                        r * _m_hat(m, g, t) / _v_hat(v, g, t), w, m, v, g, t, r
                    ),
                    "You divide by the mean square itself: take its root.",
                ),
                Mistake(
                    lambda w, m, v, g, t, r: (
                        2 * w - _adam(w, m, v, g, t, r)[0],
                        *_adam(w, m, v, g, t, r)[1:],
                    ),
                    "You go uphill: take the step away.",
                ),
                Mistake(
                    lambda w, m, v, g, t, r: _moved_by(
                        r * g / (np.sqrt(_v_hat(v, g, t)) + 1e-7), w, m, v, g, t, r
                    ),
                    "You step by the gradient: step by its corrected mean, m.",
                ),
            ),
        ),
    ),
    takeaway="Adam's first step is as long as the learning rate, however large the gradient.",
)


def _uncorrected(m: np.ndarray, v: np.ndarray, g: np.ndarray, rate: float) -> np.ndarray:
    return rate * (0.9 * m + 0.1 * g) / (np.sqrt(0.999 * v + 0.001 * g**2) + 1e-7)


def _m_hat(m: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
    return (0.9 * m + 0.1 * g) / (1 - 0.9**t)


def _v_hat(v: np.ndarray, g: np.ndarray, t: int) -> np.ndarray:
    return (0.999 * v + 0.001 * g**2) / (1 - 0.999**t)


_PUSH = np.array([6.4, -10.7])

register_slice = Exercise(
    id="register_slice",
    lesson="06",
    hints=(
        "Start from push = np.zeros(2), and repeat: push = push - rate * slice_slope(push).",
        "The slopes are small, so the rate has to be large: try 20, 80, 200.",
        "Print slice_slope(push) at the end: you have arrived where it is almost 0.",
    ),
    checks=(
        equals(
            _PUSH,
            rtol=0.0,
            atol=0.1,
            mistakes=(
                Mistake(
                    np.zeros(2),
                    "That is the start: nothing has moved yet. Take some steps.",
                ),
                Mistake(
                    -_PUSH,
                    "That is how the slice was moved away; the push must bring it back.",
                ),
                Mistake(_PUSH[::-1], "Rows and columns are swapped: rows come first."),
                Mistake(
                    np.round(_PUSH),
                    "Whole pixels are not enough: let the walk find the fractions, too.",
                ),
            ),
            tip="Are there enough steps, and is the rate neither too small nor too large?",
        ),
    ),
    takeaway="You have just registered two scans by gradient descent.",
)

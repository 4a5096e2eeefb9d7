"""Lesson 06's checks: right answers pass, wrong ones get the message that helps."""

import math

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor import scratch
from medtutor.exercises import lesson_06

# momentum_step


def by_formula(w, velocity, gradient, learning_rate, momentum):
    velocity = momentum * velocity - learning_rate * gradient
    return w + velocity, velocity


def by_loop(w, velocity, gradient, learning_rate, momentum):
    moved, kept = np.zeros(w.shape), np.zeros(w.shape)
    for k in np.ndindex(w.shape):
        kept[k] = momentum * velocity[k] - learning_rate * gradient[k]
        moved[k] = w[k] + kept[k]
    return moved, kept


def in_place(w, velocity, gradient, learning_rate, momentum):
    velocity *= momentum
    velocity -= learning_rate * gradient
    return w + velocity, velocity


def typed_like_w(w, velocity, gradient, learning_rate, momentum):
    kept = np.zeros_like(w)
    kept[...] = momentum * velocity - learning_rate * gradient
    return w + kept, kept


# clip_together


def norm_of(gradients):
    return math.sqrt(sum((g**2).sum() for g in gradients))


def clip_if_long(gradients, limit):
    norm = norm_of(gradients)
    return [g * limit / norm for g in gradients] if norm > limit else list(gradients)


def always_scaled(gradients, limit):
    norm = norm_of(gradients)
    return [g * limit / norm for g in gradients] if norm else gradients


def clip_as_written(gradients, limit):
    with np.errstate(divide="ignore"):
        factor = min(1.0, limit / np.float64(norm_of(gradients)))
    return tuple(factor * g for g in gradients)


def typed_like_gradients(gradients, limit):
    clipped = [np.zeros_like(g) for g in gradients]
    for mine, right in zip(clipped, clip_if_long(gradients, limit), strict=True):
        mine[...] = right
    return clipped


# warmup_cosine


def schedule(step, peak, warmup_steps, total_steps):
    if step < warmup_steps:
        return peak * step / warmup_steps
    angle = math.pi * (step - warmup_steps) / (total_steps - warmup_steps)
    return peak * math.cos(angle / 2) ** 2


def schedule_of_scratch(step, peak, warmup_steps, total_steps):
    fall = total_steps - warmup_steps
    return scratch.optimizers.schedules.cosine_decay(0.0, fall, 0.0, peak, warmup_steps)(step)


def cosine(step, peak, steps):
    return peak * 0.5 * (1 + math.cos(math.pi * step / steps))


def rising(curve):
    """Return the schedule with another way up."""
    return lambda s, p, w, n: p * curve(s / w) if s < w else schedule(s, p, w, n)


def divides_by_warm_up(step, peak, warmup_steps, total_steps):
    rise = min(step / warmup_steps, 1)
    return rise * schedule(max(step, warmup_steps), peak, warmup_steps, total_steps)


def rises_from_the_first_step(step, peak, warmup_steps, total_steps):
    rise = min(step / max(warmup_steps, 1), 1)
    return rise * schedule(max(step, warmup_steps), peak, warmup_steps, total_steps)


# adam_step


def with_corrected_means(w, m, v, gradient, t, learning_rate):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + 1e-7), m, v


def with_corrected_rate(w, m, v, gradient, t, learning_rate):
    m, v = m + 0.1 * (gradient - m), v + 0.001 * (gradient**2 - v)
    rate = learning_rate * math.sqrt(1 - 0.999**t) / (1 - 0.9**t)
    return w - rate * m / (np.sqrt(v) + 1e-7), m, v


def not_corrected(w, m, v, gradient, t, learning_rate):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    return w - learning_rate * m / (np.sqrt(v) + 1e-7), m, v


def returns_corrected(w, m, v, gradient, t, learning_rate):
    w, m, v = with_corrected_means(w, m, v, gradient, t, learning_rate)
    return w, m / (1 - 0.9**t), v / (1 - 0.999**t)


def without_root(w, m, v, gradient, t, learning_rate):
    _, m, v = with_corrected_means(w, m, v, gradient, t, learning_rate)
    return w - learning_rate * (m / (1 - 0.9**t)) / (v / (1 - 0.999**t)), m, v


def uphill(w, m, v, gradient, t, learning_rate):
    moved, m, v = with_corrected_means(w, m, v, gradient, t, learning_rate)
    return w + (w - moved), m, v


def by_the_gradient(w, m, v, gradient, t, learning_rate):
    _, m, v = with_corrected_means(w, m, v, gradient, t, learning_rate)
    return w - learning_rate * gradient / np.sqrt(v / (1 - 0.999**t)), m, v


def gradient_not_squared(w, m, v, gradient, t, learning_rate):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * np.abs(gradient)
    return w - learning_rate * m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t)), m, v


def with_epsilon(divisor):
    """Return Adam's step with another divisor, a function of the corrected v."""

    def step(w, m, v, gradient, t, learning_rate):
        m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
        with np.errstate(all="ignore"):
            moved = w - learning_rate * m / (1 - 0.9**t) / divisor(v / (1 - 0.999**t))
        return moved, m, v

    return step


def times_instead_of_power(w, m, v, gradient, t, learning_rate):
    m, v = 0.9 * m + 0.1 * gradient, 0.999 * v + 0.001 * gradient**2
    with np.errstate(all="ignore"):
        return w - learning_rate * m / (1 - 0.9 * t) / (np.sqrt(v / (1 - 0.999 * t)) + 1e-7), m, v


def counts_from(offset):
    """Return Adam's step with t counted otherwise; m and v as they should be."""

    def step(w, m, v, gradient, t, learning_rate):
        with np.errstate(all="ignore"):
            return with_corrected_means(w, m, v, gradient, t + offset, learning_rate)

    return step


def shares_swapped(w, m, v, gradient, t, learning_rate):
    m, v = 0.999 * m + 0.001 * gradient, 0.9 * v + 0.1 * gradient**2
    return w - learning_rate * m / (1 - 0.999**t) / (np.sqrt(v / (1 - 0.9**t)) + 1e-7), m, v


def typed_like_m(w, m, v, gradient, t, learning_rate):
    results = [np.zeros_like(each) for each in (w, m, v)]
    right = with_corrected_means(w, m, v, gradient, t, learning_rate)
    for mine, value in zip(results, right, strict=True):
        mine[...] = value
    return tuple(results)


# register_slice


def walk(optimizer, steps=60):
    """Return an answer that walks down with this optimizer."""

    def register(slope):
        push = np.zeros(2)
        fresh = optimizer()
        for _ in range(steps):
            (push,) = fresh.step([push], [slope(push)])
        return push

    return register


descend = walk(lambda: scratch.optimizers.SGD(80.0))


def with_momentum(slope):
    push, velocity = [0, 0], np.zeros(2)
    for _ in range(80):
        velocity = 0.8 * velocity - 25 * slope(np.array(push))
        push = push + velocity
    return list(push)


def downhill_from(start, slope, rate=80.0, steps=60):
    for _ in range(steps):
        start = start - rate * slope(start)
    return start


def whole_path(slope):
    path = [np.zeros(2)]
    for _ in range(60):
        path.append(path[-1] - 80.0 * slope(path[-1]))
    return np.array(path)


LESSON = lesson_06
RIGHT = [
    ("momentum_step", by_formula),
    ("momentum_step", by_loop),
    ("momentum_step", lambda *a: np.stack(by_formula(*a))),
    ("momentum_step", lambda *a: list(by_formula(*a))),
    ("clip_together", clip_if_long),
    (
        "clip_together",
        lambda gs, c: scratch.optimizers.clip_by_global_norm([g * 1.0 for g in gs], c),
    ),
    ("clip_together", clip_as_written),
    ("warmup_cosine", schedule),
    ("warmup_cosine", schedule_of_scratch),
    ("adam_step", with_corrected_means),
    ("adam_step", with_corrected_rate),
    ("register_slice", descend),
    ("register_slice", with_momentum),
    ("register_slice", walk(lambda: scratch.optimizers.Adam(0.2), steps=200)),
]
WRONG = [
    ("momentum_step", 0.5, "a function is expected"),
    ("momentum_step", lambda *a: by_formula(*a)[::-1], "parameters first, then velocity"),
    ("momentum_step", lambda w, v, g, r, k: (w + v, k * v - r * g), "move by the old velocity"),
    ("momentum_step", lambda w, v, g, r, k: (w + k * v + r * g, k * v + r * g), "You go uphill"),
    ("momentum_step", lambda w, v, g, r, k: (w - r * (k * v + g), k * v + g), "PyTorch's"),
    (
        "momentum_step",
        lambda w, v, g, r, k: by_formula(w, v, (1 - k) * g, r, k),
        "the gradient counts in full",
    ),
    ("momentum_step", lambda w, v, g, r, k: (w - r * g, v), "the velocity plays no part"),
    (
        "momentum_step",
        lambda w, v, g, r, k: (by_formula(w, k * v - r * g, g, r, k)[0], k * v - r * g),
        "Nesterov's rule",
    ),
    ("momentum_step", in_place, "changes velocity in place"),
    ("momentum_step", lambda w, v, g, r, k: w + k * v - r * g, "return the parameters and the vel"),
    ("momentum_step", lambda w, v, g, r, k: by_formula(w, v, g, r, 0.9), "use momentum"),
    ("momentum_step", lambda *a: (by_formula(*a)[0], a[1]), "the velocity in your result is"),
    ("momentum_step", typed_like_w, "whole here; the result is not"),
    ("momentum_step", lambda *a: tuple(x.round(3) for x in by_formula(*a)), "float32 numbers"),
    ("momentum_step", lambda w, v, g, r, k: v, "is one array, of shape (3,), but 2 values"),
    ("clip_together", [np.zeros(2)], "a function is expected"),
    ("clip_together", lambda gs, c: [clip_if_long([g], c)[0] for g in gs], "by its own norm"),
    ("clip_together", lambda gs, c: [np.clip(g, -c, c) for g in gs], "turns the direction"),
    ("clip_together", always_scaled, "only what is longer than the limit"),
    (
        "clip_together",
        lambda gs, c: [g * c / max(norm_of(gs) ** 2, c) for g in gs],
        "the root is missing",
    ),
    ("clip_together", lambda gs, c: [g / max(norm_of(gs), 1) for g in gs], "The limit is missing"),
    (
        "clip_together",
        lambda gs, c: [g * c / max(sum(norm_of([h]) for h in gs), c) for g in gs],
        "add up the squares",
    ),
    (
        "clip_together",
        lambda gs, c: [g * min(1.0, c / np.float64(norm_of(gs))) for g in gs[:1]],
        "two arrays with a common norm",
    ),
    (
        "clip_together",
        lambda gs, c: [g * c / max(max(np.abs(h).max() for h in gs), c) for g in gs],
        "compare the largest number",
    ),
    (
        "clip_together",
        lambda gs, c: [g * c / norm_of(gs) if norm_of(gs) ** 2 > c else g for g in gs],
        "Compare the norm itself",
    ),
    (
        "clip_together",
        lambda gs, c: [g * c / max(norm_of([gs[0], gs[-1]]) if gs[1:] else 10.0, c) for g in gs],
        "the norm of some arrays?",
    ),
    ("clip_together", typed_like_gradients, "whole here; the result is not"),
    (
        "clip_together",
        lambda gs, c: [g * min(1.0, c / norm_of(gs)) for g in gs],
        "is anything divided by it?",
    ),
    (
        "clip_together",
        lambda gs, c: np.concatenate([g.ravel() for g in clip_if_long(gs, c)]),
        "holds 7 values, expected 2",
    ),
    ("warmup_cosine", 0.4, "a function is expected"),
    (
        "warmup_cosine",
        lambda s, p, w, n: p * s / w if s < w else cosine(s, p, n),
        "begins at step 0, not at the end of warm-up",
    ),
    (
        "warmup_cosine",
        lambda s, p, w, n: p * s / w if s < w else cosine(s - w, p, n),
        "as long as the whole training",
    ),
    (
        "warmup_cosine",
        lambda s, p, w, n: p * s / w if s < w else p * (n - s) / (n - w),
        "straight line: the exercise asks for half a cosine",
    ),
    (
        "warmup_cosine",
        lambda s, p, w, n: p * s / w if s < w else p * math.cos(math.pi * (s - w) / (n - w)),
        "from peak to -peak",
    ),
    ("warmup_cosine", lambda s, p, w, n: cosine(s, p, n), "Warm-up is missing"),
    (
        "warmup_cosine",
        lambda s, p, w, n: p * (s + 1) / w if s < w else cosine(s - w, p, n - w),
        "begins one step early",
    ),
    ("warmup_cosine", rising(lambda share: share**2), "rises along a curve"),
    ("warmup_cosine", rising(math.sqrt), "rises along a curve"),
    ("warmup_cosine", rising(lambda share: math.sin(math.pi / 2 * share)), "rises along a curve"),
    ("warmup_cosine", rising(lambda share: (1 - math.cos(math.pi * share)) / 2), "along a curve"),
    ("warmup_cosine", rising(lambda share: 0.5), "stays the same during warm-up"),
    ("warmup_cosine", rising(lambda share: 1.0), "at its peak from the start"),
    ("warmup_cosine", rising(lambda share: share**3), "your result is"),
    (
        "warmup_cosine",
        lambda s, p, w, n: p * s / w if s < w else cosine(s - w, p, n - w - 1),
        "your result is",
    ),
    ("warmup_cosine", divides_by_warm_up, "no warm-up at all"),
    ("warmup_cosine", rises_from_the_first_step, "step 0 has the peak already"),
    ("warmup_cosine", lambda s, p, w, n: schedule(s, p, min(w, 10), n), "your result is 0.24"),
    ("adam_step", np.zeros(3), "a function is expected"),
    ("adam_step", lambda *a: with_corrected_means(*a)[0], "You return one array, the parameters"),
    ("adam_step", lambda *a: a[0], "is one array, of shape (3,), but 3 values are expected"),
    ("adam_step", not_corrected, "The correction is missing"),
    ("adam_step", returns_corrected, "you return the corrected means"),
    ("adam_step", without_root, "take its root"),
    ("adam_step", uphill, "You go uphill"),
    ("adam_step", by_the_gradient, "step by its corrected mean"),
    ("adam_step", gradient_not_squared, "step 5"),
    ("adam_step", times_instead_of_power, "'to the power of t'"),
    ("adam_step", with_epsilon(np.sqrt), "Epsilon is missing"),
    ("adam_step", with_epsilon(lambda v: np.sqrt(v + 1e-7)), "stands under the root"),
    ("adam_step", with_epsilon(lambda v: np.sqrt(v) + 1e-8), "as in Keras"),
    ("adam_step", with_epsilon(lambda v: np.sqrt(v) + 1e-5), "w in your result is"),
    ("adam_step", counts_from(1), "no t + 1"),
    ("adam_step", counts_from(-1), "no t - 1"),
    ("adam_step", shares_swapped, "shares are swapped"),
    ("adam_step", lambda *a: (*with_corrected_means(*a)[:2], a[2]), "v in your result is"),
    ("adam_step", typed_like_m, "whole here; the result is not"),
    ("register_slice", np.array([6.4, -10.7]), "a function is expected"),
    ("register_slice", descend(lesson_06._SHOWN), "a function is expected"),
    ("register_slice", lambda slope: np.array([6.4, -10.7]), "walk with the slope that your"),
    ("register_slice", lambda slope: descend(lesson_06._SHOWN), "walk with the slope that your"),
    ("register_slice", lambda slope: np.zeros(2), "That is the start"),
    ("register_slice", lambda slope: -descend(slope), "how the slice was moved away"),
    ("register_slice", lambda slope: descend(slope)[::-1], "Rows and columns are swapped"),
    ("register_slice", lambda slope: descend(slope).round(), "Whole pixels are not enough"),
    ("register_slice", walk(lambda: scratch.optimizers.SGD(80.0), 4), "Are there enough steps"),
    ("register_slice", walk(lambda: scratch.optimizers.SGD(250.0)), "Are there enough steps"),
    ("register_slice", lambda slope: downhill_from(np.zeros(2), slope, -80), "Are there enough st"),
    ("register_slice", whole_path, "shape (61, 2), expected (2,): 2 axes, expected 1."),
    ("register_slice", lambda slope: slope(np.zeros(2))[0], "has shape ()"),
    ("register_slice", lambda: np.zeros(2), "Keep the arguments as the exercise gives them"),
]
BLANK_FUNCTIONS = [
    ("momentum_step", lambda w, velocity, gradient, learning_rate, momentum: ...),
    ("clip_together", lambda gradients, limit: None),
    ("warmup_cosine", lambda step, peak, warmup_steps, total_steps: ...),
    ("adam_step", lambda w, m, v, gradient, t, learning_rate: ...),
    ("register_slice", lambda slope: ...),
]

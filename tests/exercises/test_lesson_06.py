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
    moved, kept = np.zeros(len(w)), np.zeros(len(w))
    for k in range(len(w)):
        kept[k] = momentum * velocity[k] - learning_rate * gradient[k]
        moved[k] = w[k] + kept[k]
    return moved, kept


def in_place(w, velocity, gradient, learning_rate, momentum):
    velocity *= momentum
    velocity -= learning_rate * gradient
    return w + velocity, velocity


# clip_together


def norm_of(gradients):
    return math.sqrt(sum((g**2).sum() for g in gradients))


def clip_if_long(gradients, limit):
    norm = norm_of(gradients)
    return [g * limit / norm for g in gradients] if norm > limit else list(gradients)


def always_scaled(gradients, limit):
    norm = norm_of(gradients)
    return [g * limit / norm for g in gradients] if norm else gradients


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


def divides_by_warm_up(step, peak, warmup_steps, total_steps):
    rise = min(step / warmup_steps, 1)
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


LESSON = lesson_06
RIGHT = [
    ("momentum_step", by_formula),
    ("momentum_step", by_loop),
    ("momentum_step", lambda *a: np.stack(by_formula(*a))),
    ("clip_together", clip_if_long),
    ("clip_together", lambda gs, c: scratch.optimizers.clip_by_global_norm(gs, c)),
    ("warmup_cosine", schedule),
    ("warmup_cosine", schedule_of_scratch),
    ("adam_step", with_corrected_means),
    ("adam_step", with_corrected_rate),
    ("register_slice", np.array([6.4, -10.7])),
    ("register_slice", [6.35, -10.64]),
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
    ("warmup_cosine", divides_by_warm_up, "no warm-up at all"),
    ("adam_step", np.zeros(3), "a function is expected"),
    ("adam_step", lambda *a: with_corrected_means(*a)[0], "You return one array, the parameters"),
    ("adam_step", lambda *a: a[0], "is one array, of shape (3,), but 3 values are expected"),
    ("adam_step", not_corrected, "The correction is missing"),
    ("adam_step", returns_corrected, "you return the corrected means"),
    ("adam_step", without_root, "take its root"),
    ("adam_step", uphill, "You go uphill"),
    ("adam_step", by_the_gradient, "step by its corrected mean"),
    ("adam_step", gradient_not_squared, "step 5"),
    ("register_slice", np.zeros(2), "That is the start"),
    ("register_slice", [-6.4, 10.7], "how the slice was moved away"),
    ("register_slice", [-10.7, 6.4], "Rows and columns are swapped"),
    ("register_slice", [6, -11], "Whole pixels are not enough"),
    ("register_slice", [4.2, -7.0], "Are there enough steps"),
    ("register_slice", np.zeros((2, 2)), "shape (2, 2)"),
    ("register_slice", by_formula, "is a function; give the value"),
]
BLANK_FUNCTIONS = [
    ("momentum_step", lambda w, velocity, gradient, learning_rate, momentum: ...),
    ("clip_together", lambda gradients, limit: None),
    ("warmup_cosine", lambda step, peak, warmup_steps, total_steps: ...),
    ("adam_step", lambda w, m, v, gradient, t, learning_rate: ...),
]

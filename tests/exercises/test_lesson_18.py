"""Wrong answers to lesson 18 get the message that helps, right ones pass."""

import numpy as np
import pytest
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_18


def mix(shares, weights):
    return [sum(s * w for s, w in zip(shares, layer, strict=True)) for layer in zip(*weights)]  # noqa: B905


def by_loop(weights, n_patients):
    result = [np.zeros(layer.shape) for layer in weights[0]]
    for one, n in zip(weights, n_patients, strict=True):
        for place, layer in enumerate(one):
            result[place] += layer * n / sum(n_patients)
    return result


def by_numpy(weights, n_patients):
    layers = zip(*weights, strict=True)
    return tuple(np.average(np.array(layer), axis=0, weights=n_patients) for layer in layers)


def into_the_first(weights, n_patients):
    shares = np.array(n_patients) / sum(n_patients)
    for place in range(len(weights[0])):
        weights[0][place] *= shares[0]
        for one, share in zip(weights[1:], shares[1:], strict=True):
            weights[0][place] += share * one[place]
    return weights[0]


def zeros_like_the_first(weights, n_patients):
    result = [np.zeros_like(layer) for layer in weights[0]]
    for one, n in zip(weights, n_patients, strict=True):
        for place, layer in enumerate(one):
            result[place] = (result[place] + layer * (n / sum(n_patients))).astype(layer.dtype)
    return result


def first_layer_alone(weights, n_patients):
    return by_loop([one[:1] for one in weights], n_patients)


def first_two(weights, n_patients):
    return by_loop(weights[:2], n_patients[:2])


def lengths(g):
    return np.sqrt((np.asarray(g, float) ** 2).sum(axis=1, keepdims=True))


def clip_by_loop(gradients, limit):
    result = np.zeros(gradients.shape)
    for place, row in enumerate(gradients):
        norm = np.sqrt(sum(float(value) ** 2 for value in row))
        result[place] = row * (limit / norm) if norm > limit else row
    return result


def clip_in_place(gradients, limit):
    for row in gradients:
        norm = np.linalg.norm(row)
        if norm > limit:
            row *= limit / norm
    return gradients


def clip_with_nan(gradients, limit):
    with np.errstate(all="ignore"):
        unit = gradients / lengths(gradients)
    return unit * np.minimum(lengths(gradients), limit)


def ignoring_limit(gradients, limit):
    return gradients * np.minimum(1, 1 / np.maximum(lengths(gradients), 1e-12))


def terms(s, t, d):
    return t / (2 * s**2), np.sqrt(2 * t * np.log(1 / d)) / s


def by_search(noise, steps, delta):
    alpha = 1 + np.logspace(-3, 5, 400_001)
    return float(np.min(steps * alpha / (2 * noise**2) + np.log(1 / delta) / (alpha - 1)))


def mean_of_those_on(grad_weights, grad_bias, shape):
    on = grad_bias != 0
    return (grad_weights[:, on] / grad_bias[on]).mean(axis=1).reshape(shape)


def by_least_squares(grad_weights, grad_bias, shape):
    return (grad_weights @ grad_bias / (grad_bias @ grad_bias)).reshape(shape)


def from_unit(choose):
    def recover(grad_weights, grad_bias, shape):
        with np.errstate(all="ignore"):
            unit = choose(grad_bias)
            return (grad_weights[:, unit] / grad_bias[unit]).reshape(shape)

    return recover


def over_a_cut(grad_weights, grad_bias, shape):
    on = np.abs(grad_bias) > 1e-3
    return (grad_weights[:, on] / grad_bias[on]).mean(axis=1).reshape(shape)


def mean_of_all(grad_weights, grad_bias, shape):
    with np.errstate(all="ignore"):
        return (grad_weights / grad_bias).mean(axis=1).reshape(shape)


def call_by_loop(loss_others, loss_unknown, max_false_alarms):
    others = sorted(loss_others)
    threshold = others[int(max_false_alarms * len(others) + 1e-6)]
    return np.array([loss < threshold for loss in loss_unknown], dtype=bool)


def call_by_partition(loss_others, loss_unknown, max_false_alarms):
    k = int(np.floor(max_false_alarms * len(loss_others)))
    return loss_unknown < np.partition(loss_others, k)[k]


def call_in_place(loss_others, loss_unknown, max_false_alarms):
    loss_others.sort()
    return loss_unknown < loss_others[int(max_false_alarms * len(loss_others))]


def among_all(loss_others, loss_unknown, max_false_alarms):
    losses = np.sort(np.concatenate([loss_others, loss_unknown]))
    return loss_unknown < losses[int(max_false_alarms * len(losses))]


def sorted_place(round_, shift=0):
    def call_members(o, u, m):
        k = min(max(int(round_(m * len(o))) + shift, 0), len(o) - 1)
        return u < np.sort(o)[k]

    return call_members


LESSON = lesson_18

RIGHT = [
    ("average", by_loop),
    ("average", by_numpy),
    ("average", lambda w, n: mix([one / sum(n) for one in n], w)),
    ("clip", clip_by_loop),
    ("clip", lambda g, c: g * np.minimum(1, c / np.maximum(lengths(g), 1e-12))),
    ("clip", lambda g, c: g * (c / np.maximum(lengths(g), c))),
    ("epsilon_full_batch", lambda s, t, d: sum(terms(s, t, d))),
    ("epsilon_full_batch", by_search),
    ("recover", mean_of_those_on),
    ("recover", by_least_squares),
    ("recover", from_unit(lambda bias: np.flatnonzero(bias)[0])),
    ("call_members", call_by_loop),
    ("call_members", call_by_partition),
]

WRONG = [
    ("average", lambda w, n: mix([1 / len(n)] * len(n), w), "as much as one of 100"),
    ("average", lambda w, n: mix(list(n), w), "add up to 1"),
    ("average", lambda w, n: mix([one / len(n) for one in n], w), "number of all patients"),
    ("average", lambda w, n: mix([one / max(n) for one in n], w), "largest hospital"),
    ("average", lambda w, n: mix([one / sum(n) for one in n][::-1], w), "each other's shares"),
    ("average", lambda w, n: mix(1 / np.add(n, 1) / (1 / np.add(n, 1)).sum(), w), "expected"),
    ("average", lambda w, n: mix((1 / np.array(n)) / (1 / np.array(n)).sum(), w), "weigh more"),
    ("average", lambda w, n: mix(np.sqrt(n) / np.sqrt(n).sum(), w), "root"),
    ("average", lambda w, n: np.concatenate([x.ravel() for x in by_loop(w, n)]), "one array"),
    ("average", lambda w, n: by_loop(w, n)[0], "This is one array"),
    ("average", into_the_first, "changes weights in place"),
    ("average", zeros_like_the_first, "were decimals cut off"),
    ("average", first_layer_alone, "holds 1 value, expected 2"),
    ("average", first_two, "expected"),
    ("average", lambda w, n: w[int(np.argmax(n))], "expected"),
    ("average", lambda w, n: [x[None] for x in by_loop(w, n)], "2 axes, expected 1"),
    ("average", lambda w, n: [np.round(x, 1) for x in by_loop(w, n)], "expected"),
    ("average", lambda w, n: [x.sum() for x in by_loop(w, n)], "shape ()"),
    ("average", lambda w, n: [np.array([2.5, 0.5])], "holds 1 value, expected 2"),
    (
        "average",
        lambda w, n: mix(np.exp(n - np.max(n)) / np.exp(n - np.max(n)).sum(), w),
        "expected",
    ),
    ("clip", lambda g, c: np.clip(g, -c, c), "another direction than (3, 4)"),
    ("clip", lambda g, c: g * c / np.maximum(lengths(g), 1e-12), "Only shorten"),
    ("clip", lambda g, c: g * min(1, c / np.linalg.norm(g)), "one length for each patient"),
    (
        "clip",
        lambda g, c: g * np.minimum(1, c / np.maximum(np.linalg.norm(g, axis=1), 1e-12)),
        "keepdims=True",
    ),
    ("clip", clip_with_nan, "became nan: 0 / 0"),
    ("clip", clip_in_place, "changes gradients in place"),
    ("clip", ignoring_limit, "expected"),
    ("clip", lambda g, c: np.where(lengths(g) > c, 0, g), "thrown away"),
    ("clip", lambda g, c: np.where(lengths(g) > c, g / lengths(g), g), "get the length 1"),
    (
        "clip",
        lambda g, c: g * np.minimum(1, c / np.maximum(np.abs(g).sum(axis=1, keepdims=True), 1e-9)),
        "add up sizes",
    ),
    (
        "clip",
        lambda g, c: g * np.minimum(1, c / np.maximum(np.abs(g).max(axis=1, keepdims=True), 1e-9)),
        "largest number of the row",
    ),
    ("clip", lambda g, c: g * np.minimum(1, c / np.maximum(lengths(g) ** 2, 1e-9)), "root is miss"),
    ("clip", lambda g, c: clip_by_loop(g, c).astype(g.dtype), "decimals were cut off"),
    ("clip", lambda g, c: clip_by_loop(g, c).sum(axis=0), "expected"),
    ("clip", lambda g, c: (clip_by_loop(g, c), lengths(g)), "tuple"),
    ("clip", lambda g, c: clip_by_loop(g, c).T, "expected"),
    ("clip", lambda g, c: np.array([[0.6, 0.8], [0.3, 0.4]]), "five patients"),
    (
        "clip",
        lambda g, c: g * np.minimum(1, c / (np.linalg.norm(g, axis=0) + 1e-12)),
        "Rows are patients",
    ),
    ("epsilon_full_batch", lambda s, t, d: t * sum(terms(s, 1, d)), "don't add up this way"),
    ("epsilon_full_batch", lambda s, t, d: np.sqrt(t) * sum(terms(s, 1, d)), "Only the second"),
    (
        "epsilon_full_batch",
        lambda s, t, d: t / (2 * s**2) + np.sqrt(2 * t * np.log10(1 / d)) / s,
        "natural one",
    ),
    ("epsilon_full_batch", lambda s, t, d: t / (2 * s) + terms(s, t, d)[1], "divided by 2σ²"),
    ("epsilon_full_batch", lambda s, t, d: t / s**2 + terms(s, t, d)[1], "twice too large"),
    ("epsilon_full_batch", lambda s, t, d: t / 2 * s**2 + terms(s, t, d)[1], "parentheses"),
    (
        "epsilon_full_batch",
        lambda s, t, d: t / (2 * s**2) + terms(s, 1, d)[1],
        "left out under the root",
    ),
    ("epsilon_full_batch", lambda s, t, d: sum(terms(s, 1, d)), "change nothing"),
    (
        "epsilon_full_batch",
        lambda s, t, d: terms(s, 1, d)[0] + terms(s, t, d)[1],
        "left out in the first term",
    ),
    (
        "epsilon_full_batch",
        lambda s, t, d: t / (2 * s**2) + np.sqrt(t * np.log(1 / d)) / s,
        "The 2 under the root",
    ),
    (
        "epsilon_full_batch",
        lambda s, t, d: t / (2 * s**2) + np.sqrt(2 * t * np.log(1 / d)) / s**2,
        "divided by σ.",
    ),
    ("epsilon_full_batch", lambda s, t, d: terms(s, t, d)[1], "second term alone"),
    ("epsilon_full_batch", lambda s, t, d: terms(s, t, d)[0], "expected 1.23"),
    ("epsilon_full_batch", lambda s, t, d: t // (2 * s**2) + terms(s, t, d)[1], "// has cut it"),
    ("epsilon_full_batch", lambda s, t, d: round(sum(terms(s, t, d)), 3), "σ = 200"),
    ("epsilon_full_batch", lambda s, t, d: 1.231, "100 steps"),
    ("epsilon_full_batch", lambda s, t, d: round(sum(terms(s, t, d)), 1), "expected 1.23"),
    ("epsilon_full_batch", lambda s, t, d: sum(terms(4, t, d)), "σ = 0.7"),
    ("epsilon_full_batch", lambda s, t, d: sum(terms(s, t, 1e-5)), "σ = 0.7"),
    ("epsilon_full_batch", lambda s, t, d: terms(s, t, d), "single number"),
    ("recover", from_unit(lambda bias: 0), "nan: 0 / 0"),
    ("recover", from_unit(lambda bias: -1), "nan: 0 / 0"),
    ("recover", mean_of_all, "nan: 0 / 0"),
    ("recover", lambda w, b, s: w[:, np.argmax(np.abs(b))].reshape(s), "as it is"),
    ("recover", from_unit(np.argmax), "below 0"),
    ("recover", from_unit(np.argmin), "above 0"),
    ("recover", over_a_cut, "small gradients"),
    (
        "recover",
        lambda w, b, s: (w / np.where(b, b, 1)).mean(axis=1).reshape(s),
        "Leave them out",
    ),
    ("recover", lambda w, b, s: (w / np.where(b, b, 1)).sum(axis=1).reshape(s), "one is enough"),
    ("recover", lambda w, b, s: mean_of_those_on(w, b, s).ravel(), "1 axes, expected 2"),
    ("recover", lambda w, b, s: mean_of_those_on(w, b, (32, 32)), "stops with ValueError"),
    ("recover", lambda w, b, s: mean_of_those_on(w, b, s).T, "rows and columns"),
    (
        "recover",
        lambda w, b, s: mean_of_those_on(w, b, s) / mean_of_those_on(w, b, s).max(),
        "6×4 pixels",
    ),
    ("recover", lambda w, b, s: np.zeros(s), "expected"),
    ("recover", lambda w, b, s: abs(mean_of_those_on(w, b, s)), "Keep the signs"),
    ("recover", from_unit(lambda bias: len(bias) // 2 - 1), "nan"),
    (
        "recover",
        lambda w, b, s: np.reshape(mean_of_those_on(w, b, s).ravel(), s, order="F"),
        "row by row",
    ),
    (
        "recover",
        lambda w, b, s: (mean_of_those_on(w, b, s) * 255).round(),
        "expected",
    ),
    ("call_members", lambda o, u, m: ~call_by_loop(o, u, m), "lower loss"),
    ("call_members", lambda o, u, m: call_by_loop(o, u, m) == 0, "lower loss"),
    ("call_members", lambda o, u, m: u > np.sort(o)[int(m * len(o))], "lower loss"),
    ("call_members", lambda o, u, m: u < np.percentile(o, m), "expected True"),
    ("call_members", lambda o, u, m: u < min(o), "expected True"),
    (
        "call_members",
        lambda o, u, m: u < np.sort(o)[min(int(m * (len(o) + 1)), len(o) - 1)],
        "one place too high",
    ),
    ("call_members", lambda o, u, m: u < np.sort(o)[::-1][int(m * len(o))], "the largest loss"),
    (
        "call_members",
        lambda o, u, m: u < np.unique(o)[min(int(m * len(o)), len(np.unique(o)) - 1)],
        "none of them may be called",
    ),
    ("call_members", lambda o, u, m: call_by_loop(u, u, m), "whom you judge"),
    ("call_members", lambda o, u, m: call_by_loop(o, u, 1 - m), "99 %"),
    ("call_members", lambda o, u, m: u <= np.sort(o)[int(m * len(o))], "strictly below"),
    ("call_members", lambda o, u, m: u < np.quantile(o, m), "np.quantile mixes"),
    ("call_members", lambda o, u, m: u < np.quantile(o, m, method="lower"), "one place too low"),
    ("call_members", sorted_place(np.ceil), "one place too high"),
    ("call_members", sorted_place(round), "nearest number"),
    ("call_members", sorted_place(int, -1), "one place too low"),
    ("call_members", sorted_place(int, 1), "one place too high"),
    ("call_members", lambda o, u, m: u < m, "isn't a loss"),
    (
        "call_members",
        lambda o, u, m: call_by_loop(o, u, m) if m else np.zeros(len(u), bool),
        "you call nobody",
    ),
    ("call_members", among_all, "values differ"),
    ("call_members", call_in_place, "changes loss_others in place"),
    ("call_members", lambda o, u, m: call_by_loop(o, u, m).astype(int), "True and False"),
    ("call_members", lambda o, u, m: u[call_by_loop(o, u, m)], "expected"),
    ("call_members", lambda o, u, m: u < o[int(m * len(o))], "expected"),
    ("call_members", lambda o, u, m: u < o.mean(), "expected"),
    ("call_members", lambda o, u, m: np.zeros(len(u), bool), "expected True"),
    ("call_members", lambda o, u, m: call_by_loop(o, u, 0.25), "30 %"),
]


def nothing(*arguments):
    """Stand for a function whose body isn't written yet."""


BLANK_FUNCTIONS = [
    (name, nothing) for name in ("average", "clip", "epsilon_full_batch", "recover", "call_members")
]


def test_by_hand():
    """The numbers that the lesson works by hand."""
    assert lesson_18._epsilon(4, 1, 1e-5) == pytest.approx(1.231, abs=5e-4)
    assert lesson_18._epsilon(4, 100, 1e-5) == pytest.approx(15.12, abs=5e-3)


def test_the_secret_is_a_slice_of_a_brain():
    weights, bias, shape = lesson_18.secret_gradient()
    assert weights.shape == (1024, 1024)
    assert shape == (32, 32)
    assert bias[0] == 0
    found = from_unit(lambda bias: np.argmax(np.abs(bias)))(weights, bias, shape)
    assert found.max() == pytest.approx(1)
    assert found[0, 0] == pytest.approx(0)

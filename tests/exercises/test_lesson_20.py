"""Wrong answers to lesson 20 get the message that helps, right ones pass."""

import math

import numpy as np
import pytest
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_20
from medtutor.scratch import parallel


def sum_or_longest(read, prepare, compute, readers, overlap):
    parts = [read / readers if overlap else read, prepare, compute]
    return (max if overlap else sum)(parts)


def in_a_loop(grads, counts):
    total = np.zeros(len(grads[0]))
    for grad, count in zip(grads, counts, strict=True):
        total += count * grad
    return total / np.sum(counts)


def image_by_image(grads, counts):
    return np.repeat(np.array(grads), counts, axis=0).mean(axis=0)


def as_a_list(grads, counts):
    return list(np.average(np.array(grads), axis=0, weights=counts))


def in_place(grads, counts):
    for grad, count in zip(grads, counts, strict=True):
        grad *= count
    return sum(grads) / sum(counts)


def typed_like_the_input(grads, counts):
    total = np.zeros_like(grads[0])
    for grad, count in zip(grads, counts, strict=True):
        total = total + count * grad
    return (total / sum(counts)).astype(grads[0].dtype)


def counted_up(p, wanted):
    if p < 1 and wanted >= 1 / (1 - p) - 1e-9:
        return int(wanted <= 1)
    n = 1
    while parallel.amdahl(p, n) < wanted:
        n += 1
    return n


def by_formula(p, wanted):
    if wanted <= 1:
        return 1
    room = 1 / wanted - (1 - p)
    return math.ceil(p / room) if room > 1e-9 else 0


def by_another_formula(p, wanted):
    """Return the same; only at a border like p = 0.5, 1.6 times, it rounds another way."""
    if wanted <= 1:
        return 1
    left = 1 - wanted * (1 - p)
    return math.ceil(p * wanted / left) if left > 0 else 0


def by_gustafson(p, wanted):
    """Take another law, which asks for one machine fewer in the first case."""
    return max(1, math.ceil((wanted - (1 - p)) / p)) if p else 0


def above(p, wanted):
    """Strictly faster than wanted."""
    return next((n for n in range(1, 5000) if 1 / (1 - p + p / n) > wanted + 1e-9), 0)


def by_sets(folds, patients):
    held_out = [one for _, held in folds for one in {*patients[held]}]
    apart = all({*patients[fit]}.isdisjoint(patients[held]) for fit, held in folds)
    return apart and len(held_out) == len(set(held_out)) == len(set(patients))


def by_counts(folds, patients):
    times = dict.fromkeys(patients, 0)
    for fit, held in folds:
        if np.isin(patients[held], patients[fit]).any():
            return np.False_
        for one in np.unique(patients[held]):
            times[one] += 1
    return np.bool_(all(count == 1 for count in times.values()))


def by_library(n_bytes, n, bandwidth, latency, compute_s):
    talk = parallel.all_reduce_seconds(n_bytes, n, latency=latency, bandwidth=bandwidth / 8)
    return np.float32(talk / (talk + compute_s))


def step_by_step(n_bytes, n, bandwidth, latency, compute_s):
    talk = sum(latency + 8 * n_bytes / n / bandwidth for _ in range(2 * n - 2))
    return 1 - compute_s / (compute_s + talk)


def times(function, factor):
    return lambda *arguments: factor * function(*arguments)


RIGHT = [
    ("step_time", sum_or_longest),
    ("step_time", lambda r, p, c, n, o: np.float32(sum_or_longest(r, p, c, n, o))),
    ("average_gradients", in_a_loop),
    ("average_gradients", image_by_image),
    ("average_gradients", as_a_list),
    ("machines_needed", counted_up),
    ("machines_needed", by_formula),
    ("machines_needed", by_another_formula),
    ("machines_needed", lambda p, wanted: float(by_formula(p, wanted))),
    ("grouped_folds_ok", by_sets),
    ("grouped_folds_ok", by_counts),
    ("all_reduce_share", by_library),
    ("all_reduce_share", step_by_step),
]

WRONG = [
    ("step_time", lambda r, p, c, n, o: r + p + c, "with overlap they go on at the same time"),
    ("step_time", lambda r, p, c, n, o: max(r / n, p, c), "without overlap one thing is done"),
    ("step_time", lambda r, p, c, n, o: sum_or_longest(r, p, c, n, not o), "add them up"),
    ("step_time", lambda r, p, c, n, o: max(r, p, c) if o else r + p + c, "read / readers"),
    ("step_time", lambda r, p, c, n, o: max(r, p, c / n) if o else r + p + c, "share the comput"),
    ("step_time", lambda r, p, c, n, o: max(r, p, c) / n if o else r + p + c, "whichever it is"),
    ("step_time", lambda r, p, c, n, o: max(r / n, p, c) if o else r / n + p + c, "one thread"),
    ("step_time", lambda r, p, c, n, o: r / n + p + c, "For "),
    ("step_time", lambda r, p, c, n, o: max(r // n, p, c) if o else r + p + c, "not with //"),
    (
        "step_time",
        lambda r, p, c, n, o: max(r / n, p / n, c) if o else r + p + c,
        "share the preparing",
    ),
    (
        "step_time",
        lambda r, p, c, n, o: max(r / max(n - 1, 1), p, c) if o else r + p + c,
        "your result is 5",
    ),
    ("step_time", lambda r, p, c, n, o: max(r / n, c) if o else r + p + c, "leave out preparing"),
    ("step_time", lambda r, p, c, n, o: max(r / n, p) if o else r + p + c, "For "),
    ("step_time", lambda r, p, c, n, o: max(r / n + p, c) if o else r + p + c, "reading and prep"),
    ("step_time", lambda r, p, c, n, o: min(r / n, p, c) if o else r + p + c, "For "),
    ("step_time", lambda r, p, c, n, o: int(sum_or_longest(r, p, c, n, o)), "For "),
    ("step_time", lambda r, p, c, n, o: sum_or_longest(r, p, c, n, o) / 1000, "For "),
    ("step_time", lambda r, p, c, n, o: 40, "For "),
    ("step_time", lambda r, p, c, n, o: [sum_or_longest(r, p, c, n, o)], "one single number"),
    ("step_time", lambda r, p, c, n, o: (r + p + c) / n if o else r + p + c, "For "),
    ("step_time", lambda r, p, c, n, o: max(r / n, p, c) if n > 1 else r + p + c, "For "),
    ("step_time", 40, "a function is expected"),
    ("average_gradients", lambda g, c: sum(g) / len(g), "plain mean"),
    ("average_gradients", lambda g, c: image_by_image(g, c) * sum(c) / len(c), "number of workers"),
    ("average_gradients", lambda g, c: in_a_loop(g, [n * n for n in c]), "weight twice"),
    ("average_gradients", lambda g, c: in_a_loop(g, [1 / n for n in c]), "where they multiply"),
    ("average_gradients", times(in_a_loop, 0.5), "For "),
    ("average_gradients", lambda g, c: in_a_loop(g, c) * sum(c), "sum over all images"),
    ("average_gradients", lambda g, c: in_a_loop(g, c[::-1]), "another one's count"),
    ("average_gradients", lambda g, c: sum(g), "add up the workers' means"),
    ("average_gradients", lambda g, c: g[int(np.argmax(c))], "most images alone"),
    ("average_gradients", lambda g, c: g[0], "For "),
    ("average_gradients", lambda g, c: in_a_loop(g, c).mean(), "has shape ()"),
    ("average_gradients", lambda g, c: [in_a_loop(g, c)], "shape (1, 3)"),
    ("average_gradients", lambda g, c: in_a_loop(g, c).round(), "For "),
    ("average_gradients", lambda g, c: in_a_loop(g, np.minimum(c, 9)), "For "),
    ("average_gradients", lambda g, c: in_a_loop(g, c) if len(g) == 2 else sum(g) / len(g), "For "),
    ("average_gradients", lambda g, c: (3 * g[0] + g[-1]) / 4, "For "),
    ("average_gradients", lambda g, c: abs(in_a_loop(g, c)), "For "),
    ("average_gradients", lambda g, c: np.median(np.repeat(g, c, axis=0), axis=0), "For "),
    ("average_gradients", in_place, "in place"),
    ("average_gradients", typed_like_the_input, "whole numbers"),
    ("machines_needed", lambda p, w: by_formula(1 - p, w), "swapped p and 1 - p"),
    ("machines_needed", lambda p, w: p / (1 / w - (1 - p)) if w > 1 else 1, "whole number"),
    ("machines_needed", lambda p, w: max(1, by_formula(p, w) - 1), "round up"),
    ("machines_needed", by_gustafson, "these aren't fast enough. Where you round"),
    ("machines_needed", lambda p, w: by_formula(p, w) + 1, "One machine fewer"),
    ("machines_needed", lambda p, w: math.ceil(w), "nothing were serial"),
    ("machines_needed", lambda p, w: math.ceil(w / p), "isn't Amdahl's law"),
    ("machines_needed", lambda p, w: round(p / (1 / w - 1 + p)) if w > 1 else 1, "For "),
    ("machines_needed", above, "For "),
    ("machines_needed", lambda p, w: by_formula(p, w) or 1, "For "),
    ("machines_needed", lambda p, w: by_formula(p, w) or -1, "your result is -1, expected 0"),
    (
        "machines_needed",
        lambda p, w: n if (n := by_formula(p, w)) < 1000 else 0,
        "0.999, 600 times",
    ),
    ("machines_needed", lambda p, w: by_formula(p, w) or None, "still None"),
    ("machines_needed", lambda p, w: by_formula(p, w) or float("inf"), "For "),
    ("machines_needed", lambda p, w: min(by_formula(p, w), 100), "your result is 100"),
    ("machines_needed", lambda p, w: n if (n := by_formula(p, w)) < 100 else 0, "your result is 0"),
    ("machines_needed", lambda p, w: by_formula(p, round(w)), "your result is 11"),
    ("machines_needed", lambda p, w: 0, "your result is 0"),
    ("machines_needed", lambda p, w: by_formula(p, w) if w > 1 else 0, "For "),
    ("machines_needed", lambda p, w: parallel.amdahl(p, int(max(1, w))), "For "),
    ("machines_needed", lambda p, w: by_formula(p, w) if p < 1 else 0, "everything shared out"),
    ("machines_needed", lambda p, w: by_formula(0.9, w), "For "),
    ("machines_needed", lambda p, w: by_formula(p, 3), "For "),
    ("machines_needed", lambda p, w: math.ceil(p / abs(1 / w - 1 + p + 1e-15)), "For "),
    ("machines_needed", lambda p, w: by_formula(p, w) > 0, "For "),
    ("machines_needed", lambda p, w: by_formula(p, int(w)), "For "),
    ("grouped_folds_ok", lambda f, p: all(not set(a) & set(b) for a, b in f), "For "),
    (
        "grouped_folds_ok",
        lambda f, p: (
            all(not set(a) & set(b) for a, b in f)
            and sorted(row for _, b in f for row in b) == list(range(len(p)))
        ),
        "You look at rows",
    ),
    ("grouped_folds_ok", lambda f, p: all(not {*p[a]} & {*p[b]} for a, b in f), "that isn't all"),
    (
        "grouped_folds_ok",
        lambda f, p: all(sum(one in p[b] for _, b in f) == 1 for one in set(p)),
        "both sides of a fold",
    ),
    (
        "grouped_folds_ok",
        lambda f, p: (
            all(not {*p[a]} & {*p[b]} for a, b in f) and {one for _, b in f for one in p[b]} == {*p}
        ),
        "not in none and not in two",
    ),
    (
        "grouped_folds_ok",
        lambda f, p: (
            all(not {*p[a]} & {*p[b]} for a, b in f)
            and all(sum(one in p[b] for _, b in f) < 2 for one in set(p))
        ),
        "not in none and not in two",
    ),
    (
        "grouped_folds_ok",
        lambda f, p: (
            all(not {*p[a]} & {*p[b]} for a, b in f) and sum(len(b) for _, b in f) == len(p)
        ),
        "You look at rows",
    ),
    (
        "grouped_folds_ok",
        lambda f, p: (
            all(not {*p[a]} & {*p[b]} for a, b in f)
            and sum(len({*p[b]}) for _, b in f) == len({*p})
        ),
        "patient 1 twice, patient 9 never",
    ),
    ("grouped_folds_ok", lambda f, p: not {*p[f[0][0]]} & {*p[f[0][1]]}, "For "),
    ("grouped_folds_ok", lambda f, p: not by_sets(f, p), "For three folds by patient: your"),
    ("grouped_folds_ok", lambda f, p: True, "your result is True"),
    ("grouped_folds_ok", lambda f, p: False, "your result is False"),
    ("grouped_folds_ok", lambda f, p: int(by_sets(f, p)), "True or False"),
    ("grouped_folds_ok", lambda f, p: str(by_sets(f, p)), "a number is expected"),
    ("grouped_folds_ok", lambda f, p: len(f) == len(set(p)), "For "),
    ("grouped_folds_ok", lambda f, p: by_sets(f, p) and len(f) == 3, "For "),
    ("grouped_folds_ok", lambda f, p: by_sets(f[:2], p), "For "),
    ("grouped_folds_ok", lambda f, p: by_sets(f, np.sort(p)), "For "),
    ("grouped_folds_ok", lambda f, p: by_sets(f, np.asarray(p, int)), "stops with ValueError"),
    ("grouped_folds_ok", lambda f, p: by_sets([(b, a) for a, b in f], p), "result is False"),
    ("all_reduce_share", lambda m, n, b, a, c: by_library(m, n, b, a / 1, c * 2), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, 2 * b, a / 2, c), "factor of 2"),
    (
        "all_reduce_share",
        lambda m, n, b, a, c: step_by_step(m * n / max(n - 1, 1) if n > 1 else m, n, b, a, c),
        "(n - 1) / n is missing",
    ),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m * n, n, b, a, c), "the whole array"),
    (
        "all_reduce_share",
        lambda m, n, b, a, c: step_by_step(m / 8, n, b, a, c),
        "a byte has 8 bits",
    ),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m / 64, n, b, a, c), "you divide"),
    (
        "all_reduce_share",
        lambda m, n, b, a, c: parallel.all_reduce_seconds(m, n, latency=a, bandwidth=b / 8) / c,
        "relative to computing",
    ),
    ("all_reduce_share", lambda *s: 1 - step_by_step(*s), "share of computing"),
    (
        "all_reduce_share",
        lambda m, n, b, a, c: parallel.all_reduce_seconds(m, n, latency=a, bandwidth=b / 8),
        "seconds of talking",
    ),
    ("all_reduce_share", times(step_by_step, 100), "In per cent"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, b, 0, c), "leave out the lat"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, b, a / (2 * n - 2), c), "count"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, b, a / 2, c), "n - 1 latencies"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(0, n, b, a, c), "not the bytes"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, a, b, c), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, 4, b, a, c), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(4 * m, n, b, a, c), "your result is"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, b, a, c / n), "your result is"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, b, a / 1e3, c), "your result"),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n + 1, b, a, c), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: round(step_by_step(m, n, b, a, c), 2), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: round(step_by_step(m, n, b, a, c)), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, b, a, 0.5), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: step_by_step(m, n, 1e9, a, c), "For "),
    ("all_reduce_share", lambda m, n, b, a, c: 0.75, "For "),
    ("all_reduce_share", lambda m, n, b, a, c: max(0.1, step_by_step(m, n, b, a, c)), "For "),
]

BLANK_FUNCTIONS = [
    ("step_time", lambda read, prepare, compute, readers, overlap: None),
    ("average_gradients", lambda grads, counts: ...),
    ("machines_needed", lambda p, wanted: None),
    ("grouped_folds_ok", lambda folds, patients: None),
    ("all_reduce_share", lambda n_bytes, n, bandwidth, latency, compute_s: ...),
]


@pytest.mark.parametrize(("p", "wanted"), [(0.9, 4.6), (0.95, 5), (0.75, 2), (0.99, 60), (1, 5.5)])
def test_the_number_of_machines_is_the_smallest(p, wanted):
    n = counted_up(p, wanted)
    assert lesson_20.machines_needed.is_correct(counted_up)
    assert parallel.amdahl(p, n) >= wanted - 1e-9
    assert n == 1 or parallel.amdahl(p, n - 1) < wanted


LESSON = lesson_20

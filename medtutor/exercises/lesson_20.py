"""Exercises of lesson 20, Scaling out."""

from collections.abc import Callable
from math import ceil
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, returns
from medtutor.scratch.parallel import all_reduce_seconds


def _step(read: float, prepare: float, compute: float, readers: int, overlap: bool) -> float:
    return max(read / readers, prepare, compute) if overlap else read + prepare + compute


step_time = Exercise(
    id="step_time",
    lesson="20",
    hints=(
        "Look at the two formulas of the step: which belongs to overlap=True?",
        "If the three go on at the same time, the longest one decides. More readers shorten only "
        "one of them.",
        "if overlap: return max(read / readers, prepare, compute), otherwise the sum of the three.",
    ),
    checks=(
        returns(
            _step,
            case("the first picture, one after the other", 20, 8, 12, 1, False),
            case("the same with one reader and overlap", 20, 8, 12, 1, True),
            case("three readers and overlap, computing the slowest", 20, 8, 45, 3, True),
            case("overlap, preparing the slowest", 9, 46.5, 12, 3, True),
            case("three readers for 10 ms of reading", 10, 1, 2, 3, True),
            case("two readers and overlap, reading the slowest", 50, 8, 12, 2, True),
            case("four readers and overlap, computing the slowest", 20, 8, 12, 4, True),
            case("four readers, but one after the other", 20, 8, 12, 4, False),
            mistakes=(
                Mistake(
                    lambda r, p, c, n, o: r + p + c,
                    "This is the sum of the three parts, but with overlap they go on at the same "
                    "time: the longest one decides.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r / n, p, c),
                    "This is the longest part, but without overlap one thing is done after the "
                    "other: add them up.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r, p, c) if o else r + p + c,
                    "You leave out the readers. They share the reading: read / readers.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r, p, c / n) if o else r + p + c,
                    "Your readers share the computing. They read.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r / n, p / n, c) if o else r + p + c,
                    "Your readers share the preparing, too. They only read.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r, p, c) / n if o else r + p + c,
                    "You divide the longest part by the readers, whichever it is. They share the "
                    "reading alone.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r // n, p, c) if o else r + p + c,
                    "10 ms for three readers are 3.33 ms, not 3: divide with /, not with //.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r / n, p, c) if o else r / n + p + c,
                    "Without overlap one thread does everything, so readers don't matter.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r / n, c) if o else r + p + c,
                    "You leave out preparing. It may be the longest of the three.",
                ),
                Mistake(
                    lambda r, p, c, n, o: max(r / n + p, c) if o else r + p + c,
                    "You add reading and preparing. All three go on at the same time.",
                ),
            ),
        ),
    ),
    takeaway="Shorten the longest part; shortening another one brings nothing.",
)


def _average(grads: Any, counts: Any, power: int = 1) -> np.ndarray:
    weights = np.asarray(counts, float) ** power
    return np.asarray(np.tensordot(weights, np.asarray(grads, float), 1) / weights.sum())


def _plain(grads: Any, counts: Any) -> np.ndarray:
    return np.asarray(np.mean(np.asarray(grads, float), axis=0))


_NOISE = np.random.default_rng(0)

average_gradients = Exercise(
    id="average_gradients",
    lesson="20",
    hints=(
        "A worker with 24 images speaks for 24, one with 8 for 8.",
        "count * grad is the sum of the gradients of a worker's images. Add these up over workers.",
        "In the end divide once, by sum(counts).",
    ),
    checks=(
        returns(
            _average,
            case("four workers", list(_NOISE.normal(size=(4, 3))), [1, 5, 2, 9]),
            case("the page's 3 + 1 images", [np.array([-3.0]), np.array([-20.0])], [3, 1]),
            case("two workers with 24 and 8 images", list(_NOISE.normal(size=(2, 5))), [24, 8]),
            case("two workers with 16 images each", list(_NOISE.normal(size=(2, 4))), [16, 16]),
            case(
                "gradients of whole numbers",
                [np.array([1, 2, -3]), np.array([2, 5, 4]), np.array([3, 1, 1])],
                [1, 1, 2],
                tip="A result that is typed like a whole-number input cuts decimals off.",
            ),
            case(
                "float32", [np.array([0.1, 7], "float32"), np.array([0.3, -5], "float32")], [5, 1]
            ),
            case("a single worker", [np.array([0.5, -2.0, 0.0])], [7]),
            mistakes=(
                Mistake(
                    _plain,
                    "You take the plain mean. A worker with three images then counts no more than "
                    "one with a single image: weight by counts.",
                ),
                Mistake(
                    lambda g, c: _average(g, c) * np.sum(c) / len(c),
                    "You weight by counts, and then divide by the number of workers. Divide by the "
                    "number of images.",
                ),
                Mistake(
                    lambda g, c: _average(g, c, 2),
                    "You weight twice: with count². Each image counts once.",
                ),
                Mistake(
                    lambda g, c: _average(g, c, -1),
                    "You divide by counts where they multiply: a worker with few images now "
                    "counts most.",
                ),
                Mistake(
                    lambda g, c: _average(g, c) * np.sum(c),
                    "That is the sum over all images. Divide it by their number.",
                ),
                Mistake(
                    lambda g, c: _average(g, c[::-1]),
                    "Each worker gets another one's count. They stand in the same order.",
                ),
                Mistake(
                    lambda g, c: _plain(g, c) * len(c),
                    "You add up the workers' means. Weight them by counts, and divide by all "
                    "images.",
                ),
                Mistake(
                    lambda g, c: np.asarray(g[int(np.argmax(c))], float),
                    "You take the worker with the most images alone.",
                ),
            ),
        ),
    ),
    takeaway="Weighted by their images, the means of parts are the mean of the whole.",
)


def _needed(p: float, wanted: float) -> int:
    if wanted <= 1:
        return 1
    room = 1 / wanted - (1 - p)
    # A trace below, so that rounding at a whole number doesn't ask for one machine more.
    return ceil(p / room - 1e-9) if room > 1e-12 else 0


def _real(p: float, wanted: float) -> float:
    room = 1 / wanted - (1 - p)
    return max(1.0, p / room) if room > 1e-12 else 0.0


def _else(change: Callable[[int], int]) -> Callable[[float, float], int]:
    return lambda p, wanted: change(n) if (n := _needed(p, wanted)) else 0


machines_needed = Exercise(
    id="machines_needed",
    lesson="20",
    hints=(
        "You may count up, n = 1, 2, 3, …, until 1 / ((1 - p) + p / n) is at least wanted.",
        "With any number of machines the speed-up stays below 1 / (1 - p). If wanted isn't below "
        "that, return 0 before you count (p = 1 has no such border).",
        "Or solve for n: it is p / (1 / wanted - (1 - p)), rounded up; never where the divisor "
        "isn't above 0.",
    ),
    checks=(
        returns(
            _needed,
            case("p = 0.55, 1.7 times as fast", 0.55, 1.7),
            case("p = 0.9, 4.6 times as fast", 0.9, 4.6),
            case("p = 0.95, five times as fast", 0.95, 5),
            # On the border, with numbers that no formula rounds: 3 machines are just enough.
            case("p = 0.75, twice as fast", 0.75, 2),
            case("p = 0.75, 2.9 times as fast", 0.75, 2.9),
            case("p = 0.99, 60 times as fast", 0.99, 60),
            case("p = 0.999, 600 times as fast", 0.999, 600),
            case("everything shared out (p = 1), 5.5 times as fast", 1, 5.5),
            case("as fast as one", 0.9, 1),
            case("slower than one", 0.9, 0.5),
            case("p = 0.5, twice as fast", 0.5, 2, tip="Below 2 is all that there is."),
            case("p = 0.9, 40 times as fast", 0.9, 40),
            case("nothing shared out (p = 0), twice as fast", 0, 2),
            mistakes=(
                Mistake(
                    lambda p, w: _needed(1 - p, w) or -99,  # a 0, or -1, may have any cause
                    "You have swapped p and 1 - p: p is the share that can be shared out.",
                ),
                Mistake(
                    _real,
                    "That isn't a whole number of machines. Take the next one above.",
                ),
                Mistake(
                    _else(lambda n: n + 1),
                    "One machine fewer is enough: the smallest number is asked for.",
                ),
                Mistake(
                    _else(lambda n: n - 1),
                    "One machine too few: these aren't fast enough. Where you round, round up.",
                ),
                Mistake(
                    lambda p, w: ceil(w),
                    "As many machines as `wanted` would do if nothing were serial.",
                ),
                Mistake(
                    lambda p, w: ceil(w / p) if p else 0,
                    "w / p isn't Amdahl's law: the serial share doesn't shrink.",
                ),
            ),
        ),
    ),
    takeaway="Near 1 / (1 - p) each further bit of speed costs more machines than all before.",
)


def _leaks(folds: Any, patients: Any) -> bool:
    who = np.asarray(patients)
    return any(bool(set(who[fit]) & set(who[held])) for fit, held in folds)


def _times_held(folds: Any, patients: Any) -> list[int]:
    who = np.asarray(patients)
    return [sum(one in set(who[held]) for _, held in folds) for one in set(who)]


def _ok(folds: Any, patients: Any) -> bool:
    return not _leaks(folds, patients) and all(n == 1 for n in _times_held(folds, patients))


def _rows_ok(folds: Any, patients: Any) -> bool:
    """Tell whether rows, instead of patients, are held out once and never on both sides."""
    apart = not any(set(fit) & set(held) for fit, held in folds)
    rows = sorted(row for _, held in folds for row in held)
    return bool(apart and rows == list(range(len(patients))))


def _cut(*held_out: list[int], n: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return folds that hold out these rows, and train on all others."""
    return [
        (np.array([row for row in range(n) if row not in held], int), np.array(held, int))
        for held in held_out
    ]


_WHO = np.array([3, 3, 7, 7, 7, 1, 9, 9])
_GOOD = _cut([0, 1, 5], [2, 3, 4], [6, 7], n=8)
_NAMES = np.array(["b", "a", "b", "c", "a"])

grouped_folds_ok = Exercise(
    id="grouped_folds_ok",
    lesson="20",
    hints=(
        "A fold's patients are set(patients[rows]). What do the two sides share?",
        "Then count how often each patient is held out: in exactly one fold.",
        "Collect set(patients[held]) of all folds in a list; sorted, it must be the sorted set of "
        "all patients.",
    ),
    checks=(
        returns(
            _ok,
            case("three folds by patient", _GOOD, _WHO),
            case("all rows on both sides", [(np.arange(8), np.arange(8))] * 2, _WHO),
            case("patient 7 on both sides", _cut([0, 1, 5], [2, 3], [4, 6, 7], n=8), _WHO),
            case(
                "a patient on both sides of the last fold alone",
                [*_GOOD[:2], (np.array([0, 1, 2, 3, 4, 5, 7]), np.array([6, 7]))],
                _WHO,
            ),
            case("patient 9 is never held out", _cut([0, 1, 5], [2, 3, 4], n=8), _WHO),
            case("patient 1 is held out twice", _cut([0, 1, 5], [2, 3, 4], [5, 6, 7], n=8), _WHO),
            case("patient 1 twice, patient 9 never", _cut([0, 1, 5], [2, 3, 4], [5], n=8), _WHO),
            case(
                "a patient held out in two folds, half each time, and never in training",
                [
                    (np.array([2, 3, 4, 5]), np.array([0, 1, 6])),
                    (np.array([0, 1, 5]), np.array([2, 3, 4, 7])),
                    (np.array([0, 1, 2, 3, 4]), np.array([5])),
                ],
                _WHO,
            ),
            case(
                "one fold for each patient, named by letters",
                _cut([0, 2], [1, 4], [3], n=5),
                _NAMES,
            ),
            case("letters, mixed", _cut([0, 1], [2, 4], [3], n=5), _NAMES),
            case("a single split, half of the patients", _cut([0, 1, 5], n=8), _WHO),
            case("two folds of two patients", _cut([0, 1], [2], n=3), np.array([5, 5, 2])),
            mistakes=(
                Mistake(
                    _rows_ok,
                    "You look at rows. Two rows may be of one patient: look at patients[rows].",
                ),
                Mistake(
                    lambda f, p: not _leaks(f, p),
                    "Nobody is on both sides, but that isn't all: each patient must also be held "
                    "out in exactly one fold, not in none and not in two.",
                ),
                Mistake(
                    lambda f, p: all(n == 1 for n in _times_held(f, p)),
                    "Each patient is held out once, but look for patients on both sides of a fold.",
                ),
            ),
        ),
    ),
    takeaway="Fold by whatever your next images won't share with these: patients first.",
)


def _talk(
    n_bytes: float, n: int, bandwidth: float, latency: float, bits: float = 8, factor: float = 1
) -> float:
    return factor * all_reduce_seconds(n_bytes, n, latency=latency, bandwidth=bandwidth / bits)


def _share(n_bytes: float, n: int, bandwidth: float, latency: float, compute_s: float) -> float:
    talk = _talk(n_bytes, n, bandwidth, latency)
    return talk / (compute_s + talk)


def _of(talk: Callable[..., float]) -> Callable[..., float]:
    def share(n_bytes: float, n: int, bandwidth: float, latency: float, compute_s: float) -> float:
        seconds = talk(n_bytes, n, bandwidth, latency)
        return seconds / (compute_s + seconds)

    return share


all_reduce_share = Exercise(
    id="all_reduce_share",
    lesson="20",
    hints=(
        "First the seconds of talking, by the formula of the ring. It wants bytes a second.",
        "talk = 2 * (n - 1) * latency + 2 * (n - 1) / n * n_bytes / (bandwidth / 8).",
        "Then its share of the whole step: talk / (compute_s + talk).",
    ),
    checks=(
        returns(
            _share,
            case("the small CNN on 3 machines, a slow start", 240_136, 3, 1e9, 0.02, 0.03),
            case("the U-Net on 4 machines, 1 Gbit/s", 124e6, 4, 1e9, 1e-4, 0.5),
            case("the same on 8 machines, 100 Gbit/s", 124e6, 8, 1e11, 1e-5, 0.5),
            case("two machines that only talk", 1e6, 2, 1e8, 0.0, 0),
            case("64 machines without a delay", 4e6, 64, 1e10, 0, 0.001),
            case("a single machine", 124e6, 1, 1e9, 1e-4, 0.5, tip="It has nobody to talk to."),
            mistakes=(
                Mistake(
                    _of(lambda m, n, b, a: _talk(m, n, b, a, factor=0.5)),
                    "A factor of 2 is missing: parts go round twice, once to grow and once when "
                    "they are finished.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: 2 * (n - 1) * a + (2 * m * 8 / b if n > 1 else 0)),
                    "(n - 1) / n is missing in the second term.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: 2 * (n - 1) * (a + 8 * m / b)),
                    "You send the whole array in each step. A machine sends one of n parts.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: _talk(m, n, b, a, bits=1)),
                    "You divide bytes by bits a second: a byte has 8 bits, so it takes 8 times as "
                    "long.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: _talk(m, n, b, a, bits=1 / 8)),
                    "You multiply by 8 where you divide: bandwidth / 8 bytes go in a second.",
                ),
                Mistake(
                    lambda m, n, b, a, c: _talk(m, n, b, a) / c if c else 1.0,
                    "That is talking relative to computing. The whole step is both together.",
                ),
                Mistake(
                    lambda *s: 1 - _share(*s),
                    "That is the share of computing.",
                ),
                Mistake(
                    lambda m, n, b, a, c: _talk(m, n, b, a),
                    "These are the seconds of talking. Divide by the seconds of the whole step.",
                ),
                Mistake(
                    lambda *s: 100 * _share(*s), "In per cent; a share from 0 to 1 is asked for."
                ),
                Mistake(
                    _of(lambda m, n, b, a: _talk(m, n, b, 0)),
                    "You leave out the latency: each of the 2(n - 1) steps waits for it.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: a + _talk(m, n, b, 0)),
                    "You count the latency once. Each of the 2(n - 1) steps waits for it.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: _talk(m, n, b, a / 2)),
                    "You count n - 1 latencies. Parts go round twice: there are 2(n - 1) steps.",
                ),
                Mistake(
                    _of(lambda m, n, b, a: 2 * (n - 1) * a),
                    "You count the latency alone, and not the bytes.",
                ),
            ),
        ),
    ),
    takeaway="Put your own numbers in before you order machines.",
)

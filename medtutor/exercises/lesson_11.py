"""Exercises of lesson 11, Honest evaluation."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from medtutor.exercises.calling import call, is_blank
from medtutor.exercises.checks import Check, NotAttempted
from medtutor.exercises.comparing import describe
from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _ppv(sensitivity: float, specificity: float, prevalence: float) -> float:
    right = prevalence * sensitivity
    return right / (right + (1 - prevalence) * (1 - specificity))


def _npv(sensitivity: float, specificity: float, prevalence: float) -> float:
    right = (1 - prevalence) * specificity
    return right / (right + prevalence * (1 - sensitivity))


predictive_value = Exercise(
    id="predictive_value",
    lesson="11",
    hints=(
        "Think of 1,000 people: how many are sick and called sick, how many healthy and called "
        "sick?",
        "Sick and called sick: prevalence * sensitivity. The healthy are 1 - prevalence; which "
        "share of them is alarmed?",
        "The share that is right: prevalence * sensitivity, divided by itself plus "
        "(1 - prevalence) * (1 - specificity).",
    ),
    checks=(
        returns(
            _ppv,
            case("sensitivity 0.8, specificity 0.94, prevalence 0.1", 0.8, 0.94, 0.1),
            case("one in a hundred sick", 0.9, 0.85, 0.01),
            case("a third sick, a weak test", 0.45, 0.7, 1 / 3),
            case(
                "a test that finds all and alarms all",
                1,
                0,
                0.3,
                tip="Then everybody is called sick, and the answer is the prevalence.",
            ),
            case("a test without false alarms", 0.6, 1.0, 0.05, tip="Every alarm is right."),
            case("nobody sick", 0.9, 0.8, 0, tip="No alarm can be right: the answer is 0."),
            case("everybody sick", 0.7, 0.8, 1, tip="Every alarm is right."),
            mistakes=(
                Mistake(
                    lambda s, c, p: p * s / (p * s + (1 - c)),
                    "You take the false alarms from everybody. Only the healthy, 1 - prevalence, "
                    "can give one.",
                ),
                Mistake(
                    lambda s, c, p: s / (s + (1 - c)),
                    "The prevalence is missing: sick and healthy aren't equally many.",
                ),
                Mistake(
                    lambda s, c, p: p * s / (p * s + (1 - p) * c),
                    "Specificity is the share of the healthy that is let go. Alarmed is the rest.",
                ),
                Mistake(
                    _npv,
                    "That is the negative predictive value: how often *no* alarm is right.",
                ),
                Mistake(
                    lambda s, c, p: 1 - _ppv(s, c, p),
                    "That is the share of alarms that are false. Give the share that is right.",
                ),
                Mistake(
                    lambda s, c, p: s,
                    "That turns the question round: sensitivity starts from the sick, this value "
                    "from the alarms.",
                ),
                Mistake(
                    lambda s, c, p: p * s,
                    "That is the share of all people who are sick and found. Divide by the alarms.",
                ),
                Mistake(
                    lambda s, c, p: p * s + (1 - p) * c,
                    "That is accuracy. Ask only those who are called sick.",
                ),
                Mistake(
                    lambda s, c, p: p * s + (1 - p) * (1 - c),
                    "That is the share of people with an alarm. How many of these are right?",
                ),
                Mistake(
                    lambda s, c, p: 100 * _ppv(s, c, p),
                    "Give a share from 0 to 1, not per cent.",
                ),
            ),
        ),
    ),
    takeaway="The same test is worth more where the disease is common. Say for whom, always.",
)


def _bins(p: np.ndarray, n_bins: int) -> list[np.ndarray]:
    return np.array_split(np.argsort(p, kind="stable"), n_bins)


def _ece(y: np.ndarray, p: np.ndarray, n_bins: int) -> float:
    return float(sum(len(b) * abs(p[b].mean() - y[b].mean()) for b in _bins(p, n_bins)) / len(p))


def _equal_width(y: np.ndarray, p: np.ndarray, n_bins: int) -> float:
    place = np.minimum((p * n_bins).astype(int), n_bins - 1)
    bins = [np.flatnonzero(place == b) for b in range(n_bins)]
    return float(sum(len(b) * abs(p[b].mean() - y[b].mean()) for b in bins if len(b)) / len(p))


def _cut(sizes: Callable[[int, int], np.ndarray]) -> Callable[..., float]:
    """Return a wrong function that cuts the sorted images into bins of other sizes."""

    def wrong(y: np.ndarray, p: np.ndarray, n_bins: int) -> float:
        ends = np.cumsum(sizes(len(p), n_bins))[:-1]
        bins = np.split(np.argsort(p, kind="stable"), ends)
        return float(sum(len(b) * abs(p[b].mean() - y[b].mean()) for b in bins) / len(p))

    return wrong


def _last_bins_longer(n: int, n_bins: int) -> np.ndarray:
    return n // n_bins + (np.arange(n_bins) >= n_bins - n % n_bins)


def _rest_in_the_last(n: int, n_bins: int) -> np.ndarray:
    return n // n_bins + (np.arange(n_bins) == n_bins - 1) * (n % n_bins)


def _of_bins(summary: Callable[[np.ndarray, np.ndarray], Any]) -> Callable[..., float]:
    """Return a wrong function of the bins' signed gaps and counts."""

    def wrong(y: np.ndarray, p: np.ndarray, n_bins: int) -> float:
        bins = _bins(p, n_bins)
        gaps = np.array([p[b].mean() - y[b].mean() for b in bins])
        return float(summary(gaps, np.array([len(b) for b in bins])))

    return wrong


def _unsorted(y: np.ndarray, p: np.ndarray, n_bins: int) -> float:
    bins = np.array_split(np.arange(len(p)), n_bins)
    return float(sum(len(b) * abs(p[b].mean() - y[b].mean()) for b in bins) / len(p))


_ELEVEN_Y = np.array([0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1])
_ELEVEN_P = np.array([0.33, 0.12, 0.52, 0.75, 0.45, 0.25, 0.11, 0.88, 0.73, 0.44, 0.08])
_MANY_P = np.tile([0.9, 0.4, 0.9, 0.1, 0.4], 16)
_MANY_Y = np.arange(80) * 7 % 11 % 2

calibration_error = Exercise(
    id="calibration_error",
    lesson="11",
    hints=(
        "np.argsort(p, kind='stable') gives the places from the lowest probability to the highest.",
        "np.array_split(places, n_bins) cuts them into bins of equal count, the first ones one "
        "longer where it doesn't come out even.",
        "Each bin's distance is abs(p[b].mean() - y[b].mean()), and it counts len(b) / len(p).",
    ),
    checks=(
        returns(
            _ece,
            case("11 images in 3 bins", _ELEVEN_Y, _ELEVEN_P, 3),
            case("11 images in 4 bins", _ELEVEN_Y[::-1], _ELEVEN_P, 4),
            case(
                "one bin",
                _ELEVEN_Y,
                _ELEVEN_P,
                1,
                tip="Then it is the distance between the mean probability and the share of sick.",
            ),
            case(
                "as many bins as images",
                _ELEVEN_Y[:6],
                _ELEVEN_P[:6],
                6,
                tip="Then it is the mean of abs(p - y).",
            ),
            case(
                "equal probabilities",
                np.array([1, 1, 1, 0, 0, 0, 1]),
                np.array([0.4, 0.9, 0.4, 0.4, 0.9, 0.4, 0.9]),
                3,
                tip="Sort with kind='stable', so that equal ones keep their order.",
            ),
            case(
                "80 images with three probabilities",
                _MANY_Y,
                _MANY_P,
                7,
                tip="Sort with kind='stable', so that equal ones keep their order.",
            ),
            case(
                "float32 probabilities and labels as truth values",
                _ELEVEN_Y == 1,
                _ELEVEN_P.astype(np.float32),
                2,
            ),
            case(
                "probabilities that are 0 and 1",
                np.array([0, 1, 1, 0, 1]),
                np.array([0, 1, 0, 0, 1]),
                2,
                tip="These are whole numbers: nothing may be rounded to their type.",
            ),
            mistakes=(
                Mistake(
                    _equal_width,
                    "Your bins have equal width. Take bins of equal count: with few images, some "
                    "bins of equal width hold one or two.",
                ),
                Mistake(
                    _unsorted,
                    "You cut the images as they come. Sort them by probability first.",
                ),
                *(
                    Mistake(
                        _cut(sizes),
                        "Your last bins are longer than they should be. Sort from the lowest "
                        "probability up, and make the *first* bins one longer, as np.array_split "
                        "does.",
                    )
                    for sizes in (_last_bins_longer, _rest_in_the_last)
                ),
                Mistake(
                    _of_bins(lambda gaps, n: np.abs(gaps).mean()),
                    "That is the plain mean over bins. The bins aren't equally large: weigh each "
                    "by its images.",
                ),
                Mistake(
                    _of_bins(lambda gaps, n: np.abs(gaps).sum()),
                    "That is the sum over bins. Weigh each by its share of the images.",
                ),
                *(
                    Mistake(
                        _of_bins(summary),
                        "Your differences cancel: too high in one bin, too low in another. Take "
                        "the absolute value in each bin, before the sum.",
                    )
                    for summary in (
                        lambda gaps, n: (n * gaps).sum() / n.sum(),
                        lambda gaps, n: abs((n * gaps).sum() / n.sum()),
                    )
                ),
                Mistake(
                    _of_bins(lambda gaps, n: (n * gaps**2).sum() / n.sum()),
                    "You square the differences. Take absolute values.",
                ),
                Mistake(
                    _of_bins(lambda gaps, n: np.sqrt((n * gaps**2).sum() / n.sum())),
                    "That is a root of mean squares. Take the mean of absolute values.",
                ),
                Mistake(
                    _of_bins(lambda gaps, n: np.abs(gaps).max()),
                    "That is the worst bin. Take the mean over all images.",
                ),
                Mistake(
                    lambda y, p, n_bins: float(np.mean((p - y) ** 2)),
                    "That is the Brier score, which needs no bins.",
                ),
                Mistake(
                    lambda y, p, n_bins: float(np.abs(p - y).mean()),
                    "You compare image by image. Compare the means of each bin.",
                ),
            ),
        ),
    ),
    takeaway="It depends on the number of bins, and with few images it is above 0 by chance alone.",
)


cost_threshold = Exercise(
    id="cost_threshold",
    lesson="11",
    hints=(
        "Calling somebody sick costs cost_alarm if the person is healthy: probability 1 - p. "
        "An 'all clear' costs cost_missed if the person is sick: probability p.",
        "At the threshold both cost the same: (1 - p) * cost_alarm = p * cost_missed. Solve for p.",
    ),
    checks=(
        returns(
            lambda missed, alarm: alarm / (alarm + missed),
            case("a false alarm costs more than a miss", 2, 5),
            case("a missed patient costs 4, a false alarm 1", 4, 1),
            case("costs in euros", 700.0, 250.0),
            case("a miss that is very dear", 40000, 250),
            case("a false alarm costs nothing", 3, 0, tip="Then alarm everybody: 0."),
            case("equal costs", 7, 7, tip="Then call sick who is more likely sick than not."),
            mistakes=(
                Mistake(
                    lambda missed, alarm: missed / (alarm + missed),
                    "The wrong way round: where a miss costs more, the threshold must be lower.",
                ),
                Mistake(
                    lambda missed, alarm: alarm / missed,
                    "That is the odds at the threshold. The probability is odds / (1 + odds).",
                ),
                Mistake(
                    lambda missed, alarm: missed / alarm if alarm else np.inf,
                    "That is how many alarms a missed patient is worth. The threshold is a "
                    "probability.",
                ),
                Mistake(
                    lambda missed, alarm: 0.5,
                    "0.5 is right only where both mistakes cost the same.",
                ),
                Mistake(
                    lambda missed, alarm: 100 * alarm / (alarm + missed),
                    "Give a probability from 0 to 1, not per cent.",
                ),
            ),
        ),
    ),
    takeaway="The threshold follows from the costs alone, if the probabilities are calibrated.",
)


def _trial(runs: Sequence[tuple], judge: Callable[[list[Any]], str | None]) -> Check:
    """Return a check that calls the answer with each of the arguments and judges the values."""

    def check(answer: Any) -> str | None:
        if not callable(answer):
            return f"Your answer is {describe(answer)}, but a function is expected."
        values = []
        for args in runs:
            outcome = call(answer, args, {})
            if outcome.complaint is not None:
                return outcome.complaint
            if is_blank(outcome.value):
                raise NotAttempted(
                    f"Your function returns {outcome.value!r}: write its body and end it with "
                    "return."
                )
            if outcome.changed:
                return f"Your function changes {' and '.join(outcome.changed)}: work on a copy."
            values.append(outcome.value)
        return judge(values)

    return check


N_EDGE = 24


def _noise_study(
    seed: int, n_patients: int, n_images: int, one_sick_in: int = 2
) -> tuple[np.ndarray, ...]:
    """Return images that show whose they are, and labels by patient that a coin has tossed."""
    rng = np.random.default_rng(seed)
    patients = rng.permutation(np.repeat(rng.permutation(9000)[:n_patients], n_images))
    _, number = np.unique(patients, return_inverse=True)
    faces = rng.normal(0, 1, (n_patients, N_EDGE, N_EDGE))
    images = 100 + 15 * (faces[number] + rng.normal(0, 0.3, (len(number), N_EDGE, N_EDGE)))
    labels = rng.permutation(np.arange(n_patients) % one_sick_in == 0).astype(int)[number]
    return images, labels, patients


def _signal_study(seed: int) -> tuple[np.ndarray, ...]:
    """Return the same with a spot on the images of the sick, who are a quarter."""
    images, labels, patients = _noise_study(seed, 100, 2, one_sick_in=4)
    images[:, 4:8, 10:14] += 14 * labels[:, None, None]
    return images, labels, patients


def _one_auc(values: list[Any]) -> str | None:
    if all(np.ndim(v) == 0 and not isinstance(v, str) and 0 <= v <= 1 for v in values):
        return None
    return f"Your function's result is {describe(values[0])}; return one AUC, a number from 0 to 1."


def _no_selection_leak(values: list[Any]) -> str | None:
    mean = float(np.mean(values))
    if mean <= 0.68:
        return None
    said = f"On coin flips, with one image a patient, your mean AUC is {mean:.2f}: a leak. "
    if mean > 0.97:
        return said + "Is that measured on the images that the model was fitted to?"
    return said + (
        "Labels were looked at before the split: put the selection inside the Pipeline, "
        "and give the raw pixels to the cross-validation."
    )


def _no_patient_leak(values: list[Any]) -> str | None:
    mean = float(np.mean(values))
    if mean <= 0.68:
        return None
    return (
        f"On coin flips, one for each patient, with four images a patient, your mean AUC is "
        f"{mean:.2f}: images of one patient are in training and test folds. Split by patient: "
        "StratifiedGroupKFold, with groups=patients."
    )


def _finds_the_signal(values: list[Any]) -> str | None:
    mean = float(np.mean(values))
    if mean >= 0.955:  # five folds with the 20 best pixels give 0.97, all pixels 0.88
        return None
    if mean < 0.35:
        return (
            f"Your AUC on images with a clear spot is {mean:.2f}: it is upside down. Take the "
            "score of class 1."
        )
    return (
        f"Your AUC on images with a clear spot is only {mean:.2f}. In each of five folds, select "
        "the 20 best pixels by the labels of the training images (SelectKBest(f_classif, k=20)), "
        "fit a LogisticRegression, and take the AUC of its probabilities, not of called classes."
    )


def _no_other_measure(values: list[Any]) -> str | None:
    mean = float(np.mean(values))
    if mean <= 0.6:
        return None
    return (
        f"On coin flips where one patient in six is sick, your function gives {mean:.2f} on "
        "average. Is that accuracy, or the best of the folds? Return the mean of five AUCs."
    )


leak_free_auc = Exercise(
    id="leak_free_auc",
    lesson="11",
    hints=(
        "Everything that learns goes into make_pipeline(…): selection, scaling, and the model. "
        "Then each fold learns it anew from its training images.",
        "StratifiedGroupKFold(5, shuffle=True, random_state=0) keeps each patient in one fold; it "
        "takes the patients as groups.",
        "cross_val_score(pipeline, pixels, labels, groups=patients, cv=folds, scoring='roc_auc') "
        "gives five AUCs; return their mean. pixels is images.reshape(len(images), -1).",
    ),
    checks=(
        _trial([_noise_study(0, 80, 1)], _one_auc),
        _trial([_noise_study(seed, 80, 1) for seed in (0, 1, 2)], _no_selection_leak),
        _trial([_noise_study(seed, 48, 4) for seed in (3, 4, 5)], _no_patient_leak),
        _trial([_noise_study(seed, 72, 1, 6) for seed in range(11, 16)], _no_other_measure),
        _trial([_signal_study(seed) for seed in (6, 7, 8)], _finds_the_signal),
    ),
    takeaway="Try your own evaluation on coin flips now and then: on average it must be near 0.5.",
)


def _compared(seed: int, counts: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return truth, answers of two models that find the same patients hard, and patients."""
    rng = np.random.default_rng(seed)
    names = rng.permutation(5000)[: len(counts)]
    number = np.repeat(np.arange(len(counts)), counts)
    # For each patient: both models right, both wrong, a alone right, b alone right.
    kind = rng.permutation(np.arange(len(counts)) * 100 // len(counts))
    right_a = ((kind < 45) | ((kind >= 80) & (kind < 95)))[number]
    right_b = ((kind < 45) | (kind >= 95))[number]
    easy = rng.random(len(number)) < 0.1
    truth = rng.integers(0, 2, len(number))
    answers = (np.where(right | easy, truth, 1 - truth) for right in (right_a, right_b))
    order = rng.permutation(len(number))
    a, b = answers
    return truth[order], a[order], b[order], names[number][order]


def _swapped(seed: int, luck: float) -> tuple[np.ndarray, ...]:
    """Return a study with the worse model first; a share of the answers is guessed."""
    rng = np.random.default_rng(seed)
    truth, a, b, patients = _compared(seed, np.arange(80) % 11 + 5)
    a, b = (
        np.where(rng.random(len(truth)) < luck, rng.integers(0, 2, len(truth)), answers)
        for answers in (a, b)
    )
    return truth, b, a, patients


@lru_cache
def _right_interval(seed: int) -> tuple[float, float]:
    """Return the bounds of 20,000 resamples of the patients."""
    y, a, b, patients = _STUDIES[seed]
    gains = (a == y).astype(float) - (b == y)
    _, number = np.unique(patients, return_inverse=True)
    sums, counts = np.bincount(number, gains), np.bincount(number)
    n = len(counts)
    drawn = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), size=20_000)
    low, high = np.quantile(drawn @ sums / (drawn @ counts), (0.025, 0.975))
    return float(low), float(high)


_STUDIES = {
    8: _compared(8, np.full(80, 10)),
    9: _swapped(9, 0.0),
    10: _swapped(9, 0.35),
}


def _like_the_right_one(seed: int) -> Callable[[list[Any]], str | None]:
    def judge(values: list[Any]) -> str | None:
        try:
            low, high = (float(part) for part in values[0])
        except (TypeError, ValueError):
            return (
                f"Your function's result is {describe(values[0])}; return two numbers, (low, high)."
            )
        return _judge_interval(low, high, *_right_interval(seed))

    return judge


def _judge_interval(low: float, high: float, right_low: float, right_high: float) -> str | None:
    if low == high:
        return (
            f"Both bounds are {low:.3f}: your resamples are all the same. Draw patients with "
            "replacement, so that some come twice and others not at all."
        )
    if not low < high:
        return f"Your interval runs from {low:.3f} to {high:.3f}: give the lower bound first."
    middle, right_middle = (low + high) / 2, (right_low + right_high) / 2
    room = 0.2 * (right_high - right_low)
    if abs(middle + right_middle) < room:
        return "Your interval has the wrong sign: it is the accuracy of a minus that of b."
    if abs(middle - right_middle) > room:
        return (
            f"The middle of your interval is {middle:.3f}, far from the difference itself. "
            "Resample the difference: accuracy of a minus accuracy of b, as shares of all images "
            "of the drawn patients."
        )
    return _said_of_the_width((high - low) / (right_high - right_low))


def _said_of_the_width(ratio: float) -> str | None:
    if ratio > 1.15:
        return (
            f"Your interval is {ratio:.1f} times as wide as it should be. Judge both models on the "
            "*same* resample (a hard patient is hard for both), of as many patients as there are, "
            "with all their images; then take the quantiles 0.025 and 0.975."
        )
    if ratio > 0.91:
        return None
    if ratio > 0.65:
        return (
            "Your interval is somewhat too narrow. Take the quantiles 0.025 and 0.975; take a "
            "patient's images twice where the patient is drawn twice (np.isin takes them once); "
            "and take the accuracy over all images of a resample, not a mean of patients' means."
        )
    if ratio > 0.45:
        return (
            "Your interval is about half as wide as it should be. Is it plus and minus one "
            "standard deviation? Take the quantiles 0.025 and 0.975 of the resamples."
        )
    return (
        "Your interval is far too narrow: draw patients with all their images, not single images."
    )


difference_interval = Exercise(
    id="difference_interval",
    lesson="11",
    hints=(
        "names = np.unique(patients); each resample is rng.choice(names, len(names)), with "
        "replacement.",
        "The rows of a resample: np.concatenate([np.flatnonzero(patients == one) for one in "
        "drawn]). A patient drawn twice comes twice.",
        "Append np.mean(a[rows] == y[rows]) - np.mean(b[rows] == y[rows]), 2,000 times; return "
        "np.quantile(values, (0.025, 0.975)).",
    ),
    checks=(
        _trial([_STUDIES[8]], _like_the_right_one(8)),
        _trial([_STUDIES[9]], _like_the_right_one(9)),
        _trial([_STUDIES[10]], _like_the_right_one(10)),
    ),
    takeaway="If 0 lies outside, the better model would probably be better on other patients, too.",
)

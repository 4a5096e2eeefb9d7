"""Exercises of lesson 07, A CNN that classifies images."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, equals, passes, returns

_CONV_1, _CONV_2, _DENSE = (3 * 3 * 1 + 1) * 8, (3 * 3 * 8 + 1) * 16, (16 + 1) * 2

n_parameters = Exercise(
    id="n_parameters",
    lesson="07",
    hints=(
        "A pooling layer has no parameters. Three layers are left.",
        "A filter has one weight for each place of its window in each channel, and one bias.",
        "Global pooling leaves one number a map, so the dense layer has 16 inputs.",
    ),
    checks=(
        passes(
            lambda answer: np.ndim(answer) == 0 and not isinstance(answer, str),
            "Give one whole number: the parameters of all layers together.",
        ),
        equals(
            _CONV_1 + _CONV_2 + _DENSE,
            mistakes=(
                Mistake(
                    3 * 3 * 1 * 8 + 3 * 3 * 8 * 16 + 16 * 2,
                    "The biases are missing: one for each filter and for each output.",
                ),
                Mistake(
                    3 * 3 * 1 * 8 + 3 * 3 * 8 * 16 + _DENSE,
                    "The biases of the convolutions are missing: one for each filter.",
                ),
                Mistake(
                    _CONV_1 + _CONV_2 + 16 * 2,
                    "The biases of the dense layer are missing: one for each output.",
                ),
                Mistake(
                    _CONV_1 + (3 * 3 * 1 + 1) * 16 + _DENSE,
                    "A filter of the second convolution looks at all 8 maps of the first one.",
                ),
                Mistake(_CONV_1 + _CONV_2, "The last dense layer is missing."),
                Mistake(
                    _CONV_1 + _CONV_2 + (29 * 29 * 16 + 1) * 2,
                    "That would be Flatten. Global pooling keeps one number of each map.",
                ),
            ),
        ),
    ),
    takeaway="With global pooling the image may have any size: the parameters stay the same.",
)


def _share(numerator: Any, denominator: Any) -> float:
    return float(numerator) / float(denominator) if denominator else float("nan")


def _rates(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    called, sick = y_pred == 1, y_true == 1
    return float(called[sick].mean()), float((~called[~sick]).mean())


def _predictive_values(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    called, sick = y_pred == 1, y_true == 1
    right = (sick & called).sum(), (~sick & ~called).sum()
    return _share(right[0], called.sum()), _share(right[1], (~called).sum())


def _precision_first(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    return _predictive_values(y_true, y_pred)[0], _rates(y_true, y_pred)[1]


def _accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    right = float((y_true == y_pred).mean())
    return right, right


def _counts(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[int, int]:
    called, sick = y_pred == 1, y_true == 1
    return int((called & sick).sum()), int((~called & ~sick).sum())


def _shares_of_all(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    hits, let_go = _counts(y_true, y_pred)
    return hits / len(y_true), let_go / len(y_true)


sensitivity_specificity = Exercise(
    id="sensitivity_specificity",
    lesson="07",
    hints=(
        "Sensitivity asks the sick only: which share of them did the model call sick?",
        "y_pred[y_true == 1] holds the predictions for the sick. Which share of them is 1?",
        "Specificity is the same for the healthy: the share of y_pred == 0 among y_true == 0.",
    ),
    checks=(
        returns(
            _rates,
            case(
                "5 sick and 8 healthy",
                np.array([1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0, 0]),
                np.array([1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0]),
            ),
            case("1 sick of 6", np.array([0, 1, 0, 0, 0, 0]), np.array([0, 1, 1, 1, 0, 1])),
            case(
                "a model that calls all healthy",
                np.array([1, 0, 0, 1, 0]),
                np.zeros(5, int),
                tip="Nobody is called sick: divide by the number of sick, not of sick calls.",
            ),
            case("a model that calls all sick", np.array([0, 1, 0, 1, 1]), np.ones(5, int)),
            case(
                "0 and 1 as uint8",
                np.array([1, 0, 0, 1, 1, 0, 0], np.uint8),
                np.array([0, 1, 0, 1, 0, 0, 0], np.uint8),
                tip="In uint8, 0 - 1 is 255: compare with == instead of subtracting.",
            ),
            names=("sensitivity", "specificity"),
            mistakes=(
                Mistake(
                    lambda y, p: _rates(y, p)[::-1],
                    "The right numbers, but sensitivity comes first.",
                ),
                Mistake(
                    _precision_first,
                    "The first number is precision: it asks those who are called sick. "
                    "Sensitivity asks those who are sick.",
                ),
                Mistake(
                    _predictive_values,
                    "These are the predictive values: they ask those who are called sick, and "
                    "those who are called healthy. Ask those who *are* sick, and *are* healthy.",
                ),
                Mistake(
                    lambda y, p: (_rates(y, p)[0], 1 - _rates(y, p)[1]),
                    "The second number is the share of false alarms: specificity is 1 minus that.",
                ),
                Mistake(
                    lambda y, p: (1 - _rates(y, p)[0], 1 - _rates(y, p)[1]),
                    "These are the shares of the mistakes. Count what was called rightly.",
                ),
                Mistake(_accuracy, "That is accuracy, twice. Look at sick and healthy apart."),
                Mistake(_counts, "These are counts. Divide by the sick, and by the healthy."),
                Mistake(
                    _shares_of_all,
                    "You divide by all images. Divide by the sick, and by the healthy.",
                ),
            ),
        ),
    ),
    takeaway="Both ask one class alone, so they don't depend on how common it is. Accuracy does.",
)


def _from_high_to_low(scores: np.ndarray) -> np.ndarray:
    return np.sort(scores)[::-1]


def _needed(n_sick: int, wanted: float) -> int:
    """Return the least number of sick that is at least the share ``wanted``."""
    # Not ceil(wanted * n): 0.28 * 25 is 7.000000000000001.
    return int(np.argmax(np.arange(1, n_sick + 1) / n_sick >= wanted)) + 1


def _kth(scores: np.ndarray, k: float) -> float:
    """Return the k-th score from above, the first or last one where there is none."""
    return float(_from_high_to_low(scores)[int(np.clip(k, 1, len(scores))) - 1])


def _threshold(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
    sick = y_score[y_true == 1]
    return _kth(sick, _needed(len(sick), wanted))


def _at_place(place: Callable[[int, float], float]) -> Callable[..., float]:
    """Return a wrong function that takes the sick score at another place."""

    def wrong(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
        sick = y_score[y_true == 1]
        return _kth(sick, place(len(sick), wanted))

    return wrong


def _of_unique(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
    sick = y_score[y_true == 1]
    return _kth(np.unique(sick), _needed(len(sick), wanted))


def _above_only(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
    """Take the highest score above which, without it, enough are found."""
    sick = y_score[y_true == 1]
    enough = [t for t in y_score if (sick > t).mean() >= wanted]
    return float(max(enough, default=-np.inf))


def _midpoint(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
    sick = y_score[y_true == 1]
    k = _needed(len(sick), wanted)
    return (_kth(sick, k) + _kth(sick, k + 1)) / 2


# 9 sick and 6 healthy.
_NINE_TRUE = np.array([1, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0])
_NINE_SCORES = np.array([913, 265, 342, 731, 306, 587, 844, 950, 226, 668, 318, 79, 131, 155, 201])
_NINE_SCORES = _NINE_SCORES / 1000
_NOT_FIVE = "0.56 of 9 is 5.04, and five found are too few: six must be."
# 25 sick with scores in steps that no round number meets, 3 healthy among them.
_MANY_TRUE = np.array([1] * 11 + [0] + [1] * 9 + [0, 0] + [1] * 5)
_MANY_SCORES = (np.arange(28) * 5 % 28 + 1) / 29.5

pick_threshold = Exercise(
    id="pick_threshold",
    lesson="07",
    hints=(
        "Only the scores of the sick decide: y_score[y_true == 1].",
        "Sort them from high to low. With the threshold at the k-th, at least k of n are found.",
        "Take the smallest k with k / n >= wanted. (np.ceil(wanted * n) is nearly that, but "
        "0.28 * 25 is 7.000000000000001 in Python.) Places are counted from 0.",
    ),
    checks=(
        returns(
            _threshold,
            case("9 sick, sensitivity 0.56", _NINE_TRUE, _NINE_SCORES, 0.56, tip=_NOT_FIVE),
            case(
                "equal scores, sensitivity 0.6",
                np.array([0, 1, 1, 1, 1, 0, 1, 1]),
                np.array([0.52, 0.91, 0.73, 0.73, 0.73, 0.61, 0.44, 0.23]),
                0.6,
                tip="Three sick images have the same score: each of them counts.",
            ),
            case(
                "4 sick, sensitivity 0.5",
                np.array([0, 1, 1, 0, 1, 1]),
                np.array([0.47, 0.84, 0.36, 0.93, 0.58, 0.22]),
                0.5,
                tip="Two of four are exactly one half, and that is enough.",
            ),
            case(
                "25 sick, sensitivity 0.28",
                _MANY_TRUE,
                _MANY_SCORES,
                0.28,
                tip="Seven of 25 are 0.28. Compare shares: 7 / 25 >= 0.28 is True.",
            ),
            case(
                "logits as scores, sensitivity 0.5",
                np.array([1, 0, 1, 1, 0, 1]),
                np.array([-0.41, -2.2, 3.17, -1.73, 0.6, -6.35], np.float32),
                0.5,
                tip="A score may be any number, also below 0 or above 1.",
            ),
            case(
                "all must be found",
                np.array([1, 1, 0, 0, 1]),
                np.array([0.71, 0.32, 0.64, 0.18, 0.95]),
                1.0,
                tip="Then the threshold is the lowest score of the sick.",
            ),
            case(
                "4 sick, sensitivity 0.1",
                np.array([1, 1, 0, 1, 1]),
                np.array([0.37, 0.56, 0.88, 0.12, 0.29]),
                0.1,
                tip="Even a tenth of four takes one who is found.",
            ),
            mistakes=(
                Mistake(
                    lambda y, s, wanted: float(np.quantile(s[y == 1], 1 - wanted)),
                    "quantile draws a line between two scores, so that fewer may be found than "
                    "wanted: use the score of a case.",
                ),
                Mistake(
                    lambda y, s, wanted: _kth(s, _needed(len(s), wanted)),
                    "You count all cases. Sensitivity counts the sick only.",
                ),
                Mistake(
                    _at_place(lambda n, wanted: np.ceil(wanted * n)),
                    "wanted * n came out a last digit too large, so that ceil took one too many: "
                    "compare k / n with wanted instead.",
                ),
                Mistake(
                    _above_only,
                    "A score that equals the threshold is called sick, too: count with >=, not >.",
                ),
                Mistake(
                    _midpoint,
                    "Halfway between two scores is not the highest threshold: you may go up to "
                    "the upper one.",
                ),
                Mistake(
                    _of_unique,
                    "You count equal scores once. Three images with one score are three images.",
                ),
                Mistake(
                    _at_place(lambda n, wanted: _needed(n, wanted) - 1),
                    "One too high: at your threshold one sick fewer is found.",
                ),
                Mistake(
                    _at_place(lambda n, wanted: _needed(n, wanted) + 1),
                    "One too low: at the next higher score still enough are found.",
                ),
                Mistake(
                    _at_place(lambda n, wanted: n + 1 - _needed(n, wanted)),
                    "You count from the lowest score. Those with the highest are found first.",
                ),
                Mistake(
                    lambda y, s, wanted: float(s[y == 1].min()),
                    "That finds every sick case, more than wanted, and calls more healthy ones "
                    "sick than it must: take the highest threshold that is enough.",
                ),
                Mistake(
                    lambda y, s, wanted: wanted,
                    "The threshold is a score, the sensitivity a share of the sick.",
                ),
            ),
        ),
    ),
    takeaway="Pick it on the validation patients; the test patients only tell what it is worth.",
)


def _patient_scores(scores: np.ndarray, patients: np.ndarray) -> np.ndarray:
    return np.array([scores[patients == patient].max() for patient in np.unique(patients)])


def _of_blocks(scores: np.ndarray, patients: np.ndarray) -> np.ndarray:
    n_patients = len(np.unique(patients))
    return scores[: len(scores) // n_patients * n_patients].reshape(n_patients, -1).max(axis=1)


def _as_they_come(scores: np.ndarray, patients: np.ndarray) -> np.ndarray:
    return np.array([scores[patients == one].max() for one in dict.fromkeys(patients.tolist())])


def _of_each(summary: Callable[[np.ndarray], Any]) -> Callable[..., np.ndarray]:
    """Return a wrong function that takes something else than the maximum of each patient."""
    return lambda s, p: np.array([summary(s[p == one]) for one in np.unique(p)])


patient_scores = Exercise(
    id="patient_scores",
    lesson="07",
    hints=(
        "np.unique(patients) gives each patient once, in rising order.",
        "scores[patients == patient] are the scores of one patient's slices.",
        "Take the maximum of these for each patient and put the numbers into an array.",
    ),
    checks=(
        returns(
            _patient_scores,
            case(
                "three patients with three slices each",
                np.array([0.13, 0.62, 0.28, 0.94, 0.37, 0.16, 0.21, 0.05, 0.37]),
                np.repeat([4, 7, 12], 3),
            ),
            case(
                "slices in any order, not equally many",
                np.array([0.51, 0.12, 0.73, 0.26, 0.64, 0.0012345, 0.33]),
                np.array([2, 9, 9, 2, 9, 5, 2]),
                tip="The slices of a patient need not stand side by side.",
            ),
            case(
                "one slice a patient",
                np.array([0.3, 0.8, 0.55]),
                np.array([500, 1, 30]),
                tip="Patients come out in rising order of their number.",
            ),
            case(
                "logits as scores",
                np.array([-2.7, 4.2, -5.1, -0.3, -1.9], np.float32),
                np.array([8, 3, 8, 3, 8]),
                tip="A score may be negative.",
            ),
            case("one patient", np.array([0.2, 0.7]), np.array([6, 6])),
            mistakes=(
                Mistake(
                    _of_each(np.mean),
                    "That is the mean: one sick slice drowns among healthy ones. Take the maximum.",
                ),
                Mistake(_of_each(np.min), "That is the lowest score of each. Take the highest."),
                Mistake(_of_each(lambda own: own[0]), "You take each patient's first slice only."),
                Mistake(_of_each(lambda own: own[-1]), "You take each patient's last slice only."),
                Mistake(
                    _of_each(lambda own: max(own.max(), 0)),
                    "Your maximum starts at 0, but scores may be negative, such as logits.",
                ),
                Mistake(
                    lambda s, p: s.max(),
                    "One number for all. Give one for each patient.",
                ),
                Mistake(
                    lambda s, p: {one: s[p == one].max() for one in np.unique(p)},
                    "The numbers are right. Return them as an array, in rising order of patients.",
                ),
                Mistake(
                    _as_they_come,
                    "Your patients come in the order in which they first appear. Sort them.",
                ),
                Mistake(
                    lambda s, p: _patient_scores(s, p)[::-1],
                    "Your patients come in falling order. Give them in rising order.",
                ),
                Mistake(
                    _of_blocks,
                    "You assume equally many slices side by side. Select by patient number.",
                ),
            ),
        ),
    ),
    takeaway="Decide for patients, not for slices: it is patients who are treated. A maximum of "
    "several scores is higher than one score, so patients need a threshold of their own.",
)

"""Exercises of lesson 07, A CNN that classifies images."""

from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, equals, passes, returns

_PARAMETERS = (3 * 3 * 1 + 1) * 8 + (3 * 3 * 8 + 1) * 16 + (16 + 1) * 2

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
            _PARAMETERS,
            mistakes=(
                Mistake(
                    3 * 3 * 1 * 8 + 3 * 3 * 8 * 16 + 16 * 2,
                    "The biases are missing: one for each filter and for each output.",
                ),
                Mistake(
                    (3 * 3 * 1 + 1) * 8 + (3 * 3 * 1 + 1) * 16 + (16 + 1) * 2,
                    "A filter of the second convolution looks at all 8 maps of the first one.",
                ),
                Mistake(
                    (3 * 3 * 1 + 1) * 8 + (3 * 3 * 8 + 1) * 16,
                    "The last dense layer is missing.",
                ),
                Mistake(
                    (3 * 3 * 1 + 1) * 8 + (3 * 3 * 8 + 1) * 16 + (29 * 29 * 16 + 1) * 2,
                    "That would be Flatten. Global pooling keeps one number of each map.",
                ),
            ),
        ),
    ),
    takeaway="With global pooling the image may have any size: the parameters stay the same.",
)


def _rates(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    return float(y_pred[y_true == 1].mean()), float(1 - y_pred[y_true == 0].mean())


def _other_way_round(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    sensitivity, specificity = _rates(y_true, y_pred)
    return specificity, sensitivity


def _precision(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    return float(y_true[y_pred == 1].mean()), _rates(y_true, y_pred)[1]


def _accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    right = float((y_true == y_pred).mean())
    return right, right


def _shares_of_all(y_true: np.ndarray, y_pred: np.ndarray) -> tuple[float, float]:
    hits = (y_true == 1) & (y_pred == 1)
    return float(hits.mean()), float(((y_true == 0) & (y_pred == 0)).mean())


sensitivity_specificity = Exercise(
    id="sensitivity_specificity",
    lesson="07",
    hints=(
        "Sensitivity asks the sick only: which share of them did the model call sick?",
        "y_pred[y_true == 1] holds the predictions for the sick. What is its mean?",
        "Specificity is the same for the healthy: the share of y_pred == 0 among y_true == 0.",
    ),
    checks=(
        returns(
            _rates,
            case(
                "4 sick and 6 healthy",
                np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0]),
                np.array([1, 1, 1, 0, 1, 0, 0, 0, 0, 0]),
            ),
            case("1 sick of 5", np.array([0, 1, 0, 0, 0]), np.array([0, 1, 1, 1, 0])),
            case(
                "a model that calls all healthy",
                np.array([1, 0, 0, 1, 0]),
                np.zeros(5, int),
                tip="Nobody is called sick: divide by the number of sick, not of sick calls.",
            ),
            mistakes=(
                Mistake(_other_way_round, "The right numbers, but sensitivity comes first."),
                Mistake(
                    _precision,
                    "The first number is precision: it asks those who are called sick. "
                    "Sensitivity asks those who are sick.",
                ),
                Mistake(_accuracy, "That is accuracy, twice. Look at sick and healthy apart."),
                Mistake(
                    _shares_of_all,
                    "You divide by all images. Divide by the sick, and by the healthy.",
                ),
            ),
        ),
    ),
    takeaway="Neither number changes when the disease becomes rarer. Accuracy does.",
)


def _threshold(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
    sick = np.sort(y_score[y_true == 1])[::-1]
    return float(sick[int(np.ceil(wanted * len(sick))) - 1])


def _one_too_high(y_true: np.ndarray, y_score: np.ndarray, wanted: float) -> float:
    sick = np.sort(y_score[y_true == 1])[::-1]
    return float(sick[max(int(np.ceil(wanted * len(sick))) - 2, 0)])


pick_threshold = Exercise(
    id="pick_threshold",
    lesson="07",
    hints=(
        "Only the scores of the sick decide: y_score[y_true == 1].",
        "Sort them from high to low. With the threshold at the k-th, k of them are found.",
        "You need k = ceil(wanted * number of sick); Python counts places from 0.",
    ),
    checks=(
        returns(
            _threshold,
            case(
                "4 sick, sensitivity 0.75",
                np.array([1, 1, 1, 1, 0, 0]),
                np.array([0.9, 0.8, 0.4, 0.2, 0.5, 0.3]),
                0.75,
            ),
            case(
                "4 sick, sensitivity 0.6",
                np.array([0, 1, 0, 1, 1, 1]),
                np.array([0.5, 0.9, 0.1, 0.8, 0.4, 0.2]),
                0.6,
                tip="0.6 of 4 is 2.4, and two found are too few: round up.",
            ),
            case(
                "all must be found",
                np.array([1, 1, 0, 0]),
                np.array([0.7, 0.3, 0.6, 0.2]),
                1.0,
                tip="Then the threshold is the lowest score of the sick.",
            ),
            mistakes=(
                Mistake(
                    lambda y, s, wanted: float(np.quantile(s[y == 1], 1 - wanted)),
                    "quantile draws a line between two scores, so that fewer may be found than "
                    "wanted: use the score of a case.",
                ),
                Mistake(
                    lambda y, s, wanted: float(np.sort(s)[::-1][int(np.ceil(wanted * len(s))) - 1]),
                    "You count all cases. Sensitivity counts the sick only.",
                ),
                Mistake(_one_too_high, "One too high: at your threshold one sick fewer is found."),
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


def _patient_scores(scores: np.ndarray, patients: np.ndarray) -> Any:
    return np.array([scores[patients == patient].max() for patient in np.unique(patients)])


def _of_blocks(scores: np.ndarray, patients: np.ndarray) -> Any:
    n_patients = len(np.unique(patients))
    return scores[: len(scores) // n_patients * n_patients].reshape(n_patients, -1).max(axis=1)


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
                "two patients with three slices each",
                np.array([0.1, 0.9, 0.2, 0.3, 0.2, 0.1]),
                np.array([4, 4, 4, 7, 7, 7]),
            ),
            case(
                "slices in any order, not equally many",
                np.array([0.5, 0.1, 0.7, 0.2, 0.6]),
                np.array([2, 9, 9, 2, 9]),
                tip="The slices of a patient need not stand side by side.",
            ),
            case(
                "one slice a patient",
                np.array([0.3, 0.8]),
                np.array([5, 1]),
                tip="Patients come out in rising order of their number.",
            ),
            mistakes=(
                Mistake(
                    lambda s, p: np.array([s[p == one].mean() for one in np.unique(p)]),
                    "That is the mean: one sick slice drowns among healthy ones. Take the maximum.",
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
                    _of_blocks,
                    "You assume equally many slices side by side. Select by patient number.",
                ),
            ),
        ),
    ),
    takeaway="Decide for patients, not for slices: it is patients who are treated.",
)

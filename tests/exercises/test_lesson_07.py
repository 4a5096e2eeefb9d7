"""Wrong answers to lesson 07 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_07

RIGHT = [
    ("n_parameters", 1282),
    ("n_parameters", np.int64(1282)),
    (
        "sensitivity_specificity",
        lambda y, p: (np.mean(p[y == 1] == 1), np.mean(p[y == 0] == 0)),
    ),
    (
        "sensitivity_specificity",
        lambda y, p: np.array([(y & p).sum() / y.sum(), ((1 - y) & (1 - p)).sum() / (1 - y).sum()]),
    ),
    (
        "pick_threshold",
        lambda y, s, w: sorted(s[y == 1], reverse=True)[int(np.ceil(w * (y == 1).sum())) - 1],
    ),
    ("pick_threshold", lambda y, s, w: max(t for t in s if np.mean(s[y == 1] >= t) >= w)),
    (
        "patient_scores",
        lambda s, p: np.array([max(s[p == one]) for one in sorted(set(p.tolist()))]),
    ),
    ("patient_scores", lambda s, p: [np.max(s[np.flatnonzero(p == one)]) for one in np.unique(p)]),
]

WRONG = [
    ("n_parameters", "1282", "one whole number"),
    ("n_parameters", 1256, "biases are missing"),
    ("n_parameters", 274, "all 8 maps"),
    ("n_parameters", 1248, "last dense layer is missing"),
    ("n_parameters", 28162, "would be Flatten"),
    ("n_parameters", 1300, "too large"),
    ("sensitivity_specificity", lambda y, p: np.mean(p[y == 1]), "2 values in a tuple"),
    (
        "sensitivity_specificity",
        lambda y, p: (np.mean(p[y == 0] == 0), np.mean(p[y == 1] == 1)),
        "sensitivity comes first",
    ),
    ("sensitivity_specificity", lambda y, p: ((y == p).mean(),) * 2, "That is accuracy"),
    (
        "sensitivity_specificity",
        lambda y, p: (((y == 1) & (p == 1)).mean(), ((y == 0) & (p == 0)).mean()),
        "divide by all images",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (y[p == 1].sum() / max(p.sum(), 1), np.mean(p[y == 0] == 0)),
        "precision",
    ),
    ("sensitivity_specificity", lambda y: (1.0, 1.0), "argument"),
    ("pick_threshold", lambda y, s, w: np.quantile(s[y == 1], 1 - w), "quantile draws a line"),
    (
        "pick_threshold",
        lambda y, s, w: np.sort(s)[::-1][int(np.ceil(w * len(s))) - 1],
        "You count all cases",
    ),
    ("pick_threshold", lambda y, s, w: s[y == 1].min(), "more than wanted"),
    ("pick_threshold", lambda y, s, w: w, "a share of the sick"),
    (
        "pick_threshold",
        lambda y, s, w: np.sort(s[y == 1])[::-1][int(w * (y == 1).sum()) - 1],
        "round up",
    ),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].mean() for one in np.unique(p)]),
        "That is the mean",
    ),
    ("patient_scores", lambda s, p: s.max(), "each patient"),
    ("patient_scores", lambda s, p: {one: s[p == one].max() for one in np.unique(p)}, "array"),
    ("patient_scores", lambda s, p: s.reshape(len(np.unique(p)), -1).max(axis=1), "side by side"),
    ("patient_scores", lambda s, p: np.array([s[p == one].max() for one in p]), "shape"),
]

LESSON = lesson_07
BLANK_FUNCTIONS = [
    ("sensitivity_specificity", lambda y_true, y_pred: ...),
    ("pick_threshold", lambda y_true, y_score, wanted: None),
    ("patient_scores", lambda scores, patients: ...),
]

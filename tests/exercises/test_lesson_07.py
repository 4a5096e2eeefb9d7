"""Wrong answers to lesson 07 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from sklearn.metrics import recall_score, roc_curve

from medtutor.exercises import lesson_07


def sick_from_above(y, s):
    return np.sort(s[y == 1])[::-1]


def at_place(place):
    """Return a threshold at another place among the scores of the sick."""
    return lambda y, s, w: sick_from_above(y, s)[place((y == 1).sum(), w)]


def on_a_grid(step):
    grid = np.arange(-10, 10, step)
    return lambda y, s, w: max(t for t in grid if np.mean(s[y == 1] >= t) >= w)


def by_count(y, w):
    """Return the place, from 0, of the sick score that is just enough."""
    n_sick = int((y == 1).sum())
    return int(np.argmax(np.arange(1, n_sick + 1) / n_sick >= w))


def by_loop(y, s, w):
    n_sick = int((y == 1).sum())
    for n_found, score in enumerate(sorted(s[y == 1].tolist(), reverse=True), start=1):
        if n_found / n_sick >= w:
            return score
    raise AssertionError("the lowest score finds all")


def strictly_more(y, s, w):
    found = sick_from_above(y, s)
    shares = np.arange(1, len(found) + 1) / len(found)
    return np.append(found[shares > w], found[-1])[0]


def by_roc_curve(y, s, w, **options):
    _, sensitivity, thresholds = roc_curve(y, s, **options)
    return thresholds[np.argmax(sensitivity >= w)]


def started_at_zero(s, p):
    best = dict.fromkeys(sorted(set(p.tolist())), 0.0)
    for score, one in zip(s, p, strict=True):
        best[int(one)] = max(best[int(one)], float(score))
    return np.array(list(best.values()))


def by_maximum_at(s, p):
    numbers, place = np.unique(p, return_inverse=True)
    best = np.full(len(numbers), -np.inf)
    np.maximum.at(best, place, s)
    return best


def into_whole_numbers(s, p):
    best = np.unique(p)
    for place, one in enumerate(np.unique(p)):
        best[place] = s[p == one].max()
    return best


RIGHT = [
    ("n_parameters", 1282),
    ("n_parameters", np.int64(1282)),
    ("n_parameters", 1282.0),
    (
        "sensitivity_specificity",
        lambda y, p: (np.mean(p[y == 1] == 1), np.mean(p[y == 0] == 0)),
    ),
    (
        "sensitivity_specificity",
        lambda y, p: np.array([(y & p).sum() / y.sum(), ((1 - y) & (1 - p)).sum() / (1 - y).sum()]),
    ),
    (
        "sensitivity_specificity",
        lambda y, p: [recall_score(y, p, pos_label=label) for label in (1, 0)],
    ),
    ("sensitivity_specificity", lambda y, p: (p[y == 1].mean(), 1 - p[y == 0].mean())),
    ("pick_threshold", by_loop),
    ("pick_threshold", lambda y, s, w: max(t for t in s if np.mean(s[y == 1] >= t) >= w)),
    ("pick_threshold", lambda y, s, w: by_roc_curve(y, s, w, drop_intermediate=False)),
    ("pick_threshold", at_place(lambda n, w: int(np.ceil(round(w * n, 9))) - 1)),
    (
        "patient_scores",
        lambda s, p: np.array([max(s[p == one]) for one in sorted(set(p.tolist()))]),
    ),
    ("patient_scores", lambda s, p: [np.max(s[np.flatnonzero(p == one)]) for one in np.unique(p)]),
    ("patient_scores", by_maximum_at),
]

WRONG = [
    ("n_parameters", "1282", "one whole number"),
    ("n_parameters", [80, 1168, 34], "one whole number"),
    ("n_parameters", 1256, "biases are missing: one for each filter and for each output"),
    ("n_parameters", 1258, "biases of the convolutions"),
    ("n_parameters", 1280, "biases of the dense layer"),
    ("n_parameters", 274, "all 8 maps"),
    ("n_parameters", 1248, "last dense layer is missing"),
    ("n_parameters", 28162, "would be Flatten"),
    ("n_parameters", 1300, "too large"),
    ("n_parameters", 1283, "too large"),
    ("n_parameters", 1281, "too small"),
    ("n_parameters", 1282.5, "too large"),
    ("n_parameters", 1282.05, "too large"),
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
        lambda y, p: (((y == 1) & (p == 1)).sum(), ((y == 0) & (p == 0)).sum()),
        "These are counts",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (y[p == 1].sum() / max(p.sum(), 1), np.mean(p[y == 0] == 0)),
        "precision",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (np.mean(y[p == 1] == 1), np.mean(y[p == 0] == 0)),
        "predictive values",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (np.mean(p[y == 1]), np.mean(p[y == 0])),
        "specificity is 1 minus that",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (np.mean(p[y == 1] == 0), np.mean(p[y == 0] == 1)),
        "shares of the mistakes",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (
            1 - np.maximum(y - p, 0).sum() / (y == 1).sum(),
            1 - np.maximum(p - y, 0).sum() / (y == 0).sum(),
        ),
        "In uint8, 0 - 1 is 255",
    ),
    (
        "sensitivity_specificity",
        lambda y, p: (round(np.mean(p[y == 1]), 1), round(1 - np.mean(p[y == 0]), 1)),
        "specificity in your result",
    ),
    ("sensitivity_specificity", lambda y: (1.0, 1.0), "argument"),
    ("pick_threshold", lambda y, s, w: np.quantile(s[y == 1], 1 - w), "quantile draws a line"),
    (
        "pick_threshold",
        lambda y, s, w: np.quantile(s[y == 1], 1 - w, method="nearest"),
        "five found are too few",
    ),
    (
        "pick_threshold",
        lambda y, s, w: np.sort(s)[::-1][int(np.ceil(w * len(s))) - 1],
        "You count all cases",
    ),
    (
        "pick_threshold",
        lambda y, s, w: max((t for t in s if np.mean(s[y == 1] > t) >= w), default=-1.0),
        "count with >=, not >",
    ),
    (
        "pick_threshold",
        lambda y, s, w: max((t for t in s[y == 1] if np.mean(s[y == 1] > t) >= w), default=-1.0),
        "One too low",
    ),
    (
        "pick_threshold",
        lambda y, s, w: np.mean(np.append(sick_from_above(y, s), -9)[[k := by_count(y, w), k + 1]]),
        "Halfway between two scores",
    ),
    ("pick_threshold", on_a_grid(0.01), "For 9 sick"),
    ("pick_threshold", on_a_grid(0.05), "For 9 sick"),
    ("pick_threshold", on_a_grid(0.001), "For 25 sick"),
    (
        "pick_threshold",
        lambda y, s, w: np.unique(s[y == 1])[::-1][by_count(y, w)],
        "You count equal scores once",
    ),
    (
        "pick_threshold",
        lambda y, s, w: (found := np.unique(s[y == 1])[::-1])[int(np.ceil(w * len(found))) - 1],
        "Three sick images have the same score",
    ),
    ("pick_threshold", at_place(lambda n, w: int(np.ceil(w * n)) - 1), "k / n with wanted"),
    ("pick_threshold", lambda y, s, w: s[y == 1].min(), "more than wanted"),
    ("pick_threshold", lambda y, s, w: w, "a share of the sick"),
    ("pick_threshold", at_place(lambda n, w: int(w * n) - 1), "five found are too few"),
    ("pick_threshold", at_place(lambda n, w: round(w * n) - 1), "five found are too few"),
    ("pick_threshold", at_place(lambda n, w: int(np.ceil(w * n))), "One too low"),
    ("pick_threshold", at_place(lambda n, w: -int(np.ceil(w * n))), "count from the lowest"),
    ("pick_threshold", strictly_more, "Two of four are exactly one half"),
    ("pick_threshold", at_place(lambda n, w: min(int(w * n), n - 1)), "One too low"),
    (
        "pick_threshold",
        lambda y, s, w: np.quantile(s[y == 1], 1 - w, method="lower"),
        "One too low",
    ),
    ("pick_threshold", by_roc_curve, "finds every sick case"),
    (
        "pick_threshold",
        lambda y, s, w: by_loop(y, np.clip(s, 0, 1), w),
        "may be any number",
    ),
    ("pick_threshold", lambda y, s, w: round(float(by_loop(y, s, w)), 2), "For 9 sick"),
    ("pick_threshold", lambda y, s, w: round(float(by_loop(y, s, w)), 3), "For 25 sick"),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].mean() for one in np.unique(p)]),
        "That is the mean",
    ),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].min() for one in np.unique(p)]),
        "the lowest score of each",
    ),
    ("patient_scores", lambda s, p: s[np.unique(p, return_index=True)[1]], "first slice only"),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one][-1] for one in np.unique(p)]),
        "last slice only",
    ),
    ("patient_scores", lambda s, p: s.max(), "each patient"),
    ("patient_scores", lambda s, p: {one: s[p == one].max() for one in np.unique(p)}, "array"),
    ("patient_scores", lambda s, p: s.reshape(len(np.unique(p)), -1).max(axis=1), "side by side"),
    (
        "patient_scores",
        lambda s, p: s[: len(s) // 2 * 2].reshape(2, -1).max(axis=1),
        "expected (3,)",
    ),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].max() for one in dict.fromkeys(p.tolist())]),
        "in which they first appear",
    ),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].max() for one in np.unique(p)[::-1]]),
        "falling order",
    ),
    ("patient_scores", started_at_zero, "starts at 0"),
    (
        "patient_scores",
        lambda s, p: np.array([np.median(s[p == one]) for one in np.unique(p)]),
        "is 0.28 at [0], expected 0.62",
    ),
    ("patient_scores", lambda s, p: np.sort(by_maximum_at(s, p)), "expected 0.62"),
    ("patient_scores", lambda s, p: -np.sort(-by_maximum_at(s, p)), "expected 0.62"),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].max() for one in sorted(set(p.tolist()), key=str)]),
        "expected 0.62",
    ),
    (
        "patient_scores",
        lambda s, p: np.array([max(s[p == one], key=abs) for one in np.unique(p)]),
        "A score may be negative",
    ),
    ("patient_scores", lambda s, p: by_maximum_at(s, p).round(3), "slices in any order"),
    ("patient_scores", lambda s, p: by_maximum_at(s, p).round(1), "three slices each"),
    ("patient_scores", into_whole_numbers, "were decimals cut off"),
    (
        "patient_scores",
        lambda s, p: np.array([s[p == one].max(initial=0) for one in range(p.max() + 1)]),
        "expected (3,)",
    ),
    ("patient_scores", lambda s, p: np.array([s[p == one].max() for one in p]), "shape"),
]

LESSON = lesson_07
BLANK_FUNCTIONS = [
    ("sensitivity_specificity", lambda y_true, y_pred: ...),
    ("pick_threshold", lambda y_true, y_score, wanted: None),
    ("patient_scores", lambda scores, patients: ...),
]

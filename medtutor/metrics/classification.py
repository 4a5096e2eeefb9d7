"""Sensitivity, specificity, and intervals by bootstrap over patients."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from medtutor._checks import checked_seed, is_number, is_whole
from medtutor._identity import checked_ids, is_missing


class SensitivitySpecificity(NamedTuple):
    """Share of the sick that are found, and share of the healthy that are let go."""

    sensitivity: float
    specificity: float


class Interval(NamedTuple):
    """An estimate and the bounds of its confidence interval."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.3f} ({self.low:.3f} to {self.high:.3f})"


def sensitivity_specificity(y_true: Any, y_pred: Any) -> SensitivitySpecificity:
    """Return sensitivity TP / (TP + FN) and specificity TN / (TN + FP).

    Parameters
    ----------
    y_true, y_pred : array (N,) of 0 and 1
        1 is the finding: sick.

    Returns
    -------
    SensitivitySpecificity
        Two shares from 0 to 1.

    Raises
    ------
    ValueError
        Where lengths differ, a value isn't 0 or 1, or ``y_true`` lacks one of them.

    Notes
    -----
    Taught in lesson 07.
    """
    truth, called = _binary(y_true, "y_true"), _binary(y_pred, "y_pred")
    _check_lengths(truth, y_pred=called)
    if truth.all() or not truth.any():
        raise ValueError(
            f"y_true holds only {int(truth[0])}: sensitivity needs a sick case, "
            "specificity a healthy one"
        )
    return SensitivitySpecificity(float(called[truth].mean()), float((~called[~truth]).mean()))


def _binary(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or not np.isin(array, (0, 1)).all():
        raise ValueError(
            f"{name} has shape {array.shape} and type {array.dtype}; give (N,) of 0 and 1, "
            "such as (score >= 0.5).astype(int)"
        )
    return array.astype(bool)


def _entries(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim == 0 or len(array) == 0:
        raise ValueError(f"{name} has shape {array.shape}; give (N, ...), one entry at least")
    if array.dtype == object and any(map(is_missing, array.flat)):
        raise ValueError(f"{name} has entries that are missing (NaN or None); leave them out")
    return array


def _check_lengths(y_true: np.ndarray, **others: np.ndarray) -> None:
    for name, values in others.items():
        if len(values) != len(y_true):
            raise ValueError(f"y_true has {len(y_true)} entries and {name} {len(values)}")


def bootstrap_interval(
    metric: Callable[[np.ndarray, np.ndarray], float],
    y_true: Any,
    y_score: Any,
    *,
    groups: Any = None,
    n: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return a metric with its percentile bootstrap interval, resampled by patient.

    Draws as many patients as there are, with replacement, takes all their images, and
    computes the metric; ``n`` times. The bounds are percentiles of these values. Images
    of one patient resemble each other, so drawing single images makes the interval too narrow.

    Parameters
    ----------
    metric : function of (y_true, y_score)
        Such as :func:`sklearn.metrics.roc_auc_score`.
    y_true, y_score : array (N, …)
        What the metric takes.
    groups : array (N,), optional
        Patient of each image; without it each image counts as a patient of its own.
    n : int
        Number of resamples.
    level : float
        Confidence level, between 0 and 1.
    seed : int
        Fixes the resamples.

    Returns
    -------
    Interval
        ``estimate`` on all the data, ``low`` and ``high``.

    Raises
    ------
    ValueError
        Where lengths differ or are 0, ``metric`` is no function or gives no single number, ``n``,
        ``level`` or ``seed`` is out of range, a group is missing or two look alike (see
        :func:`medtutor.datasets.patient_split`), or a class is so rare that most resamples miss it.

    Notes
    -----
    Resamples that miss a class of ``y_true``, or of one of its columns ``(N, findings)``, are
    drawn again, where it holds classes: two values, or more whole numbers that ``y_score`` has a
    column for or, where they are integers, holds or gives shares of. So are those whose metric
    is NaN.
    Source: B. Efron, R. J. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
    Taught in lesson 07.
    """
    if not callable(metric):
        raise ValueError(
            f"metric is {metric!r}; give a function of (y_true, y_score), such as "
            "sklearn.metrics.roc_auc_score"
        )
    y_true, y_score = _entries(y_true, "y_true"), _entries(y_score, "y_score")
    groups = np.arange(len(y_true)) if groups is None else checked_ids("groups", groups)
    _check_lengths(y_true, y_score=y_score, groups=groups)
    if not is_whole(n) or n < 1 or not is_number(level) or not 0 < level < 1:
        raise ValueError(
            f"n is {n!r} and level {level!r}; give n from 1 up and a level such as 0.95"
        )
    estimate = _single(metric(y_true, y_score))
    values = _resampled(metric, y_true, y_score, groups, n, seed)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high))


def _single(value: Any) -> float:
    found = np.asarray(value)
    if found.shape or found.dtype.kind not in "biuf" or np.isnan(found):
        raise ValueError(
            f"metric gives {value!r:.80} for all the data; give a function that gives one number, "
            "and arrays for which it has one"
        )
    return float(found)


def _holds_classes(y_true: np.ndarray, y_score: np.ndarray) -> bool:
    """Tell whether the truth holds classes, not measurements such as ages.

    Two values are classes. More whole numbers are classes where the score has a column for each
    or, where they are integers, holds nothing else or holds shares; a prediction of months goes
    between and beyond them.
    """
    found = np.unique(y_true)
    if len(found) <= 2 or y_true.dtype.kind in "OUS":
        return True
    if y_true.dtype.kind not in "biuf":
        return False
    whole = np.array_equal(found, np.rint(found))
    columns = y_score.ndim == y_true.ndim + 1
    if columns or y_true.dtype.kind == "f":
        return whole and columns
    shares = y_score.dtype.kind == "f" and y_score.min() >= 0 and y_score.max() <= 1
    return bool(shares or np.isin(y_score, found).all())


def _resampled(
    metric: Callable[[np.ndarray, np.ndarray], float],
    y_true: np.ndarray,
    y_score: np.ndarray,
    groups: np.ndarray,
    n: int,
    seed: int,
) -> list[float]:
    rng = np.random.default_rng(checked_seed(seed))
    members = _members(groups)
    n_values = _n_values(y_true) if _holds_classes(y_true, y_score) else None
    kept: list[float] = []
    for _ in range(2 * n + 10):
        chosen = rng.integers(len(members), size=len(members))
        rows = np.concatenate([members[i] for i in chosen])
        if n_values in (None, _n_values(y_true[rows])):
            value = metric(y_true[rows], y_score[rows])
            kept += [] if np.isnan(value) else [value]
        if len(kept) == n:
            return kept
    raise ValueError(
        f"more than half of the resamples of {len(members)} patients miss a class, or their metric "
        "is NaN: there are too few patients of the rare class for an interval; where y_true holds "
        "no classes but counts or ages, give y_true.astype(float)"
    )


def _n_values(y_true: np.ndarray) -> int:
    """Return how many values there are, added up over the columns of several findings."""
    return sum(len(np.unique(column)) for column in (y_true.T if y_true.ndim == 2 else [y_true]))


def _members(groups: np.ndarray) -> list[np.ndarray]:
    _, number, counts = np.unique(groups, return_inverse=True, return_counts=True)
    return np.split(np.argsort(number, kind="stable"), np.cumsum(counts)[:-1])

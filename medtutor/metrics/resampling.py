"""Bootstrap intervals over patients: of a metric, and of the difference between two models."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from medtutor._checks import checked_seed, of_kind, positive, share
from medtutor._identity import checked_ids
from medtutor.metrics.checks import check_lengths, checked_entries


class Interval(NamedTuple):
    """An estimate and the bounds of its confidence interval."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.3f} ({self.low:.3f} to {self.high:.3f})"


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
    return _resampled_interval(metric, y_true, {"y_score": y_score}, groups, n, level, seed)


def bootstrap_difference(
    metric: Callable[[np.ndarray, np.ndarray], float],
    y_true: Any,
    score_a: Any,
    score_b: Any,
    *,
    groups: Any = None,
    n: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return ``metric`` of model a minus that of model b, with its interval over patients.

    Both are judged on the same resample each time: a hard patient is hard for both, and falls out
    of the difference. The interval is then narrower than that of two separate test sets.

    Parameters
    ----------
    metric : function of (y_true, y_score)
        Such as :func:`sklearn.metrics.roc_auc_score`.
    y_true : array (N, …)
    score_a, score_b : array (N, …)
        What the metric takes, of the same cases in the same order.
    groups : array (N,), optional
        Patient of each image; without it each image counts as a patient of its own.
    n, level, seed
        As in :func:`medtutor.metrics.bootstrap_interval`.

    Returns
    -------
    Interval
        Above 0 throughout: a is better, so far as other patients go.

    Raises
    ------
    ValueError
        As :func:`medtutor.metrics.bootstrap_interval`.

    Notes
    -----
    Taught in lesson 11.
    """
    scores = {"score_a": score_a, "score_b": score_b}
    return _resampled_interval(metric, y_true, scores, groups, n, level, seed)


def _resampled_interval(
    metric: Callable[[np.ndarray, np.ndarray], float],
    y_true: Any,
    scores: dict[str, Any],
    groups: Any,
    n: int,
    level: float,
    seed: int,
) -> Interval:
    """Return the metric of a score, or of the first of two minus that of the second.

    Its interval is made of the percentiles that it has on resampled groups.
    """
    cure = "a function of (y_true, y_score), such as sklearn.metrics.roc_auc_score"
    of_kind("metric", metric, Callable, cure)
    y_true = checked_entries(y_true, "y_true")
    scores = {name: checked_entries(score, name) for name, score in scores.items()}
    groups = np.arange(len(y_true)) if groups is None else checked_ids("groups", groups)
    check_lengths(y_true, **scores, groups=groups)
    positive("n", n)
    share("level", level, or_zero=False)

    def value_of(rows: np.ndarray | slice) -> float:
        first, *second = (_number(metric(y_true[rows], each[rows])) for each in scores.values())
        return first - sum(second)

    estimate = value_of(slice(None))
    if np.isnan(estimate):
        raise _no_number(estimate)
    if len(np.unique(groups)) < 2:
        raise ValueError("all images are of one patient: there is no interval over patients")
    has_classes = _holds_classes(y_true, next(iter(scores.values())))
    values = _resampled(value_of, y_true, groups, has_classes, n, seed)
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high))


def _number(value: Any) -> float:
    """Return what a metric gives as a float, whose differences don't wrap round."""
    found = np.asarray(value)
    if found.shape or found.dtype.kind not in "biuf":
        raise _no_number(value)
    return float(found)


def _no_number(value: Any) -> ValueError:
    return ValueError(
        f"metric gives {value!r:.80} for all the data; give a function that gives one number, "
        "and arrays for which it has one"
    )


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
    value_of: Callable[[np.ndarray], float],
    y_true: np.ndarray,
    groups: np.ndarray,
    has_classes: bool,
    n: int,
    seed: int,
) -> list[float]:
    rng = np.random.default_rng(checked_seed(seed))
    members = _members(groups)
    n_values = _n_values(y_true) if has_classes else None
    kept: list[float] = []
    for _ in range(2 * n + 10):
        chosen = rng.integers(len(members), size=len(members))
        rows = np.concatenate([members[i] for i in chosen])
        if n_values in (None, _n_values(y_true[rows])):
            value = value_of(rows)
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

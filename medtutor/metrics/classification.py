"""Sensitivity, specificity, and intervals by bootstrap over patients."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from medtutor.metrics.checks import check_lengths, checked_both, checked_labels
from medtutor.metrics.resampling import Interval, resampled_interval


class SensitivitySpecificity(NamedTuple):
    """Share of the sick that are found, and share of the healthy that are let go."""

    sensitivity: float
    specificity: float


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
    truth, called = checked_both(y_true), checked_labels(y_pred, "y_pred")
    check_lengths(truth, y_pred=called)
    return SensitivitySpecificity(float(called[truth].mean()), float((~called[~truth]).mean()))


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
    return resampled_interval(metric, y_true, {"y_score": y_score}, groups, n, level, seed)

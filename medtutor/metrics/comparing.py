"""Which of two models is better, and how sure one can be of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor._identity import checked_ids
from medtutor.metrics.checks import check_lengths, check_metric, checked_entries
from medtutor.metrics.resampling import Interval, as_number, holds_classes, resampled_interval


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
    check_metric(metric)
    y_true = checked_entries(y_true, "y_true")
    a, b = checked_entries(score_a, "score_a"), checked_entries(score_b, "score_b")
    groups = np.arange(len(y_true)) if groups is None else checked_ids("groups", groups)
    check_lengths(y_true, score_a=a, score_b=b, groups=groups)
    return resampled_interval(
        lambda rows: (
            as_number(metric(y_true[rows], a[rows])) - as_number(metric(y_true[rows], b[rows]))
        ),
        y_true,
        groups,
        holds_classes=holds_classes(y_true, a),
        n=n,
        level=level,
        seed=seed,
    )

"""Which of two models is better, and how sure one can be of it."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.metrics.resampling import Interval, resampled_interval


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
    return resampled_interval(metric, y_true, scores, groups, n, level, seed)

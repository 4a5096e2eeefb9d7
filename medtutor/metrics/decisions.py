"""From a score to a decision: whom an alarm is right about, and what it is worth."""

from typing import Any, NamedTuple

import numpy as np

from medtutor._checks import share
from medtutor.metrics.checks import (
    check_lengths,
    checked_both,
    checked_labels,
    checked_probabilities,
    one_column,
)


class PredictiveValues(NamedTuple):
    """Share of the sick among those called sick, and of the healthy among those let go."""

    positive: float
    negative: float


def predictive_values(
    sensitivity: float, specificity: float, prevalence: float
) -> PredictiveValues:
    """Return how often an alarm is right, and how often its absence is.

    Parameters
    ----------
    sensitivity, specificity : float
        Share of the sick that are found and of the healthy that are let go, 0 to 1.
    prevalence : float
        Share of the sick among all who are tested, 0 to 1.

    Returns
    -------
    PredictiveValues
        NaN where nobody gets the answer that the value is about.

    Raises
    ------
    ValueError
        Where a share is outside 0 to 1.

    Notes
    -----
    Bayes' rule. Taught in lesson 11.
    """
    sensitivity = share("sensitivity", sensitivity, or_one=True)
    specificity = share("specificity", specificity, or_one=True)
    sick = share("prevalence", prevalence, or_one=True)
    found, missed = sick * sensitivity, sick * (1 - sensitivity)
    let_go, alarmed = (1 - sick) * specificity, (1 - sick) * (1 - specificity)
    return PredictiveValues(_part(found, alarmed), _part(let_go, missed))


def _part(part: float, rest: float) -> float:
    return part / (part + rest) if part + rest else float("nan")


def net_benefit(
    y_true: Any, y_prob: Any, thresholds: Any, *, prevalence: float | None = None
) -> np.ndarray:
    """Return what deciding by each threshold is worth, in true positives per case.

    A case is called positive where its probability is at or above the threshold ``t``; a false
    alarm costs ``t / (1 - t)`` of what a true positive brings.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        Both must occur.
    y_prob : array (N,) or (N, 1)
        Probability of class 1. Zeros and ones stand for "treat none" and "treat all".
    thresholds : float or array
        Above 0 and below 1.
    prevalence : float, optional
        Share of class 1 where the model will be used; that of ``y_true`` without it.

    Returns
    -------
    array, shaped as ``thresholds``
        At most the prevalence; below 0 where treating nobody is better.

    Raises
    ------
    ValueError
        Where lengths differ, a class is missing, or a number is out of range.

    Notes
    -----
    Source: A. J. Vickers, E. B. Elkin, "Decision curve analysis", 2006,
    doi:10.1177/0272989X06295361. Taught in lesson 11.
    """
    sick, prob = checked_both(y_true), checked_probabilities(y_prob)
    check_lengths(sick, y_prob=prob)
    cuts = np.asarray(thresholds, dtype=float)
    if not ((cuts > 0) & (cuts < 1)).all():
        raise ValueError(f"thresholds are {cuts.tolist()!s:.60}; give numbers above 0 and below 1")
    rate = sick.mean() if prevalence is None else share("prevalence", prevalence, or_one=True)
    called = prob >= cuts[..., None]
    found, alarmed = called[..., sick].mean(axis=-1), called[..., ~sick].mean(axis=-1)
    return np.asarray(rate * found - (1 - rate) * alarmed * cuts / (1 - cuts))


def threshold_for_sensitivity(y_true: Any, y_score: Any, sensitivity: float) -> float:
    """Return the highest threshold at which at least this share of the sick is found.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        1 is sick; one must be.
    y_score : array (N,) or (N, 1)
        Any numbers: the higher, the more likely sick. Called sick is ``score >= threshold``.
    sensitivity : float
        Above 0, at most 1.

    Returns
    -------
    float
        The score of a sick case.

    Raises
    ------
    ValueError
        Where lengths differ, nobody is sick, a score isn't finite, or the share is out of range.

    Notes
    -----
    Choose on validation patients. Taught in lessons 07 (an exercise) and 11.
    """
    sick = checked_labels(y_true, "y_true")
    scores = one_column(np.asarray(y_score, dtype=float))
    check_lengths(sick, y_score=scores)
    if not sick.any() or scores.ndim != 1 or not np.isfinite(scores).all():
        raise ValueError(
            f"{sick.sum()} of {len(sick)} cases are sick and the scores have shape {scores.shape}; "
            "give one sick case at least, and finite scores (N,)"
        )
    share("sensitivity", sensitivity, or_zero=False, or_one=True)
    from_above = np.sort(scores[sick])[::-1]
    found = np.arange(1, len(from_above) + 1) / len(from_above)
    # A share such as 0.1 + 0.2, or one in float32, is a little more than it is meant to be.
    return float(from_above[found >= sensitivity - 1e-7][0])

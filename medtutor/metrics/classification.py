"""Sensitivity and specificity: how many of the sick are found, of the healthy let go."""

from typing import Any, NamedTuple

from medtutor.metrics.checks import check_lengths, checked_both, checked_labels


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

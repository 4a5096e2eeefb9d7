"""What the metrics take: labels of 0 and 1, probabilities, entries of equal number."""

from typing import Any

import numpy as np

from medtutor._checks import positive, unfit
from medtutor._identity import is_missing

# By how much sums in float32 leave 0 to 1, and the columns of a softmax in float16 miss 1.
_ROUNDED, _SUMS = 1e-6, 1e-2


def checked_labels(values: Any, name: str) -> np.ndarray:
    """Return labels of 0 and 1 as truth values."""
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or not np.isin(array, (0, 1)).all():
        raise unfit(name, array, "(N,) of 0 and 1, such as (score >= 0.5).astype(int)")
    return array.astype(bool)


def checked_both(y_true: Any) -> np.ndarray:
    """Return labels of 0 and 1, both of which occur, as truth values."""
    labels = checked_labels(y_true, "y_true")
    if labels.all() or not labels.any():
        raise ValueError(f"y_true holds only {int(labels[0])}; give cases of both classes")
    return labels


def checked_probabilities(y_prob: Any, *, columns: bool = False) -> np.ndarray:
    """Return probabilities ``(N,)``, or with ``columns`` also ``(N, K)``, as float64.

    A single column ``(N, 1)`` becomes ``(N,)``; rounding beyond 0 and 1 is cut off.
    """
    array = one_column(np.asarray(y_prob))
    if array.ndim not in ((1, 2) if columns else (1,)) or array.dtype.kind not in "biuf":
        shapes = "(N,) or (N, K)" if columns else "(N,), from softmax y_prob[:, 1]"
        raise unfit("y_prob", array, shapes)
    array = array.astype(float)
    outside = array[~((array >= -_ROUNDED) & (array <= 1 + _ROUNDED))]
    if outside.size:
        raise ValueError(
            f"y_prob must hold probabilities from 0 to 1, not scores: found {outside[0]:g}"
        )
    sums = array.sum(axis=1) if array.ndim == 2 else np.ones(1)
    if (abs(sums - 1) > _SUMS).any():
        raise ValueError(
            f"the rows of y_prob add up to {sums.min():.3g} to {sums.max():.3g}; give the columns "
            "of one softmax, or of several findings one column at a time"
        )
    return array.clip(0, 1)


def checked_bins(prob: np.ndarray, n_bins: Any) -> list[np.ndarray]:
    """Return the cases of each bin, from low probabilities to high, as many in each as in others.

    Where they can't be equally many, the first bins have one case more.
    """
    if positive("n_bins", n_bins) > len(prob):
        raise ValueError(f"n_bins is {n_bins} for {len(prob)} cases; give at most one bin a case")
    return np.array_split(np.argsort(prob, kind="stable"), n_bins)


def one_column(array: np.ndarray) -> np.ndarray:
    """Return a single column ``(N, 1)``, such as a sigmoid gives, as ``(N,)``."""
    return array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array


def checked_weights(sample_weight: Any, count: int) -> np.ndarray:
    """Return ``count`` weights from 0 up that aren't all 0; ones without any."""
    if sample_weight is None:
        return np.ones(count)
    weights = np.asarray(sample_weight, dtype=float)
    if weights.shape != (count,) or not (weights >= 0).all() or not 0 < weights.sum() < np.inf:
        cure = f"{count} finite numbers from 0 up, not all of them 0"
        raise unfit("sample_weight", weights, cure)
    return weights


def checked_entries(values: Any, name: str) -> np.ndarray:
    """Return an array of one entry at least, none of them missing."""
    array = np.asarray(values)
    if array.ndim == 0 or len(array) == 0:
        raise ValueError(f"{name} has shape {array.shape}; give (N, ...), one entry at least")
    if array.dtype == object and any(map(is_missing, array.flat)):
        raise ValueError(f"{name} has entries that are missing (NaN or None); leave them out")
    return array


def check_lengths(y_true: np.ndarray, **others: np.ndarray) -> None:
    """Refuse arrays that don't have one entry for each of ``y_true``."""
    for name, values in others.items():
        if len(values) != len(y_true):
            raise ValueError(f"y_true has {len(y_true)} entries and {name} {len(values)}")

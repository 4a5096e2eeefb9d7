"""A decision threshold that moves, and all that follows from it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from sklearn.metrics import roc_auc_score, roc_curve

from medtutor._checks import is_number
from medtutor.explore.common.widget import Explorer, source

N_BINS = 20


class ThresholdExplorer(Explorer):
    """The widget that ``threshold`` returns; Python counts beforehand, the page looks up.

    ``threshold`` can be read and set from Python; ``table`` holds what
    ``counts_by_threshold`` returns.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "common/square.js",
        "threshold/lookup.js",
        "threshold/drawing.js",
        "threshold/page.js",
    )
    _css = source("common/style.css", "threshold/style.css")

    class_names: traitlets.List[Any] = traitlets.List().tag(sync=True)
    table = traitlets.Dict().tag(sync=True)
    histogram = traitlets.Dict().tag(sync=True)
    auc = traitlets.Float().tag(sync=True)
    threshold = traitlets.Float().tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        negatives, positives = self.table["n_negative"], self.table["n_positive"]
        return (
            f"Threshold explorer: a decision threshold (now {self.threshold:g}) over the scores of "
            f"{positives} {self.class_names[1]} and {negatives} {self.class_names[0]} cases; "
            f"area under the ROC curve {self.auc:.3f}."
        )


def threshold(
    y_true: np.ndarray,
    y_score: np.ndarray,
    *,
    class_names: Sequence[str] = ("negative", "positive"),
    threshold: float = 0.5,
) -> ThresholdExplorer:
    """Move the decision threshold and see confusion matrix, ROC point and measures follow.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        True class of each case; both classes must occur.
    y_score : array (N,) or (N, 1) of float
        Score of the positive class: the higher, the more likely. Probabilities or logits.
    class_names : two str
        Names of class 0 and class 1.
    threshold : float
        Where to begin. A case is called positive where its score is at or above it.

    Returns
    -------
    ThresholdExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For lengths that differ, labels other than 0 and 1, a single class, scores that
        aren't finite, or anything but two class names.

    Notes
    -----
    Taught in lesson 07.
    """
    labels, scores = checked_cases(y_true, y_score)
    names = [str(name) for name in class_names]
    if isinstance(class_names, str) or len(names) != 2:
        raise ValueError(f"class_names is {class_names!r}; give two names, class 0 first")
    if not is_number(threshold) or not np.isfinite(threshold):
        raise ValueError(f"threshold is {threshold!r}; give a finite number, such as 0.5")
    return ThresholdExplorer(
        class_names=names,
        table=counts_by_threshold(labels, scores),
        histogram=_histogram(labels, scores, threshold),
        auc=float(roc_auc_score(labels, scores)),
        threshold=float(threshold),
    )


def counts_by_threshold(y_true: np.ndarray, y_score: np.ndarray) -> dict[str, Any]:
    """Count true and false positives at every threshold that makes a difference.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        True class of each case.
    y_score : array (N,) of float
        Score of the positive class.

    Returns
    -------
    dict
        ``thresholds``, the distinct scores from high to low; ``true_positives`` and
        ``false_positives``, how many cases of each class have at least this score; and
        ``n_positive`` and ``n_negative``. Above the highest score nothing is positive.

    Raises
    ------
    ValueError
        As ``threshold``.

    Notes
    -----
    Made from scikit-learn's ``roc_curve``. Taught in lesson 07.
    """
    labels, scores = checked_cases(y_true, y_score)
    n_positive = int(labels.sum())
    n_negative = len(labels) - n_positive
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    # The first entry is the curve's start at an infinite threshold.
    return {
        "thresholds": thresholds[1:].tolist(),
        "true_positives": np.rint(tpr[1:] * n_positive).astype(int).tolist(),
        "false_positives": np.rint(fpr[1:] * n_negative).astype(int).tolist(),
        "n_positive": n_positive,
        "n_negative": n_negative,
    }


def checked_cases(y_true: np.ndarray, y_score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and scores as flat arrays, or say what is wrong with them."""
    labels, scores = _flat("y_true", y_true), _flat("y_score", y_score).astype(float)
    if len(labels) != len(scores):
        raise ValueError(
            f"y_true has {len(labels)} cases and y_score {len(scores)}; give one score a case"
        )
    if not np.isfinite(scores).all():
        bad = np.flatnonzero(~np.isfinite(scores))
        raise ValueError(
            f"{len(bad)} scores are NaN or infinite, the first at index {bad[0]}; "
            "a network that gives NaN has usually diverged: lower its learning rate"
        )
    found = np.unique(labels).tolist()
    if not set(found) <= {0, 1}:
        raise ValueError(
            f"y_true holds the values {found[:6]}; give 0 (negative) and 1 (positive), "
            "for example (labels == 2) for class 2 against the rest"
        )
    if len(found) < 2:
        raise ValueError(
            f"y_true holds {len(labels)} cases, all of class {found}: without both classes "
            "there is no ROC curve; evaluate on cases of both"
        )
    return labels.astype(int), scores


def _flat(name: str, values: np.ndarray) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise ValueError(
            f"{name} has shape {array.shape}; give one number a case, shape (N,). "
            "From softmax take the positive class's column: y_score[:, 1]"
        )
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds {array.dtype} values; give numbers")
    return array


def _histogram(labels: np.ndarray, scores: np.ndarray, start: float) -> dict[str, list[Any]]:
    """Count the scores of each class in bins that reach from 0 to 1, or further if scores do."""
    low, high = min(0.0, scores.min(), start), max(1.0, scores.max(), start)
    edges = np.linspace(low, high, N_BINS + 1)
    counts = [np.histogram(scores[labels == label], edges)[0] for label in (0, 1)]
    return {
        "edges": edges.tolist(),
        "negative": counts[0].tolist(),
        "positive": counts[1].tolist(),
    }

"""Whether a probability of 0.8 means 80 of 100, and what to do where it doesn't."""

from typing import Any

import numpy as np

from medtutor._checks import share, unfit
from medtutor.metrics.checks import (
    check_lengths,
    checked_bins,
    checked_labels,
    checked_probabilities,
    checked_weights,
)

TEMPERATURES = 0.05, 20.0


def expected_calibration_error(
    y_true: Any, y_prob: Any, *, n_bins: int = 10, sample_weight: Any = None
) -> float:
    """Return by how much probabilities miss the shares that they promise, on average.

    Sorts the cases by probability, cuts them into ``n_bins`` bins of equal count, and takes the
    distance between mean probability and share of positives in each, weighted by its cases.

    Parameters
    ----------
    y_true : array (N,) of int
        0 or 1; with several columns of probabilities, the class.
    y_prob : array (N,), (N, 1) or (N, K)
        Probability of class 1; or of each class: then the highest one is judged, by how often
        its class is the true one.
    n_bins : int
        At most as many as cases.
    sample_weight : array (N,), optional
        How much each case counts, in the means and in the sum; the bins hold equally many cases.

    Returns
    -------
    float
        From 0, calibrated, to 1.

    Raises
    ------
    ValueError
        Where lengths differ, labels don't fit, a probability is outside 0 to 1, the columns of a
        row don't add up to 1, or there are more bins than cases.

    Notes
    -----
    Few cases a bin make it too large, by chance alone. Source: C. Guo et al., "On calibration of
    modern neural networks", 2017, arXiv:1706.04599 (there with bins of equal width). Taught in
    lesson 11.
    """
    prob = checked_probabilities(y_prob, columns=True)
    if prob.ndim == 1:
        hit = checked_labels(y_true, "y_true")
    else:
        hit, prob = prob.argmax(axis=1) == _checked_classes(y_true, prob), prob.max(axis=1)
    check_lengths(hit, y_prob=prob)
    weights = checked_weights(sample_weight, len(hit))
    bins = checked_bins(prob, n_bins)
    gaps = [abs(np.sum(weights[rows] * (prob[rows] - hit[rows]))) for rows in bins]
    return float(np.sum(gaps) / weights.sum())


def _checked_classes(y_true: Any, columns: np.ndarray) -> np.ndarray:
    classes = np.asarray(y_true)
    n_classes = columns.shape[1]
    is_number = classes.dtype.kind in "biuf" and bool((classes == np.rint(classes)).all())
    if classes.ndim != 1 or not is_number or classes.size == 0:
        raise unfit("y_true", classes, "class numbers (N,)")
    if classes.min() < 0 or classes.max() >= n_classes:
        raise ValueError(
            f"y_true holds classes {classes.min()} to {classes.max()}, but there are "
            f"{n_classes} columns: 0 to {n_classes - 1}"
        )
    check_lengths(classes, columns=columns)
    return classes.astype(int)


def fit_temperature(y_true: Any, logits: Any, *, sample_weight: Any = None) -> float:
    """Return the temperature T for which ``softmax(logits / T)`` has the lowest cross-entropy.

    Fit it on validation cases. One number for all changes no order, so the AUC stays.

    Parameters
    ----------
    y_true : array (N,) of int
        0 or 1; with several columns of logits, the class. Each class must occur.
    logits : array (N,) or (N, K)
        Of class 1, for a sigmoid; or of each class. Logarithms of probabilities will do, too.
    sample_weight : array (N,), optional
        How much each case counts.

    Returns
    -------
    float
        From 0.05 to 20; above 1 where the network is too sure.

    Raises
    ------
    ValueError
        Where lengths differ, a class is missing, a logit isn't finite, or all of them look like
        probabilities.

    Notes
    -----
    Source: C. Guo et al., "On calibration of modern neural networks", 2017, arXiv:1706.04599.
    Taught in lesson 11.
    """
    from scipy.optimize import minimize_scalar  # slow to import, so only when needed

    columns = _as_columns(logits)
    classes = _checked_classes(y_true, columns)
    weights = checked_weights(sample_weight, len(classes))
    missing = np.setdiff1d(np.arange(columns.shape[1]), classes[weights > 0])
    if missing.size:
        raise ValueError(f"y_true lacks class {missing[0]}: give cases of each class")

    def loss(log_temperature: float) -> float:
        scaled = columns / np.exp(log_temperature)
        right = scaled[np.arange(len(classes)), classes]
        return float(weights @ (np.logaddexp.reduce(scaled, axis=1) - right))

    bounds = tuple(np.log(TEMPERATURES))
    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-8})
    return float(np.clip(np.exp(found.x), *TEMPERATURES))


def _as_columns(logits: Any) -> np.ndarray:
    array = np.asarray(logits)
    if array.ndim not in (1, 2) or array.dtype.kind not in "biuf" or array.size == 0:
        raise unfit("logits", array, "(N,) or (N, K)")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise ValueError(
            f"{np.sum(~np.isfinite(array))} logits aren't finite; clip probabilities, such as to "
            "1e-6 and 1 - 1e-6, before you take logarithms"
        )
    is_single = array.ndim == 1 or array.shape[1] == 1
    # Logits of a network that has hardly learnt lie close together, and may lie there, too.
    look_so = np.ptp(array) > 0.5 if is_single else np.allclose(array.sum(axis=1), 1)
    if array.min() >= 0 and array.max() <= 1 and look_so:
        raise ValueError(
            "logits lie between 0 and 1, as probabilities do; give what the network has before "
            "its sigmoid or softmax, or its logarithm: np.log(p / (1 - p)), or np.log(p) of columns"
        )
    if is_single:
        return np.stack([np.zeros(len(array)), array.reshape(-1)], axis=1)
    return array


def shift_prevalence(y_prob: Any, *, trained: float, deployed: float) -> np.ndarray:
    """Return probabilities of class 1 as they are where the class is more or less common.

    Bayes' rule: the odds are multiplied by the ratio of the prior odds.

    Parameters
    ----------
    y_prob : array of any shape
        Probability of class 1, right where the share ``trained`` is positive.
    trained, deployed : float
        Share of class 1 that the probability was learnt for (with class weights or oversampling:
        the weighted share), and where it is used; above 0 and below 1.

    Returns
    -------
    array
        Of the same shape.

    Raises
    ------
    ValueError
        Where a probability is outside 0 to 1, or a share not between them.

    Notes
    -----
    Holds where the disease looks the same in both places, and only its share differs. Source:
    M. Saerens et al., "Adjusting the outputs of a classifier to new a priori probabilities", 2002,
    doi:10.1162/089976602753284446. Taught in lesson 11.
    """
    prob = np.asarray(y_prob)
    prob = checked_probabilities(prob.reshape(-1)).reshape(prob.shape)
    for name, value in (("trained", trained), ("deployed", deployed)):
        share(name, value, or_zero=False)
    positives = prob * (deployed / trained)
    return positives / (positives + (1 - prob) * ((1 - deployed) / (1 - trained)))

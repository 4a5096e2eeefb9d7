"""What a test does to 1,000 people, as expected counts: nothing here is drawn at random."""

from typing import Any

import numpy as np

from medtutor._checks import checked_within
from medtutor.explore.threshold.widget import checked_cases
from medtutor.metrics.checks import checked_probabilities

N_PEOPLE = 1000
N_BINS = 10
SURE = 1e-6  # a probability is taken to be no nearer to 0 or 1, so that it has a logit
RANGES = {"prevalence": (0.005, 0.5), "threshold": (0.01, 0.99), "temperature": (0.25, 4.0)}


def logits_of(y_true: Any, y_prob: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and logits of checked probabilities, from the lowest logit to the highest."""
    labels, prob = checked_cases(y_true, y_prob)
    prob = checked_probabilities(prob)
    order = np.argsort(prob, kind="stable")
    prob = prob[order].clip(SURE, 1 - SURE)
    return labels[order], np.log(prob / (1 - prob))


def screening_scene(
    y_true: Any, y_prob: Any, prevalence: float, threshold: float, temperature: float = 1.0
) -> dict[str, Any]:
    """Return what screening 1,000 people by these probabilities gives, on average.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        1 is sick; both must occur.
    y_prob : array (N,) or (N, 1)
        Probability of sick.
    prevalence : float
        Share of the sick among those who are screened, 0.005 to 0.5.
    threshold : float
        Called sick is who has this probability or more, after the temperature; 0.01 to 0.99.
    temperature : float
        What logits are divided by, 0.25 to 4.

    Returns
    -------
    dict
        ``sick``, ``found``, ``missed``, ``alarms``, ``cleared``: whole people of 1,000.
        ``sensitivity``, ``specificity``, ``ppv`` (None where nobody is called sick),
        ``net_benefit``, ``treat_all``, ``calibration_error``, and ``bins``: mean probability and
        share of sick in ten bins of equally many cases. All at the given prevalence.

    Raises
    ------
    ValueError
        Where lengths differ, a class is missing, a probability or a setting is out of range.

    Notes
    -----
    Taught in lesson 11.
    """
    labels, logits = logits_of(y_true, y_prob)
    settings = {"prevalence": prevalence, "threshold": threshold, "temperature": temperature}
    for name, value in settings.items():
        checked_within(name, value, *RANGES[name])
    called = logits >= temperature * np.log(threshold / (1 - threshold))
    sensitivity, false_alarms = called[labels == 1].mean(), called[labels == 0].mean()
    found, alarms = prevalence * sensitivity, (1 - prevalence) * false_alarms
    odds = threshold / (1 - threshold)
    return {
        **_people(prevalence, sensitivity, false_alarms),
        "sensitivity": float(sensitivity),
        "specificity": float(1 - false_alarms),
        "ppv": float(found / (found + alarms)) if found + alarms else None,
        "net_benefit": float(found - alarms * odds),
        "treat_all": float(prevalence - (1 - prevalence) * odds),
        **_reliability(labels, 1 / (1 + np.exp(-logits / temperature)), prevalence),
    }


def _people(prevalence: float, sensitivity: float, false_alarms: float) -> dict[str, int]:
    sick = _rounded(N_PEOPLE * prevalence)
    found = _rounded(sick * sensitivity)
    alarms = _rounded((N_PEOPLE - sick) * false_alarms)
    return {
        "sick": sick,
        "found": found,
        "missed": sick - found,
        "alarms": alarms,
        "cleared": N_PEOPLE - sick - alarms,
    }


def _rounded(count: float) -> int:
    return int(np.floor(count + 0.5))  # as the page's script rounds


def _reliability(labels: np.ndarray, prob: np.ndarray, prevalence: float) -> dict[str, Any]:
    """Return bins of equally many cases, each class weighed to its share among those screened."""
    sick = labels == 1
    weights = np.where(sick, prevalence / sick.sum(), (1 - prevalence) / (~sick).sum())
    bins, error = [], 0.0
    for rows in np.array_split(np.arange(len(labels)), min(N_BINS, len(labels))):
        total = weights[rows].sum()
        mean, share = weights[rows] @ prob[rows], weights[rows] @ labels[rows]
        bins.append([float(mean / total), float(share / total)])
        error += abs(mean - share)
    return {"bins": bins, "calibration_error": float(error)}


def screening_words(scene: dict[str, Any]) -> str:
    """Return a scene in words, as the explorer says it."""
    right = "nobody is called sick"
    if scene["ppv"] is not None:
        right = f"an alarm is right in {_rounded(100 * scene['ppv'])} of 100"
    benefits = [_signed(scene[name]) for name in ("net_benefit", "treat_all")]
    return (
        f"Of 1,000: {scene['sick']} sick, {scene['found']} found, {scene['missed']} missed; "
        f"{scene['alarms']} false alarms; {right}. Net benefit at this threshold {benefits[0]}, "
        f"treat all {benefits[1]}, treat nobody 0. "
        f"Calibration error {scene['calibration_error']:.3f}."
    )


def _signed(value: float) -> str:
    text = f"{value:.3f}"
    return "0.000" if float(text) == 0 else text.replace("-", "−")

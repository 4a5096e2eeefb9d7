"""What an ensemble gives with some members switched on: scores, curves, and where they disagree."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.metrics import log_loss, roc_auc_score, roc_curve

from medtutor._checks import is_whole
from medtutor.explore.common.checks import checked_choice
from medtutor.explore.threshold.widget import checked_cases

METHODS = {"mean": "mean of probabilities", "logit": "mean of logits", "vote": "vote"}
# No probability is taken as surer than this: the logarithm of 0 is infinite.
SUREST = 1e-6
N_BINS = 10


def ensemble_scene(
    y_true: np.ndarray,
    probabilities: np.ndarray,
    *,
    members: Sequence[bool],
    method: str = "mean",
    expert: np.ndarray | None = None,
    expert_percent: int = 0,
) -> dict[str, Any] | None:
    """Return all that the ensemble explorer shows at one setting.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        True class of each case.
    probabilities : array (M, N)
        Each member's probability of class 1.
    members : sequence of M bool
        Which members are switched on.
    method : "mean", "logit" or "vote"
        How they are combined: the mean probability, the sigmoid of the mean logit, or the share
        of members that say at least 0.5.
    expert : array (N,), optional
        Probability of class 1 from somewhere else, such as hand-written features.
    expert_percent : int
        Weight of the expert in the result, 0 to 100; it is combined in the same way.

    Returns
    -------
    dict, or None where no member is on and the expert has no weight
        ``scores (N,)``; ``auc`` and ``log_loss`` of the combination; ``aucs`` and ``losses`` of
        each voice that counts; ``both_wrong``, the share of cases that its first two get wrong
        together (None for one voice); ``n_members``; ``roc``, points (1 − specificity,
        sensitivity); ``reliability``, (mean probability, share of class 1, cases) of each bin.

    Raises
    ------
    ValueError
        For shapes that don't fit together, labels other than 0 and 1, values that are no
        probabilities, or a setting out of range.

    Notes
    -----
    Taught in lesson 12.
    """
    y_true, rows, expert = checked_voices(y_true, probabilities, expert)
    if np.shape(members) != (len(rows),):
        raise ValueError(f"members is {members!r}; give True or False for each of {len(rows)} rows")
    rows = rows[np.asarray(members, dtype=bool)]
    scores = combined(rows, method, expert, expert_percent)
    if scores is None:
        return None
    voices = rows if expert is None or not expert_percent else np.vstack([rows, expert])
    false_positives, sensitivity, _ = roc_curve(y_true, scores, drop_intermediate=False)
    return {
        "scores": scores,
        "n_members": len(rows),
        "auc": float(roc_auc_score(y_true, scores)),
        "log_loss": surprise(y_true, scores),
        "aucs": [float(roc_auc_score(y_true, voice)) for voice in voices],
        "losses": [surprise(y_true, voice) for voice in voices],
        "both_wrong": _both_wrong(y_true, voices),
        "roc": np.stack([false_positives, sensitivity], axis=1),
        "reliability": reliability(y_true, scores),
    }


def checked_voices(
    y_true: Any, probabilities: Any, expert: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return labels, each member's probabilities, and the expert's where there is one."""
    rows = np.asarray(probabilities)
    if rows.ndim != 2 or not len(rows):
        raise ValueError(
            f"probabilities has shape {rows.shape}; give a row for each member, (M, N): the "
            "probability of class 1, so p[:, :, 1] of (M, N, 2)"
        )
    pairs = [checked_cases(y_true, row) for row in [*rows, *([] if expert is None else [expert])]]
    scores = np.array([row for _, row in pairs])
    if scores.min() < 0 or scores.max() > 1:
        raise ValueError(
            f"probabilities go from {scores.min():g} to {scores.max():g}, and must lie between 0 "
            "and 1; these may be logits: take the sigmoid (or softmax) first"
        )
    return pairs[0][0], scores[: len(rows)], None if expert is None else scores[-1]


def combined(
    rows: np.ndarray, method: str, expert: np.ndarray | None, expert_percent: int
) -> np.ndarray | None:
    """Return the joint probability of the members' ``rows`` (M, N) and the expert."""
    name = checked_choice("method", method, METHODS)
    if not is_whole(expert_percent) or not 0 <= expert_percent <= 100:
        raise ValueError(f"expert_percent is {expert_percent!r}; give a whole number, 0 to 100")
    weight = 0.0 if expert is None else expert_percent / 100
    if not len(rows) and not weight:
        return None
    voices, back = _as_voices(rows, name)
    said = voices.mean(axis=0) if len(rows) else 0.0
    if weight:
        # Without a member, the expert speaks alone.
        share = weight if len(rows) else 1.0
        said = (1 - share) * said + share * _as_voices(np.asarray(expert, float), name)[0]
    return back(said)


def _as_voices(p: np.ndarray, method: str) -> tuple[np.ndarray, Any]:
    """Return probabilities in the scale in which they are averaged, and the way back."""
    if method == "logit":
        sure = np.clip(p, SUREST, 1 - SUREST)
        return np.log(sure / (1 - sure)), lambda z: 1 / (1 + np.exp(-z))
    return (p >= 0.5).astype(float) if method == "vote" else p, lambda said: said


def surprise(y_true: np.ndarray, scores: np.ndarray) -> float:
    """Return the log loss of probabilities of class 1."""
    return float(log_loss(y_true, np.clip(scores, SUREST, 1 - SUREST)))


def _both_wrong(y_true: np.ndarray, voices: np.ndarray) -> float | None:
    if len(voices) < 2:
        return None
    wrong = (voices[:2] >= 0.5) != np.asarray(y_true, bool)
    return float(wrong.all(axis=0).mean())


def reliability(y_true: np.ndarray, scores: np.ndarray) -> list[tuple[float, float, int]]:
    """Return mean score, share of class 1 and number of cases for each tenth that holds any."""
    places = np.minimum((np.asarray(scores) * N_BINS).astype(int), N_BINS - 1)
    groups = (places == bin_ for bin_ in np.unique(places))
    truth = np.asarray(y_true)
    return [(float(scores[g].mean()), float(truth[g].mean()), int(g.sum())) for g in groups]

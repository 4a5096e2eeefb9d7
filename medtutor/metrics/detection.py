"""How many findings a detector finds, and at how many false alarms: FROC, average precision."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np

from medtutor._checks import number, share
from medtutor.scratch import box_iou
from medtutor.scratch.boxes import checked_boxes, checked_scores

Rule = Literal["centre", "iou"]


class Matches(NamedTuple):
    """Marks of a detector on N images, each a hit or a false alarm.

    ``image``, ``score`` and ``hit`` have an entry for each mark that counts, image by image;
    ``n_true`` (N,) holds the number of true boxes of each image.
    """

    image: np.ndarray
    score: np.ndarray
    hit: np.ndarray
    n_true: np.ndarray

    def of_images(self, rows: Any) -> "Matches":
        """Return the marks of some images, numbered anew; an image may come several times."""
        rows = np.arange(len(self.n_true))[np.asarray(rows)]
        counts = np.bincount(self.image, minlength=len(self.n_true))
        starts = np.cumsum(counts) - counts
        kept = counts[rows]
        ends = np.cumsum(kept)
        marks = np.arange(kept.sum()) + np.repeat(starts[rows] - ends + kept, kept)
        image = np.repeat(np.arange(len(rows)), kept)
        return Matches(image, self.score[marks], self.hit[marks], self.n_true[rows])


def match_detections(
    detections: Sequence[tuple[Any, Any]],
    true_boxes: Sequence[Any],
    *,
    rule: Rule = "centre",
    iou_threshold: float = 0.5,
) -> Matches:
    """Decide for each detected box whether it is a hit, a false alarm, or counts neither way.

    In each image the marks have their turn from the best score down; each true box is found
    once, by one mark.

    Parameters
    ----------
    detections : list of N pairs (boxes, scores)
        Of each image: array (n, 4) of ``y0 x0 y1 x1``, half-open, and array (n,).
    true_boxes : list of N arrays (m, 4)
    rule : "centre" or "iou"
        "centre": a hit has its middle inside a true box (of several: the one whose middle is
        nearest). A further mark on a box that was found counts neither way, as in LUNA16.
        "iou": a hit overlaps a box that wasn't found yet by ``iou_threshold`` or more (of
        several: the one it overlaps most). A further mark is a false alarm, as in COCO.
    iou_threshold : float
        From 0 to 1; for the rule "iou" alone.

    Returns
    -------
    Matches

    Raises
    ------
    ValueError
        Where lists or boxes and scores differ in number, a box is no finite ``y0 x0 y1 x1``, a
        score isn't finite, or an argument is out of range.

    Notes
    -----
    Source: A. A. A. Setio et al. (LUNA16), 2017, doi:10.1016/j.media.2017.06.015. Taught in
    lesson 13.
    """
    if rule not in ("centre", "iou"):
        raise ValueError(f"rule is {rule!r}; give 'centre' or 'iou'")
    threshold = share("iou_threshold", iou_threshold, or_one=True)
    if len(detections) != len(true_boxes) or not len(true_boxes):
        raise ValueError(
            f"detections are of {len(detections)} images and true_boxes of {len(true_boxes)}; give "
            "one entry for each image, an empty one where there is no box"
        )
    images, scores, hits = [], [], []
    truths = [checked_boxes("true_boxes", boxes) for boxes in true_boxes]
    for place, (found, truth) in enumerate(zip(detections, truths, strict=True)):
        boxes, values = _checked_marks(found)
        order = np.argsort(-values, kind="stable")
        likeness = _likeness(boxes[order], truth, rule, threshold)
        counted, hit = _take_turns(likeness, repeats_count=rule == "iou")
        images.append(np.full(counted.sum(), place))
        scores.append(values[order][counted])
        hits.append(hit[counted])
    n_true = np.array([len(truth) for truth in truths])
    return Matches(np.concatenate(images), np.concatenate(scores), np.concatenate(hits), n_true)


def _checked_marks(found: Any) -> tuple[np.ndarray, np.ndarray]:
    try:
        boxes, scores = found
    except (TypeError, ValueError):
        raise ValueError("detections hold an entry that is no pair; give (boxes, scores)") from None
    boxes = checked_boxes("boxes", boxes)
    return boxes, checked_scores(scores, boxes)


def _likeness(marks: np.ndarray, truth: np.ndarray, rule: Rule, threshold: float) -> np.ndarray:
    """Return (marks, truths): above -inf where a mark hits, and the higher the better it does."""
    if rule == "iou":
        iou = box_iou(marks, truth)
        return np.where((iou >= threshold) & (iou > 0), iou, -np.inf)
    middles = (marks[:, None, :2] + marks[:, None, 2:]) / 2
    inside = ((truth[:, :2] <= middles) & (middles < truth[:, 2:])).all(axis=2)
    away = np.square(middles - (truth[:, :2] + truth[:, 2:]) / 2).sum(axis=2)
    return np.where(inside, -away, -np.inf)


def _take_turns(likeness: np.ndarray, *, repeats_count: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return which marks count, and which are hits; each row takes the best truth still free."""
    counted, hit = np.ones((2, len(likeness)), bool)
    free = likeness.copy()
    for mark in range(len(likeness)):
        hit[mark] = (free[mark] > -np.inf).any()
        if hit[mark]:
            free[:, free[mark].argmax()] = -np.inf
        else:
            counted[mark] = repeats_count or not (likeness[mark] > -np.inf).any()
    return counted, hit


def froc_curve(matches: Matches) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sensitivity against false alarms per image, for every threshold on the score.

    FROC stands for free-response receiver operating characteristic.

    Parameters
    ----------
    matches : Matches
        From :func:`match_detections`.

    Returns
    -------
    false_positives_per_image, sensitivity, thresholds : array (T,)
        From a threshold of infinity (no mark) down to the lowest score; a mark counts where its
        score reaches the threshold.

    Raises
    ------
    ValueError
        Where there is no true box at all: sensitivity has no meaning then.

    Notes
    -----
    Taught in lesson 13.
    """
    hits, others, thresholds = _counts(matches)
    return others / len(matches.n_true), hits / matches.n_true.sum(), thresholds


def _counts(matches: Matches) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return hits and false alarms at each threshold, from none to all marks."""
    if not matches.n_true.sum():
        raise ValueError(
            f"the {len(matches.n_true)} images have no true box, so that there is nothing to "
            "find; give images with a finding among them"
        )
    order = np.argsort(-matches.score, kind="stable")
    score, hit = matches.score[order], matches.hit[order]
    last = np.flatnonzero(np.diff(score, append=-np.inf))  # of equal scores: all or none
    hits, others = np.cumsum(hit)[last], np.cumsum(~hit)[last]
    return (
        np.concatenate([[0], hits]),
        np.concatenate([[0], others]),
        np.concatenate([[np.inf], score[last]]),
    )


def froc_score(matches: Matches, at: Sequence[float] = (0.25, 0.5, 1, 2)) -> float:
    """Return the mean sensitivity at some numbers of false alarms per image.

    At each it is the highest that some threshold reaches without more false alarms: nothing is
    interpolated, as a clinic can only use thresholds that there are.

    Parameters
    ----------
    matches : Matches
        From :func:`match_detections`.
    at : sequence of float
        False alarms per image, from 0 up; one number gives the sensitivity there.

    Returns
    -------
    float
        From 0 to 1.

    Raises
    ------
    ValueError
        As :func:`froc_curve`, and for a number below 0.

    Notes
    -----
    LUNA16 uses 1/8, 1/4, … 8 false alarms per *scan*. Taught in lesson 13.
    """
    allowed = [number("at", value) for value in at]
    if not allowed:
        raise ValueError("at is empty; give false alarms per image, such as (0.5, 1)")
    false_alarms, sensitivity, _ = froc_curve(matches)
    # One false alarm in ten images is exactly a tenth; no rounding may turn it away.
    places = np.searchsorted(false_alarms, np.array(allowed) + 1e-12, side="right") - 1
    return float(sensitivity[places].mean())


def average_precision(matches: Matches) -> float:
    r"""Return the area below the precision of the marks, over the share of findings found.

    .. math:: AP = \sum_n (R_n - R_{n-1}) \max_{m \ge n} P_m

    R is the sensitivity (recall) and P the share of hits among the marks (precision) at each
    threshold, from the highest down.

    Parameters
    ----------
    matches : Matches
        From :func:`match_detections`.

    Returns
    -------
    float
        From 0 to 1. What is never marked counts as missed, which scikit-learn's function of
        this name can't know.

    Raises
    ------
    ValueError
        As :func:`froc_curve`.

    Notes
    -----
    As PASCAL VOC since 2010, all points. Taught in lesson 13.
    """
    hits, others, _ = _counts(matches)
    precision = hits[1:] / (hits[1:] + others[1:])
    best_from_here = np.maximum.accumulate(precision[::-1])[::-1]
    return float(np.diff(hits / matches.n_true.sum()) @ best_from_here)

"""What the anchors explorer shows, as data: which anchors are positive, which marks are kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor import scratch
from medtutor._checks import checked_within
from medtutor.explore.common.checks import checked_place, checked_whole

SQUARE, THREE = (1.0,), (0.5, 1.0, 2.0)
STRIDES = (1, 2, 4, 8)
LABELS = {1: "positive", 0: "negative", -1: "left out"}


def anchors_scene(
    image_shape: tuple[int, int],
    true_boxes: Any,
    *,
    stride: int = 2,
    sizes: Sequence[float] = (4,),
    ratios: Sequence[float] = SQUARE,
    positive: float = 0.5,
    negative: float = 0.3,
    place: tuple[int, int] = (0, 0),
) -> dict[str, Any]:
    """Return how anchors of these settings are labelled on one slice, and those at one place.

    Parameters
    ----------
    image_shape : (height, width)
    true_boxes : array (n, 4)
        ``y0 x0 y1 x1``, half-open.
    stride, sizes, ratios
        As :func:`medtutor.scratch.make_anchors`.
    positive, negative : float
        As :func:`medtutor.scratch.label_anchors`.
    place : (row, column)
        A pixel; the anchors of the grid's cell that it lies in are described.

    Returns
    -------
    dict
        ``n_anchors``, ``n_positive``, ``n_left_out``; ``best_iou`` of each true box;
        ``middles`` of the places with a positive anchor; and ``here``, for each anchor at the
        place its ``box``, ``label``, ``iou`` and ``offsets`` (None where it touches no true box).

    Raises
    ------
    ValueError
        As the two functions of ``scratch``, and for a place that isn't on the image.

    Notes
    -----
    Taught in lesson 13.
    """
    boxes = scratch.make_anchors(image_shape, stride=stride, sizes=sizes, ratios=ratios)
    lasts = (image_shape[0] - 1, image_shape[1] - 1)
    row, column = checked_place(place, lasts, "the row and the column of a pixel")
    labels, matched = scratch.label_anchors(boxes, true_boxes, positive=positive, negative=negative)
    truths = np.asarray(true_boxes, float).reshape(-1, 4)
    iou = scratch.box_iou(boxes, truths)
    each = len(sizes) * len(ratios)
    columns = image_shape[1] // stride
    cell = row // stride * columns + column // stride
    cells = np.unique(np.flatnonzero(labels == 1) // each)
    middles = (np.stack([cells // columns, cells % columns], axis=1) + 0.5) * stride
    return {
        "n_anchors": len(boxes),
        "n_positive": int((labels == 1).sum()),
        "n_left_out": int((labels == -1).sum()),
        "best_iou": iou.max(axis=0).tolist(),
        "middles": middles.tolist(),
        "here": [
            {
                "box": boxes[k].tolist(),
                "label": int(labels[k]),
                "iou": float(iou[k].max(initial=0)),
                "offsets": _offsets(boxes[k], truths, iou[k], int(matched[k])),
            }
            for k in range(cell * each, (cell + 1) * each)
        ],
    }


def _offsets(
    anchor: np.ndarray, truths: np.ndarray, iou: np.ndarray, match: int
) -> list[float] | None:
    if not iou.any():
        return None
    return scratch.encode_boxes(truths[[match]], anchor[None])[0].tolist()


def anchors_words(scene: dict[str, Any]) -> str:
    """Return a scene of anchors in words, as the explorer says it."""
    total = f"{scene['n_anchors']:,} anchors"
    if not scene["best_iou"]:
        return f"This slice has no true box: all {total} are negative."
    best = ", ".join(_two_digits(iou) for iou in scene["best_iou"])
    counts = f"{total}: {scene['n_positive']} positive, {scene['n_left_out']} left out"
    return f"{counts}. Best IoU of each true box: {best}. {_words_here(scene['here'])}"


def _words_here(here: list[dict[str, Any]]) -> str:
    best = max(here, key=lambda anchor: anchor["iou"])
    y, x = ((best["box"][i] + best["box"][i + 2]) / 2 for i in (0, 1))
    at = f"At the cursor (y {y:g}, x {x:g})"
    if best["offsets"] is None:
        return f"{at}: no anchor touches a true box."
    height, width = (_two_digits(best["box"][i + 2] - best["box"][i]) for i in (0, 1))
    offsets = ", ".join(_two_digits(offset) for offset in best["offsets"])
    return (
        f"{at}: the best anchor, {height} × {width} pixels, has IoU "
        f"{_two_digits(best['iou'])} and is {LABELS[best['label']]}; offsets to its true box "
        f"({offsets})."
    )


def suppression_scene(
    detections: Sequence[np.ndarray],
    true_boxes: Sequence[Any],
    *,
    index: int = 0,
    score_threshold: float = 0.5,
    nms_threshold: float = 0.3,
) -> dict[str, Any]:
    """Return what is left of a detector's boxes after two thresholds, and what that is worth.

    Parameters
    ----------
    detections : list of N arrays (n, 5)
        Of each slice ``y0 x0 y1 x1 score``, from the best score down, before any suppression.
    true_boxes : list of N arrays (m, 4)
    index : int
        The slice that is described.
    score_threshold : float
        A box with this score or more is a mark.
    nms_threshold : float
        As in :func:`medtutor.scratch.non_max_suppression`.

    Returns
    -------
    dict
        Of the slice: ``marks``, a list of place and kind ("hit", "duplicate", "false alarm"),
        and ``n_true``. Of all slices: ``sensitivity``, ``false_alarms`` per slice, and
        ``curve``, both at every score there is. ``sensitivity`` is None without a true box.

    Raises
    ------
    ValueError
        As the functions of ``scratch``, for detections of another shape, or a slice that isn't
        there.

    Notes
    -----
    A hit has its middle in a true box that no better mark has found; a duplicate has it in one
    that was found, and counts neither way. Taught in lesson 13.
    """
    if len(detections) != len(true_boxes):
        raise ValueError(
            f"there are detections of {len(detections)} slices, true boxes of {len(true_boxes)}; "
            "give one entry for each slice"
        )
    checked_whole("index", index, 0, len(detections) - 1)
    checked_within("score_threshold", score_threshold, 0, 1)
    kept = [
        _kept(_checked_marks(found), truth, nms_threshold)
        for found, truth in zip(detections, true_boxes, strict=True)
    ]
    n_true = sum(len(truth) for truth in true_boxes)
    marks = [mark for marks in kept for mark in marks]

    def rates(threshold: float) -> list[float | None]:
        kinds = [kind for _, kind, score in marks if score >= threshold]
        share = kinds.count("hit") / n_true if n_true else None
        return [kinds.count("false alarm") / len(kept), share]

    false_alarms, sensitivity = rates(score_threshold)
    return {
        "marks": [[place, kind] for place, kind, score in kept[index] if score >= score_threshold],
        "n_true": len(true_boxes[index]),
        "sensitivity": sensitivity,
        "false_alarms": false_alarms,
        "curve": [rates(score) for score in sorted({mark[2] for mark in marks}, reverse=True)],
    }


def _checked_marks(found: Any) -> np.ndarray:
    marks = np.asarray(found, float)
    if marks.size and (marks.ndim != 2 or marks.shape[1] != 5):
        raise ValueError(f"detections has an entry {marks.shape}; give rows of y0 x0 y1 x1 score")
    return marks.reshape(-1, 5)


def _kept(found: np.ndarray, truth: Any, nms_threshold: float) -> list[tuple[int, str, float]]:
    """Return place, kind and score of the boxes that suppression keeps, the best score first."""
    boxes = found[:, :4]
    kept = scratch.non_max_suppression(boxes, found[:, 4], iou_threshold=nms_threshold)
    truths = np.asarray(truth, float).reshape(-1, 4)
    free = np.ones(len(truths), bool)
    marks = []
    for place in kept.tolist():
        middle = (boxes[place, :2] + boxes[place, 2:]) / 2
        inside = ((truths[:, :2] <= middle) & (middle < truths[:, 2:])).all(axis=1)
        away = np.square(middle - (truths[:, :2] + truths[:, 2:]) / 2).sum(axis=1)
        away[~(inside & free)] = np.inf
        kind = "duplicate" if inside.any() else "false alarm"
        if (inside & free).any():
            kind = "hit"
            free[away.argmin()] = False
        marks.append((place, kind, float(found[place, 4])))
    return marks


def suppression_words(scene: dict[str, Any], n_slices: int) -> str:
    """Return a scene of suppression in words, as the explorer says it."""
    kinds = [kind for _, kind in scene["marks"]]
    hits, duplicates = kinds.count("hit"), kinds.count("duplicate")
    alarms = kinds.count("false alarm")
    here = f"On this slice: {hits} of {scene['n_true']} found"
    if not scene["n_true"]:
        here = "On this slice: nothing to find"
    further = f"{_counted(duplicates, 'duplicate')}, {_counted(alarms, 'false alarm')}"
    rate = f"{_two_digits(scene['false_alarms'])} false alarms a slice"
    if scene["sensitivity"] is None:
        return f"{here}; {further}. Over all {n_slices} slices: no true box, {rate}."
    share = _two_digits(scene["sensitivity"])
    return f"{here}; {further}. Over all {n_slices} slices: sensitivity {share}, {rate}."


def _counted(count: int, name: str) -> str:
    return f"{count} {name}" + ("" if count == 1 else "s")


def _two_digits(value: float) -> str:
    rounded = np.floor(100 * value + 0.5) / 100  # as the page's script rounds
    return f"{rounded + 0:.2f}".replace("-", "−")

"""Non-maximum suppression: of several boxes on one thing, keep the one with the best score."""

from typing import Any

import numpy as np

from medtutor._checks import positive, share
from medtutor.scratch.boxes import checked_boxes, checked_scores, overlaps


def non_max_suppression(
    boxes: Any, scores: Any, *, iou_threshold: float = 0.5, max_boxes: int | None = None
) -> np.ndarray:
    """Keep the box with the best score, drop all that overlap it too far, and begin again.

    Parameters
    ----------
    boxes : array (n, 4)
        Rows of ``y0 x0 y1 x1``, half-open; n may be 0.
    scores : array (n,)
        The higher, the surer. Of equal scores the lower place comes first.
    iou_threshold : float
        A box is dropped if its IoU with a kept one is above this, 0 to 1.
    max_boxes : int, optional
        Stop at so many; all without it.

    Returns
    -------
    int array (k,)
        Places of the kept boxes, from the best score down.

    Raises
    ------
    ValueError
        As :func:`medtutor.scratch.box_iou`, where scores differ in number or aren't finite, or
        the threshold is out of its range.

    Notes
    -----
    Taught in lesson 13.
    """
    boxes = checked_boxes("boxes", boxes)
    values = checked_scores(scores, boxes)
    threshold = share("iou_threshold", iou_threshold, or_one=True)
    most = len(boxes) if max_boxes is None else positive("max_boxes", max_boxes)
    waiting = np.argsort(-values, kind="stable")
    kept: list[int] = []
    while waiting.size and len(kept) < most:
        best, waiting = int(waiting[0]), waiting[1:]
        kept.append(best)
        waiting = waiting[overlaps(boxes[[best]], boxes[waiting])[0] <= threshold]
    return np.array(kept, int)

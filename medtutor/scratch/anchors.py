"""Anchors: boxes laid out in a grid, and which of them a detector is told to answer with yes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor._checks import is_number, share
from medtutor.scratch.boxes import box_iou, checked_boxes
from medtutor.scratch.checks import pair


def make_anchors(
    image_shape: tuple[int, int],
    *,
    stride: int,
    sizes: Sequence[float],
    ratios: Sequence[float] = (1.0,),
) -> np.ndarray:
    r"""Lay anchors over an image: at each place of a grid one of each size and ratio.

    Middles at ((i + ½)s, (j + ½)s) for row i and column j, edges

    .. math:: h = \ell\sqrt r, \qquad w = \ell/\sqrt r

    Parameters
    ----------
    image_shape : (height, width)
        In pixels.
    stride : int
        s, the step of the grid in pixels; it divides height and width.
    sizes : sequence of float
        ℓ in pixels; an anchor has the area ℓ² whatever its ratio.
    ratios : sequence of float
        r, height by width.

    Returns
    -------
    float64 array (rows · columns · sizes · ratios, 4)
        ``y0 x0 y1 x1``, by row, column, size and ratio: the order of ``Reshape((-1, 1))`` of a
        channels-last map. Anchors at the rim may stick out of the image.

    Raises
    ------
    ValueError
        Where the stride doesn't divide the image, or a size or ratio isn't above 0.

    Notes
    -----
    Source: S. Ren et al., "Faster R-CNN", 2017, doi:10.1109/TPAMI.2016.2577031, section 3.1.1.
    Taught in lesson 13.
    """
    height, width = pair("image_shape", image_shape)
    step = pair("stride", stride)[0]
    if height % step or width % step:
        raise ValueError(
            f"stride is {step} for an image of {height}×{width}; give one that divides both"
        )
    scales, roots = (_above_zero(*each) for each in (("sizes", sizes), ("ratios", ratios)))
    roots = np.sqrt(roots)
    edges = np.stack([np.outer(scales, roots), np.outer(scales, 1 / roots)], axis=-1).reshape(-1, 2)
    middles = np.indices((height // step, width // step)).reshape(2, -1).T * step + step / 2
    corners = [middles[:, None] - edges / 2, middles[:, None] + edges / 2]
    return np.concatenate(corners, axis=2).reshape(-1, 4)


def _above_zero(name: str, values: Any) -> np.ndarray:
    entries = list(values) if np.ndim(values) == 1 else []
    if not entries or not all(is_number(v) and 0 < v < np.inf for v in entries):
        raise ValueError(f"{name} is {values!r}; give a tuple of numbers above 0, such as (4,)")
    return np.array(entries, float)


def label_anchors(
    anchors: Any, boxes: Any, *, positive: float = 0.5, negative: float = 0.3
) -> tuple[np.ndarray, np.ndarray]:
    """Say which anchors lie on a true box, which don't, and which are left out of the training.

    An anchor is positive where its IoU with some box is ``positive`` or more, and also where no
    anchor lies better on some box (several, where they lie equally well): so each box that any
    anchor touches has one. It is negative where its largest IoU is below ``negative``.

    Parameters
    ----------
    anchors : array (K, 4)
    boxes : array (n, 4)
        The true boxes of one image; n may be 0.
    positive, negative : float
        From 0 to 1, ``negative`` not above ``positive``.

    Returns
    -------
    labels : int8 array (K,)
        1 positive, 0 negative, -1 left out.
    matched : int array (K,)
        The place of the box that each anchor overlaps most; 0 where there is none.

    Raises
    ------
    ValueError
        As :func:`medtutor.scratch.box_iou`, and for thresholds out of their range.

    Notes
    -----
    Source: S. Ren et al., "Faster R-CNN", 2017, doi:10.1109/TPAMI.2016.2577031, section 3.1.2.
    Taught in lesson 13.
    """
    low, high = share("negative", negative, or_one=True), share("positive", positive, or_one=True)
    if low > high:
        raise ValueError(f"negative is {low} and positive {high}; give negative not above positive")
    anchors, boxes = checked_boxes("anchors", anchors), checked_boxes("boxes", boxes)
    if not len(boxes) or not len(anchors):
        return np.zeros(len(anchors), np.int8), np.zeros(len(anchors), int)
    iou = box_iou(anchors, boxes)
    best_of_box = iou.max(axis=0)
    labels = np.where(iou.max(axis=1) < low, 0, -1).astype(np.int8)
    labels[((iou >= high) | (iou == best_of_box) & (best_of_box > 0)).any(axis=1)] = 1
    return labels, iou.argmax(axis=1)

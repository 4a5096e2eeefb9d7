"""Boxes: how far two overlap, and the four numbers that lead from an anchor to a box."""

from typing import Any

import numpy as np

from medtutor._checks import unfit
from medtutor.scratch.checks import same_shape

# Detectron's limit: no box grows beyond 1000 / 16 times its anchor, so that exp can't overflow.
LARGEST_LOG = float(np.log(1000 / 16))


def box_iou(boxes: Any, others: Any) -> np.ndarray:
    r"""Return how far each box overlaps each other one: intersection over union.

    .. math:: \mathrm{IoU}(A,B) = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}

    Parameters
    ----------
    boxes, others : array (n, 4) and (m, 4)
        Rows of ``y0 x0 y1 x1`` in pixels, half-open: the height is ``y1 - y0``, with no + 1.
        Whole numbers count as float64; n and m may be 0.

    Returns
    -------
    array (n, m)
        From 0 (they don't touch) to 1 (they are the same).

    Raises
    ------
    ValueError
        For another shape, NaN or infinity, or an empty box.

    Notes
    -----
    Taught in lesson 13.
    """
    return overlaps(checked_boxes("boxes", boxes), checked_boxes("others", others))


def overlaps(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return what :func:`box_iou` does, of boxes that were checked before."""
    first = np.maximum(boxes[:, None, :2], others[:, :2])
    sides = (np.minimum(boxes[:, None, 2:], others[:, 2:]) - first).clip(min=0)
    overlap = sides[..., 0] * sides[..., 1]
    areas, other_areas = ((each[:, 2:] - each[:, :2]).prod(axis=1) for each in (boxes, others))
    return overlap / (areas[:, None] + other_areas - overlap)


def encode_boxes(boxes: Any, anchors: Any) -> np.ndarray:
    r"""Return the offsets that lead from each anchor to its box: what a detector learns.

    .. math::

        t_y = \frac{y - y_a}{h_a}, \quad t_x = \frac{x - x_a}{w_a}, \quad
        t_h = \ln\frac{h}{h_a}, \quad t_w = \ln\frac{w}{w_a}

    y and x are the middles, h and w the edges of a box and its anchor a.

    Parameters
    ----------
    boxes, anchors : array (n, 4) each
        As in :func:`box_iou`; row by row they belong together.

    Returns
    -------
    array (n, 4)
        ``ty tx th tw``, without a unit.

    Raises
    ------
    ValueError
        As :func:`box_iou`, and where there are more of the one than of the other.

    Notes
    -----
    Source: S. Ren et al., "Faster R-CNN", 2017, doi:10.1109/TPAMI.2016.2577031, equation 2.
    Taught in lesson 13.
    """
    boxes, anchors = checked_boxes("boxes", boxes), checked_boxes("anchors", anchors)
    same_shape("boxes", boxes, anchors.shape, "the anchors: one box for each")
    middles, edges = _middles_and_edges(boxes)
    anchor_middles, anchor_edges = _middles_and_edges(anchors)
    moves = (middles - anchor_middles) / anchor_edges
    return np.concatenate([moves, np.log(edges / anchor_edges)], axis=1)


def decode_boxes(offsets: Any, anchors: Any) -> np.ndarray:
    """Return the boxes to which offsets lead from their anchors: :func:`encode_boxes` undone.

    Parameters
    ----------
    offsets : array (n, 4)
        ``ty tx th tw``; the last two are cut at ± ln(1000 / 16), as Detectron does it.
    anchors : array (n, 4)
        As in :func:`box_iou`.

    Returns
    -------
    array (n, 4)
        ``y0 x0 y1 x1``; a box may stick out of the image.

    Raises
    ------
    ValueError
        As :func:`encode_boxes`.

    Notes
    -----
    Taught in lesson 13.
    """
    offsets, anchors = _rows_of_four("offsets", offsets), checked_boxes("anchors", anchors)
    same_shape("offsets", offsets, anchors.shape, "the anchors: four offsets for each")
    middles, edges = _middles_and_edges(anchors)
    middles = middles + offsets[:, :2] * edges
    edges = edges * np.exp(offsets[:, 2:].clip(-LARGEST_LOG, LARGEST_LOG))
    return np.concatenate([middles - edges / 2, middles + edges / 2], axis=1)


def checked_boxes(name: str, boxes: Any) -> np.ndarray:
    """Return boxes (n, 4) as floats, after a check that each has a height and a width."""
    array = _rows_of_four(name, boxes)
    empty = np.flatnonzero((array[:, 2:] <= array[:, :2]).any(axis=1))
    if empty.size:
        raise ValueError(
            f"{name}[{empty[0]}] is {array[empty[0]].tolist()}, an empty box: it doesn't end below "
            "and to the right of its begin; give y0 x0 y1 x1, half-open; did you give x first, or "
            "width and height?"
        )
    return array


def checked_scores(scores: Any, boxes: np.ndarray) -> np.ndarray:
    """Return a finite score for each box, as float64."""
    values = np.asarray(scores, dtype=float)
    if values.shape != (len(boxes),) or not np.isfinite(values).all():
        raise ValueError(
            f"scores has shape {values.shape} for {len(boxes)} boxes; give each a finite score"
        )
    return values


def _rows_of_four(name: str, values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.shape == (0,):
        array = array.reshape(0, 4)
    if array.dtype.kind in "iu":
        array = array.astype(np.float64)
    if array.dtype not in (np.float32, np.float64) or array.ndim != 2 or array.shape[1] != 4:
        raise unfit(name, array, "(n, 4) of numbers, float32 or float64")
    if not np.isfinite(array).all():
        rows = np.flatnonzero(~np.isfinite(array).all(axis=1))
        raise ValueError(f"{name}[{rows[0]}] is {array[rows[0]].tolist()}; give finite numbers")
    return array


def _middles_and_edges(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]

"""Cut boxes out of feature maps, all to one size, so that a second network can look at them."""

from typing import Any

import numpy as np

from medtutor.scratch.boxes import checked_boxes
from medtutor.scratch.checks import Pair, checked_grad, floats, pair


def roi_align(maps: np.ndarray, boxes: Any, size: int | Pair) -> np.ndarray:
    """Read feature maps inside of boxes, on a grid of the same size for each.

    A box is cut into ``size`` bins each way, and the maps are read at each bin's middle, mixed
    from the four pixels around it (bilinear). Beyond the rim the nearest pixel counts.

    Parameters
    ----------
    maps : array (H, W, C), float32 or float64
        Of one image.
    boxes : array (n, 4)
        ``y0 x0 y1 x1`` in pixels of the *maps*: image pixels divided by the stride.
    size : int or (rows, columns)
        Number of bins.

    Returns
    -------
    array (n, rows, columns, C)

    Raises
    ------
    ValueError
        As :func:`medtutor.scratch.box_iou`, and for whole numbers or another rank.

    Notes
    -----
    One sample a bin; ``tf.image.crop_and_resize`` puts its outer samples on the box's edges
    instead. Source: K. He et al., "Mask R-CNN", 2017, arXiv:1703.06870. Taught in lesson 13.
    """
    maps = floats("maps", maps, "(H, W, C)")
    rows, columns = _weights(maps, boxes, size)
    # Rows first, then columns, as matrix products: far faster than one einsum.
    read = (rows @ maps.reshape(len(maps), -1)).reshape(*rows.shape[:2], *maps.shape[1:])
    return columns[:, None] @ read


def roi_align_grad(grad: np.ndarray, maps: np.ndarray, boxes: Any, size: int | Pair) -> np.ndarray:
    """Gradient of a loss with respect to the maps of :func:`roi_align`.

    Each sample gives its gradient back to the four pixels that it was mixed from.

    Parameters
    ----------
    grad : array (n, rows, columns, C)
        Gradient of the loss with respect to the output.
    maps, boxes, size
        As they were given to :func:`roi_align`.

    Returns
    -------
    array (H, W, C)

    Raises
    ------
    ValueError
        As :func:`roi_align`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Taught in lesson 13.
    """
    maps = floats("maps", maps, "(H, W, C)")
    rows, columns = _weights(maps, boxes, size)
    expected = (len(rows), rows.shape[1], columns.shape[1], maps.shape[2])
    grad = checked_grad(grad, maps, expected)
    return np.einsum("nih,njw,nijc->hwc", rows, columns, grad, optimize=True)


def _weights(maps: np.ndarray, boxes: Any, size: int | Pair) -> list[np.ndarray]:
    """Return how much each bin takes of each row (n, rows, H) and column (n, columns, W)."""
    boxes, weights = checked_boxes("boxes", boxes), []
    for axis, count in enumerate(pair("size", size)):
        first, last = boxes[:, [axis]], boxes[:, [axis + 2]]
        middles = first + (np.arange(count) + 0.5) * (last - first) / count
        length = maps.shape[axis]
        places = (middles - 0.5).clip(0, length - 1)  # pixel 0 has its middle at 0.5
        distances = np.abs(places[..., None] - np.arange(length))
        weights.append((1 - distances).clip(min=0).astype(maps.dtype))
    return weights

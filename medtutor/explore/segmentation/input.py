"""Checking the arrays of the segmentation explorer, and packing them for its page."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.explore.common.packed import (
    as_grey,
    checked_numbers,
    checked_spacing,
    packed,
    without_channel,
)

# The page compares whole per cent: a probability is sent as the highest it reaches.
N_STEPS = 100
# Bytes of pixels a page takes; packed they are fewer, and lie in the notebook's saved state.
LARGEST_PAYLOAD = 8_000_000
LARGEST_EDGE = 512


def packed_stack(
    images: np.ndarray, masks: np.ndarray, probabilities: np.ndarray, spacing: Any
) -> dict[str, Any]:
    """Return all that the page needs, in one byte a pixel and packed.

    Raises
    ------
    ValueError
        As ``segmentation``.
    """
    pictures = _checked_images(images)
    chances = _checked_probabilities(probabilities, pictures.shape)
    truth = _checked_masks(masks, pictures.shape, n_classes=max(chances.shape[-1], 2))
    _check_payload(pictures.shape, chances.shape[-1])
    class_ids = [1] if chances.shape[-1] == 1 else list(range(chances.shape[-1]))
    count, rows, columns = pictures.shape
    return {
        "count": count,
        "rows": rows,
        "columns": columns,
        "class_ids": class_ids,
        "pixel_mm2": pixel_area(spacing),
        "images": packed(as_grey(pictures)),
        "masks": packed(truth),
        "levels": packed(np.moveaxis(steps_reached(chances), -1, 0)),
    }


def steps_reached(probabilities: np.ndarray) -> np.ndarray:
    """Return the highest whole per cent that each probability reaches, as uint8.

    ``steps_reached(p) >= t`` is then the same as ``p >= t / 100``, without rounding: both sides
    are compared in the precision of ``probabilities``, as NumPy would.

    Notes
    -----
    Taught in lesson 08.
    """
    steps = (np.arange(N_STEPS + 1) / N_STEPS).astype(probabilities.dtype)
    return (np.searchsorted(steps, probabilities, side="right") - 1).astype(np.uint8)


def _checked_images(images: np.ndarray) -> np.ndarray:
    array = _without_last_one("images", checked_numbers("images", images))
    if max(array.shape[1:]) > LARGEST_EDGE:
        raise ValueError(
            f"a slice has {array.shape[1]} × {array.shape[2]} pixels; this explorer shows up to "
            f"{LARGEST_EDGE} × {LARGEST_EDGE}: take every second pixel, images[:, ::2, ::2], and "
            "masks and probabilities likewise"
        )
    return array


def _checked_probabilities(probabilities: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    array = checked_numbers("probabilities", probabilities)
    array = array[..., None] if array.ndim == 3 else array
    if array.ndim != 4 or array.shape[:3] != shape or array.shape[-1] == 0:
        raise ValueError(
            f"probabilities has shape {np.shape(probabilities)}, and images has slices of shape "
            f"{shape}; give one probability a pixel, so the same shape, or one a class, "
            "(N, H, W, K)"
        )
    outside = np.count_nonzero((array < 0) | (array > 1 + 1e-6))
    if outside:
        raise ValueError(
            f"{outside} probabilities lie outside 0 to 1, from {array.min():g} to "
            f"{array.max():g}; these may be logits: take the sigmoid (or softmax) first"
        )
    whole = array.dtype.kind != "f"
    return np.minimum(array, 1).astype(np.float64 if whole else array.dtype)


def _checked_masks(masks: np.ndarray, shape: tuple[int, ...], n_classes: int) -> np.ndarray:
    array = _without_last_one("masks", checked_numbers("masks", masks))
    if array.shape != shape:
        raise ValueError(
            f"masks has shape {array.shape}, and images has slices of shape {shape}; "
            "give one mask for each slice, of the same size"
        )
    found = np.unique(array)
    wrong = found[(found < 0) | (found >= n_classes) | (found != np.round(found))]
    if len(wrong):
        ids = f"0 to {n_classes - 1}" if n_classes > 2 else "0 (background) and 1"
        raise ValueError(
            f"masks holds {wrong[:6].tolist()}; with these probabilities the class ids are "
            f"{ids}: give probabilities of shape (N, H, W, K) for K classes, or masks == 2 for "
            "class 2 against the rest"
        )
    return array.astype(np.uint8)


def _without_last_one(name: str, array: np.ndarray) -> np.ndarray:
    array = without_channel(array)
    if array.ndim != 3:
        raise ValueError(
            f"{name} has shape {array.shape}; give a stack of grey slices, (N, H, W) or "
            "(N, H, W, 1), for example images[:20]"
        )
    return array


def _check_payload(shape: tuple[int, ...], n_maps: int) -> None:
    a_slice = shape[1] * shape[2] * (2 + n_maps)
    if shape[0] * a_slice > LARGEST_PAYLOAD:
        most = max(LARGEST_PAYLOAD // a_slice, 1)
        raise ValueError(
            f"{shape[0]} slices with {n_maps} probabilities a pixel are "
            f"{shape[0] * a_slice / 1e6:.0f} MB, too much for a page; give at most {most} slices, "
            f"images[:{most}], and masks and probabilities likewise"
        )


def pixel_area(spacing: Sequence[float] | None) -> float:
    """Return the area of a pixel in mm², 0 where it is not known."""
    if spacing is None:
        return 0.0
    between_rows, between_columns = checked_spacing(spacing, 2)
    return between_rows * between_columns

"""What the augmentation explorer shows: a changed slice, its mask, and how usual it looks.

The page's ``arithmetic.js`` computes the same.
"""

from typing import TypedDict

import numpy as np
from scipy import ndimage

from medtutor._checks import checked_within
from medtutor.explore.common.packed import checked_slice
from medtutor.scratch import rotation_matrix

# One step of grey noise for each pixel, always the same: a slider shows strength, not luck.
NOISE_SEED = 0
HIGHEST = 255
RANGES = {"down": (-999, 999), "right": (-999, 999), "zoom": (1, 999), "bend": (0, 100)}
RANGES |= {"noise": (0, 100), "brightness": (-100, 100)}


class Scene(TypedDict):
    """A changed slice and what became of its lesion."""

    image: np.ndarray
    mask: np.ndarray
    between: int
    share_lost: float
    side: str


def augmented_scene(
    image: np.ndarray,
    mask: np.ndarray,
    *,
    degrees: float = 0,
    down: float = 0,
    right: float = 0,
    zoom: float = 100,
    bend: float = 0,
    noise: float = 0,
    brightness: float = 0,
    mirror: bool = False,
    upside_down: bool = False,
) -> Scene:
    """Change a slice as the explorer's sliders do.

    Parameters
    ----------
    image : array (rows, columns), 0 to 255
    mask : array (rows, columns) of 0 and 1
        The lesion.
    degrees : float
        Turn, anticlockwise.
    down, right : float
        Shift in pixels.
    zoom : float
        Size, in per cent, 1 to 999.
    bend : float
        How far a smooth wave moves pixels, in per cent of the edge, 0 to 100.
    noise, brightness : float
        Standard deviation (0 to 100), and what is added to all pixels (-100 to 100), in per cent
        of the range of grey.
    mirror, upside_down : bool
        Left to right; top to bottom.

    Returns
    -------
    dict
        ``image`` float64, cut to 0 to 255; ``mask`` uint8, by the nearest pixel; ``between``, the
        pixels that would be neither 0 nor 1 in a bilinear mask; ``share_lost``, the share of the
        lesion beyond the rim; ``side``: "left" or "right" half of the picture, where it holds
        more than 80 % of the lesion, "both", or "none".

    Raises
    ------
    ValueError
        For anything but one slice and its mask, or a change out of range.

    Notes
    -----
    Taught in lesson 10.
    """
    image, mask = checked_slice(image, mask)
    settings = {"down": down, "right": right, "zoom": zoom, "bend": bend}
    settings |= {"noise": noise, "brightness": brightness}
    for name, (low, high) in RANGES.items():
        checked_within(name, settings[name], low, high)
    matrix = np.diag([-1.0 if upside_down else 1.0, -1.0 if mirror else 1.0])
    matrix = matrix @ rotation_matrix(degrees) / (zoom / 100)
    shift, wave = np.array([down, right]), bend / 100
    places = _places_read(image.shape, matrix, shift, wave)
    grey = ndimage.map_coordinates(image.astype(float), places, order=1, mode="nearest")
    grey += HIGHEST * (noise * noise_pattern(image.shape).astype(float) + brightness) / 100
    soft = ndimage.map_coordinates(mask.astype(float), places, order=1, mode="nearest")
    moved = _nearest(mask, places).astype(np.uint8)
    return {
        "image": grey.clip(0, HIGHEST),
        "mask": moved,
        "between": int(np.count_nonzero((soft > 1e-6) & (soft < 1 - 1e-6))),
        "share_lost": _share_lost(mask, matrix, shift, wave),
        "side": side_of(moved),
    }


def noise_pattern(shape: tuple[int, ...]) -> np.ndarray:
    """Return the explorer's noise, mean 0 and spread 1, in float32."""
    return np.random.default_rng(NOISE_SEED).normal(size=shape).astype(np.float32)


def side_of(mask: np.ndarray) -> str:
    """Return which half of the picture holds more than 80 % of a mask."""
    total = np.count_nonzero(mask)
    if not total:
        return "none"
    left = np.count_nonzero(mask[:, : mask.shape[1] // 2]) / total
    return "left" if left > 0.8 else "right" if left < 0.2 else "both"


def likeness(image: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the correlation of a picture with each of some others, -1 to 1.

    Parameters
    ----------
    image : array (rows, columns)
    others : array (N, rows, columns)

    Notes
    -----
    Brightness and contrast don't count. A picture of one grey level is like none: 0.
    """
    return _directions(others) @ _directions(image[None])[0]


def usual_likeness(images: np.ndarray, patients: np.ndarray) -> float:
    """Return what 95 of 100 slices reach with the likest slice of another patient."""
    rows = _directions(images)
    pairs = rows @ rows.T
    pairs[patients[:, None] == patients] = -1
    return float(np.percentile(pairs.max(axis=1), 5))


def _directions(images: np.ndarray) -> np.ndarray:
    rows = images.reshape(len(images), -1).astype(float)
    rows = rows - rows.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(lengths > 1e-9, lengths, 1)


def _waves(places: np.ndarray, shape: tuple[int, ...], wave: float) -> np.ndarray:
    """Return how far the bend moves each place: rows by columns, columns by rows."""
    height, width = shape
    turns = 2 * np.pi * places / np.array([height, width]).reshape(2, *[1] * (places.ndim - 1))
    return wave * np.stack([height * np.sin(turns[1]), width * np.sin(turns[0])])


def _places_read(
    shape: tuple[int, ...], matrix: np.ndarray, shift: np.ndarray, wave: float
) -> np.ndarray:
    middle = ((np.array(shape) - 1) / 2).reshape(2, 1, 1)
    from_middle = np.indices(shape) - middle - shift.reshape(2, 1, 1)
    places = np.tensordot(matrix, from_middle, axes=1) + middle
    return places + _waves(places, shape, wave)


def _nearest(mask: np.ndarray, places: np.ndarray) -> np.ndarray:
    last = np.array(mask.shape).reshape(2, 1, 1) - 1
    # Rounded, so that the page finds the same pixel where two are equally near.
    rows, columns = np.floor(places.round(6) + 0.5).clip(0, last).astype(int)
    return mask[rows, columns]


def _share_lost(mask: np.ndarray, matrix: np.ndarray, shift: np.ndarray, wave: float) -> float:
    lesion = np.argwhere(mask).T.astype(float)
    if not lesion.size:
        return 0.0
    before = lesion.copy()
    for _ in range(12):  # undo the bend: find the place that it moves here
        before = lesion - _waves(before, mask.shape, wave)
    shape = np.array(mask.shape)[:, None]
    middle = (shape - 1) / 2
    places = np.linalg.inv(matrix) @ (before - middle) + middle + shift[:, None]
    outside = (places < -0.5 - 1e-6) | (places > shape - 0.5 + 1e-6)
    return float(outside.any(axis=0).mean())

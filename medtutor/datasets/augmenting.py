"""Random variants of images, with masks and boxes that move along."""

from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from medtutor._checks import checked_seed, number, share
from medtutor.datasets.tables import refused

Parts = tuple[np.ndarray, np.ndarray | None, list[np.ndarray] | None]


class _Map(NamedTuple):
    """From a place in the result to the place it is read from: A p + b."""

    matrix: np.ndarray
    offset: np.ndarray


def augment(
    images: np.ndarray,
    masks: np.ndarray | None = None,
    boxes: list[np.ndarray] | None = None,
    *,
    seed: int,
    flip: bool = True,
    degrees: float = 10.0,
    shift: float = 0.08,
    zoom: float = 0.1,
    noise: float = 0.0,
    brightness: float = 0.0,
    gamma: float = 0.0,
) -> Parts:
    """Draw one random variant of each image; its mask and its boxes move along.

    Parameters
    ----------
    images : array (N, H, W, C) of numbers
    masks : array (N, H, W) of whole numbers, optional
        Class ids; they take the nearest pixel, so that no id is made up.
    boxes : list of N arrays (n_i, 4), optional
        Rows of ``y0 x0 y1 x1`` in pixels, half-open.
    seed : int
        Equal seeds give equal variants.
    flip : bool
        Whether every second image, by chance, is mirrored left to right. Not where the side is
        what the label tells.
    degrees : float
        The largest turn, either way.
    shift : float
        The largest shift, as a share of the edge, below 1.
    zoom : float
        The largest zoom, in and out, as a share of the size, below 1.
    noise : float
        Standard deviation of the normal noise, in the images' units.
    brightness : float
        The most that is added to, or taken from, all pixels of an image, in the images' units.
    gamma : float
        Grey values, scaled to 0 to 1, are raised to a power between 1 / (1 + gamma) and
        1 + gamma.

    Returns
    -------
    images, masks, boxes
        New ones, in the dtypes that came, of boxes one that holds the image's edges; ``None`` for
        what was not given. A box becomes the smallest one, in whole pixels, around the warped
        one, cut at the rim; one that nothing is left of is dropped.

    Raises
    ------
    ValueError
        For shapes that don't fit, class ids that aren't whole, an option out of range, or
        brightness or gamma on int16: Hounsfield units have a meaning.

    Notes
    -----
    Beyond the rim the nearest pixel counts, in image and mask alike. Taught in lesson 10.
    """
    images, masks = np.asarray(images), None if masks is None else np.asarray(masks)
    _check_parts(images, masks, boxes)
    if images.dtype == np.int16 and (brightness or gamma):
        raise refused("hounsfield_greys")
    limits = [
        number("degrees", degrees),
        share("shift, a share of the edge,", shift),
        share("zoom", zoom),
    ]
    rng = np.random.default_rng(checked_seed(seed))
    maps = [_draw_map(rng, images.shape[1:3], flip, limits) for _ in images]
    greys = rng.uniform(-1, 1, (2, len(images), 1, 1, 1))

    moved = np.array([_warp(image, one, 1) for image, one in zip(images, maps, strict=True)])
    moved = _with_gamma(moved.reshape(images.shape), number("gamma", gamma) * greys[0])
    moved += number("brightness", brightness) * greys[1]
    if number("noise", noise):
        moved += rng.normal(0, noise, moved.shape)
    if masks is not None:
        pairs = zip(masks, maps, strict=True)
        masks = np.array([_warp(m[..., None], one, 0)[..., 0] for m, one in pairs], masks.dtype)
        masks = masks.reshape(images.shape[:3])
    if boxes is not None:
        shape = images.shape[1:3]
        boxes = [_warp_boxes(own, one, shape) for own, one in zip(boxes, maps, strict=True)]
    return _as_found(moved, images.dtype), masks, boxes


def _draw_map(
    rng: np.random.Generator, shape: tuple[int, ...], flip: bool, limits: list[float]
) -> _Map:
    degrees, shift, zoom = limits
    # All five are always drawn: switching one off leaves the others as they were.
    mirrored = rng.random() < 0.5 and flip
    angle, size = np.radians(rng.uniform(-degrees, degrees)), 1 + rng.uniform(-zoom, zoom)
    away = rng.uniform(-shift, shift, 2) * shape
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) / size
    matrix = turn @ np.diag([1.0, -1.0 if mirrored else 1.0])
    middle = (np.array(shape) - 1) / 2
    return _Map(matrix, middle - away - matrix @ middle)


def _warp(image: np.ndarray, to_source: _Map, order: int) -> np.ndarray:
    if np.array_equal(to_source.matrix, np.eye(2)) and not to_source.offset.any():
        return image.astype(float)
    planes = np.moveaxis(image.astype(float), -1, 0)
    warped = [ndimage.affine_transform(p, *to_source, order=order, mode="nearest") for p in planes]
    return np.stack(warped, axis=-1)


def _warp_boxes(boxes: np.ndarray, to_source: _Map, shape: tuple[int, ...]) -> np.ndarray:
    boxes = np.asarray(boxes)
    y0, x0, y1, x1 = np.moveaxis(boxes.reshape(-1, 4), -1, 0)
    # A pixel's middle is at its number, so a box begins half a pixel before its first one.
    corners = np.array([(y, x) for y in (y0, y1) for x in (x0, x1)]) - 0.5
    places = np.linalg.inv(to_source.matrix) @ (corners - to_source.offset[:, None]) + 0.5
    places = places.round(9).clip(0, np.array(shape)[:, None])
    low, high = np.floor(places.min(axis=0)), np.ceil(places.max(axis=0))
    # A box within 255 pixels may leave them: its type must hold the image's edges.
    kind = np.result_type(boxes.dtype, np.min_scalar_type(max(shape)))
    warped = np.concatenate([low, high]).T.astype(kind)
    return warped[(high > low).all(axis=0)]


def _with_gamma(images: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """Bend the scale of grey values; a strength s means the power 1 + s, or 1 / (1 - s)."""
    if not strength.any():
        return images
    low, high = (ends(images, axis=(1, 2, 3), keepdims=True) for ends in (np.min, np.max))
    reach = np.where(high > low, high - low, 1)
    power = np.where(strength < 0, 1 / (1 - strength), 1 + strength)
    return low + reach * ((images - low) / reach) ** power


def _as_found(values: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if dtype.kind == "f":
        return values.astype(dtype)
    limits = np.iinfo(dtype)
    return np.rint(values).clip(limits.min, limits.max).astype(dtype)


def _check_parts(images: np.ndarray, masks: np.ndarray | None, boxes: Any) -> None:
    shape = images.shape
    if images.ndim != 4 or images.dtype.kind not in "iuf" or 0 in shape[1:]:
        raise refused("images_to_augment", images=images)
    if masks is not None and (masks.shape != shape[:3] or masks.dtype.kind not in "biu"):
        raise refused("masks_to_augment", masks=masks, shape=shape, expected=shape[:3])
    if boxes is None:
        return
    if len(boxes) != len(images):
        raise refused("boxes_count", count=len(boxes), n_images=len(images))
    for place, own in enumerate(map(np.asarray, boxes)):
        is_box = own.shape[1:] == (4,) and own.dtype.kind in "iuf" and np.isfinite(own).all()
        if not is_box or (own[:, :2] > own[:, 2:]).any():
            raise refused("box_to_augment", place=place, own=own)

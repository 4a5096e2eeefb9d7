"""What a Split may hold, and which of its images can be asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from medtutor._checks import is_whole
from medtutor._identity import check_look_alikes
from medtutor.datasets.tables import message, refused


def check_parts(parts: Mapping[str, Any]) -> None:
    """Raise where a part isn't of the shape that the images ask for."""
    for name, value in parts.items():
        _check_type(name, value)
    images = parts["images"]
    if images.ndim not in (4, 5):
        raise refused("images_shape", shape=images.shape)
    for name, value in parts.items():
        if len(value) != len(images):
            raise refused("part_count", name=name, count=len(value), n_images=len(images))
        if name == "boxes":
            _check_boxes(value)
        elif name != "images":
            _check_shape(name, value.shape, images.shape)
        if name == "patients" and value.dtype.kind not in "biuf":
            check_look_alikes(name, value.tolist())


def _check_type(name: str, value: Any) -> None:
    kind = type(value).__name__
    if name == "boxes" and not isinstance(value, list):
        raise refused("boxes_type", kind=kind)
    if name != "boxes" and (not isinstance(value, np.ndarray) or value.ndim == 0):
        raise refused("part_type", name=name, kind=kind)


def _check_boxes(boxes: Sequence[Any]) -> None:
    for number, shape in enumerate(map(np.shape, boxes)):
        if len(shape) != 2 or shape[1] != 4:
            raise refused("box_shape", number=number, shape=shape)


def _check_shape(name: str, shape: tuple[int, ...], images: tuple[int, ...]) -> None:
    exact = {"masks": images[:-1], "days": images[:2]}.get(name)
    several = name == "labels" and len(shape) == 2 and shape[1] > 1
    n_axes = 2 if name == "table" else 1
    if not (shape == exact if exact else len(shape) == n_axes or several):
        known = ("labels", "masks", "days", "table")
        row = f"shape_of_{name}" if name in known else "shape_of_others"
        expected = message(row, exact=exact)
        raise refused("part_shape", name=name, shape=shape, images=images, expected=expected)


def checked_places(index: Any, n_images: int) -> slice | np.ndarray:
    """Return what stands between the brackets of ``split[…]``, where it chooses images."""
    if isinstance(index, slice):
        return index
    if is_whole(index):
        row = "single_place" if -n_images <= index < n_images else "single_place_outside"
        raise TypeError(message(row, index=index, end=index + 1 or "", n_images=n_images))
    places = np.asarray(index)
    if places.shape == (0,) and places.dtype.kind == "f":  # what NumPy makes of []
        places = places.astype(int)
    if places.ndim != 1 or places.dtype.kind not in "biu":
        raise TypeError(message("places", index=index))
    if places.dtype.kind == "b":
        if len(places) != n_images:
            raise IndexError(message("mask_of_places", count=len(places), n_images=n_images))
        return places
    outside = places[(places < -n_images) | (places >= n_images)]
    if outside.size:
        raise IndexError(message("place_outside", place=outside[0], n_images=n_images))
    return places

"""What a Split may hold, and which of its images can be asked for."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from medtutor._identity import check_look_alikes


def check_parts(parts: Mapping[str, Any]) -> None:
    """Raise where a part isn't of the shape that the images ask for."""
    for name, value in parts.items():
        _check_type(name, value)
    images = parts["images"]
    if images.ndim not in (4, 5):
        raise ValueError(
            f"images has shape {images.shape}; give (N, H, W, C), (N, D, H, W, C) or "
            "(N, T, H, W, C): grey images get their channel by images[..., numpy.newaxis]"
        )
    for name, value in parts.items():
        _check_count(name, value, len(images))
        if name == "boxes":
            _check_boxes(value)
        elif name != "images":
            _check_shape(name, value.shape, images.shape)
        if name == "patients" and value.dtype.kind not in "biuf":
            check_look_alikes(name, value.tolist())


def _check_type(name: str, value: Any) -> None:
    if name == "boxes":
        if not isinstance(value, list):
            raise ValueError(
                f"boxes is of type {type(value).__name__}; give a list with an array (n, 4) for "
                "each image"
            )
    elif not isinstance(value, np.ndarray) or value.ndim == 0:
        raise ValueError(
            f"{name} is of type {type(value).__name__}; give an array with one entry for each image"
        )


def _check_count(name: str, value: Any, n_images: int) -> None:
    if len(value) != n_images:
        raise ValueError(
            f"{name} has {len(value)} entries, images has {n_images}; give one entry for each image"
        )


def _check_boxes(boxes: Sequence[Any]) -> None:
    for number, box in enumerate(boxes):
        shape = np.shape(box)
        if len(shape) != 2 or shape[1] != 4:
            raise ValueError(
                f"boxes[{number}] has shape {shape}; give (n, 4), a row y0 x0 y1 x1 for each box, "
                "numpy.zeros((0, 4)) where there is none"
            )


def _check_shape(name: str, shape: tuple[int, ...], images: tuple[int, ...]) -> None:
    if name == "labels":
        fits = len(shape) == 1 or (len(shape) == 2 and shape[1] > 1)
        expected = "(N,), or (N, n_findings) for several findings; a single column is labels[:, 0]"
    elif name == "masks":
        fits = shape == images[:-1]
        expected = f"{images[:-1]}, a class id for every pixel of the images"
    elif name == "days":
        fits = shape == images[:2]
        expected = f"{images[:2]}, a day for every step of the sequences"
    elif name == "table":
        fits, expected = len(shape) == 2, "(N, n_columns), a row for each image"
    else:
        fits, expected = len(shape) == 1, "(N,), one entry for each image"
    if not fits:
        raise ValueError(f"{name} has shape {shape}, images has {images}; give {expected}")


def checked_places(index: Any, n_images: int) -> slice | np.ndarray:
    """Return what stands between the brackets of ``split[…]``, where it chooses images."""
    if isinstance(index, slice):
        return index
    if isinstance(index, (int, np.integer)) and not isinstance(index, bool):
        raise TypeError(_single_number_message(int(index), n_images))
    places = np.asarray(index)
    if places.shape == (0,) and places.dtype.kind == "f":  # what NumPy makes of []
        places = places.astype(int)
    if places.ndim != 1 or places.dtype.kind not in "biu":
        raise TypeError(
            f"a Split takes a slice or an array of places, not {index!r:.80}; "
            "write split[2:5], split[[0, 3]], or split[split.labels == 1]"
        )
    _check_inside(places, n_images)
    return places


def _single_number_message(index: int, n_images: int) -> str:
    start = f"a Split takes a slice or an array of places, not the single number {index}; "
    if not -n_images <= index < n_images:
        return f"{start}it has {n_images} images, take places from 0 up to below that"
    return (
        f"{start}write split[{index}:{index + 1 or ''}], or split.images[{index}] for the picture"
    )


def _check_inside(places: np.ndarray, n_images: int) -> None:
    if places.dtype.kind == "b":
        if len(places) != n_images:
            raise IndexError(
                f"the mask has {len(places)} entries, the split {n_images} images; "
                "give True or False for each image"
            )
        return
    outside = places[(places < -n_images) | (places >= n_images)]
    if outside.size:
        raise IndexError(
            f"there is no image {outside[0]} in a split of {n_images}; "
            "take places from 0 up to below that"
        )

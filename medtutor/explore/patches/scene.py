"""What the patches explorer shows: a grid of patches, one of them, and the lesions in it.

The page's ``arithmetic.js`` computes the same.
"""

from collections.abc import Sequence
from math import prod
from typing import Any, TypedDict

import numpy as np
from scipy import ndimage

from medtutor.explore.common.checks import checked_place, checked_whole
from medtutor.explore.common.packed import checked_numbers, checked_spacing

N_MAPS = 8  # of a layer whose memory is shown


class Lesion(TypedDict):
    """One lesion: its first voxel along each axis, the one behind its last, how many it has."""

    first: list[int]
    end: list[int]
    voxels: int


class Scene(TypedDict):
    """The grid of patches, and what lies in the one that is shown."""

    n_patches: int
    times: float
    edges_mm: list[float]
    megabytes: float
    ml_inside: float
    ml: float
    n_whole: int


def lesions_of(mask: np.ndarray) -> list[Lesion]:
    """Return the lesions of a mask (D, H, W): what hangs together, across corners, too.

    Raises
    ------
    ValueError
        For anything but a volume of finite numbers.

    Notes
    -----
    Taught in lesson 15.
    """
    numbered, _ = ndimage.label(_checked_mask(mask), np.ones((3, 3, 3)))
    counts = np.bincount(numbered.ravel())
    return [
        {
            "first": [part.start for part in box],
            "end": [part.stop for part in box],
            "voxels": int(counts[number]),
        }
        for number, box in enumerate(ndimage.find_objects(numbered), start=1)
    ]


def patches_scene(
    mask: np.ndarray,
    spacing: Sequence[float],
    *,
    place: Sequence[int],
    size: int,
    overlap: int,
) -> Scene:
    """Count patches, memory, and lesions that lie whole in one of them.

    Parameters
    ----------
    mask : array (D, H, W) of 0 and 1
        The lesions.
    spacing : three numbers
        Millimetres from voxel to voxel along each axis.
    place : three numbers
        First slice, row and column of the patch that is shown.
    size : int
        Edge of a patch in voxels, from 1 to the volume's shortest edge.
    overlap : int
        By how much neighbours along an axis overlap, in per cent of the edge, 0 to 99.

    Returns
    -------
    dict
        ``n_patches`` of the volume, and how many ``times`` its voxels they hold; ``edges_mm`` of a
        patch; ``megabytes`` of 8 float32 maps of it; ``ml_inside`` the patch of ``ml`` of lesions
        (mL); ``n_whole``, the lesions that some patch of the grid holds whole.

    Raises
    ------
    ValueError
        For another mask or spacing, a setting out of range, or a patch that leaves the volume.

    Notes
    -----
    Taught in lesson 15.
    """
    mask, spacing = _checked_mask(mask), checked_spacing(spacing, 3)
    checked_whole("size", size, 1, min(mask.shape))
    checked_whole("overlap", overlap, 0, 99)
    lasts = [length - size for length in mask.shape]
    place = checked_place(place, lasts, "the first slice, row and column of the patch")
    starts = [starts_of(length, size, step_of(size, overlap)) for length in mask.shape]
    n_patches = prod(map(len, starts))
    ml = prod(spacing) / 1000
    box = tuple(slice(first, first + size) for first in place)
    return {
        "n_patches": n_patches,
        "times": n_patches * size**3 / mask.size,
        "edges_mm": [size * mm for mm in spacing],
        "megabytes": 4 * N_MAPS * size**3 / 1e6,
        "ml_inside": ml * int(np.count_nonzero(mask[box])),
        "ml": ml * int(np.count_nonzero(mask)),
        "n_whole": sum(_lies_whole(lesion, starts, size) for lesion in lesions_of(mask)),
    }


def _checked_mask(mask: Any) -> np.ndarray:
    array = checked_numbers("mask", mask)
    if array.ndim != 3:
        raise ValueError(f"mask has shape {array.shape}; give that of one volume, (D, H, W)")
    return array


def step_of(size: int, overlap: int) -> int:
    """Return how far apart patches begin that overlap by so many per cent."""
    return max(1, size * (100 - overlap) // 100)


def starts_of(length: int, size: int, step: int) -> list[int]:
    """Return where the patches along an axis begin, as in ``datasets.tile``."""
    return [*range(0, length - size, step), length - size]


def _lies_whole(lesion: Lesion, starts: list[list[int]], size: int) -> bool:
    return all(
        any(start <= first and end <= start + size for start in along)
        for along, first, end in zip(starts, lesion["first"], lesion["end"], strict=True)
    )

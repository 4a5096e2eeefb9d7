"""Volumes cut into patches that a network can take, and put together again without a seam."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

import numpy as np

from medtutor._checks import each_axis
from medtutor.datasets.tables import refused

_N_AXES = 3


class Tiles(NamedTuple):
    """Patches of a volume, and where the first voxel of each lies."""

    patches: np.ndarray
    places: np.ndarray


def tile(
    volume: np.ndarray, size: int | Sequence[int], step: int | Sequence[int] | None = None
) -> Tiles:
    """Cut a volume into patches that together hold all of it.

    Parameters
    ----------
    volume : array (D, H, W) or (D, H, W, C)
        One volume; its first three axes are cut.
    size : int or (int, int, int)
        Edges of a patch in voxels.
    step : int or (int, int, int), optional
        How far apart the patches begin, at most ``size``; with a smaller step they overlap. The
        last patch along an axis ends with the volume, so that it may overlap in any case. Without
        it the step is the size.

    Returns
    -------
    patches : array (n, d, h, w) or (n, d, h, w, C)
        In reading order.
    places : int array (n, 3)
        First slice, row and column of each patch.

    Raises
    ------
    ValueError
        For a patch larger than the volume, or a step that leaves voxels out.

    Notes
    -----
    Taught in lesson 15.
    """
    array = np.asarray(volume)
    if array.ndim not in (_N_AXES, _N_AXES + 1):
        raise refused("volume_shape", shape=array.shape)
    edges = each_axis("size", size, _N_AXES)
    steps = edges if step is None else each_axis("step", step, _N_AXES)
    for found, edge, far in zip(array.shape, edges, steps, strict=False):
        if edge > found:
            raise refused("patch_too_large", edges=edges, shape=array.shape[:_N_AXES])
        if far > edge:
            raise refused("step_too_large", steps=steps, edges=edges)
    starts = [
        [*range(0, found - edge, far), found - edge]
        for found, edge, far in zip(array.shape, edges, steps, strict=False)
    ]
    places = np.array(list(product(*starts)))
    return Tiles(np.stack([array[_box(place, edges)] for place in places]), places)


def join(patches: np.ndarray, places: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Put patches together into a volume: where they overlap, their mean.

    Parameters
    ----------
    patches : array (n, d, h, w) or (n, d, h, w, C) of numbers
        Such as a network's outputs for the patches of :func:`tile`.
    places : int array (n, 3)
        First slice, row and column of each patch.
    shape : (D, H, W)
        Of the volume.

    Returns
    -------
    array (D, H, W) or (D, H, W, C)
        float32 for patches of float32, else float64.

    Raises
    ------
    ValueError
        For patches that stick out, other numbers of places than of patches, or a voxel that lies
        in no patch.

    Notes
    -----
    Taught in lesson 15.
    """
    patches, places = np.asarray(patches), np.asarray(places)
    edges = each_axis("shape", shape, _N_AXES)
    if patches.ndim not in (_N_AXES + 1, _N_AXES + 2) or places.shape != (len(patches), _N_AXES):
        raise refused("patches_shape", patches=patches, places=places)
    size = patches.shape[1 : _N_AXES + 1]
    if (places < 0).any() or (places + size > edges).any():
        raise ValueError(f"patches of {size} voxels stick out of a volume of {edges}")
    # In float64 the mean of equal float32 numbers is that number, to the bit.
    total, count = np.zeros(edges + patches.shape[_N_AXES + 1 :]), np.zeros(edges)
    for place, patch in zip(places, patches, strict=True):
        total[_box(place, size)] += patch
        count[_box(place, size)] += 1
    if not count.all():
        raise ValueError(f"{(count == 0).sum()} voxels lie in no patch; give patches of all")
    mean = total / count.reshape(edges + (1,) * (total.ndim - _N_AXES))
    return mean.astype(np.float32) if patches.dtype == np.float32 else mean


def _box(place: Sequence[int], size: Sequence[int]) -> tuple[slice, ...]:
    return tuple(slice(first, first + edge) for first, edge in zip(place, size, strict=True))

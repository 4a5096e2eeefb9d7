"""The real average brain that all simulated patients are warped from."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from medtutor._resources import data_folder

# Millimetres from the first slice of the file to the plane z = 0 of MNI space.
MNI_ORIGIN_MM = 72.0
SLICE_THICKNESSES_MM = (2.0, 4.0, 6.0)


@dataclass(frozen=True)
class Atlas:
    """Tissue maps in [0, 1] and the distance to the brain in mm, axes z y x.

    z runs from neck to crown, y from forehead to the back of the head.
    """

    grey: np.ndarray
    white: np.ndarray
    distance: np.ndarray
    voxel_mm: float

    @property
    def centre(self) -> np.ndarray:
        """Voxel position ``z y x`` of the middle of the head in the plane z = 0 of MNI space."""
        _, height, width = self.grey.shape
        return np.array([MNI_ORIGIN_MM / self.voxel_mm, (height - 1) / 2, (width - 1) / 2])


@cache
def atlas(thickness_mm: float) -> Atlas:
    """Return the atlas as a scanner with slices of this thickness would see it."""
    maps, voxel_mm = _shipped_maps()
    n_voxels = max(1, round(thickness_mm / voxel_mm))
    grey, white, distance = (
        ndimage.uniform_filter1d(maps[name].astype(np.float32), n_voxels, axis=0)
        for name in ("grey", "white", "distance_mm")
    )
    return Atlas(grey / 255, white / 255, distance, voxel_mm)


def average_brain() -> tuple[np.ndarray, tuple[float, float, float]]:
    """Return a real magnetic resonance image: the average of 152 people's brains.

    Returns
    -------
    volume : uint8 array (94, 116, 98)
        T1-weighted, skull removed. Axial slices from the neck up; in a slice the rows run from
        the forehead to the back of the head.
    spacing : tuple of float
        Voxel size in mm, in the order of the axes.

    Notes
    -----
    ICBM 2009a nonlinear symmetric average, Fonov et al. 2011, doi:10.1016/j.neuroimage.2010.07.033.
    Licence and notice: ``data/brain_atlas.md``. Taught in lesson 02.
    """
    maps, voxel_mm = _shipped_maps()
    return maps["t1"], (voxel_mm, voxel_mm, voxel_mm)


class Tissues(NamedTuple):
    """Share of each tissue in every voxel, float32 from 0 to 1; what is left is background."""

    csf: np.ndarray
    grey: np.ndarray
    white: np.ndarray


@cache
def average_tissues() -> Tissues:
    """Return what the real average brain consists of, voxel by voxel.

    Returns
    -------
    csf, grey, white : float32 arrays (94, 116, 98)
        Cerebrospinal fluid, grey and white matter: the share of each in the voxels of
        :func:`average_brain`, read-only. They add up to 1 inside the head and to 0 outside, so
        that ``numpy.argmax([1 - sum(tissues), *tissues], axis=0)`` are the classes of
        ``brain_tissue``. Slice ``i`` lies ``2 * i - 71.5`` mm above z = 0 of MNI space, which is
        near the plane through the anterior and the posterior commissure.

    Notes
    -----
    Grey and white matter are the maps of the ICBM 2009a average; fluid is what else lies less
    than 2 mm from the brain. Licence and notice: ``data/brain_atlas.md``. Taught in lesson 08.
    """
    maps = atlas(2.0)
    inside = maps.distance < 2
    csf = np.where(inside, np.clip(1 - maps.grey - maps.white, 0, 1), 0).astype(np.float32)
    tissues = Tissues(csf, maps.grey * inside, maps.white * inside)
    for share in tissues:
        share.flags.writeable = False  # shared by all callers
    return tissues


@cache
def _shipped_maps() -> tuple[dict[str, np.ndarray], float]:
    with np.load(data_folder() / "brain_atlas.npz", allow_pickle=False) as archive:
        maps = {name: archive[name] for name in ("t1", "grey", "white", "distance_mm")}
        voxel_mm = float(archive["voxel_mm"])
    for volume in maps.values():
        volume.flags.writeable = False  # shared by all callers
    return maps, voxel_mm

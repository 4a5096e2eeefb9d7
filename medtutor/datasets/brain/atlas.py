"""The real average brain that all simulated patients are warped from."""

from dataclasses import dataclass
from functools import cache

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


@cache
def _shipped_maps() -> tuple[dict[str, np.ndarray], float]:
    with np.load(data_folder() / "brain_atlas.npz", allow_pickle=False) as archive:
        maps = {name: archive[name] for name in ("t1", "grey", "white", "distance_mm")}
        voxel_mm = float(archive["voxel_mm"])
    for volume in maps.values():
        volume.flags.writeable = False  # shared by all callers
    return maps, voxel_mm

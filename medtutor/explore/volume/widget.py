"""Three planes through a volume, with a cross-hair that links them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import traitlets

from medtutor.datasets import Scan, average_brain
from medtutor.explore.common.packed import (
    block_mean,
    blocks_for,
    checked_numbers,
    checked_spacing,
    packed,
)
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.volume.geometry import Orientation, in_two_bytes, orientation_of, oriented
from medtutor.explore.volume.window import window_presets, window_ranges

LARGEST_VOLUME = 2_000_000
"""Voxels that a page is sent; a larger volume is reduced, and says so."""

SLIGHT_TILT = 5.0  # degrees
# The atlas' first voxel is 97.5 mm to the right, 96.5 mm to the front and 71.5 mm below the
# origin of MNI space: its source starts at (-98, -134, -72) mm, 1 mm a voxel.
_BRAIN_AFFINE = np.array([[0, 0, -2, 97.5], [0, 2, 0, -96.5], [2, 0, 0, -71.5], [0, 0, 0, 1]])


class VolumeExplorer(Explorer):
    """The widget that ``volume`` returns; it computes in the page, with no kernel needed.

    Its traits are what the learner sees, and can be read and set from Python: ``place``, the
    voxel of the array under the cross-hair, and ``center`` and ``width`` of the window in the
    volume's own unit.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slices.js",
        "common/planes.js",
        "common/window_controls.js",
        "volume/geometry.js",
        "volume/words.js",
        "volume/page.js",
    )
    _css = source("common/style.css", "common/window_controls.css", "volume/style.css")

    voxels = traitlets.Dict().tag(sync=True)
    geometry = traitlets.Dict().tag(sync=True)
    about = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    notes: traitlets.List[Any] = traitlets.List().tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)
    presets: traitlets.List[Any] = traitlets.List().tag(sync=True)
    center = traitlets.Float().tag(sync=True)
    width = traitlets.Float(1.0, min=1e-12).tag(sync=True)
    place = traitlets.Tuple(*[traitlets.Int()] * 3, default_value=(0, 0, 0)).tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        return (
            f"Volume explorer: three planes through voxel {list(self.place)} of {self.about}, "
            f"window centre {self.center:g} and width {self.width:g}."
        )


def volume(
    scan: Scan | np.ndarray | None = None, *, spacing: Sequence[float] | None = None
) -> VolumeExplorer:
    """Move a cross-hair through a volume and see three planes at right angles.

    Parameters
    ----------
    scan : Scan or array (D, H, W), optional
        A volume, for example from ``read_dicom`` or ``read_nifti``. Where a scan has an affine,
        planes are turned as radiologists look at them and letters say where the patient's left,
        front and head are. Without ``scan``, the real average brain.
    spacing : three numbers, optional
        Millimetres from one voxel to the next, one for each axis, instead of the scan's own.

    Returns
    -------
    VolumeExplorer
        A widget; everything in it works by keyboard and mouse. A volume of more than two
        million voxels is reduced by averaging, and a line below the pictures says so.

    Raises
    ------
    ValueError
        For anything but a finite volume with at least two voxels along each of three axes, or a
        spacing that is not three positive numbers.

    Notes
    -----
    Greys follow DICOM's "linear exact" window. Taught in lesson 01.
    """
    if scan is None:
        array, _ = average_brain()
        scan = Scan(array, (2.0, 2.0, 2.0), "MR", affine=_BRAIN_AFFINE)
        about = "the real average brain of 152 people (ICBM), MR, T1-weighted"
    else:
        about = "your volume"
    found = scan if isinstance(scan, Scan) else Scan(np.asarray(scan))
    given = found.spacing if spacing is None else spacing
    array = _checked_volume(found)
    mm = None if given is None else checked_spacing(given, 3)
    lies = None if found.affine is None else orientation_of(found.affine)
    affine = None if found.affine is None else np.array(found.affine, float)
    if affine is not None and mm is not None:
        affine[:3, :3] *= mm / np.linalg.norm(affine[:3, :3], axis=0)
    return _explorer(replace(found, array=array, spacing=mm, affine=affine), lies, about)


def _explorer(scan: Scan, lies: Orientation | None, about: str) -> VolumeExplorer:
    array, mm = scan.array, scan.spacing
    blocks = blocks_for(array.shape, mm or (1.0, 1.0, 1.0), LARGEST_VOLUME)
    reduced = block_mean(array, blocks) if max(blocks) > 1 else array
    stored, slope, intercept = in_two_bytes(reduced)
    turned = oriented(stored, lies) if lies else stored
    presets = window_presets(reduced, scan.unit)
    center, width = next(iter(presets.values()))
    geometry = {
        "order": list(lies.order) if lies else [0, 1, 2],
        "flipped": list(lies.flipped) if lies else [False] * 3,
        "oriented": lies is not None,
        "blocks": list(blocks),
        "lengths": list(array.shape),
        "spacing": None if mm is None else list(mm),
        "affine": None if scan.affine is None else scan.affine.tolist(),
        "slope": slope,
        "intercept": intercept,
    }
    return VolumeExplorer(
        voxels=packed(turned),
        geometry=geometry,
        about=f"{about}, {' × '.join(map(str, array.shape))} voxels",
        unit=scan.unit,
        notes=_notes(array, reduced, blocks, mm, lies, slope),
        ranges=window_ranges(reduced, scan.unit),
        presets=[{"name": name, "center": c, "width": w} for name, (c, w) in presets.items()],
        center=center,
        width=width,
        place=tuple(length // 2 for length in array.shape),
    )


def _checked_volume(scan: Scan) -> np.ndarray:
    array = checked_numbers("scan", scan.array)
    if array.ndim == 4:
        raise ValueError(
            f"scan has shape {array.shape}, four axes; give one volume (D, H, W) of it, for "
            "example array[0] of several in time, or array[..., 0] of one with channels"
        )
    if array.ndim != 3:
        raise ValueError(
            f"scan has shape {array.shape}; give a volume (D, H, W), for example from read_nifti "
            "or from read_dicom on a folder"
        )
    if scan.spacing is not None and len(scan.spacing) == 2:
        raise ValueError(
            f"this is {scan!r}: a film of {len(array)} frames, or slices without a place, and no "
            "volume; if its frames are slices at equal distances, give the array and a spacing"
        )
    if min(array.shape) < 2:
        raise ValueError(
            f"scan has shape {array.shape}, one slice and no volume; look at it with "
            "explore.windowing or plots.show_images"
        )
    return array


def _notes(
    array: np.ndarray,
    reduced: np.ndarray,
    blocks: tuple[int, ...],
    mm: tuple[float, ...] | None,
    lies: Orientation | None,
    slope: float,
) -> list[str]:
    """Return what the learner must know about the pictures."""
    notes = []
    if max(blocks) > 1:
        size, block = (" × ".join(map(str, numbers)) for numbers in (reduced.shape, blocks))
        notes.append(
            f"Reduced to {size} voxels, each the mean of {block}, for the page holds at most "
            f"{LARGEST_VOLUME // 1_000_000} million. Small things may be lost."
        )
    if slope != 1:
        notes.append(f"Values are rounded to steps of {slope:.2g}.")
    if mm is None:
        notes.append("The spacing is not known: voxels are drawn as cubes. Give spacing=(…) in mm.")
    if lies is None:
        notes.append("Which way the patient lies is not known, so there are no letters.")
    elif lies.tilt > SLIGHT_TILT:
        notes.append(f"The axes are tilted by up to {lies.tilt:.0f}° against what the letters say.")
    return notes

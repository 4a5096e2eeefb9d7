"""A volume cut into patches: how large, how many, and what the seams cut through."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import traitlets

from medtutor.explore.common.packed import (
    Packed,
    checked_numbers,
    checked_spacing,
    packed,
    unpacked,
    without_channel,
)
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.patches.scene import Scene, lesions_of, patches_scene

SMALLEST, LARGEST, SIZE_STEP = 8, 48, 4
LARGEST_EDGE = 128


class PatchesExplorer(Explorer):
    """The widget that ``patches`` returns; it computes in the page, with no kernel needed.

    Its traits are what the learner sees, and can be read and set from Python: ``place`` (first
    slice, row and column of the patch), ``size`` (its edge in voxels) and ``overlap`` (per cent).
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/slices.js",
        "common/planes.js",
        "patches/arithmetic.js",
        "patches/words.js",
        "patches/page.js",
    )
    _css = source("common/style.css", "patches/style.css")

    stack = traitlets.Dict().tag(sync=True)
    place = traitlets.Tuple(*[traitlets.Int(0, min=0)] * 3).tag(sync=True)
    size = traitlets.Int(24, min=SMALLEST, max=LARGEST).tag(sync=True)
    overlap = traitlets.Int(0, min=0, max=75).tag(sync=True)

    @traitlets.validate("size")
    def _fits(self, proposal: Any) -> int:
        if proposal["value"] > min(self.stack["shape"]):
            raise traitlets.TraitError(
                f"a patch of {proposal['value']} voxels is larger than the volume of "
                f"{tuple(self.stack['shape'])}"
            )
        return proposal["value"]

    def scene(self) -> Scene:
        """Return what is seen: see ``patches_scene``."""
        mask = unpacked(cast(Packed, self.stack["mask"]))
        room = [length - self.size for length in mask.shape]
        place = [min(first, most) for first, most in zip(self.place, room, strict=True)]
        return patches_scene(
            mask, self.stack["spacing"], place=place, size=self.size, overlap=self.overlap
        )

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        scene, shape = self.scene(), " × ".join(map(str, self.stack["shape"]))
        return (
            f"Patches explorer: three planes through a volume of {shape} voxels; a patch of edge "
            f"{self.size} lies in it as a box. {scene['n_patches']} patches that overlap by "
            f"{self.overlap} % hold all of it, and {scene['n_whole']} of "
            f"{len(self.stack['lesions'])} lesions lie whole in one of them."
        )


def patches(
    volume: np.ndarray,
    mask: np.ndarray,
    *,
    spacing: Sequence[float],
    size: int = 24,
    receptive_field: int = 44,
) -> PatchesExplorer:
    """Move a patch through a volume, change its size and overlap, and see what it cuts through.

    Parameters
    ----------
    volume : array (D, H, W) or (D, H, W, 1) of numbers
        Slices, rows and columns; no edge above 128 voxels, none below 8. It is shown from its
        lowest value (black) to its highest (white), the last slice on top.
    mask : array (D, H, W) of 0 and 1
        The lesions.
    spacing : three numbers
        Millimetres from voxel to voxel along each axis.
    size : int
        Edge of the patch in voxels, at the beginning: 8 to 48.
    receptive_field : int
        How many voxels along each axis an output of the network sees; drawn as a second box. 44 is
        that of ``models.build_unet3d`` with its usual depth of 2.

    Returns
    -------
    PatchesExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For shapes that don't fit together, a missing spacing, a volume too small or too large for
        a page, a patch larger than the volume.

    Notes
    -----
    What is computed is that of ``patches_scene``. Taught in lesson 15.
    """
    values = _checked_volume(volume)
    lesions = checked_numbers("mask", mask)
    if lesions.shape != values.shape:
        raise ValueError(
            f"mask has shape {lesions.shape}, the volume {values.shape}; give a mask of the same "
            "volume"
        )
    mm = checked_spacing(spacing, 3)
    if not SMALLEST <= size <= min(LARGEST, *values.shape):
        raise ValueError(
            f"size is {size}; for a volume of {values.shape} voxels give an edge from {SMALLEST} "
            f"to {min(LARGEST, *values.shape)}"
        )
    low, high = float(values.min()), float(values.max())
    grey = np.rint(255 * (values.astype(float) - low) / ((high - low) or 1)).astype(np.uint8)
    found = lesions_of(lesions != 0)
    middle = max(found, key=lambda lesion: lesion["voxels"], default=None)
    stack = {
        "shape": list(values.shape),
        "spacing": list(mm),
        "image": packed(grey),
        "mask": packed((lesions != 0).astype(np.uint8)),
        "lesions": found,
        "field": receptive_field,
    }
    return PatchesExplorer(stack=stack, size=size, place=_place_around(middle, values.shape, size))


def _checked_volume(volume: np.ndarray) -> np.ndarray:
    array = without_channel(checked_numbers("volume", volume))
    if array.ndim != 3:
        raise ValueError(
            f"volume has shape {array.shape}; give one volume (D, H, W), for example images[0]"
        )
    if min(array.shape) < SMALLEST or max(array.shape) > LARGEST_EDGE:
        raise ValueError(
            f"volume has shape {array.shape}; this explorer shows edges of {SMALLEST} to "
            f"{LARGEST_EDGE} voxels: take every second voxel, volume[::2, ::2, ::2], and mask and "
            "spacing likewise"
        )
    return array


def _place_around(lesion: Any, shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Return where a patch begins that has the lesion, or the volume, in its middle."""
    ends = zip(lesion["first"], lesion["end"], strict=True) if lesion else ((0, n) for n in shape)
    middles = [(first + end) // 2 for first, end in ends]
    return tuple(
        int(np.clip(middle - size // 2, 0, n - size))
        for middle, n in zip(middles, shape, strict=True)
    )

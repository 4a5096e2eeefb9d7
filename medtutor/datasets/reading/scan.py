"""What every reader returns: the array, and what the file says about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

# Decimal numbers are cut at other places by every program: as a share of the number.
_ROUNDING = 1e-4


def same_spacing(spacings: Sequence[tuple[float, ...]]) -> bool:
    """Say whether spacings are the same but for rounding."""
    return bool(np.allclose(spacings, spacings[0], rtol=_ROUNDING, atol=0))


@dataclass(frozen=True, eq=False, repr=False)
class Scan:
    """An image, a volume or a film, with its spacing and without its patient's name.

    Parameters
    ----------
    array : array
        ``(H, W)`` for one image, ``(D, H, W)`` for a volume, slices first, ``(T, H, W)``
        for frames; colour adds a last axis of 3.
    spacing : tuple of float, optional
        Millimetres from one voxel to the next, one number for each spatial axis of the array
        in the array's order: ``(dz, dy, dx)`` for a volume, ``(dy, dx)`` for an image or frames.
        ``None`` where the file doesn't say.
    modality : str
        DICOM's word for the kind of scanner, ``"CT"``, ``"MR"``, ``"US"`` and so on; ``""``
        where the file doesn't say.
    unit : str
        ``"HU"`` for Hounsfield units; ``""`` for any other.
    metadata : mapping
        DICOM keywords or NIfTI header names and their values. Only names from a list of harmless
        ones are taken over, so never who the patient is.
    affine : array (4, 4), optional
        Takes a place (slice, row, column), with a 1 behind it, to millimetres in DICOM's patient
        coordinates: to the patient's left, back and head. For a single image the slice is 0.
        ``None`` where the file doesn't say.

    Notes
    -----
    Taught in lesson 01.
    """

    array: np.ndarray
    spacing: tuple[float, ...] | None = None
    modality: str = ""
    unit: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    affine: np.ndarray | None = None

    @property
    def pixel_shape(self) -> tuple[float, float]:
        """Height and width of a pixel: in mm where the file says so, else in no unit."""
        height, width = (self.spacing or self.metadata.get("PixelAspectRatio") or (1.0, 1.0))[-2:]
        return float(height), float(width)

    def __repr__(self) -> str:
        steps = " × ".join(f"{mm:.3g}" for mm in self.spacing or ())
        spacing = f"spacing {steps} mm" if steps else ""
        parts = [f"{self.array.shape} {self.array.dtype}", self.modality, self.unit, spacing]
        return f"{type(self).__name__}({', '.join(filter(None, parts))})"

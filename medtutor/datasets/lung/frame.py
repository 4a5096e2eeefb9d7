"""Where each pixel lies in a patient, and what a pixel makes of sharp edges.

Millimetres throughout. ``x`` runs from the patient's right to the left, ``y`` from the sternum to
the back (downwards in the image), ``z`` from the feet to the head; the origin is the middle of the
chest at the height of the carina, where the windpipe divides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from medtutor.datasets.simulation.fields import pixel_places, smooth_field, soft_step
from medtutor.datasets.simulation.groups import draw_heights

# One number for all, or an array that combines with images of all slices.
Amount: TypeAlias = float | np.ndarray

FIELD_OF_VIEW_MM = 340.0
SLICES_PER_PATIENT = 4
LOWEST_MM, HIGHEST_MM = -68.0, 38.0
SLICE_THICKNESSES_MM = (1.5, 3.0, 5.0)


@dataclass(frozen=True)
class Frame:
    """The places that a group of patients is seen at.

    ``x`` and ``y`` have the shape (patients, slices, height, width); ``z`` has (patients, slices,
    height, 1), for the gantry may be tilted. ``z_mm`` (patients, slices) is the height of each
    slice and ``thickness_mm`` (patients,) how thick it is. ``shift_mm`` (patients, 2) says where
    the chest's middle lies in the image, y and x.
    """

    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    z_mm: np.ndarray
    thickness_mm: np.ndarray
    shift_mm: np.ndarray
    pixel_mm: float

    @property
    def n_patients(self) -> int:
        """Number of patients."""
        return len(self.z_mm)

    def step(self, depth_mm: np.ndarray) -> np.ndarray:
        """Return the share of a pixel that lies inside a body, from its depth in it."""
        return soft_step(depth_mm, self.pixel_mm)

    def at_height(self, z: Sequence[float], values: Sequence[float]) -> np.ndarray:
        """Return what runs straight between ``values`` at the heights ``z``."""
        return np.interp(self.z, z, values).astype(np.float32)

    def ellipse(
        self, centre: tuple[Amount, Amount], half: tuple[Amount, Amount], angle_deg: float = 0
    ) -> np.ndarray:
        """Return about how deep each place lies in an ellipse around ``centre`` (y, x)."""
        y, x = self.y - centre[0], self.x - centre[1]
        if angle_deg:
            cos, sin = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
            y, x = cos * y - sin * x, sin * y + cos * x
        half_y, half_x = (np.maximum(h, np.float32(1e-3)) for h in half)
        return (1 - np.hypot(y / half_y, x / half_x)) * np.minimum(half_y, half_x)


def per_patient(values: np.ndarray) -> np.ndarray:
    """Return values (patients,) so that they combine with images of all slices."""
    return np.asarray(values, np.float32)[:, None, None, None]


def draw_frame(rng: np.random.Generator, n_patients: int, size: int) -> Frame:
    """Draw how ``n_patients`` lie in the scanner, and which slices are taken."""
    pixel_mm = FIELD_OF_VIEW_MM / size
    edge = pixel_places(size, pixel_mm)
    heights = (LOWEST_MM, HIGHEST_MM)
    z_mm = draw_heights(rng, (n_patients, SLICES_PER_PATIENT), (6, 11), heights)
    turn = per_patient(np.deg2rad(rng.normal(0, 2.5, n_patients)))
    tilt = per_patient(np.deg2rad(rng.normal(0, 3.0, n_patients)))
    shift = rng.normal(0, (5.0, 6.0), (n_patients, 2))
    scale = rng.normal(1, 0.05, (n_patients, 1)) + rng.normal(0, 0.02, (n_patients, 2))
    scale = np.clip(scale, 0.85, 1.13)
    moved_y, moved_x = edge[:, None] - per_patient(shift[:, 0]), edge - per_patient(shift[:, 1])
    y = (np.cos(turn) * moved_y - np.sin(turn) * moved_x) / per_patient(scale[:, 0])
    x = (np.sin(turn) * moved_y + np.cos(turn) * moved_x) / per_patient(scale[:, 1])
    shape = (n_patients, SLICES_PER_PATIENT, size, size)
    y, x = (place + _warp(rng, shape) for place in (y, x))
    z = z_mm[:, :, None, None] + np.tan(tilt) * moved_y
    thickness = rng.choice(SLICE_THICKNESSES_MM, n_patients)
    return Frame(x, y, z.astype(np.float32), z_mm, thickness, shift, pixel_mm)


def _warp(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return a smooth displacement, most of it the same in all slices of a patient."""
    whole = smooth_field(rng, (shape[0], 1, *shape[2:]), (6, 6))
    single = smooth_field(rng, shape, (8, 8))
    return np.float32(3.0) * whole + np.float32(0.8) * single

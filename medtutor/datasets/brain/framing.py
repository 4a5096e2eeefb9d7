"""How each head lies in its picture: its size, turn, proportions and place."""

from dataclasses import dataclass

import numpy as np

from medtutor.datasets.simulation.fields import pixel_places

FIELD_OF_VIEW_MM = 212.0
# Slices, rows and columns of a volume of cubic voxels; its columns are the middle ones of a square.
VOLUME = (48, 56, 48)
VOLUME_HEIGHTS_MM = (-78.0 + FIELD_OF_VIEW_MM / VOLUME[1] * np.arange(VOLUME[0])).astype(np.float32)
# In the wide domain: the head from 5 % larger to 40 % smaller, its turn in degrees, stretch along
# one axis, and shift in pixels of 64.
LARGEST_ZOOM, SMALLEST_ZOOM = 1.05, 0.60
TURN_DEGREES, STRETCH, SHIFT = 7.0, 0.1, 3.0


@dataclass(frozen=True)
class Frames:
    """Where in the head each pixel lies, mm from its middle, and how large it is there.

    ``rows`` and ``columns`` are (patients, 1, size, size) or broadcast to it, ``pixel_mm``
    (patients, 2) is height and width.
    """

    rows: np.ndarray
    columns: np.ndarray
    pixel_mm: np.ndarray


def draw_frames(rng: np.random.Generator, n_patients: int, size: int, is_wide: bool) -> Frames:
    """Return pictures with the head in their middle, or draw another frame for each patient."""
    pixel_mm = FIELD_OF_VIEW_MM / size
    edge = pixel_places(size, pixel_mm)
    if not is_wide:
        return Frames(edge[:, None], edge, np.full((n_patients, 2), pixel_mm))
    zoom = rng.uniform(SMALLEST_ZOOM, LARGEST_ZOOM, n_patients)
    stretch = np.ones((n_patients, 2))
    stretched = rng.integers(2, size=n_patients)
    stretch[np.arange(n_patients), stretched] += rng.uniform(-STRETCH, STRETCH, n_patients)
    magnified = zoom[:, None] * stretch
    angle = np.deg2rad(rng.normal(0, TURN_DEGREES, n_patients))
    shift = rng.normal(0, SHIFT * FIELD_OF_VIEW_MM / 64, (2, n_patients))
    cos, sin, y, x, down, across = (
        values[:, None, None, None].astype(np.float32)
        for values in (np.cos(angle), np.sin(angle), *magnified.T, *shift)
    )
    rows, columns = edge[:, None] - down, edge - across
    turned = (cos * rows - sin * columns) / y, (sin * rows + cos * columns) / x
    return Frames(*turned, pixel_mm / magnified)

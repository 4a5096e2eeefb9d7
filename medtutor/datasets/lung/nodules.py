"""Solid and ground-glass nodules in the lungs of simulated patients."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from medtutor.datasets.lung.anatomy import Chest
from medtutor.datasets.simulation.fields import dented

MOST_NODULES = 3
# A nodule is at most 30 mm wide, above that one speaks of a mass; small ones are commoner.
SMALLEST_MM, LARGEST_MM = 14.0, 30.0
# A thinner cut through the rim of a nodule is not drawn: nobody could say whether it is there.
THINNEST_CUT_MM = 10.0
# The solid part of a nodule starts somewhere between -400 and -160, by the reader:
# Lee et al. 2018, doi:10.1371/journal.pone.0205490.
SOLID_HU, GROUND_GLASS_HU = (-20.0, 70.0), (-560.0, -320.0)
GROUND_GLASS_SHARE = 0.3


@dataclass(frozen=True)
class Nodule:
    """One nodule: whose, its share of each pixel (slices, height, width), and its density."""

    patient: int
    share: np.ndarray
    hu: float

    @property
    def is_ground_glass(self) -> bool:
        """Whether vessels can be seen through it."""
        return self.hu < -300

    @property
    def mask(self) -> np.ndarray:
        """Pixels of at least half the nodule's highest share, (slices, height, width)."""
        most = self.share.max(axis=(1, 2), keepdims=True)
        return (self.share >= 0.5 * most) & (most > 0)


def draw_nodules(
    rng: np.random.Generator, chest: Chest, vessels: np.ndarray, sick: np.ndarray
) -> list[Nodule]:
    """Draw one to three nodules for each patient that is ``sick`` (patients,)."""
    nodules = []
    for patient in np.flatnonzero(sick):
        free = ndimage.uniform_filter(chest.lung[patient] * (1 - vessels[patient]), (1, 3, 3))
        for _ in range(rng.integers(1, MOST_NODULES + 1)):
            share = _draw_share(rng, chest, int(patient), free)
            glassy = rng.random() < GROUND_GLASS_SHARE
            hu = rng.uniform(*(GROUND_GLASS_HU if glassy else SOLID_HU))
            nodules.append(Nodule(int(patient), share, hu))
    return nodules


def _draw_share(
    rng: np.random.Generator, chest: Chest, patient: int, free: np.ndarray
) -> np.ndarray:
    """Return the nodule's share of each pixel in the slices of one patient."""
    frame = chest.frame
    where, row, column = _draw_centre(rng, free)
    radius = 0.5 * SMALLEST_MM * (LARGEST_MM / SMALLEST_MM) ** rng.random()
    off_slice = rng.uniform(-0.5, 0.5) * radius
    y, x = np.ogrid[: free.shape[1], : free.shape[2]]
    away = ((y - row) * frame.pixel_mm, (x - column) * frame.pixel_mm)
    reach = dented(rng, *away, 0.14, waves=(2, 3, 5))  # nodules are nearly round
    slab = frame.thickness_mm[patient] * np.linspace(-1 / 3, 1 / 3, 3)
    above = frame.z_mm[patient][:, None] - frame.z_mm[patient][where] + off_slice + slab
    cut = np.sqrt(np.maximum(radius**2 - above**2, 0))
    share = frame.step(cut[..., None, None] - reach) * (cut > 0)[..., None, None]
    seen = 2 * cut.mean(axis=1) > THINNEST_CUT_MM
    return share.mean(axis=1) * seen[:, None, None] * chest.lung[patient]


def _draw_centre(rng: np.random.Generator, free: np.ndarray) -> tuple[int, float, float]:
    where = rng.integers(len(free))
    # So much is free somewhere in all that was ever seen, but a draw must not fail.
    threshold = min(0.75, free[where].max() - 1e-6)
    row, column = rng.choice(np.argwhere(free[where] > threshold)) + rng.uniform(-0.5, 0.5, 2)
    return int(where), float(row), float(column)

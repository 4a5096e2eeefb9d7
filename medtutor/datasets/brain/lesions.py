"""Lesions of irregular outline in the white matter of simulated patients."""

import numpy as np

from medtutor.datasets.brain.anatomy import Heads
from medtutor.datasets.brain.domains import SCANNER
from medtutor.datasets.brain.framing import FIELD_OF_VIEW_MM
from medtutor.datasets.simulation.fields import dented, smooth_field

MOST_LESIONS = 3
# A cut through the rim of a lesion that is thinner than this is not drawn at all:
# nobody could say whether it is there.
THINNEST_CUT_MM = 4.0


def draw_lesions(
    rng: np.random.Generator,
    heads: Heads,
    sick: np.ndarray,
    radii: tuple[float, float] = SCANNER.lesion_radii,
) -> np.ndarray:
    """Return the lesion's share of each pixel, shaped like ``heads.white``.

    Parameters
    ----------
    rng : Generator
        Source of randomness.
    heads : Heads
        The patients.
    sick : bool array (patients,)
        Who gets one to three lesions.
    radii : pair of float
        Smallest and largest radius as shares of the field of view; small ones are rarer.
    """
    share = np.zeros_like(heads.white)
    nodes = (share.shape[-2] // 4, share.shape[-1] // 4)
    wobble = 1 + 0.13 * smooth_field(rng, share.shape, nodes, through=heads.is_volume)
    for patient in np.flatnonzero(sick):
        for _ in range(rng.integers(1, MOST_LESIONS + 1)):
            cuts = _draw_lesion(rng, heads, int(patient), wobble[patient], radii)
            share[patient] = np.maximum(share[patient], cuts)
    # Lesions grow in tissue, mostly in white matter: not into the ventricles.
    return share * np.clip(heads.white + 0.75 * heads.grey, 0, 1)


def _draw_lesion(
    rng: np.random.Generator,
    heads: Heads,
    patient: int,
    wobble: np.ndarray,
    radii: tuple[float, float],
) -> np.ndarray:
    """Return the cuts (slices, height, width) through one lesion of one patient."""
    white, z_mm = heads.white[patient], heads.z_mm[patient]
    high, wide = heads.pixel_mm[patient]
    where, row, column = draw_centre(rng, white, of_all=heads.is_volume)
    smallest, largest = radii
    radius = FIELD_OF_VIEW_MM * (smallest + (largest - smallest) * np.sqrt(rng.random()))
    across = np.clip((z_mm - z_mm[where]) / (radius * rng.uniform(0.7, 1.2)), -1, 1)
    cut_radius = radius * np.sqrt(1 - across**2)
    y, x = np.ogrid[: white.shape[1], : white.shape[2]]
    reach = draw_reach(rng, (y - row) * high, (x - column) * wide)
    depth = (cut_radius[:, None, None] * wobble - reach) / np.sqrt(high * wide)
    return np.where((cut_radius > THINNEST_CUT_MM)[:, None, None], sigmoid(2.5 * depth), 0)


def draw_centre(
    rng: np.random.Generator, white: np.ndarray, *, of_all: bool = False
) -> tuple[int, int, int]:
    """Return slice, row and column of a place in the white matter (slices, height, width).

    Each slice that shows white matter is equally likely, or with ``of_all`` each place in it.
    """
    # Near the base of the skull and near the crown a slice may have none.
    threshold = min(0.8, white.max() - 1e-6)
    places = np.argwhere(white > threshold)
    if not of_all:
        places = places[places[:, 0] == rng.choice(np.unique(places[:, 0]))]
    where, row, column = rng.choice(places).tolist()
    return where, row, column


def draw_reach(rng: np.random.Generator, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the distance in mm from the centre of a lesion of irregular outline."""
    return dented(rng, y, x, 0.22, waves=(2, 3, 4, 5))


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Return a smooth step from 0 to 1 around 0."""
    return 1 / (1 + np.exp(-np.clip(x, -30, 30)))

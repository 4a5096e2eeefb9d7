"""Ribs, sternum, shoulder blades and spine: a bright rim of cortex around marrow."""

import numpy as np

from medtutor.datasets.lung.anatomy import Chest, paint
from medtutor.datasets.lung.frame import Amount, Frame, per_patient

# Vertebrae from 226 (young) to 89 (very old): Jang et al. 2019, doi:10.1148/radiol.2019181648.
CORTEX_HU, MARROW_HU = (850.0, 120.0), (160.0, 45.0)
CARTILAGE_HU, DISC_HU = 110.0, 90.0
RIB_SPACING_MM, RIB_DROP_MM = 27.0, 100.0
VERTEBRA_MM = 24.0


def paint_bones(rng: np.random.Generator, chest: Chest, hu: np.ndarray) -> None:
    """Add the skeleton to ``hu``, in place."""
    n_patients = chest.frame.n_patients
    cortex = per_patient(rng.normal(*CORTEX_HU, n_patients))
    # Marrow is denser in the young than in the old.
    marrow = per_patient(np.maximum(rng.normal(*MARROW_HU, n_patients), 70))
    _paint_ribs(rng, chest, hu, cortex, marrow)
    sternum = chest.frame.ellipse((-chest.half_depth_mm - 6, 0), (6.5, 20))
    for depth in (sternum, _shoulder_blades(chest)):
        _paint_bone(chest.frame, hu, depth, 1.2, cortex, marrow)
    _paint_spine(rng, chest.frame, hu, cortex, marrow)


def _paint_bone(
    frame: Frame, hu: np.ndarray, depth: np.ndarray, rim_mm: float, cortex: Amount, marrow: Amount
) -> None:
    paint(hu, frame.step(depth), cortex)
    paint(hu, frame.step(depth - rim_mm), marrow)


def _paint_ribs(
    rng: np.random.Generator, chest: Chest, hu: np.ndarray, cortex: np.ndarray, marrow: np.ndarray
) -> None:
    """Draw the cuts through the ribs.

    Ribs fall from the back to the front: a slice meets several of them, in long slanting cuts.
    """
    frame = chest.frame
    forward = (90 - chest.angle_deg) / 180
    side = np.where(frame.x > 0, np.float32(3), np.float32(-3))
    first = per_patient(rng.uniform(0, RIB_SPACING_MM, frame.n_patients))
    turns = (frame.z + RIB_DROP_MM * forward + first + side) / RIB_SPACING_MM
    above = (turns - np.rint(turns)) * RIB_SPACING_MM
    depth = (1 - np.hypot((chest.outward_mm - 4.5) / 4.2, above / 7.5)) * 4.2
    depth = np.where(forward < 0.95, depth, -10)
    bony = np.clip((0.78 - forward) / 0.05, 0, 1)  # in front ribs turn to cartilage
    rim, core = (CARTILAGE_HU + bony * (bone - CARTILAGE_HU) for bone in (cortex, marrow + 60))
    _paint_bone(frame, hu, depth, 1.3, rim, core)


def _shoulder_blades(chest: Chest) -> np.ndarray:
    """Return the depth in two thin slanting plates behind the upper ribs."""
    frame = chest.frame
    spread = frame.at_height((-60, -30, 30), (6, 18, 26))
    along = np.abs(chest.angle_deg - frame.at_height((-60, 40), (40, 28)))
    in_plate = (1 - along / spread) * 20
    plate = 3.2 - np.abs(chest.outward_mm - 19 - 0.3 * (chest.angle_deg - 32))
    low_end = np.where(frame.z > -50, np.float32(0), np.float32(-20))
    return np.minimum(in_plate, plate) + low_end


def _paint_spine(
    rng: np.random.Generator, frame: Frame, hu: np.ndarray, cortex: np.ndarray, marrow: np.ndarray
) -> None:
    place = (frame.z + per_patient(rng.uniform(0, VERTEBRA_MM, frame.n_patients))) / VERTEBRA_MM
    disc = np.clip(1.2 - np.abs(place - np.rint(place)) * VERTEBRA_MM / 2.5, 0, 1)
    body = frame.ellipse((60, 0), (15, 18))
    arch = frame.ellipse((84, 0), (15, 16))
    wings = [frame.ellipse((88, side * 25), (6, 19), angle_deg=side * 28) for side in (-1, 1)]
    spike = frame.ellipse((106, 0), (19, 4.5))
    back = np.maximum.reduce([arch, spike, *wings])
    _paint_bone(frame, hu, back, 1.8, cortex * 0.8, marrow + 120)
    rim, core = (bone + disc * (DISC_HU - bone) for bone in (0.75 * cortex, marrow))
    _paint_bone(frame, hu, body, 1.2, rim, core)
    canal = frame.ellipse((82, 0), (8.5, 9.5))
    paint(hu, frame.step(canal), -20.0)
    paint(hu, frame.step(canal - 2.5), 28.0)

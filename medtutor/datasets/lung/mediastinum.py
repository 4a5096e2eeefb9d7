"""What lies between the lungs: heart, great vessels, windpipe, gullet.

Where the round vessels run stands in ``mediastinum.tsv``.
"""

import csv
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import numpy as np

from medtutor.datasets.lung.anatomy import AIR_HU, Chest, heart_depth, paint
from medtutor.datasets.lung.frame import Amount, Frame, per_patient

BLOOD_HU, HEART_MUSCLE_HU, WALL_HU = (43.0, 5.0), 48.0, 35.0
CONTRAST_HU, CONTRAST_SHARE = (90.0, 260.0), 0.3
Nodes = list[tuple[float, ...]]
# Middle and half axes of the heart's chambers.
_CHAMBERS = (
    ((-44, 2), (17, 21)),
    ((-22, 42), (13, 23)),
    ((-10, -10), (19, 17)),
    ((4, 22), (12, 24)),
)


def paint_mediastinum(rng: np.random.Generator, chest: Chest, hu: np.ndarray) -> np.ndarray:
    """Add the organs between the lungs to ``hu``; return the blood's Hounsfield units.

    The result has one number a patient, shape (patients,): three in ten were given an iodine
    contrast medium.
    """
    frame = chest.frame
    blood = _draw_blood(rng, frame.n_patients)
    _paint_heart(frame, hu, per_patient(blood))
    for tube in _tubes():
        _paint_tube(frame, hu, tube, per_patient(blood))
    _paint_crossing(frame, hu, per_patient(blood))
    _paint_gullet(rng, frame, hu)
    _paint_airways(rng, frame, hu)
    return blood


def _draw_blood(rng: np.random.Generator, n_patients: int) -> np.ndarray:
    plain = rng.normal(*BLOOD_HU, n_patients)
    enhanced = rng.uniform(*CONTRAST_HU, n_patients)
    return np.where(rng.random(n_patients) < CONTRAST_SHARE, enhanced, plain).astype(np.float32)


def _paint_heart(frame: Frame, hu: np.ndarray, blood: np.ndarray) -> None:
    whole = heart_depth(frame, 0.0)
    paint(hu, frame.step(whole), HEART_MUSCLE_HU + 0.25 * (blood - HEART_MUSCLE_HU))
    # Four chambers within the muscle; without contrast they hardly show.
    inside = frame.step(whole - 7)
    for centre, half in _CHAMBERS:
        paint(hu, frame.step(frame.ellipse(centre, half, angle_deg=-28)) * inside, blood)


@cache
def _tubes() -> list[Nodes]:
    """Return the round vessels: from below to above, height, y, x and radius in mm."""
    with Path(__file__).with_suffix(".tsv").open(encoding="ascii", newline="") as table:
        rows = list(csv.reader(table, delimiter="\t"))[1:]
    vessels = groupby(rows, key=itemgetter(0))
    return [[tuple(map(float, numbers)) for _, *numbers in nodes] for _, nodes in vessels]


def _paint_tube(frame: Frame, hu: np.ndarray, nodes: Nodes, value: Amount) -> None:
    height, *others = zip(*nodes, strict=True)
    y, x, radius = (frame.at_height(height, n) for n in others)
    reached = (frame.z > height[0]) & (frame.z < height[-1])
    depth = frame.ellipse((y, x), (radius, radius))
    paint(hu, frame.step(depth) * (reached & (radius > 0.5)), value)


def _paint_crossing(frame: Frame, hu: np.ndarray, blood: np.ndarray) -> None:
    """Draw the vessels that run across: the aortic arch and the right pulmonary artery."""
    for centre, half, angle, height, reach in (
        ((4, 8), (12, 40), 62, 18, 11),
        ((-8, -8), (9, 36), -10, -15, 9),
        ((-30, 6), (6, 24), -8, 34, 6),
    ):
        rise = np.sqrt(np.clip(1 - ((frame.z - height) / reach) ** 2, 0, 1)).astype(np.float32)
        depth = frame.ellipse(centre, (half[0] * rise + 1e-3, half[1] * (0.6 + 0.4 * rise)), angle)
        paint(hu, frame.step(depth) * (rise > 0.05), blood)


def _paint_gullet(rng: np.random.Generator, frame: Frame, hu: np.ndarray) -> None:
    depth = frame.ellipse((34, 6), (5.5, 7.5))
    paint(hu, frame.step(depth), WALL_HU)
    gas = per_patient(rng.random(frame.n_patients) < 0.35)
    paint(hu, frame.step(frame.ellipse((33, 6), (2.2, 2.6))) * gas, AIR_HU * 0.8)


def _paint_airways(rng: np.random.Generator, frame: Frame, hu: np.ndarray) -> None:
    """Draw the windpipe above the carina and the two main bronchi below it."""
    z = frame.z
    wide = per_patient(rng.uniform(0.85, 1.15, frame.n_patients))
    open_above = np.clip((z + 2) / 6, 0, 1)
    for side, slope, end in ((-1, 0.75, -42.0), (1, 0.95, -40.0)):
        away = side * (5 + slope * np.maximum(-z, 0))
        there = np.clip((z - end) / 6, 0, 1) * np.clip((6 - z) / 6, 0, 1)
        bronchus = frame.ellipse((14.0, away), (6.5 * wide, 6.5 * wide + np.float32(1.5)))
        _paint_airway(frame, hu, bronchus, there)
    _paint_airway(frame, hu, frame.ellipse((13.0, 0.0), (9.5 * wide, 8.5 * wide)), open_above)


def _paint_airway(frame: Frame, hu: np.ndarray, depth: np.ndarray, there: np.ndarray) -> None:
    paint(hu, frame.step(depth + 1.8) * there, WALL_HU)
    paint(hu, frame.step(depth) * there, AIR_HU)

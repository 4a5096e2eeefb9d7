"""The soft tissues of a chest: outline, fat, muscle, and the two lungs."""

from dataclasses import dataclass

import numpy as np

from medtutor.datasets.lung.frame import Amount, Frame, per_patient
from medtutor.datasets.simulation.fields import smooth_field

AIR_HU = -1000.0
FAT_HU, MUSCLE_HU, SKIN_HU = (-108.0, 5.0), (52.0, 6.0), 40.0
# Mean of the whole lung by depth of breath, between full inspiration (0.07 g/cm3, about -930) and
# expiration (0.27 g/cm3, -730): Millar and Denison 1989, doi:10.1136/thx.44.6.485. GRAVITY_HU is
# what the lowest part has more than the highest.
LUNG_HU, GRAVITY_HU = (-890.0, -790.0), (40.0, 110.0)
RIB_ZONE_MM = 9.0


@dataclass(frozen=True)
class Chest:
    """Depths and shares that the other organs are placed by, (patients, slices, height, width).

    ``outward_mm`` is the distance outward from the inner wall of the rib cage, ``angle_deg`` the
    direction seen from the middle: -90 the sternum, 0 the sides, 90 the back. ``lung`` is the
    share of lung in each pixel.
    """

    frame: Frame
    outward_mm: np.ndarray
    angle_deg: np.ndarray
    half_depth_mm: np.ndarray
    lung: np.ndarray


def draw_chest(rng: np.random.Generator, frame: Frame) -> Chest:
    """Draw the rib cage and the lungs that fill it beside the mediastinum."""
    heights = (-80, -40, 0, 25, 45)
    half_width = frame.at_height(heights, (134, 131, 124, 112, 92))
    half_depth = frame.at_height(heights, (93, 91, 86, 78, 66))
    reach = np.hypot(frame.x, frame.y) + 1e-3
    inside = np.abs(frame.x / half_width) ** 2.3 + np.abs(frame.y / half_depth) ** 2.3
    outward = reach - reach / np.maximum(inside, 1e-6) ** np.float32(1 / 2.3)
    angle = np.rad2deg(np.arctan2(frame.y, np.abs(frame.x)))
    lung = frame.step(np.minimum(-outward - 1.5, -_middle_depth(rng, frame, half_depth)))
    return Chest(frame, outward, angle, half_depth, lung)


def _middle_depth(rng: np.random.Generator, frame: Frame, half_depth: np.ndarray) -> np.ndarray:
    """Return how deep each place lies in what parts the lungs: mediastinum, heart, hila, spine."""
    z = frame.z
    width = per_patient(rng.normal(1, 0.08, frame.n_patients))
    band = frame.at_height((-70, -20, 0, 20, 45), (24, 30, 33, 34, 31)) * width
    uneven = 1 + 0.12 * smooth_field(rng, frame.x.shape, (7, 5))
    lens = frame.ellipse((-4, 4), (half_depth + 16, band * uneven))
    spine = frame.ellipse((72, 0), (36, 27))
    heart = heart_depth(frame)
    rise = np.sqrt(np.clip(1 - ((z + 16) / 26) ** 2, 0, 1)).astype(np.float32)
    hila = [frame.ellipse((6, side), (17 * rise + 1e-3, 15 * rise + 1e-3)) for side in (-36, 38)]
    return np.maximum.reduce([lens, spine, heart, *hila])


def heart_depth(frame: Frame, margin_mm: float = 6.0) -> np.ndarray:
    """Return how deep each place lies in the heart and the fat of ``margin_mm`` around it."""
    size = np.sqrt(np.clip(1 - ((frame.z + 72) / 58) ** 2, 0, 1)).astype(np.float32)
    half = (43 * size + margin_mm, 60 * size + margin_mm)
    depth = frame.ellipse((-26, 18), half, angle_deg=-28)
    return np.where(size > 0, depth, -100)


def paint(hu: np.ndarray, share: np.ndarray, value: Amount) -> None:
    """Let ``share`` of each pixel become ``value``, in place."""
    hu += share * (value - hu)


def paint_soft_tissues(rng: np.random.Generator, chest: Chest) -> np.ndarray:
    """Return Hounsfield units of the body wall and the lungs, without bones and organs."""
    frame, outward = chest.frame, chest.outward_mm
    hu = np.full(outward.shape, AIR_HU, np.float32)
    muscle_end, fat_end = _wall(rng, chest)
    fat, muscle = (per_patient(rng.normal(*pair, frame.n_patients)) for pair in (FAT_HU, MUSCLE_HU))
    grain = smooth_field(rng, outward.shape, (outward.shape[-2] // 2,) * 2)
    paint(hu, frame.step(fat_end + 2 - outward), SKIN_HU)
    paint(hu, frame.step(fat_end - outward), fat + 6 * grain)
    # Muscles are bundles with fat between them.
    marbling = 28 * np.maximum(smooth_field(rng, outward.shape, (18, 18)) - 0.6, 0)
    paint(hu, frame.step(muscle_end - outward), muscle - marbling + 6 * grain)
    paint(hu, frame.step(-outward), fat + 30)  # what will remain between the organs
    paint(hu, chest.lung, _lung_tissue(rng, chest, grain))
    return hu


def _wall(rng: np.random.Generator, chest: Chest) -> tuple[np.ndarray, np.ndarray]:
    """Return how far outward the muscles and the fat of the body wall reach."""
    n_patients, angle, z = chest.frame.n_patients, chest.angle_deg, chest.frame.z

    def bump(centre: float, width: float) -> np.ndarray:
        return np.exp(-(((angle - centre) / np.float32(width)) ** 2))

    high = np.clip((z + 30) / 60, 0, 1)
    muscular = per_patient(rng.uniform(0.7, 1.3, n_patients))
    muscle = 4 + 20 * bump(68, 17) + 8 * bump(5, 30)  # along the spine, and at the sides
    muscle = muscle + high * (14 * bump(-42, 22) + 20 * bump(20, 32))  # breast and shoulder
    uneven = smooth_field(rng, (n_patients, 1, *angle.shape[2:]), (5, 5))
    muscle_end = RIB_ZONE_MM + muscle * muscular * (1 + 0.12 * uneven)
    fatness = per_patient(rng.gamma(3.0, 3.0, n_patients) + 3)
    fat = fatness * (0.75 + 0.5 * bump(10, 35) + 0.15 * uneven)
    breast = per_patient(rng.choice((0.0, 1.0), n_patients) * rng.uniform(12, 34, n_patients))
    low = np.exp(-(((z + 42) / 34) ** 2))
    return muscle_end, muscle_end + np.maximum(fat, 2) + breast * low * bump(-44, 15)


def _lung_tissue(rng: np.random.Generator, chest: Chest, grain: np.ndarray) -> np.ndarray:
    """Return the lungs' own Hounsfield units: the lower a place, the more blood and less air."""
    n_patients = chest.frame.n_patients
    mean = per_patient(rng.uniform(*LUNG_HU, n_patients))
    gravity = per_patient(rng.uniform(*GRAVITY_HU, n_patients))
    patchy = smooth_field(rng, grain.shape, (9, 9))
    height = np.clip(chest.frame.y / 85, -1, 1)
    # Where it rests on the back it is pressed together, in a thin band.
    resting = np.clip((chest.angle_deg - 35) / 30, 0, 1)
    resting = 90 * resting * np.exp(-(((chest.outward_mm + 4) / 7) ** 2))
    pressed = per_patient(rng.random(n_patients) ** 2) * resting
    return mean + gravity * (0.4 * height + 0.1 * height**2) + 14 * patchy + 12 * grain + pressed

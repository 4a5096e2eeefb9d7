"""One patient, several visits: ``brain_growth``, a lesion that stays, grows or shrinks."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from medtutor.datasets.brain.anatomy import Heads, draw_heads
from medtutor.datasets.brain.domains import SCANNER
from medtutor.datasets.brain.framing import FIELD_OF_VIEW_MM
from medtutor.datasets.brain.lesions import draw_centre, draw_reach, sigmoid
from medtutor.datasets.brain.scanner import draw_brightness, scan
from medtutor.datasets.cards import simulated_card
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.simulation.fields import smooth_field
from medtutor.datasets.simulation.groups import GROUP, draw_patients
from medtutor.datasets.simulation.keeping import kept_splits

# Raise this number with every change of what is kept: cached files carry it in their name.
GENERATOR_VERSION = 2
FEWEST_VISITS, MOST_VISITS = 4, 10
SHORTEST_GAP_DAYS, LONGEST_GAP_DAYS = 30, 360
# Radius half-way between first and last visit, the same for all three kinds of course. It
# varies far more between patients than in one of them: a single visit's size tells little.
SMALLEST_MM, LARGEST_MM = 6.0, 30.0
# Change of log-volume from first to last visit: a volume that grows 1.8 to 3.3 times.
LEAST_CHANGE, MOST_CHANGE = 0.6, 1.2
# A stable lesion drifts a little, and each visit's radius has an error (oedema, slice position).
MOST_DRIFT, RADIUS_ERROR = 0.1, 0.015
# No head lies in the scanner twice in just the same way.
TURN_DEGREES, SHIFT_MM = 1.5, 1.5
# Follow-up keeps to one sequence, here the one in which lesions are bright.
SEQUENCE = "FLAIR"
# Brightness differs less between visits of a patient than between patients.
SHARE_OF_BRIGHTNESS_SPREAD = 0.4
DIRECTION = np.array([0.0, 1.0, -1.0])  # of the classes stable, growing, shrinking

CARDS = {"brain_growth": simulated_card("brain_growth", sizes=(64, 32, 96, 128))}


@dataclass(frozen=True)
class Courses:
    """What happens to each patient: class, number of visits, their days, radius at each in mm.

    ``days`` and ``radii_mm`` are (patients, ``MOST_VISITS``), zero behind the last visit.
    """

    labels: np.ndarray
    lengths: np.ndarray
    days: np.ndarray
    radii_mm: np.ndarray


def load_splits(card: Card, **options: Any) -> tuple[Split, Split, Split]:
    """Return train, val and test; ``n_train`` patients may be more than the card's count."""
    return kept_splits(card, GENERATOR_VERSION, simulate, **options)


def simulate(n_patients: int, size: int, seeds: tuple[int, int]) -> dict[str, np.ndarray]:
    """Return the arrays of one split, padded with zeros to ``MOST_VISITS``."""
    return draw_patients("brain_growth", n_patients, 1, seeds, partial(_simulate_group, size))


def draw_courses(rng: np.random.Generator, n_patients: int) -> Courses:
    """Draw what happens to each patient; the classes are equally common."""
    labels = rng.permutation(n_patients) % len(DIRECTION)
    lengths = rng.integers(FEWEST_VISITS, MOST_VISITS + 1, n_patients)
    is_visit = np.arange(MOST_VISITS) < lengths[:, None]
    days = _draw_days(rng, is_visit.shape) * is_visit
    change = DIRECTION[labels] * rng.uniform(LEAST_CHANGE, MOST_CHANGE, n_patients)
    change += rng.uniform(-MOST_DRIFT, MOST_DRIFT, n_patients)
    half_way = np.exp(rng.uniform(np.log(SMALLEST_MM), np.log(LARGEST_MM), (n_patients, 1)))
    # Constant growth of log-volume per day; a radius is the cube root of a volume.
    since_half_way = days / days.max(axis=1, keepdims=True) - 0.5
    radii = half_way * np.exp(change[:, None] * since_half_way / 3)
    radii *= np.exp(rng.normal(0, RADIUS_ERROR, radii.shape))
    return Courses(labels.astype(np.int64), lengths, days, radii * is_visit)


def _draw_days(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Return the day of each visit since the first: uneven gaps, short ones more common."""
    gaps = np.exp(rng.uniform(np.log(SHORTEST_GAP_DAYS), np.log(LONGEST_GAP_DAYS), shape))
    gaps[:, 0] = 0
    return np.rint(np.cumsum(gaps, axis=1)).astype(np.int64)


def _simulate_group(size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    courses = draw_courses(rng, GROUP)
    heads = draw_heads(rng, GROUP, size, n_slices=1)
    reach, wobble = _draw_outlines(rng, heads)
    patient, visit = np.nonzero(courses.radii_mm)
    tissues = (heads.csf, heads.grey, heads.white, heads.skull, heads.scalp)
    still = np.stack([*(share[:, 0] for share in tissues), reach, wobble], axis=-1)
    *moved, reach, wobble = np.moveaxis(_reposition(rng, still, patient), -1, 0)
    csf, grey, white, skull, scalp = (tissue[:, None] for tissue in moved)
    seen = Heads(csf, grey, white, skull, scalp, heads.z_mm[patient], heads.pixel_mm[patient])
    lesions = _lesion_shares(seen, reach, wobble, courses.radii_mm[patient, visit])
    images = scan(rng, seen, lesions, _draw_brightness_of_visits(rng, patient))
    return {
        "images": _padded(images[:, 0, ..., None], patient, visit),
        "masks": _padded((lesions[:, 0] > 0.5).astype(np.uint8), patient, visit),
        "labels": courses.labels,
        "lengths": courses.lengths,
        "days": courses.days,
    }


def _draw_outlines(rng: np.random.Generator, heads: Heads) -> tuple[np.ndarray, np.ndarray]:
    """Return two maps a patient: mm from the lesion's centre, and how uneven its rim is.

    They stay the same at all visits, so that a lesion grows without changing its shape.
    """
    size = heads.white.shape[-1]
    y, x = (pixels * (FIELD_OF_VIEW_MM / size) for pixels in np.ogrid[:size, :size])
    reach = np.empty_like(heads.white[:, 0])
    for patient, white in enumerate(heads.white):
        _, row, column = draw_centre(rng, white)
        reach[patient] = draw_reach(rng, y - y[row, 0], x - x[0, column])
    return reach, 1 + 0.13 * smooth_field(rng, reach.shape, (size // 4, size // 4))


def _reposition(rng: np.random.Generator, maps: np.ndarray, patient: np.ndarray) -> np.ndarray:
    """Turn and shift each visit's view a little: (visits, height, width, maps)."""
    size = maps.shape[1]
    angle = np.deg2rad(rng.normal(0, TURN_DEGREES, (len(patient), 1, 1)))
    shift = rng.normal(0, SHIFT_MM, (2, len(patient), 1, 1)) * size / FIELD_OF_VIEW_MM
    centre = (size - 1) / 2
    y, x = (axis - centre for axis in np.ogrid[:size, :size])
    rows = np.cos(angle) * y - np.sin(angle) * x + centre + shift[0]
    columns = np.sin(angle) * y + np.cos(angle) * x + centre + shift[1]
    return _interpolated(maps, patient, rows, columns)


def _interpolated(
    maps: np.ndarray, patient: np.ndarray, rows: np.ndarray, columns: np.ndarray
) -> np.ndarray:
    """Read ``maps`` between their pixels, by the four neighbours' weighted mean."""
    last = maps.shape[1] - 1
    rows, columns = (np.clip(places, 0, last - 1e-3) for places in (rows, columns))
    top, left = rows.astype(np.intp), columns.astype(np.intp)
    down, right = ((p - np.floor(p)).astype(np.float32)[..., None] for p in (rows, columns))
    who = patient[:, None, None]
    upper = maps[who, top, left] * (1 - right) + maps[who, top, left + 1] * right
    lower = maps[who, top + 1, left] * (1 - right) + maps[who, top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


def _lesion_shares(
    seen: Heads, reach: np.ndarray, wobble: np.ndarray, radii_mm: np.ndarray
) -> np.ndarray:
    """Return the lesion's share of each pixel at each visit, shaped like ``seen.white``."""
    pixel_mm = FIELD_OF_VIEW_MM / reach.shape[-1]
    depth = (radii_mm[:, None, None].astype(np.float32) * wobble - reach) / pixel_mm
    share = sigmoid(2.5 * depth)[:, None]
    return share * np.clip(seen.white + 0.75 * seen.grey, 0, 1)


def _draw_brightness_of_visits(rng: np.random.Generator, patient: np.ndarray) -> np.ndarray:
    """Return each visit's brightness of tissues: the patient's own, a little other each time."""
    own = draw_brightness(rng, GROUP, (SEQUENCE,))[patient]
    spread = SHARE_OF_BRIGHTNESS_SPREAD * SCANNER.brightness_spread
    change = rng.normal(0, spread, own.shape)
    return np.maximum(own + change, 0.02).astype(np.float32)


def _padded(visits: np.ndarray, patient: np.ndarray, visit: np.ndarray) -> np.ndarray:
    """Put visits in their places of a (patients, ``MOST_VISITS``, …) array of zeros."""
    padded = np.zeros((GROUP, MOST_VISITS, *visits.shape[1:]), visits.dtype)
    padded[patient, visit] = visits
    return padded

"""Patients are drawn in groups, each from a seed of its own.

So fewer training images are the first of the same patients, and memory stays small.
"""

from collections.abc import Callable

import numpy as np

from medtutor._progress import bar

GROUP = 20
PATIENTS_A_SPLIT, PATIENTS_A_SEED = 1_000_000, 10_000_000


def draw_patients(
    name: str,
    n_images: int,
    n_each: int,
    seeds: tuple[int, int],
    draw: Callable[[np.random.Generator], dict[str, np.ndarray]],
    group: int = GROUP,
) -> dict[str, np.ndarray]:
    """Return the arrays of the first ``n_images``, ``n_each`` a patient, and whom each shows.

    ``seeds`` are the learner's seed and the number of the split; ``draw`` makes a ``group``.
    Patients' numbers differ between both: 12_000_034 has seed 1, split 2.
    """
    firsts = range(0, -(-n_images // n_each), group)
    groups = [
        draw(np.random.default_rng([*seeds, first]))
        for first in bar(firsts, desc=f"simulating {name}", unit="group")
    ]
    arrays = {key: np.concatenate([one[key] for one in groups]) for key in groups[0]}
    numbers = seeds[0] * PATIENTS_A_SEED + seeds[1] * PATIENTS_A_SPLIT
    arrays["patients"] = np.repeat(numbers + np.arange(len(groups) * group), n_each)
    return {key: array[:n_images] for key, array in arrays.items()}


def draw_heights(
    rng: np.random.Generator,
    shape: tuple[int, int],
    gaps_mm: tuple[float, float],
    ends_mm: tuple[float, float],
) -> np.ndarray:
    """Return the heights (patients, slices) of slices at even gaps between two ends, in mm."""
    n_patients, n_slices = shape
    gap = rng.uniform(*gaps_mm, (n_patients, 1))
    room = ends_mm[1] - ends_mm[0] - gap * (n_slices - 1)
    lowest = ends_mm[0] + rng.random((n_patients, 1)) * room
    return (lowest + gap * np.arange(n_slices)).astype(np.float32)

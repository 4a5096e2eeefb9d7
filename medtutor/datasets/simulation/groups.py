"""Patients are drawn in groups, each from a seed of its own.

So fewer training images are the first of the same patients, and memory stays small.
"""

from collections.abc import Callable

import numpy as np

from medtutor._progress import bar

GROUP = 20
PATIENTS_A_SPLIT, PATIENTS_A_SEED = 1_000_000, 10_000_000


def draw_groups(
    name: str,
    n_patients: int,
    seeds: tuple[int, int],
    draw: Callable[[np.random.Generator], dict[str, np.ndarray]],
    group: int = GROUP,
) -> list[dict[str, np.ndarray]]:
    """Return the arrays of as many groups of ``group`` as hold ``n_patients``.

    ``seeds`` are the learner's seed and the number of the split.
    """
    return [
        draw(np.random.default_rng([*seeds, first]))
        for first in bar(range(0, n_patients, group), desc=f"simulating {name}", unit="group")
    ]


def joined(groups: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """Return the arrays of all groups behind each other."""
    return {key: np.concatenate([group[key] for group in groups]) for key in groups[0]}


def patient_ids(seeds: tuple[int, int], n_patients: int) -> np.ndarray:
    """Return numbers that differ between seeds and splits: 12_000_034 has seed 1, split 2.

    ``seeds`` are the learner's seed and the number of the split.
    """
    seed, split = seeds
    return seed * PATIENTS_A_SEED + split * PATIENTS_A_SPLIT + np.arange(n_patients)

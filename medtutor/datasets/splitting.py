"""Splitting by patient, so that a test measures what it says."""

from collections.abc import Sequence

import numpy as np

from medtutor.datasets.dataset import Split


def patient_split(
    patients: np.ndarray, fractions: Sequence[float], seed: int
) -> tuple[np.ndarray, ...]:
    """Divide images into parts so that each patient is in one part only.

    Parameters
    ----------
    patients : array (N,)
        Patient of each image.
    fractions : sequence of float
        Share of the *patients* that goes into each part; they add up to 1.
    seed : int
        Fixes who goes where.

    Returns
    -------
    tuple of int arrays
        For each part the places of its images, in rising order.

    Raises
    ------
    ValueError
        Where the fractions don't add up to 1, or a part would get no patient.

    Notes
    -----
    Taught in lesson 07.
    """
    patients = np.asarray(patients)
    shares = _checked_fractions(fractions)
    unique = np.random.default_rng(seed).permutation(np.unique(patients))
    edges = np.rint(np.cumsum(shares) * len(unique)).astype(int)
    groups = np.split(unique, edges[:-1])
    if any(len(group) == 0 for group in groups):
        raise ValueError(
            f"{len(unique)} patients are too few for the fractions {shares.tolist()}: "
            "a part would be empty; take fewer parts or more patients"
        )
    return tuple(np.flatnonzero(np.isin(patients, group)) for group in groups)


def _checked_fractions(fractions: Sequence[float]) -> np.ndarray:
    values = np.asarray(fractions, dtype=float)
    if values.ndim != 1 or (values <= 0).any() or not np.isclose(values.sum(), 1):
        raise ValueError(
            f"fractions are {fractions}; give positive numbers that add up to 1, "
            "such as (0.7, 0.1, 0.2)"
        )
    return values


def assert_no_leak(*splits: Split) -> None:
    """Raise where a patient is in two of the splits.

    Parameters
    ----------
    *splits : Split
        Two or more splits with ``patients``.

    Raises
    ------
    AssertionError
        Names up to five patients that are in two splits.
    ValueError
        Where a split has no patient ids, so that nothing can be asserted.

    Notes
    -----
    Taught in lesson 07.
    """
    seen: dict[object, int] = {}
    for number, split in enumerate(splits):
        if split.patients is None:
            raise ValueError(
                f"split {number} has no patient ids, so a leak can't be excluded; "
                "ask the source of the data which images belong to one patient"
            )
        unique = np.unique(split.patients).tolist()
        shared = [patient for patient in unique if patient in seen]
        if shared:
            raise AssertionError(
                f"{len(shared)} patients are in split {seen[shared[0]]} and in split {number}, "
                f"for example {shared[:5]}; split with patient_split"
            )
        seen.update(dict.fromkeys(unique, number))

"""Splitting by patient, so that a test measures what it says."""

from collections.abc import Sequence

import numpy as np

from medtutor._checks import checked_seed
from medtutor._identity import ASK, check_comparable, checked_ids
from medtutor.datasets.dataset import Split


def patient_split(
    patients: np.ndarray, fractions: Sequence[float], seed: int
) -> tuple[np.ndarray, ...]:
    """Divide images into parts so that each patient is in one part only.

    Parameters
    ----------
    patients : array (N,)
        Patient of each image: all numbers or all text.
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
        Where the fractions don't add up to 1, a part would get no patient, an image has no patient
        id (NaN, None, empty, or a word such as ``"nan"``), ids are of mixed types, or two of them
        differ only as ``"7"`` and ``"7.0"`` or ``"p1"`` and ``"P 1"`` do.

    Notes
    -----
    Taught in lesson 07.
    """
    if patients is None:
        raise ValueError(f"patients is None, so nobody knows whom the images show; {ASK}")
    ids = checked_ids("patients", patients)
    shares = _checked_fractions(fractions)
    unique, numbers = np.unique(ids, return_inverse=True)
    shuffled = np.random.default_rng(checked_seed(seed)).permutation(len(unique))
    edges = np.rint(np.cumsum(shares) * len(unique)).astype(int)
    groups = np.split(shuffled, edges[:-1])
    if any(len(group) == 0 for group in groups):
        raise ValueError(
            f"{len(unique)} patients are too few for the fractions {shares.tolist()}: "
            "a part would be empty; take fewer parts or more patients"
        )
    return tuple(np.flatnonzero(np.isin(numbers, group)) for group in groups)


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
        Where a split, or an image of it, has no patient id, or ids are of mixed types or look
        alike (see :func:`patient_split`), so that nothing can be asserted.
    TypeError
        For what is no Split.

    Notes
    -----
    Taught in lesson 07.
    """
    all_ids = [_ids_of(number, split) for number, split in enumerate(splits)]
    check_comparable("the splits together", *(ids.tolist() for ids in all_ids))
    seen: dict[object, int] = {}
    for number, ids in enumerate(all_ids):
        unique = np.unique(ids).tolist()
        shared = [patient for patient in unique if patient in seen]
        if shared:
            raise AssertionError(
                f"{len(shared)} patients are in split {seen[shared[0]]} and in split {number}, "
                f"for example {shared[:5]}; split with patient_split"
            )
        seen.update(dict.fromkeys(unique, number))


def _ids_of(number: int, split: Split) -> np.ndarray:
    if not isinstance(split, Split):
        raise TypeError(
            f"argument {number} is a {type(split).__name__}, not a Split; "
            "write assert_no_leak(data.train, data.val, data.test)"
        )
    if split.patients is None:
        raise ValueError(f"split {number} has no patient ids, so a leak can't be excluded; {ASK}")
    return checked_ids(f"split {number}", split.patients)

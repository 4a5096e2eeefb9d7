"""Splitting by patient, so that a test measures what it says."""

from collections.abc import Sequence

import numpy as np

from medtutor._checks import checked_seed
from medtutor._identity import ASK, check_comparable, checked_ids
from medtutor.datasets.dataset import Split
from medtutor.datasets.tables import message, refused


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
    shares = np.asarray(fractions, dtype=float)
    if shares.ndim != 1 or (shares <= 0).any() or not np.isclose(shares.sum(), 1):
        raise refused("fractions", fractions=fractions)
    unique, numbers = np.unique(ids, return_inverse=True)
    shuffled = np.random.default_rng(checked_seed(seed)).permutation(len(unique))
    edges = np.rint(np.cumsum(shares) * len(unique)).astype(int)
    groups = np.split(shuffled, edges[:-1])
    if any(len(group) == 0 for group in groups):
        raise refused("too_few_patients", count=len(unique), shares=shares.tolist())
    return tuple(np.flatnonzero(np.isin(numbers, group)) for group in groups)


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
            first, few = seen[shared[0]], shared[:5]
            text = message("leak", count=len(shared), first=first, second=number, few=few)
            raise AssertionError(text)
        seen.update(dict.fromkeys(unique, number))


def _ids_of(number: int, split: Split) -> np.ndarray:
    if not isinstance(split, Split):
        raise TypeError(message("no_split", number=number, kind=type(split).__name__))
    if split.patients is None:
        raise ValueError(f"split {number} has no patient ids, so a leak can't be excluded; {ASK}")
    return checked_ids(f"split {number}", split.patients)

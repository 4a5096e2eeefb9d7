"""Splitting by patient, so that a test measures what it says."""

from collections.abc import Sequence
from numbers import Number
from typing import Any

import numpy as np

from medtutor._checks import checked_seed
from medtutor.datasets.dataset import Split

_ASK = "ask the source of the data which images belong to one patient"


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
        id (NaN or None), or ids are of mixed types.

    Notes
    -----
    Taught in lesson 07.
    """
    if patients is None:
        raise ValueError(f"patients is None, so nobody knows whom the images show; {_ASK}")
    ids = _checked_ids("patients", patients)
    _check_one_type(ids)
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


def _checked_ids(name: str, patients: Any) -> np.ndarray:
    """Return the ids as an array of one axis, where each image has one."""
    # As objects, a list keeps its None, NaN and mixed types for the checks to find.
    is_array = isinstance(patients, np.ndarray)
    ids = patients if is_array else np.array(patients, dtype=object)
    if ids.ndim != 1:
        got = f"has shape {ids.shape}" if ids.ndim else f"is {patients!r:.80}"
        raise ValueError(f"{name} {got}; give an array (N,) with the patient of each image")
    n_missing = sum(one is None or one != one for one in ids.tolist())
    if n_missing:
        raise ValueError(
            f"{n_missing} of {len(ids)} images have no patient id in {name} (NaN or None), so a "
            f"leak can't be excluded; leave these images out, or {_ASK}"
        )
    return ids


def _check_one_type(*ids: np.ndarray) -> None:
    types = sorted({_type_of(one) for some in ids for one in some.tolist()})
    if len(types) > 1:
        raise ValueError(
            f"patient ids are of mixed types, {' and '.join(types)}, so that 1 and '1' would be "
            "two patients; give all as numbers, or all as text"
        )


def _type_of(one: object) -> str:
    if isinstance(one, Number):
        return "number"
    return "text" if isinstance(one, str) else type(one).__name__


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
        Where a split, or an image of it, has no patient id, or ids are of mixed types, so that
        nothing can be asserted.
    TypeError
        For what is no Split.

    Notes
    -----
    Taught in lesson 07.
    """
    all_ids = [_ids_of(number, split) for number, split in enumerate(splits)]
    _check_one_type(*all_ids)
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
        raise ValueError(f"split {number} has no patient ids, so a leak can't be excluded; {_ASK}")
    return _checked_ids(f"split {number}", split.patients)

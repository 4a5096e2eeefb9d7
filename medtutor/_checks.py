"""Checks of single arguments that several rooms make: whole numbers, shares, seeds, paths."""

import numbers
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np


def positive(name: str, value: Any, *, least: int = 1) -> int:
    """Return ``value``, a whole number from 1 up, or from ``least``."""
    if not is_whole(value) or value < least:
        raise ValueError(f"{name} is {value!r}; give a whole number from {least} up")
    return int(value)


def each_axis(name: str, value: Any, n_axes: int, least: int = 1) -> tuple[int, ...]:
    """Return ``value`` as a whole number for each axis: ``2`` and ``(2, 2, 2)`` mean the same."""
    many = isinstance(value, (tuple, list))
    entries: list[Any] = list(value) if many else [value] * n_axes
    if len(entries) != n_axes or not all(is_whole(entry) and entry >= least for entry in entries):
        several = "a pair" if n_axes == 2 else "three"
        raise ValueError(
            f"{name} is {value!r}; give a whole number from {least} up, or {several} of them"
        )
    return tuple(map(int, entries))


def checked_seed(seed: Any) -> int:
    """Return ``seed``, a whole number that NumPy can start from."""
    return positive("seed", seed, least=0)


def above_zero(name: str, value: Any, *, or_zero: bool = False) -> float | None:
    """Return ``value`` as a finite float above 0 (or from 0 up), or ``None`` if it is not set."""
    if value is None:
        return None
    return number(name, value, above=not or_zero, hint=", or leave it out")


def number(name: str, value: Any, *, above: bool = False, hint: str = "") -> float:
    """Return ``value`` as a finite float from 0 up, such as an epsilon, or above 0."""
    is_large_enough = is_number(value) and (value > 0 if above else value >= 0)
    if not is_large_enough or not value < np.inf:
        least = "above 0" if above else "from 0 up"
        raise ValueError(f"{name} is {value!r}; give a number {least}{hint}")
    return float(value)


def share(name: str, value: Any, *, or_zero: bool = True, or_one: bool = False) -> float:
    """Return ``value`` as a float from 0 (or above) to below 1 (or to 1), such as a momentum."""
    inside = is_number(value) and 0 <= value <= 1
    if not inside or (value == 0 and not or_zero) or (value == 1 and not or_one):
        ends = f"{'from' if or_zero else 'above'} 0 to {'1' if or_one else 'below 1'}"
        raise ValueError(f"{name} is {value!r}; give a number {ends}")
    return float(value)


def of_kind(name: str, value: Any, kind: Any, cure: str) -> Any:
    """Return ``value``, which is of a ``kind``, such as a class; ``cure`` says what to give."""
    if not isinstance(value, kind):
        raise ValueError(f"{name} is {' '.join(repr(value).split()):.80}; give {cure}")
    return value


def unfit(name: str, array: np.ndarray, cure: str) -> ValueError:
    """Return the error for an array of another shape or type; ``cure`` says what to give."""
    return ValueError(f"{name} has shape {array.shape} and type {array.dtype}; give {cure}")


def is_whole(value: Any) -> bool:
    """Return whether ``value`` is a whole number; ``True`` and ``2.0`` are not."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Return whether ``value`` is a number, of Python or of NumPy; ``True`` is not."""
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))


def checked_within(name: str, value: Any, low: float, high: float, kind: str = "a number") -> float:
    """Return ``value`` as a finite float from ``low`` to ``high``."""
    if not is_number(value) or not np.isfinite(value) or not low <= value <= high:
        raise ValueError(f"{name} is {value!r}; give {kind} from {low:g} to {high:g}")
    return float(value)


def did_you_mean(wanted: Any, known: Iterable[str], n: int = 3) -> str:
    """Return a hint for an unknown name: up to ``n`` names that are near it, else all."""
    names = list(known)
    near = get_close_matches(str(wanted).lower(), names, n)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(names) or 'none'}"


def written_out(path: str | Path) -> Path:
    """Return a path with ``~`` written out."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise ValueError(
            f"{path} begins with a home folder that this computer doesn't know; "
            "write the path out in full, without ~"
        ) from error

"""What the explorers' settings may be: a name, a number between two ends, a place."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from medtutor._checks import is_whole


def checked_choice(name: str, value: Any, offered: Iterable[str]) -> str:
    """Return ``value``, one of the names on offer."""
    names = list(offered)
    if value not in names:
        raise ValueError(f"{name} is {value!r}; choose one of {', '.join(names)}")
    return value


def checked_whole(name: str, value: Any, least: int, most: int) -> int:
    """Return ``value``, a whole number from ``least`` to ``most``."""
    if not is_whole(value) or not least <= value <= most:
        raise ValueError(f"{name} is {value!r}; give a whole number from {least} to {most}")
    return int(value)


def checked_place(place: Any, lasts: Sequence[int], what: str) -> tuple[int, ...]:
    """Return ``place``, for each axis a whole number from 0 to its last; ``what`` says of what."""
    if isinstance(place, str) or np.shape(place) != (len(lasts),):
        raise ValueError(f"place is {place!r}; give {what}")
    pairs = zip(place, lasts, strict=True)
    return tuple(checked_whole("place", at, 0, last) for at, last in pairs)

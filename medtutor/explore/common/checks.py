"""What the explorers' settings may be: one of some names, or a number between two ends."""

from collections.abc import Iterable
from typing import Any

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

"""A bar on whatever takes longer than two seconds, and silence under test."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm

SECONDS_BEFORE_A_BAR = 2


def silent() -> bool:
    """Say whether this runs under pytest, here or in a kernel that it started."""
    # pytest sets the variable, and the kernels of tested notebooks inherit it.
    return "PYTEST_VERSION" in os.environ


def bar(steps: Iterable[Any] | None = None, **options: Any) -> "tqdm[Any]":
    """Return tqdm's bar, for a notebook or a terminal, that appears after two seconds.

    Parameters
    ----------
    steps : iterable, optional
        What to go through.
    **options
        tqdm's own: ``desc``, ``unit``, ``total``, …
    """
    from tqdm.auto import tqdm

    settings = {"delay": SECONDS_BEFORE_A_BAR, "leave": False, "disable": silent()} | options
    return tqdm(steps, **settings)

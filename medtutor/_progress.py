"""Where this runs, and a bar on whatever takes longer than two seconds, silent under test."""

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm

SECONDS_BEFORE_A_BAR = 2


def shell() -> Any:
    """Return IPython's shell, without loading it: what never was has none."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def in_kernel() -> bool:
    """Say whether this runs in a kernel, as a notebook does."""
    return getattr(shell(), "kernel", None) is not None


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

"""How long one image takes, measured so that others can believe it."""

import os
import platform
import re
import timeit
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from medtutor._checks import positive


@dataclass(frozen=True)
class Latency:
    """Milliseconds for one image, and the machine on which they were measured.

    Parameters
    ----------
    median_ms, p95_ms, min_ms : float
        Middle, 95th percentile and lowest of the repeats. Other programs only make a call longer,
        so the lowest says what the machine can do, the 95th percentile what a user waits for.
    first_ms : float
        The very first call, which also prepares things.
    repeats : int
        Calls that were measured.
    machine : str
        Processor, and its cores.
    """

    median_ms: float
    p95_ms: float
    min_ms: float
    first_ms: float
    repeats: int
    machine: str

    def __str__(self) -> str:
        return (
            f"median {self.median_ms:.3g} ms, 95th percentile {self.p95_ms:.3g} ms, "
            f"{self.repeats} calls, {self.machine}"
        )


def measure_latency(
    call: Callable[[Any], Any], x: Any, *, warm_up: int = 10, repeats: int = 50
) -> Latency:
    """Return how long ``call(x)`` takes, one image at a time.

    Parameters
    ----------
    call : function
        Such as ``LiteModel.runner()`` or ``model.predict_on_batch``: say which, they differ.
    x : array (1, H, W, C)
        One image.
    warm_up, repeats : int
        Calls that don't count, the first among them; calls that do, 10 at least.

    Raises
    ------
    ValueError
        For a batch, no warm-up, or less than 10 repeats.

    Notes
    -----
    Taught in lesson 19.
    """
    if np.ndim(x) < 2 or len(x) != 1:
        raise ValueError(f"x has shape {np.shape(x)}; give one image, (1, H, W, C)")
    calls = positive("warm_up", warm_up) + positive("repeats", repeats, least=10)
    waits = 1000 * np.array(timeit.repeat(lambda: call(x), number=1, repeat=calls))
    median, late, least = np.percentile(waits[warm_up:], (50, 95, 0)).tolist()
    return Latency(median, late, least, float(waits[0]), repeats, _machine())


def _machine() -> str:
    name, facts = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if facts.exists():  # Linux' own answer is no more than "x86_64"
        found = re.search("model name.*: (.*)", facts.read_text(encoding="utf-8"))
        name = found[1] if found else name
    return f"{name}, {os.cpu_count()} cores"

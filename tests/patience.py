"""How long to wait for a page or a process: as long as this machine needs, today.

A fixed minute is too short on a slow day, on which all else passes. So a step that every such
wait is made of, the start of a kernel's Python, is measured once in a test run.
"""

import subprocess
import sys
import time
from functools import cache

QUICK = 0.5  # seconds that the step takes on a fast, quiet machine
STEP = "import ipykernel.kernelapp, numpy"


def patience(seconds: float) -> float:
    """Return how long to wait here for what takes at most ``seconds`` on a fast, quiet machine."""
    return seconds * _slowness()


@cache
def _slowness() -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", STEP], check=True)
    return max(1.0, (time.perf_counter() - started) / QUICK)

"""The set-up check: what this computer offers, and what to do about each problem."""

import os
import platform
import shutil
import socket
import sys
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from medtutor import __version__

GIB = 2**30
DATA_HOST = "zenodo.org"

# What a lesson of the later parts needs at most (kernel), with JupyterLab beside it.
NEEDED_MEMORY = 1.5 * GIB
# All sets of the size 28, and some of the larger ones.
NEEDED_DISK = 2 * GIB

_PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "matplotlib", "jupyterlab")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    topic, value : str
        What was looked at, and what was found.
    state : str
        ``"ok"``, ``"warning"`` (the course works, with a limit) or ``"problem"`` (it doesn't).
    advice : str
        What to do about it; empty where all is well.
    """

    topic: str
    value: str
    state: str = "ok"
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.state:<8} {self.topic:<13} {self.value}"
        return f"{line}\n{'':23}{self.advice}" if self.advice else line


def report() -> list[Finding]:
    """Look at everything the course needs.

    Returns
    -------
    list of Finding
        In the order in which they are best read.

    Notes
    -----
    Taught in lesson 00.
    """
    return [
        check_python(sys.version_info[:3]),
        *map(check_package, _PACKAGES),
        Finding("medtutor", __version__),
        check_memory(available_memory()),
        check_processors(processors()),
        *_check_cache_folder(),
        check_network(is_online()),
    ]


def usable(findings: Sequence[Finding]) -> bool:
    """Tell whether the course can be used at all."""
    return all(finding.state != "problem" for finding in findings)


def check_python(found: tuple[int, ...]) -> Finding:
    """Compare Python's version with those that TensorFlow and the course support."""
    text = ".".join(map(str, found))
    if (3, 11) <= found[:2] <= (3, 13):
        return Finding("python", f"{text} on {platform.system()} {platform.machine()}")
    advice = "Install Python 3.11, 3.12 or 3.13 and make a new environment with it."
    return Finding("python", text, "problem", advice)


def check_package(name: str) -> Finding:
    """Look a package up without importing it."""
    for distribution in _distributions(name):
        try:
            return Finding(name, version(distribution))
        except PackageNotFoundError:
            continue
    advice = "Install the course again: python -m pip install --upgrade medtutor"
    return Finding(name, "missing", "problem", advice)


def check_memory(free: float) -> Finding:
    """Judge the memory that is free for a lesson, in bytes."""
    value = f"{free / GIB:.1f} GiB free"
    if free >= NEEDED_MEMORY:
        return Finding("memory", value)
    advice = (
        f"Lessons that train need up to {NEEDED_MEMORY / GIB:.1f} GiB. Close other programs, and "
        "shut down the kernels of lessons that you don't use (menu Kernel)."
    )
    return Finding("memory", value, "warning", advice)


def check_processors(count: int) -> Finding:
    """Judge the number of processor cores."""
    if count >= 2:
        return Finding("processors", str(count))
    advice = "The times in the lessons are for two cores; allow twice as long."
    return Finding("processors", str(count), "warning", advice)


def check_cache(folder: Path) -> list[Finding]:
    """Try to write into the cache folder, and look at the room on its disk."""
    if not _writable(folder):
        advice = (
            "Data can't be kept there. Set the environment variable MEDTUTOR_CACHE to a folder "
            "that you may write in."
        )
        return [Finding("cache folder", f"{folder} can't be written", "warning", advice)]
    return [Finding("cache folder", str(folder)), check_disk(shutil.disk_usage(folder).free)]


def check_disk(free: float) -> Finding:
    """Judge the room on the disk of the cache folder, in bytes."""
    value = f"{free / GIB:.1f} GiB free"
    if free >= NEEDED_DISK:
        return Finding("disk", value)
    advice = "Enough for the built-in data, but too little for large downloads: free some space."
    return Finding("disk", value, "warning", advice)


def check_network(online: bool) -> Finding:
    """Say what can be done with and without the network."""
    if online:
        return Finding("network", f"online ({DATA_HOST} answers)")
    advice = (
        "Nothing to do: every lesson runs on built-in data. Only downloading real public sets "
        "needs the network."
    )
    return Finding("network", f"offline ({DATA_HOST} doesn't answer)", "ok", advice)


def available_memory() -> float:
    """Return free memory in bytes, within the limit of a container where there is one."""
    free = float(psutil.virtual_memory().available)
    limit = container_limit()
    if limit is None:
        return free
    return max(0.0, min(free, limit[0] - limit[1]))


def container_limit(root: Path = Path("/sys/fs/cgroup")) -> tuple[float, float] | None:
    """Return limit and use of a container's memory in bytes; ``None`` where there is no limit."""
    newer = (root / "memory.max", root / "memory.current")
    older = (
        root / "memory" / "memory.limit_in_bytes",
        root / "memory" / "memory.usage_in_bytes",
    )
    for limit_file, use_file in (newer, older):
        try:
            return float(int(limit_file.read_text())), float(int(use_file.read_text()))
        except (OSError, ValueError):  # no such file, or "max" for no limit
            continue
    return None


def processors() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_online(host: str = DATA_HOST, port: int = 443, patience: float = 2.0) -> bool:
    """Try to reach the server of the public data sets, for at most ``patience`` seconds."""
    answers: list[bool] = []

    def knock() -> None:
        with suppress(OSError), socket.create_connection((host, port), timeout=patience):
            answers.append(True)

    # In a thread, since looking up the host's name knows no time limit.
    knocking = threading.Thread(target=knock, daemon=True)
    knocking.start()
    knocking.join(patience)
    return bool(answers)


def _check_cache_folder() -> list[Finding]:
    try:
        from medtutor.datasets.cache import cache_folder
    except ImportError as error:
        advice = "Install the course again: python -m pip install --upgrade medtutor"
        return [Finding("cache folder", f"can't be told ({error})", "problem", advice)]
    return check_cache(cache_folder())


def _distributions(name: str) -> tuple[str, ...]:
    return ("tensorflow-cpu", "tensorflow") if name == "tensorflow" else (name,)


def _writable(folder: Path) -> bool:
    probe = folder / f".probe-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True

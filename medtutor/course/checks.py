"""What the set-up check looks at, one function a topic: fact in, finding out.

What a finding advises stands in ``advice.toml``.
"""

import re
import shutil
import sys
import textwrap
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from medtutor._resources import INSTALL
from medtutor.course.machine import DATA_HOST, reason_not_writable

GIB = 2**30

# What a lesson of the later parts needs at most (kernel), with JupyterLab beside it.
NEEDED_MEMORY = 1.5 * GIB
# TensorFlow alone, and the smallest of networks.
LEAST_MEMORY = 0.8 * GIB
# All sets of the size 28, and some of the larger ones.
NEEDED_DISK = 2 * GIB

_ADVICE = tomllib.loads(Path(__file__).with_name("advice.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Parameters
    ----------
    topic, value : str
        What was looked at, and what was found.
    state : str
        ``"ok"``, ``"look"`` (the course works, with a limit) or ``"stop"`` (it doesn't work).
    advice : str
        What to do about it; empty where there is nothing to do.
    """

    topic: str
    value: str
    state: Literal["ok", "look", "stop"] = "ok"
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.state:<5} {self.topic:<13} {self.value}"
        if not self.advice:
            return line
        indent = " " * 20
        wrapped = textwrap.fill(self.advice, 96, initial_indent=indent, subsequent_indent=indent)
        return f"{line}\n{wrapped}"


def advice(row: str, **facts: object) -> str:
    """Return what to do, with the facts of this case."""
    return _ADVICE[row].format(install=INSTALL, **facts)


def check_python(found: tuple[int, ...]) -> Finding:
    """Compare Python's version with those that TensorFlow and the course support."""
    text = ".".join(map(str, found))
    if (3, 11) <= found[:2] <= (3, 13):
        return Finding("python", text)
    return Finding("python", text, "stop", advice("python"))


def check_computer(system: str, machine: str, has_64_bits: bool) -> Finding:
    """Say whether TensorFlow exists for this kind of computer."""
    value = f"{system} {machine}"
    if not has_64_bits:
        return Finding("computer", f"{value}, Python of 32 bits", "stop", advice("bits"))
    if system == "Darwin" and machine == "x86_64":
        return Finding("computer", value, "stop", advice("intel_mac"))
    return Finding("computer", value)


def check_package(name: str, found: str | None, needed: str) -> Finding:
    """Compare the installed version of a package with the oldest one that will do."""
    if found is None:
        return Finding(name, "missing", "stop", advice("missing"))
    if _as_numbers(found) < _as_numbers(needed):
        return Finding(name, f"{found}, older than {needed}", "stop", advice("old"))
    return Finding(name, found)


def check_kernel(outdated: Sequence[str]) -> Finding:
    """Judge a Python that still has old versions of updated packages in its memory."""
    if not outdated:
        return Finding("kernel", "up to date")
    return Finding("kernel", f"works with an old {', '.join(outdated)}", "look", advice("kernel"))


def check_environment(prefix: Path, jupyter: Path | None) -> Finding:
    """Compare the environment of this Python with that of the JupyterLab around it."""
    if jupyter is None:
        return Finding("environment", "no JupyterLab around this check")
    if jupyter.is_relative_to(prefix) or jupyter.resolve().is_relative_to(prefix.resolve()):
        return Finding("environment", "the same as JupyterLab's")
    cure = advice("environment", kernel=_short(prefix), jupyter=_short(jupyter))
    return Finding("environment", "another one than JupyterLab's", "look", cure)


def check_kernelspec(program: str | None, own: Path) -> Finding:
    """Compare the Python that Jupyter starts for the kernel ``python3`` with this one."""
    topic, register = "notebooks", advice("register")
    if program is None:
        return Finding(topic, "no kernel python3 is registered", "look", register)
    # Jupyter takes these words for its own Python.
    if program in ("python", "python3", f"python3.{sys.version_info.minor}"):
        return Finding(topic, "run with this Python")
    found = shutil.which(program)
    if found is None:
        value = f"the kernel python3 starts {_short(Path(program))}, which isn't there"
        return Finding(topic, value, "look", register)
    # Not resolved: in an environment, Python is often a link to the system's.
    if Path(found).parent.resolve() == own.parent.resolve():
        return Finding(topic, "run with this Python")
    return Finding(topic, f"run with another Python, {_short(Path(found))}", "look", register)


def check_vector_unit(unit: str | None, onednn: bool) -> Finding:
    """Say what the processor can do at once, and whether TensorFlow's fast kernels use it."""
    topic = "oneDNN"
    if unit is None:
        return Finding(topic, "not for this kind of processor")
    value = f"{'on' if onednn else 'off'} ({unit.replace('AVX512F', 'AVX-512')})"
    return Finding(topic, value) if onednn else Finding(topic, value, "look", advice("onednn"))


def check_memory(free: float, total: float) -> Finding:
    """Judge the memory that is free for a lesson, in bytes."""
    value = f"{free / GIB:.1f} of {total / GIB:.1f} GiB free"
    if free >= NEEDED_MEMORY:
        return Finding("memory", value)
    worse = advice("least_memory") if free < LEAST_MEMORY else ""
    cure = advice("memory", gib=NEEDED_MEMORY / GIB) + worse
    return Finding("memory", value, "look", cure)


def check_processors(count: int) -> Finding:
    """Judge the number of processor cores."""
    if count >= 2:
        return Finding("processors", str(count))
    return Finding("processors", str(count), "look", advice("processors"))


def check_cache(folder: Path) -> list[Finding]:
    """Try to write into the cache folder, and look at the room on its disk."""
    reason = reason_not_writable(folder)
    if reason:
        value = f"{_short(folder)} can't be written ({reason})"
        cure = advice("cache") + advice("choose_cache")
        return [Finding("cache folder", value, "look", cure)]
    return [Finding("cache folder", _short(folder)), check_disk(shutil.disk_usage(folder).free)]


def check_disk(free: float) -> Finding:
    """Judge the room on the disk of the cache folder, in bytes."""
    value = f"{free / GIB:.1f} GiB free"
    if free >= NEEDED_DISK:
        return Finding("disk", value)
    return Finding("disk", value, "look", advice("disk"))


def check_network(online: bool) -> Finding:
    """Say what can be done with and without the network."""
    if online:
        return Finding("network", f"online ({DATA_HOST} answers)")
    return Finding("network", f"offline ({DATA_HOST} doesn't answer)", "ok", advice("network"))


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _short(path: Path) -> str:
    """Write a path as seen from the user's home folder, ``~``."""
    with suppress(RuntimeError, ValueError):  # no home folder, or it lies elsewhere
        return str(Path("~") / path.relative_to(Path.home()))
    return str(path)

"""Facts about the computer that the set-up check judges."""

import os
import re
import shutil
import socket
import sys
import threading
import uuid
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from types import ModuleType

import psutil

DATA_HOST = "zenodo.org"


def free_and_total_memory() -> tuple[float, float]:
    """Return free and total memory in bytes, within the limit of a container where there is one."""
    memory = psutil.virtual_memory()
    limit = container_limit()
    if limit is None:
        return float(memory.available), float(memory.total)
    free = max(0.0, min(memory.available, limit[0] - limit[1]))
    return free, min(float(memory.total), limit[0])


def container_limit(root: Path = Path("/sys/fs/cgroup")) -> tuple[float, float] | None:
    """Return limit and use of a container's memory in bytes; ``None`` where there is no limit."""
    older = ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes")
    for names in (("memory.max", "memory.current"), older):
        with suppress(OSError, ValueError):  # no such file, or "max" for no limit
            limit, use = (float((root / name).read_text()) for name in names)
            return limit, use
    return None


def processors() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def kernels_python() -> str | None:
    """Return the program that Jupyter starts for the lessons' kernel, ``python3``."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        return str(KernelSpecManager().get_kernel_spec("python3").argv[0])
    except (NoSuchKernel, OSError, ValueError, IndexError, TypeError):  # the last: no mapping
        return None


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


def reason_not_writable(folder: Path) -> str:
    """Make the folder and try to write into it; say why it can't be done, or nothing."""
    probe = folder / f".probe-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except (FileExistsError, NotADirectoryError):
        return "a file is in its way"
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def installed_version(name: str) -> str | None:
    """Return the version of an installed package, without importing it."""
    for distribution in _distributions(name):
        with suppress(PackageNotFoundError):
            return version(distribution)
    return None


def needed_version(name: str) -> str:
    """Return the oldest version of a package that the course works with, ``"0"`` for any."""
    with suppress(PackageNotFoundError):
        for line in requires("medtutor") or ():
            match = re.match(r"([\w.-]+)\s*>=\s*([\d.]+)", line)
            if match and match[1] in _distributions(name):
                return match[2]
    return "0"


def outdated_in_memory(
    names: tuple[str, ...], loaded: Mapping[str, ModuleType] = sys.modules
) -> list[str]:
    """Return the packages that were updated on disk after this Python had loaded them."""
    pairs = [(name, getattr(loaded.get(name), "__version__", None)) for name in names]
    return [name for name, running in pairs if running and running != installed_version(name)]


def jupyter_python() -> Path | None:
    """Return the Python of the JupyterLab that started this process; ``None`` without one."""
    with suppress(psutil.Error, OSError):
        for parent in psutil.Process().parents():
            words = parent.cmdline()
            if any("jupyter" in Path(word).name.lower() for word in words[:3]):
                # Not the process' file: in an environment that is a link to the system's Python.
                found = shutil.which(words[0], path=parent.environ().get("PATH"))
                return Path(found) if found else None
    return None


def _distributions(name: str) -> tuple[str, ...]:
    return ("tensorflow-cpu", "tensorflow") if name == "tensorflow" else (name,)

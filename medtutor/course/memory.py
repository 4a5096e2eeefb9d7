"""Peak memory of the kernel that a lesson runs in."""

import re
import threading
from pathlib import Path

import psutil

_MIB = 2**20


class KernelMemory:
    """Watches the kernels that this process starts while the block runs.

    After the block, ``peak_mib`` is the largest memory of a kernel in MiB, or ``None``
    where no kernel could be watched. On Linux the system keeps the peak itself;
    elsewhere the largest of many looks is taken.

    Parameters
    ----------
    pause : float
        Seconds between two looks.
    """

    def __init__(self, pause: float = 0.1) -> None:
        self.peak_mib: float | None = None
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "KernelMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(self._pause):
            for peak in _kernel_peaks():
                self.peak_mib = max(self.peak_mib or 0.0, peak)


def _kernel_peaks() -> list[float]:
    try:
        # Recursive: on Windows a kernel's Python is the child of a small launcher.
        children = psutil.Process().children(recursive=True)
    except psutil.Error:
        return []
    return [peak for child in children if (peak := _peak_mib(child)) is not None]


def _peak_mib(process: psutil.Process) -> float | None:
    """Return the peak of a kernel; a figure is never worth a failed run."""
    try:
        if not any("ipykernel" in word for word in process.cmdline()):
            return None
        memory = process.memory_info()
        return _linux_peak(process.pid) or getattr(memory, "peak_wset", memory.rss) / _MIB
    except (psutil.Error, OSError, ValueError):
        return None


def _linux_peak(pid: int) -> float | None:
    status = Path(f"/proc/{pid}/status")
    text = status.read_text(encoding="ascii", errors="replace") if status.exists() else ""
    found = re.search(r"^VmHWM:\s*(\d+) kB", text, re.MULTILINE)
    return int(found[1]) / 1024 if found else None

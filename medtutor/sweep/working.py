"""What a worker does: one run of a lesson, in processes of its own and a folder of its own."""

import json
import os
import platform
import socket
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from medtutor import __version__
from medtutor._processor import vector_unit
from medtutor._recording import RESULTS
from medtutor.course import machine, running
from medtutor.course.catalogue import Lesson
from medtutor.datasets.reading.own import is_own

Versions = dict[str, str | None]


def versions() -> Versions:
    """Return what two runs must share to be compared: the course, and what it rests on."""
    packages = {name: machine.installed_version(name) for name in ("tensorflow", "keras")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"medtutor": __version__, "python": python, **packages}


@dataclass(frozen=True)
class Work:
    """Called with the parameters of a run, in a worker's thread: runs it, and returns its facts.

    Parameters
    ----------
    lesson : Lesson
        What is run.
    source : str
        Its notebook, which lies on the client's disk only.
    keep : str, optional
        Which executed notebooks travel back: ``failed``, ``all`` or ``none``; without it those that
        failed, and none that may show images of the user's own.
    limit_minutes : float, optional
        A run that takes longer is ended.
    versions : dict
        Those of the client; a worker with others raises ValueError.
    """

    lesson: Lesson
    source: str
    keep: str | None
    limit_minutes: float | None
    versions: Versions

    def __call__(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Run the lesson once."""
        from distributed import get_worker

        worker, began = get_worker(), datetime.now(UTC)
        if versions() != self.versions:
            raise ValueError(
                f"the worker {worker.address} on {socket.gethostname()} has "
                f"{_listed(versions())}, this machine {_listed(self.versions)}; "
                "install the same there, with -c constraints.txt"
            )
        facts = self._run(parameters, worker)
        status = "failed" if facts["error"] else "done"
        keep = self.keep or ("none" if is_own(parameters.get("dataset")) else "failed")
        return {
            "status": status,
            **facts,
            "worker": worker.address,
            "host": socket.gethostname(),
            "cpu": f"{platform.machine()} {vector_unit() or ''}".strip(),
            # Equal seeds give equal bits only for equal numbers of threads.
            "threads": {name: n for name, n in os.environ.items() if name.endswith("_THREADS")},
            "versions": self.versions,
            "began": began.isoformat(timespec="seconds"),
            "ended": datetime.now(UTC).isoformat(timespec="seconds"),
            "notebook": facts["notebook"] if keep in ("all", status) else None,
        }

    def _run(self, parameters: dict[str, Any], worker: Any) -> dict[str, Any]:
        task = worker.state.tasks[worker.get_current_task()]
        deadline = time.monotonic() + 60 * (self.limit_minutes or float("inf"))

        def stopped() -> bool:  # where the client cancels, or is gone, Dask cancels the task
            return time.monotonic() > deadline or task.state == "cancelled"

        facts: dict[str, Any] = {"results": {}, "notebook": None}
        # In the worker's own folder, which Dask clears away when a worker was killed.
        with TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as folder:
            given = Path(folder, self.lesson.path.name)
            given.write_text(self.source, encoding="utf-8")
            order = [running.Task(replace(self.lesson, path=given), parameters)]
            (outcome,) = running.run(order, Path(folder, "run"), stopped=stopped)
            with suppress(OSError, ValueError):  # a run that was ended may leave half a notebook
                facts["notebook"] = outcome.path.read_text("utf-8")
                facts["results"] = _recorded(facts["notebook"])
        if outcome.error and time.monotonic() > deadline:
            outcome = replace(outcome, error=f"ended after {self.limit_minutes:g} min, the limit")
        measured = {"seconds": round(outcome.seconds, 2), "peak_mib": outcome.peak_mib}
        return facts | measured | {"error": outcome.error}


def _recorded(notebook: str) -> dict[str, Any]:
    """Return what an executed notebook has recorded; the last value of each name."""
    cells = json.loads(notebook)["cells"]
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return {name: value for data in shown for name, value in data.get(RESULTS, {}).items()}


def _listed(found: Versions) -> str:
    return ", ".join(f"{name} {version or 'missing'}" for name, version in found.items())

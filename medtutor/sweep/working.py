"""What a worker does: one run of a lesson, in processes of its own and a folder of its own."""

import json
import os
import platform
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from medtutor import __version__
from medtutor._recording import RESULTS
from medtutor.course import machine, running
from medtutor.course.catalogue import Lesson
from medtutor.datasets.reading.own import is_own
from medtutor.sweep.planning import Plan

Versions = dict[str, str | None]


def versions() -> Versions:
    """Return what two runs must share to be compared: the course, and what it rests on."""
    packages = {name: machine.installed_version(name) for name in ("tensorflow", "keras")}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"medtutor": __version__, "python": python, **packages}


def for_all(plan: Plan, keep: str | None, limit_minutes: float | None) -> Callable[..., Any]:
    """Return what a worker does with the parameters of a run."""
    keep = keep or ("none" if any(map(is_own, plan.values.get("dataset", []))) else "failed")
    return partial(
        run,
        lesson=plan.lesson,
        source=plan.source,
        keep=keep,
        limit_minutes=limit_minutes,
        wanted=versions(),
    )


def run(
    parameters: dict[str, Any],
    lesson: Lesson,
    source: str,
    keep: str,
    limit_minutes: float | None,
    wanted: Versions,
) -> dict[str, Any]:
    """Run a lesson once, in a worker's thread, and return the facts of the run.

    Parameters
    ----------
    parameters : dict
        Of this run.
    lesson : Lesson
        What is run.
    source : str
        Its notebook, which lies on the client's disk only.
    keep : str
        Which executed notebooks travel back: ``failed``, ``all`` or ``none``.
    limit_minutes : float, optional
        A run that takes longer is ended.
    wanted : dict
        The client's versions.

    Raises
    ------
    ValueError
        Where this worker has other versions.
    """
    from distributed import get_worker

    worker = get_worker()
    if (own := versions()) != wanted:
        raise ValueError(
            f"the worker {worker.address} on {socket.gethostname()} has {_listed(own)}, this "
            f"machine {_listed(wanted)}; install the same there, with -c constraints.txt"
        )
    began, limit = datetime.now(UTC), 60 * (limit_minutes or float("inf"))
    deadline, task = time.monotonic() + limit, worker.state.tasks[worker.get_current_task()]

    def stopped() -> bool:  # where the client cancels, or is gone, Dask cancels the task
        return time.monotonic() > deadline or task.state == "cancelled"

    # In the worker's own folder, which Dask clears away when a worker was killed.
    with TemporaryDirectory(dir=worker.local_directory, ignore_cleanup_errors=True) as folder:
        given = Path(folder, lesson.path.name)
        given.write_text(source, encoding="utf-8")
        order = [running.Task(replace(lesson, path=given), parameters)]
        (outcome,) = running.run(order, Path(folder, "run"), stopped=stopped)
        notebook = outcome.path.read_text("utf-8") if outcome.path.exists() else None
    late = not outcome.passed and time.monotonic() > deadline
    status = "done" if outcome.passed else "failed"
    return {
        "parameters": parameters,
        "status": status,
        "results": _recorded(notebook),
        "error": f"ended after {limit_minutes:g} min, the limit" if late else outcome.error,
        "seconds": round(outcome.seconds, 2),
        "peak_mib": outcome.peak_mib,
        "worker": worker.address,
        "host": socket.gethostname(),
        "cpu": f"{platform.machine()} {machine.vector_unit() or ''}".strip(),
        # Equal seeds give equal bits only for equal numbers of threads.
        "threads": {name: n for name, n in os.environ.items() if name.endswith("_THREADS")},
        "versions": own,
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "notebook": notebook if keep in ("all", status) else None,
    }


def _recorded(notebook: str | None) -> dict[str, Any]:
    """Return what an executed notebook has recorded; the last value of each name."""
    cells = json.loads(notebook)["cells"] if notebook else []
    shown = [output.get("data", {}) for cell in cells for output in cell.get("outputs", [])]
    return {name: value for data in shown for name, value in data.get(RESULTS, {}).items()}


def _listed(found: Versions) -> str:
    return ", ".join(f"{name} {version or 'missing'}" for name, version in found.items())

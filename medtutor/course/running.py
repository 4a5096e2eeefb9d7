"""Running lessons from top to bottom, each in a kernel of its own."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from tqdm import tqdm

from medtutor.course import copies, lab
from medtutor.course.catalogue import Lesson, chosen
from medtutor.course.copies import checked_folder, put_aside
from medtutor.course.parameters import checked


@dataclass(frozen=True)
class Outcome:
    """How the run of one lesson went.

    Parameters
    ----------
    lesson : Lesson
        What was run.
    path : Path
        The executed notebook, kept also where a cell failed.
    seconds : float
        From the start of the kernel to its end.
    peak_mib : float, optional
        Peak memory of the kernel in MiB; ``None`` where it can't be told.
    error : str, optional
        The failing cell and its error in one line; ``None`` where all went well.
    aside : Path, optional
        Where an earlier run of the same name was put.
    """

    lesson: Lesson
    path: Path
    seconds: float
    peak_mib: float | None
    error: str | None = None
    aside: Path | None = None

    @property
    def passed(self) -> bool:
        """Whether every cell ran."""
        return self.error is None


@dataclass(frozen=True)
class Task:
    """One lesson, and the parameters that it will run with."""

    lesson: Lesson
    parameters: dict[str, Any]


def plan(names: Iterable[str | int | Path], parameters: Mapping[str, Any]) -> list[Task]:
    """Check everything that can be checked before a lesson starts.

    Parameters
    ----------
    names : iterable of str
        Lessons as ``catalogue.find`` takes them; all of them for none.
    parameters : mapping
        New values of parameters; a lesson gets those that it has.

    Raises
    ------
    ValueError
        Unknown lesson, parameter or data set, or a value of the wrong type.
    """
    lessons = chosen(names)
    values = checked(lessons, parameters)
    return [Task(lesson, own) for lesson, own in zip(lessons, values, strict=True)]


def notes(tasks: Sequence[Task], given: Iterable[str]) -> list[str]:
    """Say which lessons run without a parameter that was given, because they lack it."""
    return [
        f"lesson {task.lesson.number} has no parameter {name!r}; it runs without it"
        for name in given
        for task in tasks
        if name not in task.parameters
    ]


def run(
    tasks: Iterable[Task],
    folder: str | Path = "runs",
    *,
    jobs: int = 1,
    progress: bool = False,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Outcome]:
    """Run lessons, and yield how each one went as soon as it is done.

    Parameters
    ----------
    tasks : iterable of Task
        From ``plan``.
    folder : path
        Where the executed notebooks go. A file of the same name is put aside first.
    jobs : int
        How many lessons run at the same time, each with a process and a kernel of its own.
    progress : bool
        Whether to show a bar over the cells, where there is a terminal to show it in.
    stopped : callable
        Asked now and then; when it says True, what runs is ended, and has failed.

    Raises
    ------
    ValueError
        For ``jobs`` below 1, a folder that can't be one, or one with a learner's copy.
    """
    if jobs < 1:
        raise ValueError(f"jobs is {jobs}; give a number from 1 up")
    home = checked_folder(folder).resolve()
    tasks = list(tasks)
    _spare_copies(tasks, home)
    with ThreadPoolExecutor(max_workers=jobs) as pool, _bar(tasks, progress) as bar:
        crew = _Crew(bar)
        try:
            waiting = {pool.submit(crew.drive, task, home) for task in tasks}
            while waiting:
                # Without a time limit, Windows holds Ctrl+C back.
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                if stopped():
                    crew.stop()
                for future in done:
                    bar.clear()
                    yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            crew.stop()


def executed(outcomes: Iterable[Outcome]) -> list[Lesson]:
    """Return lessons as they were executed; of a killed one there may be no whole notebook."""
    found = []
    for outcome in outcomes:
        with suppress(OSError, ValueError):
            copies.read(outcome.path)
            found.append(replace(outcome.lesson, path=outcome.path))
    return found


def _spare_copies(tasks: Iterable[Task], home: Path) -> None:
    for path in (home / task.lesson.path.name for task in tasks):
        if copies.is_learners(path):
            raise ValueError(
                f"{path} is a learner's copy, whose place a run would take; "
                "choose another folder with --out, such as runs"
            )


class _Crew:
    """The drivers at work: one process a lesson; each cell that they tell of moves the bar."""

    def __init__(self, bar: tqdm) -> None:
        self._bar = bar
        self._processes: list[subprocess.Popen[str]] = []
        self._lock = threading.Lock()
        self._stopped = False

    def drive(self, task: Task, home: Path) -> Outcome:
        """Run one lesson, and say how it went."""
        path = home / task.lesson.path.name
        aside = put_aside(path)
        started = time.perf_counter()
        with TemporaryFile() as complaints:
            facts = self._reports(_driver_command(task, path), complaints)
            facts = facts or _silent_end(complaints, time.perf_counter() - started)
        return Outcome(task.lesson, path, aside=aside, **facts)

    def stop(self) -> None:
        """End all drivers and their kernels."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                if process.poll() is None:
                    lab.end(process.pid)

    def _reports(self, command: list[str], complaints: IO[bytes]) -> dict[str, Any]:
        """Run a driver, pass its cells on, and return its last report."""
        with self._lock:
            if self._stopped:
                return {}
            process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,  # by whose end the driver knows that this process is gone
                stdout=subprocess.PIPE,
                stderr=complaints,
                encoding="utf-8",
                env=lab.environment(),
                start_new_session=True,  # Ctrl+C in a terminal is for this process alone
            )
            self._processes.append(process)
        facts: dict[str, Any] = {}
        with process:
            for line in process.stdout or ():
                report = json.loads(line)
                if "cell" in report:
                    self._bar.update()
                else:
                    facts = report
        return facts


def _bar(tasks: Iterable[Task], progress: bool) -> tqdm:
    """Return a bar over the cells of all lessons; it shows in a terminal only."""
    # papermill puts new parameters into a cell of their own.
    cells = sum(len(copies.read(task.lesson.path).cells) + bool(task.parameters) for task in tasks)
    return tqdm(total=cells, unit="cell", leave=False, disable=None if progress else True)


def _driver_command(task: Task, path: Path) -> list[str]:
    order = {"source": str(task.lesson.path), "target": str(path), "parameters": task.parameters}
    return [sys.executable, "-m", "medtutor.course.driver", json.dumps(order)]


def _silent_end(complaints: IO[bytes], seconds: float) -> dict[str, Any]:
    complaints.seek(0)
    words = complaints.read().decode("utf-8", errors="replace").strip().splitlines()
    error = f"the run ended early: {words[-1] if words else 'it was stopped'}"
    return {"seconds": seconds, "peak_mib": None, "error": error}

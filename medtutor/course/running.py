"""Running lessons from top to bottom, each in a kernel of its own."""

import multiprocessing
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from medtutor.course.catalogue import Lesson, chosen
from medtutor.course.copies import checked_folder, put_aside
from medtutor.course.memory import KernelMemory
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
    tasks: Iterable[Task], folder: str | Path = "runs", *, jobs: int = 1, progress: bool = False
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
        Whether to show a bar over the cells (only where one lesson runs at a time).

    Raises
    ------
    ValueError
        For ``jobs`` below 1, or a folder that can't be one.
    """
    if jobs < 1:
        raise ValueError(f"jobs is {jobs}; give a number from 1 up")
    home = checked_folder(folder).resolve()
    spawn = multiprocessing.get_context("spawn")  # the same on all systems
    with ProcessPoolExecutor(max_workers=jobs, mp_context=spawn) as pool:
        waiting = [pool.submit(_run_one, task, home, progress and jobs == 1) for task in tasks]
        try:
            yield from _finished(waiting)
        except BaseException:
            _stop(pool)
            raise


def _finished(waiting: list[Future[Outcome]]) -> Iterator[Outcome]:
    for future in as_completed(waiting):
        yield future.result()


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the drivers at once; a kernel ends by itself when its driver is gone."""
    drivers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for driver in drivers:
        driver.terminate()


def _run_one(task: Task, folder: Path, progress: bool) -> Outcome:
    path = folder / task.lesson.path.name
    aside = put_aside(path)
    started = time.perf_counter()
    with KernelMemory() as memory:
        error = _execute(task, path, progress)
    seconds = time.perf_counter() - started
    return Outcome(task.lesson, path, seconds, memory.peak_mib, error, aside)


def _execute(task: Task, path: Path, progress: bool) -> str | None:
    bar = {"desc": str(task.lesson), "leave": False, "disable": None}
    try:
        papermill.execute_notebook(
            task.lesson.path,
            path,
            parameters=task.parameters,
            progress_bar=bar if progress else False,
            cwd=path.parent,
        )
    except PapermillExecutionError as error:
        return f"cell [{error.exec_count}]: {error.ename}: {_first_line(error.evalue)}"
    except (DeadKernelError, CellTimeoutError) as error:
        return f"{type(error).__name__}: {_first_line(str(error))}"
    return None


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]

"""nbgrader's own grading, in processes that may die: one student's file stops nobody else's.

As a program it grades students one by one and tells of each in a line of JSON.
"""

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

PATIENCE = 600.0
"""Seconds for one student, whose cells may take 120 each."""


def autograde(home: Path, stem: str, students: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Let nbgrader grade each student, and yield what it says of those that it can't grade.

    Yields
    ------
    tuple
        Student, and an error in a line or ``None``.
    """
    left = list(students)
    while left:
        with _Worker(home, stem, left) as worker:
            while left and (said := worker.next_line()) is not None:
                yield left.pop(0), said or None
        if left:  # the worker is gone, and with it what it was at
            yield left.pop(0), "nbgrader ended, or took too long; look at this notebook"


class _Worker:
    """A process that grades, with the time that it may be silent."""

    def __init__(self, home: Path, stem: str, students: Sequence[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, stem, *students],
            cwd=home,
            bufsize=0,  # else a second line waits where select does not look
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"},
        )

    def __enter__(self) -> "_Worker":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self._process.pid)
            for process in [*family.children(recursive=True), family]:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
        self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def next_line(self) -> str | None:
        """Return the error of the next student, empty for none, or ``None`` where it is gone."""
        assert self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                return None
        line = self._process.stdout.readline()
        return str(json.loads(line)["error"]) if line else None


def scores(home: Path, stem: str) -> dict[str, dict[str, float]]:
    """Return nbgrader's points: by student, then by exercise."""
    from nbgrader.api import Gradebook

    with Gradebook(_database(home)) as gradebook:
        return {
            submission.student.id: {
                grade.name.removeprefix("test_"): float(grade.auto_score or 0)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(stem)
        }


def overrule(home: Path, stem: str, student: str, points: dict[str, float]) -> None:
    """Write other points into the gradebook, and ask there for a look by hand."""
    from nbgrader.api import Gradebook

    with Gradebook(_database(home)) as gradebook:
        for notebook in gradebook.find_submission(stem, student).notebooks:
            for grade in notebook.grades:
                if (exercise := grade.name.removeprefix("test_")) in points:
                    grade.auto_score = points[exercise]
                    grade.needs_manual_grade = True
        gradebook.db.commit()


def _database(home: Path) -> str:
    return f"sqlite:///{(home / 'gradebook.db').resolve()}"


def _main(stem: str, *students: str) -> None:
    """Grade students one by one."""
    import logging

    from nbgrader.apps import NbGraderAPI
    from nbgrader.apps.nbgraderapp import NbGraderApp

    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a kernel prints must not get between the reports
    app = NbGraderApp()
    app.load_config_file()
    config: Any = app.config
    api = NbGraderAPI(config=config)
    logging.disable(logging.CRITICAL)
    for student in students:
        done = api.autograde(stem, student, force=True, create=True)
        words = (done.get("error") or done.get("log") or "").strip().splitlines() or ["failed"]
        print(json.dumps({"error": "" if done["success"] else words[-1]}), file=reports, flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])

"""nbgrader's own grading, in a process that may die: one student's file stops nobody else's.

As a program it grades students one by one, and tells of each in a line of JSON.
"""

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from medtutor.course import lab

PATIENCE = 600.0
"""Seconds for one student, whose cells may take 120 each."""


def autograde(home: Path, stem: str, students: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Let nbgrader grade each student, and yield why it couldn't, or an empty text."""
    left = list(students)
    while left:
        worker = subprocess.Popen(
            [sys.executable, "-m", __name__, stem, *left],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=lab.environment() | {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "Agg"},
        )
        with worker:
            while left and (line := _next_line(worker)):
                yield left.pop(0), json.loads(line)
            lab.end(worker.pid)
        if left:  # the worker is gone, and with it what it was at
            yield left.pop(0), "it ended, or took too long; look at this notebook"


def _next_line(worker: subprocess.Popen) -> bytes:
    assert worker.stdout
    watch = threading.Timer(PATIENCE, lab.end, [worker.pid])
    watch.start()
    try:
        return worker.stdout.readline()
    finally:
        watch.cancel()


def points(
    home: Path, stem: str, instead: dict[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return nbgrader's points by student and exercise, after some were put in the gradebook.

    Those are marked there for a look by hand.
    """
    from nbgrader.api import Gradebook

    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{(home / 'gradebook.db').resolve()}") as gradebook:
        for submission in gradebook.assignment_submissions(stem):
            student = submission.student.id
            for grade in (grade for book in submission.notebooks for grade in book.grades):
                exercise = grade.name.removeprefix("test_")
                if exercise in instead.get(student, {}):
                    grade.auto_score = instead[student][exercise]
                    grade.needs_manual_grade = True
                found.setdefault(student, {})[exercise] = float(grade.auto_score or 0)
        gradebook.db.commit()
    return found


def _main(stem: str, *students: str) -> None:
    """Grade students one by one."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.apps.nbgraderapp import NbGraderApp

    reports = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a kernel prints must not get between the reports
    app = NbGraderApp()
    app.load_config_file()
    logging.disable(logging.CRITICAL)
    api = NbGraderAPI(config=app.config)
    for student in students:
        done = api.autograde(stem, student)
        error = (done.get("error") or "it failed").strip().splitlines()[-1]
        print(json.dumps("" if done["success"] else error), file=reports, flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])

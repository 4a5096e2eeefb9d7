"""nbgrader's own grading, in a process that may die: one student's file stops nobody else's."""

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

from medtutor.course import lab
from medtutor.course.classroom.peers import started

PATIENCE = 600.0
"""Seconds for one student, whose cells may take 120 each."""

HEALED = "healed"
"""Where the notebooks lie that nbgrader grades; what was handed in stays as it is."""


def autograde(home: Path, stem: str, students: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Let nbgrader grade each student, and yield why it couldn't, or an empty text."""
    left = list(students)
    while left:
        with started(_grade, home, stem, left) as (worker, own), suppress(EOFError):
            while left and own.poll(PATIENCE):
                yield left[0], own.recv_bytes().decode()
                del left[0]
            lab.end(worker.pid or 0)
        if left:  # the worker is gone, and with it what it was at
            yield left.pop(0), "it ended, or took too long; look at this notebook"


def _grade(line: Connection, home: Path, stem: str, students: Sequence[str]) -> None:
    """Grade students one by one, and tell of each."""
    os.environ |= lab.environment()
    os.chdir(home)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for place in range(3):  # what a kernel prints is nobody's
        os.dup2(nowhere, place)
    from nbgrader.apps import NbGraderAPI
    from nbgrader.apps.nbgraderapp import NbGraderApp

    app = NbGraderApp()
    app.load_config_file()
    app.config.CourseDirectory.submitted_directory = HEALED
    logging.disable(logging.CRITICAL)
    api = NbGraderAPI(config=app.config)
    for student in students:
        done = api.autograde(stem, student)
        error = (done.get("error") or "it failed").strip().splitlines()[-1]
        line.send_bytes(b"" if done["success"] else error.encode())


def points(
    home: Path, stem: str, earned: dict[str, dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return nbgrader's points by student and exercise; where ours differ, they replace them.

    Those are marked in the gradebook for a look by hand.
    """
    from nbgrader.api import Gradebook

    found: dict[str, dict[str, float]] = {}
    with Gradebook(f"sqlite:///{(home / 'gradebook.db').resolve()}") as gradebook:
        for submission in gradebook.assignment_submissions(stem):
            student = submission.student.id
            for grade in (grade for book in submission.notebooks for grade in book.grades):
                exercise, score = grade.name.removeprefix("test_"), float(grade.auto_score or 0)
                found.setdefault(student, {})[exercise] = score
                own = earned.get(student, {}).get(exercise, score)
                if own != score:
                    grade.auto_score, grade.needs_manual_grade = own, True
        gradebook.db.commit()
    return found

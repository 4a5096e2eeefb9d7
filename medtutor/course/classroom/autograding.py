"""nbgrader's own grading, in a process that may die: one student's file stops nobody else's."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from medtutor.course import lab

PATIENCE = 600.0
"""Seconds for one student, whose cells may take 120 each."""

HEALED = "healed"
"""Where the notebooks lie that nbgrader grades; what was handed in stays as it is."""

Points = dict[str, dict[str, float]]
"""By student and exercise."""


def autograde(home: Path, stem: str, students: Sequence[str]) -> list[str]:
    """Let nbgrader grade students, and return those whom it could.

    One run takes all of them; only where it fails does each get a run.
    """
    if not students or _has_graded(home, stem, "*", PATIENCE * len(students)):
        return list(students)
    return [student for student in students if _has_graded(home, stem, student, PATIENCE)]


def _has_graded(home: Path, stem: str, student: str, patience: float) -> bool:
    """Run nbgrader, and tell whether all went well."""
    words = ["nbgrader", "autograde", stem, "--force", f"--student={student}"]
    command = [sys.executable, "-m", *words, f"--CourseDirectory.submitted_directory={HEALED}"]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=home, env=lab.environment(), stdin=nowhere, stdout=nowhere, stderr=nowhere
    ) as run:
        try:
            return run.wait(patience) == 0
        except subprocess.TimeoutExpired:
            lab.end(run.pid)
            return False


def points(home: Path, stem: str, earned: Points) -> Points:
    """Return nbgrader's points by student and exercise; where ours differ, they replace them.

    Those are marked in the gradebook for a look by hand.
    """
    from nbgrader.api import Gradebook

    found: Points = {}
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

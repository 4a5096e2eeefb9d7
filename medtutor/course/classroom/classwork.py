"""A class's submissions of one lesson: healed, graded alone and by nbgrader, compared, kept."""

import json
import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from medtutor.course import catalogue
from medtutor.course.catalogue import Lesson
from medtutor.course.classroom import autograding
from medtutor.course.classroom.assignments import check_nbgrader, fill
from medtutor.course.classroom.grading import Grader, Mark
from medtutor.course.classroom.healing import collect
from medtutor.course.classroom.needs import exercise_of
from medtutor.course.copies import read, write_whole

SIGNS = {"correct": "✓", "not yet": "✗", "not attempted": "○", "stopped": "!", "missing": "–"}


@dataclass(frozen=True)
class Result:
    """What became of one student's submission; kept in ``marks/STUDENT/LESSON.json``.

    Parameters
    ----------
    student, lesson, title : str
    marks : list of Mark
        What the isolated grader says; it counts.
    points : dict
        By exercise, what a correct answer is worth.
    nbgrader : dict
        By exercise, the points that nbgrader gave; empty where it couldn't grade.
    notes : list of str
        What was mended, and what to look at.
    """

    student: str
    lesson: str
    title: str
    marks: list[Mark]
    points: dict[str, float]
    nbgrader: dict[str, float]
    notes: list[str]

    @property
    def earned(self) -> dict[str, float]:
        """Points by exercise."""
        return {m.exercise: self.points[m.exercise] * (m.state == "correct") for m in self.marks}

    @property
    def differing(self) -> list[str]:
        """Exercises of which nbgrader says something else."""
        earned = self.earned
        return [name for name, points in self.nbgrader.items() if points != earned.get(name)]


def grade(folder: str | Path, name: str) -> list[Result]:
    """Grade all submissions of a lesson, and return each student's result.

    What a student wrote runs in a process of its own first. nbgrader then gets a notebook with the
    students' answers, but for those that had to be stopped, and grades one student at a time. Where
    both differ, the isolated verdict goes into the gradebook, marked for a look by hand.

    Parameters
    ----------
    folder : path
        The course folder that ``medtutor assignment`` made.
    name : str
        A lesson as ``catalogue.find`` takes it.

    Raises
    ------
    ValueError
        Where nbgrader is missing, or the released assignment, or any submission.
    """
    check_nbgrader()
    home, lesson = Path(folder), catalogue.find(name)
    stem = lesson.stem
    # All is healed and graded alone before nbgrader runs a line of it.
    results = list(_graded_alone(home, lesson, _released(home, stem)))
    if not results:
        raise ValueError(f"nothing is handed in; put files into {home}/submitted/STUDENT/{stem}/")
    readable = [one.student for one in results if one.marks[0].state != "missing"]
    graded = autograding.autograde(home, stem, readable)
    points = autograding.points(home, stem, {one.student: one.earned for one in results})
    for one in results:
        if one.student in graded:
            one.nbgrader.update(points[one.student])
        elif one.student in readable:
            one.notes.append("nbgrader ended, or took too long; look at this notebook")
        _keep(home, one)
    return results


def kept(folder: str | Path) -> list[Result]:
    """Return all results of a course folder, in the order of students and lessons."""
    return [_result(path) for path in sorted(Path(folder).glob("marks/*/*.json"))]


def _result(path: Path) -> Result:
    facts = json.loads(path.read_text(encoding="utf-8"))
    return Result(**{**facts, "marks": [Mark(**mark) for mark in facts["marks"]]})


def _released(home: Path, stem: str) -> NotebookNode:
    path = home / "release" / stem / f"{stem}.ipynb"
    if not path.is_file():
        raise ValueError(
            f"{path} isn't there; make it first: medtutor assignment {stem[:2]} --to {home}, then "
            f"in that folder nbgrader generate_assignment {stem}"
        )
    return read(path)


def _graded_alone(home: Path, lesson: Lesson, release: NotebookNode) -> Iterator[Result]:
    grader, stem = Grader(release), lesson.stem
    tests = [c.metadata.nbgrader for c in release.cells if c.metadata.nbgrader.grade]
    points = {test.grade_id.removeprefix("test_"): float(test.points) for test in tests}
    for one in collect(home, stem, release):
        if one.notebook is None:
            marks = [Mark(name, "missing") for name, _ in release.metadata.medtutor.exercises]
        else:
            marks = grader.grade(one.notebook)
            healed = home / autograding.HEALED / one.student / stem
            given = home / "submitted" / one.student / stem  # with the time, if nbgrader collected
            notebooks = shutil.ignore_patterns("*.ipynb*")
            shutil.copytree(given, healed, ignore=notebooks, dirs_exist_ok=True)
            made = _for_nbgrader(one.notebook, marks, grader, release)
            nbformat.write(made, healed / f"{stem}.ipynb")
        yield Result(one.student, stem, lesson.title, marks, points, {}, one.notes)


def _for_nbgrader(
    notebook: NotebookNode, marks: list[Mark], grader: Grader, release: NotebookNode
) -> NotebookNode:
    """Return the notebook that nbgrader grades: the assignment with the answers, and no more."""
    made = deepcopy(release)
    stopped = {mark.exercise: mark.message for mark in marks if mark.state == "stopped"}
    cells, made.cells = made.cells, []
    for cell in cells:
        exercise = exercise_of(cell)
        if exercise in stopped:
            cell.source = f"# Left out. {stopped[exercise]}\n{cell.source}"
        elif exercise:
            *helpers, cell.source = grader.sources(notebook, exercise)
            made.cells += [new_code_cell(helper) for helper in helpers]
        made.cells.append(cell)
    return made


def _keep(home: Path, result: Result) -> None:
    """Write the marks, and the three lines an exercise that the student gets."""
    marks = home / "marks" / result.student / f"{result.lesson}.json"
    page = home / "feedback" / result.student / f"{result.lesson}.md"
    told = fill("feedback.md", result=result, signs=SIGNS)
    for path, text in ((marks, json.dumps(asdict(result), indent=1)), (page, told)):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, f"{text}\n".encode())

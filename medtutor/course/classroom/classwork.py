"""A class's submissions of one lesson: healed, graded alone and by nbgrader, compared, kept."""

import json
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from medtutor.course import catalogue
from medtutor.course.classroom import autograding
from medtutor.course.classroom.assignments import check_nbgrader
from medtutor.course.classroom.grading import Grader, Mark
from medtutor.course.classroom.healing import Submission, collect
from medtutor.course.copies import read

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
        Where nbgrader is missing, or the assignment or its release isn't there.
    """
    check_nbgrader()
    home, stem = Path(folder), catalogue.find(name).stem
    source, release = (_notebook(home, part, stem) for part in ("source", "release"))
    release.metadata["medtutor"] = source.metadata["medtutor"]
    # All is healed and graded alone before nbgrader runs a line of it.
    graded = list(_graded_alone(home, stem, source, release))
    readable = [one.student for one, _ in graded if one.notebook is not None]
    errors = dict(autograding.autograde(home, stem, readable))
    theirs = autograding.points(home, stem, {})
    results = []
    for one, marks in graded:
        failed = errors.get(one.student)
        said = {} if failed or one.notebook is None else theirs.get(one.student, {})
        notes = [*one.notes, *([f"nbgrader: {failed}"] if failed else [])]
        title = source.metadata.medtutor.title
        results.append(Result(one.student, stem, title, marks, _points(source), said, notes))
        _keep(home, results[-1])
    autograding.points(
        home, stem, {r.student: {name: r.earned[name] for name in r.differing} for r in results}
    )
    return results


def kept(folder: str | Path) -> list[Result]:
    """Return all results of a course folder, in the order of students and lessons."""
    return [_result(path) for path in sorted(Path(folder).glob("marks/*/*.json"))]


def _result(path: Path) -> Result:
    facts = json.loads(path.read_text(encoding="utf-8"))
    return Result(**{**facts, "marks": [Mark(**mark) for mark in facts["marks"]]})


def _notebook(home: Path, part: str, stem: str) -> NotebookNode:
    path = home / part / stem / f"{stem}.ipynb"
    if not path.is_file():
        first = {
            "source": f"medtutor assignment {stem[:2]} --to {home}",
            "release": f"nbgrader generate_assignment {stem} (in {home})",
        }
        raise ValueError(f"{path} isn't there; make it first: {first[part]}")
    return read(path)


def _points(source: NotebookNode) -> dict[str, float]:
    tests = [c.metadata.nbgrader for c in source.cells if c.metadata.nbgrader.grade]
    return {test.grade_id.removeprefix("test_"): float(test.points) for test in tests}


def _graded_alone(
    home: Path, stem: str, source: NotebookNode, release: NotebookNode
) -> Iterator[tuple[Submission, list[Mark]]]:
    grader = Grader(source)
    for one in collect(home, stem, release):
        if one.notebook is None:
            lost = "The file can't be read."
            names = [name for name, _ in source.metadata.medtutor.exercises]
            marks = [Mark(name, "missing", lost) for name in names]
        else:
            marks = grader.grade(one.notebook)
            made = _for_nbgrader(one.notebook, marks, grader, release)
            made.metadata["medtutor"]["original"] = one.original.name
            nbformat.write(made, home / "submitted" / one.student / stem / f"{stem}.ipynb")
        yield one, marks


def _for_nbgrader(
    notebook: NotebookNode, marks: list[Mark], grader: Grader, release: NotebookNode
) -> NotebookNode:
    """Return the notebook that nbgrader grades: the assignment with the answers, and no more."""
    made = deepcopy(release)
    stopped = {mark.exercise: mark.message for mark in marks if mark.state == "stopped"}
    cells = []
    for cell in made.cells:
        exercise = cell.metadata.get("medtutor", {}).get("exercise")
        if exercise in stopped:
            cell.source = f"# Left out. {stopped[exercise]}\n{cell.source}"
        elif exercise:
            *helpers, cell.source = grader.sources(notebook, exercise)
            cells += [new_code_cell(helper) for helper in helpers]
        cells.append(cell)
    made.cells = cells
    return made


def _keep(home: Path, result: Result) -> None:
    """Write the marks, and the three lines an exercise that the student gets."""
    marks = home / "marks" / result.student / f"{result.lesson}.json"
    page = home / "feedback" / result.student / f"{result.lesson}.md"
    for path, text in ((marks, json.dumps(asdict(result), indent=1)), (page, told(result))):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def told(result: Result) -> str:
    """Return a student's feedback as Markdown: no traceback, no points of others."""
    earned = result.earned
    total = f"{sum(earned.values()):g} of {sum(result.points.values()):g} points"
    lines = [f"# {result.lesson[:2]} · {result.title}: {total}"]
    for mark in result.marks:
        points = f"{earned[mark.exercise]:g} of {result.points[mark.exercise]:g}"
        lines += [f"## {SIGNS[mark.state]} {mark.exercise}: {mark.state}, {points}", mark.message]
    if result.notes:
        lines += ["## About your file", *(f"- {note}" for note in result.notes)]
    return "\n\n".join(filter(None, lines))

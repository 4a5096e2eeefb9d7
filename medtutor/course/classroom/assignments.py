"""A course folder for nbgrader out of lessons: lean notebooks that were tested against themselves.

>>> from medtutor.course.classroom import assignments
>>> notebook = assignments.build(catalogue.find("02"))  # doctest: +SKIP
"""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader, select_autoescape
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from medtutor._resources import check_installed
from medtutor.course import lab
from medtutor.course.catalogue import Lesson, chosen
from medtutor.course.classroom import needs
from medtutor.course.classroom.grading import Grader
from medtutor.course.classroom.needs import exercise_of
from medtutor.course.copies import checked_folder, put_aside, read
from medtutor.course.solutions import learner_notebook

CHECK = re.compile(r"^lesson_\d\d\.(\w+)\.check\((\w+)\)$", re.MULTILINE)
"""How a lesson checks an answer: the exercise, and the name that the answer defines."""

TEMPLATES = Path(__file__).parent / "templates"
TIMEOUT = 120
"""Seconds that a cell may take, as the generated ``nbgrader_config.py`` has it."""


def make(
    names: Iterable[str], folder: str | Path, *, whole: bool = False, points: int = 1
) -> Iterator[tuple[Path, Path | None]]:
    """Write a course folder that nbgrader takes as it is, one lesson after the other.

    Parameters
    ----------
    names : iterable of str
        Lessons as ``catalogue.find`` takes them.
    folder : path
        Where the course goes; what lies there is never overwritten.
    whole : bool
        Whether the whole lesson becomes the assignment, instead of its exercises alone.
    points : int
        Points for each exercise.

    Yields
    ------
    tuple
        The notebook, and where an earlier one was put aside, or ``None``.

    Raises
    ------
    ValueError
        Where nbgrader is missing, or a lesson doesn't pass its own test: nothing of it is written.
    """
    check_nbgrader()
    for lesson in chosen(names):
        notebook = build(lesson, whole=whole, points=points)
        test(notebook)
        home = checked_folder(folder)
        for ours in (TEMPLATES / "course").iterdir():
            theirs = home / ours.name.removesuffix(".txt")
            if not theirs.exists():
                shutil.copyfile(ours, theirs)
        path = home / "source" / lesson.stem / lesson.path.name
        path.parent.mkdir(parents=True, exist_ok=True)
        # Out of its folder, in which nbgrader takes all that it finds.
        aside = put_aside(path.rename(path.parents[1] / path.name)) if path.exists() else None
        nbformat.write(notebook, path)
        yield path, aside


def check_nbgrader() -> None:
    """Make sure that nbgrader is there, and the program that it calls."""
    check_installed("nbgrader", "classroom", "nbgrader is missing")
    if shutil.which("alembic", path=lab.environment()["PATH"]) is None:
        raise ValueError(
            "nbgrader calls the program alembic, which isn't on the PATH; activate the "
            "environment of the course first: source .venv/bin/activate"
        )


def build(lesson: Lesson, *, whole: bool = False, points: int = 1) -> NotebookNode:
    """Return a lesson as nbgrader's source notebook, solutions in their markers.

    Its metadata tell under ``medtutor`` which exercises there are (with the name that each answer
    defines) and the set-up that answers stand on.

    Raises
    ------
    ValueError
        Where an answer needs a name that only a training defines.
    """
    given = read(lesson.path)
    graded = dict(found for cell in given.cells for found in CHECK.findall(cell.source))
    setup = _setup(given)
    title = new_markdown_cell(fill("title.md", lesson=lesson), id="title")
    head = [title, new_code_cell(setup, id="set-up")]
    cells = given.cells if whole else [*head, *_exercise_cells(given)]
    made = [made for cell in cells for made in _as_nbgrader(cell, lesson, points, whole)]
    facts = {
        "lesson": lesson.number,
        "exercises": [*graded.items()],  # a list keeps its order in a file
        "setup": setup,
    }
    metadata = {name: given.metadata[name] for name in ("kernelspec", "language_info")}
    return new_notebook(cells=made, metadata={**metadata, "medtutor": facts})


def test(notebook: NotebookNode) -> None:
    """Grade an assignment against itself: the reference gets every point, the blank one none.

    Raises
    ------
    ValueError
        With the exercise and what was said of it.
    """
    grader = Grader(notebook)
    blank = learner_notebook(notebook)
    for given, wanted in ((notebook, "correct"), (blank, "not attempted")):
        failed = _failed_tests(given)
        for mark in grader.grade(given):
            if mark.state != wanted or (mark.exercise in failed) != (given is blank):
                who = "the blank assignment" if given is blank else "the reference solution"
                raise ValueError(
                    f"lesson {notebook.metadata.medtutor.lesson}, exercise {mark.exercise}: {who} "
                    f"is {mark.state!r} alone ({mark.message}), in a notebook "
                    f"{failed.get(mark.exercise, 'correct')!r}; expected {wanted!r} twice; mend "
                    "the lesson"
                )


def _failed_tests(notebook: NotebookNode) -> dict[str, str]:
    """Run an assignment in a kernel, as nbgrader will, and return exercises with their errors."""
    run = deepcopy(notebook)
    client = NotebookClient(run, timeout=TIMEOUT, allow_errors=True, kernel_name="python3")
    client.execute(stderr=subprocess.DEVNULL)
    return {
        cell.metadata.nbgrader.grade_id.removeprefix("test_"): output.evalue
        for cell in run.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error" and cell.metadata.nbgrader.grade
    }


def fill(template: str, **values: object) -> str:
    """Return one of the room's templates with its gaps filled in."""
    loader = FileSystemLoader(TEMPLATES)
    pages = Environment(loader=loader, autoescape=select_autoescape(), trim_blocks=True)
    return pages.get_template(template).render(values)


def _setup(given: NotebookNode) -> str:
    """Return the code of a cell with all that the lesson's answers need."""
    above: list[needs.Statement] = []
    found: set[int] = set()
    for cell in (cell for cell in given.cells if cell.cell_type == "code"):
        if exercise := exercise_of(cell):
            answer = needs.Statement(needs.plain(_cut_after_check(cell.source)))
            found |= needs.needed(answer.reads - answer.defines, above, exercise)
        exercises = cell.metadata.get("medtutor", {}).get("setup_for", ())
        above += needs.statements(cell.source, exercises)
    found |= {place for place, part in enumerate(above) if part.is_light_import}
    return needs.as_cell([above[place] for place in sorted(found)])


def _exercise_cells(given: NotebookNode) -> Iterator[NotebookNode]:
    """Yield what stands between the headings of exercises and summary, without what draws."""
    inside = False
    for cell in given.cells:
        if cell.cell_type == "markdown" and cell.source.startswith(("## Exercises", "## Summary")):
            inside = cell.source.startswith("## Exercises")
        if inside and (cell.cell_type != "code" or CHECK.search(cell.source) or exercise_of(cell)):
            yield cell


def _as_nbgrader(
    cell: NotebookNode, lesson: Lesson, points: int, whole: bool
) -> Iterator[NotebookNode]:
    """Yield a cell as nbgrader wants it, and below a check the cell that gives the points."""
    source = cell.source if whole else _cut_after_check(cell.source)
    exercise = exercise_of(cell)
    facts = _facts(exercise or cell.id, solution=bool(exercise))
    new = new_code_cell if cell.cell_type == "code" else new_markdown_cell
    yield new(source, id=cell.id, metadata={**cell.metadata, "nbgrader": facts})
    for exercise, name in CHECK.findall(cell.source):
        test = f"test_{exercise}"
        source = f"lesson_{lesson.number}.{exercise}.grade({name})"
        facts = {**_facts(test, grade=True), "points": points}
        yield new_code_cell(source, id=test, metadata={"nbgrader": facts})


def _facts(grade_id: str, *, solution: bool = False, grade: bool = False) -> dict[str, object]:
    own = {"grade_id": grade_id, "solution": solution, "grade": grade, "locked": not solution}
    return {**own, "schema_version": 3, "task": False}


def _cut_after_check(source: str) -> str:
    """Leave out what stands below the check: drawings on the lesson's own images."""
    ends = [check.end() for check in CHECK.finditer(source)]
    return source[: ends[-1]] if ends else source

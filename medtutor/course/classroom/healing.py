"""Healing what students hand in: each answer is found again and laid over a fresh assignment.

So a copied or deleted cell, lost metadata, an older Jupyter or another file name costs nobody a
mark, and a cell that was locked is as the teacher wrote it.
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from medtutor.course.classroom import needs


class Submission(NamedTuple):
    """What one student handed in.

    Parameters
    ----------
    student : str
    notebook : NotebookNode, optional
        The student's answers and own cells, laid over the assignment; ``None`` if unreadable.
    notes : list of str
        What was mended, or why it can't be read.
    """

    student: str
    notebook: NotebookNode | None
    notes: list[str]


def collect(home: Path, stem: str, release: NotebookNode) -> Iterator[Submission]:
    """Heal all submissions of an assignment; the files themselves stay as they are.

    Parameters
    ----------
    home : Path
        The course folder, with ``submitted/STUDENT/stem/…``.
    stem : str
        The assignment, such as ``"02_convolution"``.
    release : NotebookNode
        What the students were given.
    """
    for folder in sorted((home / "submitted").glob(f"*/{stem}")):
        files = sorted(folder.glob("*.ipynb*"), key=lambda path: (path.lstat().st_mtime, path.name))
        if files:
            yield _heal(files, release)


def _heal(files: list[Path], release: NotebookNode) -> Submission:
    path = files[-1]
    student, stem = path.parts[-3:-1]
    notes = [f"{len(files)} files; the newest counts"] if len(files) > 1 else []
    try:
        given = json.loads(path.read_bytes())  # which knows a byte-order mark when it sees one
        notebook, more = lay_over(release, code_cells(given))
    except Exception as error:  # whatever a file holds, it stops nobody else's grading
        reason = f"{path.name} is no notebook ({type(error).__name__}: {error}); ask for it again"
        return Submission(student, None, [reason])
    if path.name != f"{stem}.ipynb":
        notes.append(f"was called {path.name}")
    return Submission(student, notebook, notes + more)


Cell = tuple[str, tuple[Any, ...]]
"""Source of a code cell, and by which it can be known again: grade_id, exercise, cell id."""


def code_cells(given: dict[str, Any]) -> list[Cell]:
    """Return the code cells of a notebook of any age."""
    sheets = given.get("worksheets", [given])
    cells = [cell for sheet in sheets for cell in sheet["cells"] if cell["cell_type"] == "code"]
    return [_known_by(cell) for cell in cells]


def _known_by(cell: dict[str, Any]) -> Cell:
    facts = cell.get("metadata") or {}
    given_id = (facts.get("nbgrader") or {}).get("grade_id")
    exercise = (facts.get("medtutor") or {}).get("exercise")
    lines = cell.get("source", cell.get("input", ""))
    source = "".join(lines).encode(errors="replace").decode()  # half characters can't be saved
    return source, (given_id, exercise, cell.get("id"))


def lay_over(release: NotebookNode, cells: Iterable[Cell]) -> tuple[NotebookNode, list[str]]:
    """Return the assignment with a student's answers and own cells, and what had to be mended."""
    fresh = deepcopy(release)
    stubs = {name: c for c in fresh.cells if (name := needs.exercise_of(c))}
    known = {mark: name for name, stub in stubs.items() for mark in (name, stub.id)}
    locked = {
        mark for c in fresh.cells if not needs.exercise_of(c) for mark in (c.id, c.source.strip())
    }
    found: dict[str, list[str]] = {name: [] for name in stubs}
    own: list[str] = []
    for source, marks in cells:
        name = next((known[mark] for mark in marks if mark in known), None)
        if name is not None:
            found[name].append(source)
        elif not locked & {source.strip(), *marks}:
            own.append(source)
    notes = []
    for name, answer in fresh.metadata.medtutor.exercises:
        elsewhere = [s for s in own if any(answer in part.defines for part in needs.statements(s))]
        if note := _choose(stubs[name], found[name], elsewhere):
            notes.append(f"{name}: {note}")
    own_mark = {"medtutor": {"exercise": ""}}  # of the student's, but no answer
    fresh.cells[1:1] = [new_code_cell(source, metadata=own_mark) for source in own]
    return fresh, notes


def _choose(stub: NotebookNode, copies: list[str], elsewhere: list[str]) -> str:
    """Put a student's answer in the place of the stub: the last copy that isn't blank."""
    filled = [source for source in copies if source.strip() not in ("", stub.source.strip())]
    stub.source = [stub.source, *elsewhere, *filled][-1]
    if elsewhere and not filled:
        return "found in another cell"
    if not copies:
        return "not there"
    return f"{len(copies)} copies; the last counts" if len(copies) > 1 else ""

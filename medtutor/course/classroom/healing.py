"""Healing what students hand in: each answer is found again and laid over a fresh assignment.

So a copied or deleted cell, lost metadata, an older Jupyter or another file name costs nobody a
mark, and a cell that was locked is as the teacher wrote it.
"""

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from medtutor.course.classroom import needs


@dataclass(frozen=True)
class Submission:
    """What one student handed in.

    Parameters
    ----------
    student : str
    notebook : NotebookNode, optional
        The student's answers and own cells, laid over the assignment; ``None`` if unreadable.
    notes : tuple of str
        What was mended, or why it can't be read.
    """

    student: str
    notebook: NotebookNode | None
    notes: tuple[str, ...]


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
        return Submission(student, None, (reason,))
    if path.name != f"{stem}.ipynb":
        notes.append(f"was called {path.name}")
    return Submission(student, notebook, (*notes, *more))


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
    names, notes = dict(fresh.metadata.medtutor.exercises), []
    for name, stub in stubs.items():
        notes += _choose(name, stub, found[name], own, names[name])
    if not any(found.values()):
        notes = ["no marks of nbgrader; answers were found by their names"]
    own_mark = {"medtutor": {"exercise": ""}}  # of the student's, but no answer
    fresh.cells[1:1] = [new_code_cell(source, metadata=own_mark) for source in own]
    return fresh, notes


def _choose(
    name: str, stub: NotebookNode, copies: list[str], own: list[str], answer: str
) -> list[str]:
    """Put a student's answer in the place of the stub: the last copy that isn't blank."""
    blank = stub.source.strip()
    changed = [source for source in copies if source.strip() != blank]
    if changed:
        stub.source = changed[-1]
        return [f"{name}: {len(copies)} copies; the last counts"] if len(copies) > 1 else []
    elsewhere = [s for s in own if any(answer in part.defines for part in needs.statements(s))]
    if elsewhere:
        own.remove(elsewhere[-1])
        stub.source = elsewhere[-1]
        return [f"{name}: found in another cell"]
    return [] if copies else [f"{name}: not there"]

"""Healing what students hand in: each answer is found again and laid over a fresh assignment.

So a copied or deleted cell, lost metadata, an older Jupyter or another file name costs nobody a
mark, and a cell that was locked is as the teacher wrote it.
"""

import json
import shutil
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from medtutor.course.classroom import needs
from medtutor.course.copies import put_aside


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
    original : Path
        Where the file lies now, untouched.
    """

    student: str
    notebook: NotebookNode | None
    notes: tuple[str, ...]
    original: Path


def collect(home: Path, stem: str, release: NotebookNode) -> Iterator[Submission]:
    """Heal all submissions of an assignment; the files themselves move to ``inbox``.

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
        # A grading that was interrupted may have left nothing but what lies in the inbox.
        inbox = home / "inbox" / folder.relative_to(home / "submitted")
        files = list(folder.glob("*.ipynb*")) or list(inbox.glob("*.ipynb*"))
        if files:
            files.sort(key=lambda path: (path.stat().st_mtime, path.name))
            yield _heal(home, folder, files, release)


def _heal(home: Path, folder: Path, files: list[Path], release: NotebookNode) -> Submission:
    stem, student = folder.name, folder.parent.name
    kept = [_keep(home, path) for path in files]
    notes = [f"{len(files)} files; the newest counts"] if len(files) > 1 else []
    try:
        given = json.loads(kept[-1].read_bytes())  # which knows a byte-order mark when it sees one
        notebook, more = lay_over(release, code_cells(given))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = f"no notebook ({type(error).__name__}: {error}); ask for the file again"
        place = home / "unreadable" / student / stem / kept[-1].name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(kept[-1], place)
        place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
        return Submission(student, None, (reason,), place)
    if kept[-1].name != f"{stem}.ipynb":
        notes.append(f"was called {kept[-1].name}")
    if given.get("nbformat", 4) < 4:
        notes.append("saved by an older Jupyter")
    return Submission(student, notebook, (*notes, *more), kept[-1])


def _keep(home: Path, path: Path) -> Path:
    """Move a file to ``inbox``, unless it is what an earlier grading put in its place."""
    if path.is_relative_to(home / "inbox"):
        return path
    place = home / "inbox" / path.relative_to(home / "submitted")
    earlier = place.with_name(_original(path))
    if earlier.is_file():
        return earlier
    place.parent.mkdir(parents=True, exist_ok=True)
    put_aside(place)
    return path.rename(place)


def _original(path: Path) -> str:
    """Return the name of the file that a graded notebook was made of, never one elsewhere."""
    try:
        return Path(json.loads(path.read_bytes())["metadata"]["medtutor"]["original"]).name or "-"
    except (ValueError, KeyError, TypeError, RecursionError):
        return "-"


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
    return "".join(lines), (given_id, exercise, cell.get("id"))


def lay_over(release: NotebookNode, cells: Iterable[Cell]) -> tuple[NotebookNode, list[str]]:
    """Return the assignment with a student's answers and own cells, and what had to be mended."""
    fresh = deepcopy(release)
    stubs = {c.metadata.medtutor.exercise: c for c in fresh.cells if _is_answer(c)}
    known = {mark: name for name, stub in stubs.items() for mark in (name, stub.id)}
    locked = {mark for c in fresh.cells if not _is_answer(c) for mark in (c.id, c.source.strip())}
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
    fresh.cells[1:1] = [new_code_cell(source) for source in own]
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


def _is_answer(cell: NotebookNode) -> bool:
    return "exercise" in cell.metadata.get("medtutor", {})

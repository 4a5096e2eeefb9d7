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
        files = sorted(folder.glob("*.ipynb*"), key=lambda path: (path.stat().st_mtime, path.name))
        if files:
            yield _heal(home, files, release)


def _heal(home: Path, files: list[Path], release: NotebookNode) -> Submission:
    stem, student = files[-1].parent.name, files[-1].parents[1].name
    kept = [_keep(home, path) for path in files]
    notes = [f"{len(files)} files; the newest counts"] if len(files) > 1 else []
    try:
        given = json.loads(kept[-1].read_bytes())  # which knows a byte-order mark when it sees one
        notebook, more = lay_over(release, _cells(given))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        reason = f"no notebook ({type(error).__name__}: {error}); ask for the file again"
        place = home / "unreadable" / student / stem / kept[-1].name
        place.parent.mkdir(parents=True, exist_ok=True)
        put_aside(place)
        kept[-1].rename(place)
        place.with_name(f"{place.name}.txt").write_text(f"{reason}\n", encoding="utf-8")
        return Submission(student, None, (reason,), place)
    if kept[-1].name != f"{stem}.ipynb":
        notes.append(f"was called {kept[-1].name}")
    if given.get("nbformat", 4) < 4:
        notes.append("saved by an older Jupyter")
    return Submission(student, notebook, (*notes, *more), kept[-1])


def _keep(home: Path, path: Path) -> Path:
    """Move a file to ``inbox``, unless it is what an earlier grading put in its place."""
    place = home / "inbox" / path.relative_to(home / "submitted")
    earlier = _original(path)
    if earlier and (home / earlier).is_file():
        return home / earlier
    place.parent.mkdir(parents=True, exist_ok=True)
    put_aside(place)
    return path.rename(place)


def _original(path: Path) -> str | None:
    try:
        return json.loads(path.read_bytes())["metadata"]["medtutor"]["original"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


@dataclass(frozen=True)
class _Cell:
    kind: str
    source: str
    marks: tuple[Any, ...]
    """By which a cell can be known again: nbgrader's id, the exercise, the cell's id."""


def _cells(given: dict[str, Any]) -> list[_Cell]:
    """Return the cells of a notebook of any age."""
    sheets = given.get("worksheets", [given])
    return [_cell(cell) for sheet in sheets for cell in sheet["cells"]]


def _cell(cell: dict[str, Any]) -> _Cell:
    source, facts = cell.get("source", cell.get("input", "")), cell.get("metadata") or {}
    marks = (
        (facts.get("nbgrader") or {}).get("grade_id"),
        (facts.get("medtutor") or {}).get("exercise"),
        cell.get("id"),
    )
    return _Cell(cell["cell_type"], source if isinstance(source, str) else "".join(source), marks)


def lay_over(release: NotebookNode, cells: Iterable[_Cell]) -> tuple[NotebookNode, list[str]]:
    """Return the assignment with a student's answers and own cells, and what had to be mended."""
    fresh = deepcopy(release)
    stubs = {c.metadata.medtutor.exercise: c for c in fresh.cells if _is_answer(c)}
    known = {mark: name for name, stub in stubs.items() for mark in (name, stub.id)}
    locked = {mark for c in fresh.cells if not _is_answer(c) for mark in (c.id, c.source.strip())}
    found: dict[str, list[str]] = {name: [] for name in stubs}
    own: list[tuple[str, str]] = []  # source, and the answer below which it stands
    below = ""
    for cell in (cell for cell in cells if cell.kind == "code" and cell.source.strip()):
        name = next((known[mark] for mark in cell.marks if mark in known), None)
        if name is not None:
            found[name].append(cell.source)
            below = name
        elif not locked & {cell.source.strip(), *cell.marks}:
            own.append((cell.source, below))
    names, notes = dict(fresh.metadata.medtutor.exercises), []
    for name, stub in stubs.items():
        notes += _choose(name, stub, found[name], own, names[name])
    if not any(found.values()):
        notes = ["no marks of nbgrader; answers were found by their names"]
    fresh.cells = [
        part
        for cell in fresh.cells
        for part in (cell, *_own_below(cell, own, first=cell is fresh.cells[0]))
    ]
    return fresh, notes


def _choose(
    name: str, stub: NotebookNode, copies: list[str], own: list[tuple[str, str]], answer: str
) -> list[str]:
    """Put a student's answer in the place of the stub: the last copy that isn't blank."""
    blank = stub.source.strip()
    changed = [source for source in copies if source.strip() != blank]
    if changed:
        stub.source = changed[-1]
        return [f"{name}: {len(copies)} copies; the last counts"] if len(copies) > 1 else []
    elsewhere = [pair for pair in own if _defines(pair[0], answer)]
    if elsewhere:
        own.remove(elsewhere[-1])
        stub.source = elsewhere[-1][0]
        return [f"{name}: found in another cell"]
    return [] if copies else [f"{name}: not there"]


def _defines(source: str, name: str) -> bool:
    return any(name in part.defines for part in needs.statements(source))


def _own_below(
    cell: NotebookNode, own: list[tuple[str, str]], *, first: bool
) -> Iterator[NotebookNode]:
    name = cell.metadata.get("medtutor", {}).get("exercise", "" if first else None)
    yield from (new_code_cell(source) for source, below in own if below == name)


def _is_answer(cell: NotebookNode) -> bool:
    return "exercise" in cell.metadata.get("medtutor", {})

"""The learner's copies: lessons with no solution and no output, to write in."""

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from medtutor._checks import written_out
from medtutor._resources import notebooks_folder
from medtutor.course.catalogue import Lesson, chosen, find
from medtutor.course.solutions import learner_notebook


@dataclass(frozen=True)
class Copy:
    """What became of one learner's copy.

    Parameters
    ----------
    lesson : Lesson
        Which lesson it is a copy of.
    path : Path
        Where it lies.
    made : bool
        False where a copy was there already, which stays as it is.
    aside : Path, optional
        Where an earlier copy was put.
    """

    lesson: Lesson
    path: Path
    made: bool
    aside: Path | None = None


def copy(names: Iterable[str | int | Path], folder: str | Path) -> list[Copy]:
    """Make the learner's copies of some lessons, and leave those that exist alone.

    Parameters
    ----------
    names : iterable of str
        Lessons as ``catalogue.find`` takes them; all of them for none.
    folder : path
        Where the copies go; made where it doesn't exist.

    Returns
    -------
    list of Copy
        One a lesson; ``made`` is False where a copy existed.

    Raises
    ------
    ValueError
        Unknown lesson, or ``folder`` is where the lessons themselves lie.
    OSError
        Where ``folder`` can't be written.

    Notes
    -----
    Taught in lesson 00.
    """
    lessons = chosen(names)
    folder = checked_folder(folder)
    return [_copy_one(lesson, folder) for lesson in lessons]


def reset(name: str | int | Path, folder: str | Path) -> Copy:
    """Make a fresh learner's copy, after putting the old one aside.

    Parameters
    ----------
    name : str
        A lesson as ``catalogue.find`` takes it.
    folder : path
        Where the copies lie.

    Returns
    -------
    Copy
        ``aside`` tells where the old copy is now; ``None`` where there was none.

    Notes
    -----
    Taught in lesson 00.
    """
    lesson = find(name)
    folder = checked_folder(folder)
    fresh = learner_notebook(read(lesson.path))  # before the old copy moves
    path = folder / lesson.path.name
    aside = put_aside(path)
    write(fresh, path)
    return Copy(lesson, path, made=True, aside=aside)


def put_aside(path: Path) -> Path | None:
    """Rename a file to a free name with the time in it, and return that name."""
    if not _is_there(path):
        return None
    stamp = time.strftime("%Y-%m-%d_%H%M%S")
    number, aside = 1, path.with_name(f"{path.stem}.{stamp}{path.suffix}")
    while _is_there(aside):
        number += 1
        aside = path.with_name(f"{path.stem}.{stamp}_{number}{path.suffix}")
    return path.rename(aside)


def checked_folder(folder: str | Path) -> Path:
    """Make a folder for the learner's files, unless it is the lessons' own."""
    if not str(folder).strip():
        raise ValueError(
            f"the folder is {folder!r}; give its name, such as my-lessons, or . for here"
        )
    folder = written_out(folder)
    if folder.resolve() == notebooks_folder().resolve():
        raise ValueError(
            f"{folder} holds the lessons themselves; choose another folder, such as my-lessons"
        )
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; give the name of a folder")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def is_learners(path: Path) -> bool:
    """Tell whether a file is a learner's copy, which ``run`` must leave in its place."""
    try:
        notebook = read(path)
    except (OSError, ValueError):  # not there, or no notebook
        return False
    facts = notebook.get("metadata", {})
    return "medtutor" in facts and "papermill" not in facts  # which a run writes down


def _copy_one(lesson: Lesson, folder: Path) -> Copy:
    path = folder / lesson.path.name
    if _is_there(path):
        return Copy(lesson, path, made=False)
    write(learner_notebook(read(lesson.path)), path)
    return Copy(lesson, path, made=True)


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def read(path: Path) -> NotebookNode:
    """Read a notebook as it is, without converting it to another version."""
    return nbformat.read(path, as_version=nbformat.NO_CONVERT)


def write(notebook: NotebookNode, path: Path) -> None:
    """Write all of a notebook or nothing."""
    write_whole(path, f"{nbformat.writes(notebook, nbformat.NO_CONVERT)}\n".encode())


def write_whole(path: Path, content: bytes) -> None:
    """Write all of a file to the disk or nothing: a full one must not leave half a file."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)

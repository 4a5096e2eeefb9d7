"""Which lessons there are, read from the notebooks' own metadata."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from medtutor._checks import did_you_mean
from medtutor._resources import notebooks_folder

PARTS = {
    "00": "1 · Images",
    "02": "2 · Building blocks",
    "07": "3 · Three networks",
    "10": "4 · Making it work",
    "15": "5 · Frontiers",
}
"""The parts of the course, by the number of their first lesson."""


@dataclass(frozen=True)
class Lesson:
    """The facts of one lesson, as its notebook tells them.

    Parameters
    ----------
    number : str
        Two digits, such as ``"02"``; fixed for good.
    title : str
        Such as ``"Convolution"``.
    path : Path
        The notebook with solutions and outputs, the only source of the lesson.
    objectives : tuple of str
        What the learner will be able to do.
    study_minutes : int
        Time to study it.
    run_seconds : int
        Time that it runs from top to bottom on 2 cores.
    prerequisites : tuple of str
        Numbers of the lessons that it builds on.
    """

    number: str
    title: str
    path: Path
    objectives: tuple[str, ...]
    study_minutes: int
    run_seconds: int
    prerequisites: tuple[str, ...]

    @property
    def stem(self) -> str:
        """File name without its ending, such as ``"02_convolution"``."""
        return self.path.stem

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


def lessons(folder: str | Path | None = None) -> list[Lesson]:
    """Return the lessons that are written, in their order.

    Parameters
    ----------
    folder : path, optional
        Where the notebooks lie; the course's own folder without it.

    Raises
    ------
    ValueError
        Where a notebook of that folder can't be read, or its metadata lack a fact.
    """
    home = notebooks_folder() if folder is None else Path(folder)
    return [_read_lesson(path) for path in sorted(home.glob("[0-9][0-9]_*.ipynb"))]


def find(lesson: str | int | Path) -> Lesson:
    """Return one lesson by its number or its name.

    Parameters
    ----------
    lesson : str, int or Path
        ``"02"``, ``"2"``, ``"02_convolution"``, ``"02_convolution.ipynb"``, or the path of the
        lesson's own file.

    Raises
    ------
    ValueError
        For an unknown lesson; the message offers the nearest ones. For a path of another file,
        since not that file would be acted on, but the lesson of its name.
    """
    known = lessons()
    wanted = _without_folder(str(lesson)).removesuffix(".ipynb")
    for candidate in known:
        if candidate.stem == wanted or (wanted and candidate.number == wanted.zfill(2)):
            return candidate
    hint = did_you_mean(wanted, [candidate.stem for candidate in known])
    raise ValueError(f"unknown lesson {str(lesson)!r}; {hint}")


def chosen(names: Iterable[str | int | Path]) -> list[Lesson]:
    """Return the named lessons, each once, in the order named; all of them for no name."""
    found = [find(name) for name in names]
    return list(dict.fromkeys(found)) if found else lessons()


def parts(some: Iterable[Lesson]) -> dict[str, list[Lesson]]:
    """Return lessons by the title of their part."""
    found: dict[str, list[Lesson]] = {}
    for lesson in some:
        first = max(number for number in PARTS if number <= lesson.number)
        found.setdefault(PARTS[first], []).append(lesson)
    return found


def _without_folder(name: str) -> str:
    if Path(name).resolve().parent == notebooks_folder().resolve():
        return Path(name).name  # the lesson's own file
    if {"/", "\\"} & set(name):
        raise ValueError(
            f"lesson {name!r} has a folder in it; give its number or name alone, and the folder of "
            "your copies with --to (lab: --dir); run takes the course's own lessons"
        )
    return name


def _read_lesson(path: Path) -> Lesson:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))["metadata"]["medtutor"]
        return Lesson(
            number=facts["lesson"],
            title=facts["title"],
            path=path,
            objectives=tuple(facts["objectives"]),
            study_minutes=facts["study_minutes"],
            run_seconds=facts["run_seconds"],
            prerequisites=tuple(facts["prerequisites"]),
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"{path.name} is not a notebook: {error}; restore the file") from error
    except (KeyError, TypeError) as error:
        raise ValueError(
            f"{path.name} lacks {error} in its metadata under 'medtutor'; "
            "a lesson needs lesson, title, objectives, study_minutes, run_seconds, prerequisites"
        ) from error

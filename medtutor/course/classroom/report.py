"""A class on one page: who solved what, which messages came most often, what to look at.

Everything stays on this machine: the page is one file without a request to anywhere.
"""

import csv
import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from medtutor._table import Table
from medtutor.course.classroom.assignments import fill
from medtutor.course.classroom.classwork import SIGNS, Result, kept
from medtutor.course.classroom.grading import Mark

HARD = 0.4
"""Exercises that fewer than this share have solved are worth another look in class."""


def load(folder: str | Path, *, anonymous: bool = False) -> list[Result]:
    """Return the results of a class, with a row for those of the list who handed nothing in.

    Parameters
    ----------
    folder : path
        The course folder.
    anonymous : bool
        Whether to give pseudonyms. They stay the same as long as ``pseudonyms.key`` does, which
        only the teacher should have.

    Raises
    ------
    ValueError
        Where nothing has been graded yet, or the list of students can't be read.
    """
    home = Path(folder)
    results = kept(home)
    if not results:
        raise ValueError(f"nothing is graded in {home}; first: medtutor class grade {home} LESSON")
    results += _absent(results, home / "students.csv")
    if anonymous:
        key = _key(home / "pseudonyms.key")
        # Notes hold file names, and they may hold a person's.
        results = [replace(r, student=_pseudonym(r.student, key), notes=[]) for r in results]
    return sorted(results, key=lambda result: (result.lesson, result.student))


def to_look_at(result: Result) -> list[str]:
    """Return what a teacher should look at: differing verdicts, what couldn't be graded."""
    said = [
        f"{name}: {result.earned[name]:g} here, {result.nbgrader[name]:g} by nbgrader; look at it"
        for name in result.differing
    ]
    return said or ([] if result.nbgrader else result.notes)


def as_table(results: Sequence[Result], *, words: bool = False) -> Table:
    """Return the results of one lesson, a row for each student; states as signs, or in words."""
    rows = [
        (
            result.student,
            *(f"{SIGNS[m.state]} {m.state if words else ''}".rstrip() for m in result.marks),
            f"{sum(result.earned.values()):g}",
            f"{sum(result.nbgrader.values()):g}" if result.nbgrader else "?",
            "; ".join(dict.fromkeys([*to_look_at(result), *result.notes])),
        )
        for result in results
    ]
    exercises = [mark.exercise for mark in results[0].marks] if results else []
    return Table(("student", *exercises, "points", "nbgrader", "remarks"), rows)


def as_text(results: Sequence[Result]) -> str:
    """Return the class for a terminal: a table a lesson, and the commonest messages."""
    parts = []
    for title, group in _by_lesson(results):
        said = [line for about, lines in _messages(group) for line in (about, *lines)]
        parts += [title, str(as_table(group)), "", *said, ""]
    return "\n".join([*parts, ", ".join(f"{sign} {state}" for state, sign in SIGNS.items())])


def write_page(results: Sequence[Result], folder: str | Path) -> Path:
    """Write the class as one HTML file, ``report.html``, and return its place."""
    lessons = [
        (title, as_table(group, words=True), _messages(group))
        for title, group in _by_lesson(results)
    ]
    page = Path(folder) / "report.html"
    text = fill("report.html", lessons=[("All lessons", _totals(results), []), *lessons])
    page.write_text(text, encoding="utf-8", newline="\n")
    return page


def _by_lesson(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    groups = groupby(results, lambda one: f"{one.lesson[:2]} · {one.title}")
    return [(title, list(group)) for title, group in groups]


def _messages(group: Sequence[Result]) -> list[tuple[str, list[str]]]:
    """Return how many solved each exercise, and its three commonest messages; hardest first."""
    said = []
    for marks in sorted(zip(*(result.marks for result in group), strict=True), key=_solved):
        hard = "; go over it again" if _solved(marks) < HARD * len(marks) else ""
        told = [mark.message for mark in marks if mark.state in ("not yet", "stopped")]
        common = Counter(text.partition("\n")[0] for text in told).most_common(3)
        lines = [f"{n} of {len(marks)}: {text}" for text, n in common]
        about = f"{marks[0].exercise}: {_solved(marks)} of {len(marks)} solved it{hard}"
        said.append((about, lines))
    return said


def _solved(marks: Sequence[Mark]) -> int:
    return sum(mark.state == "correct" for mark in marks)


def _totals(results: Sequence[Result]) -> Table:
    lessons = sorted({result.lesson for result in results})
    earned = {(r.student, r.lesson): sum(r.earned.values()) for r in results}
    rows = []
    for student in sorted({result.student for result in results}):
        own = [earned.get((student, lesson), 0) for lesson in lessons]
        rows.append((student, *(f"{points:g}" for points in (*own, sum(own)))))
    return Table(("student", *(f"points of {name[:2]}" for name in lessons), "all points"), rows)


def _absent(results: Sequence[Result], path: Path) -> list[Result]:
    """Return a row for each student of the list who handed nothing in, in each lesson."""
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            students = [row["id"] for row in csv.DictReader(file) if row["id"]]
    except (KeyError, UnicodeDecodeError) as error:
        why = "has no column id between commas, or isn't in UTF-8"
        raise ValueError(
            f"{path} {why}; save it as CSV UTF-8 with commas and this column"
        ) from error
    absent = []
    for one in {result.lesson: result for result in results}.values():
        marks = [Mark(mark.exercise, "missing") for mark in one.marks]
        nothing = replace(one, marks=marks, nbgrader={}, notes=["nothing handed in"])
        there = {result.student for result in results if result.lesson == one.lesson}
        absent += [replace(nothing, student=name) for name in students if name not in there]
    return absent


def _key(path: Path) -> bytes:
    if not path.is_file():
        path.write_text(secrets.token_hex(16), encoding="utf-8")
    return path.read_bytes()


def _pseudonym(student: str, key: bytes) -> str:
    return f"student {hashlib.blake2b(student.encode(), key=key, digest_size=3).hexdigest()}"

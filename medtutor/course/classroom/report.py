"""A class on one page: who solved what, which messages came most often, what to look at.

Everything stays on this machine: the page is one file without a request to anywhere.
"""

import csv
import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from itertools import groupby
from pathlib import Path

from medtutor._table import Table
from medtutor.course.classroom.assignments import template
from medtutor.course.classroom.classwork import SIGNS, Result, kept
from medtutor.course.classroom.grading import Mark

HARD = 0.4
"""Exercises that fewer than this share have solved come first."""


def load(folder: str | Path, *, anonymous: bool = False) -> list[Result]:
    """Return the results of a class, with a row for those who handed nothing in.

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
        Where nothing has been graded yet.
    """
    home = Path(folder)
    results = kept(home)
    if not results:
        raise ValueError(f"nothing is graded in {home}; first: medtutor class grade {home} LESSON")
    results = [*results, *_absent(results, _listed(home / "students.csv"))]
    if anonymous:
        key = _key(home / "pseudonyms.key")
        # Notes hold file names, and they may hold a person's.
        results = [replace(r, student=_pseudonym(r.student, key), notes=[]) for r in results]
    return sorted(results, key=lambda result: (result.lesson, result.student))


def to_look_at(result: Result) -> list[str]:
    """Return what a teacher should look at: differing verdicts, files that can't be read."""
    said = [
        f"{name}: {result.earned[name]:g} here, {result.nbgrader[name]:g} by nbgrader; look at it"
        for name in result.differing
    ]
    unread = all(mark.state == "missing" for mark in result.marks)
    return [*said, *(result.notes if unread or not result.nbgrader else [])]


def as_table(results: Sequence[Result]) -> Table:
    """Return the results of one lesson, a row for each student."""
    exercises = [mark.exercise for mark in results[0].marks] if results else []
    rows = [
        (
            result.student,
            *(SIGNS[mark.state] for mark in result.marks),
            f"{sum(result.earned.values()):g}",
            f"{sum(result.nbgrader.values()):g}" if result.nbgrader else "?",
            "; ".join(dict.fromkeys([*to_look_at(result), *result.notes])),
        )
        for result in results
    ]
    return Table(("student", *exercises, "points", "nbgrader", "remarks"), rows)


def as_text(results: Sequence[Result]) -> str:
    """Return the class for a terminal: a table a lesson, and the commonest messages."""
    parts = []
    for lesson, group in _by_lesson(results):
        parts += [f"{lesson[:2]} · {group[0].title}", str(as_table(group)), ""]
        for exercise, marks in _hardest_first(group):
            parts.append(f"{exercise}: {_solved(marks)}")
            parts += [f"  {line}" for line in _commonest(marks)]
        parts.append("")
    return "\n".join([*parts, ", ".join(f"{sign} {state}" for state, sign in SIGNS.items())])


def write_page(results: Sequence[Result], folder: str | Path) -> Path:
    """Write the class as one HTML file, ``report.html``, and return its place."""
    page = Path(folder) / "report.html"
    frame = template("report.html")
    body = _totals(results) + "".join(_section(*pair) for pair in _by_lesson(results))
    page.write_text(frame.replace("<!-- class -->", body), encoding="utf-8", newline="\n")
    return page


def _by_lesson(results: Sequence[Result]) -> list[tuple[str, list[Result]]]:
    return [(lesson, list(group)) for lesson, group in groupby(results, lambda one: one.lesson)]


def _hardest_first(group: Sequence[Result]) -> list[tuple[str, list[Mark]]]:
    by_exercise = [(marks[0].exercise, list(marks)) for marks in _columns(group)]
    return sorted(by_exercise, key=lambda pair: _share(pair[1]) >= HARD)


def _columns(group: Sequence[Result]) -> list[tuple[Mark, ...]]:
    return list(zip(*(result.marks for result in group), strict=True))


def _share(marks: Sequence[Mark]) -> float:
    return sum(mark.state == "correct" for mark in marks) / len(marks)


def _solved(marks: Sequence[Mark]) -> str:
    count = sum(mark.state == "correct" for mark in marks)
    again = "; go over it again" if _share(marks) < HARD else ""
    return f"{count} of {len(marks)} solved it{again}"


def _commonest(marks: Sequence[Mark]) -> list[str]:
    """Return the three commonest messages, with how many got each."""
    said = [
        mark.message.splitlines()[0]
        for mark in marks
        if mark.state in ("not yet", "stopped") and mark.message
    ]
    return [f"{n} of {len(marks)}: {text}" for text, n in Counter(said).most_common(3)]


def _totals(results: Sequence[Result]) -> str:
    lessons = [lesson for lesson, _ in _by_lesson(results)]
    earned = {(r.student, r.lesson): sum(r.earned.values()) for r in results}
    students = sorted({result.student for result in results})
    rows = [
        (name, *own, f"{sum(earned.get((name, lesson), 0) for lesson in lessons):g}")
        for name in students
        for own in [[f"{earned.get((name, lesson), 0):g}" for lesson in lessons]]
    ]
    head = ("student", *(f"points of {lesson[:2]}" for lesson in lessons), "all points")
    return f"<h2>All lessons</h2>{_html_table('Points of all lessons', head, rows)}"


def _section(lesson: str, group: Sequence[Result]) -> str:
    title = escape(f"{lesson[:2]} · {group[0].title}")
    table = as_table(group)
    states = {sign: state for state, sign in SIGNS.items()}
    rows = [[f"{cell} {states.get(cell, '')}".strip() for cell in row] for row in table.rows]
    said = "".join(
        f"<li><b>{escape(exercise)}</b>: {escape(_solved(marks))}"
        f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in _commonest(marks))}</ul></li>"
        for exercise, marks in _hardest_first(group)
    ).replace("<ul></ul>", "")
    return (
        f"<h2>{title}</h2>{_html_table(f'Marks of {title}', table.columns, rows)}"
        f"<h3>What was said most often</h3><ul>{said}</ul>"
    )


def _html_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    names = "".join(
        f'<th scope="col"><button type="button">{escape(name)}</button></th>' for name in head
    )
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f'<td class="{_kind(cell)}">{escape(cell)}</td>' for cell in rest)
        + "</tr>"
        for first, *rest in rows
    )
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{caption}"><table>'
        f"<caption>{caption}</caption><thead><tr>{names}</tr></thead><tbody>{lines}</tbody>"
        "</table></div>"
    )


def _kind(cell: str) -> str:
    state = {sign: state for state, sign in SIGNS.items()}.get(cell[:1], "")
    return state.replace(" ", "-")


def _listed(path: Path) -> list[str]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["id"] for row in csv.DictReader(file) if row.get("id")]


def _absent(results: Sequence[Result], students: Sequence[str]) -> list[Result]:
    """Return a row for each student of the list who handed nothing in, in each lesson."""
    rows = []
    for lesson in sorted({result.lesson for result in results}):
        group = [result for result in results if result.lesson == lesson]
        marks = [Mark(mark.exercise, "missing") for mark in group[0].marks]
        there = {result.student for result in group}
        for student in (name for name in students if name not in there):
            row = replace(group[0], student=student, marks=marks, nbgrader={})
            rows.append(replace(row, notes=["nothing handed in"]))
    return rows


def _key(path: Path) -> bytes:
    if not path.is_file():
        path.write_text(secrets.token_hex(16), encoding="utf-8")
    return path.read_bytes()


def _pseudonym(student: str, key: bytes) -> str:
    return f"student {hashlib.blake2b(student.encode(), key=key, digest_size=3).hexdigest()}"

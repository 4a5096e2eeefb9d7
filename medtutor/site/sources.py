"""The folder that Sphinx reads: a page a lesson, and the pages around them from templates."""

import base64
import hashlib
import re
import shutil
from copy import deepcopy
from datetime import UTC, datetime
from html import escape
from itertools import chain
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbformat import NotebookNode
from nbformat.v4 import new_output

from medtutor import __version__, datasets, explore
from medtutor._resources import data_folder
from medtutor.course import catalogue, copies
from medtutor.course.catalogue import Lesson
from medtutor.course.solutions import cut_solutions, learner_notebook
from medtutor.site import reading

BINDER = "https://mybinder.org/v2/gh/medtutor/medtutor/main?urlpath=lab/tree/my-lessons"
"""Where Binder opens the learner's copies."""
_LESSON_LINK = re.compile(r"\[([^\]]+)\]\((\d\d_\w+)\.ipynb(?:#[^)]*)?\)")


def write(folder: Path, lessons: list[Lesson]) -> None:
    """Write the sources of the site of some lessons."""
    shutil.copytree(Path(__file__).parent / "source", folder)
    notebooks = {lesson: copies.read(lesson.path) for lesson in lessons}
    for name in ("lessons", "executed", "figures"):
        (folder / "extra" / name).mkdir(parents=True)
    pages = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined)
    pages.globals |= _facts(notebooks)
    for path in (*folder.glob("*.md"), folder / "context.json"):
        path.write_text(pages.get_template(path.name).render(), encoding="utf-8")
    for lesson, notebook in notebooks.items():
        solved_away = _without_solutions(notebook)
        learners = learner_notebook(notebook)
        bar = pages.get_template("parts/bar.html").render(
            lesson=lesson, copy=nbformat.writes(learners, indent=None)
        )
        versions = {
            ".": _page(lesson, solved_away, bar, pages, folder / "extra"),
            "extra/lessons": learners,
            "extra/executed": solved_away,
        }
        for place, version in versions.items():
            nbformat.write(version, folder / place / lesson.path.name, version=nbformat.NO_CONVERT)


def _facts(notebooks: dict[Lesson, NotebookNode]) -> dict[str, Any]:
    """Return what the templates tell."""
    terms: dict[str, reading.Term] = {}  # each where it is defined first
    explorers: dict[str, tuple[reading.Explorer, list[Lesson]]] = {}  # with all their lessons
    for lesson, notebook in notebooks.items():
        for term in reading.terms(lesson, notebook):
            terms.setdefault(term.name.casefold(), term)
        for one in reading.explorers(notebook).values():
            homes = explorers.setdefault(one.topic, (one, []))[1]
            homes += [] if lesson in homes else [lesson]
    return {
        "lessons": {lesson.number: lesson for lesson in notebooks},
        "parts": catalogue.parts(notebooks),
        "claims": list(chain(*(reading.claims(*pair) for pair in notebooks.items()))),
        "terms": [terms[name] for name in sorted(terms)],
        "explorers": explorers,
        "cards": [str(datasets.card(name)) for name in datasets.available()["name"]],
        "overview": datasets.available()._repr_html_(),
        "notices": [path.read_text("utf-8") for path in sorted(data_folder().glob("*.md"))],
        "explore": explore,
        "binder": BINDER,
        "version": __version__,
        "built": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _without_solutions(notebook: NotebookNode) -> NotebookNode:
    """Return an executed lesson with its outputs, but with no solution."""
    cut = deepcopy(notebook)
    for cell in cut.cells:
        if cell.cell_type == "code":
            cell.source = cut_solutions(cell.source, f"cell {cell.id}")
    return cut


def _page(
    lesson: Lesson, notebook: NotebookNode, bar: str, pages: Environment, out: Path
) -> NotebookNode:
    """Return the notebook that Sphinx makes a lesson's page of."""
    made = deepcopy(notebook)
    shown = reading.explorers(notebook)
    for cell in made.cells:
        if cell.cell_type == "code":
            outputs = (_shown(output, shown, pages, out) for output in cell.outputs)
            cell.outputs = [output for output in outputs if output]
        else:
            cell.source = _with_places(lesson, cell, pages.globals)
    title = next(cell for cell in made.cells if cell.source.startswith(f"# {lesson.number}"))
    title.source = title.source.replace("\n", f"\n\n{bar}\n\n", 1)
    made.metadata.pop("widgets", None)
    return made


def _with_places(lesson: Lesson, cell: NotebookNode, facts: Any) -> str:
    """Return the text of a cell with ids that the tables link to, and no link to a missing page."""
    names = {one.stem for one in facts["lessons"].values()}
    heads = {one.text: f"({one.place})=\n\n" for one in facts["claims"] if one.lesson == lesson}
    text = _LESSON_LINK.sub(lambda m: m[0] if m[2] in names else m[1], cell.source)
    text = reading.CLAIM.sub(lambda m: heads.get(m[1], "") + m[0], text)
    for term in facts["terms"]:
        if (term.lesson, term.cell) == (lesson, cell.id):
            text = text.replace(term.bold, f'<span id="{term.place}"></span>{term.bold}', 1)
    return text


def _shown(
    output: NotebookNode, explorers: dict[str, reading.Explorer], pages: Environment, out: Path
) -> NotebookNode | None:
    """Return an output as a page shows it without Jupyter; none for a progress bar."""
    data = output.get("data", {})
    if reading.VIEW in data:
        one = explorers.get(data[reading.VIEW]["model_id"])
        if one is None:
            return _html(data["text/html"]) if "text/html" in data else None
        return _html(pages.get_template("parts/explorer.html").render(one=one))
    if "text/markdown" in data:  # the course map; Sphinx doesn't know its links
        data["text/markdown"] = _LESSON_LINK.sub(r'<a href="\2.html">\1</a>', data["text/markdown"])
    if "image/png" in data:
        png = base64.b64decode(data["image/png"])
        name = f"figures/{hashlib.sha256(png).hexdigest()[:16]}.png"
        (out / name).write_bytes(png)
        alt = escape(output.metadata.get("image/png", {}).get("alt", ""))
        return _html(f'<img src="{name}" alt="{alt}">')
    return output


def _html(text: str) -> NotebookNode:
    return new_output("display_data", data={"text/html": text})

"""The folder that Sphinx reads: a page a lesson, and the pages around them from templates."""

import base64
import shutil
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
from nbformat import NotebookNode

import medtutor
from medtutor._recording import RESULTS
from medtutor._resources import data_folder, guide_folder, notebooks_folder
from medtutor.course import catalogue, copies
from medtutor.course.catalogue import Lesson
from medtutor.course.solutions import learner_notebook, without_solutions
from medtutor.site import reading

BINDER = "https://mybinder.org/v2/gh/medtutor/medtutor/main?urlpath=lab/tree/my-lessons"
"""Where Binder opens the learner's copies."""


def write(folder: Path, lessons: list[Lesson]) -> None:
    """Write the sources of the site of some lessons."""
    shutil.copytree(Path(__file__).parent / "source", folder)
    for name in ("lessons", "executed", "figures"):
        (folder / "extra" / name).mkdir(parents=True)
    notebooks = {lesson: without_solutions(copies.read(lesson.path)) for lesson in lessons}
    for lesson, notebook in notebooks.items():
        nbformat.write(learner_notebook(notebook), folder / "extra/lessons" / lesson.path.name)
        nbformat.write(notebook, folder / "extra/executed" / lesson.path.name)
    pages = Environment(loader=FileSystemLoader(folder), undefined=StrictUndefined)
    pages.globals |= _facts(notebooks)
    for path in (*folder.glob("*.md"), folder / "context.json"):
        path.write_text(pages.get_template(path.name).render(), encoding="utf-8")
    for path in guide_folder().glob("*.md"):
        page = pages.get_template("teaching/page.jinja").render(path=path)
        (folder / "teaching" / path.name).write_text(page, encoding="utf-8")
    for lesson, notebook in notebooks.items():
        _write_page(lesson, notebook, pages, folder)


def _facts(notebooks: dict[Lesson, NotebookNode]) -> dict[str, Any]:
    """Return what the templates tell."""
    terms: dict[str, reading.Term] = {}  # each where it is defined first
    # With all their lessons, each once and in order: a dictionary as such a set.
    explorers: dict[str, tuple[reading.Explorer, dict[Lesson, None]]] = {}
    for lesson, notebook in notebooks.items():
        for term in reading.terms(lesson, notebook):
            terms.setdefault(term.name.casefold(), term)
        for one in reading.explorers(notebook).values():
            explorers.setdefault(one.topic, (one, {}))[1][lesson] = None
    return {
        "medtutor": medtutor,
        "lessons": {lesson.number: lesson for lesson in notebooks},
        "parts": catalogue.parts(notebooks),
        "absent": {p.stem for p in notebooks_folder().glob("*")} - {n.stem for n in notebooks},
        "claims": [claim for pair in notebooks.items() for claim in reading.claims(*pair)],
        "terms": [terms[name] for name in sorted(terms)],
        "explorers": explorers,
        "notices": [path.read_text("utf-8") for path in sorted(data_folder().glob("*.md"))],
    }


def _write_page(lesson: Lesson, notebook: NotebookNode, pages: Environment, folder: Path) -> None:
    """Write the notebook that Sphinx makes a lesson's page of."""
    bar = pages.get_template("parts/bar.html").render(lesson=lesson, folder=folder)
    notebook.cells[0].source = notebook.cells[0].source.replace("\n", f"\n\n{bar}\n\n", 1)
    CoalesceStreamsPreprocessor().preprocess(notebook, {})  # as Jupyter shows what is printed
    _show_as_html(notebook, pages, folder / "extra", f"figures/{lesson.stem}")
    nbformat.write(notebook, folder / lesson.path.name)


def _show_as_html(notebook: NotebookNode, pages: Environment, extra: Path, name: str) -> None:
    """Put explorers into a notebook's outputs as HTML, and figures into files of their own."""
    explorers = reading.explorers(notebook)
    notebook.metadata.pop("widgets", None)
    outputs = (output for cell in notebook.cells for output in cell.get("outputs", []))
    for number, output in enumerate(outputs, 1):
        data = output.get("data", {})
        data.pop(RESULTS, None)  # a line of text says the same
        if one := explorers.get(data.pop(reading.VIEW, {}).get("model_id")):  # no progress bar
            data["text/html"] = pages.get_template("parts/explorer.html").render(one=one)
        if "image/png" in data:
            figure = f"{name}-{number}.png"
            (extra / figure).write_bytes(base64.b64decode(data["image/png"]))
            alt = escape(output.metadata.get("image/png", {}).get("alt", ""))
            data["text/html"] = f'<img src="{figure}" alt="{alt}">'

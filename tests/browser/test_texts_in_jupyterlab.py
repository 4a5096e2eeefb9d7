"""The lessons' texts as JupyterLab shows them: every formula, and none wider than the page."""

import nbformat
import pytest
from notebook_page import NotebookPage

from medtutor.course import catalogue

# JupyterLab draws a cell only once it comes near the window, so we look screen by screen.
TOO_WIDE = """() => {
  const right = (element) => element.getBoundingClientRect().right;
  const wide = [];
  for (const shown of document.querySelectorAll(".jp-MarkdownCell :is(mjx-container, table)")) {
    const parts = [shown, ...shown.querySelectorAll("mjx-math, mjx-mtable")];
    const cell = shown.closest(".jp-RenderedHTMLCommon");
    if (Math.max(...parts.map(right)) > right(cell) + 2) wide.push(shown.textContent);
  }
  return wide;
}"""
ONE_SCREEN_DOWN = """() => {
  const panel = document.querySelector(".jp-WindowedPanel-outer");
  const before = panel.scrollTop;
  panel.scrollTop += panel.clientHeight;
  return panel.scrollTop > before;
}"""


def write_texts_alone(lesson, folder):
    copy = nbformat.read(lesson.path, as_version=4)
    copy.cells = [cell for cell in copy.cells if cell.cell_type == "markdown"]
    copy.metadata.pop("widgets", None)
    nbformat.write(copy, folder / lesson.path.name)


def screens(notebook: NotebookPage):
    """Scroll through the notebook; yield at every stop."""
    moved = True
    while moved:
        notebook.page.wait_for_timeout(400)
        yield
        moved = notebook.page.evaluate(ONE_SCREEN_DOWN)


@pytest.mark.parametrize("lesson", catalogue.lessons(), ids=lambda lesson: lesson.stem)
def test_formulas_and_tables_fit_on_the_page(notebook, lesson):
    write_texts_alone(lesson, notebook.lab.folder)
    notebook.open(lesson.path.name)
    wide, formulas = set(), 0
    for _ in screens(notebook):
        wide.update(notebook.page.evaluate(TOO_WIDE))
        formulas += notebook.page.locator("mjx-container").count()
        assert notebook.page.locator("mjx-merror").count() == 0
    assert formulas or lesson.number == "00"
    assert not wide

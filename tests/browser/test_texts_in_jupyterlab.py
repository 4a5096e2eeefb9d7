"""The lessons' texts as JupyterLab shows them: every formula, and none wider than the page."""

import nbformat
import pytest

from medtutor.course import catalogue

# A formula that isn't drawn yet still stands there in dollars.
ALL_DRAWN = """() => {
  const cells = [...document.querySelectorAll(".jp-MarkdownCell")];
  const texts = cells.map((cell) => cell.querySelector(".jp-MarkdownOutput")?.innerText);
  return texts.every((text) => text !== undefined && !/[$][^$]+[$]/.test(text));
}"""
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


def write_texts_alone(lesson, folder):
    copy = nbformat.read(lesson.path, as_version=4)
    copy.cells = [cell for cell in copy.cells if cell.cell_type == "markdown"]
    copy.metadata.pop("widgets", None)
    nbformat.write(copy, folder / lesson.path.name)


@pytest.mark.parametrize("lesson", catalogue.lessons(), ids=lambda lesson: lesson.stem)
def test_formulas_and_tables_fit_on_the_page(notebook, lesson):
    write_texts_alone(lesson, notebook.lab.folder)
    notebook.open(lesson.path.name)
    notebook.page.wait_for_function(ALL_DRAWN)
    assert notebook.page.locator("mjx-container").count() or lesson.number == "00"
    assert notebook.page.locator("mjx-merror").count() == 0
    assert notebook.page.evaluate(TOO_WIDE) == []

"""The lessons as a learner meets them: a copy in JupyterLab, read, run, its explorer moved.

nbval runs each lesson whole. Here no code runs below the explorer, and what is trained above it
takes the smallest parameters; ``make short`` runs all cells with these. One kernel serves all
lessons, emptied in between: that each runs in a new one, nbval shows.
"""

from dataclasses import dataclass, field

import nbformat
import pytest
from notebook_page import NotebookPage, press
from own_pictures import write_classes
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from medtutor._resources import notebooks_folder
from medtutor.course import catalogue
from medtutor.course.solutions import learner_notebook

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


@dataclass(frozen=True)
class Visit:
    """A lesson, its explorer, keys for one of its controls, and parameters for a short run.

    ``keys_before`` are pressed before the first look.
    """

    lesson: str
    explorer: str
    control: str
    keys: tuple[str, ...]
    parameters: dict[str, int] = field(default_factory=dict)
    keys_before: tuple[str, ...] = ()


VISITS = [
    Visit("00_welcome", ".mt-convolution", "canvas[tabindex]", ("ArrowRight", "PageDown")),
    Visit("01_medical_images", ".mt-windowing", "canvas[tabindex]", ("ArrowRight", "ArrowUp")),
    Visit("02_convolution", ".mt-convolution", "canvas[tabindex]", ("ArrowRight", "PageDown")),
    Visit("03_pooling", ".mt-pooling", "canvas[tabindex]", ("ArrowRight", "PageDown")),
    Visit(
        "04_dense_and_activations",
        ".mt-activations",
        "input[type=range] >> nth=0",
        ("ArrowRight", "ArrowRight"),
    ),
    Visit("05_losses", ".mt-losses", "input[type=range] >> nth=0", ("PageUp", "ArrowRight")),
    Visit("06_optimizers", ".mt-race", "canvas[tabindex]", ("ArrowRight", "ArrowDown")),
    Visit(
        "07_cnn_classification",
        ".mt-decision",
        "input[type=range]",
        ("Home",),
        {"epochs": 1, "dataset": "folder:my own images"},
        # From "nobody is called sick" to "everybody": seen whatever so short a training gives.
        ("End",),
    ),
    Visit(
        "08_unet_segmentation",
        ".mt-segmentation",
        "input[type=range] >> nth=0",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "09_lstm_sequences",
        ".mt-recurrence",
        "svg[role=application]",
        ("ArrowRight", "PageUp"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "10_augmentation_and_regularisation",
        ".mt-augmentation",
        "input[type=range] >> nth=0",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "11_honest_evaluation",
        ".mt-screening",
        "input[type=range] >> nth=1",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "12_transfer_and_ensembles",
        ".mt-ensemble",
        "input[type=range]",
        ("PageUp", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "13_detection_with_anchors",
        ".mt-anchors",
        "canvas[tabindex]",
        ("ArrowRight", "ArrowDown"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "14_explaining_predictions",
        ".mt-explanation",
        "canvas[tabindex]",
        ("ArrowRight", "ArrowDown"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "15_volumes_3d",
        ".mt-patches",
        "input[type=range] >> nth=1",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "16_generative_models",
        ".mt-quality",
        "input[type=range] >> nth=1",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "17_attention_and_multimodal",
        ".mt-attention",
        "canvas[tabindex]",
        ("ArrowRight", "ArrowDown"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "18_privacy",
        ".mt-privacy",
        "input[type=range] >> nth=0",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "19_deployment",
        ".mt-quantisation",
        "input[type=range] >> nth=0",
        ("ArrowLeft", "ArrowLeft"),
        {"epochs": 1, "n_train": 64},
    ),
    Visit(
        "20_scaling_out",
        ".mt-scaling",
        "input[type=range] >> nth=4",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64, "n_workers": 1},
    ),
    Visit(
        "21_capstone",
        ".mt-screening",
        "input[type=range] >> nth=1",
        ("ArrowRight", "ArrowRight"),
        {"epochs": 1, "n_train": 64},
    ),
]


def no_code_below_the_explorers(notebook):
    last = max(n for n, cell in enumerate(notebook.cells) if "explore." in cell.source)
    cells = enumerate(notebook.cells)
    notebook.cells = [cell for n, cell in cells if n <= last or cell.cell_type == "markdown"]
    return notebook


def write_copy(visit, path):
    lesson = nbformat.read(notebooks_folder() / f"{visit.lesson}.ipynb", as_version=4)
    nbformat.write(no_code_below_the_explorers(learner_notebook(lesson)), path)
    if visit.parameters:
        copy = load_notebook_node(str(path))
        nbformat.write(parameterize_notebook(copy, visit.parameters, language="python"), path)


@pytest.fixture(scope="module")
def one_kernel(lab_tab, lab):
    """The kernel of all lessons is ended behind the last one: it holds a gigabyte."""
    yield
    NotebookPage(lab_tab, lab).close()


@pytest.fixture
def lesson_page(lab_tab, lab, one_kernel):
    page = NotebookPage(lab_tab, lab)
    yield page
    page.forget_and_leave()


def test_there_is_a_visit_to_each_lesson():
    assert [visit.lesson for visit in VISITS] == [lesson.stem for lesson in catalogue.lessons()]


@pytest.mark.parametrize("visit", VISITS, ids=lambda visit: visit.lesson)
def test_a_lesson_reads_well_runs_and_its_explorer_moves_by_keyboard(lesson_page, visit):
    notebook, folder = lesson_page, lesson_page.lab.folder
    write_copy(visit, folder / "lesson.ipynb")
    write_classes(folder / "my own images", n_patients=8, n_each=3)  # for lesson 07
    notebook.open("lesson.ipynb")
    assert_texts_fit_on_the_page(notebook.page, has_formulas=visit.lesson[:2] != "00")
    notebook.run_all(seconds=300)
    explorer = notebook.page.locator(visit.explorer).first
    picture = explorer.locator("figure").last
    if visit.keys_before:
        press(explorer.locator(visit.control), visit.keys_before)
    pixels, words = picture.screenshot(), explorer.inner_text()
    press(explorer.locator(visit.control), visit.keys)
    assert picture.screenshot() != pixels
    assert explorer.inner_text() != words
    assert notebook.trouble() == []


def assert_texts_fit_on_the_page(page, has_formulas):
    page.wait_for_function(ALL_DRAWN, polling=200)
    assert page.locator("mjx-container").count() or not has_formulas
    assert page.locator("mjx-merror").count() == 0
    assert page.evaluate(TOO_WIDE) == []

"""Alternative text: in the figure, and in a kernel's output."""

import os
import subprocess
import sys

import matplotlib as mpl
import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient
from patience import patience

from medtutor import plots
from medtutor.plots import colours


def test_a_figures_own_text_replaces_those_of_its_axes():
    figure, (left, right) = plt.subplots(1, 2)
    plots.describe(left, "A line\n   that rises")
    plots.describe(right, "A line that falls.")
    right.set_title("After")
    assert plots.alt_text(figure) == "A line that rises. After: A line that falls."
    figure.suptitle("Two lines")
    assert plots.alt_text(figure).startswith("Two lines. A line that rises.")
    plots.describe(figure, "Two lines cross.")
    assert plots.alt_text(figure) == "Two lines cross."


def test_a_figure_without_text_is_told_by_its_labels():
    figure, ax = plt.subplots()
    assert plots.alt_text(figure).startswith("A figure of 1 panel with no titles")
    ax.plot([1, 2], label="loss")
    ax.set(title="Training", xlabel="epoch", ylabel="loss")
    assert plots.alt_text(figure) == "Training, x axis epoch, y axis loss, showing loss."


def test_titles_that_pictures_get_later_are_told():
    figure, (left, right) = plt.subplots(1, 2)
    plots.show_images([[[0, 1]]], ax=left)
    plots.show_images([[[0, 1]]], ["slice"], ax=right)
    left.set_title("noise\n94% sure")
    told = "noise 94% sure: One image of 1×2 pixels, values 0 to 1. "
    assert plots.alt_text(figure) == f"{told}One image of 1×2 pixels, values 0 to 1: slice."


@pytest.mark.parametrize("title", ["ε = 3,\n300 steps", "\N{GREEK CAPITAL LETTER EPSILON} = 3"])
def test_a_title_that_begins_the_text_is_told_once(title):
    figure, ax = plt.subplots()
    ax.set_title(title)
    plots.describe(ax, "ε = 3, 300 steps; 20 % found.")
    assert plots.alt_text(figure) == "ε = 3, 300 steps; 20 % found."


def test_only_figures_and_axes_can_be_described():
    with pytest.raises(TypeError, match="got str"):
        plots.describe("figure", "text")
    with pytest.raises(ValueError, match="the text is empty"):
        plots.describe(plt.figure(), "  ")


def test_style_is_set_on_request_alone():
    code = (
        "import matplotlib as mpl; before = dict(mpl.rcParams); from medtutor import plots;"
        "print(before == dict(mpl.rcParams)); plots.use_style(); print(mpl.rcParams['figure.dpi'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "96.0"]


def relative_luminance(colour):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_colours_of_training_and_validation_differ_in_lightness():
    first, second = (relative_luminance(mpl.colors.to_rgb(c)) for c in colours.CATEGORICAL[:2])
    assert abs(first - second) > 0.2
    assert len(set(colours.CATEGORICAL)) == 8
    assert colours.categorical(8) == colours.categorical(0)


ORDERS = {
    "pyplot first": "import matplotlib.pyplot as plt\nfrom medtutor import plots",
    "plots first": "from medtutor import plots\nimport matplotlib.pyplot as plt",
    "magic last": "from medtutor import plots\n%matplotlib inline\nimport matplotlib.pyplot as plt",
    "drawn before": "import matplotlib.pyplot as plt\nplt.figure(); plt.close()\n"
    "from medtutor import plots",
}
SHOWN = [
    'fig, ax = plt.subplots(); ax.plot([1, 2]); plots.describe(ax, "A <line> of \\"two\\".")\n'
    "plt.show()",
    "plots.show_images([[[0, 1], [1, 0]]]);",
    'fig, ax = plt.subplots(); ax.set_title("Plain Matplotlib");',
    "fig",
    "%config InlineBackend.figure_format = 'retina'",
    "fig",
]


def executed(first_cell):
    cells = [nbformat.v4.new_code_cell(source) for source in [first_cell, *SHOWN]]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=int(patience(60)), kernel_name="python3").execute()
    return notebook


def texts_of(notebook):
    return [
        output.metadata["image/png"].get("alt")
        for cell in notebook.cells
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


EXPECTED = [
    'A <line> of "two".',
    "One image of 2×2 pixels, values 0 to 1.",
    "Plain Matplotlib.",
    "Plain Matplotlib.",
    "Plain Matplotlib.",
]


@pytest.mark.parametrize("order", ORDERS)
def test_every_figure_of_a_kernel_carries_its_text(order):
    assert texts_of(executed(ORDERS[order])) == EXPECTED


def test_outside_a_kernel_nothing_is_registered():
    code = "import sys, medtutor.plots; print('IPython' in sys.modules)"
    env = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    assert done.stdout.strip() == "False"

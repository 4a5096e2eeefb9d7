"""Each explorer in a real JupyterLab, moved by keyboard as a learner would."""

import nbformat
from nbclient import NotebookClient
from nbformat.sign import NotebookNotary
from notebook_page import press, write_notebook
from playwright.sync_api import expect

CONVOLUTION = "from medtutor import explore\nexplore.convolution()"
ATTENTION = """import numpy as np
from medtutor import explore
explore.attention(np.random.default_rng(0).random((3, 16, 24)))"""
AUGMENTATION = """from medtutor import datasets, explore
brains = datasets.load("brain_lesion", n_train=24).train
explore.augmentation(brains.images, brains.masks, brains.patients)"""
ANCHORS = """import numpy as np
from medtutor import explore
marks = [([[20, 30, 24, 34], [21, 31, 25, 35], [50, 50, 55, 53]], [0.9, 0.7, 0.6])] * 2
explore.anchors(np.eye(64)[None].repeat(2, 0), [[[20, 30, 24, 35]], []], detections=marks)"""
THRESHOLD = """from medtutor import explore
explore.threshold([0, 0, 1, 0, 1, 1], [0.1, 0.4, 0.35, 0.45, 0.8, 0.9])"""
ACTIVATIONS = "from medtutor import explore\nexplore.activations()"
LOSSES = "from medtutor import explore\nexplore.losses()"
OPTIMIZERS = "from medtutor import explore\nexplore.optimizers()"
PATCHES = """import numpy as np
from medtutor import explore
head = np.random.default_rng(0).random((16, 20, 24))
explore.patches(head, head > 0.97, spacing=(4, 2, 2), size=8)"""
POOLING = "from medtutor import explore\nexplore.pooling()"
PRIVACY = "from medtutor import explore\nexplore.privacy(noise=2.29, steps=300)"
QUANTISATION = """import numpy as np
from medtutor import explore
random = np.random.default_rng(0)
explore.quantisation(random.normal(size=(3, 3, 2, 4)), random.normal(size=(24, 20, 2)))"""
RECURRENCE = "from medtutor import explore\nexplore.recurrence()"
SCALING = "from medtutor import explore\nexplore.scaling()"
VOLUME = "from medtutor import explore\nexplore.volume()"
WINDOWING = "from medtutor import explore\nexplore.windowing()"
NORMALISATION = "from medtutor import explore\nexplore.normalisation()"
SEGMENTATION = """import numpy as np
from medtutor import explore
chances = np.random.default_rng(0).random((3, 16, 16))
explore.segmentation(chances, chances > 0.7, chances**2)"""
ENSEMBLE = """from medtutor import explore
members = [[0.1, 0.4, 0.35, 0.45, 0.8, 0.9], [0.3, 0.2, 0.6, 0.1, 0.4, 0.7]]
explore.ensemble([0, 0, 1, 0, 1, 1], members, expert=[0.2, 0.3, 0.4, 0.6, 0.7, 0.9])"""
EXPLANATION = """import numpy as np
from medtutor import explore
slices = np.random.default_rng(0).normal(size=(3, 20, 24, 1))
maps = {"gradient": abs(slices[..., 0])}
explore.explanation(slices, maps, lambda x: x.max(axis=(1, 2, 3)), masks=slices[..., 0] > 2)"""
SCREENING = """from medtutor import explore
explore.screening([0, 0, 1, 0, 1, 1] * 4, [0.1, 0.4, 0.35, 0.45, 0.8, 0.9, 0.2, 0.3] * 3)"""
IMAGE_QUALITY = """from medtutor import datasets, explore
brains = datasets.load("brain_lesion", n_train=24).train
sick = brains[brains.masks.sum(axis=(1, 2)) > 20]
explore.image_quality(sick.images, sick.masks)"""
CONTROLS = {
    CONVOLUTION: {
        "canvas[tabindex]": ["ArrowRight", "ArrowDown"],
        "td input >> nth=4": ["ArrowUp", "ArrowUp"],
        "text=Fill all": ["Enter"],
        "text=Clear": ["Space"],
        "select >> nth=0": ["ArrowDown"],
        "select >> nth=4": ["ArrowDown"],
    },
    QUANTISATION: {
        "input[type=range] >> nth=0": ["ArrowLeft"] * 5,
        "input[type=range] >> nth=1": ["ArrowRight"],
        "input[type=range] >> nth=2": ["ArrowLeft"] * 8,
        "select >> nth=0": ["ArrowDown"],
        "select >> nth=1": ["ArrowDown"],
    },
    POOLING: {
        "canvas[tabindex]": ["ArrowRight", "ArrowDown"],
        "select >> nth=5": ["ArrowDown"],
        "input[type=range] >> nth=0": ["ArrowLeft"] * 8,
        "text=Other noise": ["Enter"],
        "select >> nth=1": ["ArrowDown"],
        "select >> nth=2": ["ArrowDown"],
    },
    ATTENTION: {
        "canvas[tabindex]": ["ArrowRight", "ArrowDown"],
        "input[type=checkbox]": ["Space"],
        "select >> nth=2": ["ArrowDown"],
        "select >> nth=0": ["ArrowDown"],
        "select >> nth=1": ["ArrowDown"],
        "input[type=range] >> nth=1": ["ArrowRight"] * 5,
        "input[type=range] >> nth=0": ["ArrowRight"],
    },
    AUGMENTATION: {
        "input[type=range] >> nth=0": ["ArrowRight"],
        "input[type=range] >> nth=1": ["ArrowLeft"] * 8,
        "input[type=range] >> nth=5": ["ArrowRight"] * 3,
        "input[type=checkbox] >> nth=0": ["Space"],
        "button >> nth=0": ["Enter"],
    },
    PRIVACY: {
        "input[type=range] >> nth=0": ["ArrowRight"] * 4,
        "input[type=range] >> nth=1": ["ArrowLeft"] * 3,
        "input[type=range] >> nth=2": ["ArrowRight"],
        "input[type=range] >> nth=3": ["ArrowRight"],
    },
    IMAGE_QUALITY: {
        "input[type=range] >> nth=1": ["ArrowRight"] * 8,
        "input[type=range] >> nth=2": ["ArrowRight"],
        "input[type=range] >> nth=5": ["ArrowLeft"] * 3,
        "input[type=range] >> nth=6": ["ArrowRight"] * 5,
        "input[type=range] >> nth=0": ["ArrowRight"],
        "button >> nth=0": ["Enter"],
    },
    ANCHORS: {
        "canvas[tabindex]": ["ArrowRight", "ArrowDown"],
        "select >> nth=0": ["ArrowDown"],
        "select >> nth=2": ["ArrowDown"],
        "input[type=range] >> nth=1": ["Home"],
        "[role=tab] >> nth=0": ["ArrowRight"],
        "input[type=range] >> nth=2": ["ArrowRight"] * 15,
        "input[type=range] >> nth=0": ["ArrowRight"],
    },
    NORMALISATION: {
        "input[type=range] >> nth=1": ["ArrowRight"] * 8,
        "input[type=range] >> nth=2": ["ArrowLeft"] * 8,
        "input[type=range] >> nth=0": ["ArrowRight"],
    },
    SEGMENTATION: {
        "canvas[tabindex]": ["ArrowRight", "ArrowDown"],
        "input[type=range] >> nth=1": ["ArrowLeft"] * 8,
        "input[type=range] >> nth=2": ["ArrowRight"],
        "input[type=range] >> nth=0": ["ArrowRight"],
        "select >> nth=0": ["ArrowDown"],
        "canvas[role=application]": ["Space", "+", "Shift+ArrowDown", "ArrowLeft", "e"],
        "button >> nth=0": ["Enter"],
        "button >> nth=2": ["Space"],
    },
    THRESHOLD: {
        "input[type=range]": ["ArrowLeft"] * 8,
        "text=One score lower": ["Space"],
        "text=One score higher": ["Enter"],
    },
    ENSEMBLE: {
        "input[type=range]": ["ArrowRight", "1"],
        "input[type=checkbox] >> nth=0": ["Space"],
        "select": ["ArrowDown"],
    },
    EXPLANATION: {
        "canvas[tabindex]": ["ArrowRight", "]"],
        "input[type=range] >> nth=1": ["ArrowRight"],
        "select >> nth=0": ["ArrowDown"],
        "input[type=range] >> nth=0": ["ArrowRight"],
    },
    SCREENING: {
        "input[type=range] >> nth=0": ["ArrowRight"] * 5,
        "input[type=range] >> nth=1": ["Shift+ArrowLeft"],
        "input[type=range] >> nth=2": ["ArrowRight"] * 10,
    },
    ACTIVATIONS: {
        "select >> nth=0": ["ArrowDown"],
        "select >> nth=1": ["ArrowUp"],
        "input[type=range] >> nth=0": ["ArrowLeft", "ArrowLeft"],
    },
    LOSSES: {
        "input[type=range] >> nth=0": ["PageUp"] * 3,
        "input[type=range] >> nth=1": ["PageDown"] * 2,
        "input[type=checkbox] >> nth=3": ["Space"],
        "select >> nth=2": ["ArrowDown"],
        "select >> nth=0": ["ArrowDown"],
    },
    PATCHES: {
        "canvas[tabindex] >> nth=0": ["ArrowRight", "ArrowDown", "PageUp"],
        "input[type=range] >> nth=0": ["ArrowRight"],
        "input[type=range] >> nth=1": ["End"],
        "canvas[tabindex] >> nth=2": ["Shift+ArrowLeft", "PageDown"],
    },
    OPTIMIZERS: {
        "canvas[tabindex]": ["ArrowRight", "ArrowDown"],
        "input[type=range] >> nth=0": ["ArrowLeft"] * 3,
        "input[type=checkbox] >> nth=5": ["Space"],
        "input[type=range] >> nth=1": ["Home"],
        "text=One step": ["Enter"],
        "select >> nth=0": ["ArrowDown"],
        "text=All steps": ["Enter"],
    },
    RECURRENCE: {
        "svg[role=application]": ["ArrowRight", "ArrowUp", "PageDown"],
        "text=Step ›": ["Enter"],
        "input[type=range] >> nth=0": ["ArrowRight"] * 4,
        "input[type=range] >> nth=2": ["ArrowRight"],
        "text=‹ Step": ["Space"],
        "input[type=text]": ["Home", "Delete", "2"],
        "select >> nth=0": ["ArrowDown"],
        "input[type=range] >> nth=1": ["ArrowLeft"] * 3,
        "select >> nth=1": ["ArrowUp"],
    },
    SCALING: {
        "input[type=range] >> nth=0": ["ArrowLeft"] * 3,
        "input[type=range] >> nth=2": ["ArrowRight"] * 3,
        "input[type=range] >> nth=4": ["ArrowRight", "PageUp"],
        "select": ["ArrowDown"],
        "input[type=range] >> nth=6": ["End"],
    },
    WINDOWING: {
        "canvas[tabindex]": ["ArrowRight", "PageUp"],
        "button >> nth=1": ["Enter"],
        "input[type=range] >> nth=0": ["ArrowLeft"] * 8,
        "input[type=number] >> nth=1": ["ArrowUp"] * 40,
        "select >> nth=0": ["ArrowDown"],
    },
    VOLUME: {
        "canvas[tabindex] >> nth=0": ["ArrowRight", "ArrowDown"],
        "canvas[tabindex] >> nth=2": ["PageDown", "Shift+ArrowLeft"],
        "button >> nth=1": ["Enter"],
        "input[type=range] >> nth=1": ["ArrowLeft"] * 8,
        "input[type=range] >> nth=4": ["ArrowRight"],
    },
}
NAMES = [source.splitlines()[-1].split("(")[0].removeprefix("explore.") for source in CONTROLS]


# What the next frame shows. A screenshot of so large a page takes twice as long.
DRAWN = """(figure) => new Promise((resolve) => requestAnimationFrame(() => setTimeout(() => {
  const parts = [...figure.querySelectorAll("canvas, svg")];
  const drawn = (part) => part.tagName === "CANVAS" ? part.toDataURL() : part.innerHTML;
  resolve(parts.map(drawn).join());
})))"""


def picture_of(explorer):
    """The slice, the output map, or the ROC curve."""
    slices = explorer.locator("figure.mt-slice")
    return (slices if slices.count() else explorer.locator("figure")).last


def seen(explorer):
    """The picture's pixels."""
    return picture_of(explorer).screenshot()


def drawn(explorer):
    """The picture and the words."""
    return picture_of(explorer).evaluate(DRAWN), explorer.inner_text()


def test_keys_move_the_picture_and_the_words(notebook):
    """All of them in one notebook, with one kernel, not one for each."""
    write_notebook(notebook.lab.folder / "keys.ipynb", *CONTROLS)
    notebook.open("keys.ipynb")
    notebook.run_all()
    cells = notebook.page.locator(".jp-CodeCell").all()
    for name, cell, controls in zip(NAMES, cells, CONTROLS.values(), strict=True):
        explorer = cell.locator(".mt-explorer")
        pixels, shown = seen(explorer), drawn(explorer)
        for control, keys in controls.items():
            before = shown
            press(explorer.locator(control), keys)
            shown = drawn(explorer)
            assert shown[0] != before[0], (name, control)
            assert shown[1] != before[1], (name, control)
        assert seen(explorer) != pixels, name
    assert len(notebook.outputs()) == len(NAMES), "a key must not reach JupyterLab's own shortcuts"
    assert notebook.trouble() == []


def test_whatever_a_learner_must_not_meet_is_noticed(notebook):
    write_notebook(
        notebook.lab.folder / "trouble.ipynb",
        "import sys\nprint('a warning', file=sys.stderr)",
        "from IPython.display import HTML\nHTML('<img src=\"http://192.0.2.1/brain.png\">')",
        "1 / 0",
    )
    notebook.open("trouble.ipynb")
    notebook.run_all()
    noticed = {line.partition(":")[0] for line in notebook.trouble()}
    assert noticed == {"ZeroDivisionError", "left the machine", "standard error"}


def test_python_reads_and_sets_what_the_learner_sees(notebook):
    watch = """w = explore.convolution()
w.observe(lambda _: setattr(w, "kernel", [list(w.place)]), "place")
w"""
    write_notebook(notebook.lab.folder / "both_ways.ipynb", "from medtutor import explore", watch)
    notebook.open("both_ways.ipynb")
    notebook.run_all()
    explorer = notebook.page.locator(".mt-explorer")
    press(explorer.locator("canvas[tabindex]"), ["Home", "PageUp", "ArrowRight"])
    expect(explorer.locator("td input")).to_have_count(2)
    expect(explorer.locator("td input").first).to_have_value("0")
    expect(explorer.locator("td input").last).to_have_value("1")
    expect(explorer.get_by_role("combobox", name="Kernel", exact=True)).to_have_value("")
    assert notebook.trouble() == []


def test_several_on_a_page_share_no_id(notebook):
    """A gradient or a frame of the same name would be drawn from the first explorer."""
    drawn = [LOSSES, RECURRENCE, "explore.windowing(center=3000, width=1)", WINDOWING]
    write_notebook(notebook.lab.folder / "several.ipynb", *drawn, *drawn)
    notebook.open("several.ipynb")
    notebook.run_all()
    explorers = notebook.page.locator(".mt-explorer")
    expect(explorers).to_have_count(2 * len(drawn))
    ids = explorers.locator("[id]").evaluate_all("all => all.map((one) => one.id)")
    assert len(ids) > 2 * len(drawn)
    assert len(set(ids)) == len(ids)
    assert notebook.trouble() == []


def test_goes_on_without_a_kernel(notebook):
    write_notebook(notebook.lab.folder / "stopped.ipynb", CONVOLUTION)
    notebook.open("stopped.ipynb")
    notebook.run_all()
    notebook.stop_kernel()
    explorer = notebook.page.locator(".mt-explorer")
    picture, words = seen(explorer), explorer.inner_text()
    press(explorer.locator("canvas[tabindex]"), ["ArrowLeft", "ArrowDown"])
    assert seen(explorer) != picture
    assert explorer.inner_text() != words
    assert notebook.trouble() == []


def test_a_saved_notebook_shows_all_of_them_before_anything_runs(notebook):
    path = notebook.lab.folder / "saved.ipynb"
    write_notebook(path, *CONTROLS)
    saved = nbformat.read(path, as_version=4)
    NotebookClient(saved).execute()
    nbformat.write(saved, path)
    # JupyterLab draws widgets of trusted notebooks only.
    NotebookNotary(data_dir=str(notebook.lab.data)).sign(saved)
    notebook.open("saved.ipynb")
    cells = notebook.page.locator(".jp-CodeCell")
    for name, cell in zip(NAMES, cells.all(), strict=True):
        explorer = cell.locator(".mt-explorer")
        words = explorer.inner_text()
        control = explorer.locator("canvas[tabindex], input[type=range]").first
        press(control, ["ArrowRight"] * 8)
        if explorer.inner_text() == words:  # it stands at its right end
            press(control, ["ArrowLeft"])
        assert explorer.inner_text() != words, name
    assert notebook.trouble() == []

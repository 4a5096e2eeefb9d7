"""A course of three small lessons, so that these tests need no real one."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

PARAMETERS = """seed = 0
dataset = "brain_lesion"  # any classification set
epochs = 3
learning_rate = 1e-3
shuffle = True
n_train = None"""

EXERCISE = """def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION"""


def write_lesson(folder, stem, cells, *, prerequisites=()):
    number, _, name = stem.partition("_")
    title = name.replace("_", " ").capitalize()
    notebook = new_notebook(cells=[new_markdown_cell(f"# {number} · {title}\n\nWhy."), *cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    notebook.metadata["medtutor"] = {
        "lesson": number,
        "title": title,
        "objectives": [f"use {name}", "explain | it"],
        "study_minutes": 20 + int(number),
        "run_seconds": 5,
        "prerequisites": list(prerequisites),
    }
    path = folder / f"{stem}.ipynb"
    nbformat.write(notebook, path)
    return path


def parameters_cell(source):
    cell = new_code_cell(source, execution_count=1)
    cell.metadata["tags"] = ["parameters"]
    return cell


def answer_cell():
    cell = new_code_cell(EXERCISE, execution_count=2)
    cell.metadata["medtutor"] = {"exercise": "double"}
    return cell


def printing_cell(source):
    shown = new_output("stream", name="stdout", text="shown before\n")
    return new_code_cell(source, execution_count=3, outputs=[shown])


@pytest.fixture
def little_course(tmp_path, monkeypatch):
    """Three lessons in a folder of their own: 02 has exercises, 05 fails, 07 has parameters."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    text = new_markdown_cell("between ### BEGIN SOLUTION and ### END SOLUTION")
    plain = parameters_cell("seed = 0")
    write_lesson(
        folder, "02_convolution", [text, plain, answer_cell(), printing_cell("print(double(seed))")]
    )
    broken = [parameters_cell("seed = 0"), new_code_cell("raise ValueError('no image\\nat all')")]
    write_lesson(folder, "05_losses", broken, prerequisites=["02"])
    shown = "print(seed, dataset, epochs, learning_rate, shuffle, n_train)"
    write_lesson(
        folder,
        "07_cnn_classification",
        [parameters_cell(PARAMETERS), printing_cell(shown)],
        prerequisites=["02", "05"],
    )
    for module in ("catalogue", "copies"):
        monkeypatch.setattr(f"medtutor.course.{module}.notebooks_folder", lambda: folder)
    return folder

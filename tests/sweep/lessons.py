"""A lesson of a second for sweeps, and the command on it in a process of its own."""

import json
import sys

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """seed = 0
rate = 1e-3
n_train = None
dataset = "brain_lesion"
act = "record"  # or what goes wrong"""

WORK = """from medtutor._recording import record
if act == "raise" and seed == 1:
    raise ValueError("no image\\nat all")
if act == "die":
    import os; os._exit(1)
if act == "hang":
    import time; time.sleep(600)
record(auc=0.5 + seed / 10 + rate, kind="small", seed_was=seed)"""

COMMAND = """{first}
from pathlib import Path
from medtutor import cli
from medtutor.course import catalogue, copies
catalogue.notebooks_folder = copies.notebooks_folder = lambda: Path({folder!r})
if __name__ == "__main__":
    import signal
    # A job in the background ignores SIGINT from birth, and so would this child of it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    cli.main()
"""


def write_lesson(folder, work=WORK, *, text="Why.", outputs=()):
    """Write lesson 07 of a course of one lesson."""
    parameters, last = new_code_cell(PARAMETERS), new_code_cell(work, outputs=list(outputs))
    parameters.metadata["tags"] = ["parameters"]
    notebook = new_notebook(
        cells=[new_markdown_cell(f"# 07 · Small\\n\\n{text}"), parameters, last]
    )
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook.metadata["language_info"] = {"name": "python"}
    facts = {"lesson": "07", "title": "Small", "objectives": [], "study_minutes": 1}
    notebook.metadata["medtutor"] = facts | {"run_seconds": 1, "prerequisites": []}
    folder.mkdir(exist_ok=True)
    nbformat.write(notebook, folder / "07_small.ipynb")
    return folder


def write_command(lessons, path, first=""):
    """Write a program that is ``medtutor`` on these lessons; return how it is called."""
    path.write_text(COMMAND.format(folder=str(lessons), first=first), encoding="utf-8")
    return [sys.executable, str(path)]


def records(folder):
    """Return the records of a sweep by their key."""
    paths = sorted((folder / "runs").glob("????????????.json"))
    return {path.stem: json.loads(path.read_text()) for path in paths}

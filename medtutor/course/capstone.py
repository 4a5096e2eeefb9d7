"""A project of one's own: the last lesson as a template, with the files around it."""

import json
from pathlib import Path

from medtutor import datasets, project
from medtutor.course import copies
from medtutor.course.catalogue import find
from medtutor.course.parameters import checked


def start(folder: str | Path, dataset: str) -> list[tuple[Path, bool]]:
    """Make the template and the files of a project, and leave those that exist alone.

    Parameters
    ----------
    folder : path
        Made where it doesn't exist.
    dataset : str
        A set of ``datasets.available()``, or ``folder:PATH``.

    Returns
    -------
    list of (path, bool)
        Each file, and whether it was made now.

    Raises
    ------
    ValueError
        For an unknown set, one without classes of flat images, a folder of images that can't be
        read, or a bad ``folder``.

    Notes
    -----
    Taught in lesson 21.
    """
    (given,) = checked([find("21")], {"dataset": dataset})  # before anything is written
    card = datasets.card(given["dataset"])
    if card.task == "segmentation" or card.name.partition(":")[0].endswith("3d"):
        why = "has no classes of flat images, about which the template asks"
        raise ValueError(f"{card.name} {why}; take another set, such as 'breastmnist'")
    (copy,) = copies.copy(["21"], folder)
    if copy.made:
        notebook = copies.read(copy.path)
        cell = next(c for c in notebook.cells if "parameters" in c.metadata.get("tags", []))
        cell.source = cell.source.replace('"brain_lesion"', json.dumps(given["dataset"]), 1)
        cell.source = cell.source.replace("project = None", 'project = "."')
        copies.write(notebook, copy.path)
    return [(copy.path, copy.made), *project.start(copy.path.parent)]

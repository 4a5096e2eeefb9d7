"""What a sweep runs: checked, and given its keys, before anything starts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import nbformat

from medtutor import __version__
from medtutor._checks import is_number
from medtutor.course import catalogue, copies
from medtutor.course.catalogue import Lesson
from medtutor.course.parameters import checked, spelled_out

MANY = 200  # runs beyond which the command asks before it starts


@dataclass(frozen=True)
class Plan:
    """A lesson, and the values that its parameters take.

    Parameters
    ----------
    lesson : Lesson
        What is run.
    source : str
        Its notebook without outputs, as it travels to the workers.
    facts : dict
        What two plans differ by: lesson, source, version, and all values by parameter.
    runs : dict
        The parameters of each run, by its key; the seed is the last of them.
    """

    lesson: Lesson
    source: str
    facts: dict[str, Any]
    runs: dict[str, dict[str, Any]]

    @property
    def values(self) -> dict[str, list[Any]]:
        """All values by parameter."""
        return self.facts["parameters"]


def make(lesson: str, given: Mapping[str, str]) -> Plan:
    """Return the plan of a sweep.

    Parameters
    ----------
    lesson : str
        A lesson as ``catalogue.find`` takes it.
    given : mapping
        Values by parameter as they are typed, ``0.001,0.01``, ``0:5`` or ``log:1e-4:1e-1:4``;
        the seed is the last.

    Raises
    ------
    ValueError
        Unknown lesson, parameter or data set, a value that the lesson doesn't take, or a lesson
        that records no result.
    """
    found = catalogue.find(lesson)
    values = {name: _checked_values(found, name, text) for name, text in given.items()}
    notebook = copies.read(found.path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs = []
    if not any("record(" in cell.source for cell in code):
        raise ValueError(f"lesson {found} records no results to compare; take another, such as 07")
    cells = _sha256([cell.source for cell in code])
    facts = {"lesson": found.stem, "code": cells, "medtutor": __version__, "parameters": values}
    each = [dict(zip(values, some, strict=True)) for some in product(*values.values())]
    runs = {_sha256(facts | {"parameters": run})[:12]: run for run in each}
    return Plan(found, nbformat.writes(notebook), facts, runs)


def _checked_values(lesson: Lesson, name: str, text: str) -> list[Any]:
    """Return each value once, as the lesson takes it, numbers in their order."""
    values = [checked([lesson], {name: value})[0][name] for value in spelled_out(name, text)]
    unique = list(dict.fromkeys(values))
    return sorted(unique) if all(map(is_number, unique)) else unique


def _sha256(content: Any) -> str:
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()

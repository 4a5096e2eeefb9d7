"""The parameters that a lesson takes, and whether given values fit them."""

import ast
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from medtutor._checks import did_you_mean, is_whole
from medtutor.course.catalogue import Lesson

_WORDS = {"true": True, "false": False}
# What lessons take, lowest and highest; the seed is NumPy's and Keras'.
_RANGES: dict[str, tuple[int, float]] = {
    "epochs": (1, math.inf),
    "n_train": (1, math.inf),
    "seed": (0, 2**32 - 1),
}

_MOST_VALUES = 1000
_RANGE = re.compile(r"(-?\d+):(-?\d+)")
_FORMS = "give values as 0.001,0.01 or 0:5 (0 to 4) or log:1e-4:1e-1:4 (4 values, equal factors)"


def defaults(lesson: Lesson) -> dict[str, Any]:
    """Return the parameters of a lesson with the values that it has itself."""
    import papermill  # takes a second, which an unknown lesson needn't wait for

    found = papermill.inspect_notebook(as_papermill_takes(lesson.path))
    return {name: _literal(facts["default"]) for name, facts in found.items()}


def as_papermill_takes(path: str | Path) -> str:
    """Return a path with its braces doubled: papermill fills in parameters between single ones."""
    return str(path).replace("{", "{{").replace("}", "}}")


def checked(lessons: Sequence[Lesson], given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return for each lesson those of the given parameters that it has.

    Parameters
    ----------
    lessons : sequence of Lesson
        What is to be run.
    given : mapping
        Values by name; a text is read as the type of the lesson's own value.

    Returns
    -------
    list of dict
        One a lesson; a parameter that only some lessons have goes to these alone.

    Raises
    ------
    ValueError
        For a name that no lesson has, a value of the wrong type or range, an unknown data set,
        or a folder of images that can't be read.
    """
    known = [defaults(lesson) for lesson in lessons]
    _check_names(lessons, given, known)
    if "dataset" in given:
        _check_dataset(given["dataset"])
        given = {**given, "dataset": _wherever_it_runs(given["dataset"])}
    return [
        {name: _as_type(name, value, own[name]) for name, value in given.items() if name in own}
        for own in known
    ]


def spelled_out(name: str, text: str) -> list[str]:
    """Return each value that a text names, as a text; ValueError for none or too many."""
    try:
        values = [value for piece in text.split(",") for value in _values(piece.strip())]
    except ValueError:
        values = []
    if "" in values or not 1 <= len(values) <= _MOST_VALUES:
        raise ValueError(f"{name} is {text!r}; {_FORMS}, at most {_MOST_VALUES}")
    return values


def _values(piece: str) -> list[str]:
    if span := _RANGE.fullmatch(piece):
        return list(map(str, range(int(span[1]), int(span[2]))[: _MOST_VALUES + 1]))
    if not piece.startswith("log:"):
        return [piece]
    first, last, count = piece.removeprefix("log:").split(":")
    if min(float(first), float(last)) <= 0:
        raise ValueError
    return [f"{v:.6g}" for v in np.geomspace(float(first), float(last), min(int(count), 9999))]


def _check_names(
    lessons: Sequence[Lesson], given: Mapping[str, Any], known: Sequence[Mapping[str, Any]]
) -> None:
    names = sorted({name for own in known for name in own})
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names, n=1)
            places = ", ".join(lesson.number for lesson in lessons)
            raise ValueError(f"unknown parameter {name!r} for lesson {places}; {hint}")


def _check_dataset(name: str) -> None:
    from medtutor import datasets  # as late as it is needed: it reads the tables

    datasets.card(name)


def _wherever_it_runs(name: Any) -> Any:
    """Write out the path of an own folder: a lesson runs in the folder of its output."""
    from medtutor.datasets.reading import own

    return own.absolute(name) if own.is_own(name) else name


def _as_type(name: str, value: Any, default: Any) -> Any:
    """Return the value with the type of the lesson's own one."""
    read = _literal(value) if isinstance(value, str) and not isinstance(default, str) else value
    if default is not None and not _fits(read, default):
        raise ValueError(
            f"parameter {name} is {value!r}; the lesson's own value is {default!r}, "
            f"so give {_kind(default)}"
        )
    if not (default is read is None) and name in _RANGES:
        _check_range(name, value, read, or_none=default is None)
    return float(read) if type(default) is float and type(read) is int else read


def _check_range(name: str, value: Any, read: Any, *, or_none: bool) -> None:
    low, high = _RANGES[name]
    if not is_whole(read) or not low <= read <= high:
        limits = f"from {low} up" if high == math.inf else f"from {low} to {high}"
        unset = ", or None for the lesson's own choice" if or_none else ""
        raise ValueError(f"parameter {name} is {value!r}; give a whole number {limits}{unset}")


def _fits(value: Any, default: Any) -> bool:
    if type(default) is float:
        return type(value) in (int, float)
    return type(value) is type(default)


def _kind(default: Any) -> str:
    kinds = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
    return kinds.get(type(default), f"a {type(default).__name__}")


def _literal(text: str) -> Any:
    """Read a Python literal; any other text stands for itself."""
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text

"""The records of a sweep on disk: each whole or not at all, none twice."""

import json
import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click

from medtutor.course.copies import checked_folder, put_aside, write_whole
from medtutor.sweep.planning import Plan


class Stopped(click.ClickException):
    """A sweep can't go on here and now; what it has stored stays."""

    exit_code = 3

    def __init__(self, why: str) -> None:
        super().__init__(f"{why}; to go on: {shlex.join(['medtutor', *sys.argv[1:]])}")


class Store:
    """A folder with the plan, and a record of each run that ended.

    Parameters
    ----------
    folder : path
        Made where it doesn't exist.
    plan : Plan
        What is to be run.

    Raises
    ------
    ValueError
        Where the folder holds another plan; the message names the difference.
    """

    def __init__(self, folder: str | Path, plan: Plan) -> None:
        self.folder, self.plan = checked_folder(folder), plan
        there = _read(self.folder / "plan.json") or plan.facts
        for name in (name for name in plan.facts if there.get(name) != plan.facts[name]):
            raise ValueError(
                f"{folder} holds another sweep, with {name} {there.get(name)} instead of "
                f"{plan.facts[name]}; choose another folder with --out"
            )
        write(self.folder / "plan.json", json.dumps(plan.facts, indent=1).encode())
        (self.folder / "runs").mkdir(exist_ok=True)
        read = {key: _read(self._place(key)) for key in plan.runs}
        self.records = {key: record for key, record in read.items() if record}

    @property
    def missing(self) -> list[str]:
        """The keys of the plan that have no record."""
        return [key for key in self.plan.runs if key not in self.records]

    def add(self, key: str, record: dict[str, Any], notebook: str | None = None) -> None:
        """Keep a record, and perhaps its notebook; a second one of the same run is dropped."""
        if key in self.records:
            return
        if notebook:
            write(self._place(key).with_suffix(".ipynb"), notebook.encode())
        write(self._place(key), json.dumps(record, indent=1).encode())
        self.records[key] = record

    def tally(self) -> str:
        """Say how many runs are in which state; the sum is the plan."""
        counts = Counter(record["status"] for record in self.records.values())
        parts = [f"{counts[state]} {state}" for state in ("done", "failed", "lost")]
        return f"{' + '.join(parts)} + {len(self.missing)} to do = {len(self.plan.runs)} runs"

    def _place(self, key: str) -> Path:
        return self.folder / "runs" / f"{key}.json"


def write(path: Path, content: bytes) -> None:
    """Write all of a file or nothing; stop where the disk is full."""
    try:
        write_whole(path, content)
    except OSError as error:
        raise Stopped(f"{path} can't be written: {error.strerror}") from error


def _read(path: Path) -> dict[str, Any]:
    """Return what a file holds; a torn one is put aside, and counts as missing."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError:
        put_aside(path)
        return {}

"""Grading answers beside nbgrader: what a student wrote never runs in the process that decides.

Each answer runs alone in a process that is locked in (``answer_process``), a fork of one that has
loaded what answers need, and never the exercises. What it hands over arrives here as plain data,
or as a function that can be called over there, and goes to the exercise's own checks.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from nbformat import NotebookNode

from medtutor.course.classroom import needs
from medtutor.course.classroom.needs import exercise_of
from medtutor.course.classroom.peers import ANSWERS, Broken, Peer, started

PATIENCE = 60.0
"""Seconds for an answer, waiting included; of computing there are 10 (``answer_process``)."""

State = Literal["correct", "not yet", "not attempted", "stopped", "missing"]


@dataclass(frozen=True)
class Mark:
    """What became of one answer.

    Parameters
    ----------
    exercise : str
    state : str
        ``"correct"``, ``"not yet"``, ``"not attempted"``, ``"stopped"`` or ``"missing"``.
    message : str
        What the student is told.
    """

    exercise: str
    state: State
    message: str = ""


class Grader:
    """Grades the answers of one assignment.

    Parameters
    ----------
    source : NotebookNode
        The assignment as ``assignments.build`` made it.
    """

    def __init__(self, source: NotebookNode) -> None:
        if sys.platform == "win32":
            raise ValueError("answers are graded on Linux or macOS; on Windows, use WSL")
        facts = source.metadata.medtutor
        self._exercises = dict(facts.exercises)
        self._setup = facts.setup
        self._checks = import_module(f"medtutor.exercises.lesson_{facts.lesson}")

    def grade(self, submission: NotebookNode) -> list[Mark]:
        """Grade all answers of a notebook, each by itself."""
        marks = []
        for exercise, name in self._exercises.items():
            state, message = self._verdict(exercise, name, self.sources(submission, exercise))
            # Half characters, of an error that a student made up, can't be saved.
            marks.append(Mark(exercise, state, message.encode(errors="replace").decode()))
        return marks

    def sources(self, submission: NotebookNode, exercise: str) -> list[str]:
        """Return the cells that an answer needs of its own notebook, and the answer itself."""
        cells = [cell for cell in submission.cells if cell.cell_type == "code"]
        answer = [cell.source for cell in cells if exercise_of(cell) == exercise]
        setup = needs.statements(self._setup)
        others = [
            statement
            for cell in cells
            if exercise_of(cell) != exercise and _is_own(cell)
            for statement in needs.statements(cell.source)
        ]
        known = {name for statement in setup for name in statement.defines}
        read = {n for source in answer for s in needs.statements(source) for n in s.reads}
        places = needs.needed(read - known, others)
        helpers = [others[place].code for place in sorted(places)]
        return [needs.plain(source) for source in ["\n".join(helpers), *answer] if source]

    def _verdict(self, exercise: str, name: str, sources: list[str]) -> tuple[State, str]:
        with _answering(self._setup, sources, name) as peer:
            started = time.monotonic()
            try:
                try:
                    answer = peer.receive_value()
                except Exception as error:
                    return "not yet", f"Your cell stops with {type(error).__name__}: {error}"
                verdict = getattr(self._checks, exercise).verdict(answer)
                return verdict.state, verdict.message
            except Broken as broken:
                late = time.monotonic() - started >= PATIENCE
                reason = "takes too long" if late else broken
                return "stopped", f"Stopped: your answer {reason}."


@contextmanager
def _answering(setup: str, sources: list[str], name: str) -> Iterator[Peer]:
    """Run an answer in a process of its own, which ends with the block, or out of patience."""
    run = import_module(ANSWERS).run  # which Windows lacks
    with started(run, setup, sources, name) as (child, own):
        peer = Peer(own)
        try:
            peer.receive()
        except Broken as error:
            raise ValueError(f"the set-up of the assignment can't run: it {error}") from error
        watch = threading.Timer(PATIENCE, child.kill)
        watch.start()
        try:
            yield peer
        finally:
            watch.cancel()


def _is_own(cell: NotebookNode) -> bool:
    """Tell whether a student may have written a cell."""
    return not cell.metadata.get("nbgrader", {}).get("locked", False)

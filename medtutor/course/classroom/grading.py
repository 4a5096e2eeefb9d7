"""Grading answers beside nbgrader: what a student wrote never runs in the process that decides.

Each answer runs alone in a process that is locked in (``answer_process``). What it hands over
arrives here as plain data, or as a function that can be called over there, and goes to the
exercise's own checks.
"""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from nbformat import NotebookNode

from medtutor.course.classroom import needs
from medtutor.course.classroom.peers import Broken, Peer

PATIENCE = 60.0
"""Seconds for a call, waiting included; of computing there are 10 (``answer_process``)."""

_PROGRAM = "medtutor.course.classroom.answer_process"
_THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
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
    seconds : float
    """

    exercise: str
    state: State
    message: str = ""
    seconds: float = 0.0


class Grader:
    """Grades the answers of one assignment, until it is closed.

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
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    def close(self) -> None:
        """End the processes."""
        if self._process and self._control:
            self._control.close()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(PATIENCE)
            self._process.kill()
        self._process = None

    def grade(self, submission: NotebookNode) -> list[Mark]:
        """Grade all answers of a notebook, each by itself."""
        return [self._mark(submission, *item) for item in self._exercises.items()]

    def sources(self, submission: NotebookNode, exercise: str) -> list[str]:
        """Return the cells that an answer needs of its own notebook, and the answer itself."""
        cells = [cell for cell in submission.cells if cell.cell_type == "code"]
        answer = [cell.source for cell in cells if _exercise(cell) == exercise]
        setup = needs.statements(self._setup)
        others = [
            statement
            for cell in cells
            if _exercise(cell) != exercise and _is_own(cell)
            for statement in needs.statements(cell.source)
        ]
        known = {name for statement in setup for name in statement.defines}
        read = {n for source in answer for s in needs.statements(source) for n in s.reads}
        places = needs.needed(read - known, others, strict=False)
        helpers = [others[place].code for place in sorted(places)]
        return [needs.plain(source) for source in ["\n".join(helpers), *answer] if source]

    def _mark(self, submission: NotebookNode, exercise: str, name: str) -> Mark:
        started = time.perf_counter()
        state, message = self._verdict(exercise, name, self.sources(submission, exercise))
        return Mark(exercise, state, message, round(time.perf_counter() - started, 3))

    def _verdict(self, exercise: str, name: str, sources: list[str]) -> tuple[State, str]:
        own, theirs = socket.socketpair()
        try:
            with own, theirs:
                self._hand_over(theirs)
                peer = Peer(own, PATIENCE)
                peer.send(sources=sources, name=name)
                try:
                    answer = peer.receive_value()
                except Exception as error:
                    return "not yet", f"Your cell stops with {type(error).__name__}: {error}"
                verdict = getattr(self._checks, exercise).verdict(answer)
                return verdict.state, verdict.message
        except Broken as broken:
            return "stopped", f"Stopped: your answer {broken}."

    def _hand_over(self, theirs: socket.socket) -> None:
        """Give one end of a line to a new process of an answer; the one before it ends."""
        try:
            socket.send_fds(self._started(), [b"n"], [theirs.fileno()])
        except OSError:  # the template itself has gone
            self.close()
            socket.send_fds(self._started(), [b"n"], [theirs.fileno()])
        theirs.close()

    def _started(self) -> socket.socket:
        if self._process and self._control:
            return self._control
        self._control, theirs = socket.socketpair()
        with theirs:
            words = [sys.executable, "-m", _PROGRAM, str(theirs.fileno())]
            self._process = subprocess.Popen(
                words,
                pass_fds=[theirs.fileno()],
                env=os.environ | dict.fromkeys(_THREADS, "1") | {"MPLBACKEND": "Agg"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd=Path(sys.prefix),
            )
        peer = Peer(self._control, 10 * PATIENCE)
        peer.send(setup=self._setup)
        try:
            peer.receive()
        except Broken as error:
            raise ValueError(f"the set-up of the assignment can't run: it {error}") from error
        return self._control


def _exercise(cell: NotebookNode) -> Any:
    return cell.metadata.get("medtutor", {}).get("exercise")


def _is_own(cell: NotebookNode) -> bool:
    """Tell whether a student may have written a cell."""
    return not cell.metadata.get("nbgrader", {}).get("locked", False)

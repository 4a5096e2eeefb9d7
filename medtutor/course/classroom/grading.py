"""Grading answers beside nbgrader: what a student wrote never runs in the process that decides.

Each answer runs alone in a process that is locked in (``answer_process``), a fork of one that has
loaded what answers need, and never the exercises. What it hands over arrives here as plain data,
or as a function that can be called over there, and goes to the exercise's own checks.
"""

import multiprocessing
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from nbformat import NotebookNode

from medtutor import exercises
from medtutor.course.classroom import answer_process, needs
from medtutor.course.classroom.needs import exercise_of
from medtutor.course.classroom.peers import Broken, Peer

PATIENCE = 60.0
"""Seconds for an answer, waiting included; of computing there are 10 (``answer_process``)."""

# What set-ups import, so that it is loaded once; anything else costs its time for each answer.
_LOADED = [
    "medtutor.course.classroom.one_thread",
    answer_process.__name__,
    *("medtutor.cli", "medtutor.datasets", "medtutor.metrics", "medtutor.plots"),
    *("medtutor.scratch", "matplotlib.pyplot", "scipy.signal", "scipy.stats"),
    *("skimage.metrics", "sklearn.ensemble"),
]

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
        self._facts = facts = source.metadata.medtutor
        self._checks = getattr(exercises, f"lesson_{facts.lesson}")
        self._known = {n for part in needs.statements(facts.setup) for n in part.defines}

    def grade(self, submission: NotebookNode) -> list[Mark]:
        """Grade all answers of a notebook, each by itself."""
        marks = []
        for exercise, name in self._facts.exercises:
            state, message = self._verdict(exercise, name, self.sources(submission, exercise))
            # Half characters, of an error that a student made up, can't be saved.
            marks.append(Mark(exercise, state, message.encode(errors="replace").decode()))
        return marks

    def sources(self, submission: NotebookNode, exercise: str) -> list[str]:
        """Return the cells that an answer needs of its own notebook, and the answer itself."""
        sources = [(exercise_of(cell), cell.source) for cell in submission.cells]
        answer = [source for whose, source in sources if whose == exercise]
        own = [source for whose, source in sources if whose not in (None, exercise)]
        others = [statement for source in own for statement in needs.statements(source)]
        read = {n for source in answer for s in needs.statements(source) for n in s.reads}
        places = needs.needed(read - self._known, others)
        helpers = [others[place].code for place in sorted(places)]
        return [needs.plain(source) for source in ["\n".join(helpers), *answer] if source]

    def _verdict(self, exercise: str, name: str, sources: list[str]) -> tuple[State, str]:
        started = time.monotonic()
        with _answering(self._facts.setup, sources, name) as peer:
            try:
                verdict = getattr(self._checks, exercise).verdict(peer.call(answer_process.ANSWER))
                return verdict.state, verdict.message
            except Broken as broken:
                late = time.monotonic() - started >= PATIENCE
                reason = "takes too long" if late else broken
                return "stopped", f"Stopped: your answer {reason}."
            except Exception as error:
                return "not yet", f"Your cell stops with {type(error).__name__}: {error}"


@contextmanager
def _answering(*given: Any) -> Iterator[Peer]:
    """Run an answer in a process of its own, which ends with the block, or out of patience."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(_LOADED)
    own, theirs = forks.Pipe()
    child = forks.Process(target=answer_process.run, args=(theirs, *given), daemon=True)
    watch = threading.Timer(PATIENCE, child.kill)
    child.start()
    theirs.close()
    try:
        peer = Peer(own)
        peer.receive()
        watch.start()
        yield peer
    except Broken as error:
        raise ValueError(f"the set-up of the assignment can't run: it {error}") from error
    finally:
        watch.cancel()
        child.kill()
        child.join()

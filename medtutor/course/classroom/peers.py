"""Processes for a student's code, and two that call each other's functions, by messages."""

import builtins
import json
import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from medtutor.course.classroom.values import decode, encode, write_back

MOST_BYTES = 64 * 2**20
LONGEST = 2000
"""Letters of an error."""

ANSWERS = "medtutor.course.classroom.answer_process"
# What set-ups import, so that it is loaded once; anything else costs its time for each answer.
_LOADED = [
    "medtutor.course.classroom.one_thread",
    ANSWERS,
    *("medtutor.cli", "medtutor.datasets", "medtutor.metrics", "medtutor.plots"),
    *("medtutor.scratch", "matplotlib.pyplot", "scipy.signal", "scipy.stats"),
    *("skimage.metrics", "sklearn.ensemble"),
]


@contextmanager
def started(run: Callable[..., Any], *args: Any) -> Iterator[tuple[BaseProcess, Connection]]:
    """Run a function in a process that ends with the block; its first argument is a line to us."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(_LOADED)
    own, theirs = forks.Pipe()
    child = forks.Process(target=run, args=(theirs, *args), daemon=True)
    child.start()
    theirs.close()
    try:
        yield child, own
    finally:
        child.kill()
        child.join()


class Broken(BaseException):
    """The other side is gone, or sends what it shouldn't.

    Not an ``Exception``, so that no check takes it for a fault of the answer's own.
    """


class Peer:
    """One end of the line.

    Parameters
    ----------
    own : Connection
    describe : function
        Makes type and text of an error that a function of this side raises.
    """

    def __init__(
        self,
        own: Connection,
        describe: Callable[[BaseException], tuple[str, str]] = lambda e: (type(e).__name__, str(e)),
    ) -> None:
        self._own, self._describe = own, describe
        self._functions: list[Callable] = []

    def send(self, **message: Any) -> None:
        """Send a message, as JSON: what is unpickled could run."""
        try:
            self._own.send_bytes(json.dumps(message).encode())
        except OSError as error:
            raise Broken("has ended Python") from error

    def send_value(self, value: Any) -> None:
        """Send a value; a function can then be called from the other side."""
        self.send(value=encode(value, self._functions))

    def receive(self) -> dict[str, Any]:
        """Return the next message."""
        try:
            message = json.loads(self._own.recv_bytes(MOST_BYTES))
            stopped = message.get("stopped")
        except EOFError as error:
            raise Broken("has ended Python") from error
        except Exception as error:  # an OSError is how a connection refuses what is too long
            raise Broken("hands over what can't be read, or more than 64 MiB") from error
        if stopped:
            raise Broken(" ".join(str(stopped)[:200].split()))  # one line, whoever wrote it
        return message

    def receive_value(self) -> Any:
        """Wait for a value, and serve the calls that come in between."""
        while "call" in (message := self.receive()):
            self.serve(message)
        if "error" in message:
            raise _as_error(*message["error"])
        self._last = message
        return self._decoded(message.get("value"))

    def serve(self, message: dict[str, Any]) -> None:
        """Call a function of this side, and send back what it gives and which inputs it changed."""
        place, given = message["call"]
        args, kwargs = self._decoded(given)
        before = [json.dumps(encode(value, [])) for value in [*args, *kwargs.values()]]
        try:
            value = self._functions[place](*args, **kwargs)
        except BaseException as error:
            self.send(error=self._describe(error))
            return
        after = [encode(value, []) for value in [*args, *kwargs.values()]]
        changed = {i: new for i, new in enumerate(after) if json.dumps(new) != before[i]}
        self.send(value=encode(value, self._functions), changed=changed)

    def _call(self, place: int, /, *args: Any, **kwargs: Any) -> Any:
        given = encode((list(args), kwargs), self._functions)
        self.send(call=[place, given])
        value = self.receive_value()
        originals = [*args, *kwargs.values()]
        for number, new in dict(self._last.get("changed", {})).items():
            write_back(originals[int(number)], self._decoded(new))
        return value

    def _function(self, place: int) -> Callable:
        function = partial(self._call, place)
        # So that nobody here takes args for the names of its arguments.
        function.__signature__ = "known over there"  # type: ignore[attr-defined]
        return function

    def _decoded(self, data: Any) -> Any:
        try:
            return decode(data, self._function)
        except Exception as error:
            raise Broken("sends what can't be read") from error


def _as_error(name: Any, text: Any) -> Exception:
    """Return an error of that name; the engine asks for the kind of these two alone."""
    if name in ("NotImplementedError", "ValueError"):
        return getattr(builtins, name)(str(text)[:LONGEST])
    return type(str(name)[:60], (Exception,), {"__module__": builtins.__name__})(
        str(text)[:LONGEST]
    )

"""Two processes that call each other's functions, by messages."""

import json
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from medtutor.course.classroom.values import decode, encode, write_back

MOST_BYTES = 64 * 2**20
LONGEST = 2000
"""Letters of an error."""


class Broken(BaseException):
    """The other side is gone, or sends what it shouldn't.

    Not an ``Exception``, so that no check takes it for a fault of the answer's own.
    """


class Peer:
    """One end of the line.

    Parameters
    ----------
    own : Connection
    *functions : function
        What the other side can call, by their numbers.
    """

    def __init__(self, own: Connection, *functions: Callable) -> None:
        self._own, self._functions = own, [*functions]

    def describe(self, error: BaseException) -> tuple[str, str]:
        """Return type and text of an error that a function of this side has raised."""
        return type(error).__name__, str(error)

    def send(self, **message: Any) -> None:
        """Send a message, as JSON: what is unpickled could run."""
        try:
            self._own.send_bytes(json.dumps(message).encode())
        except OSError as error:
            raise Broken("has ended Python") from error

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

    def call(self, place: int, /, *args: Any, **kwargs: Any) -> Any:
        """Call a function of the other side, and serve the calls that come in between.

        What it changes of its inputs is changed here, too.
        """
        self.send(call=[place, encode((list(args), kwargs), self._functions)])
        while "call" in (message := self.receive()):
            self.serve(message)
        if "error" in message:
            raise _as_error(*message["error"])
        inputs = [*args, *kwargs.values()]
        for number, new in dict(message.get("changed", {})).items():
            write_back(inputs[int(number)], decode(new, self._function))
        return decode(message.get("value"), self._function)

    def serve(self, message: dict[str, Any]) -> None:
        """Call a function of this side, and send back what it gives and which inputs it changed."""
        place, given = message["call"]
        args, kwargs = decode(given, self._function)
        inputs = [*args, *kwargs.values()]
        before = [json.dumps(encode(value, [])) for value in inputs]
        try:
            value = self._functions[place](*args, **kwargs)
        except BaseException as error:
            self.send(error=self.describe(error))
            return
        after = [encode(value, []) for value in inputs]
        changed = {i: new for i, new in enumerate(after) if json.dumps(new) != before[i]}
        self.send(value=encode(value, self._functions), changed=changed)

    def _function(self, place: int) -> Callable:
        function = partial(self.call, place)
        # So that nobody here takes args for the names of its arguments.
        function.__signature__ = "known over there"  # type: ignore[attr-defined]
        return function


def _as_error(name: Any, text: Any) -> Exception:
    """Return an error of that name; the engine asks for the kind of these two alone."""
    known = {"NotImplementedError": NotImplementedError, "ValueError": ValueError}
    kind = type(str(name)[:60], (known.get(name, Exception),), {"__module__": "builtins"})
    return kind(str(text)[:LONGEST])

"""Calling a learner's function safely: fresh inputs, no traceback, no endless output."""

import inspect
import linecache
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TextIO

import numpy as np

MOST_OUTPUT = 10_000
_COPIED = (np.ndarray, list, dict)


class _TooMuchOutput(BaseException):
    """Not an Exception, so that a learner's ``except Exception`` doesn't swallow it."""


class _LimitedOutput:
    """Passes text on until it is too much to be meant."""

    def __init__(self, target: TextIO) -> None:
        self._target, self._left = target, MOST_OUTPUT

    def write(self, text: str) -> int:
        if len(text) > self._left:
            raise _TooMuchOutput
        self._left -= len(text)
        return self._target.write(text)

    def flush(self) -> None:
        self._target.flush()


@dataclass(frozen=True)
class Outcome:
    """What a call gave: a value, or a sentence on why there is none, and changed inputs."""

    value: Any = None
    complaint: str | None = None
    changed: tuple[str, ...] = ()


def is_blank(value: Any) -> bool:
    """Tell whether a value is still the placeholder of an unanswered exercise."""
    if isinstance(value, (tuple, list)) and value:
        return all(is_blank(item) for item in value)
    return value is None or value is Ellipsis


def call(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> Outcome:
    """Call a learner's function on copies of the inputs and report what happened."""
    complaint = _signature_complaint(function, args, kwargs)
    if complaint:
        return Outcome(complaint=complaint)
    own_args, own_kwargs = _copy(args), dict(zip(kwargs, _copy(kwargs.values()), strict=True))
    try:
        with redirect_stdout(_LimitedOutput(sys.stdout)):
            value = function(*own_args, **own_kwargs)
    except NotImplementedError:
        return Outcome(None)
    except (Exception, SystemExit, KeyboardInterrupt, _TooMuchOutput) as error:
        return Outcome(complaint=_describe_error(error, function))
    before = [*args, *kwargs.values()]
    names = _argument_names(function, args, kwargs)
    after = zip(names, before, [*own_args, *own_kwargs.values()], strict=True)
    return Outcome(value, changed=tuple(name for name, old, new in after if _differs(old, new)))


def _copy(values: Any) -> tuple:
    return tuple(deepcopy(value) if isinstance(value, _COPIED) else value for value in values)


def _differs(old: Any, new: Any) -> bool:
    if isinstance(old, np.ndarray):
        return old.shape != new.shape or old.tobytes() != new.tobytes()
    return isinstance(old, (list, dict)) and repr(old) != repr(new)


def _signature_complaint(
    function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]
) -> str | None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # built-in functions may have none
        return None
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        given = ", ".join([*(type(value).__name__ for value in args), *kwargs])
        return (
            f"Your function takes {signature}, but the exercise calls it with ({given}): {error}. "
            "Keep the arguments as the exercise gives them."
        )
    return None


def _argument_names(function: Callable[..., Any], args: tuple, kwargs: dict[str, Any]) -> list[str]:
    try:
        names = list(inspect.signature(function).parameters)[: len(args)]
    except (TypeError, ValueError):
        names = []
    names += [f"argument {place}" for place in range(len(names) + 1, len(args) + 1)]
    return [*names, *kwargs]


def _describe_error(error: BaseException, function: Callable[..., Any]) -> str:
    if isinstance(error, _TooMuchOutput):
        return f"Your function prints more than {MOST_OUTPUT:,} characters: does a loop never end?"
    if isinstance(error, KeyboardInterrupt):
        return "You stopped it before it was done: does a loop never end?"
    text = str(error)
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return f"Your function stops with {what}{_own_line(error.__traceback__, function)}"


def _own_line(trace: TracebackType | None, function: Callable[..., Any]) -> str:
    own = getattr(inspect.unwrap(function), "__globals__", None)
    lines = [
        (number, linecache.getline(frame.f_code.co_filename, number).strip())
        for frame, number in traceback.walk_tb(trace)
        if frame.f_globals is own
    ]
    if not lines:
        return ""
    number, text = lines[-1]
    return f"\n  in line {number} of your cell: {text}" if text else f"\n  in line {number}"

"""The rows of an exercise's table: what an answer must return, equal or satisfy.

A check is a function that takes the answer and returns what is wrong, or ``None``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from medtutor.exercises.calling import Outcome, call, is_blank
from medtutor.exercises.comparing import ATOL, RTOL, describe, difference

Check = Callable[[Any], str | None]


class NotAttempted(Exception):  # noqa: N818 - a verdict rather than an error
    """The answer is still the placeholder."""


@dataclass(frozen=True)
class Case:
    """One call of the learner's function.

    Parameters
    ----------
    name : str
        Said after "For": ``"a 4×4 image and a 3×3 kernel"``.
    args, kwargs
        What the function is called with.
    tip : str
        Where to look if this case alone goes wrong: what makes it an edge case.
    """

    name: str
    args: tuple
    kwargs: dict[str, Any]
    tip: str = ""


def case(name: str, *args: Any, tip: str = "", **kwargs: Any) -> Case:
    """Return a case: a name, the arguments of the call, and a tip for when it goes wrong."""
    return Case(name, args, kwargs, tip)


@dataclass(frozen=True)
class Mistake:
    """A well-known wrong turn and what to say about it.

    Parameters
    ----------
    wrong : function or value
        A function that makes the mistake (in ``returns``), or the wrong value (in ``equals``).
    message : str
        Replaces the report of the first value that differs.
    """

    wrong: Any
    message: str


def returns(
    reference: Callable[..., Any],
    *cases: Case,
    mistakes: tuple[Mistake, ...] = (),
    names: tuple[str, ...] = (),
    rtol: float = RTOL,
    atol: float = ATOL,
) -> Check:
    """Return a check for a function: on every case it gives what ``reference`` gives.

    Parameters
    ----------
    reference : function
        The right function.
    *cases : Case
        From the plain one to the edge cases; the first failure is reported. Each call gets
        fresh copies of its arrays, lists and dicts.
    mistakes : tuple of Mistake
        Known wrong functions; an answer that equals one of them gets its message.
    names : tuple of str
        What messages call the parts, where the function returns several.
    rtol, atol : float
        Tolerance of values; whole numbers of the reference are counts, compared exactly.
    """
    return _SameFunction(reference, cases, mistakes, names, {"rtol": rtol, "atol": atol})


@dataclass(frozen=True)
class _SameFunction:
    reference: Callable[..., Any]
    cases: tuple[Case, ...]
    mistakes: tuple[Mistake, ...]
    names: tuple[str, ...]
    tolerance: dict[str, Any]

    def __call__(self, answer: Any) -> str | None:
        if not callable(answer):
            return (
                f"Your answer is {describe(answer)}, but a function is expected: "
                "give its name alone, without parentheses."
            )
        for number, one in enumerate(self.cases):
            outcome = call(answer, one.args, one.kwargs)
            if number == 0:
                _assert_attempted(outcome)
            said = self._complaint(outcome, one)
            if said is not None:
                return f"For {one.name}: {said}" + (f" {one.tip}" if one.tip else "")
        return None

    def _complaint(self, outcome: Outcome, one: Case) -> str | None:
        if outcome.complaint is not None:
            return outcome.complaint
        said = self._difference(outcome.value, one)
        if not outcome.changed:
            return said
        names = " and ".join(outcome.changed)
        remark = f"your function changes {names} in place: work on a copy."
        return remark if said is None else f"{said} Also, {remark}"

    def _difference(self, value: Any, one: Case) -> str | None:
        right = self.reference(*one.args, **one.kwargs)
        said = difference(
            value, right, reveal=True, what="your result", names=self.names, **self.tolerance
        )
        if said is None:
            return None
        known = ((m.wrong(*one.args, **one.kwargs), m.message) for m in self.mistakes)
        return _known_mistake(value, known, self.tolerance) or said


def _assert_attempted(outcome: Outcome) -> None:
    if outcome.complaint is None and is_blank(outcome.value):
        raise NotAttempted(
            f"Your function returns {outcome.value!r}: write its body and end it with return."
        )


def _known_mistake(
    answer: Any, known: Iterable[tuple[Any, str]], tolerance: dict[str, Any]
) -> str | None:
    matches = (said for wrong, said in known if difference(answer, wrong, **tolerance) is None)
    return next(matches, None)


def equals(
    expected: Any,
    *,
    mistakes: tuple[Mistake, ...] = (),
    tip: str = "",
    rtol: float = RTOL,
    atol: float = ATOL,
) -> Check:
    """Return a check for a value: it equals ``expected``, and a count exactly so.

    The message says whether a wrong number is too large or too small, never the right one.

    Parameters
    ----------
    expected : number, str, bool, array, or tuple, list or dict of these
    mistakes : tuple of Mistake
        Known wrong values and what to say about each.
    tip : str
        Added where the answer is wrong in a way that no mistake names.
    rtol, atol : float
        Tolerance of values.
    """

    def check(answer: Any) -> str | None:
        tolerance: dict[str, Any] = {"rtol": rtol, "atol": atol}
        said = difference(answer, expected, **tolerance)
        if said is None:
            return None
        known = ((mistake.wrong, mistake.message) for mistake in mistakes)
        return _known_mistake(answer, known, tolerance) or (f"{said} {tip}" if tip else said)

    return check


def passes(condition: Callable[[Any], Any], message: str | Callable[[Any], str]) -> Check:
    """Return a check for anything else: ``condition(answer)`` must be true.

    Parameters
    ----------
    condition : function
        Takes the answer, returns true where all is well. Where it raises, the answer is of
        another kind than the exercise asks for, and the complaint says so.
    message : str, or function of the answer
        What to say where it is false.
    """

    def check(answer: Any) -> str | None:
        try:
            fine = bool(condition(answer))
        except Exception as error:
            return (
                f"Your answer, {describe(answer)}, is not the kind that the exercise asks for "
                f"({type(error).__name__}: {error}). {_say(message, answer)}"
            ).rstrip()
        return None if fine else _say(message, answer)

    return check


def _say(message: str | Callable[[Any], str], answer: Any) -> str:
    if isinstance(message, str):
        return message
    try:
        return message(answer)
    except Exception:
        return ""

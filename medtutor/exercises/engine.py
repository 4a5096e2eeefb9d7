"""What an exercise is: hints, checks in order, and a solution kept in the lesson.

Before you write a check, know what let wrong answers through in the first lessons:

- **Cases that share a property hide a fault.** Unequal edges (rows, columns, kernel, classes);
  more than one setting of each argument, and not only the usual ones; whole-number images and
  float32 beside float64; ties, also on a diagonal; zeros, negative and very large values; one
  item, and none where that makes sense. A result that is typed like a whole-number input is cut
  off: the lesson itself writes ``np.zeros(shape)``, not ``np.zeros_like(image)``.
- **A count is exact.** Let the reference return whole numbers where something is counted; they
  are compared without tolerance. Try the neighbours, too.
- **A message names a cause only if nothing else gives that value.** Compare the values of all
  your mistakes with each other: where two agree, choose a case in which they differ.
- **One place to answer.** The solution's markers stand where the value belongs, ``n = (`` …
  ``)`` around them, so that the learner's copy shows one line of dots.
- **Nothing below a check runs on a refused answer.** It stands under
  ``if lesson_05.soft_dice.is_correct(soft_dice_loss):``; a test of the lessons sees to it.
- **The text says what the check asks**: types, edge cases, what may be assumed.

Each exercise's tests hold at least four wrong answers with the message that they must get, and
two right ones in different clothes (``tests/exercises/answers.py``).
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from medtutor._resources import notebooks_folder
from medtutor.exercises.calling import is_blank
from medtutor.exercises.checks import Check, Mistake, NotAttempted, case, equals, passes, returns
from medtutor.exercises.showing import show_code

__all__ = ["Exercise", "Mistake", "Verdict", "case", "equals", "passes", "returns"]

State = Literal["correct", "not yet", "not attempted"]

_MARKS = {"correct": "✓ Correct.", "not yet": "✗ Not yet.", "not attempted": "○ Not attempted."}
_MARKERS = ("### BEGIN SOLUTION", "### END SOLUTION")


@dataclass(frozen=True)
class Verdict:
    """What became of an answer.

    Parameters
    ----------
    state : "correct", "not yet" or "not attempted"
    message : str
        What to look at next; may be empty for a correct answer.
    """

    state: State
    message: str = ""

    def __str__(self) -> str:
        return f"{_MARKS[self.state]} {self.message}".rstrip()


@dataclass
class Exercise:
    """One exercise of a lesson, declared as a table of hints and checks.

    Parameters
    ----------
    id : str
        Its name; the lesson's answer cell carries it as ``medtutor.exercise``.
    lesson : str
        Two digits, ``"02"``.
    hints : tuple of str
        Two or three, from a nudge to nearly the answer.
    checks : tuple of functions
        Each takes the answer and returns what is wrong in a sentence, or ``None``. They
        run in order and the first complaint is shown. ``returns``, ``equals`` and
        ``passes`` make them.
    takeaway : str
        A sentence to keep, shown with a correct answer.

    Notes
    -----
    Taught in lesson 00.
    """

    id: str
    lesson: str
    hints: tuple[str, ...]
    checks: tuple[Check, ...]
    takeaway: str = ""
    _hints_given: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        for name in ("hints", "checks"):
            value = getattr(self, name)
            if not isinstance(value, tuple) or not value:
                raise ValueError(
                    f"exercise {self.id!r}: {name} is {value!r}; give a tuple with at least one"
                )

    def check(self, answer: Any) -> None:
        """Print whether the answer is right and, if not, where to look."""
        print(self.verdict(answer))

    def is_correct(self, answer: Any) -> bool:
        """Tell, without a word, whether the answer is right: what uses it stands under this."""
        return self.verdict(answer).state == "correct"

    def grade(self, answer: Any) -> None:
        """Raise ``AssertionError`` with the verdict unless the answer is correct."""
        verdict = self.verdict(answer)
        if verdict.state != "correct":
            raise AssertionError(str(verdict))

    def verdict(self, answer: Any) -> Verdict:
        """Return the verdict that ``check`` prints."""
        if is_blank(answer):
            return Verdict(
                "not attempted",
                f"Put your answer where the dots are, then run this cell again. {self._help()}",
            )
        try:
            complaint = self._first_complaint(answer)
        except NotAttempted as blank:
            return Verdict("not attempted", f"{blank} {self._help()}")
        if complaint is None:
            return Verdict("correct", self.takeaway)
        return Verdict("not yet", complaint)

    def _first_complaint(self, answer: Any) -> str | None:
        return next((said for check in self.checks if (said := check(answer)) is not None), None)

    def _help(self) -> str:
        return "If you are stuck: .hint()"

    def hint(self) -> None:
        """Print the next hint; after the last one, say that these were all."""
        count = len(self.hints)
        if self._hints_given == count:
            print(f"These were all {count} hints. To see a worked answer: .solution()")
            return
        self._hints_given += 1
        print(f"Hint {self._hints_given} of {count}: {self.hints[self._hints_given - 1]}")

    def solution(self) -> None:
        """Show the lesson's own answer as code.

        Raises
        ------
        LookupError
            Where the lesson's notebook has no answer cell for this exercise.
        """
        show_code(_solution_code(self.lesson, self.id))

    def __repr__(self) -> str:
        return (
            f"Exercise {self.id!r} of lesson {self.lesson}: "
            ".check(answer), .hint(), .solution(), .grade(answer)"
        )


def _solution_code(lesson: str, exercise: str) -> str:
    cells = [
        _source(cell)
        for path in _notebooks(lesson)
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["metadata"].get("medtutor", {}).get("exercise") == exercise
    ]
    if not cells:
        raise LookupError(
            f"lesson {lesson} has no answer cell for exercise {exercise!r}; looked in "
            f"{notebooks_folder()} for a cell with the metadata "
            f'{{"medtutor": {{"exercise": "{exercise}"}}}}'
        )
    return "\n\n".join(cells)


def _notebooks(lesson: str) -> list[Path]:
    return sorted(notebooks_folder().glob(f"{lesson}_*.ipynb"))


def _source(cell: dict[str, Any]) -> str:
    lines = "".join(cell["source"]).splitlines()
    return "\n".join(line for line in lines if line.strip() not in _MARKERS)

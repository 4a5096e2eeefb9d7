"""Check, hint and solution for every exercise, one module a lesson.

>>> from medtutor import exercises
>>> exercises.lesson_02.valid_convolution.check(None)  # doctest: +SKIP
○ Not attempted. …
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

from medtutor.exercises.engine import Exercise

_LESSONS = sorted(
    module.name for module in iter_modules(__path__) if module.name.startswith("lesson_")
)


class _Lesson(ModuleType):
    """A lesson's module that shows its exercises and names them where one isn't found."""

    def __getattr__(self, name: str) -> Any:
        short = self.__name__.rpartition(".")[2]
        raise AttributeError(
            f"{short} has no exercise {name!r}; it has {', '.join(self.__dir__())}"
        )

    def __dir__(self) -> list[str]:
        return [name for name, value in vars(self).items() if isinstance(value, Exercise)]


def __getattr__(name: str) -> Any:
    if name not in _LESSONS:
        offered = ", ".join(_LESSONS) or "none yet"
        raise AttributeError(f"no exercises for {name!r}; there are {offered}")
    lesson = import_module(f"{__name__}.{name}")
    lesson.__class__ = _Lesson
    return lesson


def __dir__() -> list[str]:
    return list(_LESSONS)

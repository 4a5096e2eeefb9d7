"""Lessons as files: which there are, learner's copies, running, the set-up check.

>>> from medtutor.course import catalogue
>>> catalogue.find("02").stem
'02_convolution'
"""

from importlib import import_module
from typing import Any

__all__ = ["catalogue", "copies", "course_map", "doctor", "lab", "running"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"medtutor.course.{name}")
    raise AttributeError(f"module 'medtutor.course' has no attribute {name!r}; it has {__all__}")

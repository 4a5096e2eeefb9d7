"""medtutor: a Jupyter-first course on deep learning for medical images.

For learning, not for diagnosis. The rooms of the library are imported when they
are first used, so that ``import medtutor`` stays fast and needs no TensorFlow.
"""

from importlib import import_module
from typing import Any

from medtutor._version import __version__ as __version__

__all__ = [
    "course",
    "datasets",
    "deployment",
    "exercises",
    "explore",
    "metrics",
    "models",
    "plots",
    "project",
    "scratch",
    "training",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return import_module(f"medtutor.{name}")
    raise AttributeError(f"module 'medtutor' has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

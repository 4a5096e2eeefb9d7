"""Interactive explorers: one function a topic, each returns one widget.

Each topic has a folder: the widget, its script and style, and the plain functions that it
computes with. What several share lies in ``common``.

>>> from medtutor import explore
>>> explore.convolution(kernel="sobel_y")
ConvolutionExplorer()
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medtutor.explore.activations import activations
    from medtutor.explore.anchors import anchors
    from medtutor.explore.attention import attention
    from medtutor.explore.augmentation import augmentation
    from medtutor.explore.convolution import convolution
    from medtutor.explore.ensemble import ensemble
    from medtutor.explore.explanation import explanation
    from medtutor.explore.image_quality import image_quality
    from medtutor.explore.losses import losses
    from medtutor.explore.normalisation import normalisation
    from medtutor.explore.optimizers import optimizers
    from medtutor.explore.patches import patches
    from medtutor.explore.pooling import pooling
    from medtutor.explore.privacy import privacy
    from medtutor.explore.quantisation import quantisation
    from medtutor.explore.recurrence import recurrence
    from medtutor.explore.scaling import scaling
    from medtutor.explore.screening import screening
    from medtutor.explore.segmentation import segmentation
    from medtutor.explore.threshold import threshold
    from medtutor.explore.volume import volume
    from medtutor.explore.windowing import windowing

__all__ = [
    "activations",
    "anchors",
    "attention",
    "augmentation",
    "convolution",
    "ensemble",
    "explanation",
    "image_quality",
    "losses",
    "normalisation",
    "optimizers",
    "patches",
    "pooling",
    "privacy",
    "quantisation",
    "recurrence",
    "scaling",
    "screening",
    "segmentation",
    "threshold",
    "volume",
    "windowing",
]


class _Explorers(ModuleType):
    """On this package ``explore.pooling`` is the function, also once its folder was imported."""

    def __setattr__(self, name: str, value: Any) -> None:
        # The import system hangs each folder, once imported, under its name.
        is_folder = name in __all__ and isinstance(value, ModuleType)
        super().__setattr__(name, getattr(value, name) if is_folder else value)


sys.modules[__name__].__class__ = _Explorers


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(f"medtutor.explore.{name}"), name)
    raise AttributeError(f"module 'medtutor.explore' has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

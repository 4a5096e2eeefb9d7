"""Interactive explorers: one function a topic, each returns one widget.

>>> from medtutor import explore
>>> explore.convolution(kernel="sobel_y")
ConvolutionExplorer()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medtutor.explore.activations_explorer import activations
    from medtutor.explore.convolution_explorer import convolution
    from medtutor.explore.losses_explorer import losses
    from medtutor.explore.normalisation_explorer import normalisation
    from medtutor.explore.optimizers_explorer import optimizers
    from medtutor.explore.pooling_explorer import pooling
    from medtutor.explore.recurrence_explorer import recurrence
    from medtutor.explore.segmentation_explorer import segmentation
    from medtutor.explore.threshold_explorer import threshold
    from medtutor.explore.volume_explorer import volume
    from medtutor.explore.windowing_explorer import windowing

__all__ = [
    "activations",
    "convolution",
    "losses",
    "normalisation",
    "optimizers",
    "pooling",
    "recurrence",
    "segmentation",
    "threshold",
    "volume",
    "windowing",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module(f"medtutor.explore.{name}_explorer"), name)
    raise AttributeError(f"module 'medtutor.explore' has no attribute {name!r}; it has {__all__}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

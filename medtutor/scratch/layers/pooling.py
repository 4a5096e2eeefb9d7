"""Pooling layers."""

from collections.abc import Sequence

import numpy as np

from medtutor.scratch import global_pooling as whole
from medtutor.scratch import pooling
from medtutor.scratch.checks import pair
from medtutor.scratch.layers.base import FunctionLayer, Shape, image_shape
from medtutor.scratch.windows import Padding, slide_over


class _WindowPool(FunctionLayer):
    """What the two layers that pool with a window have in common."""

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: Padding = "valid",
    ) -> None:
        super().__init__()
        size = pair("pool_size", pool_size)
        strides = size if strides is None else strides
        self.options = {"pool_size": size, "strides": strides, "padding": padding}

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Return the shape of the output; see :class:`Layer`."""
        height, width, channels = image_shape(self, input_shape)
        slide = slide_over((height, width), *self.options.values())
        return (*slide.outputs, channels)


class MaxPool2D(_WindowPool, of=pooling.max_pool2d, grad=pooling.max_pool2d_grad):
    """The largest value of every window: see ``max_pool2d``.

    Notes
    -----
    Taught in lesson 07.
    """


class AvgPool2D(_WindowPool, of=pooling.avg_pool2d, grad=pooling.avg_pool2d_grad):
    """The mean of every window: see ``avg_pool2d``.

    Notes
    -----
    Taught in lesson 03.
    """


class _GlobalPool(FunctionLayer):
    """What the two layers that pool whole feature maps have in common."""

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Return the number of feature maps; see :class:`Layer`."""
        return image_shape(self, input_shape)[2:]


class GlobalAvgPool2D(_GlobalPool, of=whole.global_avg_pool2d, grad=whole.global_avg_pool2d_grad):
    """The mean of every feature map: see ``global_avg_pool2d``.

    Notes
    -----
    Taught in lesson 03.
    """


class GlobalMaxPool2D(_GlobalPool, of=whole.global_max_pool2d, grad=whole.global_max_pool2d_grad):
    """The largest value of every feature map: see ``global_max_pool2d``.

    Notes
    -----
    Taught in lesson 03.
    """

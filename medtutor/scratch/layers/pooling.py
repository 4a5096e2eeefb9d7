"""Pooling layers."""

from collections.abc import Sequence

import numpy as np

from medtutor.scratch.checks import pair
from medtutor.scratch.global_pooling import (
    global_avg_pool2d,
    global_avg_pool2d_grad,
    global_max_pool2d,
    global_max_pool2d_grad,
)
from medtutor.scratch.layers.base import Layer, Shape, image_shape
from medtutor.scratch.pooling import avg_pool2d, avg_pool2d_grad, max_pool2d, max_pool2d_grad
from medtutor.scratch.windows import Padding, slide_over


class _WindowPool(Layer):
    """What the two layers that pool with a window have in common."""

    def __init__(
        self,
        pool_size: int | Sequence[int] = 2,
        strides: int | Sequence[int] | None = None,
        padding: Padding = "valid",
    ) -> None:
        super().__init__()
        self.pool_size = pair("pool_size", pool_size)
        self.strides = self.pool_size if strides is None else strides
        self.padding = padding

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Return the shape of the output; see :class:`Layer`."""
        height, width, channels = image_shape(self, input_shape)
        slide = slide_over((height, width), self.pool_size, self.strides, self.padding)
        return (*slide.outputs, channels)


class MaxPool2D(_WindowPool):
    """The largest value of every window: see ``max_pool2d``.

    Notes
    -----
    Taught in lesson 07.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.max_pool2d`."""
        return max_pool2d(x, self.pool_size, strides=self.strides, padding=self.padding)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.max_pool2d_grad`."""
        return max_pool2d_grad(grad, x, self.pool_size, strides=self.strides, padding=self.padding)


class AvgPool2D(_WindowPool):
    """The mean of every window: see ``avg_pool2d``.

    Notes
    -----
    Taught in lesson 03.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.avg_pool2d`."""
        return avg_pool2d(x, self.pool_size, strides=self.strides, padding=self.padding)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.avg_pool2d_grad`."""
        return avg_pool2d_grad(grad, x, self.pool_size, strides=self.strides, padding=self.padding)


class _GlobalPool(Layer):
    """What the two layers that pool whole feature maps have in common."""

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Return the number of feature maps; see :class:`Layer`."""
        return image_shape(self, input_shape)[2:]


class GlobalAvgPool2D(_GlobalPool):
    """The mean of every feature map: see ``global_avg_pool2d``.

    Notes
    -----
    Taught in lesson 03.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.global_avg_pool2d`."""
        return global_avg_pool2d(x)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.global_avg_pool2d_grad`."""
        return global_avg_pool2d_grad(grad, x)


class GlobalMaxPool2D(_GlobalPool):
    """The largest value of every feature map: see ``global_max_pool2d``.

    Notes
    -----
    Taught in lesson 03.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.global_max_pool2d`."""
        return global_max_pool2d(x)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.global_max_pool2d_grad`."""
        return global_max_pool2d_grad(grad, x)

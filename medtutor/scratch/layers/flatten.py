"""The layer between feature maps and dense layers."""

import math

import numpy as np

from medtutor.scratch.layers.base import Layer, Shape


class Flatten(Layer):
    """Lay each image's numbers into one row, in Keras' order.

    Notes
    -----
    Taught in lesson 07.
    """

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Return the length of the row; see :class:`Layer`."""
        return (math.prod(input_shape),)

    def call(self, x: np.ndarray) -> np.ndarray:
        """Return ``x`` as (N, numbers of an image)."""
        return x.reshape(len(x), math.prod(x.shape[1:]))

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Return the gradient in the shape of the images."""
        return grad.reshape(x.shape)

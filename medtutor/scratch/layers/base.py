"""What all layers have in common."""

from typing import Any

import numpy as np

from medtutor.scratch.checks import is_whole

Shape = tuple[int, ...]


class Layer:
    """One step of a network; a layer without weights keeps the lists empty.

    ``weights`` are arrays in Keras' order and layout, ``grads`` their gradients after
    ``backward``, ``statistics`` arrays that are not learnt by gradient, which Keras puts after
    the weights. Shapes are those of one image, without the batch axis.

    Notes
    -----
    Taught in lesson 07.
    """

    def __init__(self) -> None:
        self.weights: list[np.ndarray] = []
        self.grads: list[Any] = []
        self.statistics: list[np.ndarray] = []
        self.x: np.ndarray | None = None
        self.training = False

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make the weights and return the shape of the output."""
        return input_shape

    def forward(self, x: np.ndarray, *, training: bool = False) -> np.ndarray:
        """Return the output, and keep for ``backward`` what went in.

        ``training`` matters to Dropout and BatchNormalization alone.
        """
        self.x, self.training = x, training
        return self.call(x)

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """Take the output's gradient, keep those of the weights, return the input's."""
        if self.x is None:
            raise ValueError(f"{type(self).__name__}.backward was called before forward")
        return self.call_grad(grad, self.x)

    def call(self, x: np.ndarray) -> np.ndarray:
        """Compute the layer's formula."""
        raise NotImplementedError

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Compute the gradients of the layer's formula."""
        raise NotImplementedError


def positive(name: str, value: int) -> int:
    """Return ``value``, a whole number from 1 up; raise ValueError for anything else."""
    if not is_whole(value) or value < 1:
        raise ValueError(f"{name} is {value!r}; give a whole number from 1 up")
    return int(value)


def image_shape(layer: Layer, shape: Shape) -> Shape:
    """Return ``shape``, which is (H, W, C); raise ValueError for anything else."""
    if len(shape) != 3:
        name = type(layer).__name__
        raise ValueError(f"{name} gets images (H, W, C), not {shape}; put it before Flatten()")
    return shape

"""What all layers have in common."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from medtutor._checks import is_whole

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


class FunctionLayer(Layer):
    """A layer that calls a function and its gradient, both with its weights and its options."""

    function: Callable[..., np.ndarray]
    gradient: Callable[..., np.ndarray]

    def __init_subclass__(cls, of: Callable | None = None, grad: Callable | None = None) -> None:
        if of and grad:
            cls.function, cls.gradient = staticmethod(of), staticmethod(grad)

    def __init__(self) -> None:
        super().__init__()
        self.options: dict[str, Any] = {}

    def call(self, x: np.ndarray) -> np.ndarray:
        """Call the function."""
        return self.function(x, *self.weights, **self.options)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Call the function's gradient, and keep what it says of the weights."""
        grads = self.gradient(grad, x, *self.weights, **self.options)
        if self.weights:
            grads, *self.grads = grads
        return grads


def image_shape(layer: Layer, shape: Shape) -> Shape:
    """Return ``shape``, which is (H, W, C); raise ValueError for anything else."""
    if len(shape) != 3:
        name = type(layer).__name__
        raise ValueError(f"{name} gets images (H, W, C), not {shape}; put it before Flatten()")
    return shape


def checked_layers(layers: Any) -> list[Layer]:
    """Return a new list of ``layers``; raise ValueError for what a network can't be made of."""
    if not isinstance(layers, (list, tuple)):
        raise ValueError(
            f"layers is of type {type(layers).__name__}; give a list, such as [Flatten(), Dense(2)]"
        )
    places: dict[int, int] = {}
    for place, layer in enumerate(layers):
        if not isinstance(layer, Layer):
            raise ValueError(f"layers[{place}] is {layer!r}; give an object such as ReLU()")
        first = places.setdefault(id(layer), place)
        if first != place:
            raise ValueError(
                f"layers[{first}] and layers[{place}] are the same object; "
                f"make a new {type(layer).__name__}() for each"
            )
    return list(layers)


def shape_of_an_image(shape: Any) -> Shape:
    """Return ``shape``, whole numbers from 1 up; raise ValueError for anything else."""
    numbers = tuple(shape) if isinstance(shape, Sequence) else ()
    if not numbers or not all(is_whole(number) and number > 0 for number in numbers):
        raise ValueError(
            f"input_shape is {shape!r}; give the shape of one image in whole numbers, "
            "such as x.shape[1:]"
        )
    return numbers

"""Layers: each holds its weights, and remembers what it needs for the way back."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.scratch.checks import is_whole, pair
from medtutor.scratch.convolution import conv2d, conv2d_grad
from medtutor.scratch.dense import dense, dense_grad
from medtutor.scratch.pooling import max_pool2d, max_pool2d_grad
from medtutor.scratch.rectifiers import relu, relu_grad
from medtutor.scratch.windows import Padding, slide_over

Shape = tuple[int, ...]


class Layer:
    """One step of a network; a layer without weights keeps the two lists empty.

    ``weights`` are arrays in Keras' order and layout, ``grads`` their gradients after
    ``backward``. Shapes are those of one image, without the batch axis.

    Notes
    -----
    Taught in lesson 07.
    """

    def __init__(self) -> None:
        self.weights: list[np.ndarray] = []
        self.grads: list[Any] = []
        self.x: np.ndarray | None = None

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make the weights and return the shape of the output."""
        return input_shape

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the output, and keep the input for ``backward``."""
        self.x = x
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


class Conv2D(Layer):
    """Convolution with ``filters`` kernels of ``kernel_size``, and a bias: see ``conv2d``.

    Notes
    -----
    Taught in lesson 07.
    """

    def __init__(
        self,
        filters: int,
        kernel_size: int | Sequence[int],
        strides: int | Sequence[int] = 1,
        padding: Padding = "valid",
    ) -> None:
        super().__init__()
        self.filters = _positive("filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.strides, self.padding = strides, padding

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make kernel and bias; see :class:`Layer`."""
        height, width, channels = _image_shape("Conv2D", input_shape)
        slide = slide_over((height, width), self.kernel_size, self.strides, self.padding)
        kernel = glorot_uniform((*self.kernel_size, channels, self.filters), rng)
        self.weights = [kernel, np.zeros(self.filters, "float32")]
        return (*slide.outputs, self.filters)

    def call(self, x: np.ndarray) -> np.ndarray:
        """Convolve; see :func:`medtutor.scratch.conv2d`."""
        return conv2d(x, *self.weights, strides=self.strides, padding=self.padding)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.conv2d_grad`."""
        dx, *self.grads = conv2d_grad(
            grad, x, *self.weights, strides=self.strides, padding=self.padding
        )
        return dx


class Dense(Layer):
    """Every input connected with each of ``units`` outputs, and a bias: see ``dense``.

    Notes
    -----
    Taught in lesson 07.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = _positive("units", units)

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make weights and bias; see :class:`Layer`."""
        if len(input_shape) != 1:
            raise ValueError(f"Dense gets one row an image, not {input_shape}; put Flatten() first")
        weights = glorot_uniform((*input_shape, self.units), rng)
        self.weights = [weights, np.zeros(self.units, "float32")]
        return (self.units,)

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.dense`."""
        return dense(x, *self.weights)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.dense_grad`."""
        dx, *self.grads = dense_grad(grad, x, *self.weights)
        return dx


class MaxPool2D(Layer):
    """The largest value of every window: see ``max_pool2d``.

    Notes
    -----
    Taught in lesson 07.
    """

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
        height, width, channels = _image_shape("MaxPool2D", input_shape)
        slide = slide_over((height, width), self.pool_size, self.strides, self.padding)
        return (*slide.outputs, channels)

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.max_pool2d`."""
        return max_pool2d(x, self.pool_size, strides=self.strides, padding=self.padding)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.max_pool2d_grad`."""
        return max_pool2d_grad(grad, x, self.pool_size, strides=self.strides, padding=self.padding)


class ReLU(Layer):
    """Set what is negative to zero: see ``relu``.

    Notes
    -----
    Taught in lesson 07.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.relu`."""
        return relu(x)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.relu_grad`."""
        return relu_grad(grad, x)


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


def glorot_uniform(shape: Shape, rng: np.random.Generator) -> np.ndarray:
    r"""Draw start weights as Keras does by default.

    .. math:: w \sim U(-a, a), \qquad a = \sqrt{6 / (\mathrm{fan_{in}} + \mathrm{fan_{out}})}

    Parameters
    ----------
    shape : (kh, kw, Cin, Cout) or (features, units)
        The last two axes times the kernel's area are the two fans.
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    array of ``shape``, float32

    Notes
    -----
    Glorot & Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html. Taught in lesson 04.
    """
    area = math.prod(shape[:-2])
    limit = math.sqrt(6 / (area * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape).astype("float32")


def _positive(name: str, value: int) -> int:
    if not is_whole(value) or value < 1:
        raise ValueError(f"{name} is {value!r}; give a whole number from 1 up")
    return int(value)


def _image_shape(layer: str, shape: Shape) -> Shape:
    if len(shape) != 3:
        raise ValueError(f"{layer} gets images (H, W, C), not {shape}; put it before Flatten()")
    return shape

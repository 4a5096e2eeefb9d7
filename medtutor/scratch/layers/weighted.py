"""Layers that learn: convolution and dense."""

import math
from collections.abc import Sequence

import numpy as np

from medtutor._checks import positive
from medtutor.scratch.checks import pair
from medtutor.scratch.convolution import conv2d, conv2d_grad
from medtutor.scratch.dense import dense, dense_grad
from medtutor.scratch.layers.base import FunctionLayer, Shape, image_shape
from medtutor.scratch.windows import Padding, slide_over


class Conv2D(FunctionLayer, of=conv2d, grad=conv2d_grad):
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
        self.filters = positive("filters", filters)
        self.kernel_size = pair("kernel_size", kernel_size)
        self.options = {"strides": strides, "padding": padding}

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make kernel and bias; see :class:`Layer`."""
        height, width, channels = image_shape(self, input_shape)
        slide = slide_over((height, width), self.kernel_size, **self.options)
        kernel = glorot_uniform((*self.kernel_size, channels, self.filters), rng)
        self.weights = [kernel, np.zeros(self.filters, "float32")]
        return (*slide.outputs, self.filters)


class Dense(FunctionLayer, of=dense, grad=dense_grad):
    """Every input connected with each of ``units`` outputs, and a bias: see ``dense``.

    Notes
    -----
    Taught in lesson 07.
    """

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = positive("units", units)

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make weights and bias; see :class:`Layer`."""
        if len(input_shape) != 1:
            raise ValueError(f"Dense gets one row an image, not {input_shape}; put Flatten() first")
        weights = glorot_uniform((*input_shape, self.units), rng)
        self.weights = [weights, np.zeros(self.units, "float32")]
        return (self.units,)


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

"""Activation layers: each calls the function of the same name."""

import numpy as np

from medtutor._checks import number
from medtutor.scratch.layers.base import Layer
from medtutor.scratch.rectifiers import (
    elu,
    elu_grad,
    leaky_relu,
    leaky_relu_grad,
    relu,
    relu_grad,
)
from medtutor.scratch.sigmoids import (
    sigmoid,
    sigmoid_grad,
    softmax,
    softmax_grad,
    tanh,
    tanh_grad,
)


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


class LeakyReLU(Layer):
    """Make what is negative smaller: see ``leaky_relu``.

    Keras' layer has another default slope than its function; so have these.

    Notes
    -----
    Taught in lesson 04.
    """

    def __init__(self, negative_slope: float = 0.3) -> None:
        super().__init__()
        self.negative_slope = number("negative_slope", negative_slope)

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.leaky_relu`."""
        return leaky_relu(x, self.negative_slope)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.leaky_relu_grad`."""
        return leaky_relu_grad(grad, x, self.negative_slope)


class ELU(Layer):
    """Let what is negative level off: see ``elu``.

    Notes
    -----
    Taught in lesson 04.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.alpha = number("alpha", alpha)

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.elu`."""
        return elu(x, self.alpha)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.elu_grad`."""
        return elu_grad(grad, x, self.alpha)


class Sigmoid(Layer):
    """Turn one score into one probability: see ``sigmoid``.

    Notes
    -----
    Taught in lesson 04.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.sigmoid`."""
        return sigmoid(x)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.sigmoid_grad`."""
        return sigmoid_grad(grad, x)


class Tanh(Layer):
    """Squeeze scores into -1 to 1: see ``tanh``.

    Notes
    -----
    Taught in lesson 04.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.tanh`."""
        return tanh(x)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.tanh_grad`."""
        return tanh_grad(grad, x)


class Softmax(Layer):
    """Turn the scores of several classes into probabilities: see ``softmax``.

    As a last layer it is for prediction: ``Network.fit`` has it in its loss already.

    Notes
    -----
    Taught in lesson 04.
    """

    def call(self, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.softmax`."""
        return softmax(x)

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """See :func:`medtutor.scratch.softmax_grad`."""
        return softmax_grad(grad, x)

"""Activation layers: each calls the function of the same name."""

from medtutor._checks import number
from medtutor.scratch import rectifiers, sigmoids
from medtutor.scratch.layers.base import FunctionLayer


class ReLU(FunctionLayer, of=rectifiers.relu, grad=rectifiers.relu_grad):
    """Set what is negative to zero: see ``relu``.

    Notes
    -----
    Taught in lesson 07.
    """


class LeakyReLU(FunctionLayer, of=rectifiers.leaky_relu, grad=rectifiers.leaky_relu_grad):
    """Make what is negative smaller: see ``leaky_relu``.

    Keras' layer has another default slope than its function; so have these.

    Notes
    -----
    Taught in lesson 04.
    """

    def __init__(self, negative_slope: float = 0.3) -> None:
        super().__init__()
        self.options = {"negative_slope": number("negative_slope", negative_slope)}


class ELU(FunctionLayer, of=rectifiers.elu, grad=rectifiers.elu_grad):
    """Let what is negative level off: see ``elu``.

    Notes
    -----
    Taught in lesson 04.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.options = {"alpha": number("alpha", alpha)}


class Sigmoid(FunctionLayer, of=sigmoids.sigmoid, grad=sigmoids.sigmoid_grad):
    """Turn one score into one probability: see ``sigmoid``.

    Notes
    -----
    Taught in lesson 04.
    """


class Tanh(FunctionLayer, of=sigmoids.tanh, grad=sigmoids.tanh_grad):
    """Squeeze scores into -1 to 1: see ``tanh``.

    Notes
    -----
    Taught in lesson 04.
    """


class Softmax(FunctionLayer, of=sigmoids.softmax, grad=sigmoids.softmax_grad):
    """Turn the scores of several classes into probabilities: see ``softmax``.

    As a last layer it is for prediction: ``Network.fit`` has it in its loss already.

    Notes
    -----
    Taught in lesson 04.
    """

"""Activation layers: each calls the function of the same name."""

from medtutor._checks import number
from medtutor.scratch import rectifiers, sigmoids
from medtutor.scratch.layers.base import FunctionLayer


class ReLU(FunctionLayer):
    """Set what is negative to zero: see ``relu``.

    Notes
    -----
    Taught in lesson 07.
    """

    function = staticmethod(rectifiers.relu)
    gradient = staticmethod(rectifiers.relu_grad)


class LeakyReLU(FunctionLayer):
    """Make what is negative smaller: see ``leaky_relu``.

    Keras' layer has another default slope than its function; so have these.

    Notes
    -----
    Taught in lesson 04.
    """

    function = staticmethod(rectifiers.leaky_relu)
    gradient = staticmethod(rectifiers.leaky_relu_grad)

    def __init__(self, negative_slope: float = 0.3) -> None:
        super().__init__()
        self.options = {"negative_slope": number("negative_slope", negative_slope)}


class ELU(FunctionLayer):
    """Let what is negative level off: see ``elu``.

    Notes
    -----
    Taught in lesson 04.
    """

    function = staticmethod(rectifiers.elu)
    gradient = staticmethod(rectifiers.elu_grad)

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__()
        self.options = {"alpha": number("alpha", alpha)}


class Sigmoid(FunctionLayer):
    """Turn one score into one probability: see ``sigmoid``.

    Notes
    -----
    Taught in lesson 04.
    """

    function = staticmethod(sigmoids.sigmoid)
    gradient = staticmethod(sigmoids.sigmoid_grad)


class Tanh(FunctionLayer):
    """Squeeze scores into -1 to 1: see ``tanh``.

    Notes
    -----
    Taught in lesson 04.
    """

    function = staticmethod(sigmoids.tanh)
    gradient = staticmethod(sigmoids.tanh_grad)


class Softmax(FunctionLayer):
    """Turn the scores of several classes into probabilities: see ``softmax``.

    As a last layer it is for prediction: ``Network.fit`` has it in its loss already.

    Notes
    -----
    Taught in lesson 04.
    """

    function = staticmethod(sigmoids.softmax)
    gradient = staticmethod(sigmoids.softmax_grad)

"""What a stack of dense layers does to a signal, and to the gradient that comes back."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypedDict

import numpy as np

from medtutor import scratch

Activation = tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray, np.ndarray], Any]]

ACTIVATIONS: dict[str, Activation] = {
    "linear": (lambda z: z, lambda grad, z: grad),
    "relu": (scratch.relu, scratch.relu_grad),
    "leaky_relu": (scratch.leaky_relu, scratch.leaky_relu_grad),
    "elu": (scratch.elu, scratch.elu_grad),
    "sigmoid": (scratch.sigmoid, scratch.sigmoid_grad),
    "tanh": (scratch.tanh, scratch.tanh_grad),
}
"""Under Keras' names, each with its gradient."""

GAINS = {"small": 0.5, "glorot_normal": 1.0, "he_normal": 2.0**0.5, "large": 3.0}
"""Spread of the initial weights, times the square root of a layer's inputs.

Layers are as wide as their input, where Glorot's :math:`2/(n_{in}+n_{out})` is
:math:`1/n_{in}` and He's :math:`2/n_{in}` is twice that.
"""


class Signal(NamedTuple):
    """What dense layers made of a batch of inputs, with all that the way back needs.

    Parameters
    ----------
    inputs : list of arrays (N, features)
        What each layer got; the last entry is what the last layer gave.
    sums : list of arrays (N, units)
        Each layer's z, before the activation.
    """

    inputs: list[np.ndarray]
    sums: list[np.ndarray]


class Curve(TypedDict):
    """An activation and its slope at many inputs, as the explorer's script takes it."""

    y: list[float]
    slope: list[float]


def draw_weights(
    initializer: str, n_layers: int, width: int, rng: np.random.Generator
) -> list[np.ndarray]:
    r"""Draw the weights of ``n_layers`` dense layers of ``width`` inputs and units each.

    .. math:: w \sim N(0, \sigma^2), \qquad \sigma = \mathrm{gain} / \sqrt{\mathrm{width}}

    Parameters
    ----------
    initializer : str
        A name in ``GAINS``.
    n_layers, width : int
    rng : numpy.random.Generator
        Where the numbers come from.

    Returns
    -------
    list of arrays (width, width)

    Notes
    -----
    Glorot & Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html, and He et al.
    2015, arXiv:1502.01852; both with normal numbers. Taught in lesson 04.
    """
    spread = GAINS[initializer] / width**0.5
    return [spread * rng.standard_normal((width, width)) for _ in range(n_layers)]


def send_forward(activation: str, weights: Sequence[np.ndarray], x: np.ndarray) -> Signal:
    """Send inputs through dense layers without a bias, each with the activation behind it.

    Parameters
    ----------
    activation : str
        A name in ``ACTIVATIONS``.
    weights : sequence of arrays (features, units)
        Of each layer.
    x : array (N, features)
        Inputs of the first layer.

    Returns
    -------
    Signal

    Notes
    -----
    The formulas are those of ``scratch.dense`` and of the activation. Taught in lesson 04.
    """
    function, _ = ACTIVATIONS[activation]
    inputs, sums = [x], []
    for w in weights:
        sums.append(scratch.dense(inputs[-1], w))
        inputs.append(function(sums[-1]))
    return Signal(inputs, sums)


def signal_sizes(signal: Signal) -> tuple[np.ndarray, np.ndarray]:
    """Measure how large a layer's outputs are, and how much they differ between inputs.

    Returns
    -------
    size : array (layers,)
        Root mean square of a layer's outputs.
    difference : array (layers,)
        Standard deviation of a unit's output over the inputs, as root mean square over
        the units. Where it is 0, the layer says the same to every input.

    Notes
    -----
    Taught in lesson 04.
    """
    outputs = np.stack(signal.inputs[1:])
    return np.sqrt((outputs**2).mean(axis=(1, 2))), np.sqrt(outputs.var(axis=1).mean(axis=1))


def gradient_lengths(
    activation: str, weights: Sequence[np.ndarray], signal: Signal, grad: np.ndarray
) -> np.ndarray:
    """Send a gradient back through the layers, and measure what arrives at the weights.

    Parameters
    ----------
    activation, weights
        As they were given to ``send_forward``. A part of its layers, from the first on,
        is a network of that depth.
    signal : Signal
        What ``send_forward`` returned.
    grad : array (N, units)
        Gradient of the loss with respect to the outputs of the last of ``weights``.

    Returns
    -------
    array (layers,)
        Length (Frobenius norm) of the gradient with respect to each layer's weights.

    Notes
    -----
    The formulas are those of ``scratch.dense_grad`` and of the activation's gradient.
    Taught in lesson 04.
    """
    _, gradient = ACTIVATIONS[activation]
    lengths = np.zeros(len(weights))
    for layer in reversed(range(len(weights))):
        grad = gradient(grad, signal.sums[layer])
        grad, dw, _ = scratch.dense_grad(grad, signal.inputs[layer], weights[layer])
        lengths[layer] = np.linalg.norm(dw)
    return lengths


def curve(activation: str, z: np.ndarray) -> Curve:
    """Return an activation and its slope at the inputs ``z``, rounded for the page.

    Notes
    -----
    Taught in lesson 04.
    """
    function, gradient = ACTIVATIONS[activation]
    slope = gradient(np.ones_like(z), z)
    return {"y": rounded(function(z)), "slope": rounded(slope)}


def rounded(values: np.ndarray) -> list[float]:
    """Return numbers with four digits that count: what a picture needs, and no more."""
    return [float(f"{value:.3e}") for value in values]

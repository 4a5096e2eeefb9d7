"""Activations: curve and slope, and what a stack of layers makes of signal and gradient."""

from copy import deepcopy
from functools import lru_cache
from typing import Any

import numpy as np
import traitlets

from medtutor._checks import checked_seed, checked_within
from medtutor.explore.activations.signal import (
    ACTIVATIONS,
    GAINS,
    Curve,
    curve,
    draw_weights,
    gradient_lengths,
    rounded,
    send_forward,
    signal_sizes,
)
from medtutor.explore.common.checks import checked_choice, checked_whole
from medtutor.explore.common.widget import Explorer, source

MOST_LAYERS = 20
WIDTH = 64
N_INPUTS = 32
Z = np.linspace(-5, 5, 101)

Table = dict[str, dict[str, Any]]


class ActivationsExplorer(Explorer):
    """The widget that ``activations`` returns; Python computes beforehand, the page looks up.

    What the learner sees can be read and set from Python: ``activation``,
    ``initializer``, ``n_layers`` and ``z``. ``curves`` and ``signals`` hold the numbers
    behind the pictures, as ``all_curves`` and ``all_signals`` return them.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "activations/drawing.js",
        "activations/words.js",
        "activations/page.js",
    )
    _css = source("common/style.css", "activations/style.css")

    activation = traitlets.Enum(tuple(ACTIVATIONS), "relu").tag(sync=True)
    initializer = traitlets.Enum(tuple(GAINS), "he_normal").tag(sync=True)
    n_layers = traitlets.Int(10, min=1, max=MOST_LAYERS).tag(sync=True)
    z = traitlets.Float(1.0, min=float(Z[0]), max=float(Z[-1])).tag(sync=True)
    inputs: traitlets.List[Any] = traitlets.List().tag(sync=True)
    curves = traitlets.Dict().tag(sync=True)
    signals = traitlets.Dict().tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        gradient = self.signals[self.activation][self.initializer]["gradient"]
        first, alone = gradient[self.n_layers - 1][0], gradient[0][0]
        return (
            f"Activations explorer: curve and slope of {self.activation}, and the signal through "
            f"{self.n_layers} dense layers with {self.initializer} weights; the first layer's "
            f"gradient has length {first:.1e}, in a network of one layer {alone:.1e}."
        )


def activations(
    activation: str = "relu",
    *,
    initializer: str = "he_normal",
    n_layers: int = 10,
    z: float = 1.0,
    seed: int = 0,
) -> ActivationsExplorer:
    """See an activation's curve and slope, and what a deep stack makes of them.

    Parameters
    ----------
    activation : str
        What to begin with: linear, relu, leaky_relu, elu, sigmoid or tanh.
    initializer : str
        Spread of the random weights: small (half of Glorot's), glorot_normal, he_normal
        or large (three times Glorot's).
    n_layers : int
        Dense layers in the stack, 1 to 20, each of 64 units.
    z : float
        Where on the curve to begin, from -5 to 5.
    seed : int
        Fixes the random weights and the random input.

    Returns
    -------
    ActivationsExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For an unknown name or a number out of its range.

    Notes
    -----
    The numbers come from ``medtutor.scratch``. Taught in lesson 04.
    """
    return ActivationsExplorer(
        activation=checked_choice("activation", activation, ACTIVATIONS),
        initializer=checked_choice("initializer", initializer, GAINS),
        n_layers=checked_whole("n_layers", n_layers, 1, MOST_LAYERS),
        z=checked_within("z", z, Z[0], Z[-1]),
        inputs=rounded(Z),
        curves=all_curves(),
        signals=all_signals(checked_seed(seed)),
    )


def all_curves() -> dict[str, Curve]:
    """Return each activation's curve and slope at 101 inputs from -5 to 5."""
    return {name: curve(name, Z) for name in ACTIVATIONS}


def all_signals(seed: int) -> dict[str, Table]:
    """Follow one random signal through every activation, initialisation and depth.

    Parameters
    ----------
    seed : int
        Fixes the inputs, the weights and the gradient that is sent back.

    Returns
    -------
    dict of dicts
        Under activation and initialisation: ``size`` and ``difference`` of the outputs of
        layers 1 to 20, and ``gradient``, a list for each depth from 1 to 20.

    Notes
    -----
    All stacks get the same inputs and, but for their spread, the same weights. The loss
    asks each output for a random step. Taught in lesson 04.
    """
    return {
        # Copies: who changes one explorer's numbers leaves those of the next alone.
        activation: {name: deepcopy(_all_depths(activation, name, seed)) for name in GAINS}
        for activation in ACTIVATIONS
    }


@lru_cache(maxsize=64)  # all of them take half a second
def _all_depths(activation: str, initializer: str, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((N_INPUTS, WIDTH))
    wishes = rng.standard_normal((N_INPUTS, WIDTH)) / N_INPUTS
    weights = draw_weights(initializer, MOST_LAYERS, WIDTH, rng)
    signal = send_forward(activation, weights, x)
    size, difference = signal_sizes(signal)
    return {
        "size": rounded(size),
        "difference": rounded(difference),
        "gradient": [
            rounded(gradient_lengths(activation, weights[:depth], signal, wishes))
            for depth in range(1, MOST_LAYERS + 1)
        ],
    }

"""One recurrent unit and one signal: what its gates and states do, and what comes back."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor import scratch
from medtutor.scratch.recurrent.gru_cells import GRUCell
from medtutor.scratch.recurrent.lstm import LSTMCell
from medtutor.scratch.recurrent.rnn import RNNCell

GATES = {"rnn": ("h",), "lstm": ("i", "f", "candidate", "o"), "gru": ("z", "r", "candidate")}
"""What has weights of its own in each cell, in Keras' order."""

KEEPER = {"lstm": 1, "gru": 0}
"""Place of the gate that keeps the old state where it is near 1."""

Weights = dict[str, dict[str, list[float]]]

_CELLS = {"rnn": RNNCell, "lstm": LSTMCell, "gru": GRUCell}
_SHOWN = {
    "rnn": ("h",),
    "lstm": ("i", "f", "candidate", "o", "c", "h"),
    "gru": ("z", "r", "candidate", "h"),
}


def draw_weights(seed: int) -> Weights:
    """Draw the weights of one unit of each cell, with one digit behind the point.

    Parameters
    ----------
    seed : int
        Fixes the numbers: normal with spread 1. All biases are 0, so that a unit at rest stays at
        rest, and what is seen after a pulse is memory of the pulse.

    Returns
    -------
    dict of dicts
        Under "rnn", "lstm" and "gru": ``kernel``, ``recurrent_kernel`` and ``bias``, one number
        for each of ``GATES``; the GRU has a ``recurrent_bias``, too.

    Notes
    -----
    Taught in lesson 09.
    """
    rng = np.random.default_rng(seed)
    weights: Weights = {}
    for cell, gates in GATES.items():
        of_x, of_h = (np.round(rng.normal(size=(2, len(gates))), 1) + 0.0).tolist()
        weights[cell] = {"kernel": of_x, "recurrent_kernel": of_h, "bias": [0.0] * len(gates)}
    weights["gru"]["recurrent_bias"] = [0.0] * len(GATES["gru"])
    return weights


def keras_weights(
    cell: str, weights: Weights, forget_bias: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return kernel, recurrent kernel and bias of one unit, as ``medtutor.scratch`` takes them.

    Parameters
    ----------
    cell : "rnn", "lstm" or "gru"
    weights : dict
        As ``draw_weights`` returns it.
    forget_bias : float
        Bias of the gate in ``KEEPER``.

    Notes
    -----
    Taught in lesson 09.
    """
    own = {name: np.array(values) for name, values in weights[cell].items()}
    if cell in KEEPER:
        own["bias"][KEEPER[cell]] = forget_bias
    bias = np.stack([own["bias"], own["recurrent_bias"]]) if cell == "gru" else own["bias"]
    return own["kernel"][None], own["recurrent_kernel"][None], bias


def follow(
    cell: str, signal: Sequence[float], weights: Weights, forget_bias: float
) -> dict[str, np.ndarray]:
    """Send a signal through one unit; return all that it does, step by step, and the gradient.

    Parameters
    ----------
    cell : "rnn", "lstm" or "gru"
    signal : sequence of T numbers
        The input x of each step.
    weights, forget_bias
        As ``keras_weights`` takes them.

    Returns
    -------
    dict of arrays (T,)
        The gates and states of the cell: "h"; or "i", "f", "candidate", "o", "c", "h"; or "z",
        "r", "candidate", "h". And "gradient": of the last hidden state with respect to the
        input of each step.

    Notes
    -----
    The formulas are those of ``scratch.rnn``, ``lstm`` and ``gru``, from states of zero.
    Taught in lesson 09.
    """
    kernel, recurrent_kernel, bias = keras_weights(cell, weights, forget_bias)
    of_x, *of_h = bias if cell == "gru" else [bias]
    unit = _CELLS[cell](recurrent_kernel, *of_h)
    states: Any = (np.zeros((1, 1)),) * (2 if cell == "lstm" else 1)
    steps = []
    for value in signal:
        states, memory = unit.step(value * kernel + of_x, states)
        steps.append(memory)
    shown = {
        name: np.array([getattr(step, name).item() for step in steps]) for name in _SHOWN[cell]
    }
    x = np.array(signal, float).reshape(1, -1, 1)
    grads = getattr(scratch, f"{cell}_grad")(np.ones((1, 1)), x, kernel, recurrent_kernel, bias)
    return {**shown, "gradient": grads[0].ravel()}

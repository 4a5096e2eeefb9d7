"""The loop over time that all recurrent cells share: forward, and back through time."""

from typing import Any, Protocol

import numpy as np

from medtutor.scratch.recurrent.checks import Given, States


class Cell(Protocol):
    """What a cell does in one time step, and the way back through this step.

    The scores are the input's share of what goes into the gates, x_t W + b. They are known for
    all steps before the loop starts; only the states have to wait for their turn.
    """

    def step(self, scores: np.ndarray, states: States) -> tuple[States, Any]:
        """Return the states after this step, hidden state first, and what the way back needs."""

    def step_grad(self, dstates: States, memory: Any) -> tuple[np.ndarray, States, States]:
        """Return the gradients of the scores, of the states before, and of the weights."""


def forward(cell: Cell, given: Given, bias: np.ndarray | None) -> tuple[np.ndarray, list[Any]]:
    """Take one step after another; return all outputs (N, T, units) and the steps' memories."""
    scores = given.x @ given.kernel
    scores = scores if bias is None else scores + bias
    states = given.states
    # As in Keras, what comes out before the first step that counts is zero, not the first state.
    output = np.zeros_like(states[0])
    outputs, memories = [], []
    all_count = [step.all() for step in given.mask.T]  # then there is nothing to choose
    for t in range(scores.shape[1]):
        after, memory = cell.step(scores[:, t], states)
        counts = given.mask[:, t, None]
        states = after if all_count[t] else _choose(counts, after, states)
        output = after[0] if all_count[t] else np.where(counts, after[0], output)
        outputs.append(output)
        memories.append(memory)
    return np.stack(outputs, axis=1), memories


def backward(
    cell: Cell, given: Given, grads: np.ndarray, memories: list[Any]
) -> tuple[np.ndarray, States, list[np.ndarray]]:
    """Go back through time, from the last step to the first.

    Returns
    -------
    dscores : array (N, T, gates)
        Gradient of each step's scores.
    dstates : tuple of arrays (N, units)
        Gradient of the states before the first step.
    dweights : list of arrays
        Gradients of the cell's recurrent weights: the same weights act in each step, so the
        steps' gradients are added up.
    """
    zeros = np.zeros_like(grads[:, 0])
    dstates, doutput = tuple(zeros for _ in given.states), zeros
    dscores, dweights = [], []
    all_count = [step.all() for step in given.mask.T]
    for t in reversed(range(grads.shape[1])):
        counts = given.mask[:, t, None]
        doutput = doutput + grads[:, t]
        dafter = (dstates[0] + doutput, *dstates[1:])
        if not all_count[t]:
            dafter = tuple(np.where(counts, each, 0) for each in dafter)
        dscores_t, dbefore, dweights_t = cell.step_grad(dafter, memories[t])
        # A masked step hands its states and its output on, so it hands their gradients on, too.
        dstates = dbefore if all_count[t] else _choose(counts, dbefore, dstates)
        doutput = zeros if all_count[t] else np.where(counts, 0, doutput)
        dscores.append(dscores_t)
        dweights.append(dweights_t)
    sums = [sum(steps[1:], start=steps[0]) for steps in zip(*dweights, strict=True)]
    return np.stack(dscores[::-1], axis=1), dstates, sums


def input_grads(
    dscores: np.ndarray, given: Given, go_backwards: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the gradients of x, kernel and bias: those of a dense layer, once a step."""
    dx = dscores @ given.kernel.T
    dkernel = np.tensordot(given.x, dscores, axes=([0, 1], [0, 1]))
    return dx[:, ::-1] if go_backwards else dx, dkernel, dscores.sum(axis=(0, 1))


def _choose(counts: np.ndarray, new: States, old: States) -> States:
    return tuple(np.where(counts, *pair) for pair in zip(new, old, strict=True))

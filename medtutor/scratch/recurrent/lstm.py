"""The long short-term memory layer, forward and back through time."""

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from medtutor.scratch.recurrent.checks import States, checked, checked_grad, pair_of_states
from medtutor.scratch.recurrent.loop import backward, forward, input_grads
from medtutor.scratch.sigmoids import sigmoid

_checked = partial(checked, n_gates=4)


class LSTMMemory(NamedTuple):
    """What one step keeps for the way back: the states before it, its gates and its states."""

    h_before: np.ndarray
    c_before: np.ndarray
    i: np.ndarray
    f: np.ndarray
    candidate: np.ndarray
    o: np.ndarray
    c: np.ndarray
    tanh_c: np.ndarray
    h: np.ndarray


class LSTMCell(NamedTuple):
    """One step of an LSTM."""

    recurrent_kernel: np.ndarray

    def step(self, scores: np.ndarray, states: States) -> tuple[States, LSTMMemory]:
        """Forget a share of the cell state, write a share of the candidate, show a share."""
        h_before, c_before = states
        units, scores = h_before.shape[1], scores + h_before @ self.recurrent_kernel
        i_and_f, o = sigmoid(scores[:, : 2 * units]), sigmoid(scores[:, 3 * units :])
        i, f = i_and_f[:, :units], i_and_f[:, units:]
        candidate = np.tanh(scores[:, 2 * units : 3 * units])
        c = f * c_before + i * candidate
        tanh_c = np.tanh(c)
        h = o * tanh_c
        return (h, c), LSTMMemory(h_before, c_before, i, f, candidate, o, c, tanh_c, h)

    def step_grad(self, dstates: States, memory: LSTMMemory) -> tuple[np.ndarray, States, States]:
        """Go back through the two lines for h and c, then through the four gates."""
        dh, dc = dstates
        h_before, c_before, i, f, candidate, o, _, tanh_c, _ = memory
        dc = dc + dh * o * (1 - tanh_c**2)
        by_gate = (
            dc * candidate * i * (1 - i),
            dc * c_before * f * (1 - f),
            dc * i * (1 - candidate**2),
            dh * tanh_c * o * (1 - o),
        )
        dscores = np.concatenate(by_gate, axis=1)
        dbefore = dscores @ self.recurrent_kernel.T, dc * f
        return dscores, dbefore, (h_before.T @ dscores,)


def lstm(
    x: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    initial_state: Sequence[np.ndarray] | None = None,
    mask: np.ndarray | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
) -> np.ndarray:
    r"""Read a sequence step by step, with a cell state that three gates guard.

    .. math::
        i_t, f_t, o_t &= \sigma(x_t W_{i,f,o} + h_{t-1} U_{i,f,o} + b_{i,f,o}) \\
        \tilde c_t &= \tanh(x_t W_c + h_{t-1} U_c + b_c) \\
        c_t &= f_t\, c_{t-1} + i_t\, \tilde c_t \\
        h_t &= o_t \tanh c_t

    Parameters
    ----------
    x : array (N, T, F), float32 or float64
        N sequences of T time steps with F features.
    kernel : array (F, 4 units)
        The four W side by side, in Keras' order: input gate i, forget gate f, candidate c,
        output gate o.
    recurrent_kernel : array (units, 4 units)
        The four U, in the same order.
    bias : array (4 units,), optional
        The four b, in the same order. Keras starts the forget gate's at 1.
    initial_state : pair of arrays (N, units), optional
        Hidden state h and cell state c before the first step; zeros without it.
    mask, return_sequences, go_backwards
        As in :func:`medtutor.scratch.rnn`. A masked step leaves both states as they are.

    Returns
    -------
    array (N, units), or (N, T, units) with ``return_sequences``
        Hidden states, in the dtype of ``x``.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, shapes that don't match, a mask that is not boolean, or
        sequences without a step.

    Notes
    -----
    Hochreiter & Schmidhuber 1997, doi:10.1162/neco.1997.9.8.1735, with the forget gate of Gers,
    Schmidhuber & Cummins 2000, doi:10.1162/089976600300015015. Taught in lesson 09.
    """
    states = pair_of_states(initial_state)
    given = _checked(x, kernel, recurrent_kernel, bias, states, mask, go_backwards)
    outputs, _ = forward(LSTMCell(given.recurrent_kernel), given, given.bias)
    return outputs if return_sequences else outputs[:, -1]


def lstm_grad(
    grad: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    initial_state: Sequence[np.ndarray] | None = None,
    mask: np.ndarray | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
) -> tuple[Any, ...]:
    r"""Gradients of a loss with respect to all inputs of :func:`lstm`, back through time.

    One step back, from the gradients of :math:`h_t` and :math:`c_t` to those of the gates'
    scores :math:`a_t = x_t W + h_{t-1} U + b` and of the states before:

    .. math::
        \delta c_t &= \delta c_t + \delta h_t\, o_t (1 - \tanh^2 c_t) \\
        \delta a_i &= \delta c_t\, \tilde c_t\, i_t (1 - i_t) \qquad
        \delta a_f = \delta c_t\, c_{t-1}\, f_t (1 - f_t) \\
        \delta a_c &= \delta c_t\, i_t (1 - \tilde c_t^2) \qquad
        \delta a_o = \delta h_t \tanh(c_t)\, o_t (1 - o_t) \\
        \delta c_{t-1} &= \delta c_t\, f_t \qquad \delta h_{t-1} = g_{t-1} + \delta a_t U^\top

    Along the cell state a gradient is multiplied by the forget gate alone: where that is near 1,
    the gradient lives on.

    Parameters
    ----------
    grad : array (N, units), or (N, T, units) with ``return_sequences``
        Gradient of the loss with respect to the output, g in the formula.
    x, kernel, recurrent_kernel, bias, initial_state, mask, return_sequences, go_backwards
        As they were given to :func:`lstm`.

    Returns
    -------
    dx : array (N, T, F)
    dkernel : array (F, 4 units)
    drecurrent_kernel : array (units, 4 units)
    dbias : array (4 units,), or None where ``bias`` is None
    dinitial_state : pair of arrays (N, units)
        Only where ``initial_state`` is given; otherwise four gradients are returned.

    Raises
    ------
    ValueError
        As :func:`lstm`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Greff et al. 2017, doi:10.1109/TNNLS.2016.2582924, appendix A, without peepholes.
    Taught in lesson 09.
    """
    states = pair_of_states(initial_state)
    given = _checked(x, kernel, recurrent_kernel, bias, states, mask, go_backwards)
    grads, cell = checked_grad(grad, given, return_sequences), LSTMCell(given.recurrent_kernel)
    _, memories = forward(cell, given, given.bias)
    dscores, dstates, (drecurrent_kernel,) = backward(cell, given, grads, memories)
    dx, dkernel, dbias = input_grads(dscores, given, go_backwards)
    all_grads = dx, dkernel, drecurrent_kernel, None if bias is None else dbias
    return all_grads if initial_state is None else (*all_grads, dstates)

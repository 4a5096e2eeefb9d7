"""The simple recurrent layer, forward and back through time."""

from functools import partial
from typing import Any, NamedTuple

import numpy as np

from medtutor.scratch.recurrent.checks import States, checked, checked_grad
from medtutor.scratch.recurrent.loop import backward, forward, input_grads

_checked = partial(checked, n_gates=1)


class RNNMemory(NamedTuple):
    """What one step keeps for the way back: the hidden state before it and after it."""

    before: np.ndarray
    h: np.ndarray


class RNNCell(NamedTuple):
    """One step of a simple recurrent layer."""

    recurrent_kernel: np.ndarray

    def step(self, scores: np.ndarray, states: States) -> tuple[States, RNNMemory]:
        """Mix the input's scores with what the last state says."""
        (before,) = states
        h = np.tanh(scores + before @ self.recurrent_kernel)
        return (h,), RNNMemory(before, h)

    def step_grad(self, dstates: States, memory: RNNMemory) -> tuple[np.ndarray, States, States]:
        """Go back through tanh, then through the recurrent kernel."""
        (dh,) = dstates
        dscores = dh * (1 - memory.h**2)
        return dscores, (dscores @ self.recurrent_kernel.T,), (memory.before.T @ dscores,)


def rnn(
    x: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    initial_state: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
) -> np.ndarray:
    r"""Read a sequence step by step, with one hidden state as memory.

    .. math:: h_t = \tanh(x_t W + h_{t-1} U + b)

    Parameters
    ----------
    x : array (N, T, F), float32 or float64
        N sequences of T time steps with F features.
    kernel : array (F, units)
        W in the formula, in Keras' layout as all weights.
    recurrent_kernel : array (units, units)
        U in the formula.
    bias : array (units,), optional
        b in the formula.
    initial_state : array (N, units), optional
        The hidden state before the first step; zeros without it.
    mask : bool array (N, T), optional
        True where a step counts. A masked step leaves the state as it is, and puts out once
        more what the last step that counts put out; before the first one that is zero.
    return_sequences : bool
        Whether to return the output of every step, in the order of reading, or of the last.
    go_backwards : bool
        Whether to read from the last step to the first.

    Returns
    -------
    array (N, units), or (N, T, units) with ``return_sequences``
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, shapes that don't match, a mask that is not boolean, or
        sequences without a step.

    Notes
    -----
    A bidirectional layer is two calls with weights of their own, the second one with
    ``go_backwards=True``, joined along the last axis. Of a sequence, the second output has to be
    turned round first, ``[:, ::-1]``, and Keras' ``Bidirectional`` sets masked outputs to zero.

    Elman 1990, doi:10.1207/s15516709cog1402_1, with Keras' names. Taught in lesson 09.
    """
    states = (initial_state,)
    given = _checked(x, kernel, recurrent_kernel, bias, states, mask, go_backwards)
    outputs, _ = forward(RNNCell(given.recurrent_kernel), given, given.bias)
    return outputs if return_sequences else outputs[:, -1]


def rnn_grad(
    grad: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    initial_state: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
) -> tuple[Any, ...]:
    r"""Gradients of a loss with respect to all inputs of :func:`rnn`, back through time.

    With :math:`a_t = x_t W + h_{t-1} U + b` and :math:`\delta_t` the gradient of :math:`a_t`:

    .. math::
        \delta_t = \left(g_t + \delta_{t+1} U^\top\right) (1 - h_t^2) \qquad
        \frac{\partial L}{\partial x_t} = \delta_t W^\top \qquad
        \frac{\partial L}{\partial W} = \sum_t x_t^\top \delta_t \qquad
        \frac{\partial L}{\partial U} = \sum_t h_{t-1}^\top \delta_t

    Parameters
    ----------
    grad : array (N, units), or (N, T, units) with ``return_sequences``
        Gradient of the loss with respect to the output, g in the formula.
    x, kernel, recurrent_kernel, bias, initial_state, mask, return_sequences, go_backwards
        As they were given to :func:`rnn`.

    Returns
    -------
    dx : array (N, T, F)
    dkernel : array (F, units)
    drecurrent_kernel : array (units, units)
    dbias : array (units,), or None where ``bias`` is None
    dinitial_state : array (N, units)
        Only where ``initial_state`` is given; otherwise four gradients are returned.

    Raises
    ------
    ValueError
        As :func:`rnn`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Werbos 1990, doi:10.1109/5.58337. Taught in lesson 09.
    """
    states = (initial_state,)
    given = _checked(x, kernel, recurrent_kernel, bias, states, mask, go_backwards)
    grads, cell = checked_grad(grad, given, return_sequences), RNNCell(given.recurrent_kernel)
    _, memories = forward(cell, given, given.bias)
    dscores, (dstate,), (drecurrent_kernel,) = backward(cell, given, grads, memories)
    dx, dkernel, dbias = input_grads(dscores, given, go_backwards)
    all_grads = dx, dkernel, drecurrent_kernel, None if bias is None else dbias
    return all_grads if initial_state is None else (*all_grads, dstate)

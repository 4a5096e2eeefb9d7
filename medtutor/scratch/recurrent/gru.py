"""The gated recurrent unit, forward and back through time."""

from functools import partial
from typing import Any

import numpy as np

from medtutor.scratch.recurrent.checks import Given, checked, checked_grad
from medtutor.scratch.recurrent.gru_cells import GRUCell, TextbookGRUCell
from medtutor.scratch.recurrent.loop import backward, forward, input_grads

_checked = partial(checked, n_gates=3)


def gru(
    x: np.ndarray,
    kernel: np.ndarray,
    recurrent_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    *,
    initial_state: np.ndarray | None = None,
    mask: np.ndarray | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    reset_after: bool = True,
) -> np.ndarray:
    r"""Read a sequence step by step, with a state that two gates guard.

    .. math::
        z_t, r_t &= \sigma(x_t W_{z,r} + h_{t-1} U_{z,r} + b_{z,r}) \\
        \tilde h_t &= \tanh(x_t W_h + b_h + r_t (h_{t-1} U_h + b'_h))
            \quad\text{with reset\_after, else}\quad
            \tanh(x_t W_h + b_h + (r_t h_{t-1}) U_h) \\
        h_t &= z_t\, h_{t-1} + (1 - z_t)\, \tilde h_t

    Parameters
    ----------
    x : array (N, T, F), float32 or float64
        N sequences of T time steps with F features.
    kernel : array (F, 3 units)
        The three W side by side, in Keras' order: update gate z, reset gate r, candidate h.
    recurrent_kernel : array (units, 3 units)
        The three U, in the same order.
    bias : array (2, 3 units) with ``reset_after``, (3 units,) without; optional
        The three b; with ``reset_after`` a second row is added to the state's share, before the
        reset gate: b' in the formula.
    initial_state : array (N, units), optional
        The hidden state before the first step; zeros without it.
    mask, return_sequences, go_backwards
        As in :func:`medtutor.scratch.rnn`.
    reset_after : bool
        Whether the reset gate acts behind the recurrent kernel, as is Keras' default, or before
        it, as in the textbooks.

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
    Cho et al. 2014, arXiv:1406.1078: with ``reset_after`` as in its version 1 (and in cuDNN),
    without as in version 3. Here z keeps the old state; in some textbooks it lets the new one
    in. Taught in lesson 09.
    """
    arrays = x, kernel, recurrent_kernel, bias
    given = _checked(*arrays, (initial_state,), mask, go_backwards, reset_after=reset_after)
    cell, bias_of_x = _cell_and_bias(given, reset_after)
    outputs, _ = forward(cell, given, bias_of_x)
    return outputs if return_sequences else outputs[:, -1]


def gru_grad(
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
    reset_after: bool = True,
) -> tuple[Any, ...]:
    r"""Gradients of a loss with respect to all inputs of :func:`gru`, back through time.

    One step back, from the gradient of :math:`h_t` to those of the gates' scores; with
    :math:`s = h_{t-1} U_h + b'_h` and ``reset_after``:

    .. math::
        \delta a_h &= \delta h_t\, (1 - z_t) (1 - \tilde h_t^2) \qquad
        \delta a_r = \delta a_h\, s\, r_t (1 - r_t) \qquad
        \delta a_z = \delta h_t\, (h_{t-1} - \tilde h_t)\, z_t (1 - z_t) \\
        \delta h_{t-1} &= g_{t-1} + \delta h_t\, z_t
            + (\delta a_z, \delta a_r, \delta a_h\, r_t)\, U^\top

    Parameters
    ----------
    grad : array (N, units), or (N, T, units) with ``return_sequences``
        Gradient of the loss with respect to the output, g in the formula.
    x, kernel, recurrent_kernel, bias, initial_state, mask, return_sequences, go_backwards, \
reset_after
        As they were given to :func:`gru`.

    Returns
    -------
    dx : array (N, T, F)
    dkernel : array (F, 3 units)
    drecurrent_kernel : array (units, 3 units)
    dbias : array, of the shape of ``bias``, or None where that is None
    dinitial_state : array (N, units)
        Only where ``initial_state`` is given; otherwise four gradients are returned.

    Raises
    ------
    ValueError
        As :func:`gru`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    From the chain rule, applied to the formula of :func:`gru`. Taught in lesson 09.
    """
    arrays = x, kernel, recurrent_kernel, bias
    given = _checked(*arrays, (initial_state,), mask, go_backwards, reset_after=reset_after)
    grads = checked_grad(grad, given, return_sequences)
    cell, bias_of_x = _cell_and_bias(given, reset_after)
    _, memories = forward(cell, given, bias_of_x)
    dscores, (dstate,), (drecurrent_kernel, *dbias_of_h) = backward(cell, given, grads, memories)
    dx, dkernel, dbias = input_grads(dscores, given, go_backwards)
    dbias = np.stack([dbias, *dbias_of_h]) if reset_after else dbias
    all_grads = dx, dkernel, drecurrent_kernel, None if bias is None else dbias
    return all_grads if initial_state is None else (*all_grads, dstate)


def _cell_and_bias(
    given: Given, reset_after: bool
) -> tuple[GRUCell | TextbookGRUCell, np.ndarray | None]:
    """Return the cell, with what is added to the state's scores, and what to the input's."""
    if not reset_after:
        return TextbookGRUCell(given.recurrent_kernel), given.bias
    of_x, of_h = (None, None) if given.bias is None else given.bias
    return GRUCell(given.recurrent_kernel, of_h), of_x

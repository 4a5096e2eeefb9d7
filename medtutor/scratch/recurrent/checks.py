"""Say clearly what is wrong with a recurrent layer's inputs, and put them in reading order."""

from typing import Any, NamedTuple

import numpy as np

from medtutor.scratch.checks import floats, same_dtype, same_inputs, same_shape

States = tuple[np.ndarray, ...]


class Given(NamedTuple):
    """What a recurrent layer works on, checked; steps come in the order of reading."""

    x: np.ndarray
    kernel: np.ndarray
    recurrent_kernel: np.ndarray
    bias: np.ndarray | None
    states: States
    mask: np.ndarray


def checked(
    x: Any,
    kernel: Any,
    recurrent_kernel: Any,
    bias: Any,
    initial_states: tuple[Any, ...],
    mask: Any,
    go_backwards: bool,
    *,
    n_gates: int,
    reset_after: bool | None = None,
) -> Given:
    """Return the inputs as arrays; a state that is None becomes zeros, no mask all True."""
    x = floats("x", x, "(N, T, F)")
    if x.shape[1] == 0:
        raise ValueError(f"x has shape {x.shape}; give at least one time step")
    kernel, recurrent_kernel = _kernels(x, kernel, recurrent_kernel, n_gates)
    units = len(recurrent_kernel)
    bias = _bias(bias, n_gates * units, reset_after)
    n_states = len(initial_states)
    names = [f"initial_state[{i}]" if n_states > 1 else "initial_state" for i in range(n_states)]
    zeros = np.zeros((len(x), units), x.dtype)
    states = tuple(
        zeros if state is None else _state(name, state, zeros.shape)
        for name, state in zip(names, initial_states, strict=True)
    )
    named = dict(zip(names, states, strict=True))
    same_dtype(x=x, kernel=kernel, recurrent_kernel=recurrent_kernel, bias=bias, **named)
    order = slice(None, None, -1 if go_backwards else 1)
    return Given(
        x[:, order], kernel, recurrent_kernel, bias, states, _mask(mask, x.shape[:2])[:, order]
    )


def checked_grad(grad: Any, given: Given, return_sequences: bool) -> np.ndarray:
    """Return the gradient of every step's output (N, T, units); unseen outputs have zero."""
    n, n_steps = given.mask.shape
    units = len(given.recurrent_kernel)
    axes = "(N, T, units)" if return_sequences else "(N, units)"
    grad = floats("grad", grad, axes)
    seen = (n, n_steps, units) if return_sequences else (n, units)
    same_shape("grad", grad, seen, f"the output with return_sequences={return_sequences}")
    same_dtype(grad=grad, x=given.x)
    if return_sequences:
        return grad
    grads = np.zeros((n, n_steps, units), grad.dtype)
    grads[:, -1] = grad
    return grads


def pair_of_states(initial_state: Any) -> tuple[Any, Any]:
    """Return an LSTM's hidden state and cell state, or None twice."""
    if initial_state is None:
        return None, None
    if not isinstance(initial_state, (tuple, list)) or len(initial_state) != 2:
        raise ValueError(
            f"initial_state is {_said(initial_state)}; an LSTM has two states: give a pair "
            "(hidden state, cell state), each of shape (N, units)"
        )
    return initial_state[0], initial_state[1]


def _said(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    return f"a {type(value).__name__}"


def _kernels(
    x: np.ndarray, kernel: Any, recurrent_kernel: Any, n_gates: int
) -> tuple[np.ndarray, np.ndarray]:
    columns = "units" if n_gates == 1 else f"{n_gates} units"
    recurrent_kernel = floats("recurrent_kernel", recurrent_kernel, f"(units, {columns})")
    units = len(recurrent_kernel)
    if recurrent_kernel.shape[1] != n_gates * units:
        raise ValueError(
            f"recurrent_kernel has shape {recurrent_kernel.shape}; expected (units, {columns}), "
            f"which for {units} rows is {(units, n_gates * units)}"
        )
    kernel = floats("kernel", kernel, f"(F, {columns})")
    same_inputs("features", x, "kernel", kernel, f"(F, {columns})", 0)
    same_shape("kernel", kernel, (x.shape[2], n_gates * units), "x and recurrent_kernel say")
    return kernel, recurrent_kernel


def _bias(bias: Any, size: int, reset_after: bool | None) -> np.ndarray | None:
    if bias is None:
        return None
    bias = floats("bias", bias)
    expected = (2, size) if reset_after else (size,)
    why = "recurrent_kernel's columns say"
    if reset_after is not None:
        why = f"reset_after={reset_after} and {why}"
    same_shape("bias", bias, expected, why)
    return bias


def _state(name: str, state: Any, shape: tuple[int, int]) -> np.ndarray:
    if isinstance(state, (tuple, list)):
        raise ValueError(f"{name} is a {type(state).__name__}; give one array of shape {shape}")
    state = floats(name, state, "(N, units)")
    same_shape(name, state, shape, "x and recurrent_kernel say")
    return state


def _mask(mask: Any, shape: tuple[int, ...]) -> np.ndarray:
    if mask is None:
        return np.ones(shape, bool)
    mask = np.asarray(mask)
    if mask.dtype != bool:
        raise ValueError(
            f"mask is {mask.dtype}; give booleans, True where a step counts. "
            "From lengths: np.arange(T) < lengths[:, None]"
        )
    same_shape("mask", mask, shape, "x's first two axes (N, T)")
    return mask

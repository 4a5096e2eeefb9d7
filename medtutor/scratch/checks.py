"""Say clearly what is wrong with an input, before any arithmetic starts."""

from typing import Any

import numpy as np

from medtutor._checks import each_axis

Pair = tuple[int, int]


def floats(name: str, values: Any, axes: str | None = None) -> np.ndarray:
    """Return ``values`` as a float array, after a check of its type and rank.

    Parameters
    ----------
    name : str
        What the message calls the array.
    values : array_like
        float32 or float64; nothing else is converted in silence.
    axes : str, optional
        The expected axes, such as ``"(N, H, W, Cin)"``; any shape without it.

    Raises
    ------
    ValueError
        For another dtype or another number of axes.
    """
    array = np.asarray(values)
    if array.dtype not in (np.float32, np.float64):
        raise ValueError(
            f"{name} is {array.dtype}; give float32 or float64. "
            f'For an 8-bit image: {name}.astype("float32") / 255'
        )
    n_axes = None if axes is None else len(axes.strip("(),").split(","))
    if n_axes is not None and array.ndim != n_axes:
        raise ValueError(f"{name} has shape {array.shape}; expected {n_axes} axes {axes}")
    return array


def same_dtype(**arrays: np.ndarray | None) -> None:
    """Raise where the arrays are not all float32 or all float64."""
    dtypes = {name: array.dtype for name, array in arrays.items() if array is not None}
    if len(set(dtypes.values())) > 1:
        found = ", ".join(f"{name} is {dtype}" for name, dtype in dtypes.items())
        first = next(iter(dtypes))
        raise ValueError(f"{found}; give all the same, for example with .astype({first}.dtype)")


def same_shape(name: str, array: np.ndarray, expected: tuple[int, ...], what: str) -> None:
    """Raise where ``array`` has not the ``expected`` shape, which is that of ``what``."""
    if array.shape != expected:
        raise ValueError(f"{name} has shape {array.shape}; expected {expected}, as {what}")


def grad_of(grad: Any, x: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return both as float arrays, after a check that each number has its gradient."""
    x = floats("x", x)
    return checked_grad(grad, x, x.shape), x


def checked_grad(
    grad: Any, x: np.ndarray, expected: tuple[int, ...], what: str = "the output"
) -> np.ndarray:
    """Return a gradient as it was given, after a check that it has the output's shape."""
    grad = floats("grad", grad)
    same_shape("grad", grad, expected, what)
    same_dtype(grad=grad, x=x)
    return grad


def same_inputs(
    what: str, x: np.ndarray, name: str, weights: np.ndarray, axes: str, place: int
) -> None:
    """Raise where the last axis of ``x`` isn't as long as axis number ``place`` of weights."""
    if x.shape[-1] != weights.shape[place]:
        raise ValueError(
            f"x has {x.shape[-1]} {what} (shape {x.shape}), {name} is for {weights.shape[place]} "
            f"(shape {weights.shape}, axes {axes}); make the two equal"
        )


def layer_inputs(
    x: Any, name: str, weights: Any, bias: Any, axes: tuple[str, str], what: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Return what a layer works on as float arrays, after a check that they fit together.

    ``axes`` are those of ``x`` and of the weights, which end in what comes in and what goes out.
    """
    x, weights = floats("x", x, axes[0]), floats(name, weights, axes[1])
    same_inputs(what, x, name, weights, axes[1], -2)
    if bias is not None:
        bias = floats("bias", bias)
        same_shape("bias", bias, weights.shape[-1:], f"the last axis of {name}")
    same_dtype(**{"x": x, name: weights, "bias": bias})
    return x, weights, bias


def pair(name: str, value: Any, least: int = 1) -> Pair:
    """Return ``value`` as two whole numbers: ``2`` and ``(2, 2)`` mean the same."""
    first, second = each_axis(name, value, 2, least)
    return first, second

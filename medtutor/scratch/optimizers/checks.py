"""Say clearly what is wrong with an optimizer's arguments or arrays."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from medtutor._checks import number
from medtutor.scratch.checks import floats, same_dtype, same_shape

Rate = float | Callable[[int], float]


def checked_rate(name: str, rate: Any) -> Rate:
    """Return a learning rate above 0, or the function that gives it."""
    if callable(rate):
        return rate
    return number(name, rate, above=True, hint=", such as 0.01, or a function of the step")


def checked_pairs(
    params: Sequence[np.ndarray], grads: Sequence[np.ndarray]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return each parameter array with its gradient, or say which of them don't fit."""
    for name, arrays in (("params", params), ("grads", grads)):
        if not isinstance(arrays, (list, tuple)):
            raise ValueError(
                f"{name} is {type(arrays).__name__}; give a list of arrays, such as [weights, bias]"
            )
    if len(params) != len(grads):
        raise ValueError(
            f"there are {len(params)} arrays in params and {len(grads)} in grads; "
            "give one gradient for each"
        )
    return [
        _checked_pair(place, *pair) for place, pair in enumerate(zip(params, grads, strict=True))
    ]


def _checked_pair(place: int, w: Any, g: Any) -> tuple[np.ndarray, np.ndarray]:
    param, grad = f"params[{place}]", f"grads[{place}]"
    w, g = floats(param, w), np.asarray(g)
    same_dtype(**{grad: g, param: w})
    same_shape(grad, g, w.shape, f"{param} has")
    return w, g


def same_arrays(shapes: list[tuple[int, ...]], params: list[np.ndarray]) -> None:
    """Raise where an optimizer that remembers some arrays is given others."""
    if [w.shape for w in params] != shapes:
        raise ValueError(
            f"params have shapes {[w.shape for w in params]}, in earlier steps they had {shapes}; "
            "an optimizer serves one network: make a new one"
        )

"""Say clearly what is wrong with an optimizer's arguments or arrays."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from medtutor._checks import is_number, is_whole

Rate = float | Callable[[int], float]


def checked_rate(name: str, rate: Any) -> Rate:
    """Return a learning rate above 0, or the function that gives it."""
    if callable(rate):
        return rate
    if not is_number(rate) or not 0 < rate < np.inf:
        raise ValueError(
            f"{name} is {rate!r}; give a number above 0, such as 0.01, or a function of the step"
        )
    return float(rate)


def checked_steps(name: str, steps: Any) -> int:
    """Return a number of steps, from 0 up."""
    if not is_whole(steps) or steps < 0:
        raise ValueError(f"{name} is {steps!r}; give a whole number of steps from 0 up")
    return int(steps)


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
    pairs = [(np.asarray(w), np.asarray(g)) for w, g in zip(params, grads, strict=True)]
    for place, (w, g) in enumerate(pairs):
        _check_pair(place, w, g)
    return pairs


def same_arrays(shapes: list[tuple[int, ...]], params: list[np.ndarray]) -> None:
    """Raise where an optimizer that remembers some arrays is given others."""
    if [w.shape for w in params] != shapes:
        raise ValueError(
            f"params have shapes {[w.shape for w in params]}, in earlier steps they had {shapes}; "
            "an optimizer serves one network: make a new one"
        )


def _check_pair(place: int, w: np.ndarray, g: np.ndarray) -> None:
    if w.dtype not in (np.float32, np.float64):
        raise ValueError(f"params[{place}] is {w.dtype}; give float32 or float64")
    if g.dtype != w.dtype:
        raise ValueError(
            f"grads[{place}] is {g.dtype}, params[{place}] {w.dtype}; "
            f'give both the same, for example with .astype("{w.dtype}")'
        )
    if g.shape != w.shape:
        raise ValueError(
            f"grads[{place}] has shape {g.shape}, params[{place}] {w.shape}; "
            "a gradient has its parameter's shape"
        )

"""Say clearly what is wrong with an optimizer's arguments or arrays."""

import numbers
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Rate = float | Callable[[int], float]


def checked_rate(rate: Any) -> Rate:
    """Return a learning rate above 0, or the function that gives it."""
    if callable(rate):
        return rate
    if not _is_number(rate) or not 0 < rate < np.inf:
        raise ValueError(
            f"learning_rate is {rate!r}; give a number above 0, such as 0.01, "
            "or a function of the step"
        )
    return float(rate)


def above_zero(name: str, value: Any, *, or_zero: bool = False) -> float | None:
    """Return ``value`` as a finite float above 0 (or from 0 up), or ``None`` if it is not set."""
    if value is None:
        return None
    low_enough = _is_number(value) and (value >= 0 if or_zero else value > 0)
    if not low_enough or not value < np.inf:
        least = "from 0 up" if or_zero else "above 0"
        raise ValueError(f"{name} is {value!r}; give a number {least}, or leave it out")
    return float(value)


def number(name: str, value: Any) -> float:
    """Return ``value`` as a finite float from 0 up, such as an epsilon."""
    checked = above_zero(name, value, or_zero=True)
    if checked is None:
        raise ValueError(f"{name} is None; give a number from 0 up")
    return checked


def share(name: str, value: Any, *, or_one: bool = False) -> float:
    """Return ``value`` as a float from 0 to below 1 (or to 1), such as a momentum."""
    inside = _is_number(value) and (0 <= value <= 1 if or_one else 0 <= value < 1)
    if not inside:
        raise ValueError(
            f"{name} is {value!r}; give a number from 0 to {'1' if or_one else 'below 1'}"
        )
    return float(value)


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


def _is_number(value: Any) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))

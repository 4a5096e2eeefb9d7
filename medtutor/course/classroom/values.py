"""Values as plain text between two processes that don't trust each other: never pickled.

Plain data, arrays and random generators travel as they are, functions as a number under which
the other side can call them; of all else only the name of its kind arrives.
"""

import base64
from collections.abc import Callable, Mapping, Sequence, ValuesView
from typing import Any

import numpy as np

_PLAIN_KINDS = "biufcUSmM"


def encode(value: Any, functions: list[Callable]) -> Any:
    """Return a value in terms of JSON; a function is added to ``functions``."""
    try:
        return _encode(value, functions)
    except Exception:  # it doesn't like to be looked at
        return {"odd": type(value).__name__}


def _encode(value: Any, functions: list[Callable]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.ndarray | np.generic) or hasattr(type(value), "__array__"):
        array = np.asarray(value)
        if array.dtype.kind not in _PLAIN_KINDS:
            return {"odd": f"array of {array.dtype.type.__name__}"}
        kind = "scalar" if isinstance(value, np.generic) else "array"
        text = base64.b64encode(array.tobytes()).decode()
        return {kind: [array.dtype.str, list(array.shape), text]}
    for plain in (str, int, float):  # also one that goes by another name
        if isinstance(value, plain):
            return plain(value)
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    if isinstance(value, np.random.Generator):
        return {"generator": value.bit_generator.state}
    if isinstance(value, Mapping):
        return {"dict": [[encode(part, functions) for part in pair] for pair in value.items()]}
    if isinstance(value, Sequence | ValuesView) and not isinstance(value, bytes | bytearray):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return {kind: [encode(item, functions) for item in value]}
    if callable(value):
        functions.append(value)
        return {"function": len(functions) - 1}
    return {"dots": []} if value is Ellipsis else {"odd": type(value).__name__}


def decode(data: Any, function: Callable[[int], Callable]) -> Any:
    """Return the value; what is odd becomes an object that is equal to itself alone.

    ``function`` makes a function of its number.
    """
    if not isinstance(data, dict):
        return data
    ((kind, content),) = data.items()
    match kind:
        case "dots":
            return ...
        case "array" | "scalar":
            array = _decode_array(*content)
            return array[()] if kind == "scalar" else array
        case "complex":
            return complex(*content)
        case "generator":
            generator = np.random.default_rng()
            generator.bit_generator.state = content
            return generator
        case "tuple" | "list":
            items = [decode(item, function) for item in content]
            return tuple(items) if kind == "tuple" else items
        case "dict":
            return {decode(key, function): decode(item, function) for key, item in content}
        case "function":
            return function(int(content))
    return type(str(content)[:60], (), {})()


def write_back(old: Any, new: Any) -> None:
    """Change an argument in place as the other side has changed it."""
    if isinstance(old, np.ndarray):
        old[...] = new
    elif isinstance(old, list):
        old[:] = new
    elif isinstance(old, dict):
        old.clear()
        old.update(new)
    elif isinstance(old, np.random.Generator):
        old.bit_generator.state = new.bit_generator.state


def _decode_array(dtype: str, shape: list[int], data: str) -> np.ndarray:
    if np.dtype(dtype).kind not in _PLAIN_KINDS:
        raise ValueError(f"an array of {dtype}")
    return np.frombuffer(base64.b64decode(data), dtype).reshape(shape).copy()

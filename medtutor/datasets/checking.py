"""Checks of arguments that several functions of this room take."""

from typing import Any

import numpy as np

from medtutor._checks import is_whole
from medtutor.datasets.dataset import Card, size_in_words
from medtutor.datasets.tables import refused


def whole_number(name: str, value: Any, expected: str, *, lowest: int | None = None) -> int:
    """Return a whole number, Python's or NumPy's, as int; ``expected`` says what to give."""
    if not is_whole(value) or (lowest is not None and value < lowest):
        raise ValueError(f"{name} is {value!r}; give {expected}")
    return int(value)


def checked_size(card: Card, size: Any) -> Any:
    """Return an edge length, or the edges of volumes, that the data set comes in."""
    offered = f"it comes in {', '.join(map(size_in_words, card.sizes))} pixels"
    if isinstance(size, (tuple, list, np.ndarray)):
        volumes = (edges for edges in card.sizes if np.array_equal(edges, size))
        found = next(volumes, None)
        if found is None:
            raise ValueError(f"{card.name} has no volumes of size {tuple(size)}; {offered}")
        return found
    number = whole_number("size", size, f"a whole number that {card.name} has; {offered}")
    if number not in card.sizes:
        raise ValueError(f"{card.name} has no size {size}; {offered}")
    return number


def number_array(image: Any) -> np.ndarray:
    """Return an image as an array, where it holds numbers."""
    array = np.asarray(image)
    if array.dtype.kind not in "biuf":
        raise refused("no_numbers", array=array)
    return array


def finite_array(image: Any) -> np.ndarray:
    """Return an image in float64, in which no grey value overflows, where it is finite."""
    values = number_array(image).astype(np.float64)
    n_bad = np.count_nonzero(~np.isfinite(values))
    if n_bad:
        raise refused("not_finite", n_bad=n_bad, size=values.size)
    return values

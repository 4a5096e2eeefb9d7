"""Masks of any program, as class ids from 0 up."""

from pathlib import Path

import numpy as np

from medtutor.datasets.reading.errors import ReadError, shown

_MOST_CLASSES = 32


def class_names_of(folder: Path, values: np.ndarray) -> tuple[str, ...]:
    """Return a name for each value that the masks of a folder have.

    Programs write 0 and 255, or 0, 1, 2 and 4. The values that occur are numbered in their
    order; the names keep the value that stood in the file.

    Parameters
    ----------
    folder : Path
        For messages.
    values : array (n,)
        All different values of all masks, in rising order.

    Raises
    ------
    ReadError
        Where the values are no class ids: fractions, or more than 32 different ones; where 0 for
        the background or everything else is missing.
    """
    problem = _problem(values)
    if problem:
        raise ReadError(
            folder,
            f"its masks {problem}",
            "save masks without smoothing, with 0 for background and 1, 2, … for the classes "
            "(or 255 for a single one)",
        )
    if len(values) == 2:
        return "background", "foreground"
    return "background", *(f"class {int(value)}" for value in values[1:])


def numbered(values: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return the masks with the place of each value in ``values``, uint8."""
    return np.searchsorted(values, masks).astype(np.uint8)


def _problem(values: np.ndarray) -> str:
    few = shown(", ".join(f"{value:g}" for value in values[:8]))
    if values.dtype.kind == "f" and (values != np.rint(values)).any():
        return f"hold fractions ({few}, …)"
    if len(values) > _MOST_CLASSES:
        return f"hold {len(values)} different values ({few}, …): these are shades, not classes"
    if values[0] != 0:
        return f"have no background: their values are {few}"
    if len(values) == 1:
        return "are all empty"
    return ""

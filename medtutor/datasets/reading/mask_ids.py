"""Masks of any program, as class ids from 0 up."""

from pathlib import Path

import numpy as np

from medtutor.datasets.reading.errors import ReadError, shown

_MOST_CLASSES = 32


class MaskValues:
    """All values of the masks of a folder, collected file by file."""

    def __init__(self) -> None:
        self.all = np.zeros(0)
        self._single: dict[float, Path] = {}
        self._has_several = False

    def add(self, path: Path, masks: np.ndarray) -> None:
        """Take in the values of a file."""
        values = np.unique(masks)
        self.all = np.union1d(self.all, values)
        classes = values[values != 0]
        if len(classes) == 1:
            self._single.setdefault(float(classes[0]), path)
        self._has_several |= len(classes) > 1

    def check_one_convention(self) -> None:
        """Raise where some files write the one class as 1, and others as 255."""
        if not self._has_several and self._single.keys() == {1, 255}:
            raise ReadError(
                self._single[1],
                f"is a mask of 0 and 1, but {shown(self._single[255].name)} is one of 0 and 255",
                "write the class with one value in all masks: with 1, or with 255; or, if they "
                "are two classes, with 1 and 2",
            )


def class_names_of(folder: Path, values: MaskValues) -> tuple[str, ...]:
    """Return a name for each value that the masks of a folder have.

    Programs write 0 and 255, or 0, 1, 2 and 4. The values that occur are numbered in their
    order; the names keep the value that stood in the file.

    Parameters
    ----------
    folder : Path
        For messages.
    values : MaskValues
        Those of all masks.

    Raises
    ------
    ReadError
        Where the values are no class ids: fractions, or more than 32 different ones; where 0 for
        the background or everything else is missing; where 1 in one file is 255 in another.
    """
    problem = _problem(values.all)
    if problem:
        raise ReadError(
            folder,
            f"its masks {problem}",
            "save masks without smoothing, with 0 for background and 1, 2, … for the classes "
            "(or 255 for a single one)",
        )
    values.check_one_convention()
    if len(values.all) == 2:
        return "background", "foreground"
    return "background", *(f"class {int(value)}" for value in values.all[1:])


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

"""Masks of any program, as class ids from 0 up."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from medtutor.datasets.reading.errors import refusal
from medtutor.datasets.reading.scan import Scan

_MOST_CLASSES = 32
# How programs write a single class: as 1, or as white of 8 or 16 bits.
_SINGLE = {1, 255, 65535}


@dataclass(frozen=True, eq=False)
class StoredMask:
    """The masks of one file, in the ids that it stores.

    Parameters
    ----------
    scan : Scan
        Class id of every pixel, and what the file says about where they lie.
    depth : int
        Bits of a gray level.
    palette : array (256, 3), optional
        The colour in which each id is shown.
    """

    scan: Scan
    depth: int = 8
    palette: np.ndarray | None = None

    @property
    def ids(self) -> np.ndarray:
        """The masks, (n, H, W)."""
        array = self.scan.array
        return array if array.ndim == 3 else array[np.newaxis]


class _File(NamedTuple):
    path: Path
    values: np.ndarray
    depth: int
    palette: np.ndarray | None


class MaskValues:
    """All values of the masks of a folder, collected file by file.

    What a file stores are its ids. But programs that make PNG files smaller write 0 and 255 as
    0 and 1 of a single bit, or as the numbers of a palette in an order of their own: so the
    files are compared with each other.
    """

    def __init__(self) -> None:
        self._files: list[_File] = []

    def add(self, path: Path, mask: StoredMask) -> None:
        """Take in the values of a file."""
        values = np.unique(mask.ids).astype(np.float64)
        self._files.append(_File(path, values, mask.depth, mask.palette))

    def settled(self) -> list[np.ndarray]:
        """Return for each file the ids that its values mean in this folder, in their order."""
        grays = [file for file in self._files if file.palette is None]
        deepest = max((file.depth for file in grays), default=8)
        known = [file.values for file in grays if file.depth == deepest]
        ids = [_settled(file, np.concatenate([[], *known]), deepest) for file in self._files]
        _check_palettes(
            [file for file, own in zip(self._files, ids, strict=True) if own is file.values]
        )
        _check_one_convention({file.path: own for file, own in zip(self._files, ids, strict=True)})
        return ids

    def numbered(self, masks: list[np.ndarray], ids: list[np.ndarray]) -> np.ndarray:
        """Return the masks of all files, uint8, each id by its place among all ``ids``."""
        everything = np.unique(np.concatenate(ids))
        return np.concatenate(
            [
                np.searchsorted(everything, own)[np.searchsorted(file.values, mask)]
                for file, own, mask in zip(self._files, ids, masks, strict=True)
            ]
        ).astype(np.uint8)


def _settled(file: _File, known: np.ndarray, deepest: int) -> np.ndarray:
    """Return a file's values as stored or, where only so the other files have them, as shown."""
    levels = _gray_levels(file, deepest)
    as_stored, as_shown = (bool(np.isin(ids, known).all()) for ids in (file.values, levels))
    if file.palette is not None and as_stored and as_shown and (levels != file.values).any():
        raise refusal(file.path, "palette_ambiguous")
    return levels if as_shown and not as_stored else file.values


def _gray_levels(file: _File, depth: int) -> np.ndarray:
    """Return the gray levels in which a file's values are shown, in this depth."""
    white = 2**depth - 1
    if file.palette is None:
        return file.values * (white // (2**file.depth - 1))
    colours = file.palette[file.values.astype(int)]
    is_gray = bool((colours == colours[:, :1]).all())
    return colours[:, 0].astype(np.float64) * white / 255 if is_gray else file.values


def _check_palettes(files: list[_File]) -> None:
    """Raise where a number has two colours in two files, or a colour two numbers."""
    first: dict[str, tuple[str, Path]] = {}
    for file in files:
        for what, value in _palette_entries(file):
            other, path = first.setdefault(what, (value, file.path))
            if other != value:
                raise refusal(
                    file.path, "palettes_differ", what=what, value=value, place=path, other=other
                )


def _palette_entries(file: _File) -> Iterator[tuple[str, str]]:
    if file.palette is None:
        return
    numbers = file.values.astype(int).tolist()
    colours = [f"colour {tuple(file.palette[number].tolist())}" for number in numbers]
    for number, colour in zip(numbers, colours, strict=True):
        yield f"number {number}", colour
        if colours.count(colour) == 1:
            yield colour, f"number {number}"


def _check_one_convention(ids: dict[Path, np.ndarray]) -> None:
    """Raise where some files write the one class as 1, and others as 255."""
    single: dict[float, Path] = {}
    for path, own in ids.items():
        classes = own[own != 0]
        if len(classes) > 1:
            return
        for value in classes.tolist():
            single.setdefault(value, path)
    if len(single) > 1 and single.keys() <= _SINGLE:
        low, high = min(single), max(single)
        raise refusal(single[low], "two_conventions", low=low, other=single[high], high=high)


def class_names_of(folder: Path, ids: list[np.ndarray]) -> tuple[str, ...]:
    """Return a name for each id that the masks of a folder have.

    Programs write 0 and 255, or 0, 1, 2 and 4. The ids that occur are numbered in their order;
    the names keep the id that stood in the file.

    Parameters
    ----------
    folder : Path
        For messages.
    ids : list of array
        Those of each file.

    Raises
    ------
    ReadError
        Where the values are no class ids: fractions, or more than 32 different ones; where 0 for
        the background or everything else is missing.
    """
    values = np.unique(np.concatenate(ids))
    problem = _problem(values)
    if problem:
        few = ", ".join(f"{value:g}" for value in values[:8])
        raise refusal(folder, problem, few=few, count=len(values), most=_MOST_CLASSES)
    if len(values) == 2:
        return "background", "foreground"
    return "background", *(f"class {int(value)}" for value in values[1:])


def _problem(values: np.ndarray) -> str:
    if (values != np.rint(values)).any():
        return "masks_with_fractions"
    if len(values) > _MOST_CLASSES:
        return "masks_of_many_values"
    if values[0] < 0:
        return "masks_below_0"
    if values[0] != 0:
        return "masks_without_background"
    return "masks_all_empty" if len(values) == 1 else ""

"""The pixels of DICOM files, in the units of their modality."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor.datasets.reading.dicom_decoding import decoded
from medtutor.datasets.reading.dicom_frames import Frame
from medtutor.datasets.reading.dicom_padding import background_of, is_padding
from medtutor.datasets.reading.dicom_tables import coloured, modality_table
from medtutor.datasets.reading.dicom_units import (
    Line,
    is_measured,
    lines_of,
    modality_tables,
    on_lines,
    unit_of,
)
from medtutor.datasets.reading.errors import check_finite, naming, refusal

if TYPE_CHECKING:
    from pydicom import Dataset

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


@dataclass(frozen=True)
class Pixels:
    """The stored pixels of frames.

    Parameters
    ----------
    photometric : str
        MONOCHROME1, MONOCHROME2 or RGB.
    values : array (n, H, W) or (n, H, W, 3)
        Gray behind a look-up table where the file has one, or RGB.
    padded : array (n, H, W) of bool, optional
        Where gray is padding; ``None`` where nothing is. There, ``values`` is another pixel's.
    ends : list of pairs of float
        The lowest and the highest value that each frame could have.
    """

    photometric: str
    values: np.ndarray
    padded: np.ndarray | None
    ends: list[tuple[float, float]]

    def __getitem__(self, places: list[int]) -> "Pixels":
        padded = None if self.padded is None else self.padded[places]
        ends = [self.ends[place] for place in places]
        return Pixels(self.photometric, self.values[places], padded, ends)


def require_pixels(path: Path, dataset: "Dataset") -> None:
    """Raise where a file holds no image."""
    if not any(name in dataset for name in _PIXELS):
        modality = str(dataset.get("Modality", ""))
        should_have = "Rows" in dataset or not modality
        row = "pixels_missing" if should_have else "no_image_by_modality"
        raise refusal(path, row, modality=modality)


def pixels_of(path: Path, dataset: "Dataset", frames: Sequence[Frame]) -> Pixels:
    """Return the pixels of one file."""
    require_pixels(path, dataset)
    if dataset.get("Modality") == "RTDOSE":
        raise refusal(path, "radiation_dose")
    stored = decoded(path, dataset)
    photometric, values, ends, padded = stored.photometric, stored.values, stored.ends, None
    with naming(path):
        if photometric == "PALETTE COLOR":
            photometric, values = "RGB", coloured(path, dataset, values)
        elif photometric != "RGB":
            padded = is_padding(frames, values, stored.cells)
            if padded is not None:
                # Padding must widen neither the type nor the range of what was measured.
                measured = values[~padded]
                values = np.where(padded, measured.min() if measured.size else 0, values)
            check_finite(path, values)
            tables = modality_tables(frames[0])
            if tables:
                table = modality_table(path, dataset, tables[0])
                values, ends = table[values], (0, max(2**table.n_bits - 1, table.entries.max()))
    return Pixels(photometric, _native(values), padded, [ends] * len(values))


def _native(array: np.ndarray) -> np.ndarray:
    """Return the array in this computer's byte order, and writable."""
    return np.array(array, dtype=array.dtype.newbyteorder("="))


def joined(parts: Sequence[Pixels]) -> Pixels:
    """Return the pixels of several files as one."""
    values = np.concatenate([part.values for part in parts])
    padded = None
    if any(part.padded is not None for part in parts):
        shape = parts[0].values.shape
        padded = np.concatenate(
            [np.zeros(shape, bool) if part.padded is None else part.padded for part in parts]
        )
    return Pixels(
        parts[0].photometric, values, padded, [end for part in parts for end in part.ends]
    )


@dataclass(frozen=True)
class Image:
    """Pixels in the units of their modality.

    Parameters
    ----------
    array : array (n, H, W) or (n, H, W, 3)
        Bright is high.
    unit : str
        "HU" for Hounsfield units, else nothing.
    background : float, optional
        What padding has become; ``None`` where there is none.
    turned_at : float, optional
        Where bright and dark were exchanged: what a value and its former one add up to.
    """

    array: np.ndarray
    unit: str = ""
    background: float | None = None
    turned_at: float | None = None


def image_of(frames: Sequence[Frame], pixels: Pixels) -> Image:
    """Return frames with their look-up, rescaling and turning applied, in DICOM's order."""
    path = frames[0].path
    if pixels.photometric == "RGB":
        return Image(pixels.values)
    with naming(path):
        lines, unit, turned_at = lines_of(frames), unit_of(frames), None
        # A value in a unit has a meaning of its own, however it is to be shown.
        if pixels.photometric == "MONOCHROME1" and not is_measured(frames[0]):
            turned_at = _sum_of_ends(lines, pixels.ends)
            lines = [(-slope, turned_at - intercept) for slope, intercept in lines]
        array = on_lines(pixels.values, lines, unit)
        check_finite(path, array)
        if pixels.padded is None:
            return Image(array, unit, None, turned_at)
        background = background_of(array, pixels.padded, unit)
        return Image(_filled(array, pixels.padded, background), unit, background, turned_at)


def _sum_of_ends(lines: Sequence[Line], ends: Sequence[tuple[float, float]]) -> float:
    """Return the lowest plus the highest value that any of the frames could have."""
    reached = [
        slope * end + intercept
        for (slope, intercept), pair in zip(lines, ends, strict=True)
        for end in pair
    ]
    return min(reached) + max(reached)


def _filled(array: np.ndarray, padded: np.ndarray, background: float) -> np.ndarray:
    if array.dtype.kind in "iu":
        array = array.astype(np.result_type(array, np.min_scalar_type(background)))
    array[padded] = background
    return array

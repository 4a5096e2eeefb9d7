"""The pixels of DICOM files, in the units of their modality."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from medtutor.datasets.reading import dicom_units as units
from medtutor.datasets.reading.dicom_decoding import decoded
from medtutor.datasets.reading.dicom_header import Header
from medtutor.datasets.reading.dicom_padding import with_background, without_padding
from medtutor.datasets.reading.dicom_tables import coloured, modality_table
from medtutor.datasets.reading.errors import check_finite, naming

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


class Pixels(NamedTuple):
    """The stored pixels of frames.

    Parameters
    ----------
    photometric : str
        MONOCHROME1, MONOCHROME2 or RGB.
    values : masked array (n, H, W) or (n, H, W, 3)
        Gray behind a look-up table where the file has one, masked where it is padding, or RGB.
    ends : list of pairs of float
        The lowest and the highest value that each frame could have.
    """

    photometric: str
    values: np.ndarray
    ends: list[tuple[float, float]]


def require_pixels(file: Header) -> None:
    """Raise where a file holds no image."""
    if not any(name in file.dataset for name in _PIXELS):
        modality = file.text("Modality")
        should_have = "Rows" in file.dataset or not modality
        row = "pixels_missing" if should_have else "no_image_by_modality"
        raise file.refusal(row, modality=modality)


def pixels_of(file: Header, frames: Sequence[Header]) -> Pixels:
    """Return the pixels of one file."""
    require_pixels(file)
    if file.get("Modality") == "RTDOSE":
        raise file.refusal("radiation_dose")
    values, cells, ends, photometric = decoded(file)
    with naming(file.path):
        if photometric == "PALETTE COLOR":
            photometric, values = "RGB", coloured(file, values)
        elif photometric != "RGB":
            values = without_padding(frames, values, cells)
            check_finite(file.path, values)
            tables = units.modality_tables(frames[0])
            if tables:
                table = modality_table(file, tables[0])
                looked_up = table[np.ma.getdata(values)]
                values = np.ma.array(looked_up, mask=np.ma.getmask(values))
                ends = (0, max(2**table.n_bits - 1, table.entries.max()))
    # In this computer's byte order, and writable.
    values = np.ma.array(values, dtype=values.dtype.newbyteorder("="), copy=True)
    return Pixels(photometric, values, [ends] * len(values))


class Image(NamedTuple):
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


def image_of(frames: Sequence[Header], pixels: Pixels) -> Image:
    """Return frames with their look-up, rescaling and turning applied, in DICOM's order."""
    path, values = frames[0].path, np.ma.getdata(pixels.values)
    if pixels.photometric == "RGB":
        return Image(values)
    with naming(path):
        lines, unit, turned_at = units.lines_of(frames), units.unit_of(frames), None
        # A value in a unit has a meaning of its own, however it is to be shown.
        if pixels.photometric == "MONOCHROME1" and not units.is_measured(frames[0]):
            turned_at = _sum_of_ends(lines, pixels.ends)
            lines = [(-slope, turned_at - intercept) for slope, intercept in lines]
        array, background = units.on_lines(values, lines, unit), None
        check_finite(path, array)
        if np.ma.is_masked(pixels.values):
            padded = np.ma.getmaskarray(pixels.values)
            array, background = with_background(array, padded, unit)
        return Image(array, unit, background, turned_at)


def _sum_of_ends(lines: Sequence[units.Line], ends: Sequence[tuple[float, float]]) -> float:
    """Return the lowest plus the highest value that any of the frames could have."""
    reached = [
        slope * end + intercept
        for (slope, intercept), pair in zip(lines, ends, strict=True)
        for end in pair
    ]
    return min(reached) + max(reached)

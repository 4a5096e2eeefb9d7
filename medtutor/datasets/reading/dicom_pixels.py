"""The pixels of one DICOM file, in the units of its modality."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor.datasets.reading.dicom_decoding import decoded
from medtutor.datasets.reading.dicom_file import check_declared_size, numbers
from medtutor.datasets.reading.errors import DAMAGED, ReadError, check_finite, naming

if TYPE_CHECKING:
    from pydicom import Dataset

_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def image_of(
    path: Path, dataset: "Dataset", rescales: Sequence["Dataset"] | None = None
) -> tuple[np.ndarray, str]:
    """Return the image of a file, and its unit.

    Parameters
    ----------
    path : Path
        For messages.
    dataset : Dataset
        The parsed file, with pixels.
    rescales : sequence of Dataset, optional
        What holds the rescale slope and intercept of each frame, where that isn't the file's
        main part.

    Returns
    -------
    array
        ``(H, W)``, ``(T, H, W)``, ``(H, W, 3)`` or ``(T, H, W, 3)``. Colour is RGB, uint8 or as
        stored; gray is rescaled, bright is high also where MONOCHROME1 says otherwise.
    str
        ``"HU"`` for CT in Hounsfield units, else ``""``.
    """
    with naming(path):
        _require_pixels(path, dataset)
        check_declared_size(path, dataset)
        stored = decoded(path, dataset)
        check_finite(path, stored)
        photometric = str(dataset.get("PhotometricInterpretation", ""))
        if photometric == "PALETTE COLOR":
            return _coloured(path, dataset, stored), ""
        if dataset.get("SamplesPerPixel", 1) != 1:
            return _native(stored), ""
        # Hounsfield units have a meaning of their own, however they are to be shown.
        if photometric == "MONOCHROME1" and dataset.get("Modality") != "CT":
            stored = _inverted(dataset, stored)
        return _in_units(path, dataset, stored, rescales)


def _require_pixels(path: Path, dataset: "Dataset") -> None:
    modality = str(dataset.get("Modality", "")) or "unknown"
    has_pixels = any(name in dataset for name in _PIXELS)
    if not has_pixels and ("Rows" in dataset or modality == "unknown"):
        raise ReadError(
            path, "has no pixels where an image should have them, or was never one", DAMAGED
        )
    if not has_pixels:
        raise ReadError(
            path,
            f"holds no image (its modality is {modality})",
            "reports, plans, contours and curves have no pixels: give an image of the same study",
        )
    if modality == "RTDOSE":
        raise ReadError(path, "holds a radiation dose, not an image", "give the CT that it is for")


def _coloured(path: Path, dataset: "Dataset", stored: np.ndarray) -> np.ndarray:
    from pydicom.pixels import apply_color_lut

    # A few bytes of such a palette can ask for gigabytes, or for one another without end.
    if "SegmentedRedPaletteColorLookupTableData" in dataset:
        raise ReadError(path, "has a palette written in segments", "export the images as RGB")
    colours = apply_color_lut(stored, dataset)[..., :3]
    return (colours >> 8).astype(np.uint8) if colours.dtype == np.uint16 else _native(colours)


def _inverted(dataset: "Dataset", stored: np.ndarray) -> np.ndarray:
    """Swap bright and dark within the range of the stored bits."""
    if stored.dtype.kind == "f":
        return stored.max() + stored.min() - stored
    bits = int(dataset.get("BitsStored", 8 * stored.dtype.itemsize))
    return (-1 if stored.dtype.kind == "i" else 2**bits - 1) - stored


def _in_units(
    path: Path, dataset: "Dataset", stored: np.ndarray, rescales: Sequence["Dataset"] | None
) -> tuple[np.ndarray, str]:
    if "ModalityLUTSequence" in dataset:
        from pydicom.pixels import apply_modality_lut

        return _native(apply_modality_lut(stored, dataset)), ""
    sources = rescales or [dataset]
    lines = [_slope_and_intercept(path, source) for source in sources]
    is_ct = dataset.get("Modality") == "CT"
    if is_ct and None in lines:
        raise ReadError(
            path,
            "is CT but has no RescaleSlope and RescaleIntercept, so Hounsfield units can't be "
            "computed",
            "take the scanner's original export, not a converted copy; if you know the numbers, "
            "write them into the header with pydicom (often slope 1, intercept -1024)",
        )
    kinds = {str(source.get("RescaleType") or "HU") for source in sources}
    unit = "HU" if is_ct and kinds == {"HU"} else ""
    return _on_lines(stored, [line or (1.0, 0.0) for line in lines]), unit


def _slope_and_intercept(path: Path, source: "Dataset") -> tuple[float, float] | None:
    slope = numbers(path, source, "RescaleSlope", 1)
    intercept = numbers(path, source, "RescaleIntercept", 1)
    if slope is None and intercept is None:
        return None
    if slope is None or intercept is None:
        missing = "RescaleSlope" if slope is None else "RescaleIntercept"
        raise ReadError(path, f"its header lacks {missing}", "export it again, or add it")
    if slope[0] == 0:
        raise ReadError(
            path,
            "its RescaleSlope is 0, so every pixel would have the same value",
            "export it again; if you know the slope, write it into the header with pydicom",
        )
    return slope[0], intercept[0]


def _on_lines(stored: np.ndarray, lines: Sequence[tuple[float, float]]) -> np.ndarray:
    if len(set(lines)) == 1:
        return _on_line(stored, *lines[0])
    frames = [_on_line(frame, *line) for frame, line in zip(stored, lines, strict=True)]
    return np.stack(frames)


def _on_line(stored: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    """Return slope times stored plus intercept, in the smallest type that holds it exactly."""
    if (slope, intercept) == (1, 0):
        return _native(stored)
    ends = [int(end) * slope + intercept for end in (stored.min(), stored.max())]
    whole = stored.dtype.kind in "iu" and slope.is_integer() and intercept.is_integer()
    # Products may leave int16 where the sum is within it again.
    safe = max(abs(int(end) * slope) for end in (stored.min(), stored.max())) + abs(intercept)
    if not whole or safe >= 2**31:
        return (stored * np.float64(slope) + intercept).astype(np.float32)
    values = stored.astype(np.int32) * np.int32(slope) + np.int32(intercept)
    fits = min(ends) >= -(2**15) and max(ends) < 2**15
    return values.astype(np.int16) if fits else values


def _native(array: np.ndarray) -> np.ndarray:
    """Return the array in this computer's byte order, and writable."""
    return np.array(array, dtype=array.dtype.newbyteorder("="))

"""Real images, small enough that the numbers of each pixel can be followed."""

from typing import TypedDict

import numpy as np

LARGEST_EDGE = 64


class Picture(TypedDict):
    """An image as the explorers' scripts take it."""

    name: str
    title: str
    about: str
    pixels: list[list[float]]


def brain() -> Picture:
    """Return the middle axial slice of the ICBM average brain, 0 to 255."""
    from medtutor.datasets import average_brain

    volume, _ = average_brain()
    middle = np.asarray(volume)[len(volume) // 2]
    pixels, _ = shrunk(_without_margin(middle))
    about = "average brain of 152 people (ICBM), MR, T1-weighted"
    return _picture("brain", "brain slice (MR)", about, np.rint(pixels))


def lung() -> Picture:
    """Return pydicom's example CT in a lung window, 0 to 255.

    The window has its centre at -600 HU and is 1500 HU wide.
    """
    from pydicom import dcmread
    from pydicom.data import get_testdata_file

    # It lies in pydicom's own package: nothing is ever fetched.
    scan = dcmread(str(get_testdata_file("CT_small.dcm", download=False)))
    hounsfield = scan.pixel_array * float(scan.RescaleSlope) + float(scan.RescaleIntercept)
    windowed = np.clip((hounsfield - (-600 - 750)) / 1500, 0, 1) * 255
    pixels, _ = shrunk(windowed)
    about = "spine between two lungs, CT in a lung window (−1350 to 150 HU)"
    return _picture("lung", "lung slice (CT)", about, np.rint(pixels))


def own(image: np.ndarray) -> Picture:
    """Return the learner's image, and say it where it had to be shrunk."""
    pixels, block = shrunk(checked_image(image))
    about = "your image"
    if block > 1:
        about += f", each pixel the mean of {block} × {block}"
    return _picture("own", "your image", about, pixels)


def checked_image(image: np.ndarray) -> np.ndarray:
    """Return ``image`` as floats, or say what is wrong with it."""
    array = np.asarray(image)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"image holds {array.dtype} values; give an array of real numbers")
    if array.ndim != 2:
        raise ValueError(
            f"image has shape {array.shape}; give one 2-D slice (rows, columns), "
            "for example volume[10] or images[0, :, :, 0]"
        )
    if array.size == 0:
        raise ValueError(f"image has shape {array.shape}; give at least one pixel")
    if not np.isfinite(array).all():
        raise ValueError(
            f"image holds {np.count_nonzero(~np.isfinite(array))} pixels that are NaN or "
            "infinite; replace them first, for example with np.nan_to_num(image)"
        )
    return array.astype(float)


def shrunk(image: np.ndarray) -> tuple[np.ndarray, int]:
    """Average square blocks of ``image`` until no edge is above 64 pixels.

    Returns
    -------
    array (rows, columns) of float
        Rows and columns that fill no whole block at the bottom and right are left out.
    int
        Edge of a block; 1 where nothing had to be averaged.
    """
    block = -(-max(image.shape) // LARGEST_EDGE)
    rows, columns = (max(length // block, 1) for length in image.shape)
    cut = image[: rows * block, : columns * block].astype(float)
    height, width = cut.shape
    return cut.reshape(rows, height // rows, columns, width // columns).mean(axis=(1, 3)), block


def _without_margin(image: np.ndarray) -> np.ndarray:
    """Cut away the empty rows and columns around what is seen, but for two."""
    rows, columns = (np.flatnonzero(image.any(axis=axis)) for axis in (1, 0))
    return image[max(rows[0] - 2, 0) : rows[-1] + 3, max(columns[0] - 2, 0) : columns[-1] + 3]


def _picture(name: str, title: str, about: str, pixels: np.ndarray) -> Picture:
    return {"name": name, "title": title, "about": about, "pixels": pixels.tolist()}

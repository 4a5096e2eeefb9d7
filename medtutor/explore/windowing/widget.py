"""A CT slice and the window it is looked at through."""

from typing import Any, TypedDict

import numpy as np
import traitlets

from medtutor._checks import checked_within
from medtutor.datasets import Scan
from medtutor.explore.common.packed import (
    Packed,
    block_mean,
    blocks_for,
    checked_numbers,
    checked_spacing,
    packed,
)
from medtutor.explore.common.widget import PictureExplorer, source
from medtutor.explore.common.windows import PRESETS, RANGES, SOURCE
from medtutor.explore.windowing.measures import grey_histogram

LARGEST_SLICE = 512 * 512


class Slice(TypedDict):
    """A CT slice as the explorer's script takes it."""

    name: str
    title: str
    about: str
    pixels: Packed
    spacing: list[float]
    histogram: dict[str, list[float] | list[int]]


class WindowingExplorer(PictureExplorer):
    """The widget that ``windowing`` returns; it computes in the page, with no kernel needed.

    Its traits are what the learner sees, and can be read and set from Python: ``picture``,
    ``center`` and ``width`` of the window in Hounsfield units, and ``place``, the row and column
    of the pixel that is read out.
    """

    _esm = source(
        "common/page.js",
        "common/svg.js",
        "common/packed.js",
        "common/slices.js",
        "common/window_controls.js",
        "windowing/words.js",
        "windowing/drawing.js",
        "windowing/page.js",
    )
    _css = source("common/style.css", "common/window_controls.css", "windowing/style.css")

    presets: traitlets.List[Any] = traitlets.List().tag(sync=True)
    ranges = traitlets.Dict().tag(sync=True)
    source = traitlets.Unicode(SOURCE).tag(sync=True)
    center = traitlets.Float(-600.0, min=-1100, max=3100).tag(sync=True)
    width = traitlets.Float(1500.0, min=1, max=4200).tag(sync=True)
    place = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(0, 0)).tag(sync=True)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        about = self.shown()["about"]
        return (
            f"Windowing explorer: {about}, through a window with its centre at {self.center:g} HU "
            f"and {self.width:g} HU wide."
        )


def windowing(
    scan: Scan | np.ndarray | None = None, *, center: float = -600, width: float = 1500
) -> WindowingExplorer:
    """Drag a window over a CT slice: what it shows, and what it hides.

    Parameters
    ----------
    scan : Scan or array (rows, columns), optional
        One slice in Hounsfield units. A slice with more than 512 × 512 pixels is shrunk by
        averaging, and its caption says so. Without it, a simulated slice of ``lung_ct`` and
        pydicom's example CT are on offer.
    center : float
        Where the window's centre begins, in Hounsfield units, -1100 to 3100.
    width : float
        How wide the window is at first, in Hounsfield units, 1 to 4200.

    Returns
    -------
    WindowingExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For anything but one finite 2-D slice, a scan in another unit than HU, or a window out of
        its range.

    Notes
    -----
    The grey levels are those of ``medtutor.datasets.window``. Taught in lesson 01.
    """
    offered = [_simulated(), _real()] if scan is None else [_own(scan)]
    shape = offered[0]["pixels"]["shape"]
    return WindowingExplorer(
        pictures=offered,
        presets=[{"name": name, "center": c, "width": w} for name, (c, w) in PRESETS.items()],
        ranges={name: list(ends) for name, ends in RANGES.items()},
        picture=offered[0]["name"],
        center=checked_within("center", center, *RANGES["center"], "a number of HU"),
        width=checked_within("width", width, *RANGES["width"], "a number of HU"),
        place=(shape[0] // 2, shape[1] // 2),
    )


def _simulated() -> Slice:
    """Return the first patient's uppermost slice of ``lung_ct``."""
    from medtutor.datasets import load
    from medtutor.datasets.lung import FIELD_OF_VIEW_MM

    hounsfield = load("lung_ct", n_train=4).train.images[3, :, :, 0]
    mm = FIELD_OF_VIEW_MM / len(hounsfield)
    return _slice("lung_ct", "chest (simulated)", "simulated chest", hounsfield, (mm, mm))


def _real() -> Slice:
    """Return pydicom's example CT; it lies in pydicom's own package, nothing is fetched."""
    from pydicom import dcmread
    from pydicom.data import get_testdata_file

    file = dcmread(str(get_testdata_file("CT_small.dcm", download=False)))
    hounsfield = file.pixel_array * float(file.RescaleSlope) + float(file.RescaleIntercept)
    spacing = tuple(float(mm) for mm in file.PixelSpacing)
    return _slice("ct", "spine (real CT)", "real CT, spine between two lungs", hounsfield, spacing)


def _own(scan: Scan | np.ndarray) -> Slice:
    array, spacing = (scan.array, scan.spacing) if isinstance(scan, Scan) else (scan, None)
    if isinstance(scan, Scan) and scan.unit != "HU":
        raise ValueError(
            f"this is {scan!r}: not in Hounsfield units, so that windows such as lung mean "
            "nothing on it; give a CT, or look at it with explore.volume"
        )
    values = checked_numbers("scan", array)
    if values.ndim != 2:
        raise ValueError(
            f"scan has shape {values.shape}; give one 2-D slice (rows, columns) in Hounsfield "
            "units, for example scan.array[10], or images[0, :, :, 0]"
        )
    blocks = blocks_for(values.shape, (1.0, 1.0), LARGEST_SLICE)
    about = "your slice"
    if max(blocks) > 1:
        about += f", each pixel the mean of {blocks[0]} × {blocks[1]}"
    mm = checked_spacing(spacing, 2) if spacing is not None else (1.0, 1.0)
    reduced_mm = tuple(size * block for size, block in zip(mm, blocks, strict=True))
    reduced = block_mean(values, blocks) if max(blocks) > 1 else values
    return _slice("own", "your slice", about, reduced, reduced_mm)


def _slice(
    name: str, title: str, about: str, hounsfield: np.ndarray, spacing: tuple[float, ...]
) -> Slice:
    return {
        "name": name,
        "title": title,
        "about": about,
        "pixels": packed(hounsfield),
        "spacing": list(spacing),
        "histogram": grey_histogram(hounsfield),
    }

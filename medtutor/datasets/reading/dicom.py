"""DICOM: one file, or the folder of a series, as a Scan."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from medtutor._progress import bar
from medtutor.datasets.reading import dicom_geometry as geometry
from medtutor.datasets.reading.dicom_header import (
    Header,
    check_declared_size,
    frames_of,
    open_dicom,
)
from medtutor.datasets.reading.dicom_metadata import metadata_of
from medtutor.datasets.reading.dicom_pixels import Pixels, image_of, pixels_of, require_pixels
from medtutor.datasets.reading.dicom_series import check_alike, one_series, order_by_number
from medtutor.datasets.reading.dicom_spacing import common_aspect, common_spacing
from medtutor.datasets.reading.errors import kind_of, naming, place_of
from medtutor.datasets.reading.files import files_in
from medtutor.datasets.reading.scan import Scan


def read_dicom(path: str | Path, series: str | int | None = None) -> Scan:
    """Read a DICOM image, or all slices of a series in a folder.

    Slices are sorted along their normal (from the feet to the head for axial ones, from the
    patient's right to the left for sagittal ones, from the back to the front or the other way
    round for coronal ones, as the row and column directions have it), rescaled (CT to Hounsfield
    units), and stacked. MONOCHROME1 is inverted last, so bright is high; CT and PET keep their
    units. Padding becomes a background: -1000 in Hounsfield units, else 0, or the lowest value
    where that is below 0. YBR and palette colour become RGB. A multi-frame file whose frames lie
    at different places is a volume, else a film.

    Parameters
    ----------
    path : path
        A file, or a folder that is searched with all its sub-folders. Hidden files, ``DICOMDIR``
        and what systems leave in folders aren't looked at; every other file must be DICOM.
    series : str or int, optional
        Which series, where the folder holds several: a SeriesInstanceUID or SeriesNumber.

    Returns
    -------
    Scan
        ``array`` of shape ``(H, W)`` for one image, ``(D, H, W)`` for a volume, ``(T, H, W)`` for
        frames and for slices without positions, by InstanceNumber; colour adds an axis of 3.
        ``affine`` takes (slice, row, column) to mm in DICOM's patient coordinates: to the
        patient's left, back, and head; a single image counts as slice 0.
        ``metadata`` holds header values by keyword, for each frame its own, else those that all
        share; what differs is a tuple with one entry for each slice or frame. ``WindowCenter`` is
        turned round with MONOCHROME1, and ``PixelPaddingValue`` and ``PixelPaddingRangeLimit``
        have the pixels' sign. Added are ``Background``, where padding was replaced, and
        ``RealWorldValueSlope``, ``…Intercept`` and ``…Units``, where there is one such mapping:
        it is applied where the header has no rescale slope.

    Raises
    ------
    ReadError
        Names the file, what is wrong with it and the cure: no DICOM, damaged, several series,
        sizes or directions that differ, a missing or a double slice, a slice or frame that lacks
        what others have, CT without a rescale slope, a slope of 0, a compression without its
        plugin, pixels that would fill the memory.

    Notes
    -----
    Never taken over are elements that could say who the patient is. Text that is burned into the
    pixels stays in the pixels. Overlays and presentation states are not applied.

    Taught in lesson 01.
    """
    place = place_of(path)
    with naming(place):
        files = files_in(place) if kind_of(place) == "folder" else [place]
        headers = [
            open_dicom(file, header_only=True)
            for file in bar(files, desc="reading headers", unit="file")
        ]
        chosen = one_series(place, headers, series)
        return _read_file(chosen[0].path) if len(chosen) == 1 else _read_series(chosen)


def _read_file(path: Path) -> Scan:
    file = open_dicom(path)
    require_pixels(file)
    check_declared_size(file)
    frames = frames_of(file)
    grid = _grid_of(frames, is_file=True)
    found = pixels_of(file, frames)
    pixels = Pixels(found.photometric, found.values[grid.order], found.ends)
    return _scan([frames[place] for place in grid.order], grid, pixels)


def _read_series(headers: Sequence[Header]) -> Scan:
    check_alike(headers)
    check_declared_size(headers[0], n_images=len(headers))
    frames = [frame for header in headers for frame in frames_of(header)]
    grid = _grid_of(frames, is_file=False)
    frames = [frames[place] for place in grid.order]
    return _scan(frames, grid, _pixels_of_files(frames))


def _pixels_of_files(frames: Sequence[Header]) -> Pixels:
    parts = [
        pixels_of(open_dicom(frame.path), [frame])
        for frame in bar(frames, desc="reading slices", unit="slice")
    ]
    values = np.ma.concatenate([part.values for part in parts])
    ends = [part.ends[0] for part in parts]
    return Pixels(parts[0].photometric, values, ends)


class _Grid(NamedTuple):
    """Where frames belong, and how large they are."""

    order: list[int]
    spacing: tuple[float, ...] | None = None
    affine: np.ndarray | None = None


def _grid_of(frames: Sequence[Header], *, is_file: bool) -> _Grid:
    in_plane, planes = common_spacing(frames), geometry.planes_of(frames)
    if not planes or (is_file and not geometry.have_distinct_heights(planes)):
        return _Grid(list(range(len(frames))) if is_file else order_by_number(frames), in_plane)
    order = geometry.order_of(planes).tolist()
    planes = [planes[place] for place in order]
    if in_plane is None:
        return _Grid(order)
    step = geometry.step_of(planes)
    spacing = in_plane if len(planes) == 1 else (float(step @ planes[0].normal), *in_plane)
    return _Grid(order, spacing, geometry.affine_of(planes[0], step, in_plane))


def _scan(frames: Sequence[Header], grid: _Grid, pixels: Pixels) -> Scan:
    image = image_of(frames, pixels)
    metadata = metadata_of(frames)
    aspect = None if grid.spacing else common_aspect(frames)
    if aspect is not None:
        metadata["PixelAspectRatio"] = aspect
    if image.background is not None:
        metadata["Background"] = image.background
    if image.turned_at is not None and "WindowCenter" in metadata:
        metadata["WindowCenter"] = _turned(metadata["WindowCenter"], image.turned_at)
    array = image.array if len(frames) > 1 else image.array[0]
    modality = str(frames[0].get("Modality") or "")
    return Scan(array, grid.spacing, modality, image.unit, metadata, grid.affine)


def _turned(center: Any, turned_at: float) -> Any:
    """Return a window's center as MONOCHROME1's turned values have it: the same looks bright."""
    if isinstance(center, tuple):
        return tuple(_turned(part, turned_at) for part in center)
    # The 1 belongs to DICOM's formula of a window, in which half a value is left over.
    return turned_at + 1 - center if isinstance(center, float) else center

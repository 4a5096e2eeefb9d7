"""DICOM: one file, or the folder of a series, as a Scan."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor._progress import bar
from medtutor.datasets.reading.dicom_file import (
    check_declared_size,
    metadata_of,
    n_frames,
    numbers,
    open_dicom,
)
from medtutor.datasets.reading.dicom_geometry import (
    Plane,
    affine_of,
    order_of,
    pixel_spacing,
    plane_of,
    step_of,
)
from medtutor.datasets.reading.dicom_multiframe import scan_of_frames
from medtutor.datasets.reading.dicom_pixels import image_of
from medtutor.datasets.reading.dicom_series import (
    Header,
    by_instance_number,
    check_alike,
    one_series,
)
from medtutor.datasets.reading.errors import ReadError, kind_of, naming, place_of
from medtutor.datasets.reading.listing import files_in
from medtutor.datasets.reading.scan import Scan

if TYPE_CHECKING:
    from pydicom import Dataset


def read_dicom(path: str | Path, series: str | int | None = None) -> Scan:
    """Read a DICOM image, or all slices of a series in a folder.

    Slices are sorted along their normal (from the feet to the head for axial ones, from the
    patient's right to the left for sagittal ones, from the back to the front or the other way
    round for coronal ones, as the row and column directions have it), rescaled (CT to Hounsfield
    units), and stacked. MONOCHROME1 is inverted, so bright is high. YBR and palette colour become
    RGB. A multi-frame file whose frames lie at different places is a volume, else a film.

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

    Raises
    ------
    ReadError
        Names the file, what is wrong with it and the cure: no DICOM, damaged, several series,
        sizes or directions that differ, a missing or a double slice, CT without a rescale slope,
        a slope of 0, a compression without its plugin, pixels that would fill the memory.

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
            Header(file, open_dicom(file, header_only=True))
            for file in bar(files, desc="reading headers", unit="file")
        ]
        chosen = one_series(place, headers, series)
        return _read_single(chosen[0].path) if len(chosen) == 1 else _read_stack(chosen)


def _read_single(path: Path) -> Scan:
    dataset = open_dicom(path)
    if n_frames(path, dataset) > 1 or "PerFrameFunctionalGroupsSequence" in dataset:
        return scan_of_frames(path, dataset)
    array, unit = image_of(path, dataset)
    spacing = pixel_spacing(path, dataset)
    plane = plane_of(path, dataset, dataset)
    affine = None
    if plane is not None and spacing is not None:
        affine = affine_of(plane, step_of([plane], _thickness(path, dataset)), spacing)
    return _scan(path, dataset, array, spacing, unit, affine)


def _read_stack(headers: Sequence[Header]) -> Scan:
    first = headers[0]
    check_alike(headers)
    check_declared_size(first.path, first.dataset, n_images=len(headers))
    planes = [plane_of(header.path, header.dataset, header.dataset) for header in headers]
    placed = [plane for plane in planes if plane is not None]
    in_plane = pixel_spacing(first.path, first.dataset)
    if not placed:
        ordered = by_instance_number(headers)
        array, unit = _stacked(ordered)
        return _scan(first.path, ordered[0].dataset, array, in_plane, unit, None)
    if len(placed) < len(headers):
        lost = headers[planes.index(None)]
        raise ReadError(
            lost.path,
            "doesn't say where it lies (ImagePositionPatient), others of its series do",
            "move it to another folder, or export the series again",
        )
    order = order_of(placed)
    placed = [placed[index] for index in order]
    array, unit = _stacked([headers[index] for index in order])
    step = step_of(placed, None)
    spacing, affine = _volume_geometry(placed, step, in_plane)
    return _scan(placed[0].path, headers[order[0]].dataset, array, spacing, unit, affine)


def _volume_geometry(
    planes: Sequence[Plane], step: np.ndarray, in_plane: tuple[float, float] | None
) -> tuple[tuple[float, ...] | None, np.ndarray | None]:
    if in_plane is None:
        return None, None
    distance = float(step @ planes[0].normal)
    return (distance, *in_plane), affine_of(planes[0], step, in_plane)


def _stacked(headers: Sequence[Header]) -> tuple[np.ndarray, str]:
    images, units = [], set()
    for header in bar(headers, desc="reading slices", unit="slice"):
        image, unit = image_of(header.path, open_dicom(header.path))
        images.append(image)
        units.add(unit)
    return np.stack(images), units.pop() if len(units) == 1 else ""


def _thickness(path: Path, dataset: "Dataset") -> float | None:
    found = numbers(path, dataset, "SpacingBetweenSlices", 1) or numbers(
        path, dataset, "SliceThickness", 1
    )
    return abs(found[0]) if found else None


def _scan(
    path: Path,
    dataset: "Dataset",
    array: np.ndarray,
    spacing: tuple[float, ...] | None,
    unit: str,
    affine: np.ndarray | None,
) -> Scan:
    metadata = metadata_of(path, dataset)
    return Scan(array, spacing, str(metadata.get("Modality", "")), unit, metadata, affine)

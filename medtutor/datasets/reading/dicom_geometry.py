"""Where slices lie in the patient: their order, their distance, and the affine."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor.datasets.reading.dicom_file import numbers
from medtutor.datasets.reading.errors import ReadError, naming, shown

if TYPE_CHECKING:
    from pydicom import Dataset

# Positions are written with few digits: slices may be so far from even, as a share of a step.
_UNEVEN = 0.1


@dataclass(frozen=True, eq=False)
class Plane:
    """One slice in DICOM's patient coordinates: mm to the left, to the back, to the head.

    Parameters
    ----------
    path : Path
        The file that it is in.
    position : array (3,)
        Centre of the first pixel.
    along_row, along_column : arrays (3,)
        Unit vectors: where the next pixel of a row, of a column, lies.
    """

    path: Path
    position: np.ndarray
    along_row: np.ndarray
    along_column: np.ndarray

    @property
    def normal(self) -> np.ndarray:
        """The unit vector at right angles to the slice."""
        return np.cross(self.along_row, self.along_column)

    @property
    def height(self) -> float:
        """How far along the normal the slice lies, in mm."""
        return float(self.position @ self.normal)


def plane_of(path: Path, positioned: "Dataset", oriented: "Dataset") -> Plane | None:
    """Return the plane that the header gives; ``None`` where it gives none."""
    position = numbers(path, positioned, "ImagePositionPatient", 3)
    orientation = numbers(path, oriented, "ImageOrientationPatient", 6)
    if position is None or orientation is None:
        return None
    row, column = np.asarray(orientation[:3]), np.asarray(orientation[3:])
    gram = np.array([row @ row, column @ column, row @ column])
    if not np.allclose(gram, [1, 1, 0], atol=0.02):
        raise ReadError(
            path,
            f"its ImageOrientationPatient is {orientation}: no two unit vectors at right angles",
            "export it again, or correct the header with pydicom",
        )
    return Plane(path, np.asarray(position), row, column)


def pixel_spacing(path: Path, *sources: "Dataset") -> tuple[float, float] | None:
    """Return mm between rows and between columns, from the first source that says it."""
    for source in sources:
        for keyword in ("PixelSpacing", "ImagerPixelSpacing"):
            found = numbers(path, source, keyword, 2)
            if found is not None:
                return _positive(path, keyword, found)
    return _ultrasound_spacing(path, sources[-1])


def _positive(path: Path, keyword: str, found: tuple[float, ...]) -> tuple[float, float]:
    if min(found) <= 0:
        raise ReadError(
            path,
            f"its {keyword} is {found}; distances are above 0",
            "export it again, or correct the header with pydicom",
        )
    return found[0], found[1]


def _ultrasound_spacing(path: Path, dataset: "Dataset") -> tuple[float, float] | None:
    """Return the spacing of ultrasound, which counts in cm, where one region is all there is."""
    with naming(path):
        regions = dataset.get("SequenceOfUltrasoundRegions") or []
        if len(regions) != 1 or any(
            regions[0].get(f"PhysicalUnits{axis}Direction") != 3 for axis in "XY"
        ):
            return None
        deltas = [numbers(path, regions[0], f"PhysicalDelta{axis}", 1) for axis in "YX"]
    if None in deltas:
        return None
    return _positive(path, "PhysicalDelta", tuple(10 * abs(delta[0]) for delta in deltas if delta))


def have_distinct_heights(planes: Sequence[Plane]) -> bool:
    """Say whether planes are parallel and no two lie at the same place, as in a volume."""
    parallel = all(_is_parallel(plane, planes[0]) for plane in planes)
    heights = np.sort([plane.height for plane in planes])
    return parallel and bool((np.diff(heights) > 1e-3).all())


def _is_parallel(plane: Plane, other: Plane) -> bool:
    directions = [np.concatenate([p.along_row, p.along_column]) for p in (plane, other)]
    return bool(np.abs(directions[0] - directions[1]).max() < 0.01)


def order_of(planes: Sequence[Plane]) -> np.ndarray:
    """Return the places of the planes from the lowest to the highest along their normal.

    Raises
    ------
    ReadError
        Where the planes aren't parallel, two lie at the same place, or one is missing.
    """
    for plane in planes:
        if not _is_parallel(plane, planes[0]):
            raise ReadError(
                plane.path,
                f"is tilted against {shown(planes[0].path.name)}, so the two are no volume",
                "a survey scan often is in the same series: move it to another folder",
            )
    order = np.argsort([plane.height for plane in planes], kind="stable")
    _check_even([planes[place] for place in order])
    return order


def _check_even(planes: Sequence[Plane]) -> None:
    gaps = np.diff([plane.height for plane in planes])
    usual = float(np.sort(gaps)[(len(gaps) - 1) // 2]) if len(gaps) else 0.0
    for lower, upper, gap in zip(planes, planes[1:], gaps, strict=False):
        if gap <= 1e-3:
            raise ReadError(
                upper.path,
                f"lies at the same place as {shown(lower.path.name)}",
                "the folder holds a copy, or several times or contrasts: keep one of each place",
            )
        if abs(gap - usual) > _UNEVEN * usual:
            raise ReadError(
                upper.path,
                f"lies {gap:.4g} mm from {shown(lower.path.name)}, where the slices of this series "
                f"are {usual:.4g} mm apart: slices seem to be missing",
                "copy the whole series again; single slices can be read by their own path",
            )


def step_of(planes: Sequence[Plane], thickness: float | None) -> np.ndarray:
    """Return the vector from one plane of a sorted stack to the next, in mm."""
    if len(planes) > 1:
        return (planes[-1].position - planes[0].position) / (len(planes) - 1)
    return planes[0].normal * (thickness or 1.0)


def affine_of(plane: Plane, step: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    """Return the matrix from (slice, row, column) to mm to the left, the back and the head."""
    affine = np.eye(4)
    affine[:3, 0] = step
    affine[:3, 1] = plane.along_column * spacing[0]
    affine[:3, 2] = plane.along_row * spacing[1]
    affine[:3, 3] = plane.position
    return affine

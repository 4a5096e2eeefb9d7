"""Where the images of a scan lie in the patient: their order, their distance, and the affine."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from medtutor.datasets.reading.dicom_header import Header

# Positions are written with few digits: slices may be so far from even, as a share of a step.
_UNEVEN = 0.1


@dataclass(frozen=True, eq=False)
class Plane:
    """One slice in DICOM's patient coordinates: mm to the left, to the back, to the head.

    Parameters
    ----------
    frame : Header
        Whose place it is.
    position : array (3,)
        Centre of the first pixel.
    along_row, along_column : arrays (3,)
        Unit vectors: where the next pixel of a row, of a column, lies.
    """

    frame: Header
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


def planes_of(frames: Sequence[Header]) -> list[Plane]:
    """Return the plane of each frame; an empty list where no header gives any.

    Raises
    ------
    ReadError
        For a frame that doesn't say where it lies, where others do.
    """
    found = [_plane_of(frame) for frame in frames]
    planes = [plane for plane in found if plane is not None]
    if planes and len(planes) < len(frames):
        lost = frames[found.index(None)]
        missing = [name for name in _PLACE if lost.get(name) is None]
        raise lost.refusal("no_place", missing=" and ".join(missing))
    return _reconstructed(planes)


_PLACE = ("ImagePositionPatient", "ImageOrientationPatient")


def _plane_of(frame: Header) -> Plane | None:
    position, orientation = frame.numbers(_PLACE[0], 3), frame.numbers(_PLACE[1], 6)
    if position is None or orientation is None:
        return None
    row, column = np.asarray(orientation[:3]), np.asarray(orientation[3:])
    gram = np.array([row @ row, column @ column, row @ column])
    if not np.allclose(gram, [1, 1, 0], atol=0.02):
        raise frame.refusal("no_directions", orientation=orientation)
    return Plane(frame, np.asarray(position), row, column)


def _reconstructed(planes: list[Plane]) -> list[Plane]:
    """Move the slices of a nuclear medicine volume, which give the place of the first alone.

    PS3.3 C.8.4.15: a positive distance leads along the normal, a negative one against it.
    """
    frame = planes[0].frame if planes else None
    if frame is None or "RECON TOMO" not in (frame.get("ImageType") or ()):
        return planes
    numbers = frame.numbers("SliceVector", len(planes))
    distance = frame.numbers("SpacingBetweenSlices", 1)
    if numbers is None or distance is None:
        return planes
    first = planes[0]
    step = first.normal * distance[0]
    return [
        Plane(frame, first.position + step * (number - 1), first.along_row, first.along_column)
        for number in numbers
    ]


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
    # Any of the first may be the odd one, so the one with most companions is the measure.
    usual = max(planes[:3], key=lambda one: sum(_is_parallel(plane, one) for plane in planes))
    for plane in planes:
        if not _is_parallel(plane, usual):
            raise plane.frame.refusal("tilted", other=usual.frame.name)
    order = np.argsort([plane.height for plane in planes], kind="stable")
    _check_even([planes[place] for place in order])
    return order


def _check_even(planes: Sequence[Plane]) -> None:
    gaps = np.diff([plane.height for plane in planes])
    usual = float(np.sort(gaps)[(len(gaps) - 1) // 2]) if len(gaps) else 0.0
    step = step_of(planes)
    for lower, upper, gap in zip(planes, planes[1:], gaps, strict=False):
        if gap <= 1e-3:
            raise upper.frame.refusal("same_place_twice", other=lower.frame.name)
        if abs(gap - usual) > _UNEVEN * usual:
            raise upper.frame.refusal("uneven_slices", gap=gap, other=lower.frame.name, usual=usual)
        expected = step * (upper.height - planes[0].height) / (step @ planes[0].normal)
        aside = float(np.linalg.norm(upper.position - planes[0].position - expected))
        if aside > max(_UNEVEN * usual, 1.0):
            raise upper.frame.refusal("slice_aside", aside=aside)


def step_of(planes: Sequence[Plane]) -> np.ndarray:
    """Return the vector from one plane of a sorted stack to the next, in mm."""
    if len(planes) > 1:
        return (planes[-1].position - planes[0].position) / (len(planes) - 1)
    frame = planes[0].frame
    found = frame.numbers("SpacingBetweenSlices", 1) or frame.numbers("SliceThickness", 1)
    return planes[0].normal * (abs(found[0]) if found and found[0] else 1.0)


def affine_of(plane: Plane, step: np.ndarray, spacing: tuple[float, float]) -> np.ndarray:
    """Return the matrix from (slice, row, column) to mm to the left, the back and the head."""
    affine = np.eye(4)
    affine[:3, 0] = step
    affine[:3, 1] = plane.along_column * spacing[0]
    affine[:3, 2] = plane.along_row * spacing[1]
    affine[:3, 3] = plane.position
    return affine

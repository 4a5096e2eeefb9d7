"""Multi-frame DICOM files: a volume where the frames lie side by side, else a film."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from medtutor.datasets.reading.dicom_file import metadata_of, n_frames
from medtutor.datasets.reading.dicom_geometry import (
    Plane,
    affine_of,
    have_distinct_heights,
    order_of,
    pixel_spacing,
    plane_of,
    step_of,
)
from medtutor.datasets.reading.dicom_pixels import image_of
from medtutor.datasets.reading.errors import ReadError, naming
from medtutor.datasets.reading.scan import Scan

if TYPE_CHECKING:
    from pydicom import Dataset


def scan_of_frames(path: Path, dataset: "Dataset") -> Scan:
    """Return the frames of one file as a Scan.

    In "enhanced" files each frame has groups of its own for its place, its pixels' size and its
    rescale slope; what all frames share stands in a common group. Frames whose planes are parallel
    and at different places are sorted into a volume ``(D, H, W)``. All others, and frames without
    places as in ultrasound, stay in the stored order: ``(T, H, W)``.
    """
    count = n_frames(path, dataset)
    frames = _Frames(path, dataset, count)
    array, unit = image_of(path, dataset, frames.all("PixelValueTransformationSequence"))
    array = array.reshape(count, *array.shape[array.ndim - _n_axes(dataset) :])
    in_plane = pixel_spacing(path, *(frames.all("PixelMeasuresSequence")[:1]), dataset)
    planes = frames.planes()
    spacing: tuple[float, ...] | None = in_plane
    affine = None
    if planes and in_plane is not None and have_distinct_heights(planes):
        order = order_of(planes)
        planes, array = [planes[place] for place in order], array[order]
        step = step_of(planes, None)
        affine = affine_of(planes[0], step, in_plane)
        spacing = (float(step @ planes[0].normal), *in_plane)
    metadata = metadata_of(path, dataset)
    return Scan(array, spacing, str(metadata.get("Modality", "")), unit, metadata, affine)


def _n_axes(dataset: "Dataset") -> int:
    """Return how many axes one frame has: rows, columns, and perhaps colours."""
    coloured = (
        dataset.get("SamplesPerPixel", 1) != 1
        or dataset.get("PhotometricInterpretation") == "PALETTE COLOR"
    )
    return 3 if coloured else 2


class _Frames:
    """The groups of each frame, or the one that all frames share."""

    def __init__(self, path: Path, dataset: "Dataset", count: int) -> None:
        self.path = path
        with naming(path):
            own = list(dataset.get("PerFrameFunctionalGroupsSequence") or [])
            shared = list(dataset.get("SharedFunctionalGroupsSequence") or [])
        if own and len(own) != count:
            raise ReadError(
                path,
                f"says it has {count} frames, but describes {len(own)}",
                "the file is damaged: copy or export it again",
            )
        self.own, self.shared = own, shared[:1]

    def all(self, keyword: str) -> list["Dataset"]:
        """Return the group of each frame; an empty list where a frame has none."""
        found = []
        with naming(self.path):
            for frame in self.own:
                groups = [source.get(keyword) for source in (frame, *self.shared)]
                items = next((group for group in groups if group), None)
                if items is None:
                    return []
                found.append(items[0])
        return found

    def planes(self) -> Sequence[Plane]:
        """Return the plane of each frame; an empty list where it isn't known of all."""
        positioned, oriented = (
            self.all("PlanePositionSequence"),
            self.all("PlaneOrientationSequence"),
        )
        pairs = zip(positioned, oriented, strict=False)
        planes = [plane_of(self.path, position, direction) for position, direction in pairs]
        return [] if None in planes else [plane for plane in planes if plane is not None]

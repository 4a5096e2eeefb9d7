"""A learner's folder of images as one array, with labels, masks and patients."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from medtutor._progress import bar
from medtutor.datasets.checking import whole_number
from medtutor.datasets.reading.errors import LARGEST, naming, refusal
from medtutor.datasets.reading.files import PICTURE, Item
from medtutor.datasets.reading.images import images_of, masks_of
from medtutor.datasets.reading.layout import Layout, layout_of
from medtutor.datasets.reading.mask_ids import MaskValues, class_names_of
from medtutor.datasets.reading.resizing import make_square, make_square_mask
from medtutor.datasets.reading.scan import Scan, same_spacing


@dataclass(frozen=True, eq=False, repr=False)
class ScanFolder(Scan):
    """All images of a folder.

    Parameters
    ----------
    array : array (N, H, W, C)
        The images, C is 1 for gray and 3 for colour; slices of volumes and frames of films are
        images of their own.
    labels : array (N,) of int, optional
        Class of each image.
    masks : array (N, H, W) of uint8, optional
        Class id of every pixel.
    class_names : tuple of str
        Of the labels, or of the masks' ids where there are no labels.
    patients : array (N,) of int, optional
        A number for each patient or, where nothing says who it is, for each volume, film or
        study; ``None`` where not even that is known.
    files : tuple of str
        For each image its file, from the folder on.

    The other fields are those of ``Scan``: ``spacing`` (rows, columns) and ``unit`` where all
    images share them.

    Notes
    -----
    Taught in lesson 01.
    """

    labels: np.ndarray | None = None
    masks: np.ndarray | None = None
    class_names: tuple[str, ...] = ()
    patients: np.ndarray | None = None
    files: tuple[str, ...] = ()


def read_folder(path: str | Path, *, size: int | None = None) -> ScanFolder:
    """Read a folder of PNG, JPEG, DICOM or NIfTI images, with what it says about them.

    The folder is one of these; hidden files and what systems leave behind are not looked at,
    and any other file that doesn't belong is an error:

    - **a sub-folder for each class**, named like the class. In it images, or a sub-folder for
      each patient (the same name in two classes is the same patient);
    - ``labels.csv`` **beside the images**, with the columns ``file``, ``label`` and, if you know
      it, ``patient``;
    - ``images`` **and** ``masks``: two sub-folders with files of equal names. A mask is a PNG
      or NIfTI with 0 for background, which must lie where its image lies (NIfTI's affines are
      compared), and perhaps ``labels.csv`` lies beside the two;
    - just images, without labels.

    DICOM files belong together by the PatientID in their header, which is replaced by a number.
    NIfTI volumes are turned as ``read_nifti`` does it; their axial slices are the images.

    Parameters
    ----------
    path : path
        The folder.
    size : int, optional
        Fit each image into a square of so many pixels; without it all must have one size.

    Returns
    -------
    ScanFolder

    Raises
    ------
    ReadError
        Names the file that doesn't fit, and the cure.
    ValueError
        For a size below 1, or one that is no whole number.

    Notes
    -----
    Taught in lesson 01.
    """
    if size is not None:
        expected = "an edge length in pixels, a whole number from 1 up"
        size = whole_number("size", size, expected, lowest=1)
    return scans_of(layout_of(path), size)


class _Part(NamedTuple):
    """What is kept of one file; ``facts`` have to be those of the other files."""

    path: Path
    images: np.ndarray
    masks: np.ndarray | None
    spacing: tuple[float, ...] | None
    modality: str
    facts: dict[str, object]


def scans_of(layout: Layout, size: int | None) -> ScanFolder:
    """Read all images of a folder whose layout is known."""
    with naming(layout.folder):
        parts: list[_Part] = []
        values, n_images = MaskValues(), len(layout.patients)
        for item in bar(layout.items, desc="reading images", unit="file"):
            parts.append(_part_of(item, size, values))
            _check_fits(parts[0], parts[-1])
            total = parts[0].images[0].nbytes * n_images
            if total > LARGEST:
                gib = total / 2**30
                raise refusal(layout.folder, "folder_too_large", gib=gib, limit=LARGEST / 2**30)
        return _joined(layout, parts, values)


def _part_of(item: Item, size: int | None, values: MaskValues) -> _Part:
    images, scan = images_of(item)
    masks = masks_of(item, images, scan, values)
    spacing, pixel = scan.spacing and scan.spacing[-2:], scan.pixel_shape
    if size is not None:
        longest = float((np.array(images.shape[1:3]) * pixel).max())
        spacing = spacing and (longest / size,) * 2
        images = np.stack([make_square(image, size, pixel) for image in images])
        if masks is not None:
            masks = np.stack([make_square_mask(mask, size, pixel) for mask in masks])
    facts: dict[str, object] = {
        "size": images.shape[1:3],
        "channels": images.shape[3],
        "unit": scan.unit or "none",
    }
    if item.kind == PICTURE:
        facts["type"] = str(images.dtype)
    return _Part(item.path, images, masks, spacing, scan.modality, facts)


def _check_fits(first: _Part, part: _Part) -> None:
    for name, value in part.facts.items():
        expected = first.facts[name]
        if value != expected:
            raise refusal(part.path, f"other_{name}", value=value, other=first.path, first=expected)


def _joined(layout: Layout, parts: Sequence[_Part], values: MaskValues) -> ScanFolder:
    patients = layout.patients
    masks, names = None, layout.class_names
    if layout.has_masks:
        ids = values.settled()
        mask_names = class_names_of(layout.folder, ids)
        names = names or mask_names
        masks = values.numbered([part.masks for part in parts if part.masks is not None], ids)
    modalities = {part.modality for part in parts}
    unit = str(parts[0].facts["unit"])
    is_known = layout.grouping.known or len(set(patients)) < len(patients)
    files = [part.path.relative_to(layout.folder).as_posix() for part in parts]
    return ScanFolder(
        np.concatenate([part.images for part in parts]),
        _shared({part.spacing for part in parts}),
        modalities.pop() if len(modalities) == 1 else "",
        "" if unit == "none" else unit,
        labels=layout.labels if layout.class_names else None,
        masks=masks,
        class_names=names,
        patients=patients if is_known else None,
        files=tuple(layout.of_images(files).tolist()),
    )


def _shared(spacings: set[tuple[float, ...] | None]) -> tuple[float, ...] | None:
    known = sorted(spacing for spacing in spacings if spacing is not None)
    return known[0] if len(known) == len(spacings) and same_spacing(known) else None

"""The images and the masks of one file of a folder, whatever kind it is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from medtutor._progress import bar
from medtutor.datasets.reading.dicom import read_dicom
from medtutor.datasets.reading.errors import naming, refusal
from medtutor.datasets.reading.files import DICOM, NIFTI, PICTURE, Item, kind_of_image
from medtutor.datasets.reading.layout import Layout
from medtutor.datasets.reading.mask_ids import MaskValues, StoredMask, class_names_of
from medtutor.datasets.reading.nifti import read_nifti
from medtutor.datasets.reading.pictures import read_mask_picture, read_picture
from medtutor.datasets.reading.same_place import check_same_place
from medtutor.datasets.reading.scan import Scan

# So far from a whole number is no class id; 0.996 is one, from 8 bits for the values 0 to 2.
_SCALED = 0.05
_READERS: dict[str, Callable[[Path], Scan]] = {
    DICOM: read_dicom,
    NIFTI: read_nifti,
    PICTURE: read_picture,
}


def images_of(item: Item) -> tuple[np.ndarray, Scan]:
    """Return the images of a file, (n, H, W, C), and the scan that they come from."""
    scan = _READERS[item.kind](item.path)
    images = scan.array
    is_many = item.n_images > 1 or (item.kind != PICTURE and images.ndim == 3 and len(images) == 1)
    has_colours = images.ndim == 4 or (images.ndim == 3 and not is_many)
    images = images if images.ndim == 4 or is_many else images[np.newaxis]
    images = images if has_colours else images[..., np.newaxis]
    if len(images) != item.n_images:
        raise refusal(item.path, "changed", count=len(images))
    return images, scan


def mask_names_of(layout: Layout) -> tuple[str, ...]:
    """Return the names of the masks' classes, where each mask belongs to its image."""
    values = MaskValues()
    with naming(layout.folder):
        for item in bar(layout.items, desc="reading masks", unit="file"):
            masks_of(item, *images_of(item), values)
        return class_names_of(layout.folder, values.settled())


def masks_of(item: Item, images: np.ndarray, scan: Scan, values: MaskValues) -> np.ndarray | None:
    """Return the masks that belong to the images of a file, where it has any, and note their ids.

    Ids are noted as they are stored, before masks are made smaller: a class must not lose its
    number with its last pixel.
    """
    if item.mask is None:
        return None
    mask, expected = _stored_mask(item.mask), images.shape[:3]
    if mask.ids.shape != expected:
        raise refusal(item.mask, "mask_of_other_shape", shape=mask.ids.shape, expected=expected)
    check_same_place(item.path, scan, item.mask, mask.scan)
    values.add(item.mask, mask)
    return mask.ids


def _stored_mask(path: Path) -> StoredMask:
    kind = kind_of_image(path)
    if kind == DICOM:
        raise refusal(path, "mask_in_dicom")
    if kind == NIFTI:
        return StoredMask(_with_whole_ids(read_nifti(path)))
    return read_mask_picture(path)


def _with_whole_ids(mask: Scan) -> Scan:
    """Undo what a scale does to class ids: nibabel writes floats as integers times a slope."""
    whole = np.rint(mask.array)
    is_near = mask.array.dtype.kind == "f" and (abs(mask.array - whole) < _SCALED).all()
    return replace(mask, array=whole) if is_near else mask

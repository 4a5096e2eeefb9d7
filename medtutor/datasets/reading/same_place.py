"""Whether a mask lies in the patient where its image lies."""

from pathlib import Path

import numpy as np

from medtutor.datasets.reading.errors import refusal
from medtutor.datasets.reading.scan import Scan


def check_same_place(image_path: Path, image: Scan, mask_path: Path, mask: Scan) -> None:
    """Raise where image and mask lie apart, or where it can't be said whether they do.

    Each file is turned by its own header: two arrays of one shape needn't show one place.
    """
    _check_turned_alike(image_path, image, mask_path, mask)
    if not _is_nifti(mask):
        if _is_nifti(image):
            raise refusal(mask_path, "mask_cannot_say", image=image_path)
    elif image.affine is None and not _is_nifti(image):
        _check_unturned(image_path, mask_path, mask)
    elif not _lie_alike(image, mask):
        affine, of_image = (_written(scan, _is_nifti(image)) for scan in (mask, image))
        raise refusal(
            mask_path, "mask_elsewhere", affine=affine, image=image_path, of_image=of_image
        )


def same_affine(one: np.ndarray, other: np.ndarray) -> bool:
    """Say whether two affines (3 rows) differ by no more than programs round.

    That is 0.001 mm or a ten thousandth of a number, and never more than a tenth of a voxel.
    """
    edges = np.linalg.norm(one[:, :-1], axis=0)
    tolerance = np.minimum(1e-3 + 1e-4 * np.abs(one), edges.min() / 10)
    return bool((np.abs(one - other) <= tolerance).all())


def _lie_alike(image: Scan, mask: Scan) -> bool:
    if image.affine is not None and mask.affine is not None:
        # The thickness of a single slice changes nothing.
        first = 1 if mask.array.ndim == 2 or len(mask.array) == 1 else 0
        return same_affine(image.affine[:3, first:], mask.affine[:3, first:])
    if _is_nifti(image):
        return same_affine(_stored_affine(image), _stored_affine(mask))
    return False


def _is_nifti(scan: Scan) -> bool:
    return "affine" in scan.metadata


def _stored_affine(scan: Scan) -> np.ndarray:
    return np.array(scan.metadata["affine"])[:3]


def _written(scan: Scan, as_stored: bool) -> str:
    affine = _stored_affine(scan) if as_stored else scan.affine
    return "missing" if affine is None else str((affine[:3].round(4) + 0.0).tolist())  # no -0.0


def _check_unturned(image_path: Path, mask_path: Path, mask: Scan) -> None:
    from nibabel import orientations

    axes = orientations.aff2axcodes(np.array(mask.metadata["affine"]))
    if axes != ("L", "P", "S"):  # as programs write a mask that they drew on a picture
        raise refusal(mask_path, "mask_turned", axes=", ".join(axes), image=image_path)


def _check_turned_alike(image_path: Path, image: Scan, mask_path: Path, mask: Scan) -> None:
    """Raise where a camera's note turned one of the two, and the shape doesn't tell which fits."""
    notes = [scan.metadata.get("Orientation", 1) for scan in (image, mask)]
    height, width = mask.array.shape[-2:]
    is_quarter_turn = max(notes) >= 5
    if notes[0] != notes[1] and (height == width or not is_quarter_turn):
        of_image, turn = map(_note, notes)
        raise refusal(mask_path, "turned_unlike", turn=turn, image=image_path, of_image=of_image)


def _note(orientation: int) -> str:
    return "no note" if orientation == 1 else f"a camera's note (Orientation {orientation})"

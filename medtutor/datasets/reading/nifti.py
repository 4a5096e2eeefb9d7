"""NIfTI volumes, turned so that axial slices come first."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medtutor.datasets.checking import whole_number
from medtutor.datasets.reading.errors import check_finite, naming, place_of, refusal
from medtutor.datasets.reading.nifti_file import NiftiFile, frame_of, open_nifti
from medtutor.datasets.reading.nifti_header import is_invertible
from medtutor.datasets.reading.scan import Scan

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header

# Slices from the feet to the head, rows from the front to the back, columns from the
# patient's right to the left: as a radiologist looks at axial slices.
ORIENTATION = ("S", "P", "L")
_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
_MILLIMETRES = {"meter": 1000.0, "mm": 1.0, "micron": 0.001, "unknown": 1.0}
_NUMBERS = (
    "dim", "pixdim", "datatype", "bitpix", "scl_slope", "scl_inter", "cal_min", "cal_max",
    "toffset",
)  # fmt: skip
_CODES = ("qform_code", "sform_code")  # which affine is stated


def read_nifti(path: str | Path, frame: int | None = None) -> Scan:
    """Read a NIfTI image and turn it to one orientation.

    Whatever the order of its axes, the array comes as axial slices: axis 0 from the feet to the
    head, rows from the front of the patient to the back, columns from the patient's right
    to the left, by the nearest axis where the volume is oblique. Nothing is resampled.

    Parameters
    ----------
    path : path
        A ``.nii`` or ``.nii.gz`` file, NIfTI-1 or NIfTI-2, or one of a pair of ``.hdr`` and
        ``.img``.
    frame : int, optional
        Which volume, from 0, of a file that holds several (over time, for example).

    Returns
    -------
    Scan
        ``array`` of shape ``(D, H, W)``, of ``(rows, columns)`` for a flat image, with a last axis
        of 3 for RGB; in the stored type, float32 (float64 from wider types) where it is to be
        scaled. ``affine`` takes (slice, row, column) to mm to the patient's left, back and head,
        as ``read_dicom`` has it: NIfTI's own x and y, turned round. It is ``None`` where the file
        doesn't say how the patient lies (both ``sform_code`` and ``qform_code`` are 0); the first
        axis is then taken to run from right to left, the second to the front, the third up.
        ``metadata["affine"]`` is NIfTI's own matrix, of the axes as the file has them, in mm;
        ``metadata["remarks"]`` says what was mended in the header, where something was.

    Raises
    ------
    ReadError
        Names the file, what is wrong with it and the cure: no NIfTI, cut off, several volumes
        and no ``frame``, NaN voxels, an affine without inverse, far more data than the file holds.
    ValueError
        For a ``frame`` that is no whole number.

    Notes
    -----
    By the standard a slope of 0 means "don't scale". Where ``sform`` and ``qform`` differ, the
    sform is taken, as in nibabel. Free text of the header is not taken over: it may name the
    patient.

    Taught in lesson 01.
    """
    place = place_of(path)
    if frame is not None:
        frame = whole_number("frame", frame, "the number of a volume, a whole number from 0 up")
    with naming(place):
        file = open_nifti(place)
        array = _scaled(file.header, frame_of(file, frame))
        check_finite(place, array)
        return _turned(file, array)


def axial_slices(path: Path) -> int:
    """Return how many slices ``read_nifti`` will give, without reading the voxels."""
    with naming(path):
        file = open_nifti(path)
        if len(file.shape) == 4:
            raise refusal(path, "several_volumes", count=file.shape[3])
        if len(file.shape) == 2:
            return 1
        turn = _turn_of(_affine(path, file.header))
        return file.shape[int(np.flatnonzero(turn[:, 0] == 0)[0])]


def _turn_of(affine: np.ndarray) -> np.ndarray:
    """Return where each axis goes, and in which direction, as nibabel writes it."""
    from nibabel import orientations

    wanted = orientations.axcodes2ornt(ORIENTATION)
    return orientations.ornt_transform(orientations.io_orientation(affine), wanted)


def _scaled(header: "Nifti1Header", stored: np.ndarray) -> np.ndarray:
    if stored.dtype.names:  # red, green and blue, perhaps alpha
        return np.stack([stored[name] for name in stored.dtype.names[:3]], axis=-1)
    native = stored.astype(stored.dtype.newbyteorder("="))
    if native.dtype.itemsize > 8:
        native = native.astype(np.float64)
    slope, intercept = header.get_slope_inter()
    if slope is None or (slope, intercept) == (1, 0):
        return native
    kind = np.float64 if native.dtype.itemsize > 4 else np.float32
    return (native * np.float64(slope) + intercept).astype(kind)


def _turned(file: NiftiFile, array: np.ndarray) -> Scan:
    from nibabel import orientations

    is_flat = len(file.shape) == 2
    volume = array[:, :, np.newaxis] if is_flat else array
    own = _affine(file.path, file.header)
    turn = _turn_of(own)
    turned = orientations.apply_orientation(volume, turn)
    affine = _RAS_TO_LPS @ own @ orientations.inv_ornt_aff(turn, volume.shape[:3])
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    if is_flat:
        axis = int(turn[2, 0])
        turned, spacing = turned.squeeze(axis), np.delete(spacing, axis)
        affine = affine[:, [axis, *np.delete(np.arange(4), axis)]]
    scan = Scan(np.ascontiguousarray(turned), tuple(spacing.tolist()))
    is_stated = any(file.header[code] for code in _CODES)
    return replace(scan, metadata=_metadata(file, own), affine=affine if is_stated else None)


def _affine(path: Path, header: "Nifti1Header") -> np.ndarray:
    """Return NIfTI's own affine, to mm to the right, the front and the head."""
    affine = np.asarray(header.get_best_affine(), dtype=np.float64).copy()
    affine[:3] *= _MILLIMETRES[header.get_xyzt_units()[0]]
    if not is_invertible(affine):
        raise refusal(path, "no_inverse", affine=affine[:3].round(4).tolist())
    return affine


def _metadata(file: NiftiFile, affine: np.ndarray) -> dict[str, Any]:
    kept = {name: file.header[name].tolist() for name in (*_NUMBERS, *_CODES)}
    kept = {name: tuple(v) if isinstance(v, list) else v for name, v in kept.items()}
    kept["space_unit"], kept["time_unit"] = file.header.get_xyzt_units()
    kept["affine"] = tuple(tuple(row) for row in affine.tolist())
    return kept | ({"remarks": file.remarks} if file.remarks else {})

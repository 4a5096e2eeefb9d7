"""NIfTI volumes, turned so that axial slices come first."""

import gzip
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medtutor.datasets.reading.errors import (
    DAMAGED,
    ReadError,
    check_finite,
    check_size,
    file_bytes,
    naming,
)
from medtutor.datasets.reading.scan import Scan

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header

# Slices from the feet to the head, rows from the front to the back, columns from the
# patient's right to the left: as a radiologist looks at axial slices.
ORIENTATION = ("S", "P", "L")
_MILLIMETRES = {"meter": 1000.0, "mm": 1.0, "micron": 0.001, "unknown": 1.0}
# The array begins behind the header and what programs add to it, a few kB as a rule.
_LATEST_START = 16 * 2**20
_NUMBERS = (
    "dim",
    "pixdim",
    "datatype",
    "bitpix",
    "scl_slope",
    "scl_inter",
    "cal_min",
    "cal_max",
    "toffset",
    "qform_code",
    "sform_code",
)


def read_nifti(path: str | Path, frame: int | None = None) -> Scan:
    """Read a NIfTI image and turn it to one orientation.

    Whatever the order of its axes, the array comes as axial slices: axis 0 from the feet to the
    head, rows from the front of the patient to the back, columns from the patient's right
    to the left, by the nearest axis where the volume is oblique. Nothing is resampled.

    Parameters
    ----------
    path : path
        A ``.nii`` or ``.nii.gz`` file, NIfTI-1 or NIfTI-2.
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

    Raises
    ------
    ReadError
        Names the file, what is wrong with it and the cure: no NIfTI, cut off, several volumes
        and no ``frame``, NaN voxels, an affine without inverse, far more data than the file holds.

    Notes
    -----
    By the standard a slope of 0 means "don't scale". Free text of the header is not taken over:
    it may name the patient.

    Taught in lesson 01.
    """
    place = Path(path).expanduser()
    with naming(place):
        content = file_bytes(place)
        header, stream = _open(place, content)
        shape = _checked_shape(place, header)
        check_size(place, _size(shape, header), len(content))
        stored = _frame_of(place, header, stream, shape, frame)
        check_finite(place, stored)
        return _turned(place, header, _scaled(place, header, stored))


def axial_slices(path: Path) -> int:
    """Return how many slices ``read_nifti`` will give, without reading the voxels."""
    with naming(path):
        header, _ = _open(path, file_bytes(path))
        shape = _checked_shape(path, header)
        if len(shape) == 4:
            raise ReadError(
                path, f"holds {shape[3]} volumes", "make a file of each, with nibabel.four_to_three"
            )
        if len(shape) == 2:
            return 1
        turn = _turn_of(_affine(path, header))
        return shape[int(np.flatnonzero(turn[:, 0] == 0)[0])]


def _turn_of(affine: np.ndarray) -> np.ndarray:
    """Return where each axis goes, and in which direction, as nibabel writes it."""
    from nibabel import orientations

    wanted = orientations.axcodes2ornt(ORIENTATION)
    return orientations.ornt_transform(orientations.io_orientation(affine), wanted)


def _open(path: Path, content: bytes) -> tuple["Nifti1Header", Any]:
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    packed = content[:2] == b"\x1f\x8b"
    stream: Any = gzip.GzipFile(fileobj=BytesIO(content)) if packed else BytesIO(content)
    start = _read(path, stream, 348)
    if start[344:348] == b"n+1\0":
        return Nifti1Header(start, check=False), stream
    rest = _read(path, stream, 540 - 348) if start[4:8] in (b"n+2\0", b"ni2\0") else b""
    if rest:
        return Nifti2Header(start + rest, check=False), stream
    raise _not_nifti(path, start)


def _not_nifti(path: Path, start: bytes) -> ReadError:
    if start[344:348] == b"ni1\0":
        return ReadError(
            path,
            "is a header whose voxels are in another file (.hdr and .img)",
            "make one file of both: nibabel.save(nibabel.load(path), 'name.nii.gz')",
        )
    return ReadError(
        path,
        "is not a NIfTI file (its header lacks the mark 'n+1' or 'n+2')",
        "check that it is the right file; convert Analyze, MINC and NRRD to .nii.gz first",
    )


def _read(path: Path, stream: Any, n_bytes: int) -> bytes:
    try:
        found = stream.read(n_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(path, f"can't be unpacked ({error})", DAMAGED) from error
    if len(found) < n_bytes:
        raise ReadError(
            path,
            f"ends too early: {n_bytes} bytes were expected, {len(found)} are there",
            "the file was cut off: copy or download it again",
        )
    return found


def _checked_shape(path: Path, header: "Nifti1Header") -> tuple[int, ...]:
    shape = tuple(int(edge) for edge in header.get_data_shape())
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise ReadError(
            path,
            f"has the shape {shape}; images have 2, 3 or 4 axes of at least 1",
            "vector fields and matrices are no images; choose another file",
        )
    return shape


def _size(shape: tuple[int, ...], header: "Nifti1Header") -> int:
    n_bytes = int(header.get_data_dtype().itemsize)
    for edge in shape:
        n_bytes *= edge
    return n_bytes


def _frame_of(
    path: Path, header: "Nifti1Header", stream: Any, shape: tuple[int, ...], frame: int | None
) -> np.ndarray:
    """Return the stored voxels of one volume, by NIfTI's own axes."""
    n_frames = shape[3] if len(shape) == 4 else 1
    if frame is None and n_frames > 1:
        raise ReadError(
            path,
            f"holds {n_frames} volumes",
            f"choose one with frame=0 to frame={n_frames - 1}",
        )
    if not 0 <= (frame or 0) < n_frames:
        raise ReadError(path, f"has no frame {frame}", f"it has frames 0 to {n_frames - 1}")
    dtype = header.get_data_dtype()
    if dtype.kind not in "iufbV":
        raise ReadError(
            path,
            f"holds numbers of type {dtype}",
            "complex images have no gray levels: save their magnitude, numpy.abs(array)",
        )
    n_bytes = _size(shape[:3], header)
    _skip(path, stream, _start(path, header) - stream.tell())
    _skip(path, stream, n_bytes * (frame or 0))
    content = _read(path, stream, n_bytes)
    _check_end(path, stream)
    return np.frombuffer(content, dtype).reshape(shape[:3], order="F")


def _check_end(path: Path, stream: Any) -> None:
    """Ask for one byte more: at the end of a packed file its checksum is compared."""
    try:
        stream.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(path, f"can't be unpacked ({error})", DAMAGED) from error


def _start(path: Path, header: "Nifti1Header") -> int:
    start = int(header.get_data_offset())
    if not 0 <= start <= _LATEST_START:
        raise ReadError(path, f"says its voxels begin at byte {start}", DAMAGED)
    return start


def _skip(path: Path, stream: Any, n_bytes: int) -> None:
    while n_bytes > 0:
        n_bytes -= len(_read(path, stream, min(n_bytes, 1 << 20)))


def _scaled(path: Path, header: "Nifti1Header", stored: np.ndarray) -> np.ndarray:
    if stored.dtype.names:  # red, green and blue, perhaps alpha
        return np.stack([stored[name] for name in stored.dtype.names[:3]], axis=-1)
    native = stored.astype(stored.dtype.newbyteorder("="))
    if native.dtype.itemsize > 8:
        native = native.astype(np.float64)
    slope, intercept = header.get_slope_inter()
    if slope is None or (slope, intercept) == (1, 0):
        return native
    kind = np.float64 if native.dtype.itemsize > 4 else np.float32
    scaled = (native * np.float64(slope) + intercept).astype(kind)
    check_finite(path, scaled)
    return scaled


def _turned(path: Path, header: "Nifti1Header", array: np.ndarray) -> Scan:
    from nibabel import orientations

    is_flat = len(header.get_data_shape()) == 2
    volume = array[:, :, np.newaxis] if is_flat else array
    affine = _affine(path, header)
    turn = _turn_of(affine)
    turned = orientations.apply_orientation(volume, turn)
    affine = affine @ orientations.inv_ornt_aff(turn, volume.shape[:3])
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
    spacing = tuple(float(mm) for mm in np.linalg.norm(affine[:3, :3], axis=0))
    if is_flat:
        axis = int(turn[2, 0])
        turned = turned.squeeze(axis)
        spacing = spacing[:axis] + spacing[axis + 1 :]
    stated = bool(header["sform_code"] or header["qform_code"])
    metadata = _metadata(header)
    turned = np.ascontiguousarray(turned)
    return Scan(turned, spacing, "", "", metadata, affine if stated and not is_flat else None)


def _affine(path: Path, header: "Nifti1Header") -> np.ndarray:
    """Return NIfTI's own affine, to mm to the right, the front and the head."""
    affine = np.asarray(header.get_best_affine(), dtype=np.float64).copy()
    unit = header.get_xyzt_units()[0]
    affine[:3] *= _MILLIMETRES.get(unit, 1.0)
    edges = np.linalg.norm(affine[:3, :3], axis=0)
    if not np.isfinite(affine).all() or edges.min() <= 0:
        volume = 0.0
    else:
        volume = abs(float(np.linalg.det(affine[:3, :3] / edges)))
    if volume < 1e-3:
        raise ReadError(
            path,
            f"has an affine that can't be inverted: {affine[:3].round(4).tolist()}",
            "write a right one with nibabel, for example "
            "nibabel.Nifti1Image(array, numpy.diag([dx, dy, dz, 1]))",
        )
    return affine


def _metadata(header: "Nifti1Header") -> dict[str, Any]:
    kept = {name: header[name].tolist() for name in _NUMBERS}
    kept = {name: tuple(v) if isinstance(v, list) else v for name, v in kept.items()}
    space, time = header.get_xyzt_units()
    return kept | {"space_unit": space, "time_unit": time}

"""The bytes of a NIfTI file: its header, and the stored voxels of one volume."""

import gzip
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from medtutor.datasets.reading.errors import DAMAGED, ReadError

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header

# The array begins behind the header and what programs add to it, a few kB as a rule.
_LATEST_START = 16 * 2**20


def open_nifti(path: Path, content: bytes) -> tuple["Nifti1Header", Any]:
    """Return the header, and the unpacked stream that stands right behind it."""
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


def checked_shape(path: Path, header: "Nifti1Header") -> tuple[int, ...]:
    """Return the 2 to 4 edges of what the file holds."""
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


def size_in_bytes(shape: tuple[int, ...], header: "Nifti1Header") -> int:
    """Return the size of an array of this shape, in numbers that can't overflow."""
    n_bytes = int(header.get_data_dtype().itemsize)
    for edge in shape:
        n_bytes *= edge
    return n_bytes


def frame_of(
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
    n_bytes = size_in_bytes(shape[:3], header)
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

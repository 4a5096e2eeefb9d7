"""The bytes of a NIfTI file: its header, and the stored voxels of one volume."""

import gzip
import math
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medtutor.datasets.reading.errors import check_size, file_bytes, refusal, shown
from medtutor.datasets.reading.nifti_header import mend

if TYPE_CHECKING:
    from nibabel.nifti1 import Nifti1Header


class NiftiFile(NamedTuple):
    """A header with what was mended in it, its edges, and the stream that its voxels are in."""

    path: Path
    header: "Nifti1Header"
    remarks: tuple[str, ...]
    shape: tuple[int, ...]
    stream: Any
    n_bytes: int


def open_nifti(path: Path) -> NiftiFile:
    """Return what is known of a file, or of a pair of ``.hdr`` and ``.img``, before its voxels."""
    head = _beside(path, ".img", ".hdr") or path
    content = file_bytes(head)
    stream = _unpacked(content)
    header = _header(head, stream)
    shape = _shape(head, header)
    remarks = mend(head, header)
    if header["magic"].item() == header.pair_magic:
        image = _beside(head, ".hdr", ".img")
        if image is None:
            raise refusal(path, "voxels_elsewhere", stem=shown(path.stem))
        content = file_bytes(image)
        stream = _unpacked(content)
    return NiftiFile(path, header, remarks, shape, stream, len(content))


def _unpacked(content: bytes) -> Any:
    is_packed = content[:2] == b"\x1f\x8b"
    return gzip.GzipFile(fileobj=BytesIO(content)) if is_packed else BytesIO(content)


def _header(path: Path, stream: Any) -> "Nifti1Header":
    from nibabel.nifti1 import Nifti1Header
    from nibabel.nifti2 import Nifti2Header

    start = _read(path, stream, 348)
    if start[344:348] in (b"n+1\0", b"ni1\0"):
        return Nifti1Header(start, check=False)
    if start[4:8] in (b"n+2\0", b"ni2\0"):
        return Nifti2Header(start + _read(path, stream, 540 - 348), check=False)
    raise refusal(path, "not_nifti")


def _beside(path: Path, suffix: str, other: str) -> Path | None:
    """Return the file of the same name but for its suffix, perhaps packed, where there is one."""
    name = path.name.removesuffix(".gz")
    if not name.lower().endswith(suffix):
        return None
    stem = name[: -len(suffix)]
    found = (path.with_name(stem + end) for end in (other, f"{other}.gz", other.upper()))
    return next((file for file in found if file.is_file()), None)


def is_half(path: Path) -> bool:
    """Say whether a file holds the voxels to a header beside it."""
    return _beside(path, ".img", ".hdr") is not None


def _read(path: Path, stream: Any, n_bytes: int, start: int | None = None) -> bytes:
    """Return bytes from where the stream is, or from ``start``."""
    try:
        if start is not None:
            stream.seek(start)
        found = stream.read(n_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise refusal(path, "not_unpacked", error=error) from error
    if len(found) < n_bytes:
        raise refusal(path, "cut_off", n_bytes=n_bytes, found=len(found))
    return found


def _shape(path: Path, header: "Nifti1Header") -> tuple[int, ...]:
    """Return the 2 to 4 edges of what the file holds; behind them, 0 and 1 say nothing."""
    shape = tuple(int(edge) for edge in header.get_data_shape())
    while (len(shape) > 3 and shape[-1] in (0, 1)) or (len(shape) == 3 and shape[-1] == 0):
        shape = shape[:-1]
    if not 2 <= len(shape) <= 4 or min(shape) < 1:
        raise refusal(path, "no_image_shape", shape=shape)
    return shape


def frame_of(file: NiftiFile, frame: int | None) -> np.ndarray:
    """Return the stored voxels of one volume, by NIfTI's own axes."""
    path, shape, dtype = file.path, file.shape, file.header.get_data_dtype()
    n_frames = shape[3] if len(shape) == 4 else 1
    if frame is None and n_frames > 1:
        raise refusal(path, "which_volume", n_frames=n_frames, last=n_frames - 1)
    if not 0 <= (frame or 0) < n_frames:
        raise refusal(path, "no_such_volume", frame=frame, last=n_frames - 1)
    if dtype.kind not in "iufbV":
        raise refusal(path, "odd_numbers", dtype=dtype)
    n_bytes = math.prod(shape[:3]) * dtype.itemsize
    check_size(path, n_bytes * n_frames, file.n_bytes)
    start = file.header.get_data_offset() + n_bytes * (frame or 0)
    content = _read(path, file.stream, n_bytes, start)
    _check_end(path, file.stream)
    return np.frombuffer(content, dtype).reshape(shape[:3], order="F")


def _check_end(path: Path, stream: Any) -> None:
    """Ask for one byte more: at the end of a packed file its checksum is compared."""
    try:
        stream.read(1)
    except (OSError, EOFError, zlib.error) as error:
        if "Not a gzipped file" not in str(error):  # what lies behind the packed part is no matter
            raise refusal(path, "not_unpacked", error=error) from error

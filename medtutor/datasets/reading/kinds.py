"""Which kind of image a file is: by its name, and by what it holds."""

import zlib
from pathlib import Path

from medtutor.datasets.reading.errors import opening, refusal

PICTURE, DICOM, NIFTI = "picture", "DICOM", "NIfTI"
_BY_SUFFIX = {
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".dcm": DICOM,
    ".dicom": DICOM,
    ".ima": DICOM,
    ".nii": NIFTI,
    ".nii.gz": NIFTI,
}
_HEADERS = (".hdr", ".hdr.gz")  # of NIfTI, whose voxels lie in a file beside, and of other kinds
_PICTURES = ("PNG", "JPEG")
_PACKED = b"\x1f\x8b"


def suffix_of(path: Path) -> str:
    """Return the suffix in small letters, ``.nii.gz`` and ``.hdr.gz`` whole."""
    name = path.name.lower()
    return next((end for end in (".nii.gz", ".hdr.gz") if name.endswith(end)), Path(name).suffix)


def stem_of(path: Path) -> str:
    """Return the name without the suffix that says what kind of image it is."""
    suffix = suffix_of(path)
    return path.name[: -len(suffix)] if suffix in (*_BY_SUFFIX, *_HEADERS) else path.name


def kind_of_image(path: Path) -> str:
    """Return PICTURE, DICOM or NIFTI.

    Raises
    ------
    ReadError
        Where it is none of them, or another one than its name says.
    """
    found = _kind_of_content(path)
    named = _BY_SUFFIX.get(suffix_of(path))
    if found == NIFTI and suffix_of(path) in _HEADERS:
        return NIFTI
    # Scanners name DICOM files by numbers with dots, so a strange suffix means nothing there.
    if found is not None and (named == found or (named is None and found == DICOM)):
        return PICTURE if found in _PICTURES else found
    if found is None:
        raise refusal(path, "not_as_named" if named else "no_image", named=named)
    raise refusal(
        path,
        "other_than_named",
        found=found,
        suffix=suffix_of(path),
        right=_suffix_for(path, found),
    )


def _suffix_for(path: Path, kind: str) -> str:
    if kind == NIFTI and suffix_of(path) == ".gz":
        return ".nii.gz"
    return next(suffix for suffix, named in _BY_SUFFIX.items() if named == kind)


def _kind_of_content(path: Path) -> str | None:
    with opening(path), path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start[128:132] == b"DICM":
        return DICOM
    if start.startswith(_PACKED):
        start = _unpacked(start)
    marks = (start[4:8], start[344:348])
    is_nifti = any(mark in (b"n+1\0", b"n+2\0", b"ni1\0", b"ni2\0") for mark in marks)
    return NIFTI if is_nifti else None


def _unpacked(start: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(start, 400)
    except zlib.error:
        return b""

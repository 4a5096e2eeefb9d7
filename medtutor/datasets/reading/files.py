"""The files of a folder, in a fixed order, none from elsewhere, and of which kind each is."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
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
# What systems and discs leave in folders: known names that never are an image.
_LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini", "dicomdir", "__macosx", "icon\r"}
_DEEPEST = 12


@dataclass(frozen=True)
class Item:
    """One file of a folder, and what the folder says about it.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        PICTURE, DICOM or NIFTI; empty until the file has been looked into.
    label : int, optional
        Its class.
    patient : str, optional
        Whom it shows, as the table or a sub-folder says.
    by_table : bool
        Whether it is the table that says so.
    mask : Path, optional
        The file with its mask.
    n_images : int
        How many images it holds.
    number : int
        Of its patient, instead of a name, in the order in which patients first appear.
    """

    path: Path
    kind: str = ""
    label: int | None = None
    patient: str | None = None
    by_table: bool = False
    mask: Path | None = None
    n_images: int = 1
    number: int = 0


def files_in(folder: Path) -> list[Path]:
    """Return all files in a folder and its sub-folders, sorted by name.

    Hidden files (those that begin with a dot), ``DICOMDIR``, ``Thumbs.db``, ``desktop.ini`` and
    ``__MACOSX`` are not looked at. Everything else is returned, whatever it is.

    Raises
    ------
    ReadError
        Where a link leads out of the folder, where a folder is linked, where folders lie more
        than 12 deep, and where there is no file at all.
    """
    found = list(_walk(folder, folder.resolve(), depth=0))
    if not found:
        raise refusal(folder, "no_files")
    return found


def _walk(folder: Path, root: Path, depth: int) -> Iterator[Path]:
    if depth > _DEEPEST:
        raise refusal(folder, "too_deep", deepest=_DEEPEST)
    for entry in entries_of(folder):
        _check_inside(entry, root)
        if entry.is_dir():
            yield from _walk(entry, root, depth + 1)
        else:
            yield entry


def entries_of(folder: Path) -> list[Path]:
    """Return what lies directly in a folder, sorted, without what systems leave there."""
    try:
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        raise refusal(folder, "not_listed", reason=error.strerror or error) from error
    return [e for e in entries if e.name[0] != "." and e.name.lower() not in _LEFT_BY_SYSTEMS]


def _check_inside(entry: Path, root: Path) -> None:
    try:
        target = entry.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise refusal(entry, "link_nowhere") from error
    if entry.is_symlink() and entry.is_dir():
        raise refusal(entry, "link_to_folder")
    if not target.is_relative_to(root):
        raise refusal(entry, "link_out")


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
    found, suffix = _kind_of_content(path), suffix_of(path)
    named = _BY_SUFFIX.get(suffix)
    if found == NIFTI and suffix in _HEADERS:
        return NIFTI
    # Scanners name DICOM files by numbers with dots, so a strange suffix means nothing there.
    if found is not None and (named == found or (named is None and found == DICOM)):
        return found if found in (DICOM, NIFTI) else PICTURE
    if found is None:
        raise refusal(path, "not_as_named" if named else "no_image", named=named)
    right = next(end for end, kind in _BY_SUFFIX.items() if kind == found)
    right = ".nii.gz" if found == NIFTI and suffix == ".gz" else right
    raise refusal(path, "other_than_named", found=found, suffix=suffix, right=right)


def _kind_of_content(path: Path) -> str | None:
    with opening(path), path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start[128:132] == b"DICM":
        return DICOM
    if start.startswith(b"\x1f\x8b"):
        with suppress(zlib.error):
            start = zlib.decompressobj(wbits=31).decompress(start, 400)
    marks = (start[4:8], start[344:348])
    is_nifti = any(mark in (b"n+1\0", b"n+2\0", b"ni1\0", b"ni2\0") for mark in marks)
    return NIFTI if is_nifti else None

"""The files of a folder, in a fixed order, none from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

from medtutor.datasets.reading.errors import refusal

# What systems and discs leave in folders: known names that never are an image.
_LEFT_BY_SYSTEMS = {"thumbs.db", "desktop.ini", "dicomdir", "__macosx", "icon\r"}
_DEEPEST = 12


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
    return [entry for entry in entries if not _is_left_by_a_system(entry.name)]


def _is_left_by_a_system(name: str) -> bool:
    return name.startswith(".") or name.lower() in _LEFT_BY_SYSTEMS


def _check_inside(entry: Path, root: Path) -> None:
    try:
        target = entry.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise refusal(entry, "link_nowhere") from error
    if entry.is_symlink() and entry.is_dir():
        raise refusal(entry, "link_to_folder")
    if not target.is_relative_to(root):
        raise refusal(entry, "link_out")

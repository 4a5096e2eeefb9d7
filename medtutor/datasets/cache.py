"""The folder where downloaded and generated files are kept, and the files' good order."""

import os
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medtutor._checks import written_out
from medtutor.datasets.tables import message


def cache_folder(cache_dir: str | Path | None = None) -> Path:
    """Return the cache folder: the argument, else ``$MEDTUTOR_CACHE``, else the platform's."""
    chosen = cache_dir or os.environ.get("MEDTUTOR_CACHE") or _platform_folder()
    return written_out(chosen)


def _platform_folder() -> Path:
    import pooch  # takes as long to import as NumPy, and most loads don't need it

    return pooch.os_cache("medtutor")


@contextmanager
def part_file(target: Path) -> Iterator[Path]:
    """Give a temporary name beside ``target`` that no other process uses.

    The file gets its final name by :func:`move_into_place`. Whatever still lies under
    the temporary name in the end, after an error or Ctrl-C, is removed.
    """
    # Not tempfile: its files can be read by one user only, a class may share the folder.
    part = target.with_name(f"{target.name}.{os.getpid()}-{secrets.token_hex(4)}.part")
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


def move_into_place(part: Path, target: Path) -> None:
    """Give a finished file its final name, in one step that can't be seen half done."""
    try:
        part.replace(target)
    except PermissionError:
        # Windows won't replace a file that another process reads; that process then
        # was first with the very same content.
        if not target.is_file():
            raise


def md5_of(path: Path) -> str:
    """Return the MD5 checksum of a file."""
    import pooch

    return pooch.file_hash(str(path), alg="md5")


def is_intact(path: Path, md5: str) -> bool:
    """Say whether a file has the published checksum; read it only if it changed."""
    stamp = _stamp(path, md5)
    with suppress(OSError, UnicodeDecodeError):
        if _stamp_path(path).read_text(encoding="ascii") == stamp:
            return True
    intact = md5_of(path) == md5
    if intact:
        remember_intact(path, md5)
    return intact


def remember_intact(path: Path, md5: str) -> None:
    """Note beside a file that it was checked, as it is now.

    Some sets have many gigabytes: to read them whole before every load would take
    minutes. Size and time of change tell whether it is still the same file.
    """
    # In a folder that can't be written the check is simply made again next time.
    with suppress(OSError):
        _stamp_path(path).write_text(_stamp(path, md5), encoding="ascii")


def forget_intact(path: Path) -> None:
    """Have the next :func:`is_intact` read the file again."""
    with suppress(OSError):
        _stamp_path(path).unlink(missing_ok=True)


def put_aside(path: Path, target: Path) -> Path:
    """Rename a bad file so that it is never loaded, and warn.

    The new name holds the content's checksum: files put aside earlier stay, and the
    same bad content that arrives again takes no further room.

    Parameters
    ----------
    path : Path
        The bad file.
    target : Path
        The name that it should have had, or has.

    Returns
    -------
    Path
        Where it lies now.
    """
    aside = target.with_name(f"{target.name}.{md5_of(path)[:8]}.bad")
    path.replace(aside)
    warnings.warn(message("put_aside", name=target.name, aside=aside), stacklevel=2)
    return aside


def _stamp(path: Path, md5: str) -> str:
    facts = path.stat()
    return f"{md5} {facts.st_size} {facts.st_mtime_ns}"


def _stamp_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.checked")

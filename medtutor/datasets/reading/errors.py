"""One error for every file that can't be read, and the limits of what is tried."""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medtutor._checks import written_out

# A thorax of 1,000 slices has half a GiB. Beyond these limits a file is damaged or made to
# do harm, or it needs another computer.
LARGEST = 2 * 2**30
_LARGEST_UNSUSPECTED = 256 * 2**20
_LARGEST_RATIO = 500

DAMAGED = "the file seems damaged: copy or export it again"


class ReadError(ValueError):
    """An image that can't be read: which file, what is wrong with it, and what to do.

    Parameters
    ----------
    path : path
        The file, or the folder.
    problem : str
        What was found, as a part of a sentence.
    cure : str
        What the reader of the message can do.

    Notes
    -----
    Taught in lesson 01.
    """

    def __init__(self, path: str | Path, problem: str, cure: str) -> None:
        super().__init__(f"{shown(path)}: {problem}; {cure}")
        self.path = Path(path)
        self.problem = problem
        self.cure = cure

    def __reduce__(self) -> tuple[type, tuple[Path, str, str]]:
        # An error must be able to travel from one process to another.
        return type(self), (self.path, self.problem, self.cure)


def shown(path: str | Path, longest: int = 160) -> str:
    """Return a path as one printable line; a long one loses its middle."""
    # Names on disk needn't be valid text, and printing such a name would be the next error.
    text = os.fsencode(path).decode("utf-8", "replace")
    text = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    if len(text) <= longest:
        return text
    return f"{text[: longest // 2]} … {text[-longest // 2 :]}"


def place_of(path: str | Path) -> Path:
    """Return a path with ``~`` written out; raise for what is no path."""
    if not isinstance(path, (str, os.PathLike)):
        raise TypeError(
            f"path is {path!r:.80}; give the path of a file or a folder, as text or a pathlib.Path"
        )
    return written_out(path)


@contextmanager
def naming(path: str | Path, cure: str = DAMAGED) -> Iterator[None]:
    """Turn whatever a file parser raises into a ReadError that names the file.

    The parsers of pydicom, nibabel and Pillow meet damage with errors of every kind, from
    ``struct.error`` to ``RecursionError`` and ``MemoryError``. For all of them the answer is
    the same, so here, and only here, every kind is caught.
    """
    try:
        with warnings.catch_warnings():
            # pydicom warns of each odd value, and prints it: it may be the patient's name.
            # What matters for the image is checked by the readers themselves.
            warnings.simplefilter("ignore")
            yield
    except ReadError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:120]
        problem = f"can't be read ({type(error).__name__}{': ' if reason else ''}{reason})"
        raise ReadError(path, problem, cure) from error


def file_bytes(path: Path) -> bytes:
    """Return the content of a regular file that is not larger than can be worked with."""
    require_file(path)
    try:
        n_bytes = path.stat().st_size
        if n_bytes == 0:
            raise ReadError(path, "the file is empty", "copy or export it again")
        check_size(path, n_bytes, n_bytes)
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            path,
            f"can't be opened: {error.strerror or error}",
            "see that you may read it, and that no other program holds it",
        ) from error


def require_file(path: Path) -> None:
    """Raise where there is no regular file of this name."""
    if kind_of(path) == "folder":
        raise ReadError(path, "is a folder, not a file", "give the path of a file in it")
    if kind_of(path) != "file":
        raise ReadError(path, "is no regular file", "give the path of an image file")


def kind_of(path: Path) -> str:
    """Return "file", "folder" or "other"; raise where there is nothing."""
    try:
        if not path.exists():
            raise ReadError(
                path, "doesn't exist", f"check the spelling; this runs in {shown(Path.cwd())}"
            )
        return "folder" if path.is_dir() else "file" if path.is_file() else "other"
    except (OSError, ValueError) as error:
        if isinstance(error, ReadError):
            raise
        raise ReadError(
            path, "can't be a path on this computer", "give a shorter, plain one"
        ) from error


def check_size(path: Path, n_bytes: int, n_bytes_of_file: int) -> None:
    """Raise where an image would fill the memory, or is far larger than its file can hold.

    Parameters
    ----------
    path : Path
        For the message.
    n_bytes : int
        What the image takes in memory, by its own header.
    n_bytes_of_file : int
        What the file takes on disk.
    """
    if n_bytes > LARGEST:
        raise ReadError(
            path,
            f"would take {n_bytes / 2**30:.1f} GiB of memory; {LARGEST / 2**30:.0f} are the limit",
            "if that is its true size, cut or shrink it with another program first; "
            "else the file is damaged",
        )
    if n_bytes > max(_LARGEST_UNSUSPECTED, _LARGEST_RATIO * n_bytes_of_file):
        raise ReadError(
            path,
            f"says it holds {n_bytes / 2**20:.0f} MiB, but the file has only "
            f"{n_bytes_of_file / 2**20:.3g} MiB",
            "such a file is damaged or made to fill the memory; if it is yours and it is right, "
            "save it without compression",
        )


def check_finite(path: Path, values: object) -> None:
    """Raise where floating-point voxels are NaN or infinite."""
    import numpy as np

    array = np.asarray(values)
    n_bad = int(array.size - np.isfinite(array).sum()) if array.dtype.kind == "f" else 0
    if n_bad:
        raise ReadError(
            path,
            f"{n_bad} of {array.size} voxels are no finite number (NaN or infinite)",
            "decide what they should be and save the file anew, for example with "
            "numpy.nan_to_num(array, nan=0.0)",
        )

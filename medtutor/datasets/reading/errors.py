"""One error for every file that can't be read, and the limits of what is tried.

What an error says stands in ``refusals.tsv``: in each row what is wrong, and what to do about it.
"""

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from medtutor._checks import written_out
from medtutor._identity import HOW_ALIKE, ONE_OR_TWO
from medtutor.datasets.tables import message, rows_of

# A thorax of 1,000 slices has half a GiB. Beyond these limits a file is damaged or made to
# do harm, or it needs another computer.
LARGEST = 2 * 2**30
_LARGEST_UNSUSPECTED = 256 * 2**20
_LARGEST_RATIO = 500


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


def refusal(path: str | Path, row: str, /, **facts: object) -> ReadError:
    """Return the error of which a row of ``refusals.tsv`` tells, with the facts of this file.

    Of another file, which is given as a ``Path``, the name is told.
    """
    told = {
        name: shown(fact.name) if isinstance(fact, Path) else fact for name, fact in facts.items()
    }
    rows = rows_of(Path(__file__).with_name("refusals.tsv"))
    # What several rows say stands in rows in capitals, which have no cure of their own.
    phrases = {name: one["problem"] for name, one in rows.items() if name.isupper()}
    phrases |= {"HOW_ALIKE": HOW_ALIKE, "ONE_OR_TWO": ONE_OR_TWO}
    problem, cure = (rows[row][part].format(**phrases, **told) for part in ("problem", "cure"))
    return ReadError(path, problem, cure)


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
        raise TypeError(message("no_path", path=path))
    return written_out(path)


@contextmanager
def naming(path: str | Path, row: str = "unreadable") -> Iterator[None]:
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
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:120]}".removesuffix(": ")
        raise refusal(path, row, reason=reason) from error


def file_bytes(path: Path) -> bytes:
    """Return the content of a regular file that is not larger than can be worked with."""
    with opening(path) as n_bytes:
        check_size(path, n_bytes, n_bytes)
        return path.read_bytes()


@contextmanager
def opening(path: Path) -> Iterator[int]:
    """Give the size of a file; raise where none is there, where it is empty or can't be read."""
    kind = kind_of(path)
    if kind != "file":
        raise refusal(path, "folder_not_file" if kind == "folder" else "no_regular_file")
    try:
        n_bytes = path.stat().st_size
        if n_bytes == 0:
            raise refusal(path, "empty_file")
        yield n_bytes
    except OSError as error:
        raise refusal(path, "not_opened", reason=error.strerror or error) from error


def kind_of(path: Path) -> str:
    """Return "file", "folder" or "other"; raise where there is nothing."""
    try:
        is_there = path.exists()
        kind = "folder" if path.is_dir() else "file" if path.is_file() else "other"
    except (OSError, ValueError) as error:
        raise refusal(path, "no_path") from error
    if not is_there:
        raise refusal(path, "not_there", here=shown(Path.cwd()))
    return kind


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
        raise refusal(path, "too_large", gib=n_bytes / 2**30, limit=LARGEST / 2**30)
    if n_bytes > max(_LARGEST_UNSUSPECTED, _LARGEST_RATIO * n_bytes_of_file):
        raise refusal(
            path, "suspicious_size", mib=n_bytes / 2**20, mib_of_file=n_bytes_of_file / 2**20
        )


def check_finite(path: Path, values: object) -> None:
    """Raise where floating-point voxels are NaN or infinite."""
    import numpy as np

    array = np.asarray(values)
    n_bad = int(array.size - np.isfinite(array).sum()) if array.dtype.kind == "f" else 0
    if n_bad:
        raise refusal(path, "not_finite", n_bad=n_bad, size=array.size)

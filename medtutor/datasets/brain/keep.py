"""Generated images are kept on disk, so that a second call reads what the first one made."""

import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from medtutor.datasets.cache import cache_folder, move_into_place, part_file


def kept_arrays(
    key: str, make: Callable[[], dict[str, np.ndarray]], cache_dir: str | Path | None = None
) -> dict[str, np.ndarray]:
    """Return the arrays kept under ``key``; the first time ``make`` makes them.

    A folder that can't be written to costs time, not the data: it is warned of. A file that
    can't be read is made anew.
    """
    path = cache_folder(cache_dir) / "simulated" / f"{key}.npz"
    try:
        return _read(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile):
        warnings.warn(f"{path} could not be read; it is made anew", stacklevel=2)
    arrays = make()
    try:
        _write(path, arrays)
    except OSError as error:
        warnings.warn(
            f"the generated images were not kept in {path.parent} ({error.strerror}); they will "
            "be made again next time. Set MEDTUTOR_CACHE to a folder that can be written to",
            stacklevel=2,
        )
    return arrays


def _read(path: Path) -> dict[str, np.ndarray]:
    # Opened here: np.load leaves a damaged file open, and Windows then can't replace it.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return dict(archive)


def _write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with part_file(path) as unfinished:
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        move_into_place(unfinished, path)

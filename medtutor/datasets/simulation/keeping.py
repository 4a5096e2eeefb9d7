"""Generated images are kept on disk, so that a second call reads what the first one made."""

import warnings
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from medtutor.datasets.cache import cache_folder, move_into_place, part_file
from medtutor.datasets.dataset import Card, Size, Split, size_in_words
from medtutor.datasets.tables import message

SPLIT_NAMES = ("train", "val", "test")

LARGEST_SEED = 2**32 - 1  # patients' numbers carry it

Arrays = dict[str, np.ndarray]


class NotKeptWarning(UserWarning):
    """Generated images could not be written into the cache folder."""


def kept_splits(
    card: Card,
    version: int,
    simulate: Callable[..., Arrays],
    as_split: Callable[[Arrays], Split] | None = None,
    *,
    n_train: int | None,
    size: Size,
    seed: int,
    cache_dir: str | Path | None,
) -> tuple[Split, Split, Split]:
    """Return train, val and test, made once and then read from the cache.

    ``simulate`` gets how many, which size, two seeds, and what is chosen on the card; ``version``
    is the generator's, for the file's name. ``n_train`` may be more than the card's count. Without
    ``as_split`` the arrays are those of a Split by name.
    """
    name = f"{card.name}_{size_in_words(size)}{_choices(card)}"
    if seed > LARGEST_SEED:
        raise ValueError(f"seed is {seed}; give a whole number from 0 to {LARGEST_SEED}")
    counts = (n_train or card.counts[0], *card.counts[1:])
    parts = []
    for number, (part, count) in enumerate(zip(SPLIT_NAMES, counts, strict=True)):
        key = f"{name}_seed{seed}_{part}{count}_v{version}"
        make = partial(simulate, count, size, (seed, number), **card.chosen())
        arrays: dict[str, Any] = kept_arrays(key, make, cache_dir)
        parts.append(as_split(arrays) if as_split else Split(**arrays))
    return parts[0], parts[1], parts[2]


def _choices(card: Card) -> str:
    """Return what was chosen, for a file's name; nothing for what is as by default."""
    choices = [(o.name, o.value) for o in card.options if o.value != o.default]
    written = [(name, v if isinstance(v, str) else "-".join(v)) for name, v in choices]
    return "".join(f"_{name}-{value}" for name, value in written)


def kept_arrays(
    key: str, make: Callable[[], Arrays], cache_dir: str | Path | None = None
) -> Arrays:
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
        text = message("not_kept", folder=path.parent, reason=error.strerror)
        warnings.warn(text, NotKeptWarning, stacklevel=2)
    return arrays


def _read(path: Path) -> Arrays:
    # Opened here: np.load leaves a damaged file open, and Windows then can't replace it.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        return dict(archive)


def _write(path: Path, arrays: Arrays) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with part_file(path) as unfinished:
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        move_into_place(unfinished, path)

"""MedMNIST v2: 18 real public sets, downloaded once, then offline.

The facts about each set (counts, classes, licence, checksums) stand in ``medmnist.tsv``.
"""

import os
import re
from pathlib import Path

import numpy as np

from medtutor._checks import did_you_mean
from medtutor._table import Table
from medtutor.datasets.archives import open_arrays
from medtutor.datasets.cache import cache_folder, forget_intact, is_intact
from medtutor.datasets.cards import card_of
from medtutor.datasets.checking import checked_size
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.download import ensure_file
from medtutor.datasets.tables import message, rows_of

_SIZES = (28, 64, 128, 224)
_RECORD = "https://zenodo.org/records/10519652"


def _card(facts: dict[str, str]) -> Card:
    return card_of(
        facts,
        sizes=tuple(size for size in _SIZES if facts[f"md5_{size}"] != "-"),
        simulated=False,
        has_patients=False,
        source=f"MedMNIST v2, {_RECORD}, made from {facts['made_from']}",
        citation=message("cite_medmnist", source=facts["made_from"]),
    )


_FACTS = rows_of(Path(__file__).with_suffix(".tsv"))
CARDS = {name: _card(facts) for name, facts in _FACTS.items()}
_cited: set[str] = set()


def get(name: str, size: int = 28, *, cache_dir: str | Path | None = None) -> Path:
    """Return the file of a set, downloaded if it isn't in the cache folder yet.

    It lies in the cache folder as ``medmnist/breastmnist.npz`` or
    ``medmnist/breastmnist_64.npz``, where it can also be put by hand. Its checksum is
    compared before its first use. Addresses in the environment variable
    ``MEDTUTOR_MIRRORS`` (folders that hold files of these names, separated by spaces or
    commas) are tried before the official one, which a whole class would else run down.

    Parameters
    ----------
    name : str
        One of the MedMNIST sets, such as ``"breastmnist"``.
    size : int
        Edge length in pixels: 28, 64, 128 or 224; volumes have 28 and 64.
    cache_dir : path, optional
        Where files are kept; else ``$MEDTUTOR_CACHE``, else the platform's cache folder.

    Raises
    ------
    ValueError
        Unknown name, or a size that the set doesn't have.
    DownloadError
        The file can't be had; the message says what was tried and what to do.
    """
    if name not in CARDS:
        hint = did_you_mean(name, CARDS)
        raise ValueError(f"{name!r} is not a set that can be downloaded; {hint}")
    path = _path(name, checked_size(CARDS[name], size), cache_dir)
    ensure_file(path, _FACTS[name][f"md5_{size}"], _addresses(path.name))
    return path


def verify(cache_dir: str | Path | None = None) -> Table:
    """Read every MedMNIST file in the cache folder and compare its checksum.

    Returns
    -------
    Table
        Columns ``name``, ``size``, ``state`` (``"good"``, ``"bad"``, or ``"unknown"``
        for a file of no known name) and ``path``. A bad file is put aside and
        downloaded anew when it is next used.
    """
    rows: list[tuple[str, int | str, str, str]] = []
    known = []
    for name, card in CARDS.items():
        for size in card.sizes:
            path = _path(name, size, cache_dir)
            known.append(path)
            if path.is_file():
                forget_intact(path)
                state = "good" if is_intact(path, _FACTS[name][f"md5_{size}"]) else "bad"
                rows.append((name, size, state, str(path)))
    for path in sorted((cache_folder(cache_dir) / "medmnist").glob("*.npz")):
        if path not in known:
            rows.append((path.stem, "-", "unknown", str(path)))
    return Table(("name", "size", "state", "path"), rows)


def load_splits(
    card: Card, *, n_train: int | None, size: int, seed: int, cache_dir: str | Path | None
) -> tuple[Split, Split, Split]:
    """Load train, val and test of a MedMNIST set; parameters as in ``datasets.load``."""
    places = _places(card, n_train, seed)
    arrays = open_arrays(get(card.name, size, cache_dir=cache_dir))
    _cite_once(card)
    train, val, test = (_split(card, arrays, part) for part in ("train", "val", "test"))
    return (train if places is None else train[places]), val, test


def _places(card: Card, n_train: int | None, seed: int) -> np.ndarray | None:
    if n_train is None:
        return None
    # The first places of one permutation: a larger n_train contains every smaller one.
    # In rising order the file on disk is read from front to back.
    return np.sort(np.random.default_rng(seed).permutation(card.counts[0])[:n_train])


def _split(card: Card, arrays: dict[str, np.ndarray], part: str) -> Split:
    images, labels = arrays[f"{part}_images"], arrays[f"{part}_labels"].astype(np.int64)
    n_axes = 1 + int(_FACTS[card.name]["n_dims"])
    if images.ndim == n_axes:  # grey images are stored without a channel axis
        images = images[..., np.newaxis]
    return Split(images, labels if card.task == "multi-label" else labels[:, 0])


def _cite_once(card: Card) -> None:
    # Once in a process, not once for all: a notebook that is run again prints it again.
    if card.name not in _cited:
        _cited.add(card.name)
        print(f"{card.name}: real images, licence {card.licence}. Please cite {card.citation}.")


def _path(name: str, size: int, cache_dir: str | Path | None) -> Path:
    file_name = f"{name}.npz" if size == 28 else f"{name}_{size}.npz"
    return cache_folder(cache_dir) / "medmnist" / file_name


def _addresses(file_name: str) -> list[str]:
    mirrors = re.findall(r"[^\s,]+", os.environ.get("MEDTUTOR_MIRRORS", ""))
    official = f"{_RECORD}/files/{file_name}?download=1"
    return [*(f"{mirror.rstrip('/')}/{file_name}" for mirror in mirrors), official]

"""Every data set by name: what there is, and how to load it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from medtutor._checks import checked_seed, did_you_mean
from medtutor._table import Table
from medtutor.datasets import lung, medmnist
from medtutor.datasets.brain import cohort, contrasts, growth
from medtutor.datasets.checking import checked_size, whole_number
from medtutor.datasets.dataset import Card, Dataset, Size, size_in_words
from medtutor.datasets.options import with_choices
from medtutor.datasets.reading import own
from medtutor.datasets.splitting import assert_no_leak
from medtutor.datasets.tables import refused

# Each module offers CARDS and load_splits(card, n_train=, size=, seed=, cache_dir=).
_SOURCES = (cohort, growth, contrasts, lung, medmnist)


def card(name: str) -> Card:
    """Return the card of a data set; ``"folder:PATH"`` is a folder of your own.

    Raises
    ------
    ValueError
        For an unknown name; the message offers the nearest ones.
    ReadError
        For a folder that doesn't hold images as ``read_folder`` needs them.
    """
    if own.is_own(name):
        return own.card_of(name)
    cards = _cards()
    if name not in cards:
        hint = did_you_mean(name, cards)
        raise ValueError(f"unknown data set {name!r}; {hint}; your own images are 'folder:PATH'")
    return cards[name]


def available() -> Table:
    """Return a table of all data sets, those that need no download first."""
    columns = ("name", "task", "classes", "train", "val", "test", "sizes", "kind", "licence")
    rows = [
        (
            c.name,
            c.task,
            len(c.class_names),
            *c.counts,
            ", ".join(map(size_in_words, c.sizes)),
            "simulated, offline" if c.simulated else "real, downloaded once",
            c.licence,
        )
        for c in _cards().values()
    ]
    return Table(columns, rows)


def load(
    name: str,
    *,
    n_train: int | None = None,
    size: Size | None = None,
    seed: int = 0,
    cache_dir: str | Path | None = None,
    **options: Any,
) -> Dataset:
    """Load a data set, split by patient where patients are known.

    Parameters
    ----------
    name : str
        One of ``available()["name"]``, or ``"folder:PATH"`` for a folder of your own images,
        laid out as ``read_folder`` says.
    n_train : int, optional
        Number of training images; all (or the generator's usual number) without it.
        Validation and test images stay the same whatever it is.
    size : int or (int, int, int), optional
        Edge length in pixels; the first of the card's sizes without it. ``brain_tissue`` and
        ``brain_lesion`` also have volumes, one a patient: ``size=(48, 56, 48)``, with voxels of
        212 / 56 = 3.79 mm along each axis; slices go from the neck up. Their usual numbers are
        64, 12 and 24 patients.
    seed : int
        Fixes the simulated patients, or which training images are taken.
    cache_dir : path, optional
        Where files are kept; else ``$MEDTUTOR_CACHE``, else the platform's cache folder.
    **options
        What the set leaves to you, as its card says. ``brain_tissue`` and ``brain_lesion`` have

        - ``sequences``: which contrasts are drawn, one a patient; any of "T1", "T2" and "FLAIR",
          all three without it. ``sequences=("FLAIR",)`` draws FLAIR alone.
        - ``domain``: "scanner" draws what a scanner would show. "wide" draws contrast, range,
          framing and lesions far beyond any scanner, so that a network trained on it works on
          scans that it never saw (domain randomisation).

        ``None`` leaves an option as it is.

    Returns
    -------
    Dataset
        ``train``, ``val`` and ``test`` with images in stored units, and the card.

    Raises
    ------
    ValueError
        Unknown name, size the set doesn't have, ``n_train`` below 1 or above what there is,
        ``seed`` below 0, one of these that is no whole number, an option that the set doesn't
        have, or a value that the option doesn't have.
    ReadError
        A folder of your own with a file that doesn't fit; the message names it and the cure.

    Notes
    -----
    Patients' numbers differ between seeds and between splits, so that sets of several seeds can be
    joined. Taught in lesson 07.

    Examples
    --------
    >>> flair = load("brain_lesion", n_train=8, sequences=("FLAIR",), domain="wide")
    >>> flair.card.chosen()
    {'sequences': ('FLAIR',), 'domain': 'wide'}
    """
    facts = card(name)
    facts = replace(facts, options=with_choices(name, facts.options, options))
    edges: Any = facts.sizes[0] if size is None else checked_size(facts, size)
    seed = checked_seed(seed)
    if n_train is not None:
        expected = "a whole number of images from 1 up"
        n_train = whole_number("n_train", n_train, expected, lowest=1)
        if n_train > facts.counts[0] and not facts.simulated:
            raise refused("too_few_to_train", n_train=n_train, name=name, count=facts.counts[0])
    load_splits = next((m.load_splits for m in _SOURCES if name in m.CARDS), own.load_splits)
    train, val, test = load_splits(
        facts, n_train=n_train, size=edges, seed=seed, cache_dir=cache_dir
    )
    if facts.has_patients:
        assert_no_leak(train, val, test)
    return Dataset(name, facts.task, facts.class_names, train, val, test, facts)


def _cards() -> dict[str, Card]:
    return {name: facts for module in _SOURCES for name, facts in module.CARDS.items()}

"""``load("folder:PATH")``: a learner's own images as a data set, split by patient."""

from pathlib import Path

import numpy as np

from medtutor._checks import written_out
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.reading.errors import refusal
from medtutor.datasets.reading.folder import scans_of
from medtutor.datasets.reading.images import mask_names_of
from medtutor.datasets.reading.layout import Layout, layout_of
from medtutor.datasets.splitting import patient_split

PREFIX = "folder:"
SIZES = (64, 28, 32, 48, 96, 128, 224, 256)
# Small folders need patients to choose with and to measure with.
_FRACTIONS = (0.6, 0.2, 0.2)
_PARTS = ("train", "val", "test")
_FEWEST = 4


def is_own(name: object) -> bool:
    """Say whether a data set's name means a folder of the learner's own."""
    return isinstance(name, str) and name.startswith(PREFIX)


def absolute(name: str) -> str:
    """Return the name with the whole path, which means the same wherever it is used."""
    return f"{PREFIX}{_folder(name).absolute()}"


def _folder(name: str) -> Path:
    written = name.removeprefix(PREFIX).strip()
    if not written:
        raise refusal(name, "no_folder_named")
    return written_out(written)


def card_of(name: str) -> Card:
    """Return the card of a folder: what it holds, and how it is going to be split."""
    layout = layout_of(_folder(name))
    train, val, test = _places(layout)
    kinds = ", ".join(sorted({item.kind for item in layout.items}))
    return Card(
        name=name,
        title=f"Images of the folder {layout.folder.name}",
        task=_task(layout),
        class_names=layout.class_names or mask_names_of(layout),
        counts=(len(train), len(val), len(test)),
        sizes=SIZES,
        simulated=False,
        has_patients=layout.grouping.known,
        about=f"{len(layout.items)} files ({kinds}); {layout.grouping.told_by}",
        source="a folder on this computer",
        licence="as you agreed with those who gave the images and with the patients",
        citation="your own source",
    )


def load_splits(
    card: Card, *, n_train: int | None, size: int, seed: int, cache_dir: str | Path | None
) -> tuple[Split, Split, Split]:
    """Return train, val and test; who is in which part depends on the folder alone.

    The training images come in an order that ``seed`` fixes, and ``n_train`` takes the first of
    them. Nothing is kept in the cache folder: the images are somebody's.
    """
    layout = layout_of(_folder(card.name))
    train, val, test = _places(layout)
    train = np.random.default_rng(seed).permutation(train)[:n_train]
    scans = scans_of(layout, size)
    everything = Split(scans.array, scans.labels, masks=scans.masks, patients=scans.patients)
    return everything[train], everything[val], everything[test]


def _task(layout: Layout) -> str:
    if not layout.class_names:
        return "segmentation"
    return "binary-class" if len(layout.class_names) == 2 else "multi-class"


def _places(layout: Layout) -> list[np.ndarray]:
    """Return the places of the images of train, val and test.

    Each class is spread over the three parts: patients are divided apart by the rarest class
    that they have.
    """
    if not (layout.class_names or layout.has_masks):
        raise refusal(layout.folder, "nothing_to_learn")
    patients = layout.patients
    labels = layout.labels if layout.class_names else np.zeros(len(patients), int)
    names = [repr(name) for name in layout.class_names] or ["the folder"]
    divided = []
    for number, places in _strata(labels, patients).items():
        _check_enough(layout, names[number], len(np.unique(patients[places])))
        parts = patient_split(patients[places], _FRACTIONS, seed=0)
        divided.append([places[part] for part in parts])
    found = [np.sort(np.concatenate(part)) for part in zip(*divided, strict=True)]
    for part, places in zip(_PARTS, found, strict=True):
        missing = set(range(len(names))) - set(labels[places].tolist())
        if missing:
            raise refusal(layout.folder, "class_not_in_part", part=part, label=names[min(missing)])
    return found


def _strata(labels: np.ndarray, patients: np.ndarray) -> dict[int, np.ndarray]:
    """Return by class the places of all images of the patients whose rarest class it is."""
    by_rarity = np.argsort(np.bincount(labels), kind="stable")
    left = np.ones(len(labels), bool)
    strata = {}
    for number in by_rarity.tolist():
        theirs = left & np.isin(patients, patients[labels == number])
        if theirs.any():
            strata[number] = np.flatnonzero(theirs)
        left &= ~theirs
    return strata


def _check_enough(layout: Layout, what: str, count: int) -> None:
    if count < _FEWEST:
        told_by = layout.grouping.told_by
        raise refusal(
            layout.folder, "few_patients", what=what, count=count, told_by=told_by, fewest=_FEWEST
        )

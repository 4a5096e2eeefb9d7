"""What every data set of the course looks like: a card and three splits."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from medtutor._checks import checked_seed
from medtutor.datasets.options import Option, Value
from medtutor.datasets.split_checks import check_parts, checked_places
from medtutor.datasets.tables import message

Size = int | tuple[int, int, int]
"""Edge length of square images in pixels, or the three edges of volumes."""


def size_in_words(size: Size) -> str:
    """Return ``"64"``, or ``"48x56x48"`` for volumes."""
    return "x".join(map(str, np.ravel(size)))


@dataclass(frozen=True, repr=False)
class Split:
    """Images and what is known about each of them; what a set lacks is ``None``.

    Parameters
    ----------
    images : array (N, H, W, C), (N, D, H, W, C) or (N, T, H, W, C)
        In the stored units: uint8, or int16 Hounsfield units.
    labels : array (N,) of int, or (N, n_findings) for several findings at once
        Class numbers, indices into ``Dataset.class_names``.
    masks : array (N, H, W) of uint8, (N, D, H, W) for volumes, (N, T, H, W) for sequences
        Class id of every pixel.
    boxes : list of N arrays (n_i, 4)
        ``y0 x0 y1 x1`` in pixels, half-open.
    patients : array (N,)
        Who each image shows. Images of one patient belong in one split.
    lengths : array (N,) of int
        Number of valid steps of each sequence.
    days : array (N, T) of int
        Day of each step of a sequence, counted from its first.
    table : array (N, n_columns) of float
        What else is known of each patient; the card names the columns.

    Raises
    ------
    ValueError
        Where a part isn't of such a shape or has not one entry for each image, and where two
        patients look alike (see :func:`patient_split`).

    Notes
    -----
    Taught in lesson 07.
    """

    images: np.ndarray
    labels: np.ndarray | None = None
    masks: np.ndarray | None = None
    boxes: list[np.ndarray] | None = None
    patients: np.ndarray | None = None
    lengths: np.ndarray | None = None
    days: np.ndarray | None = None
    table: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name, value in self._items():
            if name != "boxes" and isinstance(value, (list, tuple)):
                object.__setattr__(self, name, _as_array(name, value))
        check_parts({"images": self.images, **dict(self._items())})

    def _items(self) -> list[tuple[str, Any]]:
        pairs = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return [(name, value) for name, value in pairs if value is not None]

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, index: slice | Sequence[int] | np.ndarray) -> "Split":
        places = checked_places(index, len(self))
        return Split(**{name: _pick(value, places) for name, value in self._items()})

    def shuffled(self, seed: int) -> "Split":
        """Return the same images in a random order that ``seed`` fixes."""
        return self[np.random.default_rng(checked_seed(seed)).permutation(len(self))]

    def __repr__(self) -> str:
        parts = [f"{len(self)} images {self.images.shape[1:]} {self.images.dtype}"]
        parts += [name for name, _ in self._items() if name != "images"]
        return f"Split({', '.join(parts)})"


def _as_array(name: str, value: Sequence[Any]) -> np.ndarray:
    array = np.array(value)
    # Beside text, NumPy makes text of numbers and of NaN: patients stay as they were given.
    is_as_given = name != "patients" or array.tolist() == list(value)
    return array if is_as_given else np.array(value, dtype=object)


def _pick(value: Any, index: Any) -> Any:
    if isinstance(value, list):
        return [value[place] for place in np.arange(len(value))[index]]
    return value[index]


@dataclass(frozen=True)
class Card:
    """The facts about a data set that its user must know.

    Parameters
    ----------
    name, title : str
        What ``load`` is called with, and a readable title.
    task : str
        ``"binary-class"``, ``"multi-class"``, ``"multi-label"``, ``"ordinal"`` or
        ``"segmentation"``.
    class_names : tuple of str
        Name of each class, in the order of the labels.
    counts : tuple of int
        Images in train, val and test.
    sizes : tuple of int, or of three of them for volumes
        Edge lengths in pixels that ``load`` takes; the first is the default.
    simulated : bool
        Whether the images are made by a program.
    has_patients : bool
        Whether it is known which images belong to one patient.
    about, source, licence, citation : str
        What it shows, where it comes from, what may be done with it, what to cite.
    options : tuple of Option
        What else ``load`` takes for this set; on the card of a loaded set, what was chosen.
    table_columns : tuple of str
        What the columns of each split's ``table`` hold.
    """

    name: str
    title: str
    task: str
    class_names: tuple[str, ...]
    counts: tuple[int, int, int]
    sizes: tuple[Any, ...]
    simulated: bool
    has_patients: bool
    about: str
    source: str
    licence: str
    citation: str
    options: tuple[Option, ...] = ()
    table_columns: tuple[str, ...] = ()

    def chosen(self) -> dict[str, Value]:
        """Return the value of each option that is in force."""
        return {option.name: option.value for option in self.options}

    def __str__(self) -> str:
        classes = ", ".join(f"{place} = {name}" for place, name in enumerate(self.class_names))
        others = [f"option    {option}" for option in self.options]
        if self.table_columns:
            others.append(f"table     {', '.join(self.table_columns)}")
        return message(
            "card",
            card=self,
            kind="SIMULATED images" if self.simulated else "real images",
            classes=f"{len(self.class_names)} classes: {classes}",
            sizes=", ".join(map(size_in_words, self.sizes)),
            others="".join(f"\n  {line}" for line in others),
            patients=message("patients_known" if self.has_patients else "patients_unknown"),
        )


@dataclass(frozen=True)
class Dataset:
    """Three splits that share no patient, and the card that describes them.

    Parameters
    ----------
    name, task, class_names
        As on the card.
    train, val, test : Split
        For fitting, for choosing, and for the one final measurement.
    card : Card
        Source, licence and limits. ``repr(dataset)`` shows it.

    Notes
    -----
    Taught in lesson 07.
    """

    name: str
    task: str
    class_names: tuple[str, ...]
    train: Split
    val: Split
    test: Split
    card: Card

    def __repr__(self) -> str:
        counts = (len(self.train), len(self.val), len(self.test))
        return str(replace(self.card, counts=counts))

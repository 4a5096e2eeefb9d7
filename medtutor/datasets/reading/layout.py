"""What a learner's folder holds: which images, of which classes, patients and masks."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from medtutor._identity import is_missing_label, look_alikes, plain
from medtutor._progress import bar
from medtutor.datasets.reading import label_table
from medtutor.datasets.reading.errors import kind_of, naming, place_of, refusal, shown
from medtutor.datasets.reading.files import (
    Item,
    entries_of,
    files_in,
    kind_of_image,
    stem_of,
    suffix_of,
)
from medtutor.datasets.reading.grouping import Grouping, group_by_patient
from medtutor.datasets.reading.nifti_file import is_half

_READY_SPLITS = {"train", "training", "val", "valid", "validation", "test", "testing"}


@dataclass(frozen=True)
class Layout:
    """All that is known of a folder before a pixel is read.

    Parameters
    ----------
    folder : Path
        Where it lies.
    class_names : tuple of str
        Of the labels; empty where there are none.
    grouping : Grouping
        The files, in a fixed order, and which of them show the same patient.
    """

    folder: Path
    class_names: tuple[str, ...]
    grouping: Grouping

    @property
    def items(self) -> tuple[Item, ...]:
        """The files, in a fixed order."""
        return self.grouping.items

    @property
    def has_masks(self) -> bool:
        """Whether every image has a mask."""
        return self.items[0].mask is not None

    def of_images(self, of_files: Sequence[Any]) -> np.ndarray:
        """Return for each image what ``of_files`` has for its file."""
        return np.repeat(of_files, [item.n_images for item in self.items])

    @property
    def labels(self) -> np.ndarray:
        """Class of each image, where there are classes."""
        return self.of_images([item.label for item in self.items])

    @property
    def patients(self) -> np.ndarray:
        """The number of the patient of each image."""
        return self.of_images([item.number for item in self.items])


def layout_of(path: str | Path) -> Layout:
    """Look through a folder.

    Raises
    ------
    ReadError
        Names the file or folder that doesn't fit, and the cure.
    """
    folder = place_of(path)
    with naming(folder):
        if kind_of(folder) != "folder":
            raise refusal(folder, "file_not_folder")
        everything = files_in(folder)  # refuses links that lead out
        items, class_names = _found(folder, everything)
        if len(class_names) == 1:
            raise refusal(folder, "one_class", name=shown(class_names[0]))
        items = [
            replace(item, kind=kind_of_image(item.path))
            for item in bar(items, desc="looking at files", unit="file")
        ]
        for item in items:
            first, other = items[0].kind, items[0].path
            if item.kind != first:
                raise refusal(item.path, "other_kind", kind=item.kind, other=other, first=first)
        return Layout(folder, class_names, group_by_patient(items))


def _found(folder: Path, everything: list[Path]) -> tuple[list[Item], tuple[str, ...]]:
    entries = entries_of(folder)
    folders = {entry.name.lower(): entry for entry in entries if entry.is_dir()}
    tables = [path for path in everything if suffix_of(path) == ".csv"]
    for table in tables:
        if table != folder / label_table.NAME:
            raise refusal(table, "other_table")
    files = [path for path in everything if path not in tables and not is_half(path)]
    if not files:
        raise refusal(folder, "no_images")
    if {"images", "masks"} <= set(folders):
        items = _with_masks(folders["images"], folders["masks"], files)
    elif tables or not folders:
        items = [Item(path) for path in files]
    else:
        return _by_folder(folder, files)
    return _by_table(tables[0], items) if tables else (items, ())


def _by_table(table: Path, items: list[Item]) -> tuple[list[Item], tuple[str, ...]]:
    rows = label_table.read_label_table(table, [item.path for item in items])
    names = _in_order({row.label for row in rows})
    labelled = [
        replace(item, label=names.index(row.label)) for item, row in zip(items, rows, strict=True)
    ]
    if rows[0].patient is not None:
        pairs = zip(labelled, rows, strict=True)
        labelled = [replace(item, patient=row.patient, by_table=True) for item, row in pairs]
    return labelled, tuple(names)


def _in_order(names: set[str]) -> list[str]:
    """Return class names sorted: by value where all are numbers, so 2 comes before 10."""
    if all(re.fullmatch(r"-?\d+(\.\d*)?", name) for name in names):
        return sorted(names, key=lambda name: (float(name), name))
    return sorted(names)


def _by_folder(folder: Path, files: list[Path]) -> tuple[list[Item], tuple[str, ...]]:
    loose = [path for path in files if path.parent == folder]
    if loose:
        raise refusal(loose[0], "beside_classes")
    names = {path: plain(path.relative_to(folder).parts[0]) for path in files}
    class_names = _in_order(set(names.values()))
    empty = [e for e in entries_of(folder) if e.is_dir() and plain(e.name) not in class_names]
    if empty:
        raise refusal(empty[0], "empty_class")
    _check_class_names(folder, class_names)
    places = {name: place for place, name in enumerate(class_names)}
    return [
        Item(path, label=places[name], patient=_sub_folder(path, folder, 1))
        for path, name in names.items()
    ], tuple(class_names)


def _check_class_names(folder: Path, names: list[str]) -> None:
    if {name.lower() for name in names} <= _READY_SPLITS:
        raise refusal(folder, "split_already", parts=", ".join(names))
    missing = [name for name in names if is_missing_label(name)]
    if missing:
        raise refusal(folder, "class_missing_word", name=missing[0])
    alike = look_alikes(names)
    if alike:
        raise refusal(folder, "classes_alike", one=alike[0], other=alike[1])


def _sub_folder(path: Path, folder: Path, level: int) -> str | None:
    parts = path.relative_to(folder).parts
    return plain(parts[level]) if len(parts) > level + 1 else None


def _with_masks(images: Path, masks: Path, files: list[Path]) -> list[Item]:
    by_key: dict[Path, dict[str, Path]] = {images: {}, masks: {}}
    for path in files:
        home = next((home for home in by_key if home in path.parents), None)
        if home is None:
            raise refusal(path, "beside_images_and_masks")
        key = plain((path.relative_to(home).parent / stem_of(path)).as_posix())
        if key in by_key[home]:
            raise refusal(path, "same_name_but_suffix", other=by_key[home][key])
        by_key[home][key] = path
    for key, path in (*by_key[images].items(), *by_key[masks].items()):
        if key not in by_key[masks]:
            raise refusal(path, "no_mask")
        if key not in by_key[images]:
            raise refusal(path, "no_image_of_mask")
    return [
        Item(path, patient=_sub_folder(path, images, 0), mask=by_key[masks][key])
        for key, path in by_key[images].items()
    ]

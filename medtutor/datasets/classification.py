"""Any set that has labels, seen as "which class does this image belong to?"."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from medtutor.datasets.dataset import Dataset, Split
from medtutor.datasets.tables import refused

# In a class name these words say that nothing is wrong.
_WORDS_FOR_HEALTHY = ("healthy", "normal", "benign")


def class_of_interest(class_names: Sequence[str]) -> int:
    """Return the class that a test should find: the first whose name doesn't say healthy.

    Notes
    -----
    Taught in lesson 07.
    """
    names = [name.lower() for name in class_names]
    sick = [i for i, name in enumerate(names) if not any(w in name for w in _WORDS_FOR_HEALTHY)]
    return sick[0] if sick else len(names) - 1


def as_classification(data: Dataset, finding: int | None = None) -> Dataset:
    """Return the data set as one of images that belong to one class each.

    Sets with one label an image come back as they are. Where an image can have several
    findings at once, one of them is asked for: is it there or not?

    Parameters
    ----------
    data : Dataset
        As ``load`` returns it.
    finding : int, optional
        For sets with several findings, which one; the most common one without it.

    Raises
    ------
    ValueError
        For volumes, sets without labels, and a finding that doesn't exist.

    Notes
    -----
    Taught in lesson 07.
    """
    labels = data.train.labels
    if data.train.images.ndim != 4:
        raise refused("not_flat", name=data.name, shape=data.train.images.shape[1:])
    if labels is None:
        raise refused("nothing_to_classify", name=data.name)
    return data if labels.ndim == 1 else _one_finding(data, labels, finding)


def _one_finding(data: Dataset, labels: np.ndarray, finding: int | None) -> Dataset:
    chosen = int(labels.sum(axis=0).argmax()) if finding is None else finding
    if not 0 <= chosen < len(data.class_names):
        raise refused("no_such_finding", chosen=chosen, name=data.name, last=labels.shape[1] - 1)
    name = data.class_names[chosen]
    parts = (_with_finding(split, chosen) for split in (data.train, data.val, data.test))
    train, val, test = parts
    names = (f"no {name}", name)
    card = replace(data.card, task="binary-class", class_names=names)
    return Dataset(data.name, "binary-class", names, train, val, test, card)


def _with_finding(split: Split, finding: int) -> Split:
    assert split.labels is not None
    return replace(split, labels=split.labels[:, finding].astype(np.int64))

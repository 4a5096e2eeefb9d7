"""The same picture in two splits, found by its pixels."""

import hashlib
from itertools import combinations

import numpy as np
from skimage.transform import resize_local_mean

from medtutor._checks import is_whole, of_kind
from medtutor._table import Table
from medtutor.datasets import Split

EDGE = 16


def duplicates(*splits: Split, tolerance: int = 0) -> Table:
    """Return the pictures that are in two of the splits.

    Parameters
    ----------
    *splits : Split
        Two or more; pictures that are twice in one split are left alone.
    tolerance : int
        0 finds equal pixels. From 1 to 255: how many of the 256 bits of a coarse fingerprint
        (16×16 pixels, brighter than their mean or not) may differ; that finds copies that were
        scaled, brightened or compressed, and pictures that only look alike: look at them.

    Returns
    -------
    Table
        ``split``, ``image``, ``other split``, ``other image`` (numbers from 0), and ``bits``
        that differ.

    Raises
    ------
    ValueError
        For fewer than two splits, what is no split, or a tolerance out of range.

    Notes
    -----
    Taught in lesson 21.
    """
    if len(splits) < 2 or not is_whole(tolerance) or not 0 <= tolerance < EDGE**2:
        raise ValueError(
            f"got {len(splits)} splits and tolerance {tolerance!r}; give two splits or more, and "
            f"a whole number from 0 to {EDGE**2 - 1}"
        )
    for place, split in enumerate(splits):
        of_kind(f"argument {place}", split, Split, "splits, such as data.train and data.val")
    prints = [[_fingerprint(x, tolerance) for x in split.images] for split in splits]
    rows: list[tuple[int, ...]] = []
    for (a, one), (b, other) in combinations(enumerate(prints), 2):
        others = np.array(other)
        for i, mine in enumerate(one if other else []):
            bits = np.bitwise_count(others ^ mine).sum(axis=1)
            rows += [(a, i, b, int(j), int(bits[j])) for j in np.flatnonzero(bits <= tolerance)]
    return Table(("split", "image", "other split", "other image", "bits"), rows)


def _fingerprint(image: np.ndarray, tolerance: int) -> np.ndarray:
    if not tolerance:
        text = f"{image.shape}{image.dtype}".encode() + np.ascontiguousarray(image).tobytes()
        return np.frombuffer(hashlib.sha1(text).digest(), np.uint8)
    grey = image.reshape(*image.shape[:2], -1).mean(axis=2)
    coarse = resize_local_mean(grey, (EDGE, EDGE))
    return np.packbits(coarse > coarse.mean())

"""Lesions as things to be found, beside the voxels that masks share."""

from typing import Any, NamedTuple

import numpy as np
from scipy import ndimage

from medtutor._checks import positive
from medtutor.metrics.segmentation import checked_masks


class LesionsFound(NamedTuple):
    """How many lesions were met, how many there are, how many spots meet none."""

    found: int
    total: int
    false_spots: int


def lesions_found(y_true: Any, y_pred: Any, *, smallest: int = 1) -> LesionsFound:
    """Count the lesions that a prediction meets, and the spots that meet none.

    A lesion is what hangs together in the true mask, a spot what hangs together in the predicted
    one; pixels that share a corner hang together. A lesion is found if a spot shares at least one
    pixel with it. Two spots on one lesion count once; a spot on two lesions finds both.

    Parameters
    ----------
    y_true, y_pred : array (N, H, W) or (N, D, H, W) of bool, or of 0 and 1
        A mask of each for every case: a slice, or a volume.
    smallest : int
        Spots of fewer pixels are left out: they neither find a lesion nor are a false alarm.

    Returns
    -------
    LesionsFound
        ``found`` and ``total`` lesions, and ``false_spots``, over all cases.

    Raises
    ------
    ValueError
        For other values than 0 and 1, shapes that differ, or ``smallest`` below 1.

    Notes
    -----
    One of several rules; challenges differ in how much of a lesion must be met. See L.
    Maier-Hein, A. Reinke et al., "Metrics reloaded", 2024, doi:10.1038/s41592-023-02151-z. Taught
    in lesson 15.
    """
    positive("smallest", smallest)
    pairs = zip(*checked_masks(y_true, y_pred, 2), strict=True)
    counts = np.array([_of_one(true, predicted, smallest) for true, predicted in pairs])
    return LesionsFound(*counts.sum(axis=0).tolist())


def _of_one(true: np.ndarray, predicted: np.ndarray, smallest: int) -> tuple[int, int, int]:
    touching = np.ones((3,) * true.ndim)
    lesions, total = ndimage.label(true, touching)
    spots, _ = ndimage.label(predicted, touching)
    large = np.bincount(spots.ravel()) >= smallest
    large[0] = False
    found = np.unique(lesions[large[spots] & (lesions > 0)])
    hits = np.unique(spots[large[spots] & (lesions > 0)])
    return len(found), total, int(large.sum()) - len(hits)

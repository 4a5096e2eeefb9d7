"""How well masks agree: overlap and distance of borders, for each case and class."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor._checks import unfit
from medtutor._identity import checked_ids
from medtutor.metrics.checks import check_lengths


def dice_score(y_true: Any, y_pred: Any, *, n_classes: int = 2, groups: Any = None) -> np.ndarray:
    r"""Return the Dice score of each class in each case.

    .. math:: \mathrm{Dice} = \frac{2\, |T \cap P|}{|T| + |P|}

    The same number as the F1 score of all pixels of a case
    (:func:`sklearn.metrics.f1_score`). The intersection over the union follows from it: Dice /
    (2 - Dice).

    Parameters
    ----------
    y_true, y_pred : array (N, H, W) or (N, D, H, W) of int or bool
        Class id of every pixel of N masks; T and P are the pixels of one class.
    n_classes : int
        Class ids go from 0 to ``n_classes - 1``; 2 for masks of yes and no.
    groups : array (N,), optional
        What makes a case: masks of equal group (a patient's slices) are counted together, and
        rows come in rising order of the groups. Without it every mask is a case.

    Returns
    -------
    float array (cases, n_classes)
        From 0 to 1. Where neither mask has a pixel of the class it is NaN, as there is nothing
        to overlap: use :func:`numpy.nanmean`, and report such cases on their own (how often is a
        lesion seen in a healthy slice?). Where only one of them has, it is 0.

    Raises
    ------
    ValueError
        For masks that aren't class ids from 0 to ``n_classes - 1``, shapes that differ, and
        groups that are missing or look alike (see :func:`medtutor.datasets.patient_split`).

    Notes
    -----
    L. R. Dice, "Measures of the amount of ecologic association between species", 1945,
    doi:10.2307/1932409. Taught in lesson 08.
    """
    both, true, predicted = _counts(y_true, y_pred, n_classes, groups)
    whole = true + predicted
    return np.divide(2 * both, whole, out=np.full(whole.shape, np.nan), where=whole > 0)


def _counts(
    y_true: Any, y_pred: Any, n_classes: int, groups: Any
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return, for each case and class, the pixels in both masks, in the true, in the predicted."""
    true, predicted = checked_masks(y_true, y_pred, n_classes)
    true, predicted = true.astype(np.int32), predicted.astype(np.int32)
    case = _case_numbers(groups, true)
    overlap = np.where(true == predicted, true, n_classes)  # one class more, for disagreement
    return tuple(  # type: ignore[return-value]
        _histograms(case, values, n_classes) for values in (overlap, true, predicted)
    )


def checked_masks(y_true: Any, y_pred: Any, n_classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return both as arrays of class ids below ``n_classes``, a mask of each for every case."""
    true, predicted = _class_ids(y_true, "y_true"), _class_ids(y_pred, "y_pred")
    if true.shape != predicted.shape:
        raise ValueError(
            f"y_true has shape {true.shape}, y_pred {predicted.shape}; give two masks of the same "
            "size for each case, such as probabilities.argmax(axis=-1)"
        )
    _check_range(true, predicted, n_classes)
    return true, predicted


def _class_ids(masks: Any, name: str) -> np.ndarray:
    array = np.asarray(masks)
    if array.dtype.kind not in "iub":
        raise ValueError(
            f"{name} is {array.dtype}; give class ids: probabilities >= 0.5, or "
            "probabilities.argmax(axis=-1)"
        )
    if array.ndim < 3 or array.size == 0:
        raise unfit(name, array, "masks (N, H, W), a single one as mask[None]")
    return array


def _check_range(true: np.ndarray, predicted: np.ndarray, n_classes: int) -> None:
    if n_classes < 2:
        raise ValueError(f"n_classes is {n_classes}; count the background, too: 2 or more")
    for name, array in (("y_true", true), ("y_pred", predicted)):
        if array.min() < 0 or array.max() >= n_classes:
            raise ValueError(
                f"{name} goes from {array.min()} to {array.max()}, but with n_classes={n_classes} "
                f"class ids go from 0 to {n_classes - 1}"
            )


def _case_numbers(groups: Any, true: np.ndarray) -> np.ndarray:
    if groups is None:
        return np.arange(len(true))
    ids = checked_ids("groups", groups)
    check_lengths(true, groups=ids)
    return np.unique(ids, return_inverse=True)[1]


def _histograms(case: np.ndarray, values: np.ndarray, n_classes: int) -> np.ndarray:
    # Mask by mask: counting all at once would need many times the masks' memory.
    counts = [np.bincount(mask.ravel(), minlength=n_classes + 1)[:n_classes] for mask in values]
    together = np.zeros((int(case.max()) + 1, n_classes), np.int64)
    np.add.at(together, case, np.array(counts))
    return together


def hausdorff_distance(
    y_true: Any, y_pred: Any, *, spacing: float | Sequence[float], percentile: float = 100
) -> float:
    r"""Return the distance between the borders of two masks, in mm.

    .. math:: \max\left( P_{t \in \partial T}\, d(t, \partial P),\;
        P_{p \in \partial P}\, d(p, \partial T) \right), \qquad
        d(a, B) = \min_{b \in B} \lVert a - b \rVert

    P is the maximum, or the percentile asked for. The Hausdorff distance says how far off the
    *worst* place is: a single stray pixel far away decides it, which the 95th percentile doesn't
    let it.

    Parameters
    ----------
    y_true, y_pred : array (H, W) or (D, H, W) of bool, or of 0 and 1
        One mask each. Its border are the pixels that touch the outside, or the array's edge.
    spacing : number or one number for each axis
        Distance in mm between the middles of neighbouring pixels.
    percentile : float
        100 gives the Hausdorff distance, 95 the usual robust form: the larger of the two
        percentiles, one from each side.

    Returns
    -------
    float
        0 where the borders are the same. NaN where both masks are empty, infinite where one is:
        no distance can say that something was missed.

    Raises
    ------
    ValueError
        For masks of other values or of different shapes, a spacing that isn't positive or lacks
        an axis, a percentile that isn't 0 or from 1 to 100.

    Notes
    -----
    D. P. Huttenlocher, G. A. Klanderman, W. J. Rucklidge, "Comparing images using the Hausdorff
    distance", 1993, doi:10.1109/34.232073. Taught in lesson 08.
    """
    true, predicted = _one_mask(y_true, "y_true"), _one_mask(y_pred, "y_pred")
    if true.shape != predicted.shape:
        raise ValueError(f"y_true has shape {true.shape}, y_pred {predicted.shape}")
    _check_percentile(percentile)
    steps = _checked_spacing(spacing, true.ndim)
    if not true.any() or not predicted.any():
        return float("nan") if not true.any() and not predicted.any() else float("inf")
    borders = _border(true), _border(predicted)
    sides = (_distances(*borders, steps), _distances(*borders[::-1], steps))
    return float(max(np.percentile(side, percentile) for side in sides))


def _one_mask(mask: Any, name: str) -> np.ndarray:
    array = np.asarray(mask)
    if array.ndim not in (2, 3) or array.size == 0 or not np.isin(array, (0, 1)).all():
        cure = "one mask (H, W) or (D, H, W) of 0 and 1, such as mask == 2 for class 2"
        raise unfit(name, array, cure)
    return array.astype(bool)


def _check_percentile(percentile: float) -> None:
    if 0 < percentile < 1:
        raise ValueError(
            f"percentile is {percentile}; it goes up to 100: give {100 * percentile:g}, "
            "or 100 for the maximum"
        )
    if not 0 <= percentile <= 100:
        raise ValueError(f"percentile is {percentile}; give 0 to 100")


def _checked_spacing(spacing: Any, n_axes: int) -> np.ndarray:
    values = np.asarray(spacing, dtype=float)
    if values.shape not in ((), (n_axes,)) or not (values > 0).all():
        raise ValueError(
            f"spacing is {spacing}; give mm from pixel to pixel, above 0: one number, or "
            f"{n_axes}, one for each axis of the masks"
        )
    return np.broadcast_to(values, (n_axes,))


def _border(mask: np.ndarray) -> np.ndarray:
    return mask & ~ndimage.binary_erosion(mask)


def _distances(from_border: np.ndarray, to_border: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return for each place of one border the distance to the nearest of the other."""
    return ndimage.distance_transform_edt(~to_border, sampling=steps)[from_border]

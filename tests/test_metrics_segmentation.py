"""Overlap and border distance: equal to scikit-learn, Keras and SciPy, empty masks as said."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import directed_hausdorff
from sklearn.metrics import f1_score

from medtutor._keras import keras
from medtutor.metrics import dice_score, hausdorff_distance


def two_masks(seed=0, shape=(6, 9, 7), n_classes=4):
    rng = np.random.default_rng(seed)
    true = rng.integers(0, n_classes, shape)
    return true, np.where(rng.random(shape) < 0.6, true, rng.integers(0, n_classes, shape))


def test_each_case_and_class_is_what_scikit_learn_says():
    true, predicted = two_masks()
    found = dice_score(true, predicted, n_classes=4)
    assert found.shape == (6, 4)
    for row, t, p in zip(found, true, predicted, strict=True):
        options = {"labels": range(4), "average": None}
        np.testing.assert_allclose(row, f1_score(t.ravel(), p.ravel(), **options))


def test_pooled_iou_is_what_keras_says():
    true, predicted = two_masks()
    metric = keras.metrics.MeanIoU(4)
    metric.update_state(true, predicted)
    everything = np.zeros(len(true))
    dice = dice_score(true, predicted, n_classes=4, groups=everything)
    assert (dice / (2 - dice)).mean() == pytest.approx(float(metric.result()), rel=1e-6)


def test_groups_are_counted_together_in_rising_order():
    true, predicted = two_masks()
    groups = np.array([7, 2, 7, 2, 5, 7])
    found = dice_score(true, predicted, n_classes=4, groups=groups)
    for row, group in zip(found, (2, 5, 7), strict=True):
        t, p = (masks[groups == group].ravel() for masks in (true, predicted))
        np.testing.assert_allclose(row, f1_score(t, p, average=None))
    plain = dice_score(true, predicted, n_classes=4)
    np.testing.assert_allclose(found[1], plain[4])
    assert not np.allclose(found[0], plain[[1, 3]].mean(axis=0))


@given(st.integers(0, 2**32 - 1))
def test_true_and_predicted_may_change_places(seed):
    true, predicted = two_masks(seed, shape=(2, 3, 3), n_classes=2)
    np.testing.assert_array_equal(dice_score(true, predicted), dice_score(predicted, true))


def test_empty_masks_are_as_documented():
    empty, lesion = np.zeros((1, 4, 4), bool), np.zeros((1, 4, 4), bool)
    lesion[0, 1, 1] = True
    assert np.isnan(dice_score(empty, empty)[0, 1])
    assert dice_score(empty, empty)[0, 0] == 1
    assert dice_score(lesion, empty)[0, 1] == dice_score(empty, lesion)[0, 1] == 0
    assert dice_score(lesion, lesion)[0, 1] == 1


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((np.zeros((2, 3, 3), int), np.zeros((2, 3, 2), int)), {}, "(2, 3, 3), y_pred (2, 3, 2)"),
        ((np.zeros((2, 3)), np.zeros((2, 3))), {}, "y_true is float64; give class ids"),
        ((np.zeros(3, int), np.zeros(3, int)), {}, "as mask[None]"),
        (
            (np.zeros((3, 4), int),) * 2,
            {},
            "shape (3, 4) and type int64; give masks (N, H, W), a single one",
        ),
        ((np.full((1, 2, 2), 2), np.zeros((1, 2, 2), int)), {}, "y_true goes from 2 to 2"),
        ((np.zeros((1, 2, 2), int), np.full((1, 2, 2), -1)), {}, "y_pred goes from -1"),
        ((np.zeros((1, 2, 2), int),) * 2, {"n_classes": 1}, "count the background"),
        ((np.zeros((2, 2, 2), int),) * 2, {"groups": [1]}, "y_true has 2 entries and groups 1"),
    ],
)
def test_bad_masks_are_named(arguments, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        dice_score(*arguments, **options)


def random_blobs(seed, shape):
    rng = np.random.default_rng(seed)
    masks = rng.random((2, *shape)) < 0.3
    masks[:, 0, 0] = True  # never empty
    return masks


def border_places(mask, spacing):
    """Return the places in mm of pixels with a neighbour outside, looked at one by one."""
    padded = np.pad(mask, 1)
    places = []
    for place in np.argwhere(padded):
        steps = np.concatenate([np.eye(mask.ndim, dtype=int), -np.eye(mask.ndim, dtype=int)])
        neighbours = [tuple(place + step) for step in steps]
        if not all(padded[n] for n in neighbours):
            places.append((place - 1) * np.asarray(spacing))
    return np.array(places)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 3.0), (2.0, 1.0, 4.0)])
@pytest.mark.parametrize("seed", range(4))
def test_hausdorff_is_what_scipy_says_about_the_borders(seed, spacing):
    true, predicted = random_blobs(seed, (7, 6, 5)[: len(spacing)])
    t, p = border_places(true, spacing), border_places(predicted, spacing)
    expected = max(directed_hausdorff(t, p)[0], directed_hausdorff(p, t)[0])
    assert hausdorff_distance(true, predicted, spacing=spacing) == pytest.approx(expected)
    nearest = np.linalg.norm(t[:, None] - p[None], axis=-1)
    expected = max(np.percentile(nearest.min(axis=axis), 95) for axis in (0, 1))
    found = hausdorff_distance(true, predicted, spacing=spacing, percentile=95)
    assert found == pytest.approx(expected)


def square(row, column, edge=4, size=20):
    mask = np.zeros((size, size), int)
    mask[row : row + edge, column : column + edge] = 1
    return mask


def test_a_shifted_square_is_as_far_as_it_was_shifted():
    assert hausdorff_distance(square(5, 5), square(5, 8), spacing=2) == 6
    assert hausdorff_distance(square(5, 5), square(8, 5), spacing=(1.5, 9)) == 4.5
    assert hausdorff_distance(square(5, 5), square(5, 5), spacing=1) == 0


def test_a_stray_pixel_decides_the_maximum_but_not_the_percentile():
    true = square(2, 2, edge=8)
    stray = true.copy()
    stray[19, 2] = 1
    assert hausdorff_distance(true, stray, spacing=1) == 10
    assert hausdorff_distance(true, stray, spacing=1, percentile=95) == 0


def test_distance_of_empty_masks_is_as_documented():
    empty = np.zeros((20, 20), int)
    assert np.isnan(hausdorff_distance(empty, empty, spacing=1))
    assert hausdorff_distance(square(1, 1), empty, spacing=1) == np.inf
    assert hausdorff_distance(empty, square(1, 1), spacing=1) == np.inf


@pytest.mark.parametrize(
    ("true", "predicted", "options", "message"),
    [
        (square(1, 1), square(1, 1, size=21), {"spacing": 1}, "(20, 20), y_pred (21, 21)"),
        (2 * square(1, 1), square(1, 1), {"spacing": 1}, "mask == 2"),
        (square(1, 1)[None, None], square(1, 1)[None, None], {"spacing": 1}, "(H, W) or"),
        (square(1, 1), square(1, 1), {"spacing": 0}, "above 0"),
        (square(1, 1), square(1, 1), {"spacing": (1, 1, 1)}, "2, one for each axis"),
        (square(1, 1), square(1, 1), {"spacing": 1, "percentile": 101}, "percentile is 101"),
        (square(1, 1), square(1, 1), {"spacing": 1, "percentile": 0.95}, "to 100: give 95, or 100"),
    ],
)
def test_bad_calls_are_named(true, predicted, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        hausdorff_distance(true, predicted, **options)

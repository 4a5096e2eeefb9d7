"""Lesions found and false spots: what hangs together, across corners, in slices and volumes."""

import numpy as np
import pytest
from scipy import ndimage

from medtutor.metrics import lesions_found


def blobs(*boxes, shape=(8, 9, 10)):
    mask = np.zeros((1, *shape), bool)
    for box in boxes:
        mask[0][tuple(slice(*ends) for ends in box)] = True
    return mask


A, B, C = (((1, 3),) * 3, ((5, 7), (5, 7), (6, 9)), ((0, 2), (6, 8), (6, 9)))


def test_lesions_met_and_spots_that_meet_none():
    found = lesions_found(blobs(A, B), blobs(((2, 3),) * 3, C))
    assert found == (1, 2, 1)
    assert (found.found, found.total, found.false_spots) == (1, 2, 1)


def test_two_spots_on_one_lesion_count_once_and_one_spot_finds_two():
    row = blobs(((0, 1), (0, 1), (0, 5)))
    two = blobs(((0, 1), (0, 1), (0, 1)), ((0, 1), (0, 1), (3, 5)))
    assert lesions_found(row, two) == (1, 1, 0)
    assert lesions_found(blobs(A, B), np.ones((1, 8, 9, 10), bool)) == (2, 2, 0)


def test_what_shares_a_corner_hangs_together():
    assert lesions_found(blobs(((0, 1),) * 3, ((1, 2),) * 3), blobs()) == (0, 1, 0)
    diagonal = np.eye(4, dtype=int)[None]
    assert lesions_found(diagonal, diagonal) == (1, 1, 0)


def test_cases_are_counted_apart_and_nothing_is_no_lesion():
    both = np.concatenate([blobs(A), blobs(A)])
    assert lesions_found(both, np.concatenate([blobs(A), blobs(B)])) == (1, 2, 1)
    assert lesions_found(blobs(), blobs()) == (0, 0, 0)
    assert lesions_found(blobs(), blobs(A, C)) == (0, 0, 2)


def test_small_spots_can_be_left_out():
    spot = blobs(((2, 3),) * 3, C)
    assert lesions_found(blobs(A), spot, smallest=2) == (0, 1, 1)
    assert lesions_found(blobs(A), spot, smallest=13) == (0, 1, 0)


def test_random_masks_against_a_plain_count():
    rng = np.random.default_rng(0)
    true, predicted = rng.random((2, 5, 6, 7, 8)) > 0.93
    touching = np.ones((3, 3, 3))
    found = false = total = 0
    for t, p in zip(true, predicted, strict=True):
        lesions, n = ndimage.label(t, touching)
        spots, m = ndimage.label(p, touching)
        total += n
        found += sum(p[lesions == number].any() for number in range(1, n + 1))
        false += sum(not t[spots == number].any() for number in range(1, m + 1))
    assert lesions_found(true, predicted.astype(np.uint8)) == (found, total, false)


@pytest.mark.parametrize(
    ("true", "predicted", "options", "message"),
    [
        (
            blobs(A),
            blobs(A)[:, :-1],
            {},
            r"y_true has shape .*, y_pred \(1, 7, 9, 10\)",
        ),
        (blobs(A), blobs(A) * 0.7, {}, "y_pred is float64; give class ids"),
        (blobs(A), blobs(A) * 2, {}, "y_pred goes from 0 to 2"),
        (blobs(A), blobs(A), {"smallest": 0}, "smallest is 0"),
    ],
)
def test_what_is_no_pair_of_masks_is_refused(true, predicted, options, message):
    with pytest.raises(ValueError, match=message):
        lesions_found(true, predicted, **options)

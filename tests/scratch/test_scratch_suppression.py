"""Suppression: by hand, place for place TensorFlow's, and what must hold for any set of boxes."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch

BOXES = np.array([[2, 2, 6, 6], [3, 3, 7, 7], [2, 3, 6, 7], [10, 10, 14, 14]])
SCORES = np.array([0.9, 0.8, 0.7, 0.6])


def tensorflows(boxes, scores, threshold, most=None):
    most = len(boxes) if most is None else most
    boxes, scores = np.asarray(boxes, "float32"), np.asarray(scores, "float32")
    return tf.image.non_max_suppression(boxes, scores, most, float(threshold)).numpy().tolist()


def crowd(seed, n=60):
    """Boxes in clusters, so that many overlap; every second score occurs more than once."""
    rng = np.random.default_rng(seed)
    first = rng.choice([5, 20, 40], (n, 2)) + rng.normal(0, 2, (n, 2))
    boxes = np.concatenate([first, first + rng.uniform(3, 9, (n, 2))], axis=1)
    return boxes.astype("float32"), rng.integers(0, n // 2, n).astype("float32")


@pytest.mark.parametrize(
    ("threshold", "kept"), [(0.7, [0, 1, 2, 3]), (0.5, [0, 1, 3]), (0.3, [0, 3]), (0, [0, 3])]
)
def test_by_hand(threshold, kept):
    found = scratch.non_max_suppression(BOXES, SCORES, iou_threshold=threshold)
    assert found.tolist() == kept == tensorflows(BOXES, SCORES, threshold)


def test_a_dropped_box_drops_no_other():
    """The middle one goes; the third overlaps it alone, so it stays."""
    boxes = [[0, 0, 4, 4], [0, 1, 4, 5], [0, 3, 4, 7]]
    assert scratch.box_iou(boxes, boxes)[1, 2] > 0.3 > scratch.box_iou(boxes, boxes)[0, 2]
    assert scratch.non_max_suppression(boxes, [3, 2, 1], iou_threshold=0.3).tolist() == [0, 2]


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5, 0.7, 1.0])
@pytest.mark.parametrize("seed", range(20))
def test_places_are_those_of_tensorflow(seed, threshold):
    boxes, scores = crowd(seed)
    mine = scratch.non_max_suppression(boxes, scores, iou_threshold=threshold)
    assert mine.tolist() == tensorflows(boxes, scores, threshold)
    few = scratch.non_max_suppression(boxes, scores, iou_threshold=threshold, max_boxes=5)
    assert few.tolist() == tensorflows(boxes, scores, threshold, 5) == mine[:5].tolist()


@pytest.mark.parametrize(
    ("boxes", "scores", "threshold", "kept"),
    [
        ([], [], 0.5, []),
        ([[0, 0, 2, 2]], [-3], 0.5, [0]),
        ([[0, 0, 2, 2]] * 4, [1, 1, 1, 1], 0.5, [0]),  # the same box, the same score
        ([[0, 0, 2, 2]] * 4, [1, 1, 2, 1], 0.999, [2]),
        ([[0, 0, 2, 2]] * 2, [1, 1], 1, [0, 1]),  # an IoU of 1 is not above 1
        ([[0, 0, 4, 4], [0, 0, 4, 2]], [1, 2], 0.5, [1, 0]),  # exactly on the threshold
        ([[0, 0, 4, 4], [0, 0, 4, 2]], [1, 2], 0.4999, [1]),
        ([[0, 0, 2, 2], [0, 2, 2, 4]], [1, 2], 0, [1, 0]),  # they share an edge
        ([[0, 0, 2, 2], [5, 5, 7, 7], [9, 9, 11, 11]], [1, 1, 1], 0.5, [0, 1, 2]),
        ([[0, 0, 2, 2], [5, 5, 7, 7]], [-1, -0.5], 0.5, [1, 0]),
    ],
)
def test_ties_and_ends(boxes, scores, threshold, kept):
    found = scratch.non_max_suppression(boxes, scores, iou_threshold=threshold)
    assert found.tolist() == kept
    assert found.dtype.kind == "i"
    if boxes:
        assert tensorflows(boxes, scores, threshold) == kept


@settings(deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.1, 0.5, 0.9]))
def test_kept_boxes_stand_apart_and_each_dropped_one_has_a_better_neighbour(seed, threshold):
    boxes, scores = crowd(seed, 25)
    kept = scratch.non_max_suppression(boxes, scores, iou_threshold=threshold)
    iou = scratch.box_iou(boxes, boxes)
    assert (np.diff(scores[kept]) <= 0).all()
    assert (np.triu(iou[np.ix_(kept, kept)], 1) <= threshold).all()
    for place in set(range(25)) - set(kept.tolist()):
        better = kept[scores[kept] >= scores[place]]
        assert (iou[place, better] > threshold).any()


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_boxes_matters_only_between_equal_scores(seed):
    boxes, _ = crowd(seed, 25)
    rng = np.random.default_rng(seed)
    scores, order = rng.permutation(25), rng.permutation(25)
    kept = scratch.non_max_suppression(boxes, scores)
    again = scratch.non_max_suppression(boxes[order], scores[order])
    np.testing.assert_array_equal(order[again], kept)


@pytest.mark.parametrize(
    ("scores", "options", "message"),
    [
        ([0.9], {}, r"scores has shape \(1,\) for 4 boxes"),
        (SCORES[:, None], {}, r"shape \(4, 1\)"),
        ([0.9, np.nan, 0.7, 0.6], {}, "a finite score"),
        (SCORES, {"iou_threshold": 50}, "iou_threshold is 50; give a number from 0 to 1"),
        (SCORES, {"max_boxes": 0}, "max_boxes is 0; give a whole number from 1 up"),
    ],
)
def test_bad_input_is_named_with_its_cure(scores, options, message):
    with pytest.raises(ValueError, match=message):
        scratch.non_max_suppression(BOXES, scores, **options)

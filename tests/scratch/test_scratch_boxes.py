"""Boxes and anchors: by hand, equal to Keras, and what must hold for any box."""

import itertools

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch

A, B = [2, 2, 6, 6], [3, 4, 7, 8]
ANCHOR, TRUTH = [[8.0, 8.0, 12.0, 12.0]], [[9.0, 10.0, 14.0, 16.0]]


def random_boxes(seed, n, dtype="float64"):
    rng = np.random.default_rng(seed)
    first = rng.uniform(0, 50, (n, 2))
    return np.concatenate([first, first + rng.uniform(1, 14, (n, 2))], axis=1).astype(dtype)


@st.composite
def boxes(draw, least=1):
    """Boxes of whole pixels, some of them the same, some touching, some nested."""
    n = draw(st.integers(least, 6))
    corner, edge = st.integers(0, 9), st.integers(1, 8)
    rows = [[draw(each) for each in (corner, corner, edge, edge)] for _ in range(n)]
    array = np.array(rows, float).reshape(-1, 4)
    array[:, 2:] += array[:, :2]
    return array


# Overlap --------------------------------------------------------------------------------


def test_overlap_by_hand():
    assert scratch.box_iou([A], [B])[0, 0] == pytest.approx(6 / 26)
    moved = np.array([A, A, [0, 0, 12, 12]]), np.array([[3, 3, 7, 7], [3, 2, 7, 6], [1, 1, 13, 13]])
    found = scratch.box_iou(*moved).diagonal()
    np.testing.assert_allclose(found, [9 / 23, 0.6, 121 / 167])


@pytest.mark.parametrize(
    ("other", "iou"),
    [
        (A, 1),
        ([6, 2, 9, 6], 0),  # shares an edge
        ([6, 6, 9, 9], 0),  # shares a corner
        ([20, 20, 21, 21], 0),
        ([3, 3, 5, 5], 4 / 16),  # lies inside
        ([2, 2, 6, 4], 8 / 16),  # is one half
        ([0, 3, 9, 4], 4 / 21),  # crosses it
        ([-3, -3, 3, 3], 1 / 51),
    ],
)
def test_overlap_where_boxes_touch_hold_or_miss_each_other(other, iou):
    np.testing.assert_allclose(scratch.box_iou([A], [other]), [[iou]])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_overlap_is_that_of_keras(dtype):
    first, second = random_boxes(0, 30, dtype), random_boxes(1, 40, dtype)
    theirs = keras.utils.bounding_boxes.compute_iou(
        first.astype("float32"), second.astype("float32"), "yxyx"
    )
    mine = scratch.box_iou(first, second)
    assert mine.dtype == dtype
    assert mine.shape == (30, 40)
    np.testing.assert_allclose(mine, np.array(theirs), atol=1e-6)


@settings(deadline=None)
@given(boxes(), boxes(), st.integers(-50, 50), st.integers(1, 7))
def test_overlap_has_no_side_place_or_unit(first, second, shift, scale):
    iou = scratch.box_iou(first, second)
    assert ((iou >= 0) & (iou <= 1)).all()
    np.testing.assert_array_equal(iou, scratch.box_iou(second, first).T)
    np.testing.assert_allclose(iou, scratch.box_iou(first + shift, second + shift))
    np.testing.assert_allclose(iou, scratch.box_iou(first * scale, second * scale))
    np.testing.assert_array_equal(scratch.box_iou(first, first).diagonal(), 1)


def test_no_box_overlaps_nothing():
    assert scratch.box_iou([], [A, B]).shape == (0, 2)
    assert scratch.box_iou(np.zeros((0, 4), int), np.zeros((0, 4))).shape == (0, 0)


# Offsets --------------------------------------------------------------------------------


def test_offsets_by_hand():
    offsets = scratch.encode_boxes(TRUTH, ANCHOR)
    np.testing.assert_allclose(offsets, [[0.375, 0.75, np.log(1.25), np.log(1.5)]])
    np.testing.assert_allclose(scratch.decode_boxes(offsets, ANCHOR), TRUTH)
    np.testing.assert_array_equal(scratch.encode_boxes(ANCHOR, ANCHOR), np.zeros((1, 4)))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_offsets_are_those_of_keras(dtype):
    truths, anchors = random_boxes(2, 50, dtype), random_boxes(3, 50, dtype)
    mine = scratch.encode_boxes(truths, anchors)
    formats = {"anchor_format": "yxyx", "box_format": "yxyx"}  # offsets: center_yxhw by default
    single = anchors.astype("float32")
    theirs = keras.utils.bounding_boxes.encode_box_to_deltas(
        single, truths.astype("float32"), **formats
    )
    assert mine.dtype == dtype
    np.testing.assert_allclose(mine, np.array(theirs), rtol=1e-5, atol=1e-5)
    back = keras.utils.bounding_boxes.decode_deltas_to_boxes(single, theirs, **formats)
    decoded = scratch.decode_boxes(np.array(theirs).astype(dtype), anchors)
    assert decoded.dtype == dtype
    np.testing.assert_allclose(decoded, np.array(back), atol=1e-4)


@settings(deadline=None)
@given(boxes(), st.integers(0, 10**6))
def test_decoding_undoes_encoding(truths, seed):
    anchors = random_boxes(seed, len(truths))
    offsets = scratch.encode_boxes(truths, anchors)
    np.testing.assert_allclose(scratch.decode_boxes(offsets, anchors), truths, atol=1e-9)
    assert scratch.encode_boxes([], []).shape == (0, 4)


def test_a_wild_offset_gives_a_large_box_but_no_infinity():
    box = scratch.decode_boxes(np.array([[0, 0, 1e6, -1e6]], "float32"), [[0, 0, 16, 16]])
    np.testing.assert_allclose(box[0, 2] - box[0, 0], 1000, rtol=1e-5)
    np.testing.assert_allclose(box[0, 3] - box[0, 1], 16 * 16 / 1000, rtol=1e-4)


# Anchors --------------------------------------------------------------------------------


def test_anchors_by_hand():
    anchors = scratch.make_anchors((4, 2), stride=2, sizes=(2, 3), ratios=(1, 4))
    assert anchors.shape == (2 * 1 * 2 * 2, 4)
    np.testing.assert_allclose(anchors[:2], [[0, 0, 2, 2], [-1, 0.5, 3, 1.5]])
    np.testing.assert_allclose(anchors[4], [2, 0, 4, 2])
    np.testing.assert_allclose(anchors[7], [0, 0.25, 6, 1.75])


@settings(deadline=None)
@given(
    st.sampled_from([1, 2, 4]),
    st.lists(st.floats(0.5, 40), min_size=1, max_size=3),
    st.lists(st.floats(0.2, 5), min_size=1, max_size=3),
)
def test_anchors_come_by_row_column_size_and_ratio(stride, sizes, ratios):
    anchors = scratch.make_anchors((4, 8), stride=stride, sizes=sizes, ratios=ratios)
    grid = itertools.product(range(4 // stride), range(8 // stride), sizes, ratios)
    for anchor, (row, column, size, ratio) in zip(anchors, grid, strict=True):
        middle = (anchor[:2] + anchor[2:]) / 2
        height, width = anchor[2:] - anchor[:2]
        np.testing.assert_allclose(middle, [(row + 0.5) * stride, (column + 0.5) * stride])
        np.testing.assert_allclose([height * width, height / width], [size**2, ratio])


def test_labels_by_hand():
    """The first truth is found well, the second by a poor anchor alone, the third by none."""
    anchors = np.array(
        [
            [0, 0, 4, 4],  # IoU 1 with the first
            [0, 0, 4, 8],  # 0.5: the threshold itself
            [0, 0, 4, 12],  # 1/3: between the thresholds
            [0, 0, 4, 20],  # 0.2
            [10, 10, 14, 14],  # 1/7 with the second, and none is better
            [40, 40, 44, 44],
        ]
    )
    truths = np.array([[0, 0, 4, 4], [12, 10, 20, 12], [80, 80, 84, 84]])
    labels, matched = scratch.label_anchors(anchors, truths)
    assert labels.dtype == np.int8
    np.testing.assert_array_equal(labels, [1, 1, -1, 0, 1, 0])
    np.testing.assert_array_equal(matched[[0, 1, 2, 4]], [0, 0, 0, 1])
    labels, _ = scratch.label_anchors(anchors, truths, positive=0.6, negative=0.5)
    np.testing.assert_array_equal(labels, [1, -1, 0, 0, 1, 0])


def test_an_overlap_on_the_lower_threshold_is_left_out():
    labels, _ = scratch.label_anchors(
        [[0, 0, 4, 4], [0, 0, 4, 16]], [[0, 0, 4, 4]], positive=0.5, negative=0.25
    )
    np.testing.assert_array_equal(labels, [1, -1])


def test_several_anchors_are_best_where_they_lie_equally_well():
    anchors = scratch.make_anchors((8, 8), stride=4, sizes=(2,))
    labels, matched = scratch.label_anchors(anchors, [[3, 1, 5, 3]], positive=0.9, negative=0.9)
    np.testing.assert_array_equal(labels, [0] * 4)  # it touches none
    labels, matched = scratch.label_anchors(anchors, [[2, 1, 6, 3]], positive=0.9, negative=0.9)
    np.testing.assert_array_equal(labels, [1, 0, 1, 0])
    assert not matched.any()


def test_an_anchor_that_is_best_for_two_learns_the_one_it_overlaps_more():
    truths = [[0, 0, 4, 6], [0, 6, 4, 8]]
    labels, matched = scratch.label_anchors([[0, 0, 4, 8]], truths)
    assert (labels[0], matched[0]) == (1, 0)


def test_identical_truths_share_their_anchor():
    labels, matched = scratch.label_anchors([A, [30, 30, 34, 34]], [A, A])
    np.testing.assert_array_equal(labels, [1, 0])
    assert matched[0] == 0


def test_without_a_box_all_anchors_are_negative():
    labels, matched = scratch.label_anchors([A, B], [])
    assert labels.tolist() == matched.tolist() == [0, 0]
    labels, matched = scratch.label_anchors([], [A])
    assert labels.shape == matched.shape == (0,)


@settings(deadline=None)
@given(boxes(least=0), st.sampled_from([1, 2, 5]), st.sampled_from([(2,), (3, 7)]))
def test_each_box_that_an_anchor_touches_has_a_positive_one(truths, stride, sizes):
    anchors = scratch.make_anchors((10, 20), stride=stride, sizes=sizes)
    labels, matched = scratch.label_anchors(anchors, truths)
    iou = scratch.box_iou(anchors, truths)
    for overlaps in iou.T:
        assert not overlaps.any() or (labels[overlaps == overlaps.max()] == 1).all()
    if len(truths):
        np.testing.assert_array_equal(matched, iou.argmax(axis=1))
        assert (iou.max(axis=1)[labels == 0] < 0.3).all()
        assert (iou.max(axis=1)[labels == -1] < 0.5).all()


# What is refused ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.box_iou([[0, 0, 1]], [A]), r"boxes has shape \(1, 3\)"),
        (lambda: scratch.box_iou(A, [A]), r"boxes has shape \(4,\)"),
        (lambda: scratch.box_iou(np.zeros((0, 5)), [A]), r"boxes has shape \(0, 5\)"),
        (lambda: scratch.box_iou([A], [["a", "b", "c", "d"]]), "others has shape .* type <U1"),
        (lambda: scratch.box_iou([A], np.ones((1, 4), "float16")), "type float16"),
        (lambda: scratch.box_iou([A, [0, 0, np.nan, 2]], [A]), r"boxes\[1\] is .*finite"),
        (lambda: scratch.box_iou([[0, 0, np.inf, 2]], [A]), "finite"),
        (lambda: scratch.box_iou([[5, 5, 2, 2]], [A]), "did you give x first, or width and height"),
        (
            lambda: scratch.box_iou([A], [A, [2, 2, 2, 5]]),
            r"others\[1\] is .*an empty box",
        ),
        (lambda: scratch.encode_boxes([A, B], [A]), r"boxes has shape \(2, 4\); expected \(1, 4\)"),
        (lambda: scratch.decode_boxes([[0, 0, 0, 0]], [A, B]), "four offsets for each"),
        (lambda: scratch.decode_boxes([[0, np.nan, 0, 0]], [A]), r"offsets\[0\]"),
        (lambda: scratch.make_anchors((64, 64), stride=3, sizes=(4,)), "one that divides both"),
        (lambda: scratch.make_anchors((64, 64), stride=0, sizes=(4,)), "stride is 0"),
        (lambda: scratch.make_anchors((64, 64), stride=2, sizes=4), "sizes is 4; give a tuple"),
        (lambda: scratch.make_anchors((64, 64), stride=2, sizes=(4, -1)), "above 0"),
        (lambda: scratch.make_anchors((64, 64), stride=2, sizes=()), "sizes is"),
        (lambda: scratch.make_anchors((64, 64), stride=2, sizes=(4,), ratios=(0,)), "ratios is"),
        (lambda: scratch.make_anchors((64, 64, 1), stride=2, sizes=(4,)), "image_shape is"),
        (lambda: scratch.label_anchors([A], [B], positive=0.3, negative=0.5), "not above positive"),
        (lambda: scratch.label_anchors([A], [B], positive=50), "positive is 50"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from text_forms import stand_in_of

from medtutor import explore, metrics, scratch
from medtutor.explore.anchors import (
    anchors_scene,
    anchors_words,
    suppression_scene,
    suppression_words,
)

TRUTHS = [[20, 30, 24, 34], [40, 8, 43, 12]]
DIGITS = np.random.default_rng(0).integers(0, 255, (3, 64, 64))
BOXES = [np.array(TRUTHS), np.zeros((0, 4), int), np.array([[0, 0, 6, 5]])]


def marks(*rows):
    return np.array(rows, float).reshape(-1, 5)


# Anchors --------------------------------------------------------------------------------


def test_anchors_by_hand():
    """Stride 2, size 4: four anchors lie one pixel beside the first truth both ways, 9 / 23."""
    scene = anchors_scene((64, 64), TRUTHS[:1], place=(21, 31))
    assert (scene["n_anchors"], scene["n_positive"], scene["n_left_out"]) == (1024, 4, 0)
    assert scene["best_iou"] == pytest.approx([9 / 23])
    assert scene["middles"] == [[21, 31], [21, 33], [23, 31], [23, 33]]
    (here,) = scene["here"]
    assert here["box"] == [19, 29, 23, 33]
    assert here["label"] == 1
    assert here["iou"] == pytest.approx(9 / 23)
    assert here["offsets"] == pytest.approx([0.25, 0.25, 0, 0])
    assert anchors_words(scene) == (
        "1,024 anchors: 4 positive, 0 left out. Best IoU of each true box: 0.39. At the cursor "
        "(y 21, x 31): the best anchor, 4.00 × 4.00 pixels, has IoU 0.39 and is positive; offsets "
        "to its true box (0.25, 0.25, 0.00, 0.00)."
    )


def test_words_where_nothing_is_true_or_near():
    assert anchors_words(anchors_scene((64, 64), [])) == (
        "This slice has no true box: all 1,024 anchors are negative."
    )
    scene = anchors_scene((64, 64), TRUTHS, place=(60, 60))
    assert scene["here"][0]["offsets"] is None
    assert anchors_words(scene).endswith("cursor (y 61, x 61): no anchor touches a true box.")


@settings(deadline=None, max_examples=30)
@given(
    st.sampled_from([1, 2, 4, 8]),
    st.lists(st.sampled_from([2, 3, 4.5, 8]), min_size=1, max_size=3),
    st.sampled_from([(1.0,), (0.5, 1.0, 2.0)]),
    st.tuples(st.integers(0, 63), st.integers(0, 47)),
)
def test_counts_are_those_of_scratch_and_the_place_is_found(stride, sizes, ratios, place):
    scene = anchors_scene((64, 48), TRUTHS, stride=stride, sizes=sizes, ratios=ratios, place=place)
    anchors = scratch.make_anchors((64, 48), stride=stride, sizes=sizes, ratios=ratios)
    labels, _ = scratch.label_anchors(anchors, TRUTHS)
    assert scene["n_anchors"] == len(anchors)
    assert scene["n_positive"] == (labels == 1).sum()
    assert scene["n_left_out"] == (labels == -1).sum()
    assert len(scene["here"]) == len(sizes) * len(ratios)
    for anchor in scene["here"]:
        box = np.array(anchor["box"])
        middle = (box[:2] + box[2:]) / 2
        assert (np.abs(middle - place - 0.5) <= stride / 2).all()
        assert anchor["label"] == labels[np.abs(anchors - box).sum(axis=1).argmin()]


def test_the_discoveries_are_there():
    """A coarse grid misses small findings; half the stride helps them more than a further size."""
    coarse = anchors_scene((64, 64), TRUTHS, stride=8, sizes=(4, 8))
    assert min(coarse["best_iou"]) < 0.3
    everywhere = [[y, x, y + 4, x + 4] for y in range(20, 24) for x in range(20, 24)]
    more_sizes, finer = (
        np.mean(anchors_scene((64, 64), everywhere, stride=stride, sizes=sizes)["best_iou"])
        for stride, sizes in ((4, (3, 4, 5)), (2, (4,)))
    )
    assert finer > more_sizes + 0.1


# Suppression ----------------------------------------------------------------------------

DETECTIONS = [
    marks(
        (20, 30, 24, 34, 0.9),  # finds the first
        (21, 31, 25, 35, 0.8),  # IoU .39 with it
        (20, 31, 24, 35, 0.7),  # IoU .6 with both
        (50, 50, 54, 54, 0.6),  # finds nothing
    ),
    marks((5, 5, 9, 9, 0.3)),
    marks(),
]


@pytest.mark.parametrize(
    ("nms", "kinds"),
    [
        (0.7, ["hit", "duplicate", "duplicate", "false alarm"]),
        (0.5, ["hit", "duplicate", "false alarm"]),
        (0.3, ["hit", "false alarm"]),
    ],
)
def test_suppression_by_hand(nms, kinds):
    scene = suppression_scene(DETECTIONS, BOXES, score_threshold=0.5, nms_threshold=nms)
    assert [kind for _, kind in scene["marks"]] == kinds
    assert scene["sensitivity"] == pytest.approx(1 / 3)
    assert scene["false_alarms"] == pytest.approx(1 / 3)
    assert scene["n_true"] == 2


def test_suppression_in_words():
    scene = suppression_scene(DETECTIONS, BOXES, score_threshold=0, nms_threshold=0.5)
    assert suppression_words(scene, 3) == (
        "On this slice: 1 of 2 found; 1 duplicate, 1 false alarm. Over all 3 slices: sensitivity "
        "0.33, 0.67 false alarms a slice."
    )
    scene = suppression_scene(DETECTIONS, BOXES, index=1, score_threshold=0)
    assert suppression_words(scene, 3).startswith("On this slice: nothing to find; 0 duplicates, 1")
    scene = suppression_scene(DETECTIONS, [[], [], []], score_threshold=0.95)
    assert suppression_words(scene, 3).endswith("no true box, 0.00 false alarms a slice.")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ((64, 0), "place is 64; give a whole number from 0 to 63"),
        ((0, 48), "place is 48; give a whole number from 0 to 47"),
        ((-1, 0), "place is -1"),
        (None, "give the row and the column of a pixel"),
    ],
)
def test_a_place_beyond_the_image_is_named(place, message):
    with pytest.raises(ValueError, match=message):
        anchors_scene((64, 48), TRUTHS, place=place)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"index": 3}, "index is 3; give a whole number from 0 to 2"),
        ({"index": -1}, "index is -1"),
        ({"score_threshold": None}, "score_threshold is None; give a number from 0 to 1"),
        ({"detections": DETECTIONS[:2]}, "detections of 2 slices, true boxes of 3"),
        ({"detections": [found[:, :4] for found in DETECTIONS]}, "give rows of y0 x0 y1 x1 score"),
    ],
)
def test_suppression_refuses_what_it_cannot_count(options, message):
    with pytest.raises(ValueError, match=message):
        suppression_scene(**{"detections": DETECTIONS, "true_boxes": BOXES} | options)


def test_detections_may_be_lists():
    lists = [found.tolist() for found in DETECTIONS]
    assert suppression_scene(lists, BOXES) == suppression_scene(DETECTIONS, BOXES)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([0, 0.3, 0.5, 0.9]), st.sampled_from([0, 0.4, 1]))
def test_rates_are_those_of_the_metrics(seed, nms, score_threshold):
    rng = np.random.default_rng(seed)
    first = rng.uniform(10, 40, (20, 2))
    boxes = np.concatenate([first, first + rng.uniform(3, 12, (20, 2))], axis=1)
    scores = -np.sort(-rng.integers(0, 11, 20) / 10)
    truths = [np.array([[12, 12, 25, 22], [20, 15, 33, 33]]), np.zeros((0, 4))]
    found = [np.column_stack([boxes, scores]), marks()]
    scene = suppression_scene(found, truths, score_threshold=score_threshold, nms_threshold=nms)
    kept = scratch.non_max_suppression(boxes, scores, iou_threshold=nms)
    matches = metrics.match_detections([(boxes[kept], scores[kept]), ([], [])], truths)
    false_alarms, sensitivity, thresholds = metrics.froc_curve(matches)
    last = (thresholds >= score_threshold).sum() - 1
    assert scene["sensitivity"] == pytest.approx(sensitivity[last])
    assert scene["false_alarms"] == pytest.approx(false_alarms[last])
    assert set(zip(false_alarms[1:], sensitivity[1:], strict=True)) <= {
        tuple(point) for point in scene["curve"]
    }


# The widget -----------------------------------------------------------------------------


def test_widget_begins_where_something_is_to_be_seen():
    explorer = explore.anchors(DIGITS[[1, 0, 2], ..., None], [BOXES[1], BOXES[0], BOXES[2]])
    assert (explorer.index, explorer.place, explorer.tab) == (1, [22, 32], "anchors")
    assert explorer.stack["detections"] == []
    assert "slice 1 of 3, anchors. 1,024 anchors: " in explorer.describe()
    assert explore.anchors(DIGITS[:1], [[]]).describe().endswith("are negative.")


def test_moved_from_python_it_tells_what_is_seen():
    pairs = [(each[:, :4], each[:, 4]) for each in DETECTIONS]
    explorer = explore.anchors(DIGITS, BOXES, detections=pairs, stride=4, sizes=(3, 4.5, 6))
    assert explorer.scene()["n_anchors"] == 768
    explorer.three_ratios, explorer.negative, explorer.positive = True, 0.6, 0.4
    assert explorer.scene()["n_anchors"] == 2304
    explorer.tab, explorer.nms_threshold = "suppression", 0.7
    assert "1 of 2 found; 2 duplicates, 1 false alarm" in explorer.describe()
    assert 4.5 in explorer.stack["sizes"]
    with pytest.raises(traitlets.TraitError):
        explorer.stride = 3
    stand_in_of(explorer, "AnchorsExplorer")


def test_detections_come_from_the_best_down_and_not_too_many():
    scores = np.linspace(0, 1, 150)
    boxes = np.tile([[2, 2, 4, 4]], (150, 1))
    explorer = explore.anchors(DIGITS[:1], [[]], detections=[(boxes, scores)])
    found = np.array(explorer.stack["detections"][0])
    np.testing.assert_allclose(found[:, 4], scores[:-101:-1])


@pytest.mark.parametrize(
    ("images", "boxes", "more", "message"),
    [
        (DIGITS, BOXES[:2], {}, "3 slices, true_boxes of 2"),
        (DIGITS, BOXES, {"detections": []}, "detections of 0"),
        (DIGITS, BOXES, {"tab": "suppression"}, "there are no detections"),
        (DIGITS, BOXES, {"tab": "nms"}, "choose one of anchors, suppression"),
        (DIGITS[0], BOXES, {}, r"images has shape \(64, 64\)"),
        (DIGITS[:, :60], BOXES, {}, "slices of 60 × 64 pixels; give edges that 8 divides"),
        (np.zeros((1, 256, 256)), [[]], {}, "at most 128 × 128"),
        (np.full((1, 8, 8), np.nan), [[]], {}, "NaN or infinite"),
        (DIGITS[:1], [[[5, 5, 2, 2]]], {}, "an empty box"),
        (DIGITS[:1], [[]], {"detections": [([[0, 0, 2, 2]], [7.5])]}, "a score from 0 to 1"),
        (DIGITS[:1], [[]], {"stride": 3}, "stride is 3; give one of"),
        (DIGITS[:1], [[]], {"sizes": (1, 2, 3, 4)}, "one to three numbers of pixels"),
        (DIGITS[:1], [[]], {"sizes": (0,)}, "one to three numbers of pixels"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(images, boxes, more, message):
    with pytest.raises(ValueError, match=message):
        explore.anchors(images, boxes, **more)

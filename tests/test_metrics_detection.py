"""Detections matched by hand, FROC and average precision by hand and by what must hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from medtutor.metrics import (
    Matches,
    average_precision,
    bootstrap_interval,
    froc_curve,
    froc_score,
    match_detections,
)

NODULE, OTHER = [10, 10, 14, 14], [30, 30, 36, 36]
NOTHING = (np.zeros((0, 4)), np.zeros(0))


def matched(boxes, scores, truth, **options):
    return match_detections([(boxes, scores)], [truth], **options)


def as_lists(matches):
    return [each.tolist() for each in matches]


# Who is a hit ---------------------------------------------------------------------------


@pytest.mark.parametrize(("rule", "counted"), [("centre", [True]), ("iou", [True, False])])
def test_a_second_mark_on_one_finding(rule, counted):
    """The better score is the hit, whichever comes first; the other one counts by the rule."""
    marks = [[10, 10, 14, 15], NODULE]
    found = matched(marks, [0.4, 0.9], [NODULE], rule=rule)
    assert found.hit.tolist() == counted
    assert found.score[0] == 0.9
    assert found.n_true.tolist() == [1]


def test_one_mark_on_two_findings_finds_one():
    left, right = [0, 0, 8, 8], [0, 5, 8, 13]
    mark = [0, 3, 8, 9]  # its middle, column 6, lies in both; IoU 5/9 and .4
    assert as_lists(matched([mark], [1], [left, right])) == [[0], [1.0], [True], [2]]
    found = matched([mark, mark], [2, 1], [left, right], rule="iou", iou_threshold=0.4)
    assert found.hit.tolist() == [True, True]
    found = matched([mark, mark], [2, 1], [left, right], rule="iou", iou_threshold=0.45)
    assert found.hit.tolist() == [True, False]


def test_a_mark_in_two_findings_takes_the_one_whose_middle_is_nearer():
    left, right = [0, 0, 8, 8], [0, 4, 8, 12]
    near_right, in_left_alone = [3, 6, 5, 8], [3, 1, 5, 2]
    found = matched([near_right, in_left_alone], [0.9, 0.5], [left, right])
    assert found.hit.tolist() == [True, True]


@pytest.mark.parametrize(
    ("mark", "hit"),
    [
        ([9, 9, 11, 11], True),  # middle 10, 10: the first corner belongs to the box
        ([13, 13, 15, 15], False),  # middle 14, 14: half-open, the last one doesn't
        ([0, 0, 24, 24], True),  # far too large, but its middle is inside
        ([9, 10, 10.9, 14], False),
    ],
)
def test_the_middle_decides(mark, hit):
    assert matched([mark], [1], [NODULE]).hit.tolist() == [hit]


def test_an_overlap_that_meets_the_threshold_is_a_hit():
    half = [10, 10, 14, 12]
    assert matched([half], [1], [NODULE], rule="iou", iou_threshold=0.5).hit.tolist() == [True]
    assert matched([half], [1], [NODULE], rule="iou", iou_threshold=0.51).hit.tolist() == [False]
    assert matched([OTHER], [1], [NODULE], rule="iou", iou_threshold=0).hit.tolist() == [False]


def test_images_without_marks_or_findings():
    found = match_detections([NOTHING, ([OTHER], [0.3]), ([], [])], [[NODULE], [], []])
    assert as_lists(found) == [[1], [0.3], [False], [1, 0, 0]]
    assert as_lists(match_detections([NOTHING], [[NODULE, OTHER]])) == [[], [], [], [2]]


@pytest.mark.parametrize("rule", ["centre", "iou"])
def test_equal_scores_go_by_place(rule):
    found = matched([NODULE, NODULE, OTHER], [0.5, 0.5, 0.5], [NODULE], rule=rule)
    assert found.hit.tolist() == ([True, False] if rule == "centre" else [True, False, False])


# Rows of images -------------------------------------------------------------------------


def random_matches(seed, n=12):
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 4, n)
    image = np.repeat(np.arange(n), counts)
    n_true = rng.integers(0, 3, n)
    n_true[0] = 1
    hit = np.zeros(len(image), bool)
    for place in range(n):
        marks = np.flatnonzero(image == place)
        hit[rng.permutation(marks)[: n_true[place]]] = True
    return Matches(image, rng.integers(0, 6, len(image)) / 5, hit, n_true)


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_images_can_be_drawn_several_times_or_not_at_all(seed):
    matches = random_matches(seed)
    rows = np.random.default_rng(seed).integers(0, 12, 20)
    drawn = matches.of_images(rows)
    assert drawn.n_true.tolist() == matches.n_true[rows].tolist()
    for place, row in enumerate(rows):
        mine, theirs = drawn.image == place, matches.image == row
        np.testing.assert_array_equal(drawn.score[mine], matches.score[theirs])
        np.testing.assert_array_equal(drawn.hit[mine], matches.hit[theirs])
    assert as_lists(matches.of_images(np.arange(12))) == as_lists(matches)


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_all_images_twice_change_no_rate(seed):
    matches = random_matches(seed)
    twice = matches.of_images(np.tile(np.arange(12), 2))
    assert twice.n_true.sum() == 2 * matches.n_true.sum()
    for mine, theirs in zip(froc_curve(twice), froc_curve(matches), strict=True):
        np.testing.assert_allclose(mine, theirs)
    assert average_precision(twice) == pytest.approx(average_precision(matches))


def test_a_mask_of_images_and_an_empty_choice():
    matches = match_detections([([NODULE], [1]), ([OTHER], [2])], [[NODULE], [NODULE]])
    assert as_lists(matches.of_images([False, True])) == [[0], [2.0], [False], [1]]
    assert as_lists(matches.of_images(np.zeros(0, int))) == [[], [], [], []]


# The curve ------------------------------------------------------------------------------

BY_HAND = Matches(*map(np.array, ([0, 0, 1], [0.9, 0.8, 0.7], [True, False, True], [2, 1])))


def test_the_curve_by_hand():
    false_alarms, sensitivity, thresholds = froc_curve(BY_HAND)
    np.testing.assert_allclose(false_alarms, [0, 0, 0.5, 0.5])
    np.testing.assert_allclose(sensitivity, [0, 1 / 3, 1 / 3, 2 / 3])
    np.testing.assert_allclose(thresholds, [np.inf, 0.9, 0.8, 0.7])
    assert average_precision(BY_HAND) == pytest.approx(1 / 3 + 1 / 3 * 2 / 3)


@pytest.mark.parametrize(
    ("at", "score"),
    [((0,), 1 / 3), ((0.49,), 1 / 3), ((0.5,), 2 / 3), ((8,), 2 / 3), ((0.25, 0.5), 1 / 2)],
)
def test_sensitivity_goes_up_in_steps(at, score):
    assert froc_score(BY_HAND, at=at) == pytest.approx(score)


def test_a_rate_that_has_no_exact_float_is_met():
    """Three false alarms in ten images are .3 a slice, whatever 3 / 10 is in binary."""
    image, hit = np.arange(4), np.array([False, False, False, True])
    matches = Matches(image, np.array([4.0, 3, 2, 1]), hit, np.ones(10, int))
    assert froc_score(matches, at=(0.1 + 0.2,)) == froc_score(matches, at=(0.3,)) == 0.1


def test_equal_scores_count_together():
    """Two hits and a false alarm share a score: no threshold parts them."""
    matches = Matches(np.array([0, 0, 0]), np.ones(3), np.array([False, True, True]), np.array([4]))
    false_alarms, sensitivity, _ = froc_curve(matches)
    np.testing.assert_allclose(false_alarms, [0, 1])
    np.testing.assert_allclose(sensitivity, [0, 0.5])
    assert froc_score(matches, at=(0.9,)) == 0
    assert average_precision(matches) == pytest.approx(0.5 * 2 / 3)


@pytest.mark.parametrize(
    ("hit", "n_true", "precision"),
    [
        ([], 3, 0),
        ([False, False], 1, 0),
        ([True, True], 2, 1),
        ([True], 4, 1 / 4),
        ([False, True], 1, 1 / 2),
        ([True, False, False, True, True], 3, 1 / 3 + 2 / 3 * 3 / 5),  # precision rises again
        ([True, False, True, False], 4, 1 / 4 + 1 / 4 * 2 / 3),
    ],
)
def test_average_precision_by_hand(hit, n_true, precision):
    hit = np.array(hit, bool)
    matches = Matches(np.zeros(len(hit), int), -np.arange(len(hit)), hit, np.array([n_true]))
    assert average_precision(matches) == pytest.approx(precision)


def test_scikit_learn_knows_no_missed_finding():
    theirs = average_precision_score(BY_HAND.hit, BY_HAND.score)
    assert theirs == pytest.approx(1 / 2 + 1 / 2 * 2 / 3)
    assert average_precision(BY_HAND) == pytest.approx(theirs * 2 / 3)


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_the_curve_rises_and_ends_with_all_marks(seed):
    matches = random_matches(seed)
    false_alarms, sensitivity, thresholds = froc_curve(matches)
    assert (np.diff(false_alarms) >= 0).all()
    assert (np.diff(sensitivity) >= 0).all()
    assert (np.diff(thresholds) < 0).all()
    assert false_alarms[-1] == (~matches.hit).sum() / 12
    assert sensitivity[-1] == matches.hit.sum() / matches.n_true.sum()
    for at in (0, 0.2, 0.5, 8):
        assert froc_score(matches, at=(at,)) == sensitivity[false_alarms <= at].max()
    assert 0 <= average_precision(matches) <= sensitivity[-1] + 1e-12


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_only_the_order_of_scores_matters(seed):
    matches = random_matches(seed)
    squeezed = matches._replace(score=np.exp(3 * matches.score) - 50)
    assert average_precision(squeezed) == average_precision(matches)
    assert froc_score(squeezed) == froc_score(matches)


def test_an_interval_draws_patients():
    matches = random_matches(3, n=40)
    labels = np.array([0, 1] * 20)
    interval = bootstrap_interval(
        lambda _, rows: froc_score(matches.of_images(rows)),
        labels,
        np.arange(40),
        groups=np.arange(40) // 4,
        n=50,
    )
    assert interval.estimate == froc_score(matches)
    assert interval.low <= interval.estimate <= interval.high


# What is refused ------------------------------------------------------------------------

NO_TRUTH = match_detections([([NODULE], [1])], [[]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: matched([NODULE], [1], [NODULE], rule="center"),
            "rule is .center.; give",
        ),
        (lambda: matched([NODULE], [1], [NODULE], iou_threshold=50), "iou_threshold is 50"),
        (lambda: match_detections([NOTHING], [[], []]), "of 1 images and true_boxes of 2"),
        (lambda: match_detections([], []), "of 0 images"),
        (lambda: match_detections([[NODULE]], [[]]), "no pair"),
        (lambda: matched([NODULE], [1, 2], []), r"scores has shape \(2,\) for 1 boxes"),
        (lambda: matched([NODULE], [np.nan], []), "finite score"),
        (lambda: matched([[5, 5, 2, 2]], [1], []), r"boxes\[0\]"),
        (lambda: matched([], [], [[5, 5, 2, 2]]), r"true_boxes\[0\]"),
        (lambda: froc_curve(NO_TRUTH), "1 images have no true box"),
        (lambda: froc_score(NO_TRUTH), "nothing to find"),
        (lambda: average_precision(NO_TRUTH), "nothing to find"),
        (lambda: froc_score(BY_HAND, at=(-1,)), "at is -1; give a number from 0 up"),
        (lambda: froc_score(BY_HAND, at=()), "at is empty"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

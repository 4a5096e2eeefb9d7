import math
import re

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, roc_auc_score, roc_curve

from medtutor.metrics import (
    bootstrap_difference,
    bootstrap_interval,
    net_benefit,
    predictive_values,
    threshold_for_sensitivity,
)

TRUTH = np.repeat([1, 0], [10, 90])
CALLED = np.repeat([1.0, 0.0, 1.0, 0.0], [8, 2, 20, 70])  # TP 8, FN 2, FP 20, TN 70


def test_predictive_values_by_hand():
    found = predictive_values(0.9, 0.9, 0.01)
    assert found.positive == pytest.approx(9 / 108)
    assert found.negative == pytest.approx(891 / 892)


def test_predictive_values_of_a_million_people():
    rng = np.random.default_rng(0)
    sick = rng.random(10**6) < 0.2
    called = rng.random(10**6) < np.where(sick, 0.7, 1 - 0.85)
    expected = sick[called].mean(), (~sick[~called]).mean()
    np.testing.assert_allclose(predictive_values(0.7, 0.85, 0.2), expected, atol=1e-3)


@pytest.mark.parametrize(
    ("shares", "positive", "negative"),
    [
        ((0.8, 0.9, 0), 0, 1),
        ((0.8, 0.9, 1), 1, 0),
        ((0, 1, 0.3), math.nan, 0.7),
        ((1, 0, 0.3), 0.3, math.nan),
    ],
)
def test_predictive_values_at_the_ends(shares, positive, negative):
    np.testing.assert_allclose(predictive_values(*shares), (positive, negative))


def test_net_benefit_by_hand():
    assert net_benefit(TRUTH, CALLED, 0.1) == pytest.approx(0.08 - 0.2 / 9)
    # At another prevalence sensitivity and specificity stay: .8 and 70 of 90.
    expected = 0.5 * 0.8 - 0.5 * (20 / 90) / 9
    assert net_benefit(TRUTH, CALLED, [0.1], prevalence=0.5) == pytest.approx(expected)


def test_treating_all_or_nobody_has_a_closed_form():
    cuts = np.linspace(0.01, 0.99, 25).reshape(5, 5)
    everybody = net_benefit(TRUTH, np.ones(100), cuts)
    np.testing.assert_allclose(everybody, 0.1 - 0.9 * cuts / (1 - cuts))
    np.testing.assert_array_equal(net_benefit(TRUTH, np.zeros(100), cuts), np.zeros((5, 5)))


def test_threshold_is_that_of_the_roc_curve():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 60)
    score = np.round(rng.normal(y, 1), 1)  # with ties
    _, sensitivity, thresholds = roc_curve(y, score, drop_intermediate=False)
    for wanted in (0.05, 0.28, 0.5, 0.9, 1.0):
        expected = thresholds[np.argmax(sensitivity >= wanted)]
        assert threshold_for_sensitivity(y, score, wanted) == expected


def quick_auc(y, score):
    """As scikit-learn's where no two scores are equal, a hundred times as fast."""
    return np.searchsorted(np.sort(score[y == 0]), score[y == 1]).mean() / np.sum(y == 0)


def scored(seed=0, n_patients=60, n_images=4):
    """Two scores with a patient's part in common, as two networks see the same patients."""
    rng = np.random.default_rng(seed)
    patients = np.repeat(np.arange(n_patients), n_images)
    y = np.repeat(np.arange(n_patients) % 2, n_images)
    common = 1.5 * y + np.repeat(rng.normal(0, 1, n_patients), n_images)
    return y, common + rng.normal(0, 0.5, len(y)), common + rng.normal(0, 0.5, len(y)), patients


def test_difference_of_a_score_from_itself_is_nothing():
    y, a, _, patients = scored()
    assert bootstrap_difference(roc_auc_score, y, a, a, groups=patients, n=50) == (0, 0, 0)


def test_difference_changes_sign_with_the_order():
    y, a, b, patients = scored()
    forth = bootstrap_difference(quick_auc, y, a, b, groups=patients, n=100)
    back = bootstrap_difference(quick_auc, y, b, a, groups=patients, n=100)
    np.testing.assert_allclose(forth, (-back.estimate, -back.high, -back.low))
    assert forth.estimate == pytest.approx(quick_auc(y, a) - quick_auc(y, b))


def test_a_paired_interval_is_narrower_than_two_separate_ones():
    y, a, b, patients = scored()
    paired = bootstrap_difference(quick_auc, y, a, b, groups=patients, n=300)
    alone = [bootstrap_interval(quick_auc, y, s, groups=patients, n=300) for s in (a, b)]
    separate = np.hypot(*[one.high - one.low for one in alone])
    assert paired.high - paired.low < 0.7 * separate


def test_difference_draws_again_where_a_class_is_missing():
    y, called = np.array([1, 0, 0, 0, 0, 0]), np.array([1, 0, 0, 0, 0, 1])
    found = bootstrap_difference(balanced_accuracy_score, y, called, 1 - called, n=40)
    assert found.low <= found.estimate <= found.high


def test_interval_by_patient_covers_the_truth():
    """In 100 small studies; by image it would do so far less often (lesson 11)."""
    rng = np.random.default_rng(3)
    sick = rng.random((2000, 4)) < 0.5
    truth = roc_auc_score(sick.ravel(), rng.normal(1.2 * sick, 1).ravel())
    hits = 0
    for study in range(100):
        y = np.repeat(np.arange(50) % 2, 4)
        score = 1.2 * y + np.repeat(rng.normal(0, 0.8, 50), 4) + rng.normal(0, 0.6, 200)
        found = bootstrap_interval(
            quick_auc, y, score, groups=np.repeat(np.arange(50), 4), n=100, seed=study
        )
        hits += found.low <= truth <= found.high
    assert hits >= 85


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: predictive_values(1.2, 0.9, 0.1), "sensitivity is 1.2"),
        (lambda: predictive_values(0.9, -0.1, 0.1), "specificity is -0.1"),
        (lambda: predictive_values(0.9, 0.9, "8 %"), "prevalence is '8 %'"),
        (lambda: net_benefit([0, 1], [0.2, 3.7], 0.5), "not scores: found 3.7"),
        (lambda: net_benefit([1, 1], [0.2, 0.7], 0.5), "only 1; give cases of both classes"),
        (lambda: net_benefit([0, 1], [0.2, 0.7], [0.5, 1.0]), "above 0 and below 1"),
        (lambda: net_benefit([0, 1], [0.2, 0.7], 0.0), "above 0 and below 1"),
        (lambda: net_benefit([0, 1, 1], [0.2, 0.7], 0.1), "3 entries and y_prob 2"),
        (lambda: net_benefit([0, 1], [[0.2, 0.8], [0.3, 0.7]], 0.1), "from softmax y_prob[:, 1]"),
        (lambda: threshold_for_sensitivity([0, 0], [0.1, 0.2], 0.9), "0 of 2 cases are sick"),
        (lambda: threshold_for_sensitivity([0, 1], [0.1, np.nan], 0.9), "finite scores"),
        (
            lambda: threshold_for_sensitivity([0, 1], [0.1, 0.2], 90),
            "sensitivity is 90; give a number above 0 to 1",
        ),
        (
            lambda: bootstrap_difference(roc_auc_score, [0, 1, 1], [0.1, 0.2, 0.3], [0.1, 0.2]),
            "3 entries and score_b 2",
        ),
        (lambda: bootstrap_difference("auc", [0, 1], [0, 1], [0, 1]), "metric is 'auc'"),
        (
            lambda: bootstrap_difference(roc_auc_score, [0, 1], [0, 1], [1, 0], level=95),
            "level is 95; give a number above 0 to below 1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_a_column_of_probabilities_is_as_good():
    prob = np.linspace(0, 1, 100)
    np.testing.assert_array_equal(
        net_benefit(TRUTH, prob[:, None], [0.2, 0.7]), net_benefit(TRUTH, prob, [0.2, 0.7])
    )
    found = threshold_for_sensitivity(TRUTH, prob[:, None], 0.8)
    assert found == threshold_for_sensitivity(TRUTH, prob, 0.8)


@pytest.mark.parametrize(
    ("share", "expected"), [(0.1 + 0.2, 7), (np.float32(0.1), 9), (0.31, 6), (1, 0)]
)
def test_a_share_that_rounding_lifts_asks_for_no_case_more(share, expected):
    assert threshold_for_sensitivity(np.ones(10, int), np.arange(10), share) == expected


def test_small_integers_of_a_metric_do_not_wrap_round():
    found = bootstrap_difference(
        lambda y, s: np.uint8(s.sum()), TRUTH, np.eye(100)[0], np.eye(100)[0] * 0 + 1, n=5
    )
    assert found.estimate == -99


@pytest.mark.parametrize("value", [None, (1, 2), "0.5"])
def test_a_metric_without_a_number_is_named(value):
    with pytest.raises(ValueError, match="give a function that gives one number"):
        bootstrap_difference(lambda y, s: value, TRUTH, CALLED, CALLED)


def test_one_patient_has_no_interval():
    with pytest.raises(ValueError, match="all images are of one patient"):
        bootstrap_interval(roc_auc_score, TRUTH, CALLED, groups=np.zeros(100, int))

import re

import numpy as np
import pytest
from scipy.special import expit, softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss, roc_auc_score

from medtutor.metrics import expected_calibration_error, fit_temperature, shift_prevalence

BY_HAND = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0]), np.repeat([0.9, 0.2], 5)


def simulated(n=1000, seed=0):
    rng = np.random.default_rng(seed)
    prob = rng.random(n)
    return (rng.random(n) < prob**2).astype(int), prob


def test_error_by_hand():
    assert expected_calibration_error(*BY_HAND, n_bins=2) == pytest.approx(0.15)


def test_a_calibrated_score_of_two_values_has_no_error():
    y, p = np.array([1, 1, 1, 0, 1, 0, 0, 0]), np.repeat([0.75, 0.25], 4)
    assert expected_calibration_error(y, p, n_bins=2) == 0


def test_error_is_that_of_scikit_learns_quantile_curve():
    y, p = simulated()
    share, mean = calibration_curve(y, p, n_bins=10, strategy="quantile")
    assert expected_calibration_error(y, p) == pytest.approx(np.mean(abs(share - mean)), abs=1e-12)


def test_one_bin_compares_the_means():
    y, p = simulated(77)
    found = expected_calibration_error(y, p, n_bins=1)
    assert found == pytest.approx(abs(p.mean() - y.mean()), abs=1e-12)


def test_order_and_equal_weights_change_nothing():
    y, p = simulated(203)
    order = np.random.default_rng(1).permutation(len(y))
    found = expected_calibration_error(y, p)
    assert expected_calibration_error(y[order], p[order]) == pytest.approx(found, abs=1e-12)
    weighted = expected_calibration_error(y, p, sample_weight=np.full(len(y), 3))
    assert weighted == pytest.approx(found, abs=1e-12)


def test_weights_count_cases_in_a_bin():
    y, p = np.array([0, 1]), np.array([0.2, 0.4])
    found = expected_calibration_error(y, p, n_bins=1, sample_weight=[3, 1])
    assert found == pytest.approx(abs((3 * 0.2 - 0.6) / 4))


def test_several_classes_are_judged_by_the_most_probable_one():
    prob = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.2, 0.5, 0.3]])
    found = expected_calibration_error([0, 1, 1], prob, n_bins=3)
    assert found == pytest.approx(np.mean([0.3, 0.6, 0.5]))


def test_logits_of_a_network_that_has_hardly_learnt_are_taken():
    y, logits = np.array([0, 1, 0, 1, 1]), np.array([0.31, 0.42, 0.33, 0.4, 0.28])
    assert fit_temperature(y, logits) == pytest.approx(fit_temperature(y, logits[:, None]))


def test_temperature_of_simulated_logits_is_found_again():
    rng = np.random.default_rng(0)
    true_logits = rng.normal(0, 2, 100_000)
    y = (rng.random(100_000) < expit(true_logits)).astype(int)
    assert fit_temperature(y, 2.5 * true_logits) == pytest.approx(2.5, abs=0.1)
    assert fit_temperature(y, true_logits) == pytest.approx(1, abs=0.05)


def test_temperature_is_where_the_loss_is_flat_and_changes_no_order():
    rng = np.random.default_rng(1)
    logits = rng.normal(0, 3, (500, 3))
    y = np.array([rng.choice(3, p=row) for row in softmax(logits / 1.7, axis=1)])
    found = fit_temperature(y, logits)

    def loss(temperature):
        return log_loss(y, softmax(logits / temperature, axis=1))

    slope = (loss(found + 1e-4) - loss(found - 1e-4)) / 2e-4
    assert abs(slope) < 1e-4
    assert loss(found) < min(loss(1.0), loss(found * 1.05), loss(found / 1.05))
    binary = y == 1
    score = logits[:, 1]
    assert roc_auc_score(binary, score / found) == roc_auc_score(binary, score)


def test_temperature_of_one_column_is_that_of_two():
    y, p = simulated(400)
    logit = 4 * p - 2
    two = np.stack([np.ones(400), logit + 1], axis=1)
    one = fit_temperature(y, logit)
    assert fit_temperature(y, logit[:, None]) == one
    assert fit_temperature(y, two) == pytest.approx(one, rel=1e-6)


def test_temperature_stays_within_its_bounds():
    y = np.array([0, 1] * 20)
    assert 0.05 <= fit_temperature(y, np.where(y == 1, 50.0, -50.0)) < 0.1  # the loss is 0 here
    assert fit_temperature(y, np.where(y == 1, -50.0, 50.0)) == pytest.approx(20, abs=0.1)


def test_temperature_with_weights_is_that_of_repeated_cases():
    y, p = simulated(60)
    weights = np.random.default_rng(2).integers(1, 4, 60)
    repeated = fit_temperature(np.repeat(y, weights), np.repeat(5 * p - 2, weights))
    assert fit_temperature(y, 5 * p - 2, sample_weight=weights) == pytest.approx(repeated)


def test_prevalence_shift_by_hand():
    found = shift_prevalence([0.5, 0.9], trained=0.5, deployed=0.05)
    np.testing.assert_allclose(found, [0.05, 9 / 19 / (1 + 9 / 19)])
    np.testing.assert_array_equal(shift_prevalence([0.0, 1.0], trained=0.3, deployed=0.01), [0, 1])


def test_prevalence_shift_is_bayes_rule_on_a_table():
    """A sign that 30 of 40 sick and 10 of 60 healthy show; then 5 times as many healthy."""
    with_sign = shift_prevalence(30 / (30 + 10), trained=40 / 100, deployed=40 / 340)
    without = shift_prevalence(10 / (10 + 50), trained=40 / 100, deployed=40 / 340)
    assert with_sign == pytest.approx(30 / (30 + 50))
    assert without == pytest.approx(10 / (10 + 250))


def test_prevalence_shift_undoes_itself():
    p = np.random.default_rng(0).random((4, 5))
    there = shift_prevalence(p, trained=0.4, deployed=0.03)
    np.testing.assert_allclose(shift_prevalence(there, trained=0.03, deployed=0.4), p)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: expected_calibration_error([0, 1], [0.2, 3.7]), "not scores: found 3.7"),
        (lambda: expected_calibration_error([0, 1], [0.2, np.nan]), "not scores: found nan"),
        (lambda: expected_calibration_error([0, 2], [0.2, 0.7], n_bins=2), "(N,) of 0 and 1"),
        (lambda: expected_calibration_error([0, 1, 1], [0.2, 0.7]), "3 entries and y_prob 2"),
        (lambda: expected_calibration_error([0, 1], [0.2, 0.7]), "n_bins is 10 for 2 cases"),
        (lambda: expected_calibration_error([0, 1], [0.2, 0.7], n_bins=0), "from 1 up"),
        (lambda: expected_calibration_error([0, 3], np.full((2, 3), 1 / 3)), "classes 0 to 3"),
        (
            lambda: expected_calibration_error([0, 1], [0.2, 0.7], n_bins=2, sample_weight=[0, 0]),
            "not all of them 0",
        ),
        (lambda: fit_temperature([1, 1], [0.3, 2.0]), "lacks class 0"),
        (lambda: fit_temperature([0, 1], [0.3, np.inf]), "1 logits aren't finite; clip"),
        (lambda: fit_temperature([0, 1, 1], [0.3, 2.0]), "3 entries and columns 2"),
        (lambda: fit_temperature([0.2, 1], [0.3, 2.0]), "give class numbers"),
        (lambda: shift_prevalence([0.2], trained=0, deployed=0.1), "trained is 0"),
        (lambda: shift_prevalence([0.2], trained=0.1, deployed=1.0), "deployed is 1.0"),
        (lambda: shift_prevalence([1.2], trained=0.1, deployed=0.2), "found 1.2"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


def test_a_column_float_labels_and_rounding_change_nothing():
    y, p = simulated(200)
    expected = expected_calibration_error(y, p)
    rounded = np.where(p > p[0], p, np.float32(p))
    assert expected_calibration_error(y, p[:, None]) == expected
    assert expected_calibration_error(y.astype(float), p) == expected
    assert expected_calibration_error(y, rounded) == pytest.approx(expected, abs=1e-6)
    logits = np.stack([np.zeros(200), 5 * p - 2], axis=1)
    assert fit_temperature(y.astype(np.float32), logits) == fit_temperature(y, logits)


def test_sums_a_little_above_1_are_1():
    above = np.array([1 + 2e-7, 0.0, 1.0, -2e-7])
    assert expected_calibration_error([1, 0, 1, 0], above, n_bins=2) == 0
    assert shift_prevalence(above, trained=0.5, deployed=0.1).max() == 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda y, p: expected_calibration_error(y, np.stack([p, p / 2], axis=1)),
            "the rows of y_prob add up to",
        ),
        (lambda y, p: fit_temperature(y, p), "logits lie between 0 and 1, as probabilities do"),
        (
            lambda y, p: fit_temperature(y, np.stack([1 - p, p], axis=1)),
            "logits lie between 0 and 1, as probabilities do",
        ),
        (lambda y, p: fit_temperature(y + 0.5, p - 2), "give class numbers"),
    ],
)
def test_what_looks_right_and_is_not(call, message):
    with pytest.raises(ValueError, match=message):
        call(*simulated(100))

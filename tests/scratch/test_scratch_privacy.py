"""Private gradients: what is clipped, what is added, and what ε other accountants give."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from scipy.special import logsumexp

from medtutor import scratch
from medtutor.scratch import privacy

RANDOM = np.random.default_rng(0)


def test_clipping_by_hand():
    clipped, norms = privacy.clip_by_norm(np.array([[3.0, 4], [0.3, 0.4], [0, 0]]), 1)
    np.testing.assert_allclose(clipped, [[0.6, 0.8], [0.3, 0.4], [0, 0]])
    np.testing.assert_allclose(norms, [5, 0.5, 0])


@settings(deadline=None)
@given(st.integers(0, 5), st.integers(1, 7), st.floats(1e-3, 1e3), st.integers(0, 99))
def test_nobody_is_longer_than_the_clip_and_nobody_turns(n, p, clip, seed):
    gradients = np.random.default_rng(seed).normal(0, 5, (n, p))
    clipped, norms = privacy.clip_by_norm(gradients, clip)
    assert (np.linalg.norm(clipped, axis=1) <= clip * (1 + 1e-9)).all()
    np.testing.assert_allclose(
        clipped * norms[:, None], gradients * np.minimum(norms, clip)[:, None]
    )
    np.testing.assert_array_equal(clipped[norms <= clip], gradients[norms <= clip])


def test_an_exploding_gradient_is_clipped_and_not_lost():
    gradients = np.array([[3e25, 4e25], [0.3, 0.4]], np.float32)
    clipped, norms = privacy.clip_by_norm(gradients, 1)
    np.testing.assert_allclose(clipped, [[0.6, 0.8], [0.3, 0.4]], rtol=1e-6)
    np.testing.assert_allclose(norms, [5e25, 0.5], rtol=1e-6)
    usual = RANDOM.normal(size=(40, 300)).astype("float32")
    np.testing.assert_array_equal(privacy.clip_by_norm(usual, 1)[1], np.linalg.norm(usual, axis=1))


def test_one_order_is_enough():
    np.testing.assert_array_equal(privacy.rdp(0.1, 1.0, 8), privacy.rdp(0.1, 1.0, [2, 8])[1:])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_type_stays(dtype):
    gradients = RANDOM.normal(size=(3, 4)).astype(dtype)
    clipped, norms = privacy.clip_by_norm(gradients, 0.5)
    settings = {"clip": 0.5, "noise_multiplier": 1.0, "expected_batch_size": 2}
    mean = privacy.private_mean_gradient(gradients, **settings, rng=np.random.default_rng(0))
    assert clipped.dtype == norms.dtype == mean.dtype == dtype


def test_without_noise_it_is_the_clipped_sum_over_the_expected_size():
    gradients = RANDOM.normal(size=(5, 3))
    mean = privacy.private_mean_gradient(
        gradients, clip=0.7, noise_multiplier=0, expected_batch_size=8, rng=RANDOM
    )
    np.testing.assert_allclose(mean, privacy.clip_by_norm(gradients, 0.7)[0].sum(axis=0) / 8)


@pytest.mark.parametrize("n", [0, 4])
def test_the_noise_has_the_spread_it_should_have(n):
    mean = privacy.private_mean_gradient(
        np.zeros((n, 20_000)),
        clip=0.5,
        noise_multiplier=3.0,
        expected_batch_size=10,
        rng=np.random.default_rng(1),
    )
    assert mean.std() == pytest.approx(3.0 * 0.5 / 10, rel=0.02)
    assert abs(mean.mean()) < 4 * 0.15 / np.sqrt(20_000)


@pytest.mark.parametrize(
    ("sampling_rate", "noise", "steps", "delta", "expected"),
    # What RdpAccountant of dp-accounting 0.6.0 gave for the orders 2 to 128.
    [
        (0.064, 1, 300, 1e-5, 8.47135),
        (0.01, 1.1, 1000, 1e-5, 1.72529),
        (1, 5, 10, 1e-5, 2.81411),
        (256 / 60000, 1.1, 14040, 1e-5, 2.59482),
    ],
)
def test_epsilon_is_that_of_a_published_accountant(sampling_rate, noise, steps, delta, expected):
    assert privacy.epsilon(sampling_rate, noise, steps, delta) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("q", "sigma", "order"), [(0.05, 1.2, 8), (0.3, 2.0, 3), (0.9, 0.8, 2)])
def test_a_divergence_is_the_integral_of_the_densities(q, sigma, order):
    def ratio(x):
        with_you, without = (stats.norm.logpdf(x, mean, sigma) for mean in (1, 0))
        mixed = logsumexp([with_you + np.log(q), without + np.log1p(-q)])
        return np.exp(order * mixed + (1 - order) * without)

    expected = np.log(integrate.quad(ratio, -25, 40, limit=400)[0]) / (order - 1)
    assert privacy.rdp(q, sigma, [order]) == pytest.approx([expected], abs=1e-8)


def test_all_patients_in_each_step_is_the_plain_gaussian():
    orders = np.array([2, 5, 100])
    np.testing.assert_allclose(privacy.rdp(1.0, 4.0, orders), orders / 32)
    nearly = privacy.rdp(1 - 1e-12, 4.0, orders)
    np.testing.assert_allclose(nearly, orders / 32, rtol=1e-6)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.001, 1), st.floats(0.3, 20), st.integers(1, 5000), st.floats(1e-7, 1e-2))
def test_more_noise_fewer_steps_and_rarer_patients_lose_less(q, sigma, steps, delta):
    spent = privacy.epsilon(q, sigma, steps, delta)
    assert 0 <= spent < np.inf
    assert privacy.epsilon(q, 1.5 * sigma, steps, delta) <= spent
    assert privacy.epsilon(q / 2, sigma, steps, delta) <= spent
    assert privacy.epsilon(q, sigma, steps + 1, delta) >= spent


@pytest.mark.parametrize("allowed", [0.3, 1.0, 8.0, 200.0])
def test_noise_for_an_epsilon_gives_that_epsilon(allowed):
    sigma = privacy.noise_for(allowed, 256 / 3000, 300, 1e-5)
    spent = privacy.epsilon(256 / 3000, sigma, 300, 1e-5)
    assert spent <= allowed
    assert spent == pytest.approx(allowed, rel=1e-6)


def test_the_room_offers_it():
    assert scratch.privacy is privacy


GRADIENTS = np.ones((2, 3))
MEAN = {"clip": 1, "noise_multiplier": 1.0, "expected_batch_size": 2, "rng": RANDOM}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: privacy.clip_by_norm(GRADIENTS, 0), "clip is 0; give a number above 0"),
        (lambda: privacy.clip_by_norm(GRADIENTS, np.inf), "clip is inf"),
        (lambda: privacy.clip_by_norm(GRADIENTS, None), "clip is None"),
        (lambda: privacy.clip_by_norm(GRADIENTS[0], 1), r"expected 2 axes \(patients, weights\)"),
        (lambda: privacy.clip_by_norm(GRADIENTS * np.nan, 1), "NaN"),
        (lambda: privacy.clip_by_norm(np.ones((2, 3), int), 1), "gradients is int64"),
        (
            lambda: privacy.private_mean_gradient(GRADIENTS, **MEAN | {"noise_multiplier": -1}),
            "noise_multiplier is -1; give a number from 0 to 10000$",
        ),
        (
            lambda: privacy.private_mean_gradient(GRADIENTS, **MEAN | {"rng": 0}),
            "rng is 0; give a generator",
        ),
        (
            lambda: privacy.private_mean_gradient(GRADIENTS, **MEAN | {"expected_batch_size": 0}),
            "expected_batch_size is 0",
        ),
        (lambda: privacy.rdp(0, 1.0), "sampling_rate is 0; give a share of patients"),
        (lambda: privacy.rdp(1.2, 1.0), "sampling_rate is 1.2"),
        (lambda: privacy.rdp(0.1, 0), "without noise ε is infinite"),
        (lambda: privacy.rdp(0.1, -1.0), "noise_multiplier is -1.0; give a number above 0"),
        (lambda: privacy.rdp(0.1, 1.0, [1, 2]), "orders holds 1"),
        (lambda: privacy.rdp(0.1, 1.0, []), "orders holds 1 or nothing"),
        (lambda: privacy.rdp(0.1, 1.0, [2.5]), "an order is 2.5"),
        (lambda: privacy.rdp(0.1, 1.0, None), "an order is None"),
        (lambda: privacy.epsilon(0.1, 1.0, 0, 1e-5), "steps is 0"),
        (lambda: privacy.epsilon(0.1, 1.0, 10, 0), "delta is 0"),
        (lambda: privacy.epsilon(0.1, 1.0, 10, 1), "delta is 1"),
        (lambda: privacy.noise_for(0, 0.1, 10, 1e-5), "epsilon is 0; give a number above 0"),
        (lambda: privacy.noise_for(-1.0, 0.1, 10, 1e-5), "epsilon is -1.0"),
        (lambda: privacy.noise_for(0.01, 0.1, 10, 1e-5), "can't show less than 0.04"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

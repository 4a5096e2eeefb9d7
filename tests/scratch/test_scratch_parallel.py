"""Averaged gradients, the ring and its traffic, Amdahl: by hand, and as properties."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch
from medtutor.scratch import parallel

X, Y = np.array([1.0, 2, 3, 4]), np.array([2.0, 3, 5, 9])


def mean_gradient(rows):
    """Of ½ (w x − y)², at w = 1."""
    return [np.array([np.mean((X[rows] - Y[rows]) * X[rows])])]


def test_the_numbers_of_the_page():
    (whole,) = mean_gradient(slice(None))
    (even,) = parallel.all_reduce_mean([mean_gradient([0, 1]), mean_gradient([2, 3])])
    uneven = [mean_gradient([0, 1, 2]), mean_gradient([3])]
    (plain,), (weighted,) = (
        parallel.all_reduce_mean(uneven, counts=counts) for counts in (None, [3, 1])
    )
    assert (whole, even, plain, weighted) == (-7.25, -7.25, -11.5, -7.25)


@pytest.mark.parametrize("parts", [[16, 16], [8, 8, 8, 8], [24, 8], [1, 31], [32]])
def test_the_mean_of_parts_is_the_gradient_of_the_batch(parts):
    rng = np.random.default_rng(0)
    images, labels = rng.normal(size=(32, 8, 9, 1)), rng.integers(0, 2, 32)
    layers = [scratch.Conv2D(3, 3), scratch.ReLU(), scratch.Flatten(), scratch.Dense(2)]
    network = scratch.Network(layers)
    network.build((8, 9, 1), seed=0)
    for layer in network.layers:
        layer.weights = [weight.astype("float64") for weight in layer.weights]

    def gradient(rows):
        scores = network.forward(images[rows])
        network.backward(
            scratch.sparse_categorical_crossentropy_grad(
                1.0, labels[rows], scores, from_logits=True
            )
        )
        return [grad for layer in network.layers for grad in layer.grads]

    batches = np.split(np.arange(32), np.cumsum(parts)[:-1])
    mean = parallel.all_reduce_mean([gradient(rows) for rows in batches], counts=parts)
    for mine, whole in zip(mean, gradient(np.arange(32)), strict=True):
        np.testing.assert_allclose(mine, whole, rtol=0, atol=1e-12)


def test_float32_stays_and_nothing_is_changed():
    gradients = [[np.ones((2, 3), "float32")], [np.full((2, 3), 3, "float32")]]
    (mean,) = parallel.all_reduce_mean(gradients, counts=[1, 3])
    assert mean.dtype == np.float32
    np.testing.assert_array_equal(mean, 2.5)
    assert (gradients[0][0] == 1).all()


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 7), st.lists(st.integers(0, 5), min_size=0, max_size=3), st.integers(0, 99))
def test_the_ring_gives_the_sum_and_its_traffic_is_the_formula(n, shape, seed):
    arrays = list(np.random.default_rng(seed).normal(size=(n, *shape)))
    before = [np.array(array) for array in arrays]
    total, traffic = parallel.ring_all_reduce(arrays)
    np.testing.assert_allclose(total, np.sum(arrays, axis=0), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(arrays, before)
    assert traffic.steps == 2 * (n - 1)
    size, length = np.asarray(arrays[0]).nbytes, np.size(arrays[0])
    assert sum(traffic.bytes_sent_per_worker) == 2 * (n - 1) * size
    if length % n == 0:
        assert set(traffic.bytes_sent_per_worker) == {2 * (n - 1) * size // n}


def test_workers_may_come_one_after_the_other():
    (mean,) = parallel.all_reduce_mean(np.full((1, 2), worker) for worker in (1.0, 3.0))
    np.testing.assert_array_equal(mean, [2, 2])
    total, _ = parallel.ring_all_reduce(np.full(3, machine) for machine in (1.0, 3.0))
    np.testing.assert_array_equal(total, [4, 4, 4])


def test_whole_numbers_go_round_too():
    total, traffic = parallel.ring_all_reduce([np.arange(5), np.arange(5), np.arange(5)])
    np.testing.assert_array_equal(total, 3 * np.arange(5))
    assert traffic == ((56, 56, 48), 4)  # parts of 2, 2 and 1 numbers of 8 bytes


def test_small_integers_do_not_overflow_on_their_way():
    total, traffic = parallel.ring_all_reduce([np.array([200, 1], "uint8")] * 3)
    np.testing.assert_array_equal(total, [600, 3])
    assert traffic.bytes_sent_per_worker == (24, 24, 16)
    assert parallel.ring_all_reduce([np.ones(4, "float32")] * 2)[0].dtype == np.float32


def test_lists_and_a_table_with_a_row_for_each_worker_are_averaged_too():
    np.testing.assert_allclose(parallel.all_reduce_mean([[[1, 2]], [[3, 5]]])[0], [2, 3.5])
    np.testing.assert_allclose(parallel.all_reduce_mean(np.array([[1, 2], [3, 5]])), [2, 3.5])


@pytest.mark.parametrize(
    ("p", "n", "expected"), [(0.9, 4, 3.08), (0.9, 16, 6.4), (0.95, 8, 5.93), (0, 9, 1), (1, 9, 9)]
)
def test_amdahl_by_hand(p, n, expected):
    assert parallel.amdahl(p, n) == pytest.approx(expected, abs=0.005)


@given(st.floats(0, 1), st.integers(1, 1000))
def test_more_machines_never_slow_down_and_never_beat_their_number(p, n):
    assert 1 - 1e-9 <= parallel.amdahl(p, n) <= parallel.amdahl(p, n + 1) + 1e-9
    assert parallel.amdahl(p, n) <= n + 1e-9


@pytest.mark.parametrize(
    ("n_bytes", "n", "latency", "bandwidth", "expected"),
    [
        (4 * 60_034, 4, 1e-4, 1e9 / 8, 0.0035),
        (124e6, 4, 1e-4, 1e9 / 8, 1.49),
        (124e6, 8, 1e-5, 1e11 / 8, 0.0175),
        (124e6, 1, 1e-4, 1e9 / 8, 0),
    ],
)
def test_an_all_reduce_takes_what_the_page_says(n_bytes, n, latency, bandwidth, expected):
    seconds = parallel.all_reduce_seconds(n_bytes, n, latency=latency, bandwidth=bandwidth)
    assert seconds == pytest.approx(expected, rel=0.02)


@given(st.floats(0, 1e12), st.integers(1, 500), st.floats(0, 1), st.floats(1, 1e12))
def test_more_machines_talk_longer(n_bytes, n, latency, bandwidth):
    fewer, more = (
        parallel.all_reduce_seconds(n_bytes, k, latency=latency, bandwidth=bandwidth)
        for k in (n, n + 1)
    )
    assert fewer <= more * (1 + 1e-12)


ONE = [np.zeros((2, 3)), np.zeros(3)]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: parallel.all_reduce_mean([]), "gradients of 0 workers"),
        (lambda: parallel.all_reduce_mean(np.empty((0, 2))), "gradients of 0 workers"),
        (
            lambda: parallel.all_reduce_mean([ONE, [np.zeros((2, 3)), np.zeros(4)]]),
            "worker 1 has arrays of shapes [(2, 3), (4,)], the first one of [(2, 3), (3,)]",
        ),
        (
            lambda: parallel.all_reduce_mean([ONE, ONE[:1]]),
            "worker 1 has arrays of shapes [(2, 3)]",
        ),
        (lambda: parallel.all_reduce_mean([ONE, ONE], counts=[3]), "2 workers and 1 counts"),
        (lambda: parallel.all_reduce_mean([ONE, ONE], counts=[3, 0]), "counts[1] is 0"),
        (lambda: parallel.all_reduce_mean([ONE, ONE], counts=[0.5, 1]), "counts[0] is 0.5"),
        (lambda: parallel.all_reduce_mean(None), "worker 0 has [array(None"),
        (lambda: parallel.all_reduce_mean([ONE, None]), "worker 1 has [array(None"),
        (
            lambda: parallel.all_reduce_mean([[None, ONE[1]], [None, ONE[1]]]),
            "give arrays of numbers, or zeros",
        ),
        (lambda: parallel.all_reduce_mean(["ab", "cd"]), "give arrays of numbers"),
        (lambda: parallel.all_reduce_mean([ONE, ONE], counts=5), "2 workers and 1 counts"),
        (lambda: parallel.ring_all_reduce(None), "machine 0 has [array(None"),
        (lambda: parallel.ring_all_reduce([None, None]), "machine 0 has [array(None"),
        (lambda: parallel.ring_all_reduce(["a", "b"]), "give arrays of numbers"),
        (lambda: parallel.ring_all_reduce([]), "the number of machines is 0"),
        (
            lambda: parallel.ring_all_reduce([np.zeros(3), np.zeros(4)]),
            "machine 1 has arrays of shapes [(4,)], the first one of [(3,)]; give equal shapes",
        ),
        (lambda: parallel.amdahl(1.1, 4), "p is 1.1; give a number from 0 to 1"),
        (lambda: parallel.amdahl(0.9, 0), "n is 0; give a whole number from 1 up"),
        (lambda: parallel.amdahl(0.9, 2.5), "n is 2.5"),
        (
            lambda: parallel.all_reduce_seconds(1e6, 4, latency=0, bandwidth=0),
            "bandwidth is 0; give bytes a second from 1 to",
        ),
        (lambda: parallel.all_reduce_seconds(-1, 4, latency=0, bandwidth=1), "n_bytes is -1"),
        (lambda: parallel.all_reduce_seconds(1, 4, latency=-1, bandwidth=1), "latency is -1"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()

import re
import time

import numpy as np
import pytest

from medtutor.deployment import measure_latency

IMAGE = np.zeros((1, 4, 4, 1))


def test_numbers_are_those_of_the_calls_that_count():
    waits = iter([0.05, 0.01, *np.repeat([0.001, 0.02], [18, 2])])
    latency = measure_latency(lambda x: time.sleep(next(waits)), IMAGE, warm_up=2, repeats=20)
    assert latency.first_ms >= 50
    assert 1 <= latency.min_ms <= latency.median_ms < latency.p95_ms
    assert latency.p95_ms >= 20 * 0.9
    assert latency.repeats == 20


def test_it_is_one_image_each_time():
    seen = []
    measure_latency(seen.append, IMAGE, warm_up=1, repeats=10)
    assert len(seen) == 11
    assert all(x is IMAGE for x in seen)


def test_the_machine_is_named():
    latency = measure_latency(np.sum, IMAGE)
    assert re.search(r"\w.*, \d+ cores$", latency.machine)
    assert re.match(r"median [\d.e-]+ ms, 95th percentile .* ms, 50 calls, \w", str(latency))


@pytest.mark.parametrize(
    ("x", "options", "message"),
    [
        (np.zeros((2, 4, 4, 1)), {}, "give one image"),
        (3, {}, "give one image"),
        (IMAGE, {"repeats": 9}, "repeats is 9; give a whole number from 10 up"),
        (IMAGE, {"repeats": 20.0}, "repeats is 20.0"),
        (IMAGE, {"warm_up": 0}, "warm_up is 0"),
    ],
)
def test_a_batch_or_too_few_calls_are_refused(x, options, message):
    with pytest.raises(ValueError, match=message):
        measure_latency(np.sum, x, **options)

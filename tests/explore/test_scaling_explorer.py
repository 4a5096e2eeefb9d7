import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusing import assert_refused

from medtutor import explore
from medtutor.explore.scaling import NETWORKS, scaling_scene
from medtutor.scratch import parallel

SETTINGS = st.fixed_dictionaries(
    {
        "compute_ms": st.floats(0.01, 100),
        "read_ms": st.floats(0.01, 100),
        "serial_percent": st.integers(0, 50),
        "weights_millions": st.floats(0.01, 1000),
        "network": st.sampled_from(list(NETWORKS)),
        "latency_us": st.floats(1, 10_000),
        "batch": st.integers(1, 1024),
        "machines": st.integers(1, 64),
    }
)


def test_a_step_by_hand():
    scene = scaling_scene(
        compute_ms=3, read_ms=4, serial_percent=10, batch=20, machines=4, weights_millions=0.060034
    )
    # Reading is the slower of the two: 4 ms an image; 90 % of 20 images, and 10 % of 80.
    assert scene["compute_ms"] == pytest.approx(54)
    assert scene["wait_data_ms"] == pytest.approx(18)
    assert scene["serial_ms"] == pytest.approx(32)
    assert scene["talk_ms"] == pytest.approx(3.48, abs=0.01)
    assert scene["reading_ms"] == 80
    assert scene["speed_up"] == pytest.approx(4 * 80 / (54 + 18 + 32 + scene["talk_ms"]))
    assert scene["images_per_second"] == pytest.approx(80e3 / scene["step_ms"])


@given(SETTINGS)
def test_parts_make_the_step_and_nothing_beats_amdahl(settings):
    scene = scaling_scene(**settings)
    parts = [scene[name] for name in ("compute_ms", "wait_data_ms", "serial_ms", "talk_ms")]
    assert min(parts) >= 0
    assert scene["step_ms"] == pytest.approx(sum(parts))
    assert scene["curve"][0] == pytest.approx(1)
    assert scene["curve"][settings["machines"] - 1] == pytest.approx(scene["speed_up"])
    assert scene["speed_up"] <= scene["amdahl"] * (1 + 1e-9)
    assert scene["efficiency"] * settings["machines"] == pytest.approx(scene["speed_up"])


def test_with_a_network_that_costs_nothing_it_is_amdahl():
    scene = scaling_scene(
        serial_percent=10, machines=16, weights_millions=0.01, latency_us=1, compute_ms=100
    )
    assert scene["speed_up"] == pytest.approx(parallel.amdahl(0.9, 16), rel=1e-3)


def test_settings_can_be_read_and_set():
    explorer = explore.scaling()
    assert "4 machines over 1 Gbit/s" in explorer.describe()
    explorer.machines, explorer.weights_millions = 8, 31
    assert explorer.scene() == scaling_scene(machines=8, weights_millions=31)
    assert "network of 31 million weights" in explorer.describe()
    assert repr(explorer) == "ScalingExplorer()"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"compute_ms": 0}, "compute_ms is 0; give a number from 0.01 to 100"),
        ({"read_ms": 101}, "read_ms is 101"),
        ({"serial_percent": 51}, "serial_percent is 51; give a whole number from 0 to 50"),
        ({"serial_percent": 0.1}, "serial_percent is 0.1"),
        ({"weights_millions": float("nan")}, "weights_millions is nan"),
        ({"network": "fast"}, "network is 'fast'; choose one of 1 Gbit/s, 10 Gbit/s"),
        ({"latency_us": 0.5}, "latency_us is 0.5; give a number from 1 to 10000"),
        ({"batch": 2000}, "batch is 2000; give a whole number from 1 to 1024"),
        ({"machines": 65}, "machines is 65; give a whole number from 1 to 64"),
        ({"machines": True}, "machines is True"),
    ],
)
@pytest.mark.parametrize("make", [explore.scaling, scaling_scene])
def test_a_bad_argument_is_named_with_its_cure(make, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        make(**options)


@pytest.mark.parametrize(
    ("trait", "value"), [("machines", 0), ("batch", 0), ("network", "LAN"), ("compute_ms", -1.0)]
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(trait, value):
    assert_refused(explore.scaling(), trait, value)

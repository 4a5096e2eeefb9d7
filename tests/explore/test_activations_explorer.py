import json

import numpy as np
import pytest
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import explore, scratch
from medtutor.explore.activations.signal import (
    ACTIVATIONS,
    GAINS,
    draw_weights,
    gradient_lengths,
    send_forward,
    signal_sizes,
)
from medtutor.explore.activations.widget import MOST_LAYERS, Z, all_curves, all_signals

X = np.array([[1.0, 2.0], [0.0, -1.0]])
WEIGHTS = [np.array([[1.0, -2.0], [0.5, 0.5]]), np.array([[3.0, 0.0], [-1.0, 1.0]])]


@pytest.fixture(scope="module")
def explorer():
    return explore.activations()


# The arithmetic ---------------------------------------------------------------------------


def test_signal_by_hand():
    signal = send_forward("relu", WEIGHTS, X)
    np.testing.assert_allclose(signal.sums[0], [[2, -1], [-0.5, -0.5]])
    np.testing.assert_allclose(signal.inputs[1], [[2, 0], [0, 0]])
    np.testing.assert_allclose(signal.inputs[2], [[6, 0], [0, 0]])
    size, difference = signal_sizes(signal)
    np.testing.assert_allclose(size, [1, 3])
    np.testing.assert_allclose(difference, [np.sqrt(1 / 2), np.sqrt(9 / 2)])


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_gradient_lengths_are_those_of_finite_differences(activation, depth):
    rng = np.random.default_rng(1)
    weights = draw_weights("he_normal", 3, 4, rng)
    x, wishes = rng.normal(size=(5, 4)), rng.normal(size=(5, 4))
    found = gradient_lengths(
        activation, weights[:depth], send_forward(activation, weights, x), wishes
    )
    for layer in range(depth):
        slopes = []
        for place in np.ndindex(4, 4):
            losses = []
            for step in (1e-6, -1e-6):
                moved = [w.copy() for w in weights[:depth]]
                moved[layer][place] += step
                losses.append((wishes * send_forward(activation, moved, x).inputs[-1]).sum())
            slopes.append((losses[0] - losses[1]) / 2e-6)
        assert found[layer] == pytest.approx(np.linalg.norm(slopes), rel=1e-6)


@pytest.mark.parametrize("name", GAINS)
def test_weights_have_the_spread_of_their_name(name):
    weights = draw_weights(name, 2, 300, np.random.default_rng(0))
    expected = {"small": 0.5, "glorot_normal": 1, "he_normal": np.sqrt(2), "large": 3}[name]
    assert [w.shape for w in weights] == [(300, 300)] * 2
    for w in weights:
        assert w.std() * np.sqrt(300) == pytest.approx(expected, rel=0.02)
        assert abs(w.mean()) < 0.01


def test_curves_are_those_of_scratch():
    curves = all_curves()
    assert list(curves) == list(ACTIVATIONS)
    np.testing.assert_allclose(curves["linear"]["y"], Z, atol=1e-12)
    for name in set(ACTIVATIONS) - {"linear"}:
        np.testing.assert_allclose(curves[name]["y"], getattr(scratch, name)(Z), rtol=1e-3)
        step = (getattr(scratch, name)(Z + 1e-6) - getattr(scratch, name)(Z - 1e-6)) / 2e-6
        smooth = np.abs(Z) > 1e-9
        slope = np.array(curves[name]["slope"])
        np.testing.assert_allclose(slope[smooth], step[smooth], rtol=2e-3, atol=1e-6)


# What the page is given -------------------------------------------------------------------


def test_all_settings_are_followed_through_all_depths(explorer):
    assert list(explorer.signals) == list(ACTIVATIONS)
    for settings in explorer.signals.values():
        assert list(settings) == list(GAINS)
        for signal in settings.values():
            assert len(signal["size"]) == len(signal["difference"]) == MOST_LAYERS
            assert [len(g) for g in signal["gradient"]] == list(range(1, MOST_LAYERS + 1))
            assert np.all(np.array(signal["gradient"][-1]) > 0)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_signal_tells_the_known_stories(seed):
    """What lesson 04 says about the explorer, with margins that held for 20 seeds."""
    signals = all_signals(seed)

    def first_gradient(activation, initializer):
        gradients = signals[activation][initializer]["gradient"]
        return gradients[9][0] / gradients[0][0]

    assert first_gradient("sigmoid", "glorot_normal") < 1e-4
    assert 0.1 < first_gradient("relu", "he_normal") < 10
    assert 0.1 < first_gradient("tanh", "glorot_normal") < 10
    assert first_gradient("relu", "small") < 1e-3
    assert first_gradient("relu", "large") > 100
    deep = signals["sigmoid"]["glorot_normal"]
    assert deep["size"][-1] > 0.3
    assert deep["difference"][-1] < 1e-8


def test_seed_fixes_the_numbers():
    assert all_signals(3) == all_signals(3)
    assert all_signals(3) != all_signals(4)


def test_what_is_sent_to_the_page_stays_small(explorer):
    sent = json.dumps([explorer.inputs, explorer.curves, explorer.signals])
    assert len(sent) < 100_000


def test_settings_reach_the_widget():
    explorer = explore.activations("tanh", initializer="large", n_layers=3, z=-2)
    settings = (explorer.activation, explorer.initializer, explorer.n_layers, explorer.z)
    assert settings == ("tanh", "large", 3, -2)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"activation": "softmax"}, "activation is 'softmax'; choose one of linear, relu"),
        ({"initializer": "he"}, "initializer is 'he'; choose one of small, glorot_normal"),
        ({"n_layers": 0}, "n_layers is 0; give a whole number from 1 to 20"),
        ({"n_layers": 21}, "n_layers is 21"),
        ({"n_layers": True}, "n_layers is True"),
        ({"n_layers": 2.5}, "n_layers is 2.5"),
        ({"z": 6}, "z is 6; give a number from -5 to 5"),
        ({"z": np.nan}, "z is nan"),
        ({"z": "1"}, "z is '1'"),
        ({"seed": -1}, "seed is -1; give a whole number from 0 up"),
        ({"seed": 1.5}, "seed is 1.5"),
        ({"seed": "a"}, "seed is 'a'"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    with pytest.raises(ValueError, match=message):
        explore.activations(**bad)


@pytest.mark.parametrize(
    ("trait", "value"),
    [("activation", "softmax"), ("initializer", "he"), ("n_layers", 21), ("z", 5.5)],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(explorer, trait, value):
    assert_refused(explorer, trait, value)


def test_text_forms_are_short_and_stable(explorer):
    html = stand_in_of(explorer, "ActivationsExplorer")
    assert "curve and slope of relu, and the signal through 10 dense layers" in html


def test_names_of_the_page_are_those_of_python(explorer):
    for name in (*ACTIVATIONS, *GAINS):
        assert f"  {name}: " in explorer._esm

import math

import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.privacy import privacy_scene, privacy_words
from medtutor.scratch.privacy import epsilon


def test_the_promise_is_the_accountant_s():
    scene = privacy_scene(2.29, 256, 3000, 300)
    assert scene["delta"] == pytest.approx(1 / 30_000)
    assert scene["epsilon"] == epsilon(256 / 3000, 2.29, 300, 1 / 30_000)
    assert dict(map(tuple, scene["spent"]))[1] == epsilon(256 / 3000, 2.29, 1, 1 / 30_000)
    assert scene["found"] == pytest.approx(math.exp(scene["epsilon"]) * 0.01 + scene["delta"])
    assert privacy_words(scene) == (
        "Noise 2.29, batch 256 of 3,000, 300 steps: ε = 3.00, δ = 3.3e−5. "
        "Who guesses at 1 % false alarms finds at most 20 % of the members."
    )


def test_a_look_at_a_step_with_everybody_in_it_is_a_choice_between_two_bells():
    scene = privacy_scene(0.5, 60, 60, 1)
    for false_alarms, found in scene["one_look"]:
        assert found == pytest.approx(norm.sf(norm.isf(false_alarms) - 2), abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.3, 20), st.integers(1, 500), st.integers(500, 9000), st.integers(1, 5000))
def test_no_attacker_comes_into_the_shaded_part(noise, batch, patients, steps):
    scene = privacy_scene(noise, batch, patients, steps)
    for false_alarms, found in scene["one_look"]:
        most = math.exp(min(scene["epsilon"], 700)) * false_alarms + scene["delta"]
        assert false_alarms - 1e-12 <= found <= most + 1e-12
    limits = [limit for _, limit in scene["limit"]]
    assert limits == sorted(limits)
    assert limits[-1] == 1


def test_the_discoveries_are_there():
    """More patients help, noise helps more than fewer steps, and ε = 8 forbids little."""
    spent = [privacy_scene(1.0, 256, n, 200)["epsilon"] for n in (300, 3000, 30_000)]
    assert spent[0] > 100 > 10 > spent[1] > 2 > spent[2]
    noisy, short = privacy_scene(2.0, 256, 3000, 200), privacy_scene(1.0, 256, 3000, 100)
    assert noisy["epsilon"] < short["epsilon"] / 2
    weak = privacy_scene(1.05, 256, 3000, 200)
    assert 7 < weak["epsilon"] < 9
    assert weak["found"] > 0.99


def test_words_fit_very_small_and_very_large_values():
    assert privacy_words(privacy_scene(20, 1, 100_000, 1)).startswith(
        "Noise 20.00, batch 1 of 100,000, 1 step: ε = 0.0"
    )
    assert "δ = 1.0e−6. " in privacy_words(privacy_scene(20, 1, 100_000, 1))
    assert "at most 1.1 % of" in privacy_words(privacy_scene(20, 1, 100_000, 1))
    assert "steps: ε = 55," in privacy_words(privacy_scene(0.3, 50, 50, 5000))


def test_moved_from_python_it_tells_what_is_seen():
    explorer = explore.privacy()
    assert "batch 256 of 3,000, 200 steps: ε = 8.72" in explorer.describe()
    explorer.patients = 100
    assert "batch 100 of 100" in explorer.describe()
    with pytest.raises(traitlets.TraitError):
        explorer.noise = 0.0
    stand_in_of(explorer, "PrivacyExplorer")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"noise": 0}, "noise is 0; give a number from 0.3 to 20"),
        ({"noise": "much"}, "noise is 'much'"),
        ({"batch": 3001}, "batch is 3001 of 3000 patients"),
        ({"batch": 0}, "batch is 0; give a whole number from 1"),
        ({"patients": 49}, "patients is 49; give a whole number from 50"),
        ({"steps": 1.5}, "steps is 1.5"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(arguments, message):
    with pytest.raises(ValueError, match=message):
        explore.privacy(**arguments)

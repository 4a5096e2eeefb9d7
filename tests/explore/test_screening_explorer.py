import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from text_forms import stand_in_of

from medtutor import explore, metrics
from medtutor.explore.screening import screening_scene, screening_words

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.integers(0, 2, 120)
PROB = np.clip(RANDOM.normal(0.35 + 0.3 * TRUTH, 0.2), 0, 1)
# 9 of 10 sick and 9 of 10 healthy are called rightly at one half.
NINE_TRUTH = np.repeat([1, 1, 0, 0], [9, 1, 1, 9])
NINE_PROB = np.repeat([0.9, 0.1, 0.9, 0.1], [9, 1, 1, 9])


def test_a_thousand_people_by_hand():
    scene = screening_scene(NINE_TRUTH, NINE_PROB, 0.01, 0.5)
    people = {name: scene[name] for name in ("sick", "found", "missed", "alarms", "cleared")}
    assert people == {"sick": 10, "found": 9, "missed": 1, "alarms": 99, "cleared": 891}
    assert scene["ppv"] == pytest.approx(9 / 108)
    assert scene["net_benefit"] == pytest.approx(0.009 - 0.099)
    assert scene["treat_all"] == pytest.approx(0.01 - 0.99)
    assert screening_words(scene) == (
        "Of 1,000: 10 sick, 9 found, 1 missed; 99 false alarms; an alarm is right in 8 of 100. "
        "Net benefit at this threshold −0.090, treat all −0.980, treat nobody 0. "
        "Calibration error 0.178."
    )


def test_scene_is_what_the_metrics_give():
    scene = screening_scene(TRUTH, PROB, 0.08, 0.4)
    rates = metrics.sensitivity_specificity(TRUTH, (PROB >= 0.4).astype(int))
    values = metrics.predictive_values(*rates, 0.08)
    assert (scene["sensitivity"], scene["specificity"]) == pytest.approx(tuple(rates))
    assert scene["ppv"] == pytest.approx(values.positive)
    expected = metrics.net_benefit(TRUTH, PROB, 0.4, prevalence=0.08)
    assert scene["net_benefit"] == pytest.approx(float(expected))
    weights = np.where(TRUTH == 1, 0.08 / TRUTH.sum(), 0.92 / (1 - TRUTH).sum())
    error = metrics.expected_calibration_error(TRUTH, PROB, sample_weight=weights)
    assert scene["calibration_error"] == pytest.approx(error, abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.005, 0.5), st.floats(0.01, 0.99), st.floats(0.25, 4))
def test_everybody_is_counted_once(prevalence, threshold, temperature):
    scene = screening_scene(TRUTH, PROB, prevalence, threshold, temperature)
    people = [scene[name] for name in ("found", "missed", "alarms", "cleared")]
    assert sum(people) == 1000
    assert min(people) >= 0
    assert scene["found"] + scene["missed"] == scene["sick"]
    assert len(scene["bins"]) == 10


def test_the_discoveries_are_there():
    """Prevalence moves the PPV and no rate; the temperature moves the bins, not their order."""
    rare, common = (screening_scene(TRUTH, PROB, prevalence, 0.5) for prevalence in (0.01, 0.4))
    assert rare["ppv"] < 0.1 < 0.5 < common["ppv"]
    for name in ("sensitivity", "specificity"):
        assert rare[name] == common[name]
    flat, steep = (screening_scene(TRUTH, PROB, 0.4, 0.5, t) for t in (4, 0.25))
    assert flat["found"] == steep["found"]
    assert flat["bins"][0][0] > steep["bins"][0][0]
    assert [share for _, share in flat["bins"]] == [share for _, share in steep["bins"]]


def test_nobody_called_sick_has_no_predictive_value():
    scene = screening_scene(TRUTH, PROB / 2, 0.1, 0.9)
    assert scene["ppv"] is None
    assert "nobody is called sick" in screening_words(scene)


def test_widget_holds_all_that_the_page_computes_with():
    explorer = explore.screening(TRUTH, PROB[:, None], prevalence=0.02, threshold=0.3)
    assert explorer.auc == pytest.approx(roc_auc_score(TRUTH, PROB))
    assert explorer.logits == sorted(explorer.logits)
    assert np.isfinite(explorer.logits).all()
    assert explorer.roc[0] == [0, 0]
    assert explorer.roc[-1] == [1, 1]
    assert explorer.scene() == screening_scene(TRUTH, PROB, 0.02, 0.3) | {
        "bins": explorer.scene()["bins"],
        "calibration_error": explorer.scene()["calibration_error"],
    }


def test_moved_from_python_it_tells_what_is_seen():
    explorer = explore.screening(NINE_TRUTH, NINE_PROB, prevalence=0.5)
    assert "500 sick, 450 found" in explorer.describe()
    explorer.prevalence = 0.01
    assert "10 sick, 9 found, 1 missed; 99 false alarms" in explorer.describe()
    with pytest.raises(traitlets.TraitError):
        explorer.temperature = 8.0
    stand_in_of(explorer, "ScreeningExplorer")


@pytest.mark.parametrize(
    ("labels", "prob", "more", "message"),
    [
        (TRUTH, PROB[:-1], {}, "y_true has 120 cases and y_score 119"),
        (TRUTH, PROB + 3, {}, "probabilities from 0 to 1, not scores: found 3"),
        (np.ones(120, int), PROB, {}, r"all of class \[1\]"),
        (TRUTH, PROB, {"prevalence": 0.001}, "prevalence is 0.001; give a number from 0.005"),
        (TRUTH, PROB, {"threshold": 1}, "threshold is 1; give a number from 0.01 to 0.99"),
        (TRUTH, PROB, {"temperature": "hot"}, "temperature is 'hot'"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(labels, prob, more, message):
    with pytest.raises(ValueError, match=message):
        explore.screening(labels, prob, **more)

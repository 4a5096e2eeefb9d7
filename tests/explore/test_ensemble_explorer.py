import re

import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import log_loss, roc_auc_score
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.ensemble.scene import combined, ensemble_scene, reliability

LABELS = np.array([0, 1, 1, 0, 1])
MEMBERS = np.array(
    [[0.2, 0.9, 0.4, 0.6, 0.7], [0.1, 0.6, 0.6, 0.7, 0.3], [0.4, 0.3, 0.8, 0.2, 1.0]]
)
EXPERT = np.array([0.3, 0.8, 0.9, 0.1, 0.6])
ALL = [True, True, True]


def scene(**options):
    return ensemble_scene(LABELS, MEMBERS, **{"members": ALL, **options})


def test_scores_and_figures_are_those_of_scikit_learn():
    found = scene()
    np.testing.assert_allclose(found["scores"], MEMBERS.mean(axis=0))
    assert found["auc"] == pytest.approx(roc_auc_score(LABELS, MEMBERS.mean(axis=0)))
    assert found["log_loss"] == pytest.approx(log_loss(LABELS, MEMBERS.mean(axis=0)))
    assert found["aucs"] == [pytest.approx(roc_auc_score(LABELS, row)) for row in MEMBERS]
    assert found["n_members"] == 3
    assert found["both_wrong"] == pytest.approx(
        0.2
    )  # the fourth case alone: 0.6 and 0.7 of class 0
    np.testing.assert_array_equal(found["roc"][[0, -1]], [[0, 0], [1, 1]])


def test_three_ways_to_combine_by_hand():
    rows = np.array([[0.8], [0.5], [0.2]])
    assert combined(rows, "mean", None, 0)[0] == pytest.approx(0.5)
    assert combined(rows, "vote", None, 0)[0] == pytest.approx(2 / 3)
    # The logits are ln 4, 0 and -ln 4.
    assert combined(rows, "logit", None, 0)[0] == pytest.approx(0.5)
    assert combined(np.array([[0.8], [0.5]]), "logit", None, 0)[0] == pytest.approx(2 / 3)
    # A quarter of the expert's 1.0, three quarters of the mean 0.5.
    assert combined(rows, "mean", np.array([1.0]), 25)[0] == pytest.approx(0.625)


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.floats(0, 1), min_size=4, max_size=4), min_size=1, max_size=5))
def test_the_mean_never_surprises_more_than_its_members_do_on_average(rows):
    labels = np.array([0, 1, 1, 0])
    found = ensemble_scene(labels, np.array(rows), members=[True] * len(rows))
    assert found["log_loss"] <= np.mean(found["losses"]) + 1e-9


def test_a_member_switched_off_is_not_asked():
    found = scene(members=[False, True, False])
    np.testing.assert_array_equal(found["scores"], MEMBERS[1])
    assert found["both_wrong"] is None
    assert found["aucs"] == [found["auc"]]


def test_with_everybody_off_there_is_nothing_but_the_expert():
    off = [False] * 3
    assert scene(members=off) is None
    assert scene(members=off, expert=EXPERT) is None
    alone = scene(members=off, expert=EXPERT, expert_percent=5)
    np.testing.assert_array_equal(alone["scores"], EXPERT)
    assert alone["n_members"] == 0


def test_reliability_counts_every_case_once():
    bins = reliability(LABELS, np.array([0.05, 0.95, 1.0, 0.0, 0.55]))
    assert bins == [(0.025, 0.0, 2), (0.55, 1.0, 1), (0.975, 0.5 + 0.5, 2)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "median"}, "method is 'median'; choose one of mean, logit, vote"),
        ({"expert_percent": 101}, "expert_percent is 101; give a whole number, 0 to 100"),
        ({"expert_percent": 0.5}, "expert_percent is 0.5"),
        ({"members": [True]}, "members is [True]; give True or False for each of 3 rows"),
        ({"members": None}, "members is None"),
    ],
)
def test_a_bad_setting_is_named(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        scene(**options)


@pytest.mark.parametrize(
    ("labels", "probabilities", "expert", "message"),
    [
        (LABELS, MEMBERS[0], None, "shape (5,); give a row for each of 1 to 9 members"),
        (LABELS, np.zeros((10, 5)), None, "shape (10, 5)"),
        (LABELS, MEMBERS[:, :4], None, "y_true has 5 cases and y_score 4"),
        (LABELS, MEMBERS, EXPERT[:3], "y_true has 5 cases and y_score 3"),
        (LABELS, MEMBERS * 3, None, "go from 0.3 to 3, and must lie between 0 and 1"),
        (LABELS, MEMBERS, EXPERT - 1, "these may be logits"),
        (np.ones(5), MEMBERS, None, "all of class [1.0]"),
        (LABELS, MEMBERS * np.nan, None, "NaN or infinite"),
        (np.arange(2001) % 2, np.zeros((1, 2001)), None, "takes up to 2000"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(labels, probabilities, expert, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        explore.ensemble(labels, probabilities, expert=expert)


@pytest.mark.parametrize(
    ("labels", "probabilities", "expert", "message"),
    [
        (LABELS, MEMBERS[0], None, "shape (5,); give a row for each member"),
        (LABELS, MEMBERS[:, :4], None, "y_true has 5 cases and y_score 4"),
        (LABELS, MEMBERS, EXPERT[:3], "y_true has 5 cases and y_score 3"),
        (LABELS, MEMBERS * 3, None, "go from 0.3 to 3, and must lie between 0 and 1"),
        (np.ones(5), MEMBERS, None, "all of class [1.0]"),
        (LABELS + 1, MEMBERS, None, "y_true holds the values"),
        (LABELS, MEMBERS * np.nan, None, "NaN or infinite"),
    ],
)
def test_a_scene_refuses_them_too(labels, probabilities, expert, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        ensemble_scene(labels, probabilities, members=ALL, expert=expert)


def test_settings_can_be_read_and_set():
    explorer = explore.ensemble(LABELS, MEMBERS, expert=EXPERT)
    assert explorer.members == ALL
    assert "3 of 3 members switched on" in explorer.describe()
    explorer.members = [False] * 3
    assert "nobody is switched on" in explorer.describe()
    explorer.expert_percent = 20
    explorer.method = "vote"
    assert "combined by vote, expert's weight 20 %; AUC 1.000" in explorer.describe()
    with pytest.raises(traitlets.TraitError, match=r"members has 2 entries.*3 members"):
        explorer.members = [True, False]
    with pytest.raises(traitlets.TraitError):
        explorer.method = "median"


def test_text_forms_are_short_and_stable():
    html = stand_in_of(explore.ensemble(LABELS, MEMBERS), "EnsembleExplorer")
    assert "AUC" in html

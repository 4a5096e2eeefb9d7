import re

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score

from medtutor import plots

TRUTH = np.array([1, 1, 1, 0, 0, 1, 0, 0, 0, 0])
PROB = np.repeat([0.9, 0.2], 5)


def lines(ax, gid):
    return [line for line in ax.lines if line.get_gid() == gid]


def test_calibration_shows_each_bin_with_wilsons_interval():
    ax = plots.plot_calibration(TRUTH, PROB, n_bins=2)
    (points,) = lines(ax, "bins")
    np.testing.assert_allclose(points.get_xydata(), [[0.2, 0.2], [0.9, 0.6]])
    bars = ax.collections[0].get_segments()
    expected = binomtest(3, 5).proportion_ci(method="wilson")
    np.testing.assert_allclose(bars[1][:, 1], [expected.low, expected.high])
    assert points.get_label() == "model (2 bins of 5)"
    assert "0.20 → 0.20, 0.90 → 0.60" in plots.alt_text(ax.figure)


def test_two_models_share_axes_and_one_diagonal():
    ax = plots.plot_calibration(TRUTH, PROB, n_bins=2, label="before")
    plots.plot_calibration(TRUTH, PROB / 2, n_bins=3, label="after", ax=ax)
    first, second = lines(ax, "bins")
    assert second.get_label() == "after (3 bins of 3 or 4)"
    assert first.get_color() != second.get_color()
    assert len(ax.lines) == 3
    assert "before" in plots.alt_text(ax.figure)
    assert "after" in plots.alt_text(ax.figure)


def test_precision_recall_at_another_prevalence_is_that_of_repeated_cases():
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], 40)
    score = np.round(rng.normal(truth, 1), 2)
    ax = plots.plot_precision_recall(truth, score, prevalence=0.2)
    rows = np.concatenate([np.repeat(np.flatnonzero(truth == 0), 4), np.flatnonzero(truth == 1)])
    expected = average_precision_score(truth[rows], score[rows])
    assert lines(ax, "precision")[0].get_label() == f"model (AP {expected:.3f})"
    assert "where 20.0% are class 1" in plots.alt_text(ax.figure)
    plots.plot_precision_recall(truth, score, label="as it is", ax=ax)
    own = average_precision_score(truth, score)
    assert lines(ax, "precision")[1].get_label() == f"as it is (AP {own:.3f})"


def test_net_benefit_draws_each_curve_and_the_line_of_nobody():
    cuts = np.linspace(0.1, 0.5, 5)
    ax = plots.plot_net_benefit(cuts, {"model": cuts[::-1] / 5, "treat all": 0.1 - cuts})
    assert [line.get_label() for line in ax.lines] == ["model", "treat all", "treat nobody"]
    assert "at 0.3: model 0.060, treat all -0.200" in plots.alt_text(ax.figure)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.plot_calibration(TRUTH, PROB * 4), "not scores: found 3.6"),
        (lambda: plots.plot_calibration(TRUTH, PROB, n_bins=11), "11 for 10 cases"),
        (lambda: plots.plot_calibration(TRUTH, PROB[:4]), "10 entries and y_score 4"),
        (lambda: plots.plot_precision_recall(TRUTH, PROB, prevalence=8), "prevalence is 8"),
        (lambda: plots.plot_precision_recall(TRUTH * 0, PROB), "give 0 and 1, both present"),
        (lambda: plots.plot_net_benefit([0.1, 0.2], {}), "curves is {}; give a dict"),
        (lambda: plots.plot_net_benefit([0.1, 0.2], {"a": [0.1]}), "the curves a (1,)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        call()


@pytest.mark.parametrize(
    ("thresholds", "curves", "message"),
    [
        ([0.1], [[1.0]], "curves is [[1.0]]; give a dict"),
        ([], {"a": []}, "thresholds have shape (0,)"),
        ([0.1], {"a": [np.nan]}, "finite numbers"),
        ([np.inf], {"a": [1.0]}, "finite numbers"),
    ],
)
def test_bad_curves_of_net_benefit_are_named(thresholds, curves, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.plot_net_benefit(thresholds, curves)


def test_labels_that_are_missing_are_named():
    with pytest.raises(ValueError, match=re.escape("y_true holds [0, 1, None]; give 0 and 1")):
        plots.plot_calibration(np.array([0, 1, None]), PROB[:3], n_bins=2)

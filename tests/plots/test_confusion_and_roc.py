import re

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from medtutor import plots

TRUTH = np.array([0, 0, 0, 0, 1, 1])
CALLED = np.array([0, 0, 0, 1, 0, 1])
SCORES = np.array([0.1, 0.2, 0.3, 0.7, 0.4, 0.9])


def test_confusion_shows_counts_and_row_shares():
    ax = plots.plot_confusion(TRUTH, CALLED, class_names=["healthy", "lesion"])
    assert [text.get_text() for text in ax.texts] == ["3\n75%", "1\n25%", "1\n50%", "1\n50%"]
    np.testing.assert_allclose(ax.images[0].get_array(), [[0.75, 0.25], [0.5, 0.5]])
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["healthy", "lesion"]
    assert plots.alt_text(ax.figure) == (
        "Confusion matrix, 4 of 6 images right: of 4 healthy, 3 called healthy, 1 called lesion; "
        "of 2 lesion, 1 called healthy, 1 called lesion."
    )


def test_many_classes_are_told_in_short():
    truth = np.repeat(np.arange(6), 3)
    called = truth.copy()
    called[0] = 5
    text = plots.alt_text(plots.plot_confusion(truth, called).figure)
    assert "17 of 18 images right: 0 2 of 3, most often taken for 5 (1); 1 3 of 3;" in text


def test_a_class_that_is_absent_has_an_empty_row():
    ax = plots.plot_confusion([0, 1], [0, 1], class_names=["a", "b", "c"])
    assert ax.texts[-1].get_text() == "0\n0%"


def test_without_names_only_the_classes_that_occur_are_drawn():
    ax = plots.plot_confusion([0, 9, 9], [0, 9, 0])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["0", "9"]
    np.testing.assert_allclose(ax.images[0].get_array(), [[1, 0], [0.5, 0.5]])
    assert plots.alt_text(ax.figure).endswith("of 2 9, 1 called 0, 1 called 9.")


def test_a_single_class_needs_no_warning():
    ax = plots.plot_confusion([3, 3], [3, 3])
    assert [text.get_text() for text in ax.texts] == ["2\n100%"]


@pytest.mark.parametrize(
    ("y_pred", "options", "message"),
    [
        (SCORES, {}, "(score >= 0.5).astype(int)"),
        (CALLED[:3], {}, "y_true has 6 entries and y_pred 3"),
        (CALLED, {"class_names": ["only"]}, "class number 1 has no name"),
        (CALLED[:, None], {}, "y_pred has shape (6, 1)"),
    ],
)
def test_bad_predictions_are_named(y_pred, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.plot_confusion(TRUTH, y_pred, **options)


def area_below(line):
    x, y = line.get_xydata().T
    return np.trapezoid(y, x)


def test_roc_has_the_area_that_it_names():
    ax = plots.plot_roc(TRUTH, SCORES[:, None])
    curve = next(line for line in ax.lines if line.get_gid() == "roc")
    auc = roc_auc_score(TRUTH, SCORES)
    assert area_below(curve) == pytest.approx(auc) == 0.875
    assert curve.get_label() == "model (AUC 0.875)"
    assert plots.alt_text(ax.figure) == "model: area under the ROC curve 0.875."


def test_the_operating_point_lies_where_the_threshold_puts_it():
    ax = plots.plot_roc(TRUTH, SCORES, threshold=0.4)
    point = next(line for line in ax.lines if line.get_gid() == "point")
    np.testing.assert_allclose(point.get_xydata(), [[0.25, 1.0]])
    text = "at threshold 0.4 sensitivity 1.000 and specificity 0.750."
    assert plots.alt_text(ax.figure).endswith(text)


@pytest.mark.parametrize("threshold", [float("nan"), "a"])
def test_a_threshold_that_is_no_number_is_named(threshold):
    with pytest.raises(ValueError, match=f"threshold is {threshold!r}; give a number"):
        plots.plot_roc(TRUTH, SCORES, threshold=threshold)


def test_two_models_on_one_plot_differ_in_dash_and_are_both_told():
    ax = plots.plot_roc(TRUTH, SCORES, label="first")
    plots.plot_roc(TRUTH, -SCORES, label="second", ax=ax)
    first, second = (line for line in ax.lines if line.get_gid() == "roc")
    assert first.get_linestyle() != second.get_linestyle()
    assert plots.alt_text(ax.figure) == (
        "first: area under the ROC curve 0.875. second: area under the ROC curve 0.125."
    )


@pytest.mark.parametrize(
    ("y_true", "y_score", "message"),
    [
        (TRUTH, np.eye(2)[TRUTH], "y_score[:, 1]"),
        (TRUTH, SCORES[:2], "y_true has 6 entries and y_score 2"),
        (TRUTH * 0, SCORES, "y_true holds [0]; give 0 and 1, both present"),
        (TRUTH, SCORES * np.nan, "6 scores aren't finite"),
    ],
)
def test_bad_scores_are_named(y_true, y_score, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.plot_roc(y_true, y_score)

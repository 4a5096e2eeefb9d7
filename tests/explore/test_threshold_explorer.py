import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, roc_auc_score
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.threshold.widget import counts_by_threshold

LABELS = np.array([0, 0, 1, 0, 1, 1])
SCORES = np.array([0.1, 0.4, 0.35, 0.4, 0.8, 1.0])


def test_counts_by_hand():
    table = counts_by_threshold(LABELS, SCORES)
    assert table == {
        "thresholds": [1.0, 0.8, 0.4, 0.35, 0.1],
        "true_positives": [1, 2, 2, 3, 3],
        "false_positives": [0, 0, 2, 2, 3],
        "n_positive": 3,
        "n_negative": 3,
    }


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(-5, 5)), min_size=2, max_size=40).filter(
        lambda cases: {label for label, _ in cases} == {0, 1}
    )
)
def test_counts_agree_with_the_confusion_matrix_at_every_score(cases):
    labels, scores = np.array(cases).T
    table = counts_by_threshold(labels, scores / 3)
    assert table["thresholds"] == sorted(set(scores / 3), reverse=True)
    columns = (table["thresholds"], table["true_positives"], table["false_positives"])
    for threshold, true_positives, false_positives in zip(*columns, strict=True):
        matrix = confusion_matrix(labels, scores / 3 >= threshold)
        assert (true_positives, false_positives) == (matrix[1, 1], matrix[0, 1])


def test_widget_holds_all_that_the_page_shows():
    explorer = explore.threshold(LABELS, SCORES, class_names=("healthy", "lesion"), threshold=0.3)
    assert explorer.class_names == ["healthy", "lesion"]
    assert explorer.threshold == 0.3
    assert explorer.table == counts_by_threshold(LABELS, SCORES)
    assert explorer.auc == pytest.approx(roc_auc_score(LABELS, SCORES))
    assert sum(explorer.histogram["negative"]) == 3
    assert sum(explorer.histogram["positive"]) == 3
    assert (explorer.histogram["edges"][0], explorer.histogram["edges"][-1]) == (0, 1)


def test_logits_and_columns_are_taken_as_they_come():
    logits = np.array([[-3.0], [0.5], [4.0]], dtype=np.float32)
    explorer = explore.threshold(np.array([[0], [1], [1]]), logits, threshold=0)
    assert explorer.table["thresholds"] == [4.0, 0.5, -3.0]
    assert (explorer.histogram["edges"][0], explorer.histogram["edges"][-1]) == (-3, 4)


@pytest.mark.parametrize(
    ("labels", "scores", "more", "message"),
    [
        (LABELS, SCORES[:-1], {}, "y_true has 6 cases and y_score 5"),
        (LABELS, [0.1, np.nan, 0.2, 0.3, np.inf, 1], {}, "2 scores are NaN or infinite.*index 1"),
        (np.zeros(6), SCORES, {}, r"6 cases, all of class \[0.0\]"),
        (np.ones(6, int), SCORES, {}, r"all of class \[1\]"),
        (LABELS * 2, SCORES, {}, r"values \[0, 2\]; give 0 \(negative\) and 1"),
        (LABELS, np.ones((6, 2)), {}, r"shape \(6, 2\).*y_score\[:, 1\]"),
        (["a"] * 6, SCORES, {}, "give numbers"),
        ([], [], {}, "y_true holds 0 cases"),
        (LABELS, SCORES, {"class_names": ("a", "b", "c")}, "give two names"),
        (LABELS, SCORES, {"class_names": "ab"}, "give two names"),
        (LABELS, SCORES, {"threshold": np.nan}, "give a finite number"),
        (LABELS, SCORES, {"threshold": "a"}, "threshold is 'a'; give a finite number"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(labels, scores, more, message):
    with pytest.raises(ValueError, match=message):
        explore.threshold(labels, scores, **more)


def test_text_forms_are_short_and_stable():
    explorer = explore.threshold(LABELS, SCORES, class_names=("healthy", "<lesion>"))
    html = stand_in_of(explorer, "ThresholdExplorer")
    assert "3 &lt;lesion&gt; and 3 healthy cases" in html

import re
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import (
    balanced_accuracy_score,
    confusion_matrix,
    mean_absolute_error,
    roc_auc_score,
)

from medtutor.metrics import bootstrap_interval, sensitivity_specificity


def test_sensitivity_and_specificity_are_those_of_the_confusion_matrix():
    rng = np.random.default_rng(0)
    y_true, y_pred = rng.integers(0, 2, (2, 50))
    tn, fp, fn, tp = confusion_matrix(y_true, y_pred).ravel()
    found = sensitivity_specificity(y_true, y_pred)
    np.testing.assert_allclose(found, (tp / (tp + fn), tn / (tn + fp)))
    assert found.sensitivity != found.specificity


@pytest.mark.parametrize(
    ("y_true", "y_pred", "message"),
    [
        ([0, 1], [0, 1, 1], "2 entries and y_pred 3"),
        ([1, 1], [0, 1], "only 1"),
        ([0, 1], [0.2, 0.9], "(score >= 0.5)"),
        ([[0], [1]], [0, 1], "shape (2, 1)"),
    ],
)
def test_bad_labels_are_named(y_true, y_pred, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        sensitivity_specificity(y_true, y_pred)


def patients_with_alike_images(seed=0, n_patients=40, n_images=8):
    """Images of one patient share label and score."""
    rng = np.random.default_rng(seed)
    label = np.arange(n_patients) % 2
    score = label + rng.normal(0, 1, n_patients)
    return tuple(np.repeat(part, n_images) for part in (label, score, np.arange(n_patients)))


def test_interval_by_patient_is_wider_than_by_image():
    y_true, y_score, patients = patients_with_alike_images()
    by_image = bootstrap_interval(roc_auc_score, y_true, y_score, n=200)
    by_patient = bootstrap_interval(roc_auc_score, y_true, y_score, groups=patients, n=200)
    assert by_patient.estimate == by_image.estimate == roc_auc_score(y_true, y_score)
    width = by_patient.high - by_patient.low
    assert width > 2 * (by_image.high - by_image.low)
    assert by_patient.low < by_patient.estimate < by_patient.high


def test_interval_of_a_mean_has_the_known_width():
    values = np.random.default_rng(1).normal(size=400)
    found = bootstrap_interval(lambda _, y: float(y.mean()), np.zeros(400), values, n=2000)
    expected = 2 * 1.96 * values.std() / np.sqrt(400)
    assert found.high - found.low == pytest.approx(expected, rel=0.06)


def test_interval_depends_on_the_seed_alone():
    y_true, y_score, patients = patients_with_alike_images()
    runs = [
        bootstrap_interval(roc_auc_score, y_true, y_score, groups=patients, n=50, seed=seed)
        for seed in (3, 3, 4)
    ]
    assert runs[0] == runs[1] != runs[2]
    assert str(runs[0]) == f"{runs[0].estimate:.3f} ({runs[0].low:.3f} to {runs[0].high:.3f})"


def test_order_of_images_does_not_matter():
    y_true, y_score, patients = patients_with_alike_images()
    order = np.random.default_rng(0).permutation(len(y_true))
    mixed = bootstrap_interval(
        roc_auc_score, y_true[order], y_score[order], groups=patients[order], n=50
    )
    np.testing.assert_allclose(
        mixed, bootstrap_interval(roc_auc_score, y_true, y_score, groups=patients, n=50)
    )


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([0, 1], [0.1]), {}, "y_score 1"),
        (([0, 1], [0.1, 0.2]), {"groups": [1]}, "groups 1"),
        (([], []), {}, "y_true has shape (0,); give (N, ...), one entry at least"),
        (([0, 1], [0.1, 0.2]), {"seed": -1}, "seed is -1; give a whole number from 0 up"),
        (([0, 1], [0.1, 0.2]), {"seed": "a"}, "seed is 'a'"),
        (([0, 1], [0.1, 0.2]), {"n": 0}, "n is 0"),
        (([0, 1], [0.1, 0.2]), {"n": 1.5}, "n is 1.5"),
        (([0, 1], [0.1, 0.2]), {"level": 95}, "level is 95; give a number above 0 to below 1"),
        (([0, 1], [0.1, 0.2]), {"level": "0.95"}, "level is '0.95'"),
        (([0, 0], [0.1, 0.2]), {}, "metric gives nan for all the data"),
        (([None, "a"], ["a", "a"]), {}, "y_true has entries that are missing"),
    ],
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_bad_calls_of_the_bootstrap_are_named(arguments, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        bootstrap_interval(roc_auc_score, *arguments, **options)


def test_a_name_is_no_metric():
    with pytest.raises(ValueError, match="metric is 'auc'; give a function"):
        bootstrap_interval("auc", [0, 1], [0.1, 0.2])


def test_metrics_and_plots_need_no_tensorflow():
    code = "import sys, medtutor.metrics, medtutor.plots; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize("step", [0.1, 1.0])
def test_measurements_are_no_classes(step):
    ages = (np.random.default_rng(0).uniform(12, 200, 80) / step).round() * step
    guesses = ages + np.linspace(-9, 9, 80)
    found = bootstrap_interval(mean_absolute_error, ages, guesses, n=50)
    assert found.low < found.estimate == mean_absolute_error(ages, guesses) < found.high


def test_grades_are_classes():
    grades = np.array([0] * 30 + [1] * 30 + [2, 3, 4])
    with pytest.raises(ValueError, match="too few patients of the rare class"):
        bootstrap_interval(balanced_accuracy_score, grades, grades, n=50)
    columns = np.eye(5)[grades]
    with pytest.raises(ValueError, match="too few patients of the rare class"):
        bootstrap_interval(
            lambda *both: roc_auc_score(*both, multi_class="ovr"), grades, columns, n=50
        )


def test_counts_are_no_classes_where_they_are_floats():
    counts = np.array([0] * 20 + [1] * 10 + [2, 3, 4, 5])
    guesses = np.roll(counts, 3)
    with pytest.raises(ValueError, match=re.escape("y_true.astype(float)")):
        bootstrap_interval(mean_absolute_error, counts, guesses, n=50)
    found = bootstrap_interval(mean_absolute_error, counts.astype(float), guesses, n=50)
    assert found.low < found.estimate == mean_absolute_error(counts, guesses) < found.high


def test_every_finding_of_several_is_in_each_resample():
    rng = np.random.default_rng(0)
    truth = np.zeros((40, 3), int)
    truth[:20, 0] = truth[10:30, 1] = truth[:2, 2] = 1
    found = bootstrap_interval(roc_auc_score, truth, rng.random((40, 3)), n=50)
    assert found.low < found.estimate < found.high


def test_resamples_without_a_value_are_drawn_again():
    def precision(truth, called):
        return truth[called].mean() if called.any() else np.nan

    called = np.arange(30) < 2
    found = bootstrap_interval(precision, np.arange(30) % 2, called, n=50)
    assert found == (0.5, 0.0, 1.0)


@pytest.mark.parametrize(
    "metric", [sensitivity_specificity, lambda truth, called: np.array([0.5]), lambda *both: None]
)
def test_a_metric_gives_one_number(metric):
    with pytest.raises(ValueError, match="give a function that gives one number"):
        bootstrap_interval(metric, [0, 1], [0, 1])

"""Wrong answers to lesson 11 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from sklearn.calibration import calibration_curve
from sklearn.feature_selection import SelectKBest, f_classif
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import (
    GroupKFold,
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from medtutor import metrics
from medtutor.exercises import lesson_11


def binned(y, p, n_bins):
    """Return counts, mean probabilities and shares of bins of equal count."""
    rows = np.array_split(np.argsort(p, kind="stable"), n_bins)
    parts = [(len(b), np.mean(p[b]), np.mean(y[b])) for b in rows]
    return tuple(np.array(column) for column in zip(*parts, strict=True))


def of_bins(summary):
    return lambda y, p, n_bins: summary(*binned(y, p, n_bins))


def by_loop(y, p, n_bins):
    cases = sorted(zip(p.tolist(), y.tolist(), strict=True), key=lambda case: case[0])
    total, start = 0.0, 0
    for number in range(n_bins):
        size = len(cases) // n_bins + (number < len(cases) % n_bins)
        part = cases[start : start + size]
        total += abs(sum(c[0] - c[1] for c in part))
        start += size
    return total / len(cases)


def equal_width(y, p, n_bins):
    place = np.clip(np.digitize(p, np.linspace(0, 1, n_bins + 1)) - 1, 0, n_bins - 1)
    return sum(abs((p[place == b] - y[place == b]).sum()) for b in range(n_bins)) / len(p)


def by_scikit_learn(y, p, n_bins):
    share, mean = calibration_curve(y, p, n_bins=n_bins, strategy="quantile")
    return np.mean(np.abs(share - mean))


def cut_by(sizes):
    """Cut the sorted images into bins of these sizes."""

    def wrong(y, p, n_bins):
        bins = np.split(np.argsort(p, kind="stable"), np.cumsum(sizes(len(p), n_bins))[:-1])
        return sum(abs((p[b] - y[b]).sum()) for b in bins) / len(p)

    return wrong


def from_the_top(y, p, n_bins):
    bins = np.array_split(np.argsort(-p, kind="stable"), n_bins)
    return sum(abs((p[b] - y[b]).sum()) for b in bins) / len(p)


def by_whole_numbers(y, p, n_bins):
    means, shares = np.zeros_like(p), np.zeros_like(p)
    for b in np.array_split(np.argsort(p, kind="stable"), n_bins):
        means[b], shares[b] = p[b].mean(), y[b].mean()
    return abs(means - shares).mean()


def flat(images):
    return images.reshape(len(images), -1)


def whole(k=20):
    return make_pipeline(SelectKBest(f_classif, k=k), StandardScaler(), LogisticRegression())


def grouped(images, labels, patients, model=None, seed=0, folds=None):
    folds = folds or StratifiedGroupKFold(5, shuffle=True, random_state=seed)
    scores = cross_val_score(
        model or whole(), flat(images), labels, groups=patients, cv=folds, scoring="roc_auc"
    )
    return scores.mean()


def pooled(images, labels, patients):
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=1)
    scores = cross_val_predict(
        whole(), flat(images), labels, groups=patients, cv=folds, method="predict_proba"
    )
    return roc_auc_score(labels, scores[:, 1])


def selected_before(images, labels, patients):
    chosen = SelectKBest(f_classif, k=20).fit_transform(flat(images), labels)
    return grouped(chosen, labels, patients, make_pipeline(StandardScaler(), LogisticRegression()))


def split_by_image(images, labels, patients):
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    return cross_val_score(whole(), flat(images), labels, cv=folds, scoring="roc_auc").mean()


def on_training_folds(images, labels, patients):
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    found = cross_validate(
        whole(),
        flat(images),
        labels,
        groups=patients,
        cv=folds,
        scoring="roc_auc",
        return_train_score=True,
    )
    return found["train_score"].mean()


def fitted_to_all(images, labels, patients):
    scores = whole().fit(flat(images), labels).predict_proba(flat(images))[:, 1]
    return roc_auc_score(labels, scores)


def by_accuracy(images, labels, patients):
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    return cross_val_score(whole(), flat(images), labels, groups=patients, cv=folds).mean()


def best_fold(images, labels, patients):
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    return cross_val_score(
        whole(), flat(images), labels, groups=patients, cv=folds, scoring="roc_auc"
    ).max()


def of_called_classes(images, labels, patients):
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=0)
    called = cross_val_predict(whole(), flat(images), labels, groups=patients, cv=folds)
    return roc_auc_score(labels, called)


def fold_by_fold(images, labels, patients):
    aucs = []
    for train, test in GroupKFold(5).split(flat(images), labels, patients):
        fitted = whole().fit(flat(images)[train], labels[train])
        aucs.append(roc_auc_score(labels[test], fitted.decision_function(flat(images)[test])))
    return np.float32(np.mean(aucs))


def resampled(y, a, b, patients, seed=1, n=2000):
    """Return the difference on resampled patients."""
    rng = np.random.default_rng(seed)
    names = np.unique(patients)
    rows_of = [np.flatnonzero(patients == one) for one in names]
    gains = np.equal(a, y).astype(float) - np.equal(b, y)
    values = []
    for _ in range(n):
        rows = np.concatenate([rows_of[i] for i in rng.integers(len(names), size=len(names))])
        values.append(gains[rows].mean())
    return np.array(values)


def by_counts(y, a, b, patients, seed=5, n=2000):
    _, number = np.unique(patients, return_inverse=True)
    sums = np.bincount(number, (a == y).astype(float) - (b == y))
    counts = np.bincount(number)
    drawn = np.random.default_rng(seed).multinomial(
        len(sums), np.full(len(sums), 1 / len(sums)), size=n
    )
    return np.quantile(drawn @ sums / (drawn @ counts), (0.025, 0.975)).tolist()


def with_the_library(y, a, b, patients):
    found = metrics.bootstrap_difference(
        lambda truth, called: np.mean(truth == called), y, a, b, groups=patients, n=2000
    )
    return found.low, found.high


def two_resamples(y, a, b, patients):
    nothing = 1 - y
    apart = resampled(y, a, nothing, patients, 1) - resampled(y, b, nothing, patients, 2)
    return np.quantile(apart, (0.025, 0.975))


def by_image(y, a, b, patients):
    return np.quantile(resampled(y, a, b, np.arange(len(y))), (0.025, 0.975))


def counted_once(y, a, b, patients):
    rng = np.random.default_rng(0)
    names = np.unique(patients)
    gains = (a == y).astype(float) - (b == y)
    values = [gains[np.isin(patients, rng.choice(names, len(names)))].mean() for _ in range(2000)]
    return np.quantile(values, (0.025, 0.975))


def quantiles(low, high):
    return lambda y, a, b, patients: np.quantile(resampled(y, a, b, patients), (low, high))


def one_deviation(y, a, b, patients):
    values = resampled(y, a, b, patients)
    return values.mean() - values.std(), values.mean() + values.std()


def normal(y, a, b, patients):
    values = resampled(y, a, b, patients)
    return values.mean() - 1.96 * values.std(), values.mean() + 1.96 * values.std()


def means_of_patients(y, a, b, patients):
    _, number = np.unique(patients, return_inverse=True)
    gains = np.bincount(number, (a == y).astype(float) - (b == y)) / np.bincount(number)
    drawn = np.random.default_rng(0).integers(len(gains), size=(2000, len(gains)))
    return np.quantile(gains[drawn].mean(axis=1), (0.025, 0.975))


def first_images(y, a, b, patients):
    _, first = np.unique(patients, return_index=True)
    return np.quantile(resampled(y[first], a[first], b[first], patients[first]), (0.025, 0.975))


def half_of_the_patients(y, a, b, patients):
    rng = np.random.default_rng(0)
    _, number = np.unique(patients, return_inverse=True)
    sums, counts = np.bincount(number, (a == y).astype(float) - (b == y)), np.bincount(number)
    drawn = rng.integers(len(sums), size=(2000, len(sums) // 2))
    return np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), (0.025, 0.975))


def without_replacement(y, a, b, patients):
    middle = np.mean(a == y) - np.mean(b == y)
    return middle, middle


def from_zero(y, a, b, patients):
    return 0.0, np.abs(quantiles(0.025, 0.975)(y, a, b, patients)).max()


def of_one_model(y, a, b, patients):
    return np.quantile(resampled(y, a, 1 - y, patients), (0.025, 0.975))


RIGHT = [
    ("predictive_value", lambda s, c, p: s * p / (s * p + (1 - c) * (1 - p))),
    ("predictive_value", lambda s, c, p: metrics.predictive_values(s, c, p).positive),
    ("predictive_value", lambda s, c, p: np.float32(s * p / (s * p + (1 - c) * (1 - p)))),
    ("calibration_error", of_bins(lambda n, mean, share: (n * abs(mean - share)).sum() / n.sum())),
    ("calibration_error", by_loop),
    (
        "calibration_error",
        lambda y, p, n_bins: metrics.expected_calibration_error(y, p, n_bins=n_bins),
    ),
    ("cost_threshold", lambda missed, alarm: alarm / (alarm + missed)),
    ("cost_threshold", lambda missed, alarm: 1 - missed / (missed + alarm)),
    ("cost_threshold", lambda missed, alarm: (alarm / missed) / (1 + alarm / missed)),
    *[("leak_free_auc", lambda *study, s=s: grouped(*study, seed=s)) for s in range(4)],
    ("leak_free_auc", pooled),
    ("leak_free_auc", lambda *study: grouped(*study, folds=GroupKFold(5))),
    ("leak_free_auc", lambda *study: grouped(*study, model=whole(50))),
    ("difference_interval", quantiles(0.025, 0.975)),
    *[("difference_interval", lambda *study, s=s: by_counts(*study, seed=s)) for s in range(6)],
    ("difference_interval", with_the_library),
    ("difference_interval", normal),
    ("difference_interval", lambda *study: list(quantiles(0.025, 0.975)(*study))),
    ("leak_free_auc", fold_by_fold),
]

WRONG = [
    ("predictive_value", lambda s, c, p: p * s / (p * s + 1 - c), "Only the healthy"),
    ("predictive_value", lambda s, c, p: s / (s + 1 - c), "The prevalence is missing"),
    ("predictive_value", lambda s, c, p: p * s / (p * s + (1 - p) * c), "Alarmed is the rest"),
    (
        "predictive_value",
        lambda s, c, p: (1 - p) * c / ((1 - p) * c + p * (1 - s)),
        "negative predictive value",
    ),
    ("predictive_value", lambda s, c, p: s, "turns the question round"),
    ("predictive_value", lambda s, c, p: p * s, "sick and found. Divide"),
    ("predictive_value", lambda s, c, p: p * s + (1 - p) * c, "accuracy"),
    ("predictive_value", lambda s, c, p: 100 * p * s / (p * s + (1 - p) * (1 - c)), "per cent"),
    (
        "predictive_value",
        lambda s, c, p: (1 - p) * (1 - c) / (p * s + (1 - p) * (1 - c)),
        "share of alarms that are false",
    ),
    (
        "predictive_value",
        lambda s, c, p: round(p * s / (p * s + (1 - p) * (1 - c)), 2),
        "sensitivity 0.8",
    ),
    (
        "predictive_value",
        lambda s, c, p: p * s / (p * s + (1 - p) * (1 - c)) if p > 0.05 else 0.0,
        "one in a hundred",
    ),
    ("calibration_error", equal_width, "equal width"),
    (
        "calibration_error",
        of_bins(lambda n, mean, share: abs(mean - share).mean()),
        "plain mean over bins",
    ),
    ("calibration_error", by_scikit_learn, "11 images in 3 bins"),
    ("calibration_error", of_bins(lambda n, mean, share: abs(mean - share).sum()), "the sum"),
    (
        "calibration_error",
        of_bins(lambda n, mean, share: (n * (mean - share)).sum() / n.sum()),
        "cancel",
    ),
    (
        "calibration_error",
        of_bins(lambda n, mean, share: (n * (mean - share) ** 2).sum() / n.sum()),
        "You square",
    ),
    ("calibration_error", of_bins(lambda n, mean, share: abs(mean - share).max()), "worst bin"),
    (
        "calibration_error",
        of_bins(lambda n, mean, share: np.sqrt((n * (mean - share) ** 2).sum() / n.sum())),
        "root",
    ),
    ("calibration_error", lambda y, p, n_bins: np.mean((p - y) ** 2), "Brier"),
    ("calibration_error", lambda y, p, n_bins: np.abs(p - y).mean(), "image by image"),
    ("calibration_error", lambda y, p, n_bins: by_loop(y, np.sort(p), n_bins), "11 images"),
    ("calibration_error", lambda y, p, n_bins: by_loop(y, p, 10), "11 images"),
    (
        "calibration_error",
        lambda y, p, n_bins: by_loop(y, p, min(n_bins, 3)),
        "11 images in 4 bins",
    ),
    (
        "calibration_error",
        lambda y, p, n_bins: by_loop(y[::-1], p[::-1], n_bins),
        "kind='stable'",
    ),
    (
        "calibration_error",
        lambda y, p, n_bins: (
            sum(
                abs((p[b] - y[b]).sum())
                for b in np.arange(len(p) // n_bins * n_bins).reshape(n_bins, -1)
            )
            / len(p)
        ),
        "11 images in 3 bins",
    ),
    ("calibration_error", lambda y, p, n_bins: by_loop(y, p, max(1, n_bins - 1)), "your result"),
    ("calibration_error", lambda y, p, n_bins: by_loop(y, p, n_bins + 1), "your result"),
    ("calibration_error", from_the_top, "the *first* bins one longer"),
    (
        "calibration_error",
        cut_by(lambda n, k: n // k + (np.arange(k) == k - 1) * (n % k)),
        "the *first* bins one longer",
    ),
    ("calibration_error", by_whole_numbers, "whole numbers"),
    (
        "calibration_error",
        lambda y, p, n_bins: (
            sum(abs((p[b] - y[b]).sum()) for b in np.array_split(np.argsort(p), n_bins)) / len(p)
        ),
        "80 images with three probabilities",
    ),
    ("cost_threshold", lambda missed, alarm: missed / (alarm + missed), "wrong way round"),
    ("cost_threshold", lambda missed, alarm: alarm / max(alarm, missed), "your result is 1,"),
    ("cost_threshold", lambda missed, alarm: alarm / (missed + 1), "your result"),
    ("cost_threshold", lambda missed, alarm: 1 / (1 + missed), "your result"),
    (
        "cost_threshold",
        lambda missed, alarm: 1 / max(alarm / (alarm + missed), 1e-9),
        "your result is 1.4",
    ),
    ("cost_threshold", lambda missed, alarm: 0.5, "only where both mistakes cost the same"),
    ("cost_threshold", lambda missed, alarm: alarm / missed, "odds at the threshold"),
    ("cost_threshold", lambda missed, alarm: missed / max(alarm, 1e-9), "is a probability"),
    ("cost_threshold", lambda missed, alarm: 100 * alarm / (alarm + missed), "per cent"),
    ("cost_threshold", lambda missed, alarm: alarm // (alarm + missed), "more than a miss"),
    (
        "cost_threshold",
        lambda missed, alarm: min(0.1, alarm / (alarm + missed)),
        "more than a miss",
    ),
    ("cost_threshold", lambda missed, alarm: round(alarm / (alarm + missed), 2), "your result"),
    ("leak_free_auc", selected_before, "before the split"),
    ("leak_free_auc", split_by_image, "Split by patient"),
    ("leak_free_auc", on_training_folds, "that the model was fitted to"),
    ("leak_free_auc", fitted_to_all, "that the model was fitted to"),
    ("leak_free_auc", lambda *study: 0.5, "only 0.50"),
    ("leak_free_auc", lambda *study: 1 - grouped(*study), "upside down"),
    (
        "leak_free_auc",
        lambda *study: cross_val_score(whole(), flat(study[0]), study[1], scoring="roc_auc"),
        "one AUC",
    ),
    ("leak_free_auc", by_accuracy, "Is that accuracy"),
    ("leak_free_auc", best_fold, "the best of the folds"),
    ("leak_free_auc", of_called_classes, "not of called classes"),
    (
        "leak_free_auc",
        lambda *study: grouped(*study, make_pipeline(StandardScaler(), LogisticRegression())),
        "the 20 best pixels",
    ),
    (
        "leak_free_auc",
        lambda *study: grouped(*study, folds=StratifiedGroupKFold(2)),
        "In each of five folds",
    ),
    ("leak_free_auc", lambda *study: 100 * grouped(*study), "from 0 to 1"),
    ("leak_free_auc", lambda images, labels: 0.5, "argument"),
    ("leak_free_auc", 0.5, "a function is expected"),
    ("difference_interval", two_resamples, "*same* resample"),
    ("difference_interval", by_image, "draw patients with all their images"),
    ("difference_interval", quantiles(0.05, 0.95), "0.025 and 0.975"),
    ("difference_interval", counted_once, "np.isin"),
    ("difference_interval", one_deviation, "one standard deviation"),
    ("difference_interval", lambda y, a, b, p: quantiles(0.025, 0.975)(y, b, a, p), "sign"),
    ("difference_interval", of_one_model, "accuracy of a minus accuracy of b"),
    ("difference_interval", quantiles(0.975, 0.025), "lower bound first"),
    ("difference_interval", lambda *study: resampled(*study).mean(), "two numbers"),
    ("difference_interval", means_of_patients, "a mean of patients' means"),
    ("difference_interval", first_images, "all images"),
    ("difference_interval", half_of_the_patients, "as many patients as there are"),
    ("difference_interval", without_replacement, "with replacement"),
    ("difference_interval", from_zero, "sign"),
    (
        "difference_interval",
        lambda *study: 100 * quantiles(0.025, 0.975)(*study),
        "as shares of all images",
    ),
]

LESSON = lesson_11
BLANK_FUNCTIONS = [
    ("predictive_value", lambda sensitivity, specificity, prevalence: ...),
    ("calibration_error", lambda y, p, n_bins: None),
    ("cost_threshold", lambda cost_missed, cost_alarm: ...),
    ("leak_free_auc", lambda images, labels, patients: ...),
    ("difference_interval", lambda y, a, b, patients: None),
]

"""Wrong answers to lesson 21 get the message that helps, right ones pass."""

from fractions import Fraction
from math import ceil, floor, sqrt

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy.stats import binomtest

from medtutor.exercises import lesson_21

Z = 1.96


def sick(p, d):
    return Z**2 * p * (1 - p) / d**2


def by_fractions(p, d, share):
    p, d, share = (Fraction(str(one)) for one in (p, d, share))
    return ceil(ceil(Fraction("1.96") ** 2 * p * (1 - p) / d**2) / share)


def by_scipy(k, n):
    if n == 0:
        return [0.0, 1.0]
    found = binomtest(int(k), int(n)).proportion_ci(method="wilson")
    return found.low, found.high


def by_quadratic(k, n):
    """Solve (p - k/n)² = z² p (1 - p) / n."""
    if n == 0:
        return np.array([0.0, 1.0])
    return np.sort(np.roots([1 + Z**2 / n, -2 * k / n - Z**2 / n, (k / n) ** 2]).real)


def by_method(method):
    def interval(k, n):
        found = binomtest(int(k), int(n)).proportion_ci(method=method) if n else None
        return (found.low, found.high) if n else (0.0, 1.0)

    return interval


def agresti_coull(k, n):
    n_more, p = n + Z**2, (k + Z**2 / 2) / (n + Z**2)
    half = Z * sqrt(p * (1 - p) / n_more)
    return (p - half, p + half) if n else (0.0, 1.0)


def wilson(k, n):
    p, below = k / n, 1 + Z**2 / n
    middle = (p + Z**2 / (2 * n)) / below
    half = Z / below * sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return middle - half, middle + half


def middle_and_half(k, n):
    low, high = wilson(k, n)
    return (low + high) / 2, (high - low) / 2


def half_changed(k, n, factor):
    middle, half = middle_and_half(k, n)
    return middle - factor * half, middle + factor * half


def empty_is(value):
    return lambda k, n: wilson(k, n) if n else value


def normal(image):
    image = np.asarray(image, float)
    return (image - image.mean()) / max(image.std(), 1e-9)


def vectorised(images, splits):
    flat = np.array([normal(one).ravel() for one in images])
    far = np.abs(flat[:, None] - flat[None]).max(axis=-1)
    pairs = np.argwhere(np.triu(far <= 0.01, 1) & (splits[:, None] != splits[None]))
    return [tuple(pair) for pair in pairs.tolist()]


def by_loops(images, splits):
    pairs = []
    for i in range(len(images)):
        for j in range(i):
            far = [
                abs(a - b) for a, b in zip(*(normal(images[k]).flat for k in (i, j)), strict=True)
            ]
            if splits[i] != splits[j] and not any(one > 0.01 for one in far):
                pairs.append([j, i])
    return sorted(pairs)


def compared(change=lambda image: image, same=np.array_equal):
    def pairs(images, splits):
        n = len(images)
        return [
            (i, j)
            for i in range(n)
            for j in range(i + 1, n)
            if splits[i] != splits[j] and same(change(images[i]), change(images[j]))
        ]

    return pairs


def by_column(image):
    image = np.asarray(image, float)
    return (image - image.mean(axis=0)) / np.maximum(image.std(axis=0), 1e-9)


def by_correlation(images, splits):
    def same(one, other):
        return abs(np.corrcoef(one.ravel(), other.ravel())[0, 1]) > 0.999

    with np.errstate(invalid="ignore", divide="ignore"):
        return compared(same=same)(images, splits)


def without_spread(images, splits):
    with np.errstate(invalid="ignore", divide="ignore"):
        return compared(
            lambda image: (image - image.mean()) / image.std(),
            lambda a, b: np.abs(a - b).max() <= 0.01,
        )(images, splits)


def changing(images, splits):
    pairs = vectorised(images, splits)
    images[:] = 0
    return pairs


FAULTS = {
    "no patients": lambda r: r.get("patients") is None,
    "threshold from test": lambda r: r.get("threshold_from") == "test",
    "accuracy without prevalence": lambda r: (
        r.get("accuracy") is not None and r.get("prevalence") is None
    ),
    "no interval": lambda r: r.get("interval") is None,
    "same hospital called external": lambda r: (
        r.get("validation") == "external"
        and r.get("test_hospital") in (r.get("train_hospitals") or ())
    ),
}


def reviewed(order=sorted, **other):
    rules = FAULTS | {name.replace("_", " "): rule for name, rule in other.items()}
    return lambda report: order(name for name, rule in rules.items() if rule(report))


def by_ifs(report):
    found = []
    if report.get("accuracy") is not None and report.get("prevalence") is None:
        found += ["accuracy without prevalence"]
    if not report.get("interval"):
        found += ["no interval"]
    if report.get("patients", None) is None:
        found += ["no patients"]
    trained = report.get("train_hospitals")
    inside = trained is not None and report.get("test_hospital") in trained
    if inside and report.get("validation") == "external":
        found += ["same hospital called external"]
    if report.get("threshold_from") == "test":
        found += ["threshold from test"]
    return found


LESSON = lesson_21

RIGHT = [
    ("sample_size", by_fractions),
    ("sample_size", lambda p, d, share: float(np.ceil(np.ceil(sick(p, d)) / share - 1e-9))),
    ("sample_size", lambda p, d, share: -(-ceil(sick(p, d)) * 10000 // round(10000 * share))),
    ("sample_size", lambda p, d, share: ceil(round(ceil(sick(p, d)) / share, 6))),
    ("wilson", by_scipy),
    ("wilson", by_quadratic),
    ("wilson", lambda k, n: wilson(k, n) if n else (0, 1)),
    ("wilson", lambda k, n: np.array(wilson(k, n)) if n else np.array([0.0, 1.0])),
    ("find_duplicates", vectorised),
    ("find_duplicates", by_loops),
    ("find_duplicates", compared(normal, lambda a, b: np.abs(a - b).max() <= 0.01)),
    ("review", by_ifs),
    ("review", reviewed()),
    ("review", lambda report: tuple(by_ifs(report))),
]

TWICE = "twice"
WRONG = [
    ("sample_size", lambda p, d, share: ceil(sick(p, d)), "sick patients alone"),
    ("sample_size", lambda p, d, share: ceil(sick(p, d) / share), "third of a patient"),
    ("sample_size", lambda p, d, share: round(sick(p, d) / share), "For "),
    ("sample_size", lambda p, d, share: floor(sick(p, d)) / share, "not down"),
    ("sample_size", lambda p, d, share: ceil(round(sick(p, d)) / share), "For "),
    ("sample_size", lambda p, d, share: floor(ceil(sick(p, d)) / share), "For "),
    ("sample_size", lambda p, d, share: ceil(ceil(sick(p, d)) / share) + 1, "For "),
    ("sample_size", lambda p, d, share: ceil(sick(p, d) * share), "multiply"),
    ("sample_size", lambda p, d, share: ceil(ceil(sick(p, d)) / (1 - share + 1e-12)), "healthy"),
    ("sample_size", lambda p, d, share: ceil(ceil(p * (1 - p) / d**2) / share), "68 %"),
    ("sample_size", lambda p, d, share: ceil(ceil(2**2 * p * (1 - p) / d**2) / share), "For "),
    ("sample_size", lambda p, d, share: ceil(ceil(1.645**2 * p * (1 - p) / d**2) / share), "90 %"),
    ("sample_size", lambda p, d, share: ceil(ceil(Z * p * (1 - p) / d**2) / share), "squared"),
    ("sample_size", lambda p, d, share: ceil(ceil(Z**2 * p / d**2) / share), "not p alone"),
    ("sample_size", lambda p, d, share: ceil(ceil(Z**2 * (1 - p) / d**2) / share), "For "),
    ("sample_size", lambda p, d, share: ceil(ceil(Z**2 * 0.25 / d**2) / share), "worst case"),
    ("sample_size", lambda p, d, share: ceil(ceil(Z**2 * p * (1 - p) / d) / share), "half as wide"),
    ("sample_size", lambda p, d, share: ceil(ceil(4 * sick(p, d)) / share), "half width already"),
    ("sample_size", lambda p, d, share: ceil(ceil(sick(p, 2 * d)) / share), "For "),
    ("sample_size", lambda p, share, d: ceil(ceil(sick(p, d)) / share), "For "),
    ("sample_size", lambda d, p, share: ceil(ceil(sick(p, d)) / share), "For "),
    ("sample_size", lambda p, d, share: 695, "For p = 0.8"),
    ("sample_size", lambda p, d, share: ceil(ceil(sick(p, 0.05)) / share), "your result is"),
    ("sample_size", lambda p, d, share: (ceil(sick(p, d)), by_fractions(p, d, share)), "For "),
    ("sample_size", lambda p, d, share: str(by_fractions(p, d, share)), "For "),
    ("sample_size", 695, "a function is expected"),
    ("wilson", lambda k, n: by_method("exact")(k, n), "For "),
    ("wilson", lambda k, n: by_method("wilsoncc")(k, n), "For "),
    ("wilson", agresti_coull, "For "),
    ("wilson", lambda k, n: half_changed(k, n, 1 + Z**2 / n) if n else (0, 1), "half width is"),
    ("wilson", lambda k, n: middle_and_half(k, n) if n else (0, 1), "middle and the half width"),
    ("wilson", empty_is(None), "0 of 0"),
    ("wilson", empty_is((0.0, 0.0)), "0 of 0"),
    ("wilson", empty_is((np.nan, np.nan)), "0 of 0"),
    ("wilson", empty_is((0.5, 0.5)), "0 of 0"),
    ("wilson", wilson, "0 of 0"),
    ("wilson", lambda k, n: empty_is((0.0, 1.0))(k, n)[::-1], "lower bound first"),
    ("wilson", lambda k, n: (0.744, 0.965), "For 27 of 30"),
    ("wilson", lambda k, n: wilson(k, n)[0] if n else 0.0, "For "),
    ("wilson", lambda k, n: (k / n, *wilson(k, n)) if n else (0.0, 0.0, 1.0), "3 values"),
    ("wilson", lambda k, n: (*wilson(k, n), k / n) if n else (0.0, 1.0, 0.0), "3 values"),
    ("wilson", lambda k, n: tuple(np.round(empty_is((0, 1))(k, n), 2)), "For "),
    ("wilson", lambda k, n: tuple(np.array(empty_is((0, 1))(k, n)) * n), "For "),
    (
        "wilson",
        lambda k, n: ((k / n - 1.96 * sqrt(k / n * (1 - k / n) / n)), 1) if n else (0.0, 1.0),
        "For ",
    ),
    (
        "wilson",
        lambda k, n: (
            (
                k / n - Z * sqrt(k / n * (1 - k / n) / n),
                k / n + Z * sqrt(k / n * (1 - k / n) / n),
            )
            if n
            else (0.0, 1.0)
        ),
        "simple interval",
    ),
    (
        "wilson",
        lambda k, n: (
            (
                max(0, k / n - Z * sqrt(k / n * (1 - k / n) / n)),
                min(1, k / n + Z * sqrt(k / n * (1 - k / n) / n)),
            )
            if n
            else (0.0, 1.0)
        ),
        "simple interval",
    ),
    ("wilson", lambda k, n: empty_is((0.0, 1.0))(k, max(n - 1, k)) if n else (0.0, 1.0), "For "),
    ("wilson", lambda k, n: empty_is((0.0, 1.0))(n - k, n), "who were missed"),
    ("wilson", lambda k, n: {"low": 0.0, "high": 1.0}, "For "),
    ("wilson", (0.744, 0.965), "a function is expected"),
    ("find_duplicates", lambda images, splits: [], "For eight pictures"),
    ("find_duplicates", lambda images, splits: len(vectorised(images, splits)), "For "),
    ("find_duplicates", compared(), "made brighter"),
    ("find_duplicates", compared(lambda image: image.astype(float)), "made brighter"),
    ("find_duplicates", compared(lambda image: image.tobytes(), lambda a, b: a == b), "brighter"),
    ("find_duplicates", compared(np.sort), "For "),
    ("find_duplicates", compared(lambda image: normal(image).mean(), np.isclose), "For "),
    ("find_duplicates", compared(lambda image: image.mean(), np.isclose), "For "),
    ("find_duplicates", compared(lambda image: np.sort(normal(image).ravel()), np.allclose), "For"),
    ("find_duplicates", compared(lambda image: np.abs(normal(image)), np.allclose), "negative"),
    ("find_duplicates", by_correlation, "For "),
    ("find_duplicates", compared(normal, lambda a, b: np.abs(a - b).max() <= 0.1), "quite equal"),
    ("find_duplicates", compared(normal, np.allclose), "your result holds 1 value, expected 5"),
    ("find_duplicates", compared(normal, lambda a, b: (a - b).max() <= 0.01), "For "),
    ("find_duplicates", compared(by_column, lambda a, b: np.abs(a - b).max() <= 0.01), "For "),
    (
        "find_duplicates",
        compared(lambda image: normal(image)[0], lambda a, b: np.abs(a - b).max() <= 0.01),
        "For ",
    ),
    (
        "find_duplicates",
        lambda images, splits: [p for p in vectorised(images, splits) if images[p[0]].std()],
        "mind a spread of 0",
    ),
    ("find_duplicates", without_spread, "flat"),
    ("find_duplicates", compared(normal, lambda a, b: np.abs(a - b).mean() <= 0.1), "For "),
    ("find_duplicates", compared(normal, lambda a, b: (a - b).max() <= 5), "For "),
    (
        "find_duplicates",
        lambda images, splits: vectorised(images, np.arange(len(images))),
        "inside",
    ),
    (
        "find_duplicates",
        lambda images, splits: [pair[::-1] for pair in vectorised(images, splits)],
        "smaller number",
    ),
    (
        "find_duplicates",
        lambda images, splits: sorted(
            vectorised(images, splits) + [pair[::-1] for pair in vectorised(images, splits)]
        ),
        TWICE,
    ),
    (
        "find_duplicates",
        lambda images, splits: [(i + 1, j + 1) for i, j in vectorised(images, splits)],
        "at place 0, at place 0, is 1",
    ),
    (
        "find_duplicates",
        lambda images, splits: [int(i) for pair in vectorised(images, splits) for i in pair],
        "For ",
    ),
    (
        "find_duplicates",
        lambda images, splits: [(splits[i], splits[j]) for i, j in vectorised(images, splits)],
        "For ",
    ),
    (
        "find_duplicates",
        lambda images, splits: vectorised(images, splits)[::-1],
        "For ",
    ),
    (
        "find_duplicates",
        lambda images, splits: vectorised(images, splits)[:1],
        "For ",
    ),
    ("find_duplicates", changing, "in place"),
    (
        "find_duplicates",
        lambda images, splits: [p for p in vectorised(images, splits) if "test" in splits[list(p)]],
        "training and validation",
    ),
    ("review", lambda report: [], "For a report with all"),
    ("review", lambda report: sorted(FAULTS), "without fault"),
    ("review", lambda report: len(by_ifs(report)), "For "),
    ("review", lambda report: by_ifs(report)[:-1], "For "),
    ("review", lambda report: by_ifs(report)[::-1], "alphabetical"),
    ("review", reviewed(order=list), "For "),
    ("review", lambda report: ", ".join(by_ifs(report)), "For "),
    ("review", lambda report: [name.replace(" ", "_") for name in by_ifs(report)], "For "),
    ("review", reviewed(loud_title=lambda r: r.get("title", "").isupper()), "For "),
    ("review", reviewed(no_patients=lambda r: False), "'no patients'"),
    ("review", reviewed(no_patients=lambda r: "patients" not in r), "'no patients'"),
    ("review", reviewed(no_patients=lambda r: r["patients"] is None), "KeyError"),
    ("review", reviewed(no_interval=lambda r: False), "'no interval'"),
    ("review", reviewed(no_interval=lambda r: r.get("interval", 1) is None), "'no interval'"),
    ("review", reviewed(threshold_from_test=lambda r: False), "'threshold from test'"),
    (
        "review",
        reviewed(threshold_from_test=lambda r: r.get("threshold_from") != "validation"),
        "from costs",
    ),
    (
        "review",
        reviewed(accuracy_without_prevalence=lambda r: r.get("prevalence") is None),
        "no accuracy either",
    ),
    (
        "review",
        reviewed(
            accuracy_without_prevalence=lambda r: (
                bool(r.get("accuracy")) and r.get("prevalence") is None
            )
        ),
        "accuracy of 0",
    ),
    (
        "review",
        reviewed(accuracy_without_prevalence=lambda r: r.get("accuracy") is not None),
        "beside it",
    ),
    (
        "review",
        reviewed(
            same_hospital_called_external=lambda r: r["test_hospital"] in r["train_hospitals"]
        ),
        "nobody calls it external",
    ),
    (
        "review",
        reviewed(
            same_hospital_called_external=lambda r: (
                r.get("validation") == "external" and r["test_hospital"] == r["train_hospitals"][0]
            )
        ),
        "'same hospital called external'",
    ),
    (
        "review",
        reviewed(
            same_hospital_called_external=lambda r: (
                r.get("validation") == "external" and r["test_hospital"] in r["train_hospitals"]
            )
        ),
        "nobody says which hospitals were trained on",
    ),
    (
        "review",
        reviewed(
            same_hospital_called_external=lambda r: (
                r.get("validation") == "external"
                and r.get("test_hospital") in r.get("train_hospitals", [])
            )
        ),
        "nobody says which hospitals were trained on",
    ),
    ("review", reviewed(no_patients=lambda r: not r.get("patients")), "numbers of 0"),
    (
        "review",
        reviewed(
            accuracy_without_prevalence=lambda r: (
                r.get("accuracy") is not None and not r.get("prevalence")
            )
        ),
        "numbers of 0",
    ),
    (
        "review",
        reviewed(same_hospital_called_external=lambda r: r.get("validation") == "external"),
        "without fault",
    ),
    (
        "review",
        reviewed(
            same_hospital_called_external=lambda r: (
                r.get("validation") != "internal" and r["test_hospital"] in r["train_hospitals"]
            )
        ),
        "no validation is named",
    ),
    (
        "review",
        reviewed(
            same_hospital_called_external=lambda r: (
                r.get("validation") == "external" and r["test_hospital"] == r["train_hospitals"][-1]
            )
        ),
        "'same hospital called external'",
    ),
    (
        "review",
        reviewed(threshold_from_test=lambda r: r.get("threshold_from") in ("test", None)),
        "nobody says",
    ),
    ("review", lambda report: set(by_ifs(report)), "For "),
    ("review", lambda report: dict.fromkeys(by_ifs(report), True), "For "),
]

BLANK_FUNCTIONS = [
    ("sample_size", lambda p, half_width, prevalence: ...),
    ("wilson", lambda k, n: None),
    ("find_duplicates", lambda images, splits: ...),
    ("review", lambda report: None),
]

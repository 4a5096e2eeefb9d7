"""Wrong answers to lesson 12 get the message that helps, right ones pass."""

from math import comb

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy.ndimage import gaussian_filter
from scipy.special import logit
from scipy.stats import binom
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from medtutor.exercises import lesson_12

LESSON = lesson_12


def mirrored_by_places(image, head):
    """Mirror column by column, with 0 where the mirror place lies outside the image."""
    numbers = np.asarray(image, dtype=float)
    columns = np.flatnonzero(head.any(axis=0))
    result = np.zeros_like(numbers)
    for j in range(numbers.shape[1]):
        k = columns[0] + columns[-1] - j
        if 0 <= k < numbers.shape[1]:
            result[:, j] = numbers[:, k]
    return result


def difference(image, head):
    return np.asarray(image, dtype=float) - mirrored_by_places(image, head)


def left_of_middle(head):
    """Return the half of a head left of its middle column, as a mask."""
    columns = np.flatnonzero(head.any(axis=0))
    return head & (np.arange(head.shape[1]) <= (columns[0] + columns[-1]) / 2)


def clipped_logits(p, least=0.001):
    return logit(np.clip(p, least, 1 - least))


def stacked(prepare, column=1, **options):
    def predicted(val, y, test):
        model = LogisticRegression(**options).fit(prepare(val), y)
        return model.predict_proba(prepare(test))[:, column]

    return predicted


def by_pipeline(val, y, test):
    model = make_pipeline(FunctionTransformer(clipped_logits), LogisticRegression())
    return model.fit(val, y).predict_proba(test)[:, 1].tolist()


def by_coefficients(val, y, test):
    model = LogisticRegression().fit(clipped_logits(val), y)
    return 1 / (1 + np.exp(-(clipped_logits(test) @ model.coef_[0] + model.intercept_[0])))


def tail(error, n, least):
    return sum(comb(n, k) * error**k * (1 - error) ** (n - k) for k in range(least, n + 1))


RIGHT = [
    ("n_trainable", lambda layers, frozen: sum(w for n, w, _ in layers if n not in frozen)),
    (
        "n_trainable",
        lambda layers, frozen: np.int64(
            sum(w for _, w, _ in layers) - sum(w for n, w, _ in layers if n in set(frozen))
        ),
    ),
    ("average_probabilities", lambda p: p.mean(axis=0)),
    ("average_probabilities", lambda p: sum(p) / len(p)),
    ("average_probabilities", lambda p: np.einsum("mnk->nk", p.astype(float)) / p.shape[0]),
    ("majority_error", lambda error, n: tail(error, n, n // 2 + 1)),
    ("majority_error", lambda error, n: binom.sf(n // 2, n, error)),
    ("majority_error", lambda error, n: 1 - binom.cdf(n // 2, n, error)),
    ("asymmetry", lambda i, h: np.abs(gaussian_filter(difference(i, h), 1.5)[h]).max()),
    ("asymmetry", lambda i, h: np.max(np.abs(gaussian_filter(-difference(i, h), 1.5)) * h)),
    ("stack", stacked(clipped_logits)),
    ("stack", by_pipeline),
    ("stack", by_coefficients),
]

WRONG = [
    ("n_trainable", lambda layers, frozen: sum(w + s for _, w, s in layers), "everything that"),
    ("n_trainable", lambda layers, frozen: sum(w for _, w, _ in layers), "all layers"),
    (
        "n_trainable",
        lambda layers, frozen: sum(w for n, w, _ in layers if n in frozen),
        "These are the frozen ones",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum(w for n, w, _ in layers[:-1] if n not in frozen),
        "the head, is missing",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum(w + s for n, w, s in layers if n not in frozen),
        "stored means and variances",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum(w for n, w, _ in layers if not any(f in n for f in frozen)),
        "in the list as a whole",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum(w for _, w, _ in layers[len(frozen) :]),
        "need not be the first ones",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum(w for n, w, _ in layers if n not in " ".join(frozen)),
        "Compare whole names",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum({w for n, w, _ in layers if n not in frozen}),
        "equally many weights",
    ),
    (
        "n_trainable",
        lambda layers, frozen: sum(w for n, w, s in layers if n not in frozen and not s),
        "may have stored statistics",
    ),
    ("n_trainable", lambda layers, frozen: 4290.5, "4290.5"),
    ("n_trainable", lambda layers, frozen: 4291, "4291"),
    ("n_trainable", 4290, "a function is expected"),
    ("average_probabilities", lambda p: p.mean(axis=1), "over the cases"),
    ("average_probabilities", lambda p: p.mean(axis=-1), "over the classes"),
    ("average_probabilities", lambda p: p.sum(axis=0), "That is the sum"),
    ("average_probabilities", lambda p: p.max(axis=0), "doesn't sum to 1"),
    (
        "average_probabilities",
        lambda p: p.max(axis=0) / p.max(axis=0).sum(axis=-1, keepdims=True),
        "scaled to sum 1",
    ),
    (
        "average_probabilities",
        lambda p: np.eye(p.shape[2])[p.argmax(axis=2)].mean(axis=0),
        "count votes",
    ),
    ("average_probabilities", lambda p: np.exp(np.log(p).mean(axis=0)), "doesn't even sum to 1"),
    ("average_probabilities", lambda p: np.median(p, axis=0), "median"),
    ("average_probabilities", lambda p: p.mean(axis=0).argmax(axis=1), "These are classes"),
    ("average_probabilities", lambda p: p[0], "first member alone"),
    ("average_probabilities", lambda p: p.mean(), "0 axes, expected 2"),
    ("average_probabilities", lambda p: p.mean(axis=0).astype(p.dtype), "2/3"),
    ("majority_error", lambda error, n: error**n, "all are wrong"),
    ("majority_error", lambda error, n: error * n, "wrong on average"),
    (
        "majority_error",
        lambda error, n: sum(error**k * (1 - error) ** (n - k) for k in range(n // 2 + 1, n + 1)),
        "binomial coefficient is missing",
    ),
    ("majority_error", lambda error, n: tail(error, n, n // 2), "one too early"),
    ("majority_error", lambda error, n: tail(error, n, n // 2 + 2), "one too late"),
    ("majority_error", lambda error, n: binom.cdf(n // 2, n, error), "majority is right"),
    ("majority_error", lambda error, n: tail(error, n, n // 2 + 1) - error**n, "ends one too"),
    (
        "majority_error",
        lambda error, n: binom.pmf(n // 2 + 1, n, error),
        "exactly the smallest majority",
    ),
    (
        "majority_error",
        lambda error, n: sum(comb(n, k) * error**k for k in range(n // 2 + 1, n + 1)),
        "The others must be right",
    ),
    ("majority_error", lambda error, n: error, "one member's error"),
    ("majority_error", lambda error, n: 3 * error**2 * (1 - error) + error**3, "5 members"),
    ("asymmetry", lambda i, h: np.abs(gaussian_filter(i * 1.0 - i[::-1], 1.5))[h].max(), "rows"),
    ("asymmetry", lambda i, h: np.abs(difference(i, h))[h].max(), "noisiest pixel"),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(i * 1.0 - i[:, ::-1], 1.5))[h].max(),
        "image's middle",
    ),
    (
        "asymmetry",
        lambda i, h: gaussian_filter(difference(i, h), 1.5)[h].max(),
        "The dark lesion vanishes",
    ),
    (
        "asymmetry",
        lambda i, h: gaussian_filter(np.abs(difference(i, h)), 1.5)[h].max(),
        "Smooth first",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(difference(i, h), 1.5)).max(),
        "inside the head",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(difference(i, h), 1.5))[h].mean(),
        "drowns",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(difference(i, h), 1.5))[h],
        "Return the largest",
    ),
    (
        "asymmetry",
        lambda i, h: (-gaussian_filter(difference(i, h), 1.5))[h].max(),
        "take absolute values",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(difference(i, h), 1.5) * left_of_middle(h)).max(),
        "everywhere inside the head",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(difference(i, h), 1.5))[
            h & (mirrored_by_places(h, h) > 0)
        ].max(),
        "everywhere inside the head",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(gaussian_filter(difference(i * h, h), 1.5))[h].max(),
        "subtract whole images",
    ),
    (
        "asymmetry",
        lambda i, h: np.abs(
            gaussian_filter(i.astype(int) - mirrored_by_places(i.astype(int), h).astype(int), 1.5)
        )[h].max(),
        "smooth whole numbers",
    ),
    ("asymmetry", lambda i, h: np.abs(gaussian_filter(difference(i, h), 3))[h].max(), "expected"),
    (
        "asymmetry",
        lambda i, h: np.abs(
            gaussian_filter(i - mirrored_by_places(i, h).astype(i.dtype), 1.5).astype(float)
        )[h].max(),
        "run over",
    ),
    ("stack", stacked(lambda p: p), "You fit on probabilities"),
    ("stack", stacked(clipped_logits, column=0), "class 0"),
    ("stack", lambda v, y, t: (stacked(clipped_logits)(v, y, t) > 0.5).astype(int), "classes"),
    ("stack", lambda v, y, t: t.mean(axis=1), "plain mean"),
    ("stack", lambda v, y, t: stacked(clipped_logits)(t, y, t), "used the test patients"),
    ("stack", lambda v, y, t: stacked(clipped_logits)(v, y, v), "predict the validation"),
    ("stack", stacked(logit), "0.001"),
    ("stack", stacked(lambda p: clipped_logits(p, 1e-6)), "Clip to 0.001"),
    ("stack", stacked(lambda p: np.log(np.clip(p, 0.001, 0.999))), "That is log p"),
    (
        "stack",
        lambda v, y, t: logit(stacked(clipped_logits)(v, y, t)),
        "These are logits",
    ),
    ("stack", lambda v, y, t: stacked(clipped_logits)(v[:, :2], y, t[:, :2]), "all columns"),
    ("stack", lambda v, y, t: t[:, 0], "expected"),
    ("stack", stacked(clipped_logits, C=1e6), "expected"),
]

BLANK_FUNCTIONS = [
    ("n_trainable", lambda layers, frozen: ...),
    ("average_probabilities", lambda p: None),
    ("majority_error", lambda error, n_members: ...),
    ("asymmetry", lambda image, head: ...),
    ("stack", lambda val_scores, y_val, test_scores: None),
]

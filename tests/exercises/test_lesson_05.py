"""Lesson 05's checks: right answers pass, wrong ones get the message that helps."""

import warnings

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor import scratch
from medtutor.exercises import lesson_05


def quietly(function):
    def quiet(*args):
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args)

    return quiet


# huber


def huber_with_where(y_true, y_pred, delta):
    miss = np.abs(y_true - y_pred)
    return np.where(miss <= delta, 0.5 * miss**2, delta * (miss - 0.5 * delta))


def huber_in_parts(y_true, y_pred, delta):
    """The near part and the rest of the way: q²/2 + delta * (miss - q)."""
    miss = np.abs(y_pred - y_true)
    near = np.minimum(miss, delta)
    return near**2 / 2 + delta * (miss - near)


def huber_where(near):
    def loss(y_true, y_pred, delta):
        miss = np.abs(y_true - y_pred)
        return np.where(near(miss, delta), 0.5 * miss**2, delta * (miss - 0.5 * delta))

    return loss


def huber_typed_like_the_truth(y_true, y_pred, delta):
    loss = np.zeros_like(y_true)
    loss[...] = huber_with_where(y_true, y_pred, delta)
    return loss


# class_weights


def weights_by_counting(labels, n_classes):
    counts = np.bincount(labels, minlength=n_classes)
    return labels.size / (n_classes * counts)


def weights_by_shares(labels, n_classes):
    return [1 / (n_classes * np.mean(labels == c)) for c in range(n_classes)]


def weights_in_order_of_appearance(labels, n_classes):
    return [len(labels) / (n_classes * np.sum(labels == c)) for c in dict.fromkeys(labels.tolist())]


# stable_crossentropy


def stable_by_logaddexp(y_true, logits):
    return np.logaddexp(0, logits) - logits * y_true


def stable_by_parts(y_true, logits):
    return np.maximum(logits, 0) - logits * y_true + np.log1p(np.exp(-np.abs(logits)))


def stable_by_where(y_true, logits):
    above = logits - logits * y_true + np.log1p(np.exp(-logits))
    return np.where(logits > 0, above, -logits * y_true + np.log1p(np.exp(logits)))


def textbook(y_true, logits):
    p = 1 / (1 + np.exp(-logits))
    return -(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def clipped(y_true, logits):
    p = np.clip(1 / (1 + np.exp(-logits)), 1e-7, 1 - 1e-7)
    return -(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def with_a_little_more(y_true, logits):
    p = 1 / (1 + np.exp(-logits))
    return -(y_true * np.log(p + 1e-7) + (1 - y_true) * np.log(1 - p + 1e-7))


def stable_typed_like_the_logits(y_true, logits):
    return stable_by_logaddexp(y_true, logits).astype(logits.dtype)


# soft_dice


def dice_by_sums(mask, prediction):
    return 1 - 2 * np.sum(mask * prediction) / (np.sum(mask) + np.sum(prediction) + 1e-7)


def dice_by_dot_product(mask, prediction):
    overlap = mask.ravel() @ prediction.ravel()
    return 1 - overlap / ((mask + prediction).sum() / 2 + 5e-8)


def dice_with_two_epsilons(mask, prediction):
    overlap = (mask * prediction).sum()
    return 1 - (2 * overlap + 1e-7) / (mask.sum() + prediction.sum() + 1e-7)


def dice_with_a_case_apart(mask, prediction):
    return dice_by_sums(mask, prediction) if mask.any() or prediction.any() else 0.0


def dice_of_rows(mask, prediction):
    return np.mean([dice_by_sums(*rows) for rows in zip(mask, prediction, strict=True)])


def jaccard(mask, prediction):
    overlap = (mask * prediction).sum()
    return 1 - overlap / (mask.sum() + prediction.sum() - overlap + 1e-7)


# crossentropy_gradient


def gradient_by_formula(labels, logits, weights):
    truth = np.eye(logits.shape[1])[labels]
    return weights[labels][:, None] * (scratch.softmax(logits) - truth) / len(labels)


def plain_softmax(logits):
    return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)


def gradient_with_plain_softmax(labels, logits, weights):
    truth = np.eye(logits.shape[1])[labels]
    return weights[labels][:, None] * (plain_softmax(logits) - truth) / len(labels)


def gradient_with_one_maximum(labels, logits, weights):
    truth = np.eye(logits.shape[1])[labels]
    return weights[labels][:, None] * (plain_softmax(logits - logits.max()) - truth) / len(labels)


def gradient_of_three_classes(labels, logits, weights):
    truth = np.eye(3)[labels]
    return weights[labels][:, None] * (scratch.softmax(logits) - truth) / len(labels)


def gradient_by_library(labels, logits, weights):
    return scratch.sparse_categorical_crossentropy_grad(
        1.0, labels, logits, from_logits=True, sample_weight=weights[labels]
    )


RIGHT = [
    ("huber", huber_with_where),
    ("huber", huber_in_parts),
    (
        "huber",
        lambda y, p, d: scratch.huber(
            1.0 * y[..., None], 1.0 * p[..., None], delta=d, reduction="none"
        ),
    ),
    ("class_weights", weights_by_counting),
    ("class_weights", weights_by_shares),
    ("stable_crossentropy", stable_by_logaddexp),
    ("stable_crossentropy", stable_by_parts),
    ("soft_dice", dice_by_sums),
    ("soft_dice", dice_by_dot_product),
    ("crossentropy_gradient", gradient_by_formula),
    ("crossentropy_gradient", gradient_by_library),
]
WRONG = [
    ("huber", 3.0, "a function is expected"),
    ("huber", lambda y, p, d: huber_with_where(y, p, d).mean(), "the mean; give the loss of every"),
    ("huber", lambda y, p, d: 2 * huber_with_where(y, p, d), "twice too large"),
    ("huber", lambda y, p, d: (p - y) ** 2 / 2, "the squared error alone"),
    (
        "huber",
        lambda y, p, d: np.where(abs(p - y) <= d, (p - y) ** 2, d * abs(p - y) - d**2 / 2),
        "without it the curve jumps",
    ),
    (
        "huber",
        lambda y, p, d: np.where(abs(p - y) <= d, (p - y) ** 2 / 2, d * abs(p - y)),
        "lacks its − delta² / 2",
    ),
    (
        "huber",
        lambda y, p, d: np.where(p - y <= d, (p - y) ** 2 / 2, d * (p - y) - d**2 / 2),
        "far too low is treated as if it were close",
    ),
    (
        "huber",
        lambda y, p, d: np.where(abs(p - y) <= d, (p - y) ** 2 / 2, abs(p - y) - d / 2),
        "it should be delta",
    ),
    ("huber", huber_where(lambda miss, d: miss**2 <= d), "You compare the square of the miss"),
    ("huber", huber_where(lambda miss, d: miss <= d / 2), "begins at half of delta"),
    ("huber", huber_where(lambda miss, d: miss <= 2 * d), "begins at twice delta"),
    ("huber", huber_where(lambda miss, d: miss > d), "formulas are swapped"),
    ("huber", huber_where(lambda miss, d: miss <= 1), "your result is -2.5 at [1], expected 2"),
    (
        "huber",
        lambda y, p, d: huber_with_where(y, p, 5.0),
        "delta 1: your result is 4.5 at [0], expected 2.5",
    ),
    ("huber", huber_typed_like_the_truth, "whole numbers (int64): were decimals cut off?"),
    ("huber", lambda y, p, d: np.abs(p - y), "your result is 1 at [0], expected 0.5"),
    ("class_weights", lambda y, k: np.bincount(y) / len(y), "shares of the classes"),
    ("class_weights", lambda y, k: len(y) / np.bincount(y), "divide by the number of classes"),
    ("class_weights", lambda y, k: 1 / np.bincount(y), "Multiply by N / C"),
    ("class_weights", lambda y, k: weights_by_counting(y, k)[y], "a weight for every case"),
    (
        "class_weights",
        lambda y, k: weights_by_counting(y, k) / weights_by_counting(y, k).sum(),
        "add up to 1 over the classes",
    ),
    (
        "class_weights",
        lambda y, k: np.bincount(y).max() / np.bincount(y),
        "most frequent class has weight 1",
    ),
    ("class_weights", lambda y, k: len(y) // (k * np.bincount(y)), "The fractions are cut off"),
    (
        "class_weights",
        lambda y, k: weights_by_counting(y, k).astype(int),
        "one made by np.zeros_like(counts) holds whole numbers",
    ),
    ("class_weights", lambda y, k: weights_by_counting(y, k).round(1), "your result is 0.4 at"),
    ("class_weights", weights_in_order_of_appearance, "your result is 1.25 at [1]"),
    ("class_weights", lambda y, k: weights_by_counting(y, 4), "For two classes, as many"),
    ("class_weights", lambda y, k: dict(enumerate(weights_by_counting(y, k))), "an array of"),
    ("stable_crossentropy", quietly(textbook), "log(0) is infinite. Start from the logit"),
    ("stable_crossentropy", clipped, "A limit on the probability, or a small number added"),
    ("stable_crossentropy", with_a_little_more, "or a small number added to it"),
    ("stable_crossentropy", stable_typed_like_the_logits, "whole numbers (int64)"),
    (
        "stable_crossentropy",
        lambda y, z: stable_by_logaddexp(y, z).astype(int),
        "logits -2, 0.5 and 3: your result is 0 at [0], expected 0.126928 (3 of 3 values differ). "
        "Your array holds whole numbers",
    ),
    (
        "stable_crossentropy",
        quietly(lambda y, z: np.log(1 + np.exp(z)) - z * y),
        "exp overflows for a large logit",
    ),
    ("stable_crossentropy", lambda y, z: stable_by_parts(y, z).mean(), "the mean; give the loss"),
    ("stable_crossentropy", lambda y, z: stable_by_parts(1 - y, z), "are swapped"),
    ("stable_crossentropy", lambda y, z: -stable_by_parts(y, z), "The sign is turned"),
    ("stable_crossentropy", lambda y, z: np.maximum(z, 0) - z * y, "log1p(exp(-|z|)) is missing"),
    ("stable_crossentropy", stable_by_where, "np.where computes both sides for all elements"),
    ("soft_dice", dice_with_two_epsilons, "Two empty masks give 0 with your formula"),
    ("soft_dice", dice_with_a_case_apart, "Two empty masks give 0 with your formula"),
    (
        "soft_dice",
        lambda m, p: 1 - (2 * (m * p).sum() + 1) / (m.sum() + p.sum() + 1),
        "You add 1 above and below the line",
    ),
    ("soft_dice", dice_of_rows, "a loss for each row"),
    ("soft_dice", lambda m, p: dice_by_sums(m, p > 0.5), "You round the prediction"),
    ("soft_dice", lambda m, p: round(dice_by_sums(m, p), 2), "expected"),
    ("soft_dice", lambda m, p: 1 - dice_by_sums(m, p), "the loss is 1 minus it"),
    ("soft_dice", jaccard, "intersection over the union (Jaccard)"),
    (
        "soft_dice",
        lambda m, p: 1 - (m * p).sum() / (m.sum() + p.sum() + 1e-7),
        "The overlap counts twice",
    ),
    ("soft_dice", lambda m, p: dice_by_sums(m, p >= 0.5), "You round the prediction"),
    (
        "soft_dice",
        quietly(lambda m, p: 1 - 2 * (m * p).sum() / (m.sum() + p.sum())),
        "0 / 0 for two empty masks",
    ),
    (
        "soft_dice",
        lambda m, p: 1 - 2 * (m * p).sum() / ((m**2).sum() + (p**2).sum() + 1e-7),
        "You square the prediction",
    ),
    ("soft_dice", lambda m, p: 1 - 2 * m * p / (m + p + 1e-7), "one single number is expected"),
    ("crossentropy_gradient", lambda y, z, w: -gradient_by_formula(y, z, w), "sign is turned"),
    (
        "crossentropy_gradient",
        lambda y, z, w: gradient_by_formula(y, z, w) * len(y),
        "the gradient of the sum",
    ),
    (
        "crossentropy_gradient",
        lambda y, z, w: gradient_by_formula(y, z, w) / z.shape[1],
        "divide by the number of classes",
    ),
    (
        "crossentropy_gradient",
        lambda y, z, w: gradient_by_formula(y, z, np.ones_like(w)),
        "class weights are left out",
    ),
    (
        "crossentropy_gradient",
        lambda y, z, w: gradient_by_formula(y, z, np.ones_like(w)) * w,
        "You multiply each column",
    ),
    (
        "crossentropy_gradient",
        lambda y, z, w: gradient_by_formula(y, z, w) * len(y) / w[y].sum(),
        "PyTorch does; Keras and this course",
    ),
    (
        "crossentropy_gradient",
        lambda y, z, w: w[y][:, None] * (z - np.eye(z.shape[1])[y]) / len(y),
        "turn them into probabilities",
    ),
    ("crossentropy_gradient", quietly(gradient_with_plain_softmax), "your result is nan"),
    ("crossentropy_gradient", quietly(gradient_with_one_maximum), "largest logit of each row"),
    ("crossentropy_gradient", gradient_of_three_classes, "For one single case of four classes"),
    ("crossentropy_gradient", lambda y, z, w: scratch.softmax(z)[y], "your result is"),
]
LESSON = lesson_05
BLANK_FUNCTIONS = [
    ("huber", lambda y_true, y_pred, delta: ...),
    ("class_weights", lambda labels, n_classes: ...),
    ("stable_crossentropy", lambda y_true, logits: ...),
    ("soft_dice", lambda mask, prediction: None),
    ("crossentropy_gradient", lambda labels, logits, weights: ...),
]

"""Wrong answers to lesson 10 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy import ndimage
from sklearn.linear_model import Ridge

from medtutor.exercises import lesson_10
from medtutor.scratch import affine_warp

SWAP = {"left": "right", "right": "left"}


def dropped_where(x, mask, rate, training):
    return np.where(mask, np.asarray(x, float) / (1 - rate), 0.0) if training else x


def dropped_in_place(x, mask, rate, training):
    if not training:
        return x
    x[mask == 0] = 0
    return x / (1 - rate)


def cut_off(x, mask, rate, training):
    result = np.zeros_like(x)
    result[...] = x * mask / (1 - rate) if training else x
    return result


def by_sklearn(x, y, strength):
    model = Ridge(alpha=strength, solver="svd").fit(x[:, :-1], y)
    return np.append(model.coef_, model.intercept_)


def by_inverse(x, y, strength):
    penalty = strength * np.eye(x.shape[1])
    penalty[-1, -1] = 0
    return np.linalg.inv(x.T @ x + penalty) @ x.T @ y


def by_more_rows(x, y, strength):
    """Least squares with a patient more for each weight, whose answer should be 0."""
    pull = np.sqrt(strength) * np.eye(x.shape[1])[:-1]
    return np.linalg.lstsq(np.vstack([x, pull]), np.append(y, np.zeros(len(pull))), rcond=None)[0]


def warped(picture, matrix, shift, order):
    return affine_warp(picture[None, :, :, None], matrix, shift, order=order)[0, :, :, 0]


def pair(image, mask, matrix, shift):
    return warped(image, matrix, shift, 1), warped(mask, matrix, shift, 0)


def by_scipy(image, mask, matrix, shift):
    middle = (np.array(image.shape) - 1) / 2
    offset = middle + shift - matrix @ middle
    return [
        ndimage.affine_transform(each, matrix, offset, order=order, mode="nearest")
        for each, order in ((image, 1), (mask, 0))
    ]


def about_the_corner(image, mask, matrix, shift):
    return [
        ndimage.affine_transform(each, matrix, shift, order=order, mode="nearest")
        for each, order in ((image, 1), (mask, 0))
    ]


def float_mask(image, mask, matrix, shift):
    return warped(image, matrix, shift, 1), warped(mask.astype(float), matrix, shift, 0)


def with_waiting(val_loss, patience):
    lowest, best, waiting = np.inf, 0, 0
    for epoch, loss in enumerate(val_loss):
        waiting += 1
        if loss < lowest:
            lowest, best, waiting = loss, epoch, 0
        if waiting == patience:
            break
    return best, epoch + 1


def by_slices(val_loss, patience):
    for n in range(1, len(val_loss) + 1):
        best = int(np.argmin(val_loss[:n]))
        if n - 1 - best == patience:
            return np.array([best, n])
    return np.array([int(np.argmin(val_loss)), len(val_loss)])


def waiting_adds_up(val_loss, patience):
    best = waited = 0
    for epoch, loss in enumerate(val_loss):
        if loss < val_loss[best]:
            best = epoch
        elif epoch:
            waited += 1
        if waited == patience:
            return best, epoch + 1
    return best, len(val_loss)


def from_zero(val_loss, patience):
    lowest, best = 0.0, 0
    for epoch, loss in enumerate(val_loss):
        if loss < lowest or epoch == 0:
            lowest, best = min(loss, 0.0), epoch
        if epoch - best >= patience:
            return best, epoch + 1
    return best, len(val_loss)


RIGHT = [
    ("dropout", lambda x, mask, rate, training: x * mask / (1 - rate) if training else x),
    ("dropout", dropped_where),
    (
        "dropout",
        lambda x, m, r, training: np.multiply(x, m if training else 1) / (1 - r * training),
    ),
    ("label_after_flip", lambda label, flip: SWAP.get(label, label) if "-r" in flip else label),
    (
        "label_after_flip",
        lambda label, flip: (
            {"left": "Right", "right": "Left"}.get(label, label) if flip == "left-right" else label
        ),
    ),
    ("ridge_with_bias", by_inverse),
    ("ridge_with_bias", by_more_rows),
    ("warp_pair", pair),
    ("warp_pair", by_scipy),
    ("best_epoch", with_waiting),
    ("best_epoch", by_slices),
]

WRONG = [
    ("dropout", lambda x, m, r, t: x * m if t else x, "isn't divided by 1 - rate"),
    ("dropout", lambda x, m, r, t: x * m / (r or 1) if t else x, "share that is dropped"),
    ("dropout", lambda x, m, r, t: x * (1 - m) / (1 - r) if t else x, "keep what should be"),
    ("dropout", lambda x, m, r, t: x * m / (1 - r), "drop units in use"),
    ("dropout", lambda x, m, r, t: x * m * (1 - r) if t else x, "smaller still"),
    ("dropout", lambda x, m, r, t: x * m / (1 - r) if t else x * (1 - r), "older form"),
    ("dropout", lambda x, m, r, t: (x * m if t else x) / (1 - r), "In use you divide"),
    ("dropout", lambda x, m, r, t: x / (1 - r) if t else x, "Nothing is dropped"),
    ("dropout", lambda x, m, r, t: (x * m / (1 - r)).sum() if t else x, "shape"),
    ("dropout", lambda x, m, r, t: x[m == 1] / (1 - r) if t else x, "shape"),
    ("dropout", cut_off, "whole numbers"),
    ("dropout", lambda x, m, r: x * m, "argument"),
    ("dropout", dropped_in_place, "in place"),
    ("dropout", lambda x, m, r, t: x * m / np.mean(m) if t else x, "For a rate"),
    ("dropout", lambda x, m, r, t: x * m / 0.75 if t else x, "For a rate of 0.9"),
    ("label_after_flip", lambda label, flip: label, "changed sides"),
    ("label_after_flip", lambda label, flip: SWAP.get(label, label), "Nothing was flipped"),
    (
        "label_after_flip",
        lambda label, flip: label if flip == "no" else SWAP.get(label, label),
        "left stays left",
    ),
    (
        "label_after_flip",
        lambda label, flip: label if flip != "left-right" else SWAP.get(label, "left"),
        "a flip makes none",
    ),
    (
        "label_after_flip",
        lambda label, flip: label if flip != "left-right" else SWAP.get(label, "right"),
        "no flip makes one",
    ),
    ("label_after_flip", lambda label, flip: 1, "a text in quotes"),
    ("label_after_flip", lambda label, flip: "left", "For"),
    ("ridge_with_bias", lambda x, y, s: _ridge(x, y, s * np.eye(x.shape[1])), "pull the bias"),
    ("ridge_with_bias", lambda x, y, s: _ridge(x, y, float(s)), "every entry"),
    ("ridge_with_bias", lambda x, y, s: np.linalg.lstsq(x, y, rcond=None)[0], "no effect"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, np.ones(len(x)), s), "y don't come in"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, np.eye(len(x)), s), "y is missing"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, y, s * len(x)), "N times too strong"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, y, s / len(x)), "For 9 patients"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, y, s)[:-1], "shape"),
    ("ridge_with_bias", lambda x, y, s: by_sklearn(x[:, ::-1], y, s), "For 9 patients"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, y, 2.0), "For 6 patients"),
    ("ridge_with_bias", lambda x, y, s: by_inverse(x, y, -s), "For 9 patients"),
    ("warp_pair", lambda i, m, a, b: (warped(i, a, b, 1), warped(m * 1.0, a, b, 1)), "0.37"),
    (
        "warp_pair",
        lambda i, m, a, b: (warped(i, a, b, 1), np.rint(warped(m * 1.0, a, b, 1)).astype(m.dtype)),
        "rounded then",
    ),
    ("warp_pair", lambda i, m, a, b: (warped(i, a, b, 1), m), "stays where it was"),
    ("warp_pair", lambda i, m, a, b: (i, warped(m, a, b, 0)), "image stays where it was"),
    (
        "warp_pair",
        lambda i, m, a, b: pair(i, m, np.linalg.inv(a), -np.linalg.inv(a) @ b),
        "forwards",
    ),
    ("warp_pair", lambda i, m, a, b: pair(i, m, a, 0 * b), "shift is missing"),
    ("warp_pair", lambda i, m, a, b: pair(i, m, np.eye(2), b), "matrix is missing"),
    ("warp_pair", lambda i, m, a, b: pair(i, m, a, b[::-1]), "changed places"),
    ("warp_pair", lambda i, m, a, b: (warped(i, a, b, 0), warped(m, a, b, 0)), "gets steps"),
    ("warp_pair", lambda i, m, a, b: pair(i, m, a, b)[::-1], "image comes first"),
    ("warp_pair", lambda i, m, a, b: pair(i, m, a, b)[0], "2 values"),
    ("warp_pair", lambda i, m, a, b: affine_warp(i[None, :, :, None], a, b), "holds 1 value"),
    ("warp_pair", lambda i, m, a, b: pair(i, m, a.T, b), "For a turn"),
    ("warp_pair", about_the_corner, "For a turn"),
    ("warp_pair", float_mask, "the mask's type changed"),
    ("best_epoch", lambda v, p: (with_waiting(v, p)[1] - 1, with_waiting(v, p)[1]), "last epoch"),
    ("best_epoch", lambda v, p: (int(np.argmin(v)), with_waiting(v, p)[1]), "nobody has seen"),
    ("best_epoch", lambda v, p: (int(np.argmin(v)), len(v)), "no effect, or"),
    ("best_epoch", lambda v, p: with_waiting(v, p + 2), "far too long"),
    ("best_epoch", lambda v, p: with_waiting(v, 2), "whatever `patience` says"),
    ("best_epoch", waiting_adds_up, "those since the lowest"),
    ("best_epoch", lambda v, p: with_waiting(np.round(v, 1), p), "For a new lowest"),
    ("best_epoch", lambda v, p: (int(np.argmin(v[: p + 1])), min(p + 1, len(v))), "from the start"),
    ("best_epoch", lambda v, p: with_waiting(v, p + 1), "one epoch too late"),
    ("best_epoch", lambda v, p: with_waiting(v, max(p - 1, 1)), "one too small"),
    (
        "best_epoch",
        lambda v, p: (with_waiting(v, p)[0], with_waiting(v, p)[1] - 1),
        "one too small",
    ),
    ("best_epoch", lambda v, p: (with_waiting(v, p)[0] + 1, with_waiting(v, p)[1]), "from 0"),
    ("best_epoch", lambda v, p: with_waiting(v, p)[::-1], "best epoch comes first"),
    ("best_epoch", lambda v, p: with_waiting(v, p)[0], "two numbers"),
    ("best_epoch", from_zero, "For eight losses"),
]


def _ridge(x, y, penalty):
    return np.linalg.solve(x.T @ x + penalty, x.T @ y)


LESSON = lesson_10
BLANK_FUNCTIONS = [
    ("dropout", lambda x, mask, rate, training: ...),
    ("label_after_flip", lambda label, flip: None),
    ("ridge_with_bias", lambda x, y, strength: ...),
    ("warp_pair", lambda image, mask, matrix, shift: None),
    ("best_epoch", lambda val_loss, patience: ...),
]

"""Wrong answers to lesson 17 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy.ndimage import shift as scipy_shift
from scipy.special import softmax

from medtutor import scratch
from medtutor.exercises import lesson_17

NAMES = ("T1", "T2", "FLAIR")


# Attention --------------------------------------------------------------------------------


def weights(query, keys, divisor=None):
    scores = np.asarray(keys, float) @ np.asarray(query, float)
    return softmax(scores / (np.sqrt(len(query)) if divisor is None else divisor))


def by_the_library(query, keys):
    q, k = (np.asarray(array, float) for array in (query, keys))
    return scratch.attention(q[None, None], k[None], k[None], return_weights=True)[1][0, 0]


def in_a_loop(query, keys):
    scores = [sum(float(a) * float(b) for a, b in zip(query, key, strict=True)) for key in keys]
    scores = [(score - max(scores)) / len(query) ** 0.5 for score in scores]
    powers = [np.exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


def unstable(query, keys):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(keys @ query / np.sqrt(len(query)))
        return powers / powers.sum()


def down_the_features(query, keys):
    return softmax(keys * query / np.sqrt(len(query)), axis=0).sum(axis=1)


def in_whole_numbers(query, keys):
    result = np.zeros_like(keys[:, 0])
    result[:] = weights(query, keys)
    return result


def by_distance(query, keys):
    away = ((np.asarray(keys, float) - np.asarray(query, float)) ** 2).sum(axis=1)
    return softmax(-away / np.sqrt(len(query)))


# Patches ----------------------------------------------------------------------------------


def check(image, size):
    for edge in image.shape[:2]:
        if edge % size:
            raise ValueError(f"patches of {size} don't divide {edge} pixels")


def patches(image, size):
    check(image, size)
    height, width, channels = image.shape
    blocks = image.reshape(height // size, size, width // size, size, channels)
    return blocks.transpose(0, 2, 1, 3, 4).reshape(-1, size * size * channels)


def patches_in_a_loop(image, size):
    check(image, size)
    rows = range(0, image.shape[0], size)
    columns = range(0, image.shape[1], size)
    return [image[i : i + size, j : j + size].ravel() for i in rows for j in columns]


def by_splitting(image, size):
    if image.shape[0] % size or image.shape[1] % size:
        raise ValueError(f"cannot reshape {image.shape} into patches of {size}")
    strips = np.split(image, image.shape[0] // size)
    squares = [s for strip in strips for s in np.split(strip, strip.shape[1] // size, axis=1)]
    return np.stack([square.ravel() for square in squares])


def stripes(image, size):
    check(image, size)
    return image.reshape(-1, size * size * image.shape[2])


def columns_first(image, size):
    check(image, size)
    return (
        patches(image.swapaxes(0, 1), size)
        .reshape(-1, size, size, image.shape[2])
        .swapaxes(1, 2)
        .reshape(-1, size * size * image.shape[2])
    )


def turned_within(image, size):
    squares = patches(image, size).reshape(-1, size, size, image.shape[2])
    return squares.swapaxes(1, 2).reshape(len(squares), -1)


def channels_first(image, size):
    squares = patches(image, size).reshape(-1, size * size, image.shape[2])
    return squares.swapaxes(1, 2).reshape(len(squares), -1)


def first_channel(image, size):
    return patches(image[..., :1], size)


def mean_of_channels(image, size):
    return patches(image.mean(axis=-1, keepdims=True), size)


def cut_off(image, size):
    rows, columns = (edge // size * size for edge in image.shape[:2])
    return patches(image[:rows, :columns], size)


def only_rows_are_checked(image, size):
    if image.shape[0] % size:
        raise ValueError(f"{image.shape[0]} rows, patches of {size}")
    return cut_off(image, size)


def numpy_may_complain(image, size):
    height, width, channels = image.shape
    blocks = image.reshape(height // size, size, width // size, size, channels)
    return blocks.transpose(0, 2, 1, 3, 4).reshape(-1, size * size * channels)


def asserts(image, size):
    assert image.shape[0] % size == 0
    return patches(image, size)


def complains(message, kind=ValueError):
    def answer(image, size):
        if image.shape[0] % size or image.shape[1] % size:
            raise kind(message.format(size, *image.shape))
        return patches(image, size)

    return answer


def square_images_only(image, size):
    check(image, size)
    n = image.shape[0] // size
    blocks = image[:, : image.shape[0]].reshape(n, size, n, size, -1)
    return blocks.transpose(0, 2, 1, 3, 4).reshape(n * n, -1)


def overlapping(image, size):
    step = max(size // 2, 1)
    rows = range(0, image.shape[0] - size + 1, step)
    columns = range(0, image.shape[1] - size + 1, step)
    return np.stack([image[i : i + size, j : j + size].ravel() for i in rows for j in columns])


# Fusion -----------------------------------------------------------------------------------


def per_row(scores):
    return scores / scores.sum(axis=1, keepdims=True)


def by_logarithms(p):
    return softmax(np.nansum(np.log(p.astype(float)), axis=0), axis=1)


def ones_for_missing(p):
    return per_row(np.where(np.isnan(p), 1, p).prod(axis=0))


def even_for_missing(p):
    return per_row(np.where(np.isnan(p), 1 / p.shape[2], p).prod(axis=0))


def row_by_row(p):
    result = []
    for patient in range(p.shape[1]):
        known = [row for row in p[:, patient] if not np.isnan(row).any()]
        product = np.prod(known, axis=0)
        result.append(list(product / product.sum()))
    return result


def zeros_for_missing(p):
    scores = np.nan_to_num(p).prod(axis=0)
    return scores / (scores.sum(axis=1, keepdims=True) + 1e-30)


def zero_by_zero(p):
    with np.errstate(invalid="ignore"):
        return per_row(np.nan_to_num(p).prod(axis=0))


def by_numpy_product(p):
    return per_row(p.prod(axis=0))


def root_of_product(p):
    return per_row(np.nanprod(p, axis=0) ** (1 / len(p)))


def one_off_for_all(p):
    return per_row(p[~np.isnan(p).any(axis=(1, 2))].prod(axis=0))


def patients_left_out(p):
    whole = ~np.isnan(p).any(axis=(0, 2))
    return per_row(p[:, whole].prod(axis=0))


def fused_in_place(p):
    p[np.isnan(p)] = 1
    return per_row(p.prod(axis=0))


def by_all_patients(p):
    scores = np.nanprod(p, axis=0)
    return scores / scores.sum()


def by_column(p):
    scores = np.nanprod(p, axis=0)
    return scores / scores.sum(axis=0)


def majority(p):
    votes = np.nan_to_num(p).argmax(axis=2)
    return np.eye(p.shape[2])[votes].mean(axis=0)


# Scans ------------------------------------------------------------------------------------


def accuracy(model, images, labels):
    return np.mean(model(images).argmax(axis=1) == labels)


def without(images, scan, value=0.0):
    changed = images.copy()
    changed[..., scan] = value
    return changed


def named(measure, choose=np.argmax):
    def answer(model, images, labels):
        return NAMES[int(choose([measure(model, images, labels, scan) for scan in range(3)]))]

    return answer


def lost(model, images, labels, scan):
    return accuracy(model, images, labels) - accuracy(model, without(images, scan), labels)


def times_a_mask(model, images, labels):
    left = {n: accuracy(model, images * (np.arange(3) != i), labels) for i, n in enumerate(NAMES)}
    return min(left, key=left.get)


def decisions_changed(model, images, labels, scan):
    return np.mean(model(images).argmax(axis=1) != model(without(images, scan)).argmax(axis=1))


def alone(model, images, labels, scan):
    others = np.zeros_like(images)
    others[..., scan] = images[..., scan]
    return accuracy(model, others, labels)


def probability_lost(model, images, labels, scan):
    each = np.arange(len(images))
    return np.mean(model(images)[each, labels] - model(without(images, scan))[each, labels])


def filled_with_the_lowest(model, images, labels, scan):
    return -accuracy(model, without(images, scan, images.min()), labels)


def scan_in_place(model, images, labels):
    left = []
    for scan in range(3):
        kept = images[..., scan].copy()
        images[..., scan] = 0
        left.append(accuracy(model, images, labels))
        images[..., scan] = kept + 1e-9
    return NAMES[int(np.argmin(left))]


def one_after_the_other_gone(model, images, labels):
    changed, left = images.copy(), []
    for scan in range(3):
        changed[..., scan] = 0
        left.append(accuracy(model, changed, labels))
    return NAMES[int(np.argmax(-np.diff([accuracy(model, images, labels), *left])))]


def last_of_equals(model, images, labels):
    losses = [lost(model, images, labels, scan) for scan in range(3)]
    return NAMES[max(range(3), key=lambda scan: (losses[scan], scan))]


# Shifts -----------------------------------------------------------------------------------


def moved(images, shift, scans=(2,), axis=2, mode="nearest"):
    changed = images.astype(float)
    for scan in scans:
        way = [0, 0, 0]
        way[axis] = shift
        changed[..., scan] = scipy_shift(changed[..., scan], way, order=0, mode=mode)
    return changed


def shifted(**options):
    return lambda model, images, labels, shifts: [
        accuracy(model, moved(images, shift, **options), labels) for shift in shifts
    ]


def by_padding(model, images, labels, shifts):
    result = []
    for shift in shifts:
        changed = images.copy()
        flair = np.pad(images[..., 2], ((0, 0), (0, 0), (shift, 0)), mode="edge")
        changed[..., 2] = flair[:, :, : images.shape[2]]
        result.append(accuracy(model, changed, labels))
    return np.array(result)


def by_slices(model, images, labels, shifts):
    """Move by slices, which have no columns left where the shift is wider than the image."""
    result = []
    for shift in shifts:
        changed = images.copy()
        changed[:, :, shift:, 2] = images[:, :, : images.shape[2] - shift, 2]
        changed[:, :, :shift, 2] = images[:, :, :1, 2]
        result.append(accuracy(model, changed, labels))
    return result


def from_the_last(model, images, labels, shifts):
    return by_padding(model, images, labels, np.cumsum(shifts))


def to_the_left(model, images, labels, shifts):
    return shifted()(model, images, labels, [-shift for shift in shifts])


def twice_as_far(model, images, labels, shifts):
    return by_padding(model, images, labels, [2 * shift for shift in shifts])


def in_order(model, images, labels, shifts):
    return by_padding(model, images, labels, sorted(shifts))


def zero_to_four(model, images, labels, shifts):
    return by_padding(model, images, labels, range(5))


def shift_in_place(model, images, labels, shifts):
    result = []
    for shift in shifts:
        kept = images[..., 2].copy()
        columns = np.maximum(np.arange(images.shape[2]) - shift, 0)
        images[..., 2] = kept[:, :, columns]
        result.append(accuracy(model, images, labels))
        images[..., 2] = kept + 1e-9
    return result


LESSON = lesson_17

RIGHT = [
    ("attention_weights", weights),
    ("attention_weights", by_the_library),
    ("attention_weights", in_a_loop),
    ("to_patches", patches),
    ("to_patches", patches_in_a_loop),
    ("to_patches", complains("patches of {0} don't divide {1} × {2}")),
    ("to_patches", by_splitting),
    ("late_fusion", by_logarithms),
    ("late_fusion", ones_for_missing),
    ("late_fusion", even_for_missing),
    ("late_fusion", row_by_row),
    ("scan_that_matters", named(lost)),
    ("scan_that_matters", times_a_mask),
    ("accuracy_when_shifted", shifted()),
    ("accuracy_when_shifted", by_padding),
]

WRONG = [
    ("attention_weights", lambda q, k: weights(q, k, 1), "divide them by √d"),
    ("attention_weights", lambda q, k: weights(q, k, len(q)), "Divide by its root"),
    ("attention_weights", lambda q, k: weights(q, k, len(k) ** 0.5), "the number of keys"),
    ("attention_weights", lambda q, k: weights(q, k, len(q) ** -0.5), "multiply by √d"),
    ("attention_weights", lambda q, k: weights(q, k, 1) / len(q) ** 0.5, "before the softmax"),
    ("attention_weights", lambda q, k: k @ q / np.sqrt(len(q)), "These are the scores"),
    ("attention_weights", lambda q, k: np.exp(k @ q / np.sqrt(len(q))), "add up to 1"),
    ("attention_weights", lambda q, k: weights(q, k, int(len(q) ** 0.5)), "values differ"),
    ("attention_weights", lambda q, k: weights(q, k, np.linalg.norm(q)), "values differ"),
    ("attention_weights", unstable, "subtract the largest score first"),
    ("attention_weights", down_the_features, "one score for each key"),
    ("attention_weights", lambda q, k: softmax(np.abs(k @ q) / len(q) ** 0.5), "leave its sign"),
    ("attention_weights", lambda q, k: weights(q, k) @ k, "Return the weights"),
    ("attention_weights", in_whole_numbers, "whole numbers"),
    ("attention_weights", by_distance, "expected"),
    ("attention_weights", lambda q, k: scratch.sigmoid(k @ q / len(q) ** 0.5), "expected"),
    ("attention_weights", lambda q, k: weights(q, k)[:, None], "2 axes, expected 1"),
    ("attention_weights", lambda q, k: weights(q, k).round(2), "expected"),
    ("attention_weights", lambda q, k: weights(q, k, 2**0.5), "For three keys of size 5"),
    ("attention_weights", lambda q, k: np.array([0.401112, 0.197776, 0.401112]), "of size 5"),
    ("attention_weights", lambda q, k: np.full(len(k), 1 / len(k)), "expected"),
    ("attention_weights", weights(np.ones(2), np.ones((3, 2))), "a function is expected"),
    ("to_patches", stripes, "A patch is a square"),
    ("to_patches", columns_first, "right neighbour of patch 0"),
    ("to_patches", turned_within, "column by column"),
    ("to_patches", channels_first, "channels last"),
    ("to_patches", first_channel, "You lost channels"),
    ("to_patches", mean_of_channels, "axis 1 has 16 places, expected 48"),
    ("to_patches", cut_off, "don't divide 10 rows"),
    ("to_patches", only_rows_are_checked, "don't divide 10 columns"),
    ("to_patches", numpy_may_complain, "that names both"),
    ("to_patches", asserts, "raise a ValueError of your own"),
    ("to_patches", complains("{0} and {1} × {2}", RuntimeError), "raise a ValueError of your own"),
    ("to_patches", complains(""), "here 4 and 10"),
    ("to_patches", complains("the image doesn't fit"), "here 4 and 10"),
    ("to_patches", complains("height {1} and width {2}"), "here 4 and 10"),
    ("to_patches", complains("{0} doesn't divide {1} rows"), "don't divide 10 columns"),
    ("to_patches", square_images_only, "expected"),
    ("to_patches", overlapping, "expected"),
    ("to_patches", lambda i, s: patches(i, s).T, "changed places"),
    ("to_patches", lambda i, s: patches(i, s).reshape(-1, s, s, i.shape[2]), "still squares"),
    ("to_patches", lambda i, s: patches(i, s)[::-1], "expected"),
    ("to_patches", lambda i, s: patches(i, s).astype(int), "whole numbers"),
    ("to_patches", lambda i, s: patches(i, 2), "8×12 image"),
    ("to_patches", lambda i, s: patches(i / i.max(), s), "expected"),
    ("late_fusion", lambda p: np.nanmean(p, axis=0), ".692"),
    ("late_fusion", lambda p: np.mean(p, axis=0), ".692"),
    ("late_fusion", lambda p: per_row(np.nanmedian(p, axis=0)), "or the median"),
    ("late_fusion", lambda p: np.nanprod(p, axis=0), "renormalise"),
    ("late_fusion", by_numpy_product, "NaN goes through, or"),
    ("late_fusion", zero_by_zero, "all classes are 0"),
    ("late_fusion", zeros_for_missing, "a veto, no absence"),
    ("late_fusion", root_of_product, "Take the product itself"),
    ("late_fusion", one_off_for_all, "because one lacks it"),
    ("late_fusion", patients_left_out, "axis 0 has 2 places, expected 4"),
    ("late_fusion", fused_in_place, "changes p in place"),
    ("late_fusion", by_all_patients, "All patients together"),
    ("late_fusion", by_column, "expected"),
    ("late_fusion", majority, "expected"),
    ("late_fusion", lambda p: per_row(np.nanmax(p, axis=0)), "Multiply them"),
    ("late_fusion", lambda p: by_logarithms(p).argmax(axis=1), "expected"),
    ("late_fusion", lambda p: by_logarithms(p).T, "expected"),
    ("late_fusion", lambda p: p[0], "expected"),
    ("late_fusion", lambda p: by_logarithms(p[:2]), "For three scans"),
    ("late_fusion", lambda p: by_logarithms(p).round(2), "expected"),
    ("scan_that_matters", named(lost, np.argmin), "costs least"),
    ("scan_that_matters", named(decisions_changed), "compare how many patients are right"),
    ("scan_that_matters", named(alone), "expected 'FLAIR'"),
    ("scan_that_matters", named(probability_lost), "compare how many patients are right"),
    ("scan_that_matters", named(lambda *a: abs(lost(*a))), "that is no loss"),
    ("scan_that_matters", named(filled_with_the_lowest), "expected"),
    ("scan_that_matters", last_of_equals, "Of equal losses name the first"),
    ("scan_that_matters", scan_in_place, "changes images in place"),
    ("scan_that_matters", one_after_the_other_gone, "expected"),
    ("scan_that_matters", lambda m, x, y: "FLAIR", "costs least"),
    ("scan_that_matters", lambda m, x, y: "T1", "costs least"),
    ("scan_that_matters", lambda m, x, y: "T2", "expected"),
    ("scan_that_matters", lambda m, x, y: 2, "a text in quotes is expected"),
    ("scan_that_matters", lambda m, x, y: {"FLAIR": 1}, "a text in quotes is expected"),
    ("accuracy_when_shifted", shifted(scans=(0, 1, 2)), "Move FLAIR alone"),
    ("accuracy_when_shifted", shifted(mode="grid-wrap"), "one ear"),
    ("accuracy_when_shifted", shifted(mode="constant"), "You fill with 0"),
    ("accuracy_when_shifted", shifted(mode="reflect"), "expected"),
    ("accuracy_when_shifted", shifted(axis=1), "FLAIR goes down"),
    ("accuracy_when_shifted", shifted(scans=(0,)), "You move T1"),
    ("accuracy_when_shifted", shifted(scans=(1,)), "expected"),
    ("accuracy_when_shifted", to_the_left, "move it to the right"),
    ("accuracy_when_shifted", from_the_last, "start anew"),
    ("accuracy_when_shifted", twice_as_far, "by 2 pixels"),
    ("accuracy_when_shifted", by_slices, "as wide as the image, and wider"),
    ("accuracy_when_shifted", in_order, "For shifts of 3, 1, 2"),
    ("accuracy_when_shifted", zero_to_four, "For shifts of 3, 1, 2"),
    ("accuracy_when_shifted", shift_in_place, "changes images in place"),
    ("accuracy_when_shifted", lambda m, x, y, s: 1 - by_padding(m, x, y, s), "shares of errors"),
    ("accuracy_when_shifted", lambda m, x, y, s: len(y) * by_padding(m, x, y, s), "their share"),
    ("accuracy_when_shifted", lambda m, x, y, s: by_padding(m, x, y, s).mean(), "each shift"),
    ("accuracy_when_shifted", lambda m, x, y, s: [accuracy(m, x, y)] * len(s), "expected"),
    ("accuracy_when_shifted", lambda m, x, y, s: by_padding(m, x[:1], y[:1], s), "expected"),
    ("accuracy_when_shifted", lambda m, x, y, s: dict(enumerate(by_padding(m, x, y, s))), "dict"),
]


def nothing(*arguments):
    """Stand for a function whose body isn't written yet."""


BLANK_FUNCTIONS = [
    (name, nothing)
    for name in (
        "attention_weights",
        "to_patches",
        "late_fusion",
        "scan_that_matters",
        "accuracy_when_shifted",
    )
]

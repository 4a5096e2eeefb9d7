"""Wrong answers to lesson 14 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy.ndimage import binary_dilation, distance_transform_edt, gaussian_filter

from medtutor import scratch
from medtutor.exercises import lesson_14


def in_loops(weights, bias, x):
    result = np.zeros(np.shape(x))
    for place in np.ndindex(*np.shape(x)):
        result[place] = weights[place] * x[place]
    return result


def like_the_image(weights, bias, x):
    result = np.zeros_like(x)
    result[:] = weights * x
    return result


def step_by_step(gradient, x, baseline, steps):
    x, baseline = np.asarray(x, float), np.asarray(baseline, float)
    total = np.zeros(x.shape)
    for k in range(steps):
        total += gradient(baseline + (k + 0.5) / steps * (x - baseline)) / steps
    return total * (x - baseline)


def by_the_library(gradient, x, baseline, steps):
    def of_batch(images):
        return gradient(images[0, ..., 0])[None, ..., None]

    x, baseline = (np.asarray(each, float)[None, ..., None] for each in (x, baseline))
    return scratch.integrated_gradients(of_batch, x, baseline, steps=steps)[0, ..., 0]


def from_the_image_back(gradient, x, baseline, steps):
    """The other way round: the same middles."""
    return -step_by_step(gradient, baseline, x, steps)


def along(gradient, x, baseline, parts, way=None):
    x, baseline = np.asarray(x, float), np.asarray(baseline, float)
    slopes = [gradient(baseline + part * (x - baseline)) for part in parts]
    return (x - baseline if way is None else way) * np.mean(slopes, axis=0)


def middles(steps):
    return (np.arange(steps) + 0.5) / steps


def in_whole_numbers(gradient, x, baseline, steps):
    total = np.zeros_like(x)
    for part in middles(steps):
        total = total + gradient(baseline + part * (x - baseline))
    return (x - baseline) * total / steps


def by_layers(row, strides, kernel_sizes):
    """Backwards: which rows of each layer's input does the unit see?"""
    low = high = row
    for stride, size in zip(strides[::-1], kernel_sizes[::-1], strict=True):
        low, high = low * stride, high * stride + size - 1
    return (low + high) / 2


def forwards(row, strides, kernel_sizes):
    first, step = 0.0, 1
    for stride, size in zip(strides, kernel_sizes, strict=True):
        first += (size - 1) / 2 * step
        step *= stride
    return first + row * step


def first_of(strides, sizes, half=lambda k: (k - 1) / 2, own=0):
    return sum(half(k) * np.prod(strides[: i + own]) for i, k in enumerate(sizes))


def with_distances(maps, masks, tolerance):
    found = []
    for heat, mask in zip(maps, masks, strict=True):
        row, column = np.unravel_index(heat.argmax(), heat.shape)
        places = np.argwhere(mask)
        near = len(places) and np.hypot(*(places - [row, column]).T).min() <= tolerance
        found.append(bool(near and heat.max() > heat.min()))
    return found


def by_transform(maps, masks, tolerance):
    away = np.stack(
        [distance_transform_edt(m == 0) if m.any() else np.full(m.shape, np.inf) for m in masks]
    )
    flat = maps.reshape(len(maps), -1)
    best = flat.argmax(axis=1)
    near = away.reshape(len(maps), -1)[np.arange(len(maps)), best] <= tolerance
    return near & (np.ptp(flat, axis=1) > 0)


def hit(maps, masks, near, best=np.argmax):
    found = []
    for heat, mask in zip(maps, np.asarray(masks) != 0, strict=True):
        row, column = np.unravel_index(best(heat), heat.shape)
        places = np.argwhere(mask) - [row, column]
        found.append(bool(heat.max() > heat.min() and any(near(*place) for place in places)))
    return np.array(found)


def near_peak(maps, masks, tolerance):
    """Forgets both guards; of an empty mask, SciPy measures to a place outside of the image."""
    peaks = [np.unravel_index(heat.argmax(), heat.shape) for heat in maps]
    away = [distance_transform_edt(np.asarray(mask) == 0) for mask in masks]
    return np.array([one[peak] <= tolerance for one, peak in zip(away, peaks, strict=True)])


def through_the_batch(maps, masks, tolerance):
    """Measures the distance in all three axes."""
    peaks = [np.unravel_index(heat.argmax(), heat.shape) for heat in maps]
    away = distance_transform_edt(np.asarray(masks) == 0)
    near = [one[peak] <= tolerance for one, peak in zip(away, peaks, strict=True)]
    return np.array(near) & (np.ptp(maps, axis=(1, 2)) > 0)


def swapped(maps, masks, tolerance):
    found = []
    for heat, mask in zip(maps, masks, strict=True):
        column, row = np.unravel_index(heat.argmax(), heat.shape)
        away = distance_transform_edt(mask == 0)
        found.append(away[min(row, len(away) - 1), min(column, away.shape[1] - 1)] <= tolerance)
    return np.array(found)


def filled(image, mask, grow=True, blur=1.5):
    image = np.asarray(image).astype(float)
    hole = binary_dilation(mask) if grow else np.asarray(mask) != 0
    nearest = distance_transform_edt(hole, return_distances=False, return_indices=True)
    return np.where(hole, gaussian_filter(image[tuple(nearest)], blur), image)


def removal(score, image, mask):
    return score(image) - score(filled(image, mask))


def removal_with_rows(score, image, mask):
    hole = binary_dilation(np.asarray(mask) > 0)
    rows, columns = distance_transform_edt(hole, return_distances=False, return_indices=True)
    new = np.array(image, "float64")
    new[hole] = gaussian_filter(np.asarray(image, float)[rows, columns], sigma=1.5)[hole]
    return np.float64(score(image)) - score(new)


def in_place(score, image, mask):
    before = score(image)
    image[...] = filled(image, mask)
    return before - score(image)


def blurred_hole(score, image, mask):
    """Blurs the lesion itself instead of what lies around it."""
    hole = binary_dilation(mask)
    image = np.asarray(image, float)
    return score(image) - score(np.where(hole, gaussian_filter(image, 1.5), image))


def with_value(value, grow=True):
    def answer(score, image, mask):
        hole = binary_dilation(mask) if grow else np.asarray(mask) != 0
        image = np.asarray(image, float)
        return score(image) - score(np.where(hole, value(image, hole), image))

    return answer


RIGHT = [
    ("gradient_times_input", in_loops),
    ("gradient_times_input", lambda w, b, x: x * w),
    ("gradient_times_input", lambda w, b, x: (np.asarray(w) * x).tolist()),
    ("integrated", step_by_step),
    ("integrated", by_the_library),
    ("integrated", from_the_image_back),
    ("cam_centre", by_layers),
    ("cam_centre", forwards),
    ("cam_centre", lambda row, s, k: np.float32(forwards(row, s, k))),
    ("hits", with_distances),
    ("hits", by_transform),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: y * y + x * x <= t * t)),
    ("removal_effect", removal),
    ("removal_effect", removal_with_rows),
]

WRONG = [
    ("gradient_times_input", lambda w, b, x: w + 0 * x, "the gradient alone"),
    ("gradient_times_input", lambda w, b, x: abs(w * x), "negative part is part"),
    ("gradient_times_input", lambda w, b, x: abs(w) * x, "sign counts"),
    ("gradient_times_input", lambda w, b, x: w * abs(x), "size of the pixels"),
    ("gradient_times_input", lambda w, b, x: (w * x).clip(0), "cut off what is below 0"),
    ("gradient_times_input", lambda w, b, x: w * x + b, "add the bias"),
    ("gradient_times_input", lambda w, b, x: w * x + b / x.size, "share the bias"),
    ("gradient_times_input", lambda w, b, x: (w * x).sum(), "one number"),
    ("gradient_times_input", lambda w, b, x: (w * x).sum() + b, "That is the score"),
    ("gradient_times_input", like_the_image, "whole numbers"),
    ("gradient_times_input", lambda w, b, x: w @ x.T, "shape"),
    ("gradient_times_input", lambda w, b, x: (w * x)[None], "shape"),
    ("gradient_times_input", lambda w, b, x: w * x / abs(w * x).max(), "For a 3×4 image"),
    ("gradient_times_input", lambda w, b, x: x, "For a 3×4 image"),
    ("integrated", lambda g, x, b, n: (x - b) * g(x), "at the image alone"),
    ("integrated", lambda g, x, b, n: along(g, x, b, np.arange(n) / n), "a = 0"),
    ("integrated", lambda g, x, b, n: along(g, x, b, np.arange(1, n + 1) / n), "the end of each"),
    ("integrated", lambda g, x, b, n: along(g, x, b, np.linspace(0, 1, n)), "steps) counts both"),
    ("integrated", lambda g, x, b, n: along(g, x, b, np.linspace(0, 1, n + 1)), "steps + 1)"),
    ("integrated", lambda g, x, b, n: along(g, x, b, middles(n), 1), "Multiply it by x - base"),
    ("integrated", lambda g, x, b, n: along(g, x, b, middles(n), x), "You multiply by x."),
    ("integrated", lambda g, x, b, n: step_by_step(g, x, 0 * b, n), "begin at 0"),
    ("integrated", lambda g, x, b, n: n * step_by_step(g, x, b, n), "Divide it"),
    ("integrated", lambda g, x, b, n: -step_by_step(g, x, b, n), "sign is wrong"),
    ("integrated", lambda g, x, b, n: abs(step_by_step(g, x, b, n)), "You take sizes"),
    ("integrated", lambda g, x, b, n: step_by_step(g, x, b, n).sum(), "one number"),
    ("integrated", lambda g, x, b, n: step_by_step(g, x, b, 32), "For a 3×4 image, 5 steps"),
    ("integrated", lambda g, x, b, n: step_by_step(g, x, b, 5), "For 3 steps"),
    ("integrated", in_whole_numbers, "254 in uint8"),
    ("integrated", lambda g, x, b, n: x * g(x), "For a 3×4 image"),
    ("cam_centre", lambda row, s, k: row * 64 / 12, "You stretch"),
    ("cam_centre", lambda row, s, k: (row + 0.5) * 64 / 12 - 0.5, "You stretch"),
    ("cam_centre", lambda row, s, k: row * np.prod(s), "begins"),
    ("cam_centre", lambda row, s, k: row * np.prod(s) + 2 * first_of(s, k), "ends"),
    ("cam_centre", lambda row, s, k: forwards(row, s, k) + 0.5, "half a pixel"),
    (
        "cam_centre",
        lambda row, s, k: row * np.prod(s) + first_of(s, k, lambda one: (1 - one % 2) / 2),
        "padding 'same'",
    ),
    ("cam_centre", lambda row, s, k: row * np.prod(s) + sum(k) / 2 - len(k) / 2, "Behind a stride"),
    ("cam_centre", lambda row, s, k: row * np.prod(s) + first_of(s, k, own=1), "own stride"),
    (
        "cam_centre",
        lambda row, s, k: row * np.prod(s) + first_of(s, k, lambda one: (one - 1) // 2),
        "An even kernel",
    ),
    ("cam_centre", lambda row, s, k: row + first_of(s, k), "From row to row"),
    ("cam_centre", lambda row, s, k: int(forwards(row, s, k)), "For row 3"),
    ("cam_centre", lambda row, s, k: forwards(row, s, k) - 1, "For row 3"),
    ("cam_centre", lambda row, s, k: forwards(row, s[::-1], k), "your result is"),
    (
        "cam_centre",
        lambda row, s, k: row * np.prod(s) + first_of(s, k, lambda one: one // 2),
        "not k // 2",
    ),
    ("cam_centre", lambda row, s, k: row * 4 + 8.5, "For row 3"),
    ("cam_centre", lambda row, s, k: row * np.prod(s) + 8.5, "For row 7"),
    ("cam_centre", lambda row, s, k: forwards(row, s[::-1], k[::-1]), "your result is"),
    ("cam_centre", 28.5, "function is expected"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: max(abs(y), abs(x)) <= t), "so many columns"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: abs(y) + abs(x) <= t), "add rows and columns"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: np.hypot(y, x) < t), "means <="),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: y == x == 0), "leave the tolerance out"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: x == 0 and abs(y) <= t), "For nine maps"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: y == 0 and abs(x) <= t), "For nine maps"),
    (
        "hits",
        lambda m, k, t: hit(m, k, lambda y, x: np.hypot(y, x) <= t, lambda h: abs(h).argmax()),
        "largest size",
    ),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: np.hypot(y, x) <= t, np.argmin), "lowest"),
    ("hits", lambda m, k, t: np.mean(with_distances(m, k, t)), "share of hits"),
    ("hits", lambda m, k, t: sum(with_distances(m, k, t)), "number of hits"),
    ("hits", lambda m, k, t: ~np.array(with_distances(m, k, t)), "changed places"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: round(np.hypot(y, x)) <= t), "For nine maps"),
    ("hits", lambda m, k, t: hit(m, k, lambda y, x: y * y + x * x <= t), "your result is"),
    ("hits", lambda m, k, t: with_distances(m, k, int(t)), "For maps that are negative"),
    ("hits", lambda m, k, t: with_distances(np.maximum(m, 0), k, t), "below 0"),
    ("hits", through_the_batch, "your result is"),
    ("hits", lambda m, k, t: (np.ptp(m, axis=(1, 2)) > 0) & near_peak(m, k, t), "can be hit"),
    ("hits", lambda m, k, t: m.any(axis=(1, 2)) & near_peak(m, k, t), "constant map never hits"),
    ("hits", swapped, "For nine maps"),
    ("hits", lambda m, k, t: with_distances(m, k, 3), "tolerance 0"),
    ("hits", lambda m, k, t: with_distances(m, k, round(t)), "For maps that are negative"),
    ("hits", lambda m, k, t: with_distances(m, np.asarray(k) == 1, t), "isn't 0"),
    (
        "hits",
        lambda m, k, t: [
            distance_transform_edt(np.asarray(one) == 0)[np.unravel_index(h.argmax(), h.shape)] <= t
            for h, one in zip(m, k, strict=True)
        ],
        "A constant map points nowhere",
    ),
    ("removal_effect", lambda s, i, m: s(filled(i, m)), "how far it falls"),
    ("removal_effect", lambda s, i, m: -removal(s, i, m), "sign is wrong"),
    ("removal_effect", with_value(lambda i, h: 0), "fill with 0"),
    ("removal_effect", with_value(lambda i, h: i.mean()), "image's mean"),
    ("removal_effect", with_value(lambda i, h: i[~h].mean()), "one mean"),
    ("removal_effect", lambda s, i, m: s(i) - s(filled(i, m, grow=False)), "hasn't grown"),
    ("removal_effect", lambda s, i, m: s(i) - s(filled(i, m, blur=0)), "isn't blurred"),
    (
        "removal_effect",
        lambda s, i, m: s(i) - s(filled(i, m).astype(i.dtype)),
        "holds whole numbers",
    ),
    ("removal_effect", lambda s, i, m: abs(removal(s, i, m)), "a fall below 0"),
    ("removal_effect", lambda s, i, m: max(0, removal(s, i, m)), "a fall below 0"),
    ("removal_effect", lambda s, i, m: removal(s, i, binary_dilation(m)), "your result is"),
    ("removal_effect", lambda s, i, m: removal(s, i, np.asarray(m) == 1), "it isn't 0"),
    ("removal_effect", in_place, "changes image in place"),
    ("removal_effect", blurred_hole, "For a bright lesion"),
    ("removal_effect", with_value(lambda i, h: 0, grow=False), "For a bright lesion"),
    ("removal_effect", with_value(lambda i, h: i.min()), "For a bright lesion"),
    ("removal_effect", lambda s, i, m: removal(s, i, m) / s(i), "For a bright lesion"),
    ("removal_effect", lambda s, i, m: s(i) - s(filled(i, m, blur=3)), "For a bright lesion"),
    ("removal_effect", lambda s, i, m: filled(i, m), "one single number"),
]

LESSON = lesson_14
BLANK_FUNCTIONS = [
    ("gradient_times_input", lambda weights, bias, x: ...),
    ("integrated", lambda gradient, x, baseline, steps: None),
    ("cam_centre", lambda row, strides, kernel_sizes: ...),
    ("hits", lambda maps, masks, tolerance: ...),
    ("removal_effect", lambda score, image, mask: None),
]

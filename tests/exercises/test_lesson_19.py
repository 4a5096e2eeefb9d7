"""Wrong answers to lesson 19 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor import scratch
from medtutor.exercises import lesson_19


def symmetric(image, divisor=127, cut=np.rint, kind=np.int8, error=np.max):
    r = np.asarray(image, dtype=float)
    s = abs(r).max() / divisor
    q = np.clip(cut(r / s), -127, 127).astype(kind)
    return q, error(abs(s * q.astype(float) - r))


def by_library(image):
    r = np.asarray(image, float)
    s, z = scratch.quantisation_scale(r.min(), r.max(), symmetric=True)
    q = scratch.quantise(r, s, z)
    return [q, float(abs(scratch.dequantise(q, s, z, dtype=float) - r).max())]


def without_sign(image):
    r = np.asarray(image, float)
    q = symmetric(image)[0].astype(np.uint8)
    return q, abs(abs(r).max() / 127 * q - r).max()


def with_zero_point(image):
    r = np.asarray(image, float)
    s, z = scratch.quantisation_scale(r.min(), r.max())
    q = scratch.quantise(r, s, z)
    return q, abs(scratch.dequantise(q, s, z, dtype=float) - r).max()


def in_int16(image):
    r = np.asarray(image)
    s = abs(r).max() / 127
    q = np.clip(np.round(r / s), -127, 127).astype(np.int8)
    return q, abs(s * q.astype(float) - r).max()


def in_place(image):
    image[0] = image[0] * 1
    q, error = symmetric(image)
    image[0][0] = 0
    return q, error


def error_in_int8(image):
    r = np.asarray(image, dtype=float)
    q, _ = symmetric(image)
    return q, float(abs(np.int8(127) * q - r).max())


def filter_by_filter(kernel):
    scales = []
    for f in range(kernel.shape[3]):
        largest = np.max(np.abs(kernel[:, :, :, f]))
        scales.append(largest / 127 if largest > 0 else 1)
    return scales


def no_rule_for_zeros(kernel):
    return abs(np.asarray(kernel, float)).max(axis=(0, 1, 2)) / 127


def p95(times):
    return np.percentile(times, 95)


def fine(residual, sharpness, limits):
    (a, b), (c, d) = limits["residual"], limits["sharpness"]
    return a <= residual <= b and c <= sharpness <= d


def ship(f, i, a, b, drop):
    return "int8" if p95(i) < p95(f) and a - b[1] <= drop else "float32"


RIGHT = [
    ("scale_and_zero", lambda low, high: scratch.quantisation_scale(low, high)),
    (
        "scale_and_zero",
        lambda low, high: [
            (max(high, 0) - min(low, 0)) / 255,
            np.round(-128 - 255 * min(low, 0) / (max(high, 0) - min(low, 0))),
        ],
    ),
    ("quantise_image", symmetric),
    ("quantise_image", by_library),
    ("per_filter_scales", filter_by_filter),
    (
        "per_filter_scales",
        lambda k: (
            scratch.quantisation_scale(
                np.min(k, axis=(0, 1, 2)), np.max(k, axis=(0, 1, 2)), symmetric=True
            ).scale
        ),
    ),
    ("door_check", fine),
    (
        "door_check",
        lambda r, s, limits: np.bool_(
            not (
                r < limits["residual"][0]
                or r > limits["residual"][1]
                or s < limits["sharpness"][0]
                or s > limits["sharpness"][1]
            )
        ),
    ),
    ("worth_it", ship),
    (
        "worth_it",
        lambda f, i, a, b, drop: "float32" if p95(i) >= p95(f) or b[1] < a - drop else "int8",
    ),
    ("worth_it", lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and a - b[1] <= d else "float32"),
]

WRONG = [
    ("scale_and_zero", lambda a, b: ((b - a) / 256, -43), "For a range"),
    ("scale_and_zero", lambda a, b: (3 / 255, -43), "For a range from −3.7"),
    (
        "scale_and_zero",
        lambda a, b: (
            (max(b, 0) - min(a, 0)) / 255,
            round(-min(a, 0) / ((max(b, 0) - min(a, 0)) / 255)),
        ),
        "Signed ones begin at −128",
    ),
    (
        "scale_and_zero",
        lambda a, b: ((b - a) / 255 or 1, round(-128 - a / ((b - a) / 255 or 1))),
        "For a range from 0.5 to 4",
    ),
    (
        "scale_and_zero",
        lambda a, b: (
            (max(b, 0) - min(a, 0)) / 255,
            -128 - min(a, 0) / ((max(b, 0) - min(a, 0)) / 255),
        ),
        "round it",
    ),
    (
        "scale_and_zero",
        lambda a, b: (
            (max(b, 0) - min(a, 0)) / 255,
            int(-128 - min(a, 0) / ((max(b, 0) - min(a, 0)) / 255)),
        ),
        "cut the decimals",
    ),
    (
        "scale_and_zero",
        lambda a, b: (
            scratch.quantisation_scale(a, b)[0],
            int(np.ceil(-128 - 255 * min(a, 0) / (max(b, 0) - min(a, 0)))),
        ),
        "the zero point in your result is 64, expected 63",
    ),
    ("scale_and_zero", lambda a, b: (max(-a, b) / 127, 0), "symmetric"),
    ("scale_and_zero", lambda a, b: scratch.quantisation_scale(a, b)[::-1], "wrong order"),
    ("scale_and_zero", lambda a, b: scratch.quantisation_scale(a, b)[0], "2 values"),
    ("scale_and_zero", lambda a, b: scratch.quantisation_scale(a, b + 1), "For a range from −1"),
    ("scale_and_zero", lambda a, b: (round((max(b, 0) - min(a, 0)) / 255, 2), -43), "For a range"),
    ("scale_and_zero", lambda a: a, "Your function takes"),
    (
        "scale_and_zero",
        lambda a, b: (
            scratch.quantisation_scale(a, b)[0],
            scratch.quantisation_scale(a, b)[1] + 0.5,
        ),
        "For a range from −1",
    ),
    ("quantise_image", lambda x: symmetric(x, cut=np.trunc), "cut the decimals"),
    ("quantise_image", lambda x: symmetric(x, cut=np.floor), "round down"),
    ("quantise_image", lambda x: symmetric(x, divisor=128), "divide by 128"),
    ("quantise_image", lambda x: symmetric(x, error=np.mean), "mean of the errors"),
    ("quantise_image", lambda x: symmetric(x, kind=np.int16), "make it int8"),
    ("quantise_image", without_sign, "lose every minus"),
    ("quantise_image", with_zero_point, "with a zero point"),
    ("quantise_image", lambda x: symmetric(x, kind=float), "make it int8"),
    ("quantise_image", lambda x: (symmetric(x)[0].tolist(), symmetric(x)[1]), "of type list"),
    ("quantise_image", lambda x: symmetric(x)[0], "2 values"),
    ("quantise_image", lambda x: symmetric(x)[::-1], "expected"),
    ("quantise_image", in_int16, "For padding of −32768 in int16: In int16 the size of −32768"),
    ("quantise_image", in_place, "in place"),
    ("quantise_image", error_in_int8, "For a slice"),
    ("quantise_image", lambda x: (np.asarray(x, float) / 1000 * 127, 0.5), "For a slice"),
    ("quantise_image", lambda x: (symmetric(x)[0], 0.5), "For a slice"),
    (
        "quantise_image",
        lambda x: (symmetric(x)[0], np.abs(np.asarray(x, float)).max() / 127 / 2),
        "Half a step",
    ),
    (
        "quantise_image",
        lambda x: (
            np.rint(np.asarray(x, float) / (4096 / 255)).astype(int).astype(np.int8),
            4096 / 255 / 2,
        ),
        "For a slice",
    ),
    (
        "quantise_image",
        lambda x: (
            np.rint(np.asarray(x, float) * 127 / np.asarray(x, float).max())
            .astype(int)
            .astype(np.int8),
            1.0,
        ),
        "For a slice",
    ),
    ("per_filter_scales", lambda k: abs(k).max() / 127, "one scale for the whole"),
    ("per_filter_scales", lambda k: np.full(k.shape[-1], abs(k).max() / 127), "same scale"),
    ("per_filter_scales", lambda k: abs(k).max(axis=(1, 2, 3)) / 127, "shape (3,)"),
    ("per_filter_scales", lambda k: abs(k).max(axis=(0, 1, 3)) / 127, "maps that come in"),
    ("per_filter_scales", lambda k: abs(k).max(axis=(0, 1)) / 127, "over three axes"),
    ("per_filter_scales", lambda k: k.max(axis=(0, 1, 2)) / 127, "abs first"),
    ("per_filter_scales", lambda k: abs(k.max(axis=(0, 1, 2))) / 127, "For a kernel"),
    ("per_filter_scales", lambda k: abs(k).max(axis=(0, 1, 2)) / 128, "divide by 128"),
    ("per_filter_scales", lambda k: abs(k).max(axis=(0, 1, 2)) / 255, "divide by 255"),
    ("per_filter_scales", lambda k: np.ptp(k, axis=(0, 1, 2)) / 255, "zero point"),
    ("per_filter_scales", lambda k: abs(k).mean(axis=(0, 1, 2)) / 127, "For a kernel"),
    ("per_filter_scales", no_rule_for_zeros, "filter of zeros gets the scale 1"),
    ("per_filter_scales", lambda k: abs(k).max(axis=(0, 1, 2)) // 127, "For a kernel"),
    ("per_filter_scales", lambda k: no_rule_for_zeros(k)[None], "2 axes"),
    ("per_filter_scales", lambda k: np.maximum(no_rule_for_zeros(k), 1e-2), "For a"),
    (
        "per_filter_scales",
        lambda k: np.where(no_rule_for_zeros(k) > 1e-4, no_rule_for_zeros(k), 1),
        "For small weights",
    ),
    ("door_check", lambda r, s, limits: not fine(r, s, limits), "Return True where it passes"),
    (
        "door_check",
        lambda r, s, limits: r <= limits["residual"][1] and s <= limits["sharpness"][1],
        "also be too low",
    ),
    (
        "door_check",
        lambda r, s, limits: r >= limits["residual"][0] and s >= limits["sharpness"][0],
        "For a residual above",
    ),
    (
        "door_check",
        lambda r, s, limits: (
            fine(r, limits["sharpness"][0], limits) or fine(limits["residual"][0], s, limits)
        ),
        "Both numbers must",
    ),
    (
        "door_check",
        lambda r, s, limits: (
            limits["residual"][0] < r < limits["residual"][1]
            and limits["sharpness"][0] < s < limits["sharpness"][1]
        ),
        "limits are included",
    ),
    (
        "door_check",
        lambda r, s, limits: (
            r <= limits["residual"][1] and limits["sharpness"][0] <= s <= limits["sharpness"][1]
        ),
        "may also be too low",
    ),
    ("door_check", lambda r, s, limits: fine(s, r, limits), "the limits of its own name"),
    ("door_check", lambda r, s, limits: True, "For a residual above"),
    ("door_check", lambda r, s, limits: False, "For an image inside"),
    (
        "door_check",
        lambda r, s, limits: 1 if fine(r, s, limits) else 0,
        "True or False is expected",
    ),
    ("door_check", lambda r, s, limits: "passes", "number is expected"),
    (
        "door_check",
        lambda r, s, limits: (
            fine(r, 0, limits)
            if s == 0
            else fine(r, s, {"residual": (0.1, 0.4), "sharpness": (-2, 1.5)})
        ),
        "other limits",
    ),
    (
        "door_check",
        lambda r, s, limits: fine(r, s, {"residual": (0.1, 0.4), "sharpness": (-2, 1.5)}),
        "For other limits",
    ),
    (
        "door_check",
        lambda r, s, limits: limits["residual"][0] <= r <= limits["residual"][1],
        "For a sharpness above",
    ),
    (
        "door_check",
        lambda r, s, limits: (
            limits["residual"][0] <= r < limits["residual"][1]
            and limits["sharpness"][0] <= s < limits["sharpness"][1]
        ),
        "on their upper",
    ),
    (
        "door_check",
        lambda r, s, limits: (
            limits["residual"][0] < r <= limits["residual"][1]
            and limits["sharpness"][0] < s <= limits["sharpness"][1]
        ),
        "on their lower",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: (
            "int8" if np.median(i) < np.median(f) and b[1] >= a - d else "float32"
        ),
        "slow calls",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if np.mean(i) < np.mean(f) and b[1] >= a - d else "float32",
        "For a file that stumble",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if np.max(i) < np.max(f) and b[1] >= a - d else "float32",
        "once in 21",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if np.min(i) < np.min(f) and b[1] >= a - d else "float32",
        "95th percentiles",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and b[0] >= a - d else "float32",
        "lower end",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and b[2] >= a - d else "float32",
        "lower end",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) else "float32",
        "lower end",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if b[1] >= a - d else "float32",
        "only smaller",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) <= p95(f) and b[1] >= a - d else "float32",
        "Lower means lower",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: (
            "int8" if np.percentile(i, 90) < np.percentile(f, 90) and b[1] >= a - d else "float32"
        ),
        "For a file that stumbles",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: (
            "int8" if sorted(i)[int(0.95 * len(i))] < sorted(f)[int(0.95 * len(f))] else "float32"
        ),
        "between two calls",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and b[1] > a - d else "float32",
        "isn't more than that",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and b[1] >= a * (1 - d) else "float32",
        "not a share",
    ),
    ("worth_it", lambda f, i, a, b, d: (f.sort(), ship(f, i, a, b, d))[1], "in place"),
    ("worth_it", lambda f, i, a, b, d: "int8", "For a slower file"),
    ("worth_it", lambda f, i, a, b, d: "float32", "For a faster file"),
    ("worth_it", lambda f, i, a, b, d: p95(i) < p95(f) and b[1] >= a - d, "text in quotes"),
    (
        "worth_it",
        lambda f, i, a, b, d: "float32" if ship(f, i, a, b, d) == "int8" else "int8",
        "For a faster file",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and b[1] >= a else "float32",
        "For a faster file",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and b[1] >= d else "float32",
        "For a faster file whose",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) and abs(a - b[1]) <= d else "float32",
        "For a better file",
    ),
    (
        "worth_it",
        lambda f, i, a, b, d: "int8" if p95(i) < p95(f) or b[1] >= a - d else "float32",
        "For",
    ),
    ("worth_it", lambda f, i, a, b, d: ship(f, i, a, b, 0.03), "worst_drop"),
    ("worth_it", lambda f, i, a, b, d: ship(f, i, a, b, max(d, 0.01)), "For no drop"),
]

BLANK_FUNCTIONS = [
    ("scale_and_zero", lambda low, high: ...),
    ("quantise_image", lambda image: ...),
    ("per_filter_scales", lambda kernel: ...),
    ("door_check", lambda residual, sharpness, limits: ...),
    ("worth_it", lambda ms_float, ms_int8, auc_float, auc_int8, worst_drop: ...),
]
LESSON = lesson_19

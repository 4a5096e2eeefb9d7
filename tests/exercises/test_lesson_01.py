"""Lesson 01's checks: right answers pass, wrong ones get the message that helps."""

import numpy as np
import pytest
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor import datasets, scratch
from medtutor.exercises import lesson_01

IDENTIFYING = ["PatientBirthDate", "StudyDescription", "OperatorsName", "AccessionNumber"]


def to_hu(stored, slope, intercept):
    return stored.astype("float64") * slope + intercept


def to_hu_pixel_by_pixel(stored, slope, intercept):
    pixels = [float(value) * slope + intercept for value in stored.ravel()]
    return np.array(pixels).reshape(stored.shape)


def too_small_a_type(stored, slope, intercept):
    return (stored.astype("float64") * slope + intercept).astype("int64").astype(stored.dtype)


def line(hu, center, width):
    return (hu - (center - 0.5)) / (width - 1) + 0.5


def window(hu, center, width):
    return np.clip(line(hu, center, width), 0, 1)


def window_of_rectifiers(hu, center, width):
    return scratch.relu(line(hu, center, width)) - scratch.relu(line(hu, center, width) - 1)


def box_area(mask, spacing):
    if not mask.any():
        return 0
    rows, columns = np.nonzero(mask)
    height, width = np.ptp(rows) + 1, np.ptp(columns) + 1
    return height * width * spacing[0] * spacing[1]


def scaled(image, low, high):
    floor, ceiling = np.percentile(image, (low, high))
    return (np.clip(image, floor, ceiling) - floor) / (ceiling - floor)


def scaled_by_limits(image, low, high):
    floor, ceiling = np.percentile(image, (low, high))
    return (image - floor) / (ceiling - floor)


RIGHT = [
    ("stored_to_hu", to_hu),
    ("stored_to_hu", to_hu_pixel_by_pixel),
    ("show_window", window),
    ("show_window", window_of_rectifiers),
    ("stored_to_hu", lambda x, s, b: np.float32(s) * x.astype("float32") + np.float32(b)),
    ("left_behind", tuple(reversed(IDENTIFYING))),
    ("lesion_area", lambda mask, spacing: mask.sum() * spacing[0] * spacing[1]),
    ("lesion_area", lambda mask, spacing: np.count_nonzero(mask) * np.prod(spacing)),
    ("left_behind", IDENTIFYING),
    ("left_behind", set(IDENTIFYING)),
    ("robust_scale", scaled),
    (
        "robust_scale",
        lambda x, low, high: datasets.min_max(datasets.clip_percentiles(x, low, high)),
    ),
]
WRONG = [
    ("stored_to_hu", -1000, "a function is expected"),
    ("stored_to_hu", lambda x, s, b: x * float(s), "the intercept is missing"),
    ("stored_to_hu", lambda x, s, b: x.astype(float) + b, "You leave the slope out"),
    ("stored_to_hu", lambda x, s, b: to_hu(x, s, -b), "You subtract the intercept"),
    ("stored_to_hu", lambda x, s, b: (x + float(b)) * s, "multiply by the slope first"),
    ("stored_to_hu", lambda x, s, b: to_hu(x, b, s), "have changed places"),
    ("stored_to_hu", too_small_a_type, "cut to whole numbers"),
    ("stored_to_hu", lambda x, s, b: (to_hu(x, s, b) // 1).astype("int32"), "For a slope of 0.5"),
    ("stored_to_hu", lambda x, s, b: to_hu(x, s, b).astype("int32"), "cut to whole numbers"),
    ("stored_to_hu", lambda x, s, b: to_hu(x.astype("int16"), s, b), "int16 ends at 32,767"),
    ("stored_to_hu", lambda x, s, b: x.astype("int16") * s + b, "of the kind int16"),
    ("stored_to_hu", lambda x, s, b: to_hu(x, s, -1024), "take intercept"),
    ("stored_to_hu", lambda x, s, b: x.astype("float16") * s + b, "three digits"),
    ("stored_to_hu", lambda x, s, b: to_hu(x, s, b).clip(-1000), "cut off below -1000"),
    ("stored_to_hu", lambda x, s, b: to_hu(x, s, b).clip(0), "cut off below 0"),
    ("show_window", 0.5, "a function is expected"),
    ("show_window", line, "Cut it off"),
    ("show_window", lambda x, c, w: np.clip((x - c + w / 2) / w, 0, 1), "without its halves"),
    ("show_window", lambda x, c, w: np.clip(line(x, c, w) - 0.5, 0, 1), "becomes black"),
    ("show_window", lambda x, c, w: 1 - window(x, c, w), "Black and white"),
    ("show_window", lambda x, c, w: 255 * window(x, c, w), "0 to 1 is asked for"),
    ("show_window", lambda x, c, w: window(x, c, w).round(2), "You round"),
    ("show_window", lambda x, c, w: window(x, c, w).astype(int), "were decimals cut off"),
    ("show_window", lambda x, c, w: window(x, 50, 400), "For the lung window"),
    ("show_window", lambda x, c, w: window(x, w, c), "For the soft tissue window"),
    ("lesion_area", 13, "a function is expected"),
    ("lesion_area", lambda m, s: m.sum(), "the number of pixels"),
    ("lesion_area", lambda m, s: m.size * s[0] * s[1], "the whole image"),
    ("lesion_area", box_area, "the rectangle around"),
    ("lesion_area", lambda m, s: m.sum() * s[0] ** 2, "its width is spacing[1]"),
    ("lesion_area", lambda m, s: m.sum() * s[1] ** 2, "its height is spacing[0]"),
    ("lesion_area", lambda m, s: m.sum() * (s[0] + s[1]), "is no area"),
    ("lesion_area", lambda m, s: m.sum() * s[0], "one side only"),
    ("left_behind", "PatientBirthDate", "Give a list of names"),
    ("left_behind", 4, "Give a list of names"),
    ("left_behind", [*IDENTIFYING[:3], "AccessionNumber "], "a blank too many"),
    ("left_behind", [*IDENTIFYING, IDENTIFYING[1]], "'StudyDescription' is in your list twice"),
    ("left_behind", IDENTIFYING[:3], "One is still missing"),
    ("left_behind", IDENTIFYING[2:], "Two are still missing"),
    ("left_behind", ["AccessionNumber"], "Three are still missing"),
    ("left_behind", [], "4 are still missing"),
    ("left_behind", [*IDENTIFYING, "KVP"], "tells about the image"),
    ("left_behind", [*IDENTIFYING, "PatientID"], "emptied or replaced"),
    ("left_behind", [*IDENTIFYING, "Birthday"], "not in the header"),
    ("robust_scale", 0.5, "a function is expected"),
    ("robust_scale", lambda x, low, high: datasets.min_max(x * 1.0), "plain min-max"),
    ("robust_scale", datasets.clip_percentiles, "Now scale the result"),
    ("robust_scale", scaled_by_limits, "cut off with np.clip"),
    ("robust_scale", lambda x, low, high: datasets.z_score(x * 1.0), "the z-score"),
    ("robust_scale", lambda x, low, high: scaled(x, 1, 99), "take low and high"),
    ("robust_scale", lambda x, low, high: scaled(x, 0, high), "above only"),
    ("robust_scale", lambda x, low, high: scaled(x, 100 - high, high), "take low"),
    ("robust_scale", lambda x, low, high: scaled(x, low, 100 - low), "take high"),
    ("robust_scale", lambda x, low, high: scaled(x, low / 100, high / 100), "by 100"),
    ("robust_scale", lambda x, low, high: scaled(x, low, high).astype(int), "decimals cut off"),
    ("robust_scale", lambda x, low, high: scaled(x, low, high).round(2), "For an image"),
]
LESSON = lesson_01
BLANK_FUNCTIONS = [
    ("stored_to_hu", lambda stored, slope, intercept: ...),
    ("show_window", lambda hu, center, width: None),
    ("lesion_area", lambda mask, spacing: ...),
    ("robust_scale", lambda image, low, high: ...),
]


@pytest.mark.parametrize("name", IDENTIFYING)
def test_every_forgotten_line_of_the_header_is_asked_for(name):
    answer = [other for other in IDENTIFYING if other != name]
    message = lesson_01.left_behind.verdict(answer).message
    assert "One is still missing. Think of this:" in message
    assert name not in message

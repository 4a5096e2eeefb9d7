"""Lesson 00's checks: right answers pass, wrong ones get the message that helps."""

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_00


def by_loop(image, mask):
    total, count = 0, 0
    for pixel, inside in zip(image.ravel(), mask.ravel(), strict=True):
        if inside:
            total, count = total + int(pixel), count + 1
    return total / count


def overflowing(image, mask):
    total, count = np.uint8(0), 0
    with np.errstate(over="ignore"):
        for pixel in image[mask]:
            total, count = total + pixel, count + 1
    return total / count


RIGHT = [
    ("how_many_pixels", 4096),
    ("how_many_pixels", np.zeros((64, 64)).size),
    ("batch_shape", (32, 224, 224, 3)),
    ("batch_shape", np.zeros((32, 224, 224, 3), "uint8").shape),
    ("mean_inside", lambda image, mask: image[mask].mean()),
    ("mean_inside", by_loop),
]
WRONG = [
    ("how_many_pixels", 128, "You add rows and columns"),
    ("how_many_pixels", 64, "a single row"),
    ("how_many_pixels", 256, "around the edge"),
    ("how_many_pixels", (64, 64), "That is the shape"),
    ("how_many_pixels", "4096", "a number is expected"),
    ("how_many_pixels", 64 * 63, "Rows times columns"),
    ("batch_shape", (224, 224, 3), "That is one image"),
    ("batch_shape", (32, 224, 224), "Colour is missing"),
    ("batch_shape", (32, 224, 224, 1), "enough for grey"),
    ("batch_shape", (32, 3, 224, 224), "channels come last"),
    ("batch_shape", (224, 224, 3, 32), "the number of images comes first"),
    ("batch_shape", (32, 224, 200, 3), "at place 2"),
    ("mean_inside", 68.3, "a function is expected"),
    ("mean_inside", lambda image, mask: image.mean(), "the whole image"),
    ("mean_inside", lambda image, mask: image[~mask].mean(), "outside the mask"),
    ("mean_inside", lambda image, mask: (image * mask).mean(), "still count its pixels"),
    ("mean_inside", lambda image, mask: image[mask].sum(), "That is the sum"),
    ("mean_inside", lambda image, mask: image[mask], "Now take their mean"),
    ("mean_inside", lambda image, mask: image[mask].max(), "the brightest pixel"),
    ("mean_inside", lambda image, mask: int(image[mask].sum()) // int(mask.sum()), "behind the"),
    ("mean_inside", overflowing, "end at 255"),
    ("mean_inside", lambda image, mask: np.mean([v for v in (image * mask).ravel() if v]), "black"),
    (
        "mean_inside",
        lambda image, mask: image[mask].mean().round(2),
        "pixel inside the mask: You r",
    ),
    ("mean_inside", lambda image, mask: image[mask].mean().round(1), "mask of 3 pixels: You round"),
    ("mean_inside", lambda image, mask: round(image[mask].mean()), "You round"),
    (
        "mean_inside",
        lambda image, mask: image[mask].sum() / np.count_nonzero(image[mask]),
        "You leave out the black pixels",
    ),
    ("mean_inside", lambda image, mask: np.median(image[mask]), "expected"),
    ("how_many_pixels", 4096.5, "too large"),
    ("how_many_pixels", 4097, "too large"),
]
LESSON = lesson_00
BLANK_FUNCTIONS = [("mean_inside", lambda image, mask: ...)]

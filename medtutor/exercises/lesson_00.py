"""Exercises of lesson 00, Welcome."""

from collections.abc import Callable

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, equals, returns

N_PIXELS = 64 * 64

how_many_pixels = Exercise(
    id="how_many_pixels",
    lesson="00",
    hints=(
        "Think of a chess board: 8 rows of 8 fields. How do you count its fields?",
        "Multiply the number of rows by the number of columns.",
    ),
    checks=(
        equals(
            N_PIXELS,
            mistakes=(
                Mistake(64 + 64, "You add rows and columns. Each of the 64 rows holds 64 pixels."),
                Mistake(64, "That is a single row. There are 64 of them."),
                Mistake(4 * 64, "That is the way around the edge. Count what is inside, too."),
                Mistake(
                    (64, 64),
                    "That is the shape: rows and columns. How many pixels is that altogether?",
                ),
            ),
            tip="Rows times columns.",
        ),
    ),
    takeaway="That is how every exercise works: write, run, read the verdict.",
)

batch_shape = Exercise(
    id="batch_shape",
    lesson="00",
    hints=(
        "Four numbers: how many images, and then the three numbers of one image.",
        "The order is (images, rows, columns, channels).",
        "A colour photograph has three channels: red, green, blue.",
    ),
    checks=(
        equals(
            (32, 224, 224, 3),
            mistakes=(
                Mistake((224, 224, 3), "That is one image. The number of images comes first."),
                Mistake(
                    (32, 224, 224), "Colour is missing: red, green and blue are three channels."
                ),
                Mistake(
                    (32, 224, 224, 1),
                    "One channel is enough for grey. A colour photograph has three.",
                ),
                Mistake(
                    (32, 3, 224, 224),
                    "That is the order of other libraries. Here, and in Keras, channels come last.",
                ),
                Mistake(
                    (224, 224, 3, 32),
                    "All four numbers are right; the number of images comes first.",
                ),
            ),
            tip="The order is (images, rows, columns, channels).",
        ),
    ),
    takeaway="Most errors in deep learning are wrong shapes. Print the shape first.",
)


def _mean_inside(image: np.ndarray, mask: np.ndarray) -> float:
    return float(image[mask].mean(dtype=np.float64))


def _floor_mean(image: np.ndarray, mask: np.ndarray) -> float:
    return float(int(image[mask].sum(dtype=np.int64)) // int(mask.sum()))


def _rounded_mean(digits: int) -> Callable[[np.ndarray, np.ndarray], float]:
    return lambda image, mask: round(_mean_inside(image, mask), digits)


def _mean_of_products(image: np.ndarray, mask: np.ndarray) -> float:
    products = image * mask
    return float(products[products != 0].mean(dtype=np.float64))


_ROUNDED = "You round. Give the mean as it is."


_IMAGE = np.array([[10, 20, 30, 5], [40, 50, 60, 15], [70, 80, 96, 25]], dtype="uint8")
_MASK = np.zeros((3, 4), dtype=bool)
_MASK[1:, 1:3] = True
_MASK[2, 1] = False
_DARK = np.array([[0, 1], [4, 0], [2, 5]], dtype="uint8")  # no two means are equal
_DARK_MASK = np.array([[True, True], [True, False], [False, False]])
_BRIGHT = np.full((20, 24), 250, dtype="uint8")
_BRIGHT[::2] = 201
_WIDE_MASK = np.zeros((20, 24), dtype=bool)
_WIDE_MASK[3:12, 5:16] = True

mean_inside = Exercise(
    id="mean_inside",
    lesson="00",
    hints=(
        "image[mask] gives the pixels where the mask is True.",
        "The mean is their sum, divided by how many they are. NumPy has a method for it.",
        "return image[mask].mean()",
    ),
    checks=(
        returns(
            _mean_inside,
            case("a 3x4 image and a mask of 3 pixels", _IMAGE, _MASK),
            case("a 3x4 image and a mask of one pixel", _IMAGE, _IMAGE == 80),
            case("a dark image with a black pixel inside the mask", _DARK, _DARK_MASK),
            case(
                "a bright 20x24 image",
                _BRIGHT,
                _WIDE_MASK,
                tip="Numbers of the kind uint8 end at 255 and then start over: add them up with "
                ".sum() or .mean() of NumPy, which take care of it.",
            ),
            mistakes=(
                Mistake(
                    lambda image, mask: image.mean(),
                    "That is the mean of the whole image. Take the pixels inside the mask only: "
                    "image[mask].",
                ),
                Mistake(
                    lambda image, mask: image[~mask].mean(),
                    "That is the mean outside the mask: ~ turns a mask into its opposite.",
                ),
                Mistake(
                    lambda image, mask: (image * mask).mean(),
                    "You set the outside to 0, but still count its pixels: take image[mask].",
                ),
                Mistake(
                    _mean_of_products,
                    "You leave out the black pixels: 0 is a brightness, too. Take image[mask].",
                ),
                Mistake(
                    lambda image, mask: image[mask].sum(),
                    "That is the sum. Divide it by the number of pixels.",
                ),
                Mistake(
                    lambda image, mask: image[mask],
                    "Those are the right pixels. Now take their mean.",
                ),
                Mistake(
                    lambda image, mask: image[mask].max(),
                    "That is the brightest pixel. The mean is asked for.",
                ),
                Mistake(_rounded_mean(0), _ROUNDED),
                Mistake(_rounded_mean(1), _ROUNDED),
                Mistake(_rounded_mean(2), _ROUNDED),
                Mistake(
                    _floor_mean,
                    "The part behind the point is missing: divide with / and not with //.",
                ),
            ),
        ),
    ),
    takeaway="A mask picks pixels. You will meet it again in every lesson on segmentation.",
)

"""Exercises of lesson 08, A U-Net that segments images."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _transposed(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    rows, columns = ((n - 1) * stride + k for n, k in zip(x.shape, kernel.shape, strict=True))
    y = np.zeros((rows, columns))
    for i, j in np.ndindex(x.shape):
        top, left = stride * i, stride * j
        y[top : top + kernel.shape[0], left : left + kernel.shape[1]] += x[i, j] * kernel
    return y


def _overwriting(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    y = np.zeros_like(_transposed(x, kernel, stride))
    for i, j in np.ndindex(x.shape):
        top, left = stride * i, stride * j
        y[top : top + kernel.shape[0], left : left + kernel.shape[1]] = x[i, j] * kernel
    return y


_X = np.array([[1.0, 2.0], [3.0, -1.0]])
_K = np.array([[1.0, 2.0], [0.0, 1.0]])
_WIDE = np.arange(9.0).reshape(3, 3)

transposed_convolution = Exercise(
    id="transposed_convolution",
    lesson="08",
    hints=(
        "Begin with zeros of the output's size: (rows of x - 1) * stride + rows of the kernel.",
        "For each pixel x[i, j]: where does its copy of the kernel begin? At (stride*i, stride*j).",
        "y[top : top + kh, left : left + kw] += x[i, j] * kernel",
    ),
    checks=(
        returns(
            _transposed,
            case("a 2×2 image, a 2×2 kernel, stride 2", _X, _K, 2),
            case(
                "a 2×2 image, a 3×3 kernel, stride 2",
                _X,
                _WIDE,
                2,
                tip="Here neighbouring copies of the kernel overlap.",
            ),
            case(
                "an image of 2×3 pixels, stride 1",
                np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]),
                _K,
                1,
                tip="Rows and columns need not be equally many.",
            ),
            case("one single pixel, stride 3", np.array([[2.0]]), _WIDE, 3),
            mistakes=(
                Mistake(
                    _overwriting,
                    "Where two copies of the kernel overlap, they add up: use +=, not =.",
                ),
                Mistake(
                    lambda x, k, s: _transposed(x, k[::-1, ::-1], s),
                    "Your kernel is turned by 180°. Lay it down as it is.",
                ),
                Mistake(
                    lambda x, k, s: np.kron(x, k),
                    "That is the Kronecker product: right only where the stride is the kernel's "
                    "size.",
                ),
                Mistake(
                    lambda x, k, s: np.repeat(np.repeat(x, s, axis=0), s, axis=1),
                    "That repeats every pixel; it leaves the kernel out.",
                ),
            ),
        ),
    ),
    takeaway="Each pixel lays down its own copy of the kernel, and overlaps add up.",
)


def _dice(truth: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    scores = np.full(n_classes, np.nan)
    for number in range(n_classes):
        t, p = truth == number, predicted == number
        if t.any() or p.any():
            scores[number] = 2 * (t & p).sum() / (t.sum() + p.sum())
    return scores


def _dice_or(value: float) -> Callable[[np.ndarray, np.ndarray, int], Any]:
    return lambda t, p, k: np.nan_to_num(_dice(t, p, k), nan=value)


def _iou(truth: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    dice = _dice(truth, predicted, n_classes)
    return dice / (2 - dice)


_TISSUES = np.array([[0, 0, 1], [2, 2, 1], [2, 3, 3]])
_GUESS = np.array([[0, 1, 1], [2, 2, 1], [3, 3, 2]])

dice_of_classes = Exercise(
    id="dice_of_classes",
    lesson="08",
    hints=(
        "For one class, truth == number and predicted == number are two yes-or-no masks.",
        "Twice the pixels in both, divided by the pixels of one plus the pixels of the other.",
        "Begin with np.full(n_classes, np.nan), and fill in only classes that one of them has.",
    ),
    checks=(
        returns(
            _dice,
            case("four tissues on 3×3 pixels", _TISSUES, _GUESS, 4),
            case("a perfect mask", _TISSUES, _TISSUES, 4),
            case(
                "a class that neither mask has",
                np.array([[0, 1], [1, 1]]),
                np.array([[0, 0], [1, 1]]),
                3,
                tip="0 / 0: nothing to overlap, so give NaN.",
            ),
            case(
                "a lesion that was missed whole",
                np.array([[0, 1], [0, 0]]),
                np.zeros((2, 2), int),
                2,
                tip="One of the two masks has the class: the score is 0.",
            ),
            mistakes=(
                Mistake(
                    _dice_or(1.0),
                    "A class that neither mask has gets 1 from you. That would count as a success; "
                    "give NaN.",
                ),
                Mistake(
                    _dice_or(0.0),
                    "A class that neither mask has gets 0 from you. That would count as a failure; "
                    "give NaN.",
                ),
                Mistake(_iou, "That is intersection over union; Dice is 2|T∩P| / (|T| + |P|)."),
                Mistake(
                    lambda t, p, k: np.full(k, (t == p).mean()),
                    "That is accuracy: the share of pixels that agree.",
                ),
                Mistake(
                    lambda t, p, k: np.nanmean(_dice(t, p, k)),
                    "One number for all. Give one for each class, the background first.",
                ),
                Mistake(
                    lambda t, p, k: _dice(t, p, k) / 2,
                    "All is half as large as it should be: the overlap counts twice.",
                ),
            ),
        ),
    ),
    takeaway="NaN says that there was nothing to judge; np.nanmean leaves it out.",
)


def _without_small(mask: np.ndarray, smallest: int) -> np.ndarray:
    numbered, count = ndimage.label(mask)
    keep = [n for n in range(1, count + 1) if (numbered == n).sum() >= smallest]
    return np.isin(numbered, keep)


def _strictly_larger(mask: np.ndarray, smallest: int) -> np.ndarray:
    return _without_small(mask, smallest + 1)


def _all_or_nothing(mask: np.ndarray, smallest: int) -> np.ndarray:
    return mask & (mask.sum() >= smallest)


def _largest_only(mask: np.ndarray, smallest: int) -> np.ndarray:
    numbered, count = ndimage.label(mask)
    sizes = [(numbered == n).sum() for n in range(1, count + 1)]
    return numbered == 1 + int(np.argmax(sizes)) if sizes else mask


def _spots(*corners: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((8, 9), bool)
    for top, left, height, width in corners:
        mask[top : top + height, left : left + width] = True
    return mask


remove_small = Exercise(
    id="remove_small",
    lesson="08",
    hints=(
        "ndimage.label(mask) numbers the spots: (array of numbers, how many spots).",
        "np.bincount(numbered.ravel()) counts the pixels of each number; 0 is the background.",
        "Keep the pixels whose number belongs to a spot of at least `smallest` pixels: np.isin.",
    ),
    checks=(
        returns(
            _without_small,
            case(
                "spots of 6, 4 and 1 pixels, at least 4",
                _spots((0, 0, 2, 3), (5, 5, 2, 2), (3, 8, 1, 1)),
                4,
                tip="A spot of exactly 4 pixels stays.",
            ),
            case("spots of 6 and 2 pixels, at least 3", _spots((0, 0, 2, 3), (5, 5, 1, 2)), 3),
            case("an empty mask", _spots(), 3, tip="There is nothing to remove."),
            case(
                "only small spots",
                _spots((0, 0, 1, 1), (4, 4, 1, 1), (7, 0, 1, 1)),
                2,
                tip="Three spots of one pixel are three small spots, not one of three.",
            ),
            mistakes=(
                Mistake(_strictly_larger, "A spot of exactly `smallest` pixels should stay."),
                Mistake(
                    _largest_only,
                    "You keep the largest spot only. A patient may have several lesions.",
                ),
                Mistake(
                    _all_or_nothing,
                    "You count the whole mask. Number the spots first, and count each.",
                ),
                Mistake(
                    lambda mask, smallest: ~_without_small(mask, smallest),
                    "You return the background: the mask is turned round.",
                ),
                Mistake(
                    lambda mask, smallest: mask & ~_without_small(mask, smallest),
                    "You keep the small spots and drop the large ones.",
                ),
            ),
        ),
    ),
    takeaway="It removes false alarms and small lesions alike: choose the size on validation.",
)


def _millilitres(masks: np.ndarray, spacing: tuple[float, float, float]) -> float:
    return float(masks.sum() * np.prod(spacing) / 1000)


_CUBE = np.zeros((4, 10, 10), int)
_CUBE[1:3, 2:7, 2:7] = 1

lesion_volume = Exercise(
    id="lesion_volume",
    lesson="08",
    hints=(
        "How many voxels are in the lesion? How large is one of them, in mm³?",
        "A voxel is as large as the product of its three edges.",
        "1 ml is 1000 mm³.",
    ),
    checks=(
        returns(
            _millilitres,
            case("50 voxels of 5 × 2 × 2 mm", _CUBE, (5.0, 2.0, 2.0)),
            case("50 voxels of 1 × 1 × 1 mm", _CUBE, (1.0, 1.0, 1.0)),
            case("no lesion", np.zeros((3, 4, 4), int), (6.0, 3.0, 3.0)),
            mistakes=(
                Mistake(
                    lambda m, s: _millilitres(m, s) * 1000,
                    "That is in mm³. 1 ml is 1000 mm³.",
                ),
                Mistake(
                    lambda m, s: float(m.sum() * s[1] * s[2] / 1000),
                    "The distance of the slices is missing: a voxel has a depth, too.",
                ),
                Mistake(
                    lambda m, s: float(m.sum() * np.sum(s) / 1000),
                    "You add the edges of a voxel; its volume is their product.",
                ),
                Mistake(
                    lambda m, s: float(m.sum()),
                    "That is the number of voxels; a patient's lesion is measured in ml.",
                ),
                Mistake(
                    lambda m, s: float(m.sum() * np.prod(s) / 100),
                    "1 ml is 1 cm³, and 1 cm³ is 10 × 10 × 10 mm³.",
                ),
            ),
        ),
    ),
    takeaway="Without the spacing a mask has no size: always keep the two together.",
)

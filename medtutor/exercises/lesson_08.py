"""Exercises of lesson 08, A U-Net that segments images."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _transposed(
    x: np.ndarray, kernel: np.ndarray, stride: int, columns_stride: int | None = None
) -> np.ndarray:
    strides = stride, stride if columns_stride is None else columns_stride
    sizes = zip(x.shape, kernel.shape, strides, strict=True)
    y = np.zeros([(n - 1) * s + k for n, k, s in sizes])
    for i, j in np.ndindex(x.shape):
        top, left = strides[0] * i, strides[1] * j
        y[top : top + kernel.shape[0], left : left + kernel.shape[1]] += x[i, j] * kernel
    return y


def _overwriting(x: np.ndarray, kernel: np.ndarray, stride: int) -> np.ndarray:
    y = np.zeros_like(_transposed(x, kernel, stride))
    for i, j in np.ndindex(x.shape):
        top, left = stride * i, stride * j
        y[top : top + kernel.shape[0], left : left + kernel.shape[1]] = x[i, j] * kernel
    return y


_X = np.array([[1.0, 2.0, -1.0], [3.0, 0.0, 2.0]])
_K = np.array([[1.0, 2.0], [0.0, -1.0]])
_TALL_X = np.array([[1.0, 0.0], [-2.0, 2.0], [0.0, -3.0]])
_WIDE_K = np.array([[1.0, 2.0, 3.0], [4.0, 0.0, -1.0]])
_WHOLE = np.array([[1, 2], [3, 4], [0, 5]])
_HALVES = np.array([[0.5, 0.25], [-0.5, 1.5]])

transposed_convolution = Exercise(
    id="transposed_convolution",
    lesson="08",
    hints=(
        "Begin with zeros of the output's size: (rows of x - 1) * stride + rows of the kernel, "
        "and likewise for the columns.",
        "For each pixel x[i, j]: where does its copy of the kernel begin? At (stride*i, stride*j).",
        "y[top : top + kh, left : left + kw] += x[i, j] * kernel",
    ),
    checks=(
        returns(
            _transposed,
            case("a 2×3 image, a 2×2 kernel, stride 2", _X, _K, 2),
            case(
                "a 2×3 image, a 3×3 kernel, stride 2",
                _X,
                np.arange(9.0).reshape(3, 3),
                2,
                tip="Here neighbouring copies of the kernel overlap.",
            ),
            case(
                "a 3×2 image, a 2×3 kernel, stride 1",
                _TALL_X,
                _WIDE_K,
                1,
                tip="Rows and columns need not be equally many, neither in x nor in the kernel.",
            ),
            case(
                "a 3×2 image, a 3×4 kernel, stride 3",
                _TALL_X,
                np.arange(12.0).reshape(3, 4),
                3,
                tip="Copies begin three pixels apart here, and overlap in one direction alone.",
            ),
            case(
                "whole numbers in x, fractions in the kernel, stride 1",
                _WHOLE,
                _HALVES,
                1,
                tip="The output needs fractions: np.zeros(shape) holds them, an array typed like "
                "x doesn't.",
            ),
            case(
                "fractions in x (float32), whole numbers in the kernel, stride 2",
                _HALVES.astype("float32"),
                _WHOLE,
                2,
                tip="The output needs fractions: np.zeros(shape) holds them, an array typed like "
                "the kernel doesn't.",
            ),
            case("one single pixel, stride 2", np.array([[2.0]]), _WIDE_K, 2),
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
                    lambda x, k, s: _transposed(x, k.T, s),
                    "Rows and columns of your kernel have changed places. Lay it down as it is.",
                ),
                Mistake(
                    lambda x, k, s: _transposed(x, k, *k.shape),
                    "Your copies lie side by side, whatever the stride (a Kronecker product): "
                    "right only where the stride is the kernel's size.",
                ),
                Mistake(
                    lambda x, k, s: _transposed(x, k, 1),
                    "Your copies begin one pixel apart, whatever the stride: that of x[i, j] "
                    "begins at (stride*i, stride*j).",
                ),
                Mistake(
                    lambda x, k, s: _transposed(x, k, 2),
                    "Your copies begin two pixels apart, whatever the stride.",
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
    return _score(truth, predicted, n_classes, lambda both, t, p: 2 * both / (t + p))


def _score(
    truth: np.ndarray, predicted: np.ndarray, n_classes: int, formula: Callable[..., float]
) -> np.ndarray:
    """Return a formula of the pixels in both, in the true, in the predicted mask, per class."""
    scores = np.full(n_classes, np.nan)
    for number in range(n_classes):
        t, p = truth == number, predicted == number
        if t.any() or p.any():
            scores[number] = formula((t & p).sum(), t.sum(), p.sum())
    return scores


def _dice_or(value: float) -> Callable[[np.ndarray, np.ndarray, int], Any]:
    return lambda t, p, k: np.nan_to_num(_dice(t, p, k), nan=value)


def _nan_if(missing: Callable[[int, int], bool]) -> Callable[[np.ndarray, np.ndarray, int], Any]:
    def formula(both: int, t: int, p: int) -> float:
        return np.nan if missing(t, p) else 2 * both / (t + p)

    return lambda truth, predicted, k: _score(truth, predicted, k, formula)


def _share_of(part: int) -> Callable[[np.ndarray, np.ndarray, int], Any]:
    def formula(both: int, *masks: int) -> float:
        return both / masks[part] if masks[part] else np.nan

    return lambda truth, predicted, k: _score(truth, predicted, k, formula)


_TISSUES = np.array([[0, 0, 1, 1], [2, 2, 1, 1], [2, 3, 3, 1]])
_GUESS = np.array([[0, 1, 1, 1], [2, 2, 1, 0], [3, 3, 2, 0]])
_NAN_TOO_OFTEN = (
    "You give NaN for a class that one of the two masks has. Something was missed, or invented: "
    "that is a score of 0. NaN is only for a class that neither mask has."
)

dice_of_classes = Exercise(
    id="dice_of_classes",
    lesson="08",
    hints=(
        "For one class, truth == number and predicted == number are two yes-or-no masks.",
        "Twice the pixels in both, divided by the pixels of one plus the pixels of the other.",
        "Begin with np.full(n_classes, np.nan), and fill in each class that at least one of the "
        "masks has.",
    ),
    checks=(
        returns(
            _dice,
            case("four tissues on 3×4 pixels", _TISSUES, _GUESS, 4),
            case("a perfect mask", _TISSUES, _TISSUES, 4),
            case(
                "a class that neither mask has",
                np.array([[0, 2, 2], [2, 2, 0]]),
                np.array([[0, 0, 2], [2, 2, 0]]),
                4,
                tip="0 / 0: nothing to overlap, so give NaN.",
            ),
            case(
                "a lesion that was missed whole",
                np.array([[0, 1], [0, 0], [0, 0]]),
                np.zeros((3, 2), int),
                2,
                tip="One of the two masks has the class: the score is 0.",
            ),
            case(
                "a false alarm: a lesion where the truth has none",
                np.zeros((3, 2), int),
                np.array([[0, 1], [0, 0], [0, 0]]),
                2,
                tip="One of the two masks has the class: the score is 0.",
            ),
            case(
                "masks of 600 pixels of type uint8",
                np.repeat(_TISSUES, 50, axis=0).astype("uint8"),
                np.repeat(_GUESS, 50, axis=0).astype("uint8"),
                4,
                tip="A uint8 ends at 255: count with sum, not in the masks' own type.",
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
                Mistake(
                    lambda t, p, k: np.where(np.arange(k) > 0, _dice(t, p, k), np.nan),
                    "The background is missing: class 0 has a score like all others.",
                ),
                Mistake(_nan_if(lambda t, p: not t), _NAN_TOO_OFTEN),
                Mistake(_nan_if(lambda t, p: not p), _NAN_TOO_OFTEN),
                Mistake(
                    lambda truth, predicted, k: _score(
                        truth, predicted, k, lambda both, t, p: both / (t + p - both)
                    ),
                    "That is intersection over union; Dice is 2|T∩P| / (|T| + |P|).",
                ),
                Mistake(
                    _share_of(0),
                    "That is the share of the true pixels that were found (sensitivity). Dice "
                    "divides twice the overlap by the pixels of both masks.",
                ),
                Mistake(
                    _share_of(1),
                    "That is the share of the marked pixels that are right (precision). Dice "
                    "divides twice the overlap by the pixels of both masks.",
                ),
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


def _kept(mask: np.ndarray, keep: Callable[..., Any], structure: Any = None) -> np.ndarray:
    """Return the spots for which ``keep`` (their pixels, all spots' pixels) is true."""
    numbered, count = ndimage.label(mask, structure)
    sizes = np.bincount(numbered.ravel(), minlength=count + 1)[1:]
    return np.isin(numbered, 1 + np.flatnonzero(keep(sizes)))


def _without_small(mask: np.ndarray, smallest: int) -> np.ndarray:
    return _kept(mask, lambda sizes: sizes >= smallest)


def _numbers_of_large(mask: np.ndarray, smallest: int) -> np.ndarray:
    return ndimage.label(mask)[0] * _without_small(mask, smallest)


def _by_box(mask: np.ndarray, smallest: int) -> np.ndarray:
    boxes = ndimage.find_objects(ndimage.label(mask)[0])
    areas = np.array([np.prod([part.stop - part.start for part in box]) for box in boxes])
    return _kept(mask, lambda sizes: areas >= smallest)


def _spots(*corners: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((8, 11), bool)
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
                "spots of 3, 6, 5, 4 and 1 pixels, at least 4",
                _spots((0, 0, 1, 3), (2, 0, 2, 3), (1, 5, 1, 5), (5, 6, 2, 2), (6, 1, 1, 1)),
                4,
                tip="A spot of exactly 4 pixels stays.",
            ),
            case(
                "an L of 5 pixels and spots of 8, 7, 6 and 1, at least 7",
                _spots(
                    (1, 1, 3, 1),
                    (3, 1, 1, 3),
                    (1, 6, 2, 4),
                    (7, 0, 1, 7),
                    (5, 9, 1, 1),
                    (4, 5, 2, 3),
                ),
                7,
                tip="A spot's size is the number of its pixels.",
            ),
            case(
                "two spots of 4 pixels that touch at a corner, and spots of 7, 6 and 1, at least 6",
                _spots((1, 1, 2, 2), (3, 3, 2, 2), (7, 0, 1, 7), (0, 6, 2, 3), (4, 9, 1, 1)),
                6,
                tip="Pixels that touch at a corner alone belong to two spots.",
            ),
            case("an empty mask", _spots(), 3, tip="There is nothing to remove."),
            case(
                "only small spots",
                _spots((0, 0, 1, 1), (4, 4, 1, 1), (7, 0, 1, 1)),
                2,
                tip="Three spots of one pixel are three small spots, not one of three.",
            ),
            case("spots of 1 and 2 pixels, at least 1", _spots((0, 0, 1, 1), (5, 5, 1, 2)), 1),
            mistakes=(
                Mistake(
                    lambda mask, smallest: _without_small(mask, smallest + 1),
                    "A spot of exactly `smallest` pixels should stay.",
                ),
                Mistake(
                    lambda mask, smallest: _without_small(mask, smallest - 1),
                    "A spot of `smallest` - 1 pixels is too small, but you keep it.",
                ),
                Mistake(
                    lambda mask, smallest: _kept(
                        mask, lambda sizes: sizes == max(sizes, default=0)
                    ),
                    "You keep the largest spot only. A patient may have several lesions.",
                ),
                Mistake(
                    lambda mask, smallest: mask & (mask.sum() >= smallest),
                    "No spot is removed. If you count the pixels of the whole mask: number the "
                    "spots first, and count each.",
                ),
                Mistake(
                    lambda mask, smallest: _kept(
                        mask, lambda sizes: sizes >= smallest, np.ones((3, 3))
                    ),
                    "You join spots that touch at a corner alone. Here a spot is what hangs "
                    "together along edges: ndimage.label without a structure.",
                ),
                Mistake(
                    _by_box,
                    "You count the pixels of the box around a spot. Count those of the spot.",
                ),
                Mistake(
                    _numbers_of_large,
                    "You return the numbers of the spots. Give a mask of True and False.",
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


_BLOCK = np.zeros((4, 10, 12), int)
_BLOCK[1, 2:7, 3:9] = _BLOCK[2, 3:7, 4:9] = 1

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
            case("50 voxels of 5 × 2.5 × 3.5 mm", _BLOCK, (5.0, 2.5, 3.5)),
            case("50 voxels of 1.5 × 0.5 × 0.25 mm", _BLOCK, (1.5, 0.5, 0.25)),
            case(
                "480 voxels of 4 × 3 × 2 mm, masks of type uint8",
                np.ones((4, 10, 12), "uint8"),
                (4, 3, 2),
                tip="A uint8 ends at 255: count with sum, then multiply.",
            ),
            case("no lesion", np.zeros((3, 4, 5), int), (6.0, 3.0, 2.0)),
            mistakes=(
                Mistake(
                    lambda m, s: _millilitres(m, s) * 1000,
                    "That is in mm³. 1 ml is 1000 mm³.",
                ),
                Mistake(
                    lambda m, s: _millilitres(m, (1, *s[1:])),
                    "The distance of the slices is missing: a voxel has a depth, too.",
                ),
                Mistake(
                    lambda m, s: _millilitres(m, (s[0], s[1], s[1])),
                    "You take the distance of the rows for that of the columns, too. They may "
                    "differ.",
                ),
                Mistake(
                    lambda m, s: _millilitres(m, (s[0], s[2], s[2])),
                    "You take the distance of the columns for that of the rows, too. They may "
                    "differ.",
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

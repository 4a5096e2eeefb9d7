"""Exercises of lesson 03, Pooling."""

import numpy as np

from medtutor import scratch
from medtutor.exercises.engine import Exercise, Mistake, case, returns

Shape = tuple[int, int, int]


def _steps(size: int, window: int, stride: int) -> int:
    return (size - window) // stride + 1


def _shape(shape: Shape, pool_size: int, strides: int | None = None) -> Shape:
    stride = pool_size if strides is None else strides
    rows, columns, channels = shape
    return _steps(rows, pool_size, stride), _steps(columns, pool_size, stride), channels


def _rounded_up(shape: Shape, pool_size: int, strides: int | None = None) -> Shape:
    stride = pool_size if strides is None else strides
    rows, columns = (-(-(size - pool_size) // stride) + 1 for size in shape[:2])
    return rows, columns, shape[2]


def _swapped(shape: Shape, pool_size: int, strides: int | None = None) -> Shape:
    rows, columns, channels = _shape(shape, pool_size, strides)
    return columns, rows, channels


def _one_less(shape: Shape, pool_size: int, strides: int | None = None) -> Shape:
    rows, columns, channels = _shape(shape, pool_size, strides)
    return rows - 1, columns - 1, channels


pooled_shape = Exercise(
    id="pooled_shape",
    lesson="03",
    hints=(
        "Rows and columns follow the formula of lesson 02, without padding and dilation.",
        "Pooling works on each map for itself: what becomes of the number of channels?",
        "Without strides, the window steps by its own size: set strides to pool_size first.",
    ),
    checks=(
        returns(
            _shape,
            # Here each mistake gives a shape of its own, but for a wrong stride of 1 or 2.
            case("16x21 pixels, 12 channels, a window of 4, stride 2", (16, 21, 12), 4, 2),
            case(
                "64x48 pixels, 16 channels, a window of 4, without strides",
                (64, 48, 16),
                4,
                tip="Without strides, the window steps by its own size.",
            ),
            case(
                "7x10 pixels, 4 channels, a window of 2, without strides",
                (7, 10, 4),
                2,
                tip="A row or column that fills no whole window is left out.",
            ),
            case("28x28 pixels, 8 channels, a window of 28", (28, 28, 8), 28),
            case("12x9 pixels, 3 channels, a window of 3, stride 1", (12, 9, 3), 3, 1),
            case(
                "20x13 pixels, 5 channels, a window of 2, stride 3",
                (20, 13, 5),
                2,
                3,
                tip="The stride may be larger than the window.",
            ),
            mistakes=(
                Mistake(
                    lambda shape, k, s=None: _shape(shape, k, s)[:2],
                    "The channels are missing: return (rows, columns, channels).",
                ),
                Mistake(
                    lambda shape, k, s=None: (*_shape(shape, k, s)[:2], 1),
                    "Pooling does not mix the channels: each map is pooled for itself, so there "
                    "are as many as before.",
                ),
                Mistake(
                    lambda shape, k, s=None: (*_shape(shape, k, s)[:2], shape[2] // (s or k)),
                    "You pool the channels, too. The window lies on rows and columns alone.",
                ),
                Mistake(_swapped, "Rows and columns have changed places in your result."),
                Mistake(
                    _one_less,
                    "One is missing: you count the steps, but the first window stands there "
                    "before any step.",
                ),
                Mistake(
                    lambda shape, k, s=None: _shape(shape, k, s or 1),
                    "Without strides you step by 1 pixel; a pooling window then steps by its own "
                    "size.",
                ),
                Mistake(
                    lambda shape, k, s=None: _shape(shape, k, s or 2),
                    "Without strides you step by 2 pixels; a pooling window then steps by its own "
                    "size.",
                ),
                Mistake(
                    lambda shape, k, s=None: _shape(shape, k, k),
                    "You leave strides out: where it is given, the window steps by it, not by "
                    "its own size.",
                ),
                Mistake(
                    lambda shape, k, s=None: (shape[0] // (s or k), shape[1] // (s or k), shape[2]),
                    "You divide by the stride. That is right only where the window is as large "
                    "as the stride: count the steps that fit, plus one.",
                ),
                Mistake(
                    _rounded_up,
                    "You round up, so the last window hangs over the edge: round down.",
                ),
            ),
            names=("the number of rows", "the number of columns", "the number of channels"),
        ),
    ),
    takeaway="Rows and columns shrink, channels stay, and there is nothing to learn.",
)


def _average(image: np.ndarray, pool_size: int, stride: int) -> np.ndarray:
    x = image.astype(float)[None, :, :, None]
    return scratch.avg_pool2d(x, pool_size, strides=stride)[0, :, :, 0]


def _largest(image: np.ndarray, pool_size: int, stride: int | None = None) -> np.ndarray:
    x = image.astype(float)[None, :, :, None]
    return scratch.max_pool2d(x, pool_size, strides=stride)[0, :, :, 0]


def _last_left_zero(image: np.ndarray, pool_size: int, stride: int) -> np.ndarray:
    y = _average(image, pool_size, stride)
    y[-1:], y[:, -1:] = 0, 0
    return y


_SMALL = np.array([[1.0, 3, 2, 0], [4, 2, 1, 1], [0, 1, 5, 2], [2, 2, 3, 6]])
_WIDE = np.random.default_rng(3).permutation(35).reshape(5, 7).astype(float)  # 0 to 34, each once
_MIXED = _WIDE - 9.5
_TYPE_OF_IMAGE = (
    "The image holds whole numbers here. A result typed like it cuts decimals off: "
    "np.zeros(shape) holds them, np.zeros_like(image) doesn't."
)

average_pooling = Exercise(
    id="average_pooling",
    lesson="03",
    hints=(
        "First work out how many rows and columns the output has.",
        "The window of output (i, j) starts at row i * stride, column j * stride.",
        "Cut it out with image[top : top + pool_size, left : left + pool_size] and take .mean().",
    ),
    checks=(
        returns(
            _average,
            case("a 5x7 image, a window of 3, stride 2", _WIDE - 17, 3, 2),
            case("a 4x4 image, a window of 2, stride 2", _SMALL, 2, 2),
            case("a 5x7 image, a window of 3, stride 1", _WIDE, 3, 1),
            case(
                "a 7x5 image, a window of 2, stride 2",
                _WIDE.reshape(7, 5),
                2,
                2,
                tip="The last row and column fill no window.",
            ),
            case(
                "a 5x7 image of whole numbers, a window of 2, stride 3",
                _WIDE.astype(int),
                2,
                3,
                tip=_TYPE_OF_IMAGE,
            ),
            case("a 4x4 image (float32), a window of 4", _SMALL.astype("float32"), 4, 4),
            mistakes=(
                Mistake(_largest, "You take the largest pixel; here the mean is asked for."),
                Mistake(
                    lambda x, k, s: _average(x, k, s) * k * k,
                    "You add the pixels up: divide by their number.",
                ),
                Mistake(
                    lambda x, k, s: _average(x, k, s) * k,
                    "You divide by pool_size; the window has pool_size * pool_size pixels.",
                ),
                Mistake(
                    lambda x, k, s: _average(x, k, 1),
                    "Your window steps by 1 pixel: it should step by stride.",
                ),
                Mistake(
                    lambda x, k, s: _average(x, k, k),
                    "Your window steps by its own size: it should step by stride.",
                ),
                Mistake(
                    _last_left_zero,
                    "The last row and column stay 0: a loop ends one step too early, "
                    "range(n) stops before n.",
                ),
            ),
        ),
    ),
    takeaway="A mean is a convolution whose weights are all equal and never learnt.",
)


def _smallest(image: np.ndarray, pool_size: int) -> np.ndarray:
    return -_largest(-image, pool_size)


def _by_reciprocal(image: np.ndarray, pool_size: int) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return 1 / _largest(1 / image, pool_size)


keep_the_dark = Exercise(
    id="keep_the_dark",
    lesson="03",
    hints=(
        "Which pixel of a window do you want to keep? Max pooling keeps the opposite one.",
        "Turn the image into its negative: what was darkest is now brightest.",
        "Pool -image with scratch.max_pool2d, and turn the result back.",
    ),
    checks=(
        returns(
            _smallest,
            case("a 5x7 image, a window of 2", _WIDE, 2),
            case(
                "a 5x7 image with pixels above and below 0, a window of 2",
                _MIXED,
                2,
                tip="Of -3 and 1, -3 is the darker one.",
            ),
            case("a 4x4 image, a window of 2", _SMALL, 2),
            case("a 4x4 image that is negative everywhere", -_SMALL - 1, 2),
            case(
                "a 5x7 image, a window of 3",
                _WIDE,
                3,
                tip="Rows and columns that fill no window are left out.",
            ),
            case("a 4x4 image (float32), a window of 4", _SMALL.astype("float32"), 4),
            mistakes=(
                Mistake(
                    _largest,
                    "That is max pooling: the dark spot is gone. You want the darkest pixel.",
                ),
                Mistake(
                    lambda x, k: _largest(-x, k),
                    "You pool the negative, which is right; now turn the result back with a minus.",
                ),
                Mistake(
                    lambda x, k: -_largest(x, k),
                    "You turn the result, but you pooled the image as it was: turn the image "
                    "before pooling, too.",
                ),
                Mistake(
                    lambda x, k: -_largest(-np.abs(x), k),
                    "You look for the pixel that is nearest to 0 (abs); the darkest one may be "
                    "far below 0.",
                ),
                Mistake(
                    _by_reciprocal,
                    "1 / x turns the order round only among pixels of one sign: take the negative "
                    "instead.",
                ),
                Mistake(
                    lambda x, k: _average(x, k, k),
                    "The mean thins a small spot out: you want the darkest pixel itself.",
                ),
                Mistake(
                    lambda x, k: _smallest(x, k)[None, :, :, None],
                    "Your result still has the axes of batch and channel: take [0, :, :, 0].",
                ),
            ),
        ),
    ),
    takeaway="What a layer keeps depends on the sign: a network can learn the minus in front.",
)


def _gradient(image: np.ndarray, grad: np.ndarray) -> np.ndarray:
    x, g = (array.astype(float)[None, :, :, None] for array in (image, grad))
    return scratch.max_pool2d_grad(g, x, 2)[0, :, :, 0]


def _to_every_winner(image: np.ndarray, grad: np.ndarray) -> np.ndarray:
    return _enlarged(grad, image) * (_enlarged(_largest(image, 2), image) == image)


def _to_each_an_equal_share(image: np.ndarray, grad: np.ndarray) -> np.ndarray:
    winners = _to_every_winner(image, np.ones_like(grad))
    rows, columns = grad.shape
    blocks = winners[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return winners * _enlarged(grad / blocks.sum(axis=(1, 3)), image)


def _to_first_by_columns(image: np.ndarray, grad: np.ndarray) -> np.ndarray:
    return _gradient(image.T, grad.T).T


def _to_last_winner(image: np.ndarray, grad: np.ndarray) -> np.ndarray:
    whole = image[: 2 * grad.shape[0], : 2 * grad.shape[1]]
    turned = _gradient(whole[::-1, ::-1].copy(), grad[::-1, ::-1].copy())[::-1, ::-1]
    return _fitted(turned, image)


def _enlarged(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Write each value into its window of 2x2, and 0 where there is no window."""
    return _fitted(np.kron(values, np.ones((2, 2))), image)


def _fitted(values: np.ndarray, image: np.ndarray) -> np.ndarray:
    rows, columns = image.shape
    return np.pad(values, ((0, rows - values.shape[0]), (0, columns - values.shape[1])))


_GRAD = np.array([[1.0, -1.0, 2.5], [0.5, 4.0, -3.0]])
_DISTINCT = np.array(
    [[1.0, 3, 2, 0, 9, 5], [4, 2, 1, 1, 7, 8], [0, 1, 5, 2, 3, 4], [2, 7, 3, 6, 1, 0]]
)
# One window with a tie on each diagonal, in a row, in a column; one that is even; one without.
_TIES = np.array([[5.0, 9, 8, 1, 6, 6], [9, 1, 3, 8, 2, 4], [0, 7, 0, 0, 3, 1], [2, 7, 0, 0, 2, 4]])

max_pool_gradient = Exercise(
    id="max_pool_gradient",
    lesson="03",
    hints=(
        "Start with zeros of the image's shape: most pixels did not win and get nothing.",
        "For output (i, j), look at the window from row 2 * i and column 2 * j.",
        "window.argmax() is the number of the first largest pixel in reading order; "
        "divmod(number, 2) gives its row and column in the window.",
    ),
    checks=(
        returns(
            _gradient,
            case("a 4x6 image without ties", _DISTINCT, _GRAD),
            case(
                "a 4x6 image with pixels above and below 0",
                3.5 - _DISTINCT[::-1],
                _GRAD,
                tip="The largest pixel of a window may be below 0.",
            ),
            case(
                "a 4x6 image with ties",
                _TIES,
                _GRAD,
                tip="Of equal pixels, the first in reading order (the upper row first) gets all "
                "of the gradient.",
            ),
            case(
                "a 5x7 image",
                _WIDE,
                _GRAD,
                tip="The last row and column lie in no window: their gradient is 0.",
            ),
            case(
                "a 4x6 image of whole numbers",
                _DISTINCT.astype(int),
                _GRAD,
                tip=_TYPE_OF_IMAGE,
            ),
            case(
                "one window (float32)",
                np.array([[2, 1], [0, 3]], "float32"),
                np.array([[0.25]], "float32"),
            ),
            mistakes=(
                Mistake(
                    lambda x, g: _enlarged(g / 4, x),
                    "You share the gradient out among the four pixels: that is average pooling.",
                ),
                Mistake(
                    lambda x, g: _enlarged(g, x),
                    "Every pixel of a window gets the gradient: only the largest one should.",
                ),
                Mistake(
                    lambda x, g: _gradient(x, _largest(x, 2)),
                    "You write the largest value at its place: write the gradient there.",
                ),
                Mistake(
                    lambda x, g: _gradient(x, np.ones_like(g)),
                    "You write 1 at the winners: write the gradient of their output.",
                ),
                Mistake(
                    lambda x, g: _gradient(-x, g),
                    "The smallest pixel of each window gets the gradient: it should be the "
                    "largest.",
                ),
                Mistake(
                    lambda x, g: _gradient(np.abs(x), g),
                    "The pixel farthest from 0 (abs) gets the gradient: it should be the largest.",
                ),
                Mistake(
                    _to_every_winner,
                    "Where two pixels are equally large, each of them gets the whole gradient, so "
                    "it is counted twice.",
                ),
                Mistake(
                    _to_each_an_equal_share,
                    "Where pixels are equally large, you share the gradient out among them, as "
                    "global max pooling does; here the first one gets all of it.",
                ),
                Mistake(
                    _to_first_by_columns,
                    "Where two pixels are equally large, you take the first by columns; reading "
                    "order goes along the upper row first.",
                ),
                Mistake(
                    _to_last_winner,
                    "Where two pixels are equally large, the last one gets the gradient; it "
                    "should be the first.",
                ),
            ),
        ),
    ),
    takeaway="Max pooling is a switch: all of the gradient goes to the winner's place.",
)

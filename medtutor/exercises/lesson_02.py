"""Exercises of lesson 02, Convolution."""

from typing import Any

import numpy as np

from medtutor import scratch
from medtutor.exercises.comparing import describe
from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns


def _size(size: int, kernel_size: int, stride: int, padding: int) -> int:
    return (size + 2 * padding - kernel_size) // stride + 1


output_size = Exercise(
    id="output_size",
    lesson="02",
    hints=(
        "How far can the window travel? Start with one axis, stride 1 and no padding.",
        "The first window starts at pixel 0, the last one at size + 2 * padding - kernel_size.",
        "Count the steps of that way with whole-number division, //, and add the first window.",
    ),
    checks=(
        returns(
            _size,
            # Here each mistake gives a number of its own, but for the first two, which are right.
            case("26 pixels, a kernel of 5, stride 2, padding 6", 26, 5, 2, 6),
            case("28 pixels, a kernel of 3, stride 1, no padding", 28, 3, 1, 0),
            case(
                "28 pixels, a kernel of 2, stride 3, no padding",
                28,
                2,
                3,
                0,
                tip="The last step may not fit; then there is no window.",
            ),
            case("28 pixels, a kernel of 5, stride 1, padding 2", 28, 5, 1, 2),
            case(
                "a kernel as large as the image",
                7,
                7,
                3,
                0,
                tip="One window fits, whatever the stride.",
            ),
            case("224 pixels, a kernel of 7, stride 2, padding 3", 224, 7, 2, 3),
            mistakes=(
                Mistake(
                    lambda i, k, s, p: (i + 2 * p - k + 1) // s,
                    "Your + 1 stands inside the division. Divide the way alone by the stride, "
                    "then add the window that stands there before any step.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + 2 * p - k - 1) // s + 1,
                    "You take one pixel too many away: the way is size + 2 * padding - "
                    "kernel_size.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + 2 * p - k) // s,
                    "One is missing: you count the steps, but the first window stands there "
                    "before any step.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + 2 * p - k) / s + 1,
                    "There is no such thing as half a window: round down with //.",
                ),
                Mistake(
                    lambda i, k, s, p: -(-(i + 2 * p - k) // s) + 1,
                    "That is one window too many. Round down: a window that hangs over the edge "
                    "doesn't count.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + p - k) // s + 1,
                    "Padding is added at both ends, so it counts twice.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + 4 * p - k) // s + 1,
                    "You count too much padding: it is added once at each end, before the division "
                    "by the stride.",
                ),
                Mistake(
                    lambda i, k, s, p: (i - k) // s + 1,
                    "You leave the padding out: it makes the image larger at both ends.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + 2 * p) // s,
                    "You leave the kernel out: the window must fit in whole.",
                ),
                Mistake(
                    lambda i, k, s, p: (i + 2 * p) // s + 1,
                    "You leave the kernel out: the window must fit in whole.",
                ),
                Mistake(
                    lambda i, k, s, p: i + 2 * p - k + 1,
                    "You leave the stride out: the window takes steps of stride pixels.",
                ),
                Mistake(
                    lambda i, k, s, p: i - k + 1,
                    "You leave stride and padding out.",
                ),
                Mistake(
                    lambda i, k, s, p: i // s,
                    "You divide the size by the stride. Count the windows that fit: they need "
                    "their own width, and padding gives them room.",
                ),
            ),
        ),
    ),
    takeaway="Count windows, not pixels: the way of the window, in steps, plus one.",
)


def _parameters(kernel_size: int, channels: int, filters: int) -> int:
    return (kernel_size**2 * channels + 1) * filters


parameter_count = Exercise(
    id="parameter_count",
    lesson="02",
    hints=(
        "Count the numbers in the kernel array (kh, kw, Cin, Cout) first.",
        "Each filter has one number more than its weights.",
    ),
    checks=(
        returns(
            _parameters,
            case("3x3 kernels, 2 channels, 8 filters", 3, 2, 8),
            case("3x3 kernels, 32 channels, 64 filters", 3, 32, 64),
            case("1x1 kernels, 16 channels, 4 filters", 1, 16, 4),
            case("7x7 kernels, 3 channels, 1 filter", 7, 3, 1),
            mistakes=(
                Mistake(
                    lambda k, c, f: k**2 * c * f,
                    "The biases are missing: one for each filter.",
                ),
                Mistake(
                    lambda k, c, f: k * c * f + f,
                    "The kernel is a square: it has kernel_size rows and kernel_size columns.",
                ),
                Mistake(
                    lambda k, c, f: k**2 * f + f,
                    "A filter has weights of its own for every channel.",
                ),
                Mistake(
                    lambda k, c, f: k**2 * c * f + 1,
                    "There is more than one bias: one for each filter.",
                ),
                Mistake(
                    lambda k, c, f: (k**2 + 1) * c * f,
                    "You give every channel a bias; there is one for each filter alone.",
                ),
                Mistake(
                    lambda k, c, f: k**2 * c * f + c,
                    "The biases belong to the filters, not to the channels.",
                ),
            ),
        ),
    ),
    takeaway="The size of the image is not in it: that is weight sharing.",
)


def _correlate(image: np.ndarray, kernel: np.ndarray, padding: str = "valid") -> np.ndarray:
    x, weights = image.astype(float)[None, :, :, None], kernel.astype(float)[:, :, None, None]
    return scratch.conv2d(x, weights, padding=padding)[0, :, :, 0]


def _last_left_zero(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    y = _correlate(image, kernel)
    y[-1:], y[:, -1:] = 0, 0
    return y


_KERNEL = np.array([[1.0, 2.0, 0.0], [0.0, -1.0, 3.0], [-2.0, 0.5, 1.0]])
_RNG = np.random.default_rng(2)
_WIDE = _RNG.permutation(30).reshape(5, 6) - 9.5
_TALL = _RNG.permutation(20).reshape(5, 4).astype(float)
_STORED = _RNG.integers(0, 256, (4, 6)).astype("uint8")  # as images are stored
_SEVENTHS = _WIDE / 7
_HALVES = np.array([[0.5, -1.25], [0.25, 0.5], [-0.75, 1.5]])
_ROUNDED = "Give the sums as they are: not rounded, and in float32 or float64."
_TYPE_OF_IMAGE = (
    "The image holds whole numbers here. A result typed like it cuts decimals off: "
    "np.zeros(shape) holds them, np.zeros_like(image) doesn't."
)

valid_convolution = Exercise(
    id="valid_convolution",
    lesson="02",
    hints=(
        "Make the output first: np.zeros with one place for each window.",
        "The window at (i, j) is image[i : i + kh, j : j + kw]. Two loops, over i and over j.",
        "y[i, j] = (window * kernel).sum(), for i in range(H - kh + 1), j in range(W - kw + 1).",
    ),
    checks=(
        returns(
            _correlate,
            case("a 5x6 image and a 3x3 kernel", _WIDE, _KERNEL),
            case(
                "a 5x4 image and a 2x3 kernel",
                _TALL,
                _KERNEL[:2],
                tip="Rows and columns differ in number, in the image and in the kernel: take each "
                "from .shape and use it for its own axis; nothing is always 3.",
            ),
            case(
                "a 4x6 image of whole numbers (uint8) and a 3x2 kernel",
                _STORED,
                _HALVES,
                tip=_TYPE_OF_IMAGE,
            ),
            case(
                "a 5x6 image (float32) and a 2x2 kernel of whole numbers",
                (_WIDE / 4).astype("float32"),
                np.array([[2, -1], [0, 3]]),
                tip="A result typed like this kernel cuts decimals off: np.zeros(shape) holds "
                "them.",
            ),
            case(
                "a 1x1 kernel",
                _WIDE,
                np.array([[-2.0]]),
                tip="Then the output is as large as the image.",
            ),
            case("a kernel as large as the image", _KERNEL, _WIDE[:3, :3], tip="One window fits."),
            case("a 5x6 image with many decimals", _SEVENTHS, _KERNEL, tip=_ROUNDED),
            mistakes=(
                Mistake(
                    lambda x, k: _correlate(x, k[::-1, ::-1]),
                    "You flip the kernel. That is convolution as mathematics has it; a layer "
                    "lays the kernel on the image as it is.",
                ),
                Mistake(
                    lambda x, k: _correlate(x, k.T),
                    "Rows and columns of the kernel are swapped: p goes down with i, "
                    "q goes to the right with j.",
                ),
                Mistake(
                    lambda x, k: _correlate(x, k, "same"),
                    'Your output is as large as the image: zeros around it are padding "same". '
                    "With valid, only windows that lie inside the image count.",
                ),
                Mistake(
                    lambda x, k: _correlate(x, k)[:-1, :-1],
                    "The last row and column are missing: a window of kh rows fits "
                    "H - kh + 1 times.",
                ),
                Mistake(
                    lambda x, k: _correlate(x, k)[::2, ::2],
                    "Your window steps by 2 pixels: with stride 1 it visits every place.",
                ),
                Mistake(
                    _last_left_zero,
                    "The last row and column stay 0: a loop ends one step too early, "
                    "range(n) stops before n.",
                ),
                Mistake(
                    lambda x, k: _correlate(x, k) / k.size,
                    "You take the mean of the products; the formula has their sum.",
                ),
                Mistake(
                    lambda x, k: np.maximum(_correlate(x, k), 0),
                    "Negative values are cut off: convolution keeps them (ReLU is a layer of "
                    "its own).",
                ),
                Mistake(
                    lambda x, k: np.abs(_correlate(x, k)),
                    "Negative values lost their sign: convolution keeps it.",
                ),
            ),
        ),
    ),
    takeaway="Window, times kernel, sum: that is the whole layer.",
)


def _not_a_kernel(answer: Any) -> str | None:
    if callable(answer):
        return "Your answer is a function; give the kernel itself: an array of 3x3 weights."
    try:
        weights = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        return f"Your answer is {describe(answer)}; give an array of 3x3 numbers."
    if weights.shape != (3, 3):
        return f"Your kernel has shape {weights.shape}, expected (3, 3): 3 rows of 3 weights."
    if not np.isfinite(weights).all():
        return "Your kernel holds a value that is not a finite number."
    return None


def _scaled(kernel: Any) -> np.ndarray:
    """Return a kernel with 1 as its largest weight: how large all of them are is free."""
    weights = np.asarray(kernel, dtype=float)
    return weights / np.abs(weights).max()


def _sum(kernel: Any) -> float:
    return float(np.asarray(kernel, dtype=float).sum())


def _answers(kernel: Any, image: np.ndarray) -> np.ndarray:
    return _correlate(image, _scaled(kernel))


_FLAT = np.ones((5, 5))
_DARK_ABOVE_BRIGHT = np.repeat([0.0, 0.0, 0.0, 1.0, 1.0, 1.0], 6).reshape(6, 6)
_DARK_BESIDE_BRIGHT = _DARK_ABOVE_BRIGHT.T
_OF_THE_LESSON = np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]) / 2

edge_kernel = Exercise(
    id="edge_kernel",
    lesson="02",
    hints=(
        "Compare what is below the middle with what is above it: one side counts plus, "
        "the other minus.",
        "A flat area must give 0, so the nine weights add up to 0.",
        "An edge between left and right must give 0 too, so each column adds up to 0.",
    ),
    checks=(
        _not_a_kernel,
        passes(
            lambda k: np.any(np.asarray(k, dtype=float)),
            "All weights are 0: this kernel sees nothing.",
        ),
        passes(
            lambda k: np.allclose(_answers(k, _FLAT), 0, atol=1e-6),
            lambda k: (
                f"In a flat area of brightness 1 your kernel gives {_sum(k):.3g}; it should "
                "give 0: make the weights add up to 0."
            ),
        ),
        passes(
            lambda k: np.allclose(_answers(k, _DARK_BESIDE_BRIGHT), 0, atol=1e-6),
            "Your kernel answers where dark lies beside bright, left to right; it should answer "
            "only where dark lies above bright.",
        ),
        passes(
            lambda k: np.abs(_answers(k, _DARK_ABOVE_BRIGHT)).max() > 1e-6,
            "Where dark lies above bright your kernel gives 0, too: it doesn't see that edge.",
        ),
        passes(
            lambda k: np.ptp(np.sign(_answers(k, _DARK_ABOVE_BRIGHT).round(6))) < 2,
            "Near one single edge your kernel answers with plus and with minus; the lower row "
            "should count plus, the upper one minus.",
        ),
        passes(
            lambda k: _answers(k, _DARK_ABOVE_BRIGHT).sum() > 0,
            "Where dark lies above bright your kernel gives a negative number: turn its signs.",
        ),
        passes(
            lambda k: not np.allclose(_scaled(k), _OF_THE_LESSON, atol=1e-6),
            "It does what it should, but it is the kernel from the top of the lesson (or a "
            "multiple of it). Find another one, with other weights.",
        ),
    ),
    takeaway="Many kernels do it, Sobel's among them; every network finds its own.",
)


def _kernel_gradient(x: np.ndarray, grad: np.ndarray) -> np.ndarray:
    return _correlate(x, grad)


_GRAD = np.array([[1.0, -2.0, 0.0, 1.5], [0.5, 3.0, -1.0, 0.0], [2.0, 0.0, -0.5, 4.0]])

kernel_gradient = Exercise(
    id="kernel_gradient",
    lesson="02",
    hints=(
        "The weight k[p, q] meets pixel x[i + p, j + q] in every output (i, j).",
        "So its gradient is the sum of grad[i, j] * x[i + p, j + q] over all i and j.",
        "That is the formula of the layer again: slide grad over x as if it were the kernel.",
    ),
    checks=(
        returns(
            _kernel_gradient,
            case("a 5x6 image and a 3x4 gradient", _WIDE, _GRAD),
            case(
                "a 5x4 image and a 2x3 gradient",
                _TALL,
                _KERNEL[:2],
                tip="The kernel was 4x2: H - Ho + 1 rows and W - Wo + 1 columns.",
            ),
            case(
                "a 4x6 image of whole numbers (uint8) and a 3x2 gradient",
                _STORED,
                _HALVES,
                tip=_TYPE_OF_IMAGE,
            ),
            case(
                "a 5x6 image (float32) and a 2x2 gradient of whole numbers",
                (_WIDE / 4).astype("float32"),
                np.array([[2, -1], [0, 3]]),
                tip="A result typed like this gradient cuts decimals off: np.zeros(shape) holds "
                "them.",
            ),
            case("a gradient of one single number", _WIDE, np.array([[2.0]])),
            case("a 5x6 image with many decimals", _SEVENTHS, _KERNEL, tip=_ROUNDED),
            mistakes=(
                Mistake(
                    lambda x, g: _correlate(x, g)[::-1, ::-1],
                    "Your gradient is turned upside down and left to right: k[p, q] belongs to "
                    "x[i + p, j + q], with plus.",
                ),
                Mistake(
                    lambda x, g: _correlate(x, g[::-1, ::-1]),
                    "You flip grad. The flip belongs to the gradient with respect to the image; "
                    "for the kernel, slide grad as it is.",
                ),
                Mistake(
                    lambda x, g: _correlate(x, g).T,
                    "Rows and columns of your gradient are swapped: k[p, q] belongs to "
                    "x[i + p, j + q].",
                ),
                Mistake(
                    lambda x, g: _correlate(x, g) / g.size,
                    "You take the mean over the outputs; the chain rule adds them up.",
                ),
                Mistake(
                    lambda x, g: _correlate(x, np.ones_like(g)),
                    "You add the pixels up without their weights: each counts grad[i, j] times.",
                ),
                Mistake(
                    lambda x, g: _correlate(x, g, "same"),
                    "Your result is as large as the image; the gradient of a kernel is as large "
                    "as the kernel.",
                ),
            ),
        ),
    ),
    takeaway="The kernel's gradient is the layer's own formula, with grad in the kernel's place.",
)

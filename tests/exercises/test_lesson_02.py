"""Lesson 02's checks: right answers pass, wrong ones get the message that helps."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_02

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]])


# output_size


def size_by_formula(size, kernel_size, stride, padding):
    return (size + 2 * padding - kernel_size) // stride + 1


def size_by_counting(size, kernel_size, stride, padding):
    starts = range(0, size + 2 * padding - kernel_size + 1, stride)
    return len(starts)


# parameter_count


def count_by_formula(kernel_size, channels, filters):
    return kernel_size * kernel_size * channels * filters + filters


def count_by_arrays(kernel_size, channels, filters):
    kernel = np.zeros((kernel_size, kernel_size, channels, filters))
    return kernel.size + np.zeros(filters).size


# valid_convolution


def with_loops(image, kernel):
    (rows, columns), (kh, kw) = image.shape, kernel.shape
    y = np.zeros((rows - kh + 1, columns - kw + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return y


def with_windows(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijpq,pq->ij", windows, kernel).astype("float32")


def as_lists(image, kernel):
    return with_loops(image, kernel).tolist()


def typed_like_the_image(image, kernel):
    sums = with_loops(image, kernel)
    return np.clip(sums, 0, 255).astype("uint8") if image.dtype == "uint8" else sums


def typed_like_the_kernel(image, kernel):
    return with_loops(image, kernel).astype(kernel.dtype)


def swapped_output(image, kernel):
    (rows, columns), (kh, kw) = image.shape, kernel.shape
    y = np.zeros((columns - kw + 1, rows - kh + 1))
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = (image[j : j + kh, i : i + kw] * kernel).sum()
    return y


def stops_too_early(image, kernel):
    (rows, columns), (kh, kw) = image.shape, kernel.shape
    y = np.zeros((rows - kh + 1, columns - kw + 1))
    for i in range(rows - kh):
        for j in range(columns - kw):
            y[i, j] = (image[i : i + kh, j : j + kw] * kernel).sum()
    return y


def with_zeros_around(image, kernel):
    return with_loops(np.pad(image, 1), kernel)


def only_three_by_three(image, kernel):
    y = np.zeros((image.shape[0] - 2, image.shape[1] - 2))
    for i, j in np.ndindex(y.shape):
        y[i, j] = (image[i : i + 3, j : j + 3] * kernel).sum()
    return y


def in_place(image, kernel):
    y = with_loops(image, kernel)
    image[:] = 0
    return y


# kernel_gradient


def gradient_by_sliding(x, grad):
    return with_loops(x, grad)


def gradient_by_chain_rule(x, grad):
    kernel = np.zeros((x.shape[0] - grad.shape[0] + 1, x.shape[1] - grad.shape[1] + 1))
    for p, q in np.ndindex(kernel.shape):
        for i, j in np.ndindex(grad.shape):
            kernel[p, q] += grad[i, j] * x[i + p, j + q]
    return kernel


RIGHT = [
    ("output_size", size_by_formula),
    ("output_size", size_by_counting),
    ("parameter_count", count_by_formula),
    ("parameter_count", count_by_arrays),
    ("valid_convolution", with_loops),
    ("output_size", lambda i, k, s, p: int(np.floor((i + 2 * p - k) / s)) + 1),
    ("valid_convolution", with_windows),
    ("valid_convolution", as_lists),
    ("edge_kernel", np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])),
    ("edge_kernel", [[-0.5, -0.5, -0.5], [0, 0, 0], [0.5, 0.5, 0.5]]),
    ("edge_kernel", np.array([[-1, -2, -1], [-1, -2, -1], [2, 4, 2]], "float32")),
    ("edge_kernel", 1e-9 * np.array([[-1, -1, -1], [0, 0, 0], [1, 1, 1]])),
    ("edge_kernel", np.array([[0, -1, 0], [0, 1, 0], [0, 0, 0]])),
    ("kernel_gradient", gradient_by_sliding),
    ("kernel_gradient", gradient_by_chain_rule),
]
WRONG = [
    ("output_size", 26, "a function is expected"),
    ("output_size", lambda i, k, s, p: (i + 2 * p - k) // s, "One is missing"),
    ("output_size", lambda i, k, s, p: (i + 2 * p - k) / s + 1, "half a window"),
    ("output_size", lambda i, k, s, p: (i + p - k) // s + 1, "both ends, so it counts twice"),
    ("output_size", lambda i, k, s, p: (i - k) // s + 1, "leave the padding out"),
    ("output_size", lambda i, k, s, p: -(-(i + 2 * p - k) // s) + 1, "hangs over the edge"),
    ("output_size", lambda i, k, s, p: (i + 2 * p) // s, "leave the kernel out"),
    ("output_size", lambda i, k, s, p: (i + 2 * p - k + 1) // s, "inside the division"),
    ("output_size", lambda i, k, s, p: (i + 2 * p - k - 1) // s + 1, "one pixel too many away"),
    ("output_size", lambda i, k, s, p: (i + 2 * p - k) // s + 2, "one window too many"),
    ("output_size", lambda i, k, s, p: round((i + 2 * p - k) / s) + 1, "one window too many"),
    ("output_size", lambda i, k, s, p: i - k + 1, "leave stride and padding out"),
    ("output_size", lambda i, k, s, p: i + 2 * p - k + 1, "leave the stride out"),
    ("output_size", lambda i, k, s, p: (i + 4 * p - k) // s + 1, "too much padding"),
    ("output_size", lambda i, k, s, p: (i - k) // s + 1 + 2 * p, "before the division"),
    ("output_size", lambda i, k, s, p: (i + 2 * p) // s - k + 1, "your result is 15, expected 17"),
    ("output_size", lambda i, k, s, p: -(-i // s), "You divide the size by the stride"),
    ("output_size", lambda i, k, s, p: (i + 2 * p - k) // 2 + 1, "a kernel of 3, stride 1"),
    ("output_size", lambda i, k, s, p: size_by_formula(i, k, s, p) + 0.5, "half a window"),
    ("output_size", lambda i, k, s, p: f"{(i + 2 * p - k) // s + 1}", "a number is expected"),
    ("parameter_count", lambda k, c, f: k * k * c * f, "biases are missing"),
    ("parameter_count", lambda k, c, f: k * c * f + f, "square"),
    ("parameter_count", lambda k, c, f: k * k * f + f, "for every channel"),
    ("parameter_count", lambda k, c, f: k * k * c * f + 1, "more than one bias"),
    ("parameter_count", lambda k, c, f: (k * k + 1) * c * f, "You give every channel a bias"),
    ("parameter_count", lambda k, c, f: k * k * c * f + c, "belong to the filters"),
    ("parameter_count", lambda k, c, f: 26 * 26 * 8, "your result is 5408, expected 152"),
    ("valid_convolution", with_loops(X, X[:2, :2]), "a function is expected"),
    ("valid_convolution", lambda x, k: with_loops(x, k[::-1, ::-1]), "You flip the kernel"),
    ("valid_convolution", with_zeros_around, 'zeros around it are padding "same"'),
    ("valid_convolution", stops_too_early, "stay 0: a loop ends one step too early"),
    ("valid_convolution", lambda x, k: with_loops(x, k)[:-1, :-1], "row and column are missing"),
    ("valid_convolution", lambda x, k: with_loops(x, k) / k.size, "the formula has their sum"),
    ("valid_convolution", lambda x, k: np.maximum(with_loops(x, k), 0), "cut off"),
    ("valid_convolution", lambda x, k: abs(with_loops(x, k)), "lost their sign"),
    (
        "valid_convolution",
        lambda x, k: with_loops(x, k.T),
        "Rows and columns of the kernel are",
    ),
    ("valid_convolution", swapped_output, "a 5x6 image and a 3x3 kernel: your result has shape"),
    ("valid_convolution", only_three_by_three, "nothing is always 3"),
    ("valid_convolution", lambda x, k: with_loops(x, k)[::2, ::2], "steps by 2 pixels"),
    ("valid_convolution", typed_like_the_image, "np.zeros_like(image) doesn't"),
    ("valid_convolution", typed_like_the_kernel, "A result typed like this kernel"),
    ("valid_convolution", lambda x, k: with_loops(x, k).round(2), "not rounded"),
    ("valid_convolution", lambda x, k: with_loops(x, k).astype("float16"), "float32 or float64"),
    ("valid_convolution", in_place, "changes image in place"),
    ("valid_convolution", lambda x, k: with_loops(x, k).astype(int), "were decimals cut off"),
    ("edge_kernel", np.zeros((5, 5)), r"shape (5, 5), expected (3, 3)"),
    ("edge_kernel", [-1, 0, 1], r"shape (3,), expected (3, 3)"),
    ("edge_kernel", "sobel", "give an array of 3x3 numbers"),
    ("edge_kernel", with_loops, "give the kernel itself"),
    ("edge_kernel", np.full((3, 3), np.nan), "not a finite number"),
    ("edge_kernel", [["1"] * 3] * 3, "flat area of brightness 1 your kernel gives 9"),
    ("edge_kernel", np.ones((3, 3)), "flat area of brightness 1 your kernel gives 9"),
    ("edge_kernel", np.zeros((3, 3)), "All weights are 0"),
    ("edge_kernel", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "dark lies beside bright"),
    ("edge_kernel", [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "dark lies beside bright"),
    ("edge_kernel", [[1, 2, 1], [0, 0, 0], [-1, -2, -1]], "turn its signs"),
    ("edge_kernel", [[-1, -1, -1], [0, 0, 0], [1, 1, 1]][::-1], "turn its signs"),
    ("edge_kernel", [[1, -2, 1], [0, 0, 0], [-1, 2, -1]], "it doesn't see that edge"),
    ("edge_kernel", [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]], "with plus and with minus"),
    ("edge_kernel", [[-1, -1, -1], [3, 3, 3], [-2, -2, -2]], "with plus and with minus"),
    ("edge_kernel", [[1, 1, 1], [-3, -3, -3], [2, 2, 2]], "with plus and with minus"),
    ("edge_kernel", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "the kernel from the top of the lesson"),
    ("edge_kernel", np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]]) * 1e-9, "from the top"),
    ("edge_kernel", np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) * 1e-9, "turn its signs"),
    ("kernel_gradient", X, "a function is expected"),
    ("kernel_gradient", lambda x, g: with_loops(x, g)[::-1, ::-1], "turned upside down"),
    ("kernel_gradient", lambda x, g: with_loops(x, g[::-1, ::-1]), "You flip grad"),
    ("kernel_gradient", lambda x, g: with_loops(x, g).round(2), "not rounded"),
    ("kernel_gradient", lambda x, g: with_loops(x, g) / g.size, "the mean over the outputs"),
    ("kernel_gradient", lambda x, g: with_loops(x, 0 * g + 1), "without their weights"),
    ("kernel_gradient", lambda x, g: with_loops(np.pad(x, ((1, 1), (1, 2))), g), "as the kernel"),
    ("kernel_gradient", lambda x, g: g, "has shape (3, 4), expected (3, 3)"),
    ("kernel_gradient", lambda x, g: with_loops(x, g).T, "are swapped"),
    ("kernel_gradient", typed_like_the_image, "np.zeros_like(image) doesn't"),
    ("kernel_gradient", typed_like_the_kernel, "A result typed like this gradient"),
]
LESSON = lesson_02
BLANK_FUNCTIONS = [
    ("output_size", lambda size, kernel_size, stride, padding: ...),
    ("parameter_count", lambda kernel_size, channels, filters: ...),
    ("valid_convolution", lambda image, kernel: None),
    ("kernel_gradient", lambda x, grad: ...),
]

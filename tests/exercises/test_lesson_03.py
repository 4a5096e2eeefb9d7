"""Lesson 03's checks: right answers pass, wrong ones get the message that helps."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor import scratch
from medtutor.exercises import lesson_03

X = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]])


# pooled_shape


def shape_by_formula(shape, pool_size, strides=None):
    strides = strides or pool_size
    rows, columns = ((size - pool_size) // strides + 1 for size in shape[:2])
    return rows, columns, shape[2]


def shape_by_pooling(shape, pool_size, strides=None):
    return scratch.max_pool2d(np.zeros((1, *shape)), pool_size, strides=strides).shape[1:]


def swapped_shape(shape, pool_size, strides=None):
    rows, columns, channels = shape_by_formula(shape, pool_size, strides)
    return columns, rows, channels


def half_a_pixel_more(shape, pool_size, strides=None):
    rows, columns, channels = shape_by_formula(shape, pool_size, strides)
    return rows, columns + 0.5, channels


def no_default_stride(shape, pool_size, strides=None):
    return shape_by_formula(shape, pool_size, strides or 1)


def divided(shape, pool_size, strides=None):
    return shape[0] // (strides or pool_size), shape[1] // (strides or pool_size), shape[2]


def pooled_channels(shape, pool_size, strides=None):
    rows, columns, channels = shape_by_formula(shape, pool_size, strides)
    return rows, columns, channels // (strides or pool_size)


def rounded_up(shape, pool_size, strides=None):
    rows, columns = (int(np.ceil((n - pool_size) / (strides or pool_size))) + 1 for n in shape[:2])
    return rows, columns, shape[2]


# average_pooling


def with_loops(image, pool_size, stride, function=np.mean, less=0):
    rows, columns = ((size - pool_size) // stride + 1 for size in image.shape)
    y = np.zeros((rows, columns))
    for i in range(rows - less):
        for j in range(columns - less):
            top, left = i * stride, j * stride
            y[i, j] = function(image[top : top + pool_size, left : left + pool_size])
    return y


def with_windows(image, pool_size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(image, (pool_size, pool_size))
    return windows[::stride, ::stride].mean(axis=(2, 3)).astype("float32")


def typed_like_the_image(image, pool_size, stride):
    return with_loops(image, pool_size, stride).astype(image.dtype)


def swapped(image, pool_size, stride):
    return with_loops(image.T, pool_size, stride)


# keep_the_dark


def negative_of_negative(image, pool_size):
    return -scratch.max_pool2d(-image[None, :, :, None], pool_size)[0, :, :, 0]


def reflected(image, pool_size):
    turned = (image.max() - image)[None, :, :, None]
    return image.max() - scratch.max_pool2d(turned, pool_size)[0, :, :, 0]


def reciprocal(image, pool_size):
    with np.errstate(divide="ignore"):
        return 1 / brightest(1 / image, pool_size)


def minimum_of_blocks(image, pool_size):
    return with_loops(image, pool_size, pool_size, np.min)


def brightest(image, pool_size):
    return with_loops(image, pool_size, pool_size, np.max)


# max_pool_gradient


def gradient_by_argmax(image, grad):
    gradient = np.zeros(image.shape)
    for i, j in np.ndindex(grad.shape):
        window = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        p, q = divmod(window.argmax(), 2)
        gradient[2 * i + p, 2 * j + q] = grad[i, j]
    return gradient


def gradient_by_scratch(image, grad):
    x = image.astype(grad.dtype)
    return scratch.max_pool2d_grad(grad[None, :, :, None], x[None, :, :, None])[0, :, :, 0]


def gradient_typed_like_the_image(image, grad):
    gradient = np.zeros_like(image)
    for i, j in np.ndindex(grad.shape):
        p, q = divmod(image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].argmax(), 2)
        gradient[2 * i + p, 2 * j + q] = grad[i, j]
    return gradient


def to_the_first_by_columns(image, grad):
    return gradient_by_argmax(image.T, grad.T).T


def to_all_that_are_equal_a_share(image, grad):
    gradient = np.zeros(image.shape)
    for i, j in np.ndindex(grad.shape):
        rows, columns = slice(2 * i, 2 * i + 2), slice(2 * j, 2 * j + 2)
        winners = image[rows, columns] == image[rows, columns].max()
        gradient[rows, columns] = grad[i, j] * winners / winners.sum()
    return gradient


def from_zero(image, grad):
    return gradient_by_argmax(np.maximum(image, 0), grad)


def to_all_that_are_equal(image, grad):
    gradient = np.zeros(image.shape)
    for i, j in np.ndindex(grad.shape):
        rows, columns = slice(2 * i, 2 * i + 2), slice(2 * j, 2 * j + 2)
        gradient[rows, columns] = grad[i, j] * (image[rows, columns] == image[rows, columns].max())
    return gradient


def to_the_last(image, grad):
    gradient = np.zeros(image.shape)
    for i, j in np.ndindex(grad.shape):
        window = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
        p, q = divmod(3 - window.ravel()[::-1].argmax(), 2)
        gradient[2 * i + p, 2 * j + q] = grad[i, j]
    return gradient


def shared_out(image, grad):
    gradient = np.zeros(image.shape)
    rows, columns = grad.shape
    gradient[: 2 * rows, : 2 * columns] = np.kron(grad, np.full((2, 2), 0.25))
    return gradient


def in_place(image, grad):
    gradient = gradient_by_argmax(image, grad)
    image[:] = 0
    return gradient


RIGHT = [
    ("pooled_shape", shape_by_formula),
    ("pooled_shape", shape_by_pooling),
    ("average_pooling", with_loops),
    ("average_pooling", with_windows),
    ("keep_the_dark", negative_of_negative),
    ("keep_the_dark", minimum_of_blocks),
    ("keep_the_dark", reflected),
    ("max_pool_gradient", gradient_by_argmax),
    ("max_pool_gradient", gradient_by_scratch),
]
WRONG = [
    ("pooled_shape", (32, 32, 16), "a function is expected"),
    ("pooled_shape", lambda s, k, t=None: shape_by_formula(s, k, t)[:2], "channels are missing"),
    ("pooled_shape", lambda s, k, t=None: (*shape_by_formula(s, k, t)[:2], 1), "not mix"),
    ("pooled_shape", pooled_channels, "You pool the channels, too"),
    ("pooled_shape", no_default_stride, "then steps by its own"),
    ("pooled_shape", divided, "You divide by the stride"),
    ("pooled_shape", lambda s, k, t=None: shape_by_formula(s, k), "You leave strides out"),
    ("pooled_shape", rounded_up, "round down"),
    ("pooled_shape", swapped_shape, "Rows and columns have changed places"),
    ("pooled_shape", lambda s, k, t=2: shape_by_formula(s, k, t), "Without strides you step by 2"),
    ("pooled_shape", half_a_pixel_more, "columns in your result is 9.5, expected 9"),
    (
        "pooled_shape",
        lambda s, k, t=None: ((s[0] - k) // (t or k), (s[1] - k) // (t or k), s[2]),
        "One is missing",
    ),
    ("average_pooling", X, "a function is expected"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, s, np.max), "You take the largest pixel"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, s, np.sum), "divide by their number"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, s) * k, "pool_size * pool_size pixels"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, 1), "steps by 1 pixel"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, k), "steps by its own size"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, s, less=1), "range(n) stops before n"),
    ("average_pooling", swapped, "your result has shape (3, 2), expected (2, 3)"),
    ("average_pooling", lambda x, k, s: abs(with_loops(x, k, s)), "a 5x7 image, a window of 3"),
    ("average_pooling", lambda x, k, s: with_loops(x, k, 2), "a window of 3, stride 1: your"),
    ("average_pooling", typed_like_the_image, "np.zeros_like(image) doesn't"),
    ("keep_the_dark", X, "a function is expected"),
    ("keep_the_dark", brightest, "a window of 2: That is max pooling: the dark spot is gone"),
    ("keep_the_dark", lambda x, k: 255 - brightest(255 - x.clip(0), k), "-3 is the darker one"),
    ("keep_the_dark", lambda x, k: brightest(-x, k), "now turn the result back"),
    ("keep_the_dark", lambda x, k: -brightest(x, k), "turn the image before pooling"),
    ("keep_the_dark", lambda x, k: -brightest(-abs(x), k), "nearest to 0"),
    ("keep_the_dark", lambda x, k: abs(minimum_of_blocks(x, k)), "above and below 0, a window"),
    ("keep_the_dark", reciprocal, "pixels of one sign"),
    ("keep_the_dark", lambda x, k: with_loops(x, k, k), "The mean thins a small spot out"),
    (
        "keep_the_dark",
        lambda x, k: -scratch.max_pool2d(-x[None, :, :, None], k),
        "take [0, :, :, 0]",
    ),
    ("max_pool_gradient", X, "a function is expected"),
    ("max_pool_gradient", shared_out, "that is average pooling"),
    ("max_pool_gradient", lambda x, g: shared_out(x, 4 * g), "Every pixel of a window"),
    (
        "max_pool_gradient",
        lambda x, g: gradient_by_argmax(x, with_loops(x, 2, 2, np.max)),
        "You write the largest value",
    ),
    ("max_pool_gradient", lambda x, g: gradient_by_argmax(x, g * 0 + 1), "You write 1 at the"),
    ("max_pool_gradient", lambda x, g: gradient_by_argmax(-x, g), "The smallest pixel"),
    ("max_pool_gradient", to_all_that_are_equal, "counted twice"),
    ("max_pool_gradient", lambda x, g: gradient_by_argmax(abs(x), g), "farthest from 0"),
    ("max_pool_gradient", to_the_last, "should be the first"),
    ("max_pool_gradient", to_the_first_by_columns, "first by columns"),
    ("max_pool_gradient", to_all_that_are_equal_a_share, "share the gradient out among them"),
    ("max_pool_gradient", gradient_typed_like_the_image, "np.zeros_like(image) doesn't"),
    ("max_pool_gradient", from_zero, "The largest pixel of a window may be below 0"),
    (
        "max_pool_gradient",
        lambda x, g: gradient_by_argmax(x, g)[: 2 * g.shape[0], : 2 * g.shape[1]],
        "a 5x7 image: your result has shape (4, 6), expected (5, 7)",
    ),
    ("max_pool_gradient", in_place, "changes image in place"),
]
LESSON = lesson_03
BLANK_FUNCTIONS = [
    ("pooled_shape", lambda shape, pool_size, strides=None: ...),
    ("average_pooling", lambda image, pool_size, stride: None),
    ("keep_the_dark", lambda image, pool_size: ...),
    ("max_pool_gradient", lambda image, grad: None),
]

"""How fast is medtutor.scratch? Ratios to TensorFlow and to plain loops, in one run.

Run with ``python benchmarks/bench_scratch.py``. Batches hold 32 images. A ratio of 2 means: takes
twice as long as TensorFlow. Plain loops are measured on a small part of one image, then scaled
to the whole batch; the loops do the same work for every output, so this is fair.

Run it on an idle machine: where other programs compute, the threads of NumPy's BLAS wait for each
other, and a millisecond becomes ten.
"""

import os
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

from medtutor import scratch
from medtutor._table import Table

IMAGES = 32
CASES = [
    # height = width, channels, filters, kernel, stride
    (28, 32, 32, 3, 1),
    (28, 32, 64, 3, 1),
    (28, 32, 32, 5, 1),
    (28, 32, 32, 3, 2),
    (28, 1, 32, 3, 1),
    (64, 1, 32, 3, 1),
]


def seconds(function, repeats=15):
    function()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def with_plain_loops(image, kernel, rows, columns):
    kh, kw, channels, filters = kernel.shape
    y = np.zeros((rows, columns, filters))
    for i in range(rows):
        for j in range(columns):
            for f in range(filters):
                total = 0.0
                for p in range(kh):
                    for q in range(kw):
                        for c in range(channels):
                            total += image[i + p][j + q][c] * kernel[p, q, c, f]
                y[i, j, f] = total
    return y


def loop_seconds(x, kernel, outputs):
    filters = kernel.shape[3]
    part = kernel[..., : min(filters, 4)]
    start = time.perf_counter()
    with_plain_loops(x[0], part, 2, 4)
    share = (2 * 4 * part.shape[3]) / (outputs[0] * outputs[1] * filters)
    return (time.perf_counter() - start) / share * IMAGES


def tensorflow_calls(x, kernel, grad, stride):
    x, kernel, grad = map(tf.constant, (x, kernel, grad))
    steps = {"strides": [1, stride, stride, 1], "padding": "VALID"}

    @tf.function
    def forward():
        return tf.nn.conv2d(x, kernel, stride, "VALID")

    @tf.function
    def backward():
        dx = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=x.shape, filter=kernel, out_backprop=grad, **steps
        )
        dkernel = tf.raw_ops.Conv2DBackpropFilter(
            input=x, filter_sizes=kernel.shape, out_backprop=grad, **steps
        )
        return dx, dkernel

    return forward, backward


def row(size, channels, filters, kernel_size, stride):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(IMAGES, size, size, channels)).astype("float32")
    kernel = rng.normal(size=(kernel_size, kernel_size, channels, filters)).astype("float32")
    y = scratch.conv2d(x, kernel, strides=stride)
    forward, backward = tensorflow_calls(x, kernel, y, stride)
    mine = seconds(lambda: scratch.conv2d(x, kernel, strides=stride))
    mine_back = seconds(lambda: scratch.conv2d_grad(y, x, kernel, strides=stride))
    theirs, theirs_back = seconds(forward), seconds(backward)
    loops = loop_seconds(x, kernel, y.shape[1:3])
    return (
        f"{size}x{size}x{channels}",
        f"{kernel_size}x{kernel_size}, {filters} filters, stride {stride}",
        f"{1e3 * mine:.1f}",
        f"{mine / theirs:.1f}",
        f"{1e3 * mine_back:.1f}",
        f"{mine_back / theirs_back:.1f}",
        f"{loops / mine:,.0f}",
    )


def main():
    columns = (
        "images",
        "kernel",
        "forward ms",
        "/ TensorFlow",
        "backward ms",
        "/ TensorFlow ",
        "plain loops / forward",
    )
    print(f"conv2d on {IMAGES} images, float32, {os.cpu_count()} cores, shortest of 15 runs\n")
    print(Table(columns, [row(*case) for case in CASES]))


if __name__ == "__main__":
    main()

"""The formulas as loops over single numbers, on a small piece of the input.

Each function computes a few outputs of an operation, and returns them: every output costs the
same, so the time for all follows from that for a few.
"""

import math

N_NUMBERS = 2000


def conv2d(x, kernel, bias):
    kh, kw, channels, _ = kernel.shape
    outputs = []
    for i in range(4):
        for j in range(4):
            for f in range(2):
                total = bias[f]
                for p in range(kh):
                    for q in range(kw):
                        for c in range(channels):
                            total += x[0, i + p, j + q, c] * kernel[p, q, c, f]
                outputs.append(total)
    return outputs


def max_pool2d(x):
    return [max(_window(x, i, j, c)) for i in range(10) for j in range(10) for c in range(10)]


def avg_pool2d(x):
    return [sum(_window(x, i, j, c)) / 4 for i in range(10) for j in range(10) for c in range(10)]


def _window(x, i, j, c):
    return [x[0, 2 * i + p, 2 * j + q, c] for p in range(2) for q in range(2)]


def global_avg_pool2d(x):
    _, height, width, channels = x.shape
    return [
        sum(x[0, i, j, c] for i in range(height) for j in range(width)) / (height * width)
        for c in range(channels)
    ]


def global_max_pool2d(x):
    _, height, width, channels = x.shape
    return [
        max(x[0, i, j, c] for i in range(height) for j in range(width)) for c in range(channels)
    ]


def dense(x, weights, bias):
    features = x.shape[1]
    return [sum(x[0, f] * weights[f, u] for f in range(features)) + bias[u] for u in range(3)]


def batch_normalization(x, gamma, beta):
    # The mean of one image stands for that of the batch: the work is the same.
    _, height, width, _ = x.shape
    pixels = [x[0, i, j, 0] for i in range(height) for j in range(width)]
    mean = sum(pixels) / len(pixels)
    variance = sum((pixel - mean) ** 2 for pixel in pixels) / len(pixels)
    spread = math.sqrt(variance + 1e-3)
    return [gamma[0] * (pixel - mean) / spread + beta[0] for pixel in pixels]


def each_number(formula):
    """Return a loop that puts the first numbers of its inputs into ``formula``."""

    def loop(*inputs):
        flat = [values.reshape(-1) for values in inputs]
        return [formula(*(values[n] for values in flat)) for n in range(N_NUMBERS)]

    return loop


def each_row(formula):
    """Return a loop that puts the first rows of its inputs into ``formula``, number by number."""

    def loop(*inputs):
        rows = [values.reshape(-1, values.shape[-1]) for values in inputs]
        length = rows[-1].shape[1]
        return [
            output
            for n in range(N_NUMBERS // length)
            for output in formula(*([row[n, k] for k in range(row.shape[1])] for row in rows))
        ]

    return loop


def softmax(scores):
    largest = max(scores)
    powers = [math.exp(score - largest) for score in scores]
    return [power / sum(powers) for power in powers]


def crossentropy(label, scores):
    """Return one loss: of a row of labels, or of one class number in a row of its own."""
    probabilities = softmax(scores)
    if len(label) == 1:
        return [-math.log(probabilities[int(label[0])])]
    return [-sum(t * math.log(p) for t, p in zip(label, probabilities, strict=True))]


def mean_of(formula):
    """Return the loss of one row: the mean of ``formula`` over its outputs."""

    def loss(labels, predictions):
        errors = [formula(t, p) for t, p in zip(labels, predictions, strict=True)]
        return [sum(errors) / len(errors)]

    return loss

"""How fast is medtutor.scratch? Each operation against TensorFlow and against plain loops.

Run with ``python benchmarks/bench_scratch.py``. A ratio of 2 means: takes twice as long as
TensorFlow on the same processor. Both get what went into the operation, and its gradient, and
return all gradients. Loops are measured on a small piece and scaled up (see plain_loops.py).

Both sides get one thread, because threads that wait for each other measure how busy the machine
is: a millisecond of NumPy's BLAS becomes fifty. For more, set OPENBLAS_NUM_THREADS and
TF_NUM_INTRAOP_THREADS on an idle machine. The shortest of many runs is what is shown.
"""

import math
import os
import time
from collections.abc import Callable
from typing import NamedTuple

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["OPENBLAS_NUM_THREADS"] = os.environ.get("OPENBLAS_NUM_THREADS", "1")
os.environ["TF_NUM_INTRAOP_THREADS"] = os.environ.get("TF_NUM_INTRAOP_THREADS", "1")
os.environ["TF_NUM_INTEROP_THREADS"] = os.environ.get("TF_NUM_INTEROP_THREADS", "1")

import keras
import numpy as np
import plain_loops
import tensorflow as tf

from medtutor import scratch
from medtutor._table import Table

SHAPE = (64, 28, 28, 16)
N_CLASSES = 16
SECONDS_A_CALL = 0.4


class Case(NamedTuple):
    """An operation, what goes in, and the same with Keras and with loops."""

    op: str
    inputs: tuple
    keras_call: Callable
    loop: Callable | None = None
    options: dict = {}  # noqa: RUF012 (never changed)
    note: str = ""


def numbers(*shape):
    return np.random.default_rng(len(shape)).normal(size=shape).astype("float32")


def layer_cases():
    x, ops = numbers(*SHAPE), keras.ops
    kernel, bias = numbers(3, 3, 16, 16) / 12, numbers(16)
    rows, weights = numbers(64, 3136), numbers(3136, 64) / 56

    def conv(x, kernel, bias, **how):
        return ops.conv(x, kernel, **how) + bias

    def batch_normalization(x, gamma, beta):
        mean, variance = ops.moments(x, axes=[0, 1, 2])
        return ops.batch_normalization(x, mean, variance, -1, offset=beta, scale=gamma)

    same2 = {"strides": 2, "padding": "same"}
    return [
        Case("conv2d", (x, kernel, bias), conv, plain_loops.conv2d, note="3×3"),
        Case("conv2d", (x, kernel, bias), lambda *a: conv(*a, **same2), None, same2, "3×3, /2"),
        Case(
            "conv2d",
            (x, numbers(5, 5, 16, 16) / 20, bias),
            conv,
            plain_loops.conv2d,
            note="5×5",
        ),
        Case(
            "conv2d",
            (numbers(64, 64, 64, 1), numbers(3, 3, 1, 32), numbers(32)),
            conv,
            plain_loops.conv2d,
            note="64×64×1, 32 filters",
        ),
        Case(
            "conv2d_transpose",
            (x, numbers(2, 2, 16, 16) / 8, bias),
            lambda x, kernel, bias: ops.conv_transpose(x, kernel, strides=2) + bias,
            options={"strides": 2},
            note="2×2, /2",
        ),
        Case("max_pool2d", (x,), lambda x: ops.max_pool(x, 2), plain_loops.max_pool2d),
        Case(
            "max_pool2d",
            (x,),
            lambda x: ops.max_pool(x, 3, 2, "same"),
            options={"pool_size": 3, **same2},
            note="3×3, /2",
        ),
        Case("avg_pool2d", (x,), lambda x: ops.average_pool(x, 2), plain_loops.avg_pool2d),
        Case(
            "avg_pool2d",
            (x,),
            lambda x: ops.average_pool(x, 3, 2, "same"),
            options={"pool_size": 3, **same2},
            note="3×3, /2",
        ),
        Case(
            "global_avg_pool2d",
            (x,),
            lambda x: ops.mean(x, axis=[1, 2]),
            plain_loops.global_avg_pool2d,
        ),
        Case(
            "global_max_pool2d",
            (x,),
            lambda x: ops.max(x, axis=[1, 2]),
            plain_loops.global_max_pool2d,
        ),
        Case(
            "dense",
            (rows, weights, numbers(64)),
            lambda x, w, b: ops.matmul(x, w) + b,
            plain_loops.dense,
            note="64×3136 → 64",
        ),
        Case(
            "batch_normalization",
            (x, numbers(16), bias),
            batch_normalization,
            plain_loops.batch_normalization,
        ),
    ]


def recurrent_cases():
    """Read the rows of 32 images of 28×28 with 64 units."""
    x, layers = numbers(32, 28, 28), keras.layers
    biases = {"rnn": (64,), "lstm": (256,), "gru": (2, 192)}
    keras_layers = {"rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}

    def case(op, bias_shape):
        layer = keras_layers[op](64)
        layer.build(x.shape)
        columns = bias_shape[-1]
        weights = numbers(28, columns) / 8, numbers(64, columns) / 12, numbers(*bias_shape) / 12

        def call(x, *weights):
            return layer.stateless_call(weights, layer.non_trainable_variables, x)[0]

        return Case(op, (x, *weights), call, note="32×28×28 → 64")

    return [case(*each) for each in biases.items()]


def activation_cases():
    x, by_number = (numbers(*SHAPE),), plain_loops.each_number
    formulas = {
        "relu": by_number(lambda x: max(0.0, x)),
        "leaky_relu": by_number(lambda x: x if x > 0 else 0.2 * x),
        "elu": by_number(lambda x: x if x > 0 else math.expm1(x)),
        "sigmoid": by_number(lambda x: 1 / (1 + math.exp(-x))),
        "tanh": by_number(math.tanh),
        "softmax": plain_loops.each_row(plain_loops.softmax),
    }
    return [Case(op, x, getattr(keras.activations, op), loop) for op, loop in formulas.items()]


def loss_cases():
    scores = numbers(*SHAPE)
    classes = np.random.default_rng(0).integers(0, N_CLASSES, SHAPE[:3])
    rows = np.eye(N_CLASSES, dtype="float32")[classes]
    logits, row, mean_of = {"from_logits": True}, plain_loops.each_row, plain_loops.mean_of

    def bce(t, z):
        return max(z, 0) - t * z + math.log1p(math.exp(-abs(z)))

    def huber(t, p):
        error = abs(p - t)
        return error**2 / 2 if error <= 1 else error - 0.5

    def case(op, y_true, keras_loss, loop, y_pred=scores, **options):
        loss = keras_loss(**options)
        return Case(op, (y_true, y_pred), loss, loop, options)

    losses, mask = keras.losses, scratch.sigmoid(scores)
    return [
        case("mae", scores[::-1], losses.MeanAbsoluteError, row(mean_of(lambda t, p: abs(p - t)))),
        case("mse", scores[::-1], losses.MeanSquaredError, row(mean_of(lambda t, p: (p - t) ** 2))),
        case("huber", scores[::-1], losses.Huber, row(mean_of(huber))),
        case("binary_crossentropy", rows, losses.BinaryCrossentropy, row(mean_of(bce)), **logits),
        case("focal", rows, losses.BinaryFocalCrossentropy, None, **logits),
        case(
            "categorical_crossentropy",
            rows,
            losses.CategoricalCrossentropy,
            row(plain_loops.crossentropy),
            **logits,
        ),
        case(
            "sparse_categorical_crossentropy",
            classes,
            losses.SparseCategoricalCrossentropy,
            lambda y, p: row(plain_loops.crossentropy)(y[..., None], p),
            **logits,
        ),
        case("dice", rows, losses.Dice, None, mask),
    ]


def milliseconds(function):
    function()
    times, end = [], time.perf_counter() + SECONDS_A_CALL
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def tensorflow_calls(case, grad):
    """Return the forward and the backward call, each a graph of its own."""
    inputs = [tf.constant(values) for values in case.inputs]
    learnt = [each for each in inputs if each.dtype.is_floating][-1:] if is_loss(case) else inputs
    grad = tf.constant(grad)

    @tf.function
    def forward():
        return case.keras_call(*inputs)

    @tf.function
    def backward():
        with tf.GradientTape() as tape:
            tape.watch(learnt)
            value = case.keras_call(*inputs)
        return tape.gradient(value, learnt, output_gradients=grad)

    return forward, backward


def is_loss(case):
    return getattr(scratch, case.op).__module__.startswith("medtutor.scratch.losses.")


def row(case):
    call, call_grad = getattr(scratch, case.op), getattr(scratch, f"{case.op}_grad")
    y = np.asarray(call(*case.inputs, **case.options))
    forward, backward = tensorflow_calls(case, y)
    grad = float(y) if is_loss(case) else y
    mine = milliseconds(lambda: call(*case.inputs, **case.options))
    mine_back = milliseconds(lambda: call_grad(grad, *case.inputs, **case.options))
    ratio, ratio_back = mine / milliseconds(forward), mine_back / milliseconds(backward)
    return (
        f"{case.op} {case.note}".strip(),
        f"{mine:.2f}",
        f"{ratio:.1f}",
        f"{mine_back:.2f}",
        f"{ratio_back:.1f}",
        "" if case.loop is None else f"{loop_milliseconds(case, y) / mine:,.0f}",
    )


def loop_milliseconds(case, y):
    """Scale the time of a few outputs up; a loss makes one output a row of its input."""
    n_outputs = case.inputs[1][..., 0].size if is_loss(case) else y.size
    n_done = len(case.loop(*case.inputs))
    return milliseconds(lambda: case.loop(*case.inputs)) * n_outputs / n_done


def training_step_row(batch, size):
    """Lesson 07's network: one step in NumPy, and the same one in Keras."""
    x, y = numbers(batch, size, size, 1), np.arange(batch) % 2
    network = scratch.Network(
        [
            scratch.Conv2D(8, 3, strides=2),
            scratch.ReLU(),
            scratch.MaxPool2D(2),
            scratch.Conv2D(8, 3),
            scratch.ReLU(),
            scratch.Flatten(),
            scratch.Dense(2),
        ]
    )
    network.build(x.shape[1:], seed=0)
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input(x.shape[1:]),
            layers.Conv2D(8, 3, strides=2, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(8, 3, activation="relu"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.01), loss)
    how = {"epochs": 1, "batch_size": batch, "learning_rate": 0.01}
    mine = milliseconds(lambda: network.fit(x, y, **how))
    theirs = milliseconds(lambda: model.train_on_batch(x, y))
    return f"{batch} × {size}×{size}×1", f"{mine:.2f}", f"{theirs:.2f}", f"{mine / theirs:.1f}"


def main():
    columns = ("operation", "forward ms", "/ TF", "backward ms", "/ TF ", "loops / forward")
    cases = [*layer_cases(), *recurrent_cases(), *activation_cases(), *loss_cases()]
    print(f"float32, images of {'×'.join(map(str, SHAPE))} unless another size is named\n")
    print(Table(columns, [row(case) for case in cases]))
    print("\na training step of lesson 07's network\n")
    columns = ("batch", "NumPy ms", "Keras ms", "ratio")
    print(Table(columns, [training_step_row(*each) for each in ((16, 64), (32, 28), (64, 28))]))


if __name__ == "__main__":
    main()

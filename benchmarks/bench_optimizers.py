"""How fast is a step of each optimizer? Against NumPy's memory bandwidth, TensorFlow and loops.

Run with ``python benchmarks/bench_optimizers.py``. "/ bandwidth" compares a step with the least
that NumPy needs to touch the same arrays: one sum into a new array (parameters and gradient in,
new parameters out) and one scaling in place for each array of state. "/ TensorFlow" compares it
with Keras' optimizer in a compiled function, which overwrites its parameters.
"""

import os
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
from keras import Variable
from keras import optimizers as keras_optimizers

from medtutor._table import Table
from medtutor.scratch import optimizers

SIZES = (100_000, 1_000_000, 16_000_000)
CASES = [
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("AveragedSGD", {}),
    ("Adagrad", {}),
    ("Adadelta", {}),
    ("RMSprop", {}),
    ("Adam", {}),
    ("Adamax", {}),
    ("Nadam", {}),
    ("AdamW", {}),
]


def milliseconds(function, budget=0.6):
    """Return the shortest of many runs: what is left when nobody else uses the machine."""
    function()
    shortest, end = np.inf, time.perf_counter() + budget
    while time.perf_counter() < end:
        start = time.perf_counter()
        function()
        shortest = min(shortest, time.perf_counter() - start)
    return 1e3 * shortest


def bandwidth(w, g, n_state):
    state = [np.ones_like(w) for _ in range(n_state)]

    def touch():
        _ = w + g
        for values in state:
            np.multiply(values, np.float32(0.9), out=values)

    return milliseconds(touch)


def with_tensorflow(name, arguments, w, g):
    if not hasattr(keras_optimizers, name):
        return None
    optimizer = getattr(keras_optimizers, name)(**arguments)
    variable, grad = Variable(w), tf.constant(g)
    optimizer.build([variable])
    step = tf.function(lambda: optimizer.apply([grad], [variable]), autograph=False)
    return milliseconds(step)


def with_loops(w, g):
    """Time plain SGD on Python floats, one by one, and scale it to all parameters."""
    some_w, some_g = w[:20_000].tolist(), g[:20_000].tolist()
    one = milliseconds(lambda: [a - 0.01 * b for a, b in zip(some_w, some_g, strict=True)])
    return one * len(w) / 20_000


def row(name, arguments, size):
    w, g = np.random.default_rng(0).normal(size=(2, size)).astype("float32")
    optimizer = getattr(optimizers, name)(**arguments)
    mine = milliseconds(lambda: optimizer.step([w], [g]))
    theirs = with_tensorflow(name, arguments, w, g)
    n_state = len(optimizer.slots())
    loops = f"{with_loops(w, g) / mine:,.0f}" if name == "SGD" and not arguments else ""
    return (
        f"{size:,}",
        ", ".join([name, *arguments]),
        n_state,
        f"{mine:.2f}",
        f"{mine / bandwidth(w, g, n_state):.1f}",
        "" if theirs is None else f"{mine / theirs:.1f}",
        loops,
    )


def main():
    columns = (
        "parameters",
        "optimizer",
        "state arrays",
        "ms a step",
        "/ bandwidth",
        "/ TensorFlow",
        "plain loops / step",
    )
    print(f"one float32 array, {os.cpu_count()} cores, the shortest of many runs\n")
    print(Table(columns, [row(*case, size) for size in SIZES for case in CASES]))


if __name__ == "__main__":
    main()

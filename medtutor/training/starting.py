"""Starting a run so that it can be repeated."""

import random
import warnings
from typing import Any

from medtutor._checks import is_whole
from medtutor._keras import N_THREADS, STARTED_HERE, keras


def reproducible(seed: int) -> None:
    """Make everything that follows repeatable: call it first, and again before each training.

    Seeds Python, NumPy and Keras, switches on deterministic operations, and starts
    TensorFlow quietly with a fixed number of threads. On one machine, equal seeds then
    give equal bits. Between kinds of processor the last digits differ, and grow: expect
    a loss that differs by some per cent after ten epochs.

    Parameters
    ----------
    seed : int
        From 0 to 2**32 - 1.

    Raises
    ------
    ValueError
        For any other seed.

    Warns
    -----
    UserWarning
        Where TensorFlow was at work before with another number of threads.

    Notes
    -----
    Taught in lesson 07.
    """
    _check_seed(seed)
    keras.utils.set_random_seed(int(seed))
    if keras.backend.backend() == "tensorflow":
        _make_tensorflow_deterministic()


def _check_seed(seed: int) -> None:
    if not is_whole(seed) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; give a whole number from 0 to {2**32 - 1}")


def _make_tensorflow_deterministic() -> None:
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    if STARTED_HERE:
        return
    try:
        tf.config.threading.set_intra_op_parallelism_threads(N_THREADS)
        tf.config.threading.set_inter_op_parallelism_threads(N_THREADS)
    except RuntimeError:  # it has computed something already
        warnings.warn(
            "TensorFlow was at work before reproducible(…), with its own number of threads: "
            "the same seed gives other last digits on a machine with another number of cores. "
            "Restart the kernel and call reproducible first",
            stacklevel=3,
        )


def reproducible_again(seed: int) -> None:
    """As ``reproducible``, but TensorFlow keeps its programs ready to run.

    ``tf.random.set_seed`` unloads them all, lest a random operation in one of them goes on where
    it was: a U-Net then takes two seconds before its next step. Keras' layers hold their random
    state in variables, so that their programs may stay.
    """
    _check_seed(seed)
    if (state := _tensorflow_state()) is None:
        reproducible(seed)
        return
    import tensorflow as tf

    with tf.Graph().as_default():  # TensorFlow's own seed goes to this empty graph
        keras.utils.set_random_seed(int(seed))
    state._seed, state._rng = int(seed), random.Random(int(seed))
    _make_tensorflow_deterministic()


def _tensorflow_state() -> Any:
    """Return the object that holds TensorFlow's seed, None in a version that keeps it elsewhere."""
    if keras.backend.backend() != "tensorflow":
        return None
    try:
        from tensorflow.python.eager.context import context
    except ImportError:
        return None
    return context() if {"_seed", "_rng"} <= vars(context()).keys() else None


def build_optimizer(model: keras.Model) -> None:
    """Let a compiled model's optimizer make its variables now, before the first step.

    Left to itself it makes them in that step, and TensorFlow then traces the whole training
    program twice: for a U-Net two seconds and 40 MiB more. The results are the same to the bit.
    """
    if model.built and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)

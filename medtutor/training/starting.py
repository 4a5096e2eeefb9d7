"""Starting a run so that it can be repeated."""

import warnings

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
    if not is_whole(seed) or not 0 <= seed < 2**32:
        raise ValueError(f"seed is {seed!r}; give a whole number from 0 to {2**32 - 1}")
    keras.utils.set_random_seed(int(seed))
    if keras.backend.backend() == "tensorflow":
        _make_tensorflow_deterministic()


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


def build_optimizer(model: keras.Model) -> None:
    """Let a compiled model's optimizer make its variables now, before the first step.

    Left to itself it makes them in that step, and TensorFlow then traces the whole training
    program twice: for a U-Net two seconds and 40 MiB more. The results are the same to the bit.
    """
    if model.built and not model.optimizer.built:
        model.optimizer.build(model.trainable_variables)

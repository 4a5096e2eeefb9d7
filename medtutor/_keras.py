"""Keras, started quietly and with the course's thread pool: ``from medtutor._keras import keras``.

Whoever needs Keras imports it from here, so that TensorFlow starts the same way each time.
"""

import logging
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager

N_THREADS = 2
STARTED_HERE = "tensorflow" not in sys.modules


def _prepare_environment() -> None:
    for name in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, str(N_THREADS))
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if platform.machine().lower() in ("x86_64", "amd64"):
        # By itself TensorFlow uses oneDNN only where there is AVX-512. With AVX2 alone, as in
        # most laptops, a lesson then takes half as long again, and a tenth more memory.
        os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@contextmanager
def silenced_stderr() -> Iterator[None]:
    # TensorFlow's C++ code writes past sys.stderr, straight to file descriptor 2.
    sys.stderr.flush()
    saved, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(nowhere)


def _not_about_tracing(record: logging.LogRecord) -> bool:
    # Lessons compare many networks, each traced once. TensorFlow takes that for a mistake.
    return "triggered tf.function retracing" not in record.getMessage()


if STARTED_HERE:
    _prepare_environment()

with silenced_stderr():
    import keras

    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.list_physical_devices()  # the first look at the devices logs, too
        tf.get_logger().addFilter(_not_about_tracing)

__all__ = ["N_THREADS", "STARTED_HERE", "keras"]

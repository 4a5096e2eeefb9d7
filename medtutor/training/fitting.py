"""Training with checks before, progress during, and a history after."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor._keras import keras
from medtutor.training.checking import check_inputs, check_options
from medtutor.training.labels import without_column
from medtutor.training.progress import progress_callbacks
from medtutor.training.starting import build_optimizer

Pair = tuple[np.ndarray, np.ndarray]


def fit(
    model: keras.Model,
    train: Pair,
    val: Pair | None = None,
    *,
    epochs: int,
    batch_size: int = 32,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    class_weight: dict[int, float] | None = None,
) -> keras.callbacks.History:
    """Train a compiled model and show how it goes.

    A notebook shows a live picture of loss and metric, a terminal a bar; under pytest and
    nbval it is silent. Interrupting the kernel ends the training and keeps what is done.

    Parameters
    ----------
    model : keras.Model
        Compiled, with one output; built from the images where it has no input shape. It keeps
        the weights of the last epoch; to keep the best ones, pass
        ``keras.callbacks.EarlyStopping(restore_best_weights=True)``.
    train : (x, y)
        Images, normalised as the model expects them, and labels.
    val : (x, y) or None
        The same for validation, measured after each epoch.
    epochs : int
        Times that the model sees all training images.
    batch_size : int
        Images a step.
    callbacks : sequence of keras.callbacks.Callback
    class_weight : dict of int and float, optional
        Weight of each class in the loss, from 0 up; for outputs that classify whole images.

    Returns
    -------
    keras.callbacks.History
        ``history.history["loss"]`` has one value an epoch, likewise ``val_loss`` and metrics.

    Raises
    ------
    ValueError
        Before any training: a model that isn't compiled, lengths or shapes that don't fit,
        values that aren't finite or not normalised (unless the model does that itself), logits
        under a loss that takes probabilities, labels that the output layer doesn't have or the
        loss doesn't take, an option that is out of range; on a processor with AVX2 alone, a
        layer whose gradient TensorFlow's oneDNN gets wrong.

    Notes
    -----
    Taught in lesson 07.
    """
    check_options(epochs=epochs, batch_size=batch_size, callbacks=callbacks)
    check_inputs(model, train, val, class_weight)
    build_optimizer(model)
    train = _as_keras_takes(model, train)
    val = val and _as_keras_takes(model, val)
    progress = progress_callbacks(epochs)
    options: dict[str, Any] = {
        "epochs": epochs,
        "batch_size": batch_size,
        "validation_data": val,
        "class_weight": class_weight,
        "callbacks": [*callbacks, *progress],
        "verbose": 0,
    }
    try:
        return model.fit(*train, **options)
    except KeyboardInterrupt:
        for callback in progress:
            callback.on_train_end()
        return _history_so_far(model, epochs)


def _as_keras_takes(model: keras.Model, pair: Pair) -> Pair:
    x, y = pair[0], without_column(model, np.asarray(pair[1]))
    # Of itself, Keras makes floats of whole numbers only where it knows the model's input.
    own_code = not getattr(model, "inputs", None)
    return (np.asarray(x, "float32") if own_code else x), y


def _history_so_far(model: keras.Model, epochs: int) -> keras.callbacks.History:
    history: keras.callbacks.History = model.history
    done = len(history.epoch)
    print(f"Stopped by hand after {done} of {epochs} epochs; the model keeps what it has learnt.")
    return history

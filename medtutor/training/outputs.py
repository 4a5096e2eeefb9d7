"""What a model takes and gives, seen by asking it: its layers, its outputs, how it scales."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from medtutor._keras import keras

N_TRIED = 4

# Layers that bring stored values near zero, or may do so.
_NORMALISING = (
    keras.layers.Rescaling,
    keras.layers.Normalization,
    keras.layers.BatchNormalization,
    keras.layers.LayerNormalization,
    keras.layers.Lambda,
)


def layers_of(model: keras.Model) -> Iterator[Any]:
    """Yield the layers of a model in their order, those of models within it, too."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from layers_of(layer)
        else:
            yield layer


def build(model: keras.Model, x: np.ndarray, name: str) -> None:
    """Build a model that has no input shape yet from the images themselves, as Keras would."""
    if model.built:
        return
    if isinstance(model, keras.Sequential):
        model.build((None, *x.shape[1:]))
    else:
        try_out(model, x, name)


def try_out(model: keras.Model, x: np.ndarray, name: str) -> np.ndarray:
    """Return what the model gives for a few images."""
    try:
        outputs = model(keras.ops.convert_to_tensor(x[:N_TRIED], dtype="float32"), training=False)
    except Exception as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ValueError(
            f"the model can't take the images of {name}, of shape {x.shape[1:]}: {reason}; "
            "build it for images of that shape"
        ) from error
    if not hasattr(outputs, "shape"):
        raise ValueError(
            f"the model gives {type(outputs).__name__} of several outputs; training.fit is for "
            "one: use model.fit, which takes a loss and labels for each"
        )
    return keras.ops.convert_to_numpy(outputs)


def normalises_itself(model: keras.Model) -> bool:
    """Tell whether images reach the first weights as they are, or may be scaled before."""
    if not isinstance(model, keras.Sequential) and not hasattr(model, "operations"):
        return True  # a model of somebody's own code: nobody can tell
    for operation in getattr(model, "operations", model.layers):
        if isinstance(operation, keras.Model):
            return normalises_itself(operation)
        if isinstance(operation, _NORMALISING) or not isinstance(operation, keras.layers.Layer):
            return True  # the second: arithmetic, such as images / 255
        if operation.weights:
            return not type(operation).__module__.startswith("keras.")
    return False


def last_activation(model: keras.Model) -> str:
    """Return the name of the activation that makes the output, or nothing where none is seen."""
    layers = list(layers_of(model))
    layer = layers[-1] if layers else None
    if isinstance(layer, keras.layers.Softmax):
        return "softmax"
    return getattr(getattr(layer, "activation", None), "__name__", "")


def from_logits(model: keras.Model) -> bool:
    """Tell whether the loss takes logits instead of probabilities."""
    loss = model.loss
    return isinstance(loss, keras.losses.Loss) and bool(loss.get_config().get("from_logits"))


def check_probabilities(model: keras.Model, outputs: np.ndarray) -> None:
    """Raise where the loss takes probabilities and gets logits, or the other way round."""
    activation = last_activation(model)
    if from_logits(model):
        if activation in ("sigmoid", "softmax"):
            raise ValueError(
                f"the loss has from_logits=True, but the output layer has {activation}: it would "
                f"be applied twice; leave out from_logits=True, or the {activation}"
            )
        return
    low, high = float(outputs.min()), float(outputs.max())
    if activation != "linear" and low >= -1e-3 and high <= 1 + 1e-3:
        return
    squash = "sigmoid" if outputs.shape[-1] == 1 else "softmax"
    raise ValueError(
        f"the loss takes probabilities, but the model gives any number (here {low:.3g} to "
        f'{high:.3g}); give the output layer activation="{squash}", or the loss from_logits=True'
    )

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
    keras.layers.GroupNormalization,
    keras.layers.UnitNormalization,
    keras.layers.Discretization,
    keras.layers.Embedding,
    keras.layers.Lambda,
)
# Layers behind the last activation that leave its values as they are.
_ARRANGING = (keras.layers.Reshape, keras.layers.Permute, keras.layers.Flatten)
_CASTING = (keras.layers.Activation, "linear")
_NO_PROBABILITIES = ("linear", "relu", "tanh", "elu", "selu", "gelu", "silu", "leaky_relu")


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
            f"the model gives its outputs as a {type(outputs).__name__}; training.fit is for one "
            "output, an array: use model.fit, which takes a loss and labels for each"
        )
    return keras.ops.convert_to_numpy(outputs)


def normalises_itself(model: keras.Model) -> bool:
    """Tell whether images reach the first weights as they are, or may be scaled before."""
    return bool(_scales(model))


def _scales(part: Any) -> bool | None:
    """Tell whether a layer or model scales images before it weighs them; None: it does neither."""
    inner = getattr(part, "operations", getattr(part, "layers", None))
    if isinstance(part, keras.Model) and not isinstance(part, keras.Sequential):
        inner = getattr(part, "operations", None)
        if inner is None:
            return True  # a model of somebody's own code: nobody can tell
    if isinstance(part, keras.layers.Wrapper):
        inner = [part.layer]
    if inner is not None:
        return next((found for found in map(_scales, inner) if found is not None), None)
    if isinstance(part, _NORMALISING) or not isinstance(part, keras.layers.Layer):
        return True  # the second: arithmetic, such as images / 255
    return not type(part).__module__.startswith("keras.") if part.weights else None


def last_activation(model: keras.Model) -> str:
    """Return the name of the activation that makes the output, or nothing where none is seen."""
    for layer in reversed(list(layers_of(model))):
        if isinstance(layer, keras.layers.Softmax):
            return "softmax"
        name = getattr(getattr(layer, "activation", None), "__name__", "")
        # The second: how outputs of mixed precision become float32.
        if not isinstance(layer, _ARRANGING) and (type(layer), name) != _CASTING:
            return name
    return ""


def loss_of(model: keras.Model) -> Any:
    """Return the loss itself where it was given by name, in a list or for a named output."""
    loss = list(model.loss.values()) if isinstance(model.loss, dict) else model.loss
    if isinstance(loss, (list, tuple)) and len(loss) == 1:
        loss = loss[0]
    return keras.losses.get(loss) if isinstance(loss, str) else loss


def loss_setting(model: keras.Model, name: str) -> Any:
    """Return what an argument of the loss is, such as from_logits; None for a plain function."""
    loss = loss_of(model)
    return loss.get_config().get(name) if isinstance(loss, keras.losses.Loss) else None


def check_probabilities(model: keras.Model, outputs: np.ndarray) -> None:
    """Raise where the loss takes probabilities and gets logits, or the other way round."""
    activation = last_activation(model)
    if loss_setting(model, "from_logits"):
        if activation in ("sigmoid", "softmax"):
            raise ValueError(
                f"the loss has from_logits=True, but the output layer has {activation}: it would "
                f"be applied twice; leave out from_logits=True, or the {activation}"
            )
        return
    if activation == "softmax":
        _check_sums(outputs)
    low, high = float(outputs.min()), float(outputs.max())
    if activation not in _NO_PROBABILITIES and low >= -1e-3 and high <= 1 + 1e-3:
        return
    squash = "sigmoid" if outputs.shape[-1] == 1 else "softmax"
    raise ValueError(
        f"the loss takes probabilities, but the model gives any number (here {low:.3g} to "
        f'{high:.3g}); give the output layer activation="{squash}", or the loss from_logits=True'
    )


def _check_sums(outputs: np.ndarray) -> None:
    if outputs.shape[-1] == 1:
        raise ValueError(
            "the output layer has softmax over a single unit, which gives 1 for every image; give "
            'it activation="sigmoid", or a unit for each class'
        )
    sums = outputs.astype(float).sum(axis=-1)
    if np.abs(sums - 1).max() > 0.02:  # what float16 may be off
        raise ValueError(
            f"the probabilities of the classes add up to {sums.flat[0]:.3g}, not to 1: softmax is "
            "taken over another axis than the last, the classes; give it axis=-1"
        )

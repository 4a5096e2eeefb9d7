"""What can be wrong before a training starts, each in a sentence with its cure."""

from typing import Any

import numpy as np

from medtutor._keras import keras

# Normalised images lie within a few units of zero; stored ones reach 255 or 1000.
LARGEST_NORMALISED = 20.0


def check_inputs(model: keras.Model, train: Any, val: Any, *, epochs: int, batch_size: int) -> None:
    """Raise ``ValueError`` where a training would fail, or succeed at nonsense."""
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} is {value}; give a whole number from 1 up")
    _check_compiled(model)
    _check_pair(model, train, "train")
    if val is not None:
        _check_pair(model, val, "val")


def _check_compiled(model: keras.Model) -> None:
    if model.compiled:
        return
    one_unit = model.output_shape[-1] == 1
    loss = "binary_crossentropy" if one_unit else "sparse_categorical_crossentropy"
    raise ValueError(
        "the model isn't compiled, so it has no loss to lower; first run "
        f'model.compile(optimizer="adam", loss="{loss}", metrics=["accuracy"])'
    )


def _check_pair(model: keras.Model, pair: Any, name: str) -> None:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"{name} is of type {type(pair).__name__}; give a pair (x, y) of arrays")
    x, y = (np.asarray(part) for part in pair)
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(
            f"{name} has {len(x)} images and {len(y)} labels; give one label for each image"
        )
    _check_images(model, x, name)
    _check_labels(model, y, name)


def _check_images(model: keras.Model, x: np.ndarray, name: str) -> None:
    expected = model.input_shape[1:]
    fits = len(expected) == x.ndim - 1 and all(
        want in (None, got) for want, got in zip(expected, x.shape[1:], strict=True)
    )
    if not fits:
        raise ValueError(
            f"an image of {name} has shape {x.shape[1:]}, the model takes {expected}; "
            "build the model with input_shape=x.shape[1:], or add the channel axis: x[..., None]"
        )
    _check_finite(x, f"the images of {name}")
    low, high = float(x.min()), float(x.max())
    if max(abs(low), abs(high)) > LARGEST_NORMALISED:
        raise ValueError(
            f"the images of {name} go from {low:g} to {high:g} ({x.dtype}): they aren't "
            'normalised; for uint8 images divide first, x.astype("float32") / 255'
        )


def _check_finite(values: np.ndarray, what: str) -> None:
    bad = int(np.sum(~np.isfinite(values)))
    if bad:
        raise ValueError(
            f"{what} hold {bad} values that are NaN or infinite; look for a division by zero "
            "in the normalisation"
        )


def _check_labels(model: keras.Model, y: np.ndarray, name: str) -> None:
    _check_finite(y, f"the labels of {name}")
    units = model.output_shape[-1]
    activation = getattr(getattr(model.layers[-1], "activation", None), "__name__", "")
    highest = {"sigmoid": 1, "softmax": units - 1}.get(activation)
    one_hot = activation == "softmax" and y.ndim == len(model.output_shape)
    if highest is None or (one_hot and y.shape[-1] == units):
        return
    if y.min() < 0 or y.max() > highest:
        raise ValueError(
            f"the labels of {name} go from {y.min()} to {y.max()}, but the output layer "
            f"({units} {activation} unit{'s' * (units > 1)}) knows 0 to {highest}; "
            "build the model with as many classes as there are"
        )

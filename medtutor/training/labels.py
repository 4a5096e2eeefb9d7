"""Labels that don't fit the loss or the output layer, found before a training starts."""

import numpy as np

from medtutor._keras import keras
from medtutor.training.segmentation_loss import DiceCrossentropy

# A loss that isn't named here, such as one of your own, may want anything.
_OF_CLASS_IDS = ("sparse_categorical_crossentropy",)
_OF_OUTPUTS = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
)


def check_labels(model: keras.Model, y: np.ndarray, name: str) -> None:
    """Raise where the labels have another shape, type or range than loss and output take."""
    _check_shape(model, y, name)
    if _wants_class_ids(model):
        _check_whole(y, name)
    _check_range(model, y, name)


def _loss_name(model: keras.Model) -> str:
    loss = keras.losses.get(model.loss) if isinstance(model.loss, str) else model.loss
    if isinstance(loss, keras.losses.Loss):
        loss = getattr(loss, "fn", loss)  # Keras' classes each wrap a function
    module = getattr(loss, "__module__", "")
    return getattr(loss, "__name__", "") if module.startswith("keras.") else ""


def _wants_class_ids(model: keras.Model) -> bool:
    of_maps = isinstance(model.loss, DiceCrossentropy) and model.output_shape[-1] > 1
    return of_maps or _loss_name(model) in _OF_CLASS_IDS


def _check_shape(model: keras.Model, y: np.ndarray, name: str) -> None:
    expected = _expected_shapes(model)
    if not expected or any(fits(shape, y.shape[1:]) for shape in expected):
        return
    raise ValueError(
        f"the labels of {name} have shape {y.shape}; for an output of shape "
        f"{model.output_shape} the loss takes {(None, *expected[0])}; {_cure(model, y)}"
    )


def _expected_shapes(model: keras.Model) -> list[tuple[int | None, ...]]:
    """Return the shapes that the labels of one image may have; none where anything goes."""
    *places, units = model.output_shape[1:]
    if isinstance(model.loss, DiceCrossentropy):
        return [tuple(places), (*places, 1)] if units == 1 else [tuple(places)]
    if _wants_class_ids(model) or (units == 1 and _loss_name(model) in _OF_OUTPUTS):
        return [tuple(places), (*places, 1)]
    return [(*places, units)] if _loss_name(model) in _OF_OUTPUTS else []


def fits(expected: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Return whether a shape is the expected one, in which None stands for any number."""
    return len(expected) == len(shape) and all(
        want in (None, got) for want, got in zip(expected, shape, strict=True)
    )


def _cure(model: keras.Model, y: np.ndarray) -> str:
    *_, units = output = model.output_shape
    if fits(output[1:], y.shape[1:]):
        return "they are one-hot: give class ids, y.argmax(axis=-1)"
    if fits(output[1:-1], y.shape[1:]):
        return f"they are class ids: give them one-hot, np.eye({units})[y]"
    if len(output) > 2:
        return "give masks of the images' size, with a class id for each pixel"
    return "give one label for each image"


def _check_whole(y: np.ndarray, name: str) -> None:
    broken = y[y != np.round(y)]
    if broken.size:
        raise ValueError(
            f"the labels of {name} hold {broken[0]:g}, but the loss takes class ids, which are "
            "whole numbers; look for a normalisation or a resizing that has touched the labels"
        )


def _check_range(model: keras.Model, y: np.ndarray, name: str) -> None:
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

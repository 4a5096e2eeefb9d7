"""Labels that don't fit the loss or the output layer, found before a training starts."""

import numpy as np

from medtutor._keras import keras
from medtutor.training.outputs import check_probabilities, last_activation, loss_of, loss_setting
from medtutor.training.segmentation_loss import DiceCrossentropy

# A loss that isn't named here, such as one of your own, may want anything.
_OF_CLASS_IDS = ("sparse_categorical_crossentropy",)
_OF_OUTPUTS = (
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
)
_OF_NUMBERS = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")


def check_labels(model: keras.Model, outputs: np.ndarray, y: np.ndarray, name: str) -> None:
    """Raise where the labels don't fit what the loss takes and what the model gives.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    outputs : array (n, …)
        What it gives for a few of the images.
    y : array (N, …)
        The labels.
    name : str
        How an error calls them.
    """
    shape = outputs.shape[1:] or (1,)
    _check_shape(model, shape, y, name)
    if _wants_class_ids(model, shape):
        _check_whole(y, name)
    if _loss_name(model) in (*_OF_CLASS_IDS, *_OF_OUTPUTS) or _is_dice(model):
        check_probabilities(model, outputs)
        _check_range(model, shape, y, name)


def without_column(model: keras.Model, y: np.ndarray) -> np.ndarray:
    """Return labels (N, 1) as (N,): Keras fails where a model meets one after the other."""
    known = _loss_name(model) in (*_OF_CLASS_IDS, "binary_crossentropy")
    return y[:, 0] if known and y.ndim == 2 and y.shape[1] == 1 else y


def _loss_name(model: keras.Model) -> str:
    loss = loss_of(model)
    if isinstance(loss, keras.losses.Loss):
        loss = getattr(loss, "fn", loss)  # Keras' classes each wrap a function
    module = getattr(loss, "__module__", "")
    return getattr(loss, "__name__", "") if module.startswith("keras.") else ""


def _is_dice(model: keras.Model) -> bool:
    return isinstance(loss_of(model), DiceCrossentropy)


def _wants_class_ids(model: keras.Model, shape: tuple[int, ...]) -> bool:
    return (_is_dice(model) and shape[-1] > 1) or _loss_name(model) in _OF_CLASS_IDS


def _check_shape(model: keras.Model, shape: tuple[int, ...], y: np.ndarray, name: str) -> None:
    expected = _expected_shapes(model, shape)
    if not expected or any(fits(one, y.shape[1:]) for one in expected):
        return
    raise ValueError(
        f"the labels of {name} have shape {y.shape}; for an output of shape "
        f"{(None, *shape)} the loss takes {(None, *expected[0])}; {_cure(shape, y)}"
    )


def _expected_shapes(model: keras.Model, shape: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return the shapes that the labels of one image may have; none where anything goes."""
    *places, units = shape
    if _is_dice(model) and units > 1:
        return [tuple(places)]
    ids = _is_dice(model) or _wants_class_ids(model, shape)
    known = _loss_name(model) in (*_OF_OUTPUTS, *_OF_NUMBERS)
    if ids or (units == 1 and known):
        return [tuple(places), (*places, 1)]
    return [(*places, units)] if known else []


def fits(expected: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    """Return whether a shape is the expected one, in which None stands for any number."""
    return len(expected) == len(shape) and all(
        want in (None, got) for want, got in zip(expected, shape, strict=True)
    )


def _cure(shape: tuple[int, ...], y: np.ndarray) -> str:
    if fits(shape, y.shape[1:]):
        return "they are one-hot: give class ids, y.argmax(axis=-1)"
    if fits(shape[:-1], y.shape[1:]):
        return f"they are class ids: give them one-hot, np.eye({shape[-1]})[y]"
    if len(shape) > 1:
        return "give masks of the images' size, with a class id for each pixel"
    return "give one label for each image"


def _check_whole(y: np.ndarray, name: str) -> None:
    broken = y[y != np.round(y)]
    if broken.size:
        raise ValueError(
            f"the labels of {name} hold {broken[0]:g}, but the loss takes class ids, which are "
            "whole numbers; look for a normalisation or a resizing that has touched the labels"
        )


def _check_range(model: keras.Model, shape: tuple[int, ...], y: np.ndarray, name: str) -> None:
    """Ids go up to the last unit; for one unit, and where each unit has a label, up to 1."""
    units = shape[-1]
    y = y[y != loss_setting(model, "ignore_class")]
    highest = units - 1 if _wants_class_ids(model, shape) else 1
    if y.size and (y.min() < 0 or y.max() > highest):
        activation = last_activation(model)
        kind = f"{activation} unit" if activation in ("sigmoid", "softmax") else "unit"
        raise ValueError(
            f"the labels of {name} go from {y.min()} to {y.max()}, but the output layer "
            f"({units} {kind}{'s' * (units > 1)}) knows 0 to {highest}; "
            "build the model with as many classes as there are"
        )

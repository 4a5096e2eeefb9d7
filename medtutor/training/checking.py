"""What can be wrong before a training starts, each in a sentence with its cure."""

from typing import Any

import numpy as np

from medtutor._checks import is_number, is_whole, of_kind, positive
from medtutor._keras import keras
from medtutor._processor import onednn_is_on, vector_unit
from medtutor.training.labels import check_labels, fits
from medtutor.training.outputs import build, layers_of, normalises_itself, try_out

# Normalised images lie within a few units of zero; stored ones reach 255 or 1000.
LARGEST_NORMALISED = 20.0

_CONVOLUTIONS = (
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv3D,
    keras.layers.Conv1DTranspose,
    keras.layers.Conv2DTranspose,
    keras.layers.Conv3DTranspose,
)


def check_inputs(model: keras.Model, train: Any, val: Any, class_weight: Any = None) -> None:
    """Raise ``ValueError`` where a training would fail, or succeed at nonsense."""
    _check_compiled(model)
    _check_loss(model)
    _check_single(model)
    _check_pair(model, train, "train")
    _check_onednn(model)
    if val is not None:
        _check_pair(model, val, "val")
    if class_weight is not None:
        _check_class_weight(try_out(model, train[0], "train").shape, class_weight)


def check_options(*, epochs: Any, batch_size: Any, callbacks: Any) -> None:
    """Raise ``ValueError`` where an option of ``fit`` isn't what it has to be."""
    positive("epochs", epochs)
    positive("batch_size", batch_size)
    _check_callbacks(callbacks)


def _check_callbacks(callbacks: Any) -> None:
    many = isinstance(callbacks, (list, tuple))
    for callback in callbacks if many else [callbacks]:
        if not many or not isinstance(callback, keras.callbacks.Callback):
            raise ValueError(
                f"callbacks is {callbacks!r}; give a list of objects, such as "
                "[keras.callbacks.EarlyStopping()]"
            )


def _check_class_weight(output_shape: tuple[int, ...], class_weight: Any) -> None:
    cure = "a dict of class ids and weights, such as {0: 1.0, 1: 3.0}"
    of_kind("class_weight", class_weight, dict, cure)
    if len(output_shape) > 2:
        raise ValueError(
            f"class_weight weighs whole images, but an output has shape {output_shape[1:]}; "
            "leave it out, and weigh the pixels' classes in a loss of your own"
        )
    highest = max(output_shape[-1] - 1, 1)  # one unit tells 0 from 1
    for class_id, weight in class_weight.items():
        _check_weight(class_id, weight, highest)


def _check_weight(class_id: Any, weight: Any, highest: int) -> None:
    if not is_whole(class_id) or not 0 <= class_id <= highest:
        raise ValueError(
            f"class_weight has the key {class_id!r}; give class ids, whole numbers from 0 to "
            f"{highest}, as the output layer knows them"
        )
    if not is_number(weight) or not 0 <= weight < np.inf:
        raise ValueError(
            f"class_weight of class {class_id} is {weight!r}; give a finite number from 0 up"
        )


def _check_compiled(model: keras.Model) -> None:
    if model.compiled:
        return
    one_unit = getattr(model, "output_shape", (0,))[-1] == 1
    loss = "binary_crossentropy" if one_unit else "sparse_categorical_crossentropy"
    raise ValueError(
        "the model isn't compiled, so it has no loss to lower; first run "
        f'model.compile(optimizer="adam", loss="{loss}", metrics=["accuracy"])'
    )


def _check_loss(model: keras.Model) -> None:
    if isinstance(model, keras.Sequential) and isinstance(model.loss, dict):
        raise ValueError(
            f"the loss is given for the outputs {', '.join(map(repr, model.loss))}, but the one "
            'output of a Sequential has no name; give the loss alone: loss="…"'
        )


def _check_single(model: keras.Model) -> None:
    for what in ("inputs", "outputs"):
        if model.built and len(getattr(model, what, None) or ()) > 1:
            raise ValueError(
                f"this is a model of several {what}; training.fit is for one: use model.fit, "
                "which takes arrays for each"
            )


def _check_onednn(model: keras.Model) -> None:
    unit = vector_unit()
    if unit != "AVX2" or not onednn_is_on(unit) or not _trains_on_the_processor():
        return
    for layer in layers_of(model):
        inner = layer.layer if isinstance(layer, keras.layers.Wrapper) else layer
        if _is_beyond_onednn(inner):
            n_channels = inner.kernel.shape[-2]
            raise ValueError(
                f"the layer {inner.name!r} has a kernel of one pixel, strides {inner.strides} and "
                f"{n_channels} channel{'s' * (n_channels > 1)} in the larger image: on this "
                "processor oneDNN gets its gradient wrong, or crashes (its issue 6035); set the "
                "environment variable TF_ENABLE_ONEDNN_OPTS=0 before TensorFlow is imported, or "
                "take a larger kernel"
            )


def _trains_on_the_processor() -> bool:
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return not tf.config.list_physical_devices("GPU")


def _is_beyond_onednn(layer: Any) -> bool:
    """Tell of what was seen to go wrong: not with groups, in doubles, or with eight channels."""
    if not isinstance(layer, _CONVOLUTIONS) or not layer.built:
        return False
    if getattr(layer, "groups", 1) > 1 or layer.compute_dtype == "float64":
        return False
    return max(layer.kernel_size) == 1 < max(layer.strides) and layer.kernel.shape[-2] < 8


def _check_pair(model: keras.Model, pair: Any, name: str) -> None:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"{name} is of type {type(pair).__name__}; give a pair (x, y) of arrays")
    x, y = _numbers(pair[0], f"the images of {name}"), _numbers(pair[1], f"the labels of {name}")
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(
            f"{name} has {len(x)} images and {len(y)} labels; give one label for each image"
        )
    _check_finite(x, f"the images of {name}")
    _check_finite(y, f"the labels of {name}")
    build(model, x, name)
    _check_images(model, x, name)
    check_labels(model, try_out(model, x, name), y, name)


def _numbers(values: Any, what: str) -> np.ndarray:
    if isinstance(values, (list, tuple)):
        raise ValueError(f"{what} are a {type(values).__name__}; give one array: np.stack(…)")
    array = np.asarray(values)
    if array.dtype.kind in "US":
        raise ValueError(
            f"{what} are text ({array.dtype}); give numbers, for labels such as "
            "np.unique(y, return_inverse=True)[1]"
        )
    if array.ndim == 0 or array.dtype.kind not in "biuf":
        raise ValueError(f"{what} are {values!r:.60}; give an array of numbers")
    return array


def _check_images(model: keras.Model, x: np.ndarray, name: str) -> None:
    inputs = getattr(model, "inputs", None) or []
    expected = tuple(inputs[0].shape[1:]) if len(inputs) == 1 else x.shape[1:]
    if not fits(expected, x.shape[1:]):
        raise ValueError(
            f"an image of {name} has shape {x.shape[1:]}, the model takes {expected}; "
            "build the model with input_shape=x.shape[1:], or add the channel axis: x[..., None]"
        )
    low, high = float(x.min()), float(x.max())
    if max(abs(low), abs(high)) > LARGEST_NORMALISED and not normalises_itself(model):
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

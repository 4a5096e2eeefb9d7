"""Convolutional networks that classify, and the named classics."""

from typing import Literal

from medtutor._checks import positive
from medtutor._keras import keras
from medtutor.models.checks import check_head, check_shape, check_widths

Pooling = Literal["flatten", "max", "average"]

POOLINGS = {
    "flatten": keras.layers.Flatten,
    "max": keras.layers.GlobalMaxPooling2D,
    "average": keras.layers.GlobalAveragePooling2D,
}


def build_cnn(
    input_shape: tuple[int, int, int],
    n_classes: int,
    *,
    filters: tuple[int, ...] = (32, 64, 64),
    dense_units: tuple[int, ...] = (64,),
    kernel_size: int = 3,
    pooling: Pooling = "flatten",
    pool_last: bool = False,
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> keras.Model:
    """Build a plain convolutional network for classification.

    The layers, in order: for each entry of ``filters`` a convolution ("valid" padding)
    with ReLU, with 2×2 max pooling between two of them; then flatten or pool globally;
    for each entry of ``dense_units`` a dense layer with ReLU and dropout; then the output.
    The defaults are the network of TensorFlow's tutorial "Convolutional Neural Network".

    Parameters
    ----------
    input_shape : (height, width, channels)
        Of one image.
    n_classes : int
        1 gives one sigmoid unit (probability of class 1), 2 or more a softmax.
    filters : tuple of int
        Filters of each convolution; layers ``conv_1``, ``conv_2``, ….
    dense_units : tuple of int
        Units of each hidden dense layer; ``dense_1``, …; may be empty.
    kernel_size : int
        Edge of the convolutions' kernels, in pixels.
    pooling : "flatten", "max" or "average"
        How maps become a vector: all places, or each map's maximum or mean.
    pool_last : bool
        Whether 2×2 max pooling follows the last convolution, too.
    batch_norm : bool
        Put batch normalisation between each convolution and its ReLU.
    dropout : float
        Share of units switched off behind each hidden dense layer, from 0 to below 1.

    Returns
    -------
    keras.Model
        Not compiled. Output ``(N, 1)`` or ``(N, n_classes)``, probabilities.

    Raises
    ------
    ValueError
        Where the image is too small for so many layers, or an argument is out of range.

    Notes
    -----
    Taught in lesson 07.
    """
    check_shape(input_shape, "give (height, width, channels) of one image", 3)
    check_head(n_classes, dense_units, dropout)
    check_image_layers(input_shape, filters, kernel_size, pooling, pool_last)
    layers = [keras.Input(input_shape, name="image")]
    layers += image_layers(filters, kernel_size, pooling, pool_last, batch_norm)
    layers += head_layers(n_classes, dense_units, dropout)
    return keras.Sequential(layers, name="cnn")


def head_layers(n_classes: int, dense_units: tuple[int, ...], dropout: float) -> list[keras.Layer]:
    """Return the layers that turn a vector into probabilities of classes."""
    layers = []
    for number, units in enumerate(dense_units, start=1):
        layers.append(keras.layers.Dense(units, activation="relu", name=f"dense_{number}"))
        if dropout:
            layers.append(keras.layers.Dropout(dropout, name=f"dropout_{number}"))
    last = "sigmoid" if n_classes == 1 else "softmax"
    return [*layers, keras.layers.Dense(n_classes, activation=last, name="output")]


def image_layers(
    filters: tuple[int, ...],
    kernel_size: int,
    pooling: Pooling,
    pool_last: bool = False,
    batch_norm: bool = False,
) -> list[keras.Layer]:
    """Return the layers that turn an image into a vector, as ``build_cnn`` describes them."""
    layers = []
    for number, width in enumerate(filters, start=1):
        layers += _convolution(number, width, kernel_size, batch_norm)
        if pool_last or number < len(filters):
            layers.append(keras.layers.MaxPooling2D(2, name=f"pool_{number}"))
    name = "flatten" if pooling == "flatten" else "global_pool"
    return [*layers, POOLINGS[pooling](name=name)]


def _convolution(number: int, width: int, size: int, batch_norm: bool) -> list[keras.Layer]:
    name = f"conv_{number}"
    if not batch_norm:
        return [keras.layers.Conv2D(width, size, activation="relu", name=name)]
    return [
        keras.layers.Conv2D(width, size, use_bias=False, name=name),
        keras.layers.BatchNormalization(name=f"batch_norm_{number}"),
        keras.layers.ReLU(name=f"relu_{number}"),
    ]


def check_image_layers(
    shape: tuple[int, ...],
    filters: tuple[int, ...],
    kernel_size: int,
    pooling: str,
    pool_last: bool = False,
) -> None:
    """Raise where ``image_layers`` can't be made of these, or images of this shape don't fit."""
    check_widths("filters", filters)
    positive("kernel_size", kernel_size)
    if pooling not in POOLINGS:
        raise ValueError(f"pooling is {pooling!r}; give one of {', '.join(map(repr, POOLINGS))}")
    _check_size(shape, len(filters), kernel_size, pool_last)


def _check_size(shape: tuple[int, ...], n_layers: int, kernel_size: int, pool_last: bool) -> None:
    # Backwards from a last map of one pixel: each convolution and pooling needs more.
    least = 2 if pool_last else 1
    for _ in range(n_layers - 1):
        least = 2 * (least + kernel_size - 1)
    least += kernel_size - 1
    if min(shape[:2]) < least:
        raise ValueError(
            f"images of {shape[0]}×{shape[1]} pixels are too small for {n_layers} convolutions "
            f"of {kernel_size}×{kernel_size} with 2×2 pooling: they need {least}×{least}; "
            "give fewer filters, or load larger images"
        )


def build_cnn_28(n_classes: int = 10) -> keras.Model:
    """Build the classic for 28×28×1 images: conv 32–64–64, dense 64, softmax.

    Parameters
    ----------
    n_classes : int
        As in ``build_cnn``.

    Returns
    -------
    keras.Model
        Not compiled; 93,322 parameters for ten classes.

    Notes
    -----
    The layers of TensorFlow's tutorial "Convolutional Neural Network" on a smaller image.
    Taught in lesson 07.
    """
    return build_cnn((28, 28, 1), n_classes)


def build_cnn_64() -> keras.Model:
    """Build the classic for 64×64×1 images and two classes, with dropout.

    Conv 32–64–128, each with pooling; dense 128–64 with dropout 0.5; one sigmoid unit.

    Returns
    -------
    keras.Model
        Not compiled; 690,945 parameters.

    Notes
    -----
    Taught in lesson 07.
    """
    return build_cnn(
        (64, 64, 1),
        1,
        filters=(32, 64, 128),
        dense_units=(128, 64),
        pool_last=True,
        dropout=0.5,
    )


def build_cnn_224(n_classes: int = 1) -> keras.Model:
    """Build the classic for 224×224×3 images: conv 32–64–128–128, dense 512.

    Parameters
    ----------
    n_classes : int
        As in ``build_cnn``.

    Returns
    -------
    keras.Model
        Not compiled. Nearly all of its 9.7 million parameters (39 MB) lie between the
        flattened maps and the dense layer.

    Notes
    -----
    After the cats-and-dogs network of F. Chollet, "Deep Learning with Python", 2018,
    section 5.2, for larger images.
    Taught in lesson 07.
    """
    return build_cnn(
        (224, 224, 3),
        n_classes,
        filters=(32, 64, 128, 128),
        dense_units=(512,),
        pool_last=True,
    )

"""Recurrent networks that classify sequences: of numbers, and of images."""

from typing import Any, Literal

from medtutor._keras import keras
from medtutor.models.checks import check_head, check_shape, check_widths
from medtutor.models.cnn import Pooling, check_image_layers, head_layers, image_layers

Cell = Literal["rnn", "lstm", "gru"]

_CELLS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


def build_lstm(
    input_shape: tuple[int | None, int],
    n_classes: int,
    *,
    units: tuple[int, ...] = (128,),
    cell: Cell = "lstm",
    bidirectional: bool = False,
    dense_units: tuple[int, ...] = (),
    dropout: float = 0.0,
    mask_zeros: bool = False,
) -> keras.Model:
    """Build a stack of recurrent layers that classifies a sequence.

    The layers, in order: for each entry of ``units`` a recurrent layer and dropout, where all
    but the last one hand on every step's output; for each entry of ``dense_units`` a dense layer
    with ReLU and dropout; then the output.

    Parameters
    ----------
    input_shape : (time steps, features)
        Of one sequence; None time steps where batches differ in length.
    n_classes : int
        1 gives one sigmoid unit (probability of class 1), 2 or more a softmax.
    units : tuple of int
        Units of each recurrent layer; layers ``lstm_1``, ``lstm_2``, … or as the cell is called.
    cell : "rnn", "lstm" or "gru"
        What the recurrent layers are made of.
    bidirectional : bool
        Let each recurrent layer read the sequence in both directions; it then has twice as many
        outputs and weights.
    dense_units : tuple of int
        Units of each hidden dense layer; ``dense_1``, …; may be empty.
    dropout : float
        Share of outputs switched off behind each recurrent and hidden dense layer, from 0 to
        below 1.
    mask_zeros : bool
        Whether a step of nothing but zeros is padding, which all recurrent layers skip. Then a
        short sequence is padded with zeros, after normalisation and at its end: on a GPU,
        Keras' fast LSTM and GRU take no other mask.

    Returns
    -------
    keras.Model
        Not compiled. Output ``(N, 1)`` or ``(N, n_classes)``, probabilities.

    Raises
    ------
    ValueError
        For images instead of sequences of numbers, an unknown cell, or an argument out of range.

    Notes
    -----
    Taught in lesson 09.
    """
    _check_sequences(input_shape)
    _check_options(n_classes, units, cell, dense_units, dropout)
    x = inputs = keras.Input(input_shape, name="sequence")
    if mask_zeros:
        x = keras.layers.Masking(0.0, name="mask")(x)
    x = _stack(x, units, cell, bidirectional, dropout)
    outputs = _classify(x, n_classes, dense_units, dropout)
    return keras.Model(inputs, outputs, name=cell)


def build_cnn_lstm(
    input_shape: tuple[int, int, int, int],
    n_classes: int,
    *,
    filters: tuple[int, ...] = (16, 32),
    kernel_size: int = 3,
    pooling: Pooling = "average",
    units: tuple[int, ...] = (64,),
    cell: Cell = "lstm",
    bidirectional: bool = False,
    dense_units: tuple[int, ...] = (),
    dropout: float = 0.0,
    mask_zeros: bool = False,
) -> keras.Model:
    """Build a network that looks at each image of a sequence, then reads what it saw in order.

    One convolutional network, the same for every time step, turns each image into a vector; the
    layers of ``build_lstm`` read these vectors.

    Parameters
    ----------
    input_shape : (time steps, height, width, channels)
        Of one sequence; shorter ones are padded to this length.
    n_classes : int
        As in ``build_lstm``.
    filters, kernel_size, pooling
        Of the convolutional network, as in ``build_cnn``. Its layers are those of
        ``model.get_layer("each_image").layer``.
    units, cell, bidirectional, dense_units, dropout
        As in ``build_lstm``.
    mask_zeros : bool
        Whether an image of nothing but zeros is padding, which all recurrent layers skip. Then a
        short sequence is padded with zero images, after normalisation (``x / 255`` keeps zeros,
        subtracting a mean does not) and at its end: on a GPU, Keras' fast LSTM and GRU take no
        other mask.

    Returns
    -------
    keras.Model
        Not compiled. Output ``(N, 1)`` or ``(N, n_classes)``, probabilities.

    Raises
    ------
    ValueError
        Where images are too small for so many layers, or an argument is out of range.

    Notes
    -----
    Donahue et al. 2015, arXiv:1411.4389, in small. Taught in lesson 09.
    """
    _check_image_sequences(input_shape)
    check_image_layers(input_shape[1:], filters, kernel_size, pooling)
    _check_options(n_classes, units, cell, dense_units, dropout)
    inputs = keras.Input(input_shape, name="images")
    encoder = keras.Sequential(image_layers(filters, kernel_size, pooling), name="encoder")
    features = keras.layers.TimeDistributed(encoder, name="each_image")(inputs)
    mask = _steps_that_are_not_zero(inputs) if mask_zeros else None
    x = _stack(features, units, cell, bidirectional, dropout, mask)
    outputs = _classify(x, n_classes, dense_units, dropout)
    return keras.Model(inputs, outputs, name=f"cnn_{cell}")


def _steps_that_are_not_zero(images: Any) -> Any:
    # keras.layers.Masking would compare pixel by pixel, and give a mask of pixels.
    return keras.ops.any(keras.ops.not_equal(images, 0.0), axis=(2, 3, 4))


def _stack(
    x: Any,
    units: tuple[int, ...],
    cell: Cell,
    bidirectional: bool,
    dropout: float,
    mask: Any = None,
) -> Any:
    for number, width in enumerate(units, start=1):
        # Bidirectional names its two halves after the layer that it is given.
        layer = _CELLS[cell](width, return_sequences=number < len(units), name=f"{cell}_{number}")
        if bidirectional:
            layer = keras.layers.Bidirectional(layer, name=f"{cell}_{number}")
        # Without a mask of its own, a layer takes the one that travels with x, if any.
        x = layer(x) if mask is None else layer(x, mask=mask)
        if dropout:
            x = keras.layers.Dropout(dropout, name=f"{cell}_dropout_{number}")(x)
    return x


def _classify(x: Any, n_classes: int, dense_units: tuple[int, ...], dropout: float) -> Any:
    for layer in head_layers(n_classes, dense_units, dropout):
        x = layer(x)
    return x


def _check_sequences(input_shape: Any) -> None:
    n_axes = len(input_shape) if isinstance(input_shape, (tuple, list)) else 0
    cure = "give (time steps, features), or (None, features) where lengths differ"
    if n_axes == 3:
        cure = (
            "a recurrent layer reads vectors, one a time step; for the rows of an image with one "
            f"channel drop that axis, x[..., 0], and give {tuple(input_shape[:2])}"
        )
    if n_axes == 4:
        cure = "for sequences of images take build_cnn_lstm"
    check_shape(input_shape, cure, 2, first_open=True)


def _check_image_sequences(input_shape: Any) -> None:
    cure = (
        "give (time steps, height, width, channels), with the longest sequence's number of steps: "
        "shorter ones are padded with zeros, and skipped with mask_zeros=True"
    )
    check_shape(input_shape, cure, 4)


def _check_options(
    n_classes: int, units: tuple[int, ...], cell: str, dense_units: tuple[int, ...], dropout: float
) -> None:
    if cell not in _CELLS:
        raise ValueError(f"cell is {cell!r}; give one of {', '.join(map(repr, _CELLS))}")
    check_widths("units", units)
    check_head(n_classes, dense_units, dropout)

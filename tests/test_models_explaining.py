"""Receptive fields: the formula against brute force, which input pixels change a unit."""

import keras
import numpy as np
import pytest

from medtutor import models

layers = keras.layers


def stack(*row, shape=(40, 46, 1)):
    return keras.Sequential([keras.Input(shape), *row])


STACKS = {
    "one convolution": [layers.Conv2D(2, 3)],
    "lesson 14": [
        layers.Conv2D(3, 3),
        layers.MaxPooling2D(2),
        layers.Conv2D(3, 3),
        layers.MaxPooling2D(2),
        layers.Conv2D(3, 3),
    ],
    "same": [layers.Conv2D(3, 3, padding="same"), layers.MaxPooling2D(2), layers.Conv2D(3, 3)],
    "even kernel, same": [layers.Conv2D(3, 4, padding="same"), layers.Conv2D(3, 4, padding="same")],
    "strides": [layers.Conv2D(3, 5, strides=2), layers.Conv2D(3, 3, strides=3)],
    "strides, same": [
        layers.Conv2D(3, 3, strides=2, padding="same"),
        layers.Conv2D(3, 3, strides=2, padding="same"),
    ],
    "dilation": [layers.Conv2D(3, 3, dilation_rate=3), layers.AveragePooling2D(3, strides=2)],
    "unequal": [layers.Conv2D(3, (3, 5)), layers.MaxPooling2D((2, 3)), layers.Conv2D(3, (1, 3))],
    "in between": [
        layers.Conv2D(3, 3, use_bias=False),
        layers.BatchNormalization(),
        layers.ReLU(),
        layers.Dropout(0.5),
        layers.AveragePooling2D(2),
    ],
    "overlapping pools": [layers.MaxPooling2D(3, strides=2, padding="same"), layers.Conv2D(3, 3)],
}


def seen(model, unit):
    """Rows and columns of the input that a unit's value changes with."""
    maker = np.random.default_rng(0)
    for variable in model.weights:
        if "moving" not in variable.path:
            variable.assign(np.abs(maker.normal(1, 0.1, variable.shape)))
    height, width = model.input_shape[1:3]
    base = np.zeros((1, height, width, 1), "float32")
    spans = []
    for axis, length in enumerate((height, width)):
        lines = np.repeat(base, length, axis=0)
        for place in range(length):
            lines[(place, place) if axis == 0 else (place, slice(None), place)] = 1
        values = np.asarray(model(np.concatenate([base, lines])))[:, unit[0], unit[1], 0]
        changed = np.flatnonzero(np.abs(values[1:] - values[0]) > 1e-7)
        spans.append((changed[0], changed[-1]))
    return spans


@pytest.mark.parametrize("name", STACKS)
def test_the_formula_is_what_changes_a_unit(name):
    model = stack(*STACKS[name])
    field = models.receptive_field(model, model.layers[-1].name)
    unit = tuple(edge // 2 for edge in model.output_shape[1:3])
    for axis, (first, last) in enumerate(seen(model, unit)):
        assert field.size[axis] == last - first + 1
        middle = field.first[axis] + unit[axis] * field.stride[axis]
        assert middle == (first + last) / 2


def test_the_network_of_the_lesson():
    model = models.build_cnn((64, 64, 1), 2, filters=(8, 16, 32), pooling="max")
    field = models.receptive_field(model, "conv_3")
    assert field == models.ReceptiveField((18, 18), (4, 4), (8.5, 8.5))
    assert model.get_layer("conv_3").output.shape[1:3] == (12, 12)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("conv_9", "layer is 'conv_9'; this model has conv_1"),
        ("output", "'global_pool' is a GlobalMaxPooling2D; .* ask for a layer before it"),
    ],
)
def test_what_has_no_receptive_field_is_named(layer, message):
    model = models.build_cnn((32, 32, 1), 2, filters=(4, 4), pooling="max")
    with pytest.raises(ValueError, match=message):
        models.receptive_field(model, layer)


def test_branches_are_refused():
    inputs = keras.Input((16, 16, 1))
    left = layers.Conv2D(2, 3, name="left")(inputs)
    right = layers.Conv2D(2, 5, name="right")(inputs)
    model = keras.Model(inputs, [left, right])
    with pytest.raises(ValueError, match="doesn't follow"):
        models.receptive_field(model, "right")


def test_an_open_size_with_same_padding_is_refused():
    model = stack(layers.Conv2D(2, 3, padding="same", name="one"), shape=(None, None, 1))
    with pytest.raises(ValueError, match="fixed input shape"):
        models.receptive_field(model, "one")

"""The vision transformer: layers, parameters, what positions do, and errors that help."""

import re

import numpy as np
import pytest
from model_outputs import assert_probabilities

from medtutor import models, training
from medtutor._keras import keras

IMAGES = np.random.default_rng(0).normal(size=(3, 12, 8, 2)).astype("float32")


def small(**options):
    return models.build_vit((12, 8, 2), 3, **{"width": 6, "depth": 1, "heads": 3} | options)


def patches_moved(images, order):
    """Return images whose patches of 4 × 4 pixels stand in another order."""
    n, rows, columns, channels = images.shape
    grid = images.reshape(n, rows // 4, 4, columns // 4, 4, channels).swapaxes(2, 3)
    moved = grid.reshape(n, -1, 4, 4, channels)[:, order].reshape(grid.shape)
    return moved.swapaxes(2, 3).reshape(images.shape)


def test_layers_are_named_by_block():
    assert [layer.name for layer in small().layers] == [
        "image",
        "patches",
        "tokens",
        "positions",
        "block_1_norm",
        "block_1_attention",
        "block_1_sum",
        "block_1_dense_norm",
        "block_1_dense_1",
        "block_1_dense_2",
        "block_1_dense_sum",
        "norm",
        "mean",
        "output",
    ]


@pytest.mark.parametrize("positions", [True, False])
def test_parameters_are_those_of_a_count_by_hand(positions):
    model = models.build_vit((32, 32, 3), 3, positions=positions)
    attention = 4 * (32 * 32 + 32)
    dense = 32 * 64 + 64 + 64 * 32 + 32
    blocks = 2 * (2 * 64 + attention + dense)
    rest = (16 * 3 * 32 + 32) + 64 + (32 * 3 + 3)
    assert model.count_params() == blocks + rest + 64 * 32 * positions
    assert model.count_params() == (20_867 if positions else 18_819)


@pytest.mark.parametrize("n_classes", [1, 3])
def test_every_image_gets_probabilities(n_classes):
    output = np.asarray(models.build_vit((12, 8, 2), n_classes, width=4)(IMAGES))
    assert_probabilities(output, (3, n_classes))


def test_patches_are_cut_row_by_row_by_the_kernel():
    model = small()
    kernel, bias = model.get_layer("patches").get_weights()
    tokens = keras.Model(model.inputs[0], model.get_layer("tokens").output)(IMAGES)
    right_of_the_first = IMAGES[:, :4, 4:8].reshape(3, -1) @ kernel.reshape(-1, 6) + bias
    np.testing.assert_allclose(tokens[:, 1], right_of_the_first, atol=1e-5)


def test_without_positions_the_order_of_patches_has_no_influence():
    moved = patches_moved(IMAGES, [3, 1, 5, 0, 2, 4])
    blind, seeing = small(positions=False), small()
    np.testing.assert_allclose(blind(IMAGES), blind(moved), atol=1e-5)
    training.reproducible(0)
    layer = seeing.get_layer("positions")
    layer.set_weights([np.random.default_rng(1).normal(size=(6, 6))])
    assert np.abs(seeing(IMAGES) - seeing(moved)).max() > 1e-4


def test_it_can_be_restarted():
    model = small()
    model.compile("adam", "sparse_categorical_crossentropy")
    training.restart(model, 3)
    first = [array.copy() for array in model.get_weights()]
    model.fit(IMAGES, np.arange(3), epochs=1, verbose=0)
    training.restart(model, 3)
    for mine, again in zip(first, model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, again)
    assert 0 < np.std(model.get_layer("positions").get_weights()[0]) < 0.05


def test_keras_knows_the_layer_again():
    model = small()
    again = keras.Model.from_config(model.get_config())
    again.set_weights(model.get_weights())
    np.testing.assert_allclose(again(IMAGES), model(IMAGES), atol=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patch": 5}, "patches of 5 pixels an image of 12 × 8; give multiples, or cut or resize"),
        ({"patch": 8}, "patches of 8 pixels an image of 12 × 8"),
        ({"heads": 4}, "4 heads don't divide a width of 6"),
        ({"patch": 0}, "patch is 0; give a whole number from 1 up"),
        ({"depth": 1.5}, "depth is 1.5; give a whole number from 1 up"),
        ({"width": True}, "width is True; give a whole number from 1 up"),
    ],
)
def test_wrong_options_are_named(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        small(**options)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (((12, 8), 3), "input_shape is (12, 8); give (height, width, channels)"),
        (((12, 8, 2), 0), "n_classes is 0"),
    ],
)
def test_wrong_shapes_and_classes_are_named(arguments, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        models.build_vit(*arguments)

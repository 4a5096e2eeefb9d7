"""U-Nets: layers, shapes and parameters as the paper says, and errors that help."""

import re

import numpy as np
import pytest
from model_outputs import assert_probabilities

from medtutor import models
from medtutor._keras import keras


def convolutions(model):
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    return [layer for layer in model.layers if isinstance(layer, kinds)]


def published_parameters(n_classes):
    """Count layer by layer what figure 1 of the paper shows."""
    widths = [64, 128, 256, 512, 1024]
    total, n_in = 0, 1
    for width in widths:
        total += 9 * n_in * width + width + 9 * width * width + width
        n_in = width
    for width in widths[-2::-1]:
        total += 4 * 2 * width * width + width
        total += 9 * 2 * width * width + width + 9 * width * width + width
    return total + 64 * n_classes + n_classes


def test_the_original_has_the_layers_and_parameters_of_the_paper():
    model = models.build_unet_256()
    layers = convolutions(model)
    assert len(layers) == 23
    sizes = [layer.kernel_size for layer in layers]
    assert (sizes.count((3, 3)), sizes.count((2, 2)), sizes.count((1, 1))) == (18, 4, 1)
    down = [layer.filters for layer in layers if layer.name.endswith("conv_1")]
    assert down == [64, 128, 256, 512, 1024, 512, 256, 128, 64]
    assert model.count_params() == published_parameters(2) == 31_030_658
    assert models.build_unet_256(1).count_params() == published_parameters(1)
    assert (model.input_shape, model.output_shape) == ((None, 256, 256, 1), (None, 256, 256, 2))


def test_layers_are_named_by_way_and_level():
    names = [layer.name for layer in models.build_unet((8, 8, 1), 1, depth=1).layers]
    assert names == [
        "image",
        "down_1_conv_1",
        "down_1_conv_2",
        "down_1_pool",
        "bottom_conv_1",
        "bottom_conv_2",
        "up_1_grow",
        "up_1_join",
        "up_1_conv_1",
        "up_1_conv_2",
        "output",
    ]


@pytest.mark.parametrize("upsampling", ["transpose", "bilinear"])
@pytest.mark.parametrize("skips", [True, False])
@pytest.mark.parametrize("n_classes", [1, 4])
def test_every_pixel_gets_probabilities(upsampling, skips, n_classes):
    model = models.build_unet(
        (16, 24, 2), n_classes, base_filters=4, depth=2, skips=skips, upsampling=upsampling
    )
    images = np.random.default_rng(0).random((2, 16, 24, 2), dtype=np.float32)
    output = model.predict(images, verbose=0)
    assert_probabilities(output, (2, 16, 24, n_classes))


def test_skips_join_maps_of_the_same_size():
    model = models.build_unet((32, 32, 1), 1, base_filters=4, depth=3)
    for level in (1, 2, 3):
        across, below = model.get_layer(f"up_{level}_join").input
        edge = 32 // 2 ** (level - 1)
        assert across.shape == below.shape == (None, edge, edge, 4 * 2 ** (level - 1))
        assert across is model.get_layer(f"down_{level}_conv_2").output
    without = models.build_unet((32, 32, 1), 1, base_filters=4, depth=3, skips=False)
    assert not [layer for layer in without.layers if layer.name.endswith("join")]
    assert without.count_params() < model.count_params()


def share_that_depends_on(model, pixel):
    """Return which outputs change with one pixel of the image."""
    image = np.random.default_rng(0).random((1, *model.input_shape[1:]), dtype=np.float32)
    other = image.copy()
    other[0, pixel[0], pixel[1]] += 1
    changes = np.abs(model.predict(image, verbose=0) - model.predict(other, verbose=0))
    return changes[0, ..., 0] > 1e-7


def test_each_pixel_reaches_far_and_its_own_place():
    changed = share_that_depends_on(models.build_unet((32, 32, 1), 1, depth=2), (16, 16))
    assert changed[16, 16]
    assert changed.mean() > 0.3


def test_upsampling_by_interpolation_has_nothing_to_learn():
    bilinear = models.build_unet((16, 16, 1), 1, upsampling="bilinear")
    transpose = models.build_unet((16, 16, 1), 1)
    assert bilinear.get_layer("up_1_grow").count_params() == 0
    assert transpose.get_layer("up_1_grow").count_params() == 2 * 2 * 16 * 8 + 8


def test_options_change_the_layers_they_name():
    model = models.build_unet((16, 16, 1), 1, batch_norm=True)
    assert model.get_layer("down_1_conv_1").count_params() == 3 * 3 * 8
    assert model.get_layer("up_3_batch_norm_2").count_params() == 4 * 32
    assert not models.build_unet((16, 16, 1), 1).compiled


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (((64, 60, 1), 1), {}, "multiples of 2**depth = 8; pad the images to 64×64"),
        (((4, 4, 1), 1), {}, "pad the images to 8×8"),
        (((28, 28, 1), 1), {"depth": 3}, "can't be halved 3 times"),
        (((64, 64), 1), {}, "give (height, width, channels)"),
        (((64, 64, 1), 0), {}, "n_classes is 0"),
        (((64, 64, 1), 1), {"base_filters": 0}, "base_filters is 0"),
        (((64, 64, 1), 1), {"depth": 0}, "depth is 0"),
        (
            ((None, None, 1), 1),
            {},
            "input_shape is (None, None, 1); give (height, width, channels)",
        ),
        (((64, 64, 1), 2.0), {}, "n_classes is 2.0"),
        (((64, 64, 1), 1), {"base_filters": 4.0}, "base_filters is 4.0; give a whole number"),
        (((64, 64, 1), 1), {"depth": 2.5}, "depth is 2.5; give a whole number"),
        (((64, 64, 1), 1), {"upsampling": "nearest"}, "'transpose' or 'bilinear'"),
    ],
)
def test_bad_arguments_are_named(arguments, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        models.build_unet(*arguments, **options)


def test_volumes_have_a_unet_of_their_own():
    model = models.build_unet3d((24, 24, 24, 1), 1, batch_norm=True)
    assert model.count_params() == 85_497
    assert model.output_shape == (None, 24, 24, 24, 1)
    flat = models.build_unet((24, 24, 1), 1, depth=2, batch_norm=True)
    assert [layer.name for layer in model.layers] == [layer.name for layer in flat.layers]
    small = models.build_unet3d((8, 4, 4, 2), 3, base_filters=2, depth=1)
    assert small.output_shape == (None, 8, 4, 4, 3)


def test_open_edges_take_whole_volumes_and_give_what_a_closed_network_gives():
    patch = models.build_unet3d((None, None, None, 1), 1, base_filters=2)
    whole = models.build_unet3d((8, 12, 4, 1), 1, base_filters=2)
    whole.set_weights(patch.get_weights())
    volume = np.random.default_rng(0).random((1, 8, 12, 4, 1), dtype=np.float32)
    expected = whole.predict_on_batch(volume)
    np.testing.assert_allclose(patch.predict_on_batch(volume), expected, atol=1e-6)
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(patch))
    again.set_weights(patch.get_weights())
    np.testing.assert_allclose(again.predict_on_batch(volume), expected, atol=1e-6)
    with pytest.raises(ValueError, match="volumes of 10×12×4 voxels can't be halved 2 times"):
        patch(np.zeros((1, 10, 12, 4, 1), np.float32))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((48, 54, 48, 1), "volumes of 48×54×48 voxels can't be halved 2 times.*pad.*to 48×56×48"),
        ((None, 54, None, 1), "volumes of 54 voxels can't be halved"),
        ((24, 24, 1), r"give \(slices, height, width, channels\)"),
        ((24, 24, 24, None), "give"),
        ((24, 24, 24.5, 1), "give"),
    ],
)
def test_volumes_that_cannot_be_are_refused(shape, message):
    with pytest.raises(ValueError, match=message):
        models.build_unet3d(shape, 1)

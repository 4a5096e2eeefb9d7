import re

import numpy as np
import pytest
from model_outputs import assert_probabilities

from medtutor import models
from medtutor._keras import keras


def conv_weights(size, n_in, n_out):
    return size * size * n_in * n_out + n_out


def dense_weights(n_in, n_out):
    return n_in * n_out + n_out


def test_the_28_classic_has_the_parameters_of_its_layers():
    convolutions = conv_weights(3, 1, 32) + conv_weights(3, 32, 64) + conv_weights(3, 64, 64)
    expected = convolutions + dense_weights(3 * 3 * 64, 64) + dense_weights(64, 10)
    model = models.build_cnn_28()
    assert model.count_params() == expected == 93_322
    assert (model.input_shape, model.output_shape) == ((None, 28, 28, 1), (None, 10))
    names = ["conv_1", "pool_1", "conv_2", "pool_2", "conv_3", "flatten", "dense_1", "output"]
    assert [layer.name for layer in model.layers] == names


def test_the_64_classic_has_the_parameters_of_its_layers():
    convolutions = conv_weights(3, 1, 32) + conv_weights(3, 32, 64) + conv_weights(3, 64, 128)
    dense = dense_weights(6 * 6 * 128, 128) + dense_weights(128, 64) + dense_weights(64, 1)
    model = models.build_cnn_64()
    assert model.count_params() == convolutions + dense == 690_945
    assert model.output_shape == (None, 1)
    assert [layer.rate for layer in model.layers if "dropout" in layer.name] == [0.5, 0.5]


def test_the_224_classic_keeps_most_of_its_parameters_behind_flatten():
    model = models.build_cnn_224()
    behind_flatten = dense_weights(12 * 12 * 128, 512)
    assert model.get_layer("dense_1").count_params() == behind_flatten
    assert model.count_params() == 9_679_041
    assert behind_flatten > 0.97 * model.count_params()


@pytest.mark.parametrize("n_classes", [1, 2, 5])
@pytest.mark.parametrize("pooling", ["flatten", "max", "average"])
def test_outputs_are_probabilities(n_classes, pooling):
    model = models.build_cnn((20, 24, 3), n_classes, filters=(4, 6), pooling=pooling)
    images = np.random.default_rng(0).random((3, 20, 24, 3), dtype=np.float32)
    output = model.predict(images, verbose=0)
    assert_probabilities(output, (3, n_classes))


def test_pooling_decides_what_reaches_the_dense_layer():
    inputs = {
        pooling: models.build_cnn((64, 64, 1), 1, pooling=pooling)
        .get_layer("dense_1")
        .input.shape[1]
        for pooling in ("flatten", "max", "average")
    }
    assert inputs == {"flatten": 12 * 12 * 64, "max": 64, "average": 64}


def test_options_change_the_layers_they_name():
    plain = models.build_cnn((28, 28, 1), 2, filters=(8,), dense_units=())
    assert [layer.name for layer in plain.layers] == ["conv_1", "flatten", "output"]
    normed = models.build_cnn((28, 28, 1), 2, filters=(8,), kernel_size=5, batch_norm=True)
    assert [layer.name for layer in normed.layers[:3]] == ["conv_1", "batch_norm_1", "relu_1"]
    assert normed.get_layer("conv_1").count_params() == 5 * 5 * 8
    assert normed.get_layer("conv_1").activation.__name__ == "linear"


@pytest.mark.parametrize(("pool_last", "least"), [(False, 18), (True, 22)])
def test_the_smallest_image_is_known_to_the_pixel(pool_last, least):
    model = models.build_cnn((least, least, 1), 1, pool_last=pool_last)
    assert model.get_layer("flatten").output.shape == (None, 64)
    with pytest.raises(ValueError, match=f"they need {least}×{least}"):
        models.build_cnn((40, least - 1, 1), 1, pool_last=pool_last)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (((28, 28), 2), {}, "give (height, width, channels)"),
        (((28, 28, 1), 0), {}, "n_classes is 0"),
        (((28, 28, 1), 2), {"filters": ()}, "filters is (); give the width of one layer at least"),
        (((28, 28, 1), 2), {"pooling": "mean"}, "'flatten', 'max', 'average'"),
        (((28, 28, 1), 2), {"dropout": 50}, "dropout is 50"),
        (((28, 28, 1), 2), {"dropout": "a"}, "dropout is 'a'"),
        (
            ((None, None, 1), 2),
            {},
            "input_shape is (None, None, 1); give (height, width, channels)",
        ),
        ((28, 2), {}, "input_shape is 28"),
        (((28, 28, 1), 2.0), {}, "n_classes is 2.0; give 1 for yes or no"),
        (((28, 28, 1), "2"), {}, "n_classes is '2'"),
        (
            ((28, 28, 1), 2),
            {"filters": 8},
            "filters is 8; give the width of each layer, such as (8,)",
        ),
        (((28, 28, 1), 2), {"filters": (0,)}, "filters is (0,); give whole numbers from 1 up"),
        (((28, 28, 1), 2), {"filters": (8.0,)}, "filters is (8.0,)"),
        (((28, 28, 1), 2), {"dense_units": 8}, "dense_units is 8; give the width of each layer"),
        (((28, 28, 1), 2), {"kernel_size": 0}, "kernel_size is 0; give a whole number from 1 up"),
        (((28, 28, 1), 2), {"kernel_size": 2.5}, "kernel_size is 2.5"),
    ],
)
def test_bad_arguments_are_named(arguments, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        models.build_cnn(*arguments, **options)


def test_models_come_uncompiled():
    assert not models.build_cnn_28().compiled
    assert isinstance(models.build_cnn_28(2), keras.Model)

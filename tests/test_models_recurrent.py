import re

import numpy as np
import pytest
from model_outputs import assert_probabilities

from medtutor import models
from medtutor._keras import keras

N_GATES = {"rnn": 1, "lstm": 4, "gru": 3}
CELLS = list(N_GATES)


def recurrent_weights(cell, n_in, units):
    n_biases = 2 if cell == "gru" else 1  # Keras' GRU has one for the input, one for the state
    return N_GATES[cell] * units * (n_in + units + n_biases)


def dense_weights(n_in, n_out):
    return n_in * n_out + n_out


def conv_weights(size, n_in, n_out):
    return size * size * n_in * n_out + n_out


def random(*shape, seed=0):
    # Above zero throughout, so that no step passes for padding.
    return np.random.default_rng(seed).uniform(0.1, 1, shape).astype("float32")


@pytest.mark.parametrize("cell", CELLS)
def test_a_stack_has_the_parameters_of_its_layers(cell):
    model = models.build_lstm(
        (28, 28), 10, units=(128, 64), cell=cell, dense_units=(32,), dropout=0.2
    )
    expected = recurrent_weights(cell, 28, 128) + recurrent_weights(cell, 128, 64)
    expected += dense_weights(64, 32) + dense_weights(32, 10)
    assert model.count_params() == expected
    assert (model.input_shape, model.output_shape) == ((None, 28, 28), (None, 10))
    names = ["sequence", f"{cell}_1", f"{cell}_dropout_1", f"{cell}_2", f"{cell}_dropout_2"]
    assert [layer.name for layer in model.layers] == [*names, "dense_1", "dropout_1", "output"]


@pytest.mark.parametrize("cell", CELLS)
def test_two_directions_double_outputs_and_weights(cell):
    model = models.build_lstm((None, 5), 1, units=(7, 3), cell=cell, bidirectional=True)
    expected = 2 * recurrent_weights(cell, 5, 7) + 2 * recurrent_weights(cell, 14, 3)
    assert model.count_params() == expected + dense_weights(6, 1)
    assert model.output_shape == (None, 1)


@pytest.mark.parametrize("cell", CELLS)
def test_one_encoder_serves_all_images(cell):
    sizes = {
        n_steps: models.build_cnn_lstm(
            (n_steps, 16, 20, 2), 3, filters=(4, 6), units=(5,), cell=cell
        ).count_params()
        for n_steps in (1, 7)
    }
    encoder = conv_weights(3, 2, 4) + conv_weights(3, 4, 6)
    expected = encoder + recurrent_weights(cell, 6, 5) + dense_weights(5, 3)
    assert sizes == {1: expected, 7: expected}


def test_pooling_decides_what_the_recurrent_layer_reads():
    widths = {
        pooling: models.build_cnn_lstm((2, 16, 16, 1), 2, filters=(4, 6), pooling=pooling)
        .get_layer("each_image")
        .output.shape
        for pooling in ("flatten", "average", "max")
    }
    pooled = (None, 2, 6)
    assert widths == {"flatten": (None, 2, 5 * 5 * 6), "average": pooled, "max": pooled}


@pytest.mark.parametrize("n_classes", [1, 3])
def test_outputs_are_probabilities(n_classes):
    for model, x in [
        (models.build_lstm((6, 4), n_classes, units=(5,)), random(3, 6, 4)),
        (models.build_cnn_lstm((2, 12, 12, 1), n_classes), random(3, 2, 12, 12, 1)),
    ]:
        output = model.predict(x, verbose=0)
        assert_probabilities(output, (3, n_classes))


# Padding ----------------------------------------------------------------------------------

OPTIONS = [
    {"cell": "rnn"},
    {"cell": "gru", "bidirectional": True},
    {"cell": "lstm", "units": (6, 4)},
    {"cell": "lstm", "units": (6, 4), "bidirectional": True, "dropout": 0.5},
]


def with_weights_of(other, model):
    model.set_weights(other.get_weights())
    return model


def pad(x, n_steps):
    return np.pad(x, [(0, 0), (0, n_steps), *[(0, 0)] * (x.ndim - 2)])


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize(("build", "step"), [("build_lstm", (4,)), ("build_cnn_lstm", (9, 9, 1))])
def test_padded_steps_change_nothing_with_the_mask_and_something_without(build, step, options):
    builder, x = getattr(models, build), random(3, 3, *step)
    options = {"units": (5,), "mask_zeros": True} | options
    short = builder((3, *step), 2, **options)
    masked = with_weights_of(short, builder((8, *step), 2, **options))
    plain = with_weights_of(short, builder((8, *step), 2, **options | {"mask_zeros": False}))
    expected = short(x).numpy()
    np.testing.assert_allclose(masked(pad(x, 5)).numpy(), expected, atol=1e-6)
    assert np.abs(plain(pad(x, 5)).numpy() - expected).max() > 1e-4


@pytest.mark.parametrize(("build", "step"), [("build_lstm", (4,)), ("build_cnn_lstm", (9, 9, 1))])
def test_padded_steps_change_no_gradient_either(build, step):
    builder, y = getattr(models, build), np.array([0, 1, 1])
    x, changes = random(3, 3, *step), []
    start = None
    for n_padded in (0, 4):
        model = builder((3 + n_padded, *step), 2, units=(5,), mask_zeros=True)
        model.compile("sgd", "sparse_categorical_crossentropy")
        start = start or model.get_weights()
        model.set_weights(start)
        model.train_on_batch(pad(x, n_padded), y)
        changes.append([new - old for new, old in zip(model.get_weights(), start, strict=True)])
    for short, padded in zip(*changes, strict=True):
        assert np.abs(short).max() > 0
        np.testing.assert_allclose(padded, short, atol=1e-6)


def test_batches_may_differ_in_length():
    model = models.build_lstm((None, 4), 2, units=(5,), mask_zeros=True)
    model.compile("sgd", "sparse_categorical_crossentropy")
    for n_steps in (3, 1, 6):
        model.train_on_batch(random(2, n_steps, 4), np.array([0, 1]))
    x = random(2, 3, 4)
    expected = model.predict(x, verbose=0)
    np.testing.assert_allclose(model.predict(pad(x, 2), verbose=0), expected, atol=1e-6)


# Keras 3.15 reads its own variables in a way that NumPy is going to change.
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
def test_a_masked_model_of_images_can_be_saved(tmp_path):
    model = models.build_cnn_lstm((4, 9, 9, 1), 2, units=(5,), mask_zeros=True)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = pad(random(2, 2, 9, 9, 1), 2)
    np.testing.assert_allclose(again(x).numpy(), model(x).numpy(), atol=1e-6)


def test_the_order_of_steps_matters():
    model = models.build_cnn_lstm((3, 9, 9, 1), 2, units=(5,))
    x = random(1, 3, 9, 9, 1) * np.float32([1, 3, 9]).reshape(1, 3, 1, 1, 1)
    assert np.abs(model(x).numpy() - model(x[:, ::-1]).numpy()).max() > 1e-4


@pytest.mark.parametrize(
    ("input_shape", "options", "message"),
    [
        ((28, 28, 1), {}, "drop that axis, x[..., 0], and give (28, 28)"),
        ((5, 64, 64, 1), {}, "take build_cnn_lstm"),
        ((28,), {}, "give (time steps, features)"),
        ((10, None), {}, "input_shape is (10, None); give (time steps, features)"),
        ((0, 4), {}, "input_shape is (0, 4); give (time steps, features), or (None, features)"),
        (28, {}, "input_shape is 28; give (time steps, features)"),
        ((28, 28), {"units": (0,)}, "units is (0,); give whole numbers from 1 up"),
        ((28, 28), {"units": (2.5,)}, "units is (2.5,)"),
        ((28, 28), {"n_classes": 0}, "n_classes is 0"),
        ((28, 28), {"cell": "LSTM"}, "cell is 'LSTM'; give one of 'rnn', 'lstm', 'gru'"),
        ((28, 28), {"units": ()}, "units is ()"),
        ((28, 28), {"units": 128}, "units is 128; give the width of each layer, such as (128,)"),
        (
            (28, 28),
            {"dense_units": 32},
            "dense_units is 32; give the width of each layer, such as (32,)",
        ),
        ((28, 28), {"dropout": 20}, "dropout is 20"),
    ],
)
def test_bad_arguments_are_named(input_shape, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        models.build_lstm(input_shape, **{"n_classes": 2} | options)


@pytest.mark.parametrize(
    ("input_shape", "options", "message"),
    [
        ((64, 64, 1), {}, "give (time steps, height, width, channels)"),
        ((None, 64, 64, 1), {}, "longest sequence's number of steps"),
        ((5, 7, 7, 1), {}, "they need 8×8"),
        ((5, 64, 64, 1), {"filters": ()}, "filters is ()"),
        ((5, 64, 64, 1), {"kernel_size": 2.5}, "kernel_size is 2.5"),
        ((5, 64, 64, 1), {"pooling": "mean"}, "'flatten', 'max', 'average'"),
        ((5, 64, 64, 1), {"cell": "cnn"}, "cell is 'cnn'"),
    ],
)
def test_bad_arguments_for_images_are_named(input_shape, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        models.build_cnn_lstm(input_shape, 2, **options)


def test_models_come_uncompiled():
    assert not models.build_lstm((28, 28), 2).compiled
    assert not models.build_cnn_lstm((3, 28, 28, 1), 2).compiled

"""Network: learns, and takes the same steps as the same network in Keras."""

import subprocess
import sys

import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from keras import Sequential, layers, losses, optimizers

from medtutor import scratch
from medtutor.scratch.layers.base import Layer

SHAPE, CLASSES, STEPS, BATCH = (16, 16, 1), 3, 50, 16


def small_network():
    return scratch.Network(
        [
            scratch.Conv2D(4, 3, padding="same"),
            scratch.ReLU(),
            scratch.MaxPool2D(2),
            scratch.Conv2D(6, (3, 2), strides=2),
            scratch.ReLU(),
            scratch.Flatten(),
            scratch.Dense(8),
            scratch.ReLU(),
            scratch.Dense(CLASSES),
        ]
    )


def same_in_keras():
    return Sequential(
        [
            layers.Input(SHAPE),
            layers.Conv2D(4, 3, padding="same", activation="relu"),
            layers.MaxPool2D(2),
            layers.Conv2D(6, (3, 2), strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(8, activation="relu"),
            layers.Dense(CLASSES),
        ]
    )


@pytest.fixture
def built():
    network = small_network()
    network.build(SHAPE, seed=0)
    return network


@pytest.fixture(scope="module")
def images():
    """Bright squares whose place is the class, in noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, CLASSES, STEPS * BATCH)
    x = rng.normal(0, 0.3, (len(y), *SHAPE))
    for image, label in zip(x, y, strict=True):
        image[4 * label : 4 * label + 5, 5:10] += 1
    return x.astype("float32"), y


def test_the_loss_of_50_steps_is_that_of_keras(built, images):
    x, y = images
    model = same_in_keras()
    built.copy_to_keras(model)
    model.compile(
        optimizers.SGD(learning_rate=0.05), losses.SparseCategoricalCrossentropy(from_logits=True)
    )
    keras_losses = []
    for first in range(0, len(x), BATCH):
        model.reset_metrics()
        batch = slice(first, first + BATCH)
        keras_losses.append(float(model.train_on_batch(x[batch], y[batch])))
    mine = built.fit(x, y, epochs=1, batch_size=BATCH, learning_rate=0.05, shuffle=False)
    assert len(mine) == STEPS
    np.testing.assert_allclose(mine, keras_losses, atol=1e-4)
    assert mine[-1] < 0.7 * mine[0]
    for ours, theirs in zip(built.get_weights(), model.get_weights(), strict=True):
        reference.assert_equal(ours, theirs, 1e-4)


def test_scores_after_copying_from_keras_are_those_of_keras(built, images):
    model = same_in_keras()
    built.copy_from_keras(model)
    reference.assert_equal(built.forward(images[0]), model(images[0]).numpy(), 1e-5)


def test_the_gradient_of_the_image_is_that_of_finite_differences(built):
    built.set_weights([weights.astype("float64") for weights in built.get_weights()])
    x, grad = draw(0, (1, *SHAPE), (1, CLASSES))
    built.forward(x)
    dx = built.backward(grad)
    np.testing.assert_allclose(dx, numeric_grad(built.forward, x, grad), atol=1e-7)


def test_it_learns(built, images):
    x, y = images
    built.fit(x, y, epochs=3, batch_size=BATCH, learning_rate=0.05, seed=1)
    accuracy = (built.forward(x).argmax(axis=1) == y).mean()
    assert accuracy > 0.95


def test_a_seed_fixes_weights_and_order(images):
    def losses_of(build_seed, fit_seed):
        network = small_network()
        network.build(SHAPE, seed=build_seed)
        return network.fit(*images, epochs=1, batch_size=64, learning_rate=0.01, seed=fit_seed)

    assert losses_of(0, 0) == losses_of(0, 0)
    assert losses_of(0, 0) != losses_of(1, 0)
    assert losses_of(0, 0) != losses_of(0, 1)


def test_start_weights_have_the_spread_and_the_shapes_of_keras(built):
    shapes = [weights.shape for weights in built.get_weights()]
    assert shapes == [weights.shape for weights in same_in_keras().get_weights()]
    kernel = scratch.Network([scratch.Conv2D(64, 3)])
    kernel.build((8, 8, 32), seed=0)
    limit = np.sqrt(6 / (9 * (32 + 64)))
    weights = kernel.get_weights()[0]
    assert np.abs(weights).max() <= limit
    np.testing.assert_allclose(weights.std(), limit / np.sqrt(3), rtol=0.02)


def test_get_weights_gives_copies(built):
    built.get_weights()[0][:] = 7
    assert not (built.get_weights()[0] == 7).any()


def test_the_last_batch_may_be_smaller(built, images):
    x, y = images
    assert len(built.fit(x[:10], y[:10], epochs=2, batch_size=4, learning_rate=0.01)) == 6


def test_nothing_is_printed_under_test(built, images, capfd):
    built.fit(*images, epochs=1, batch_size=BATCH, learning_rate=0.01)
    assert capfd.readouterr() == ("", "")


def test_a_loss_that_explodes_stops_the_training(built, images):
    x, y = images
    x = x.copy()
    x[3] = np.nan
    with pytest.raises(FloatingPointError, match=r"loss of batch 1 is nan.*learning_rate"):
        built.fit(x, y, epochs=1, batch_size=BATCH, learning_rate=0.01, shuffle=False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": 0}, "epochs is 0"),
        ({"batch_size": 2.0}, "batch_size is 2.0"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"learning_rate": None}, "learning_rate is None and optimizer is None; give one"),
        (
            {"optimizer": scratch.optimizers.SGD(0.1)},
            r"is 0.1 and optimizer is SGD\(.*give one",
        ),
        ({"learning_rate": None, "optimizer": "adam"}, "optimizer is 'adam'; give an object such"),
        ({"learning_rate": None, "optimizer": scratch.optimizers.Adam}, "give an object such as"),
        ({"seed": -1}, "seed is -1; give a whole number from 0 up"),
        ({"seed": "a"}, "seed is 'a'"),
        ({"y": None}, r"y is None; give images \(N, H, W, C\) and labels \(N,\)"),
        ({"y": np.zeros(3, int)}, "x has 800 images, y 3 labels"),
        ({"y": np.full(800, 3)}, "labels run from 3 to 3, but y_pred has 3 classes"),
        ({"x": np.zeros((800, 16, 16, 1), "uint8")}, "x is uint8"),
        ({"x": np.zeros((800, 16, 15, 1), "float32")}, r"one image has shape \(16, 15, 1\)"),
    ],
)
def test_fit_says_what_is_wrong(built, images, change, message):
    arguments = {"x": images[0], "y": images[1], "epochs": 1, "batch_size": 9, "learning_rate": 0.1}
    arguments |= change
    with pytest.raises(ValueError, match=message):
        built.fit(arguments.pop("x"), arguments.pop("y"), **arguments)


@pytest.mark.parametrize(
    ("layers_in_a_row", "message"),
    [
        ([scratch.Dense(3)], r"Dense gets one row an image, not \(16, 16, 1\); put Flatten"),
        ([scratch.Flatten(), scratch.Conv2D(2, 3)], r"Conv2D gets images \(H, W, C\), not \(256,"),
        ([scratch.Flatten(), scratch.MaxPool2D()], "MaxPool2D gets images"),
        ([scratch.Flatten(), scratch.GlobalAvgPool2D()], "GlobalAvgPool2D gets images"),
        ([scratch.AvgPool2D(17)], "window of 17x17 pixels does not fit"),
        ([scratch.Conv2D(2, 17)], "window of 17x17 pixels does not fit"),
    ],
)
def test_layers_that_do_not_fit_are_found_at_build(layers_in_a_row, message):
    with pytest.raises(ValueError, match=message):
        scratch.Network(layers_in_a_row).build(SHAPE, seed=0)


def test_a_network_takes_a_list_of_layers():
    with pytest.raises(ValueError, match=r"layers is of type Dense; give a list, such as \[Flat"):
        scratch.Network(scratch.Dense(2))


def test_a_layer_that_comes_again_is_named():
    again = scratch.ReLU()
    message = r"layers\[1\] and layers\[3\] are the same object; make a new ReLU\(\) for each"
    with pytest.raises(ValueError, match=message):
        scratch.Network([scratch.Dense(4), again, scratch.Dense(4), again, scratch.Dense(2)])


@pytest.mark.parametrize("shape", [3, (), (16.0, 16, 1), (16, 16, 0), "16", None])
def test_build_takes_the_shape_of_one_image(shape):
    with pytest.raises(ValueError, match=r"input_shape is .*; give the shape of one image"):
        small_network().build(shape, seed=0)


@pytest.mark.parametrize("seed", [-1, 1.5, "a", None, True])
def test_build_takes_a_whole_number_as_seed(seed):
    with pytest.raises(ValueError, match=r"seed is .*; give a whole number from 0 up"):
        small_network().build(SHAPE, seed=seed)


def test_images_are_computed_in_the_dtype_of_the_weights(built, images):
    x, y = images
    doubles = x.astype("float64")
    expected = built.forward(x)
    np.testing.assert_array_equal(built.forward(doubles), expected)
    assert built.forward(doubles).dtype == np.float32
    start = built.get_weights()
    losses = built.fit(x, y, epochs=1, batch_size=400, learning_rate=0.01)
    built.set_weights(start)
    assert built.fit(doubles, y, epochs=1, batch_size=400, learning_rate=0.01) == losses
    built.set_weights([weights.astype("float64") for weights in start])
    assert built.forward(x).dtype == built.forward(doubles).dtype == np.float64


def test_no_image_has_no_scores(built, images):
    with pytest.raises(ValueError, match=r"x has shape \(0, 16, 16, 1\); give one image at least"):
        built.forward(images[0][:0])


def test_wrong_use_gets_an_error_that_says_what_to_do(built):
    with pytest.raises(ValueError, match="call build"):
        small_network().forward(np.zeros((1, *SHAPE), "float32"))
    with pytest.raises(ValueError, match="backward was called before forward"):
        built.backward(np.zeros((1, CLASSES), "float32"))
    with pytest.raises(ValueError, match=r"the weights have shapes \[\(3,\)\]"):
        built.set_weights([np.zeros(3)])
    with pytest.raises(ValueError, match=r"layers\[1\] is .*give an object such as ReLU"):
        scratch.Network([scratch.Flatten(), scratch.ReLU])
    with pytest.raises(ValueError, match="filters is 0"):
        scratch.Conv2D(0, 3)
    with pytest.raises(ValueError, match="units is"):
        scratch.Dense(2.5)


@pytest.mark.parametrize("last", [scratch.Softmax(), scratch.Sigmoid()])
def test_fit_takes_scores_and_no_probabilities(last, images):
    network = scratch.Network([scratch.Flatten(), scratch.Dense(CLASSES), last])
    network.build(SHAPE, seed=0)
    with pytest.raises(ValueError, match=r"the last layer is S\w+, but fit takes scores"):
        network.fit(*images, epochs=1, batch_size=9, learning_rate=0.1)


def test_a_layer_of_your_own_must_say_what_it_computes():
    with pytest.raises(NotImplementedError):
        Layer().forward(np.zeros(3))
    unfinished = Layer()
    unfinished.x = np.zeros(3)
    with pytest.raises(NotImplementedError):
        unfinished.backward(np.zeros(3))


def test_scratch_imports_numpy_alone():
    code = (
        "import sys, medtutor.scratch\n"
        "known = {name.partition('.')[0] for name in sys.modules} - sys.stdlib_module_names\n"
        "heavy = known & {'tensorflow', 'keras', 'matplotlib', 'scipy', 'tqdm', 'sklearn'}\n"
        "print(sorted(heavy), 'numpy' in known)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[] True"

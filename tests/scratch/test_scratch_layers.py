"""Layers in a network: the same steps as the same layers in Keras."""

import keras
import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from keras import layers

from medtutor import scratch

SHAPE, CLASSES, BATCH, STEPS = (12, 12, 1), 3, 16, 30

# Each layer by its name in scratch, and what it is in Keras.
IMAGE_LAYERS = {
    "AvgPool2D": (scratch.AvgPool2D(3, 2, "same"), layers.AveragePooling2D(3, 2, "same")),
    "MaxPool2D": (scratch.MaxPool2D(2), layers.MaxPooling2D(2)),
    "BatchNormalization": (
        scratch.BatchNormalization(momentum=0.9),
        layers.BatchNormalization(momentum=0.9),
    ),
    "ReLU": (scratch.ReLU(), layers.ReLU()),
    "LeakyReLU": (scratch.LeakyReLU(), layers.LeakyReLU()),
    "LeakyReLU 0.1": (scratch.LeakyReLU(0.1), layers.LeakyReLU(0.1)),
    "ELU": (scratch.ELU(0.5), layers.ELU(0.5)),
    "Sigmoid": (scratch.Sigmoid(), layers.Activation("sigmoid")),
    "Tanh": (scratch.Tanh(), layers.Activation("tanh")),
    "Softmax": (scratch.Softmax(), layers.Softmax()),
}
LAST_POOLS = {
    "GlobalAvgPool2D": (scratch.GlobalAvgPool2D(), layers.GlobalAveragePooling2D()),
    "GlobalMaxPool2D": (scratch.GlobalMaxPool2D(), layers.GlobalMaxPooling2D()),
    "Flatten": (scratch.Flatten(), layers.Flatten()),
}
CASES = [(name, "GlobalAvgPool2D") for name in IMAGE_LAYERS]
CASES += [("BatchNormalization", last) for last in LAST_POOLS]


def network_and_keras(middle, last):
    mine = scratch.Network(
        [
            scratch.Conv2D(4, 3),
            IMAGE_LAYERS[middle][0],
            scratch.Conv2D(5, 2),
            LAST_POOLS[last][0],
            scratch.Dense(CLASSES),
        ]
    )
    theirs = keras.Sequential(
        [
            layers.Input(SHAPE),
            layers.Conv2D(4, 3),
            IMAGE_LAYERS[middle][1].__class__.from_config(IMAGE_LAYERS[middle][1].get_config()),
            layers.Conv2D(5, 2),
            LAST_POOLS[last][1],
            layers.Dense(CLASSES),
        ]
    )
    mine.build(SHAPE, seed=0)
    return mine, theirs


@pytest.fixture(scope="module")
def images():
    """Bright bars whose place is the class, in noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, CLASSES, STEPS * BATCH)
    x = rng.normal(0, 0.3, (len(y), *SHAPE))
    for image, label in zip(x, y, strict=True):
        image[4 * label : 4 * label + 3] += 1
    return x.astype("float32"), y


def keras_losses(model, optimizer, x, y):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss)
    values = []
    for first in range(0, len(x), BATCH):
        model.reset_metrics()
        batch = slice(first, first + BATCH)
        values.append(float(model.train_on_batch(x[batch], y[batch])))
    return values


def check_steps(mine, theirs, images, keras_optimizer, **how):
    mine.copy_to_keras(theirs)
    expected = keras_losses(theirs, keras_optimizer, *images)
    losses = mine.fit(*images, epochs=1, batch_size=BATCH, shuffle=False, **how)
    np.testing.assert_allclose(losses, expected, atol=1e-4)
    for ours, weights in zip(mine.get_weights(), theirs.get_weights(), strict=True):
        reference.assert_equal(ours, weights, 1e-4)
    scores = theirs.predict(images[0], verbose=0)
    reference.assert_equal(mine.forward(images[0]), scores, 1e-4)


@pytest.mark.conformance("Network")
@pytest.mark.parametrize(("middle", "last"), CASES)
def test_losses_weights_and_scores_are_those_of_keras(middle, last, images):
    mine, theirs = network_and_keras(middle, last)
    check_steps(mine, theirs, images, keras.optimizers.SGD(0.1), learning_rate=0.1)


@pytest.mark.conformance("Network")
@pytest.mark.parametrize("name", ["SGD", "RMSprop", "Adam", "AdamW"])
def test_an_optimizer_takes_the_steps_of_keras(name, images):
    # Not with batch normalisation: the true gradient of a bias before it is 0, and Adam would
    # divide the rounding errors by their own size.
    mine, theirs = network_and_keras("LeakyReLU", "Flatten")
    keras_optimizer = getattr(keras.optimizers, name)(learning_rate=0.01)
    optimizer = getattr(scratch.optimizers, name)(learning_rate=0.01)
    check_steps(mine, theirs, images, keras_optimizer, optimizer=optimizer)


def test_four_arrays_of_batch_normalisation_go_to_keras_and_back():
    mine, theirs = network_and_keras("BatchNormalization", "Flatten")
    arrays = draw(0, *[array.shape for array in mine.get_weights()])
    mine.set_weights([np.abs(array).astype("float32") for array in arrays])
    mine.copy_to_keras(theirs)
    norm = theirs.layers[1]
    for ours, keras_array in zip(
        mine.get_weights()[2:6],
        (norm.gamma, norm.beta, norm.moving_mean, norm.moving_variance),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, keras_array.numpy())
    other, _ = network_and_keras("BatchNormalization", "Flatten")
    other.copy_from_keras(theirs)
    for ours, again in zip(mine.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, again)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("middle", [name for name in IMAGE_LAYERS if name != "MaxPool2D"])
def test_the_gradient_of_the_image_is_that_of_finite_differences(middle, training):
    mine, _ = network_and_keras(middle, "Flatten")
    mine.set_weights([array.astype("float64") for array in mine.get_weights()])
    x, grad = draw(0, (2, *SHAPE), (2, CLASSES))
    mine.forward(x, training=training)
    dx = mine.backward(grad)
    places = np.random.default_rng(0).choice(x.size, 20, replace=False)

    def scores(numbers):
        changed = x.copy().reshape(-1)
        changed[places] = numbers
        return mine.forward(changed.reshape(x.shape), training=training)

    tried = numeric_grad(scores, x.reshape(-1)[places], grad)
    np.testing.assert_allclose(dx.reshape(-1)[places], tried, atol=1e-6)


def test_dropout_drops_its_share_and_keeps_the_sum():
    layer = scratch.Dropout(0.3, seed=1)
    x = np.ones((1000, 100), "float32")
    y = layer.forward(x, training=True)
    assert y.dtype == x.dtype
    np.testing.assert_allclose(np.unique(y), [0, 1 / 0.7], rtol=1e-6)
    np.testing.assert_allclose((y == 0).mean(), 0.3, atol=0.01)
    np.testing.assert_allclose(y.mean(), 1, atol=0.01)
    # The gradient goes the same way, and each call drops other numbers.
    np.testing.assert_array_equal(layer.backward(2 * x), 2 * y)
    assert (layer.forward(x, training=True) != y).any()


def test_dropout_does_nothing_when_the_network_is_used():
    layer, x = scratch.Dropout(0.9), np.ones((3, 4))
    layer.forward(x, training=True)
    np.testing.assert_array_equal(layer.forward(x), x)
    np.testing.assert_array_equal(layer.backward(x), x)


def test_a_seed_fixes_what_is_dropped(images):
    def losses_of(seed):
        network = scratch.Network(
            [scratch.Flatten(), scratch.Dropout(0.5, seed=seed), scratch.Dense(CLASSES)]
        )
        network.build(SHAPE, seed=0)
        first = network.fit(*images, epochs=1, batch_size=BATCH, learning_rate=0.1)
        network.build(SHAPE, seed=0)
        assert network.fit(*images, epochs=1, batch_size=BATCH, learning_rate=0.1) == first
        return first

    assert losses_of(0) == losses_of(0)
    assert losses_of(0) != losses_of(1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: scratch.Dropout(1), "rate is 1; give a number from 0 to below 1"),
        (lambda: scratch.Dropout(-0.1), r"rate is -0\.1"),
        (lambda: scratch.Dropout("x"), "rate is 'x'"),
        (lambda: scratch.Dropout(0.5, seed=-1), "seed is -1; give a whole number from 0 up"),
        (lambda: scratch.Dropout(0.5, seed=1.5), r"seed is 1\.5"),
        (lambda: scratch.LeakyReLU("x"), "negative_slope is 'x'; give a number from 0 up"),
        (lambda: scratch.ELU("a"), "alpha is 'a'; give a number from 0 up"),
        (lambda: scratch.BatchNormalization(epsilon=-1), "epsilon is -1; give a number from 0 up"),
        (lambda: scratch.BatchNormalization(momentum=1.5), r"momentum is 1\.5"),
        (lambda: scratch.AvgPool2D(0), "pool_size is 0"),
    ],
)
def test_a_layer_says_what_is_wrong_with_its_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()

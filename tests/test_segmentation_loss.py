"""Soft Dice plus cross-entropy: the sum of the course's own losses, in value and gradient."""

import numpy as np
import pytest

from medtutor import models, scratch, training
from medtutor._keras import keras


def masks_and_probabilities(n_maps, seed=0, shape=(3, 4, 5)):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(*shape, n_maps)).astype("float32")
    truth = rng.integers(0, max(n_maps, 2), shape)
    return truth, scratch.sigmoid(scores) if n_maps == 1 else scratch.softmax(scores)


def by_hand(truth, p):
    """Return value and gradient with respect to p from medtutor.scratch."""
    if p.shape[-1] == 1:
        maps = truth[..., None].astype(p.dtype)
        cross = scratch.binary_crossentropy(maps, p)
        slope = scratch.binary_crossentropy_grad(1.0, maps, p)
    else:
        maps = np.eye(p.shape[-1], dtype=p.dtype)[truth]
        cross = scratch.sparse_categorical_crossentropy(truth, p)
        slope = scratch.sparse_categorical_crossentropy_grad(1.0, truth, p)
    axes = {"axis": (0, 1, 2)}
    return scratch.dice(maps, p, **axes) + cross, scratch.dice_grad(1.0, maps, p, **axes) + slope


def by_keras(truth, p):
    tf = pytest.importorskip("tensorflow")
    p = tf.constant(p)
    with tf.GradientTape() as tape:
        tape.watch(p)
        value = training.DiceCrossentropy()(truth, p)
    return value.numpy(), tape.gradient(value, p).numpy()


@pytest.mark.conformance("dice + crossentropy")
@pytest.mark.parametrize("n_maps", [1, 2, 4])
@pytest.mark.parametrize("seed", range(3))
def test_it_is_the_sum_of_the_losses_by_hand(n_maps, seed):
    truth, p = masks_and_probabilities(n_maps, seed)
    value, gradient = by_keras(truth, p)
    expected_value, expected_gradient = by_hand(truth, p)
    np.testing.assert_allclose(value, expected_value, rtol=1e-5)
    np.testing.assert_allclose(gradient, expected_gradient, atol=1e-6)


def test_a_class_that_the_batch_lacks_adds_its_share_and_no_gradient():
    truth, p = masks_and_probabilities(4)
    truth[truth == 3] = 0
    value, _ = by_keras(truth, p)
    maps = np.eye(4, dtype="float32")[truth]
    three = scratch.dice(maps[..., :3], p[..., :3], axis=(0, 1, 2), reduction="sum")
    expected = (three + 1) / 4 + scratch.sparse_categorical_crossentropy(truth, p)
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_masks_may_carry_their_channel_with_one_map():
    truth, p = masks_and_probabilities(1)
    loss = training.DiceCrossentropy()
    assert float(loss(truth, p)) == float(loss(truth[..., None], p))


def test_weights_weigh_the_crossentropy_and_dice_gets_their_mean():
    truth, p = masks_and_probabilities(4)
    weights = np.array([0.5, 1.0, 3.0], "float32")
    found = float(training.DiceCrossentropy()(truth, p, sample_weight=weights[:, None, None]))
    cross = scratch.sparse_categorical_crossentropy(truth, p, sample_weight=weights)
    dice = scratch.dice(np.eye(4, dtype="float32")[truth], p, axis=(0, 1, 2))
    assert found == pytest.approx(float(cross + weights.mean() * dice), rel=1e-5)


@pytest.mark.parametrize("n_classes", [1, 3])
def test_a_network_learns_with_it(n_classes):
    training.reproducible(0)
    masks = np.zeros((8, 16, 16), "uint8")
    masks[:, 4:10, 5:12] = 1
    masks[:, 10:14, 2:6] = n_classes - 1
    images = masks[..., None].astype("float32") - 0.3
    model = models.build_unet((16, 16, 1), n_classes, base_filters=4, depth=1)
    model.compile(keras.optimizers.Adam(2e-2), loss=training.DiceCrossentropy())
    losses = training.fit(model, (images, masks), epochs=30, batch_size=8).history["loss"]
    assert losses[-1] < 0.25 * losses[0]


# Keras hands TensorFlow's variables to NumPy 2 in a way that NumPy warns of.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_a_compiled_network_can_be_saved_and_loaded(tmp_path):
    model = models.build_unet((8, 8, 1), 1, base_filters=2, depth=1)
    model.compile(loss=training.DiceCrossentropy())
    model.fit(np.zeros((1, 8, 8, 1)), np.zeros((1, 8, 8)), verbose=0)
    model.save(tmp_path / "unet.keras")
    loaded = keras.models.load_model(tmp_path / "unet.keras")
    assert isinstance(loaded.loss, training.DiceCrossentropy)
    assert loaded.loss.name == "dice_crossentropy"


@pytest.mark.parametrize(
    ("shape", "outputs", "message"),
    [
        ((2, 4, 4, 3), (2, 4, 4, 3), r"masks of class ids \(N, H, W\)"),
        ((2,), (2, 4, 4, 1), r"masks of class ids \(N, H, W\)"),
        ((2,), (2, 3), r"expected \(N, H, W, maps\)"),
    ],
)
def test_other_shapes_are_named(shape, outputs, message):
    with pytest.raises(ValueError, match=message):
        training.DiceCrossentropy()(np.zeros(shape), np.full(outputs, 0.5, "float32"))


@pytest.mark.parametrize("n_maps", [1, 3])
def test_volumes_are_judged_like_one_long_image(n_maps):
    truth, p = masks_and_probabilities(n_maps, shape=(2, 3, 4, 5))
    value, gradient = by_keras(truth, p)
    flat, slope = by_keras(truth.reshape(2, 12, 5), p.reshape(2, 12, 5, n_maps))
    np.testing.assert_allclose(value, flat, rtol=1e-6)
    np.testing.assert_allclose(gradient, slope.reshape(p.shape), rtol=1e-5)
    if n_maps == 1:
        with_axis, _ = by_keras(truth[..., None], p)
        np.testing.assert_allclose(with_axis, value, rtol=1e-6)
    with pytest.raises(ValueError, match=r"for volumes \(N, D, H, W\)"):
        training.DiceCrossentropy()(truth[0], p)

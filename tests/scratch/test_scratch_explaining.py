"""Maps that explain a score: by hand, on a linear model where all agree, and completeness."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from medtutor import scratch

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(3, 9, 12, 2))
WEIGHTS = RANDOM.normal(size=(9, 12, 2))


def linear(images):
    return np.sum(images * WEIGHTS, axis=(1, 2, 3)) + 0.7


def slope(images):
    return np.broadcast_to(WEIGHTS, images.shape)


def relu_net(seed, features=40):
    """A score of one hidden layer of ReLUs, and its gradient."""
    rng = np.random.default_rng(seed)
    first, bias, last = rng.normal(size=(216, features)), rng.normal(size=features), None
    last = rng.normal(size=features)

    def hidden(images):
        return images.reshape(len(images), -1) @ first + bias

    def score(images):
        return np.maximum(hidden(images), 0) @ last

    def gradient(images):
        return ((hidden(images) > 0) * last @ first.T).reshape(images.shape)

    return score, gradient


def test_integrated_gradients_by_hand():
    """max(0, x1 + x2 - 1) at (2, 1): the slope is (1, 1) from a third of the way on."""

    def kinked(images):
        on = images.sum(axis=(1, 2, 3), keepdims=True) > 1
        return np.broadcast_to(on, images.shape).astype(float)

    x = np.array([2.0, 1.0]).reshape(1, 1, 2, 1)
    found = scratch.integrated_gradients(kinked, x, 0, steps=300)
    np.testing.assert_allclose(found.ravel(), [4 / 3, 2 / 3], atol=1e-12)


def test_grad_cam_by_hand():
    maps = np.stack([[[1.0, 0], [2, 1]], [[0.0, 3], [1, 0]]], axis=-1)[None]
    gradients = np.broadcast_to([2 / 4, -1 / 4], maps.shape)
    np.testing.assert_allclose(
        scratch.grad_cam(maps, gradients)[0], [[0.5, 0], [0.75, 0.5]], atol=1e-15
    )


def test_all_agree_on_a_linear_model():
    expected = X * WEIGHTS
    np.testing.assert_allclose(scratch.integrated_gradients(slope, X, 0.0), expected, atol=1e-12)
    pixels = scratch.occlusion_map(linear, X, size=1, stride=1, fill=0)
    np.testing.assert_allclose(pixels, expected.sum(axis=-1), atol=1e-10)
    np.testing.assert_allclose(scratch.smooth_gradient(slope, X), abs(slope(X)), atol=1e-12)


@pytest.mark.parametrize("seed", range(4))
def test_completeness_on_a_net_of_relus(seed):
    score, gradient = relu_net(seed)
    baseline = RANDOM.normal(size=X.shape)
    found = scratch.integrated_gradients(gradient, X, baseline, steps=512)
    change = score(X) - score(baseline)
    np.testing.assert_allclose(found.sum(axis=(1, 2, 3)), change, atol=0.02 * np.ptp(score(X)))
    assert not scratch.integrated_gradients(gradient, X, X).any()


def test_smoothing_without_noise_is_the_plain_gradient_and_a_seed_fixes_it():
    _, gradient = relu_net(0)
    plain = scratch.smooth_gradient(gradient, X, noise=0, samples=3)
    np.testing.assert_allclose(plain, abs(gradient(X)), atol=1e-12)
    first, second, other = (scratch.smooth_gradient(gradient, X, seed=s) for s in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert np.abs(first - other).max() > 1e-3


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays(dtype):
    x = X.astype(dtype)
    assert scratch.integrated_gradients(slope, x, 0, steps=3).dtype == dtype
    assert scratch.smooth_gradient(slope, x, samples=2).dtype == dtype
    assert scratch.place_map(x[..., 0], (20, 30), stride=2, first=0.5).dtype == dtype
    assert scratch.grad_cam(x, x).dtype == dtype


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 2), (4, 4), (4, 3), (9, 5)])
def test_occlusion_is_a_double_loop(size, stride):
    score, _ = relu_net(1)
    falls, times = np.zeros(X.shape[:3]), np.zeros(X.shape[1:3])
    tops = [*range(0, 9 - size, stride), 9 - size]
    lefts = [*range(0, 12 - size, stride), 12 - size]
    for top in tops:
        for left in lefts:
            place = (slice(None), slice(top, top + size), slice(left, left + size))
            filled = X.copy()
            filled[place] = -0.3
            falls[place] += (score(X) - score(filled))[:, None, None]
            times[place[1:]] += 1
    found = scratch.occlusion_map(score, X, size=size, stride=stride, fill=-0.3)
    np.testing.assert_allclose(found, falls / times, atol=1e-10)


def test_occlusion_of_a_constant_score_is_nothing_and_of_the_whole_image_one_number():
    assert not scratch.occlusion_map(lambda x: np.ones(len(x)), X).any()
    square = X[:, :, :9]
    whole = scratch.occlusion_map(lambda x: x.sum(axis=(1, 2, 3)), square, size=9, fill=0)
    np.testing.assert_allclose(
        whole, np.broadcast_to(square.sum(axis=(1, 2, 3))[:, None, None], whole.shape)
    )


def test_a_local_filling_is_the_mean_around_the_patch():
    """On a slope of brightness, the mean around a patch is that of the patch: no sum changes."""
    ramp = np.arange(9.0)[None, :, None, None] + np.arange(12.0)[:, None]
    inner = scratch.occlusion_map(lambda x: x.sum(axis=(1, 2, 3)), ramp, size=3, stride=1)
    assert abs(inner[0, 4, 5]) < 1e-12


def test_places_that_no_patch_covers_are_zero():
    found = scratch.occlusion_map(lambda x: x.sum(axis=(1, 2, 3)), X, size=2, stride=5, fill=0)
    assert not found[:, 3, :5].any()


def test_grad_cam_is_cam_where_means_meet_a_dense_layer():
    """Global average pooling and one dense layer: the weights times the maps, over h · w."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((10, 11, 1))
    maps = keras.layers.Conv2D(4, 3)(inputs)
    score = keras.layers.Dense(1)(keras.layers.GlobalAveragePooling2D()(maps))
    model = keras.Model(inputs, [maps, score])
    x = tf.constant(RANDOM.normal(size=(2, 10, 11, 1)).astype("float32"))
    with tf.GradientTape() as tape:
        found, values = model(x)
    gradients = tape.gradient(values, found)
    weights = model.layers[-1].get_weights()[0][:, 0]
    expected = np.maximum(found.numpy() @ weights, 0) / (8 * 9)
    np.testing.assert_allclose(scratch.grad_cam(found.numpy(), gradients), expected, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_a_bright_dot_is_placed_where_it_is(seed):
    """The map that sees the dot best, placed, has its peak within half a stride of the dot."""
    rng = np.random.default_rng(seed)
    for row, column in rng.uniform(8.5, 52.5, (10, 2)):
        centres = 8.5 + 4 * np.arange(12)
        cam = np.exp(-((centres - row) ** 2)[:, None] / 20 - (centres - column) ** 2 / 20)
        placed = scratch.place_map(cam[None], (64, 64), stride=4, first=8.5)[0]
        peak = np.unravel_index(placed.argmax(), placed.shape)
        assert np.abs(np.subtract(peak, (row, column))).max() <= 2.5


def test_placing_is_bilinear_and_knows_nothing_beyond_the_outermost_middles():
    cam = np.array([[[1.0, 3.0], [5.0, 9.0]]])
    placed = scratch.place_map(cam, (6, 8), stride=(2, 4), first=(1, 2))[0]
    assert placed[1, 2] == 1
    assert placed[3, 6] == 9
    assert placed[2, 4] == np.mean(cam)
    assert placed[1, 3] == 1.5
    assert placed[:1].sum() == placed[4:].sum() == placed[:, :2].sum() == placed[:, 7:].sum() == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.integrated_gradients(slope, X, 0, steps=0), "steps is 0"),
        (lambda: scratch.integrated_gradients(slope, X, X[:, :4]), "baseline has shape"),
        (lambda: scratch.integrated_gradients(lambda x: None, X, 0), r"tape.watch\(x\)"),
        (lambda: scratch.integrated_gradients(lambda x: x[0], X, 0), "the gradient has shape"),
        (lambda: scratch.integrated_gradients(slope, X[0], 0), "expected 4 axes"),
        (lambda: scratch.smooth_gradient(lambda x: None, X), "the gradient is None"),
        (lambda: scratch.smooth_gradient(slope, X, noise=-1), "noise is -1"),
        (lambda: scratch.smooth_gradient(slope, X, samples=0), "samples is 0"),
        (lambda: scratch.occlusion_map(linear, X, size=10), "size is 10, but the images have 9×12"),
        (lambda: scratch.occlusion_map(linear, X, fill="mean"), "fill is 'mean'"),
        (lambda: scratch.occlusion_map(lambda x: x[:, 0, 0], X), r"gave \(3, 2\) .* not a softmax"),
        (lambda: scratch.occlusion_map(lambda x: 0 * linear(x) + np.nan, X), "one finite number"),
        (lambda: scratch.grad_cam(X, None), "gradients is None"),
        (lambda: scratch.grad_cam(X, X[:2]), "gradients has shape"),
        (lambda: scratch.place_map(X, (20, 20), stride=2, first=0), "expected 3 axes"),
        (lambda: scratch.place_map(X[0], (20, 20), stride=0, first=0), "stride is 0"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

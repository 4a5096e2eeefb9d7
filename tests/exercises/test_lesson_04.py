"""Lesson 04's checks: right answers pass, wrong ones get the message that helps."""

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor import scratch
from medtutor.exercises import lesson_04

# region_weights


def means_by_where(region):
    return np.where(region, 1 / region.sum(), -1 / (~region).sum())


def means_by_assignment(region):
    weights = np.full(region.shape, -1.0) / np.sum(region == 0)
    weights[region] = 1 / np.count_nonzero(region)
    return weights


def weights_typed_like_the_region(region):
    weights = np.zeros_like(region)
    weights[region], weights[~region] = 1 / region.sum(), -1 / (~region).sum()
    return weights


# elu_and_slope


def elu_by_where(z, alpha):
    y = np.where(z > 0, z, alpha * np.expm1(z))
    return y, np.where(z > 0, 1.0, y + alpha)


def elu_by_library(z, alpha):
    return scratch.elu(z, alpha), scratch.elu_grad(np.ones_like(z), z, alpha)


def elu_curve(z, alpha):
    return elu_by_where(z, alpha)[0]


def elu_with_masks(z, alpha):
    below = z <= 0
    power = alpha * np.exp(z * below)
    return z * ~below + (power - alpha) * below, ~below + power * below


def elu_typed_like_z(z, alpha):
    y, slope = np.zeros_like(z), np.ones_like(z)
    y[:], slope[:] = elu_by_where(z, alpha)
    return y, slope


def elu_with_slope_at_0(value):
    def elu(z, alpha):
        y, slope = elu_by_where(z, alpha)
        return y, np.where(z == 0, value, slope)

    return elu


# he_weights


def normal_weights(n_in, n_out, rng):
    return rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out))


def uniform_weights(n_in, n_out, rng):
    limit = np.sqrt(6 / n_in)
    return rng.uniform(-limit, limit, size=(n_in, n_out)).astype("float32")


def scaled(spread):
    return lambda n_in, n_out, rng: spread(n_in, n_out) * rng.normal(size=(n_in, n_out))


def own_generator(n_in, n_out, rng):
    return normal_weights(n_in, n_out, np.random.default_rng(7))


def system_generator(n_in, n_out, rng):
    return normal_weights(n_in, n_out, np.random.default_rng())


def identical_units(n_in, n_out, rng):
    return np.tile(rng.normal(0, np.sqrt(2 / n_in), (n_in, 1)), (1, n_out))


def identical_inputs(n_in, n_out, rng):
    return np.tile(rng.normal(0, np.sqrt(2 / n_in), n_out), (n_in, 1))


def half_the_units_twice(n_in, n_out, rng):
    half = rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out // 2 + 1))
    return np.hstack([half, half])[:, :n_out]


def signs(n_in, n_out, rng):
    return rng.choice([-1.0, 1.0], (n_in, n_out)) * np.sqrt(2 / n_in)


# two_layer_gradients


def by_hand(x, W1, b1, W2, b2, grad):
    h = np.tanh(x @ W1 + b1)
    delta = (grad @ W2.T) * (1 - h**2)
    return x.T @ delta, delta.sum(axis=0), h.T @ grad, grad.sum(axis=0)


def by_library(x, W1, b1, W2, b2, grad):
    z = scratch.dense(x, W1, b1)
    dh, dW2, db2 = scratch.dense_grad(grad, scratch.tanh(z), W2, b2)
    _, dW1, db1 = scratch.dense_grad(scratch.tanh_grad(dh, z), x, W1, b1)
    return [dW1, db1, dW2, db2]


def with_slope(slope):
    def gradients(x, W1, b1, W2, b2, grad):
        z = x @ W1 + b1
        delta = (grad @ W2.T) * slope(z)
        return x.T @ delta, delta.sum(axis=0), np.tanh(z).T @ grad, grad.sum(axis=0)

    return gradients


def sums_into_second_layer(x, W1, b1, W2, b2, grad):
    dW1, db1, _, db2 = by_hand(x, W1, b1, W2, b2, grad)
    return dW1, db1, (x @ W1 + b1).T @ grad, db2


def bias_not_summed(x, W1, b1, W2, b2, grad):
    dW1, db1, dW2, _ = by_hand(x, W1, b1, W2, b2, grad)
    return dW1, db1, dW2, grad


def not_transposed(x, W1, b1, W2, b2, grad):
    return (grad @ W2,) * 4


RIGHT = [
    (
        "dense_parameters",
        lambda height, width, channels, units: (height * width * channels + 1) * units,
    ),
    ("dense_parameters", lambda h, w, c, u: np.zeros((h * w * c, u)).size + u),
    ("region_weights", means_by_where),
    ("region_weights", means_by_assignment),
    ("region_weights", lambda region: means_by_where(region).tolist()),
    ("elu_and_slope", elu_by_where),
    ("elu_and_slope", lambda z, alpha: list(elu_by_library(z.astype(float), alpha))),
    ("elu_and_slope", elu_with_masks),
    ("he_weights", normal_weights),
    ("he_weights", uniform_weights),
    ("he_weights", signs),
    ("two_layer_gradients", by_hand),
    ("two_layer_gradients", by_library),
]
WRONG = [
    ("dense_parameters", 9437696, "a function is expected"),
    ("dense_parameters", lambda h, w, c, u: h * w * c * u, "biases are missing"),
    ("dense_parameters", lambda h, w, c, u: h * w * c * u + 1, "more than one bias"),
    ("dense_parameters", lambda h, w, c, u: (h * w + 1) * u, "Flatten keeps the channels"),
    ("dense_parameters", lambda h, w, c, u: (c + 1) * u, "behind global pooling"),
    ("dense_parameters", lambda h, w, c, u: h * w * c * (u + 1), "belong to the units"),
    ("dense_parameters", lambda h, w, c, u: 9 * c * u + u, "as a convolution of 3x3 has"),
    ("dense_parameters", lambda h, w, c, u: (h * h * c + 1) * u, "the height for the width"),
    ("dense_parameters", lambda h, w, c, u: (w * w * c + 1) * u, "the width for the height"),
    ("dense_parameters", lambda h, w, c, u: (h * w * c + 1) * u + 1, "your result is"),
    ("dense_parameters", lambda h, w, c, u: (h * w * c + 1) * u - 0.5, "your result is"),
    ("region_weights", np.ones((2, 3)), "a function is expected"),
    ("region_weights", lambda region: np.where(region, 1.0, -1.0), "for means, divide"),
    ("region_weights", lambda region: np.where(region, 1, -1) / region.size, "divide by all"),
    ("region_weights", lambda region: region / region.sum(), "the mean inside alone"),
    ("region_weights", lambda region: -means_by_where(region), "signs are turned"),
    (
        "region_weights",
        lambda region: np.where(region, 1, -1) / region.sum(),
        "outside has another number",
    ),
    (
        "region_weights",
        weights_typed_like_the_region,
        "it can hold True and False alone",
    ),
    (
        "region_weights",
        lambda region: means_by_where(region).round(1),
        "your result is -0.2 at [0, 2]",
    ),
    ("region_weights", lambda region: means_by_where(region).ravel(), "has shape (6,), expected"),
    ("region_weights", lambda region: 0.0, "has shape (), expected (2, 3)"),
    ("elu_and_slope", elu_curve, "You return one array, the curve; return the curve and its slope"),
    ("elu_and_slope", lambda z, alpha: z, "is one array, of shape (4,), but 2 values are expected"),
    (
        "elu_and_slope",
        lambda z, alpha: (elu_curve(z, alpha), np.where(z > 0, 1, np.exp(z))),
        "slope below 0 lacks alpha",
    ),
    (
        "elu_and_slope",
        lambda z, alpha: (elu_curve(z, alpha), np.where(z > 0, 1, elu_curve(z, alpha))),
        "not the curve itself",
    ),
    (
        "elu_and_slope",
        lambda z, alpha: (elu_curve(z, alpha), np.where(z > 0, z, alpha * np.exp(z))),
        "above 0 its slope is 1",
    ),
    (
        "elu_and_slope",
        lambda z, alpha: (
            np.where(z > 0, z, alpha * np.exp(z)),
            np.where(z > 0, 1, alpha * np.exp(z)),
        ),
        "jumps at 0: subtract 1",
    ),
    (
        "elu_and_slope",
        lambda z, alpha: (np.where(z > 0, z, alpha * z), np.where(z > 0, 1, alpha)),
        "This is leaky ReLU",
    ),
    ("elu_and_slope", lambda z, alpha: elu_by_where(z, alpha)[::-1], "the curve first"),
    ("elu_and_slope", elu_with_slope_at_0(0), "At z = 0 your slope is 0"),
    ("elu_and_slope", elu_with_slope_at_0(1), "slope of the upper half"),
    ("elu_and_slope", elu_with_slope_at_0(0.25), "the slope in your result is 0.25 at [0]"),
    (
        "elu_and_slope",
        lambda z, alpha: (np.where(z > 0, z, alpha * np.exp(z) - 1), elu_by_where(z, alpha)[1]),
        "The brackets are missing",
    ),
    (
        "elu_and_slope",
        lambda z, alpha: (np.where(z > 0, z, np.expm1(z)), elu_by_where(z, alpha)[1]),
        "the curve below 0 lacks alpha",
    ),
    ("elu_and_slope", lambda z, alpha: elu_by_where(z, 1.0), "Curve and slope below 0 lack alpha"),
    ("elu_and_slope", elu_typed_like_z, "holds whole numbers (int64)"),
    ("elu_and_slope", lambda z, alpha: (elu_curve(z, alpha), 1.0), "the slope in your result"),
    ("he_weights", np.ones((4, 3)), "a function is expected"),
    ("he_weights", scaled(lambda n, m: 2 / n), "That is the variance"),
    ("he_weights", scaled(lambda n, m: np.sqrt(2 / (n + m))), "These are Glorot's"),
    ("he_weights", scaled(lambda n, m: np.sqrt(2 / m)), "You divide by n_out"),
    ("he_weights", scaled(lambda n, m: np.sqrt(1 / n)), "The factor 2 is missing"),
    ("he_weights", scaled(lambda n, m: 1), "They aren't scaled"),
    ("he_weights", scaled(lambda n, m: np.sqrt(2)), "Divide by the square root of n_in"),
    ("he_weights", scaled(lambda n, m: 0.5), "expected 0.0816"),
    ("he_weights", lambda n, m, rng: normal_weights(m, n, rng), "shape (55, 300), expected"),
    ("he_weights", lambda n, m, rng: normal_weights(n, m, rng) + 0.03, "have the mean 0.03"),
    ("he_weights", lambda n, m, rng: float(rng.normal()), "a NumPy array of floats is expected"),
    (
        "he_weights",
        lambda n, m, rng: [0.1],
        "Your result is of type list, but a NumPy array of floats",
    ),
    (
        "he_weights",
        lambda n, m, rng: np.full((n, m), np.nan),
        "16500 of your 16500 weights aren't finite",
    ),
    ("he_weights", lambda n, m, rng: rng.normal(sqrt=2), "Your function stops with TypeError"),
    ("he_weights", scaled(lambda n, m: 2 * np.sqrt(2 / n)), "the 2 stands under the root"),
    ("he_weights", scaled(lambda n, m: 2 / np.sqrt(n)), "a spread of 0.115, expected 0.0816"),
    ("he_weights", scaled(lambda n, m: np.sqrt(2 / max(n, m))), "You divide by n_out"),
    ("he_weights", scaled(lambda n, m: np.sqrt(2 / 300)), "For n_in = 40"),
    ("he_weights", scaled(lambda n, m: np.sqrt(2 / (n + 1))), "For n_in = 40"),
    (
        "he_weights",
        lambda n, m, rng: rng.uniform(-np.sqrt(2 / n), np.sqrt(2 / n), (n, m)),
        "have the spread L / √3",
    ),
    (
        "he_weights",
        lambda n, m, rng: rng.normal(np.sqrt(2 / n), 1, (n, m)),
        "rng.normal takes the mean first",
    ),
    (
        "he_weights",
        lambda n, m, rng: rng.normal(np.sqrt(2 / n), 0, (n, m)),
        "rng.normal takes the mean first",
    ),
    ("he_weights", lambda n, m, rng: np.abs(normal_weights(n, m, rng)), "it should be about 0"),
    ("he_weights", lambda n, m, rng: normal_weights(n, m, rng).tolist(), "of type list, but a"),
    ("he_weights", identical_units, "Some units have the same weights"),
    ("he_weights", half_the_units_twice, "Some units have the same weights"),
    ("he_weights", identical_inputs, "Some inputs have the same weights"),
    ("he_weights", own_generator, "Another rng gives the same numbers"),
    ("he_weights", system_generator, "With the same rng the numbers should be the same"),
    ("two_layer_gradients", np.ones(3), "a function is expected"),
    ("two_layer_gradients", with_slope(np.ones_like), "The slope of tanh is missing"),
    ("two_layer_gradients", with_slope(lambda z: 1 - z**2), "not with z"),
    ("two_layer_gradients", with_slope(lambda z: z > 0), "You take the slope of ReLU"),
    ("two_layer_gradients", sums_into_second_layer, "h = tanh(z), not z"),
    (
        "two_layer_gradients",
        lambda *arrays: tuple(g / len(arrays[0]) for g in by_hand(*arrays)),
        "You take the mean over the batch",
    ),
    ("two_layer_gradients", bias_not_summed, "db2 in your result has shape (1, 4), expected (4,)"),
    ("two_layer_gradients", with_slope(lambda z: 1 - np.tanh(z)), "you forgot the square"),
    (
        "two_layer_gradients",
        with_slope(lambda z: np.tanh(z) * (1 - np.tanh(z))),
        "the slope of the sigmoid",
    ),
    ("two_layer_gradients", lambda *a: tuple(-g for g in by_hand(*a)), "dW1 in your result is"),
    ("two_layer_gradients", not_transposed, "Your function stops with ValueError"),
    ("two_layer_gradients", lambda *a: by_hand(*a)[::-1], "dW1 in your result has shape (4,)"),
]
LESSON = lesson_04
BLANK_FUNCTIONS = [
    ("dense_parameters", lambda height, width, channels, units: ...),
    ("region_weights", lambda region: None),
    ("elu_and_slope", lambda z, alpha: None),
    ("he_weights", lambda n_in, n_out, rng: ...),
    ("two_layer_gradients", lambda x, W1, b1, W2, b2, grad: None),
]

"""Exercises of lesson 04, Dense layers and activations."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.exercises.calling import call, is_blank
from medtutor.exercises.checks import NotAttempted
from medtutor.exercises.comparing import describe
from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _parameters(height: int, width: int, channels: int, units: int) -> int:
    return (height * width * channels + 1) * units


dense_parameters = Exercise(
    id="dense_parameters",
    lesson="04",
    hints=(
        "How many numbers does Flatten lay into one row?",
        "Each unit has a weight for each of them, and one number more.",
    ),
    checks=(
        returns(
            _parameters,
            case("maps of 12x12 with 128 channels, 512 units", 12, 12, 128, 512),
            case("maps of 3x5 with 2 channels, 4 units", 3, 5, 2, 4),
            case("one place and one unit", 1, 1, 1, 1, tip="One weight and one bias."),
            mistakes=(
                Mistake(
                    lambda h, w, c, u: h * w * c * u,
                    "The biases are missing: one for each unit.",
                ),
                Mistake(
                    lambda h, w, c, u: h * w * c * u + 1,
                    "There is more than one bias: each unit has its own.",
                ),
                Mistake(
                    lambda h, w, c, u: (h * w + 1) * u,
                    "Flatten keeps the channels: each place holds `channels` numbers.",
                ),
                Mistake(
                    lambda h, w, c, u: (c + 1) * u,
                    "You count one number for each channel, as behind global pooling, or where "
                    "nothing was flattened; Flatten keeps all places.",
                ),
                Mistake(
                    lambda h, w, c, u: (h * h * c + 1) * u,
                    "You take the height for the width, too: maps need not be square.",
                ),
                Mistake(
                    lambda h, w, c, u: (w * w * c + 1) * u,
                    "You take the width for the height, too: maps need not be square.",
                ),
                Mistake(
                    lambda h, w, c, u: h * w * c * (u + 1),
                    "The biases belong to the units, not to the inputs.",
                ),
                Mistake(
                    lambda h, w, c, u: 9 * c * u + u,
                    "You count nine weights for each channel, as a convolution of 3x3 has; a dense "
                    "unit behind Flatten has one for every place.",
                ),
            ),
        ),
    ),
    takeaway="The size of the maps is in it: that is why the layer behind Flatten is so large.",
)


def _region_weights(region: np.ndarray) -> np.ndarray:
    inside = np.asarray(region, dtype=bool)
    return inside / inside.sum() - ~inside / (~inside).sum()


def _region(rows: int, columns: int, *places: tuple[int, int]) -> np.ndarray:
    region = np.zeros((rows, columns), bool)
    for place in places:
        region[place] = True
    return region


region_weights = Exercise(
    id="region_weights",
    lesson="04",
    hints=(
        "A mean is a sum of products, too: each of n pixels has the weight 1 / n.",
        "What is outside counts minus, and there are other n pixels of it.",
        "region.sum() counts the pixels inside, (~region).sum() those outside.",
    ),
    checks=(
        returns(
            _region_weights,
            case("a 2x3 slice with two pixels inside", _region(2, 3, (0, 0), (0, 1))),
            case("a 5x4 slice with one pixel inside", _region(5, 4, (2, 1))),
            case("a 4x2 slice, half of it inside", _region(4, 2, (0, 0), (1, 1), (2, 0), (3, 1))),
            case("a 1x3 slice with two pixels inside", _region(1, 3, (0, 1), (0, 2))),
            mistakes=(
                Mistake(
                    lambda r: np.where(r, 1.0, -1.0),
                    "Your unit subtracts sums; for means, divide by the number of pixels inside, "
                    "and outside.",
                ),
                Mistake(
                    lambda r: np.where(r, 1.0, -1.0) / r.size,
                    "You divide by all pixels; inside and outside each have a number of their own.",
                ),
                Mistake(
                    lambda r: r / r.sum(),
                    "This is the mean inside alone; what is outside must count minus.",
                ),
                Mistake(
                    lambda r: -_region_weights(r),
                    "The signs are turned: inside counts plus, outside minus.",
                ),
                Mistake(
                    lambda r: np.where(r, 1 / r.sum(), -1 / r.sum()),
                    "You divide both by the number inside; outside has another number of pixels.",
                ),
                Mistake(
                    np.ones_like,
                    "All your weights are 1. If you fill np.zeros_like(region): it can hold True "
                    "and False alone, like the region; take np.zeros(region.shape).",
                ),
            ),
        ),
    ),
    takeaway="Means, differences, templates: a dense unit is any weighted sum you can think of.",
)


def _elu(z: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    power = np.exp(np.minimum(z, 0))
    return np.where(z > 0, z, alpha * (power - 1)), np.where(z > 0, 1, alpha * power)


def _elu_with(curve: Callable[..., Any], slope: Callable[..., Any]) -> Callable[..., Any]:
    """Return ELU and slope with these formulas, of e^z and alpha, below 0; 0 counts as below."""

    def wrong(z: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
        power = np.exp(np.minimum(z, 0))
        return np.where(z > 0, z, curve(power, alpha)), np.where(z > 0, 1, slope(power, alpha))

    return wrong


def _slope_at_0(value: float) -> Callable[..., Any]:
    """Return ELU and slope, right everywhere but for the slope at 0."""

    def wrong(z: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
        curve, slope = _elu(z, alpha)
        return curve, np.where(z == 0, value, slope)

    return wrong


_Z = np.array([-3.0, -0.5, 0.25, 2.0])

elu_and_slope = Exercise(
    id="elu_and_slope",
    lesson="04",
    hints=(
        "np.where(z > 0, this, that) chooses number by number.",
        "The derivative of alpha * (e^z - 1) is alpha * e^z: the 1 is gone, alpha stays.",
    ),
    checks=(
        returns(
            _elu,
            case("alpha = 1", _Z, 1.0),
            case("alpha = 0.5", _Z, 0.5),
            case("alpha = 0.5 and z = 0", np.array([0.0, -1.0, 1.0]), 0.5),
            case("a table of 2x3 numbers", np.linspace(-2, 3, 6).reshape(2, 3), 2.0),
            case("float32 numbers", np.array([-1.5, 0.0, 4.0], "float32"), 0.25),
            case(
                "whole numbers",
                np.array([-2, 0, 3]),
                0.5,
                tip="z holds whole numbers here; your two results must hold fractions.",
            ),
            names=("the curve", "the slope"),
            mistakes=(
                Mistake(
                    _elu_with(lambda e, a: a * (e - 1), lambda e, a: e),
                    "The curve is right; the slope below 0 lacks alpha.",
                ),
                Mistake(
                    _elu_with(lambda e, a: e - 1, lambda e, a: a * e),
                    "The slope is right; the curve below 0 lacks alpha.",
                ),
                Mistake(
                    _elu_with(lambda e, a: e - 1, lambda e, a: e),
                    "Curve and slope below 0 lack alpha.",
                ),
                Mistake(
                    _elu_with(lambda e, a: a * e - 1, lambda e, a: a * e),
                    "The brackets are missing: alpha multiplies the whole of e^z - 1.",
                ),
                Mistake(
                    _elu_with(lambda e, a: a * (e - 1), lambda e, a: a * (e - 1)),
                    "The curve is right; its slope below 0 is alpha * e^z, not the curve itself: "
                    "the derivative of the 1 is 0.",
                ),
                Mistake(
                    lambda z, a: (_elu(z, a)[0], np.where(z > 0, z, _elu(z, a)[1])),
                    "The curve is right; above 0 its slope is 1, not z.",
                ),
                Mistake(
                    _elu_with(lambda e, a: a * e, lambda e, a: a * e),
                    "The curve jumps at 0: subtract 1 from e^z.",
                ),
                Mistake(
                    lambda z, a: (np.where(z > 0, z, a * z), np.where(z > 0, 1, a)),
                    "This is leaky ReLU; ELU bends below 0: alpha * (e^z - 1).",
                ),
                Mistake(
                    _slope_at_0(0),
                    "At z = 0 your slope is 0; there the lower formula holds, alpha * e^z.",
                ),
                Mistake(
                    _slope_at_0(1),
                    "At z = 0 you take the slope of the upper half; there the lower formula holds, "
                    "alpha * e^z.",
                ),
                Mistake(
                    lambda z, a: _elu(z, a)[0],
                    "You return one array, the curve; return the curve and its slope, with a "
                    "comma between: return curve, slope.",
                ),
                Mistake(
                    lambda z, a: _elu(z, a)[::-1],
                    "Return the curve first, then the slope.",
                ),
            ),
        ),
    ),
    takeaway="With alpha = 1 the slope is e^z below 0 and 1 above: ELU has no corner.",
)


# No two of the spreads below agree for the first; the second has few inputs and many numbers,
# so that an input too many shows.
_SHAPES = ((300, 55), (40, 2500))
_KNOWN_SPREADS: tuple[tuple[Callable[[int, int], float], str], ...] = (
    (lambda n, m: 2 / n, "That is the variance; the generator wants its square root, the spread."),
    (lambda n, m: np.sqrt(2 / m), "You divide by n_out; each sum has n_in products."),
    (lambda n, m: np.sqrt(2 / (n + m)), "These are Glorot's weights; He's don't know n_out."),
    (
        lambda n, m: np.sqrt(1 / n),
        "The factor 2 is missing, which makes up for ReLU's other half.",
    ),
    (
        lambda n, m: 2 * np.sqrt(2 / n),
        "Your spread is twice too large: the 2 stands under the root, and nowhere else.",
    ),
    (
        lambda n, m: np.sqrt(2 / (3 * n)),
        "Uniform numbers between -L and L have the spread L / √3: for the spread √(2 / n_in), L "
        "must be √(6 / n_in).",
    ),
    (lambda n, m: 1.0, "They aren't scaled: multiply by the square root of 2 / n_in."),
    (lambda n, m: np.sqrt(2), "Divide by the square root of n_in, too."),
)


def _not_he(answer: Any) -> str | None:
    if not callable(answer):
        return f"Your answer is {describe(answer)}, but a function is expected."
    return next((said for shape in _SHAPES if (said := _wrong_weights(answer, shape))), None)


def _wrong_weights(answer: Any, shape: tuple[int, int]) -> str | None:
    outcomes = [call(answer, (*shape, np.random.default_rng(seed)), {}) for seed in (0, 0, 1)]
    complaint = next((o.complaint for o in outcomes if o.complaint is not None), None)
    if complaint is not None:
        return complaint
    first, again, other = (o.value for o in outcomes)
    if is_blank(first):
        raise NotAttempted("Your function returns nothing: end it with return.")
    return (
        _wrong_kind(first, shape)
        or _repeated(first)
        or _wrong_middle(first, *shape)
        or _wrong_spread(first, *shape)
        or _wrong_source(*map(np.asarray, (first, again, other)))
    )


def _wrong_kind(value: Any, shape: tuple[int, int]) -> str | None:
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return f"Your result is {describe(value)}, but a NumPy array of floats is expected."
    if value.shape != shape:
        return f"Your weights have shape {value.shape}, expected (n_in, n_out), {shape}."
    if np.isfinite(value).all():
        return None
    bad = np.sum(~np.isfinite(value))
    return f"{bad} of your {value.size} weights aren't finite: look for a division by 0."


def _wrong_middle(value: np.ndarray, n_in: int, n_out: int) -> str | None:
    mean, spread, right = float(value.mean()), float(value.std()), np.sqrt(2 / n_in)
    if abs(mean) < 0.1 * right + 4 * spread / np.sqrt(value.size):
        return None
    said = f"Your weights have the mean {mean:.2g}; it should be about 0."
    is_spread = abs(mean / right - 1) < 0.3
    return f"{said} rng.normal takes the mean first, then the spread." if is_spread else said


def _wrong_spread(value: np.ndarray, n_in: int, n_out: int) -> str | None:
    spread, right = float(value.std()), np.sqrt(2 / n_in)
    tolerance = 4.5 / np.sqrt(2 * value.size)  # in standard errors of a spread: 4.5
    if abs(spread / right - 1) < tolerance:
        return None
    for wrong, message in _KNOWN_SPREADS:
        if abs(spread / wrong(n_in, n_out) - 1) < tolerance:
            return message
    return f"For n_in = {n_in} your weights have a spread of {spread:.3g}, expected {right:.3g}."


def _repeated(value: np.ndarray) -> str | None:
    if np.ptp(value) == 0:
        return None  # a single number everywhere: its mean or its spread says more
    if len(np.unique(value, axis=1).T) < value.shape[1]:
        return (
            "Some units have the same weights. They would get the same gradients, too, and stay "
            "alike for ever: draw a number of its own for each of the n_in * n_out weights."
        )
    if len(np.unique(value, axis=0)) < value.shape[0]:
        return (
            "Some inputs have the same weights in every unit: draw a number of its own for each "
            "of the n_in * n_out weights."
        )
    return None


def _wrong_source(first: np.ndarray, again: np.ndarray, other: np.ndarray) -> str | None:
    if not np.array_equal(first, again):
        return "With the same rng the numbers should be the same: draw them from rng alone."
    if np.array_equal(first, other):
        return "Another rng gives the same numbers: draw them from the rng that you are given."
    return None


he_weights = Exercise(
    id="he_weights",
    lesson="04",
    hints=(
        "rng.normal(mean, spread, shape) draws normal numbers.",
        "The variance is 2 / n_in; the spread is its square root.",
    ),
    checks=(_not_he,),
    takeaway="One line, and a network of ten layers learns or doesn't.",
)


Gradients = Callable[..., tuple[np.ndarray, ...]]


def _with_slope(slope: Callable[[np.ndarray], np.ndarray]) -> Gradients:
    """Return the gradients of a network with tanh, with this slope in the place of tanh's."""

    def gradients(
        x: np.ndarray,
        W1: np.ndarray,
        b1: np.ndarray,
        W2: np.ndarray,
        b2: np.ndarray,
        grad: np.ndarray,
    ) -> tuple[np.ndarray, ...]:
        z = x @ W1 + b1
        delta = (grad @ W2.T) * slope(z)
        return x.T @ delta, delta.sum(axis=0), np.tanh(z).T @ grad, grad.sum(axis=0)

    return gradients


_gradients = _with_slope(lambda z: 1 - np.tanh(z) ** 2)


def _network(n: int, features: int, hidden: int, units: int, seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    shapes = [(n, features), (features, hidden), (hidden,), (hidden, units), (units,), (n, units)]
    return tuple(rng.normal(size=shape).round(2) for shape in shapes)


def _means(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(array / len(arrays[0]) for array in _gradients(*arrays))


def _sums_as_hidden(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    x, W1, b1, *_, grad = arrays
    dW1, db1, _, db2 = _gradients(*arrays)
    return dW1, db1, (x @ W1 + b1).T @ grad, db2


two_layer_gradients = Exercise(
    id="two_layer_gradients",
    lesson="04",
    hints=(
        "Go forward first: z = x @ W1 + b1 and h = tanh(z). The second layer's input is h.",
        "The second layer: dW2 = h.T @ grad, db2 = the sum of grad over the batch.",
        "The way on: delta = (grad @ W2.T) * (1 - h**2); then the first layer as the second, "
        "with x and delta.",
    ),
    checks=(
        returns(
            _gradients,
            case("a batch of one", *_network(1, 2, 3, 4, seed=0)),
            case(
                "a batch of five",
                *_network(5, 3, 4, 2, seed=1),
                tip="Gradients of all images add up.",
            ),
            case("a batch of two", *_network(2, 4, 3, 5, seed=2)),
            names=("dW1", "db1", "dW2", "db2"),
            mistakes=(
                Mistake(
                    _with_slope(np.ones_like),
                    "The slope of tanh is missing: multiply by 1 - h**2 on the way back.",
                ),
                Mistake(
                    _with_slope(lambda z: 1 - z**2),
                    "The slope of tanh is 1 - h**2 with the output h = tanh(z), not with z.",
                ),
                Mistake(
                    _with_slope(lambda z: (z > 0).astype(z.dtype)),
                    "You take the slope of ReLU; this network has tanh: 1 - h**2.",
                ),
                Mistake(
                    _with_slope(lambda z: 1 - np.tanh(z)),
                    "The slope of tanh is 1 - h**2; you forgot the square.",
                ),
                Mistake(
                    _with_slope(lambda z: np.tanh(z) * (1 - np.tanh(z))),
                    "You take the slope of the sigmoid, h * (1 - h); this network has tanh: "
                    "1 - h**2.",
                ),
                Mistake(
                    _sums_as_hidden,
                    "dW2 needs what the second layer got as input: h = tanh(z), not z.",
                ),
                Mistake(
                    _means,
                    "You take the mean over the batch; here the gradients of all images add up. "
                    "(A mean belongs into the loss.)",
                ),
            ),
        ),
    ),
    takeaway="Two layers or two hundred: the way back is this step, again and again.",
)

"""Exercises of lesson 19, A network leaves the notebook."""

from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _scale_and_zero(low: float, high: float, *, steps: int = 255, start: int = -128) -> Any:
    low, high = min(low, 0), max(high, 0)
    scale = (high - low) / steps
    return scale, int(np.rint(start - low / scale))


def _not_widened(low: float, high: float) -> Any:
    scale = (high - low) / 255
    return scale, int(np.rint(-128 - low / scale)) if scale else 0


def _not_rounded(low: float, high: float) -> Any:
    scale, _ = _scale_and_zero(low, high)
    return scale, float(-128 - min(low, 0) / scale)


def _cut_off(low: float, high: float) -> Any:
    return _scale_and_zero(low, high)[0], int(_not_rounded(low, high)[1])


def _other_sign(low: float, high: float) -> Any:
    scale, _ = _scale_and_zero(low, high)
    return scale, int(np.rint(-128 + min(low, 0) / scale))


def _symmetric(low: float, high: float) -> Any:
    return max(abs(low), abs(high)) / 127, 0


scale_and_zero = Exercise(
    id="scale_and_zero",
    lesson="19",
    hints=(
        "First widen the range: low becomes min(low, 0), high becomes max(high, 0).",
        "From −128 to 127 there are 255 steps. Zero lies -low / s steps above the lowest number.",
        "s = (high - low) / 255, and z = round(-128 - low / s).",
    ),
    checks=(
        returns(
            _scale_and_zero,
            case("a range from −1 to 2", -1, 2),
            case("a range from −3.7 to 1.1", -3.7, 1.1),
            case("a range from −3 to 1", -3, 1),
            case("a range from 0.5 to 4, which doesn't hold 0", 0.5, 4.0),
            case("a range from −9 to −2, which doesn't hold 0", -9, -2),
            case("a range from 0 to 255", 0, 255),
            case("a range from −1000 to 3071", -1000, 3071),
            case("one number, 7", 7, 7),
            names=("the scale", "the zero point"),
            mistakes=(
                Mistake(
                    lambda low, high: _scale_and_zero(low, high, steps=256),
                    "You divide by 256. There are 256 numbers, and 255 steps between them.",
                ),
                Mistake(
                    lambda low, high: _scale_and_zero(low, high, start=0),
                    "This zero point is for numbers from 0 to 255. Signed ones begin at −128.",
                ),
                Mistake(
                    _not_widened,
                    "The range must hold 0: widen it first, with min(low, 0) and max(high, 0).",
                ),
                Mistake(
                    _not_rounded,
                    "The zero point stands for 0 among whole numbers, so it is whole: round it.",
                ),
                Mistake(_cut_off, "You cut the decimals of the zero point off. Round it."),
                Mistake(
                    _other_sign,
                    "The lower the range begins, the further up 0 lies: −128 minus low / s.",
                ),
                Mistake(
                    _symmetric,
                    "This is the symmetric rule, as for weights. Here low and high are the ends.",
                ),
                Mistake(
                    lambda low, high: _scale_and_zero(low, high)[::-1],
                    "The two are in the wrong order: first the scale, then the zero point.",
                ),
            ),
        ),
    ),
    takeaway="Two numbers carry a whole range: what a step is worth, and where 0 lies.",
)


def _levels(image: Any, scale: Any = None) -> tuple[np.ndarray, float]:
    values = np.asarray(image, float)
    return values, float(abs(values).max() / 127 if scale is None else scale)


def _quantised(image: Any, *, scale: Any = None, cut: Any = np.rint) -> tuple[np.ndarray, float]:
    values, step = _levels(image, scale)
    whole = np.clip(cut(values / step), -127, 127).astype(np.int8)
    return whole, float(abs(step * whole.astype(float) - values).max())


def _mean_error(image: Any) -> tuple[np.ndarray, float]:
    (values, step), (whole, _) = _levels(image), _quantised(image)
    return whole, float(abs(step * whole.astype(float) - values).mean())


def _one_sided(image: Any) -> tuple[np.ndarray, float]:
    (values, step), (whole, _) = _levels(image), _quantised(image)
    return whole, float((step * whole.astype(float) - values).max())


def _without_abs(image: Any) -> tuple[np.ndarray, float]:
    highest = float(np.max(np.asarray(image, float)))
    return _quantised(image, scale=(highest or 1) / 127)


def _overflowed(image: Any) -> tuple[np.ndarray, float]:
    return _quantised(image, scale=float(abs(np.asarray(image)).max() or 1) / 127)


def _in_steps(image: Any) -> tuple[np.ndarray, float]:
    whole, error = _quantised(image)
    return whole, error / _levels(image)[1]


def _returned_image(image: Any) -> tuple[np.ndarray, float]:
    whole, error = _quantised(image)
    return _levels(image)[1] * whole.astype(float), error


def _without_sign(image: Any) -> tuple[np.ndarray, float]:
    (values, step), (whole, _) = _levels(image), _quantised(image)
    positive = whole.astype(np.uint8)
    return positive, float(abs(step * positive - values).max())


def _with_zero_point(image: Any) -> tuple[np.ndarray, float]:
    values, _ = _levels(image)
    step, zero = _scale_and_zero(values.min(), values.max())
    whole = np.clip(np.rint(values / step) + zero, -128, 127).astype(np.int8)
    return whole, float(abs(step * (whole.astype(float) - zero) - values).max())


def _half_a_step(image: Any) -> tuple[np.ndarray, float]:
    return _quantised(image)[0], _levels(image)[1] / 2


def _wrapped(image: Any) -> tuple[np.ndarray, float]:
    values, _ = _levels(image)
    whole = np.rint(values / (abs(values).max() / 128)).astype(int).astype(np.int8)
    return whole, _quantised(image)[1]


def _is_int8(answer: Any) -> str | None:
    """Say where the numbers aren't stored in 8 bits; ``None`` where they are."""
    first = answer(np.array([[-1000, 400]], np.int16))[0]
    found = getattr(first, "dtype", type(first).__name__)
    if found == np.int8:
        return None
    return f"The first thing that you return is of type {found}: make it int8, 8 bits a number."


_SLICE = np.array([[-1000, -700, -49], [3, 40, 61], [400, 1201, -3]], np.int16)

quantise_image = Exercise(
    id="quantise_image",
    lesson="19",
    hints=(
        "Make decimals of the image first, np.asarray(image, dtype=float): whole numbers overflow.",
        "s is the largest size of a value, abs(r).max(), divided by 127. Divide, round, clip.",
        "q = np.clip(np.round(r / s), -127, 127).astype(np.int8); then abs(s * q - r).max(), with "
        "q as decimals.",
    ),
    checks=(
        returns(
            _quantised,
            case("a slice in int16", _SLICE),
            case("decimals", np.array([[0.6, -3.2, 99.7, 12.1], [-254.0, 127.0, 5.0, 3.0]])),
            case("values below 0 alone, in float32", -np.arange(1, 13, dtype="f4").reshape(3, 4)),
            case(
                "padding of −32768 in int16",
                np.array([[-32768, 1200, 129, 386]], np.int16),
                tip="Make decimals of the image first.",
            ),
            case("a list", [[1, 2], [3, -4]]),
            case("one pixel", np.array([[-7.0]])),
            names=("the 8-bit numbers", "the largest error"),
            mistakes=(
                Mistake(
                    lambda image: _quantised(image, cut=np.trunc),
                    "You cut the decimals off. Round to the nearest whole number.",
                ),
                Mistake(
                    lambda image: _quantised(image, cut=np.floor),
                    "You round down. Round to the nearest whole number.",
                ),
                Mistake(
                    lambda image: _quantised(image, scale=4096 / 255),
                    "Your step is 4096 / 255 HU, for the range of a whole scan. Take this image's "
                    "own largest size.",
                ),
                Mistake(_mean_error, "This is the mean of the errors. The largest one is asked."),
                Mistake(
                    _one_sided,
                    "Errors go both ways: take the size, abs(…), before you take the largest.",
                ),
                Mistake(
                    _overflowed,
                    "In int16 the size of −32768 is −32768 again: it has no positive partner.",
                ),
                Mistake(
                    _without_abs,
                    "You take the highest value. Air at −1000 HU is larger in size: abs first.",
                ),
                Mistake(_in_steps, "This error is in steps. Times s, it is in HU."),
                Mistake(
                    _half_a_step,
                    "Half a step is the largest error that there may be. Return the largest that "
                    "there is.",
                ),
                Mistake(
                    _without_sign,
                    "These numbers go from 0 to 255, and lose every minus. Make them int8.",
                ),
                Mistake(
                    _with_zero_point,
                    "This is the rule with a zero point. Here 0 stands for 0: divide by s alone.",
                ),
                Mistake(
                    _returned_image,
                    "First return the 8-bit numbers themselves, not the values that come back.",
                ),
                Mistake(
                    lambda image: _quantised(image, scale=_levels(image)[1] * 127 / 128),
                    "You divide by 128. Symmetric numbers go from −127 to 127.",
                ),
                Mistake(
                    _wrapped,
                    "A number above 127 wraps round to a negative one: divide by 127, and clip.",
                ),
            ),
        ),
        _is_int8,
    ),
    takeaway="The widest value decides the step: cut a CT to its window before you quantise it.",
)


def _scales(kernel: Any, axis: Any = (0, 1, 2), divisor: float = 127) -> np.ndarray:
    largest = abs(np.asarray(kernel, float)).max(axis=axis)
    return np.where(largest > 0, largest / divisor, 1.0)


def _whole_reach(kernel: Any) -> np.ndarray:
    values = np.asarray(kernel, float)
    reach = values.max(axis=(0, 1, 2)) - values.min(axis=(0, 1, 2))
    return np.where(reach > 0, reach / 255, 1.0)


def _highest(kernel: Any) -> np.ndarray:
    values = np.asarray(kernel, float).max(axis=(0, 1, 2))
    return np.where(values != 0, values / 127, 1.0)


_RANDOM = np.random.default_rng(0)
_KERNEL = _RANDOM.normal(size=(3, 2, 4, 5)) * [0.1, 1, 2, 3, 4]
_KERNEL[0, 1, 2] = [-9, -8, 0.1, -12, -15]
_WITH_ZEROS = _RANDOM.normal(size=(2, 3, 1, 4)).astype("float32")
_WITH_ZEROS[..., 2] = 0

per_filter_scales = Exercise(
    id="per_filter_scales",
    lesson="19",
    hints=(
        "A filter is kernel[:, :, :, f]. Which axes must go, so that (Cout,) stays?",
        "abs(kernel).max(axis=(0, 1, 2)) gives the largest size of a weight in each filter.",
        "np.where(largest > 0, largest / 127, 1.0).",
    ),
    checks=(
        returns(
            _scales,
            case("a kernel of 3×2, 4 maps in, 5 filters", _KERNEL),
            case(
                "a kernel of 2×3, 1 map in, 4 filters, one of them zeros",
                _WITH_ZEROS,
                tip="A filter of zeros gets the scale 1.",
            ),
            case("whole numbers", np.arange(-12, 12).reshape(1, 2, 3, 4)),
            case("a single filter", -np.ones((3, 3, 2, 1))),
            case("small weights", 1e-3 * _RANDOM.normal(size=(1, 1, 6, 3))),
            mistakes=(
                Mistake(
                    lambda kernel: _scales(kernel, None),
                    "This is one scale for the whole kernel. Each filter has its own.",
                ),
                Mistake(
                    lambda kernel: np.full(np.shape(kernel)[-1], _scales(kernel, None)),
                    "All filters have the same scale here. Each has its own largest weight.",
                ),
                Mistake(
                    lambda kernel: _scales(kernel, (0, 1, 3)),
                    "These are scales of the maps that come in. Filters lie on the last axis.",
                ),
                Mistake(
                    lambda kernel: _scales(kernel, (0, 1)),
                    "You keep the maps that come in apart. A filter reads all of them: take the "
                    "largest over three axes.",
                ),
                Mistake(
                    _highest,
                    "You take the highest weight. A negative one may be larger in size: abs first.",
                ),
                Mistake(
                    lambda kernel: _scales(kernel, divisor=128),
                    "You divide by 128. Symmetric numbers go from −127 to 127.",
                ),
                Mistake(
                    lambda kernel: _scales(kernel, divisor=255),
                    "You divide by 255, the steps of the whole range. The largest size takes 127.",
                ),
                Mistake(
                    _whole_reach,
                    "This is the rule with a zero point. Weights are symmetric: by 127, not 255.",
                ),
            ),
        ),
    ),
    takeaway="One scale a filter costs a few bytes and keeps quiet filters from drowning.",
)


def _passes(residual: float, sharpness: float, limits: Any) -> bool:
    numbers = {"residual": residual, "sharpness": sharpness}
    return all(limits[name][0] <= value <= limits[name][1] for name, value in numbers.items())


_LIMITS = {"residual": (0.1, 0.4), "sharpness": (-2.0, 1.5)}

_MEANS = "Return True where it passes: where each number lies inside the limits of its own name."
_BOTH = "Both numbers must lie inside their limits."
_TWO_SIDES = "A number may also be too low."
_INCLUDED = "A number on its limit still passes: the limits are included."

door_check = Exercise(
    id="door_check",
    lesson="19",
    hints=(
        "An image may be too sharp or too blurred: each number has two limits.",
        "It passes if both numbers lie inside, the limits included.",
        "low <= residual <= high, and the same for sharpness.",
    ),
    checks=(
        returns(
            _passes,
            case("an image inside all limits", 0.2, 0.0, _LIMITS, tip=_MEANS),
            case("a residual above its limit", 0.5, 0.0, _LIMITS, tip=_BOTH),
            case("a sharpness above its limit, such as noise has", 0.2, 1.7, _LIMITS, tip=_BOTH),
            case(
                "a sharpness below its limit, such as blur has", 0.3, -2.5, _LIMITS, tip=_TWO_SIDES
            ),
            case("a residual below its limit", 0.05, 0.0, _LIMITS, tip=_TWO_SIDES),
            case("both numbers on their lower limits", 0.1, -2.0, _LIMITS, tip=_INCLUDED),
            case("both numbers on their upper limits", 0.4, 1.5, _LIMITS, tip=_INCLUDED),
            case("both numbers too high", 7, 9, _LIMITS),
            case("both numbers too low", -1, -9, _LIMITS),
            case(
                "other limits, as lists of whole numbers",
                3,
                5,
                {"sharpness": [4, 8], "residual": [1, 3]},
                tip="Hold each number against the limits under its own name.",
            ),
            case(
                "an image that the first limits let pass, and these don't",
                0.2,
                0.0,
                {"residual": (0.3, 1), "sharpness": (-1, 1)},
                tip="Use the limits that are given.",
            ),
        ),
    ),
    takeaway="A door has two sides: what is too smooth is as foreign as what is too noisy.",
)


def _worth_it(
    ms_float: Any, ms_int8: Any, auc_float: float, auc_int8: Any, worst_drop: float
) -> str:
    faster = np.percentile(ms_int8, 95) < np.percentile(ms_float, 95)
    return "int8" if faster and auc_int8[1] >= auc_float - worst_drop else "float32"


_SLOW, _FAST = np.linspace(3.0, 2.0, 21), np.linspace(1.6, 1.0, 21)  # sorting would change them
_STUMBLES = np.array([6.0] * 2 + [1.0] * 19)  # a low 90th percentile, a high 95th
_ONCE = np.array([1.0] * 20 + [60.0])  # only its largest is high
_BETWEEN = [1.0] * 19 + [1.2]  # the 95th percentile is 1.01
_QUICK_ONCE = np.array([0.1] + [4.0] * 20)
_LATE = np.array([2.5] * 20 + [2.6])
_EQUAL = (0.95, 0.94, 0.96)
_TAIL = "A user waits for the slow calls, too: compare the 95th percentiles."
_LOW_END = "The rule asks for the lower end of the interval, and for worst_drop."

worth_it = Exercise(
    id="worth_it",
    lesson="19",
    hints=(
        "np.percentile(ms_int8, 95) is the time that 95 of 100 calls stay below.",
        "The middle of the triple, auc_int8[1], is the lower end of the interval.",
        'Two conditions with and: "int8" where both hold, else "float32".',
    ),
    checks=(
        returns(
            _worth_it,
            case("a faster file that answers the same", _SLOW, _FAST, 0.95, _EQUAL, 0.03),
            case(
                "a slower file",
                _FAST,
                _SLOW,
                0.95,
                _EQUAL,
                0.03,
                tip="A file that is only smaller isn't shipped here.",
            ),
            case(
                "a file that stumbles on some calls",
                _SLOW,
                _STUMBLES,
                0.95,
                _EQUAL,
                0.03,
                tip=_TAIL,
            ),
            case(
                "a file that stumbled once in 21 calls", _LATE, _ONCE, 0.95, _EQUAL, 0.03, tip=_TAIL
            ),
            case(
                "20 calls, the 95th percentile between two of them",
                [1.05] * 20,
                _BETWEEN,
                0.95,
                _EQUAL,
                0.03,
                tip="np.percentile(…, 95) may lie between two calls.",
            ),
            case(
                "a file that is quick once, else slow",
                _FAST,
                _QUICK_ONCE,
                0.95,
                _EQUAL,
                0.03,
                tip=_TAIL,
            ),
            case(
                "a faster file whose interval reaches far down",
                _SLOW,
                _FAST,
                0.95,
                (0.945, 0.90, 0.97),
                0.03,
                tip=_LOW_END,
            ),
            case(
                "equal times",
                list(_FAST),
                list(_FAST),
                0.9,
                (0.92, 0.91, 0.93),
                0.02,
                tip="Lower means lower: at equal times ship float32.",
            ),
            case(
                "a drop of 0.1 allowed", _SLOW, _FAST, 0.95, (0.93, 0.86, 0.97), 0.1, tip=_LOW_END
            ),
            case("no drop allowed", _SLOW, _FAST, 0.9, (0.91, 0.899, 0.92), 0.0, tip=_LOW_END),
            case(
                "a better file, no drop allowed",
                _SLOW,
                _FAST,
                0.9,
                (0.95, 0.93, 0.97),
                0,
                tip="An AUC that rose has not dropped.",
            ),
            case(
                "a drop of 0.11, and 0.125 allowed",
                _SLOW,
                _FAST,
                0.75,
                (0.7, 0.64, 0.8),
                0.125,
                tip="worst_drop is a difference of areas, not a share of one.",
            ),
            case(
                "a drop of exactly 0.25, and 0.25 allowed",
                _SLOW,
                _FAST,
                0.75,
                (0.625, 0.5, 0.75),
                0.25,
                tip="What drops by just worst_drop isn't more than that.",
            ),
        ),
    ),
    takeaway="Decide by what a user waits for and by the worst that the interval allows.",
)

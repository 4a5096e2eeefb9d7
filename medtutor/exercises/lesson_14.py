"""Exercises of lesson 14, Explaining predictions."""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
from scipy.ndimage import (
    binary_dilation,
    distance_transform_cdt,
    distance_transform_edt,
    gaussian_filter,
)

from medtutor.exercises.engine import Exercise, Mistake, case, returns

Gradient = Callable[[np.ndarray], np.ndarray]

_RANDOM = np.random.default_rng(14)
_WEIGHTS = _RANDOM.normal(size=(3, 4))


def _times_input(weights: np.ndarray, bias: float, x: np.ndarray) -> np.ndarray:
    return np.asarray(weights) * np.asarray(x, float)


gradient_times_input = Exercise(
    id="gradient_times_input",
    lesson="14",
    hints=(
        "By how much does S grow if one pixel grows by 1? That is the gradient there.",
        "The gradient is `weights`, at every image. It remains to multiply by the image.",
    ),
    checks=(
        returns(
            _times_input,
            case("a 3×4 image", _WEIGHTS, 0.7, _RANDOM.normal(size=(3, 4))),
            case(
                "a 2×5 image of float32",
                _RANDOM.normal(size=(2, 5)).astype(np.float32),
                -3.0,
                _RANDOM.normal(size=(2, 5)).astype(np.float32),
            ),
            case(
                "an image of whole numbers",
                _WEIGHTS.T,
                2.0,
                np.arange(12, dtype=np.uint8).reshape(4, 3) * 20,
                tip="Keep the decimals: an array made like the image holds whole numbers.",
            ),
            case(
                "an image with zeros, and a bias of 0",
                _WEIGHTS,
                0.0,
                np.eye(3, 4),
                tip="A pixel of 0 contributes 0.",
            ),
            case("a single pixel", np.array([[-2.0]]), 1.0, np.array([[1.5]])),
            mistakes=(
                Mistake(
                    lambda w, b, x: np.asarray(w) + 0.0 * x,
                    "That is the gradient alone. Multiply it by the image.",
                ),
                Mistake(
                    lambda w, b, x: np.abs(w * x),
                    "Your result has no negative part. A negative part is part of the answer: "
                    "there the image speaks against the score.",
                ),
                Mistake(
                    lambda w, b, x: np.abs(w) * x,
                    "You take the size of the gradient. Its sign counts, too.",
                ),
                Mistake(lambda w, b, x: w * np.abs(x), "You take the size of the pixels."),
                Mistake(
                    lambda w, b, x: np.maximum(w * x, 0),
                    "You cut off what is below 0: there the image speaks against the score.",
                ),
                Mistake(
                    lambda w, b, x: w * x + b,
                    "You add the bias to each pixel. It belongs to no pixel: leave it out.",
                ),
                Mistake(
                    lambda w, b, x: w * x + b / np.size(x),
                    "You share the bias out among the pixels. It belongs to none: leave it out.",
                ),
                Mistake(
                    lambda w, b, x: np.sum(w * x),
                    "That is one number, the sum. Return a value for each pixel.",
                ),
                Mistake(
                    lambda w, b, x: np.sum(w * x) + b,
                    "That is the score. Return what each pixel contributes to it.",
                ),
            ),
        ),
    ),
    takeaway="Of a linear model this is the whole truth: map and bias sum up to the score.",
)


def _integrated(gradient: Gradient, x: np.ndarray, baseline: np.ndarray, steps: int) -> np.ndarray:
    return _along(gradient, x, baseline, (np.arange(steps) + 0.5) / steps)


def _along(gradient: Gradient, x: Any, baseline: Any, parts: np.ndarray) -> np.ndarray:
    """Return the way times the mean gradient at these parts of it."""
    x, baseline = np.asarray(x, float), np.asarray(baseline, float)
    return (x - baseline) * _mean(gradient, x, baseline, parts)


def _mean(gradient: Gradient, x: Any, baseline: Any, parts: np.ndarray) -> np.ndarray:
    x, baseline = np.asarray(x, float), np.asarray(baseline, float)
    slopes = [gradient(baseline + part * (x - baseline)) for part in parts]
    return np.mean(slopes, axis=0)


def _middles(steps: int) -> np.ndarray:
    return (np.arange(steps) + 0.5) / steps


def _curved(weights: np.ndarray) -> Gradient:
    """Return the gradient of (Σ wx)²/2 + Σ x³/10: no two rules of summing agree on it."""

    def gradient(x: np.ndarray) -> np.ndarray:
        return weights * np.sum(weights * x) + 0.3 * np.asarray(x, float) ** 2

    return gradient


def _kinked(weights: np.ndarray) -> Gradient:
    """Return the gradient of max(0, Σ wx − 1), a network of one ReLU."""

    def gradient(x: np.ndarray) -> np.ndarray:
        return weights * float(np.sum(weights * x) > 1)

    return gradient


_IMAGE = _RANDOM.normal(size=(3, 4))
_START = _RANDOM.normal(size=(3, 4))

integrated = Exercise(
    id="integrated",
    lesson="14",
    hints=(
        "The middle of step k, counted from 0, lies at a = (k + 0.5) / steps of the way.",
        "The image there is baseline + a * (x - baseline). Take the mean of the gradients.",
        "Last, multiply by x - baseline, pixel by pixel.",
    ),
    checks=(
        returns(
            _integrated,
            case("a 3×4 image, 5 steps", _curved(_WEIGHTS), _IMAGE, _START, 5),
            case("3 steps", _curved(_WEIGHTS), _START, _IMAGE, 3),
            case(
                "a network of one ReLU, 8 steps",
                _kinked(np.array([[1.0, 0.5], [0.25, 1.0], [1.0, 2.0]])),
                np.array([[2.0, 1.0], [1.5, 0.5], [0.25, 1.0]]),
                np.array([[-1.0, 0.5], [0.5, 0.0], [0.0, -0.5]]),
                8,
            ),
            case(
                "one step",
                _curved(_WEIGHTS.T),
                _IMAGE.T,
                _START.T,
                1,
                tip="One step has its middle half-way.",
            ),
            case(
                "images of whole numbers",
                _curved(np.array([[0.1, -0.2, 0.3]])),
                np.array([[3, 200, 7]], np.uint8),
                np.array([[5, 100, 9]], np.uint8),
                4,
                tip="3 − 5 is 254 in uint8: make floats first, such as np.asarray(x, float).",
            ),
            case("an image that is the baseline", _curved(_WEIGHTS), _IMAGE, _IMAGE.copy(), 2),
            mistakes=(
                Mistake(
                    lambda g, x, b, n: _along(g, x, b, np.ones(1)),
                    "You take the gradient at the image alone. Take the mean along the way.",
                ),
                Mistake(
                    lambda g, x, b, n: _along(g, x, b, np.arange(n) / n),
                    "You take the beginning of each step (so also a = 0). Take its middle.",
                ),
                Mistake(
                    lambda g, x, b, n: _along(g, x, b, (np.arange(n) + 1) / n),
                    "You take the end of each step. Take its middle.",
                ),
                Mistake(
                    lambda g, x, b, n: _along(g, x, b, np.linspace(0, 1, n)),
                    "np.linspace(0, 1, steps) counts both ends in full. Take the middles of steps.",
                ),
                Mistake(
                    lambda g, x, b, n: _along(g, x, b, np.linspace(0, 1, n + 1)),
                    "np.linspace(0, 1, steps + 1) counts both ends. Take the middles of steps.",
                ),
                Mistake(
                    lambda g, x, b, n: _mean(g, x, b, _middles(n)),
                    "That is the mean gradient. Multiply it by x - baseline.",
                ),
                Mistake(
                    lambda g, x, b, n: np.asarray(x, float) * _mean(g, x, b, _middles(n)),
                    "You multiply by x. The way begins at the baseline: multiply by x - baseline.",
                ),
                Mistake(
                    lambda g, x, b, n: _along(g, x, 0 * np.asarray(b, float), _middles(n)),
                    "You begin at 0 instead of at the baseline.",
                ),
                Mistake(
                    lambda g, x, b, n: n * _along(g, x, b, _middles(n)),
                    "That is the sum over the steps. Divide it by their number.",
                ),
                Mistake(
                    lambda g, x, b, n: -_along(g, x, b, _middles(n)),
                    "The sign is wrong: multiply by x - baseline, not by baseline - x.",
                ),
                Mistake(
                    lambda g, x, b, n: np.abs(_along(g, x, b, _middles(n))),
                    "You take sizes. A part that lowers the score is negative.",
                ),
                Mistake(
                    lambda g, x, b, n: np.sum(_along(g, x, b, _middles(n))),
                    "That is the sum, one number. Return a value for each pixel.",
                ),
            ),
        ),
    ),
    takeaway="Whatever the baseline, the map sums up to the score's change from there: name yours.",
)


def _centre(row: int, strides: Sequence[int], kernel_sizes: Sequence[int]) -> float:
    return _first(strides, kernel_sizes) + float(row * prod(strides))


def _first(strides: Sequence[int], kernel_sizes: Sequence[int]) -> float:
    steps = [prod(strides[:place]) for place in range(len(strides))]
    return float(sum((k - 1) / 2 * step for k, step in zip(kernel_sizes, steps, strict=True)))


def _with_own_stride(strides: Sequence[int], kernel_sizes: Sequence[int]) -> float:
    steps = [prod(strides[: place + 1]) for place in range(len(strides))]
    return float(sum((k - 1) / 2 * step for k, step in zip(kernel_sizes, steps, strict=True)))


def _same(strides: Sequence[int], kernel_sizes: Sequence[int]) -> float:
    return _first(strides, [2 - k % 2 for k in kernel_sizes])


def _in_whole_numbers(strides: Sequence[int], kernel_sizes: Sequence[int]) -> float:
    return _first(strides, [k - 1 + k % 2 for k in kernel_sizes])


_OURS = [1, 2, 1, 2, 1], [3, 2, 3, 2, 3]

cam_centre = Exercise(
    id="cam_centre",
    lesson="14",
    hints=(
        "The map's first row sees the image's first rows. Where is the middle of what it sees?",
        "Each layer moves the middle down by (k − 1) / 2 of *its* input's rows; one of these is as "
        "many pixels of the image as the strides of the layers before it, multiplied.",
        "From one of the map's rows to the next it is all strides, multiplied.",
    ),
    checks=(
        returns(
            _centre,
            case("row 3 behind three layers", 3, [2, 3, 1], [4, 2, 3]),
            case("row 5 behind this lesson's layers", 5, *_OURS),
            case("row 0 behind these layers", 0, *_OURS, tip="It doesn't lie at 0."),
            case("row 7 behind two layers of strides 3 and 2", 7, [3, 2], [5, 4]),
            case("row 2 behind three others", 2, [2, 3, 5], [7, 2, 3]),
            case("row 4 behind one layer", 4, [1], [4], tip="It may lie between two rows: x.5."),
            case("row 11 behind no layer", 11, [], [], tip="Then the map is the image."),
            mistakes=(
                Mistake(
                    lambda row, s, k: row * 64 / 12,
                    "You stretch 12 rows over 64. The map's rows lie where their layers look.",
                ),
                Mistake(
                    lambda row, s, k: (row + 0.5) * 64 / 12 - 0.5,
                    "You stretch 12 rows over 64. The map's rows lie where their layers look.",
                ),
                Mistake(
                    lambda row, s, k: float(row * prod(s)),
                    "That is where the piece that is seen begins. Return its middle.",
                ),
                Mistake(
                    lambda row, s, k: row * prod(s) + 2 * _first(s, k),
                    "That is where the piece that is seen ends. Return its middle.",
                ),
                Mistake(
                    lambda row, s, k: _centre(row, s, k) + 0.5,
                    "You are half a pixel too far: the middle of row 0 is at 0, not at 0.5.",
                ),
                Mistake(
                    lambda row, s, k: row * prod(s) + _same(s, k),
                    "That is so with padding 'same'. These layers have 'valid' padding: none.",
                ),
                Mistake(
                    lambda row, s, k: row * prod(s) + sum((one - 1) / 2 for one in k),
                    "Behind a stride, a row is several pixels: multiply by the strides before it.",
                ),
                Mistake(
                    lambda row, s, k: row * prod(s) + _with_own_stride(s, k),
                    "You multiply by a layer's own stride, too. Take those of the layers before.",
                ),
                Mistake(
                    lambda row, s, k: row * prod(s) + _first(s, [2 * (one // 2) + 1 for one in k]),
                    "An even kernel has its middle between two rows: (k − 1) / 2, not k // 2.",
                ),
                Mistake(
                    lambda row, s, k: row * prod(s) + _in_whole_numbers(s, k),
                    "An even kernel has its middle between two rows: (k − 1) / 2, not // 2.",
                ),
                Mistake(
                    lambda row, s, k: _first(s, k) + float(row),
                    "From row to row of the map it is several pixels: multiply row by all strides.",
                ),
            ),
        ),
    ),
    takeaway="Whoever stretches a map to the image's size puts its rows where nobody looked.",
)


def _hits(maps: np.ndarray, masks: np.ndarray, tolerance: float) -> np.ndarray:
    return _decided(maps, masks, lambda away: away <= tolerance)


def _decided(
    maps: np.ndarray,
    masks: np.ndarray,
    near: Callable[[Any], Any],
    distance: Callable[[np.ndarray], np.ndarray] = distance_transform_edt,
    best: Callable[[np.ndarray], Any] = np.argmax,
    constant: bool = False,
) -> np.ndarray:
    found = []
    for heat, mask in zip(maps, np.asarray(masks) != 0, strict=True):
        place = np.unravel_index(int(best(heat)), heat.shape)
        told = constant or np.ptp(heat.astype(float)) > 0
        found.append(bool(told and mask.any() and near(distance(~mask)[place])))
    return np.array(found, bool)


def _cityblock(outside: np.ndarray) -> np.ndarray:
    return distance_transform_cdt(outside, metric="taxicab")


def _chessboard(outside: np.ndarray) -> np.ndarray:
    return distance_transform_cdt(outside, metric="chessboard")


def _over_the_batch(maps: np.ndarray, masks: np.ndarray, tolerance: float) -> np.ndarray:
    place = np.unravel_index(int(maps.argmax()), maps.shape)[1:]
    masks = np.asarray(masks) != 0
    near = [mask.any() and distance_transform_edt(~mask)[place] <= tolerance for mask in masks]
    return np.array(near, bool)


def _to_the_middle(maps: np.ndarray, masks: np.ndarray, tolerance: float) -> np.ndarray:
    found = []
    for heat, mask in zip(maps, np.asarray(masks) != 0, strict=True):
        place = np.unravel_index(int(heat.argmax()), heat.shape)
        away = np.subtract(place, np.argwhere(mask).mean(axis=0)) if mask.any() else np.inf
        told = np.ptp(heat.astype(float)) > 0
        found.append(bool(told and np.linalg.norm(away) <= tolerance))
    return np.array(found, bool)


def _drawn(
    shape: tuple[int, int], peaks: Sequence[tuple[int, int]], lesions: Sequence[Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return maps with one peak each, and masks with one rectangle each."""
    maps = np.random.default_rng(sum(shape)).normal(0, 1, (len(peaks), *shape))
    masks = np.zeros((len(peaks), *shape), bool)
    for heat, mask, peak, (top, left, bottom, right) in zip(
        maps, masks, peaks, lesions, strict=True
    ):
        heat[peak] = 9 + peak[0]
        mask[top:bottom, left:right] = True
    return maps, masks


# From a lesion's nearest pixel to the peak: (0, 0), (0, 3), (1, 1), (2, 2), (1, 3), (2, 3), (3, 3),
# (4, 0), (2, 0), so that no two ways to measure or to round agree. The last lesion lies at the
# peak before it: a distance through the batch would count it.
_FAR = _drawn(
    (9, 14),
    [(4, 5), (3, 9), (2, 4), (6, 10), (8, 0), (1, 12), (7, 2), (8, 6), (3, 3)],
    [
        *[(1, 5, 5, 13), (3, 3, 7, 7), (3, 5, 6, 7), (1, 5, 5, 9), (5, 3, 8, 6)],
        *[(3, 6, 6, 10), (1, 5, 5, 9), (1, 4, 5, 9), (5, 3, 9, 8)],
    ],
)
_EMPTY = _drawn((9, 14), [(4, 5), (0, 0)], [(1, 5, 5, 11), (0, 0, 0, 0)])
_LOW, _LOW_MASKS = _drawn(
    (11, 7),
    [(3, 2), (0, 6), (10, 6), (6, 1), (9, 5), (5, 2)],
    [(2, 1, 5, 3), (7, 4, 9, 7), (5, 5, 7, 7), (7, 4, 9, 7), (8, 4, 11, 7), (7, 4, 9, 7)],
)
_LOW -= 30
_LOW[1, 7, 5] = -99
_LOW_IDS = _LOW_MASKS * np.array([2, 1, 1, 1, 1, 1], np.uint8)[:, None, None]
_TIED = np.zeros((5, 6, 8))
_TIED[0, 1, 6] = _TIED[0, 4, 2] = 3
_TIED[1, 4, 2] = _TIED[1, 5, 7] = 3
_TIED[3] = 5
_TIED[4, 1, 6], _TIED[4, 5, 1] = 3, -2
_TIED_MASKS = np.zeros((5, 6, 8), int)
_TIED_MASKS[:, 4:6, 1:3] = 1
_TIED_MASKS[2:4, :2, :2] = 1

hits = Exercise(
    id="hits",
    lesson="14",
    hints=(
        "Go through the images one by one: heat.argmax() is a place in the flattened map, and "
        "np.unravel_index(…, heat.shape) makes row and column of it.",
        "distance_transform_edt(mask == 0) gives each pixel's distance to the nearest mask pixel.",
        "A hit: np.ptp(heat) > 0, mask.any(), and the distance at that place is at most tolerance.",
    ),
    checks=(
        returns(
            _hits,
            case("nine maps of 9×14, tolerance 3", *_FAR, 3),
            case(
                "the same, tolerance 0",
                *_FAR,
                0,
                tip="Then the highest place must lie in the mask.",
            ),
            case("the same, tolerance 2", *_FAR, 2, tip="At most 2: exactly 2 is a hit."),
            case(
                "maps that are negative everywhere, masks with class ids",
                _LOW,
                _LOW_IDS,
                3.5,
                tip="The highest place counts, also where it is below 0. A mask is where it isn't "
                "0.",
            ),
            case(
                "two places equally high, and constant maps",
                _TIED,
                _TIED_MASKS,
                1,
                tip="Of equal ones the first counts, row by row. A constant map never hits.",
            ),
            case(
                "an empty mask",
                *_EMPTY,
                2,
                tip="Where there is no lesion, nothing can be hit: False.",
            ),
            case("one map", _FAR[0][3:4].astype(np.float32), _FAR[1][3:4], 3),
            mistakes=(
                Mistake(
                    _over_the_batch,
                    "maps.argmax() is one place for the whole batch. Take each map's own.",
                ),
                Mistake(
                    lambda m, k, t: _decided(m, k, lambda away: away <= t, _chessboard),
                    "You allow so many rows and so many columns. The distance is a straight line: "
                    "two rows and two columns away is 2.8.",
                ),
                Mistake(
                    lambda m, k, t: _decided(m, k, lambda away: away <= t, _cityblock),
                    "You add rows and columns. The distance is a straight line: one row and one "
                    "column away is 1.4.",
                ),
                Mistake(
                    lambda m, k, t: _decided(m, k, lambda away: away < t),
                    "At most `tolerance` means <=, not <.",
                ),
                Mistake(
                    lambda m, k, t: _decided(m, k, lambda away: away == 0),
                    "You leave the tolerance out: near misses count, too.",
                ),
                Mistake(
                    lambda m, k, t: _decided(m, k, lambda away: away <= t, constant=True),
                    "A constant map points nowhere: it never hits.",
                ),
                Mistake(
                    lambda m, k, t: _decided(
                        m, k, lambda away: away <= t, best=lambda h: np.abs(h).argmax()
                    ),
                    "You look for the largest size. The highest value counts.",
                ),
                Mistake(
                    lambda m, k, t: _decided(m, k, lambda away: away <= t, best=np.argmin),
                    "That is the lowest place. The highest one counts.",
                ),
                Mistake(
                    _to_the_middle,
                    "You measure to the lesion's middle. Measure to its nearest pixel.",
                ),
                Mistake(
                    lambda m, k, t: np.mean(_hits(m, k, t)),
                    "That is the share of hits. Return True or False for each map.",
                ),
                Mistake(
                    lambda m, k, t: np.sum(_hits(m, k, t)),
                    "That is the number of hits. Return True or False for each map.",
                ),
                Mistake(lambda m, k, t: ~_hits(m, k, t), "True and False have changed places."),
            ),
        ),
    ),
    takeaway="Say what chance would hit, too: a large lesion is easy to point at.",
)


def _removed(
    image: np.ndarray,
    mask: np.ndarray,
    *,
    grow: bool = True,
    fill: Callable[..., Any] | None = None,
    blur: float = 1.5,
    everywhere: bool = False,
) -> np.ndarray:
    filled = np.asarray(image).astype(float)
    hole = binary_dilation(mask) if grow else np.asarray(mask) != 0
    if fill is not None:
        filled[hole] = fill(filled, hole)
        return filled
    nearest = distance_transform_edt(hole, return_distances=False, return_indices=True)
    from_outside = filled[tuple(nearest)]
    smooth = gaussian_filter(from_outside, blur) if blur else from_outside
    if everywhere:
        return smooth
    filled[hole] = smooth[hole]
    return filled


def _effect(score: Any, image: np.ndarray, mask: np.ndarray) -> float:
    return float(score(np.asarray(image)) - score(_removed(image, mask)))


def _effect_of(**options: Any) -> Callable[..., float]:
    return lambda score, image, mask: float(score(image) - score(_removed(image, mask, **options)))


def _truncated(score: Any, image: np.ndarray, mask: np.ndarray) -> float:
    return float(score(image) - score(_removed(image, mask).astype(np.asarray(image).dtype)))


def _slice(rows: int, columns: int, box: Sequence[int], lesion: float) -> tuple[Any, np.ndarray]:
    """Return a slice that grows brighter to the right, with a lesion in it, and its mask."""
    rng = np.random.default_rng(rows)
    y, x = np.indices((rows, columns))
    image = 10 + 1.5 * x + 0.5 * y + rng.normal(0, 1, (rows, columns))
    mask = np.zeros((rows, columns), bool)
    top, left, bottom, right = box
    mask[top:bottom, left:right] = True
    image[mask] += lesion
    return image, mask


def _brightest(image: np.ndarray) -> float:
    """Return a score that asks how far the brightest pixels stand out."""
    values = np.sort(np.ravel(np.asarray(image, float)))
    return float(values[-12:].mean() - values.mean())


def _rough(image: np.ndarray) -> float:
    """Return a score that asks how rough an image is, everywhere."""
    steps = np.diff(np.asarray(image, float), axis=0), np.diff(np.asarray(image, float), axis=1)
    return float(sum(np.mean(step**2) for step in steps))


_BRIGHT = _slice(18, 23, (6, 8, 11, 12), 60)
_DARK = _slice(21, 16, (9, 5, 14, 10), -30)
_AT_RIM = _slice(15, 19, (0, 14, 4, 19), 40)

removal_effect = Exercise(
    id="removal_effect",
    lesson="14",
    hints=(
        "hole = binary_dilation(mask); nearest = distance_transform_edt(hole, "
        "return_distances=False, return_indices=True).",
        "image[tuple(nearest)] holds for each pixel the nearest one outside of the hole; blur "
        "*that*, and take from it only what lies in the hole.",
        "Work on a copy of floats: filled = image.astype(float). Return score(image) − "
        "score(filled).",
    ),
    checks=(
        returns(
            _effect,
            case("a bright lesion, and a score of roughness", _rough, *_BRIGHT),
            case("a bright lesion", _brightest, *_BRIGHT),
            case(
                "a dark lesion, and a score that rises",
                lambda image: -_rough(image),
                *_DARK,
                tip="A score that rises has a fall below 0.",
            ),
            case(
                "a lesion at the rim",
                _brightest,
                *_AT_RIM,
                tip="Nothing lies beyond the rim: the nearest pixels inside are taken.",
            ),
            case(
                "an image of whole numbers, a mask of class ids",
                _rough,
                np.rint(_BRIGHT[0]).astype(np.uint8),
                2 * _BRIGHT[1].astype(int),
                tip="Work in floats: blurred values have decimals. The mask is where it isn't 0.",
            ),
            case(
                "no lesion",
                _brightest,
                _DARK[0],
                np.zeros((21, 16), bool),
                tip="Nothing is removed: 0.",
            ),
            mistakes=(
                Mistake(
                    lambda s, i, m: float(s(_removed(i, m))),
                    "That is the score without the lesion. Return how far it falls.",
                ),
                Mistake(
                    lambda s, i, m: -_effect(s, i, m),
                    "The sign is wrong: a score that falls has a positive fall, score(image) − "
                    "score(filled).",
                ),
                Mistake(
                    _effect_of(fill=lambda image, hole: 0.0),
                    "You fill with 0. That is a lesion of its own: fill from the surroundings.",
                ),
                Mistake(
                    _effect_of(fill=lambda image, hole: image.mean()),
                    "You fill with the image's mean. Fill from the surroundings, pixel by pixel.",
                ),
                Mistake(
                    _effect_of(fill=lambda image, hole: image[~hole].mean()),
                    "You fill with one mean. Fill with the nearest pixels outside, blurred.",
                ),
                Mistake(
                    _effect_of(grow=False),
                    "The mask hasn't grown: its soft rim still shows. binary_dilation first.",
                ),
                Mistake(_effect_of(blur=0), "What you paste isn't blurred: sigma 1.5."),
                Mistake(
                    _effect_of(everywhere=True),
                    "You blur the whole image. Outside of the hole it must stay as it is.",
                ),
                Mistake(_truncated, "Your filled image holds whole numbers: work in floats."),
            ),
        ),
    ),
    takeaway="The network itself has answered. No map can say more, and many say less.",
)

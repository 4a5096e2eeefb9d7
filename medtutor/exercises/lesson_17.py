"""Exercises of lesson 17, Attention, and several scans of one patient."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns

SCANS = ("T1", "T2", "FLAIR")


def _softmax(scores: Any) -> np.ndarray:
    powers = np.exp(np.asarray(scores, float) - np.max(scores))
    return powers / powers.sum()


def _scores(query: Any, keys: Any) -> np.ndarray:
    return np.asarray(keys, float) @ np.asarray(query, float)


def _weights(query: Any, keys: Any) -> np.ndarray:
    return _softmax(_scores(query, keys) / np.sqrt(len(query)))


def _over_features(query: Any, keys: Any) -> np.ndarray:
    """Return a softmax of single products down the keys, then added up over the features."""
    products = np.asarray(keys, float) * np.asarray(query, float) / np.sqrt(len(query))
    powers = np.exp(products - products.max(axis=0))
    return (powers / powers.sum(axis=0)).sum(axis=1)


def _not_normalised(query: Any, keys: Any) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.exp(_scores(query, keys) / np.sqrt(len(query)))


_DRAWN = np.random.default_rng(17)
_QUERY, _KEYS = _DRAWN.normal(size=5), _DRAWN.normal(size=(3, 5))

attention_weights = Exercise(
    id="attention_weights",
    lesson="17",
    hints=(
        "keys @ query gives one score for each key. Divide them by √d; d is len(query).",
        "Softmax: np.exp(scores), divided by its sum. Subtract the largest score first.",
        "scores = keys @ query / np.sqrt(len(query)); powers = np.exp(scores - scores.max()).",
    ),
    checks=(
        returns(
            _weights,
            # Not the example by hand first: there a whole root, or the length of the query, is 1.
            case("three keys of size 5", _QUERY, _KEYS),
            case("seven keys of size 4", _DRAWN.normal(size=4), _DRAWN.normal(size=(7, 4))),
            case("the example by hand", np.array([1.0, 0]), np.array([[1.0, 0], [0, 1], [1, 1]])),
            case("float32", _QUERY[:3].astype("float32"), _KEYS[:, :3].astype("float32")),
            case("whole numbers", np.array([2, -1, 0]), np.array([[1, 0, 3], [0, 2, 1]])),
            case(
                "scores of 10,000 and more",
                np.array([300.0, -200.0]),
                np.array([[50.0, 0], [0, -80], [50, 1e-3], [-40, 3]]),
                tip="exp(10000) is infinite: subtract the largest score first.",
            ),
            case("a single key", np.array([0.5, 2]), np.array([[-3.0, 1]])),
            case("three keys that are all the same", np.array([1.0, 2]), np.ones((3, 2))),
            mistakes=(
                Mistake(
                    lambda q, k: _softmax(_scores(q, k)),
                    "The scores aren't scaled: divide them by √d before the softmax.",
                ),
                Mistake(
                    lambda q, k: _softmax(_scores(q, k) / len(q)),
                    "You divide by d. Divide by its root.",
                ),
                Mistake(
                    lambda q, k: _softmax(_scores(q, k) / np.sqrt(len(k))),
                    "You divide by the root of the number of keys. d is the size of a key.",
                ),
                Mistake(
                    lambda q, k: _softmax(_scores(q, k) * np.sqrt(len(q))),
                    "You multiply by √d. Divide by it.",
                ),
                Mistake(
                    lambda q, k: _softmax(_scores(q, k)) / np.sqrt(len(q)),
                    "You divide the weights by √d. Divide the scores, before the softmax.",
                ),
                Mistake(
                    lambda q, k: _scores(q, k) / np.sqrt(len(q)),
                    "These are the scores. The softmax of them gives the weights.",
                ),
                Mistake(
                    _not_normalised,
                    "The weights of one query must add up to 1: divide by their sum.",
                ),
                Mistake(
                    _over_features,
                    "You take a softmax for each feature. Add up the products first: one score "
                    "for each key.",
                ),
                Mistake(
                    lambda q, k: _softmax(np.abs(_scores(q, k)) / np.sqrt(len(q))),
                    "A score below 0 means that a key fits badly: leave its sign.",
                ),
                Mistake(
                    lambda q, k: _weights(q, k) @ np.asarray(k, float),
                    "You have mixed the keys already. Return the weights.",
                ),
            ),
        ),
    ),
    takeaway="The weights of one query always add up to 1: to look here is to look away there.",
)


def _grid(image: np.ndarray, size: int) -> np.ndarray:
    """Return the patches as (rows, columns, size, size, C)."""
    height, width, channels = image.shape
    blocks = np.asarray(image).reshape(height // size, size, width // size, size, channels)
    return blocks.transpose(0, 2, 1, 3, 4)


def _rowed(grid: np.ndarray) -> np.ndarray:
    return grid.reshape(grid.shape[0] * grid.shape[1], -1)


def _to_patches(image: np.ndarray, size: int) -> np.ndarray:
    return _rowed(_grid(image, size))


def _plain_reshape(image: np.ndarray, size: int) -> np.ndarray:
    return np.asarray(image).reshape(-1, size * size * image.shape[2])


def _numbered(*shape: int) -> np.ndarray:
    return np.arange(np.prod(shape)).reshape(shape)


def _refuses(height: int, width: int, size: int) -> Callable[[Any], bool]:
    def refuses(answer: Any) -> bool:
        try:
            answer(np.zeros((height, width, 2)), size)
        except ValueError as error:
            # What NumPy says where a reshape fails by accident names no edge.
            odd = height if height % size else width
            return {str(size), str(odd)} <= set(re.findall(r"\d+", str(error)))
        except Exception:
            return False
        return False

    return refuses


to_patches = Exercise(
    id="to_patches",
    lesson="17",
    hints=(
        "image.reshape(H // size, size, W // size, size, C): which two axes say where a patch is?",
        "Bring axes 0 and 2 to the front: .transpose(0, 2, 1, 3, 4); then one row for each patch.",
        "First: if H % size or W % size: raise ValueError(…), with the numbers in the message.",
    ),
    checks=(
        returns(
            _to_patches,
            case("a 4×6 image of one channel, patches of 2", _numbered(4, 6, 1) / 2, 2),
            case("an 8×12 image of three channels, patches of 4", _numbered(8, 12, 3) / 4, 4),
            case("a 9×6 image of two channels, patches of 3", _numbered(9, 6, 2), 3),
            case("float32", _numbered(6, 4, 2).astype("float32"), 2),
            case("patches of one pixel", _numbered(2, 3, 2) / 2, 1),
            case("a patch as large as the image", _numbered(3, 3, 2) - 5, 3),
            mistakes=(
                Mistake(
                    _plain_reshape,
                    "Your patches are stripes: row by row, the pixels go into one patch after the "
                    "other. A patch is a square.",
                ),
                Mistake(
                    lambda image, size: _rowed(_grid(image, size).swapaxes(0, 1)),
                    "Patch 1 must be the right neighbour of patch 0: go row by row.",
                ),
                Mistake(
                    lambda image, size: _rowed(_grid(image, size).swapaxes(2, 3)),
                    "The patches stand right, but within each the pixels go column by column: go "
                    "row by row.",
                ),
                Mistake(
                    lambda image, size: _rowed(np.moveaxis(_grid(image, size), -1, 2)),
                    "Within a patch, the channels of one pixel stand side by side: channels last.",
                ),
                Mistake(
                    lambda image, size: _rowed(_grid(image, size)).reshape(
                        -1, size, size, image.shape[2]
                    ),
                    "Your patches are still squares: one row of numbers for each patch.",
                ),
                Mistake(
                    lambda image, size: _rowed(_grid(image, size)[..., :1]),
                    "You lost channels: a row has size · size · C numbers.",
                ),
                Mistake(
                    lambda image, size: _rowed(_grid(image, size)).T,
                    "Rows and columns have changed places: a row for each patch.",
                ),
            ),
        ),
        passes(
            _refuses(10, 8, 4),
            "Patches of 4 don't divide 10 rows: raise a ValueError of your own that names both "
            "numbers, here 4 and 10; don't cut the rest off.",
        ),
        passes(
            _refuses(8, 10, 4),
            "Patches of 4 don't divide 10 columns: raise a ValueError of your own that names both "
            "numbers, here 4 and 10; don't cut the rest off.",
        ),
    ),
    takeaway="One matrix product with these rows is a strided convolution.",
)


def _renormalised(scores: np.ndarray) -> np.ndarray:
    return scores / scores.sum(axis=-1, keepdims=True)


def _shares_of_all(scores: np.ndarray) -> np.ndarray:
    return scores / scores.sum()


def _as_floats(probabilities: Any) -> np.ndarray:
    return np.asarray(probabilities, float)


def _late_fusion(probabilities: Any) -> np.ndarray:
    return _renormalised(np.nanprod(_as_floats(probabilities), axis=0))


def _geometric(probabilities: Any) -> np.ndarray:
    return _renormalised(np.exp(np.nanmean(np.log(_as_floats(probabilities)), axis=0)))


def _complete_scans_only(probabilities: Any) -> np.ndarray:
    p = _as_floats(probabilities)
    return _renormalised(p[~np.isnan(p).any(axis=(1, 2))].prod(axis=0))


def _zero_filled(probabilities: Any) -> np.ndarray:
    scores = np.nan_to_num(_as_floats(probabilities)).prod(axis=0)
    return scores / np.maximum(scores.sum(axis=-1, keepdims=True), 1e-300)


def _drawn_probabilities(*shape: int) -> np.ndarray:
    return _renormalised(_DRAWN.random(shape) + 0.1)


def _missing(probabilities: np.ndarray, *pairs: tuple[int, int]) -> np.ndarray:
    for scan, patient in pairs:
        probabilities[scan, patient] = np.nan
    return probabilities


_TWO = np.array([[[0.6, 0.4], [0.9, 0.1]], [[0.6, 0.4], [0.3, 0.7]]])

late_fusion = Exercise(
    id="late_fusion",
    lesson="17",
    hints=(
        "Multiply over the scans, axis 0. Then each patient's row must add up to 1 again.",
        "What does a factor of 1 do in a product? A missing scan may be replaced by it.",
        "np.nanprod(probabilities, axis=0) leaves NaN out; divide by .sum(axis=1, keepdims=True).",
    ),
    checks=(
        returns(
            _late_fusion,
            case("two scans that agree on .6, and on nothing", _TWO),
            case("three scans, four patients, three classes", _drawn_probabilities(3, 4, 3)),
            case("two scans, five patients, four classes", _drawn_probabilities(2, 5, 4)),
            case(
                "one patient without a scan, another without two",
                _missing(_drawn_probabilities(3, 4, 2), (2, 3), (0, 1), (2, 1)),
                tip="Leave the missing scan out; the others still count.",
            ),
            case(
                "each patient lacks another scan",
                _missing(_drawn_probabilities(3, 3, 4), (0, 0), (1, 1), (2, 2)),
            ),
            case("float32", _drawn_probabilities(4, 2, 3).astype("float32")),
            case("a single scan", _drawn_probabilities(1, 3, 2)),
            case(
                "a sure scan against two unsure ones",
                np.array([[[0.98, 0.01, 0.01]], [[0.3, 0.4, 0.3]], [[0.2, 0.2, 0.6]]]),
            ),
            mistakes=(
                Mistake(
                    lambda p: np.nanmean(_as_floats(p), axis=0),
                    "That is the mean, or the median. Two scans that agree on .6 make each other "
                    "surer: .692.",
                ),
                Mistake(
                    lambda p: np.nanprod(_as_floats(p), axis=0),
                    "Your rows don't add up to 1: renormalise each patient's.",
                ),
                Mistake(
                    lambda p: _renormalised(_as_floats(p).prod(axis=0)),
                    "A patient without a scan gets NaN: NaN goes through, or a missing scan was "
                    "set to 0, so that all classes are 0. Leave it out of the product.",
                ),
                Mistake(
                    _zero_filled,
                    "A missing scan makes all classes 0: a factor of 0 is a veto, no absence.",
                ),
                Mistake(
                    _geometric,
                    "You take a root (or the mean of the logarithms): that undoes how scans that "
                    "agree make each other surer. Take the product itself.",
                ),
                Mistake(
                    _complete_scans_only,
                    "You leave a scan out for all patients because one lacks it.",
                ),
                Mistake(
                    lambda p: _renormalised(np.nanmax(_as_floats(p), axis=0)),
                    "That is the largest probability of any scan. Multiply them.",
                ),
                Mistake(
                    lambda p: _shares_of_all(np.nanprod(_as_floats(p), axis=0)),
                    "All patients together add up to 1. Each patient's own row must.",
                ),
            ),
        ),
    ),
    takeaway="The product is right where scans err independently, given the class. Few do.",
)


Model = Callable[[np.ndarray], np.ndarray]


def _linear(shape: tuple[int, int], seed: int, of_scans: Any = (1, 1, 1)) -> Model:
    """Return a model that weighs each pixel of each scan, and squashes the sums."""
    factors = np.random.default_rng(seed).normal(size=(*shape, 3, 3))
    factors = factors * np.asarray(of_scans, float)[:, None]

    def model(images: np.ndarray) -> np.ndarray:
        scores = np.einsum("nhwc,hwck->nk", np.asarray(images, float), factors)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)

    return model


def _patients(
    n: int, shape: tuple[int, int], model: Model, right: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return images, and labels that the model gets right in about such a share."""
    rng = np.random.default_rng(seed)
    images = rng.normal((0.6, -0.4, 0.9), 1, (n, *shape, 3))
    labels = np.argmax(model(images), axis=1)
    others = rng.integers(0, 3, n)
    return images, np.where(rng.random(n) < right, labels, others)


def _accuracy(model: Model, images: Any, labels: Any) -> float:
    return float(np.mean(np.argmax(np.asarray(model(images)), axis=-1) == np.asarray(labels)))


def _without(images: Any, scan: int, value: Any = 0) -> np.ndarray:
    changed = np.array(images)
    changed[..., scan] = value
    return changed


def _largest_by(loss: Callable[..., float]) -> Callable[..., str]:
    """Return an answer that names the scan with the largest loss, the first of equals."""

    def name(model: Model, images: Any, labels: Any) -> str:
        return SCANS[int(np.argmax([loss(model, images, labels, scan) for scan in range(3)]))]

    return name


def _lost(model: Model, images: Any, labels: Any, scan: int) -> float:
    return _accuracy(model, images, labels) - _accuracy(model, _without(images, scan), labels)


def _misled(n: int, shape: tuple[int, int], model: Model, scan: int, seed: int) -> tuple[Any, Any]:
    """Return patients whose labels are right for most without one scan, which misleads."""
    images, labels = _patients(n, shape, model, 0.6, seed)
    without = np.argmax(model(_without(images, scan)), axis=1)
    rng = np.random.default_rng(seed + 1)
    return images, np.where(rng.random(n) < 0.6, without, labels)


_FLAIR_MOST = _linear((4, 5), 1, (1.8, 1.6, 1.7))
_FLAIR_PATIENTS = _patients(70, (4, 5), _FLAIR_MOST, 0.75, 21)
_T1_MOST, _T2_MOST = _linear((6, 3), 2, (1.3, 2.1, 1)), _linear((3, 7), 9, (1.1, 1.2, 0.9))
_MISLED = _linear((5, 4), 3, (1.3, 2.1, 1))
_TIED = np.zeros((6, 2, 3, 3))
_TIED[np.arange(6), :, :, np.arange(6) % 3] = 2


def _two_equals(images: np.ndarray) -> np.ndarray:
    """Return a model that sees T2 and FLAIR alike, and T1 not at all."""
    means = np.asarray(images, float).mean(axis=(1, 2))
    return np.stack([0.5 + 0 * means[:, 0], means[:, 1], means[:, 2]], axis=1)


scan_that_matters = Exercise(
    id="scan_that_matters",
    lesson="17",
    hints=(
        "For each of the three channels: copy the images, set the channel to 0, ask the model.",
        "Accuracy: np.mean(model(x).argmax(axis=1) == labels). Lost is the whole one minus this.",
        'losses.index(max(losses)) gives the place; ("T1", "T2", "FLAIR")[place] the name.',
    ),
    checks=(
        returns(
            _largest_by(_lost),
            case("FLAIR matters most, T2 nearly as much", _FLAIR_MOST, *_FLAIR_PATIENTS),
            case(
                "T2 matters most, T1 moves more decisions",
                _T2_MOST,
                *_patients(40, (3, 7), _T2_MOST, 0.75, 50),
                tip="Set one scan to 0, leave the two others, and compare how many patients are "
                "right.",
            ),
            case(
                "T1 matters most, T2 misleads",
                _T1_MOST,
                *_misled(90, (6, 3), _T1_MOST, 1, 19),
                tip="Without a scan that misleads the accuracy *rises*: that is no loss.",
            ),
            case("FLAIR matters most, T2 misleads", _MISLED, *_misled(90, (5, 4), _MISLED, 1, 19)),
            case(
                "two scans that lose the same",
                _two_equals,
                _TIED,
                np.arange(6) % 3,
                tip="Of equal losses name the first.",
            ),
            case("float32", _FLAIR_MOST, _FLAIR_PATIENTS[0].astype("f4"), _FLAIR_PATIENTS[1]),
            mistakes=(
                Mistake(
                    _largest_by(lambda *a: -_lost(*a)),
                    "The absence of the scan that you name costs least. Name the one whose absence "
                    "costs most.",
                ),
            ),
        ),
    ),
    takeaway="It depends on the network and on the patients: ask it of yours.",
)


def _to_the_right(image: np.ndarray, shift: int) -> np.ndarray:
    """Return (N, H, W) moved by whole pixels, the left rim repeated."""
    return image[:, :, np.maximum(np.arange(image.shape[2]) - shift, 0)]


def _to_the_left(image: np.ndarray, shift: int) -> np.ndarray:
    return _to_the_right(image[:, :, ::-1], shift)[:, :, ::-1]


def _downwards(image: np.ndarray, shift: int) -> np.ndarray:
    return image[:, np.maximum(np.arange(image.shape[1]) - shift, 0)]


def _with_zeros(image: np.ndarray, shift: int) -> np.ndarray:
    moved = _to_the_right(image, shift).copy()
    moved[:, :, :shift] = 0
    return moved


def _rolled(image: np.ndarray, shift: int) -> np.ndarray:
    return np.roll(image, shift, axis=2)


def _shifted_by(
    move: Callable[[np.ndarray, int], np.ndarray], scans: tuple[int, ...] = (2,)
) -> Callable[..., np.ndarray]:
    """Return an answer that moves these scans in this way."""

    def accuracies(model: Model, images: Any, labels: Any, shifts: Any) -> np.ndarray:
        found = []
        for shift in shifts:
            changed = np.array(images)
            for scan in scans:
                changed[..., scan] = move(changed[..., scan], int(shift))
            found.append(_accuracy(model, changed, labels))
        return np.array(found)

    return accuracies


def _one_after_the_other(model: Model, images: Any, labels: Any, shifts: Any) -> np.ndarray:
    return _shifted_by(_to_the_right)(model, images, labels, np.cumsum(shifts))


_WIDE, _HIGH = _linear((4, 11), 5, (1, 1, 1.5)), _linear((9, 6), 6, (1, 1.2, 2))
_WIDE_PATIENTS = _patients(150, (4, 11), _WIDE, 0.9, 15)
_HIGH_PATIENTS = _patients(120, (9, 6), _HIGH, 0.8, 16)

accuracy_when_shifted = Exercise(
    id="accuracy_when_shifted",
    lesson="17",
    hints=(
        "For each shift: copy the images, replace channel 2, ask the model, compare with labels.",
        "np.pad(flair, ((0, 0), (0, 0), (shift, 0)), mode='edge') repeats the left rim; then keep "
        "the first W columns.",
        "Or take columns: flair[:, :, np.maximum(np.arange(W) - shift, 0)].",
    ),
    checks=(
        returns(
            _shifted_by(_to_the_right),
            case("shifts of 0 to 4", _WIDE, *_WIDE_PATIENTS, [0, 1, 2, 3, 4]),
            case("shifts of 3, 1, 2, in a high image", _HIGH, *_HIGH_PATIENTS, [3, 1, 2]),
            case("shifts in an array", _HIGH, *_HIGH_PATIENTS, np.array([1, 5])),
            case("no shift", _WIDE, *_WIDE_PATIENTS, [0]),
            case("as wide as the image, and wider", _HIGH, *_HIGH_PATIENTS, [6, 8]),
            case("one image", _WIDE, _WIDE_PATIENTS[0][6:7], _WIDE_PATIENTS[1][6:7], [1, 0, 4]),
            case("float32", _WIDE, _WIDE_PATIENTS[0].astype("float32"), _WIDE_PATIENTS[1], [2, 6]),
            mistakes=(
                Mistake(
                    _shifted_by(_to_the_right, (0, 1, 2)),
                    "You move all three scans: then nothing is out of register. Move FLAIR alone.",
                ),
                Mistake(
                    _shifted_by(_rolled),
                    "np.roll brings in on the left what left on the right: one ear appears on the "
                    "other side. Repeat the left rim.",
                ),
                Mistake(
                    _shifted_by(_with_zeros),
                    "You fill with 0, which here means average. Repeat the left rim.",
                ),
                Mistake(_shifted_by(_to_the_left), "FLAIR goes to the left: move it to the right."),
                Mistake(
                    _shifted_by(_downwards),
                    "FLAIR goes down: move it to the right, along the columns, axis 2.",
                ),
                Mistake(
                    _one_after_the_other,
                    "Each shift starts from where the last one ended: start anew from the images.",
                ),
                Mistake(
                    _shifted_by(_to_the_right, (0,)),
                    "You move T1. FLAIR is the last of the three channels.",
                ),
                Mistake(
                    _shifted_by(lambda image, shift: _to_the_right(image, 2 * shift)),
                    "A shift of 1 moves your FLAIR by 2 pixels: pixels of these images count.",
                ),
                Mistake(
                    lambda m, x, y, s: 1 - _shifted_by(_to_the_right)(m, x, y, s),
                    "These are shares of errors. Return accuracies.",
                ),
                Mistake(
                    lambda m, x, y, s: len(y) * _shifted_by(_to_the_right)(m, x, y, s),
                    "You count the right answers. Return their share.",
                ),
                Mistake(
                    lambda m, x, y, s: float(np.mean(_shifted_by(_to_the_right)(m, x, y, s))),
                    "Return one accuracy for each shift, not their mean.",
                ),
            ),
        ),
    ),
    takeaway="Early fusion asks for scans that lie on each other. Registration comes first.",
)

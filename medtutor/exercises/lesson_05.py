"""Exercises of lesson 05, Losses."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor import scratch
from medtutor.exercises.checks import Check
from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrong formulas divide by zero on purpose; only the learner's own warnings should show."""

    def quiet(*args: Any) -> Any:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args)

    return quiet


def _mistake(wrong: Callable[..., Any], message: str) -> Mistake:
    return Mistake(_quietly(wrong), message)


def _huber(y_true: np.ndarray, y_pred: np.ndarray, delta: float) -> np.ndarray:
    miss = np.abs(y_pred - y_true)
    return np.where(miss <= delta, miss**2 / 2, delta * miss - delta**2 / 2)


def _huber_where(near: Callable[[np.ndarray, float], Any]) -> Callable[..., np.ndarray]:
    """Return Huber's two formulas, with another condition for the first."""

    def wrong(y_true: np.ndarray, y_pred: np.ndarray, delta: float) -> np.ndarray:
        miss = np.abs(y_pred - y_true)
        return np.where(near(miss, delta), miss**2 / 2, delta * miss - delta**2 / 2)

    return wrong


# Misses of 1, 2, 2.4, 4, 7 and 20: with delta 5 there is one between any two of sqrt(delta),
# delta / 2, delta and 2 * delta, so that each wrong condition goes wrong in another place.
_AGES = np.array([40.0, 62.0, 66.0, 48.0, 30.0, 55.0, 71.0])
_GUESSES = np.array([41.0, 60.0, 68.4, 52.0, 37.0, 75.0, 51.0])

huber = Exercise(
    id="huber",
    lesson="05",
    hints=(
        "Work out the miss first: the distance between prediction and truth, without its sign.",
        "There are two formulas; which one holds is decided for each element: np.where.",
        "np.where(miss <= delta, miss**2 / 2, delta * miss - delta**2 / 2)",
    ),
    checks=(
        returns(
            _huber,
            case("ages in years, delta 5", _AGES, _GUESSES, 5.0),
            case(
                "guesses that are too low, delta 1",
                _AGES,
                _AGES - np.array([3.0, 0.5, 7.0, 3.0, 1.0, 20.0, 2.0]),
                1.0,
                tip="All these guesses are too low, and delta is 1 here.",
            ),
            case("a miss of exactly delta", np.array([1.0, 0.0]), np.array([0.5, 0.5]), 0.5),
            case(
                "a table of 2x3 numbers, delta 0.25",
                np.array([[0.0, 1.0, -0.5], [0.2, 0.0, 1.0]]),
                np.array([[0.4, 0.9, 0.5], [0.2, 0.1, 0.55]]),
                0.25,
            ),
            case(
                "ages in whole years, delta 1.5",
                np.array([40, 62, 71]),
                np.array([41, 60, 71]),
                1.5,
                tip="Ages and guesses are whole numbers here; the loss is not.",
            ),
            case("a miss of 0", np.zeros(3), np.zeros(3), 1.0),
            mistakes=(
                _mistake(
                    lambda y, p, d: _huber(y, p, d).mean(),
                    "You return one number, the mean; give the loss of every element here.",
                ),
                _mistake(
                    lambda y, p, d: 2 * _huber(y, p, d),
                    "All is twice too large: the square comes with a factor ½.",
                ),
                _mistake(
                    lambda y, p, d: np.where(
                        np.abs(p - y) <= d, (p - y) ** 2, d * np.abs(p - y) - d**2 / 2
                    ),
                    "Where the miss is small, the square comes with a factor ½; without it the "
                    "curve jumps at delta.",
                ),
                _mistake(
                    lambda y, p, d: np.where(
                        np.abs(p - y) <= d, (p - y) ** 2 / 2, d * np.abs(p - y)
                    ),
                    "The straight part lacks its − delta² / 2, so the curve jumps at delta.",
                ),
                _mistake(
                    lambda y, p, d: np.where(p - y <= d, (p - y) ** 2 / 2, d * (p - y) - d**2 / 2),
                    "A guess far too low is treated as if it were close: compare the distance, "
                    "np.abs, with delta.",
                ),
                _mistake(
                    _huber_where(lambda miss, d: miss**2 <= d),
                    "You compare the square of the miss with delta; compare the miss itself.",
                ),
                _mistake(
                    _huber_where(lambda miss, d: miss <= d / 2),
                    "Your straight part begins at half of delta; it begins at delta.",
                ),
                _mistake(
                    _huber_where(lambda miss, d: miss <= 2 * d),
                    "Your straight part begins at twice delta; it begins at delta.",
                ),
                _mistake(
                    _huber_where(lambda miss, d: miss > d),
                    "The two formulas are swapped: the square holds up to delta.",
                ),
                _mistake(
                    lambda y, p, d: (p - y) ** 2 / 2,
                    "That is the squared error alone; beyond delta the loss goes on as a straight "
                    "line.",
                ),
                _mistake(
                    lambda y, p, d: np.where(
                        np.abs(p - y) <= d, (p - y) ** 2 / 2, np.abs(p - y) - d / 2
                    ),
                    "The slope of your straight part is 1; it should be delta.",
                ),
            ),
        ),
    ),
    takeaway="A square near 0, a straight line far away, joined without a kink.",
)


def _balanced(labels: np.ndarray, n_classes: int) -> np.ndarray:
    return len(labels) / (n_classes * np.bincount(labels, minlength=n_classes))


_TISSUES = np.array([0, 0, 0, 0, 0, 0, 2, 2, 3, 1])

class_weights = Exercise(
    id="class_weights",
    lesson="05",
    hints=(
        "How often does each class occur? np.bincount counts whole numbers.",
        "Every class should have the same total weight: its weight times its count.",
        "With N cases and C classes, a class c with N_c cases has the weight N / (C N_c).",
    ),
    checks=(
        returns(
            _balanced,
            case("ten pixels of four tissues", _TISSUES, 4),
            case(
                "two classes, as many of each",
                np.array([0, 1, 1, 0]),
                2,
                tip="Nothing is out of balance here, so all weights are 1.",
            ),
            case("97 healthy cases and 3 sick ones", np.repeat([0, 1], [97, 3]), 2),
            case("three classes in another order", np.array([2, 2, 1, 2, 0, 2]), 3),
            mistakes=(
                _mistake(
                    lambda y, k: np.bincount(y, minlength=k) / len(y),
                    "These are the shares of the classes: the rare class would count least. Turn "
                    "them round.",
                ),
                _mistake(
                    lambda y, k: len(y) / np.bincount(y, minlength=k),
                    "The weights are right up to a factor: their mean over all cases should be 1, "
                    "so divide by the number of classes.",
                ),
                _mistake(
                    lambda y, k: 1 / np.bincount(y, minlength=k),
                    "The weights are right up to a factor: their mean over all cases should be 1, "
                    "so that the loss keeps its size. Multiply by N / C.",
                ),
                _mistake(
                    lambda y, k: _balanced(y, k) / _balanced(y, k).sum(),
                    "Your weights add up to 1 over the classes; what should be 1 is their mean "
                    "over all cases.",
                ),
                _mistake(
                    lambda y, k: len(y) // (k * np.bincount(y, minlength=k)),
                    "The fractions are cut off: divide with /, not with //, and put the weights "
                    "into an array of floats; one made by np.zeros_like(counts) holds whole "
                    "numbers.",
                ),
                _mistake(
                    lambda y, k: _balanced(y, k)[y],
                    "You return a weight for every case; give one for every class.",
                ),
                _mistake(
                    lambda y, k: np.bincount(y, minlength=k).max() / np.bincount(y, minlength=k),
                    "Your most frequent class has weight 1; here the mean over all cases should "
                    "be 1: N / (C N_c).",
                ),
            ),
        ),
    ),
    takeaway="Each class now has the same say, and the loss keeps its size.",
)


def _stable(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    return np.maximum(logits, 0) - logits * y_true + np.log1p(np.exp(-np.abs(logits)))


def _probability(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def _textbook(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    p = _probability(logits)
    return -(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def _clipped(y_true: np.ndarray, logits: np.ndarray) -> np.ndarray:
    p = np.clip(_probability(logits), 1e-7, 1 - 1e-7)
    return -(y_true * np.log(p) + (1 - y_true) * np.log(1 - p))


def _without_warnings(check: Check) -> Check:
    """Where ``check`` finds all values right, the answer must not have warned either."""

    def quiet(answer: Any) -> str | None:
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always", RuntimeWarning)
            said = check(answer)
        warned = [one.message for one in heard if issubclass(one.category, RuntimeWarning)]
        if said is not None or not warned:
            return said
        return f"The values are right, but there is a warning: {warned[0]}. {_BOTH_SIDES}"

    return quiet


_BOTH_SIDES = (
    "np.where computes both sides for all elements, also the side that it drops: write what is "
    "inside exp so that it is never above 0, such as -np.abs(logits)."
)
_FAR = np.array([-1e4, 1e4, -1e4, 1e4])

stable_crossentropy = Exercise(
    id="stable_crossentropy",
    lesson="05",
    hints=(
        "Don't go through the probability: simplify the formula for the logit on paper first.",
        "The loss is log(1 + exp(z)) - z * y. Only the first part can overflow.",
        "log(1 + exp(z)) is np.logaddexp(0, z), or np.maximum(z, 0) + "
        "np.log1p(np.exp(-np.abs(z))).",
    ),
    checks=(
        _without_warnings(
            returns(
                _stable,
                # With truth 0 at 0.5, a loss cut to a whole number is like none of the mistakes.
                case("logits -2, 0.5 and 3", np.array([0.0, 0.0, 1.0]), np.array([-2.0, 0.5, 3.0])),
                case(
                    "logits of 50 and -50 where the truth is the other class",
                    np.array([0.0, 1.0]),
                    np.array([50.0, -50.0]),
                    tip="The sigmoid of 50 is 1 as far as the computer can tell.",
                ),
                case(
                    "logits of ±10000",
                    np.array([0.0, 0.0, 1.0, 1.0]),
                    _FAR,
                    tip="exp(10000) is infinite on a computer: never take exp of something large.",
                ),
                case(
                    "a mask of 2×3 pixels",
                    np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]),
                    np.array([[4.0, -1.0, 0.0], [0.5, 2.0, -3.0]]),
                ),
                mistakes=(
                    _mistake(
                        _textbook,
                        "This is the textbook's formula, and it breaks here: the probability "
                        "rounds to 0 or 1, and log(0) is infinite. Start from the logit.",
                    ),
                    _mistake(
                        _clipped,
                        "A limit on the probability, or a small number added to it, hides the "
                        "infinity, but the loss stops growing at about 16. Start from the logit.",
                    ),
                    _mistake(
                        lambda y, z: np.log(1 + np.exp(z)) - z * y,
                        "The formula is right, but exp overflows for a large logit: take the "
                        "maximum of 0 and z out first.",
                    ),
                    _mistake(
                        lambda y, z: _stable(y, z).mean(),
                        "You return one number, the mean; give the loss of every element here.",
                    ),
                    _mistake(
                        lambda y, z: _stable(1 - y, z),
                        "Your loss is small where the prediction is wrong: truth 0 and 1 are "
                        "swapped.",
                    ),
                    _mistake(
                        lambda y, z: np.maximum(z, 0) - z * y,
                        "The log1p(exp(-|z|)) is missing: it is small far out, but not near 0.",
                    ),
                    _mistake(
                        lambda y, z: -_stable(y, z),
                        "The sign is turned: a loss is 0 or above.",
                    ),
                ),
            ),
        ),
        # Apart from the mistakes: cut to whole numbers, a right answer looks like one of them.
        returns(
            _stable,
            case(
                "whole numbers",
                np.array([1, 0, 1]),
                np.array([3, -2, 0]),
                tip="Truth and logits are whole numbers here; the loss is not.",
            ),
        ),
    ),
    takeaway="From logits, no number is lost: that is why from_logits=True exists.",
)


def _soft_dice(mask: np.ndarray, prediction: np.ndarray) -> float:
    return 1 - 2 * (mask * prediction).sum() / (mask.sum() + prediction.sum() + 1e-7)


_MASK = np.array([[0.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
_MAP = np.array([[0.1, 0.9, 0.6], [0.2, 0.5, 0.0]])
_MAPS = np.stack([_MAP, 0.5 * _MAP, _MAP**2])

soft_dice = Exercise(
    id="soft_dice",
    lesson="05",
    hints=(
        "The overlap of a mask and a soft prediction: multiply pixel by pixel, and add up.",
        "Twice the overlap, divided by the sum of both areas; 1 minus that is the loss.",
        "Add 1e-7 to the areas, so that two empty masks don't divide 0 by 0.",
    ),
    checks=(
        returns(
            _soft_dice,
            case("a lesion of three pixels", _MASK, _MAP),
            case("a perfect prediction", _MASK, _MASK),
            case("a prediction that sees nothing", _MASK, np.zeros_like(_MASK)),
            case(
                "a healthy slice with an empty prediction",
                np.zeros((4, 4)),
                np.zeros((4, 4)),
                tip="There is no lesion and none is predicted: 0 / 0, unless 1e-7 is added.",
            ),
            case("a false alarm on a healthy slice", np.zeros((2, 3)), _MAP),
            case("whole numbers", _MASK.astype(int), (_MAP > 0.4).astype(int)),
            case("three images at once", np.stack([_MASK, 1 - _MASK, 0 * _MASK]), _MAPS),
            mistakes=(
                _mistake(
                    lambda m, p: 1 - (2 * (m * p).sum() + 1e-7) / (m.sum() + p.sum() + 1e-7),
                    "Two empty masks give 0 with your formula, as if the loss knew that the answer "
                    "is right. Some papers do so, with 1e-7 above the line, too; here it stands "
                    "below the line alone, and they give 1 - 0 / 1e-7 = 1.",
                ),
                _mistake(
                    lambda m, p: 1 - (2 * (m * p).sum() + 1) / (m.sum() + p.sum() + 1),
                    "You add 1 above and below the line, as some papers do; here 1e-7 stands below "
                    "it alone.",
                ),
                _mistake(
                    lambda m, p: _soft_dice(m, (p > 0.5).astype(float)),
                    "You round the prediction to 0 and 1 first: then there is no gradient to learn "
                    "from. Multiply with the prediction as it is.",
                ),
                _mistake(
                    lambda m, p: np.mean([_soft_dice(*one) for one in zip(m, p, strict=True)]),
                    "You take a loss for each row, or each image, and then the mean; here all "
                    "pixels go into one sum.",
                ),
                _mistake(
                    lambda m, p: 1 - _soft_dice(m, p),
                    "That is the Dice coefficient, 1 for a perfect mask; the loss is 1 minus it.",
                ),
                _mistake(
                    lambda m, p: 1 - (m * p).sum() / (m.sum() + p.sum() + 1e-7),
                    "The overlap counts twice, once for each of the two masks.",
                ),
                _mistake(
                    lambda m, p: 1 - (m * p).sum() / (m.sum() + p.sum() - (m * p).sum() + 1e-7),
                    "That is the intersection over the union (Jaccard); Dice has twice the overlap "
                    "over the sum of both areas.",
                ),
                _mistake(
                    lambda m, p: _soft_dice(m, (p >= 0.5).astype(float)),
                    "You round the prediction to 0 and 1 first: then there is no gradient to learn "
                    "from. Multiply with the prediction as it is.",
                ),
                _mistake(
                    lambda m, p: 1 - 2 * (m * p).sum() / (m.sum() + p.sum()),
                    "0 / 0 for two empty masks: add 1e-7 to the sum of the areas.",
                ),
                _mistake(
                    lambda m, p: 1 - 2 * (m * p).sum() / ((m**2).sum() + (p**2).sum() + 1e-7),
                    "You square the prediction below the line. Some papers do; here the areas are "
                    "plain sums.",
                ),
            ),
        ),
    ),
    takeaway="One number for the whole mask: the background's many pixels can't drown the lesion.",
)


def _gradient(labels: np.ndarray, logits: np.ndarray, weights: np.ndarray) -> np.ndarray:
    truth = np.eye(logits.shape[-1])[labels]
    return weights[labels][:, None] * (scratch.softmax(logits) - truth) / len(labels)


def _without_softmax(labels: np.ndarray, logits: np.ndarray, weights: np.ndarray) -> np.ndarray:
    truth = np.eye(logits.shape[-1])[labels]
    return weights[labels][:, None] * (logits - truth) / len(labels)


_LOGITS = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, -1.0], [0.5, 0.5, 0.5], [-1.0, 0.0, 2.0]])
_LABELS = np.array([1, 1, 2, 0])

crossentropy_gradient = Exercise(
    id="crossentropy_gradient",
    lesson="05",
    hints=(
        "For one case without a weight the gradient is p - y: softmax minus the one-hot truth.",
        "np.eye(n_classes)[labels] makes one-hot rows; weights[labels] is the weight of each case.",
        "The mean divides by the number of cases, whatever their weights.",
    ),
    checks=(
        returns(
            _gradient,
            case("four cases, all weights 1", _LABELS, _LOGITS, np.ones(3)),
            case(
                "four cases, weights 1, 2 and 5",
                _LABELS,
                _LOGITS,
                np.array([1.0, 2.0, 5.0]),
                tip="A case has the weight of its true class: weights[labels].",
            ),
            case(
                "one single case of four classes",
                np.array([1]),
                np.array([[2.0, 1.0, 0.0, -1.0]]),
                np.array([0.5, 2.0, 1.0, 3.0]),
            ),
            case(
                "logits of 1000 and -1000",
                np.array([0, 1]),
                np.array([[1000.0, 0.0, 999.0], [-1000.0, -1000.0, -999.0]]),
                np.array([1.0, 3.0, 2.0]),
                tip="Take the largest logit of each row off before exp, or use scratch.softmax.",
            ),
            mistakes=(
                _mistake(
                    lambda y, z, w: -_gradient(y, z, w),
                    "The sign is turned: it is p - y, so that a step against the gradient raises "
                    "the right class.",
                ),
                _mistake(
                    lambda y, z, w: _gradient(y, z, w) * len(y),
                    "That is the gradient of the sum; the mean divides by the number of cases.",
                ),
                _mistake(
                    lambda y, z, w: _gradient(y, z, w) / z.shape[1],
                    "You divide by the number of classes, too; the mean is over the cases alone.",
                ),
                _mistake(
                    lambda y, z, w: _gradient(y, z, np.ones_like(w)),
                    "The class weights are left out.",
                ),
                _mistake(
                    lambda y, z, w: _gradient(y, z, np.ones_like(w)) * w,
                    "You multiply each column by its class' weight; a case has one weight, that "
                    "of its true class, for its whole row.",
                ),
                _mistake(
                    lambda y, z, w: _gradient(y, z, w) * len(y) / w[y].sum(),
                    "You divide by the sum of the weights. PyTorch does; Keras and this course "
                    "divide by the number of cases.",
                ),
                _mistake(
                    _without_softmax,
                    "You subtract the truth from the logits; turn them into probabilities first.",
                ),
            ),
        ),
    ),
    takeaway="Predicted minus true, times a weight: no network ever needs more than that.",
)

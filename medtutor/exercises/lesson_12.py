"""Exercises of lesson 12, Transfer, ensembles and expert knowledge."""

from collections.abc import Callable, Sequence
from math import comb
from typing import Any

import numpy as np
from scipy.ndimage import gaussian_filter

from medtutor.exercises.engine import Exercise, Mistake, case, returns

Layers = Sequence[tuple[str, int, int]]


def _n_trainable(layers: Layers, frozen: Sequence[str]) -> int:
    return sum(weights for name, weights, _ in layers if name not in frozen)


# Name, weights and biases, stored statistics: with batch normalisation, each count differs.
_NETWORK = [
    ("conv_1", 150, 0),
    ("batch_norm_1", 32, 34),
    ("conv_2", 4608, 0),
    ("batch_norm_2", 64, 66),
    ("dense_1", 4160, 0),
    ("output", 130, 0),
]
_LONG = [
    ("conv_1", 88, 0),
    ("conv_10", 500, 0),
    ("conv_2", 71, 0),
    ("conv_3", 71, 0),
    ("output", 22, 0),
]

n_trainable = Exercise(
    id="n_trainable",
    lesson="12",
    hints=(
        "Go through the layers; leave out each one whose name is in `frozen`.",
        "Stored means and variances are kept up by counting, not by gradients: never add them.",
        "sum(weights for name, weights, statistics in layers if name not in frozen)",
    ),
    checks=(
        returns(
            _n_trainable,
            case(
                "all convolutions frozen",
                _NETWORK,
                ["conv_1", "batch_norm_1", "conv_2", "batch_norm_2"],
            ),
            case(
                "the first convolution frozen",
                _NETWORK,
                ["conv_1"],
                tip="A layer that isn't frozen may have stored statistics, too.",
            ),
            case("nothing frozen", _NETWORK, [], tip="Then all weights and biases learn."),
            case(
                "frozen layers in another order",
                _NETWORK,
                ["dense_1", "conv_1"],
                tip="Look each name up: the frozen layers need not be the first ones.",
            ),
            case(
                "conv_1 frozen, and a conv_10",
                _LONG,
                ["conv_1"],
                tip="A name is frozen only if it is in the list as a whole. And each layer counts, "
                "also where two have equally many weights.",
            ),
            case(
                "conv_10 frozen, and a conv_1",
                _LONG,
                ["conv_10"],
                tip="Compare whole names: conv_1 isn't frozen.",
            ),
            case(
                "everything frozen",
                _LONG,
                ["output", "conv_3", "conv_2", "conv_10", "conv_1"],
                tip="Then nothing learns: 0.",
            ),
            mistakes=(
                Mistake(
                    lambda layers, frozen: sum(w + s for _, w, s in layers),
                    "You count everything that is stored. Leave out frozen layers and statistics.",
                ),
                Mistake(
                    lambda layers, frozen: sum(w + s for n, w, s in layers if n not in frozen),
                    "You count the stored means and variances of batch normalisation. No gradient "
                    "reaches them: they are no trainable parameters.",
                ),
                Mistake(
                    lambda layers, frozen: sum(w for _, w, _ in layers),
                    "You count the weights of all layers, the frozen ones, too.",
                ),
                Mistake(
                    lambda layers, frozen: sum(w for n, w, _ in layers if n in frozen),
                    "These are the frozen ones. Count the others.",
                ),
                Mistake(
                    lambda layers, frozen: sum(w for n, w, _ in layers[:-1] if n not in frozen),
                    "The last layer, the head, is missing.",
                ),
                Mistake(
                    lambda layers, frozen: sum(n not in frozen for n, _, _ in layers),
                    "That is the number of layers. Add up their weights.",
                ),
            ),
        ),
    ),
    takeaway="A probe learns the numbers of the head alone, fine-tuning all of them.",
)


def _average(p: np.ndarray) -> np.ndarray:
    return np.asarray(p).mean(axis=0)


def _by_vote(p: np.ndarray) -> np.ndarray:
    return np.eye(p.shape[-1])[p.argmax(axis=-1)].mean(axis=0)


def _mean_of_logs(p: np.ndarray) -> np.ndarray:
    logs = np.log(np.clip(p, 1e-7, None)).mean(axis=0)
    odds = np.exp(logs)
    return odds / odds.sum(axis=-1, keepdims=True)


def _rescaled_maximum(p: np.ndarray) -> np.ndarray:
    highest = p.max(axis=0)
    return highest / highest.sum(axis=-1, keepdims=True)


def _random_members(n_members: int, n_cases: int, n_classes: int) -> np.ndarray:
    odds = np.random.default_rng(n_members).random((n_members, n_cases, n_classes)) ** 2 + 0.01
    return odds / odds.sum(axis=-1, keepdims=True)


average_probabilities = Exercise(
    id="average_probabilities",
    lesson="12",
    hints=(
        "The members lie along the first axis: average over it.",
        "p.mean(axis=…): which axis goes away when (M, N, K) becomes (N, K)?",
    ),
    checks=(
        returns(
            _average,
            case("3 members, 4 cases, 2 classes", _random_members(3, 4, 2)),
            case("5 members, 2 cases, 3 classes", _random_members(5, 2, 3).astype(np.float32)),
            case("3 members, 3 cases, 3 classes", _random_members(3, 3, 3)[::-1].copy()),
            case(
                "members that are quite sure, as whole numbers",
                np.array([[[1, 0], [0, 1]], [[0, 1], [0, 1]], [[1, 0], [1, 0]]]),
                tip="The mean of 1, 0 and 1 is 2/3, no whole number.",
            ),
            case("a single member", _random_members(1, 5, 2), tip="Its mean is itself."),
            mistakes=(
                Mistake(lambda p: p.mean(axis=1), "You average over the cases. Average members."),
                Mistake(lambda p: p.mean(axis=2), "You average over the classes. Average members."),
                Mistake(
                    lambda p: p.sum(axis=0), "That is the sum: divide by the number of members."
                ),
                Mistake(
                    lambda p: p.max(axis=0),
                    "The maximum over members doesn't sum to 1: these are no probabilities.",
                ),
                Mistake(_rescaled_maximum, "That is the maximum, scaled to sum 1, and no mean."),
                Mistake(
                    _by_vote,
                    "You count votes, so that 0.51 weighs as much as 0.99. Average probabilities.",
                ),
                Mistake(
                    _mean_of_logs,
                    "You average logarithms (or logits). That is another ensemble; here the "
                    "probabilities themselves are averaged.",
                ),
                Mistake(
                    lambda p: np.exp(np.log(np.clip(p, 1e-7, None)).mean(axis=0)),
                    "You average logarithms, and the result doesn't even sum to 1. Average the "
                    "probabilities themselves.",
                ),
                Mistake(lambda p: np.median(p, axis=0), "That is the median of the members."),
                Mistake(
                    lambda p: p.mean(axis=0).argmax(axis=-1),
                    "These are classes. Return the probabilities.",
                ),
                Mistake(lambda p: p[0], "That is the first member alone."),
            ),
        ),
    ),
    takeaway="One line, and for the log loss a theorem: it can't be worse than the members' mean.",
)


def _majority_error(error: float, n_members: int) -> float:
    return _tail(error, n_members, n_members // 2 + 1)


def _tail(error: float, n: int, least: int) -> float:
    """Return the probability that at least so many of n are wrong."""
    terms = (comb(n, k) * error**k * (1 - error) ** (n - k) for k in range(least, n + 1))
    return float(sum(terms))


def _without_orders(error: float, n: int) -> float:
    return float(sum(error**k * (1 - error) ** (n - k) for k in range(n // 2 + 1, n + 1)))


def _without_the_right_ones(error: float, n: int) -> float:
    return float(sum(comb(n, k) * error**k for k in range(n // 2 + 1, n + 1)))


majority_error = Exercise(
    id="majority_error",
    lesson="12",
    hints=(
        "The majority is wrong where k members are wrong, for each k above half of n_members.",
        "Exactly k wrong: error**k * (1 - error)**(n - k), times the ways to choose which k.",
        "Those ways are math.comb(n, k). Sum over k from n // 2 + 1 to n, both included.",
    ),
    checks=(
        returns(
            _majority_error,
            case("5 members, each wrong in 23 %", 0.23, 5),
            case("3 members, each wrong in 30 %", 0.3, 3),
            case("11 members, each wrong in 45 %", 0.45, 11),
            case(
                "9 members, each wrong in 60 %",
                0.6,
                9,
                tip="Members worse than a coin make a majority that is worse still.",
            ),
            case("7 coins", 0.5, 7),
            case("one member", 0.35, 1, tip="It is its own majority."),
            case("members that never err", 0, 3, tip="0**0 is 1 in Python: no special case."),
            case("members that always err", 1.0, 5),
            mistakes=(
                Mistake(
                    lambda e, n: float(e**n), "That is: all are wrong. More than half is enough."
                ),
                Mistake(lambda e, n: float(e * n), "That is how many are wrong on average."),
                Mistake(
                    _without_orders,
                    "The binomial coefficient is missing: any k of the n may be the wrong ones.",
                ),
                Mistake(
                    lambda e, n: _tail(e, n, n // 2),
                    "You begin one too early: n // 2 is less than half of an odd number.",
                ),
                Mistake(
                    lambda e, n: _tail(e, n, n // 2 + 2),
                    "You begin one too late: n // 2 + 1 wrong members are a majority.",
                ),
                Mistake(
                    lambda e, n: 1 - _majority_error(e, n),
                    "That is how often the majority is right.",
                ),
                Mistake(
                    lambda e, n: _tail(e, n, n // 2 + 1) - float(e**n),
                    "Your sum ends one too early: all n may be wrong, too.",
                ),
                Mistake(
                    lambda e, n: comb(n, n // 2 + 1) * e ** (n // 2 + 1) * (1 - e) ** (n // 2),
                    "That is exactly the smallest majority. Larger ones are wrong, too: sum up.",
                ),
                Mistake(
                    _without_the_right_ones,
                    "The others must be right: each brings a factor of 1 - error.",
                ),
                Mistake(lambda e, n: float(e), "That is one member's error: the vote changes it."),
            ),
        ),
    ),
    takeaway="This holds for independent errors. Networks trained on the same patients err alike.",
)

_BLUR = 1.5


def _mirrored(image: np.ndarray, head: np.ndarray) -> np.ndarray:
    columns = np.flatnonzero(head.any(axis=0))
    shift = int(columns[0] + columns[-1] - (image.shape[1] - 1))
    return np.roll(image[:, ::-1], shift, axis=1)


def _difference(image: np.ndarray, head: np.ndarray) -> np.ndarray:
    numbers = image.astype(float)
    return numbers - _mirrored(numbers, head)


def _asymmetry(image: np.ndarray, head: np.ndarray) -> float:
    return float(np.abs(gaussian_filter(_difference(image, head), _BLUR))[head].max())


def _largest(difference: np.ndarray, where: Any) -> float:
    return float(np.abs(gaussian_filter(difference.astype(float), _BLUR))[where].max())


def _in_own_type(image: np.ndarray, head: np.ndarray) -> float:
    with np.errstate(over="ignore"):
        difference = image - _mirrored(image, head)
    return float(np.abs(gaussian_filter(difference, _BLUR).astype(float))[head].max())


def _scan(
    rows: int, columns: int, middle: float, width: float, lesion: float, at: tuple[int, int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return a drawn head with one lesion, and which pixels belong to the head."""
    y, x = np.indices((rows, columns))
    head = ((y - rows / 2) / (0.36 * rows)) ** 2 + ((x - middle) / width) ** 2 <= 1
    waves = 15 * np.cos(0.9 * np.abs(x - middle)) + 12 * np.sin(0.5 * y)
    noise = np.random.default_rng(rows).normal(0, 14, head.shape)
    spot = lesion * np.exp(-((y - at[0]) ** 2 + (x - at[1]) ** 2) / 12)
    return np.where(head, 110 + waves + noise + spot, 0), head


_PLAIN = _scan(48, 58, 24.0, 15.0, 70, (19, 17))
_DARK = _scan(52, 44, 24.5, 14.5, -80, (30, 16))
# The side across from these lesions is cut off: only their own place shows them.
_DARK[1][22:40, 26:38] = False
_BRIGHT = _scan(50, 46, 21.5, 14.5, 75, (27, 30))
_BRIGHT[1][19:35, 8:18] = False
_MARKED = _scan(60, 66, 27.0, 13.0, 60, (28, 34))
_MARKED[0][8:13, 47:52] = 250  # a marker on the pillow

asymmetry = Exercise(
    id="asymmetry",
    lesson="12",
    hints=(
        "columns = np.flatnonzero(head.any(axis=0)): the head goes from columns[0] to columns[-1].",
        "image[:, ::-1] mirrors about the image's middle. np.roll(…, shift, axis=1) brings it onto "
        "the head, with shift = columns[0] + columns[-1] - (image.shape[1] - 1).",
        "As floats: subtract, smooth by gaussian_filter(…, 1.5), then np.abs(…)[head].max().",
    ),
    checks=(
        returns(
            _asymmetry,
            case("a drawn slice with a bright lesion", *_PLAIN),
            case(
                "a head with its left side cut off, and a bright lesion on the right",
                *_BRIGHT,
                tip="The middle lies halfway between the head's outermost columns; subtract whole "
                "images, smooth, take absolute values, and look everywhere inside the head.",
            ),
            case(
                "a head with its right side cut off, and a dark lesion on the left",
                *_DARK,
                tip="A dark lesion gives a negative difference, here in the left half alone.",
            ),
            case(
                "a bright marker beside the head",
                *_MARKED,
                tip="What lies outside the head doesn't count.",
            ),
            case(
                "the same in whole numbers (uint8)",
                np.clip(_PLAIN[0], 0, 255).astype(np.uint8),
                _PLAIN[1],
                tip="In uint8, 3 - 5 is 254: turn the image into floats first.",
            ),
            mistakes=(
                Mistake(
                    lambda i, h: _largest(i.astype(float) - i[::-1], h),
                    "You flip rows: nose against neck. Left and right are columns.",
                ),
                Mistake(
                    lambda i, h: float(np.abs(_difference(i, h))[h].max()),
                    "Nothing is smoothed, so that the noisiest pixel wins.",
                ),
                Mistake(
                    lambda i, h: float(gaussian_filter(np.abs(_difference(i, h)), _BLUR)[h].max()),
                    "Smooth first, then take absolute values: only so does noise cancel.",
                ),
                Mistake(
                    lambda i, h: _largest(i.astype(float) - i[:, ::-1], h),
                    "You mirror about the image's middle. This head lies beside it.",
                ),
                Mistake(
                    lambda i, h: float(gaussian_filter(_difference(i, h), _BLUR)[h].max()),
                    "The dark lesion vanishes: where the other side is cut off, it gives negative "
                    "differences alone, on its own side. Take absolute values, in both halves.",
                ),
                Mistake(
                    lambda i, h: _largest(_difference(i, h), np.s_[:]),
                    "Your maximum goes over the whole image. Take it inside the head.",
                ),
                Mistake(
                    lambda i, h: _in_own_type(i.astype(int), h),
                    "You smooth whole numbers, and `gaussian_filter` cuts off the decimals of what "
                    "it returns: turn the image into floats, as with image.astype(float).",
                ),
                Mistake(
                    _in_own_type,
                    "Small whole numbers run over: turn the image into floats before you subtract.",
                ),
                Mistake(
                    lambda i, h: float(np.abs(gaussian_filter(_difference(i, h), _BLUR))[h].mean()),
                    "That is the mean, in which a small lesion drowns. Take the largest.",
                ),
                Mistake(
                    lambda i, h: np.abs(gaussian_filter(_difference(i, h), _BLUR))[h],
                    "These are all the differences. Return the largest, one number.",
                ),
                Mistake(
                    lambda i, h: float(_mirrored(i.astype(float), h)[h].max()),
                    "That is the mirror image itself. Subtract it from the slice.",
                ),
            ),
        ),
    ),
    takeaway="Four lines, written in minutes, and no patient was needed to learn them.",
)

_CLIP = 0.001


def _logits(scores: np.ndarray, clip: float = _CLIP) -> np.ndarray:
    p = np.clip(np.asarray(scores, float), clip, 1 - clip)
    return np.log(p / (1 - p))


def _stack(val_scores: np.ndarray, y_val: np.ndarray, test_scores: np.ndarray) -> np.ndarray:
    return _stacked(_logits)(val_scores, y_val, test_scores)


def _stacked(
    prepare: Callable[[np.ndarray], np.ndarray], column: int = 1
) -> Callable[..., np.ndarray]:
    def predicted(val: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression().fit(prepare(val), y)
        return model.predict_proba(prepare(test))[:, column]

    return predicted


def _classes(val: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
    return (_stack(val, y, test) >= 0.5).astype(int)


def _without_labels_of_val(val: np.ndarray, y: np.ndarray, test: np.ndarray) -> np.ndarray:
    """Fit on the test scores, as far as there are labels for them."""
    from sklearn.linear_model import LogisticRegression

    count = min(len(y), len(test))
    model = LogisticRegression().fit(_logits(test[:count]), y[:count])
    return model.predict_proba(_logits(test))[:, 1]


def _voices(seed: int, n: int, n_voices: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = (np.arange(n) * 7 % 5 < 2).astype(int)
    skill = 1 + np.arange(n_voices)
    logits = rng.normal((labels[:, None] - 0.5) * skill, 1.2)
    return 1 / (1 + np.exp(-logits)), labels


_VAL, _Y_VAL = _voices(1, 30, 2)
_TEST, _ = _voices(2, 30, 2)
_VAL_3, _Y_VAL_3 = _voices(3, 40, 3)
_TEST_3, _ = _voices(4, 9, 3)
_SURE = np.where(np.abs(_VAL - 0.5) > 0.4, np.round(_VAL), _VAL)

stack = Exercise(
    id="stack",
    lesson="12",
    hints=(
        "np.clip both sets of scores to 0.001 … 0.999, then take np.log(p / (1 - p)).",
        "LogisticRegression().fit(logits of val_scores, y_val): the validation patients decide "
        "how much each voice weighs.",
        "model.predict_proba(logits of test_scores)[:, 1] is the probability of class 1.",
    ),
    checks=(
        returns(
            _stack,
            case("two voices, 30 validation and 30 test images", _VAL, _Y_VAL, _TEST),
            case(
                "three voices, 9 test images",
                _VAL_3,
                _Y_VAL_3,
                _TEST_3,
                tip="Use all columns, however many there are.",
            ),
            case(
                "voices that are quite sure (0 and 1)",
                _SURE,
                _Y_VAL,
                np.array([[0.0, 1.0], [1.0, 1.0], [0.3, 0.0]]),
                tip="The logit of 0 and of 1 is infinite: clip to 0.001 and 0.999 before.",
            ),
            case("one voice alone", _VAL[:, 1:], _Y_VAL, _TEST[:5, 1:]),
            mistakes=(
                Mistake(
                    _without_labels_of_val,
                    "You have used the test patients to fit. Fit on val_scores.",
                ),
                Mistake(
                    _stacked(lambda p: p),
                    "You fit on probabilities. Take their logits: there, 0.99 and 0.999 differ.",
                ),
                Mistake(
                    _stacked(_logits, column=0),
                    "That is the probability of class 0. Take the second column.",
                ),
                Mistake(_classes, "These are classes. Return the probability of class 1."),
                Mistake(
                    lambda val, y, test: _logits(_stack(val, y, test), 0),
                    "These are logits (decision_function). Return the probability of class 1.",
                ),
                Mistake(
                    lambda val, y, test: np.asarray(test).mean(axis=1),
                    "That is the plain mean of the voices. Let validation weigh them.",
                ),
                Mistake(
                    lambda val, y, test: _stack(val, y, val),
                    "You predict the validation images. Predict the test images.",
                ),
                Mistake(
                    _stacked(lambda p: np.log(np.clip(p, _CLIP, 1 - _CLIP))),
                    "That is log p. The logit is log(p / (1 - p)).",
                ),
                Mistake(
                    _stacked(lambda p: _logits(p, 1e-6)),
                    "Clip to 0.001 and 0.999, so that no voice can be surer than that.",
                ),
            ),
        ),
    ),
    takeaway="Stacking is one more training: it needs patients whom no voice has learnt from.",
)

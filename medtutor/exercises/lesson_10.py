"""Exercises of lesson 10, Augmentation and regularisation."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns
from medtutor.scratch import affine_warp, rotation_matrix

_Pair = tuple[np.ndarray, np.ndarray]


def _dropout(x: Any, mask: Any, rate: float, training: bool) -> np.ndarray:
    return np.asarray(x) * mask / (1 - rate) if training else np.asarray(x, float)


def _while_training(wrong: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that is wrong in training alone."""
    return lambda x, mask, rate, training: wrong(x, mask, rate) if training else x


_X = np.array([[2.5, 4.0, -6.0], [8.0, 1.5, 3.0]])
_KEPT = np.array([[1, 0, 1], [0, 1, 1]])

dropout = Exercise(
    id="dropout",
    lesson="10",
    hints=(
        "In use nothing is dropped: return x as it is.",
        "In training, x * mask drops the units where the mask is 0.",
        "What is left is divided by the share that is kept, 1 - rate.",
    ),
    checks=(
        returns(
            _dropout,
            case("a rate of 0.25", _X, _KEPT, 0.25, True),
            case("a rate of 0.9, float32", _X.astype("float32"), _KEPT, 0.9, True),
            case(
                "whole numbers, rate 0.4",
                np.array([2, 4, 6, 8]),
                np.array([1, 0, 1, 1]),
                0.4,
                True,
                tip="The result has decimals: don't write it into an array of whole numbers.",
            ),
            case("True and False as the mask", _X, _KEPT == 1, 0.25, True),
            case("a rate of 0", _X, np.ones((2, 3)), 0.0, True, tip="Then nothing changes."),
            case("use instead of training", _X, _KEPT, 0.25, False),
            mistakes=(
                Mistake(
                    lambda x, mask, rate, training: x * mask / (1 - rate),
                    "You drop units in use, too. There, x comes back as it is.",
                ),
                Mistake(
                    lambda x, mask, rate, training: (
                        _dropout(x, mask, rate, True) if training else x * (1 - rate)
                    ),
                    "In use you multiply by 1 - rate: that belongs to the older form, which "
                    "doesn't divide in training. Here x comes back as it is.",
                ),
                Mistake(
                    lambda x, mask, rate, training: (x * mask if training else x) / (1 - rate),
                    "In use you divide, too. There, x comes back as it is.",
                ),
                Mistake(
                    _while_training(lambda x, mask, rate: x * mask),
                    "The right units are dropped, but the rest isn't divided by 1 - rate, so the "
                    "sum falls.",
                ),
                Mistake(
                    _while_training(lambda x, mask, rate: x * mask / max(rate, 1e-9)),
                    "You divide by the share that is dropped. Divide by the share that is kept.",
                ),
                Mistake(
                    _while_training(lambda x, mask, rate: x * mask * (1 - rate)),
                    "You multiply by 1 - rate, which makes what is left smaller still. Divide.",
                ),
                Mistake(
                    _while_training(lambda x, mask, rate: x * (1 - mask * 1) / (1 - rate)),
                    "You keep what should be dropped: where the mask is 0, the unit goes.",
                ),
                Mistake(
                    _while_training(lambda x, mask, rate: x / (1 - rate)),
                    "Nothing is dropped: multiply by the mask.",
                ),
            ),
        ),
    ),
    takeaway="Divided while it learns, so nothing need be done when it is used.",
)

_OTHER = {"left": "right", "right": "left", "none": "none"}


def _label_after(label: str, flip: str) -> str:
    return _OTHER[label] if flip == "left-right" else label


label_after_flip = Exercise(
    id="label_after_flip",
    lesson="10",
    hints=(
        "Only one kind of flip swaps left and right.",
        "A dictionary can say what each label becomes: {'left': 'right', …}.",
        "Where there is no lesion, there is none after the flip.",
    ),
    checks=(
        returns(
            _label_after,
            case("a lesion on the right, mirrored left to right", "right", "left-right"),
            case("a lesion on the left, mirrored left to right", "left", "left-right"),
            case("no lesion, mirrored left to right", "none", "left-right"),
            case("a lesion on the left, not flipped", "left", "no"),
            case("no lesion, not flipped", "none", "no"),
            case("a lesion on the right, turned upside down by a flip", "right", "up-down"),
            case("a lesion on the left, turned upside down by a flip", "left", "up-down"),
            case("no lesion, turned upside down by a flip", "none", "up-down"),
            mistakes=(
                Mistake(
                    lambda label, flip: label,
                    "The label stays as it was, but the lesion has changed sides.",
                ),
                Mistake(
                    lambda label, flip: label if flip == "no" else _OTHER[label],
                    "Rows change places when a picture is flipped up-down, columns don't: left "
                    "stays left.",
                ),
                Mistake(
                    lambda label, flip: _OTHER[label],
                    "Nothing was flipped, so the label stays.",
                ),
                Mistake(
                    lambda label, flip: (
                        label if flip != "left-right" else "right" if label == "left" else "left"
                    ),
                    "There is no lesion on the picture, and a flip makes none.",
                ),
                Mistake(
                    lambda label, flip: (
                        label if flip != "left-right" else "left" if label == "right" else "right"
                    ),
                    "There is no lesion on this picture: no flip makes one.",
                ),
            ),
        ),
    ),
    takeaway="Whoever changes the picture has to ask what the label says, and change it, too.",
)


def _ridge(x: np.ndarray, y: np.ndarray, penalty: Any) -> np.ndarray:
    return np.linalg.solve(x.T @ x + penalty, x.T @ y)


def _spared(x: np.ndarray) -> np.ndarray:
    """Return the unit matrix with a 0 for the bias."""
    return np.diag([1.0] * (x.shape[1] - 1) + [0.0])


def _ridge_with_bias(x: np.ndarray, y: np.ndarray, strength: float) -> np.ndarray:
    return _ridge(x, y, strength * _spared(x))


def _design(seed: int, n: int, n_features: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.normal(size=(n, n_features)), np.ones(n)])
    return x, x @ rng.normal(size=n_features + 1) + rng.normal(size=n) + 3


_WHOLE = np.array([[1, 4, 1], [2, -1, 1], [5, 3, 1], [0, 2, 1], [-3, 1, 1]])

ridge_with_bias = Exercise(
    id="ridge_with_bias",
    lesson="10",
    hints=(
        "Without the bias it is w = (XᵀX + λI)⁻¹ Xᵀy; np.linalg.solve(a, b) gives a⁻¹ b.",
        "np.eye(n) is the matrix I of n rows. The entry that belongs to the bias becomes 0.",
        "penalty = strength * np.eye(x.shape[1]); penalty[-1, -1] = 0.",
    ),
    checks=(
        returns(
            _ridge_with_bias,
            case("9 patients, 2 features and a bias", *_design(0, 9, 2), 2.0),
            case("6 patients, 4 features and a bias", *_design(1, 6, 4), 0.3),
            case(
                "whole numbers",
                _WHOLE,
                np.array([3, -2, 7, 1, 0]),
                5,
                tip="np.eye(n) has decimals; np.eye(n, dtype=int) * 0.5 would be cut off.",
            ),
            case("a strength of 0", *_design(2, 8, 3), 0.0, tip="That is plain least squares."),
            case(
                "more features than patients",
                *_design(3, 3, 5),
                1.5,
                tip="XᵀX alone has no inverse here; with the penalty there is one.",
            ),
            mistakes=(
                Mistake(
                    lambda x, y, strength: _ridge(x, y, strength * np.eye(x.shape[1])),
                    "You pull the bias towards 0, too. Its entry of the penalty has to be 0.",
                ),
                Mistake(
                    lambda x, y, strength: _ridge(x, y, float(strength)),
                    "Your strength is added to every entry of XᵀX. It belongs on the diagonal.",
                ),
                Mistake(
                    lambda x, y, strength: np.linalg.pinv(x) @ y,
                    "The strength has no effect: this is plain least squares.",
                ),
                Mistake(
                    lambda x, y, strength: _ridge(x, y, strength * len(x) * _spared(x)),
                    "Your penalty is N times too strong: XᵀX is a sum over patients, no mean.",
                ),
                Mistake(
                    lambda x, y, strength: np.linalg.solve(
                        x.T @ x + strength * _spared(x), x.T @ np.ones(len(x))
                    ),
                    "The true values y don't come in: the right side is Xᵀy.",
                ),
                Mistake(
                    lambda x, y, strength: np.linalg.pinv(x.T @ x + strength * _spared(x)) @ x.T,
                    "This is a matrix, because y is missing: the right side is Xᵀy.",
                ),
                Mistake(
                    lambda x, y, strength: _ridge(x[:, :-1], y, strength * np.eye(x.shape[1] - 1)),
                    "The bias is gone. It is a weight like the others, only not pulled to 0.",
                ),
                Mistake(
                    lambda x, y, strength: _ridge(
                        x, y, strength * np.diag([0.0] + [1.0] * (x.shape[1] - 1))
                    ),
                    "You spare the first weight. The bias is the last one.",
                ),
            ),
        ),
    ),
    takeaway="A penalty on the bias would pull the mean answer to 0. Spare it.",
)


def _with(image: np.ndarray, matrix: Any, shift: Any, order: int) -> np.ndarray:
    return affine_warp(image[None, :, :, None], matrix, shift, order=order)[0, :, :, 0]


def _warp_pair(image: np.ndarray, mask: np.ndarray, matrix: Any, shift: Any) -> _Pair:
    return _with(image, matrix, shift, 1), _with(mask, matrix, shift, 0)


def _soft_mask(image: np.ndarray, mask: np.ndarray, matrix: Any, shift: Any) -> _Pair:
    return _with(image, matrix, shift, 1), _with(mask.astype(float), matrix, shift, 1)


def _forwards(image: np.ndarray, mask: np.ndarray, matrix: Any, shift: Any) -> _Pair:
    inverse = np.linalg.inv(matrix)
    return _warp_pair(image, mask, inverse, -inverse @ shift)


def _scan(height: int, width: int, dtype: str) -> _Pair:
    rng = np.random.default_rng(height)
    mask = np.zeros((height, width), dtype)
    mask[2:6, 3:6], mask[3:5, 4:] = 1, 3
    return rng.normal(size=(height, width)), mask


_SHEAR = np.array([[1.13, 0.37], [-0.21, 0.86]])

warp_pair = Exercise(
    id="warp_pair",
    lesson="10",
    hints=(
        "scratch.affine_warp takes images (N, H, W, C): image[None, :, :, None] is one of them.",
        "Give the same matrix and shift to both; the mask takes the nearest pixel, order=0.",
        "Take the picture out again with [0, :, :, 0].",
    ),
    checks=(
        returns(
            _warp_pair,
            case("a turn of 20°", *_scan(8, 10, "uint8"), rotation_matrix(20), np.array([1.3, 0])),
            case("a shear and a shift", *_scan(9, 7, "int64"), _SHEAR, np.array([-0.73, 1.61])),
            case(
                "a mirror",
                *_scan(8, 8, "int32"),
                np.diag([1.0, -1.0]),
                np.zeros(2),
                tip="Here every pixel reads exactly one other: check rows and columns.",
            ),
            case(
                "a float32 image and an empty mask",
                _scan(8, 10, "uint8")[0].astype("float32"),
                np.zeros((8, 10), "uint8"),
                _SHEAR,
                np.array([0.4, 0.2]),
            ),
            names=("image", "mask"),
            mistakes=(
                Mistake(
                    _soft_mask,
                    "The mask is mixed like an image (bilinear) and holds numbers such as 0.37. A "
                    "mask holds class ids: order=0.",
                ),
                Mistake(
                    lambda *given: (_soft_mask(*given)[0], np.rint(_soft_mask(*given)[1])),
                    "The mask is mixed first and rounded then: between the classes 1 and 3 that "
                    "makes a 2. Take the nearest pixel, order=0.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: (_with(image, matrix, shift, 1), mask),
                    "The mask stays where it was, while the image moves.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: (image, _with(mask, matrix, shift, 0)),
                    "The image stays where it was, while the mask moves.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: (
                        _with(image, matrix, shift, 1),
                        _with(mask, np.linalg.inv(matrix), -np.asarray(shift), 0),
                    ),
                    "Image and mask move in different ways. Both need the same matrix and shift.",
                ),
                Mistake(
                    _forwards,
                    "You move pixels forwards. affine_warp already takes the map from the result "
                    "to the place that is read: hand matrix and shift on as they are.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: _warp_pair(image, mask, matrix, np.zeros(2)),
                    "The shift is missing.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: _warp_pair(image, mask, np.eye(2), shift),
                    "The matrix is missing.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: _warp_pair(image, mask, matrix, shift[::-1]),
                    "Rows and columns of the shift have changed places.",
                ),
                Mistake(
                    lambda image, mask, matrix, shift: (
                        _with(image, matrix, shift, 0),
                        _with(mask, matrix, shift, 0),
                    ),
                    "The image takes the nearest pixel, too, and gets steps: give it order=1.",
                ),
                Mistake(
                    lambda *given: _warp_pair(*given)[::-1],
                    "The right pictures, but the image comes first.",
                ),
            ),
        ),
        passes(
            lambda answer: all(
                np.asarray(answer(*_scan(8, 10, dtype), _SHEAR, np.zeros(2))[1]).dtype == dtype
                for dtype in ("uint8", "int64")
            ),
            "The values are right, but the mask's type changed. Class ids are whole numbers: hand "
            "the mask to affine_warp as it is.",
        ),
    ),
    takeaway="One draw, two interpolations: grey values are mixed, class ids are not.",
)


def _best_epoch(val_loss: Any, patience: int) -> tuple[int, int]:
    return _stopped(val_loss, patience)


def _stopped(
    val_loss: Any,
    patience: int,
    *,
    is_better: Callable[[float, float], bool] = lambda new, best: new < best,
    waited_enough: Callable[[int, int, int], bool] = lambda epoch, best, p: epoch - best >= p,
) -> tuple[int, int]:
    best = 0
    for epoch, loss in enumerate(val_loss):
        if epoch and is_better(loss, val_loss[best]):
            best = epoch
        if waited_enough(epoch, best, patience):
            return best, epoch + 1
    return best, len(val_loss)


def _counts_rises(val_loss: Any, patience: int) -> tuple[int, int]:
    """Count epochs that are worse than the one before."""
    best = rises = 0
    for epoch in range(1, len(val_loss)):
        best = epoch if val_loss[epoch] < val_loss[best] else best
        rises = rises + 1 if val_loss[epoch] >= val_loss[epoch - 1] else 0
        if rises >= patience:
            return best, epoch + 1
    return best, len(val_loss)


def _never_begins_anew(val_loss: Any, patience: int) -> tuple[int, int]:
    """Add up all epochs without a new lowest loss."""
    best = waited = 0
    for epoch in range(1, len(val_loss)):
        if val_loss[epoch] < val_loss[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return best, epoch + 1
    return best, len(val_loss)


_LOSSES = [0.9, 0.7, 0.6, 0.65, 0.7, 0.66, 0.5, 0.52]
_ONE_TOO_FEW = (
    "Your number of epochs is one too small: either you stop one epoch too early, or you give the "
    "place of the last epoch, counted from 0, instead of how many were run."
)

best_epoch = Exercise(
    id="best_epoch",
    lesson="10",
    hints=(
        "Walk through the epochs and remember which had the lowest loss so far.",
        "Epochs without a new lowest loss: epoch - best. Where that reaches patience, stop.",
        "The number of epochs run is one more than the place of the last one, for we count from 0.",
    ),
    checks=(
        returns(
            _best_epoch,
            case("eight losses, lowest at epoch 2, then at 6, and patience 2", _LOSSES, 2),
            case(
                "the same losses and patience 5",
                np.array(_LOSSES),
                5,
                tip="With more patience the lower loss at epoch 6 is still found.",
            ),
            case(
                "equal losses, patience 2",
                [0.8, 0.4, 0.4, 0.4, 0.3, 0.35, 0.36, 0.2],
                2,
                tip="An equal loss is no new lowest one.",
            ),
            case(
                "a loss that goes up and down, patience 3",
                [0.5, 0.3, 0.45, 0.4, 0.42, 0.43, 0.44, 0.1, 0.2],
                3,
                tip="Waiting ends with a new lowest loss alone, not with any fall.",
            ),
            case(
                "a new lowest loss after each rise, patience 2",
                [0.64, 0.66, 0.62, 0.63, 0.61, 0.63, 0.62, 0.5],
                2,
                tip="With a new lowest loss the waiting begins anew.",
            ),
            case("a loss that always falls", [3.0, 2.0, 1.5, 1.4], 2, tip="Then nothing stops it."),
            case("a loss that rises from the start, patience 1", [1.0, 1.2, 1.1], 1),
            case("one epoch", [0.7], 4),
            case("losses below 0", [-0.1, -0.5, -0.4, -0.3, -0.9], 2, tip="Don't start from 0."),
            names=("best epoch", "number of epochs run"),
            mistakes=(
                Mistake(
                    lambda losses, p: (_stopped(losses, p)[1] - 1, _stopped(losses, p)[1]),
                    "You keep the last epoch. Keep the one with the lowest loss.",
                ),
                Mistake(
                    lambda losses, p: (int(np.argmin(losses)), _stopped(losses, p)[1]),
                    "Your best epoch comes after training has stopped: nobody has seen that loss.",
                ),
                Mistake(
                    lambda losses, p: (int(np.argmin(losses)), len(losses)),
                    "You go on to the last loss: patience has no effect, or is far too long.",
                ),
                Mistake(
                    lambda losses, p: (
                        int(np.argmin(losses[: p + 1])),
                        min(p + 1, len(losses)),
                    ),
                    "You count patience from the start. Count from the lowest loss so far.",
                ),
                Mistake(
                    lambda losses, p: _stopped(
                        losses, p, waited_enough=lambda epoch, best, p: epoch - best > p
                    ),
                    "You stop one epoch too late: after exactly `patience` epochs without a new "
                    "lowest loss.",
                ),
                Mistake(
                    lambda losses, p: _stopped(losses, p - 1) if p > 1 else _stopped(losses, p),
                    _ONE_TOO_FEW,
                ),
                Mistake(
                    lambda losses, p: (_stopped(losses, p)[0], _stopped(losses, p)[1] - 1),
                    _ONE_TOO_FEW,
                ),
                Mistake(
                    lambda losses, p: (_stopped(losses, p)[0] + 1, _stopped(losses, p)[1]),
                    "Your best epoch is counted from 1. Count from 0.",
                ),
                Mistake(
                    lambda losses, p: _stopped(losses, p, is_better=lambda new, best: new <= best),
                    "You take an equal loss for a new lowest one.",
                ),
                Mistake(
                    _never_begins_anew,
                    "You count all epochs without a new lowest loss together. Count those since "
                    "the lowest one.",
                ),
                Mistake(
                    lambda losses, p: _stopped(losses, 2),
                    "You stop after 2 epochs of waiting, whatever `patience` says.",
                ),
                Mistake(
                    _counts_rises,
                    "You count rises in a row. A loss that falls, but not below the lowest, is no "
                    "progress.",
                ),
                Mistake(
                    lambda losses, p: _stopped(losses, p)[::-1],
                    "The right numbers, but the best epoch comes first.",
                ),
                Mistake(
                    lambda losses, p: _stopped(losses, p)[0],
                    "Return two numbers: the best epoch, and how many were run.",
                ),
            ),
        ),
    ),
    takeaway="Patience is a bet: too little stops in a dip of noise, too much costs time.",
)

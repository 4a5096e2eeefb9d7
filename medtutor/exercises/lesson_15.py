"""Exercises of lesson 15, A U-Net in three dimensions."""

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor import metrics
from medtutor.datasets import join as joined
from medtutor.datasets import tile
from medtutor.exercises.engine import Exercise, Mistake, case, returns


def _parameters(kernel: int, maps_in: int, maps_out: int) -> int:
    return (kernel**3 * maps_in + 1) * maps_out


n_parameters = Exercise(
    id="n_parameters",
    lesson="15",
    hints=(
        "How many numbers does one cube of weights hold that sees a single map?",
        "Each output map has such a cube for each input map, and one bias.",
        "(kernel**3 * maps_in + 1) * maps_out.",
    ),
    checks=(
        returns(
            _parameters,
            case("a kernel of 3×3×3, 8 maps in, 16 out", 3, 8, 16),
            case("a kernel of 2×2×2, 5 maps in, 3 out", 2, 5, 3),
            case("a kernel of 1×1×1, 7 maps in, 1 out", 1, 7, 1),
            case("a kernel of 5×5×5, 1 map in, 4 out", 5, 1, 4),
            mistakes=(
                Mistake(
                    lambda k, i, o: (k**2 * i + 1) * o,
                    "1,168 is the number of a flat 3×3 kernel. This one has a depth, too.",
                ),
                Mistake(
                    lambda k, i, o: k**3 * i * o,
                    "3,456 are the weights; 16 numbers are missing: each output map has a bias.",
                ),
                Mistake(
                    lambda k, i, o: k**3 * (i + 1) * o,
                    "You have a bias for each place of the kernel. A bias belongs to a map.",
                ),
                Mistake(
                    lambda k, i, o: k**3 * i * o + i,
                    "You have a bias for each map that comes in. It belongs to those that go out.",
                ),
                Mistake(
                    lambda k, i, o: (k**3 * i + 1) * i * o,
                    "You multiply by the maps that come in once too often.",
                ),
                Mistake(
                    lambda k, i, o: (k**3 + 1) * o,
                    "448: an output map reads all 8 maps that come in, each with weights of its "
                    "own.",
                ),
            ),
        ),
    ),
    takeaway="A third axis triples the weights of a 3×3 kernel, and a voxel's multiplications.",
)


def _megabytes(shape: Any, maps: int) -> float:
    return 4 * maps * prod(shape) / 1e6


memory_mb = Exercise(
    id="memory_mb",
    lesson="15",
    hints=(
        "How many numbers do the maps hold? A volume has three edges.",
        "A float32 takes 4 bytes, and a megabyte (MB) is a million bytes.",
        "4 * maps * depth * height * width / 1e6.",
    ),
    checks=(
        returns(
            _megabytes,
            case("32 maps of 128×128×128", (128, 128, 128), 32),
            case("8 maps of 24×32×20", (24, 32, 20), 8),
            case("1 map of 155×240×240", [155, 240, 240], 1),
            mistakes=(
                Mistake(
                    lambda s, m: m * prod(s) / 1e6,
                    "These are 67.1 million numbers. Each takes 4 bytes.",
                ),
                Mistake(
                    lambda s, m: 4 * m * prod(s) / 2**20,
                    "256.0 are mebibytes, of 1,048,576 bytes. A megabyte has a million.",
                ),
                Mistake(
                    lambda s, m: 32 * m * prod(s) / 1e6,
                    "You count bits, 8 times too many. A float32 has 32 bits, which are 4 bytes.",
                ),
                Mistake(
                    lambda s, m: 8 * m * prod(s) / 1e6,
                    "You count 8 bytes a number, as float64 takes. float32 takes half of that.",
                ),
                *(
                    Mistake(wrong, "You multiply two edges. A volume has three.")
                    for wrong in (
                        lambda s, m: 4 * m * s[0] * s[1] / 1e6,
                        lambda s, m: 4 * m * s[1] * s[2] / 1e6,
                    )
                ),
                Mistake(lambda s, m: 4 * m * prod(s), "These are bytes. A million are 1 MB."),
                Mistake(
                    lambda s, m: 4 * prod(s) / 1e6,
                    "This is one map. A layer keeps all of its maps.",
                ),
            ),
        ),
    ),
    takeaway="One layer of one volume can fill a quarter of a gigabyte: hence patches.",
)


def _millilitres(mask: Any, spacing: Any, class_id: int = 1) -> float:
    return float(np.count_nonzero(np.asarray(mask) == class_id) * prod(spacing) / 1000)


def _total(mask: Any) -> float:
    return float(np.sum(mask, dtype=float))


_MASK = np.zeros((4, 5, 6), np.uint8)
_MASK[1:3, 1:4, 2:6] = 1
_MASK[3, :2, :5] = 2  # 10 voxels: twice as many are not the 24 of class 1

volume_ml = Exercise(
    id="volume_ml",
    lesson="15",
    hints=(
        "How many voxels have this class? Compare, then count.",
        "A voxel is a box: its volume in mm³ is the product of its three edges.",
        "(mask == class_id).sum() * np.prod(spacing) / 1000.",
    ),
    checks=(
        returns(
            _millilitres,
            case("slices 6 mm apart with pixels of 1×0.8 mm", _MASK, (6.0, 1.0, 0.8)),
            case("class 2", _MASK, [2.5, 2.0, 4.0], class_id=2),
            case("a mask of True and False", _MASK == 1, (3, 2, 1)),
            case("a class that isn't there", _MASK, (1.0, 1.0, 1.0), class_id=7),
            case(
                "more voxels than a byte can count",
                np.ones((7, 9, 10), np.uint8),
                np.array([1.5, 2.0, 3.0]),
                tip="630 voxels: count in whole numbers that are large enough.",
            ),
            mistakes=(
                Mistake(
                    lambda mask, spacing, class_id=1: float((np.asarray(mask) == class_id).sum()),
                    "These are voxels. A voxel isn't a mL: multiply by its three edges.",
                ),
                Mistake(
                    lambda *a, **k: 1000 * _millilitres(*a, **k),
                    "These are mm³. A thousand of them are 1 mL.",
                ),
                Mistake(
                    lambda mask, spacing, class_id=1: _millilitres(
                        mask, (spacing[0],) * 3, class_id
                    ),
                    "You take each edge as long as the distance of the slices. The edges differ.",
                ),
                Mistake(
                    lambda mask, spacing, class_id=1: _millilitres(
                        mask, (spacing[2],) * 3, class_id
                    ),
                    "You take each edge as long as a pixel. The slices lie further apart.",
                ),
                *(
                    Mistake(wrong, "You add up class ids, so a voxel of class 2 counts twice.")
                    for wrong in (
                        lambda mask, spacing, class_id=1: _total(mask) * prod(spacing) / 1000,
                        lambda mask, spacing, class_id=1: (
                            class_id * _millilitres(mask, spacing, class_id)
                        ),
                    )
                ),
                Mistake(
                    lambda mask, spacing, class_id=1: float(
                        np.count_nonzero(mask) * prod(spacing) / 1000
                    ),
                    "You count the voxels of all classes but the background.",
                ),
                Mistake(
                    lambda mask, spacing, class_id=1: _millilitres(mask, spacing),
                    "You count class 1, whatever class_id is.",
                ),
                Mistake(
                    lambda mask, spacing, class_id=1: float(
                        np.count_nonzero(np.asarray(mask) == class_id) * sum(spacing) / 1000
                    ),
                    "You add the edges of a voxel. Its volume is their product.",
                ),
            ),
        ),
    ),
    takeaway="Without its spacing a mask has no volume: report mL, and say where the mm came from.",
)

_TOUCHING = np.ones((3, 3, 3))


def _found(truth: Any, predicted: Any) -> tuple[int, int, int]:
    true, spots = np.asarray(truth, int), np.asarray(predicted, int)
    found, total, false = metrics.lesions_found(true[None], spots[None])
    return found, total, false


def _with_rule(structure: np.ndarray) -> Callable[..., tuple[int, int, int]]:
    """Return a count in which other neighbours hang together."""

    def count(truth: Any, predicted: Any) -> tuple[int, int, int]:
        lesions, n = ndimage.label(truth, structure)
        spots, n_spots = ndimage.label(predicted, structure)
        met = np.asarray(predicted) > 0
        hits = np.unique(spots[(lesions > 0) & met])
        return len(np.unique(lesions[(lesions > 0) & met])), n, n_spots - len(hits)

    return count


def _spots_as_found(truth: Any, predicted: Any) -> tuple[int, int, int]:
    _, total, false = _found(truth, predicted)
    return _found(predicted, truth)[0], total, false


def _by_half(truth: Any, predicted: Any) -> tuple[int, int, int]:
    lesions, total = ndimage.label(truth, _TOUCHING)
    covered = [
        np.mean(np.asarray(predicted)[lesions == number] > 0) >= 0.5
        for number in range(1, total + 1)
    ]
    return sum(map(int, covered)), total, _found(truth, predicted)[2]


def _share(truth: Any, predicted: Any) -> tuple[float, int, int]:
    _, total, false = _found(truth, predicted)
    inside = np.asarray(truth) > 0
    return float(np.mean(np.asarray(predicted)[inside] > 0)) if total else 0.0, total, false


def _all_spots(truth: Any, predicted: Any) -> tuple[int, int, int]:
    return (*_found(truth, predicted)[:2], ndimage.label(predicted, _TOUCHING)[1])


def _false_voxels(truth: Any, predicted: Any) -> tuple[int, int, int]:
    wrong = (np.asarray(predicted) > 0) & (np.asarray(truth) == 0)
    return (*_found(truth, predicted)[:2], int(wrong.sum()))


def _spots_less_found(truth: Any, predicted: Any) -> tuple[int, int, int]:
    found, total, _ = _found(truth, predicted)
    return found, total, ndimage.label(predicted, _TOUCHING)[1] - found


def _volume(*boxes: tuple[int, ...], shape: tuple[int, ...] = (7, 8, 10)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    for z0, y0, x0, z1, y1, x1 in boxes:
        mask[z0:z1, y0:y1, x0:x1] = True
    return mask


_FIRST, _LESION, _OTHER = (0, 5, 2, 1, 7, 4), (1, 1, 1, 4, 4, 5), (5, 5, 6, 7, 7, 9)
_CORNER, _EDGE = (
    ((0, 0, 0, 1, 1, 1), (1, 1, 1, 2, 2, 2)),
    ((4, 4, 4, 5, 5, 5), (5, 5, 4, 6, 6, 5)),
)
_HITS = ((0, 0, 0, 2, 2, 3), (3, 3, 4, 4, 5, 7), (6, 6, 7, 7, 7, 8))
_ELSEWHERE = ((0, 6, 8, 2, 8, 10), (5, 0, 0, 6, 1, 3), (0, 0, 9, 1, 1, 10), (3, 7, 0, 4, 8, 2))

lesions_found = Exercise(
    id="lesions_found",
    lesson="15",
    hints=(
        "Number what hangs together: numbered, n = ndimage.label(mask, np.ones((3, 3, 3))).",
        "Which numbers of lesions occur where the prediction is True? np.unique, without the 0.",
        "A spot is false if its number doesn't occur where the truth is True: the number of spots "
        "less the number of those that do.",
    ),
    checks=(
        returns(
            _found,
            case(
                "three lesions, one met by two spots, one by one, and four spots elsewhere",
                _volume(_FIRST, _LESION, _OTHER),
                _volume(*_HITS, *_ELSEWHERE),
            ),
            case(
                "voxels that share only an edge or a corner, in lesions and in a spot",
                _volume(*_CORNER, *_EDGE),
                _volume(
                    (1, 1, 1, 2, 2, 2), (6, 0, 0, 7, 1, 2), (5, 1, 2, 6, 2, 3), (4, 0, 2, 5, 1, 3)
                ),
            ),
            case(
                "one spot on two lesions, in whole numbers",
                _volume((1, 1, 1, 3, 3, 3), (1, 1, 5, 3, 3, 8)).astype(np.uint8),
                _volume((2, 2, 2, 3, 3, 7)).astype(np.uint8),
            ),
            case("a spot beside a lesion", _volume(_OTHER), _volume((3, 5, 6, 5, 7, 9))),
            case(
                "a spot between the arms of a lesion like an L",
                _volume((1, 1, 1, 2, 6, 2), (1, 1, 1, 2, 2, 7)),
                _volume((1, 4, 4, 2, 6, 7)),
            ),
            case("lesions and nothing predicted", _volume(_LESION, _OTHER), _volume()),
            case("a healthy volume with a spot", _volume(), _volume(_OTHER)),
            case("nothing anywhere", _volume(), _volume()),
            names=("lesions found", "all lesions", "false spots"),
            mistakes=(
                Mistake(
                    _spots_as_found,
                    "You count the spots that meet a lesion. A lesion met by two spots is one "
                    "lesion found.",
                ),
                Mistake(
                    _by_half,
                    "You ask for more than a shared voxel, such as half of a lesion. Here a single "
                    "one is enough: when you ask for more, say it.",
                ),
                *(
                    Mistake(
                        wrong,
                        "You cut lesions apart: two voxels that share an edge or only a corner are "
                        "one lesion. Give ndimage.label a structure of ones, 3×3×3.",
                    )
                    for wrong in (
                        _with_rule(ndimage.generate_binary_structure(3, 1)),
                        _with_rule(ndimage.generate_binary_structure(3, 2)),
                    )
                ),
                Mistake(
                    _share,
                    "You give the share of the lesions' voxels. Large lesions hide small ones: "
                    "count lesions.",
                ),
                Mistake(_all_spots, "You count all spots as false, also those on a lesion."),
                Mistake(_false_voxels, "You count false voxels. Count the spots that they form."),
                Mistake(
                    _spots_less_found,
                    "You take the lesions found off the spots. Two spots may lie on one lesion, "
                    "and one spot on two: take off the spots that meet a lesion.",
                ),
            ),
        ),
    ),
    takeaway="Dice counts voxels, a patient has lesions: report both, with the rule of a hit.",
)


def _laid(patches: Any, places: Any, shape: Any, combine: Callable[..., Any]) -> np.ndarray:
    """Return patches laid into a volume, one after the other."""
    volume = np.zeros(shape)
    for place, patch in zip(np.asarray(places), np.asarray(patches), strict=True):
        box = tuple(slice(a, a + n) for a, n in zip(place, patch.shape, strict=True))
        volume[box] = combine(volume[box], patch)
    return volume


def _counts(patches: Any, places: Any, shape: Any) -> np.ndarray:
    return _laid(np.ones(np.shape(patches)), places, shape, np.add)


def _sum(patches: Any, places: Any, shape: Any) -> np.ndarray:
    return _laid(patches, places, shape, np.add)


def _first_wins(patches: Any, places: Any, shape: Any) -> np.ndarray:
    return _laid(patches[::-1], places[::-1], shape, lambda old, new: new)


_NOISE = np.random.default_rng(0)
_EIGHT = tile(np.zeros((3, 5, 4)), (2, 3, 3), 1)
_CUBE = np.ones((1, 2, 2, 2))

join = Exercise(
    id="join",
    lesson="15",
    hints=(
        "Keep two volumes: one for the sums, one that counts how many patches lie on each voxel.",
        "A patch belongs at volume[z : z + d, y : y + h, x : x + w].",
        "In the end: total / count. Both begin as np.zeros(shape), which holds decimals.",
    ),
    checks=(
        returns(
            joined,
            case(
                "two patches of 2×3×4 that overlap",
                _NOISE.random((2, 2, 3, 4)),
                np.array([[0, 0, 0], [0, 0, 2]]),
                (2, 3, 6),
            ),
            case(
                "many patches, up to eight on a voxel",
                _NOISE.random(_EIGHT.patches.shape).astype(np.float32),
                _EIGHT.places,
                (3, 5, 4),
            ),
            case(
                "patches of whole numbers",
                np.array([3, 8, 4]).reshape(3, 1, 1, 1) * np.ones((3, 2, 2, 2), int),
                np.array([[0, 0, 0], [1, 0, 0], [2, 0, 0]]),
                (4, 2, 2),
            ),
            case(
                "values from -0.3 to 0.4, negative ones, too, and a patch of zeros",
                np.array([0.4, -0.3, 0.0]).reshape(3, 1, 1, 1) * _CUBE,
                np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]),
                (2, 3, 2),
            ),
            case("a single patch", _NOISE.random((1, 3, 2, 4)), np.array([[0, 0, 0]]), (3, 2, 4)),
            mistakes=(
                Mistake(
                    lambda p, w, s: _laid(p, w, s, lambda old, new: new),
                    "Where patches overlap, your last one wins, and its edge is a seam. Take the "
                    "mean.",
                ),
                Mistake(
                    _first_wins,
                    "Where patches overlap, your first one wins, and its edge is a seam. Take the "
                    "mean.",
                ),
                Mistake(
                    _sum,
                    "You add up what overlaps: where eight patches meet, values are eight times "
                    "too large. Divide by the number of patches.",
                ),
                Mistake(
                    lambda p, w, s: _laid(p, w, s, np.maximum),
                    "You take the largest value where patches overlap. Take the mean.",
                ),
                Mistake(
                    lambda *a: np.trunc(_sum(*a) / _counts(*a)),
                    "Decimals are cut off: divide with /, not with //, and begin with "
                    "np.zeros(shape), which holds decimals.",
                ),
                Mistake(
                    lambda p, w, s: _laid(p, w, s, lambda old, new: (old + new) / 2),
                    "You halve each time a patch is added, also the first one and the third one. "
                    "Add up, count, and divide once in the end.",
                ),
                Mistake(
                    lambda *a: _sum(*a) / len(a[0]),
                    "You divide by the number of all patches. Divide each voxel by how many "
                    "patches lie on it.",
                ),
            ),
        ),
    ),
    takeaway="A mean over overlapping patches hides seams, and is a small ensemble for free.",
)

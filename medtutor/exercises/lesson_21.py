"""Exercises of lesson 21, Capstone: an open project."""

from collections.abc import Callable, Sequence
from math import ceil, floor, sqrt
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, returns

Z = 1.96


def _n_sick(p: float, half_width: float, z: float = Z) -> float:
    return z**2 * p * (1 - p) / half_width**2


def _up(n: float) -> int:
    return ceil(n - 1e-9)  # 1.96² · 0.2 · 0.8 / 0.0784² is 100, and not 101 by rounding


def _sample_size(p: float, half_width: float, prevalence: float) -> int:
    return _up(_up(_n_sick(p, half_width)) / prevalence)


sample_size = Exercise(
    id="sample_size",
    lesson="21",
    hints=(
        "First the sick patients: 1.96² · p · (1 − p) / half_width², rounded up.",
        "Only the share `prevalence` of all patients is sick. So divide by it, and round up again.",
        "math.ceil(math.ceil(1.96**2 * p * (1 - p) / half_width**2) / prevalence).",
    ),
    checks=(
        returns(
            _sample_size,
            case("p = 0.9, ±0.05, one patient in five sick", 0.9, 0.05, 0.2),
            case("p = 0.8, ±0.12, 3 % sick", 0.8, 0.12, 0.03),
            case("p = 0.97, ±0.02, 30 % sick", 0.97, 0.02, 0.3),
            case("p = 0.6, ±0.04, all sick", 0.6, 0.04, 1),
            case("p = 0.25, ±0.08, 7 % sick", 0.25, 0.08, 0.07),
            mistakes=(
                Mistake(
                    lambda p, d, share: _up(_n_sick(p, d)),
                    "These are the sick patients alone. How many must come until so many are sick?",
                ),
                Mistake(
                    lambda p, d, share: _up(_n_sick(p, d) / share),
                    "There is no third of a patient: round the sick patients up before you divide "
                    "by the prevalence.",
                ),
                Mistake(
                    lambda p, d, share: _up(floor(_n_sick(p, d)) / share),
                    "With one sick patient fewer than needed, the interval is wider than asked "
                    "for: round the sick patients up, not down.",
                ),
                Mistake(
                    lambda p, d, share: floor(_up(_n_sick(p, d)) * share),
                    "You multiply by the prevalence. More patients are needed than sick ones, not "
                    "fewer.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(_n_sick(p, d)) * share),
                    "You multiply by the prevalence. More must come than are sick: divide.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(_n_sick(p, d)) / (1 - share)) if share < 1 else 0,
                    "You divide by the share of the healthy. The sensitivity needs the sick ones.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(_n_sick(p, d, 1)) / share),
                    "You leave z out: that is an interval of 68 %. For 95 %, z = 1.96.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(Z * p * (1 - p) / d**2) / share),
                    "z is squared in the formula.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(_n_sick(p, d, 1.645)) / share),
                    "z = 1.645 belongs to an interval of 90 %. For 95 %, z = 1.96.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(Z**2 * p / d**2) / share),
                    "The variance of a share is p · (1 − p), not p alone.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(Z**2 / 4 / d**2) / share),
                    "You take the worst case, p = 0.5. Here p is known: p · (1 − p).",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(Z**2 * p * (1 - p) / d) / share),
                    "The half width is squared: an interval half as wide needs four times as many.",
                ),
                Mistake(
                    lambda p, d, share: _up(_up(_n_sick(p, d / 2)) / share),
                    "The argument is the half width already: don't halve it.",
                ),
            ),
        ),
    ),
    takeaway="Write this number into the protocol before you look for patients.",
)


def _wilson(k: int, n: int, z: float = Z) -> tuple[float, float]:
    if n == 0:
        return 0.0, 1.0
    p = k / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return middle - half, middle + half


def _parts(k: int, n: int) -> tuple[float, float]:
    """Return the share, and the half width by Wilson."""
    low, high = _wilson(k, n)
    return k / n, (high - low) / 2


def _unless_empty(wrong: Callable[[int, int], Any]) -> Callable[[int, int], Any]:
    return lambda k, n: wrong(k, n) if n else (0.0, 1.0)


def _wald(k: int, n: int) -> tuple[float, float]:
    half = Z * sqrt(k / n * (1 - k / n) / n)
    return k / n - half, k / n + half


def _around_the_share(k: int, n: int) -> tuple[float, float]:
    p, half = _parts(k, n)
    return p - half, p + half


def _middle_not_divided(k: int, n: int) -> tuple[float, float]:
    p, half = _parts(k, n)
    middle = p + Z**2 / (2 * n)
    return middle - half, middle + half


def _nothing_divided(k: int, n: int) -> tuple[float, float]:
    low, high = _wilson(k, n)
    return low * (1 + Z**2 / n), high * (1 + Z**2 / n)


def _half_not_divided(k: int, n: int) -> tuple[float, float]:
    low, high = _wilson(k, n)
    middle, half = (low + high) / 2, (high - low) / 2 * (1 + Z**2 / n)
    return middle - half, middle + half


def _middle_and_half(k: int, n: int) -> tuple[float, float]:
    low, high = _wilson(k, n)
    return (low + high) / 2, (high - low) / 2


def _half_as_wald(k: int, n: int) -> tuple[float, float]:
    low, high = _wilson(k, n)
    middle, half = (low + high) / 2, Z * sqrt(k / n * (1 - k / n) / n) / (1 + Z**2 / n)
    return middle - half, middle + half


wilson = Exercise(
    id="wilson",
    lesson="21",
    hints=(
        "p = k / n. The middle is (p + z²/2n) / (1 + z²/n), a little closer to 0.5 than p.",
        "The half width is z / (1 + z²/n) · √(p(1 − p)/n + z²/4n²).",
        "Before all that: if n == 0: return 0.0, 1.0.",
    ),
    checks=(
        returns(
            _wilson,
            case("27 of 30", 27, 30),
            case("270 of 300", 270, 300),
            case("2 of 9", 2, 9),
            case("1 of 1,000", 1, 1000),
            case("0 of 50", 0, 50, tip="None found, and still the upper bound isn't 0."),
            case("8 of 8", 8, 8, tip="All found, and still the lower bound isn't 1."),
            case("NumPy's whole numbers, 13 of 40", np.int64(13), np.int64(40)),
            case("0 of 0", 0, 0, tip="Nobody was looked at: anything from 0 to 1 is possible."),
            names=("the lower bound", "the upper bound"),
            mistakes=(
                Mistake(
                    _unless_empty(_wald),
                    "That is the simple interval p ± z·√(p(1 − p)/n). It fails near 0 and 1; take "
                    "Wilson's.",
                ),
                Mistake(
                    _unless_empty(lambda k, n: tuple(np.clip(_wald(k, n), 0, 1))),
                    "That is the simple interval p ± z·√(p(1 − p)/n). Cutting it off at 0 and 1 "
                    "doesn't mend it.",
                ),
                Mistake(
                    _unless_empty(_around_the_share),
                    "Your interval lies around k / n. The middle of Wilson's is "
                    "(p + z²/2n) / (1 + z²/n).",
                ),
                Mistake(
                    _unless_empty(_middle_not_divided),
                    "The middle is divided by 1 + z²/n, too.",
                ),
                Mistake(
                    _unless_empty(_half_not_divided),
                    "The half width is divided by 1 + z²/n, too.",
                ),
                Mistake(
                    _unless_empty(_middle_and_half),
                    "These are the middle and the half width. The bounds are their difference and "
                    "their sum.",
                ),
                Mistake(
                    _unless_empty(_nothing_divided),
                    "Middle and half width are both divided by 1 + z²/n.",
                ),
                Mistake(
                    _unless_empty(_half_as_wald),
                    "Under the root, z²/4n² is missing.",
                ),
                Mistake(
                    lambda k, n: _wilson(k, n, 1.645),
                    "z = 1.645 gives an interval of 90 %. For 95 %, z = 1.96.",
                ),
                Mistake(lambda k, n: _wilson(k, n, 1), "z = 1 gives 68 %. For 95 %, z = 1.96."),
                Mistake(
                    lambda k, n: _wilson(k, n)[::-1], "Give the lower bound first, then the upper."
                ),
                Mistake(
                    lambda k, n: tuple(100 * np.array(_wilson(k, n))),
                    "Give shares from 0 to 1, not per cent.",
                ),
                Mistake(
                    lambda k, n: _wilson(n - k, n),
                    "That is the interval of those who were missed: k is how many were found.",
                ),
            ),
        ),
    ),
    takeaway="27 of 30 may be 74 of 100. Say the interval with the share, always.",
)


def _normal(image: np.ndarray) -> np.ndarray:
    pixels = np.asarray(image, float)
    return (pixels - pixels.mean()) / max(pixels.std(), 1e-9)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.abs(_normal(one) - _normal(other)).max() <= 0.01)


def _found(
    images: np.ndarray,
    splits: Sequence[str],
    same: Callable[[np.ndarray, np.ndarray], bool] = _same,
    wanted: Callable[[str, str], bool] = lambda a, b: a != b,
) -> list[tuple[int, int]]:
    pairs = [(i, j) for i in range(len(images)) for j in range(i + 1, len(images))]
    return [(i, j) for i, j in pairs if wanted(splits[i], splits[j]) and same(images[i], images[j])]


def _both_ways(images: np.ndarray, splits: Sequence[str]) -> list[tuple[int, int]]:
    pairs = _found(images, splits)
    return sorted(pairs + [(j, i) for i, j in pairs])


def _neighbours(images: np.ndarray, splits: Sequence[str]) -> list[tuple[int, int]]:
    return [(i, j) for i, j in _found(images, splits) if j == i + 1]


def _wraps(one: np.ndarray, other: np.ndarray) -> bool:
    return bool((one == other).all())


def _pictures(seed: int = 0) -> np.ndarray:
    """Return 8 pictures of 6×9: 0, 3, 6 and 7 are one, 5 a brighter copy, 2 its mirror image."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 120, (8, 6, 9))
    images[3] = images[6] = images[7] = images[0]
    images[5] = 2 * images[0] + 10
    images[2] = images[0][:, ::-1]
    images[1, 0, 0] = 119
    images[4] = images[1]
    images[4, 0, 0] = 115  # one pixel differs, by little
    return images


_SPLITS = np.array(["train", "test", "val", "train", "val", "test", "val", "test"])
_RAMP = np.arange(28).reshape(4, 7)
_FLAT = np.stack([np.full((4, 7), 9), np.full((4, 7), 30), _RAMP, 2 * _RAMP + 1])


def _nearly(seed: int = 3) -> np.ndarray:
    """Return a picture, a copy within 0.01, a spot and columns made bright, two more copies."""
    one = _normal(np.random.default_rng(seed).random((12, 15)))
    rounded, brighter_spot, columns = one.copy(), one.copy(), one * np.linspace(1, 2, 15)
    rounded[::2] += 0.003
    brighter_spot[-1, -1] += 0.02
    return 50 * np.stack([one, rounded, brighter_spot, columns, 2 * one, rounded]) + 200


find_duplicates = Exercise(
    id="find_duplicates",
    lesson="21",
    hints=(
        "Bring each picture to mean 0 and spread 1 first, as floats: then a brighter copy has the "
        "same numbers, up to rounding. Divide by max(spread, 1e-9): a flat picture has none.",
        "Two loops: for i in range(n): for j in range(i + 1, n): each pair comes once.",
        "Append (i, j) where splits[i] != splits[j] and abs(a - b).max() <= 0.01.",
    ),
    checks=(
        returns(
            _found,
            case("eight pictures of whole numbers", _pictures(), _SPLITS),
            case("the same as float32, shifted and scaled", 0.3 * _pictures(1) - 7, _SPLITS),
            case("the same as uint8", _pictures(2).astype(np.uint8), _SPLITS),
            case(
                "a picture and its negative",
                np.stack([_pictures()[0], 119 - _pictures()[0]]),
                np.array(["train", "test"]),
                tip="Where one is bright, the other is dark: these are two pictures.",
            ),
            case(
                "copies that aren't quite equal",
                _nearly(),
                np.array(["train", "val", "test", "val", "test", "val"]),
                tip="At most 0.01, at each pixel, after the whole picture was brought to mean 0 "
                "and standard deviation 1.",
            ),
            case("all in one split", _pictures(), np.array(["train"] * 8)),
            case(
                "two flat pictures and two that aren't",
                _FLAT,
                np.array(["train", "test", "test", "train"]),
                tip="Two flat pictures are copies of each other; mind a spread of 0.",
            ),
            case("one picture", _pictures()[:1], _SPLITS[:1], tip="Then there is no pair: []."),
            mistakes=(
                Mistake(
                    lambda images, splits: _found(images, splits, wanted=lambda a, b: True),
                    "You also report pairs inside one split. They are a waste, but no leak.",
                ),
                Mistake(
                    lambda images, splits: _found(images, splits, wanted=lambda a, b: a == b),
                    "You report pairs of the same split. A leak is between two different ones.",
                ),
                Mistake(
                    _both_ways,
                    "You report each pair twice. Give it once, the smaller number first.",
                ),
                Mistake(
                    lambda images, splits: [(j, i) for i, j in _found(images, splits)],
                    "Give the smaller number of a pair first.",
                ),
                Mistake(
                    _neighbours,
                    "You compare neighbours alone. A copy may lie anywhere: compare all pairs.",
                ),
                Mistake(
                    lambda images, splits: _found(images, splits, same=_wraps),
                    "You find equal pixels, but not the copy that was made brighter. Normalise "
                    "both pictures, and compare with a tolerance: floats are never quite equal.",
                ),
                Mistake(
                    lambda images, splits: [
                        pair
                        for pair in _found(images, splits, wanted=lambda a, b: a != b)
                        if "test" in (splits[pair[0]], splits[pair[1]])
                    ],
                    "You miss copies between training and validation: whoever chooses on copies "
                    "of training images is misled, too.",
                ),
            ),
        ),
    ),
    takeaway="Look for copies before the first training. Afterwards it is too late.",
)


_FAULTS = (
    "accuracy without prevalence",
    "no interval",
    "no patients",
    "same hospital called external",
    "threshold from test",
)


def _review(report: dict[str, Any], without: str = "") -> list[str]:
    get = report.get
    found = {
        "no patients": get("patients") is None,
        "threshold from test": get("threshold_from") == "test",
        "accuracy without prevalence": (get("accuracy") is not None and get("prevalence") is None),
        "no interval": get("interval") is None,
        "same hospital called external": (
            get("validation") == "external"
            and get("test_hospital") in (get("train_hospitals") or [])
        ),
    }
    return sorted(name for name, is_there in found.items() if is_there and name != without)


def _report(**changes: Any) -> dict[str, Any]:
    fine = {
        "title": "FINDING LESIONS!!",
        "train_hospitals": ["North", "South"],
        "test_hospital": "East",
        "validation": "external",
        "patients": 150,
        "threshold_from": "validation",
        "accuracy": 0.9,
        "prevalence": 0.08,
        "interval": (0.86, 0.94),
    }
    changed = fine | changes
    return {name: value for name, value in changed.items() if value != "missing"}


_ALL_WRONG = _report(
    patients=None,
    threshold_from="test",
    prevalence=None,
    interval=None,
    test_hospital="South",
)


def _flags_internal(report: dict[str, Any]) -> list[str]:
    inside = report.get("test_hospital") in report.get("train_hospitals", [])
    found = set(_review(report)) | ({"same hospital called external"} if inside else set())
    return sorted(found)


def _flags_any_accuracy(report: dict[str, Any]) -> list[str]:
    has = report.get("accuracy") is not None
    return sorted(set(_review(report)) | ({"accuracy without prevalence"} if has else set()))


review = Exercise(
    id="review",
    lesson="21",
    hints=(
        "report.get('interval') gives None both where the key is missing and where it holds None.",
        "One `if` for each fault. Two of them need two facts: accuracy *and* no prevalence; "
        "external *and* a hospital that was trained on.",
        "Collect the names in a list, and return sorted(found).",
    ),
    checks=(
        returns(
            _review,
            case("a report with all five faults", _ALL_WRONG),
            case("a report without fault", _report(), tip="A loud title is no fault. Return []."),
            case(
                "the same hospital, and honestly called internal",
                _report(validation="internal", test_hospital="North"),
                tip="Internal validation is no fault where it is called so.",
            ),
            case("the second of the training hospitals", _report(test_hospital="South")),
            case("the first of the training hospitals", _report(test_hospital="North")),
            case("keys that are missing", _report(patients="missing", interval="missing")),
            case("no prevalence, but no accuracy either", _report(prevalence=None, accuracy=None)),
            case("an accuracy of 0 without prevalence", _report(prevalence=None, accuracy=0.0)),
            case("a threshold from costs", _report(threshold_from="costs", interval=None)),
            case("no validation is named", _report(validation="missing", test_hospital="North")),
            case("nobody says where the threshold is from", _report(threshold_from="missing")),
            case(
                "external, and nobody says which hospitals were trained on",
                _report(train_hospitals=None, prevalence=None),
                tip="None means not given: then none of these hospitals is the same.",
            ),
            case("the same, the key is missing", _report(train_hospitals="missing", interval=None)),
            case("no test hospital is named", _report(test_hospital="missing", patients=None)),
            case(
                "numbers of 0, which are given",
                _report(patients=0, prevalence=0.0),
                tip="0 is a number. Only None, or a key that is missing, means not given.",
            ),
            mistakes=(
                *(
                    Mistake(
                        lambda report, name=name: _review(report, without=name),
                        f"You miss a fault of this kind: {name!r}.",
                    )
                    for name in _FAULTS
                ),
                Mistake(
                    lambda report: _review(report)[::-1],
                    "The right faults; return them in alphabetical order: sorted(found).",
                ),
                Mistake(
                    _flags_internal,
                    "You flag a test in the same hospital although nobody calls it external.",
                ),
                Mistake(
                    _flags_any_accuracy,
                    "You flag an accuracy although the prevalence stands beside it.",
                ),
            ),
        ),
    ),
    takeaway="A kind reviewer names what is missing, not what is ugly.",
)

"""Exercises of lesson 01, Medical images."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor import datasets
from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns


def _quietly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrong formulas may divide by zero; only the learner's own warnings should show."""

    def quiet(*args: Any) -> Any:
        with np.errstate(all="ignore"):
            return function(*args)

    return quiet


def _to_hu(stored: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    return stored.astype(np.float64) * slope + intercept


def _wrapped(stored: np.ndarray, slope: float, intercept: float, kind: str = "") -> np.ndarray:
    """Compute in the stored or another type: beyond its range, values start over."""
    values = _to_hu(stored, slope, intercept)
    return values.astype(np.int64).astype(kind or stored.dtype).astype(np.float64)


def _clipped_hu(low: float) -> Callable[..., Any]:
    return lambda stored, slope, intercept: np.clip(_to_hu(stored, slope, intercept), low, None)


@_quietly
def _in_float16(stored: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    return stored.astype(np.float16) * np.float16(slope) + np.float16(intercept)


_STORED = np.array([[0, 24, 224, 924], [1024, 1074, 2049, 4095]], dtype="int16")
_UNSIGNED = np.array([[0, 500, 1000], [3000, 40_000, 65_535]], dtype="uint16")

stored_to_hu = Exercise(
    id="stored_to_hu",
    lesson="01",
    hints=(
        "Look at the formula under 'From stored values to Hounsfield units': two numbers of the "
        "header, one multiplies, one is added.",
        "Stored values are often of the kind uint16, which has no negative numbers: make them "
        'floats first, with stored.astype("float64").',
        'return stored.astype("float64") * slope + intercept',
    ),
    checks=(
        returns(
            _to_hu,
            case("stored values of int16, slope 1, intercept -1024", _STORED, 1, -1024),
            case("negative stored values of int16, intercept 0", -_STORED, 1, 0),
            case("a slope of 2 and an intercept of -1000", _STORED, 2, -1000),
            case("a slope of 0.5 and an intercept of -512.5", _STORED, 0.5, -512.5),
            case(
                "stored values of uint16 up to 65,535",
                _UNSIGNED,
                1,
                -1024,
                tip="uint16 has no negative numbers, and int16 ends at 32,767: make the values "
                'floats first, stored.astype("float64").',
            ),
            mistakes=(
                Mistake(
                    lambda stored, slope, intercept: stored * float(slope),
                    "You multiply by the slope, but the intercept is missing: air is at 0 and not "
                    "at -1000.",
                ),
                Mistake(
                    lambda stored, slope, intercept: stored.astype(float) + intercept,
                    "You leave the slope out. It often is 1, but not always.",
                ),
                Mistake(
                    lambda stored, slope, intercept: _to_hu(stored, slope, -intercept),
                    "You subtract the intercept: it has its sign already, so add it.",
                ),
                Mistake(
                    lambda stored, slope, intercept: (stored + float(intercept)) * slope,
                    "You add first and multiply then: multiply by the slope first.",
                ),
                Mistake(
                    lambda stored, slope, intercept: _to_hu(stored, intercept, slope),
                    "Slope and intercept have changed places.",
                ),
                Mistake(
                    _clipped_hu(-1000),
                    "You cut off below -1000. Nothing is to be cut off: scanners write such "
                    "values around the picture.",
                ),
                Mistake(_clipped_hu(0), "You cut off below 0, but fat and air lie there."),
                Mistake(
                    _in_float16,
                    "float16 has only three digits: it can't tell 2049 from 2048. Take float32 or "
                    "float64.",
                ),
                Mistake(
                    lambda stored, slope, intercept: np.trunc(_to_hu(stored, slope, intercept)),
                    "Your result is cut to whole numbers. Hounsfield units may have halves: leave "
                    "them floats.",
                ),
                Mistake(
                    lambda stored, slope, intercept: _to_hu(stored, slope, -1024),
                    "You always take -1024: take intercept.",
                ),
                Mistake(
                    lambda stored, slope, intercept: _wrapped(stored, slope, intercept, "int16"),
                    "Your result is of the kind int16, in which large values start over from "
                    "below.",
                ),
                Mistake(
                    _wrapped,
                    "Your result has the type of the stored values, which ends where they end: "
                    'make the values floats first, stored.astype("float64").',
                ),
            ),
        ),
    ),
    takeaway="Now the numbers have a meaning: air -1000, water 0, on every CT scanner.",
)

_HU = np.array([[-1000.0, -150, -47, 33], [50, 128, 249, 1200]])
_WHOLE_HU = np.array([-1024, -900, -213, 0, 77, 1200], dtype="int16")


def _unclipped(hu: np.ndarray, center: float, width: float) -> np.ndarray:
    return (hu - (center - 0.5)) / (width - 1) + 0.5


def _simple_window(hu: np.ndarray, center: float, width: float) -> np.ndarray:
    return np.clip((hu - (center - width / 2)) / width, 0, 1)


show_window = Exercise(
    id="show_window",
    lesson="01",
    hints=(
        "First the straight line of the formula, then cut off what is below 0 and above 1.",
        "np.clip(values, 0, 1) cuts off.",
        "return np.clip((hu - (center - 0.5)) / (width - 1) + 0.5, 0, 1)",
    ),
    checks=(
        returns(
            datasets.window,
            case("the soft tissue window, center 50, width 400", _HU, 50, 400),
            case("the lung window, center -600, width 1500", _HU, -600, 1500),
            case("a narrow window, center 40, width 81", _HU, 40, 81),
            case("whole numbers of int16, center -40, width 400", _WHOLE_HU, -40, 400),
            mistakes=(
                Mistake(
                    _unclipped,
                    "The line is right. Cut it off: below the window is 0, above it is 1.",
                ),
                Mistake(
                    lambda hu, center, width: datasets.window(hu, center, width).round(2),
                    "You round. Give the greys as they are.",
                ),
                Mistake(
                    lambda hu, center, width: np.clip(
                        np.trunc(_unclipped(hu, center, width)), 0, 1
                    ),
                    "Your greys are only 0 and 1: were decimals cut off?",
                ),
                Mistake(
                    _simple_window,
                    "Nearly: that is the formula without its halves and its -1, which DICOM has "
                    "because stored values are whole numbers.",
                ),
                Mistake(
                    lambda hu, center, width: np.clip((hu - (center - 0.5)) / (width - 1), 0, 1),
                    "The center becomes black: it should become middle grey, so add 0.5 before "
                    "you cut off.",
                ),
                Mistake(
                    lambda hu, center, width: 1 - datasets.window(hu, center, width),
                    "Black and white have changed places: large values are bright.",
                ),
                Mistake(
                    lambda hu, center, width: 255 * datasets.window(hu, center, width),
                    "You return 0 to 255; 0 to 1 is asked for.",
                ),
            ),
            atol=1e-5,
        ),
    ),
    takeaway="A window is a choice: what lies outside of it can't be seen any more.",
)


def _area(mask: np.ndarray, spacing: tuple[float, float]) -> float:
    return float(mask.sum()) * spacing[0] * spacing[1]


def _box_area(mask: np.ndarray, spacing: tuple[float, float]) -> float:
    rows, columns = np.nonzero(mask)
    return float(np.ptp(rows) + 1) * float(np.ptp(columns) + 1) * spacing[0] * spacing[1]


_MASK = np.zeros((6, 8), dtype=bool)
_MASK[1:4, 2:7] = True
_MASK[1, 2] = _MASK[3, 6] = False
_DOT = np.zeros((4, 4), dtype=bool)
_DOT[2, 1] = True

lesion_area = Exercise(
    id="lesion_area",
    lesson="01",
    hints=(
        "How large is a single pixel? It is a small rectangle.",
        "A pixel has spacing[0] * spacing[1] square millimetres.",
        "Multiply it by the number of pixels inside: mask.sum().",
    ),
    checks=(
        returns(
            _area,
            case("a lesion of 13 pixels, spacing 1 mm by 1 mm", _MASK, (1.0, 1.0)),
            case("a lesion of 13 pixels, spacing 0.7 mm by 0.5 mm", _MASK, (0.7, 0.5)),
            case("a lesion of 13 pixels, spacing in whole mm", _MASK, (2, 5)),
            case("a single pixel, spacing 2 mm by 3 mm", _DOT, (2.0, 3.0)),
            case("no lesion at all", np.zeros((4, 4), dtype=bool), (2.0, 3.0)),
            mistakes=(
                Mistake(
                    _quietly(lambda mask, spacing: float(mask.sum())),
                    "That is the number of pixels. How large is each of them, in mm²?",
                ),
                Mistake(
                    lambda mask, spacing: float(mask.size) * spacing[0] * spacing[1],
                    "That is the area of the whole image: count the pixels inside the mask only.",
                ),
                Mistake(
                    lambda mask, spacing: _box_area(mask, spacing) if mask.any() else 0.0,
                    "That is the area of the rectangle around the lesion. Count its pixels.",
                ),
                Mistake(
                    lambda mask, spacing: float(mask.sum()) * spacing[0] ** 2,
                    "You take the pixel for a square: its width is spacing[1].",
                ),
                Mistake(
                    lambda mask, spacing: float(mask.sum()) * spacing[1] ** 2,
                    "You take the pixel for a square: its height is spacing[0].",
                ),
                Mistake(
                    lambda mask, spacing: float(mask.sum()) * (spacing[0] + spacing[1]),
                    "Height plus width is no area: multiply them.",
                ),
                Mistake(
                    lambda mask, spacing: float(mask.sum()) * spacing[0],
                    "You multiply by one side only. An area needs both.",
                ),
            ),
        ),
    ),
    takeaway="Pixels mean nothing to a patient; millimetres do.",
)

HEADER = {
    "PatientName": "",
    "PatientID": "REMOVED",
    "PatientBirthDate": "19520317",
    "StudyDescription": "Chest CT, follow-up of Mrs Abara",
    "InstitutionName": "",
    "OperatorsName": "Li^Wei",
    "AccessionNumber": "A-2209-7741",
    "Modality": "CT",
    "KVP": 120,
    "PixelSpacing": (0.7, 0.7),
    "RescaleIntercept": -1024,
}
"""An invented header that somebody has tried to de-identify."""

_WHY = {
    "PatientBirthDate": "a day of birth and a place are often enough to find a person",
    "StudyDescription": "read the free text to its end",
    "OperatorsName": "the people who work there have names, too",
    "AccessionNumber": "whoever has access to the hospital's system finds the patient with it",
}


def _names(answer: Any) -> set[str]:
    if isinstance(answer, (str, dict)):
        raise TypeError("give a list of names")
    return {str(name) for name in answer}


def _twice(answer: Any) -> str:
    names = [str(name) for name in answer]
    return f"{next(n for n in names if names.count(n) > 1)!r} is in your list twice."


def _missed(answer: Any) -> str:
    missed = [name for name in _WHY if name not in _names(answer)]
    number = {1: "One is", 2: "Two are", 3: "Three are"}.get(len(missed), f"{len(missed)} are")
    return f"{number} still missing. Think of this: {_WHY[missed[0]]}."


def _harmless(answer: Any) -> str:
    extra = sorted(_names(answer) - set(_WHY))
    name = extra[0]
    if name.strip() in HEADER and name not in HEADER:
        return f"{name!r} has a blank too many: copy the names as they stand there."
    if name not in HEADER:
        return f"{name!r} is not in the header: copy the names as they stand there."
    if HEADER[name] in ("", "REMOVED"):
        return f"{name} is emptied or replaced already: it tells nothing any more."
    return f"{name} tells about the image, not about a person, and you need it."


left_behind = Exercise(
    id="left_behind",
    lesson="01",
    hints=(
        "Go through the header line by line and ask: could this lead somebody to a person?",
        "Free text, dates of birth, names of staff and numbers of a hospital's system do.",
        "There are four of them.",
    ),
    checks=(
        passes(
            lambda answer: isinstance(_names(answer), set),
            'Give a list of names in quotes, such as ["Modality"].',
        ),
        passes(lambda answer: len(list(answer)) == len(_names(answer)), _twice),
        passes(lambda answer: _names(answer) <= set(_WHY), _harmless),
        passes(lambda answer: _names(answer) >= set(_WHY), _missed),
    ),
    takeaway="One forgotten line is enough. So use a list such as the standard's, not your memory.",
)


def _robust(image: np.ndarray, low: float, high: float) -> np.ndarray:
    return datasets.min_max(datasets.clip_percentiles(image.astype(np.float64), low, high))


def _by_limits(image: np.ndarray, low: float, high: float) -> np.ndarray:
    floor, ceiling = np.percentile(image, (low, high))
    return (image - floor) / (ceiling - floor)


_SMOOTH = np.linspace(0, 400, 432).reshape(18, 24)
_WITH_METAL = _SMOOTH.copy()
_WITH_METAL[3, 4] = 30_000
_SHORT = (np.arange(108).reshape(9, 12) ** 2 % 97).astype("int16") - 40
_SHORT[0, 0] = 3000
_SINGLE = np.random.default_rng(1).gamma(2, 30, (7, 11)).astype("float32")

robust_scale = Exercise(
    id="robust_scale",
    lesson="01",
    hints=(
        "Two steps: cut the image off at the two percentiles, then scale what is left to 0-1.",
        "np.percentile(image, (low, high)) gives the two limits; np.clip cuts off.",
        "After cutting off, the smallest value is the lower limit and the largest the upper one: "
        "(clipped - floor) / (ceiling - floor).",
    ),
    checks=(
        returns(
            _robust,
            case("an image with one pixel of metal, percentiles 1 and 99", _WITH_METAL, 1, 99),
            case("an image without, percentiles 1 and 99", _SMOOTH, 1, 99),
            case("an image of int16, percentiles 5 and 95", _SHORT, 5, 95),
            case("an image of float32, percentiles 2 and 90", _SINGLE, 2, 90),
            case("an image of float32, percentiles 10 and 99.5", _SINGLE, 10, 99.5),
            case("an image of int16, percentiles 0 and 75", _SHORT, 0, 75),
            mistakes=(
                Mistake(
                    lambda image, low, high: datasets.min_max(image.astype(float)),
                    "That is plain min-max: the metal sets the scale. Cut off first.",
                ),
                Mistake(
                    lambda image, low, high: datasets.clip_percentiles(
                        image.astype(float), low, high
                    ),
                    "You cut off, which is right. Now scale the result to 0-1.",
                ),
                Mistake(
                    _by_limits,
                    "The limits are right, but values beyond them go below 0 and above 1: cut off "
                    "with np.clip.",
                ),
                Mistake(
                    lambda image, low, high: datasets.z_score(image.astype(float)),
                    "That is the z-score. A scale from 0 to 1 is asked for.",
                ),
                Mistake(
                    lambda image, low, high: _robust(image, 1, 99),
                    "You always take the percentiles 1 and 99: take low and high.",
                ),
                Mistake(
                    lambda image, low, high: _robust(image, 100 - high, high),
                    "You compute the lower percentile from high: take low.",
                ),
                Mistake(
                    lambda image, low, high: _robust(image, low, 100 - low),
                    "You compute the upper percentile from low: take high.",
                ),
                Mistake(
                    _quietly(lambda image, low, high: _robust(image, low / 100, high / 100)),
                    "np.percentile takes percent, from 0 to 100: don't divide low and high by 100.",
                ),
                Mistake(
                    lambda image, low, high: np.trunc(_robust(image, low, high)),
                    "Your result holds only 0 and 1: were decimals cut off?",
                ),
                Mistake(
                    lambda image, low, high: _robust(image, 0, high),
                    "You cut off above only: the lower percentile counts, too.",
                ),
            ),
            atol=1e-5,
        ),
    ),
    takeaway="A few stray pixels no longer decide how all the others look.",
)

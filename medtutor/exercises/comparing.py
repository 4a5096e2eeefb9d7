"""Compare an answer with what is right, and say in a sentence where they part."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.exercises.calling import is_blank

RTOL, ATOL = 1e-4, 1e-6


def difference(
    answer: Any,
    expected: Any,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    reveal: bool = False,
    what: str = "Your answer",
    names: Sequence[str] = (),
) -> str | None:
    """Say how an answer differs: type first, then shape, then a value and where.

    Where a whole number is expected, something is counted, and no tolerance applies.

    Parameters
    ----------
    answer, expected : number, str, bool, array, or tuple, list or dict of these
    rtol, atol : float
        As in :func:`numpy.isclose`.
    reveal : bool
        Whether the sentence may give the right value away.
    what : str
        What the sentence calls the answer.
    names : sequence of str
        What the sentence calls the parts of a tuple or list; else their places.

    Returns
    -------
    str or None
        ``None`` where they agree within the tolerance.
    """
    options: dict[str, Any] = {"rtol": rtol, "atol": atol, "reveal": reveal}
    if is_blank(answer):
        return f"{what} is still {answer!r}: fill it in."
    if callable(answer) and not hasattr(answer, "__array__"):
        return f"{what} is a function; give the value that it returns."
    if isinstance(expected, str):
        return _text_difference(answer, expected, reveal, what)
    if isinstance(expected, dict):
        return _dict_difference(answer, expected, what, options)
    if isinstance(expected, (tuple, list)):
        return _items_difference(
            answer, expected, _part_names(expected, what, names), what, options
        )
    return _array_difference(answer, expected, what, options)


def _text_difference(answer: Any, expected: str, reveal: bool, what: str) -> str | None:
    if not isinstance(answer, str):
        return f"{what} is {describe(answer)}, but a text in quotes is expected."
    if answer.strip().casefold() == expected.strip().casefold():
        return None
    return f"{what} is {answer!r}" + (f", expected {expected!r}." if reveal else "; that isn't it.")


def _dict_difference(answer: Any, expected: dict, what: str, options: dict) -> str | None:
    if not isinstance(answer, dict):
        return f"{what} is {describe(answer)}, but a dict with {_list(expected)} is expected."
    missing = [key for key in expected if key not in answer]
    extra = [key for key in answer if key not in expected]
    if missing or extra:
        too_many = f" and has {_list(extra)} too many" if extra else ""
        return f"{what} lacks {_list(missing) or 'nothing'}{too_many}."
    return _first(
        difference(answer[key], value, what=f"{what} under {key!r}", **options)
        for key, value in expected.items()
    )


def _part_names(expected: Sequence[Any], what: str, names: Sequence[str]) -> list[str]:
    if names:
        return [f"{name} in {what[0].lower()}{what[1:]}" for name in names]
    return [f"{what.removesuffix(',')}, at place {place}," for place in range(len(expected))]


def _items_difference(
    answer: Any, expected: Sequence[Any], parts: list[str], what: str, options: dict
) -> str | None:
    if isinstance(answer, (str, bytes, dict, set)) or not hasattr(answer, "__len__"):
        return (
            f"{what} is {describe(answer)}, but {len(expected)} values "
            f"in a {type(expected).__name__} are expected."
        )
    if isinstance(expected, tuple) and _is_one_part(answer, expected):
        return (
            f"{what} is one array, of shape {answer.shape}, but {len(expected)} values are "
            "expected: give all of them, with commas between."
        )
    if len(answer) != len(expected):
        return f"{what} holds {_values(len(answer))}, expected {len(expected)}."
    return _first(
        difference(mine, right, what=part, **options)
        for part, mine, right in zip(parts, answer, expected, strict=True)
    )


def _values(count: int) -> str:
    return f"{count} value" if count == 1 else f"{count} values"


def _is_one_part(answer: Any, expected: tuple) -> bool:
    """Tell a single array from several stacked in one, which has an axis more."""
    axes = [part.ndim for part in expected if isinstance(part, np.ndarray)]
    return isinstance(answer, np.ndarray) and answer.ndim <= max(axes, default=0)


def _array_difference(answer: Any, expected: Any, what: str, options: dict) -> str | None:
    right = np.asarray(expected)
    mine = _as_numbers(answer)
    if mine is None:
        kind = "an array of numbers" if right.ndim else "a number"
        return f"{what} is {describe(answer)}, but {kind} is expected."
    if right.dtype == bool and right.ndim == 0 and mine.dtype != bool:
        return f"{what} is {describe(answer)}, but True or False is expected."
    return _shape_difference(mine, right, what) or _value_difference(mine, right, what, options)


def _as_numbers(answer: Any) -> np.ndarray | None:
    if isinstance(answer, (str, bytes, dict, set)):
        return None
    try:
        array = np.asarray(answer)
    except (TypeError, ValueError):  # ragged lists
        return None
    return array if array.dtype.kind in "biuf" else None


def _shape_difference(mine: np.ndarray, right: np.ndarray, what: str) -> str | None:
    if mine.shape == right.shape:
        return None
    if right.ndim == 0:
        return f"{what} is an array of shape {mine.shape}, but one single number is expected."
    if mine.ndim != right.ndim:
        axes = f"{mine.ndim} axes, expected {right.ndim}"
        return f"{what} has shape {mine.shape}, expected {right.shape}: {axes}."
    axis = next(i for i, pair in enumerate(zip(mine.shape, right.shape, strict=True)) if _odd(pair))
    return (
        f"{what} has shape {mine.shape}, expected {right.shape}: "
        f"axis {axis} has {_places(mine.shape[axis])}, expected {right.shape[axis]}."
    )


def _places(count: int) -> str:
    return f"{count} place" if count == 1 else f"{count} places"


def _odd(pair: tuple[Any, Any]) -> bool:
    return pair[0] != pair[1]


def _value_difference(mine: np.ndarray, right: np.ndarray, what: str, options: dict) -> str | None:
    close = np.isclose(mine, right, equal_nan=True, **_tolerance(right, options))
    if close.all():
        return None
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    where = f" at {list(place)}" if place else ""
    said = _compare_numbers(mine[place].item(), right[place].item(), options["reveal"])
    count = f" ({np.sum(~close)} of {close.size} values differ)" if close.size > 1 else ""
    return f"{what} is {said[0]}{where}{said[1]}{count}.{_kind_remark(mine, right, place)}"


def _tolerance(right: np.ndarray, options: dict) -> dict[str, float]:
    """Return the tolerance; a count is right or wrong, up to the rounding of a float."""
    if right.dtype.kind in "iu":
        return {"rtol": 1e-12, "atol": 1e-9}
    return {"rtol": options["rtol"], "atol": options["atol"]}


def _compare_numbers(mine: float, right: float, reveal: bool) -> tuple[str, str]:
    digits = 6 if f"{mine:.6g}" != f"{right:.6g}" else 12
    own = str(mine) if isinstance(mine, bool) else f"{mine:.{digits}g}"
    if reveal:
        good = str(right) if isinstance(right, bool) else f"{right:.{digits}g}"
        return own, f", expected {good}"
    if isinstance(right, bool) or not np.isfinite(mine):
        return own, ", and that isn't it"
    return own, ", which is too large" if mine > right else ", which is too small"


def _kind_remark(mine: np.ndarray, right: np.ndarray, place: tuple[int, ...]) -> str:
    if mine.dtype.kind == "f" and not np.isfinite(mine[place]):
        return " Look for a division by zero, a log of zero or an overflow."
    if mine.dtype.kind in "iu" and right.dtype.kind == "f" and mine.ndim:
        return f" Your array holds whole numbers ({mine.dtype}): were decimals cut off?"
    return ""


def _first(sentences: Any) -> str | None:
    return next((sentence for sentence in sentences if sentence is not None), None)


def _list(names: Any) -> str:
    return ", ".join(map(repr, names))


def describe(value: Any) -> str:
    """Name a value's kind in words a learner knows: ``a str 'same'``, ``an array (3, 3)``."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, (str, int, float, bool)):
        return f"the {type(value).__name__} {value!r}"
    return f"of type {type(value).__name__}"

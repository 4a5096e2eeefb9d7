"""Options of a set: what can be chosen by name in ``load``, and what was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

Value = str | tuple[str, ...]


@dataclass(frozen=True)
class Option:
    """Something that a set leaves to its user.

    Parameters
    ----------
    name : str
        The keyword of ``load``.
    values : tuple of str
        What there is to choose from.
    default : str or tuple of str
        One of the values; a tuple where several may be chosen at once.
    about : str
        What the values mean.
    chosen : str or tuple of str, optional
        What was chosen instead of the default.
    """

    name: str
    values: tuple[str, ...]
    default: Value
    about: str
    chosen: Value | None = None

    @property
    def value(self) -> Value:
        """What is in force."""
        return self.default if self.chosen is None else self.chosen

    def __str__(self) -> str:
        kind = "any of" if isinstance(self.default, tuple) else "one of"
        return f"{self.name}={self.value!r}, {kind} {', '.join(self.values)}: {self.about}"


def with_choices(
    set_name: str, options: Sequence[Option], given: Mapping[str, Any]
) -> tuple[Option, ...]:
    """Return a set's options with what was ``given`` to ``load``, checked; ``None`` is default.

    Order and case don't matter, so that equal choices are equal however they are written.
    """
    names = [option.name for option in options]
    for name in given:
        if name not in names:
            always = "n_train, size, seed, cache_dir"
            near = get_close_matches(name, [*names, *always.split(", ")], n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            own = f"its options are {', '.join(names)}" if names else "it has none"
            text = f"{set_name} has no option {name!r}; {own} (beside {always}){hint}"
            raise ValueError(text)
    return tuple(
        option
        if given.get(option.name) is None
        else replace(option, chosen=_checked(option, given[option.name]))
        for option in options
    )


def _checked(option: Option, value: Any) -> Value:
    if not isinstance(option.default, tuple):
        return _matching(option, value)
    given = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    if not given:
        raise ValueError(f"{option.name} is {value!r}; choose at least one of {_listed(option)}")
    found = [_matching(option, one) for one in given]
    twice = [one for one in option.values if found.count(one) > 1]
    if twice:
        raise ValueError(f"{option.name} is {value!r}; name {twice[0]!r} once")
    return tuple(one for one in option.values if one in found)


def _matching(option: Option, value: Any) -> str:
    for one in option.values:
        if isinstance(value, str) and value.lower() == one.lower():
            return one
    raise ValueError(f"{option.name} has no value {value!r}; there are {_listed(option)}")


def _listed(option: Option) -> str:
    return ", ".join(map(repr, option.values))

"""What is decided before anybody looks at the test set."""

import hashlib
import json
import re
import tomllib
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path

from medtutor._checks import checked_seed, did_you_mean, number

_BLANK = files("medtutor.project").joinpath("protocol.toml").read_text("utf-8")
# Field by field, what a protocol must say: the comments of the empty file.
ASKS = {name: ask for ask, name in re.findall(r"^# (.+)\n(\w+) = ", _BLANK, re.MULTILINE)}


@dataclass(frozen=True)
class Protocol:
    """What a project decides before it opens its test set.

    Parameters
    ----------
    question, population, image, target, reference_standard, unit, metric : str
        See the comments that :meth:`save` writes, or :meth:`gaps`.
    margin : float
        Smallest difference in the metric that matters, from 0 up; 0 stands for "not decided".
    comparison, subgroups, exclusions : str
    seed : int

    Raises
    ------
    ValueError
        Where a field holds another type, or a number out of range.

    Notes
    -----
    Taught in lesson 21.
    """

    question: str = ""
    population: str = ""
    image: str = ""
    target: str = ""
    reference_standard: str = ""
    unit: str = ""
    metric: str = ""
    margin: float = 0.0
    comparison: str = ""
    subgroups: str = ""
    exclusions: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "margin", number("margin", self.margin))
        object.__setattr__(self, "seed", checked_seed(self.seed))
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not type(field.default):
                raise ValueError(f"{field.name} is {value!r:.60}; give a text in quotes")

    @property
    def hash(self) -> str:
        """Twelve letters and digits that change where any field changes."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def gaps(self) -> list[str]:
        """Return a sentence for each field that is still empty."""
        empty = [name for name, value in asdict(self).items() if str(value).strip() in ("", "0.0")]
        return [f"{name} is empty: {ASKS[name]}" for name in empty]

    def save(self, path: str | Path) -> None:
        """Write a TOML file, with a comment above each line that says what belongs there.

        No package that writes TOML is needed: the texts and numbers of JSON are TOML's, too.
        """
        text = {name: json.dumps(v, ensure_ascii=False) for name, v in asdict(self).items()}
        page = re.sub(r"(?m)^(\w+) = .*$", lambda line: f"{line[1]} = {text[line[1]]}", _BLANK)
        page = page.replace("\x7f", "\\u007f")  # which JSON leaves as it is
        Path(path).write_text(page, encoding="utf-8", newline="\n")

    @classmethod
    def load(cls, path: str | Path) -> "Protocol":
        """Read what :meth:`save` wrote and people edited.

        Raises
        ------
        ValueError
            Where the file is no TOML any more, has a line that no protocol has, or a value of
            the wrong type.
        """
        try:
            found = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
        except ValueError as error:
            raise ValueError(
                f"{Path(path).name} can't be read ({error}); each line must be name = "
                '"text in quotes", or name = number'
            ) from error
        for name in found.keys() - ASKS.keys():
            raise ValueError(f"{Path(path).name} has a line {name!r}; {did_you_mean(name, ASKS)}")
        return cls(**found)

"""The page that tells others what a model is for, and what it isn't for."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medtutor._checks import written_out

Words = str | Sequence[str]
"""A text, or several: each becomes a point of a list."""

# What model hubs read from the top of the page, under the names that they ask for.
_FOR_HUBS = ("license", "library_name", "tags", "datasets", "metrics")


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """What others must know before they use a model.

    Each field is a text, or a list of texts that become the points of a list. What isn't known yet
    may be left out: the page says so, and :meth:`missing` names it.

    Parameters
    ----------
    name : str
        Of the model; the title of the page.
    version, date : str
        Which file it is, for example by :attr:`LiteModel.version`, and of which day.
    intended_use, not_for, users : str or list of str
        The question that it answers; what nobody may use it for; who may use it.
    input, output : str or list of str
        Modality, size, units and normalisation of an image; what comes out, with its threshold and
        where that comes from.
    training_data : str or list of str
        Source, licence, patients, and whether it is simulated: ``str(data.card).splitlines()``.
    evaluation, subgroups : str or list of str
        Test set, patients, metric and interval; the same for groups of patients.
    door_check : str or list of str
        How often it refuses images that it should take, and what it lets through.
    limits : str or list of str
        Known failures.
    speed : str or list of str
        Size and latency, with the machine.
    maintenance : str or list of str
        Who watches which number, and when to stop.
    license, library_name : str
        As model hubs name them, for example ``"mit"`` and ``"keras"``.
    tags, datasets, metrics : list of str
        What hubs search by.
    disclaimer : str
        Last line of the page.

    Raises
    ------
    TypeError
        For a field that is neither text nor a list of texts.

    Notes
    -----
    After Mitchell et al. (2019), doi:10.1145/3287560.3287596. Taught in lesson 19.

    Examples
    --------
    >>> card = ModelCard(name="lesions", intended_use="find lesions", license="mit", tags=["MRI"])
    >>> card.missing()[:3]
    ['version', 'date', 'not_for']
    >>> print(card.to_markdown()[:60])
    ---
    license: mit
    tags:
    - MRI
    ---
    <BLANKLINE>
    # lesions
    <BLANKLINE>
    **version** *to be wr
    """

    name: str
    version: Words = ""
    date: Words = ""
    intended_use: Words = ""
    not_for: Words = ""
    users: Words = ""
    input: Words = ""
    output: Words = ""
    training_data: Words = ""
    evaluation: Words = ""
    subgroups: Words = ""
    door_check: Words = ""
    limits: Words = ""
    speed: Words = ""
    maintenance: Words = ""
    license: str = ""
    library_name: str = ""
    tags: Words = ()
    datasets: Words = ()
    metrics: Words = ()
    disclaimer: str = "For learning, not for diagnosis."

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            is_list = isinstance(value, (list, tuple))
            if not all(isinstance(text, str) for text in (value if is_list else [value])):
                raise TypeError(f"{name} is {value!r}; give a text, or a list of texts")

    def missing(self) -> list[str]:
        """Return the names of the fields that are still empty."""
        return [name for name, value in vars(self).items() if not "".join(value).strip()]

    def to_markdown(self) -> str:
        """Return the page: what hubs read in YAML at the top, then what people read."""
        import yaml

        texts = dict(vars(self))
        head = {name: texts.pop(name) for name in _FOR_HUBS}
        for name in _FOR_HUBS[2:]:  # a list, even of one
            head[name] = [head[name]] if isinstance(head[name], str) else list(head[name])
        filled = {name: value for name, value in head.items() if name not in self.missing()}
        name, version, date, last = map(texts.pop, ("name", "version", "date", "disclaimer"))
        parts = [
            f"---\n{yaml.safe_dump(filled, sort_keys=False, allow_unicode=True)}---",
            f"# {name}",
            f"**version** {_in_words(version)} · **date** {_in_words(date)}",
        ]
        for title, value in texts.items():
            parts.append(f"## {title.replace('_', ' ').capitalize()}\n\n{_in_words(value)}")
        return "\n\n".join([*parts, f"*{last}*"]) + "\n"

    def save(self, path: str | Path) -> Path:
        """Write the page to ``path`` and return it; model hubs look for a ``README.md``."""
        path = written_out(path)
        path.write_text(self.to_markdown(), encoding="utf-8")
        return path


def _in_words(value: Words) -> str:
    if not "".join(value).strip():
        return "*to be written*"
    return value if isinstance(value, str) else "\n".join(f"- {point.strip()}" for point in value)

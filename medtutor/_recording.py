"""The results of a lesson's run, as its notebook carries them."""

from math import isfinite
from typing import Any

from medtutor._checks import is_number, is_whole

RESULTS = "application/vnd.medtutor.results+json"
"""The MIME type under which a notebook's output holds recorded results."""

Result = bool | int | float | str


def record(**results: Any) -> None:
    """Show the results of a run, and let the notebook carry them for ``medtutor sweep``.

    Parameters
    ----------
    **results
        A finite number, a text, true or false for each name: ``record(auc=0.91, dice=0.7)``.
        A name that is recorded twice has its last value.

    Raises
    ------
    ValueError
        For no result at all, or one of another kind.

    Notes
    -----
    Taught in lesson 07.
    """
    from IPython.display import display

    if not results:
        raise ValueError("there is no result to record; give one by name, such as auc=0.91")
    display(_Results({name: _plain(name, value) for name, value in results.items()}))


class _Results(dict[str, Result]):
    """Results that a notebook keeps as they are, and shows in a line."""

    def __repr__(self) -> str:
        shown = (
            f"{name} {value:.4g}" if type(value) is float else f"{name} {value}"
            for name, value in self.items()
        )
        return f"recorded: {', '.join(shown)}"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {RESULTS: dict(self), "text/plain": repr(self)}


def _plain(name: str, value: Any) -> Result:
    """Return a value of NumPy's as Python's own, which JSON can hold."""
    value = value.item() if getattr(value, "shape", None) == () else value
    if isinstance(value, (bool, str)):
        return value
    if is_number(value) and isfinite(value):
        return int(value) if is_whole(value) else float(value)
    raise ValueError(
        f"result {name} is {value!r:.80}; give a finite number, a text, true or false, "
        "and of an array one value, such as its mean"
    )

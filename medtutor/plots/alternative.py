"""Alternative text: what a figure says to a reader who doesn't see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase

from medtutor._progress import shell

_TEXTS: "WeakKeyDictionary[Any, str]" = WeakKeyDictionary()
_GRIDS: "WeakKeyDictionary[Axes, str]" = WeakKeyDictionary()  # the titles that a text holds
_INLINE = ("inline", "module://matplotlib_inline.backend_inline")


def describe(target: Axes | FigureBase, text: str) -> None:
    """Attach alternative text to a figure or to one of its axes.

    Parameters
    ----------
    target : matplotlib Axes or Figure
        Texts of several axes are joined, in the order of the axes; a figure's own text
        replaces them.
    text : str
        What the picture shows, with its numbers, in a sentence or two.

    Raises
    ------
    TypeError
        Where ``target`` is neither axes nor figure.
    ValueError
        Where the text is empty.

    Notes
    -----
    Taught in lesson 01.
    """
    if not isinstance(target, (Axes, FigureBase)):
        raise TypeError(f"got {type(target).__name__}; give the axes or the figure to describe")
    text = " ".join(str(text).split())
    if not text:
        raise ValueError("the text is empty; say in a sentence what the picture shows")
    _TEXTS[target] = text


def alt_text(figure: Figure) -> str:
    """Return a figure's alternative text, or one made from its titles and labels.

    Parameters
    ----------
    figure : matplotlib Figure

    Returns
    -------
    str
    """
    if figure in _TEXTS:
        return _TEXTS[figure]
    panels = [ax for ax in figure.axes if ax.get_visible() and not hasattr(ax, "_colorbar")]
    sentences = [figure.get_suptitle(), *map(_panel_text, panels)]
    return " ".join(_sentence(text) for text in sentences if text) or _bare_text(panels)


def _bare_text(panels: list[Axes]) -> str:
    count = f"{len(panels)} panel{'s' * (len(panels) != 1)}"
    return f"A figure of {count} with no titles, labels or description."


def add_text(ax: Axes, text: str, place: int) -> None:
    """Add what curve number ``place`` shows to the text of axes; the first one begins anew."""
    describe(ax, f"{described(ax)} {text}" if place else text)


def described(ax: Axes) -> str:
    """Return the text attached to axes, empty where there is none."""
    return _TEXTS.get(ax, "")


def describe_grid(axes: Iterable[Axes], text: str) -> None:
    """Attach one text to a grid of axes, whose own titles it already holds."""
    first, *others = axes
    for ax in (first, *others):
        _TEXTS[ax], _GRIDS[ax] = "", ax.get_title()
    describe(first, text)


def _panel_text(ax: Axes) -> str:
    title, text = " ".join(ax.get_title().split()), _TEXTS.get(ax)
    if text is None:
        return ", ".join(part for part in (title, *_labels(ax)) if part)
    told = text.casefold().startswith(title.casefold()) or ax.get_title() == _GRIDS.get(ax)
    return text if told else f"{title}: {text}".removesuffix(": ")


def _labels(ax: Axes) -> list[str]:
    named = (("x", ax.get_xlabel()), ("y", ax.get_ylabel()))
    curves = [label for label in ax.get_legend_handles_labels()[1] if label]
    return [
        *(f"{name} axis {label}" for name, label in named if label),
        *([f"showing {', '.join(curves)}"] if curves else []),
    ]


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "!", "?")) else f"{text}."


def register() -> None:
    """Make the figures of this kernel carry their alternative text; nothing elsewhere."""
    ipython = shell()
    if ipython is None:
        return
    if mpl.get_backend(auto_select=False) in _INLINE:
        # The inline back end throws out all figure formatters when it starts: start it first.
        import matplotlib_inline.backend_inline  # noqa: F401
    _wrap_formatter(ipython)
    # %config or %matplotlib may choose other formatters later.
    ipython.events.register("pre_run_cell", lambda *_: _wrap_formatter(ipython))


def _wrap_formatter(ipython: Any) -> None:
    formatter = ipython.display_formatter.formatters["image/png"]
    inner = formatter.lookup_by_type(Figure) if Figure in formatter else None
    if inner is not None and not isinstance(inner, _WithAlternativeText):
        formatter.for_type(Figure, _WithAlternativeText(inner))


@dataclass(frozen=True)
class _WithAlternativeText:
    """A PNG formatter of figures that writes ``alt`` into the output's metadata."""

    inner: Callable[[Figure], Any]

    def __call__(self, figure: Figure) -> Any:
        made = self.inner(figure)
        if made is None:
            return None
        data, metadata = made if isinstance(made, tuple) else (made, {})
        return data, {**metadata, "alt": alt_text(figure)}

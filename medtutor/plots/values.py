"""What runs reached, by a value that they were given: every run is seen."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from medtutor._checks import is_number
from medtutor._table import spread
from medtutor.plots import colours
from medtutor.plots._layout import check_named, one_axes
from medtutor.plots.alternative import describe

_WIDE = 30  # largest value over smallest beyond which an axis is logarithmic


def plot_by_value(
    values: Sequence[Any],
    scores: Mapping[str, Any],
    *,
    xlabel: str,
    ylabel: str = "score",
    log: bool | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Show every run as a point over the value that it was given, and a line through the means.

    Parameters
    ----------
    values : sequence
        Numbers, or texts: what a parameter was set to.
    scores : dict of sequences
        Under each name as many entries as there are values: the score of a run with that value,
        or the scores of several runs, of which some may be missing.
    xlabel, ylabel : str
    log : bool, optional
        Whether the axis of the values is logarithmic; without it, where they span much.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is no value, no name, or other entries than numbers for each value.

    Notes
    -----
    A point a run, because a bar hides how far three runs lie apart. Taught in lesson 12.
    """
    check_named("scores", scores, "a score for each value, or a sequence of them")
    table = {name: _by_value(name, rows, len(values)) for name, rows in scores.items()}
    ax = one_axes(ax, 5.5, 3.6)
    is_scale = len(values) > 0 and all(map(is_number, values))
    if log is None:
        log = is_scale and min(values) > 0 and max(values) / min(values) > _WIDE
    if log:
        ax.set_xscale("log")
    elif is_scale and all(float(value).is_integer() for value in values):
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    texts = []
    for place, (name, rows) in enumerate(table.items()):
        shift = 1.03**place if log else 1  # so that points don't hide each other
        x = [value * shift if is_scale else str(value) for value in values]
        _plot_points(ax, x, rows, name, place)
        each = [f"{value}: {spread(row.tolist())}" for value, row in zip(values, rows, strict=True)]
        texts.append(f" {name} {'; '.join(each)}.".replace("  ", " "))
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if any(table):  # a single curve may go without a name
        ax.legend(frameon=False)
    describe(ax, f"{ylabel} by {xlabel}, a point a run.{''.join(texts)}")
    return ax


def _by_value(name: str, rows: Any, n_values: int) -> list[np.ndarray]:
    arrays = [np.atleast_1d(row) for row in rows]
    are_numbers = all(row.ndim == 1 and row.dtype.kind in "iuf" for row in arrays)
    if len(arrays) != n_values or not are_numbers:
        raise ValueError(
            f"scores of {name!r} are {rows!r:.80}; give for each of {n_values} values a number or "
            "a sequence of numbers"
        )
    return arrays


def _plot_points(ax: Axes, x: list[Any], rows: list[np.ndarray], name: str, place: int) -> None:
    means = [np.mean(row) if len(row) else np.nan for row in rows]
    ax.plot(x, means, label=name, **colours.line(place))
    each_x = [at for at, row in zip(x, rows, strict=True) for _ in row]
    look: dict[str, Any] = {"color": colours.categorical(place), "alpha": 0.6, "markersize": 4}
    ax.plot(each_x, np.concatenate(rows), colours.marker(place), **look)


def plot_learning_curve(
    sizes: Sequence[int],
    scores: Mapping[str, Any],
    *,
    ylabel: str = "AUC",
    ax: Axes | None = None,
) -> Axes:
    """Show what a method reaches with more and more training data: the mean, and every run.

    Parameters
    ----------
    sizes : sequence of int
        How many training images there were; drawn on a logarithmic axis.
    scores : dict of arrays
        Under each name an array ``(n_sizes,)`` of one run, or ``(n_sizes, n_seeds)``.
    ylabel : str
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is no size, no method, or a table has other rows than sizes.

    Notes
    -----
    A dot a run, because a bar hides how far three runs lie apart. Taught in lesson 12.
    """
    numbers = np.asarray(sizes)
    are_sizes = numbers.ndim == 1 and numbers.size and numbers.dtype.kind in "iuf"
    if not are_sizes or not ((numbers > 0) & (numbers < np.inf)).all():
        raise ValueError(f"sizes is {sizes!r:.80}; give numbers of images above 0")
    ax = plot_by_value(sizes, scores, xlabel="training images", ylabel=ylabel, log=True, ax=ax)
    ax.set_xticks(sizes, [str(size) for size in sizes])
    ax.minorticks_off()
    return ax

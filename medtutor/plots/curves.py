"""Curves of training: one run, or several runs with their spread."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from medtutor._checks import of_kind
from medtutor.plots import colours
from medtutor.plots._layout import check_named, number, one_axes
from medtutor.plots.alternative import describe

Curves = Mapping[str, Sequence[float]]


def plot_history(history: Any, *, ax: Any = None) -> np.ndarray:
    """Show the loss and the first metric by epoch, for training and validation.

    Parameters
    ----------
    history : Keras History, or dict of lists
        As ``fit`` returns it: ``{"loss": […], "val_loss": […], …}``; validation may be missing.
    ax : axes or array of axes, one for each panel, optional
        Where to draw; a new figure without it.

    Returns
    -------
    array of matplotlib Axes, one for each panel

    Raises
    ------
    ValueError
        Where the history is empty, or is neither a History nor a dict.

    Notes
    -----
    Taught in lesson 07.
    """
    curves = _checked_curves(history)
    names = panels(curves)
    axes = _axes_for(names, ax)
    for place, name in zip(axes, names, strict=True):
        _plot_pair(place, curves, name)
    return axes


def _checked_curves(history: Any) -> Curves:
    cure = 'what model.fit returns, or a dict such as {"loss": [0.7, 0.5], "val_loss": [0.8, 0.6]}'
    return of_kind("history", getattr(history, "history", history), Mapping, cure)


def panels(curves: Curves) -> list[str]:
    """Return what a history is shown by: the loss and the first metric."""
    known = [name for name in curves if not name.startswith("val_") and name != "learning_rate"]
    if not known or not len(curves[known[0]]):
        raise ValueError("the history is empty: no epoch has ended; train for one epoch at least")
    return (["loss"] * ("loss" in known) + [name for name in known if name != "loss"])[:2]


def _axes_for(names: list[str], ax: Any) -> np.ndarray:
    if ax is None:
        size = (4.2 * len(names), 3.2)
        _, ax = plt.subplots(1, len(names), figsize=size, layout="constrained")
    axes = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
    if len(axes) != len(names):
        raise ValueError(f"got {len(axes)} axes for {len(names)} panels {names}; give one for each")
    return axes


def _plot_pair(ax: Axes, curves: Curves, name: str) -> None:
    texts = []
    for place, (key, label) in enumerate([(name, "training"), (f"val_{name}", "validation")]):
        if key not in curves:
            continue
        values = np.asarray(curves[key], dtype=float)
        epochs, marker = np.arange(1, len(values) + 1), colours.marker(place)
        ax.plot(epochs, values, **colours.line(place), marker=marker, markersize=3, label=label)
        texts.append(f"{label} {_course(values, lower='loss' in name)}")
    title = name.replace("_", " ")
    ax.set(xlabel="epoch", ylabel=title)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.legend(frameon=False)
    count = len(curves[name])
    describe(ax, f"{title} over {count} epoch{'s' * (count > 1)}: {'; '.join(texts)}.")


def _course(values: np.ndarray, *, lower: bool) -> str:
    """Say where a curve starts and ends, and its best epoch."""
    if not np.isfinite(values).any():
        return "never finite"
    best = int(np.nanargmin(values) if lower else np.nanargmax(values))
    name = "lowest" if lower else "highest"
    return (
        f"from {number(values[0])} to {number(values[-1])}, "
        f"{name} {number(values[best])} at epoch {best + 1}"
    )


def plot_runs(
    runs: Mapping[str, Any],
    *,
    xlabel: str = "epoch",
    ylabel: str = "loss",
    ax: Axes | None = None,
) -> Axes:
    """Compare several kinds of run: the mean over seeds, and a band from worst to best.

    Parameters
    ----------
    runs : dict of arrays
        Under each name an array ``(n_steps,)`` of one run, or ``(n_seeds, n_steps)``.
    xlabel, ylabel : str
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is no run, or an array has other axes than seeds and steps.

    Notes
    -----
    Taught in lesson 07.
    """
    check_named("runs", runs, "(n_seeds, n_steps)")
    tables = {name: _seeds_by_steps(name, values) for name, values in runs.items()}
    ax = one_axes(ax, 5.5, 3.6)
    for place, (name, table) in enumerate(tables.items()):
        _plot_band(ax, table, name, place)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    ax.legend(frameon=False)
    describe(
        ax, f"{ylabel} by {xlabel}. " + ". ".join(map(_run_text, tables, tables.values())) + "."
    )
    return ax


def _seeds_by_steps(name: str, values: Any) -> np.ndarray:
    try:
        table = np.asarray(values, dtype=float)
    except (TypeError, ValueError):  # ragged lists, too
        raise ValueError(
            f"run {name!r} is no table of numbers; give (n_steps,) or (n_seeds, n_steps), with as "
            "many steps for every seed"
        ) from None
    if table.ndim not in (1, 2) or table.size == 0:
        raise ValueError(
            f"run {name!r}, of type {type(values).__name__}, has shape {table.shape}; give "
            "(n_steps,) or (n_seeds, n_steps)"
        )
    return np.atleast_2d(table)


def _plot_band(ax: Axes, table: np.ndarray, name: str, place: int) -> None:
    steps = np.arange(1, table.shape[1] + 1)
    ax.plot(steps, table.mean(axis=0), **colours.line(place), label=name)
    if len(table) > 1:
        low, high = table.min(axis=0), table.max(axis=0)
        colour = colours.categorical(place)
        ax.fill_between(steps, low, high, color=colour, alpha=0.2, linewidth=0)


def _run_text(name: str, table: np.ndarray) -> str:
    mean, last = table.mean(axis=0), table[:, -1]
    text = f"{name}: from {number(mean[0])} to {number(mean[-1])} after {len(mean)}"
    if len(table) == 1:
        return text
    ends = f"{number(last.min())} to {number(last.max())}"
    return f"{text}, mean of {len(table)} runs that end at {ends}"

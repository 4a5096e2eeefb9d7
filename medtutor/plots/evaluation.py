"""How well a classifier does: confusion matrix and ROC curve."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from medtutor._checks import is_number, unfit
from medtutor.metrics.checks import check_lengths, one_column
from medtutor.plots import colours
from medtutor.plots._layout import axes_for_curve, one_axes
from medtutor.plots.alternative import add_text, describe


def plot_confusion(
    y_true: Any,
    y_pred: Any,
    *,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Show how many images of each class (rows) were called what (columns).

    Each field holds the count and its share of the row; the shade follows the share.

    Parameters
    ----------
    y_true, y_pred : array (N,) of int
        True and predicted class numbers.
    class_names : sequence of str, optional
        Name of each class number, also of classes that don't occur; without it, the numbers
        that occur.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where lengths differ, or ``y_pred`` holds scores instead of class numbers.

    Notes
    -----
    Taught in lesson 07.
    """
    y_true, y_pred = _class_numbers(y_true, "y_true"), _class_numbers(y_pred, "y_pred")
    check_lengths(y_true, y_pred=y_pred)
    classes = np.union1d(y_true, y_pred)
    names = list(map(str, classes))
    if class_names is not None:
        classes, names = _named_classes(classes, class_names)
    counts = _count_pairs(y_true, y_pred, classes)
    ax = one_axes(ax, 2.4 + 0.8 * len(names), 2.0 + 0.8 * len(names))
    _draw_confusion(ax, counts, names)
    describe(ax, _confusion_text(counts, names))
    return ax


def _class_numbers(values: Any, name: str) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim != 1 or array.size == 0 or array.dtype.kind not in "iub" or array.min() < 0:
        such = "(score >= 0.5).astype(int) or probabilities.argmax(axis=1)"
        raise unfit(name, array, f"class numbers (N,), such as {such}")
    return array.astype(int)


def _named_classes(classes: np.ndarray, class_names: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    names = list(class_names)
    if classes[-1] >= len(names):
        raise ValueError(f"class number {classes[-1]} has no name; class_names are {names}")
    return np.arange(len(names)), names


def _count_pairs(y_true: np.ndarray, y_pred: np.ndarray, classes: np.ndarray) -> np.ndarray:
    counts = np.zeros((len(classes), len(classes)), int)
    np.add.at(counts, (np.searchsorted(classes, y_true), np.searchsorted(classes, y_pred)), 1)
    return counts


def _draw_confusion(ax: Axes, counts: np.ndarray, names: list[str]) -> None:
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    ax.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        share = shares[row, column]
        ink = "white" if share > 0.5 else "black"
        ax.text(column, row, f"{count}\n{share:.0%}", ha="center", va="center", color=ink)
    places = range(len(names))
    slant: dict[str, Any] = {"rotation": 45, "ha": "right"} if len(names) >= 4 else {}
    ax.set_xticks(places, names, rotation_mode="anchor", **slant)
    ax.set_yticks(places, names)
    ax.set(xlabel="predicted", ylabel="true")
    ax.spines[:].set_visible(False)


def _confusion_text(counts: np.ndarray, names: list[str]) -> str:
    right = f"Confusion matrix, {np.trace(counts)} of {counts.sum()} images right"
    describe_row = _whole_row if len(names) <= 4 else _row_in_short
    rows = [
        describe_row(place, counts, names) for place in range(len(names)) if counts[place].sum()
    ]
    return f"{right}: {'; '.join(rows)}."


def _whole_row(place: int, counts: np.ndarray, names: list[str]) -> str:
    row = counts[place]
    called = [f"{n} called {name}" for name, n in zip(names, row, strict=True) if n]
    return f"of {row.sum()} {names[place]}, {', '.join(called)}"


def _row_in_short(place: int, counts: np.ndarray, names: list[str]) -> str:
    row = counts[place].copy()
    total, right, row[place] = row.sum(), row[place], 0
    text = f"{names[place]} {right} of {total}"
    return (
        f"{text}, most often taken for {names[row.argmax()]} ({row.max()})" if row.any() else text
    )


def plot_roc(
    y_true: Any,
    y_score: Any,
    *,
    threshold: float | None = None,
    label: str = "model",
    ax: Axes | None = None,
) -> Axes:
    """Show sensitivity against false alarms for every threshold, with the area below.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        1 is the class that the score speaks for.
    y_score : array (N,) or (N, 1)
        Score of class 1: the higher, the more likely.
    threshold : float, optional
        Marks the operating point where ``score >= threshold`` means class 1.
    label : str
        Name in the legend; call again with the same ``ax`` to compare curves.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where lengths differ, a class is missing, a score isn't finite, or the threshold is no
        number.

    Notes
    -----
    Taught in lesson 07.
    """
    from sklearn.metrics import roc_auc_score, roc_curve

    y_true, y_score = binary_scores(y_true, y_score)
    if threshold is not None and (not is_number(threshold) or np.isnan(threshold)):
        raise ValueError(f"threshold is {threshold!r}; give a number, such as 0.5")
    false_alarms, sensitivity, _ = roc_curve(y_true, y_score)
    auc = roc_auc_score(y_true, y_score)
    ax, place = axes_for_curve(ax, "roc")
    if place == 0:
        _draw_chance(ax)
    name = f"{label} (AUC {auc:.3f})"
    ax.plot(false_alarms, sensitivity, **colours.line(place), label=name, gid="roc")
    point = "" if threshold is None else _mark_point(ax, y_true, y_score, threshold, place)
    ax.legend(loc="lower right", frameon=False)
    add_text(ax, f"{label}: area under the ROC curve {auc:.3f}{point}.", place)
    return ax


def binary_scores(y_true: Any, y_score: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return labels of 0 and 1 and finite scores, both flat, or say what is wrong with them."""
    labels, scores = np.asarray(y_true), one_column(np.asarray(y_score, dtype=float))
    if labels.ndim != 1 or scores.ndim != 1:
        raise ValueError(
            f"y_true has shape {labels.shape} and y_score {scores.shape}; give (N,) each, "
            "with two columns of probabilities the second, y_score[:, 1]"
        )
    check_lengths(labels, y_score=scores)
    found = sorted(set(labels.tolist()), key=str)
    if found != [0, 1]:
        raise ValueError(f"y_true holds {found[:5]}; give 0 and 1, both present")
    if not np.isfinite(scores).all():
        raise ValueError(f"{np.sum(~np.isfinite(scores))} scores aren't finite; look at the model")
    return labels.astype(int), scores


def _draw_chance(ax: Axes) -> None:
    ax.plot([0, 1], [0, 1], color="0.5", linewidth=1, linestyle=":", label="chance (AUC 0.500)")
    ax.set(
        xlabel="false alarms: 1 − specificity",
        ylabel="sensitivity",
        xlim=(-0.01, 1.01),
        ylim=(-0.01, 1.01),
        aspect="equal",
    )


def _mark_point(
    ax: Axes, y_true: np.ndarray, y_score: np.ndarray, threshold: float, place: int
) -> str:
    called = y_score >= threshold
    sensitivity, false_alarms = called[y_true == 1].mean(), called[y_true == 0].mean()
    ax.plot(
        false_alarms,
        sensitivity,
        colours.marker(place),
        color=colours.categorical(place),
        markersize=8,
        label=f"threshold {threshold:.3g}",
        gid="point",
    )
    return (
        f"; at threshold {threshold:.3g} sensitivity {sensitivity:.3f} "
        f"and specificity {1 - false_alarms:.3f}"
    )

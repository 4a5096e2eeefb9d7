"""Whether probabilities can be believed, and what deciding by them is worth."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from medtutor._checks import share
from medtutor.metrics.checks import checked_bins, checked_probabilities
from medtutor.plots import colours
from medtutor.plots._layout import axes_for_curve, check_named, one_axes
from medtutor.plots.alternative import add_text, describe
from medtutor.plots.evaluation import binary_scores

COUNTS_HEIGHT = 0.12  # of the axes, for the counts below a reliability diagram


def plot_calibration(
    y_true: Any,
    y_prob: Any,
    *,
    n_bins: int = 10,
    label: str = "model",
    ax: Axes | None = None,
) -> Axes:
    """Show how many cases are positive of those that get a probability: a reliability diagram.

    A point stands for a bin; all bins hold equally many cases. Its bar is Wilson's 95 % interval
    of the share. The outline below shows where the probabilities lie.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
    y_prob : array (N,) or (N, 1)
        Probability of class 1.
    n_bins : int
        Bins of equal count, at most as many as cases.
    label : str
        Name in the legend; call again with the same ``ax`` to compare models.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where lengths differ, a class is missing, a probability is outside 0 to 1, or there are
        more bins than cases.

    Notes
    -----
    Taught in lesson 11.
    """
    truth, scores = binary_scores(y_true, y_prob)
    prob = checked_probabilities(scores)
    bins = checked_bins(prob, n_bins)
    ax, place = axes_for_curve(ax, "bins")
    if place == 0:
        _draw_diagonal(ax)
    _draw_bins(ax, truth, prob, bins, f"{label} ({_counts(bins)})", place)
    _draw_where(ax, prob, place)
    ax.legend(framealpha=0.8, edgecolor="none")
    means = [(prob[rows].mean(), truth[rows].mean()) for rows in bins]
    points = ", ".join(f"{p:.2f} → {share:.2f}" for p, share in means)
    add_text(ax, f"{label}, mean probability → share of class 1 by bin: {points}.", place)
    return ax


def _draw_diagonal(ax: Axes) -> None:
    ax.plot([0, 1], [0, 1], color="0.5", linewidth=1, linestyle=":", label="calibrated")
    ax.set(
        xlabel="mean probability",
        ylabel="share of class 1",
        xlim=(-0.02, 1.02),
        ylim=(-COUNTS_HEIGHT - 0.02, 1.02),
        yticks=np.linspace(0, 1, 6),
    )


def _counts(bins: list[np.ndarray]) -> str:
    sizes = sorted({len(rows) for rows in bins})
    return f"{len(bins)} bins of {' or '.join(map(str, sizes))}"


def _draw_bins(
    ax: Axes, truth: np.ndarray, prob: np.ndarray, bins: list[np.ndarray], label: str, place: int
) -> None:
    from scipy.stats import binomtest  # slow to import, so only when needed

    shares = np.array([truth[rows].mean() for rows in bins])
    tests = [binomtest(int(truth[rows].sum()), len(rows)) for rows in bins]
    ends = np.array([test.proportion_ci(method="wilson")[:] for test in tests])
    means = [prob[rows].mean() for rows in bins]
    ax.vlines(means, ends[:, 0], ends[:, 1], alpha=0.5, color=colours.categorical(place))
    (line,) = ax.plot(means, shares, **colours.line(place), linewidth=1, label=label, gid="bins")
    line.set(marker=colours.marker(place), markersize=5)


def _draw_where(ax: Axes, prob: np.ndarray, place: int) -> None:
    counts, edges = np.histogram(prob, 25, (0, 1))
    heights = COUNTS_HEIGHT * counts / counts.max() - COUNTS_HEIGHT - 0.01
    ax.stairs(heights, edges, baseline=-COUNTS_HEIGHT - 0.01, color=colours.categorical(place))


def plot_precision_recall(
    y_true: Any,
    y_score: Any,
    *,
    prevalence: float | None = None,
    label: str = "model",
    ax: Axes | None = None,
) -> Axes:
    """Show how many alarms are right (precision, or PPV) against how many sick are found.

    Parameters
    ----------
    y_true : array (N,) of 0 and 1
        1 is the class that the score speaks for.
    y_score : array (N,) or (N, 1)
        Score of class 1: the higher, the more likely.
    prevalence : float, optional
        Weighs the cases so that this share of them is class 1; as they are without it.
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
        Where lengths differ, a class is missing, a score isn't finite, or the prevalence isn't
        between 0 and 1.

    Notes
    -----
    The area in the legend is scikit-learn's average precision (AP). Taught in lesson 11.
    """
    from sklearn.metrics import average_precision_score, precision_recall_curve

    truth, scores = binary_scores(y_true, y_score)
    rate = share("prevalence", truth.mean() if prevalence is None else prevalence, or_zero=False)
    weights = np.where(truth == 1, rate / truth.mean(), (1 - rate) / (1 - truth.mean()))
    precision, recall, _ = precision_recall_curve(truth, scores, sample_weight=weights)
    area = average_precision_score(truth, scores, sample_weight=weights)
    ax, place = axes_for_curve(ax, "precision")
    name = f"{label} (AP {area:.3f})"
    ax.step(recall, precision, **colours.line(place), where="post", label=name, gid="precision")
    ax.axhline(rate, linewidth=1, linestyle=":", alpha=0.7, color=colours.categorical(place))
    ax.set(xlabel="sensitivity (recall)", ylabel="PPV (precision)")
    ax.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.03))
    ax.legend(framealpha=0.8, edgecolor="none")
    text = f"{label}: average precision {area:.3f} where {rate:.1%} are class 1 (dotted: chance)."
    add_text(ax, text, place)
    return ax


def plot_net_benefit(
    thresholds: Any, curves: Mapping[str, Sequence[float] | np.ndarray], ax: Axes | None = None
) -> Axes:
    """Show what deciding by each threshold is worth, beside treating nobody.

    Parameters
    ----------
    thresholds : array (T,)
        Rising probabilities.
    curves : dict of name and array (T,)
        As :func:`medtutor.metrics.net_benefit` gives them, "treat all" among them.
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is no curve, one has another length than the thresholds, or a number isn't
        finite.

    Notes
    -----
    Taught in lesson 11.
    """
    cuts = np.asarray(thresholds, dtype=float)
    check_named("curves", curves, "(T,)")
    values = {name: np.asarray(curve, dtype=float) for name, curve in curves.items()}
    wrong = [f"{name} {curve.shape}" for name, curve in values.items() if curve.shape != cuts.shape]
    if wrong or cuts.ndim != 1 or not cuts.size:
        raise ValueError(
            f"thresholds have shape {cuts.shape}, the curves {', '.join(wrong)}; give curves as "
            "long as the thresholds, (T,)"
        )
    if not np.isfinite([cuts, *values.values()]).all():
        raise ValueError("thresholds and curves must hold finite numbers; found NaN or infinity")
    ax = one_axes(ax, 5.5)
    for place, (name, curve) in enumerate(values.items()):
        ax.plot(cuts, curve, **colours.line(place), label=name)
    ax.axhline(0, color="0.4", linewidth=1, label="treat nobody")
    top = max(max(curve.max() for curve in values.values()), 1e-3)
    ax.set(xlabel="threshold probability", ylabel="net benefit", ylim=(-0.3 * top, 1.1 * top))
    ax.legend(framealpha=0.8, edgecolor="none")
    middle = len(cuts) // 2
    shown = ", ".join(f"{name} {curve[middle]:.3f}" for name, curve in values.items())
    describe(
        ax,
        f"Net benefit at thresholds {cuts[0]:.3g} to {cuts[-1]:.3g}; at {cuts[middle]:.3g}: "
        f"{shown}, treat nobody 0.",
    )
    return ax

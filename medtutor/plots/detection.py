"""How many findings a detector finds, and at how many false alarms."""

import numpy as np
from matplotlib.axes import Axes

from medtutor.metrics import Matches, froc_curve, froc_score
from medtutor.plots import colours
from medtutor.plots._layout import axes_for_curve
from medtutor.plots.alternative import add_text

FALSE_ALARMS = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8)


def plot_froc(
    matches: Matches, *, label: str = "detector", unit: str = "image", ax: Axes | None = None
) -> Axes:
    """Show sensitivity against false alarms per image, from one in eight images to eight in one.

    Parameters
    ----------
    matches : Matches
        From :func:`medtutor.metrics.match_detections`.
    label : str
        Name in the legend; call again with the same ``ax`` to compare detectors.
    unit : str
        What an image is, for the axis: "slice", "scan".
    ax : matplotlib Axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    matplotlib Axes

    Raises
    ------
    ValueError
        Where there is no true box.

    Notes
    -----
    A curve that ends early has no more marks; it goes on level, dotted. Taught in lesson 13.
    """
    false_alarms, sensitivity, _ = froc_curve(matches)
    ax, place = axes_for_curve(ax, "froc")
    colour, name = colours.categorical(place), f"{label} (mean {froc_score(matches):.3f})"
    alarms = np.maximum(false_alarms, FALSE_ALARMS[0] / 2)  # no logarithm of 0
    ax.step(alarms, sensitivity, **colours.line(place), where="post", label=name, gid="froc")
    ends = [alarms[-1], 2 * FALSE_ALARMS[-1]]
    ax.plot(ends, [sensitivity[-1]] * 2, ":", color=colour, alpha=0.6)
    ax.set_xscale("log", base=2)
    ax.set_xticks(FALSE_ALARMS, ["1/8", "1/4", "1/2", "1", "2", "4", "8"])
    ax.set(xlim=(FALSE_ALARMS[0], FALSE_ALARMS[-1]), ylim=(-0.01, 1.01))
    ax.set(xlabel=f"false alarms per {unit}", ylabel="sensitivity (findings found)")
    ax.legend(loc="lower right", framealpha=0.8, edgecolor="none")
    at = ", ".join(f"{x:g} {froc_score(matches, at=(x,)):.3f}" for x in FALSE_ALARMS)
    text = f"{label}: sensitivity at false alarms per {unit}: {at}."
    add_text(ax, text if place else f"FROC curve. {text}", place)
    return ax

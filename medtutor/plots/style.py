"""A plain, readable style for the figures of a notebook."""

from typing import Any

import matplotlib as mpl
from cycler import cycler

from medtutor.plots import colours

STYLE: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=colours.CATEGORICAL[:4], linestyle=colours.DASHES),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": "medium",
    "figure.constrained_layout.use": True,
    "figure.dpi": 96,
    "font.size": 11,
    "image.cmap": colours.GRAY,
    "image.interpolation": "nearest",
    "legend.frameon": False,
    "lines.linewidth": 2,
}


def use_style() -> None:
    """Set Matplotlib's defaults for this kernel: readable fonts, safe colours, nothing cut off.

    Changes ``matplotlib.rcParams``; ``matplotlib.rcdefaults()`` undoes it. The functions of
    :mod:`medtutor.plots` look right without it.

    Notes
    -----
    Taught in lesson 00.
    """
    mpl.rcParams.update(STYLE)

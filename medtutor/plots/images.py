"""Images in a grid, with labels and scores."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

from medtutor.plots import colours
from medtutor.plots._layout import (
    as_pictures,
    common_range,
    grid_axes,
    hide_ticks,
    number,
    one_each,
    sizes,
    span,
)
from medtutor.plots.alternative import describe_grid


def show_images(
    images: Any,
    labels: Sequence[Any] | np.ndarray | None = None,
    *,
    class_names: Sequence[str] | None = None,
    scores: Sequence[float] | np.ndarray | None = None,
    signed: bool = False,
    columns: int | None = None,
    inches: float = 1.6,
    ax: Any = None,
) -> np.ndarray:
    """Show images in a grid, on one common scale of gray.

    Parameters
    ----------
    images : array (N, H, W), (N, H, W, 1) or (N, H, W, 3), one image, or a list of images
        uint8 is shown from 0 to 255, other types from the smallest to the largest value
        of all the images. Colour images are uint8, or floats from 0 to 1.
    labels : sequence of N ints or texts, optional
        Title of each image; numbers become names where ``class_names`` is given.
    class_names : sequence of str, optional
        Name of each class number.
    scores : sequence of N floats, optional
        A model's output for each image, written behind its label.
    signed : bool
        For maps with negative values: a diverging map with zero in the middle and a scale.
    columns : int, optional
        Images a row; up to 8 without it.
    inches : float
        Edge length of each image.
    ax : axes or array of N axes, optional
        Where to draw; a new figure without it.

    Returns
    -------
    array (N,) of matplotlib Axes

    Raises
    ------
    ValueError
        Where shapes or numbers of entries don't fit; the message names them.

    Notes
    -----
    Taught in lesson 02.
    """
    pictures = as_pictures(images)
    titles = picture_titles(labels, class_names, scores, len(pictures))
    axes = grid_axes(ax, len(pictures), columns, inches)
    drawn = draw_pictures(axes, pictures, titles, signed)
    if signed:
        bar = axes[0].figure.colorbar(drawn, ax=list(axes), shrink=0.8)
        bar.locator = MaxNLocator(5)
    kind = "signed maps" if signed else "images"
    describe_grid(axes, grid_text(pictures, labels, class_names, scores, kind))
    return axes


def draw_pictures(
    axes: np.ndarray, pictures: list[np.ndarray], titles: list[str], signed: bool
) -> AxesImage:
    """Draw each picture in its axes, all on one colour range; return the last one drawn."""
    low, high = common_range(pictures, signed=signed)
    cmap = colours.SIGNED if signed else colours.GRAY
    for ax, picture, title in zip(axes, pictures, titles, strict=True):
        drawn = ax.imshow(picture, cmap=cmap, vmin=low, vmax=high, interpolation="nearest")
        hide_ticks(ax)
        ax.set_title(title, fontsize="small")
    return drawn


def _names(labels: Any, class_names: Sequence[str] | None, called: str = "labels") -> list[str]:
    values = np.asarray(labels)
    if values.ndim != 1:
        raise ValueError(f"{called} has shape {values.shape}; give one for each image, (N,)")
    if class_names is None:
        return [str(value) for value in values.tolist()]
    if values.dtype.kind not in "iub" or values.min() < 0 or values.max() >= len(class_names):
        raise ValueError(
            f"labels go from {values.min()} to {values.max()}; with {len(class_names)} "
            f"class_names they must be whole numbers from 0 to {len(class_names) - 1}"
        )
    return [class_names[int(value)] for value in values]


def picture_titles(
    labels: Any,
    class_names: Sequence[str] | None,
    scores: Any,
    count: int,
    called: str = "labels",
) -> list[str]:
    """Return the title of each picture: its label's name and its score."""
    one_each(labels, count, called)
    names = [""] * count if labels is None else _names(labels, class_names, called)
    numbers = [
        "" if score is None else f"{float(score):.2f}"
        for score in one_each(scores, count, "scores")
    ]
    return [" ".join(filter(None, pair)) for pair in zip(names, numbers, strict=True)]


def grid_text(
    pictures: list[np.ndarray],
    labels: Any,
    class_names: Sequence[str] | None,
    scores: Any,
    kind: str,
) -> str:
    """Say in words what a grid of pictures shows."""
    count = f"{len(pictures)} {kind}" if len(pictures) > 1 else f"One {kind.rstrip('s')}"
    text = f"{count} of {sizes(pictures)} pixels, values {span(pictures)}"
    if labels is not None:
        counts = Counter(_names(labels, class_names))
        text += ": " + ", ".join(f"{name} ({n})" if n > 1 else name for name, n in counts.items())
    if scores is not None:
        text += f"; scores {number(np.min(scores))} to {number(np.max(scores))}"
    return f"{text}."

"""What is inside a convolution layer: its kernels and its feature maps."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from medtutor._checks import positive, unfit
from medtutor.plots._layout import common_range, grid_axes, number, span
from medtutor.plots.alternative import describe_grid
from medtutor.plots.images import draw_pictures


def plot_kernels(
    kernels: Any,
    *,
    numbers: bool = False,
    columns: int | None = None,
    inches: float = 1.0,
    ax: Any = None,
) -> np.ndarray:
    """Show the kernels of a layer: blue below zero, white at zero, red above.

    Parameters
    ----------
    kernels : array (kh, kw, Cin, Cout), or one kernel (kh, kw)
        In Keras' layout, such as ``layer.get_weights()[0]``; of the ``Cin`` input channels the
        first one is shown.
    numbers : bool
        Write each weight into its place; for few small kernels.
    columns, inches, ax
        As in ``show_images``.

    Returns
    -------
    array (Cout,) of matplotlib Axes

    Raises
    ------
    ValueError
        Where the array has another number of axes.

    Notes
    -----
    Taught in lesson 02.
    """
    pictures = _first_channel(np.asarray(kernels, dtype=float))
    axes = grid_axes(ax, len(pictures), columns, 1.6 if numbers else inches)
    _draw_signed(axes, pictures, [""] * len(pictures))
    if numbers:
        _, largest = common_range(pictures, signed=True)
        for place, picture in zip(axes, pictures, strict=True):
            _write_numbers(place, picture, largest)
    height, width = pictures[0].shape
    share = 100 * float(np.mean(np.stack(pictures) > 0))
    what = f"{len(pictures)} kernels" if len(pictures) > 1 else "One kernel"
    text = f"{what} of {height}×{width}, weights {span(pictures)}"
    describe_grid(axes, f"{text}, {share:.0f} % of them positive.")
    return axes


def _first_channel(kernels: np.ndarray) -> list[np.ndarray]:
    if kernels.ndim == 2:
        kernels = kernels[:, :, None, None]
    if kernels.ndim != 4:
        cure = "(kh, kw, Cin, Cout) as in layer.get_weights()[0], or one kernel (kh, kw)"
        raise unfit("kernels", kernels, cure)
    return list(np.moveaxis(kernels[:, :, 0], -1, 0))


def _draw_signed(axes: np.ndarray, pictures: list[np.ndarray], titles: list[str]) -> None:
    drawn = draw_pictures(axes, pictures, titles, signed=True)
    figure = axes[0].figure
    # As wide as a reader can see, however low the figure is: an eighth of an inch.
    figure.colorbar(drawn, ax=list(axes), shrink=0.9, aspect=min(20, 8 * figure.get_figheight()))


def _write_numbers(ax: Axes, picture: np.ndarray, largest: float) -> None:
    for (row, column), value in np.ndenumerate(picture):
        ink = "white" if abs(value) > 0.6 * largest else "black"
        ax.text(column, row, number(value), ha="center", va="center", color=ink, fontsize="small")


def plot_feature_maps(
    maps: Any,
    *,
    most: int = 16,
    columns: int | None = None,
    inches: float = 1.2,
    ax: Any = None,
) -> np.ndarray:
    """Show what a layer makes of one image, a picture for each channel, all on one scale.

    Parameters
    ----------
    maps : array (H, W, C) or (1, H, W, C)
        A layer's output for one image. With negative values (before a ReLU) the colours
        diverge from zero; else they are grays.
    most : int
        Show the first ``most`` channels at most; the text says how many there are.
    columns, inches, ax
        As in ``show_images``.

    Returns
    -------
    array of matplotlib Axes, one for each channel shown

    Raises
    ------
    ValueError
        Where the array isn't one image's maps, or ``most`` is no whole number from 1 up.

    Notes
    -----
    Taught in lesson 07.
    """
    array = _one_image(np.asarray(maps, dtype=float))
    pictures = list(np.moveaxis(array, -1, 0)[: positive("most", most)])
    axes = grid_axes(ax, len(pictures), columns, inches)
    channels = list(map(str, range(len(pictures))))
    if (array < 0).any():
        _draw_signed(axes, pictures, channels)
    else:
        draw_pictures(axes, pictures, channels, signed=False)
    describe_grid(axes, _maps_text(array, len(pictures)))
    return axes


def _one_image(maps: np.ndarray) -> np.ndarray:
    if maps.ndim == 4 and len(maps) == 1:
        maps = maps[0]
    if maps.ndim != 3 or maps.size == 0:
        raise unfit("maps", maps, "the maps of one image, (H, W, C), such as maps[0]")
    return maps


def _maps_text(maps: np.ndarray, shown: int) -> str:
    height, width, count = maps.shape
    silent = int(np.sum(np.ptp(maps, axis=(0, 1)) == 0))
    which = f"{shown} of {count} feature maps" if shown < count else f"{count} feature maps"
    text = f"{which} of {height}×{width}, values {span([maps])}"
    return f"{text}; {silent} of all {count} are the same everywhere."

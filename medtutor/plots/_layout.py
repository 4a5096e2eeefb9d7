"""Where axes come from, and arrays made ready to be drawn in them."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from medtutor._checks import checked_within, positive, unfit


def one_axes(ax: Axes | None, width: float = 4.5, height: float = 4.0) -> Axes:
    """Return the given axes, or those of a new figure."""
    if ax is None:
        _, ax = plt.subplots(figsize=(width, height), layout="constrained")
    return ax


def check_named(name: str, values: Any, what: str) -> None:
    """Refuse what is no dict with one entry at least."""
    if not isinstance(values, Mapping) or not values:
        raise ValueError(f"{name} is {values!r:.80}; give a dict of names and arrays {what}")


def axes_for_curve(ax: Axes | None, kind: str) -> tuple[Axes, int]:
    """Return one axes, and the next curve's place: how many of its kind, their ``gid``, it has."""
    ax = one_axes(ax)
    return ax, sum(line.get_gid() == kind for line in ax.lines)


def grid_axes(ax: Any, count: int, columns: int | None, inches: float) -> np.ndarray:
    """Return ``count`` axes: the given ones, or those of a new grid."""
    if ax is None:
        width = min(count, 8) if columns is None else positive("columns", columns)
        return _new_grid(count, width, checked_within("inches", inches, 0.1, 100))
    given = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
    if len(given) != count:
        raise ValueError(f"got {len(given)} axes for {count} pictures; give one for each")
    return given


def _new_grid(count: int, columns: int, inches: float) -> np.ndarray:
    rows = ceil(count / columns)
    size = (max(columns * inches, 2.0), rows * (inches + 0.3))
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for spare in axes.ravel()[count:]:
        figure.delaxes(spare)
    return axes.ravel()[:count]


def as_pictures(images: Any, name: str = "images") -> list[np.ndarray]:
    """Return a list of ``(H, W)`` or ``(H, W, 3)`` arrays from one image or many."""
    if isinstance(images, (list, tuple)):
        return [_one_picture(np.asarray(image), name) for image in images]
    array = np.asarray(images)
    single = array.ndim == 2 or (array.ndim == 3 and _has_channels(array.shape))
    if not single and array.ndim not in (3, 4):
        cure = "(N, H, W), (N, H, W, 1), (N, H, W, 3), one single image, or a list of images"
        raise unfit(name, array, cure)
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}: there is nothing to show")
    return [_one_picture(image, name) for image in (array[None] if single else array)]


def _has_channels(shape: tuple[int, ...]) -> bool:
    # (5, 3, 3) is five patches of 3×3 rather than a colour image of 5×3.
    return shape[-1] == 1 or (shape[-1] == 3 and shape[1] > 3)


def _one_picture(image: np.ndarray, name: str) -> np.ndarray:
    if image.ndim == 3 and image.shape[-1] == 1:
        image = image[..., 0]
    if image.size == 0 or not (image.ndim == 2 or (image.ndim == 3 and image.shape[-1] == 3)):
        raise unfit(f"an image in {name}", image, "(H, W), (H, W, 1) or (H, W, 3)")
    if image.ndim == 3 and image.dtype != np.uint8 and (image.min() < 0 or image.max() > 1):
        raise ValueError(
            f"colours in {name} go from {image.min():g} to {image.max():g} ({image.dtype}); "
            "to show them, give uint8 or floats from 0 to 1"
        )
    return image.astype(float) if image.dtype == np.float16 else image


def one_each(values: Sequence[Any] | np.ndarray | None, count: int, name: str) -> list[Any]:
    """Return a list with one value (or ``None``) for each of ``count`` pictures."""
    if values is None:
        return [None] * count
    if len(values) != count:
        raise ValueError(f"{name} has {len(values)} entries for {count} images; give one for each")
    return list(values)


def common_range(pictures: list[np.ndarray], *, signed: bool) -> tuple[float, float]:
    """Return one colour range for all; ``signed`` puts zero in the middle."""
    finite = np.concatenate([picture[np.isfinite(picture)].ravel() for picture in pictures])
    if finite.size == 0:
        raise ValueError("no finite value to show: look for a division by zero before the plot")
    if signed:
        largest = float(np.abs(finite).max()) or 1.0
        return -largest, largest
    if all(picture.dtype == np.uint8 for picture in pictures):
        return 0.0, 255.0
    return float(finite.min()), float(finite.max())


def number(value: float) -> str:
    """Write a number the way the texts of this package do."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def sizes(pictures: list[np.ndarray]) -> str:
    """Name the sizes of pictures: ``64×64``, or ``28×28 to 26×26``."""
    names = list(dict.fromkeys(f"{p.shape[0]}×{p.shape[1]}" for p in pictures))
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"


def span(pictures: list[np.ndarray]) -> str:
    """Name the smallest and largest value of all pictures; NaN is none."""
    values = np.concatenate([picture[~np.isnan(picture)].ravel() for picture in pictures])
    return f"{number(float(values.min()))} to {number(float(values.max()))}"


def hide_ticks(ax: Axes) -> None:
    """Leave a thin frame around a picture, whole where the style opens axes, but no numbers."""
    ax.set_xticks([])
    ax.set_yticks([])
    ax.spines[:].set(visible=True, color="0.7", linewidth=0.5)

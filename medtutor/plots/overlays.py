"""Images with what was marked in them: masks and boxes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch, Rectangle

from medtutor._checks import checked_within
from medtutor.plots import colours
from medtutor.plots._layout import as_pictures, grid_axes, number, one_each
from medtutor.plots.alternative import describe_grid
from medtutor.plots.images import draw_pictures, grid_text, picture_titles
from medtutor.scratch.boxes import checked_boxes


def show_masks(
    images: Any,
    masks: Any,
    *,
    class_names: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
    opacity: float = 0.35,
    columns: int | None = None,
    inches: float = 1.8,
    ax: Any = None,
) -> np.ndarray:
    """Show images with their masks laid over: a tint and an outline for each class.

    Parameters
    ----------
    images : as in ``show_images``
    masks : array (N, H, W) of int or bool, one mask, or a list of masks
        Class id of every pixel; 0 is background and stays clear.
    class_names : sequence of str, optional
        Name of each class id, the background first; adds a legend.
    titles : sequence of N texts, optional
    opacity : float
        Of the tint, from 0 (outline alone) to 1.
    columns, inches, ax
        As in ``show_images``.

    Returns
    -------
    array (N,) of matplotlib Axes

    Raises
    ------
    ValueError
        Where masks and images differ in number or size, a class id has no name, or ``opacity``
        is out of its range.

    Notes
    -----
    Taught in lesson 07.
    """
    pictures = as_pictures(images)
    layers = _checked_masks(_laid_over(pictures, masks, "masks"), class_names)
    opacity = checked_within("opacity", opacity, 0, 1)
    axes, shown = _grid(pictures, titles, columns, inches, ax)
    for place, mask in zip(axes, layers, strict=True):
        _draw_mask(place, mask, opacity)
    if class_names is not None:
        _add_legend(axes, class_names)
    describe_grid(axes, f"{shown}, with masks: {_masks_text(layers, class_names)}.")
    return axes


def _grid(
    pictures: list[np.ndarray], titles: Any, columns: int | None, inches: float, ax: Any
) -> tuple[np.ndarray, str]:
    """Draw pictures under their titles; return the axes, and in words what they show."""
    texts = picture_titles(titles, None, None, len(pictures), "titles")
    axes = grid_axes(ax, len(pictures), columns, inches)
    draw_pictures(axes, pictures, texts, signed=False)
    return axes, grid_text(pictures, titles, None, None, "images").removesuffix(".")


def _laid_over(pictures: list[np.ndarray], values: Any, name: str) -> list[np.ndarray]:
    """Return what is laid over the pictures, one of its size for each."""
    layers = one_each(as_pictures(values, name), len(pictures), name)
    for picture, layer in zip(pictures, layers, strict=True):
        if picture.shape[:2] != layer.shape:
            what = name.removesuffix("s")
            raise ValueError(f"a {what} of shape {layer.shape} lies on an image {picture.shape}")
    return layers


def _checked_masks(masks: list[np.ndarray], class_names: Sequence[str] | None) -> list[np.ndarray]:
    for mask in masks:
        if mask.dtype.kind not in "iub":
            raise ValueError(
                f"masks are {mask.dtype}; give class ids, such as (probability >= 0.5) "
                "or probability.argmax(axis=-1)"
            )
        if class_names is not None and mask.max() >= len(class_names):
            raise ValueError(
                f"a mask holds class id {mask.max()}, but there are {len(class_names)} "
                "class_names; name every class, the background first"
            )
    return [mask.astype(int) for mask in masks]


def _draw_mask(ax: Axes, mask: np.ndarray, opacity: float) -> None:
    for class_id in np.unique(mask[mask > 0]):
        colour = colours.categorical(class_id - 1)
        tint = np.zeros((*mask.shape, 4))
        tint[mask == class_id] = to_rgba(colour, opacity)
        ax.imshow(tint, interpolation="nearest")
        _draw_outline(ax, mask == class_id, colour)


def _draw_outline(ax: Axes, region: np.ndarray, colour: str) -> None:
    # A margin, so that an outline closes where the region touches the image's edge.
    inside = np.pad(region, 1).astype(float)
    height, width = inside.shape
    places = np.arange(width) - 1, np.arange(height) - 1
    ax.contour(*places, inside, [0.5], colors=[colour], linewidths=1.2)
    ax.set_xlim(-0.5, region.shape[1] - 0.5)
    ax.set_ylim(region.shape[0] - 0.5, -0.5)


def show_maps(
    images: Any,
    maps: Any,
    *,
    masks: Any = None,
    titles: Sequence[str] | None = None,
    own_scale: bool = False,
    columns: int | None = None,
    inches: float = 1.8,
    ax: Any = None,
) -> np.ndarray:
    """Show images with a map laid over each: orange where it is positive, blue where negative.

    Parameters
    ----------
    images : as in ``show_images``
    maps : array (N, H, W), one map, or a list of maps
        Any finite numbers; 0 is clear, the largest in size is opaque.
    masks : as in ``show_masks``, optional
        Drawn as a white outline around all that isn't 0.
    titles : sequence of N texts, optional
    own_scale : bool
        Whether each map is opaque at its own largest value, instead of that of all maps.
    columns, inches, ax
        As in ``show_images``.

    Returns
    -------
    array (N,) of matplotlib Axes
        Under each stands the value at which it is opaque.

    Raises
    ------
    ValueError
        Where images, maps and masks differ in number or size, or a map isn't finite.

    Notes
    -----
    Taught in lesson 14.
    """
    pictures = as_pictures(images)
    heats = _laid_over(pictures, maps, "maps")
    if not all(np.isfinite(heat).all() for heat in heats):
        raise ValueError("a map holds NaN or infinity: look for a division by zero before it")
    truths = [None] * len(pictures) if masks is None else _laid_over(pictures, masks, "masks")
    limits = [float(np.abs(heat).max()) or 1.0 for heat in heats]
    limits = limits if own_scale else [max(limits)] * len(limits)
    axes, shown = _grid(pictures, titles, columns, inches, ax)
    for place, heat, truth, limit in zip(axes, heats, truths, limits, strict=True):
        part = heat.astype(float) / limit
        tint = np.where(part[..., None] < 0, to_rgba(colours.SKY), to_rgba(colours.VERMILLION))
        tint[..., 3] = 0.9 * np.abs(part)
        place.imshow(tint, interpolation="nearest")
        place.set_xlabel(f"opaque: {number(limit)}", fontsize="x-small")
        if truth is not None and truth.any():
            _draw_outline(place, truth != 0, "white")
    describe_grid(axes, f"{shown}, with maps: {'; '.join(map(_map_text, heats, truths))}.")
    return axes


def _map_text(heat: np.ndarray, mask: np.ndarray | None) -> str:
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    where = f"highest {number(float(heat.max()))} at row {row}, column {column}"
    if mask is None or not mask.any():
        return where
    touches = mask[heat == heat.max()].any()  # a patch has the same value in all its pixels
    return f"{where}, {'in' if touches else 'outside'} the mask"


def _add_legend(axes: np.ndarray, class_names: Sequence[str]) -> None:
    patches = [
        Patch(color=colours.categorical(place), label=name)
        for place, name in enumerate(class_names[1:])
    ]
    axes[0].figure.legend(
        handles=patches, loc="outside lower center", ncols=min(len(patches), 4), frameon=False
    )


def _masks_text(masks: list[np.ndarray], class_names: Sequence[str] | None) -> str:
    ids = [int(i) for i in np.unique(np.concatenate([mask.ravel() for mask in masks])) if i]
    shares = []
    for class_id in ids:
        name = class_names[class_id] if class_names is not None else f"class {class_id}"
        areas = [100 * float(np.mean(mask == class_id)) for mask in masks]
        present = sum(area > 0 for area in areas)
        shares.append(f"{name} in {present} of {len(masks)}, up to {max(areas):.1f} % of an image")
    return "; ".join(shares) or "all empty"


def show_boxes(
    images: Any,
    boxes: Sequence[np.ndarray],
    *,
    scores: Sequence[Any] | None = None,
    true_boxes: Sequence[np.ndarray] | None = None,
    titles: Sequence[str] | None = None,
    columns: int | None = None,
    inches: float = 1.8,
    ax: Any = None,
) -> np.ndarray:
    """Show images with their boxes, and the true ones beside them.

    Parameters
    ----------
    images : as in ``show_images``
    boxes : list of N arrays (n_i, 4)
        ``y0 x0 y1 x1`` in pixels, half-open: the box holds rows ``y0`` to ``y1 - 1``. Orange.
    scores : list of N arrays (n_i,), optional
        Written beside each box.
    true_boxes : list of N arrays (m_i, 4), optional
        Blue and dashed.
    titles, columns, inches, ax
        As in ``show_masks``.

    Returns
    -------
    array (N,) of matplotlib Axes

    Raises
    ------
    ValueError
        Where images, boxes, scores or true boxes differ in number, or a box is no finite
        ``y0 x0 y1 x1``.

    Notes
    -----
    Taught in lesson 07.
    """
    pictures = as_pictures(images)
    n_images = len(pictures)
    found = [checked_boxes("boxes", each) for each in one_each(boxes, n_images, "boxes")]
    values = [_checked_scores(*each) for each in zip(found, _lists(scores, n_images), strict=True)]
    given = _lists(true_boxes, n_images, "true_boxes")
    truths = [checked_boxes("true_boxes", each) for each in given]
    axes, shown = _grid(pictures, titles, columns, inches, ax)
    for place, image_axes in enumerate(axes):
        _draw_frames(image_axes, truths[place], [], colours.SKY, "--")
        _draw_frames(image_axes, found[place], values[place], colours.ORANGE, "-")
    counts = f"with boxes: {_counts(found)}"
    if true_boxes is not None:
        counts = f"with boxes found: {_counts(found)}; true boxes: {_counts(truths)}"
    describe_grid(axes, f"{shown}, {counts}.")
    return axes


def _lists(values: Any, count: int, name: str = "scores") -> list[Any]:
    return [[]] * count if values is None else one_each(values, count, name)


def _checked_scores(boxes: np.ndarray, scores: Any) -> list[float]:
    values = np.ravel(scores).tolist()
    if values and len(values) != len(boxes):
        raise ValueError(f"an image has {len(boxes)} boxes and {len(values)} scores; give equal")
    return values


def _draw_frames(ax: Axes, boxes: np.ndarray, scores: list[float], colour: str, dash: str) -> None:
    for y0, x0, y1, x1 in boxes:
        frame = Rectangle((x0 - 0.5, y0 - 0.5), x1 - x0, y1 - y0, fill=False, linewidth=1.5)
        frame.set(edgecolor=colour, linestyle=dash)
        ax.add_patch(frame)
    bottom, top = ax.get_ylim()
    pixels = (bottom - top) / (ax.get_window_extent().height * 72 / ax.figure.dpi)  # a point
    width, height = 18 * pixels, 7 * pixels  # of four digits
    taken: list[tuple[float, float]] = []
    for (y0, x0, y1, x1), score in zip(boxes, scores, strict=False):
        beside = [(x0 - 0.5, y0 - 1), (x0 - 0.5, y1 + height), (x1, y1), (x0 - 1 - width, y1)]
        inside = [place for place in beside if place[1] - height > top] or beside
        where = next((place for place in inside if _free(place, taken, width, height)), inside[0])
        ax.text(*where, f"{score:.2f}", color=colour, fontsize=7, clip_on=True)
        taken.append(where)


def _free(place: Any, taken: list[Any], width: float, height: float) -> bool:
    """Say whether no text stands so near that the two would run into each other."""
    return all(abs(place[0] - x) >= width or abs(place[1] - y) >= height for x, y in taken)


def _counts(boxes: list[np.ndarray]) -> str:
    return ", ".join(str(len(each)) for each in boxes)

"""What the explanation explorer shows, as data: a score with and without a part of the image."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.explore.common.checks import checked_place, checked_whole
from medtutor.explore.common.packed import checked_numbers
from medtutor.scratch.explaining import covered, score_of

FILLS = {
    "local": "the mean around it",
    "mean": "the slice's mean",
    "black": "black",
    "noise": "noise",
}


def covered_score(
    score: Callable[[np.ndarray], Any],
    image: np.ndarray,
    place: tuple[int, int],
    size: int,
    fill: str = "local",
    *,
    heat: np.ndarray | None = None,
    mask: np.ndarray | None = None,
) -> dict[str, Any]:
    """Return what a square cover does to an image's score, and what lies under it.

    Parameters
    ----------
    score : function of images (N, H, W, C), (N,)
        Above 0 the image is called sick.
    image : float array (H, W, C)
    place : (row, column)
        Of the cover's first pixel; all of the cover lies on the image.
    size : int
        Edge of the cover, in pixels.
    fill : "local", "mean", "black" or "noise"
        The mean of the two pixels around the cover, the image's mean, its lowest value, or noise
        with the image's mean and spread.
    heat : array (H, W), optional
        A map that claims to explain the score.
    mask : array (H, W), optional
        Where the lesion is: anything but 0.

    Returns
    -------
    dict
        ``whole`` and ``covered``, the two scores; ``area``, the cover's share of the image;
        ``mass``, the share of the map's positive values under it (None without any);
        ``lesion``, the share of the lesion under it (None without any); ``image``, the covered
        image.

    Raises
    ------
    ValueError
        For a score that isn't one number an image, a cover that leaves it, shapes that don't fit
        together, or a fill that isn't known.

    Notes
    -----
    Taught in lesson 14.
    """
    image = checked_numbers("image", image)
    if image.ndim != 3:
        raise ValueError(f"image has shape {image.shape}; give one image, (H, W, C)")
    edges = image.shape[:2]
    checked_whole("size", size, 1, min(edges))
    lasts = [edge - size for edge in edges]
    top, left = checked_place(place, lasts, "the row and the column of the cover's first pixel")
    heat = None if heat is None else checked_like("heat", heat, edges)
    mask = None if mask is None else checked_like("mask", mask, edges) != 0
    batch = image[None]
    changed = covered(batch, top, left, size, _filling(fill, image, size))
    whole, without = score_of(score, np.concatenate([batch, changed]))
    under = np.zeros(edges, bool)
    under[top : top + size, left : left + size] = True
    return {
        "whole": float(whole),
        "covered": float(without),
        "area": float(under.mean()),
        "mass": None if heat is None else _share(np.maximum(heat, 0), under),
        "lesion": None if mask is None else _share(mask, under),
        "image": changed[0],
    }


def explanation_words(scene: dict[str, Any], size: int, fill: str, name: str) -> str:
    """Return a scene in words, as the explorer says it."""
    rounded = (round(scene[key], 1) + 0 for key in ("whole", "covered"))  # never −0.0
    before, after = (f"{score:.1f}".replace("-", "−") for score in rounded)
    said = [
        f"Score {before} → {after} with {size} × {size} pixels covered by {FILLS[fill]}: "
        f"called {'sick' if scene['covered'] > 0 else 'healthy'}."
    ]
    if scene["lesion"] is not None:
        said.append(f"{_percent(scene['lesion'])} of the lesion is under the cover.")
    if scene["mass"] is None:
        said.append(f"The map “{name}” has no positive value on this slice.")
    else:
        said.append(
            f"The map “{name}” has {_percent(scene['mass'])} of its mass there (chance "
            f"{_percent(scene['area'])})."
        )
    return " ".join(said)


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def _filling(fill: str, image: np.ndarray, size: int) -> Any:
    if fill == "noise":
        noise = np.random.default_rng(0).standard_normal((size, size, image.shape[2]))
        return image.mean() + image.std() * noise
    levels = {"local": "local", "mean": image.mean(), "black": image.min()}
    if fill not in levels:
        raise ValueError(f"fill is {fill!r}; choose one of {', '.join(FILLS)}")
    return levels[fill]


def checked_like(name: str, values: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Return ``values`` as an array of this shape."""
    array = checked_numbers(name, values)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; give {shape}, a value for each pixel")
    return array


def _share(values: np.ndarray, under: np.ndarray) -> float | None:
    total = float(values.sum())
    return float(values[under].sum()) / total if total > 0 else None

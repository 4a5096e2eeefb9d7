"""A cover over a slice: what it does to a network's score, and what a map says about the place."""

from collections.abc import Callable
from typing import Any

import numpy as np
import traitlets

from medtutor.explore.common.packed import as_grey, checked_numbers, packed
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.explanation.scene import (
    FILLS,
    checked_like,
    covered_score,
    explanation_words,
)
from medtutor.scratch.explaining import score_of

LARGEST_EDGE = 128
MOST_SLICES = 24
SIZES = (2, 16)
SETTINGS = ("index", "map_name", "random_head", "place", "size", "fill")


class ExplanationExplorer(Explorer):
    """The widget that ``explanation`` returns; the kernel computes each covered slice's score.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``index`` (of the slice), ``map_name``, ``random_head`` (maps of the network with a random
    head), ``place`` (row and column of the cover's first pixel), ``size`` and ``fill``.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/svg.js",
        "common/drawing.js",
        "common/pixels.js",
        "common/outline.js",
        "common/moving_window.js",
        "explanation/drawing.js",
        "explanation/page.js",
    )
    _css = source("common/style.css", "explanation/style.css")

    stack = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0, min=0).tag(sync=True)
    map_name = traitlets.Unicode().tag(sync=True)
    random_head = traitlets.Bool(False).tag(sync=True)
    place: traitlets.List[int] = traitlets.List([0, 0], minlen=2, maxlen=2).tag(sync=True)
    size = traitlets.Int(8, min=SIZES[0], max=SIZES[1]).tag(sync=True)
    fill = traitlets.Enum(tuple(FILLS), "local").tag(sync=True)
    seen = traitlets.Dict().tag(sync=True)

    def __init__(
        self, images: np.ndarray, score: Any, maps: np.ndarray, masks: Any, **settings: Any
    ) -> None:
        self._images, self._score, self._maps, self._masks = images, score, maps, masks
        super().__init__(**settings)
        self._compute()
        self.observe(self._compute, SETTINGS)

    @traitlets.validate("index", "map_name", "place")
    def _fits_the_stack(self, proposal: Any) -> Any:
        name, value, stack = proposal["trait"].name, proposal["value"], self.stack
        fits, cure = {
            "index": (lambda: value < stack["count"], f"there are {stack['count']} slices"),
            "map_name": (lambda: value in stack["names"], f"one of {', '.join(stack['names'])}"),
            "place": (
                lambda: 0 <= value[0] < stack["rows"] and 0 <= value[1] < stack["columns"],
                f"a slice has {stack['rows']} × {stack['columns']} pixels",
            ),
        }[name]
        if not fits():
            raise traitlets.TraitError(f"{name} is {value}; {cure}")
        return value

    def scene(self) -> dict[str, Any]:
        """Return what is seen: see ``covered_score``."""
        edges = (self.stack["rows"], self.stack["columns"])
        # A cover that has grown at the rim stays on the slice.
        row, column = (
            min(at, edge - self.size) for at, edge in zip(self.place, edges, strict=True)
        )
        return covered_score(
            self._score,
            self._images[self.index],
            (row, column),
            self.size,
            self.fill,
            heat=self._maps[self._which_map(), self.index],
            mask=None if self._masks is None else self._masks[self.index],
        )

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        return f"Explanation explorer, slice {self.index} of {self.stack['count']}. " + str(
            self.seen["words"]
        )

    def _which_map(self) -> int:
        names = self.stack["names"]
        return names.index(self.map_name) + len(names) * self.random_head

    def _compute(self, _: Any = None) -> None:
        scene = self.scene()
        grey = self._images[self.index].mean(axis=-1)
        low, high = grey.min(), grey.max()
        level = (scene["image"].mean(axis=-1) - low) / ((high - low) or 1)
        name = f"{self.map_name}, random head" if self.random_head else self.map_name
        self.seen = {
            "settings": [getattr(self, setting) for setting in SETTINGS],
            "words": explanation_words(scene, self.size, self.fill, name),
            "whole": scene["whole"],
            "covered": scene["covered"],
            "picture": packed(np.rint(255 * level.clip(0, 1)).astype(np.uint8)),
        }


def explanation(
    images: np.ndarray,
    maps: dict[str, np.ndarray],
    score: Callable[[np.ndarray], Any],
    *,
    masks: np.ndarray | None = None,
    random_maps: dict[str, np.ndarray] | None = None,
) -> ExplanationExplorer:
    """Cover a part of a slice, see what becomes of the score, and hold a map against it.

    Parameters
    ----------
    images : float array (N, H, W, C)
        1 to 24 slices, as the network takes them, of 16 to 128 pixels each way.
    maps : dict of name and array (N, H, W)
        Up to nine maps of the slices; each is drawn on its own scale.
    score : function of images, (N,)
        One number an image, above 0 for sick. It is asked again for each cover.
    masks : array (N, H, W), optional
        Where the lesions are: anything but 0.
    random_maps : dict with the same names, optional
        The maps of a network whose last layers were drawn at random, for the check box.

    Returns
    -------
    ExplanationExplorer
        A widget; everything in it works by keyboard and mouse. It needs a running kernel.

    Raises
    ------
    ValueError
        For shapes or names that don't fit together, too many or too large slices, or a score that
        isn't one number an image.

    Notes
    -----
    What is computed is that of ``covered_score``. Taught in lesson 14.
    """
    images = _checked_images(images)
    shape = images.shape[:3]
    names = list(maps)
    if not 1 <= len(names) <= 9 or (random_maps is not None and set(random_maps) != set(names)):
        raise ValueError(
            f"maps holds {names} and random_maps {list(random_maps or [])}; give one to nine maps, "
            "and the same names in both"
        )
    stacks = [checked_like("maps", maps[name], shape) for name in names]
    stacks += [
        checked_like("random_maps", random_maps[name], shape) for name in names if random_maps
    ]
    every = np.stack(stacks)
    truth = None if masks is None else checked_like("masks", masks, shape) != 0
    score_of(score, images)
    limits = np.abs(every).max(axis=(2, 3), keepdims=True)
    stack = {
        "count": shape[0],
        "rows": shape[1],
        "columns": shape[2],
        "names": names,
        "random": random_maps is not None,
        "images": packed(as_grey(images.mean(axis=-1))),
        "maps": packed(np.rint(255 * every / np.where(limits > 0, limits, 1))),
        "masks": packed(np.zeros(shape) if truth is None else truth.astype(np.uint8)),
    }
    start = [0, 0] if truth is None else _over_the_lesion(truth[0], 8)
    return ExplanationExplorer(
        images, score, every, truth, stack=stack, map_name=names[0], place=start
    )


def _checked_images(images: np.ndarray) -> np.ndarray:
    array = checked_numbers("images", images)
    edges = array.shape[1:3]
    if array.ndim != 4 or len(array) > MOST_SLICES or not 16 <= min(edges) <= max(edges) <= 128:
        raise ValueError(
            f"images has shape {array.shape}; give 1 to {MOST_SLICES} slices (N, H, W, C) of 16 to "
            f"{LARGEST_EDGE} pixels each way, such as x[:6]"
        )
    return array.astype(np.float32) if array.dtype.kind != "f" else array


def _over_the_lesion(mask: np.ndarray, size: int) -> list[int]:
    """Return where a cover of this size has the most of a mask under it."""
    under = np.lib.stride_tricks.sliding_window_view(mask, (size, size)).sum(axis=(2, 3))
    return [int(at) for at in np.unravel_index(under.argmax(), under.shape)]

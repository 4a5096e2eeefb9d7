"""A patch of a slice that looks at the other patches: at which, and how sharply."""

from typing import cast

import numpy as np
import traitlets

from medtutor.explore.attention.scene import (
    GRID,
    HEADS,
    KNOWLEDGE,
    SIZES,
    Scene,
    attention_scene,
    attention_words,
)
from medtutor.explore.common.packed import (
    Packed,
    as_grey,
    checked_numbers,
    packed,
    unpacked,
    without_channel,
)
from medtutor.explore.common.widget import StackExplorer, source

MOST_SLICES, LARGEST_EDGE = 24, 128
COLDEST, HOTTEST = 0.1, 10.0


class AttentionExplorer(StackExplorer):
    """The widget that ``attention`` returns; it computes in the page, with no kernel needed.

    Its traits are what the learner sees, and can be read and set from Python: ``index`` (of the
    slice) and the arguments of ``attention_scene``: ``place``, ``knows``, ``head``, ``size``,
    ``scaled``, ``temperature``.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/drawing.js",
        "common/pixels.js",
        "common/moving_window.js",
        "attention/arithmetic.js",
        "attention/words.js",
        "attention/page.js",
    )
    _css = source("common/style.css", "attention/style.css")

    place = traitlets.Tuple(
        *[traitlets.Int(min=0, max=GRID - 1)] * 2, default_value=(GRID // 2 - 1,) * 2
    ).tag(sync=True)
    knows = traitlets.Enum(KNOWLEDGE, "brightness").tag(sync=True)
    head = traitlets.Int(1, min=1, max=len(HEADS)).tag(sync=True)
    size = traitlets.Enum(SIZES, SIZES[1]).tag(sync=True)
    scaled = traitlets.Bool(True).tag(sync=True)
    temperature = traitlets.Float(1.0, min=COLDEST, max=HOTTEST).tag(sync=True)

    def scene(self) -> Scene:
        """Return what is seen: see ``attention_scene``."""
        names = ("place", "knows", "head", "size", "scaled", "temperature")
        image = unpacked(cast(Packed, self.stack["images"]))[self.index]
        return attention_scene(image, **{name: getattr(self, name) for name in names})

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        stack = self.stack
        return (
            f"Attention explorer: one of {stack['count']} slices of {stack['rows']} × "
            f"{stack['columns']} pixels, cut into 8 × 8 patches that know {self.knows}. "
            f"{attention_words(self.scene(), self.place)}"
        )


def attention(images: np.ndarray) -> AttentionExplorer:
    """Move a patch over a slice, and see with which weights it looks at all patches.

    Parameters
    ----------
    images : array (N, H, W) or (N, H, W, 1) of numbers
        1 to 24 slices, both edges multiples of 8 up to 128 pixels. Each is shown from its lowest
        value (black) to its highest (white), and cut into 8 × 8 patches.

    Returns
    -------
    AttentionExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For another shape, edges that 8 patches don't divide, or values that aren't finite.

    Notes
    -----
    What is computed is that of ``attention_scene``: nothing here is trained. Taught in lesson 17.
    """
    grey = as_grey(_checked_slices(images))
    count, rows, columns = grey.shape
    return AttentionExplorer(
        stack={"count": count, "rows": rows, "columns": columns, "images": packed(grey)}
    )


def _checked_slices(images: np.ndarray) -> np.ndarray:
    array = without_channel(checked_numbers("images", images))
    if array.ndim != 3 or not 1 <= len(array) <= MOST_SLICES:
        raise ValueError(
            f"images has shape {array.shape}; give 1 to {MOST_SLICES} grey slices, (N, H, W) or "
            "(N, H, W, 1), for example images[:12]"
        )
    edges = array.shape[1:]
    if any(edge % GRID for edge in edges) or max(edges) > LARGEST_EDGE:
        raise ValueError(
            f"images has slices of {edges[0]} × {edges[1]} pixels; 8 patches along each edge need "
            f"multiples of 8, up to {LARGEST_EDGE}: cut or resize them"
        )
    return array

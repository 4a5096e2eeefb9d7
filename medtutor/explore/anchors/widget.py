"""Anchors and suppression on a slice: which anchors reach a true box, which marks are kept."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from medtutor.explore.anchors.scene import (
    SQUARE,
    STRIDES,
    THREE,
    anchors_scene,
    anchors_words,
    suppression_scene,
    suppression_words,
)
from medtutor.explore.common.checks import checked_choice
from medtutor.explore.common.packed import as_grey, checked_numbers, packed, without_channel
from medtutor.explore.common.widget import Explorer, source
from medtutor.scratch.boxes import checked_boxes

LARGEST_EDGE = 128
MOST_SLICES = 24
MOST_DETECTIONS = 100
SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 16, 24, 32)
TABS = ("anchors", "suppression")


class AnchorsExplorer(Explorer):
    """The widget that ``anchors`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``tab``, ``index`` (of the slice), ``stride``, ``sizes``, ``three_ratios``, ``positive``,
    ``negative``, ``place`` (row and column of the cursor), ``score_threshold``,
    ``nms_threshold``.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/svg.js",
        "common/drawing.js",
        "common/pixels.js",
        "common/moving_window.js",
        "anchors/arithmetic.js",
        "anchors/words.js",
        "anchors/drawing.js",
        "anchors/page.js",
    )
    _css = source("common/style.css", "anchors/style.css")

    stack = traitlets.Dict().tag(sync=True)
    tab = traitlets.Enum(TABS, "anchors").tag(sync=True)
    index = traitlets.Int(0, min=0).tag(sync=True)
    stride = traitlets.Enum(STRIDES, 2).tag(sync=True)
    sizes: traitlets.List[float] = traitlets.List([4.0], minlen=1, maxlen=3).tag(sync=True)
    three_ratios = traitlets.Bool(False).tag(sync=True)
    positive = traitlets.Float(0.5, min=0.05, max=0.95).tag(sync=True)
    negative = traitlets.Float(0.3, min=0.05, max=0.95).tag(sync=True)
    place: traitlets.List[int] = traitlets.List([0, 0]).tag(sync=True)
    score_threshold = traitlets.Float(0.5, min=0, max=1).tag(sync=True)
    nms_threshold = traitlets.Float(0.3, min=0, max=1).tag(sync=True)

    def scene(self) -> dict[str, Any]:
        """Return what is seen: see ``anchors_scene`` and ``suppression_scene``."""
        stack = self.stack
        if self.tab == "suppression":
            return suppression_scene(
                [np.array(found).reshape(-1, 5) for found in stack["detections"]],
                stack["boxes"],
                index=self.index,
                score_threshold=self.score_threshold,
                nms_threshold=self.nms_threshold,
            )
        return anchors_scene(
            (stack["rows"], stack["columns"]),
            stack["boxes"][self.index],
            stride=self.stride,
            sizes=self.sizes,
            ratios=THREE if self.three_ratios else SQUARE,
            positive=self.positive,
            negative=min(self.negative, self.positive),
            place=(self.place[0], self.place[1]),
        )

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        count = self.stack["count"]
        words = (
            suppression_words(self.scene(), count)
            if self.tab == "suppression"
            else anchors_words(self.scene())
        )
        return f"Anchors explorer, slice {self.index} of {count}, {self.tab}. {words}"


def anchors(
    images: np.ndarray,
    true_boxes: Sequence[Any],
    *,
    detections: Sequence[tuple[Any, Any]] | None = None,
    stride: int = 2,
    sizes: Sequence[float] = (4,),
    tab: str = "anchors",
) -> AnchorsExplorer:
    """Lay anchors over a slice and see which reach a true box; suppress marks and see what stays.

    Parameters
    ----------
    images : array (N, H, W) or (N, H, W, 1) of numbers
        1 to 24 slices of at most 128 x 128 pixels, with edges that 8 divides. Each is shown from
        its lowest value (black) to its highest (white): window a CT before.
    true_boxes : list of N arrays (n, 4)
        ``y0 x0 y1 x1``, half-open.
    detections : list of N pairs (boxes, scores), optional
        What a detector marks on each slice, before suppression; the best 100 of each are shown.
        Scores lie between 0 and 1. Without it there is no tab for suppression.
    stride, sizes
        Where to begin: 1, 2, 4 or 8, and one to three sizes in pixels.
    tab : "anchors" or "suppression"

    Returns
    -------
    AnchorsExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For shapes that don't fit together, boxes without an area, scores outside 0 to 1, too
        many or too large slices, or the tab for suppression without detections.

    Notes
    -----
    What is computed is that of ``anchors_scene`` and ``suppression_scene``. Taught in lesson 13.
    """
    pictures = _checked_slices(images)
    count, rows, columns = pictures.shape
    if len(true_boxes) != count or (detections is not None and len(detections) != count):
        raise ValueError(
            f"there are {count} slices, true_boxes of {len(true_boxes)} and detections of "
            f"{'none' if detections is None else len(detections)}; give one entry for each slice"
        )
    boxes = [checked_boxes("true_boxes", each).astype(float) for each in true_boxes]
    found = [] if detections is None else [_checked_detections(*pair) for pair in detections]
    if checked_choice("tab", tab, TABS) == "suppression" and detections is None:
        raise ValueError("tab is 'suppression', but there are no detections; give them")
    edges = _checked_settings(stride, sizes)
    stack = {
        "count": count,
        "rows": rows,
        "columns": columns,
        "images": packed(as_grey(pictures)),
        "boxes": [each.tolist() for each in boxes],
        "detections": [each.tolist() for each in found],
        "sizes": sorted({float(size) for size in SIZES} | set(edges)),
    }
    first = next((each for each in boxes if len(each)), np.array([[0, 0, rows, columns]]))[0]
    return AnchorsExplorer(
        stack=stack,
        tab=tab,
        stride=stride,
        sizes=edges,
        index=next((i for i, each in enumerate(boxes) if len(each)), 0),
        place=[
            int(np.clip((first[axis] + first[axis + 2]) / 2, 0, edge - 1))
            for axis, edge in enumerate((rows, columns))
        ],
    )


def _checked_slices(images: np.ndarray) -> np.ndarray:
    array = without_channel(checked_numbers("images", images))
    edges = array.shape[1:]
    if array.ndim != 3 or len(array) > MOST_SLICES or max(edges) > LARGEST_EDGE:
        raise ValueError(
            f"images has shape {array.shape}; give 1 to {MOST_SLICES} grey slices of at most "
            f"{LARGEST_EDGE} × {LARGEST_EDGE} pixels, (N, H, W) or (N, H, W, 1), such as images[:6]"
        )
    if any(edge % STRIDES[-1] for edge in edges):
        raise ValueError(
            f"images has slices of {edges[0]} × {edges[1]} pixels; give edges that "
            f"{STRIDES[-1]} divides, such as images[:, : -(H % 8)]"
        )
    return array


def _checked_detections(boxes: Any, scores: Any) -> np.ndarray:
    """Return rows of y0 x0 y1 x1 score, from the best score down."""
    boxes, values = checked_boxes("boxes", boxes), np.asarray(scores, float)
    if values.shape != (len(boxes),) or not ((values >= 0) & (values <= 1)).all():
        raise ValueError(
            f"scores has shape {values.shape} for {len(boxes)} boxes; give each a score from 0 to "
            "1, such as a sigmoid gives"
        )
    rows = np.concatenate([boxes, values[:, None]], axis=1)
    return rows[np.argsort(-values, kind="stable")][:MOST_DETECTIONS]


def _checked_settings(stride: Any, sizes: Any) -> list[float]:
    if stride not in STRIDES:
        raise ValueError(f"stride is {stride!r}; give one of {STRIDES}")
    edges = list(np.atleast_1d(sizes).astype(float))
    if not 1 <= len(edges) <= 3 or not all(0 < edge <= LARGEST_EDGE for edge in edges):
        raise ValueError(f"sizes is {sizes!r}; give one to three numbers of pixels, such as (3, 6)")
    return [float(edge) for edge in edges]

"""A segmentation held against the truth: a network's at any threshold, or one's own by brush."""

from base64 import b64decode
from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets
from sklearn.metrics import confusion_matrix, f1_score, jaccard_score

from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.segmentation.input import packed_stack, pixel_area

LARGEST_BRUSH = 31


class SegmentationExplorer(Explorer):
    """The widget that ``segmentation`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``index`` (of the slice), ``class_id``, ``threshold_percent``, ``opacity_percent``, ``mode``
    ("look" at the network's mask or "paint" one's own), ``truth_shown`` (while painting),
    ``tool`` of the pointer ("paint" or "erase"), ``brush`` (its width in pixels, odd) and
    ``cursor``, row and column of the brush. ``painted()`` returns what was painted.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/svg.js",
        "common/drawing.js",
        "common/moving_window.js",
        "common/pixels.js",
        "common/outline.js",
        "common/slider.js",
        "segmentation/arithmetic.js",
        "segmentation/brush.js",
        "segmentation/drawing.js",
        "segmentation/words.js",
        "segmentation/parts.js",
        "segmentation/page.js",
    )
    _css = source("common/style.css", "segmentation/style.css")

    stack = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0, min=0).tag(sync=True)
    class_id = traitlets.Int(1, min=0).tag(sync=True)
    threshold_percent = traitlets.Int(50, min=0, max=100).tag(sync=True)
    opacity_percent = traitlets.Int(60, min=0, max=100).tag(sync=True)
    mode = traitlets.Enum(("look", "paint"), "look").tag(sync=True)
    truth_shown = traitlets.Bool(False).tag(sync=True)
    tool = traitlets.Enum(("paint", "erase"), "paint").tag(sync=True)
    brush = traitlets.Int(5, min=1, max=LARGEST_BRUSH).tag(sync=True)
    cursor = traitlets.Tuple(traitlets.Int(min=0), traitlets.Int(min=0), default_value=(0, 0)).tag(
        sync=True
    )
    paintings = traitlets.Dict().tag(sync=True)
    largest_brush = traitlets.Int(LARGEST_BRUSH).tag(sync=True)

    @traitlets.validate("index", "class_id", "brush", "cursor")
    def _fits_the_stack(self, proposal: Any) -> Any:
        name, value, stack = proposal["trait"].name, proposal["value"], self.stack
        fits, cure = {
            "index": (lambda: value < stack["count"], f"there are {stack['count']} slices"),
            "class_id": (lambda: value in stack["class_ids"], f"one of {stack['class_ids']}"),
            "brush": (lambda: value % 2 == 1, "give an odd number of pixels"),
            "cursor": (
                lambda: value[0] < stack["rows"] and value[1] < stack["columns"],
                f"a slice has {stack['rows']} × {stack['columns']} pixels",
            ),
        }[name]
        if not fits():
            raise traitlets.TraitError(f"{name} is {value}; {cure}")
        return value

    def painted(self, index: int | None = None, class_id: int | None = None) -> np.ndarray:
        """Return what the learner painted on a slice, by default the one that is seen.

        Parameters
        ----------
        index, class_id : int, optional
            Slice and class.

        Returns
        -------
        uint8 array (rows, columns)
            1 where it is painted, else 0.
        """
        index = self.index if index is None else index
        class_id = self.class_id if class_id is None else class_id
        shape = (self.stack["rows"], self.stack["columns"])
        bits = np.zeros(shape[0] * shape[1] // 8 + 1, np.uint8)
        kept = self.paintings.get(f"{index}/{class_id}")
        if kept:
            bits = np.frombuffer(b64decode(kept), np.uint8)
        return np.unpackbits(bits, count=shape[0] * shape[1]).reshape(shape)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        stack = self.stack
        return (
            f"Segmentation explorer: {stack['count']} slices of {stack['rows']} × "
            f"{stack['columns']} pixels, each with a true mask and a network's probabilities "
            f"(slice {self.index} at threshold {self.threshold_percent / 100:.2f}), with Dice, "
            "IoU and both kinds of error, and a brush to paint a mask of one's own."
        )


def segmentation(
    images: np.ndarray,
    masks: np.ndarray,
    probabilities: np.ndarray,
    *,
    spacing: Sequence[float] | None = None,
) -> SegmentationExplorer:
    """Hold a network's mask against the truth at any threshold, or paint one of your own.

    Parameters
    ----------
    images : array (N, H, W) or (N, H, W, 1) of numbers
        Slices of at most 512 x 512 pixels. Each is shown from its lowest value (black) to its
        highest (white).
    masks : array (N, H, W) or (N, H, W, 1) of class ids
        The truth: 0 and 1, or 0 to K - 1 where there are K probabilities a pixel.
    probabilities : array (N, H, W), (N, H, W, 1) or (N, H, W, K), 0 to 1
        What a sigmoid or a softmax gave. With K classes one is looked at at a time: its own
        probability against the threshold, whatever the other classes' are.
    spacing : two numbers, optional
        Millimetres from row to row and from column to column; errors are then also told in mm².

    Returns
    -------
    SegmentationExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For shapes that don't fit together, values that aren't finite, class ids without a
        probability, probabilities outside 0 to 1 (logits), a spacing that isn't two positive
        numbers, slices above 512 pixels, or more than 8 MB of pixels for the page.

    Notes
    -----
    A pixel belongs to the mask where its probability is at or above the threshold. What is
    counted is that of ``overlap``. Taught in lesson 08.
    """
    stack = packed_stack(images, masks, probabilities, spacing)
    middle = (stack["rows"] // 2, stack["columns"] // 2)
    return SegmentationExplorer(stack=stack, cursor=middle)


def overlap(
    truth: np.ndarray, prediction: np.ndarray, *, spacing: Sequence[float] | None = None
) -> dict[str, float]:
    """Count what a mask found, missed and made up, and how far it overlaps the truth.

    Parameters
    ----------
    truth, prediction : array of any shape, of 0 and 1
        The true mask and the one to be judged.
    spacing : two numbers, optional
        Millimetres from row to row and from column to column.

    Returns
    -------
    dict
        ``hits``, ``false_positives``, ``misses`` and ``rest`` in pixels; with a spacing
        ``false_positives_mm2`` and ``misses_mm2`` as well; ``dice`` and ``iou``, NaN where
        neither mask has a pixel.

    Raises
    ------
    ValueError
        For masks of different shapes, other values than 0 and 1, or a wrong spacing.

    Notes
    -----
    By scikit-learn's ``confusion_matrix``, ``f1_score`` (Dice) and ``jaccard_score`` (IoU).
    Taught in lesson 08.
    """
    flat = [_checked_mask(name, mask) for name, mask in (("truth", truth), ("mask", prediction))]
    if np.shape(truth) != np.shape(prediction):
        raise ValueError(f"masks of shapes {np.shape(truth)} and {np.shape(prediction)} differ")
    counts = confusion_matrix(*flat, labels=[0, 1]).ravel().tolist()
    found = dict(zip(("rest", "false_positives", "misses", "hits"), counts, strict=True))
    if spacing is not None:
        area = pixel_area(spacing)
        found |= {f"{name}_mm2": found[name] * area for name in ("false_positives", "misses")}
    dice = float(f1_score(*flat, zero_division=np.nan))
    # jaccard_score knows no NaN; it is undefined where Dice is.
    iou = dice if np.isnan(dice) else float(jaccard_score(*flat))
    return {**found, "dice": dice, "iou": iou}


def _checked_mask(name: str, mask: np.ndarray) -> np.ndarray:
    array = np.asarray(mask)
    if not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} holds {np.unique(array)[:6].tolist()}; give 0 and 1 alone")
    return array.ravel().astype(int)

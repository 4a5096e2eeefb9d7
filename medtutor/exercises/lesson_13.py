"""Exercises of lesson 13, Detection with anchors."""

from collections.abc import Callable
from typing import Any

import numpy as np

from medtutor.exercises.engine import Exercise, Mistake, case, passes, returns
from medtutor.scratch import box_iou, decode_boxes, non_max_suppression


def _iou(a: Any, b: Any) -> float:
    return float(box_iou([a], [b])[0, 0])


def _sides(a: Any, b: Any, extra: float = 0) -> np.ndarray:
    """Return height and width of the overlap, below 0 where boxes lie apart."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    return np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]) + extra


def _area(box: Any, extra: float = 0) -> float:
    box = np.asarray(box, float)
    return float(np.prod(box[2:] - box[:2] + extra))


def _with_one_more(a: Any, b: Any) -> float:
    both = np.prod(_sides(a, b, 1).clip(min=0))
    return float(both / (_area(a, 1) + _area(b, 1) - both))


def _not_cut(a: Any, b: Any) -> float:
    both = np.prod(_sides(a, b))
    return float(both / (_area(a) + _area(b) - both))


def _both(a: Any, b: Any) -> float:
    return float(np.prod(_sides(a, b).clip(min=0)))


box_area_overlap = Exercise(
    id="box_area_overlap",
    lesson="13",
    hints=(
        "The overlap begins at the larger of the two first rows and ends at the smaller of the "
        "two last ones; columns alike.",
        "A side of the overlap can't be below 0: max(0, end - begin).",
        "IoU = overlap / (area of a + area of b - overlap).",
    ),
    checks=(
        returns(
            _iou,
            case("a box of 4×4 and one of 5×3", np.array([2, 2, 6, 6]), np.array([3, 4, 8, 7])),
            case(
                "boxes with decimals",
                np.array([1.5, 2.0, 4.0, 9.0], "float32"),
                np.array([0.0, 3.5, 3.0, 11.0], "float32"),
            ),
            case("lists of whole numbers, one box in the other", [0, 0, 9, 4], [2, 1, 5, 3]),
            case("the same box twice", [3, 5, 10, 7], [3, 5, 10, 7]),
            case(
                "boxes that share a side and no pixel",
                [0, 0, 4, 6],
                [4, 2, 9, 5],
                tip="A box holds the rows y0 to y1 - 1: these two have none in common.",
            ),
            case("boxes in the same rows, far apart", [0, 0, 5, 4], [1, 10, 4, 13]),
            case("boxes apart both ways", [0, 0, 3, 4], [10, 9, 14, 15]),
            mistakes=(
                Mistake(
                    _with_one_more,
                    "You count a row and a column too many: boxes are half-open, the height is "
                    "y1 - y0 with no + 1.",
                ),
                Mistake(
                    _not_cut,
                    "These boxes don't touch, so the overlap is 0: a side can't be below 0 (and "
                    "two sides below 0 even multiply to an area above 0).",
                ),
                Mistake(
                    lambda a, b: _both(a, b) / (_area(a) + _area(b)),
                    "You divide by the sum of the areas, which counts the overlap twice. Take it "
                    "off once.",
                ),
                *(
                    Mistake(wrong, "You divide by the area of one box. The union holds both.")
                    for wrong in (
                        lambda a, b: _both(a, b) / _area(a),
                        lambda a, b: _both(a, b) / _area(b),
                    )
                ),
                Mistake(_both, "This is the overlap in pixels. Divide it by the union."),
                Mistake(
                    lambda a, b: 2 * _both(a, b) / (_area(a) + _area(b)),
                    "This is Dice, twice the overlap by the sum of the areas. IoU divides the "
                    "overlap by the union.",
                ),
            ),
        ),
    ),
    takeaway="Small boxes lose their IoU fast: one pixel of four is a quarter of a side.",
)


def _count(image_shape: Any, stride: int, n_sizes: int, n_ratios: int) -> int:
    return image_shape[0] // stride * (image_shape[1] // stride) * n_sizes * n_ratios


n_anchors = Exercise(
    id="n_anchors",
    lesson="13",
    hints=(
        "How many places does the grid have down, and how many across?",
        "At each place there is an anchor of each size in each ratio.",
        "(height // stride) * (width // stride) * n_sizes * n_ratios.",
    ),
    checks=(
        returns(
            _count,
            case("88×40 pixels, stride 8, 3 sizes, 4 ratios", (88, 40), 8, 3, 4),
            case("64×48 pixels, stride 2, 3 sizes, 1 ratio", (64, 48), 2, 3, 1),
            case("64×64 pixels, stride 2, 3 sizes, 1 ratio", (64, 64), 2, 3, 1),
            case("96×64 pixels, stride 4, 2 sizes, 3 ratios", (96, 64), 4, 2, 3),
            case("40×72 pixels, stride 8, 1 size, 2 ratios", (40, 72), 8, 1, 2),
            case("16×24 pixels, stride 1, 4 sizes, 3 ratios", (16, 24), 1, 4, 3),
            mistakes=(
                Mistake(
                    lambda shape, stride, sizes, ratios: (
                        _count(shape, stride, 1, 1) * (sizes + ratios - 1)
                    ),
                    "You take sizes + ratios - 1 anchors a place, as one well-known textbook "
                    "does. Here each size comes in each ratio.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: _count(shape, 2 * stride, sizes, ratios),
                    "You have half as many places each way. One place takes `stride` pixels.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: shape[0] // stride * sizes * ratios,
                    "You count the places down alone. The grid has columns, too.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: shape[1] // stride * sizes * ratios,
                    "You count the places across alone. The grid has rows, too.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: shape[0] * shape[1] * sizes * ratios,
                    "You put anchors on every pixel. They stand `stride` pixels apart.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: (
                        shape[0] * shape[1] // stride * sizes * ratios
                    ),
                    "You divide by the stride once. It holds both ways, down and across.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: (shape[0] // stride) ** 2 * sizes * ratios,
                    "You square the places down. This image isn't as wide as it is high.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: _count(shape, stride, 1, 1),
                    "These are the places. Each has an anchor of each size in each ratio.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: _count(shape, stride, sizes, 1),
                    "The ratios are missing: each size comes in each of them.",
                ),
                Mistake(
                    lambda shape, stride, sizes, ratios: _count(shape, stride, 1, ratios),
                    "The sizes are missing: each ratio comes in each of them.",
                ),
            ),
        ),
    ),
    takeaway="Half the stride means four times the anchors: a detector asks as many questions.",
)


def _decode(offsets: Any, anchor: Any) -> np.ndarray:
    return decode_boxes(np.array([offsets], float), np.array([anchor], float))[0]


def _wrong_decode(
    middle: Callable[..., Any] | None = None,
    edge: Callable[..., Any] | None = None,
    box: Callable[..., Any] | None = None,
) -> Callable[..., np.ndarray]:
    """Return a decoder with one step that goes wrong: the middles, the edges, or the corners."""
    middle = middle or (lambda y, h, t: y + t * h)
    edge = edge or (lambda h, t: h * np.exp(t))
    box = box or (lambda y, h: (y - h / 2, y + h / 2))

    def decode(offsets: Any, anchor: Any) -> np.ndarray:
        offsets, anchor = np.asarray(offsets, float), np.asarray(anchor, float)
        edges = anchor[2:] - anchor[:2]
        middles = middle(anchor[:2] + edges / 2, edges, offsets[:2])
        return np.concatenate(box(middles, edge(edges, offsets[2:])))

    return decode


def _swapped(offsets: Any, anchor: Any) -> np.ndarray:
    return _decode(np.asarray(offsets)[[1, 0, 3, 2]], anchor)


decode = Exercise(
    id="decode",
    lesson="13",
    hints=(
        "First the anchor's own height, width and middle.",
        "The middle moves by t_y heights of the anchor; the height grows by the factor exp(t_h).",
        "y0 = y - h / 2 and y1 = y + h / 2; columns alike.",
    ),
    checks=(
        returns(
            _decode,
            case(
                "the anchor worked by hand",
                np.array([0.375, 0.75, np.log(1.25), np.log(1.5)]),
                np.array([8.0, 8.0, 12.0, 12.0]),
            ),
            case(
                "a wide anchor",
                np.array([-0.2, 0.6, 0.3, -0.4], "float32"),
                np.array([10.5, 20.25, 13.5, 29.25], "float32"),
            ),
            case(
                "an anchor of whole numbers",
                np.array([0.25, -0.5, 0.1, 0.7]),
                np.array([3, 7, 8, 9]),
                tip="The result has decimals: don't write it into an array of whole numbers.",
            ),
            case("lists", [0.1, 0.2, -0.3, 0.4], [0, 5, 6, 7]),
            case(
                "offsets of 0",
                np.zeros(4),
                np.array([5.0, 1.0, 9.0, 8.0]),
                tip="Then the box is the anchor itself.",
            ),
            case("an anchor beyond the rim", np.array([1.0, 0, 0.5, 0]), np.array([-3, -1, 2, 4])),
            mistakes=(
                Mistake(
                    _wrong_decode(edge=lambda h, t: h * t),
                    "Your edges are multiplied by t_h and t_w themselves. These are logarithms: "
                    "multiply by exp(t_h) and exp(t_w).",
                ),
                Mistake(
                    _wrong_decode(edge=lambda h, t: h * (1 + t)),
                    "Your edges grow by 1 + t_h and 1 + t_w. The offsets are logarithms: "
                    "multiply by exp(t_h) and exp(t_w).",
                ),
                Mistake(
                    _wrong_decode(edge=lambda h, t: h + t),
                    "You add t_h and t_w to the edges. Multiply by exp(t_h) and exp(t_w).",
                ),
                Mistake(
                    _wrong_decode(edge=lambda h, t: np.exp(t)),
                    "Your edges are exp(t_h) and exp(t_w) pixels. Multiply the anchor's by them.",
                ),
                Mistake(
                    _wrong_decode(edge=lambda h, t: h),
                    "Your box is as large as the anchor: t_h and t_w have no effect.",
                ),
                Mistake(
                    _wrong_decode(middle=lambda y, h, t: y + t),
                    "You move the middle by t_y and t_x pixels. They count in edges of the "
                    "anchor: multiply.",
                ),
                Mistake(
                    _wrong_decode(middle=lambda y, h, t: y),
                    "Your box has the anchor's middle: t_y and t_x have no effect.",
                ),
                Mistake(
                    _wrong_decode(middle=lambda y, h, t: y - t * h),
                    "The middle moves the wrong way: add t_y heights, don't take them off.",
                ),
                Mistake(
                    _wrong_decode(middle=lambda y, h, t: y - h / 2 + t * h),
                    "You start from the anchor's first corner. The offsets lead from its middle.",
                ),
                Mistake(
                    _wrong_decode(box=lambda y, h: (y, h)),
                    "This is the middle, height and width. Return corners: y0 x0 y1 x1.",
                ),
                Mistake(
                    _wrong_decode(box=lambda y, h: (y - h, y + h)),
                    "Your box is twice too large: half of an edge lies on each side of the middle.",
                ),
                Mistake(
                    _wrong_decode(box=lambda y, h: (y, y + h)),
                    "Your box begins in its middle. Half of an edge lies on each side.",
                ),
                Mistake(
                    _swapped,
                    "Rows and columns have changed places: the order is ty tx th tw and y0 x0 y1 "
                    "x1.",
                ),
            ),
        ),
    ),
    takeaway="Offsets count in anchors, not in pixels: one number means the same for every size.",
)


def _suppress(boxes: np.ndarray, scores: Any, threshold: float) -> np.ndarray:
    return non_max_suppression(boxes, scores, iou_threshold=threshold)


def _greedy(boxes: Any, scores: Any, drops: Callable[..., Any]) -> np.ndarray:
    """Suppress by another rule; it takes the overlaps of a box with those before, and `kept`."""
    order = np.argsort(-np.asarray(scores, float), kind="stable")
    iou = box_iou(boxes, boxes)
    kept: list[int] = []
    for turn, place in enumerate(order):
        if not drops(iou[place], order[:turn], np.array(kept, int)):
            kept.append(place)
    return np.array(kept, int)


_BOXES = np.array([[2, 2, 6, 6], [3, 3, 7, 7], [2, 3, 6, 7], [10, 10, 14, 14]])
_SCORES = np.array([0.9, 0.8, 0.7, 0.6])
_CHAIN = np.array([[0, 6, 10, 16], [0, 0, 10, 10], [20, 20, 24, 29], [0, 4, 10, 14.0]])
_APART = np.arange(40)[:, None] * np.array([9, 5, 9, 5]) + np.array([0, 0, 4, 3])
_CROWD = np.array([[0, 0, 8, 8], [0, 1, 8, 9], [30, 3, 34, 9], [0, 2, 8, 10], [30, 4, 34, 10]])

suppress = Exercise(
    id="suppress",
    lesson="13",
    hints=(
        "np.argsort(-scores, kind='stable') gives the places from the best score down.",
        "Go through them. Keep a place if its box overlaps no box that you *kept* too far.",
        "scratch.box_iou(boxes[[place]], boxes[kept]) gives all overlaps at once; with no box kept "
        "yet there is nothing to compare with.",
    ),
    checks=(
        returns(
            _suppress,
            case("the boxes worked by hand, threshold 0.5", _BOXES, _SCORES, 0.5),
            case("the same with threshold 0.3", _BOXES, _SCORES, 0.3),
            case("scores in no order", _CROWD, np.array([0.2, 0.9, 0.5, 0.4, 0.7]), 0.6),
            case(
                "a box that overlaps a dropped box alone",
                _CHAIN,
                np.array([0.3, 0.9, 0.5, 0.6], "float32"),
                0.3,
                tip="The dropped box is out of the game: it drops no other.",
            ),
            case(
                "boxes that share a side, threshold 0.1",
                np.array([[0, 0, 3, 6], [3, 0, 6, 6], [3, 6, 6, 9]]),
                np.array([0.4, 0.3, 0.7]),
                0.1,
            ),
            case(
                "an overlap that is exactly the threshold",
                np.array([[0, 0, 4, 4], [0, 0, 4, 2], [0, 0, 4, 3]]),
                np.array([3, 2, 1]),
                0.5,
                tip="A box goes only if its IoU is above the threshold.",
            ),
            case(
                "equal scores",
                np.array([[0, 0, 4, 4], [30, 3, 34, 9], [0, 1, 4, 5], [20, 20, 25, 23]]),
                np.array([0.5, 0.9, 0.5, 0.5]),
                0.5,
                tip="Of equal scores the lower place comes first: kind='stable'.",
            ),
            case(
                "forty boxes apart with three scores",
                _APART,
                np.arange(40) % 3 / 4,
                0.5,
                tip="Of equal scores the lower place comes first: kind='stable'.",
            ),
            case(
                "a box between two, threshold 0.4",
                np.array([[0, 3, 4, 11], [0, 0, 4, 6], [0, 8, 4, 14]]),
                np.array([0.2, 0.7, 0.5]),
                0.4,
                tip="Each kept box counts on its own: don't add the overlaps up.",
            ),
            case("one box", np.array([[1, 2, 5, 9]]), np.array([0.1]), 0.5),
            case(
                "no box",
                np.zeros((0, 4)),
                np.zeros(0),
                0.5,
                tip="Then nothing is kept: return an empty list.",
            ),
            mistakes=(
                Mistake(
                    lambda boxes, scores, threshold: _greedy(
                        boxes, scores, lambda iou, before, kept: (iou[kept] < threshold).any()
                    ),
                    "You drop the boxes that lie apart and keep those that overlap. Drop where "
                    "the IoU is *above* the threshold.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: _greedy(
                        boxes, scores, lambda iou, before, kept: (iou[before] > threshold).any()
                    ),
                    "You compare with all better boxes, also with those already dropped. Compare "
                    "with the kept ones.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: _suppress(boxes, -scores, threshold),
                    "You begin with the worst score. The best one comes first.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: np.sort(_suppress(boxes, scores, threshold)),
                    "The right boxes are kept, but not in the order of their scores.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: boxes[_suppress(boxes, scores, threshold)],
                    "You return boxes. Return their places, such as [0, 1, 3].",
                ),
                Mistake(
                    lambda boxes, scores, threshold: np.isin(
                        np.arange(len(boxes)), _suppress(boxes, scores, threshold)
                    ),
                    "You say of each box whether it is kept. Return the places of those that are, "
                    "such as [0, 1, 3].",
                ),
                Mistake(
                    lambda boxes, scores, threshold: _greedy(
                        boxes, scores, lambda iou, before, kept: (iou[kept] >= threshold).any()
                    ),
                    "You drop a box whose IoU is exactly the threshold. Only above it does it go.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: np.argsort(
                        -np.asarray(scores, float), kind="stable"
                    ),
                    "These are all places: no box is dropped.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: _suppress(
                        boxes + np.array([0, 0, 1, 1]), scores, threshold
                    ),
                    "You count a row and a column too many in your overlaps: boxes are half-open. "
                    "scratch.box_iou does it for you.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: _greedy(
                        boxes, scores, lambda iou, before, kept: (iou[kept[-1:]] > threshold).any()
                    ),
                    "You compare with the last box alone. Compare with all that are kept.",
                ),
                Mistake(
                    lambda boxes, scores, threshold: _greedy(
                        boxes, scores, lambda iou, before, kept: (iou[kept[:1]] > threshold).any()
                    ),
                    "You compare with the best box alone. Compare with all that are kept.",
                ),
            ),
        ),
        passes(
            lambda answer: np.asarray(answer(_BOXES, _SCORES, 0.5)).dtype.kind in "iu",
            "Your places have decimals, such as 3.0, and boxes[3.0] is an error. Return whole "
            "numbers.",
        ),
    ),
    takeaway="It picks, it doesn't merge, and it doesn't know the truth: two findings that touch "
    "may become one.",
)


_Marks = Callable[..., Any]


def _sensitivity(
    share: _Marks = lambda marks, n_findings: len(np.unique(marks[marks >= 0])) / n_findings,
    allowed: _Marks = lambda marks, n_slices, most: (marks < 0).sum() / n_slices <= most,
) -> Callable[..., float]:
    """Return the best sensitivity over all thresholds; its share or its rule may go wrong."""

    def sensitivity_at(
        score: Any, finding: Any, n_findings: int, n_slices: int, false_alarms: float
    ) -> float:
        score, finding = np.asarray(score, float), np.asarray(finding, int)
        kept = [finding[score >= threshold] for threshold in np.unique(score)]
        shares = [share(m, n_findings) for m in kept if allowed(m, n_slices, false_alarms)]
        return float(max(shares, default=0.0))

    return sensitivity_at


_at = _sensitivity()


def _by_findings(
    score: Any, finding: Any, n_findings: int, n_slices: int, false_alarms: float
) -> float:
    return _at(score, finding, n_findings, n_findings, false_alarms)


def _one_by_one(
    score: Any, finding: Any, n_findings: int, n_slices: int, false_alarms: float
) -> float:
    """Let marks of equal scores in one after another, by their places."""
    order = np.argsort(-np.asarray(score, float), kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = -np.arange(len(order))
    return _at(ranks, finding, n_findings, n_slices, false_alarms)


def _without_its_own(
    score: Any, finding: Any, n_findings: int, n_slices: int, false_alarms: float
) -> float:
    """Let in the marks above a threshold, and not those on it."""
    ranks = np.unique(score, return_inverse=True)[1]
    kept = [np.asarray(finding)[ranks > rank] for rank in ranks]
    shares = [
        len(np.unique(marks[marks >= 0])) / n_findings
        for marks in kept
        if (marks < 0).sum() / n_slices <= false_alarms
    ]
    return float(max(shares, default=0.0))


def _interpolated(
    score: Any, finding: Any, n_findings: int, n_slices: int, false_alarms: float
) -> float:
    alarms, found = [0.0], [0.0]
    for threshold in np.unique(score)[::-1]:
        marks = np.asarray(finding)[np.asarray(score) >= threshold]
        alarms.append((marks < 0).sum() / n_slices)
        found.append(len(np.unique(marks[marks >= 0])) / n_findings)
    return float(np.interp(false_alarms, alarms, found))


def _as_given(
    score: Any, finding: Any, n_findings: int, n_slices: int, false_alarms: float
) -> float:
    """Go through the marks in the order in which they come."""
    ranks = -np.arange(len(np.asarray(score)))
    return _at(ranks, finding, n_findings, n_slices, false_alarms)


# From the best score down; some findings are marked again, and half of the scores aren't above
# 0.5, so that no two faults agree.
_RANKS = np.array(
    [7, 16, 22, 10, 9, 5, 21, 15, 19, 3, 17, 4, 11, 8, 2, 20, 0, 14, 13, 12, 23, 6, 18, 1]
)
_MARKS = 1.13 - 0.051 * _RANKS
_ON = np.array(
    [2, 11, 0, 12, -1, 0, 3, 4, 8, 11, 7, -1, 1, 3, 3, 9, -1, 16, 6, -1, 13, 14, -1, 15]
)[_RANKS]

sensitivity_at = Exercise(
    id="sensitivity_at",
    lesson="13",
    hints=(
        "Try every score that occurs as a threshold: a mark counts where its score reaches it.",
        "For each: false alarms are marks with finding -1; findings found are the different "
        "numbers among the others, len(np.unique(…)).",
        "Keep the largest sensitivity of those thresholds with at most `false_alarms` false "
        "alarms a slice; 0 where there is none.",
    ),
    checks=(
        returns(
            _at,
            case("24 marks, two false alarms on twelve slices", _MARKS, _ON, 17, 12, 1 / 6),
            case("the same marks, two false alarms on three slices", _MARKS, _ON, 17, 3, 2 / 3),
            case("the same marks, one false alarm on three slices", _MARKS, _ON, 17, 3, 1 / 3),
            case("the same marks on four slices, 0.7 a slice", _MARKS, _ON, 18, 4, 0.7),
            case(
                "no false alarm at all",
                _MARKS,
                _ON,
                17,
                3,
                0.0,
                tip="The marks above the first false alarm still count.",
            ),
            case("as many false alarms as there are", _MARKS, _ON, 17, 3, 8.0),
            case(
                "equal scores",
                np.array([0.5, 0.5, 0.9, 0.5, 0.5]),
                np.array([1, -1, 0, 2, 3]),
                4,
                2,
                0.25,
                tip="A threshold lets in all marks of one score, or none of them.",
            ),
            case(
                "no mark",
                np.zeros(0),
                np.zeros(0, int),
                3,
                2,
                1.0,
                tip="Then nothing is found: 0.",
            ),
            mistakes=(
                Mistake(
                    _without_its_own,
                    "A threshold lets in the marks with exactly this score, too: score >= "
                    "threshold.",
                ),
                Mistake(
                    _sensitivity(lambda marks, n_findings: (marks >= 0).sum() / n_findings),
                    "You count a second mark on one finding as another finding. Count different "
                    "numbers.",
                ),
                Mistake(
                    _sensitivity(lambda marks, _: len(np.unique(marks[marks >= 0])) / len(marks)),
                    "You divide by the marks, which gives the precision. Sensitivity divides by "
                    "all findings there are.",
                ),
                Mistake(
                    _sensitivity(allowed=lambda marks, _, most: (marks < 0).sum() <= most),
                    "You allow so many false alarms in all. They are allowed on each slice: "
                    "divide by n_slices.",
                ),
                Mistake(
                    _by_findings,
                    "You divide the false alarms by the findings. They count a slice: divide by "
                    "n_slices.",
                ),
                Mistake(
                    _sensitivity(allowed=lambda marks, n_slices, most: (marks < 0).mean() <= most),
                    "You divide the false alarms by the marks. They count a slice: divide by "
                    "n_slices.",
                ),
                Mistake(
                    _sensitivity(
                        allowed=lambda marks, n_slices, most: len(marks) / n_slices <= most
                    ),
                    "You count all marks as false alarms, the hits among them. False alarms are "
                    "those with finding -1.",
                ),
                Mistake(
                    _sensitivity(allowed=lambda marks, n, most: (marks < 0).sum() / n < most),
                    "You stop too early: a lower threshold is still allowed. Exactly so many false "
                    "alarms may be, and any score that occurs may be the threshold.",
                ),
                Mistake(
                    _sensitivity(lambda marks, n_findings: len(np.unique(marks)) / n_findings),
                    "You count -1, the false alarms, as one more finding.",
                ),
                Mistake(
                    _sensitivity(
                        allowed=lambda marks, n, most: (
                            (len(marks) - len(np.unique(marks[marks >= 0]))) / n <= most
                        )
                    ),
                    "You count a second mark on a finding as a false alarm. It counts neither way.",
                ),
                Mistake(
                    _sensitivity(allowed=lambda *_: True),
                    "Your false alarms have no limit. Leave out the thresholds with more than "
                    "are allowed.",
                ),
                Mistake(
                    _one_by_one,
                    "You let marks of one score in one after another. No threshold parts them.",
                ),
                Mistake(
                    _interpolated,
                    "You draw a straight line between two thresholds. No threshold gives what "
                    "lies between them.",
                ),
                Mistake(
                    _as_given,
                    "You take the marks as they come. The best score comes first.",
                ),
            ),
        ),
    ),
    takeaway="Sensitivity alone is no result: say at how many false alarms a slice.",
)

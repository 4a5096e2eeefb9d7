"""Wrong answers to lesson 13 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)

from medtutor.exercises import lesson_13
from medtutor.scratch import box_iou, decode_boxes


def by_pixels(a, b):
    """Count tenths of pixels: slow, but without any rule for overlaps."""
    (fine_a, fine_b), shape = (np.rint(10 * np.asarray(x)).astype(int) for x in (a, b)), (200, 200)
    first, second = np.zeros(shape, bool), np.zeros(shape, bool)
    for picture, (y0, x0, y1, x1) in ((first, fine_a), (second, fine_b)):
        picture[y0:y1, x0:x1] = True
    return (first & second).sum() / (first | second).sum()


def step_by_step(a, b):
    height = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    width = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - height * width
    return height * width / union


def overlap(a, b, more=0, cut=True):
    sides = [min(a[i + 2], b[i + 2]) - max(a[i], b[i]) + more for i in (0, 1)]
    return max(0, sides[0]) * max(0, sides[1]) if cut else sides[0] * sides[1]


def area(box, more=0):
    return (box[2] - box[0] + more) * (box[3] - box[1] + more)


def iou_with(both, a, b, more=0):
    return both / (area(a, more) + area(b, more) - both)


def by_hand(offsets, anchor):
    y0, x0, y1, x1 = anchor
    ty, tx, th, tw = offsets
    height, width = y1 - y0, x1 - x0
    y, x = (y0 + y1) / 2 + ty * height, (x0 + x1) / 2 + tx * width
    height, width = height * np.exp(th), width * np.exp(tw)
    return [y - height / 2, x - width / 2, y + height / 2, x + width / 2]


def with_steps(offsets, anchor, move=None, grow=None, corners=None):
    offsets, anchor = np.asarray(offsets, float), np.asarray(anchor, float)
    edges = anchor[2:] - anchor[:2]
    middle = anchor[:2] + edges / 2
    middle = move(middle, edges, offsets[:2]) if move else middle + offsets[:2] * edges
    edges = grow(edges, offsets[2:]) if grow else edges * np.exp(offsets[2:])
    return np.concatenate(
        corners(middle, edges) if corners else [middle - edges / 2, middle + edges / 2]
    )


def whole_numbers(offsets, anchor):
    result = np.zeros_like(anchor)
    result[:] = by_hand(offsets, anchor)
    return result


def in_a_list(boxes, scores, threshold):
    kept = []
    for place in sorted(range(len(scores)), key=lambda place: -scores[place]):
        if all(box_iou(boxes[[place]], boxes[[other]])[0, 0] <= threshold for other in kept):
            kept.append(place)
    return kept


def while_some_wait(boxes, scores, threshold):
    waiting, kept = np.argsort(-scores, kind="stable"), []
    while len(waiting):
        kept.append(waiting[0])
        waiting = waiting[1:][box_iou(boxes[waiting[:1]], boxes[waiting[1:]])[0] <= threshold]
    return np.array(kept)


def greedy(boxes, scores, keeps, order=None):
    order = np.argsort(-scores, kind="stable") if order is None else order
    iou, kept = box_iou(boxes, boxes), []
    for turn, place in enumerate(order):
        if keeps(iou[place], kept, order[:turn]):
            kept.append(int(place))
    return kept


def with_a_curve(score, finding, n_findings, n_slices, false_alarms):
    found, alarms, best = set(), 0, 0.0
    for value in sorted(set(np.asarray(score).tolist()), reverse=True):
        for on in np.asarray(finding)[np.asarray(score) == value]:
            found, alarms = (found | {int(on)}, alarms) if on >= 0 else (found, alarms + 1)
        if alarms / n_slices <= false_alarms:
            best = len(found) / n_findings
    return best


def at(score, finding, false_alarms, share, allowed):
    best = 0.0
    for threshold in np.unique(score):
        marks = finding[score >= threshold]
        if allowed(marks):
            best = max(best, share(marks))
    return best


def different(marks):
    return len(np.unique(marks[marks >= 0]))


def alarms(marks):
    return (marks == -1).sum()


RIGHT = [
    ("box_area_overlap", by_pixels),
    ("box_area_overlap", step_by_step),
    ("box_area_overlap", lambda a, b: np.float32(box_iou([a], [b])[0, 0])),
    ("n_anchors", lambda shape, stride, s, r: (shape[0] // stride) * (shape[1] // stride) * s * r),
    (
        "n_anchors",
        lambda shape, stride, s, r: (
            len(range(0, shape[0], stride)) * len(range(0, shape[1], stride)) * s * r
        ),
    ),
    ("n_anchors", lambda shape, stride, s, r: shape[0] / stride * shape[1] / stride * s * r),
    ("decode", by_hand),
    ("decode", with_steps),
    (
        "decode",
        lambda t, anchor: decode_boxes(np.array([t], float), np.array([anchor], float))[0],
    ),
    ("suppress", in_a_list),
    ("suppress", while_some_wait),
    ("sensitivity_at", with_a_curve),
    (
        "sensitivity_at",
        lambda s, f, n, slices, x: at(
            s, f, x, lambda m: different(m) / n, lambda m: alarms(m) / slices <= x
        ),
    ),
]

WRONG = [
    ("box_area_overlap", lambda a, b: iou_with(overlap(a, b, 1), a, b, 1), "no + 1"),
    ("box_area_overlap", lambda a, b: iou_with(overlap(a, b, cut=False), a, b), "below 0"),
    ("box_area_overlap", lambda a, b: overlap(a, b) / (area(a) + area(b)), "twice"),
    ("box_area_overlap", lambda a, b: overlap(a, b) / area(a), "area of one box"),
    ("box_area_overlap", lambda a, b: overlap(a, b) / area(b), "area of one box"),
    ("box_area_overlap", lambda a, b: overlap(a, b) / min(area(a), area(b)), "area of one box"),
    ("box_area_overlap", overlap, "overlap in pixels"),
    ("box_area_overlap", lambda a, b: 2 * overlap(a, b) / (area(a) + area(b)), "Dice"),
    (
        "box_area_overlap",
        lambda a, b: abs(iou_with(overlap(a, b, cut=False), a, b)),
        "For boxes in",
    ),
    ("box_area_overlap", lambda a, b: iou_with(abs(overlap(a, b, cut=False)), a, b), "For boxes"),
    ("box_area_overlap", lambda a, b: int(iou_with(overlap(a, b), a, b)), "For a box"),
    ("box_area_overlap", lambda a, b: 1 - iou_with(overlap(a, b), a, b), "For a box"),
    ("box_area_overlap", lambda a, b: "0.23", "For a box"),
    ("box_area_overlap", 6 / 26, "function is expected"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * (s + r - 1), "textbook"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st // 2 * (sh[1] // st // 2) * s * r, "half as"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * s * r, "places down alone"),
    ("n_anchors", lambda sh, st, s, r: sh[1] // st * s * r, "places across alone"),
    ("n_anchors", lambda sh, st, s, r: sh[0] * sh[1] * s * r, "every pixel"),
    ("n_anchors", lambda sh, st, s, r: sh[0] * sh[1] // st * s * r, "once"),
    ("n_anchors", lambda sh, st, s, r: (sh[0] // st) ** 2 * s * r, "as wide as"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st), "These are the places"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * s, "ratios are missing"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * (s + r), "For 88×40"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * s * r + 1, "expected"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * s * r + 0.5, "For 88×40"),
    ("n_anchors", lambda sh, st, s, r: 660, "For 64×48"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: h * u), "t_w themselves"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: h * (1 + u)), "1 + t_h"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: h + u), "add t_h"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: np.exp(u)), "exp(t_w) pixels"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: h), "as large as the anchor"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: h * 2**u), "For the anchor"),
    ("decode", lambda t, a: with_steps(t, a, grow=lambda h, u: h / np.exp(u)), "For the anchor"),
    ("decode", lambda t, a: with_steps(t, a, move=lambda y, h, u: y + u), "t_x pixels"),
    ("decode", lambda t, a: with_steps(t, a, move=lambda y, h, u: y), "the anchor's middle"),
    ("decode", lambda t, a: with_steps(t, a, move=lambda y, h, u: y - u * h), "the wrong way"),
    (
        "decode",
        lambda t, a: with_steps(t, a, move=lambda y, h, u: y - h / 2 + u * h),
        "first corner",
    ),
    ("decode", lambda t, a: with_steps(t, a, corners=lambda y, h: [y, h]), "Return corners"),
    ("decode", lambda t, a: with_steps(t, a, corners=lambda y, h: [y - h, y + h]), "twice too"),
    ("decode", lambda t, a: with_steps(t, a, corners=lambda y, h: [y, y + h]), "in its middle"),
    ("decode", lambda t, a: by_hand(np.array(t)[[1, 0, 3, 2]], a), "changed places"),
    ("decode", lambda t, a: np.array(by_hand(t, a))[[1, 0, 3, 2]], "For the anchor"),
    ("decode", whole_numbers, "whole numbers"),
    ("decode", lambda t, a: by_hand(t, a)[:2], "shape"),
    ("suppress", lambda b, s, t: greedy(b, s, lambda o, k, w: (o[k] >= t).all()), "lie apart"),
    (
        "suppress",
        lambda b, s, t: greedy(b, s, lambda o, k, w: (o[w] <= t).all()),
        "already dropped",
    ),
    (
        "suppress",
        lambda b, s, t: greedy(
            b, s, lambda o, k, w: (o[k] <= t).all(), np.argsort(s, kind="stable")
        ),
        "worst score",
    ),
    (
        "suppress",
        lambda b, s, t: greedy(b, s, lambda o, k, w: (o[k] <= t).all(), np.arange(len(s))),
        "For scores in no order",
    ),
    ("suppress", lambda b, s, t: b[in_a_list(b, s, t)], "return boxes"),
    ("suppress", lambda b, s, t: s[in_a_list(b, s, t)], "For the boxes"),
    ("suppress", lambda b, s, t: sorted(in_a_list(b, s, t)), "order of their scores"),
    ("suppress", lambda b, s, t: greedy(b, s, lambda o, k, w: (o[k] < t).all()), "exactly the"),
    ("suppress", lambda b, s, t: np.argsort(-s, kind="stable"), "all places"),
    ("suppress", lambda b, s, t: greedy(b, s, lambda o, k, w: (o[k[-1:]] <= t).all()), "last box"),
    ("suppress", lambda b, s, t: greedy(b, s, lambda o, k, w: (o[k[:1]] <= t).all()), "best box"),
    ("suppress", lambda b, s, t: in_a_list(b, s, t)[::-1], "For the boxes"),
    (
        "suppress",
        lambda b, s, t: greedy(
            b, s, lambda o, k, w: (o[k] <= t).all(), np.argsort(s, kind="stable")[::-1]
        ),
        "kind='stable'",
    ),
    ("suppress", lambda b, s, t: in_a_list(b, s, 0.5), "threshold 0.3"),
    ("suppress", lambda b, s, t: np.array(in_a_list(b, s, t), float), "have decimals"),
    ("suppress", lambda b, s, t: [float(place) for place in in_a_list(b, s, t)], "have decimals"),
    (
        "suppress",
        lambda b, s, t: [place in in_a_list(b, s, t) for place in range(len(b))],
        "of each box whether",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: (m >= 0).sum() / n, lambda m: alarms(m) / k <= x
        ),
        "second mark",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: different(m) / len(m), lambda m: alarms(m) / k <= x
        ),
        "precision",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(s, f, x, lambda m: different(m) / n, lambda m: alarms(m) <= x),
        "on each slice",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(s, f, x, lambda m: different(m) / n, lambda m: len(m) / k <= x),
        "hits among them",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(s, f, x, lambda m: different(m) / n, lambda m: alarms(m) / k < x),
        "stop too early",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(s, f, x, lambda m: different(m) / n, lambda m: True),
        "no limit",
    ),
    ("sensitivity_at", lambda s, f, n, k, x: different(f) / n, "no limit"),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: different(m) / n, lambda m: alarms(m) / (k / 4) <= x
        ),
        "For",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(s, f, x, lambda m: different(m) / n, lambda m: alarms(m) / n <= x),
        "by the findings",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: different(m) / n, lambda m: alarms(m) / len(m) <= x
        ),
        "by the marks",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: different(f[s >= 0.5]) / n,
        "your result is",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: 100 * with_a_curve(s, f, n, k, x),
        "For 24 marks",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: with_a_curve(-np.arange(len(s)), f, n, k, x),
        "as they come",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: with_a_curve(-np.argsort(np.argsort(-s, kind="stable")), f, n, k, x),
        "one after another",
    ),
    ("sensitivity_at", lambda s, f, n, k, x: n * with_a_curve(s, f, n, k, x), "For 24 marks"),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: different(m) / different(f), lambda m: alarms(m) / k <= x
        ),
        "For 24 marks",
    ),
    (
        "n_anchors",
        lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * r,
        "sizes are missing",
    ),
    ("n_anchors", lambda sh, st, s, r: sh[0] // 2 * (sh[1] // 2) * s * r, "your result is"),
    ("n_anchors", lambda sh, st, s, r: 4 * (sh[0] // st) * (sh[1] // st) * s * r, "your result"),
    ("n_anchors", lambda sh, st, s, r: (sh[1] // st) ** 2 * s * r, "your result is"),
    ("n_anchors", lambda sh, st, s, r: sh[0] // st * (sh[1] // st) * s**r, "your result is"),
    ("suppress", lambda b, s, t: in_a_list(b + np.array([0, 0, 1, 1]), s, t), "a column too many"),
    ("suppress", lambda b, s, t: np.flatnonzero(s > t), "no box is dropped"),
    (
        "suppress",
        lambda b, s, t: (
            lambda o: [
                int(o[i])
                for i in range(len(o))
                if not i or box_iou(b[o[[i]]], b[o[[i - 1]]])[0, 0] <= t
            ]
        )(np.argsort(-s, kind="stable")),
        "last box alone",
    ),
    ("suppress", lambda b, s, t: [place + 1 for place in in_a_list(b, s, t)], "your result is 1"),
    ("suppress", lambda b, s, t: list(range(len(in_a_list(b, s, t)))), "your result is"),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: len(np.unique(m)) / n, lambda m: alarms(m) / k <= x
        ),
        "count -1",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: different(m) / n, lambda m: (len(m) - different(m)) / k <= x
        ),
        "second mark on a finding as a false alarm",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: different(m) / n, lambda m: alarms(m) / (k + 1) <= x
        ),
        "your result",
    ),
    ("sensitivity_at", lambda s, f, n, k, x: round(with_a_curve(s, f, n, k, x), 1), "your result"),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: max(
            [different(f[s > t]) / n for t in np.unique(s) if alarms(f[s > t]) / k <= x],
            default=0,
        ),
        "score >=",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: max(
            [different(f[s >= t]) / n for t in np.linspace(0, 1, 11) if alarms(f[s >= t]) / k <= x],
            default=0,
        ),
        "your result",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: with_a_curve(s, f, n, max(1, alarms(f)), x),
        "divide by n_slices",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: (m.max() + 1) / n, lambda m: alarms(m) / k <= x
        ),
        "your result",
    ),
    (
        "sensitivity_at",
        lambda s, f, n, k, x: at(
            s, f, x, lambda m: len(np.unique(m[m > 0])) / n, lambda m: alarms(m) / k <= x
        ),
        "your result",
    ),
    ("sensitivity_at", lambda s, f, n, k, x: with_a_curve(-s, f, n, k, x), "your result"),
    (
        "suppress",
        lambda b, s, t: greedy(b, s, lambda o, k, w: o[k].sum() <= t),
        "on its own",
    ),
    ("decode", lambda t, a: by_hand(t, np.array(a, int)), "For a wide anchor"),
]

LESSON = lesson_13
BLANK_FUNCTIONS = [
    ("box_area_overlap", lambda a, b: ...),
    ("n_anchors", lambda image_shape, stride, n_sizes, n_ratios: ...),
    ("decode", lambda offsets, anchor: None),
    ("suppress", lambda boxes, scores, threshold: ...),
    ("sensitivity_at", lambda score, finding, n_findings, n_slices, false_alarms: ...),
]

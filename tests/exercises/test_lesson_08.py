"""Wrong answers to lesson 08 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy import ndimage

from medtutor import metrics, scratch
from medtutor.exercises import lesson_08


def through_scratch(x, kernel, stride):
    maps, weights = (a.astype("float64") for a in (x[None, ..., None], kernel[..., None, None]))
    return scratch.conv2d_transpose(maps, weights, strides=stride)[0, ..., 0]


def through_rows(x, kernel, stride):
    high, wide = ((n - 1) * stride + k for n, k in zip(x.shape, kernel.shape, strict=True))
    y = np.zeros((high, wide))
    for p, q in np.ndindex(kernel.shape):
        rows = slice(p, p + (x.shape[0] - 1) * stride + 1, stride)
        y[rows, q : q + (x.shape[1] - 1) * stride + 1 : stride] += x * kernel[p, q]
    return y


def add_without_overlap(x, kernel, stride):
    y = np.zeros_like(through_rows(x, kernel, stride))
    (kh, kw), s = kernel.shape, stride
    for i, j in np.ndindex(x.shape):
        y[s * i : s * i + kh, s * j : s * j + kw] = x[i, j] * kernel
    return y


def typed_like(which):
    def grow(x, kernel, stride):
        return through_rows(x, kernel, stride).astype((x, kernel)[which].dtype)

    return grow


def grow_with_one_edge(x, kernel, stride):
    rows, columns = ((n - 1) * stride + len(kernel) for n in x.shape)
    y = np.zeros((rows, columns))
    for i, j in np.ndindex(x.shape):
        top, left = i * stride, j * stride
        y[top : top + len(kernel), left : left + len(kernel)] += x[i, j] * kernel
    return y


def nan_unless(counts):
    """Dice by counting, but NaN where ``counts(pixels of the truth, of the prediction)`` is 0."""

    def dice(truth, predicted, n_classes):
        scores = dice_by_counting(truth, predicted, n_classes)
        for number in range(n_classes):
            if not counts((truth == number).sum(), (predicted == number).sum()):
                scores[number] = np.nan
        return scores

    return dice


def overlap_per(divisor):
    def share(truth, predicted, n_classes):
        pairs = [(truth == number, predicted == number) for number in range(n_classes)]
        with np.errstate(invalid="ignore"):
            return np.array([(t & p).sum() / divisor(t.sum(), p.sum()) for t, p in pairs])

    return share


def dice_by_counting(truth, predicted, n_classes):
    pairs = np.bincount((truth * n_classes + predicted).ravel(), minlength=n_classes**2)
    table = pairs.reshape(n_classes, n_classes)
    with np.errstate(invalid="ignore"):
        return 2 * np.diag(table) / (table.sum(axis=0) + table.sum(axis=1))


def keep_by_bincount(mask, smallest):
    numbered, _ = ndimage.label(mask)
    large = np.bincount(numbered.ravel()) >= smallest
    large[0] = False
    return large[numbered]


def keep_by_sum(mask, smallest):
    numbered, count = ndimage.label(mask)
    kept = np.zeros_like(mask)
    for number in range(1, count + 1):
        spot = numbered == number
        if np.sum(spot) >= smallest:
            kept |= spot
    return kept


def keep_larger(mask, smallest):
    return keep_by_bincount(mask, smallest + 1)


def keep_by_area_of_box(mask, smallest):
    kept = np.zeros_like(mask)
    numbered, _ = ndimage.label(mask)
    for number, box in enumerate(ndimage.find_objects(numbered), start=1):
        if mask[box].size >= smallest:
            kept |= numbered == number
    return kept


def keep_with_corners(mask, smallest):
    numbered, _ = ndimage.label(mask, np.ones((3, 3)))
    return (np.bincount(numbered.ravel())[numbered] >= smallest) & mask


def keep_the_largest(mask, smallest):
    numbered, _ = ndimage.label(mask)
    sizes = np.bincount(numbered.ravel(), minlength=2)[1:]
    return (numbered == 1 + sizes.argmax()) & mask


def keep_without_label(mask, smallest):
    kept, left = np.zeros_like(mask), mask.copy()
    while left.any():
        seed = np.zeros_like(mask)
        seed[tuple(np.argwhere(left)[0])] = True
        spot = ndimage.binary_propagation(seed, mask=mask)
        left &= ~spot
        kept |= spot & (spot.sum() >= smallest)
    return kept


RIGHT = [
    ("transposed_convolution", through_scratch),
    ("transposed_convolution", through_rows),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k, s).astype("float32")),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k, s).tolist()),
    ("dice_of_classes", lambda t, p, k: metrics.dice_score(t[None], p[None], n_classes=k)[0]),
    ("dice_of_classes", dice_by_counting),
    ("dice_of_classes", lambda t, p, k: list(dice_by_counting(t, p, k))),
    ("remove_small", keep_by_bincount),
    ("remove_small", keep_by_sum),
    ("remove_small", keep_without_label),
    ("remove_small", lambda m, n: keep_by_sum(m, n).astype(int)),
    ("lesion_volume", lambda m, s: np.count_nonzero(m) * s[0] * s[1] * s[2] / 1000),
    ("lesion_volume", lambda m, s: (m == 1).sum() * np.prod(np.array(s) / 10)),
    ("lesion_volume", lambda m, s: sum(slice_.sum() for slice_ in m) * np.prod(s) * 1e-3),
]

WRONG = [
    ("transposed_convolution", add_without_overlap, "+="),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k[::-1, ::-1], s), "180°"),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k.T, s), "changed places"),
    ("transposed_convolution", lambda x, k, s: np.kron(x, k), "Kronecker"),
    ("transposed_convolution", lambda x, k, s: x.repeat(s, 0).repeat(s, 1), "repeats every pixel"),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k, 1), "one pixel apart"),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k, 2), "two pixels apart"),
    ("transposed_convolution", grow_with_one_edge, "need not be equally many"),
    ("transposed_convolution", typed_like(0), "typed like x"),
    ("transposed_convolution", typed_like(1), "typed like the kernel"),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k, s).astype(int), "typed like"),
    ("transposed_convolution", lambda x, k, s: through_rows(x, k, s).T, "shape"),
    (
        "dice_of_classes",
        lambda t, p, k: np.nan_to_num(dice_by_counting(t, p, k), nan=1.0),
        "count as a success",
    ),
    (
        "dice_of_classes",
        lambda t, p, k: np.nan_to_num(dice_by_counting(t, p, k), nan=0.0),
        "count as a failure",
    ),
    (
        "dice_of_classes",
        lambda t, p, k: np.append(np.nan, dice_by_counting(t, p, k)[1:]),
        "background is missing",
    ),
    ("dice_of_classes", nan_unless(lambda t, p: t), "NaN is only for"),
    ("dice_of_classes", nan_unless(lambda t, p: p), "NaN is only for"),
    ("dice_of_classes", nan_unless(lambda t, p: t * p), "NaN is only for"),
    (
        "dice_of_classes",
        lambda t, p, k: dice_by_counting(t, p, k) / (2 - dice_by_counting(t, p, k)),
        "intersection over union",
    ),
    ("dice_of_classes", overlap_per(lambda t, p: t), "sensitivity"),
    ("dice_of_classes", overlap_per(lambda t, p: p), "precision"),
    ("dice_of_classes", lambda t, p, k: np.repeat((t == p).mean(), k), "accuracy"),
    ("dice_of_classes", lambda t, p, k: np.nanmean(dice_by_counting(t, p, k)), "each class"),
    ("dice_of_classes", lambda t, p, k: dice_by_counting(t, p, k) / 2, "overlap counts twice"),
    ("dice_of_classes", lambda t, p, k: dice_by_counting(t, p, k)[1:], "axis 0 has 3 places"),
    ("remove_small", keep_larger, "exactly `smallest`"),
    ("remove_small", lambda m, n: keep_by_sum(m, n - 1), "`smallest` - 1"),
    ("remove_small", lambda m, n: m & (m.sum() >= n), "number the spots"),
    ("remove_small", lambda m, n: m.copy(), "No spot is removed"),
    ("remove_small", lambda m, n: keep_by_sum(m, 4), "expected False (11 of 88"),
    ("remove_small", lambda m, n: ~keep_by_sum(m, n), "turned round"),
    ("remove_small", lambda m, n: m & ~keep_by_sum(m, n), "drop the large"),
    ("remove_small", lambda m, n: keep_by_sum(m, n).sum(), "expected (8, 11)"),
    ("remove_small", lambda m, n: ndimage.label(m)[0] * keep_by_sum(m, n), "numbers of the spots"),
    ("remove_small", keep_with_corners, "along edges"),
    ("remove_small", keep_by_area_of_box, "box around"),
    ("remove_small", keep_the_largest, "largest spot only"),
    ("lesion_volume", lambda m, s: m.sum() * np.prod(s), "in mm³"),
    ("lesion_volume", lambda m, s: m.sum() * s[1] * s[2] / 1000, "depth"),
    ("lesion_volume", lambda m, s: m.sum() * s[0] * s[1] ** 2 / 1000, "rows for that of"),
    ("lesion_volume", lambda m, s: m.sum() * s[0] * s[2] ** 2 / 1000, "columns for that of"),
    ("lesion_volume", lambda m, s: m.sum() * sum(s) / 1000, "product"),
    ("lesion_volume", lambda m, s: m.sum(), "number of voxels"),
    ("lesion_volume", lambda m, s: m.sum() * np.prod(s) / 100, "1 cm³"),
    ("lesion_volume", lambda m, s: m.sum(dtype=m.dtype) * np.prod(s) / 1000, "ends at 255"),
    ("lesion_volume", lambda m, s: round(m.sum() * np.prod(s) / 1000), "expected 2.1875"),
    ("lesion_volume", lambda m, s: m.sum() * np.prod(s) // 1000, "result is 2, expected 2.1875"),
    (
        "lesion_volume",
        lambda m, s: m.sum((1, 2)).max() * m.any((1, 2)).sum() * np.prod(s) / 1000,
        "result is 2.625, expected 2.1875",
    ),
]

LESSON = lesson_08
BLANK_FUNCTIONS = [
    ("transposed_convolution", lambda x, kernel, stride: ...),
    ("dice_of_classes", lambda truth, predicted, n_classes: None),
    ("remove_small", lambda mask, smallest: ...),
    ("lesion_volume", lambda masks, spacing: None),
]

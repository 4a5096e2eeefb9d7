"""Wrong answers to lesson 15 get the message that helps, right ones pass."""

import numpy as np
from answers import (  # noqa: F401
    test_a_mistake_gets_its_own_message_and_no_other,
    test_a_placeholder_is_not_attempted,
    test_enough_wrong_and_right_answers_are_tried,
    test_right_answers_pass,
    test_wrong_answers_get_the_message_that_helps,
)
from scipy import ndimage

from medtutor import metrics
from medtutor.datasets import join as joined
from medtutor.exercises import lesson_15
from medtutor.models import build_unet3d
from medtutor.scratch import conv3d

ONES = np.ones((3, 3, 3))


def by_array(kernel, maps_in, maps_out):
    weights = np.zeros((kernel, kernel, kernel, maps_in, maps_out))
    assert conv3d(np.zeros((1, *[kernel] * 3, maps_in)), weights).shape[-1] == maps_out
    return weights.size + maps_out


def by_nbytes(shape, maps):
    return np.zeros((*shape, maps), "float32").nbytes / 1e6


def voxel_by_voxel(mask, spacing, class_id=1):
    return sum(int(value == class_id) for value in np.ravel(mask)) * np.prod(spacing) * 1e-3


def by_numbers(truth, predicted):
    lesions, n = ndimage.label(truth, ONES)
    spots, n_spots = ndimage.label(predicted, ONES)
    found = sum(bool(spots[lesions == number].any()) for number in range(1, n + 1))
    false = sum(not lesions[spots == number].any() for number in range(1, n_spots + 1))
    return found, n, false


def by_sets(truth, predicted):
    lesions, n = ndimage.label(truth, ONES)
    spots, n_spots = ndimage.label(predicted, ONES)
    pairs = set(zip(lesions.ravel().tolist(), spots.ravel().tolist(), strict=True))
    pairs = [(a, b) for a, b in pairs if a and b]
    return [len({a for a, _ in pairs}), n, n_spots - len({b for _, b in pairs})]


def mean_of_patches(patches, places, shape, dtype=float, divide=True, count_type=float):
    total, count = np.zeros(shape, dtype), np.zeros(shape, count_type)
    d, h, w = np.shape(patches)[1:]
    for (z, y, x), patch in zip(places, patches, strict=True):
        total[z : z + d, y : y + h, x : x + w] += np.asarray(patch).astype(dtype)
        count[z : z + d, y : y + h, x : x + w] += 1
    return total / count if divide else total


def running_mean(patches, places, shape):
    mean, count = np.zeros(shape), np.zeros(shape)
    for place, patch in zip(places, patches, strict=True):
        box = tuple(slice(a, a + n) for a, n in zip(place, patch.shape, strict=True))
        count[box] += 1
        mean[box] += (patch - mean[box]) / count[box]
    return mean


def cubic(patches, places, shape):
    edge = patches.shape[1]
    total, count = np.zeros(shape), np.zeros(shape)
    for (z, y, x), patch in zip(places, patches, strict=True):
        box = (slice(z, z + edge), slice(y, y + edge), slice(x, x + edge))
        total[box] += patch[:edge, :edge, :edge]
        count[box] += 1
    return total / np.maximum(count, 1)


RIGHT = [
    ("n_parameters", lambda k, i, o: k * k * k * i * o + o),
    ("n_parameters", by_array),
    ("memory_mb", by_nbytes),
    ("memory_mb", lambda shape, maps: np.float32(np.prod(shape) * maps * 4e-6)),
    ("volume_ml", voxel_by_voxel),
    (
        "volume_ml",
        lambda mask, spacing, class_id=1: (mask == class_id).sum() * np.prod(spacing) / 1000,
    ),
    ("lesions_found", by_numbers),
    ("lesions_found", by_sets),
    ("lesions_found", lambda t, p: metrics.lesions_found(1 * t[None], 1 * p[None])),
    ("join", mean_of_patches),
    ("join", running_mean),
    ("join", lambda p, w, s: mean_of_patches(p, w, s, count_type=int)),
]

WRONG = [
    ("n_parameters", lambda k, i, o: (k * k * i + 1) * o, "1,168"),
    ("n_parameters", lambda k, i, o: k**3 * i * o, "16 numbers are missing"),
    ("n_parameters", lambda k, i, o: k**3 * i * o + k**3 * o, "for each place"),
    ("n_parameters", lambda k, i, o: k**3 * o + o, "448"),
    ("n_parameters", lambda k, i, o: k**3 * i * o + i, "that come"),
    ("n_parameters", lambda k, i, o: _plus(k, i, o, 0.5), "For a kernel"),
    ("n_parameters", lambda k, i, o: _plus(k, i, o, 1), "expected 3472"),
    ("n_parameters", lambda k, i, o: 3472, "For a kernel of 2×2×2"),
    ("n_parameters", 3472, "function is expected"),
    (
        "n_parameters",
        lambda k, i, o: build_unet3d((4, 4, 4, i), 1, base_filters=o, depth=1).count_params(),
        "For a kernel",
    ),
    ("memory_mb", lambda s, m: np.prod(s) * m / 1e6, "67.1 million"),
    ("memory_mb", lambda s, m: 4 * np.prod(s) * m / 1024**2, "mebibytes"),
    ("memory_mb", lambda s, m: 32 * np.prod(s) * m / 1e6, "bits"),
    ("memory_mb", lambda s, m: 8 * np.prod(s) * m / 1e6, "float64"),
    ("memory_mb", lambda s, m: 4 * s[0] * s[1] * m / 1e6, "volume has three"),
    ("memory_mb", lambda s, m: 4 * s[1] * s[2] * m / 1e6, "volume has three"),
    ("memory_mb", lambda s, m: 4 * s[0] ** 3 * m / 1e6, "For 8 maps of 24×32×20"),
    ("memory_mb", lambda s, m: 4 * np.prod(s) * m, "These are bytes"),
    ("memory_mb", lambda s, m: 4 * np.prod(s) / 1e6, "one map"),
    ("volume_ml", lambda m, s, class_id=1: (m == class_id).sum(), "multiply by its three edges"),
    ("volume_ml", lambda m, s, class_id=1: (m == class_id).sum() * np.prod(s), "mm³"),
    (
        "volume_ml",
        lambda m, s, class_id=1: (m == class_id).sum() * s[0] ** 3 / 1000,
        "edges differ",
    ),
    ("volume_ml", lambda m, s, class_id=1: (m == class_id).sum() * s[2] ** 3 / 1000, "as a pixel"),
    ("volume_ml", lambda m, s, class_id=1: m.sum() * np.prod(s) / 1000, "counts twice"),
    (
        "volume_ml",
        lambda m, s, class_id=1: m[m == class_id].sum() * np.prod(s) / 1000,
        "counts twice",
    ),
    ("volume_ml", lambda m, s, class_id=1: (m > 0).sum() * np.prod(s) / 1000, "all classes but"),
    ("volume_ml", lambda m, s, class_id=1: (m == 1).sum() * np.prod(s) / 1000, "whatever"),
    ("volume_ml", lambda m, s, class_id=1: (m == class_id).sum() * sum(s) / 1000, "their product"),
    (
        "volume_ml",
        lambda m, s, class_id=1: (
            (m == class_id).sum(dtype=np.uint8).astype(float) * np.prod(s) / 1000
        ),
        "than a byte",
    ),
    ("volume_ml", lambda m, s, class_id=1: int(voxel_by_voxel(m, s, class_id)), "For slices 6 mm"),
    ("lesions_found", lambda t, p: _with(by_numbers(t, p), 0, by_numbers(p, t)[0]), "two spots"),
    ("lesions_found", lambda t, p: _half(t, p), "half of a lesion"),
    ("lesions_found", lambda t, p: _with_structure(t, p, None), "cut lesions apart"),
    (
        "lesions_found",
        lambda t, p: _with_structure(t, p, ndimage.generate_binary_structure(3, 2)),
        "cut lesions apart",
    ),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 0, p[t > 0].mean() if t.any() else 0),
        "count lesions",
    ),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 2, ndimage.label(p, ONES)[1]),
        "also those on",
    ),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 2, (p.astype(bool) & (t == 0)).sum()),
        "false voxels",
    ),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 2, ndimage.label(p, ONES)[1] - by_numbers(t, p)[0]),
        "spots that meet",
    ),
    ("lesions_found", lambda t, p: by_numbers(t, p)[:2], "2 values"),
    ("lesions_found", lambda t, p: by_numbers(p, t), "For three lesions"),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 0, by_numbers(t, ndimage.binary_dilation(p, ONES))[0]),
        "For a spot beside a lesion: lesions found in your result is 1",
    ),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 2, _with_structure(t, p, None)[2]),
        "in a spot: false spots in your result is 3, expected 1",
    ),
    ("lesions_found", lambda t, p: _in_box(t, p), "arms of a lesion"),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 0, (t.astype(bool) & p.astype(bool)).sum()),
        "lesions found in your result is 4, expected 2",
    ),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 0, by_numbers(t, p)[1] - by_numbers(t, p)[0]),
        "lesions found in your result is 1, expected 2",
    ),
    ("lesions_found", lambda t, p: _all_but_the_last(t, p), "is 1, expected 2"),
    (
        "lesions_found",
        lambda t, p: _with(by_numbers(t, p), 2, ndimage.label(p * (t == 0), ONES)[1]),
        "false spots in your result is 6, expected 4",
    ),
    ("join", lambda p, w, s: _last(p, w, s), "last one wins"),
    ("join", lambda p, w, s: _last(p[::-1], w[::-1], s), "first one wins"),
    ("join", lambda p, w, s: mean_of_patches(p, w, s, divide=False), "eight times"),
    ("join", lambda p, w, s: mean_of_patches(p, w, s, dtype=p.dtype).astype(p.dtype), "Decimals"),
    ("join", lambda p, w, s: _floor(p, w, s), "For two"),
    ("join", lambda p, w, s: mean_of_patches(p, w, s, divide=False) / len(p), "all patches"),
    ("join", cubic, "For two patches of 2×3×4"),
    ("join", lambda p, w, s: joined(p, w, s)[0], "axes"),
    ("join", lambda p, w, s: joined(p, w, s).transpose(0, 2, 1), "shape"),
    ("join", lambda p, w, s: _without_zeros(p, w, s), "a patch of zeros: your result"),
    ("join", lambda p, w, s: joined(p, w, s).clip(0, 1), "numbers: your result is 1 at [0, 0, 0]"),
    ("join", lambda p, w, s: np.maximum(joined(p, w, s), 0), "negative"),
]


def _plus(k, i, o, more):
    return (k**3 * i + 1) * o + more


def _with(values, place, value):
    changed = list(values)
    changed[place] = value
    return tuple(changed)


def _half(truth, predicted):
    lesions, n = ndimage.label(truth, ONES)
    found = sum(predicted[lesions == number].mean() > 0.5 for number in range(1, n + 1))
    return _with(by_numbers(truth, predicted), 0, int(found))


def _with_structure(truth, predicted, structure):
    lesions, n = ndimage.label(truth, structure)
    spots, n_spots = ndimage.label(predicted, structure)
    found = set(lesions[spots > 0].tolist()) - {0}
    hits = set(spots[lesions > 0].tolist()) - {0}
    return len(found), n, n_spots - len(hits)


def _in_box(truth, predicted):
    boxes = ndimage.find_objects(ndimage.label(truth, ONES)[0])
    return _with(by_numbers(truth, predicted), 0, sum(bool(predicted[box].any()) for box in boxes))


def _all_but_the_last(truth, predicted):
    lesions, n = ndimage.label(truth, ONES)
    found = sum(bool(predicted[lesions == number].any()) for number in range(1, n))
    return _with(by_numbers(truth, predicted), 0, found)


def _without_zeros(patches, places, shape):
    total = mean_of_patches(patches, places, shape, divide=False)
    count = mean_of_patches(patches != 0, places, shape, divide=False)
    return total / np.maximum(count, 1)


def _last(patches, places, shape):
    volume = np.zeros(shape)
    for place, patch in zip(places, patches, strict=True):
        volume[tuple(slice(a, a + n) for a, n in zip(place, patch.shape, strict=True))] = patch
    return volume


def _floor(patches, places, shape):
    count = mean_of_patches(np.ones(patches.shape), places, shape, divide=False)
    return mean_of_patches(patches, places, shape, divide=False) // count


LESSON = lesson_15
BLANK_FUNCTIONS = [
    ("n_parameters", lambda kernel, maps_in, maps_out: ...),
    ("memory_mb", lambda shape, maps: ...),
    ("volume_ml", lambda mask, spacing, class_id=1: None),
    ("lesions_found", lambda truth, predicted: ...),
    ("join", lambda patches, places, shape: ...),
]

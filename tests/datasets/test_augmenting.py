import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import datasets, scratch

NOTHING = {"flip": False, "degrees": 0, "shift": 0, "zoom": 0}


@pytest.fixture(scope="module")
def brains():
    split = datasets.load("brain_lesion", n_train=40).train
    return split[split.masks.any(axis=(1, 2))]


def squares(n=6, height=40, width=50):
    """Return images that show a bright square, with masks and boxes of it."""
    masks = np.zeros((n, height, width), np.uint8)
    boxes = []
    for i in range(n):
        y, x = 10 + i, 20 - i
        masks[i, y : y + 9, x : x + 12] = 3
        boxes.append(np.array([[y, x, y + 9, x + 12]]))
    return 70.0 * masks[..., None], masks, boxes


def box_of(mask):
    rows, columns = np.nonzero(mask)
    return np.array([rows.min(), columns.min(), rows.max() + 1, columns.max() + 1])


def test_nothing_asked_for_changes_nothing():
    images, masks, boxes = squares()
    same, same_masks, same_boxes = datasets.augment(images, masks, boxes, seed=0, **NOTHING)
    np.testing.assert_array_equal(same, images)
    np.testing.assert_array_equal(same_masks, masks)
    np.testing.assert_array_equal(same_boxes, boxes)


def test_equal_seeds_give_equal_variants_and_the_input_stays():
    images, masks, boxes = squares()
    before = images.copy()
    first, second, other = (
        datasets.augment(images, masks, boxes, seed=seed, noise=3.0) for seed in (4, 4, 5)
    )
    np.testing.assert_array_equal(first[0], second[0])
    np.testing.assert_array_equal(first[1], second[1])
    assert not np.array_equal(first[0], other[0])
    np.testing.assert_array_equal(images, before)


def test_what_is_not_given_is_not_returned():
    images, masks, boxes = squares()
    assert datasets.augment(images, seed=0)[1:] == (None, None)
    assert datasets.augment(images, masks, seed=0)[2] is None
    assert datasets.augment(images, boxes=boxes, seed=0)[1] is None


@given(st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_image_mask_and_box_move_alike(seed):
    images, masks, boxes = squares()
    moved, moved_masks, moved_boxes = datasets.augment(
        images, masks, boxes, seed=seed, degrees=20, shift=0.1, zoom=0.2
    )
    assert set(np.unique(moved_masks)) <= {0, 3}
    # The square is 210 bright, so half of that is its border, within the pixel that is mixed.
    clear = np.abs(moved[..., 0] - 105) > 100
    np.testing.assert_array_equal((moved[..., 0] > 105)[clear], (moved_masks == 3)[clear])
    for mask, (box,) in zip(moved_masks, moved_boxes, strict=True):
        tight = box_of(mask)
        assert (box[:2] <= tight[:2]).all()
        assert (box[2:] >= tight[2:]).all()


def test_a_mirror_is_exact(brains):
    options = {**NOTHING, "flip": True}
    images, masks, _ = datasets.augment(brains.images, brains.masks, seed=0, **options)
    mirrored = [not np.array_equal(a, b) for a, b in zip(images, brains.images, strict=True)]
    assert 0 < sum(mirrored) < len(mirrored)
    np.testing.assert_array_equal(images[mirrored], brains.images[mirrored][:, :, ::-1])
    np.testing.assert_array_equal(masks[mirrored], brains.masks[mirrored][:, :, ::-1])


def test_a_mirrored_box_is_the_mirrored_masks():
    images, masks, boxes = squares()
    _, masks, boxes = datasets.augment(images, masks, boxes, seed=1, **{**NOTHING, "flip": True})
    for mask, (box,) in zip(masks, boxes, strict=True):
        np.testing.assert_array_equal(box, box_of(mask))


def test_a_mask_warps_as_scratch_does(brains):
    """One image, one turn: the same as the course's own formula with the matrix that was drawn."""
    image, mask = brains.images[:1].astype(float), brains.masks[:1]
    moved, moved_mask, _ = datasets.augment(
        image, mask, seed=3, flip=False, degrees=30, shift=0, zoom=0
    )
    angles = np.arange(-30, 30, 0.1)
    errors = [
        np.abs(scratch.affine_warp(image, scratch.rotation_matrix(a), np.zeros(2)) - moved).mean()
        for a in angles
    ]
    matrix = scratch.rotation_matrix(angles[np.argmin(errors)])
    same = scratch.affine_warp(mask[..., None], matrix, np.zeros(2), order=0)[..., 0]
    assert np.mean(same != moved_mask) < 0.002


def test_switching_one_off_leaves_the_others_as_they_were():
    images, _, _ = squares()
    moved = [
        datasets.augment(images, seed=2, flip=flip, degrees=5, shift=0.1, zoom=0)[0]
        for flip in (True, False)
    ]
    assert any(np.array_equal(a, b) for a, b in zip(*moved, strict=True))


def test_a_box_that_is_pushed_out_is_dropped():
    images = np.zeros((30, 20, 20, 1), np.float32)
    boxes = [np.array([[0, 0, 3, 3], [8, 8, 12, 12]])] * 30
    _, _, moved = datasets.augment(
        images, boxes=boxes, seed=0, flip=False, degrees=0, shift=0.3, zoom=0
    )
    counts = {len(own) for own in moved}
    assert counts == {1, 2}
    every = np.concatenate(moved)
    assert every.min() >= 0
    assert every.max() <= 20
    assert (every[:, 2:] > every[:, :2]).all()


def test_images_without_boxes_stay_without():
    none = [np.zeros((0, 4), int)] * 2
    _, _, moved = datasets.augment(np.zeros((2, 8, 8, 1)), boxes=none, seed=0)
    assert [own.shape for own in moved] == [(0, 4)] * 2


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_the_type_is_kept_and_nothing_overflows(dtype):
    images = np.full((3, 6, 7, 2), 250).astype(dtype)
    moved, _, _ = datasets.augment(images, seed=0, noise=40.0)
    assert (moved.dtype, moved.shape) == (np.dtype(dtype), images.shape)
    assert moved.min() > 50


def test_brightness_and_gamma_keep_what_they_should(brains):
    brighter, _, _ = datasets.augment(brains.images, seed=0, **NOTHING, brightness=30)
    steps = brighter.astype(int) - brains.images
    inside = (brighter > 0) & (brighter < 255)
    assert all(len(np.unique(step[i])) == 1 for step, i in zip(steps, inside, strict=True))
    bent, _, _ = datasets.augment(brains.images.astype(float), seed=0, **NOTHING, gamma=0.3)
    for before, after in zip(brains.images, bent, strict=True):
        np.testing.assert_allclose([after.min(), after.max()], [before.min(), before.max()])
        ranked = after.ravel()[np.argsort(before, axis=None, kind="stable")]
        assert (np.diff(ranked) > -1e-9).all()


def test_no_images_are_no_trouble():
    moved, masks, boxes = datasets.augment(
        np.zeros((0, 5, 6, 1)), np.zeros((0, 5, 6), int), [], seed=0
    )
    assert (moved.shape, masks.shape, boxes) == ((0, 5, 6, 1), (0, 5, 6), [])


GREY = np.zeros((2, 5, 6, 1))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((np.zeros((2, 5, 6, 1), np.int16),), {"brightness": 9}, "turns fat into muscle"),
        ((np.zeros((2, 5, 6, 1), np.int16),), {"gamma": 0.2}, "Hounsfield units"),
        ((np.zeros((5, 6)),), {}, r"shape \(5, 6\); give numbers \(N, H, W, C\)"),
        ((GREY, np.zeros((2, 6, 5), int)), {}, r"class ids of shape \(2, 5, 6\)"),
        ((GREY, np.zeros((2, 5, 6))), {}, "masks is float64"),
        ((GREY, None, [np.zeros((1, 4))]), {}, "boxes has 1 entries for 2 images"),
        ((GREY, None, [np.zeros(4), np.zeros(4)]), {}, r"boxes\[0\] is .* \(4,\); give"),
        ((GREY, None, [np.zeros((1, 4)), np.full((1, 4), np.nan)]), {}, r"boxes\[1\] is float64"),
        ((GREY, None, [np.array([[5, 0, 2, 4]])] * 2), {}, "rows of y0 x0 y1 x1 with the lower"),
        ((GREY, None, [[["a"] * 4], []]), {}, r"boxes\[0\] is <U1"),
        ((GREY[:, :0],), {}, "shape .2, 0, "),
        ((GREY,), {"degrees": -3}, "degrees is -3"),
        (
            (GREY,),
            {"shift": 8},
            "shift, a share of the edge, is 8; give a number from 0 to below 1",
        ),
        ((GREY,), {"zoom": 1.0}, "zoom is 1.0"),
        ((GREY,), {"noise": np.nan}, "noise is nan"),
        ((GREY,), {"seed": -1}, "seed is -1"),
    ],
)
def test_bad_input_is_named_with_its_cure(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        datasets.augment(*arguments, **{"seed": 0, **options})


@pytest.mark.parametrize("kind", [np.uint8, np.int8, np.float32])
def test_a_box_of_few_bits_does_not_wrap_round(kind):
    images, box = np.zeros((8, 40, 400, 1)), np.array([[0, 0, 30, 120]], kind)
    only_mirrored = NOTHING | {"flip": True}
    boxes = datasets.augment(images, None, [box] * 8, seed=1, **only_mirrored)[2]
    found = sorted(set(map(tuple, np.concatenate(boxes).tolist())))
    assert found == [(0, 0, 30, 120), (0, 280, 30, 400)]

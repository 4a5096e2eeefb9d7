"""A lesion's contrast: by hand, by every pixel's distance, and what it must not depend on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtutor import metrics

MASK = np.zeros((1, 24, 20), int)
MASK[0, 9:13, 8:11] = 1


def by_every_pixel(image, mask):
    """Measure each pixel's distance to each pixel of the lesion."""
    lesion = np.argwhere(mask)
    ring = [
        image[place]
        for place in np.ndindex(image.shape)
        if 3 <= np.sqrt(((lesion - place) ** 2).sum(axis=1)).min() <= 5
    ]
    return image[mask != 0].mean() - np.mean(ring)


def test_by_hand():
    image = np.full((1, 24, 20), 50, np.uint8)
    image[MASK == 1] = 80
    image[0, :3] = 255  # too far away to count
    assert metrics.contrast(image, MASK) == pytest.approx([30])
    assert metrics.contrast(255 - image, MASK) == pytest.approx([-30])


@given(st.integers(0, 1000), st.integers(0, 20), st.integers(0, 16))
def test_it_is_the_mean_inside_less_the_mean_of_a_ring(seed, row, column):
    image = np.random.default_rng(seed).normal(size=(1, 24, 20))
    mask = np.zeros(image.shape, bool)
    mask[0, row : row + 4, column : column + 3] = True
    expected = by_every_pixel(image[0], mask[0])
    assert metrics.contrast(image, mask) == pytest.approx([expected])
    moved_up = metrics.contrast(2 * image + 7, mask)
    assert moved_up == pytest.approx([2 * expected])


def test_the_soft_rim_counts_neither_way():
    image = np.zeros((1, 24, 20))
    image[MASK == 1] = 1
    plain = metrics.contrast(image, MASK)
    image[0, 7:15, 6:13] = 1  # two pixels of rim all round
    np.testing.assert_allclose(metrics.contrast(image, MASK), plain)


def test_without_a_lesion_or_without_surroundings_there_is_none():
    masks = np.concatenate([0 * MASK, 0 * MASK + 1, MASK])
    found = metrics.contrast(np.ones((3, 24, 20, 1)), masks[..., None])
    np.testing.assert_array_equal(found, [np.nan, np.nan, 0])
    assert metrics.contrast(np.ones((0, 4, 4)), np.ones((0, 4, 4))).shape == (0,)


@pytest.mark.parametrize(
    ("image", "mask", "message"),
    [
        (np.ones((2, 24, 20)), MASK, r"mask has shape \(1, 24, 20\), image \(2, 24, 20\)"),
        (np.ones((24, 20)), MASK[0], r"image has shape \(24, 20\); give \(N, H, W\)"),
        (np.ones((1, 24, 20, 3)), MASK, r"image has shape \(1, 24, 20, 3\)"),
    ],
)
def test_bad_input_is_named_with_its_cure(image, mask, message):
    with pytest.raises(ValueError, match=message):
        metrics.contrast(image, mask)

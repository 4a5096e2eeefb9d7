"""Patches of volumes: all of a volume, and put together again to the bit."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import datasets

VOLUME = np.random.default_rng(0).normal(size=(9, 12, 7)).astype(np.float32)


@pytest.mark.parametrize(
    ("size", "step"), list(itertools.product([3, 5, 7, (9, 4, 7)], [1, 2, 3, (2, 3, 1), None]))
)
def test_what_is_cut_comes_together_again(size, step):
    patches, places = datasets.tile(VOLUME, size, step)
    again = datasets.join(patches, places, VOLUME.shape)
    assert again.dtype == np.float32
    np.testing.assert_array_equal(again, VOLUME)


@given(st.integers(1, 7), st.integers(1, 7), st.booleans())
@settings(deadline=None, max_examples=40)
def test_any_step_up_to_the_size(size, step, channels):
    volume = np.arange(8 * 9 * 10).reshape(8, 9, 10)
    volume = np.stack([volume, -volume], axis=-1) if channels else volume
    patches, places = datasets.tile(volume, size, min(step, size))
    assert len(set(map(tuple, places))) == len(places)
    np.testing.assert_array_equal(datasets.join(patches, places, (8, 9, 10)), volume)


def test_the_last_patch_ends_with_the_volume():
    patches, places = datasets.tile(np.zeros((48, 56, 48)), 24, 12)
    assert patches.shape == (36, 24, 24, 24)
    assert sorted(set(places[:, 1])) == [0, 12, 24, 32]
    assert places[0].tolist() == [0, 0, 0]
    assert places[1].tolist() == [0, 0, 12]


def test_where_patches_overlap_their_mean_counts():
    patches = np.array([0.0, 3.0, 9.0]).reshape(3, 1, 1, 1) * np.ones((3, 1, 1, 2))
    joined = datasets.join(patches, [[0, 0, 0], [0, 0, 1], [0, 0, 1]], (1, 1, 3))
    np.testing.assert_array_equal(joined[0, 0], [0, 4, 6])
    whole = datasets.join(patches.astype(int), [[0, 0, 0], [0, 0, 1], [0, 0, 1]], (1, 1, 3))
    assert whole.dtype == float


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((VOLUME, 8), r"patch of \(8, 8, 8\) voxels is larger than the volume of \(9, 12, 7\)"),
        ((VOLUME, 3, 4), "would be left out; give a step of at most the size"),
        ((VOLUME, 0), "size is 0; give a whole number from 1 up"),
        ((VOLUME, (3, 3)), r"size is \(3, 3\); .* or three of them"),
        ((VOLUME, 3, 1.5), "step is 1.5"),
        ((VOLUME[0], 3), r"volume has shape \(12, 7\); give one volume"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.tile(*arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((np.zeros((1, 2, 2, 2)), [[0, 0, 0]], (4, 4, 4)), "56 voxels lie in no patch"),
        ((np.zeros((1, 2, 2, 2)), [[0, 3, 0]], (4, 4, 4)), "stick out of a volume"),
        ((np.zeros((1, 2, 2, 2)), [[0, 0, -1]], (4, 4, 4)), "stick out of a volume"),
        ((np.zeros((2, 2, 2, 2)), [[0, 0, 0]], (4, 4, 4)), r"places \(1, 3\)"),
        ((np.zeros((2, 2, 2)), [[0, 0, 0]], (4, 4, 4)), "patches has shape"),
        ((np.zeros((1, 2, 2, 2)), [[0, 0, 0]], (4, 4)), r"shape is \(4, 4\)"),
    ],
)
def test_patches_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.join(*arguments)

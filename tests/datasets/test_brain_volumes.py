"""Volumes of simulated patients: whole heads whose slices fit together, one a patient."""

import numpy as np
import pytest
from scipy import ndimage

from medtutor import datasets
from medtutor.datasets.brain import cohort

SIZE = (48, 56, 48)


@pytest.fixture(scope="module")
def heads():
    return cohort.simulate("brain_lesion", 8, SIZE, (0, 0), sequences=("FLAIR",))


@pytest.fixture
def small_set(monkeypatch):
    monkeypatch.setattr(cohort, "VOLUME_COUNTS", (8, 4, 4))


def test_a_set_of_volumes_has_the_promised_arrays(tmp_path, small_set):
    data = datasets.load("brain_lesion", size=SIZE, n_train=6, cache_dir=tmp_path)
    assert data.train.images.shape == (6, *SIZE, 1)
    assert data.train.images.dtype == data.train.masks.dtype == np.uint8
    assert data.train.masks.shape == (6, *SIZE)
    np.testing.assert_array_equal(data.train.labels, data.train.masks.any(axis=(1, 2, 3)))
    assert (len(data.val), len(data.test)) == (4, 4)
    assert len(set(data.train.patients)) == 6
    (kept,) = tmp_path.rglob("*train*")
    assert "48x56x48" in kept.name
    assert "48x56x48" in str(data.card)
    again = datasets.load("brain_lesion", size=list(SIZE), n_train=6, cache_dir=tmp_path)
    np.testing.assert_array_equal(again.train.images, data.train.images)
    assert len(list(tmp_path.rglob("*.npz"))) == 3


def test_tissues_come_as_volumes_too():
    arrays = cohort.simulate("brain_tissue", 2, SIZE, (0, 0))
    assert arrays["masks"].shape == (2, *SIZE)
    assert set(np.unique(arrays["masks"])) == {0, 1, 2, 3}


def test_the_usual_number_of_heads():
    assert cohort.VOLUME_COUNTS == (64, 12, 24)
    assert all(count % cohort.VOLUME_GROUP == 0 for count in cohort.VOLUME_COUNTS)


def test_half_the_heads_are_sick_and_have_up_to_three_lesions(heads):
    assert heads["labels"].sum() == 4
    for mask in heads["masks"][heads["labels"] == 1]:
        _, count = ndimage.label(mask, np.ones((3, 3, 3)))
        assert 1 <= count <= 3


def test_slices_of_a_head_fit_together(heads):
    """Where nothing but noise and texture differs, a step up changes no more than one aside."""
    image = heads["images"][..., 0].astype(float)
    inside = ndimage.uniform_filter(image, (0, 3, 3, 3)) > 60
    steps = []
    for axis in (1, 2, 3):
        here = np.moveaxis(inside, axis, 0)[:-1]
        step = np.abs(np.diff(np.moveaxis(image, axis, 0), axis=0))
        steps.append(np.median(step[here]))
    assert steps[0] < 1.3 * max(steps[1:])
    # Slices that know nothing of each other would differ far more.
    assert np.corrcoef(image[:, 20].ravel(), image[:, 21].ravel())[0, 1] > 0.9


def test_a_lesion_is_as_long_along_every_axis(heads):
    extents = np.array(
        [
            [part.stop - part.start for part in place]
            for mask in heads["masks"]
            for place in ndimage.find_objects(ndimage.label(mask, np.ones((3, 3, 3)))[0])
        ]
    )
    along, down, across = extents.mean(axis=0)
    assert 0.6 < along / np.mean([down, across]) < 1.4


def test_neck_below_and_air_above(heads):
    head = heads["images"][..., 0] > 40
    area = head.mean(axis=(0, 2, 3))
    assert area[:2].mean() < 0.35
    assert area[-1] < 0.1
    assert area[24:32].min() > 0.4


def test_equal_seeds_give_equal_bits(heads):
    again = cohort.simulate("brain_lesion", 4, SIZE, (0, 0), sequences=("FLAIR",))
    for name, array in again.items():
        np.testing.assert_array_equal(array, heads[name][:4])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"domain": "wide"}, "has no volumes in the domain 'wide'.*size=64"),
        ({"size": (48, 48, 48)}, "has no volumes of size .*64, 96, 128, 48x56x48"),
        ({"size": 48}, "has no size 48; it comes in 64, 96, 128, 48x56x48"),
    ],
)
def test_what_there_is_not(options, message):
    with pytest.raises(ValueError, match=message):
        datasets.load("brain_lesion", **{"size": SIZE, **options})


def test_a_set_without_volumes_says_what_it_has():
    with pytest.raises(ValueError, match="brain_growth has no volumes of size"):
        datasets.load("brain_growth", size=SIZE)

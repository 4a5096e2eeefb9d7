import re

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from medtutor import datasets
from medtutor.datasets import expert_features

ASYMMETRY = slice(0, 5)  # with the spots that have no twin


def head(size=64, middle=None):
    """Return a slice with one bright ellipse on dark air, the same on both sides."""
    y, x = np.indices((size, size)) / size
    column = 0.5 - 0.5 / size if middle is None else middle
    texture = 20 * np.cos(30 * np.abs(x - column)) * np.cos(25 * y)
    return np.where(((y - 0.5) / 0.4) ** 2 + ((x - column) / 0.33) ** 2 < 1, 120 + texture, 0.0)


def with_lesion(image, row=25, column=40, brightness=60):
    y, x = np.indices(image.shape) * 64 / len(image)
    return image + brightness * np.exp(-((y - row) ** 2 + (x - column) ** 2) / 20)


@pytest.fixture(scope="module")
def brains():
    return datasets.load("brain_lesion", n_train=240)


def test_a_row_for_each_slice_and_a_name_for_each_column(brains):
    features, names = expert_features(brains.train.images[:5])
    assert features.shape == (5, len(names)) == (5, 12)
    assert len(set(names)) == 12
    assert np.isfinite(features).all()
    np.testing.assert_array_equal(expert_features(brains.train.images[:5, ..., 0])[0], features)


def test_of_nothing_comes_nothing(brains):
    features, _ = expert_features(np.zeros((2, 64, 64)))
    np.testing.assert_array_equal(features, 0)
    assert expert_features(brains.train.images[:0])[0].shape == (0, 12)
    sparks = np.zeros((2, 64, 64), np.uint8)
    sparks[0, 5, 5] = sparks[1, 20:22, 30:50] = 255
    assert np.isfinite(expert_features(sparks)[0]).all()


def test_a_mirrored_slice_is_as_uneven_as_it_was(brains):
    images = brains.train.images[:20]
    there, _ = expert_features(images)
    back, _ = expert_features(images[:, :, ::-1])
    np.testing.assert_allclose(there, back, atol=1e-6)


@pytest.mark.parametrize(("factor", "shift"), [(0.01, -3), (1e-12, 0), (1e9, 5)])
def test_another_grey_scale_changes_nothing(brains, factor, shift):
    images = brains.train.images[:10].astype(float)
    np.testing.assert_allclose(
        expert_features(images)[0], expert_features(factor * images + shift)[0], atol=1e-6
    )


def test_a_lesion_on_one_side_is_seen_wherever_the_head_lies():
    heads = [head(), head(middle=0.5 - 5.5 / 64)]
    pictures = [*heads, *(with_lesion(one, brightness=b) for b in (60, -60) for one in heads)]
    features, names = expert_features(np.array(pictures))
    clean, moved, *sick = features[:, ASYMMETRY]
    assert max(clean.max(), moved.max()) < 0.5
    assert np.min(sick) > 0.2
    assert np.array(sick)[:, [0, 4]].min() > 1
    bright, dark = names.index("bright spot of 4 px"), names.index("dark spot of 4 px")
    brighter_than_dark = features[:, bright] - features[:, dark]
    assert brighter_than_dark[2] > brighter_than_dark[4]


def test_larger_slices_are_measured_alike():
    small, _ = expert_features(with_lesion(head(64))[None])
    large, _ = expert_features(with_lesion(head(128))[None])
    np.testing.assert_allclose(large, small, rtol=0.3, atol=0.3)


def test_a_few_patients_are_enough_to_weigh_them(brains):
    train, test = (expert_features(split.images)[0] for split in (brains.train, brains.test))
    model = make_pipeline(StandardScaler(), LogisticRegression())
    scores = model.fit(train, brains.train.labels).predict_proba(test)[:, 1]
    assert roc_auc_score(brains.test.labels, scores) > 0.85


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((64, 64)), "images has shape (64, 64); give grey slices (N, H, W)"),
        (np.zeros((2, 64, 64, 3)), "shape (2, 64, 64, 3)"),
        (np.zeros((2, 8, 8)), "at least 16×16 pixels"),
        (np.array([["a"]]), "give an array of numbers"),
        (100 - 90 * np.pad(np.ones((3, 9, 9)), [(0, 0), (12, 11), (12, 11)]), "dark air"),
        (np.full((3, 32, 32), np.nan), "3072 of 3072 pixels are NaN"),
    ],
)
def test_what_is_no_brain_slice_is_refused(images, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        expert_features(images)


def test_a_chest_is_refused_with_what_to_do_instead():
    chest = datasets.load("lung_ct", n_train=4).train.images
    with pytest.raises(ValueError, match=r"reach down to -\d+, as Hounsfield units.*exercise 4"):
        expert_features(chest)

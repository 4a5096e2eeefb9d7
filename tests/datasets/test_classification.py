"""Sets of every kind, asked which class an image belongs to."""

from dataclasses import replace

import numpy as np
import pytest

from medtutor import datasets
from medtutor.datasets import Dataset, Split


def made_up(images_shape, labels, class_names):
    split = Split(np.zeros(images_shape, np.uint8), labels=labels)
    card = replace(datasets.card("chestmnist"), class_names=class_names)
    return Dataset("made_up", card.task, class_names, split, split, split, card)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("healthy", "lesion"), 1),
        (("malignant", "normal, benign"), 0),
        (("normal", "pneumonia"), 1),
        (("adipose", "background"), 0),
        (("normal", "healthy"), 1),
    ],
)
def test_class_of_interest_is_the_sick_one(names, expected):
    assert datasets.class_of_interest(names) == expected


def test_one_label_an_image_stays_as_it_is():
    data = made_up((3, 8, 8, 1), np.array([0, 1, 1]), ("a", "b"))
    assert datasets.as_classification(data) is data


def test_of_several_findings_the_most_common_is_asked_for():
    labels = np.array([[0, 1, 0], [1, 1, 0], [0, 1, 1]])
    data = datasets.as_classification(made_up((3, 8, 8, 1), labels, ("mass", "edema", "hernia")))
    assert data.class_names == ("no edema", "edema")
    assert data.test.labels.tolist() == [1, 1, 1]
    assert "1 = edema" in repr(data)


def test_a_finding_can_be_chosen():
    labels = np.array([[0, 1, 0], [1, 1, 0], [0, 1, 1]])
    data = made_up((3, 8, 8, 1), labels, ("mass", "edema", "hernia"))
    assert datasets.as_classification(data, finding=2).train.labels.tolist() == [0, 0, 1]
    with pytest.raises(ValueError, match="0 to 2"):
        datasets.as_classification(data, finding=3)


def test_volumes_and_sets_without_labels_are_refused_with_a_way_out():
    volumes = made_up((3, 8, 8, 8, 1), np.array([0, 1, 1]), ("a", "b"))
    with pytest.raises(ValueError, match=r"volumes.*brain_lesion"):
        datasets.as_classification(volumes)
    unlabelled = made_up((3, 8, 8, 1), None, ("a", "b"))
    with pytest.raises(ValueError, match="nothing to classify"):
        datasets.as_classification(unlabelled)

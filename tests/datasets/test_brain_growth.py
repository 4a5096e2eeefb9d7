"""Patients who come again: sound arrays, the same head each time, a label no visit betrays."""

import numpy as np
import pytest
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from medtutor import datasets
from medtutor.datasets.brain import growth

STABLE, GROWING, SHRINKING = range(3)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    return datasets.load("brain_growth", n_train=30, size=32, cache_dir=folder)


@pytest.fixture(scope="module")
def many():
    return growth.simulate(1500, 32, (7, 0))


def areas(arrays):
    return arrays["masks"].sum(axis=(2, 3)).astype(float)


def visits_of(lengths):
    return np.arange(growth.MOST_VISITS) < lengths[:, None]


def test_the_set_has_the_promised_arrays(data):
    train = data.train
    assert train.images.shape == (30, 10, 32, 32, 1)
    assert train.images.dtype == np.uint8
    assert train.masks.shape == (30, 10, 32, 32)
    assert train.days.shape == (30, 10)
    assert (len(data.val), len(data.test)) == data.card.counts[1:]
    assert set(data.test.labels) == {STABLE, GROWING, SHRINKING}
    assert "SIMULATED" in str(data)


def test_the_default_size_is_64(tmp_path):
    arrays = growth.simulate(2, 64, (0, 0))
    assert datasets.card("brain_growth").sizes[0] == 64
    assert arrays["images"].shape == (2, 10, 64, 64, 1)


def test_each_patient_is_one_sequence_in_one_split(data):
    for split in (data.train, data.val, data.test):
        assert len(np.unique(split.patients)) == len(split)
    datasets.assert_no_leak(data.train, data.val, data.test)


def test_visits_are_4_to_10_and_the_rest_is_zero(many):
    lengths = many["lengths"]
    assert (lengths.min(), lengths.max()) == (4, 10)
    padding = ~visits_of(lengths)
    for name in ("images", "masks", "days"):
        assert not many[name][padding].any()
    assert many["images"][visits_of(lengths)].any(axis=(1, 2, 3)).all()


def test_days_start_at_zero_and_rise_by_uneven_gaps(many):
    assert not many["days"][:, 0].any()
    for days, length in zip(many["days"], many["lengths"], strict=True):
        gaps = np.diff(days[:length])
        assert gaps.min() >= growth.SHORTEST_GAP_DAYS - 1
        assert gaps.max() <= growth.LONGEST_GAP_DAYS + 1
        assert len(set(gaps)) > 1


def test_log_volume_changes_evenly_by_day():
    courses = growth.draw_courses(np.random.default_rng(0), 600)
    for label, days, radii, length in zip(
        courses.labels, courses.days, courses.radii_mm, courses.lengths, strict=True
    ):
        log_volume = 3 * np.log(radii[:length])
        rate, start = np.polyfit(days[:length], log_volume, 1)
        assert np.abs(log_volume - start - rate * days[:length]).max() < 0.25
        change = rate * days[length - 1]
        if label == STABLE:
            assert abs(change) < growth.LEAST_CHANGE / 2
        else:
            assert growth.DIRECTION[label] * change > growth.LEAST_CHANGE / 2


def test_a_head_resembles_itself_at_another_visit_more_than_anybody_else(many):
    first, last = many["images"][:, 0, ..., 0], many["images"][:, 3, ..., 0]
    a, b = (x[:40].reshape(40, -1).astype(float) for x in (first, last))
    alike = np.corrcoef(a, b)[:40, 40:]
    assert (alike.argmax(axis=1) == np.arange(40)).mean() > 0.9


def test_no_two_visits_are_the_same_picture(many):
    assert (many["images"][:, 0] != many["images"][:, 1]).any(axis=(1, 2, 3)).all()


def guessed_from(values, labels):
    """Accuracy, over ten folds, of a tree that is told these values alone; 1/3 is chance."""
    tree = DecisionTreeClassifier(min_samples_leaf=40)
    return cross_val_score(tree, values.reshape(len(labels), -1), labels, cv=10).mean()


@pytest.mark.parametrize("which", ["first", "last", "any", "largest"])
def test_the_size_at_a_single_visit_hardly_tells_the_label(many, which):
    area, lengths, patients = areas(many), many["lengths"], np.arange(1500)
    anyone = np.random.default_rng(0).integers(0, lengths)
    sizes = {
        "first": area[:, 0],
        "last": area[patients, lengths - 1],
        "any": area[patients, anyone],
        "largest": area.max(axis=1),
    }
    assert guessed_from(sizes[which], many["labels"]) < 0.42


@pytest.mark.parametrize("name", ["lengths", "days"])
def test_number_and_days_of_visits_do_not_tell_the_label(many, name):
    assert guessed_from(many[name], many["labels"]) < 0.39


def test_first_and_last_visit_together_tell_it(many):
    area, lengths = areas(many) + 1, many["lengths"]
    change = np.log(area[np.arange(1500), lengths - 1] / area[:, 0])
    assert guessed_from(change, many["labels"]) > 0.85


def test_equal_seeds_give_equal_bits_and_other_seeds_others():
    first, again, other = (growth.simulate(5, 32, (s, 0)) for s in (3, 3, 4))
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert (first["images"] != other["images"]).any()


def test_fewer_patients_are_the_first_of_the_same(data):
    few = growth.simulate(7, 32, (0, 0))
    np.testing.assert_array_equal(few["images"], data.train.images[:7])


def test_second_call_reads_what_the_first_one_kept(tmp_path, monkeypatch):
    first = datasets.load("brain_growth", n_train=3, size=32, cache_dir=tmp_path)
    monkeypatch.setattr(growth, "simulate", lambda *_: pytest.fail("made a second time"))
    again = datasets.load("brain_growth", n_train=3, size=32, cache_dir=tmp_path)
    np.testing.assert_array_equal(first.test.images, again.test.images)
    np.testing.assert_array_equal(first.test.days, again.test.days)

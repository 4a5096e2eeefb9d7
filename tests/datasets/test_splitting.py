import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medtutor.datasets import Split, assert_no_leak, patient_split

patients_of_images = st.lists(st.integers(0, 30), min_size=1, max_size=200).filter(
    lambda patients: len(set(patients)) >= 10
)


@given(patients=patients_of_images, seed=st.integers(0, 100))
def test_each_image_is_in_one_part_and_each_patient_too(patients, seed):
    patients = np.array(patients)
    parts = patient_split(patients, (0.6, 0.2, 0.2), seed)
    assert sorted(np.concatenate(parts)) == list(range(len(patients)))
    groups = [set(patients[part]) for part in parts]
    assert sum(map(len, groups)) == len(set(patients))
    assert all((np.diff(part) > 0).all() for part in parts)


@given(patients=patients_of_images, seed=st.integers(0, 100))
def test_what_is_split_by_patient_has_no_leak(patients, seed):
    whole = Split(np.zeros((len(patients), 1, 1, 1)), patients=np.array(patients))
    assert_no_leak(*(whole[part] for part in patient_split(whole.patients, (0.5, 0.5), seed)))


def test_fractions_are_of_patients():
    patients = np.repeat(np.arange(100), 3)
    parts = patient_split(patients, (0.7, 0.1, 0.2), seed=0)
    assert [len(np.unique(patients[part])) for part in parts] == [70, 10, 20]


def test_the_seed_fixes_who_goes_where():
    patients = np.arange(50)
    first, again, other = (patient_split(patients, (0.5, 0.5), seed)[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_patients_may_have_names():
    train, test = patient_split(np.array(["ann", "bob", "ann", "eve"]), (0.7, 0.3), seed=0)
    assert len(train) + len(test) == 4


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.2, -0.2), (1.0, 0.0), (), 1.0])
def test_fractions_that_are_none_are_refused(fractions):
    with pytest.raises(ValueError, match="positive numbers that add up to 1"):
        patient_split(np.arange(10), fractions, seed=0)


def test_too_few_patients_are_refused():
    with pytest.raises(ValueError, match="2 patients are too few"):
        patient_split(np.array([1, 1, 1, 2]), (0.8, 0.1, 0.1), seed=0)


def a_split(*patients):
    return Split(np.zeros((len(patients), 1, 1, 1)), patients=np.array(patients))


def test_a_leak_is_named():
    with pytest.raises(AssertionError, match=r"2 patients are in split 0 and in split 1.*\[3, 4\]"):
        assert_no_leak(a_split(1, 2, 3, 4), a_split(4, 3, 3, 5))


def test_a_leak_between_the_last_two_is_found():
    with pytest.raises(AssertionError, match="split 1 and in split 2"):
        assert_no_leak(a_split(1), a_split(2), a_split(3, 2))


def test_leaks_with_two_splits_are_each_counted_with_their_own():
    with pytest.raises(AssertionError) as caught:
        assert_no_leak(a_split(1), a_split(2), a_split(1, 2))
    assert "split 0" in str(caught.value)


def test_without_patient_ids_nothing_can_be_asserted():
    with pytest.raises(ValueError, match="split 1 has no patient ids, so a leak can't be excluded"):
        assert_no_leak(a_split(1), Split(np.zeros((1, 1, 1, 1))))

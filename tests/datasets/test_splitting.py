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


@pytest.mark.parametrize(
    "patients",
    [
        np.array([11, 11, 12, np.nan, 13, 13, np.nan]),
        np.array(["a", "a", "b", None, "c", "c", None], dtype=object),
        ["a", "a", "b", np.nan, "c", "c", None],
    ],
)
def test_images_without_a_patient_id_are_refused(patients):
    message = r"2 of 7 images have no patient id in .* \(NaN or None\).*leave these images out"
    with pytest.raises(ValueError, match=message):
        patient_split(patients, (0.5, 0.5), seed=0)
    whole = Split(np.zeros((7, 1, 1, 1)), patients=np.asarray(patients, dtype=object))
    with pytest.raises(ValueError, match=f"{message}.*ask the source"):
        assert_no_leak(whole, whole)


@pytest.mark.parametrize(
    ("patients", "message"),
    [
        (np.array([[1, 7], [1, 8], [2, 9]]), r"patients has shape \(3, 2\); give an array \(N,\)"),
        (None, "patients is None, so nobody knows whom the images show; ask the source"),
        ("abc", r"patients is 'abc'; give an array \(N,\)"),
        ({1, 2}, r"patients is \{1, 2\}; give an array \(N,\)"),
        (np.array([1, "1", 2], dtype=object), "mixed types, number and text.*all as numbers"),
        ([1, "1", 2], "mixed types, number and text.*all as numbers"),
    ],
)
def test_ids_that_are_none_are_refused(patients, message):
    with pytest.raises(ValueError, match=message):
        patient_split(patients, (0.5, 0.5), seed=0)


@pytest.mark.parametrize("kind", [int, float, str, object])
def test_numbers_and_text_in_an_array_or_a_list_are_split_alike(kind):
    patients = np.repeat(np.arange(10, 20), 2)
    expected = patient_split(patients, (0.3, 0.7), seed=3)
    # Who goes where must not change from one version of the library to the next.
    assert np.unique(patients[expected[0]]).tolist() == [10, 16, 19]
    for ids in (patients.astype(kind), patients.astype(kind).tolist()):
        for part, same in zip(patient_split(ids, (0.3, 0.7), seed=3), expected, strict=True):
            np.testing.assert_array_equal(part, same)


@pytest.mark.parametrize("seed", [-1, 1.5, "a", None, True])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match=f"seed is {seed!r}; give a whole number from 0 up"):
        patient_split(np.arange(10), (0.5, 0.5), seed)
    with pytest.raises(ValueError, match=f"seed is {seed!r}; give a whole number from 0 up"):
        a_split(1, 2).shuffled(seed)


def test_a_seed_from_numpy_is_one():
    one, other = (patient_split(np.arange(9), (0.5, 0.5), seed) for seed in (3, np.int64(3)))
    np.testing.assert_array_equal(one[0], other[0])
    assert a_split(1, 2, 3).shuffled(np.int64(3)).patients.shape == (3,)


def test_ids_as_numbers_and_as_text_can_not_be_compared():
    with pytest.raises(
        ValueError, match=r"mixed types, number and text.*'1' would be two patients"
    ):
        assert_no_leak(a_split(1, 2, 3, 4), a_split("1", "2", "3", "4"))
    mixed = Split(np.zeros((2, 1, 1, 1)), patients=np.array([1, "2"], dtype=object))
    with pytest.raises(ValueError, match="mixed types, number and text"):
        assert_no_leak(mixed, a_split(3))


def test_whole_and_broken_numbers_are_compared_as_numbers():
    with pytest.raises(AssertionError, match="1 patients are in split 0 and in split 1"):
        assert_no_leak(a_split(1, 2), a_split(2.0, 3.0))


@pytest.mark.parametrize("wrap", [tuple, list])
def test_what_is_no_split_is_refused_with_the_way_to_write_it(wrap):
    splits = wrap((a_split(1), a_split(2)))
    message = (
        rf"argument 0 is a {wrap.__name__}, .*assert_no_leak\(data\.train, data\.val, data\.test"
    )
    with pytest.raises(TypeError, match=message):
        assert_no_leak(splits)

import re

import numpy as np
import pytest

from medtutor.datasets import Card, Dataset, Split


@pytest.fixture
def split():
    n = 6
    return Split(
        images=np.arange(n * 4, dtype=np.uint8).reshape(n, 2, 2, 1),
        labels=np.arange(n),
        masks=np.zeros((n, 2, 2), dtype=np.uint8),
        boxes=[np.full((i, 4), i) for i in range(n)],
        patients=np.repeat(["a", "b", "c"], 2),
        lengths=np.arange(n) + 10,
    )


def ids(split):
    """Return what each part of a split says about which images it holds."""
    from_images = split.images[:, 0, 0, 0] // 4
    from_boxes = [len(boxes) for boxes in split.boxes]
    return from_images.tolist(), split.labels.tolist(), from_boxes, (split.lengths - 10).tolist()


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        (slice(1, 3), [1, 2]),
        (slice(None, None, -2), [5, 3, 1]),
        ([4, 0], [4, 0]),
        (np.array([5, 5]), [5, 5]),
        (np.arange(6) % 2 == 0, [0, 2, 4]),
    ],
)
def test_all_parts_are_sliced_alike(split, index, expected):
    part = split[index]
    assert len(part) == len(expected)
    assert ids(part) == (expected,) * 4
    assert part.masks.shape == (len(expected), 2, 2)


def test_what_a_set_lacks_stays_none(split):
    part = Split(split.images)[:2]
    assert part.labels is None
    assert part.boxes is None
    assert part.patients is None


def test_one_number_is_refused_with_the_way_to_write_it(split):
    with pytest.raises(TypeError, match=re.escape("write split[3:4]")):
        split[3]
    with pytest.raises(TypeError, match=re.escape("split.images[2]")):
        split[np.int64(2)]


@pytest.mark.parametrize(
    ("index", "advice"),
    [
        (-1, "write split[-1:]"),
        (-2, "write split[-2:-1]"),
        (6, "it has 6 images, take places from 0"),
        (-7, "it has 6 images, take places from 0"),
    ],
)
def test_the_way_to_write_one_number_gives_that_image(split, index, advice):
    with pytest.raises(TypeError, match=re.escape(advice)):
        split[index]


@pytest.mark.parametrize(
    "index", [None, True, "a", [0.0, 1.0], np.array([0.5]), [[0, 1]], (slice(2), 0), ...]
)
def test_what_is_no_place_is_refused(split, index):
    with pytest.raises(TypeError, match=r"takes a slice or an array of places, not .*split\[2:5\]"):
        split[index]


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (np.ones(5, bool), "the mask has 5 entries, the split 6 images"),
        ([True], "the mask has 1 entries, the split 6 images"),
        ([0, 6], "there is no image 6 in a split of 6"),
        (np.array([-7]), "there is no image -7 in a split of 6"),
        (np.array([200], np.uint8), "there is no image 200 in a split of 6"),
    ],
)
def test_places_that_are_not_there_are_refused(split, index, message):
    with pytest.raises(IndexError, match=message):
        split[index]


@pytest.mark.parametrize("index", [[], np.array([]), np.array([], int), np.zeros(6, bool)])
def test_no_places_give_an_empty_split(split, index):
    assert len(split[index]) == len(split[index].boxes) == 0


def test_shuffling_keeps_images_and_facts_together(split):
    shuffled = split.shuffled(1)
    order = ids(shuffled)[0]
    assert order != list(range(6))
    assert sorted(order) == list(range(6))
    assert ids(shuffled) == (order,) * 4
    assert ids(split.shuffled(1)) == ids(shuffled)
    assert ids(split)[0] == list(range(6))


@pytest.mark.parametrize("part", ["labels", "masks", "patients", "lengths", "table"])
def test_parts_of_unequal_length_are_refused(part):
    with pytest.raises(ValueError, match=f"{part} has 3 entries, images has 2"):
        Split(np.zeros((2, 4, 4, 1)), **{part: np.zeros(3)})


def test_boxes_are_counted_too():
    with pytest.raises(ValueError, match="boxes has 1 entries, images has 2"):
        Split(np.zeros((2, 4, 4, 1)), boxes=[np.zeros((0, 4))])


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("masks", np.zeros((2, 4, 5)), r"masks has shape \(2, 4, 5\).*\(2, 4, 4\), a class id"),
        ("masks", np.zeros((2, 4, 4, 1)), r"masks has shape \(2, 4, 4, 1\).*give \(2, 4, 4\)"),
        ("boxes", [np.zeros((1, 4)), np.zeros((1, 3))], r"boxes\[1\] has shape \(1, 3\); give"),
        ("boxes", list(np.zeros((2, 4))), r"boxes\[0\] has shape \(4,\); give \(n, 4\)"),
        ("boxes", np.zeros((2, 1, 4)), "boxes is of type ndarray; give a list with an array"),
        ("boxes", 5, "boxes is of type int; give a list with an array"),
        ("labels", np.zeros((2, 1), int), r"labels has shape \(2, 1\).*is labels\[:, 0\]"),
        ("labels", np.array(3), "labels is of type ndarray; give an array with one entry"),
        ("patients", np.zeros((2, 2)), r"patients has shape \(2, 2\).*one entry for each image"),
        ("lengths", np.zeros((2, 2)), r"lengths has shape \(2, 2\).*one entry for each image"),
        ("table", np.zeros(2), r"table has shape \(2,\).*give \(N, n_columns\), a row for each"),
        ("days", np.zeros(2), r"days has shape \(2,\).*a day for every step"),
    ],
)  # fmt: skip
def test_parts_of_another_shape_are_refused(part, value, message):
    with pytest.raises(ValueError, match=message):
        Split(np.zeros((2, 4, 4, 1)), **{part: value})


def test_lists_become_arrays():
    split = Split([np.zeros((4, 4, 1))] * 2, labels=[0, 1], patients=("a", "b"))
    assert split.images.shape == (2, 4, 4, 1)
    assert split[1:].labels.tolist() == [1]
    assert split[1:].patients.tolist() == ["b"]


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.zeros((2, 4, 4)), r"images has shape \(2, 4, 4\).*numpy\.newaxis"),
        (None, "images is of type NoneType; give an array"),
    ],
)
def test_images_of_another_shape_are_refused(images, message):
    with pytest.raises(ValueError, match=message):
        Split(images)


@pytest.mark.parametrize("shape", [(2, 4, 5, 3), (2, 3, 4, 5, 1)])
def test_pictures_volumes_and_sequences_take_masks_of_their_shape(shape):
    masks = np.zeros(shape[:-1], np.uint8)
    findings = np.zeros((2, 14), int)
    assert len(Split(np.zeros(shape), findings, masks, days=np.zeros(shape[:2]))) == 2


def test_the_repr_of_a_split_says_what_it_holds(split):
    assert repr(split[:5]) == (
        "Split(5 images (2, 2, 1) uint8, labels, masks, boxes, patients, lengths)"
    )


def a_card(**changes):
    facts = {
        "name": "toy",
        "title": "A toy",
        "task": "binary-class",
        "class_names": ("healthy", "sick"),
        "counts": (100, 20, 30),
        "sizes": (28, 64),
        "simulated": False,
        "has_patients": True,
        "about": "nothing",
        "source": "nowhere",
        "licence": "CC BY 4.0",
        "citation": "Nobody 2020",
    }
    return Card(**facts | changes)


def test_a_card_shows_every_fact():
    text = str(a_card())
    for fact in ("toy", "A toy", "binary-class", "0 = healthy, 1 = sick", "28, 64 pixels"):
        assert fact in text
    for fact in ("train 100, val 20, test 30", "nowhere", "CC BY 4.0", "Nobody 2020"):
        assert fact in text
    assert "not for diagnosis" in text


def test_a_card_never_calls_simulated_images_real():
    assert "real images" in str(a_card())
    assert "real" not in str(a_card(simulated=True))
    assert "SIMULATED images" in str(a_card(simulated=True))


def test_a_card_without_patients_says_that_a_leak_is_possible():
    assert "no patient is in two splits" in str(a_card())
    assert "a leak between the splits can't be excluded" in str(a_card(has_patients=False))


def test_the_repr_of_a_data_set_is_its_card_with_the_counts_loaded(split):
    card = a_card()
    data = Dataset(card.name, card.task, card.class_names, split, split[:2], split[:1], card)
    assert repr(data) == str(a_card(counts=(6, 2, 1)))

import numpy as np
import pytest

from medtutor import datasets
from medtutor.datasets import lung, medmnist
from medtutor.datasets.brain import cohort, contrasts, growth


def test_all_sets_are_listed_those_without_download_first():
    table = datasets.available()
    offline = [*cohort.CARDS, *growth.CARDS, *contrasts.CARDS, *lung.CARDS]
    assert table["name"] == [*offline, *medmnist.CARDS]
    n_offline = len(offline)
    assert set(table["kind"][:n_offline]) == {"simulated, offline"}
    assert set(table["kind"][n_offline:]) == {"real, downloaded once"}


def test_the_table_and_the_card_agree():
    table = datasets.available()
    row = dict(zip(table.columns, table.rows[table["name"].index("dermamnist")], strict=True))
    card = datasets.card("dermamnist")
    assert (row["train"], row["val"], row["test"]) == card.counts
    assert row["classes"] == len(card.class_names) == 7
    assert row["licence"] == "CC BY-NC 4.0"
    assert row["sizes"] == "28, 64, 128, 224"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("BreastMNIST", "breastmnist"),
        ("brain_lesions", "brain_lesion"),
        ("pnuemoniamnist", "pneumoniamnist"),
    ],
)
def test_a_name_with_a_slip_gets_the_right_one_offered(wrong, right):
    with pytest.raises(ValueError, match=f"did you mean {right}"):
        datasets.load(wrong)


def test_a_name_like_no_other_gets_the_whole_list():
    with pytest.raises(ValueError, match="unknown data set 'zzz'; there are brain_"):
        datasets.card("zzz")


@pytest.mark.parametrize("n_train", [0, -1])
def test_no_images_to_train_on_are_refused(n_train, tmp_path):
    with pytest.raises(ValueError, match=f"n_train is {n_train}"):
        datasets.load("brain_lesion", n_train=n_train, cache_dir=tmp_path)


@pytest.mark.parametrize("name", ["brain_lesion", "breastmnist"])
def test_a_size_that_is_not_there_is_refused_with_those_that_are(name, tmp_path):
    with pytest.raises(ValueError, match=f"{name} has no size 57; it comes in .*64"):
        datasets.load(name, size=57, cache_dir=tmp_path)


def test_the_default_size_is_the_first_on_the_card(tmp_path):
    data = datasets.load("brain_lesion", n_train=4, cache_dir=tmp_path)
    assert data.train.images.shape[1] == data.card.sizes[0]
    assert len(data.train) == 4


@pytest.mark.parametrize("name", ["brain_lesion", "breastmnist"])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"size": 28.0}, "size is 28.0; give a whole number that .* has; it comes in .*64"),
        ({"size": "64"}, "size is '64'; give a whole number"),
        ({"size": True}, "size is True; give a whole number"),
        ({"n_train": 2.5}, "n_train is 2.5; give a whole number of images from 1 up"),
        ({"n_train": "8"}, "n_train is '8'; give a whole number of images"),
        ({"n_train": True}, "n_train is True; give a whole number of images"),
        ({"seed": -1}, "seed is -1; give a whole number from 0 up"),
        ({"seed": 1.5}, "seed is 1.5; give a whole number from 0 up"),
        ({"seed": "a"}, "seed is 'a'; give a whole number from 0 up"),
    ],
)
def test_what_is_no_whole_number_is_refused(name, options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        datasets.load(name, **options, cache_dir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_whole_numbers_may_come_from_numpy(tmp_path):
    n, size, seed = np.int64(4), np.int32(64), np.uint8(0)
    data = datasets.load("brain_lesion", n_train=n, size=size, seed=seed, cache_dir=tmp_path)
    assert list((tmp_path / "simulated").glob("brain_lesion_64_seed0_train4_*"))
    assert len(data.train) == 4


@pytest.mark.parametrize("size", [28.0, "28", None])
def test_a_size_to_download_is_a_whole_number(size, tmp_path):
    with pytest.raises(ValueError, match=f"size is {size!r}; give a whole number"):
        medmnist.get("breastmnist", size, cache_dir=tmp_path)

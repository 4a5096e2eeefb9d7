"""The table, the cards, and the arrays as the lessons get them."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medtutor import datasets
from medtutor.datasets import medmnist
from medtutor.datasets.cache import md5_of
from medtutor.datasets.download import DownloadError

OFFICIAL = Path(__file__).parents[3] / "shared" / "data"
needs_official = pytest.mark.skipif(
    not OFFICIAL.is_dir(), reason=f"the official files are not in {OFFICIAL}"
)
VOLUMES = {name for name in medmnist.CARDS if name.endswith("3d")}
FLAT = set(medmnist.CARDS) - VOLUMES


def test_all_18_sets_are_there():
    assert len(medmnist.CARDS) == 18
    assert len(VOLUMES) == 6
    # The paper counts 708,069 images and 9,998 volumes; the published files of 2024 leave out
    # 107 organ images, an organ and a vessel.
    assert sum(sum(medmnist.CARDS[name].counts) for name in FLAT) == 708_069 - 20 - 77 - 10
    assert sum(sum(medmnist.CARDS[name].counts) for name in VOLUMES) == 9_998 - 1 - 1


@pytest.mark.parametrize("name", medmnist.CARDS)
def test_each_card_tells_what_must_be_known(name):
    card = medmnist.CARDS[name]
    assert card.sizes == ((28, 64) if name in VOLUMES else (28, 64, 128, 224))
    assert card.task in {"binary-class", "multi-class", "multi-label", "ordinal"}
    assert card.licence == ("CC BY-NC 4.0" if name == "dermamnist" else "CC BY 4.0")
    assert "10.1038/s41597-022-01721-8" in card.citation
    assert not card.simulated
    assert not card.has_patients
    assert "a leak between the splits can't be excluded" in str(card)
    assert len(set(card.class_names)) == len(card.class_names)
    assert all(card.class_names)
    assert card.title
    assert card.about.endswith(".")


def test_tasks_with_two_and_with_ordered_classes():
    tasks = {name: card.task for name, card in medmnist.CARDS.items()}
    assert {name for name, task in tasks.items() if task == "binary-class"} == {
        name for name, card in medmnist.CARDS.items() if len(card.class_names) == 2
    }
    assert [name for name, task in tasks.items() if task == "multi-label"] == ["chestmnist"]
    assert [name for name, task in tasks.items() if task == "ordinal"] == ["retinamnist"]


def test_checksums_are_checksums_and_no_two_are_equal():
    sums = [
        medmnist._FACTS[name][f"md5_{size}"]
        for name, card in medmnist.CARDS.items()
        for size in card.sizes
    ]
    assert len(sums) == len(set(sums)) == 12 * 4 + 6 * 2
    assert all(len(md5) == 32 and int(md5, 16) for md5 in sums)


def put_archive(folder, monkeypatch, name, n_dims, channels, labels_shape=()):
    """Put a tiny archive of a set into the cache, and return its card, counts adapted."""
    rng = np.random.default_rng(1)
    shape = (28,) * n_dims + channels
    counts = (6, 3, 4)
    arrays = {}
    for part, count in zip(("train", "val", "test"), counts, strict=True):
        arrays[f"{part}_images"] = rng.integers(0, 256, (count, *shape), dtype=np.uint8)
        arrays[f"{part}_labels"] = rng.integers(0, 2, (count, *(labels_shape or (1,))), np.uint8)
    path = folder / "medmnist" / f"{name}.npz"
    path.parent.mkdir()
    np.savez_compressed(path, **arrays)
    monkeypatch.setattr(medmnist, "_cited", set())
    monkeypatch.setitem(medmnist._FACTS[name], "md5_28", md5_of(path))
    return replace(medmnist.CARDS[name], counts=counts), arrays


@pytest.mark.parametrize(
    ("name", "n_dims", "channels", "labels_shape", "images", "labels"),
    [
        ("octmnist", 2, (), (1,), (6, 28, 28, 1), (6,)),
        ("retinamnist", 2, (3,), (1,), (6, 28, 28, 3), (6,)),
        ("chestmnist", 2, (), (14,), (6, 28, 28, 1), (6, 14)),
        ("vesselmnist3d", 3, (), (1,), (6, 28, 28, 28, 1), (6,)),
    ],
)
def test_shapes_of_each_kind(
    name, n_dims, channels, labels_shape, images, labels, tmp_path, monkeypatch
):
    card, arrays = put_archive(tmp_path, monkeypatch, name, n_dims, channels, labels_shape)
    train, val, test = medmnist.load_splits(card, n_train=None, size=28, seed=0, cache_dir=tmp_path)
    assert train.images.shape == images
    assert train.images.dtype == np.uint8
    assert train.labels.shape == labels
    assert train.labels.dtype == np.int64
    assert (len(val), len(test)) == (3, 4)
    assert train.patients is None
    np.testing.assert_array_equal(test.images.ravel(), arrays["test_images"].ravel())
    np.testing.assert_array_equal(test.labels.ravel(), arrays["test_labels"].ravel())


@pytest.fixture
def breast(tmp_path, server, archive):
    folder = tmp_path / "medmnist"
    folder.mkdir()
    (folder / "breastmnist.npz").write_bytes(archive)

    def load(**options):
        return datasets.load("breastmnist", cache_dir=tmp_path, **options)

    return load


def test_a_subset_depends_on_the_seed_alone(breast):
    first, again, other = (breast(n_train=50, seed=seed).train for seed in (3, 3, 4))
    assert len(first) == 50
    np.testing.assert_array_equal(first.images, again.images)
    assert not np.array_equal(first.images, other.images)


def test_a_subset_holds_pairs_of_the_whole_and_the_smaller_subset(breast):
    whole, large, small = (breast(n_train=n).train for n in (None, 200, 20))
    label_of = dict(zip(map(bytes, whole.images), whole.labels.tolist(), strict=True))
    assert [label_of[bytes(image)] for image in large.images] == large.labels.tolist()
    assert set(map(bytes, small.images)) < set(map(bytes, large.images))


def test_a_subset_leaves_val_and_test_alone(breast):
    small, whole = breast(n_train=5), breast()
    np.testing.assert_array_equal(small.val.images, whole.val.images)
    np.testing.assert_array_equal(small.test.labels, whole.test.labels)


def test_more_than_there_is_fails_before_any_download(server, tmp_path):
    with pytest.raises(ValueError, match="breastmnist has 546 training images"):
        datasets.load("breastmnist", n_train=547, cache_dir=tmp_path)
    assert server.requests == {}


def test_all_training_images_may_be_asked_for(breast):
    np.testing.assert_array_equal(breast(n_train=546).train.images, breast().train.images)


@pytest.mark.parametrize(
    ("name", "size", "message"),
    [
        ("PathMNIST", 28, "did you mean pathmnist"),
        ("brestmnist", 28, "did you mean breastmnist"),
        ("brain_lesion!", 28, "not a set that can be downloaded; there are pathmnist"),
        ("nodulemnist3d", 128, "no size 128; it comes in 28, 64 pixels"),
        ("pathmnist", 32, "no size 32; it comes in 28, 64, 128, 224 pixels"),
    ],
)
def test_a_wrong_name_or_size_gets_an_answer_that_helps(name, size, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        medmnist.get(name, size, cache_dir=tmp_path)


def test_the_citation_is_printed_once(breast, capsys):
    breast()
    text = capsys.readouterr().out
    assert "licence CC BY 4.0" in text
    assert "doi:10.1038/s41597-022-01721-8" in text
    assert "Al-Dhabyani et al. 2020" in text
    breast()
    assert capsys.readouterr().out == ""


def test_what_could_not_be_loaded_is_not_cited(server, tmp_path, capsys):
    with pytest.raises(DownloadError):
        datasets.load("breastmnist", cache_dir=tmp_path)
    assert capsys.readouterr().out == ""


def test_loading_needs_neither_tensorflow_nor_the_network_code():
    slow = ("tensorflow", "keras", "matplotlib", "pooch", "requests", "tqdm")
    code = f"import sys, medtutor.datasets; print([m for m in {slow} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"


@pytest.fixture
def official_cache(tmp_path, monkeypatch):
    """A cache in which the official files lie, and no address that leaves the machine."""
    monkeypatch.setattr(medmnist, "_RECORD", "http://127.0.0.1:1")
    monkeypatch.setattr(medmnist, "_cited", set())
    folder = tmp_path / "medmnist"
    folder.mkdir()
    for source in OFFICIAL.glob("*.npz"):
        (folder / source.name).write_bytes(source.read_bytes())
    return tmp_path


def frequencies(split):
    return np.bincount(split.labels).tolist()


@needs_official
def test_the_official_breastmnist(official_cache):
    data = datasets.load("breastmnist", cache_dir=official_cache)
    splits = (data.train, data.val, data.test)
    assert [split.images.shape for split in splits] == [
        (546, 28, 28, 1),
        (78, 28, 28, 1),
        (156, 28, 28, 1),
    ]
    assert all(split.images.dtype == np.uint8 for split in splits)
    assert all(split.labels.dtype == np.int64 for split in splits)
    assert [frequencies(split) for split in splits] == [[147, 399], [21, 57], [42, 114]]
    assert data.class_names == ("malignant", "normal, benign")
    assert (data.train.images.min(), data.train.images.max()) == (0, 255)
    assert "546" in repr(data)


@needs_official
def test_the_official_adrenalmnist3d(official_cache):
    data = datasets.load("adrenalmnist3d", cache_dir=official_cache, n_train=100, seed=1)
    assert data.train.images.shape == (100, 28, 28, 28, 1)
    assert data.val.images.shape == (98, 28, 28, 28, 1)
    assert data.test.images.shape == (298, 28, 28, 28, 1)
    assert [frequencies(split) for split in (data.val, data.test)] == [[76, 22], [229, 69]]
    assert set(np.unique(data.test.images[:20])) == {0, 255}  # shape masks
    assert data.class_names == ("normal", "hyperplasia")


@needs_official
def test_the_official_files_have_the_published_checksums(official_cache):
    table = medmnist.verify(official_cache)
    assert table["name"] == ["breastmnist", "adrenalmnist3d"]
    assert table["state"] == ["good", "good"]

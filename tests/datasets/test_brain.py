"""Simulated patients: sound arrays, equal bits, kept on disk, neither a toy nor a leak."""

import hashlib

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from medtutor import datasets
from medtutor._resources import data_folder
from medtutor.datasets.brain import cohort
from medtutor.datasets.brain.anatomy import SLICES_PER_PATIENT, draw_heads
from medtutor.datasets.brain.lesions import draw_lesions


@pytest.fixture(scope="module")
def lesions(tmp_path_factory):
    return datasets.load("brain_lesion", n_train=400, cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def tissue(tmp_path_factory):
    return datasets.load("brain_tissue", n_train=40, cache_dir=tmp_path_factory.mktemp("cache"))


def test_shipped_atlas_is_the_file_its_card_describes():
    digest = hashlib.md5((data_folder() / "brain_atlas.npz").read_bytes()).hexdigest()
    assert digest in (data_folder() / "brain_atlas.md").read_text(encoding="utf-8")


def test_average_brain_is_whole_and_can_not_be_spoilt():
    volume, spacing = datasets.average_brain()
    assert volume.shape == (94, 116, 98)
    assert volume.dtype == np.uint8
    assert spacing == (2.0, 2.0, 2.0)
    with pytest.raises(ValueError, match="read-only"):
        volume[0] = 0


def test_average_tissues_fill_the_head_of_the_average_brain_and_nothing_else():
    volume, _ = datasets.average_brain()
    tissues = datasets.average_tissues()
    assert tissues._fields == ("csf", "grey", "white")
    total = sum(tissues)
    assert total.shape == volume.shape
    assert np.allclose(total, total > 0.5, atol=1e-5)
    assert (total > 0.5)[volume > 0].mean() > 0.99
    # White matter is the brightest on T1, fluid the darkest.
    means = [volume[share > 0.9].mean() for share in tissues]
    assert means == sorted(means)
    with pytest.raises(ValueError, match="read-only"):
        tissues.white[0] = 0


def test_lesion_set_has_the_promised_arrays(lesions):
    train = lesions.train
    assert train.images.shape == (400, 64, 64, 1)
    assert train.images.dtype == np.uint8
    assert train.masks.shape == (400, 64, 64)
    assert train.labels.dtype == np.int64
    np.testing.assert_array_equal(train.labels, train.masks.any(axis=(1, 2)))
    assert (len(lesions.val), len(lesions.test)) == (300, 600)


def test_each_patient_has_several_slices_and_one_split(lesions):
    _, counts = np.unique(lesions.train.patients, return_counts=True)
    assert set(counts) == {SLICES_PER_PATIENT}
    datasets.assert_no_leak(lesions.train, lesions.val, lesions.test)


def test_half_the_patients_are_sick():
    rng = np.random.default_rng(0)
    arrays = cohort._simulate_group("brain_lesion", 64, rng)
    sick = arrays["labels"].reshape(-1, SLICES_PER_PATIENT).any(axis=1)
    assert sick.sum() == cohort.GROUP // 2


def test_lesions_lie_in_tissue_not_in_ventricles_or_bone():
    rng = np.random.default_rng(1)
    heads = draw_heads(rng, 20, 64)
    share = draw_lesions(rng, heads, np.ones(20, bool))
    marked = share > 0.5
    assert marked.any(axis=(1, 2, 3)).all()
    assert heads.brain[marked].min() > 0.5
    assert heads.skull[marked].max() < 0.1


def test_tissues_of_a_pixel_add_up_to_at_most_one():
    heads = draw_heads(np.random.default_rng(2), 20, 64)
    total = heads.csf + heads.brain + heads.skull + heads.scalp
    assert total.min() >= 0
    assert total.max() <= 1 + 1e-5


def test_tissue_masks_have_four_classes_in_believable_shares(tissue):
    assert tissue.train.labels is None
    shares = np.bincount(tissue.train.masks.ravel(), minlength=4) / tissue.train.masks.size
    background, fluid, grey, white = shares
    assert background > 0.4
    assert 0.02 < fluid < 0.2
    assert 0.1 < grey < 0.3
    assert 0.1 < white < 0.3


def test_equal_seeds_give_equal_bits_and_other_seeds_others():
    first = cohort.simulate("brain_lesion", 40, 64, (3, 0))
    again = cohort.simulate("brain_lesion", 40, 64, (3, 0))
    other = cohort.simulate("brain_lesion", 40, 64, (4, 0))
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert (first["images"] != other["images"]).any()


def test_fewer_training_images_are_the_first_of_the_same(lesions, tmp_path):
    few = datasets.load("brain_lesion", n_train=10, cache_dir=tmp_path)
    np.testing.assert_array_equal(few.train.images, lesions.train.images[:10])
    np.testing.assert_array_equal(few.test.images, lesions.test.images)


@pytest.mark.parametrize("size", [96, 128])
def test_other_sizes(size, tmp_path, monkeypatch):
    arrays = cohort.simulate("brain_tissue", 4, size, (0, 0))
    assert arrays["images"].shape == (4, size, size, 1)
    assert arrays["masks"].max() == 3


def test_second_call_reads_what_the_first_one_kept(tmp_path, monkeypatch):
    first = datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)
    monkeypatch.setattr(cohort, "simulate", lambda *_: pytest.fail("made a second time"))
    again = datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)
    np.testing.assert_array_equal(first.test.images, again.test.images)


def test_new_generator_version_does_not_read_old_files(tmp_path, monkeypatch):
    datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)
    before = set(tmp_path.rglob("*.npz"))
    monkeypatch.setattr(cohort, "GENERATOR_VERSION", cohort.GENERATOR_VERSION + 1)
    datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)
    assert len(set(tmp_path.rglob("*.npz")) - before) == 3


def test_damaged_file_is_made_anew(tmp_path):
    first = datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)
    for path in tmp_path.rglob("*train*.npz"):
        path.write_bytes(path.read_bytes()[:1000])
    with pytest.warns(UserWarning, match="made anew"):
        again = datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)
    np.testing.assert_array_equal(first.train.images, again.train.images)
    datasets.load("brain_tissue", n_train=4, cache_dir=tmp_path)  # and now it is sound


def test_folder_that_cannot_be_written_costs_time_not_the_data(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    with pytest.warns(UserWarning, match="MEDTUTOR_CACHE"):
        data = datasets.load("brain_tissue", n_train=4, cache_dir=in_the_way)
    assert len(data.train) == 4


def left_right_difference(images):
    return np.abs(images - images[:, :, ::-1]).mean(axis=(1, 2))


@pytest.mark.parametrize(
    ("name", "statistic"),
    [
        ("maximum", lambda images: images.max(axis=(1, 2))),
        ("99th percentile", lambda images: np.percentile(images, 99, axis=(1, 2))),
        ("mean", lambda images: images.mean(axis=(1, 2))),
        ("spread", lambda images: images.std(axis=(1, 2))),
        ("left-right difference", left_right_difference),
    ],
)
def test_no_pixel_statistic_tells_sick_from_healthy(lesions, name, statistic):
    values = statistic(lesions.test.images[..., 0].astype(float))
    auc = roc_auc_score(lesions.test.labels, values)
    assert max(auc, 1 - auc) < 0.85, name


def test_card_says_simulated(lesions):
    text = repr(lesions)
    assert "SIMULATED" in text
    assert "train 400, val 300, test 600" in text
    assert "not for diagnosis" in text

"""Options of the brain sets: chosen however they are written, kept apart, the default as ever."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from medtutor import datasets
from medtutor.datasets.brain import cohort, growth
from medtutor.datasets.lung import cohort as lung

FLAIR = {"sequences": ("FLAIR",)}


@pytest.fixture(autouse=True)
def _small_sets(monkeypatch):
    for name in ("brain_tissue", "brain_lesion"):
        monkeypatch.setitem(cohort.CARDS, name, replace(cohort.CARDS[name], counts=(8, 4, 4)))


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*.npz"))


def test_default_images_are_those_of_the_first_release():
    with np.load(Path(__file__).with_name("brain_slices.npz")) as known:
        lesion = cohort.simulate("brain_lesion", 12, 64, (0, 0))
        tissue = cohort.simulate("brain_tissue", 2, 64, (0, 2))
        pairs = [
            (known["lesion_images"], lesion["images"][8:, ..., 0]),
            (known["lesion_masks"], lesion["masks"][8:]),
            (known["tissue_images"], tissue["images"][..., 0]),
            (known["tissue_masks"], tissue["masks"]),
        ]
    for before, now in pairs:
        # On one machine not a bit differs; another processor may round a pixel in ten thousand.
        assert (before != now).mean() < 1e-3


def test_written_out_defaults_are_the_default(tmp_path):
    plain = datasets.load("brain_lesion", cache_dir=tmp_path)
    before = files_in(tmp_path)
    every = ["FLAIR", "T2", "T1"]
    spelt = datasets.load("brain_lesion", sequences=every, domain="scanner", cache_dir=tmp_path)
    unset = datasets.load("brain_lesion", sequences=None, domain=None, cache_dir=tmp_path)
    assert files_in(tmp_path) == before
    for other in (spelt, unset):
        np.testing.assert_array_equal(other.train.images, plain.train.images)


@pytest.mark.parametrize(
    "written", [("T1", "FLAIR"), ["FLAIR", "T1"], {"flair", "t1"}, np.array(["T1", "flair"])]
)
def test_equal_choices_share_what_is_kept(written, tmp_path):
    datasets.load("brain_lesion", sequences=("T1", "FLAIR"), cache_dir=tmp_path)
    before = files_in(tmp_path)
    data = datasets.load("brain_lesion", sequences=written, cache_dir=tmp_path)
    assert files_in(tmp_path) == before
    assert data.card.chosen() == {"sequences": ("T1", "FLAIR"), "domain": "scanner"}


@pytest.mark.parametrize("written", ["FLAIR", "flair", ("FLAIR",)])
def test_a_single_sequence_may_be_a_word(written, tmp_path):
    data = datasets.load("brain_lesion", sequences=written, cache_dir=tmp_path)
    assert data.card.chosen()["sequences"] == ("FLAIR",)


def test_other_options_have_files_of_their_own(tmp_path):
    several = [{}, FLAIR, {"domain": "wide"}, {"domain": "wide", **FLAIR}]
    images = [datasets.load("brain_lesion", cache_dir=tmp_path, **o).train.images for o in several]
    assert len(files_in(tmp_path)) == 3 * len(several)
    for first in range(len(several)):
        for second in range(first):
            assert (images[first] != images[second]).any()


def test_sequences_change_the_contrast_not_the_patients(tmp_path):
    t1, t2, flair = (
        datasets.load("brain_tissue", sequences=(name,), cache_dir=tmp_path).train
        for name in ("T1", "T2", "FLAIR")
    )
    np.testing.assert_array_equal(t1.masks, flair.masks)
    fluid, grey, white = 1, 2, 3

    def mean(split, tissue):
        return split.images[..., 0][split.masks == tissue].mean()

    assert mean(t1, white) > mean(t1, grey) > mean(t1, fluid)
    assert mean(t2, fluid) > mean(t2, grey) > mean(t2, white)
    assert mean(flair, grey) > mean(flair, white) > mean(flair, fluid)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"domian": "wide"},
            "no option 'domian'; its options are sequences, domain .*; did you mean domain?",
        ),
        ({"sise": 64}, "no option 'sise'; .*; did you mean size?"),
        ({"contrast": 1}, "no option 'contrast'; its options are sequences, domain .beside n_tr"),
        ({"sequences": ("PD",)}, "sequences has no value 'PD'; there are 'T1', 'T2', 'FLAIR'"),
        ({"sequences": "T1,T2"}, "sequences has no value 'T1,T2'; there are 'T1', 'T2'"),
        ({"sequences": ()}, r"sequences is \(\); choose at least one of 'T1', 'T2', 'FLAIR'"),
        ({"sequences": ("T1", "t1")}, "sequences is .*; name 'T1' once"),
        ({"sequences": 1}, "sequences has no value 1; there are 'T1'"),
        ({"sequences": [None]}, "sequences has no value None; there are 'T1'"),
        ({"domain": "wider"}, "domain has no value 'wider'; there are 'scanner', 'wide'"),
        ({"domain": ("wide",)}, "domain has no value .*; there are 'scanner', 'wide'"),
        ({"domain": True}, "domain has no value True; there are 'scanner', 'wide'"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(options, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        datasets.load("brain_lesion", cache_dir=tmp_path, **options)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["lung_ct", "brain_growth", "breastmnist"])
def test_sets_without_options_say_so(name, tmp_path):
    with pytest.raises(ValueError, match=f"{name} has no option 'domain'; it has none .beside n_"):
        datasets.load(name, domain="wide", cache_dir=tmp_path)
    assert not list(tmp_path.iterdir())


def test_cards_show_the_options_and_loaded_sets_what_was_chosen(tmp_path):
    card = str(datasets.card("brain_lesion"))
    assert "sequences=('T1', 'T2', 'FLAIR'), any of T1, T2, FLAIR" in card
    assert "domain='scanner', one of scanner, wide" in card
    assert "option" not in str(datasets.card("lung_ct"))
    text = repr(datasets.load("brain_lesion", domain="wide", cache_dir=tmp_path, **FLAIR))
    assert "sequences=('FLAIR',), any of" in text
    assert "domain='wide', one of" in text


@pytest.mark.parametrize("name", ["brain_lesion", "brain_growth", "lung_ct"])
def test_patients_of_other_seeds_and_splits_have_other_numbers(name):
    simulate = {
        "brain_lesion": lambda seeds: cohort.simulate("brain_lesion", 8, 64, seeds),
        "brain_growth": lambda seeds: growth.simulate(4, 32, seeds),
        "lung_ct": lambda seeds: lung.simulate(8, 64, seeds),
    }[name]
    pairs = [(seed, split) for seed in (0, 1, 42, 2**32 - 1) for split in range(3)]
    ids = [np.unique(simulate(seeds)["patients"]) for seeds in pairs]
    everyone = np.concatenate(ids)
    assert len(np.unique(everyone)) == len(everyone)
    assert everyone.dtype == np.int64
    assert everyone[0] == 0  # of seed 0, as ever
    assert ids[pairs.index((42, 1))][0] == 421_000_000


def test_loads_of_two_seeds_can_be_joined(tmp_path):
    first, second = (datasets.load("brain_lesion", seed=s, cache_dir=tmp_path) for s in (0, 1))
    datasets.assert_no_leak(first.train, first.test, second.train, second.val, second.test)


def test_a_seed_that_numbers_could_not_carry_is_refused(tmp_path):
    with pytest.raises(ValueError, match="seed is 4294967296; give a whole number from 0 to 42949"):
        datasets.load("brain_lesion", seed=2**32, cache_dir=tmp_path)

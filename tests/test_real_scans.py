"""The benchmark on a folder of real slices, and the recipe that it shares."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import bench_wide
import real_scans
import wide_recipe

from medtutor.datasets.brain import cohort

TINY = ["--epochs", "1", "--slices", "40"]


@pytest.fixture(scope="module")
def slices():
    return cohort.simulate("brain_lesion", 12, 64, (5, 0), sequences=("FLAIR",))


def written(folder, slices, *, colours=False, value=7):
    """Write images/p0/0.png and masks/p0/0.png and so on, larger than the network's images."""
    for number, (image, mask) in enumerate(zip(slices["images"], slices["masks"], strict=True)):
        patient, name = f"p{slices['patients'][number]}", f"{number:02d}.png"
        picture = np.kron(image[..., 0], np.ones((2, 2), np.uint8))
        if colours:
            picture = np.stack([picture // 2, picture, picture // 3], axis=-1)
        truth = np.kron(mask, np.ones((2, 2), np.uint8)) * np.uint8(value)
        for kind, array in (("images", picture), ("masks", truth)):
            place = folder / kind / patient
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(array).save(place / name)
    return str(folder)


def test_a_folder_gets_its_dice_pooled_and_per_patient(slices, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("MEDTUTOR_CACHE", str(tmp_path / "cache"))
    few = replace(cohort.CARDS["brain_lesion"], counts=(4, 4, 4))
    monkeypatch.setitem(cohort.CARDS, "brain_lesion", few)
    folder = written(tmp_path / "real", slices)
    table = real_scans.main([folder, *TINY, "--seeds", "3"])
    sick = slices["labels"].sum()
    assert f"12 slices of 3 patients, {sick} with a lesion" in capsys.readouterr().out
    assert table.columns[:3] == ("seed", "pooled Dice", "mean per patient")
    (row,) = table.rows
    assert row[0] == 3
    assert all(0 <= float(value) <= 1 for value in row[1:4])


def test_any_id_is_lesion_and_slices_of_a_patient_stay_together(slices, tmp_path):
    real = real_scans.real_slices(written(tmp_path, slices), None)
    assert real.images.shape == (12, 64, 64, 1)
    np.testing.assert_array_equal(real.masks, slices["masks"])
    np.testing.assert_array_equal(np.unique(real.patients, return_counts=True)[1], [4, 4, 4])


def test_colours_need_a_channel(slices, tmp_path):
    folder = written(tmp_path, slices, colours=True)
    with pytest.raises(ValueError, match="3 channels; say which is FLAIR, such as --channel 1"):
        real_scans.real_slices(folder, None)
    with pytest.raises(ValueError, match="--channel is 3, but the images have channels 0 to 2"):
        real_scans.real_slices(folder, 3)
    middle = real_scans.real_slices(folder, 1)
    np.testing.assert_array_equal(middle.images, slices["images"])


def test_a_bad_folder_gets_a_sentence(slices, tmp_path):
    with pytest.raises(SystemExit, match="nowhere"):
        real_scans.main([str(tmp_path / "nowhere")])
    empty = {**slices, "masks": np.zeros_like(slices["masks"])}
    with pytest.raises(SystemExit, match="mask"):
        real_scans.main([written(tmp_path / "empty", empty)])
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    Image.fromarray(slices["images"][0, ..., 0]).save(pictures / "0.png")
    with pytest.raises(SystemExit, match="has no masks; put them into a folder masks"):
        real_scans.main([str(pictures)])


def test_help_says_how_the_folder_is_laid_out(capsys):
    with pytest.raises(SystemExit) as ended:
        real_scans.main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(word in text for word in ("images", "masks", "--channel", "arXiv:1906.03720"))


def test_patients_are_normalised_as_a_whole():
    images = np.random.default_rng(0).uniform(0, 9, (6, 8, 8)).astype(np.float32)
    patients = np.array([0, 0, 0, 4, 4, 7])
    result = wide_recipe.normalised(images, patients)
    for patient in (0, 4, 7):
        theirs = result[patients == patient]
        assert abs(theirs.mean()) < 1e-5
        assert abs(theirs.std() - 1) < 1e-4
    moved = wide_recipe.jittered(np.random.default_rng(0), result, patients)
    shift = (moved - result)[:3].mean(axis=(1, 2))
    assert np.ptp(shift) < 0.2 * np.abs(moved - result).max()


def test_masks_follow_their_changed_slices(slices):
    masks = slices["masks"] > 0
    images = masks.astype(np.float32)
    moved, follow = wide_recipe.reframed(np.random.default_rng(0), images, masks)
    assert ((moved > 0.5) == follow).all()
    assert (follow != masks).any()


@pytest.mark.parametrize("condition", bench_wide.CONDITIONS.values())
def test_conditions_keep_lesions_and_masks_together(slices, condition):
    images = slices["images"][..., 0].astype(np.float32)
    pictures, masks = condition(images, slices["masks"])
    assert pictures.shape == images.shape
    sick = slices["masks"].any(axis=(1, 2))
    assert (masks > 0).any(axis=(1, 2))[sick].mean() > 0.8
    for picture, mask in zip(pictures, masks > 0, strict=True):
        if mask.sum() > 20:
            assert picture[mask].mean() > np.median(picture[picture > 20])


def test_four_pads_lie_at_the_rim_and_on_no_lesion(slices):
    images = slices["images"][..., 0].astype(np.float32)
    pictures, masks = bench_wide.padded(images, slices["masks"])
    changed = pictures != images
    assert not changed[masks > 0].any()
    assert (changed.sum(axis=(1, 2)) > 60).all()

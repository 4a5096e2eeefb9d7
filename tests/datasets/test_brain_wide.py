"""The wide domain: odd, but anatomically right."""

import numpy as np
import pytest

from medtutor.datasets.brain import cohort, oddities
from medtutor.datasets.brain.anatomy import draw_heads
from medtutor.datasets.brain.domains import SCANNER, SEQUENCES, WIDE
from medtutor.datasets.brain.lesions import draw_lesions


@pytest.fixture(scope="module")
def heads():
    return draw_heads(np.random.default_rng(0), 80, 64, domain=WIDE)


@pytest.fixture(scope="module")
def wide():
    return cohort.simulate("brain_lesion", 400, 64, (0, 0), sequences=("FLAIR",), domain="wide")


@pytest.fixture(scope="module")
def scanner():
    return cohort.simulate("brain_lesion", 400, 64, (0, 0), sequences=("FLAIR",))


def extent(head):
    """Rows from the first to the last of each head, and columns."""
    return [
        np.array([np.ptp(np.flatnonzero(one.any(axis=axis))) + 1 for one in head])
        for axis in (1, 0)
    ]


def test_slices_reach_from_the_base_of_the_skull_to_near_the_crown(heads):
    assert heads.z_mm.min() < -35
    assert heads.z_mm.max() > 65
    lowest, highest = WIDE.heights_mm
    assert heads.z_mm.min() >= lowest
    assert heads.z_mm.max() <= highest + 1e-3


def test_heads_are_from_40_percent_smaller_to_5_percent_larger(heads):
    usual = draw_heads(np.random.default_rng(1), 20, 64)
    middle = slice(None), slice(None)
    near = (heads.z_mm > 0) & (heads.z_mm < 30)
    width = extent((heads.csf + heads.brain > 0.5)[near])[1]
    width_usual = extent((usual.csf + usual.brain > 0.5)[middle].reshape(-1, 64, 64))[1]
    assert np.percentile(width, 2) < 0.75 * np.median(width_usual)
    assert width.max() > 0.98 * np.median(width_usual)
    pixel = heads.pixel_mm.mean(axis=1) / usual.pixel_mm.mean()
    assert pixel.min() > 0.85
    assert pixel.max() < 1 / 0.55


def test_a_picture_is_framed_with_its_lesion(heads):
    share = draw_lesions(np.random.default_rng(1), heads, np.ones(80, bool), WIDE.lesion_radii)
    marked = share > 0.5
    assert marked.any(axis=(1, 2, 3)).all()
    assert heads.brain[marked].min() > 0.5
    assert (heads.skull + heads.scalp)[marked].max() < 0.1


def test_lesions_scale_with_their_heads(heads):
    share = draw_lesions(np.random.default_rng(1), heads, np.ones(80, bool), WIDE.lesion_radii)
    head = (heads.csf + heads.brain + heads.skull + heads.scalp > 0.5).sum(axis=(1, 2, 3))
    parts = (share > 0.5).sum(axis=(1, 2, 3)) / head
    small = heads.pixel_mm.mean(axis=1) > np.median(heads.pixel_mm.mean(axis=1))
    assert 0.6 < parts[small].mean() / parts[~small].mean() < 1.6


def test_every_sick_patient_has_a_lesion_that_is_seen():
    for seed in range(3):
        arrays = cohort._simulate_group(
            "brain_lesion", 64, np.random.default_rng(seed), domain="wide"
        )
        by_patient = arrays["labels"].reshape(cohort.GROUP, -1).any(axis=1)
        assert by_patient.sum() == cohort.GROUP // 2


def test_tissues_of_a_pixel_add_up_to_at_most_one(heads):
    total = heads.csf + heads.brain + heads.skull + heads.scalp
    assert total.min() >= 0
    assert total.max() <= 1 + 1e-4


def test_some_heads_are_stripped_to_the_brain(heads):
    bare = (heads.skull + heads.scalp).max(axis=(1, 2, 3)) == 0
    assert 0.02 < bare.mean() < 0.4


def test_a_head_is_in_one_piece_above_the_base(heads):
    from scipy import ndimage

    head = heads.csf + heads.brain + heads.skull + heads.scalp > 0.5
    for one in head[(heads.z_mm > 0) & (heads.z_mm < 40)]:
        pieces, count = ndimage.label(one)
        largest = np.bincount(pieces.ravel())[1:].max()
        assert largest > 0.98 * one.sum(), count


def test_no_spot_lies_on_a_lesion(heads):
    rng = np.random.default_rng(2)
    lesions = draw_lesions(rng, heads, np.ones(80, bool), WIDE.lesion_radii)
    signal = heads.brain + 0.0
    spotted = oddities.spotted(rng, signal, heads, lesions)
    changed = np.abs(spotted - signal) > 0.02
    assert not changed[lesions > 0.05].any()
    assert changed.any(axis=(2, 3)).mean() > 0.7


def test_it_is_wider_than_the_scanner(wide, scanner):
    def spread(arrays, statistic):
        images = arrays["images"][..., 0].astype(float)
        return np.std([statistic(image) for image in images])

    for statistic in (np.mean, np.std, lambda image: (image > 20).mean()):
        assert spread(wide, statistic) > 1.2 * spread(scanner, statistic)


def test_lesions_are_larger_and_often_fainter(wide, scanner):
    def shares(arrays):
        lesions = arrays["masks"].sum(axis=(1, 2))
        heads = (arrays["images"] > 20).sum(axis=(1, 2, 3))
        return np.percentile((lesions / (heads + 1))[lesions > 0], 90)

    assert shares(wide) > 1.1 * shares(scanner)
    assert WIDE.faintest < SCANNER.faintest


@pytest.mark.parametrize("sequence", SEQUENCES)
def test_lesions_keep_the_sign_of_their_sequence(sequence):
    arrays = cohort.simulate("brain_lesion", 200, 64, (1, 0), sequences=(sequence,), domain="wide")
    images, masks = arrays["images"][..., 0].astype(float), arrays["masks"] > 0
    sick = masks.any(axis=(1, 2))
    head = images > 15
    contrast = [
        image[mask].mean() - np.median(image[inside & ~mask])
        for image, mask, inside in zip(images[sick], masks[sick], head[sick], strict=True)
    ]
    brighter = np.mean(np.array(contrast) > 0)
    assert brighter > 0.8 if sequence != "T1" else brighter < 0.6


def test_tissue_masks_stay_true_under_spots():
    rng = np.random.default_rng(3)
    arrays = cohort._simulate_group("brain_tissue", 64, rng, domain="wide")
    heads = draw_heads(np.random.default_rng(3), cohort.GROUP, 64, domain=WIDE)
    np.testing.assert_array_equal(arrays["masks"], cohort.tissue_masks(heads).reshape(-1, 64, 64))


def test_equal_seeds_give_equal_bits_and_fewer_images_are_the_first(wide):
    few = cohort.simulate("brain_lesion", 10, 64, (0, 0), sequences=("FLAIR",), domain="wide")
    for name, array in few.items():
        np.testing.assert_array_equal(array, wide[name][:10])


def test_other_sizes():
    arrays = cohort.simulate("brain_lesion", 4, 96, (0, 0), domain="wide")
    assert arrays["images"].shape == (4, 96, 96, 1)

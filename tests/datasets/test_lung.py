"""The simulated chest: sound arrays in Hounsfield units, and nodules that no statistic finds."""

from dataclasses import replace

import numpy as np
import pytest
from lung_statistics import STATISTICS
from sklearn.metrics import roc_auc_score

from medtutor import datasets
from medtutor.datasets.lung import cohort, vessels
from medtutor.datasets.lung.anatomy import draw_chest
from medtutor.datasets.lung.frame import (
    FIELD_OF_VIEW_MM,
    HIGHEST_MM,
    LOWEST_MM,
    SLICES_PER_PATIENT,
    draw_frame,
)
from medtutor.datasets.lung.nodules import LARGEST_MM, THINNEST_CUT_MM, draw_nodules


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return datasets.load("lung_ct", n_train=400, cache_dir=tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def chest():
    rng = np.random.default_rng(0)
    return draw_chest(rng, draw_frame(rng, 20, 64))


def test_set_has_the_promised_arrays(data):
    train = data.train
    assert train.images.shape == (400, 64, 64, 1)
    assert train.images.dtype == np.int16
    assert train.masks.shape == (400, 64, 64)
    assert train.labels.dtype == np.int64
    np.testing.assert_array_equal(train.labels, train.masks.any(axis=(1, 2)))
    assert 0.2 < train.labels.mean() < 0.5
    assert (len(data.val), len(data.test)) == (300, 600)


def test_each_patient_has_several_slices_and_one_split(data):
    _, counts = np.unique(data.train.patients, return_counts=True)
    assert set(counts) == {SLICES_PER_PATIENT}
    datasets.assert_no_leak(data.train, data.val, data.test)


def test_boxes_enclose_the_nodules_tightly(data):
    test = data.test
    assert [len(boxes) > 0 for boxes in test.boxes] == test.labels.astype(bool).tolist()
    for mask, boxes in zip(test.masks, test.boxes, strict=True):
        assert boxes.shape == (len(boxes), 4)
        covered = np.zeros_like(mask)
        for y0, x0, y1, x1 in boxes:
            inside = mask[y0:y1, x0:x1]
            for edge in (inside[0], inside[-1], inside[:, 0], inside[:, -1]):
                assert edge.any()
            covered[y0:y1, x0:x1] = 1
        assert (covered >= mask).all()


def test_nodules_have_the_width_that_the_card_says(data):
    pixel_mm = FIELD_OF_VIEW_MM / 64
    boxes = np.concatenate(data.test.boxes)
    widths = (boxes[:, 2:] - boxes[:, :2]).mean(axis=1) * pixel_mm
    assert widths.max() < LARGEST_MM * 1.5 + pixel_mm  # dents may reach out
    assert THINNEST_CUT_MM < np.median(widths) < LARGEST_MM
    assert "14 to 30 mm" in data.card.about


def test_half_the_patients_are_sick():
    arrays = cohort.simulate_group(64, np.random.default_rng(0))
    sick = arrays["labels"].reshape(-1, SLICES_PER_PATIENT).any(axis=1)
    assert sick.sum() == cohort.GROUP // 2


def test_nodules_lie_in_the_lungs(chest):
    nothing = np.zeros_like(chest.lung)
    found = draw_nodules(np.random.default_rng(1), chest, nothing, np.ones(20, bool))
    assert len({nodule.patient for nodule in found}) == 20
    assert {nodule.is_ground_glass for nodule in found} == {True, False}
    for nodule in found:
        assert nodule.mask.any()
        assert chest.lung[nodule.patient][nodule.mask].min() > 0.2


def test_hounsfield_units_are_those_of_the_tissues(chest):
    """The darkest quarter of each image is air outside; the lungs and the bones are apart."""
    images = cohort.simulate_group(64, np.random.default_rng(0))["images"][..., 0]
    lungs = chest.lung.reshape(images.shape) > 0.99  # the same seed, so the same chests
    air = images[:, :4, :4]
    assert air.min() >= -1024
    assert abs(air.mean() + 1000) < 25
    per_image = [np.median(image[lung]) for image, lung in zip(images, lungs, strict=True)]
    assert min(per_image) > -930
    assert max(per_image) < -720
    assert np.percentile(images, 99.5) > 250  # bone
    around_spine = images[:, 40:46, 26:38]
    assert 20 < np.median(around_spine) < 400


def test_lower_lung_is_denser_than_upper_lung(chest):
    images = cohort.simulate_group(64, np.random.default_rng(0))["images"][..., 0]
    lungs = chest.lung.reshape(images.shape) > 0.99
    rows = np.broadcast_to(np.arange(64)[:, None], (64, 64))
    gains = []
    for image, lung in zip(images, lungs, strict=True):
        low, high = np.percentile(rows[lung], (75, 25))
        lower, upper = image[lung & (rows >= low)], image[lung & (rows <= high)]
        gains.append(np.median(lower) - np.median(upper))
    assert 15 < np.mean(gains) < 120
    assert np.mean(np.array(gains) > 0) > 0.9


def test_slices_of_a_patient_lie_between_the_bounds(chest):
    heights = chest.frame.z_mm
    assert heights.shape == (20, SLICES_PER_PATIENT)
    assert heights.min() >= LOWEST_MM
    assert heights.max() <= HIGHEST_MM
    gaps = np.diff(heights, axis=1)
    assert (gaps > 5).all()
    assert (gaps < 12).all()


@pytest.mark.parametrize("radius", [0.8, 2.0, 4.0, 9.0])
def test_cut_through_a_vessel_has_its_true_area(radius):
    pixel = FIELD_OF_VIEW_MM / 64
    areas = []
    for y, x in np.random.default_rng(0).uniform(0, pixel, (200, 2)):
        place = np.array([[0.0, y, x]])
        share, reach = np.zeros((1, 64, 64), np.float32), np.array([[30.0, 0.0, 0.0]])
        rods = vessels.Branches(place - reach, place + reach, np.array([[radius, radius]]))
        vessels._splat(share, np.zeros(1, int), rods, np.zeros(1), pixel)
        areas.append(share.sum() * pixel**2)
    assert np.mean(areas) == pytest.approx(np.pi * radius**2, rel=0.08)


def test_branches_taper_and_obey_murrays_law():
    frame = draw_frame(np.random.default_rng(0), 20, 64)
    start, end, radius = vessels._draw_trees(np.random.default_rng(1), frame)
    n_trunks, n_forks = 2 * vessels.N_TRUNKS, vessels.N_FORKS
    assert start.shape == end.shape == (20, n_trunks * (2 ** (n_forks + 1) - 1), 3)
    assert (radius[..., 0] >= radius[..., 1]).all()
    trunks, children = radius[:, :n_trunks, 0], radius[:, n_trunks : 3 * n_trunks, 0]
    assert (children**3).sum() == pytest.approx((trunks**3).sum(), rel=0.15)


def test_equal_seeds_give_equal_bits_and_other_seeds_others():
    first = cohort.simulate(40, 64, (3, 0))
    again = cohort.simulate(40, 64, (3, 0))
    other = cohort.simulate(40, 64, (4, 0))
    for name, array in first.items():
        np.testing.assert_array_equal(array, again[name])
    assert (first["images"] != other["images"]).any()


def test_fewer_training_images_are_the_first_of_the_same(data, tmp_path):
    few = datasets.load("lung_ct", n_train=10, cache_dir=tmp_path)
    np.testing.assert_array_equal(few.train.images, data.train.images[:10])
    np.testing.assert_array_equal(few.test.images, data.test.images)
    for boxes, same in zip(few.train.boxes, data.train.boxes[:10], strict=True):
        np.testing.assert_array_equal(boxes, same)


@pytest.mark.parametrize("size", [96, 128])
def test_other_sizes(size):
    arrays = cohort.simulate(4, size, (0, 0))
    assert arrays["images"].shape == (4, size, size, 1)
    assert arrays["masks"].shape == (4, size, size)


@pytest.fixture
def small(monkeypatch):
    """Make the whole set so small that making it twice takes no time."""
    few = replace(cohort.CARDS["lung_ct"], counts=(8, 8, 8))
    monkeypatch.setitem(cohort.CARDS, "lung_ct", few)


@pytest.mark.usefixtures("small")
def test_second_call_reads_what_the_first_one_kept(tmp_path, monkeypatch):
    first = datasets.load("lung_ct", n_train=4, cache_dir=tmp_path)
    monkeypatch.setattr(cohort, "simulate", lambda *_: pytest.fail("made a second time"))
    again = datasets.load("lung_ct", n_train=4, cache_dir=tmp_path)
    np.testing.assert_array_equal(first.test.images, again.test.images)
    assert [len(boxes) for boxes in first.test.boxes] == [len(boxes) for boxes in again.test.boxes]


@pytest.mark.usefixtures("small")
def test_new_generator_version_does_not_read_old_files(tmp_path, monkeypatch):
    datasets.load("lung_ct", n_train=4, cache_dir=tmp_path)
    before = set(tmp_path.rglob("*.npz"))
    monkeypatch.setattr(cohort, "GENERATOR_VERSION", cohort.GENERATOR_VERSION + 1)
    datasets.load("lung_ct", n_train=4, cache_dir=tmp_path)
    assert len(set(tmp_path.rglob("*.npz")) - before) == 3


@pytest.mark.parametrize("name", STATISTICS)
def test_no_brightness_or_size_tells_nodules_from_vessels(data, name):
    values = [STATISTICS[name](image) for image in data.test.images[..., 0].astype(float)]
    auc = roc_auc_score(data.test.labels, values)
    assert max(auc, 1 - auc) < 0.85


def test_card_says_simulated_and_cites_its_hounsfield_units(data):
    text = repr(data)
    assert "SIMULATED" in text
    assert "doi:10.1088/0031-9155/45/2/314" in text
    assert f"{FIELD_OF_VIEW_MM:.0f} mm" in text
    assert "not for diagnosis" in text

import re

import numpy as np
import pytest
import traitlets

from medtutor import explore
from medtutor.datasets import Scan, load, window
from medtutor.explore.common import packed as packing
from medtutor.explore.common.windows import PRESETS, RANGES
from medtutor.explore.windowing.measures import clipped_shares, grey_histogram

RANDOM = np.random.default_rng(0)
SLICE = RANDOM.integers(-1024, 2000, (9, 13)).astype(np.int16)


def pixels(explorer):
    return packing.unpacked(explorer.pictures[0]["pixels"])


def test_starts_with_a_simulated_chest_through_the_lung_window():
    explorer = explore.windowing()
    assert (explorer.center, explorer.width) == PRESETS["lung"]
    assert explorer.picture == "lung_ct"
    assert explorer.pictures[0]["about"] == "simulated chest"
    expected = load("lung_ct", n_train=4).train.images[3, :, :, 0]
    np.testing.assert_array_equal(pixels(explorer), expected)
    assert explorer.place == (32, 32)


def test_a_real_ct_is_on_offer():
    example = explore.windowing().pictures[1]
    assert example["about"].startswith("real CT")
    assert example["spacing"] == pytest.approx([0.661, 0.661], abs=1e-3)
    # The file stores values from 128 to 2191, and an intercept of -1024.
    hounsfield = packing.unpacked(example["pixels"])
    assert hounsfield.shape == (128, 128)
    assert (hounsfield.min(), hounsfield.max()) == (-896, 1167)


@pytest.mark.parametrize("dtype", [np.int16, np.int32, np.float32, np.float64])
def test_hounsfield_units_reach_the_page_unchanged(dtype):
    explorer = explore.windowing(SLICE.astype(dtype))
    assert explorer.pictures[0]["pixels"]["dtype"] == "int16"
    np.testing.assert_array_equal(pixels(explorer), SLICE)


def test_fractions_of_hounsfield_units_are_kept():
    values = SLICE + 0.25
    explorer = explore.windowing(values)
    assert explorer.pictures[0]["pixels"]["dtype"] == "float32"
    np.testing.assert_array_equal(pixels(explorer), values)


def test_a_scan_brings_its_spacing():
    scan = Scan(SLICE, spacing=(2.0, 0.5), modality="CT", unit="HU")
    assert explore.windowing(scan).pictures[0]["spacing"] == [2, 0.5]
    assert explore.windowing(SLICE).pictures[0]["spacing"] == [1, 1]


def test_a_large_slice_is_shrunk_and_says_so():
    large = np.repeat(np.repeat(np.arange(520), 2)[None], 1024, axis=0)
    explorer = explore.windowing(Scan(large, spacing=(0.5, 0.25), unit="HU"))
    own = explorer.pictures[0]
    assert "each pixel the mean of " in own["about"]
    rows, columns = map(int, re.search(r"(\d) × (\d)$", own["about"]).groups())
    assert own["spacing"] == [0.5 * rows, 0.25 * columns]
    assert own["pixels"]["shape"] == [1024 // rows, 1040 // columns]
    assert np.prod(own["pixels"]["shape"]) <= 512 * 512


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"scan": np.zeros((3, 4, 4))}, r"shape \(3, 4, 4\); give one 2-D slice"),
        ({"scan": np.zeros((0, 4))}, r"shape \(0, 4\), so it is empty"),
        ({"scan": np.array([[1, np.nan], [np.inf, 0]])}, "2 values that are NaN or infinite"),
        ({"scan": np.array([["bone"]])}, "holds <U4 values; give an array of real numbers"),
        ({"scan": np.eye(2) * 1j}, "holds complex128 values"),
        ({"scan": Scan(SLICE, modality="MR")}, "not in Hounsfield units"),
        ({"scan": Scan(SLICE, spacing=(1.0,), unit="HU")}, r"spacing is \(1.0,\); give 2"),
        ({"center": 5000}, "center is 5000; give a number of HU from -1100 to 3100"),
        ({"center": np.nan}, "center is nan"),
        ({"center": "a"}, "center is 'a'; give a number of HU from -1100 to 3100"),
        ({"width": "a"}, "width is 'a'"),
        ({"width": 0}, "width is 0; give a number of HU from 1 to 4200"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    with pytest.raises(ValueError, match=message):
        explore.windowing(**bad)


def test_window_out_of_range_is_refused_by_the_widget():
    explorer = explore.windowing()
    for trait, value in [("width", 0), ("center", 4000), ("picture", "nope")]:
        with pytest.raises(traitlets.TraitError):
            setattr(explorer, trait, value)
    for trait, ends in RANGES.items():
        for value in ends:
            setattr(explorer, trait, value)
            assert getattr(explorer, trait) == value


def test_text_forms_are_short_and_stable():
    explorer = explore.windowing(center=50, width=400)
    assert repr(explorer) == "WindowingExplorer()"
    assert "centre at 50 HU and 400 HU wide" in explorer.describe()


# What is counted ------------------------------------------------------------------------


@pytest.mark.parametrize(("center", "width"), [*PRESETS.values(), (0, 1), (10, 2), (-5, 9)])
def test_clipped_shares_are_those_of_the_standard_s_ends(center, width):
    low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
    image = SLICE
    shares = clipped_shares(image, center, width)
    white = image > low if width == 1 else image >= high
    assert shares["black"] == (image <= low).mean()
    assert shares["white"] == white.mean()
    assert shares["black"] == (window(image, center, width) == 0).mean()


def test_clipped_shares_by_hand():
    values = np.array([-151, -150, -149, 248, 249, 250])
    assert clipped_shares(values, 50, 400) == pytest.approx({"black": 2 / 6, "white": 2 / 6})


@pytest.mark.parametrize(
    "values",
    [
        np.arange(7),
        np.arange(128),
        np.arange(-64, 65),
        SLICE,
        SLICE / 7,
        np.array([0.1, 0.3]),
        np.array([-1024, 3071]),
    ],
)
def test_histogram_counts_every_pixel_once_in_equal_bins(values):
    found = grey_histogram(values)
    edges, counts = np.array(found["edges"]), found["counts"]
    assert sum(counts) == values.size
    assert len(counts) <= 128
    np.testing.assert_allclose(np.diff(edges), edges[1] - edges[0], rtol=1e-9)
    if values.dtype.kind == "i":
        assert ((values >= edges[2]) & (values < edges[3])).sum() == counts[2]
        np.testing.assert_array_equal(edges, np.rint(edges))


def test_histogram_of_one_value():
    assert grey_histogram(np.full((2, 3), -30.5)) == {"edges": [-30.5, -29.5], "counts": [6]}


# Packing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        (np.array([[0, 255]]), "uint8"),
        (np.array([0, 256]), "int16"),
        (np.array([-1.0, 5.0]), "int16"),
        (np.array([True, False]), "uint8"),
        (np.array([0, 40000], np.uint16), "float32"),
        (np.array([0.5, 1.0]), "float32"),
        (np.asfortranarray(RANDOM.integers(0, 9, (3, 4, 5))), "uint8"),
        (np.arange(6, dtype=">i2").reshape(2, 3) - 3, "int16"),
    ],
)
def test_packing_keeps_values_in_the_smallest_type(values, dtype):
    package = packing.packed(values)
    assert package["dtype"] == dtype
    np.testing.assert_array_equal(packing.unpacked(package), values)


def test_block_mean_by_hand():
    values = np.arange(15).reshape(3, 5)
    # Blocks of 2 x 2 leave the last row and the last column out; 3 and 5 are exact means.
    np.testing.assert_array_equal(packing.block_mean(values, (2, 2)), [[3, 5]])
    np.testing.assert_array_equal(packing.block_mean(values / 2, (1, 4)), [[0.75], [3.25], [5.75]])


def test_blocks_bring_voxels_nearer_to_cubes():
    assert packing.blocks_for((10, 10, 10), (1, 1, 1), 1000) == (1, 1, 1)
    blocks = packing.blocks_for((60, 400, 420), (2.5, 0.7, 0.7), 2_000_000)
    assert blocks == (1, 3, 2)
    assert packing.blocks_for((2, 4000), (1, 1), 800) == (1, 10)


@pytest.mark.parametrize("bad", [(1, 2), (1, 2, 0), (1, 2, np.nan), (1, 2, "x"), 3, None])
def test_spacing_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="give 3 positive numbers of mm"):
        packing.checked_spacing(bad, 3)

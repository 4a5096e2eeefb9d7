import numpy as np
import pytest
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import datasets, explore
from medtutor.explore.patches import lesions_of, patches_scene

VOLUME = np.random.default_rng(0).normal(size=(16, 20, 24))
MASK = np.zeros((16, 20, 24), int)
MASK[6:11, 7:12, 3:9] = 1
MASK[0, 0, 0] = MASK[1, 1, 1] = 1  # they meet at a corner: one lesion
SPACING = (3.0, 2.0, 1.0)


# What is computed -------------------------------------------------------------------------


def test_lesions_hang_together_across_corners():
    first, second = lesions_of(MASK)
    assert first == {"first": [0, 0, 0], "end": [2, 2, 2], "voxels": 2}
    assert second == {"first": [6, 7, 3], "end": [11, 12, 9], "voxels": 150}
    assert lesions_of(np.zeros((3, 4, 5))) == []


@pytest.mark.parametrize("size", [8, 12, 16])
@pytest.mark.parametrize("overlap", [0, 25, 50, 75])
def test_patches_are_counted_as_they_are_cut(size, overlap):
    scene = patches_scene(MASK, SPACING, place=(0, 0, 0), size=size, overlap=overlap)
    patches, places = datasets.tile(MASK, size, size * (100 - overlap) // 100)
    assert scene["n_patches"] == len(patches)
    assert scene["times"] == pytest.approx(patches.size / MASK.size)
    whole = sum(
        any(
            (np.array(lesion["first"]) >= place).all()
            and (np.array(lesion["end"]) <= place + size).all()
            for place in places
        )
        for lesion in lesions_of(MASK)
    )
    assert scene["n_whole"] == whole


def test_a_patch_in_millimetres_megabytes_and_millilitres():
    scene = patches_scene(MASK, SPACING, place=(6, 7, 0), size=8, overlap=0)
    assert scene["edges_mm"] == [24, 16, 8]
    assert scene["megabytes"] == pytest.approx(4 * 8 * 512 / 1e6)
    assert scene["ml"] == pytest.approx(152 * 6 / 1000)
    assert scene["ml_inside"] == pytest.approx(5 * 5 * 5 * 6 / 1000)


def test_half_the_edge_needs_more_than_eight_times_the_patches_with_overlap():
    head = np.zeros((48, 56, 48))
    counts = [
        patches_scene(head, (1, 1, 1), place=(0, 0, 0), size=size, overlap=50)["n_patches"]
        for size in (32, 16)
    ]
    assert counts[1] > 8 * counts[0]


GIVEN = {"mask": MASK, "spacing": SPACING, "place": (0, 0, 0), "size": 8, "overlap": 0}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mask": None}, "mask holds object values"),
        ({"mask": MASK[0]}, "give that of one volume"),
        ({"mask": MASK[:0]}, "it is empty"),
        ({"spacing": (1, 1)}, "spacing is "),
        ({"spacing": (0, 1, 1)}, "give 3 positive numbers of mm"),
        ({"size": 0}, "size is 0; give a whole number from 1 to 16"),
        ({"size": 17}, "size is 17"),
        ({"overlap": 100}, "overlap is 100; give a whole number from 0 to 99"),
        ({"overlap": -50}, "overlap is -50"),
        ({"place": (9, 0, 0)}, "place is 9; give a whole number from 0 to 8"),
        ({"place": (-1, 0, 0)}, "place is -1"),
        ({"place": (0, 0)}, "give the first slice, row and column"),
    ],
)
def test_a_scene_refuses_what_the_page_could_not_show(options, message):
    with pytest.raises(ValueError, match=message):
        patches_scene(**GIVEN | options)


# The widget -------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    return explore.patches(VOLUME, MASK, spacing=SPACING, size=8)


def test_starts_around_the_largest_lesion(explorer):
    assert explorer.place == (4, 5, 2)
    assert explorer.scene()["ml_inside"] == pytest.approx(150 * 6 / 1000)
    nothing = explore.patches(VOLUME[..., None], 0 * MASK, spacing=SPACING, size=8)
    assert nothing.place == (4, 6, 8)
    assert nothing.scene()["ml"] == 0


def test_python_moves_the_scene(explorer):
    explorer.place, explorer.overlap = (8, 12, 16), 50
    assert explorer.scene()["ml_inside"] == 0
    explorer.size = 16  # the place then lies outside: the patch is moved in
    assert explorer.scene()["n_patches"] == 1 * 2 * 2
    assert "edge 16 lies in it" in explorer.describe()
    assert "4 patches that overlap by 50 %" in explorer.describe()


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((VOLUME[0], MASK[0]), {}, "give one volume"),
        ((VOLUME, MASK[:-1]), {}, r"mask has shape \(15, 20, 24\), the volume \(16, 20, 24\)"),
        ((VOLUME, MASK), {"spacing": None}, "spacing is None; give 3 positive numbers of mm"),
        ((VOLUME, MASK), {"spacing": (1, 1)}, "one for each axis"),
        ((VOLUME, MASK), {"size": 24}, "size is 24; for a volume of .* give an edge from 8 to 16"),
        ((VOLUME[:4], MASK[:4]), {}, "edges of 8 to 128"),
        ((np.zeros((8, 8, 130)),) * 2, {}, r"volume\[::2, ::2, ::2\]"),
        ((VOLUME * np.nan, MASK), {}, "NaN"),
    ],
)
def test_bad_input_is_named_with_its_cure(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        explore.patches(*arguments, **{"spacing": SPACING, "size": 8, **options})


@pytest.mark.parametrize(
    ("trait", "value"),
    [("size", 20), ("size", 7), ("overlap", 80), ("overlap", -1), ("place", (0, -1, 0))],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(explorer, trait, value):
    assert_refused(explorer, trait, value)


def test_text_forms_are_short_and_stable(explorer):
    html = stand_in_of(explorer, "PatchesExplorer")
    assert "volume of 16 × 20 × 24 voxels" in html

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from refusing import assert_refused
from scipy import ndimage
from sklearn.metrics import f1_score
from text_forms import stand_in_of

from medtutor import datasets, explore
from medtutor.explore.common.packed import unpacked
from medtutor.explore.segmentation.input import LARGEST_PAYLOAD, as_grey, steps_reached
from medtutor.explore.segmentation.widget import LARGEST_BRUSH, overlap

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(3, 5, 7, 1))
MASKS = RANDOM.integers(0, 2, (3, 5, 7))
CHANCES = RANDOM.random((3, 5, 7))


@pytest.fixture(scope="module")
def patients():
    """Slices with lesions, and a blurred truth in the place of a network's answer."""
    split = datasets.load("brain_lesion", n_train=30).train
    sick = split[split.masks.any(axis=(1, 2))]
    return sick, ndimage.gaussian_filter(sick.masks.astype(float), (0, 1.5, 1.5))


# What is counted --------------------------------------------------------------------------


def test_overlap_by_hand():
    truth = np.array([[1, 1, 1, 0], [0, 0, 0, 0]])
    mask = np.array([[1, 1, 0, 1], [0, 0, 0, 0]])
    assert overlap(truth, mask, spacing=(2, 0.5)) == {
        "hits": 2,
        "false_positives": 1,
        "misses": 1,
        "rest": 4,
        "false_positives_mm2": 1.0,
        "misses_mm2": 1.0,
        "dice": pytest.approx(4 / 6),
        "iou": pytest.approx(2 / 4),
    }
    assert "misses_mm2" not in overlap(truth, mask)


@given(hnp.arrays(np.uint8, (2, 12), elements=st.integers(0, 1)))
def test_scores_follow_from_the_counts(masks):
    found = overlap(*masks)
    hits, errors = found["hits"], found["false_positives"] + found["misses"]
    assert hits + errors + found["rest"] == 12
    if hits + errors == 0:
        assert np.isnan(found["dice"])
        assert np.isnan(found["iou"])
        return
    assert found["dice"] == pytest.approx(2 * hits / (2 * hits + errors))
    assert found["iou"] == pytest.approx(found["dice"] / (2 - found["dice"]))


@pytest.mark.parametrize(
    ("truth", "mask", "more", "message"),
    [
        (np.eye(3), np.eye(4), {}, r"shapes \(3, 3\) and \(4, 4\) differ"),
        (np.eye(3), 2 * np.eye(3), {}, r"mask holds \[0.0, 2.0\]; give 0 and 1 alone"),
        (np.full(3, 0.4), np.eye(3), {}, r"truth holds \[0.4\]"),
        (np.eye(3), np.eye(3), {"spacing": (1, 0)}, r"spacing is \(1, 0\); give 2 positive"),
    ],
)
def test_overlap_names_what_is_wrong(truth, mask, more, message):
    with pytest.raises(ValueError, match=message):
        overlap(truth, mask, **more)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_thresholds_are_reached_as_numpy_compares_them(dtype):
    near = np.arange(101) / 100
    chances = np.concatenate([near, near + 1e-4, near - 1e-4, RANDOM.random(500)])
    chances = chances.clip(0, 1).astype(dtype)
    levels = steps_reached(chances)
    for percent in range(101):
        np.testing.assert_array_equal(levels >= percent, chances >= percent / 100)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "uint16", "float32"])
def test_each_slice_spans_black_to_white(dtype):
    images = (np.arange(24).reshape(2, 3, 4) % 7).astype(dtype)
    images[0, 0, 0] = 0
    grey = as_grey(images)
    assert grey.dtype == np.uint8
    assert (grey.min(axis=(1, 2)) == 0).all()
    assert (grey.max(axis=(1, 2)) == 255).all()


def test_the_whole_range_of_an_integer_does_not_overflow():
    ends = np.array([[[-32768, 0, 32767]]], dtype=np.int16)
    np.testing.assert_array_equal(as_grey(ends), [[[0, 128, 255]]])
    np.testing.assert_array_equal(as_grey(np.full((1, 2, 2), 9)), np.zeros((1, 2, 2)))


# The widget -------------------------------------------------------------------------------


def test_the_stack_holds_all_that_the_page_needs():
    stack = explore.segmentation(IMAGES, MASKS, CHANCES[..., None], spacing=(2, 1.5)).stack
    assert (stack["count"], stack["rows"], stack["columns"]) == (3, 5, 7)
    assert (stack["class_ids"], stack["pixel_mm2"]) == ([1], 3.0)
    np.testing.assert_array_equal(unpacked(stack["masks"]), MASKS)
    np.testing.assert_array_equal(unpacked(stack["images"]), as_grey(IMAGES[..., 0]))
    levels = unpacked(stack["levels"])
    np.testing.assert_array_equal(levels, steps_reached(CHANCES)[None])
    assert {stack[name]["dtype"] for name in ("images", "masks", "levels")} == {"uint8"}


def test_each_class_has_its_own_probabilities():
    chances = RANDOM.dirichlet([1, 1, 1, 1], (3, 5, 7)).astype(np.float32)
    masks = RANDOM.integers(0, 4, (3, 5, 7))
    explorer = explore.segmentation(IMAGES, masks, chances)
    assert explorer.stack["class_ids"] == [0, 1, 2, 3]
    assert explorer.class_id == 1
    levels = unpacked(explorer.stack["levels"])
    np.testing.assert_array_equal(levels[2], steps_reached(chances[..., 2]))


@pytest.mark.parametrize(
    ("images", "masks", "chances"),
    [
        (IMAGES[..., 0], MASKS.astype(bool), CHANCES.astype(np.float16)),
        (IMAGES.astype(np.int16), MASKS[..., None].astype(float), MASKS),
        (np.ones((3, 5, 7)), np.zeros((3, 5, 7), np.uint8), np.zeros((3, 5, 7, 2))),
    ],
)
def test_usual_shapes_and_types_are_taken(images, masks, chances):
    assert explore.segmentation(images, masks, chances).stack["count"] == 3


def test_simulated_patients_go_to_the_page_in_few_bytes(patients):
    sick, chances = patients
    explorer = explore.segmentation(sick.images, sick.masks, chances)
    assert len(json.dumps(explorer.stack)) < 3 * sick.masks.size
    middle = overlap(sick.masks[0], chances[0] >= 0.5)
    assert middle["dice"] > overlap(sick.masks[0], chances[0] >= 0.99)["dice"]


def test_softmax_that_rounds_to_a_hair_above_1_is_taken():
    chances = CHANCES.astype(np.float32)
    chances[0, 0, 0] = np.nextafter(np.float32(1), np.float32(2))
    levels = unpacked(explore.segmentation(IMAGES, MASKS, chances).stack["levels"])
    assert levels[0, 0, 0, 0] == 100


def broken(array, value):
    changed = array.copy()
    changed[1, 2, 3] = value
    return changed


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"images": IMAGES[0, ..., 0]}, r"images has shape \(5, 7\); give a stack of grey slices"),
        ({"images": np.zeros((3, 5, 7, 3))}, r"images has shape \(3, 5, 7, 3\)"),
        ({"images": np.zeros((0, 5, 7))}, r"images has shape \(0, 5, 7\), so it is empty"),
        ({"images": broken(IMAGES, np.nan)}, "images holds 1 values that are NaN or infinite"),
        ({"images": np.array([[["a"]]])}, "images holds <U1 values"),
        ({"images": np.zeros((1, 513, 4))}, "513 × 4 pixels; this explorer shows up to 512"),
        ({"masks": MASKS[:2]}, r"masks has shape \(2, 5, 7\), and images has slices"),
        ({"masks": MASKS[:, :4]}, r"masks has shape \(3, 4, 7\)"),
        ({"masks": 2 * MASKS}, r"masks holds \[2\].*0 \(background\) and 1.*masks == 2"),
        ({"masks": MASKS - 1}, r"masks holds \[-1\]"),
        ({"masks": MASKS * 0.5}, r"masks holds \[0.5\]"),
        ({"probabilities": CHANCES[:, :, :6]}, r"probabilities has shape \(3, 5, 6\)"),
        ({"probabilities": CHANCES[0]}, "one probability a pixel, so the same shape"),
        ({"probabilities": np.zeros((3, 5, 7, 0))}, "so it is empty"),
        ({"probabilities": broken(CHANCES, np.inf)}, "probabilities holds 1 values that are NaN"),
        (
            {"probabilities": broken(CHANCES, 3.5)},
            "1 probabilities lie outside 0 to 1, .*3.5; these may be logits: take the sigmoid",
        ),
        ({"probabilities": broken(CHANCES, -0.1)}, "from -0.1 to"),
        ({"probabilities": CHANCES + 1j}, "probabilities holds complex128"),
        ({"masks": 3 * MASKS, "probabilities": np.zeros((3, 5, 7, 3))}, "class ids are 0 to 2"),
        ({"spacing": 2.0}, "spacing is 2.0; give 2 positive numbers"),
        ({"spacing": (3, 1, 1)}, r"spacing is \(3, 1, 1\); give 2 positive numbers"),
        ({"spacing": (1, np.nan)}, "give 2 positive numbers"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(bad, message):
    good = {"images": IMAGES, "masks": MASKS, "probabilities": CHANCES}
    with pytest.raises(ValueError, match=message):
        explore.segmentation(**good | bad)


def test_what_is_too_much_for_a_page_is_told_how_to_shrink():
    most = LARGEST_PAYLOAD // (512 * 512 * 3)
    images = np.zeros((most + 1, 512, 512), dtype=np.uint8)
    with pytest.raises(ValueError, match=f"give at most {most} slices, images\\[:{most}\\]"):
        explore.segmentation(images, images, images)


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("index", 3),
        ("index", -1),
        ("class_id", 2),
        ("threshold_percent", 101),
        ("opacity_percent", -1),
        ("mode", "guess"),
        ("brush", 4),
        ("brush", LARGEST_BRUSH + 2),
        ("cursor", (5, 0)),
        ("cursor", (0, 7)),
    ],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(trait, value):
    assert_refused(explore.segmentation(IMAGES, MASKS, CHANCES), trait, value)


def test_what_was_painted_can_be_read():
    explorer = explore.segmentation(IMAGES, MASKS, CHANCES)
    assert not explorer.painted().any()
    kept = base64.b64encode(np.packbits(MASKS[2].astype(np.uint8)).tobytes()).decode()
    explorer.paintings = {"2/1": kept}
    assert not explorer.painted().any()
    np.testing.assert_array_equal(explorer.painted(2), MASKS[2])
    explorer.index = 2
    np.testing.assert_array_equal(explorer.painted(), MASKS[2])
    score = overlap(MASKS[2], explorer.painted())["dice"]
    assert score == f1_score(MASKS[2].ravel(), explorer.painted().ravel()) == 1


def test_text_forms_are_short_and_stable():
    explorer = explore.segmentation(IMAGES, MASKS, CHANCES)
    html = stand_in_of(explorer, "SegmentationExplorer")
    assert "3 slices of 5 × 7 pixels" in html
    assert "threshold 0.50" in html

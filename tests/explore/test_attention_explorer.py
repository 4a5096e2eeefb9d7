import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from refusing import assert_refused
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.attention import attention_scene, attention_words
from medtutor.explore.attention.scene import HEADS, HEADS_IN_WORDS, KNOWLEDGE, SHARPNESS, SIZES

RANDOM = np.random.default_rng(0)
# Two dark patches, far from each other, in a slice of unequal edges.
IMAGE = RANDOM.integers(120, 200, (32, 48))
IMAGE[4:8, 6:12] = IMAGE[20:24, 36:42] = 20
IMAGE = IMAGE.astype(np.uint8)
DARK, ALSO_DARK = (1, 1), (5, 6)
IMAGES = np.stack([IMAGE, 255 - IMAGE, IMAGE[:, ::-1]])


def scene(**options):
    return attention_scene(IMAGE, **{"place": DARK, "knows": "brightness"} | options)


# What is computed -------------------------------------------------------------------------


@given(
    st.tuples(st.integers(0, 7), st.integers(0, 7)),
    st.sampled_from(KNOWLEDGE),
    st.integers(1, len(HEADS)),
    st.sampled_from(SIZES),
    st.booleans(),
    st.floats(0.1, 10),
)
@settings(deadline=None, max_examples=40)
def test_weights_are_a_softmax_of_distances(place, knows, head, size, scaled, temperature):
    options = {"knows": knows, "head": head, "size": size, "scaled": scaled}
    seen = scene(place=place, temperature=temperature, **options)
    means = IMAGE.reshape(8, 4, 8, 6).mean(axis=(1, 3))
    level = ((means - means.mean()) / means.std()).ravel()
    row, column = np.divmod(np.arange(64), 8)
    tokens = np.stack([level, (2 * row + 1) / 8 - 1, (2 * column + 1) / 8 - 1], axis=-1)
    factor, added, sharpness = HEADS[head - 1]
    away = (factor * tokens[place[0] * 8 + place[1]] + added - tokens) ** 2 / 2
    counts = [SHARPNESS["brightness"] * (knows != "position")]
    counts += [SHARPNESS["position"] * (knows != "brightness")] * 2
    scores = -(away * counts).sum(axis=-1) * sharpness / temperature
    scores *= 1 if scaled else np.sqrt(size)
    expected = np.exp(scores - scores.max())
    expected /= expected.sum()
    np.testing.assert_allclose(seen["weights"].ravel(), expected, atol=1e-9)
    assert seen["largest"] == pytest.approx(expected.max())
    assert seen["weights"][seen["most"]] == pytest.approx(seen["largest"])
    assert seen["n_seen"] == np.sum(expected > 0.1)
    assert 0 <= seen["bits"] <= 6.0001


def test_brightness_alone_finds_the_like_wherever_it_is():
    assert scene()["weights"][ALSO_DARK] > 0.4
    assert scene(knows="position")["weights"][ALSO_DARK] < 0.01


def test_position_alone_is_the_same_blur_for_every_image():
    here = [attention_scene(image, place=(4, 3), knows="position") for image in IMAGES]
    np.testing.assert_array_equal(here[0]["weights"], here[1]["weights"])
    assert here[0]["most"] == (4, 3)
    weights = here[0]["weights"]
    np.testing.assert_allclose(weights[4, 2], weights[4, 4])
    np.testing.assert_allclose(weights[3, 3], weights[5, 3])


def test_unscaled_one_patch_takes_all_the_more_the_larger_d():
    unscaled = [scene(knows="both", size=size, scaled=False)["largest"] for size in SIZES]
    scaled = [scene(knows="both", size=size)["largest"] for size in SIZES]
    assert unscaled == sorted(unscaled)
    assert unscaled[-1] > 0.99
    np.testing.assert_allclose(scaled, scaled[0])


def test_temperature_makes_weights_more_even():
    bits = [scene(knows="both", temperature=t)["bits"] for t in (0.1, 1, 3, 10)]
    assert bits == sorted(bits)


def test_heads_look_for_different_things():
    most = {head: scene(knows="position", head=head)["most"] for head in range(1, 5)}
    assert most == {1: DARK, 2: DARK, 3: (1, 2), 4: (6, 6)}
    level = IMAGE.reshape(8, 4, 8, 6).mean(axis=(1, 3))
    assert level[scene(place=(4, 3), head=3)["most"]] > level[4, 3]
    assert scene(place=(4, 3), head=2)["bits"] > scene(place=(4, 3))["bits"]


def test_a_plain_slice_is_looked_at_evenly():
    seen = attention_scene(np.full((16, 16), 7, np.uint8), place=(0, 0), knows="brightness")
    np.testing.assert_allclose(seen["weights"], 1 / 64)
    assert seen["bits"] == pytest.approx(6)
    assert "looks at no patches with more than 10 %; most (2 %)" in attention_words(seen, (0, 0))


def test_the_words_say_what_is_seen():
    words = attention_words(scene(), DARK)
    assert words.startswith("Patch row 1, column 1 (brightness 0.08) looks at 2 patches with more")
    assert words.endswith("at row 1, column 1; entropy 1.0 bits of 6.")
    assert "looks at 1 patch with more than 10 %; most (100 %)" in attention_words(
        scene(scaled=False, size=512, knows="both"), DARK
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"place": (8, 0)}, "place is 8; give a whole number from 0 to 7"),
        ({"place": (-1, 0)}, "place is -1"),
        ({"place": (1, 2, 3)}, "give the row and the column of a patch"),
        ({"place": 3}, "give the row and the column of a patch"),
        ({"knows": "colour"}, "knows is 'colour'; choose one of brightness, position, both"),
        ({"head": 0}, "head is 0; give a whole number from 1 to 4"),
        ({"head": 5}, "head is 5"),
        ({"size": 3}, "size is 3; give a whole number from 6"),
        ({"temperature": 0}, "temperature is 0; give a number above 0"),
    ],
)
def test_a_setting_out_of_range_is_named(options, message):
    with pytest.raises(ValueError, match=message):
        scene(**options)


@pytest.mark.parametrize("image", [IMAGE[:31], IMAGES, IMAGE * np.nan, IMAGE[:0]])
def test_an_image_that_cannot_be_cut_is_named(image):
    with pytest.raises(ValueError, match="image h"):
        attention_scene(image, place=DARK)


@pytest.mark.parametrize("image", [IMAGE / 255, IMAGE - 128.0, IMAGE * 4.0])
def test_an_image_of_other_levels_is_named(image):
    with pytest.raises(ValueError, match=r"image goes from .*; give grey levels from 0 \(black\)"):
        attention_scene(image, place=DARK)


# The widget -------------------------------------------------------------------------------


@pytest.fixture
def explorer():
    return explore.attention(IMAGES)


def test_starts_with_brightness_scaled(explorer):
    assert (explorer.knows, explorer.head, explorer.scaled) == ("brightness", 1, True)
    assert explorer.scene()["weights"].shape == (8, 8)


def test_python_moves_the_scene(explorer):
    explorer.place, explorer.index = DARK, 2
    assert explorer.scene()["brightness"] > 0.4
    explorer.index, explorer.knows = 0, "both"
    assert "8 × 8 patches that know both. Patch row 1, column 1" in explorer.describe()


@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64"])
def test_any_numbers_are_taken(dtype):
    explorer = explore.attention(IMAGES[..., None].astype(dtype))
    assert explorer.scene()["weights"].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (IMAGE, r"images has shape \(32, 48\); give 1 to 24 grey slices"),
        (np.zeros((25, 8, 8)), r"images has shape \(25, 8, 8\); give 1 to 24"),
        (np.zeros((1, 30, 32)), "slices of 30 × 32 pixels; 8 patches along each edge need"),
        (np.zeros((1, 136, 32)), "multiples of 8, up to 128"),
        (IMAGES * np.nan, "NaN"),
    ],
)
def test_bad_input_is_named_with_its_cure(images, message):
    with pytest.raises(ValueError, match=message):
        explore.attention(images)


@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("index", 3),
        ("place", (8, 0)),
        ("knows", "texture"),
        ("head", 5),
        ("size", 64),
        ("temperature", 0.05),
    ],
)
def test_a_trait_takes_no_value_that_the_page_could_not_show(explorer, trait, value):
    assert_refused(explorer, trait, value)


def test_what_the_page_offers_is_what_python_takes(explorer):
    for size in SIZES:
        assert re.search(rf"const SIZES = \[.*\b{size}\b", explorer._esm)
    for words in HEADS_IN_WORDS:
        assert f'"{words}"' in explorer._esm
    for name in KNOWLEDGE:
        assert re.search(rf'const KNOWLEDGE = \[.*"{name}"', explorer._esm)


def test_text_forms_are_short_and_stable(explorer):
    html = stand_in_of(explorer, "AttentionExplorer")
    assert "one of 3 slices of 32 × 48 pixels" in html

import numpy as np
import pytest
import traitlets
from text_forms import stand_in_of

from medtutor import explore
from medtutor.explore.common.packed import unpacked
from medtutor.explore.explanation import covered_score, explanation_words

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(3, 20, 24, 1)).astype("float32")
IMAGES[0, 4:8, 10:14] = 9  # a bright lesion
IMAGES[1, 12:16, 2:6] = -9  # a dark one
MASKS = abs(IMAGES[..., 0]) == 9
HEAT = np.where(IMAGES == 9, 1.0, 0.01)[..., 0]
MAPS = {"gradient": HEAT, "signed": IMAGES[..., 0]}


def brightest(images):
    """A network that calls sick what has a bright spot."""
    return np.asarray(images).max(axis=(1, 2, 3)) - 5


def test_covering_the_lesion_takes_the_score_away():
    scene = covered_score(brightest, IMAGES[0], (4, 10), 4, heat=HEAT[0], mask=MASKS[0])
    assert scene["whole"] == 4
    assert scene["covered"] < 0
    assert scene["lesion"] == 1
    assert scene["area"] == 16 / 480
    assert scene["mass"] == pytest.approx(16 / (16 + 0.01 * 464))
    np.testing.assert_array_equal(scene["image"][:4], IMAGES[0, :4])
    assert explanation_words(scene | {"covered": -2.04}, 4, "local", "gradient") == (
        "Score 4.0 → −2.0 with 4 × 4 pixels covered by the mean around it: called healthy. 100 % "
        "of the lesion is under the cover. The map “gradient” has 78 % of its mass there (chance "
        "3 %)."
    )
    small = scene | {"whole": -0.04, "covered": 0.04, "area": 0.001, "lesion": 0.0}
    assert explanation_words(small, 2, "noise", "gradient") == (
        "Score 0.0 → 0.0 with 2 × 2 pixels covered by noise: called sick. 0 % of the lesion is "
        "under the cover. The map “gradient” has 78 % of its mass there (chance under 1 %)."
    )


@pytest.mark.parametrize("fill", ["mean", "black", "noise", "local"])
def test_each_filling_is_what_its_name_says(fill):
    inside = covered_score(brightest, IMAGES[2], (6, 7), 8, fill)["image"][6:14, 7:15]
    image = IMAGES[2].astype(float)
    frame = image[4:16, 5:17].sum() - image[6:14, 7:15].sum()
    if fill == "noise":
        assert abs(inside.std() - image.std()) < 0.3
    else:
        level = {"mean": image.mean(), "black": image.min(), "local": frame / 80}[fill]
        np.testing.assert_allclose(inside, level, atol=1e-6)


def test_the_image_that_was_given_stays():
    before = IMAGES.copy()
    covered_score(brightest, IMAGES[0], (0, 0), 8, "black")
    np.testing.assert_array_equal(IMAGES, before)


def test_without_mask_or_mass_nothing_is_claimed():
    scene = covered_score(brightest, IMAGES[2], (0, 0), 4, heat=-HEAT[2])
    assert scene["lesion"] is scene["mass"] is None
    words = explanation_words(scene, 4, "mean", "dark")
    assert "lesion" not in words
    assert "no positive value" in words


def test_widget_starts_on_the_lesion_and_holds_what_the_page_draws():
    explorer = explore.explanation(IMAGES, MAPS, brightest, masks=MASKS)
    row, column = explorer.place
    assert MASKS[0, row : row + 8, column : column + 8].sum() == 16
    assert explorer.seen["whole"] == 4
    assert explorer.seen["covered"] < 0
    maps = unpacked(explorer.stack["maps"]).reshape(2, 3, 20, 24)
    np.testing.assert_allclose(maps[0, 0] / 255, HEAT[0], atol=1 / 255)
    assert maps[1].min() == -255
    assert unpacked(explorer.seen["picture"]).shape == (20, 24)
    assert not explorer.stack["random"]


def test_moved_from_python_it_asks_the_network_again():
    asked = []

    def score(images):
        asked.append(len(images))
        return brightest(images)

    explorer = explore.explanation(
        IMAGES, MAPS, score, masks=MASKS, random_maps={name: -heat for name, heat in MAPS.items()}
    )
    asked.clear()
    explorer.place = [0, 0]
    assert asked == [2]
    assert "called sick" in explorer.describe()
    explorer.index, explorer.size, explorer.fill = 1, 16, "black"
    explorer.place = [19, 23]  # the cover stays on the slice
    assert explorer.scene()["area"] == 256 / 480
    explorer.map_name, explorer.random_head = "signed", True
    assert "“signed, random head” has" in explorer.describe()
    for name, value in (("index", 3), ("map_name", "none"), ("size", 40), ("place", [0, 24])):
        with pytest.raises(traitlets.TraitError):
            setattr(explorer, name, value)
    stand_in_of(explorer, "ExplanationExplorer")


@pytest.mark.parametrize(
    ("images", "maps", "score", "more", "message"),
    [
        (IMAGES[..., 0], MAPS, brightest, {}, r"images has shape \(3, 20, 24\)"),
        (IMAGES, {"a": HEAT[:2]}, brightest, {}, r"maps has shape \(2, 20, 24\)"),
        (IMAGES, {}, brightest, {}, "give one to nine maps"),
        (IMAGES, MAPS, brightest, {"random_maps": {"a": HEAT}}, "the same names"),
        (IMAGES, MAPS, brightest, {"masks": HEAT[..., None]}, "masks has shape"),
        (IMAGES, MAPS, lambda x: np.ones((len(x), 2)), {}, "not a softmax"),
    ],
)
def test_a_bad_argument_is_named_with_its_cure(images, maps, score, more, message):
    with pytest.raises(ValueError, match=message):
        explore.explanation(images, maps, score, **more)


def test_an_unknown_filling_is_named():
    with pytest.raises(ValueError, match="fill is 'white'; choose one of local, mean"):
        covered_score(brightest, IMAGES[0], (0, 0), 4, "white")


GIVEN = {"score": brightest, "image": IMAGES[0], "place": (0, 0), "size": 4}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image": IMAGES}, r"give one image, \(H, W, C\)"),
        ({"image": IMAGES[0] * np.nan}, "NaN"),
        ({"place": (17, 0)}, "place is 17; give a whole number from 0 to 16"),
        ({"place": (-1, 0)}, "place is -1"),
        ({"place": None}, "give the row and the column of the cover's first pixel"),
        ({"size": 0}, "size is 0; give a whole number from 1 to 20"),
        ({"size": 4.0}, "size is 4.0"),
        ({"heat": HEAT}, "heat has shape"),
        ({"heat": HEAT[0] * np.nan}, "heat holds"),
        ({"mask": MASKS[0, :5]}, r"mask has shape \(5, 24\); give \(20, 24\)"),
    ],
)
def test_a_scene_refuses_what_the_page_could_not_show(options, message):
    with pytest.raises(ValueError, match=message):
        covered_score(**GIVEN | options)


def test_a_mask_of_any_ids_is_a_lesion():
    ids = MASKS[0] * np.arange(24)
    scene = covered_score(**GIVEN | {"mask": ids, "place": (4, 11)})
    assert scene["lesion"] == 0.75

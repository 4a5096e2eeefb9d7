"""The segmentation explorer with no Jupyter around it: it counts as scikit-learn does."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from scipy import ndimage

from medtutor import datasets, explore
from medtutor.explore.segmentation.widget import overlap

RANDOM = np.random.default_rng(0)
SHAPE = (3, 12, 9)
IMAGES = RANDOM.integers(0, 255, SHAPE)
MASKS = np.zeros(SHAPE, dtype=int)
MASKS[0, 3:7, 2:6] = 1
CHANCES = np.where(np.roll(MASKS, 1, axis=2) == 1, 0.8, 0.1)
CHANCES[0, 0, 0] = 0.3
ASK = "(given) => explorer.{}(...given)"


@pytest.fixture
def painter(show):
    return show(painting())


def painting(**more):
    explorer = explore.segmentation(IMAGES, MASKS, CHANCES, spacing=(2, 3))
    explorer.mode = "paint"
    for name, value in ({"brush": 1, "cursor": (3, 2)} | more).items():
        setattr(explorer, name, value)
    return explorer


def press(explorer, *keys):
    canvas = explorer.locator("canvas[tabindex]")
    for key in keys:
        canvas.press(key)


def painted(page, index=0):
    """What the page told Python, read as a lesson would."""
    explorer = explore.segmentation(IMAGES, MASKS, CHANCES)
    explorer.paintings = page.evaluate("model.get('paintings')")
    return explorer.painted(index)


def readout(explorer):
    return explorer.locator(".mt-readout")


def words_for(truth, mask, area):
    found = overlap(truth, mask)
    lesion = found["hits"] + found["misses"]
    missed, made_up = (
        f"{n} pixel{'' if n == 1 else 's'} ({n * area} mm²)"
        for n in (found["misses"], found["false_positives"])
    )
    return (
        f"Dice {found['dice']:.3f}, IoU {found['iou']:.3f}. Of the {lesion} pixels of class 1, "
        f"{found['hits']} are found and {missed} missed; false positives: {made_up}."
    )


# The arithmetic ---------------------------------------------------------------------------


def test_counts_and_scores_are_those_of_scikit_learn(show, page):
    show(explore.segmentation(IMAGES, MASKS, CHANCES))
    shares = [(a, b) for a in (0, 0.1, 0.6, 1) for b in (0, 0.3, 1)]
    for in_truth, in_mask in shares:
        truth, mask = ((RANDOM.random(70) < share).astype(int) for share in (in_truth, in_mask))
        counts = page.evaluate(ASK.format("countsOf"), [truth.tolist(), mask.tolist()])
        scores = page.evaluate(ASK.format("scoresOf"), [counts])
        expected = overlap(truth, mask)
        names = {"falsePositives": "false_positives"}
        assert counts == {name: expected[names.get(name, name)] for name in counts}
        for name in ("dice", "iou"):
            part, whole = scores[name]["part"], scores[name]["whole"]
            if whole:
                assert part / whole == pytest.approx(expected[name], rel=1e-12)
            else:
                assert np.isnan(expected[name])


def test_on_patients_every_threshold_counts_as_in_python(show, page):
    split = datasets.load("brain_lesion", n_train=30).train
    sick = split[split.masks.any(axis=(1, 2))][:4]
    blurred = ndimage.gaussian_filter(sick.masks.astype(np.float32), (0, 1.5, 1.5))
    explorer = explore.segmentation(sick.images, sick.masks, blurred)
    index = 2
    explorer.index = index
    words = readout(show(explorer))
    counts = page.evaluate("""async () => {
        const { masks, levels } = model.get("stack");
        const [ids, chances] = [await explorer.unpack(masks), await explorer.unpack(levels)];
        const size = 64 * 64, from = size * model.get("index");
        return explorer.countsByThreshold(
          ids.subarray(from, from + size), chances.subarray(from, from + size));
    }""")
    assert len(counts) == 101
    for percent, found in enumerate(counts):
        expected = overlap(sick.masks[index], blurred[index] >= percent / 100)
        assert found["hits"] == expected["hits"]
        assert found["falsePositives"] == expected["false_positives"]
        assert found["misses"] == expected["misses"]
        assert found["rest"] == expected["rest"]
    at_half = overlap(sick.masks[index], blurred[index] >= 0.5)
    expect(words).to_contain_text(f"Dice {at_half['dice']:.3f}, IoU {at_half['iou']:.3f}.")


@pytest.mark.parametrize("width", [1, 3, 5, 9, 31])
def test_the_brush_is_a_disc_cut_at_the_border(show, page, width):
    show(explore.segmentation(IMAGES, MASKS, CHANCES))
    rows, columns = 40, 37
    for row, column in [(20, 18), (0, 0), (39, 5)]:
        y, x = np.ogrid[:rows, :columns]
        disc = (y - row) ** 2 + (x - column) ** 2 <= (width / 2) ** 2
        found = page.evaluate(
            """([rows, columns, place, width]) => {
                const mask = new Array(rows * columns).fill(0);
                explorer.stamp(mask, { rows, columns }, place, width, 1);
                return mask;
            }""",
            [rows, columns, [row, column], width],
        )
        np.testing.assert_array_equal(np.reshape(found, (rows, columns)), disc)


def test_a_quick_pointer_leaves_no_gap(show, page):
    show(explore.segmentation(IMAGES, MASKS, CHANCES))
    for end in [(0, 0), (7, 2), (-3, 9), (-5, -5)]:
        line = np.array(page.evaluate(ASK.format("lineOf"), [[2, 1], [2 + end[0], 1 + end[1]]]))
        np.testing.assert_array_equal(line[0], (2, 1))
        np.testing.assert_array_equal(line[-1] - (2, 1), end)
        assert np.abs(np.diff(line, axis=0)).max(initial=0) <= 1


# Looking ----------------------------------------------------------------------------------


def test_the_threshold_moves_every_number(show):
    explorer = show(explore.segmentation(IMAGES, MASKS, CHANCES, spacing=(2, 3)))
    expect(readout(explorer)).to_have_text(words_for(MASKS[0], CHANCES[0] >= 0.5, area=6))
    cells = explorer.locator("table >> nth=0 >> td")
    expect(cells).to_have_text(["12", "72", "4", "24", "4", "24", "88", "528"])
    scores = explorer.locator("table >> nth=1 >> td")
    expect(scores).to_have_text(["0.750 = 24 / 32", "0.600 = 12 / 20"])
    for _ in range(20):
        explorer.get_by_role("slider", name="Threshold").press("ArrowLeft")
    expect(readout(explorer)).to_have_text(words_for(MASKS[0], CHANCES[0] >= 0.3, area=6))
    expect(cells.nth(2)).to_have_text("5")


def test_an_empty_slice_has_no_score(show):
    explorer = show(explore.segmentation(IMAGES, MASKS, CHANCES))
    explorer.get_by_role("slider", name="Slice").press("ArrowRight")
    expect(readout(explorer)).to_contain_text("Dice and IoU are not defined (0 / 0)")
    expect(explorer.locator("table >> nth=1 >> td").first).to_have_text("not defined: 0 / 0")
    expect(explorer.locator("svg text", has_text="here not defined")).to_have_count(1)
    explorer.get_by_role("slider", name="Threshold").press("Home")
    expect(explorer.locator("svg text", has_text="here not defined")).to_have_count(0)
    expect(readout(explorer)).to_contain_text("Class 1 has no pixel here; false positives: 108")
    expect(readout(explorer)).to_contain_text("Dice 0.000")


def test_the_cursor_says_what_is_under_it(show):
    explorer = show(explore.segmentation(IMAGES, MASKS, CHANCES))
    pixel = explorer.locator(".mt-pixel")
    press(explorer, "Home", "PageUp")
    expect(pixel).to_have_text("Row 0, column 0: probability at least 0.30, rightly left out.")
    press(explorer, *["ArrowDown"] * 4, *["ArrowRight"] * 2)
    expect(pixel).to_have_text("Row 4, column 2: probability at least 0.10, a miss.")
    press(explorer, "ArrowRight")
    expect(pixel).to_have_text("Row 4, column 3: probability at least 0.80, a hit.")
    press(explorer, *["ArrowRight"] * 3)
    expect(pixel).to_have_text("Row 4, column 6: probability at least 0.80, a false positive.")


def test_classes_are_looked_at_one_at_a_time(show):
    masks = np.stack([MASKS[0] * 2, MASKS[1], MASKS[2]])
    chances = np.stack([1 - CHANCES, 0 * CHANCES, CHANCES], axis=-1)
    explorer = show(explore.segmentation(IMAGES, masks, chances))
    expect(readout(explorer)).to_contain_text("Class 1 has no pixel here, and the mask has none")
    explorer.get_by_role("combobox", name="Class", exact=True).select_option("2")
    expect(readout(explorer)).to_contain_text("Of the 16 pixels of class 2, 12 are found")
    explorer.get_by_role("combobox", name="Class", exact=True).select_option("0")
    expect(readout(explorer)).to_contain_text("Of the 92 pixels of class 0, 88 are found")


def test_with_one_class_there_is_nothing_to_choose(show):
    explorer = show(explore.segmentation(IMAGES, MASKS, CHANCES))
    expect(explorer.get_by_role("combobox", name="Class", exact=True)).to_be_hidden()


# Painting ---------------------------------------------------------------------------------


def test_the_truth_is_hidden_until_asked(painter, page):
    expect(readout(painter)).to_contain_text("You have painted 0 pixels (0 mm²) as class 1")
    plain = painter.locator("canvas").screenshot()
    assert "Dice 0" not in painter.inner_text()
    expect(painter.locator("table >> nth=1 >> td")).to_have_text(["hidden", "hidden"])
    expect(painter.locator("svg")).to_be_hidden()
    page.evaluate("model.set('threshold_percent', 5)")
    assert painter.locator("canvas").screenshot() == plain, "nothing may hint at the mask"
    painter.get_by_role("button", name="Show truth and score").click()
    expect(readout(painter)).to_contain_text("Your mask: Dice 0.000, IoU 0.000.")
    expect(painter.locator("svg")).to_be_visible()
    assert painter.locator("canvas").screenshot() != plain


def test_another_slice_hides_its_truth_again(painter):
    painter.get_by_role("button", name="Show truth and score").click()
    painter.get_by_role("slider", name="Slice").press("ArrowRight")
    expect(readout(painter)).to_contain_text("The truth is hidden")


def test_a_mask_is_painted_by_key_and_scored(painter, page):
    press(painter, "Space", "ArrowRight", "Space", *["Shift+ArrowDown"] * 5, "e")
    expected = np.zeros(SHAPE[1:], dtype=int)
    expected[3, 2] = 1
    expected[3:8, 3] = 1
    np.testing.assert_array_equal(painted(page), expected)
    expect(readout(painter)).to_contain_text("You have painted 6 pixels (36 mm²)")
    painter.get_by_role("button", name="Show truth and score").click()
    expect(readout(painter)).to_have_text(
        f"Your mask: {words_for(MASKS[0], expected, area=6)} "
        "The network's Dice at threshold 0.50: 0.750."
    )


def test_each_stroke_can_be_undone(painter, page):
    undo = painter.get_by_role("button", name="Undo")
    expect(undo).to_be_disabled()
    press(painter, "Space", "ArrowRight", "Space", "Space", "Control+z")
    assert painted(page).sum() == 1
    painter.get_by_role("button", name="Clear").click()
    assert painted(page).sum() == 0
    undo.click()
    assert painted(page).sum() == 1
    undo.click()
    assert painted(page).sum() == 0
    expect(undo).to_be_disabled()
    press(painter, "z")
    assert painted(page).sum() == 0


def test_keys_set_the_brush_within_its_limits(painter):
    slider = painter.get_by_role("slider", name="Brush")
    press(painter, "-")
    expect(slider).to_have_value("1")
    press(painter, "+", "=")
    expect(slider).to_have_value("5")
    press(painter, *["+"] * 20)
    expect(slider).to_have_value("31")


def drag(painter, page, places):
    box = painter.locator("canvas").bounding_box()
    for number, (row, column) in enumerate(places):
        x = box["x"] + box["width"] * (column + 0.5) / SHAPE[2]
        y = box["y"] + box["height"] * (row + 0.5) / SHAPE[1]
        page.mouse.move(x, y)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def test_a_mask_is_painted_and_erased_by_mouse(painter, page):
    drag(painter, page, [(2, 1), (2, 7), (9, 7)])
    expected = np.zeros(SHAPE[1:], dtype=int)
    expected[2, 1:8] = 1
    expected[2:10, 7] = 1
    np.testing.assert_array_equal(painted(page), expected)
    painter.get_by_role("combobox", name="Mouse").select_option("erase")
    drag(painter, page, [(5, 7)])
    assert painted(page).sum() == expected.sum() - 1
    press(painter, "z", "z")
    assert not painted(page).any(), "a drag is one step of undoing"


def test_a_drag_off_the_image_ends_at_its_rim(painter, page):
    drag(painter, page, [(2, 1), (2, -3)])
    np.testing.assert_array_equal(np.argwhere(painted(page)), [[2, 0], [2, 1]])


def test_every_slice_keeps_its_own_mask(painter, page):
    press(painter, "Space")
    painter.get_by_role("slider", name="Slice").press("ArrowRight")
    expect(readout(painter)).to_contain_text("You have painted 0 pixels")
    press(painter, "ArrowRight", "Space", "ArrowRight", "Space")
    painter.get_by_role("slider", name="Slice").press("ArrowLeft")
    expect(readout(painter)).to_contain_text("You have painted 1 pixel (6 mm²)")
    assert [painted(page, index).sum() for index in range(3)] == [1, 2, 0]


def test_keys_paint_nothing_while_looking(show, page):
    explorer = show(explore.segmentation(IMAGES, MASKS, CHANCES))
    press(explorer, "Space", "e", "z", "Shift+ArrowRight")
    assert page.evaluate("model.get('paintings')") == {}


def test_a_mask_from_python_is_shown(show, page):
    explorer = painting(brush=3)
    show(explorer)
    press(page.locator(".mt-explorer"), "Space")
    explorer.paintings = page.evaluate("model.get('paintings')")
    expect(readout(show(explorer))).to_contain_text("You have painted 9 pixels (54 mm²)")


# The page ---------------------------------------------------------------------------------


def test_errors_are_told_apart_without_colour(show, page):
    """Each kind of pixel has its own pattern, in the picture's legend as on the picture."""
    explorer = show(explore.segmentation(IMAGES, MASKS, CHANCES))
    swatches = explorer.locator(".mt-swatch").evaluate_all(
        "(all) => all.map((one) => one.style.backgroundImage)"
    )
    assert len(set(swatches)) == 4
    marks = page.evaluate("Object.values(explorer.OUTCOMES).map(({ marks }) => marks.join())")
    assert marks[0] == "", "hits are plain"
    assert "" not in marks[1:3]
    assert marks[1] != marks[2]


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, width):
    explorer = painting(brush=31)
    explorer.truth_shown = True
    show(explorer, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())

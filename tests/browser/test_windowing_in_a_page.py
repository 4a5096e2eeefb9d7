"""The windowing explorer with no Jupyter around it: its greys are those of `datasets.window`."""

import io

import numpy as np
import pytest
from matplotlib.image import imread
from playwright.sync_api import expect

from medtutor import explore
from medtutor.datasets import Scan, window
from medtutor.explore.common import packed as packing
from medtutor.explore.common.windows import PRESETS
from medtutor.explore.windowing.measures import clipped_shares

RANDOM = np.random.default_rng(0)
WINDOWS = [*PRESETS.values(), (0, 1), (40.5, 2), (-3.25, 3.5), (3100, 4200), (-1100, 17)]
SQUARE = np.arange(-160, 96).reshape(16, 16).astype(np.int16)


def words(explorer):
    return explorer.locator(".mt-readout")


@pytest.mark.parametrize("dtype", ["int16", "float32"])
def test_grey_levels_are_those_of_window(show, page, dtype):
    show(explore.windowing())
    values = np.r_[RANDOM.integers(-1200, 3200, 500), np.arange(-5, 50)].astype(dtype)
    if dtype == "float32":
        values += np.float32(0.37)
    for center, width in WINDOWS:
        ask = "([values, c, w]) => values.map((value) => explorer.windowed(value, c, w))"
        found = page.evaluate(ask, [values.tolist(), center, width])
        np.testing.assert_array_equal(np.float32(found), window(values, center, width))
        ask = "([values, c, w]) => explorer.clippedShares(values, c, w)"
        shares = page.evaluate(ask, [values.tolist(), center, width])
        assert shares == pytest.approx(clipped_shares(values, center, width))


@pytest.mark.parametrize(
    "values",
    [
        RANDOM.integers(0, 256, (3, 5)),
        RANDOM.integers(-32768, 32768, (2, 3, 4)),
        RANDOM.normal(size=(4, 7)).astype(np.float32),
    ],
)
def test_arrays_arrive_as_python_packed_them(show, page, values):
    show(explore.windowing())
    ask = "async (package_) => [...(await explorer.unpack(package_))]"
    found = page.evaluate(ask, packing.packed(values))
    np.testing.assert_array_equal(found, values.ravel())


@pytest.mark.parametrize(("center", "width"), [(-32, 200), (0, 1), (40, 80)])
def test_the_picture_shows_the_window(show, page, center, width):
    show(explore.windowing(SQUARE, center=center, width=width))
    shot = page.locator("canvas").screenshot()
    greys = imread(io.BytesIO(shot))[..., 0]
    edge = (np.arange(16) + 0.25) / 16
    rows, columns = (np.floor(edge * length).astype(int) for length in greys.shape)
    expected = np.rint(window(SQUARE, center, width) * 255)
    # The cross hides some pixels around the middle, and scaling to the screen blurs edges.
    far = np.ones((16, 16), bool)
    far[6:11, 6:11] = False
    found = np.rint(greys[np.ix_(rows, columns)] * 255)
    if width > 1:
        assert np.abs(found - expected)[far].max() <= 1
    else:
        assert (found == expected)[far].all()


def test_presets_set_both_numbers_and_show_which_is_on(show, page):
    explorer = show(explore.windowing())
    for name, (center, width) in PRESETS.items():
        button = explorer.get_by_role("button", name=name, exact=True)
        button.press("Enter")
        text = f"Window: centre {center} HU, width {width} HU.".replace("-", "−")
        expect(words(explorer)).to_contain_text(text)
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(explorer.locator("[aria-pressed=true]")).to_have_count(1)
    explorer.locator("canvas").press("ArrowUp")
    expect(explorer.locator("[aria-pressed=true]")).to_have_count(0)


KEYS = {
    "ArrowRight": (0, 410),
    "ArrowLeft": (0, 390),
    "ArrowUp": (10, 400),
    "ArrowDown": (-10, 400),
    "PageUp": (100, 400),
    "PageDown": (-100, 400),
    "End": (0, 500),
    "Home": (0, 300),
}


@pytest.mark.parametrize(("key", "expected"), KEYS.items(), ids=KEYS)
def test_keys_move_the_window(show, page, key, expected):
    explorer = show(explore.windowing(center=0, width=400))
    explorer.locator("canvas").press(key)
    found = page.evaluate("[model.get('center'), model.get('width')]")
    assert tuple(found) == expected
    expect(explorer.get_by_label("Centre as a number")).to_have_value(str(expected[0]))
    expect(explorer.get_by_label("Width as a number")).to_have_value(str(expected[1]))


def test_the_window_stops_at_its_ends(show, page):
    explorer = show(explore.windowing(center=-1080, width=100))
    for key in ["PageDown", "Home", "Home"]:
        explorer.locator("canvas").press(key)
    assert page.evaluate("[model.get('center'), model.get('width')]") == [-1100, 1]
    expect(words(explorer)).to_contain_text("Up to −1100.5 HU all is black, above it white")


def test_dragging_right_widens_and_up_raises(show, page):
    explorer = show(explore.windowing(center=40, width=80))
    box = explorer.locator("canvas").bounding_box()
    x, y = box["x"] + 100, box["y"] + 100
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 20, steps=3)
    assert page.evaluate("[model.get('center'), model.get('width')]") == [60, 110]
    page.mouse.move(x - 150, y + 10)
    assert page.evaluate("[model.get('center'), model.get('width')]") == [30, 1]
    page.mouse.up()
    page.mouse.move(x, y)
    assert page.evaluate("[model.get('center'), model.get('width')]") == [30, 1]
    assert page.evaluate("model.get('place')") == [32, 32], "a drag must not move the cross"


def test_a_wide_window_is_dragged_faster(show, page):
    explorer = show(explore.windowing(center=0, width=1500))
    box = explorer.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 50)
    assert page.evaluate("model.get('width')") == 1500 + 50 * 6


def test_the_cross_is_read_out_and_moves_by_key_and_click(show, page):
    explorer = show(explore.windowing(SQUARE, center=-32, width=256))
    expect(words(explorer)).to_contain_text("Cross at row 8, column 8: −24 HU, grey level 136")
    for key in ["Shift+ArrowRight", "Shift+ArrowDown"]:
        explorer.locator("canvas").press(key)
    expect(words(explorer)).to_contain_text("row 9, column 9: −7 HU")
    for key in ["Shift+PageUp", "Shift+End"]:
        explorer.locator("canvas").press(key)
    expect(words(explorer)).to_contain_text("row 0, column 15: −145 HU")
    box = explorer.locator("canvas").bounding_box()
    place = (box["x"] + box["width"] * 3.5 / 16, box["y"] + box["height"] * 12.5 / 16)
    page.mouse.move(*place)
    under = explorer.locator(".mt-pointed")
    expect(under).to_have_text("Under the pointer: row 12, column 3: 35 HU, grey level 195 of 255")
    expect(words(explorer)).to_contain_text("row 0, column 15")
    page.mouse.click(*place)
    expect(words(explorer)).to_contain_text("row 12, column 3: 35 HU")
    page.mouse.move(1, 1)
    expect(under).to_have_text("")


def test_shares_are_said_as_they_are(show, page):
    explorer = show(explore.windowing(SQUARE, center=0, width=1))
    expect(words(explorer)).to_contain_text("62.5 % are cut off to black and 37.5 % to white")
    page.evaluate("model.set('width', 4200)")
    expect(words(explorer)).to_contain_text("No pixel is cut off to plain black or plain white")
    page.evaluate("model.set('center', 3100); model.set('width', 80)")
    expect(words(explorer)).to_contain_text("100 % are cut off to black and 0 % to white")
    nearly = np.zeros((50, 50))
    nearly[0, 0] = 1000
    explorer = show(explore.windowing(nearly, center=500, width=100))
    expect(words(explorer)).to_contain_text("more than 99.9 % are cut off to black and less than")


def test_the_ramp_stands_where_the_window_ends(show, page):
    show(explore.windowing(np.arange(-400, 400).reshape(20, 40), center=0.5, width=401))
    ends = [float(line.get_attribute("x1")) for line in page.locator(".mt-end").all()]
    # From x = 48 to 380 lie -400 to 400 HU, in 115 bins of 7 HU.
    places = [48 + 332 * (hu + 400) / 805 for hu in (-200, 200)]
    assert ends == pytest.approx(places)
    ramp = page.locator(".mt-ramp").get_attribute("points").replace(",", " ").split()
    assert [float(n) for n in ramp[2:6]] == pytest.approx([places[0], 176, places[1], 12])
    page.evaluate("model.set('center', 3000)")
    expect(page.locator(".mt-end")).to_have_count(0)
    heights = page.locator(".mt-ramp").get_attribute("points").replace(",", " ").split()[1::2]
    assert {float(n) for n in heights} == {176}


def test_numbers_can_be_typed(show, page):
    explorer = show(explore.windowing())
    field = explorer.get_by_label("Width as a number")
    field.fill("350")
    expect(words(explorer)).to_contain_text("width 350 HU")
    field.fill("9999")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(words(explorer)).to_contain_text("width 350 HU")
    field.blur()
    expect(field).to_have_value("350")
    field.fill("")
    field.fill("20")
    expect(words(explorer)).to_contain_text("width 20 HU")


def test_another_slice_can_be_chosen(show, page):
    explorer = show(explore.windowing(center=40, width=80))
    expect(explorer.locator("figcaption").first).to_have_text(
        "Slice: simulated chest, 64 × 64 pixels"
    )
    explorer.get_by_role("combobox", name="Slice").select_option("ct")
    caption = explorer.locator("figcaption").first
    expect(caption).to_have_text("Slice: real CT, spine between two lungs, 128 × 128 pixels")
    expect(words(explorer)).to_contain_text("centre 40 HU, width 80 HU")
    expect(words(explorer)).to_contain_text("Cross at row 64, column 64: 904 HU")
    expect(show(explore.windowing(SQUARE)).get_by_role("combobox")).to_have_count(0)


def test_pixels_have_the_shape_that_the_spacing_gives(show, page):
    scan = Scan(SQUARE, spacing=(1.5, 0.5), unit="HU")
    box = show(explore.windowing(scan)).locator("canvas").bounding_box()
    assert box["height"] / box["width"] == pytest.approx(3, rel=0.02)
    wide = Scan(SQUARE, spacing=(0.5, 1.5), unit="HU")
    box = show(explore.windowing(wide), width=480).locator("canvas").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(3, rel=0.02)

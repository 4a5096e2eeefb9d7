"""The explanation explorer with no kernel: keys, pictures, and what it says until it is told."""

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.normal(size=(3, 20, 24, 1))
MASKS = IMAGES[..., 0] > 2
MAPS = {"gradient": abs(IMAGES[..., 0]), "signed": IMAGES[..., 0]}
RANDOM_MAPS = {name: heat[::-1] for name, heat in MAPS.items()}
EXPLORER = {"masks": MASKS, "random_maps": RANDOM_MAPS}


def made(**settings):
    explorer = explore.explanation(IMAGES, MAPS, lambda x: x.max(axis=(1, 2, 3)) - 2, **EXPLORER)
    for name, value in settings.items():
        setattr(explorer, name, value)
    return explorer


@pytest.mark.parametrize(
    ("keys", "changes"),
    [
        (["ArrowRight", "ArrowDown"], {"place": [4, 4]}),
        (["ArrowLeft"] * 5, {"place": [3, 0]}),
        (["Shift+ArrowDown"], {"place": [11, 3]}),
        (["End", "PageDown"], {"place": [12, 16]}),
        (["Home", "PageUp", "ArrowUp"], {"place": [0, 0]}),
        (["]", "]", "["], {"size": 9}),
        (["["] * 9, {"size": 2}),
        (["f"], {"fill": "mean"}),
        (["f"] * 4, {"fill": "local"}),
        (["2"], {"map_name": "signed"}),
        (["7"], {"map_name": "gradient"}),
    ],
)
def test_keys_change_the_settings(show, page, keys, changes):
    canvas = show(made(place=[3, 3])).locator("canvas[tabindex]")
    for key in keys:
        canvas.press(key)
    for name, value in changes.items():
        assert page.evaluate(f'model.get("{name}")') == value


def test_the_words_are_the_kernels_and_else_it_says_that_it_waits(show, page):
    python = made(place=[3, 3])
    explorer = show(python)
    readout = explorer.locator(".mt-readout")
    assert readout.inner_text() == python.seen["words"]
    explorer.locator("canvas[tabindex]").press("ArrowRight")
    expect(readout).to_contain_text("needs a running kernel")
    expect(explorer.locator("figcaption").first).to_contain_text("columns 4 to 11")
    python.place = [3, 4]
    page.evaluate("(seen) => model.set('seen', seen)", python.seen)
    assert readout.inner_text() == python.seen["words"]


def test_the_check_box_shows_the_maps_of_the_random_head(show, page):
    explorer = show(made())
    heat = explorer.locator(".mt-heat")
    before = heat.screenshot()
    explorer.get_by_label("maps of a random head").press("Space")
    expect(heat.locator("figcaption")).to_contain_text("gradient, random head")
    assert heat.screenshot() != before


def test_a_click_puts_the_middle_of_the_cover_there(show, page):
    explorer = show(made(size=4))
    box = explorer.locator("canvas[tabindex]").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 10.5 / 24, box["y"] + box["height"] * 8.5 / 20)
    assert page.evaluate('model.get("place")') == [6, 8]


def test_bars_stand_on_the_side_of_their_call(show, page):
    show(made())
    page.evaluate("""() => model.set("seen", {...model.get("seen"), whole: 3, covered: -3})""")
    places = page.evaluate("""() => ["whole", "covered"].map((name) =>
        Number(document.querySelector(`.mt-${name}`).getAttribute("x")))""")
    assert places[0] > places[1]


def test_a_score_of_many_digits_is_not_cut_off(show, page):
    show(explore.explanation(IMAGES, MAPS, lambda x: -1234.5 - x.max(axis=(1, 2, 3))), width=480)
    lefts = page.evaluate("""() => [".mt-explorer", ".mt-score text"].map((name) =>
        document.querySelector(name).getBoundingClientRect().left)""")
    assert lefts[1] >= lefts[0]

"""The attention explorer with no Jupyter around it: it computes what Python computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import datasets, explore
from medtutor.explore.attention import attention_words

SETTINGS = [
    {},
    {"knows": "position", "place": (0, 7)},
    {"knows": "both", "head": 2, "temperature": 3.2},
    {"head": 3, "scaled": False, "size": 512, "place": (5, 4), "index": 2},
    {"knows": "both", "head": 4, "scaled": False, "temperature": 10.0},
]
PLAIN = {
    "index": 0,
    "place": (3, 3),
    "knows": "brightness",
    "head": 1,
    "size": 32,
    "scaled": True,
    "temperature": 1.0,
}
COMPUTE = """async (settings) => {
  const { images, rows, columns } = model.get("stack");
  const greys = await explorer.unpack(images);
  const size = rows * columns;
  const one = greys.subarray(settings.index * size, (settings.index + 1) * size);
  const scene = explorer.attentionScene(one, { rows, columns }, settings);
  return { ...scene, words: explorer.attentionWords(scene, settings.place) };
}"""


@pytest.fixture(scope="module")
def brains():
    return datasets.load("brain_lesion", n_train=24).train.images[:4]


def explorer_of(brains, **settings):
    explorer = explore.attention(brains)
    for name, value in settings.items():
        setattr(explorer, name, value)
    return explorer


def test_the_page_computes_what_python_computes(show, page, brains):
    explorer = explorer_of(brains)
    show(explorer)
    for settings in SETTINGS:
        for name, value in (PLAIN | settings).items():
            setattr(explorer, name, value)
        expected = explorer.scene()
        found = page.evaluate(COMPUTE, PLAIN | settings)
        np.testing.assert_allclose(found["weights"], expected["weights"].ravel(), atol=1e-9)
        for name in ("brightness", "n_seen", "largest", "bits"):
            assert found[name] == pytest.approx(expected[name], abs=1e-9), name
        assert tuple(found["most"]) == expected["most"]
        assert found["words"] == attention_words(expected, explorer.place)


def test_every_control_works_by_keyboard(show, brains):
    explorer = show(explorer_of(brains, knows="both", scaled=False))
    controls = {
        "[role=application]": ["ArrowDown", "ArrowRight"],
        "input[type=range] >> nth=0": ["ArrowRight"],
        "input[type=range] >> nth=1": ["ArrowRight"] * 5,
        "select >> nth=0": ["ArrowUp"],
        "select >> nth=1": ["ArrowDown"],
        "select >> nth=2": ["ArrowDown"],
        "input[type=checkbox]": ["Space"],
    }
    for control, keys in controls.items():
        before, words = explorer.locator("figure").last.screenshot(), explorer.inner_text()
        for key in keys:
            explorer.locator(control).press(key)
        assert explorer.locator("figure").last.screenshot() != before, control
        assert explorer.inner_text() != words, control


def test_keys_stop_at_the_rim_and_numbers_choose_the_head(show, brains):
    explorer = show(explorer_of(brains))
    canvas = explorer.locator("[role=application]")
    for key in ("Home", "PageUp", "ArrowLeft", "ArrowUp"):
        canvas.press(key)
    expect(explorer.get_by_role("status")).to_contain_text("Patch row 0, column 0 ")
    canvas.press("End")
    expect(explorer.get_by_role("status")).to_contain_text("Patch row 0, column 7 ")
    canvas.press("4")
    expect(explorer.locator("select").nth(1)).to_have_value("4")


def test_python_moves_the_page(show, page, brains):
    explorer = show(explorer_of(brains))
    page.evaluate("model.set('temperature', 3.1623)")
    expect(explorer.get_by_role("slider", name="Temperature")).to_have_value("5")
    page.evaluate("model.set('scaled', false)")
    expect(explorer.get_by_label("divide by √d")).not_to_be_checked()


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, brains, width):
    show(explorer_of(brains, knows="both"), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())

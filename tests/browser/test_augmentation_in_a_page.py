"""The augmentation explorer with no Jupyter around it: it computes what Python computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import datasets, explore
from medtutor.explore.augmentation import scene as scenes
from medtutor.explore.augmentation.widget import CHANGES
from medtutor.explore.common.packed import unpacked

SETTINGS = [
    {},
    {"mirror": True},
    {"degrees": 25, "down": -7, "right": 3, "zoom": 130},
    {"degrees": -140, "upside_down": True, "zoom": 60, "bend": 7},
    {"bend": 10, "noise": 30, "brightness": -20},
    {"right": 32, "mirror": True, "index": 3},
]
COMPUTE = """async (settings) => {
  const stack = model.get("stack");
  const bytes = await explorer.bytesOfStack(stack);
  const shape = { rows: stack.rows, columns: stack.columns };
  const size = stack.rows * stack.columns;
  const slice = (name, n) => bytes[name].subarray(n * size, (n + 1) * size);
  const { index } = settings;
  const scene = explorer.augmentedScene(
    slice("images", index), slice("masks", index), bytes.noise, shape, settings);
  const directions = stack.patients.map((_, n) => explorer.directionOf(slice("images", n)));
  const own = stack.patients[index];
  const likest = explorer.likest(scene.image, directions, (n) => stack.patients[n] !== own);
  return { ...scene, image: [...scene.image], mask: [...scene.mask], ...likest };
}"""


@pytest.fixture(scope="module")
def brains():
    split = datasets.load("brain_lesion", n_train=24).train
    order = np.argsort(~split.masks.any(axis=(1, 2)), kind="stable")
    return split[order]


def explorer_of(brains, **settings):
    explorer = explore.augmentation(brains.images, brains.masks, brains.patients)
    for name, value in settings.items():
        setattr(explorer, name, value)
    return explorer


def readout(explorer):
    return explorer.locator(".mt-readout")


def test_the_page_computes_what_python_computes(show, page, brains):
    explorer = explorer_of(brains)
    images = unpacked(explorer.stack["images"])
    own = np.array(explorer.stack["patients"])
    show(explorer)
    for settings in SETTINGS:
        for name, plain in {"index": 0, **CHANGES}.items():
            setattr(explorer, name, settings.get(name, plain))
        expected = explorer.scene()
        found = page.evaluate(COMPUTE, {"index": 0, **CHANGES, **settings})
        np.testing.assert_allclose(found["image"], expected["image"].ravel(), atol=1e-6)
        np.testing.assert_array_equal(found["mask"], expected["mask"].ravel())
        for name in ("between", "share_lost", "side"):
            assert found[name] == pytest.approx(expected[name]), name
        likeness = scenes.likeness(expected["image"], images)
        likeness[own == own[explorer.index]] = -1
        assert found["place"] == likeness.argmax()
        assert found["likeness"] == pytest.approx(likeness.max())


def test_every_control_works_by_keyboard(show, brains):
    explorer = show(explorer_of(brains))
    names = ["Turn", "Shift down", "Shift right", "Zoom", "Bend", "Noise", "Brightness", "Slice"]
    for name in names:
        before, words = explorer.locator("figure").first.screenshot(), explorer.inner_text()
        slider = explorer.get_by_role("slider", name=name)
        slider.press("ArrowRight")
        slider.press("ArrowRight")
        assert explorer.locator("figure").first.screenshot() != before, name
        assert explorer.inner_text() != words, name
    explorer.get_by_role("button", name="Undo all changes").press("Enter")
    expect(explorer.get_by_role("slider", name="Zoom")).to_have_value("100")
    expect(readout(explorer)).to_contain_text("as before")


def test_the_words_say_what_becomes_of_the_label(show, brains):
    sides = [scenes.side_of(mask) for mask in brains.masks]
    explorer = show(explorer_of(brains, index=sides.index("right")))
    expect(readout(explorer)).to_contain_text("in the right half of the picture, as before")
    expect(readout(explorer)).to_contain_text("Nothing of it left the picture")
    explorer.get_by_label("Mirror, left to right").press("Space")
    expect(readout(explorer)).to_contain_text(
        "in the left half of the picture (before: in the right"
    )
    expect(readout(explorer)).to_contain_text("still 0 or 1")
    explorer.get_by_role("slider", name="Turn").press("ArrowRight")
    expect(readout(explorer)).to_contain_text("would be neither 0 nor 1")
    explorer.get_by_role("slider", name="Shift down").press("End")
    explorer.get_by_role("slider", name="Shift right").press("Home")
    expect(readout(explorer)).to_contain_text(
        re.compile("no longer there|% of it left the picture")
    )
    expect(readout(explorer)).to_contain_text("That is unusual: 95 of 100 unchanged slices")


def test_python_moves_the_page(show, page, brains):
    explorer = show(explorer_of(brains))
    page.evaluate("model.set('degrees', 45)")
    turn = explorer.get_by_role("slider", name="Turn")
    expect(turn).to_have_value("45")
    expect(turn).to_have_attribute("aria-valuetext", "+45°")
    page.evaluate("model.set('upside_down', true)")
    expect(explorer.get_by_label("Upside down")).to_be_checked()


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, brains, width):
    show(explorer_of(brains, degrees=-175, brightness=-45, bend=10), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())

"""The image-quality explorer with no Jupyter around it: it computes what Python computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import datasets, explore
from medtutor.explore.image_quality.widget import CHANGES

SETTINGS = [
    {},
    {"erase": 100},
    {"shift": 2, "blur": 0.7},
    {"blocks": 40, "gain": 120},
    {"erase": 35, "shift": 1, "blur": 2.3, "blocks": 15, "gain": 80, "noise": 7, "index": 2},
    {"noise": 30},
]
COMPUTE = """async (settings) => {
  const stack = model.get("stack");
  const bytes = await explorer.bytesOfStack(stack);
  const size = stack.rows * stack.columns;
  const part = (name) => bytes[name].subarray(settings.index * size, (settings.index + 1) * size);
  const slice = { image: part("images"), erased: part("erased"), mask: part("masks"),
    ring: part("rings"), noise: bytes.noise };
  const shape = { rows: stack.rows, columns: stack.columns };
  const scene = explorer.qualityScene(slice, shape, settings);
  const psnr = Number.isFinite(scene.psnr) ? scene.psnr : null;
  return { ...scene, psnr, image: [...scene.image], ssim_map: [...scene.ssim_map] };
}"""


@pytest.fixture(scope="module")
def brains():
    split = datasets.load("brain_lesion", n_train=24).train
    area = split.masks.sum(axis=(1, 2))
    return split[np.argsort(area, kind="stable")[-4:]]


def explorer_of(brains, **settings):
    explorer = explore.image_quality(brains.images, brains.masks)
    for name, value in settings.items():
        setattr(explorer, name, value)
    return explorer


def readout(explorer):
    return explorer.locator(".mt-readout")


def test_the_page_computes_what_python_computes(show, page, brains):
    explorer = explorer_of(brains)
    show(explorer)
    for settings in SETTINGS:
        for name, plain in {"index": 0, **CHANGES}.items():
            setattr(explorer, name, settings.get(name, plain))
        expected = explorer.scene()
        found = page.evaluate(COMPUTE, {"index": 0, **CHANGES, **settings})
        np.testing.assert_allclose(found["image"], expected["image"].ravel(), atol=1e-6)
        np.testing.assert_allclose(found["ssim_map"], expected["ssim_map"].ravel(), atol=1e-6)
        assert (found["psnr"] or np.inf) == pytest.approx(expected["psnr"])
        for name in ("ssim", "kept"):
            assert found[name] == pytest.approx(expected[name]), name


def test_every_control_works_by_keyboard(show, brains):
    explorer = show(explorer_of(brains))
    names = ["Shift right", "Blur", "Brightness", "JPEG blocks", "Noise"]
    for name in [*names, "Erase the lesion", "Slice"]:
        before, words = explorer.locator("figure").last.screenshot(), explorer.inner_text()
        slider = explorer.get_by_role("slider", name=name)
        for _ in range(5):  # a blur of 0.1 pixels changes nothing
            slider.press("ArrowRight")
        assert explorer.locator("figure").last.screenshot() != before, name
        assert explorer.inner_text() != words, name
    before = explorer.locator("figure").last.screenshot()
    explorer.get_by_label("Third picture").press("ArrowDown")
    assert explorer.locator("figure").last.screenshot() != before
    explorer.get_by_role("button", name="Undo all changes").press("Enter")
    expect(explorer.get_by_role("slider", name="Brightness")).to_have_value("100")
    expect(readout(explorer)).to_contain_text("infinite (nothing differs)")


def test_the_words_say_what_becomes_of_the_lesion(show, brains):
    explorer = show(explorer_of(brains))
    expect(readout(explorer)).to_contain_text("lesion contrast 100 % of the original")
    expect(readout(explorer)).to_contain_text("in plain sight")
    explorer.get_by_role("slider", name="Erase the lesion").press("End")
    expect(readout(explorer)).to_contain_text("The lesion is gone")


def test_python_moves_the_page(show, page, brains):
    explorer = show(explorer_of(brains))
    page.evaluate("model.set('blur', 1.2)")
    blur = explorer.get_by_role("slider", name="Blur")
    expect(blur).to_have_value("1.2")
    expect(blur).to_have_attribute("aria-valuetext", "1.2 px")


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, brains, width):
    show(explorer_of(brains, erase=35, noise=12, view="SSIM map"), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())

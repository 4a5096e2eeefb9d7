"""Every explorer with no Jupyter around it: seen, read and reached by everybody."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from standalone_page import THEMES, open_explorer

from medtutor import explore
from medtutor.explore.common.widget import source
from medtutor.explore.optimizers.race import RACERS

RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 2, 60)
SCORES = np.round(np.clip(RANDOM.normal(0.35 + 0.3 * LABELS, 0.2), 0, 1), 2)
SLICES = RANDOM.normal(size=(2, 64, 64))
SCAN = RANDOM.normal(size=(12, 40, 30))
BOXES = [[[20, 30, 24, 35], [40, 8, 43, 12]], []]
MARKS = [([[20, 30, 24, 34], [21, 31, 25, 35], [50, 50, 55, 53]], [0.9, 0.7, 0.6]), ([], [])]
ALL_STYLES = sorted(
    f"{path.parent.name}/{path.name}" for path in Path(explore.__file__).parent.glob("*/*.css")
)


def painting():
    explorer = explore.segmentation(SCAN, SCAN > 2, np.clip(SCAN, 0, 1))
    explorer.mode = "paint"
    return explorer


EXPLORERS = {
    "3x3": lambda: explore.convolution(),
    "1x1": lambda: explore.convolution("lung", kernel=[[2]]),
    "7x7": lambda: explore.convolution(kernel="gabor", padding="same"),
    "pooling": lambda: explore.pooling("brain", pool_size=8, strides=3, padding="same"),
    "threshold": lambda: explore.threshold(
        LABELS, SCORES, class_names=("normal, benign", "malignant")
    ),
    "anchors": lambda: explore.anchors(SLICES, BOXES, detections=MARKS, sizes=(3, 4.5, 6)),
    "suppression": lambda: explore.anchors(SLICES, BOXES, detections=MARKS, tab="suppression"),
    "screening": lambda: explore.screening(LABELS, SCORES, prevalence=0.005),
    "activations": lambda: explore.activations(n_layers=20),
    "optimizers": lambda: explore.optimizers("noisy_bowl", racers=RACERS, learning_rate=3),
    "losses": lambda: explore.losses(share=0.3, class_weights=(1, 50)),
    "cliff": lambda: explore.losses(axis="far logit", prediction=-100),
    "ensemble": lambda: explore.ensemble(LABELS, [SCORES, 1 - SCORES, SCORES], expert=SCORES),
    "explanation": lambda: explore.explanation(
        SLICES[..., None],
        {"integrated gradients": SLICES},
        lambda x: x.max(axis=(1, 2, 3)),
        masks=SLICES > 2,
        random_maps={"integrated gradients": -SLICES},
    ),
    "attention": lambda: explore.attention(SLICES[:, :8, :8]),
    "recurrence": lambda: explore.recurrence("noise", length=30, cell="gru", step=17),
    "exploding": lambda: explore.activations("linear", initializer="large", n_layers=20, z=-5),
    "windowing": lambda: explore.windowing(center=-1100, width=4200),
    "volume": lambda: explore.volume(RANDOM.normal(size=(8, 40, 30))),
    "scaling": lambda: explore.scaling(read_ms=8, machines=64, weights_millions=300),
    "privacy": lambda: explore.privacy(noise=0.3, batch=90_000, patients=100_000, steps=5000),
    "quantisation": lambda: explore.quantisation(
        SLICES.reshape(4, 4, 8, 64), SLICES[0, :, :, None].repeat(8, axis=2)
    ),
    "patches": lambda: explore.patches(SCAN, SCAN > 2.5, spacing=(5, 1, 1), size=8),
    "augmentation": lambda: explore.augmentation(SCAN, SCAN > 2),
    "image quality": lambda: explore.image_quality(SLICES, SLICES > 2),
    "normalisation": lambda: explore.normalisation(SLICES[0]),
    "segmentation": painting,
}
NARROW = 480


@pytest.fixture(scope="module", params=EXPLORERS.values(), ids=EXPLORERS)
def shown(request, tab):
    """One explorer after the other, opened in a narrow page that all its tests share."""
    tab.goto("about:blank")  # what an earlier one left at the window would live on
    return open_explorer(tab, request.param(), width=NARROW)


def resize(page, width):
    page.set_viewport_size({"width": width, "height": 1200})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")


@pytest.mark.parametrize("width", [NARROW, 700, 900])
def test_nothing_is_cut_off(shown, width):
    resize(shown.page, width)
    assert shown.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert shown.page.evaluate(CUT_OFF) == []


CUT_OFF = """() => [...document.querySelectorAll(
        ".mt-explorer :is(td, th, div, p, label, button, figcaption, select, input[type=number])")]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth)
    .map((element) => `${element.className || element.tagName}: ${element.textContent}`)"""


def test_every_control_has_a_name_and_its_focus_shows(shown):
    resize(shown.page, 900)
    controls = shown.locator("select, button:enabled, input:enabled, canvas[tabindex]")
    assert controls.count()
    for control in controls.filter(visible=True).all():
        shown.page.keyboard.press("Tab")
        expect(control).to_be_focused()
        expect(control).not_to_have_accessible_name("")
        style = "(element) => getComputedStyle(element).outlineStyle"
        assert control.evaluate(style) != "none"
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"


def test_pictures_have_alternative_text_and_the_read_out_is_announced(shown):
    expect(shown.locator(".mt-readout")).to_have_role("status")
    pictures = shown.locator("canvas, svg:not([aria-hidden])")
    assert pictures.count()
    for picture in pictures.filter(visible=True).all():
        expect(picture).not_to_have_accessible_name("")


@pytest.mark.parametrize("theme", THEMES)
def test_text_stands_out_from_what_is_behind_it(shown, theme):
    shown.page.locator("#theme").evaluate("(style, css) => style.textContent = css", THEMES[theme])
    assert shown.page.evaluate(LOWEST_CONTRAST) >= 4.5


LOWEST_CONTRAST = """() => {
      const levels = (css) => css.match(/[\\d.]+/g).map(Number);
      const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const behind = (element) => {
        for (let e = element; e; e = e.parentElement) {
          const level = levels(getComputedStyle(e).backgroundColor);
          if (level.length === 3 || level[3] > 0.9) return level;
        }
        return [255, 255, 255];
      };
      const contrast = (element) => {
        const style = getComputedStyle(element);
        const ink = element instanceof SVGElement ? style.fill : style.color;
        const [a, b] = [light(levels(ink)), light(behind(element))].sort((p, q) => q - p);
        return (a + 0.05) / (b + 0.05);
      };
      const hasText = (element) =>
        [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      const texts = [...document.querySelectorAll(".mt-explorer *")]
        .filter((element) => hasText(element) && !element.disabled);
      return Math.min(...texts.map(contrast));
    }"""


def test_other_explorers_in_the_notebook_change_nothing(shown):
    """Styles hold for the whole page, and each explorer brings the shared ones again."""
    resize(shown.page, 700)
    places = """() => [...document.querySelectorAll(".mt-explorer *")].map(
        (element) => [element.outerHTML.slice(0, 60), element.getBoundingClientRect().toJSON()])"""
    before = shown.page.evaluate(places)
    shown.page.add_style_tag(content=source(*ALL_STYLES, "common/style.css"))
    assert shown.page.evaluate(places) == before


def test_closing_a_view_leaves_no_listener(shown):
    assert shown.page.evaluate("() => { close_view(); return model.listeners.length; }") == 0

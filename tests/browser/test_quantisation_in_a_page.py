"""The quantisation explorer with no Jupyter around it: it computes what Python computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore

RANDOM = np.random.default_rng(0)
KERNEL = RANDOM.normal(0, [0.1, 0.5, 0.02, 0.3], (3, 2, 5, 4))
IMAGE = RANDOM.normal(size=(24, 30, 5))
COMPUTE = """async (cases) => {
  const layer = await explorer.unpackedLayer(model.get("layer"));
  return cases.map((settings) => {
    const scene = explorer.quantisationScene(layer, settings);
    const [exact, rounded] = [scene.exact, scene.rounded].map(({ values }) => [...values]);
    const snr_db = Number.isFinite(scene.snr_db) ? scene.snr_db : null;
    return { ...scene, exact, rounded, snr_db };
  });
}"""


def explorer_of(**settings):
    explorer = explore.quantisation(KERNEL, IMAGE)
    for name, value in settings.items():
        setattr(explorer, name, value)
    return explorer


def random_case():
    return {
        "filter": int(RANDOM.integers(4)),
        "bits": int(RANDOM.integers(2, 9)),
        "per_filter": bool(RANDOM.integers(2)),
        "symmetric": bool(RANDOM.integers(2)),
        "clip": float(RANDOM.choice([90, 95.5, 99, 100])),
    }


def test_the_page_computes_what_python_computes(show, page):
    explorer = explorer_of()
    show(explorer)
    cases = [random_case() for _ in range(200)]
    for settings, found in zip(cases, page.evaluate(COMPUTE, cases), strict=True):
        for name, value in settings.items():
            setattr(explorer, name, value)
        expected = explorer.scene()
        for name in ("exact", "rounded"):
            np.testing.assert_allclose(found[name], expected[name].ravel(), atol=1e-9)
        np.testing.assert_allclose(found["levels"], expected["levels"], atol=1e-12)
        assert found["counts"] == expected["counts"]
        for name in ("scale", "zero_point", "used", "largest", "mean", "clipped"):
            assert found[name] == pytest.approx(expected[name]), (name, settings)
        snr = np.inf if found["snr_db"] is None else found["snr_db"]
        assert snr == pytest.approx(expected["snr_db"])


def test_every_control_works_by_keyboard(show):
    explorer = show(explorer_of(bits=5))
    for name in ("Bits", "Filter", "Range ends at percentile"):
        before, words = explorer.locator("figure").last.screenshot(), explorer.inner_text()
        explorer.get_by_role("slider", name=name).press(
            "ArrowLeft" if name != "Filter" else "ArrowRight"
        )
        assert explorer.inner_text() != words, name
        assert explorer.locator("figure").last.screenshot() != before, name
    for name in ("One scale", "Levels"):
        words = explorer.locator(".mt-readout").inner_text()
        explorer.get_by_role("combobox", name=name).press("ArrowDown")
        expect(explorer.locator(".mt-readout")).not_to_have_text(words)


def test_the_words_say_what_is_seen(show):
    explorer = show(explorer_of(bits=2, symmetric=False))
    expect(explorer.locator(".mt-readout")).to_contain_text("of 4 levels")
    expect(explorer.locator(".mt-readout")).to_contain_text("clipped; signal to error")


def test_python_moves_the_page(show, page):
    explorer = show(explorer_of())
    page.evaluate("model.set('bits', 3)")
    bits = explorer.get_by_role("slider", name="Bits")
    expect(bits).to_have_value("3")
    expect(bits).to_have_attribute("aria-valuetext", "3")
    page.evaluate("model.set('symmetric', false)")
    expect(explorer.get_by_role("combobox", name="Levels")).to_have_value("no")


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, width):
    show(explorer_of(bits=4, per_filter=False, clip=95.0), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())


@pytest.mark.parametrize("bits", [2, 8])
def test_the_bars_show_between_the_levels(show, page, bits):
    show(explorer_of(bits=bits, filter=2))  # weights in a small part of the layer's range
    lines = page.evaluate("""() => [...document.querySelectorAll(".mt-level")].map((line) =>
        [Number(line.getAttribute("x1")), parseFloat(getComputedStyle(line).strokeWidth)])""")
    places, widths = np.transpose(lines)
    assert len(places) == 2**bits - 1
    assert 0 < widths.max() <= 1.2
    assert widths.max() < np.diff(places).min() / 2

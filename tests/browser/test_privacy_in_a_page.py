"""The privacy explorer with no Jupyter around it: it counts and says what Python does."""

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.privacy import privacy_scene, privacy_words

NAMES = ("noise", "batch", "patients", "steps")
SETTINGS = [(1.0, 256, 3000, 200), (0.3, 50, 50, 5000), (20.0, 1, 100_000, 1), (1.7, 30, 180, 42)]


def slider_of(explorer, label):
    return explorer.get_by_role("slider", name=label)


@pytest.mark.parametrize("case", SETTINGS)
def test_the_page_counts_and_speaks_as_python_does(show, page, case):
    explorer = show(explore.privacy(**dict(zip(NAMES, case, strict=True))))
    expected = privacy_scene(*case)
    found = page.evaluate(
        "(names) => explorer.sceneOf(Object.fromEntries(names.map((n) => [n, model.get(n)])))",
        NAMES,
    )
    assert set(found) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-6, atol=1e-6)
    assert explorer.locator(".mt-readout").inner_text() == privacy_words(expected)


def test_an_arrow_always_moves_and_shift_takes_ten_steps(show, page):
    explorer = show(explore.privacy(batch=3, patients=100, steps=5))
    for label, name in (("Batch", "batch"), ("Steps", "steps"), ("Patients", "patients")):
        before = page.evaluate(f'model.get("{name}")')
        slider_of(explorer, label).press("ArrowRight")
        one = page.evaluate(f'model.get("{name}")')
        slider_of(explorer, label).press("Shift+ArrowRight")
        assert before < one < page.evaluate(f'model.get("{name}")')
    noise = slider_of(explorer, "Noise σ")
    noise.press("ArrowLeft")
    assert 0.9 < page.evaluate('model.get("noise")') < 1
    noise.press("Home")
    expect(noise).to_have_attribute("aria-valuetext", "0.3")


def test_a_batch_is_never_more_than_all_patients(show, page):
    explorer = show(explore.privacy(batch=2000, patients=3000))
    slider_of(explorer, "Patients").press("Home")
    assert page.evaluate('[model.get("patients"), model.get("batch")]') == [50, 50]
    expect(explorer.locator(".mt-readout")).to_contain_text("batch 50 of 50")
    slider_of(explorer, "Batch").press("End")
    assert page.evaluate('model.get("batch")') == 50


def test_each_slider_reaches_its_ends(show, page):
    explorer = show(explore.privacy(batch=1))
    ends = {"Noise σ": (0.3, 20), "Steps": (1, 5000), "Patients": (50, 100_000)}
    for label, (low, high) in ends.items():
        name = label.split()[0].lower()
        for key, end in (("Home", low), ("End", high)):
            slider_of(explorer, label).press(key)
            assert page.evaluate(f'model.get("{name}")') == pytest.approx(end)

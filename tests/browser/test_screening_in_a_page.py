"""The screening explorer with no Jupyter around it: it counts and says what Python does."""

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.screening import screening_scene, screening_words

RANDOM = np.random.default_rng(0)
TRUTH = RANDOM.integers(0, 2, 83)
PROB = np.clip(RANDOM.normal(0.35 + 0.3 * TRUTH, 0.25), 0, 1)
SETTINGS = [(0.08, 0.5, 1.0), (0.005, 0.01, 4.0), (0.5, 0.99, 0.25), (0.031, 0.37, 1.9)]


@pytest.mark.parametrize("case", SETTINGS)
def test_the_page_counts_and_speaks_as_python_does(show, page, case):
    explorer = show(explore.screening(TRUTH, PROB))
    for name, value in zip(("prevalence", "threshold", "temperature"), case, strict=True):
        page.evaluate("([name, value]) => model.set(name, value)", [name, value])
    expected = screening_scene(TRUTH, PROB, *case)
    found = page.evaluate("""() => explorer.sceneOf(model.get("labels"), model.get("logits"),
        {prevalence: model.get("prevalence"), threshold: model.get("threshold"),
         temperature: model.get("temperature")})""")
    assert set(found) == set(expected)
    for name, value in expected.items():
        if value is None or found[name] is None:
            assert found[name] is value
        else:
            np.testing.assert_allclose(found[name], value, atol=1e-5)
    assert explorer.locator(".mt-readout").inner_text() == screening_words(expected)


def test_a_thousand_people_are_drawn(show, page):
    show(explore.screening(TRUTH, PROB, prevalence=0.1, threshold=0.4))
    drawn = page.evaluate("""() => Object.fromEntries(["found", "missed", "alarms", "cleared"]
        .map((kind) => [kind, document.querySelector(`.mt-people > svg .mt-${kind}`)
        .getAttribute("d").split("M").length - 1]))""")
    expected = screening_scene(TRUTH, PROB, 0.1, 0.4)
    assert drawn == {kind: expected[kind] for kind in drawn}
    assert sum(drawn.values()) == 1000


def test_shift_takes_ten_steps(show, page):
    explorer = show(explore.screening(TRUTH, PROB, threshold=0.5))
    threshold = explorer.get_by_label("Threshold")
    threshold.press("ArrowRight")
    assert page.evaluate('model.get("threshold")') == pytest.approx(0.51)
    threshold.press("Shift+ArrowLeft")
    assert page.evaluate('model.get("threshold")') == pytest.approx(0.41)
    expect(threshold).to_have_attribute("aria-valuetext", "0.41")


def test_each_slider_reaches_its_ends(show, page):
    explorer = show(explore.screening(TRUTH, PROB))
    ends = {"Prevalence": (0.005, 0.5), "Threshold": (0.01, 0.99), "Temperature": (0.25, 4)}
    for label, (low, high) in ends.items():
        for key, end in (("Home", low), ("End", high)):
            explorer.get_by_label(label).press(key)
            reached = page.evaluate(f'model.get("{label.lower()}")')
            assert reached == pytest.approx(end, abs=1e-9)

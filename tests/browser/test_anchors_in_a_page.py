"""The anchors explorer with no Jupyter around it: it counts, labels and says what Python does."""

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore

RANDOM = np.random.default_rng(0)
SLICES = RANDOM.integers(0, 255, (3, 64, 48))
TRUTHS = [[[20, 30, 24, 34], [40, 8, 43, 12]], [], [[0, 0, 9, 5], [2, 1, 12, 8], [50, 40, 57, 48]]]


def crowd(n):
    first = RANDOM.choice([3, 20, 40], (n, 2)) + RANDOM.integers(-4, 5, (n, 2)) / 2
    return np.concatenate([first, first + RANDOM.integers(3, 10, (n, 2))], axis=1)


MARKS = [(crowd(n), RANDOM.integers(0, 11, n) / 10) for n in (40, 5, 60)]
ANCHOR_CASES = [
    {"stride": 2, "sizes": [4.0]},
    {"stride": 8, "sizes": [8.0, 16.0], "place": [9, 3]},
    {"stride": 1, "sizes": [3.0, 4.5, 6.0], "three_ratios": True, "place": [22, 32]},
    {"stride": 4, "sizes": [5.0, 10.0], "positive": 0.3, "negative": 0.1, "index": 2},
    {"stride": 4, "sizes": [5.0], "positive": 0.2, "negative": 0.6, "index": 2, "place": [1, 1]},
    {"stride": 2, "sizes": [4.0], "index": 1},
]
SUPPRESSION_CASES = [
    {"index": index, "score_threshold": score, "nms_threshold": nms}
    for index, score, nms in [(0, 0.5, 0.3), (2, 0.0, 0.7), (1, 0.25, 0.0), (2, 1.0, 1.0)]
]


def compare(found, expected):
    """Compare what the page computed with what Python did, number by number."""
    if isinstance(expected, dict):
        assert set(found) == set(expected)
        for name in expected:
            compare(found[name], expected[name])
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected)
        for mine, theirs in zip(found, expected, strict=True):
            compare(mine, theirs)
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, abs=1e-9)
    else:
        assert found == expected


def moved(page, widget, changes):
    for name, value in changes.items():
        page.evaluate("([name, value]) => model.set(name, value)", [name, value])
        setattr(widget, name, value)


@pytest.mark.parametrize("case", ANCHOR_CASES)
def test_the_page_labels_anchors_as_python_does(show, page, case):
    widget = explore.anchors(SLICES, TRUTHS, sizes=(3, 4.5, 6))
    explorer = show(widget)
    moved(page, widget, case)
    found = page.evaluate("""() => explorer.anchorsScene(model.get("stack"),
        model.get("stack").boxes[model.get("index")], {
          stride: model.get("stride"), sizes: model.get("sizes"), place: model.get("place"),
          ratios: model.get("three_ratios") ? [0.5, 1, 2] : [1],
          positive: model.get("positive"),
          negative: Math.min(model.get("negative"), model.get("positive")),
        })""")
    compare(found, widget.scene())
    assert explorer.locator(".mt-readout").inner_text() in widget.describe()


@pytest.mark.parametrize("case", SUPPRESSION_CASES)
def test_the_page_suppresses_and_counts_as_python_does(show, page, case):
    widget = explore.anchors(SLICES, TRUTHS, detections=MARKS, tab="suppression")
    explorer = show(widget)
    moved(page, widget, case)
    found = page.evaluate("""() => explorer.suppressionScene(model.get("stack").detections,
        model.get("stack").boxes, {
          index: model.get("index"), score_threshold: model.get("score_threshold"),
          nms_threshold: model.get("nms_threshold"),
        })""")
    compare(found, widget.scene())
    assert explorer.locator(".mt-readout").inner_text() in widget.describe()


def test_the_cursor_goes_from_place_to_place_and_stays_on_the_slice(show, page):
    explorer = show(explore.anchors(SLICES, TRUTHS, stride=4))
    canvas = explorer.locator("canvas[tabindex]")
    for key, place in [
        ("ArrowRight", [20, 36]),
        ("ArrowDown", [24, 36]),
        ("End", [24, 47]),
        ("ArrowRight", [24, 47]),
        ("Home", [24, 0]),
        ("PageDown", [63, 0]),
        ("ArrowDown", [63, 0]),
        ("ArrowUp", [56, 0]),
    ]:
        canvas.press(key)
        assert page.evaluate('model.get("place")') == place
    box = canvas.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 12.5 / 48, box["y"] + box["height"] * 30.5 / 64)
    assert page.evaluate('model.get("place")') == [30, 12]


def test_tabs_are_changed_by_arrows_and_show_their_own_controls(show, page):
    explorer = show(explore.anchors(SLICES, TRUTHS, detections=MARKS))
    first, second = (explorer.get_by_role("tab", name=n) for n in ("Anchors", "Suppression"))
    expect(first).to_have_attribute("aria-selected", "true")
    expect(explorer.get_by_label("NMS threshold")).to_have_count(0)
    first.press("ArrowRight")
    expect(second).to_be_focused()
    expect(second).to_have_attribute("aria-selected", "true")
    expect(explorer.get_by_label("Stride")).to_have_count(0)
    words = explorer.locator(".mt-readout")
    expect(words).to_contain_text("On this slice: ")
    expect(explorer.locator("canvas[tabindex]")).to_have_count(0)
    explorer.get_by_label("Score from").press("End")
    expect(explorer.get_by_label("Score from")).to_have_attribute("aria-valuetext", "1.00")


def test_without_detections_there_is_one_tab_alone(show):
    explorer = show(explore.anchors(SLICES, TRUTHS))
    expect(explorer.get_by_role("tab")).to_have_count(0)


def test_sizes_are_added_changed_and_taken_away(show, page):
    explorer = show(explore.anchors(SLICES, TRUTHS))
    sizes = [explorer.get_by_label(f"Size {n}") for n in (1, 2, 3)]
    sizes[2].select_option("8")
    expect(sizes[1]).to_have_value("8")
    sizes[2].select_option("16")
    assert page.evaluate('model.get("sizes")') == [4, 8, 16]
    expect(explorer.locator(".mt-readout")).to_contain_text("2,304 anchors")
    sizes[1].select_option("none")
    assert page.evaluate('model.get("sizes")') == [4, 16]
    expect(sizes[2]).to_have_value("none")


def test_the_thresholds_take_each_other_along(show, page):
    explorer = show(explore.anchors(SLICES, TRUTHS))
    for _ in range(5):
        explorer.get_by_label("Positive from IoU").press("ArrowLeft")
    assert page.evaluate('[model.get("positive"), model.get("negative")]') == [0.25, 0.25]
    explorer.get_by_label("Negative below IoU").press("End")
    assert page.evaluate('[model.get("positive"), model.get("negative")]') == [0.95, 0.95]

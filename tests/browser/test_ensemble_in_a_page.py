"""The ensemble explorer in a page: its arithmetic against the Python one, its keys and words."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.ensemble.scene import ensemble_scene

RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 2, 40)
# Rounded, so that there are ties, and with some that are quite sure.
MEMBERS = np.round(np.clip(RANDOM.normal(0.3 + 0.4 * LABELS, 0.3, (3, 40)), 0, 1), 1)
EXPERT = np.round(np.clip(RANDOM.normal(0.4 + 0.3 * LABELS, 0.2), 0, 1), 2)
SETTINGS = list(
    itertools.product(
        itertools.product((True, False), repeat=3), ("mean", "logit", "vote"), (0, 35)
    )
)


@pytest.fixture
def explorer(show):
    return show(explore.ensemble(LABELS, MEMBERS, expert=EXPERT))


def test_the_page_computes_what_python_does(explorer, page):
    for members, method, percent in SETTINGS:
        found = page.evaluate(
            """([members, method, percent]) => explorer.sceneOf(
                 model.get("labels"), model.get("probabilities"),
                 { members, method, percent, expert: model.get("expert") })""",
            [list(members), method, percent],
        )
        right = ensemble_scene(
            LABELS, MEMBERS, members=members, method=method, expert=EXPERT, expert_percent=percent
        )
        if right is None:
            assert found is None
            continue
        for name, value in right.items():
            if name == "roc":
                # Where scores differ by rounding alone, the curve may have a point more.
                continue
            assert found[name] == (
                None if value is None else pytest.approx(np.array(value), abs=1e-9)
            ), (members, method, percent, name)


def test_keys_boxes_and_slider_are_one(explorer, page):
    words = explorer.get_by_role("status")
    expect(words).to_contain_text("3 members: AUC")
    expect(words).to_contain_text("Both member 1 and member 2 are wrong in")
    first = explorer.get_by_role("checkbox", name="member 1")
    first.press("2")
    expect(explorer.get_by_role("checkbox", name="member 2")).not_to_be_checked()
    expect(words).to_contain_text("2 members: AUC")
    first.press("Space")
    expect(words).to_contain_text("1 member: AUC")
    expect(words).to_contain_text("Cost: 1 prediction by a network")
    slider = explorer.get_by_role("slider")
    slider.press("ArrowRight")
    expect(words).to_contain_text("1 member and the expert (weight 5 %)")
    expect(explorer.get_by_role("row", name="expert")).to_be_visible()
    slider.press("3")
    expect(words).to_contain_text("The expert alone: AUC")
    slider.press("Home")
    expect(words).to_contain_text("Nobody is asked")
    assert page.evaluate("model.get('members')") == [False] * 3


def test_marks_are_the_cases(explorer):
    pair = explorer.locator("svg").nth(1)
    expect(pair.locator("circle")).to_have_count(int(LABELS.sum()))
    expect(pair.locator("path")).to_have_count(int((1 - LABELS).sum()))
    explorer.get_by_role("checkbox", name="member 1").press("1")
    explorer.get_by_role("checkbox", name="member 1").press("2")
    expect(pair).to_contain_text("needs two voices")


def test_without_an_expert_there_is_no_slider(show):
    explorer = show(explore.ensemble(LABELS, MEMBERS[:1]))
    expect(explorer.get_by_role("slider")).to_have_count(0)
    expect(explorer.get_by_role("status")).to_contain_text("1 member: AUC")

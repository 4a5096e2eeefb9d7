"""The optimizers explorer with no Jupyter around it: the same race as in Python, and its words."""

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.optimizers.landscapes import LANDSCAPES
from medtutor.explore.optimizers.race import (
    RACERS,
    best_rate,
    noise_for,
    race,
    steps_to_arrive,
)

RUN = """([landscape, racer, rate, start]) => {
  const find = (list, name) => model.get(list).find((one) => one.name === name);
  const [place, limits] = [find("landscapes", landscape), model.get("limits")];
  const path = explorer.race(place, find("offered", racer), rate, start ?? place.start,
                             model.get("noise"), limits.lost);
  return { path, arrival: explorer.stepsToArrive(place, path, limits.arrived),
           loss: explorer.lossAt(place, path[1]), distance: explorer.distanceTo(place, path[1]) };
}"""
BEST = """([landscape, racer]) => {
  const find = (list, name) => model.get(list).find((one) => one.name === name);
  const place = find("landscapes", landscape);
  return explorer.bestRate(place, find("offered", racer), model.get("rates"), place.start,
                           model.get("noise"), model.get("limits"));
}"""


@pytest.mark.parametrize("racer", RACERS)
def test_the_page_takes_the_steps_of_scratch(show, page, racer):
    show(explore.optimizers())
    for landscape in LANDSCAPES.values():
        for rate in (1e-3, 0.05, 0.7, 10.0):
            for start in (None, (0.3, -1.2)):
                found = page.evaluate(RUN, [landscape.name, racer, rate, start])
                path = race(landscape, racer, rate, start=start)
                assert np.shape(found["path"]) == path.shape
                np.testing.assert_allclose(found["path"], path, rtol=1e-7, atol=1e-9)
                assert found["arrival"] == steps_to_arrive(landscape, path)
                assert found["loss"] == pytest.approx(landscape.loss(path[1]))
                assert found["distance"] == pytest.approx(landscape.distance(path[1]))


@pytest.mark.parametrize("landscape", ["ravine", "noisy_bowl"])
def test_the_page_finds_the_same_best_rates(show, page, landscape):
    show(explore.optimizers())
    for racer in ("sgd", "averaged", "adam"):
        rate = page.evaluate(BEST, [landscape, racer])
        assert rate == pytest.approx(best_rate(LANDSCAPES[landscape], racer))


def cells(explorer):
    return [row.inner_text().split("\t") for row in explorer.locator("tbody tr").all()]


def test_the_table_says_who_is_where(show):
    explorer = show(explore.optimizers("ravine", racers=["sgd", "adam"], learning_rate=0.05))
    table = {name.split()[-1]: rest for name, *rest in cells(explorer)}
    for racer in ("sgd", "adam"):
        path = race(LANDSCAPES["ravine"], racer, 0.05)
        rate, _, arrival = table[RACERS[racer].title]
        assert rate == "0.05"
        assert arrival == str(steps_to_arrive(LANDSCAPES["ravine"], path))
    explorer.get_by_role("button", name="To the start").click()
    start = LANDSCAPES["ravine"].distance(np.array(LANDSCAPES["ravine"].start))
    assert [row[2:] for row in cells(explorer)] == [[f"{start:.2g}", "not yet"]] * 2
    expect(explorer.get_by_role("button", name="To the start")).to_be_disabled()
    explorer.get_by_role("button", name="One step").click()
    expect(explorer.locator(".mt-readout")).to_contain_text("Step 1 of 200 on the ravine")
    explorer.get_by_role("button", name="All steps").click()
    expect(explorer.get_by_role("button", name="One step")).to_be_disabled()


def test_who_diverges_is_called_lost(show):
    explorer = show(explore.optimizers(racers=["sgd", "adagrad"], learning_rate=10))
    lost = len(race(LANDSCAPES["ravine"], "sgd", 10.0)) - 1
    expect(explorer.locator(".mt-readout")).to_contain_text("Lost: SGD.")
    expect(explorer.locator("tbody")).to_contain_text(f"lost at step {lost}")


def test_nobody_may_race(show):
    explorer = show(explore.optimizers(racers=["sgd"]))
    explorer.get_by_role("checkbox", name="SGD", exact=True).uncheck()
    expect(explorer.locator(".mt-readout")).to_contain_text("Nobody races: choose an optimizer.")
    explorer.get_by_role("checkbox", name="Nadam").check()
    expect(explorer.locator(".mt-readout")).to_contain_text("Nearest: Nadam")


def test_best_rates_are_shown_and_the_slider_ends_them(show):
    explorer = show(explore.optimizers(racers=["sgd", "adam"]))
    tuned = explorer.get_by_role("checkbox", name="Its own best rate for each")
    tuned.check()
    expect(explorer.locator(".mt-readout")).to_contain_text("each at its best rate")
    rates = {row[1] for row in cells(explorer)}
    expected = (best_rate(LANDSCAPES["ravine"], racer) for racer in ("sgd", "adam"))
    assert rates == {f"{rate:.2g}" for rate in expected}
    explorer.get_by_label("Learning rate", exact=True).press("ArrowRight")
    expect(tuned).not_to_be_checked()


def test_rates_can_be_typed(show):
    explorer = show(explore.optimizers(racers=["sgd"]))
    field = explorer.get_by_label("Learning rate as a number")
    field.fill("0.002")
    expect(explorer.locator(".mt-readout")).to_contain_text("learning rate 0.002.")
    for wrong in ("", "0", "11"):
        field.fill(wrong)
        expect(field).to_have_attribute("aria-invalid", "true")
    field.blur()
    expect(field).to_have_value("0.002")
    expect(field).to_have_attribute("aria-invalid", "false")


def test_the_start_moves_by_key_and_by_mouse_and_stays_on_the_map(show, page):
    explorer = show(explore.optimizers())
    picture, caption = explorer.locator("canvas[tabindex]"), explorer.locator("figcaption").first
    picture.press("ArrowRight")
    picture.press("ArrowUp")
    expect(caption).to_contain_text("start at x −1.75, y 0.95")
    for _ in range(30):
        picture.press("ArrowUp")
    expect(caption).to_contain_text("y 1.5")
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    x, y = page.evaluate("model.get('start')")
    assert (x, y) == pytest.approx((0, 0), abs=0.02)
    explorer.get_by_label("Landscape").select_option("saddle")
    expect(caption).to_contain_text("(saddle); start at x −1.8, y 0.001")
    picture.press("ArrowDown")
    picture.press("ArrowUp")
    assert page.evaluate("model.get('start')") == [-1.8, 0]


def test_noise_of_the_page_is_that_of_python(show, page):
    show(explore.optimizers(seed=5))
    assert page.evaluate("model.get('noise')") == noise_for(5).tolist()

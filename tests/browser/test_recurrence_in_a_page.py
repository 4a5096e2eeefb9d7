"""The recurrence explorer's own arithmetic, in a page, against the course's layers in NumPy."""

import itertools

import numpy as np
import pytest
from biased_cells import with_biases
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.recurrence.cells import GATES, draw_weights, follow
from medtutor.explore.recurrence.widget import PRESETS

SIGNALS = [*PRESETS.values(), [2.0, -2.0], [0.0] * 7, [0.3, -1.7, 2.0, 0.1, -0.6]]


@pytest.fixture
def show(show):
    def show_it(*signal, biased=False, **options):
        widget = explore.recurrence(*signal, **options)
        if biased:
            widget.weights = with_biases(widget.weights)
        return show(widget)

    return show_it


@pytest.mark.parametrize("cell", GATES)
def test_gates_states_and_gradient_are_those_of_scratch(show, page, cell):
    show()
    for seed, bias, signal in itertools.product([0, 1, 2910], [-4.0, 1.0, 8.0], SIGNALS):
        weights = with_biases(draw_weights(seed))
        expected = follow(cell, signal, weights, bias)
        found = page.evaluate(
            """([cell, signal, weights, bias]) =>
                 explorer.follow(cell, signal, explorer.weightsOf(cell, weights, bias))""",
            [cell, signal, weights, bias],
        )
        gradient = expected.pop("gradient")
        # Where a unit is saturated, little is left of 1 - tanh²: its error is absolute.
        np.testing.assert_allclose(found["gradient"], gradient, rtol=1e-9, atol=1e-15)
        for name, values in expected.items():
            in_page = [step[name] for step in found["steps"]]
            np.testing.assert_allclose(in_page, values, rtol=1e-12, atol=1e-15)


# What the learner does ------------------------------------------------------------------


def state(page, name):
    return page.evaluate("(name) => model.get(name)", name)


def number_in_table(explorer, row):
    text = explorer.get_by_role("row", name=row).locator("td").last.inner_text()
    return float(text.replace("−", "-"))


def test_keys_choose_a_step_and_change_its_value(show, page):
    explorer = show([0, 0, 0])
    explorer.locator("svg[role=application]").focus()
    for key in ["ArrowRight", "ArrowUp", "ArrowUp", "PageUp", "ArrowDown"]:
        page.keyboard.press(key)
    assert (state(page, "signal"), state(page, "step")) == ([0, 0.6, 0], 2)
    page.keyboard.press("End")
    for _ in range(5):
        page.keyboard.press("PageDown")
    assert (state(page, "signal"), state(page, "step")) == ([0, 0.6, -2], 3)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Home")
    assert state(page, "step") == 1
    expect(explorer.get_by_label("Signal as numbers")).to_have_value("0 0.6 -2")
    expect(explorer.get_by_role("combobox", name="Signal")).to_have_value("own")


def test_a_pointer_draws_a_signal_in_one_stroke(show, page):
    explorer = show("pulse", length=5)
    box = explorer.locator("svg[role=application]").bounding_box()
    place = lambda t: box["x"] + box["width"] * (52 + (368 - 52) * t / 4) / 430  # noqa: E731
    top, middle = box["y"] + box["height"] * 10 / 196, box["y"] + box["height"] * 84 / 196
    page.mouse.move(place(1), top)
    page.mouse.down()
    page.mouse.move(place(2), top)
    page.mouse.move(place(3), middle)
    page.mouse.up()
    page.mouse.move(place(4), top)
    assert (state(page, "signal"), state(page, "step")) == ([1, 2, 2, 0, 0], 4)


def test_a_typed_signal_is_read_and_a_bad_one_refused(show, page):
    explorer = show()
    text, alert = explorer.get_by_label("Signal as numbers"), explorer.get_by_role("alert")
    text.fill("0.5, −1 2")
    assert state(page, "signal") == [0.5, -1, 2]
    for bad, message in [
        ("1 x", "“x” is not a number from −2 to 2."),
        ("1 3", "“3” is not a number"),
        ("1", "Give 2 to 30 numbers; these are 1."),
    ]:
        text.fill(bad)
        expect(text).to_have_attribute("aria-invalid", "true")
        expect(alert).to_have_text(alert.inner_text())
        assert message in alert.inner_text()
    assert state(page, "signal") == [0.5, -1, 2]
    text.blur()
    expect(text).to_have_value("0.5 -1 2")
    expect(text).to_have_attribute("aria-invalid", "false")


def test_length_goes_on_as_the_signal_began(show, page):
    explorer = show("alternation", length=4, step=4)
    length = explorer.get_by_label("Length")
    length.fill("6")
    assert state(page, "signal") == [1, -1, 1, -1, 1, -1]
    length.fill("3")
    assert (state(page, "signal"), state(page, "step")) == ([1, -1, 1], 3)
    explorer.get_by_label("Signal as numbers").fill("2 2")
    length.fill("4")
    assert state(page, "signal") == [2, 2, 0, 0]
    explorer.get_by_role("combobox", name="Signal").select_option("pulse")
    assert state(page, "signal") == [1, 0, 0, 0]


def test_stepping_shows_the_arithmetic_of_each_step(show):
    explorer = show("pulse", length=3)
    expected = follow("lstm", [1, 0, 0], draw_weights(2910), 1.0)
    for t in range(3):
        words = explorer.locator(".mt-readout")
        expect(words).to_contain_text(f"LSTM, step {t + 1} of 3, x = {int(t == 0)}.")
        for row, name in [("forget gate f", "f"), ("cell state c", "c"), ("hidden state", "h")]:
            assert number_in_table(explorer, row) == pytest.approx(expected[name][t], rel=5e-3)
        if t < 2:
            explorer.get_by_role("button", name="Step ›").click()
    expect(explorer.get_by_role("button", name="Step ›")).to_be_disabled()
    explorer.get_by_role("button", name="‹ Step").click()
    expect(explorer.locator(".mt-readout")).to_contain_text("step 2 of 3")


def test_the_arithmetic_that_is_written_down_gives_the_value(show, page):
    for cell in GATES:
        explorer = show([1, -0.6, 0.4], cell=cell, step=3, biased=True)
        for row in explorer.locator("tbody tr").all():
            formula, value = row.locator("td").all_inner_texts()[-2:]
            script = formula.split("=")[-1].replace("−", "-").replace("·", "*")
            script = script.replace("tanh(", "Math.tanh(").replace("σ(", "sigmoid(")
            sigmoid = "const sigmoid = (x) => 1 / (1 + Math.exp(-x));"
            found = page.evaluate(f"(() => {{ {sigmoid} return {script}; }})()")
            assert found == pytest.approx(float(value.replace("−", "-")), abs=0.01)


def test_the_keeping_gates_bias_reaches_further_back(show):
    explorer = show("pulse", length=20)
    gradient = explorer.get_by_role("img", name="Gradient of the last hidden state")

    def at_the_first_step():
        return gradient.get_attribute("aria-label").split("LSTM from ")[1].split(" at")[0]

    low = at_the_first_step()
    explorer.get_by_label("Bias of the forget gate f").fill("6")
    assert "10⁻" in low
    assert float(at_the_first_step()) > 0.01
    explorer.get_by_label("Cell").select_option("rnn")
    expect(explorer.get_by_label("A simple RNN has no gate")).to_be_disabled()
    expect(explorer.get_by_role("img", name="Gates over time")).to_be_visible()
    explorer.get_by_label("Cell").select_option("gru")
    expect(explorer.get_by_label("Bias of the update gate z")).to_have_value("6")


def test_a_click_on_any_picture_chooses_its_step(show, page):
    explorer = show("wave", length=5)
    for number, t in [(1, 4), (2, 2), (3, 0)]:
        box = explorer.locator("figure svg").nth(number).bounding_box()
        x = box["x"] + box["width"] * (52 + (368 - 52) * t / 4) / 430
        page.mouse.click(x, box["y"] + 40)
        assert state(page, "step") == t + 1


def test_gradients_too_small_to_draw_leave_the_picture(show):
    explorer = show("wave", length=30, cell="rnn")
    picture = explorer.locator("figure svg").nth(3)
    bottoms = picture.locator("circle").evaluate_all("all => all.map(c => c.cy.baseVal.value)")
    assert max(bottoms) > 158
    assert "clip-path" in picture.locator("g").first.evaluate("g => g.outerHTML.slice(0, 60)")
    assert "10⁻" in picture.get_attribute("aria-label")

"""The activations explorer with no Jupyter around it: what it looks up, says and draws."""

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("n_layers", [1, 7, 20])
def test_table_holds_the_first_layers_gradients(show, n_layers):
    widget = explore.activations("tanh", initializer="small", n_layers=n_layers)
    explorer = show(widget)
    cells = [number(text) for text in explorer.locator("tr td:not(:empty)").all_inner_texts()]
    expected = [
        signal["gradient"][n_layers - 1][0]
        for settings in widget.signals.values()
        for signal in settings.values()
    ]
    np.testing.assert_allclose(cells, expected, rtol=0.06)
    chosen = explorer.locator("td[aria-current]")
    expect(chosen).to_have_count(1)
    assert number(chosen.inner_text()) == pytest.approx(expected[20], rel=0.06)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (("sigmoid", "glorot_normal", 10, 0.0), "output 0.5, slope 0.25."),
        (("sigmoid", "glorot_normal", 10, 0.0), "times that of a single layer: it vanishes."),
        (("relu", "large", 20, 2.5), "output 2.5, slope 1."),
        (("relu", "large", 20, 2.5), "it explodes."),
        (("relu", "he_normal", 20, 0.0), "slope 0 by agreement (there is a corner)."),
        (("relu", "he_normal", 20, 0.0), "it neither vanishes nor explodes."),
        (("elu", "he_normal", 1, 0.0), "1 layer, He weights:"),
    ],
)
def test_words_say_what_is_seen(show, settings, said):
    activation, initializer, n_layers, z = settings
    explorer = show(
        explore.activations(activation, initializer=initializer, n_layers=n_layers, z=z)
    )
    expect(explorer.locator(".mt-readout")).to_contain_text(said)


def test_point_follows_the_slider_over_both_curves(show):
    explorer = show(explore.activations("tanh", z=0))
    slider = explorer.get_by_label("Input z")
    points = explorer.locator(".mt-point")
    before = [points.nth(i).get_attribute("cy") for i in (0, 1)]
    slider.press("ArrowRight")
    expect(explorer.locator(".mt-readout")).to_contain_text("tanh at z = 0.1: output 0.1")
    assert all(points.nth(i).get_attribute("cy") != before[i] for i in (0, 1))
    slider.press("End")
    expect(explorer.locator(".mt-readout")).to_contain_text("z = 5: output 1, slope 1.8e−4.")
    slider.press("Home")
    expect(explorer.locator(".mt-readout")).to_contain_text("z = −5: output −1, slope 1.8e−4.")


def test_a_layer_more_is_a_mark_more(show):
    explorer = show(explore.activations(n_layers=3))
    marks = explorer.locator("svg").last.locator(".mt-mark")
    layers = explorer.get_by_label("Layers")
    for key, count in (("ArrowRight", 4), ("End", 20), ("Home", 1)):
        layers.press(key)
        expect(marks).to_have_count(count)


@pytest.mark.parametrize("activation", ["linear", "relu", "elu", "sigmoid", "tanh"])
@pytest.mark.parametrize("initializer", ["small", "large"])
def test_every_picture_stays_in_its_frame(show, page, activation, initializer):
    for z in (-5, 0, 5):
        show(explore.activations(activation, initializer=initializer, n_layers=20, z=z))
        outside = page.evaluate("""() => [...document.querySelectorAll("svg")].flatMap((svg) => {
          const frame = svg.querySelector("rect.mt-axis").getBBox();
          const drawn = [...svg.querySelectorAll("polyline, .mt-tangent")];
          return drawn.map((e) => e.getBBox()).filter((box) =>
            !(box.x >= frame.x - 1 && box.x + box.width <= frame.x + frame.width + 1 &&
              box.y >= frame.y - 1 && box.y + box.height <= frame.y + frame.height + 1));
        }).length""")
        assert outside == 0

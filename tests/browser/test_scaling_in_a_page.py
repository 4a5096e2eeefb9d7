"""The scaling explorer with no Jupyter around it: it computes what Python computes."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.scaling import NETWORKS, scaling_scene

GRID = itertools.product((0.02, 7.5), (0.4, 60), (0, 15), (0.06, 31), NETWORKS, (1, 3, 64))


def test_the_page_computes_what_python_computes(show, page):
    show(explore.scaling())
    for compute, read, serial, millions, network, machines in GRID:
        settings = {
            "compute_ms": compute,
            "read_ms": read,
            "serial_percent": serial,
            "weights_millions": millions,
            "network": network,
            "latency_us": 30,
            "batch": 48,
            "machines": machines,
        }
        found = page.evaluate("(settings) => explorer.scalingScene(settings)", settings)
        right = scaling_scene(**settings)
        assert found.keys() == right.keys()
        for name, expected in right.items():
            assert found[name] == pytest.approx(np.array(expected), rel=1e-9), (name, settings)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Computing, an image", "ArrowLeft"),
        ("Reading, an image", "End"),
        ("Only one machine can do", "ArrowRight"),
        ("Batch of one machine", "ArrowRight"),
        ("Machines", "ArrowRight"),
        ("Weights", "End"),
        ("Latency", "End"),
    ],
)
def test_every_slider_changes_picture_and_words(show, name, key):
    explorer = show(explore.scaling())
    before, words = explorer.locator("figure").last.screenshot(), explorer.inner_text()
    explorer.get_by_role("slider", name=name, exact=True).press(key)
    assert explorer.locator("figure").last.screenshot() != before
    assert explorer.inner_text() != words


def test_the_words_say_what_is_paid_and_what_for(show, page):
    explorer = show(explore.scaling(serial_percent=10, machines=16, weights_millions=0.01))
    words = explorer.get_by_role("status")
    expect(words).to_contain_text("16 machines: 6.3 times as fast as one, 39 % of what you pay for")
    expect(words).to_contain_text("Amdahl's law allows 6.4, and with any number of machines less")
    expect(words).to_contain_text("A step of 512 images takes")
    explorer.get_by_role("combobox").select_option("NVLink, 450 GB/s")
    assert page.evaluate("model.get('network')") == "NVLink, 450 GB/s"
    page.evaluate(
        "() => { model.set('weights_millions', 1000); model.set('network', '1 Gbit/s'); }"
    )
    expect(words).to_contain_text("slower than one")
    page.evaluate("model.set('machines', 1)")
    expect(words).to_contain_text("1 machine: 500 images a second.")


def test_a_slider_goes_on_from_a_value_between_its_steps(show, page):
    explorer = show(explore.scaling(weights_millions=31, compute_ms=2))
    weights = explorer.get_by_role("slider", name="Weights", exact=True)
    assert weights.get_attribute("aria-valuetext") == "31 million"
    weights.press("ArrowRight")
    assert page.evaluate("model.get('weights_millions')") == 40
    explorer.get_by_role("slider", name="Batch of one machine").press("End")
    assert page.evaluate("model.get('batch')") == 1024


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, width):
    explorer = show(explore.scaling(read_ms=90, machines=64, weights_millions=900), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null|Infinity", explorer.inner_text())

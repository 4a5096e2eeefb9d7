"""The FROC plot: its curve as data, several of them, its text."""

import numpy as np
import pytest

from medtutor import plots
from medtutor.metrics import Matches

MATCHES = Matches(*map(np.array, ([0, 0, 1], [0.9, 0.8, 0.7], [True, False, True], [2, 1])))


def curve(ax, place=0):
    return [line for line in ax.lines if line.get_gid() == "froc"][place]


def test_the_curve_rises_in_steps_on_a_logarithmic_axis():
    ax = plots.plot_froc(MATCHES)
    np.testing.assert_allclose(curve(ax).get_xdata(), [1 / 16, 1 / 16, 0.5, 0.5])
    np.testing.assert_allclose(curve(ax).get_ydata(), [0, 1 / 3, 1 / 3, 2 / 3])
    assert curve(ax).get_drawstyle() == "steps-post"
    assert ax.get_xscale() == "log"
    assert ax.get_xlim() == (1 / 8, 8)
    assert [text.get_text() for text in ax.get_xticklabels()][:4] == ["1/8", "1/4", "1/2", "1"]
    assert plots.alt_text(ax.figure) == (
        "FROC curve. detector: sensitivity at false alarms per image: 0.125 0.333, 0.25 0.333, "
        "0.5 0.667, 1 0.667, 2 0.667, 4 0.667, 8 0.667."
    )


def test_a_second_detector_has_its_own_colour_line_and_words():
    ax = plots.plot_froc(MATCHES, label="first")
    others = MATCHES._replace(hit=~MATCHES.hit)
    assert plots.plot_froc(others, label="second", unit="slice", ax=ax) is ax
    assert ax.get_xlabel() == "false alarms per slice"
    first, second = curve(ax), curve(ax, 1)
    assert first.get_color() != second.get_color()
    assert first.get_linestyle() != second.get_linestyle()
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert names == ["first (mean 0.583)", "second (mean 0.250)"]
    assert "first: sensitivity" in plots.alt_text(ax.figure)
    assert "second: sensitivity" in plots.alt_text(ax.figure)


def test_a_detector_that_marks_nothing_has_a_level_line():
    none = Matches(np.zeros(0, int), np.zeros(0), np.zeros(0, bool), np.array([1]))
    ax = plots.plot_froc(none)
    np.testing.assert_array_equal(curve(ax).get_ydata(), [0])
    assert len(ax.lines) == 2


def test_images_without_a_finding_are_refused():
    with pytest.raises(ValueError, match="no true box"):
        plots.plot_froc(MATCHES._replace(n_true=np.zeros(2, int)))

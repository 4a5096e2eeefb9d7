import re
from types import SimpleNamespace

import numpy as np
import pytest

from medtutor import plots
from medtutor.plots import colours

HISTORY = {
    "accuracy": [0.5, 0.75, 0.8],
    "loss": [0.7, 0.5, 0.25],
    "val_accuracy": [0.5, 0.6, 0.55],
    "val_loss": [0.7, 0.6, 0.65],
    "learning_rate": [1e-3, 1e-3, 1e-4],
}


def test_history_shows_loss_then_metric():
    axes = plots.plot_history(SimpleNamespace(history=HISTORY))
    assert [ax.get_ylabel() for ax in axes] == ["loss", "accuracy"]
    training, validation = axes[0].lines
    np.testing.assert_array_equal(training.get_xydata(), [[1, 0.7], [2, 0.5], [3, 0.25]])
    np.testing.assert_array_equal(validation.get_ydata(), HISTORY["val_loss"])


def test_training_and_validation_differ_in_more_than_colour():
    training, validation = plots.plot_history(HISTORY)[0].lines
    assert training.get_linestyle() != validation.get_linestyle()
    assert training.get_marker() != validation.get_marker()
    assert training.get_color() != validation.get_color()


def test_history_is_told_with_its_best_epochs():
    assert plots.alt_text(plots.plot_history(HISTORY)[0].figure) == (
        "loss over 3 epochs: training from 0.7 to 0.25, lowest 0.25 at epoch 3; validation from "
        "0.7 to 0.65, lowest 0.6 at epoch 2. accuracy over 3 epochs: training from 0.5 to 0.8, "
        "highest 0.8 at epoch 3; validation from 0.5 to 0.55, highest 0.6 at epoch 2."
    )


def test_history_without_validation_or_metric():
    (ax,) = plots.plot_history({"loss": [1.0]})
    assert len(ax.lines) == 1
    assert "loss over 1 epoch: training from 1 to 1" in plots.alt_text(ax.figure)
    (nan,) = plots.plot_history({"loss": [float("nan")] * 2})
    assert "training never finite" in plots.alt_text(nan.figure)


def test_own_axes_are_drawn_on():
    axes = plots.plot_history(HISTORY)
    again = plots.plot_history(HISTORY, ax=axes)
    assert all(one is other for one, other in zip(axes, again, strict=True))


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ({}, "the history is empty"),
        ({"loss": []}, "the history is empty"),
        ([0.7, 0.5], "history is [0.7, 0.5]; give what model.fit returns"),
        (None, "history is None; give what model.fit returns"),
    ],
)
def test_bad_histories_are_named(history, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.plot_history(history)


def test_a_learning_curve_shows_the_mean_and_every_run():
    scores = {"tuned": [[0.7, 0.9], [0.8, 0.9]], "untouched": [0.5, 0.5]}
    ax = plots.plot_learning_curve([48, 200], scores)
    mean, dots, flat, _ = ax.lines
    np.testing.assert_allclose(mean.get_xydata(), [[48, 0.8], [200, 0.85]])
    np.testing.assert_allclose(dots.get_ydata(), [0.7, 0.9, 0.8, 0.9])
    np.testing.assert_allclose(flat.get_ydata(), [0.5, 0.5])
    assert mean.get_linestyle() != flat.get_linestyle()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["48", "200"]
    assert plots.alt_text(ax.figure) == (
        "AUC by training images, a point a run. tuned 48: 0.8 (0.7 to 0.9, n 2); "
        "200: 0.85 (0.8 to 0.9, n 2). untouched 48: 0.5 (0.5 to 0.5, n 1); "
        "200: 0.5 (0.5 to 0.5, n 1)."
    )


def test_texts_missing_runs_and_one_curve_without_a_name_are_drawn_by_value():
    ax = plots.plot_by_value(["Adam", "SGD"], {"": [[0.5, 0.7], []]}, xlabel="optimizer")
    mean, points = ax.lines
    np.testing.assert_allclose(mean.get_ydata(), [0.6, np.nan])
    assert list(points.get_xdata()) == ["Adam", "Adam"]
    assert ax.get_legend() is None
    assert len(plots.plot_by_value([0, 1], {"a": [[], []]}, xlabel="rate").lines) == 2
    assert plots.alt_text(ax.figure) == (
        "score by optimizer, a point a run. Adam: 0.6 (0.5 to 0.7, n 2); SGD: -."
    )
    with pytest.raises(ValueError, match=r"scores is .*; give a dict"):
        plots.plot_by_value([1], {}, xlabel="rate")


def test_between_whole_numbers_stands_no_broken_one():
    ax = plots.plot_by_value([1, 2, 3], {"": [0.5, 0.6, 0.7]}, xlabel="epochs")
    assert all(tick.is_integer() for tick in ax.get_xticks())


@pytest.mark.parametrize(
    ("values", "scale"), [([0.01, 0.1, 1], "log"), ([0.1, 1], "linear"), ([0, 100], "linear")]
)
def test_an_axis_is_logarithmic_where_values_span_much(values, scale):
    ax = plots.plot_by_value(values, {"": [[0, 1]] * len(values)}, xlabel="rate")
    assert ax.get_xscale() == scale
    mean, points = ax.lines
    assert list(mean.get_ydata()) == [0.5] * len(values)
    assert list(points.get_ydata()) == [0, 1] * len(values)


@pytest.mark.parametrize(
    ("sizes", "scores", "message"),
    [
        ([], {"a": []}, "sizes is []; give numbers of images above 0"),
        ([10], {}, "scores is {}; give a dict"),
        ([10, 20], [0.5, 0.6], "scores is [0.5, 0.6]; give a dict"),
        (10, {"a": [0.5]}, "sizes is 10"),
        (["10"], {"a": [0.5]}, "sizes is ['10']"),
        ([np.nan, 5], {"a": [1, 2]}, "sizes is [nan, 5]"),
        ([0, 10], {"a": [1, 2]}, "sizes is [0, 10]"),
        ([10, 20], {"a": [0.5]}, "scores of 'a' are [0.5]; give for each of 2 values a number"),
        ([10, 20], {"a": ["high", "low"]}, "scores of 'a' are ['high', 'low']; give"),
        ([10], {"a": np.zeros((1, 2, 3))}, "scores of 'a' are array("),
    ],
)
def test_bad_learning_curves_are_named(sizes, scores, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.plot_learning_curve(sizes, scores)


def test_runs_show_mean_and_band():
    table = np.array([[3.0, 2.0, 1.0], [5.0, 2.0, 3.0]])
    ax = plots.plot_runs({"flatten": table, "one run": [4.0, 4.0, 4.0]}, ylabel="loss")
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [4, 2, 2])
    assert ax.lines[0].get_linestyle() != ax.lines[1].get_linestyle()
    (band,) = ax.collections
    corners = band.get_paths()[0].vertices
    assert corners[:, 1].min() == 1
    assert corners[:, 1].max() == 5
    assert plots.alt_text(ax.figure) == (
        "loss by epoch. flatten: from 4 to 2 after 3, mean of 2 runs that end at 1 to 3. "
        "one run: from 4 to 4 after 3."
    )


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ({}, r"runs is \{\}; give a dict"),
        ([[1.0, 2.0]], r"runs is \[\[1.0, 2.0\]\]; give a dict of names"),
        ({"a": []}, "run 'a', of type list, has shape \\(0,\\)"),
        ({"a": None}, "run 'a', of type NoneType, has shape \\(\\)"),
        (
            {"a": [[1.0, 2.0], [1.0]]},
            "run 'a' is no table of numbers; give .* many steps for every",
        ),
    ],
)
def test_bad_runs_are_named(runs, message):
    with pytest.raises(ValueError, match=message):
        plots.plot_runs(runs)


def test_kernels_share_a_scale_with_zero_in_the_middle():
    kernels = np.random.default_rng(0).normal(size=(3, 3, 2, 5))
    axes = plots.plot_kernels(kernels)
    largest = np.abs(kernels[:, :, 0]).max()
    for number, ax in enumerate(axes):
        np.testing.assert_array_equal(ax.images[0].get_array(), kernels[:, :, 0, number])
        assert ax.images[0].get_clim() == (-largest, largest)
        assert ax.images[0].get_cmap().name == colours.SIGNED
    assert plots.alt_text(axes[0].figure).startswith("5 kernels of 3×3, weights ")


@pytest.mark.parametrize("columns", [4, 16])
def test_the_colour_bar_is_wide_enough_to_see(columns):
    axes = plots.plot_kernels(np.eye(3)[:, :, None, None].repeat(16, -1), columns=columns)
    figure = axes[0].figure
    figure.canvas.draw()
    width, _ = figure.transFigure.transform(figure.axes[-1].get_position().size)
    assert 0.09 < width / figure.dpi < 0.3  # inches


def test_one_kernel_with_its_numbers():
    (ax,) = plots.plot_kernels([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], numbers=True)
    assert [text.get_text() for text in ax.texts] == [
        "-1",
        "0",
        "1",
        "-2",
        "0",
        "2",
        "-1",
        "0",
        "1",
    ]
    expected = "One kernel of 3×3, weights -2 to 2, 33 % of them positive."
    assert plots.alt_text(ax.figure) == expected


def test_bad_kernels_are_named():
    with pytest.raises(ValueError, match=re.escape("shape (3, 3, 4)")):
        plots.plot_kernels(np.zeros((3, 3, 4)))


def test_feature_maps_are_gray_after_relu_and_signed_before():
    maps = np.random.default_rng(0).normal(size=(1, 7, 7, 20))
    maps[..., 3] = 0
    signed = plots.plot_feature_maps(maps)
    assert signed[0].images[0].get_cmap().name == colours.SIGNED
    gray = plots.plot_feature_maps(np.maximum(maps, 0), most=4)
    assert len(gray) == 4
    assert gray[0].images[0].get_cmap().name == colours.GRAY
    np.testing.assert_array_equal(gray[2].images[0].get_array(), np.maximum(maps[0, ..., 2], 0))
    text = plots.alt_text(gray[0].figure)
    assert text.startswith("4 of 20 feature maps of 7×7, values 0 to ")
    assert text.endswith("; 1 of all 20 are the same everywhere.")


def test_a_nan_leaves_the_ends_of_the_values_and_the_colours_as_they_are():
    array = np.array([[np.nan, -1.0], [2.0, 0.5]])
    (kernel,) = plots.plot_kernels(array, numbers=True)
    assert "weights -1 to 2, 50 %" in plots.alt_text(kernel.figure)
    assert [text.get_color() for text in kernel.texts] == ["black", "black", "white", "black"]
    lost = np.full((2, 2), np.nan)
    axes = plots.plot_feature_maps(np.stack([array, lost], axis=-1))
    assert axes[0].images[0].get_cmap().name == colours.SIGNED
    assert "values -1 to 2;" in plots.alt_text(axes[0].figure)


@pytest.mark.parametrize("most", [0, -1, 2.5])
def test_a_bad_number_of_maps_is_named(most):
    with pytest.raises(ValueError, match=f"most is {most}; give a whole number from 1 up"):
        plots.plot_feature_maps(np.zeros((7, 7, 4)), most=most)


def test_bad_maps_are_named():
    message = re.escape("shape (2, 7, 7, 4) and type float64; give the maps of one")
    with pytest.raises(ValueError, match=message):
        plots.plot_feature_maps(np.zeros((2, 7, 7, 4)))

"""Convolution and threshold with no Jupyter around them: arithmetic, words and controls."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score

from medtutor import explore
from medtutor.explore.convolution.kernels import KERNELS
from medtutor.scratch import conv2d

RANDOM = np.random.default_rng(0)
LABELS = RANDOM.integers(0, 2, 60)
SCORES = np.round(np.clip(RANDOM.normal(0.35 + 0.3 * LABELS, 0.2), 0, 1), 2)
SHAPES = [((5, 5), (3, 3)), ((8, 6), (2, 5)), ((9, 11), (7, 1)), ((4, 7), (1, 1)), ((3, 3), (7, 7))]
GRID = list(itertools.product(SHAPES, (1, 2, 3), ("valid", "same"), (1, 2, 3)))


# The arithmetic -------------------------------------------------------------------------


def test_arithmetic_is_that_of_scratch_conv2d(show, page):
    show(explore.convolution())
    compared = 0
    for (image_shape, kernel_shape), strides, padding, dilation in GRID:
        spans = [dilation * (edge - 1) + 1 for edge in kernel_shape]
        fits = padding == "same" or all(np.less_equal(spans, image_shape))
        image, kernel = RANDOM.normal(size=image_shape), RANDOM.normal(size=kernel_shape)
        options = {"strides": strides, "padding": padding, "dilation": dilation}
        found = page.evaluate(
            "([image, kernel, options]) => explorer.convolve(image, kernel, options)",
            [image.tolist(), kernel.tolist(), options],
        )
        if not fits:
            assert np.size(found) == 0
            continue
        expected = conv2d(image[None, :, :, None], kernel[:, :, None, None], **options)[0, :, :, 0]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)
        compared += 1
    assert compared > len(GRID) / 2


def test_products_in_view_add_up_to_the_output(show, page):
    show(explore.convolution("lung", kernel="gabor", padding="same", strides=3, dilation=2))
    pixels = np.array(page.evaluate("model.get('pictures')[1].pixels"), dtype=float)
    kernel = KERNELS["gabor"][:, :, None, None]
    output = conv2d(pixels[None, :, :, None], kernel, strides=3, padding="same", dilation=2)
    for row, column in [(0, 0), (21, 21), (10, 3)]:
        page.evaluate("(place) => model.set('place', place)", [row, column])
        products = page.locator(".mt-product").all_inner_texts()
        total = sum(float(text.removeprefix("= ").replace("−", "-")) for text in products)
        assert total == pytest.approx(output[0, row, column, 0], abs=49 * 0.05)
        words = page.locator(".mt-readout").inner_text()
        said = float(words.split(" is ")[1].split(":")[0].replace("−", "-"))
        assert said == pytest.approx(output[0, row, column, 0], abs=0.05)


def test_every_threshold_gives_what_scikit_learn_counts(show, page):
    show(explore.threshold(LABELS, SCORES))
    for threshold in [-1, *np.linspace(0, 1, 41), *SCORES[:10], np.nextafter(SCORES.max(), 2), 2]:
        counts = page.evaluate(
            "(threshold) => explorer.countsAt(model.get('table'), threshold)", float(threshold)
        )
        called = np.greater_equal(SCORES, threshold)
        (tn, fp), (fn, tp) = confusion_matrix(LABELS, called).tolist()
        assert counts == {
            "trueNegatives": tn,
            "falsePositives": fp,
            "falseNegatives": fn,
            "truePositives": tp,
        }
        measures = page.evaluate("(counts) => explorer.measuresOf(counts)", counts)
        share = {name: m["part"] / m["whole"] for name, m in measures.items() if m["whole"]}
        assert share["sensitivity"] == pytest.approx(recall_score(LABELS, called))
        assert share["specificity"] == pytest.approx(recall_score(LABELS, called, pos_label=0))
        assert share["accuracy"] == pytest.approx(accuracy_score(LABELS, called))
        assert ("precision" in share) == called.any()
        if called.any():
            assert share["precision"] == pytest.approx(precision_score(LABELS, called))


# What the learner does ------------------------------------------------------------------


def test_window_stays_in_the_output_whatever_is_pressed(show, page):
    explorer = show(explore.convolution(kernel="sobel_y"))
    canvas, words = explorer.locator("canvas[tabindex]"), explorer.locator(".mt-readout")
    canvas.press("End")
    canvas.press("PageDown")
    pixels = page.evaluate("model.get('pictures')[0].pixels")
    last_row, last_column = len(pixels) - 3, len(pixels[0]) - 3
    for key in ("ArrowDown", "ArrowRight"):
        canvas.press(key)
        expect(words).to_contain_text(f"Output row {last_row}, column {last_column} is")
    for key in ("Home", "PageUp", "ArrowUp", "ArrowLeft"):
        canvas.press(key)
    expect(words).to_contain_text("Output row 0, column 0 is")


def test_output_grows_step_by_step(show):
    explorer = show(explore.convolution(np.eye(4), kernel="blur"))
    explorer.get_by_role("button", name="Clear").click()
    explorer.locator("canvas[tabindex]").press("Home")
    explorer.locator("canvas[tabindex]").press("PageUp")
    caption = explorer.locator("figcaption").last
    explorer.get_by_role("button", name="Clear").click()
    for computed in (1, 2, 3, 4):
        expect(caption).to_have_text(f"Output: 2 × 2, {computed} of 4 computed")
        if computed < 4:
            explorer.get_by_role("button", name="Step").click()
    expect(explorer.get_by_role("button", name="Step")).to_be_disabled()
    explorer.get_by_role("button", name="Clear").click()
    expect(caption).to_contain_text("1 of 4")
    explorer.get_by_role("button", name="Fill all").click()
    expect(caption).to_contain_text("4 of 4")
    explorer.get_by_label("Stride").select_option("2")
    expect(caption).to_have_text("Output: 1 × 1, 1 of 1 computed")


def test_mouse_moves_the_window_on_either_map(show, page):
    explorer = show(explore.convolution(np.eye(10), kernel=np.ones((3, 3))))
    words = explorer.locator(".mt-readout")
    boxes = [explorer.locator("canvas").nth(i).bounding_box() for i in (0, 1)]

    def middle(box, row, column, cells):
        return (
            box["x"] + box["width"] * (column + 0.5) / cells,
            box["y"] + box["height"] * (row + 0.5) / cells,
        )

    page.mouse.click(*middle(boxes[0], 4, 6, 10))
    expect(words).to_contain_text("Output row 3, column 5 is")
    page.mouse.click(*middle(boxes[1], 0, 7, 8))
    expect(words).to_contain_text("Output row 0, column 7 is 0")
    page.mouse.move(*middle(boxes[0], 1, 1, 10))
    page.mouse.down()
    page.mouse.move(*middle(boxes[0], 2, 2, 10))
    page.mouse.up()
    expect(words).to_contain_text("Output row 1, column 1 is 3")


def test_weights_are_edited_number_by_number(show):
    explorer = show(explore.convolution(np.full((5, 5), 10.0), kernel="identity"))
    weight = explorer.get_by_label("Weight in row 1, column 1")
    weight.fill("-2.5")
    expect(explorer.locator(".mt-readout")).to_contain_text("is −25:")
    expect(explorer.get_by_role("combobox", name="Kernel", exact=True)).to_have_value("")
    weight.fill("")
    expect(weight).to_have_attribute("aria-invalid", "true")
    expect(explorer.locator(".mt-readout")).to_contain_text("is −25:")
    weight.blur()
    expect(weight).to_have_value("-2.5")
    expect(weight).to_have_attribute("aria-invalid", "false")


def test_kernel_grows_and_shrinks_around_its_centre(show):
    explorer = show(explore.convolution(kernel="laplacian"))

    def weights():
        return [field.input_value() for field in explorer.locator("td input").all()]

    before = weights()
    for size in ("4", "7", "3"):
        explorer.get_by_label("Kernel rows").select_option(size)
        explorer.get_by_label("Kernel columns").select_option(size)
        assert len(weights()) == int(size) ** 2
    assert weights() == before
    explorer.get_by_label("Kernel rows").select_option("1")
    explorer.get_by_label("Kernel columns").select_option("1")
    assert weights() == ["-4"]


def test_settings_without_output_are_explained(show):
    explorer = show(explore.convolution(np.eye(6), kernel="blur"))
    explorer.get_by_label("Dilation").select_option("4")
    words = explorer.locator(".mt-readout")
    expect(words).to_contain_text(
        "No output: the window spans 9 × 9 pixels, the image has only 6 × 6"
    )
    expect(explorer.get_by_role("button", name="Step")).to_be_disabled()
    explorer.locator("canvas[tabindex]").press("ArrowRight")
    explorer.get_by_label("Padding").select_option("same")
    expect(words).to_contain_text("Output row 3, column 3 is")


def test_every_operating_point_can_be_reached_by_button(show):
    explorer = show(explore.threshold([0, 1, 0, 1], [0.2, 0.4, 0.4, 1.0], threshold=0))
    higher = explorer.get_by_role("button", name="One score higher")
    lower = explorer.get_by_role("button", name="One score lower")
    points = [
        ["0", "2", "0", "2"],
        ["1", "1", "0", "2"],
        ["2", "0", "1", "1"],
        ["2", "0", "2", "0"],
    ]
    for point in points:
        assert explorer.locator(".mt-matrix strong").all_inner_texts() == point
        if higher.is_enabled():
            higher.click()
    expect(higher).to_be_disabled()
    for point in reversed(points):
        assert explorer.locator(".mt-matrix strong").all_inner_texts() == point
        if lower.is_enabled():
            lower.click()


def test_precision_without_any_positive_is_not_a_number(show):
    explorer = show(explore.threshold(LABELS, SCORES / 2, threshold=0.9))
    expect(explorer.locator(".mt-measures")).to_contain_text(
        "not defined: nothing is called positive"
    )


def test_a_threshold_can_be_typed(show):
    explorer = show(explore.threshold(LABELS, SCORES))
    field = explorer.get_by_label("Threshold as a number")
    field.fill("0.123")
    expect(explorer.locator(".mt-readout")).to_contain_text("Threshold 0.123.")
    field.fill("")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.blur()
    expect(field).to_have_value("0.123")

"""The losses explorer's own arithmetic, in a page, against the course's losses in NumPy."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore, scratch

LOGITS = [-120.0, -30.0, -6.9, -2.0, -0.01, 0.0, 0.7, 3.0, 6.9, 33.5, 120.0]
NEAR = [logit for logit in LOGITS if abs(logit) < 7]
# Twelve cases that all get the same prediction; so many of them belong to class 1.
N_CASES, POSITIVES = 12, (0, 3, 12)
SETTINGS = list(itertools.product(POSITIVES, [(1, 1), (0.5, 4)], [0.1, 0.5, 1], [0, 1, 2, 3.5]))
FAR = ("crossentropy", "focal")


@pytest.fixture
def show(show):
    return lambda **options: show(explore.losses(**options))


def sigmoid(logits):
    return np.exp(-np.logaddexp(0, -np.asarray(logits)))


def in_page(page, name, cases):
    """Return value and slope of each case (logit, axis, setting), as the page computes them."""
    calls = [
        [
            logit,
            {
                "axis": axis,
                "share": positives / N_CASES,
                "weights": list(weights),
                "delta": delta,
                "gamma": gamma,
            },
        ]
        for logit, axis, (positives, weights, delta, gamma) in cases
    ]
    return page.evaluate(
        """([name, calls]) => calls.map(([logit, options]) => {
             const { value, slope } = explorer.lossAt(name, logit, options);
             return [value, slope];
           })""",
        [name, calls],
    )


def in_numpy(name, logit, axis, setting):
    """Give twelve cases one prediction; return the mean loss and its slope along it."""
    positives, weights, delta, gamma = setting
    truth = np.repeat([1.0, 0.0], [positives, N_CASES - positives])[:, None]
    p = np.full((N_CASES, 1), sigmoid(logit))
    arguments = {"sample_weight": np.where(truth[:, 0] == 1, weights[1], weights[0])}
    arguments |= {"huber": {"delta": delta}, "focal": {"gamma": gamma}}.get(name, {})
    arguments |= {"dice": {"axis": 1}}.get(name, {})
    loss, slope = getattr(scratch, name), getattr(scratch, f"{name}_grad")
    if name in ("binary_crossentropy", "focal") and axis == "logit":
        z = np.full((N_CASES, 1), logit)
        arguments["from_logits"] = True
        return loss(truth, z, **arguments), slope(1.0, truth, z, **arguments).sum()
    along = slope(1.0, truth, p, **arguments).sum()
    chain = sigmoid(logit) * sigmoid(-logit) if axis == "logit" else 1
    return loss(truth, p, **arguments), along * chain


NAMES = {
    "mae": "mae",
    "mse": "mse",
    "huber": "huber",
    "crossentropy": "binary_crossentropy",
    "focal": "focal",
    "dice": "dice",
}


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_those_of_scratch(show, page, name):
    show()
    # Near 0 and 1, scratch clips probabilities as Keras does; from logits it doesn't.
    places = [(logit, "probability") for logit in NEAR]
    places += [(logit, "logit") for logit in (LOGITS if name in FAR else NEAR)]
    cases = [(*place, setting) for place, setting in itertools.product(places, SETTINGS)]
    expected = [in_numpy(NAMES[name], *case) for case in cases]
    np.testing.assert_allclose(in_page(page, name, cases), expected, rtol=1e-9, atol=1e-12)


def test_cross_entropy_is_also_the_categorical_one(show, page):
    show()
    labels = np.repeat([1, 0], [3, 9])
    found = in_page(page, "crossentropy", [(z, "logit", (3, (1, 1), 1, 2)) for z in LOGITS])
    for logit, (value, _) in zip(LOGITS, found, strict=True):
        scores = np.tile([0.0, logit], (N_CASES, 1))
        sparse = scratch.sparse_categorical_crossentropy(labels, scores, from_logits=True)
        rows = scratch.categorical_crossentropy(np.eye(2)[labels], scores, from_logits=True)
        assert value == pytest.approx(sparse, rel=1e-12)
        assert value == pytest.approx(rows, rel=1e-12)


def naive_in_float32(logit, truth):
    """The textbook's formula and its chain rule, in NumPy's float32."""
    one, y = np.float32(1), np.float32(truth)
    with np.errstate(all="ignore"):
        p = one / (one + np.exp(np.float32(-logit)))
        value = -(y * np.log(p) + (one - y) * np.log(one - p))
        slope = ((one - y) / (one - p) - y / p) * (p * (one - p))
    return float(value), float(slope)


@pytest.mark.parametrize("truth", [0, 1])
def test_the_naive_formula_breaks_where_numpys_does(show, page, truth):
    show()
    # Between 14 and 17.5 and near 88 the rounding of exp decides; elsewhere nothing may differ.
    logits = [z for z in np.arange(-120, 120.5, 0.5) if not 14 < abs(z) < 17.5 and abs(z) != 88.5]
    found = page.evaluate(
        """([logits, share]) => logits.map((z) =>
             Object.values(explorer.naiveAt(z, { share, weights: [1, 1] })).map(String))""",
        [logits, truth],
    )
    found = np.array([[float(number) for number in pair] for pair in found])
    expected = np.array([naive_in_float32(logit, truth) for logit in logits])
    np.testing.assert_allclose(found, expected, rtol=0.2, atol=1e-6)
    assert np.isinf(expected[:, 0]).sum() > 50
    assert np.isnan(expected[:, 1]).sum() > 100


@pytest.mark.parametrize("truth", [0, 1])
def test_the_clipped_formula_is_that_of_scratch_from_probabilities(show, page, truth):
    show()
    labels = np.array([[truth]])
    for logit in [-120, -60, -17, -8, -1, 0, 2, 9, 17, 60, 120]:
        found = page.evaluate(
            "([z, share]) => explorer.clippedAt(z, {share, weights: [1, 1]})", [logit, truth]
        )
        p = np.float32([[sigmoid(logit)]])
        assert found["value"] == pytest.approx(scratch.binary_crossentropy(labels, p), rel=0.05)
        if abs(logit) >= 17:
            assert found["slope"] == 0


# What the learner does ------------------------------------------------------------------


def cells(explorer, curve):
    line = explorer.get_by_role("row", name=curve)
    return line.locator("td").all_inner_texts()


def test_the_table_shows_value_slope_and_the_best_prediction(show):
    explorer = show(prediction=0.5, share=0.3)
    assert cells(explorer, "mean absolute error") == ["0.5", "0.4", "left end"]
    assert cells(explorer, "mean squared error") == ["0.25", "0.4", "p ≈ 0.3"]
    assert cells(explorer, "soft Dice, one pixel")[2] == "right end"


def test_class_weights_move_the_best_prediction(show):
    explorer = show(share=0.2, class_weights=(1, 4))
    assert cells(explorer, "mean squared error")[2] == "p ≈ 0.5"
    explorer.get_by_label("Weight of class 1").select_option("1")
    assert cells(explorer, "mean squared error")[2] == "p ≈ 0.2"


def test_a_prediction_keeps_its_place_when_the_axis_changes(show):
    explorer = show(prediction=0.25)
    axis, words = explorer.get_by_label("Prediction is a"), explorer.locator(".mt-readout")
    axis.select_option("logit")
    expect(words).to_contain_text("Prediction z = −1.1 (p = 0.25)")
    axis.select_option("far logit")
    field = explorer.get_by_label("Prediction as a number")
    field.fill("-110")
    field.blur()
    expect(words).to_contain_text("The naive cross-entropy, float32 is ∞, its slope NaN")
    axis.select_option("probability")
    expect(words).to_contain_text("Prediction p = 0.001")


def test_float32_curves_are_offered_far_out_alone(show):
    explorer = show()
    naive = explorer.get_by_role("checkbox", name="naive cross-entropy, float32")
    expect(naive).to_be_disabled()
    explorer.get_by_label("Prediction is a").select_option("far logit")
    expect(naive).to_be_enabled()
    expect(explorer.locator(".mt-cliff").first).to_be_visible()
    naive.uncheck()
    expect(explorer.locator(".mt-cliff")).to_have_count(0)


def test_without_a_curve_it_says_so(show):
    explorer = show(shown=["mae"])
    explorer.get_by_role("checkbox", name="mean absolute error").uncheck()
    expect(explorer.locator(".mt-readout")).to_contain_text("No curve is chosen.")


def test_a_number_outside_the_axis_is_refused(show):
    explorer = show(axis="logit", prediction=1)
    field = explorer.get_by_label("Prediction as a number")
    field.fill("9")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(explorer.locator(".mt-readout")).to_contain_text("Prediction z = 1 ")
    field.blur()
    expect(field).to_have_value("1")


def test_the_mouse_chooses_on_either_picture(show, page):
    explorer = show()
    for number in (0, 1):
        box = explorer.locator("figure svg").nth(number).bounding_box()
        page.mouse.move(box["x"] + box["width"] * 228 / 420, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.up()
        expect(explorer.locator(".mt-readout")).to_contain_text("Prediction p = 0.5 ")
        explorer.get_by_label("Prediction as a number").fill("0.9")

"""The pooling explorer with no Jupyter around it: its arithmetic is that of scratch."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore, scratch
from medtutor.explore.pooling import scene as scenes

RANDOM = np.random.default_rng(0)
SHAPES = [(5, 5), (8, 6), (9, 11), (4, 7), (1, 3), (2, 1)]
GRID = list(itertools.product(SHAPES, (1, 2, 3, 5, 8), (0, 1, 2, 3), ("valid", "same")))
POOLS = {
    "max": (scratch.max_pool2d, scratch.max_pool2d_grad),
    "average": (scratch.avg_pool2d, scratch.avg_pool2d_grad),
}


def choose(explorer, name, value):
    explorer.get_by_role("combobox", name=name, exact=True).select_option(value)


@pytest.mark.parametrize("kind", POOLS)
def test_values_and_gradients_are_those_of_scratch(show, page, kind):
    show(explore.pooling("even"))
    pool, pool_grad = POOLS[kind]
    compared = 0
    for shape, pool_size, strides, padding in GRID:
        # Whole numbers, so that there are ties for the maximum.
        image = RANDOM.integers(0, 6, shape).astype(float)
        settings = {"pool_size": pool_size, "strides": strides, "padding": padding}
        ask = "(given) => explorer.pool(...given)"
        found = page.evaluate(ask, [image.tolist(), settings, kind])
        if padding == "valid" and pool_size > min(shape):
            assert np.size(found) == 0
            continue
        settings["strides"] = strides or None
        x = image[None, :, :, None]
        expected = pool(x, **settings)
        np.testing.assert_allclose(found, expected[0, :, :, 0], rtol=1e-12)
        grad = RANDOM.normal(size=expected.shape)
        ask = "(given) => explorer.poolGradient(...given)"
        given = [image.tolist(), settings | {"strides": strides}, kind, grad[0, :, :, 0].tolist()]
        expected = pool_grad(grad, x, **settings)[0, :, :, 0]
        np.testing.assert_allclose(page.evaluate(ask, given), expected, rtol=1e-12, atol=1e-12)
        compared += 1
    assert compared > len(GRID) / 2


def test_the_image_is_the_one_that_python_gives(show, page):
    explorer = explore.pooling("brain", diameter=5, seed=3)
    for dials in ({"draw": 0}, {"draw": 7, "contrast": 85, "noise": 33, "diameter": 2}):
        explorer.set_trait("place", (0, 0))
        for name, value in dials.items():
            explorer.set_trait(name, value)
        show(explorer)
        found = page.evaluate("""() => {
            const dials = Object.fromEntries(
              ["contrast", "diameter", "noise", "draw"].map((name) => [name, model.get(name)]));
            const picture = model.get("pictures").find(({ name }) => name === "brain");
            return explorer.dialled(picture, model.get("noise_field"), dials);
        }""")
        np.testing.assert_allclose(found, explorer.image(), rtol=1e-12)


@pytest.mark.parametrize(("contrast", "kind"), [(60, "max"), (-60, "average")])
def test_what_stands_out_is_measured_against_the_surroundings(show, contrast, kind):
    explorer = explore.pooling("even", kind=kind, contrast=contrast, diameter=3, pool_size=2)
    image = explorer.image()
    cover = scenes.lesion_cover((32, 32), (15, 16), 3)
    rows, columns = np.ogrid[:32, :32]
    far = np.hypot(rows - 15, columns - 16)
    pool, _ = POOLS[kind]

    def pooled(values, function=pool):
        return function(values[None, :, :, None])[0, :, :, 0]

    most = pooled(cover, scratch.max_pool2d)
    nearest = -pooled(-far, scratch.max_pool2d)
    expected = []
    for values, share, distance in ((image, cover, far), (pooled(image), most, nearest)):
        around = values[(share == 0) & (distance <= 9.5)]
        sign = np.sign(contrast)
        peak = (sign * values[share >= 0.5]).max()
        expected.append((peak - sign * around.mean()) / around.std())
    text = f"{expected[0]:.1f} SD in the image, {expected[1]:.1f} SD in the output."
    expect(show(explorer).locator(".mt-readout")).to_contain_text(text)


def test_no_lesion_and_no_noise_are_said(show):
    words = show(explore.pooling("even", contrast=0)).locator(".mt-readout")
    expect(words).to_contain_text("There is no lesion: its contrast is 0.")
    words = show(explore.pooling("even", noise=0)).locator(".mt-readout")
    expect(words).to_contain_text("not measurable in the image")


def test_the_window_starts_on_the_lesion_and_its_winner_is_marked(show, page):
    explorer = show(explore.pooling("even", noise=0, diameter=1, pool_size=4))
    words = explorer.locator(".mt-readout")
    expect(words).to_contain_text("Output row 3, column 4 is 202, the largest of the 16 pixels in")
    expect(words).to_contain_text("rows 12 to 15, columns 16 to 19. The pixel in row 15, column 16")
    expect(explorer.locator(".mt-winner")).to_have_count(1)
    expect(explorer.locator(".mt-winner")).to_have_text("202★ 1")
    expect(explorer.locator("td")).to_have_count(16)
    choose(explorer, "Pooling", "average")
    expect(explorer.locator(".mt-winner")).to_have_count(0)
    expect(explorer.locator(".mt-share").first).to_have_text("1/16")
    expect(words).to_contain_text("is 106.4, the mean of the 16 pixels")


def test_padded_places_never_count(show):
    explorer = show(explore.pooling(np.full((3, 3), 6.0), kind="average", padding="same"))
    explorer.locator("canvas[tabindex]").press("End")
    explorer.locator("canvas[tabindex]").press("PageDown")
    words = explorer.locator(".mt-readout")
    expect(words).to_contain_text("Output row 1, column 1 is 6, the mean of the one pixel in row 2")
    expect(explorer.locator(".mt-pad")).to_have_count(3)


def test_the_gradient_of_all_outputs_reaches_winners_or_everybody(show):
    explorer = show(explore.pooling("even", pool_size=2))
    caption = explorer.locator("figcaption").last
    expect(caption).to_have_text("Gradient from this output: reaches 1 of 1024 pixels")
    choose(explorer, "Gradient from", "all")
    expect(caption).to_have_text("Gradient from all outputs: reaches 256 of 1024 pixels")
    choose(explorer, "Pooling", "average")
    expect(caption).to_have_text("Gradient from all outputs: reaches 1024 of 1024 pixels")


def test_another_image_brings_its_own_dials(show):
    explorer = show(explore.pooling("lung"))
    choose(explorer, "Image", "brain")
    expect(explorer.get_by_label("Lesion contrast")).to_have_value("-50")
    expect(explorer.locator(".mt-readout")).to_contain_text("Lesion below its surroundings")


def test_mouse_moves_the_window_on_every_map(show, page):
    explorer = show(explore.pooling(np.arange(64.0).reshape(8, 8)))
    words = explorer.locator(".mt-readout")
    for number, (cells, place) in enumerate([(8, (5, 3)), (4, (0, 3)), (8, (6, 1))]):
        box = explorer.locator("canvas").nth(number).bounding_box()
        x = box["x"] + box["width"] * (place[1] + 0.5) / cells
        y = box["y"] + box["height"] * (place[0] + 0.5) / cells
        page.mouse.click(x, y)
        row, column = (place[0] // 2, place[1] // 2) if cells == 8 else place
        expect(words).to_contain_text(f"Output row {row}, column {column} is")


def test_a_window_that_does_not_fit_is_explained(show):
    explorer = show(explore.pooling(np.eye(3)))
    choose(explorer, "Window", "5")
    words = explorer.locator(".mt-readout")
    expect(words).to_contain_text("No output: the window is 5 × 5 pixels, the image has only 3 × 3")
    explorer.locator("canvas[tabindex]").press("ArrowRight")
    choose(explorer, "Padding", "same")
    expect(words).to_contain_text("Output row 0, column 0 is 1")

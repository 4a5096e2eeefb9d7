"""The normalisation explorer with no Jupyter around it: its arithmetic is that of the library."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import explore
from medtutor.explore.normalisation import measures

RANDOM = np.random.default_rng(0)
MANY_ZEROS = np.where(RANDOM.random((12, 9)) < 0.75, 0, RANDOM.integers(1, 200, (12, 9)))
IMAGES = {
    "ramp": np.arange(100).reshape(10, 10),
    "mostly zero": MANY_ZEROS,
    "signed": RANDOM.integers(-1000, 2000, (7, 11)),
    "fractions": RANDOM.normal(size=(8, 8)).astype(np.float32),
    "ties": RANDOM.integers(0, 3, (6, 6)),
    "two pixels": np.array([[0, 5]]),
}
SETTINGS = [(0, 1.0, 99.0), (1, 0.0, 100.0), (37, 2.5, 97.5), (100, 30.0, 60.0), (100, 45.0, 55.0)]
# All that the page computes for one image and one setting of the sliders.
COMPUTE = """async ([stray, low, high]) => {
  const pixels = await explorer.unpack(model.get("picture"));
  const sorted = Float64Array.from(pixels).sort();
  const [row, column] = model.get("place");
  const at = row * model.get("picture").shape[1] + column;
  const [image, plain] = [stray, 0].map((n) => explorer.makeImage(pixels, sorted, at, n));
  return ["min_max", "z_score", "percentiles"].map((method) => {
    const rule = explorer.methodOf(image, method, { low, high });
    if (!rule) return null;
    const values = explorer.normalised(image, rule);
    return { values: [...values], summary: explorer.summaryOf(values),
             cut: explorer.shareCut(image, rule),
             left: explorer.contrastLeft(image, plain, method, { low, high }) };
  });
}"""


def readout(explorer):
    return explorer.locator(".mt-readout")


@pytest.mark.parametrize("name", IMAGES)
def test_values_and_measures_are_those_of_python(show, page, name):
    explorer = explore.normalisation(IMAGES[name])
    place = tuple(explorer.place)
    plain = explorer.image()
    show(explorer)
    defined = 0
    for stray, low, high in SETTINGS:
        explorer.stray = stray
        image = explorer.image()
        for method, found in zip(
            measures.METHODS, page.evaluate(COMPUTE, [stray, low, high]), strict=True
        ):
            if found is None:
                with pytest.raises(ValueError, match="percentiles"):
                    measures.normalised(image, method, low, high)
                continue
            expected = measures.normalised(image, method, low, high)
            np.testing.assert_allclose(found["values"], expected.ravel(), atol=1e-9)
            summary = (expected.mean(), expected.std(), expected.min(), expected.max())
            np.testing.assert_allclose(list(found["summary"].values()), summary, atol=1e-9)
            if method == "percentiles":
                assert found["cut"] == measures.share_cut(image, low, high)
            else:
                assert found["cut"] == 0
            check_left(found["left"], plain, place, stray, method, low, high)
            defined += 1
    assert defined >= 2 * len(SETTINGS)


def check_left(found, plain, place, stray, method, low, high):
    try:
        expected = measures.contrast_left(plain, place, stray, method, low, high)
    except ValueError:
        expected = np.nan
    if np.isnan(expected):
        assert found is None
    else:
        assert found == pytest.approx(expected, rel=1e-9)


def test_the_stray_pixel_moves_words_table_and_pictures(show):
    explorer = show(explore.normalisation(np.arange(100).reshape(10, 10)))
    expect(readout(explorer)).to_contain_text("No stray pixel: the image goes from 0 to 99")
    expect(readout(explorer)).to_contain_text("mean 49.5, standard deviation 28.87")
    pictures = [explorer.locator("figure").nth(n).screenshot() for n in range(4)]
    for _ in range(10):
        explorer.get_by_role("slider", name="Stray pixel").press("ArrowRight")
    expect(readout(explorer)).to_contain_text("One pixel is 198; all others lie between 0 and 99.")
    expect(readout(explorer)).to_contain_text("left: min-max 50 %, z-score ")
    expect(readout(explorer)).to_contain_text("percentile clipping 99 %. Clipping cuts off 2.0 %")
    for number, before in enumerate(pictures):
        assert explorer.locator("figure").nth(number).screenshot() != before
    values = np.arange(100) / 198
    values[44] = 1
    line = explorer.locator("tr", has_text="Min-max").locator("td")
    mean, spread = f"{values.mean():.3f}", f"{values.std():.3f}"
    expect(line).to_have_text([mean, spread, "0", "1", "0 %", "50 %"])


def test_percentiles_without_a_range_between_them_are_explained(show):
    explorer = show(explore.normalisation(MANY_ZEROS))
    for _ in range(100):
        explorer.get_by_role("slider", name="Upper percentile").press("ArrowLeft")
    caption = explorer.locator("figcaption").last
    expect(caption).to_have_text(
        "Percentile clipping: not defined, percentiles 1 and 55 are the same value"
    )
    line = explorer.locator("tr", has_text="Percentile").locator("td")
    expect(line.first).to_have_text("not defined")
    expect(readout(explorer)).not_to_contain_text("NaN")
    explorer.get_by_role("slider", name="Upper percentile").press("End")
    expect(caption).to_have_text(re.compile("0 or less becomes 0, 19[0-9] or more 1"))


def test_python_moves_the_page(show, page):
    explorer = show(explore.normalisation(np.arange(100).reshape(10, 10)))
    page.evaluate("model.set('stray', 100)")
    expect(explorer.get_by_role("slider", name="Stray pixel")).to_have_value("100")
    expect(explorer.get_by_role("slider", name="Stray pixel")).to_have_attribute(
        "aria-valuetext", "1089"
    )


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, width):
    explorer = explore.normalisation(RANDOM.normal(0, 1e4, (40, 30)))
    explorer.stray = 100
    show(explorer, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())

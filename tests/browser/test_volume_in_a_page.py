"""The volume explorer with no Jupyter around it: planes, places and letters."""

import io
import sys

import numpy as np
import pytest
from matplotlib.image import imread
from playwright.sync_api import expect

from medtutor import explore
from medtutor.datasets import Scan
from medtutor.explore.common.packed import unpacked
from medtutor.explore.volume.geometry import grey_levels, orientation_of, oriented, plane

RANDOM = np.random.default_rng(0)
SMALL = RANDOM.integers(-500, 1500, (4, 6, 5)).astype(np.int16)
# Axes to the right, to the feet, to the front: each is turned, and each goes elsewhere.
RIGHT_FEET_FRONT = np.array([[-4, 0, 0, 30], [0, 0, -1, 20], [0, -2, 0, 10], [0, 0, 0, 1.0]])
TURNED = Scan(SMALL, (4.0, 2.0, 1.0), "CT", "HU", affine=RIGHT_FEET_FRONT)
UPRIGHT = np.diag([1.0, 1, 1, 1])[[2, 1, 0, 3]]
VOLUME = """async () => {
  const voxels = model.get("voxels");
  const values = await explorer.unpack(voxels);
  const volume = new explorer.Volume(values, voxels.shape, model.get("geometry"));
  return (%s)(volume);
}"""


def words(explorer):
    return explorer.locator(".mt-readout")


def place(page):
    return page.evaluate("model.get('place')")


def test_planes_are_those_of_python(show, page):
    explorer = explore.volume(TURNED)
    show(explorer)
    turned = oriented(SMALL, orientation_of(RIGHT_FEET_FRONT))
    np.testing.assert_array_equal(unpacked(explorer.voxels), turned)
    for axis, length in enumerate(turned.shape):
        for index in range(length):
            cut = f"volume.plane({axis}, {index})"
            ask = f"(volume) => ({{ ...{cut}, values: [...{cut}.values] }})"
            found = page.evaluate(VOLUME % ask)
            expected = plane(turned, axis, index)
            assert (found["rows"], found["columns"]) == expected.shape
            np.testing.assert_array_equal(found["values"], expected.ravel())


@pytest.mark.parametrize(
    "scan",
    [
        SMALL,
        TURNED,
        SMALL / 7,
        SMALL.astype(int) * 30 + 70000,
        Scan(SMALL, (1.0, 1.0, 1.0), affine=UPRIGHT),
    ],
    ids=["array", "turned", "fractions", "large", "upright"],
)
def test_every_voxel_keeps_its_place_and_its_value(show, page, scan):
    show(explore.volume(scan))
    array = np.asarray(getattr(scan, "array", scan))
    every = [list(map(int, index)) for index in np.ndindex(array.shape)]
    ask = f"""(volume) => {every}.map((voxel) => {{
        const place = volume.fromVoxel(voxel);
        return [volume.toVoxel(place), volume.valueAt(place), volume.position(place)];
    }})"""
    affine = getattr(scan, "affine", None)
    step = np.ptp(array) / 65535
    for voxel, (back, value, position) in zip(every, page.evaluate(VOLUME % ask), strict=True):
        assert back == voxel
        assert value == pytest.approx(array[tuple(voxel)], abs=step)
        if affine is not None:
            np.testing.assert_allclose(position, (affine @ [*voxel, 1])[:3], atol=1e-9)


def test_a_reduced_volume_names_all_voxels_of_a_block(show, page, monkeypatch):
    monkeypatch.setattr(sys.modules["medtutor.explore.volume.widget"], "LARGEST_VOLUME", 30)
    scan = Scan(SMALL, (4.0, 2.0, 1.0), affine=RIGHT_FEET_FRONT)
    made = explore.volume(scan)
    blocks = made.geometry["blocks"]
    assert blocks == [1, 2, 2]
    explorer = show(made)
    expect(words(explorer)).to_contain_text("Mean of voxels [2, 2:4, 2:4]: ")
    mean = np.rint(SMALL[2, 2:4, 2:4].mean())
    expect(words(explorer)).to_contain_text(f"]: {mean:.0f}.".replace("-", "−"))
    middle = page.evaluate(VOLUME % "(volume) => volume.position(volume.fromVoxel([2, 2, 2]))")
    np.testing.assert_allclose(middle, (RIGHT_FEET_FRONT @ [2, 2.5, 2.5, 1])[:3])
    explorer.locator("canvas").first.press("ArrowDown")
    assert place(page) == [2, 2, 0], "one step is one block"


@pytest.mark.parametrize(("axis", "steps"), [(0, (0, 1, 2)), (1, (1, 0, 2)), (2, (2, 0, 1))])
def test_keys_move_the_cross_hair(show, page, axis, steps):
    """`steps` are the axes that Page Up, the upright and the level arrows change."""
    explorer = show(explore.volume(Scan(np.zeros((30, 40, 50)), (1, 1, 1), affine=UPRIGHT)))
    canvas = explorer.locator("canvas").nth(axis)
    through, upright, level = steps
    expected = [15, 20, 25]
    # Arrow down goes to the feet, or in an axial plane to the back.
    down = -1 if upright == 0 else 1
    moves = {
        "ArrowRight": (level, 1),
        "ArrowLeft": (level, -1),
        "ArrowDown": (upright, down),
        "ArrowUp": (upright, -down),
        "PageUp": (through, 1),
        "PageDown": (through, -1),
    }
    for key, (moved, step) in moves.items():
        for prefix, far in [("", 1), ("Shift+", 10)]:
            canvas.press(prefix + key)
            expected[moved] += far * step
            assert place(page) == expected, prefix + key
    for key in ["PageUp", "ArrowRight", "ArrowDown"]:
        for _ in range(5):
            canvas.press("Shift+" + key)
    ends = [29 if through == 0 or down == 1 else 0, 39, 49]
    assert place(page) == ends, "it stops at the edges"


def test_clicks_and_drags_move_the_cross_hair(show, page):
    explorer = show(explore.volume(Scan(np.zeros((10, 20, 40)), (1, 1, 1), affine=UPRIGHT)))

    def point(number, row, column, rows, columns):
        box = explorer.locator("canvas").nth(number).bounding_box()
        x = box["x"] + box["width"] * (column + 0.5) / columns
        page.mouse.move(x, box["y"] + box["height"] * (row + 0.5) / rows)

    point(0, 3, 7, 20, 40)
    page.mouse.down()
    assert place(page) == [5, 3, 7]
    point(0, 19, 0, 20, 40)
    page.mouse.up()
    assert place(page) == [5, 19, 0]
    point(1, 0, 39, 10, 40)
    assert place(page) == [5, 19, 0], "pointing alone moves nothing"
    page.mouse.down()
    page.mouse.up()
    assert place(page) == [9, 19, 39]
    point(2, 9, 4, 10, 20)
    page.mouse.down()
    page.mouse.up()
    assert place(page) == [0, 4, 39]


def test_sliders_go_through_the_slices(show, page):
    explorer = show(explore.volume())
    slider = explorer.get_by_role("slider", name="Coronal slice")
    slider.press("ArrowRight")
    assert place(page) == [47, 59, 49]
    slider.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "array[:, 0, :]")
    expect(explorer.locator("figcaption").nth(1)).to_have_text("Coronal: array[:, 0, :]")


def test_python_s_place_is_shown_and_kept_inside(show, page):
    explorer = show(explore.volume(SMALL, spacing=(2, 3, 4)))
    page.evaluate("model.set('place', [1, 5, 0])")
    value = f"Voxel [1, 5, 0]: {SMALL[1, 5, 0]}.".replace("-", "−")
    expect(words(explorer)).to_contain_text(value)
    expect(words(explorer)).to_contain_text("Position: 2.0, 15.0, 0.0 mm from voxel [0, 0, 0].")
    page.evaluate("model.set('place', [99, -3, 4])")
    expect(words(explorer)).to_contain_text("Voxel [3, 0, 4]")


def test_letters_and_names_follow_the_affine(show, page):
    explorer = show(explore.volume(TURNED))
    captions = explorer.locator("figcaption")
    # Array axis 0 goes to the right, 1 to the feet, 2 to the front.
    expect(captions.nth(0)).to_have_text("Axial: array[:, 3, :]")
    expect(captions.nth(1)).to_have_text("Coronal: array[:, :, 2]")
    expect(captions.nth(2)).to_have_text("Sagittal: array[2, :, :]")
    axial = explorer.locator("canvas").first
    label = axial.get_attribute("aria-label")
    assert label.startswith(
        "Axial: array[:, 3, :]; left edge R, right edge L, top A, bottom P. Click"
    )
    sagittal = explorer.locator("canvas").last
    label = sagittal.get_attribute("aria-label")
    assert "left edge A, right edge P, top S, bottom I" in label
    expect(words(explorer)).to_contain_text("22.0 mm left, 18.0 mm back, 4.0 mm up from the origin")
    axial.press("ArrowRight")
    assert place(page) == [1, 3, 2], "to the right in the picture is to the patient's left"


def test_without_an_affine_there_are_no_letters(show):
    explorer = show(explore.volume(SMALL))
    label = explorer.locator("canvas").nth(1).get_attribute("aria-label")
    assert label.startswith("array[:, 3, :], axis 0 up, axis 2 to the right. Click")
    assert "mm" not in words(explorer).inner_text()


@pytest.mark.parametrize("width", [480, 900])
def test_planes_have_one_scale_and_the_shape_that_the_spacing_gives(show, page, width):
    explorer = show(explore.volume(np.zeros((10, 20, 40)), spacing=(5, 2, 0.5)), width=width)
    boxes = [canvas.bounding_box() for canvas in explorer.locator("canvas").all()]
    sizes = [(box["height"], box["width"]) for box in boxes]
    per_mm = sizes[0][0] / 40
    expected = [(40, 20), (50, 20), (50, 40)]
    np.testing.assert_allclose(sizes, np.array(expected) * per_mm, rtol=0.02)


def test_the_picture_shows_the_slice_through_its_window(show, page):
    volume = np.tile(np.arange(0, 160, 10), (16, 16, 1)).transpose(0, 2, 1)
    explorer = show(explore.volume(volume, spacing=(1, 1, 1)))
    page.evaluate("model.set('center', 80); model.set('width', 100); model.set('place', [0, 0, 0])")
    shot = imread(io.BytesIO(explorer.locator("canvas").first.screenshot()))[..., 0]
    rows = ((np.arange(2, 16) + 0.5) / 16 * len(shot)).astype(int)
    expected = np.rint(grey_levels(np.arange(20, 160, 10), 80, 100) * 255)
    assert np.abs(np.rint(shot[rows, shot.shape[1] // 2] * 255) - expected).max() <= 1


def test_window_controls_change_what_is_said(show, page):
    explorer = show(explore.volume(Scan(SMALL, (1.0, 1.0, 1.0), "CT", "HU")))
    expect(words(explorer)).to_contain_text("Window: −150 and below is black, 250 and above white")
    explorer.get_by_role("button", name="lung").press("Enter")
    expect(explorer.get_by_label("Centre as a number")).to_have_value("-600")
    expect(explorer.locator("[aria-pressed=true]")).to_have_text("lung")
    field = explorer.get_by_label("Width as a number")
    field.fill("100")
    expect(words(explorer)).to_contain_text("−650 and below is black")
    field.fill("0")
    expect(field).to_have_attribute("aria-invalid", "true")

"""The patches explorer with no Jupyter around it: it computes what Python computes."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from medtutor import datasets, explore

MASK = np.zeros((20, 28, 24), np.uint8)
MASK[6:11, 8:15, 3:9] = 1
MASK[16:18, 20:22, 20:23] = 1
VOLUME = np.random.default_rng(0).normal(size=MASK.shape) + 3 * MASK
COMPUTE = """async (settings) => {
  const stack = model.get("stack");
  const mask = await explorer.unpack(stack.mask);
  return explorer.patchesScene(stack, mask, settings);
}"""
PLANE = """async ([plane, place]) => {
  const stack = model.get("stack");
  const cut = explorer.planeOf(await explorer.unpack(stack.mask), stack.shape, plane, place);
  return { ...cut, values: [...cut.values] };
}"""


def explorer_of(**options):
    return explore.patches(VOLUME, MASK, spacing=(4.0, 2.0, 3.0), **{"size": 8, **options})


def test_the_page_computes_what_python_computes(show, page):
    explorer = explorer_of()
    show(explorer)
    for size in (8, 12, 20):
        for overlap in (0, 25, 50, 75):
            for place in ((0, 0, 0), (5, 9, 4), (12, 20, 16)):
                explorer.size, explorer.overlap, explorer.place = size, overlap, place
                settings = {"size": size, "overlap": overlap, "place": place}
                found = page.evaluate(COMPUTE, settings)
                for name, expected in explorer.scene().items():
                    assert found[name] == pytest.approx(expected), (name, settings)


def test_planes_are_head_up_and_front_up(show, page):
    show(explorer_of())
    for plane, expected in enumerate((MASK[7], MASK[::-1, 9], MASK[::-1, :, 5])):
        found = page.evaluate(PLANE, [plane, (7, 9, 5)[plane]])
        assert (found["rows"], found["columns"]) == expected.shape
        np.testing.assert_array_equal(found["values"], expected.ravel())


def test_arrows_move_the_patch_and_page_keys_go_through_the_slices(show, page):
    explorer = show(explorer_of())
    place = lambda: page.evaluate("model.get('place')")  # noqa: E731
    axial, coronal = (explorer.locator("canvas").nth(n) for n in (0, 1))
    assert place() == [4, 7, 2]
    axial.press("ArrowRight")
    axial.press("ArrowDown")
    axial.press("PageUp")
    assert place() == [5, 8, 3]
    coronal.press("Shift+ArrowUp")
    assert place() == [9, 8, 3]
    for _ in range(9):
        coronal.press("Shift+PageUp")
    assert place() == [9, 20, 3]  # it stays inside


def test_every_control_changes_picture_and_words(show):
    explorer = show(explorer_of())
    for name in ("Edge of the patch", "Overlap", "Patch, across the coronal plane"):
        before, words = explorer.locator("figure").nth(1).screenshot(), explorer.inner_text()
        explorer.get_by_role("slider", name=name).press("ArrowRight")
        assert explorer.locator("figure").nth(1).screenshot() != before, name
        assert explorer.inner_text() != words, name


def test_the_words_say_what_a_seam_does(show, page):
    explorer = show(explorer_of())
    words = explorer.locator(".mt-readout")
    expect(words).to_contain_text("A patch of 8 × 8 × 8 voxels is 32 × 16 × 24 mm.")
    patches, _ = datasets.tile(MASK, 8)
    expect(words).to_contain_text(f"With 0 % overlap {len(patches)} patches hold all of")
    expect(words).to_contain_text("Of 2 lesions, 1 lies whole in no patch of the grid")
    page.evaluate("model.set('overlap', 75)")
    expect(words).to_contain_text("Each of the 2 lesions lies whole in some")
    page.evaluate("model.set('place', [0, 0, 0])")
    expect(words).to_contain_text("mL of lesion (")


@pytest.mark.parametrize("width", [480, 900])
def test_nothing_sticks_out(show, page, width):
    show(explorer_of(size=20), width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not re.search("undefined|NaN|null", page.locator(".mt-explorer").inner_text())

import re
from itertools import combinations

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from medtutor import plots
from medtutor.plots import colours

IMAGES = np.arange(4 * 6 * 5, dtype=np.uint8).reshape(4, 6, 5)


def test_images_are_drawn_as_they_are_on_one_scale():
    axes = plots.show_images(IMAGES[..., None], columns=2)
    assert axes.shape == (4,)
    for ax, image in zip(axes, IMAGES, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.images[0].get_clim() == (0, 255)
        assert ax.images[0].get_cmap().name == "gray"
    assert len(axes[0].figure.axes) == 4


def test_floats_share_the_range_of_all_images():
    first, second = np.zeros((4, 4)), np.full((4, 4), 3.0)
    axes = plots.show_images([first, second])
    assert [ax.images[0].get_clim() for ax in axes] == [(0, 3), (0, 3)]


def test_booleans_are_shown_and_told_as_zeros_and_ones():
    (ax,) = plots.show_images(IMAGES[0] > 3)
    assert plots.alt_text(ax.figure) == "One image of 6×5 pixels, values 0 to 1."


def test_signed_maps_have_zero_in_the_middle_and_a_scale():
    axes = plots.show_images(IMAGES[:2].astype(float) - 20, signed=True)
    assert axes[0].images[0].get_clim() == (-39, 39)
    assert axes[0].images[0].get_cmap().name == colours.SIGNED
    assert len(axes[0].figure.axes) == 3  # two maps and the scale


def test_labels_names_and_scores_become_titles_and_text():
    axes = plots.show_images(
        IMAGES, [0, 1, 1, 0], class_names=["healthy", "lesion"], scores=[0.1, 0.9, 0.456, 0.2]
    )
    titles = [ax.get_title() for ax in axes]
    assert titles == ["healthy 0.10", "lesion 0.90", "lesion 0.46", "healthy 0.20"]
    assert plots.alt_text(axes[0].figure) == (
        "4 images of 6×5 pixels, values 0 to 119: healthy (2), lesion (2); scores 0.1 to 0.9."
    )


@pytest.mark.parametrize(
    ("image", "shape"),
    [(IMAGES[0], (6, 5)), (IMAGES[0][..., None], (6, 5)), (np.zeros((6, 5, 3)), (6, 5, 3))],
)
def test_a_single_image_is_shown_alone(image, shape):
    (ax,) = plots.show_images(image)
    assert ax.images[0].get_array().shape == shape
    assert plots.alt_text(ax.figure).startswith("One image of 6×5 pixels")


def test_small_patches_are_no_colour_image():
    assert len(plots.show_images(np.zeros((5, 3, 3)))) == 5
    assert len(plots.show_images(np.zeros((5, 4, 3)))) == 1


def test_images_of_unequal_size_come_as_a_list():
    axes = plots.show_images([np.zeros((28, 28)), np.ones((26, 26))], ["input", "output"])
    assert "2 images of 28×28 to 26×26 pixels, values 0 to 1: input, output." in plots.alt_text(
        axes[0].figure
    )


def test_given_axes_are_used():
    figure, axes = plots.show_images(IMAGES[:2])[0].figure, plots.show_images(IMAGES[:2])
    again = plots.show_images(IMAGES[2:], ax=axes)
    assert (again == axes).all()
    assert figure is not axes[0].figure
    with pytest.raises(ValueError, match="got 2 axes for 4 pictures"):
        plots.show_images(IMAGES, ax=axes)


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((np.zeros(4),), {}, "images has shape (4,)"),
        ((np.zeros((0, 4, 4)),), {}, "there is nothing to show"),
        ((np.zeros((2, 4, 4, 2)),), {}, "has shape (4, 4, 2)"),
        ((np.full((5, 6, 3), -2.0),), {}, "colours in images go from -2 to -2 (float64)"),
        ((IMAGES, [0, 1]), {}, "labels has 2 entries for 4 images"),
        ((IMAGES, [0, 1, 2, 3]), {"class_names": ["a", "b"]}, "labels go from 0 to 3"),
        ((IMAGES, [[0], [1], [0], [1]]), {}, "labels has shape (4, 1)"),
        ((IMAGES,), {"scores": [0.5]}, "scores has 1 entries"),
        ((IMAGES,), {"columns": -1}, "columns is -1; give a whole number from 1 up"),
        ((IMAGES,), {"columns": 0}, "columns is 0"),
        ((IMAGES,), {"columns": 2.5}, "columns is 2.5"),
        ((IMAGES,), {"inches": 0}, "inches is 0; give a number from 0.1 to 100"),
        ((IMAGES,), {"inches": -1}, "inches is -1"),
        ((IMAGES,), {"inches": "a"}, "inches is 'a'"),
        ((np.full((2, 4, 4), np.nan),), {}, "no finite value"),
    ],
)
def test_bad_images_are_named(arguments, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.show_images(*arguments, **options)


def two_masks():
    masks = np.zeros((2, 6, 5), dtype=np.uint8)
    masks[0, 1:3, 1:4] = 1
    masks[0, 4:, 0] = 2
    return masks


def test_masks_are_tinted_and_outlined_by_class():
    axes = plots.show_masks(IMAGES[:2], two_masks(), class_names=["background", "grey", "lesion"])
    picture, *tints = axes[0].images
    np.testing.assert_array_equal(picture.get_array(), IMAGES[0])
    for class_id, tint in enumerate(tints, start=1):
        rgba = np.asarray(tint.get_array())
        np.testing.assert_array_equal(rgba[..., 3] > 0, two_masks()[0] == class_id)
        inside = rgba[two_masks()[0] == class_id][0, :3]
        np.testing.assert_allclose(inside, to_rgb(colours.categorical(class_id - 1)))
    assert len(axes[0].collections) == 2  # an outline for each class
    assert len(axes[1].images) == 1
    assert axes[0].get_xlim() == (-0.5, 4.5)
    legend = [text.get_text() for text in axes[0].figure.legends[0].get_texts()]
    assert legend == ["grey", "lesion"]


def test_the_text_of_masks_tells_classes_and_areas():
    axes = plots.show_masks(IMAGES[:2], two_masks(), class_names=["background", "grey", "lesion"])
    assert plots.alt_text(axes[0].figure) == (
        "2 images of 6×5 pixels, values 0 to 59, with masks: grey in 1 of 2, up to 20.0 % of an "
        "image; lesion in 1 of 2, up to 6.7 % of an image."
    )
    empty = plots.show_masks(IMAGES[0], np.zeros((6, 5), bool))
    assert "with masks: all empty." in plots.alt_text(empty[0].figure)


@pytest.mark.parametrize(
    ("masks", "options", "message"),
    [
        (two_masks()[:1], {}, "masks has 1 entries for 2 images"),
        (two_masks()[:, :3], {}, "shape (3, 5) lies on an image (6, 5)"),
        (two_masks() * 0.5, {}, "masks are float64; give class ids"),
        (two_masks(), {"titles": ["a"]}, "titles has 1 entries for 2 images"),
        (two_masks(), {"titles": [["a"], ["b"]]}, "titles has shape (2, 1)"),
        (two_masks(), {"opacity": 2}, "opacity is 2; give a number from 0 to 1"),
        (two_masks(), {"class_names": ["background", "grey"]}, "holds class id 2, but there are 2"),
    ],
)
def test_bad_masks_are_named(masks, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.show_masks(IMAGES[:2], masks, **options)


def test_boxes_enclose_their_pixels():
    axes = plots.show_boxes(IMAGES[:2], [np.array([[1, 2, 4, 5]]), np.empty((0, 4))])
    (box,) = axes[0].patches
    assert (box.get_x(), box.get_y()) == (1.5, 0.5)
    assert (box.get_width(), box.get_height()) == (3, 3)
    assert not axes[1].patches
    assert plots.alt_text(axes[0].figure).endswith("with boxes: 1, 0.")


def test_found_and_true_boxes_are_told_apart_and_counted():
    found = [np.array([[1, 2, 4, 5], [0, 0, 2, 2]]), np.empty((0, 4))]
    truth = [np.array([[1, 1, 3, 3]]), np.array([[3, 3, 5, 4]])]
    scores = [np.array([0.912, 0.1]), np.empty(0)]
    axes = plots.show_boxes(IMAGES[:2], found, scores=scores, true_boxes=truth)
    true_frame, *frames = axes[0].patches
    assert (true_frame.get_x(), true_frame.get_linestyle()) == (0.5, "--")
    assert [frame.get_linestyle() for frame in frames] == ["-", "-"]
    assert to_rgb(true_frame.get_edgecolor()) != to_rgb(frames[0].get_edgecolor())
    assert [text.get_text() for text in axes[0].texts] == ["0.91", "0.10"]
    assert [len(ax.patches) for ax in axes] == [3, 1]
    text = plots.alt_text(axes[0].figure)
    assert text.endswith("with boxes found: 2, 0; true boxes: 1, 1.")


def test_scores_of_boxes_that_lie_close_stand_apart():
    rng = np.random.default_rng(0)
    corners = rng.uniform(20, 26, (3, 2))
    boxes = np.concatenate([corners, corners + 4], axis=1)
    (ax,) = plots.show_boxes(np.eye(64)[None], [boxes], scores=[[0.9, 0.8, 0.7]], inches=2.8)
    ax.figure.draw_without_rendering()
    spans = [text.get_window_extent() for text in ax.texts]
    assert not any(a.overlaps(b) for a, b in combinations(spans, 2))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scores": [[0.5]]}, "scores has 1 entries for 2 images"),
        ({"scores": [[0.5, 0.4], []]}, "an image has 1 boxes and 2 scores"),
        ({"true_boxes": [[]]}, "true_boxes has 1 entries for 2 images"),
        ({"true_boxes": [[[5, 5, 2, 2]], []]}, "an empty box: it doesn't end below"),
    ],
)
def test_bad_scores_and_true_boxes_are_named(options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.show_boxes(IMAGES[:2], [np.array([[1, 2, 4, 5]]), []], **options)


@pytest.mark.parametrize(
    ("boxes", "message"),
    [
        ([np.zeros((1, 4))] * 3, "boxes has 3 entries for 2 images"),
        ([np.zeros((1, 5)), []], "shape (1, 5)"),
        ([np.array([[5, 5, 2, 2]]), []], "boxes[0] is [5.0, 5.0, 2.0, 2.0], an empty box"),
        (
            [np.array([[0, 0, 2, np.nan], [0, 0, 2, 2]]), []],
            "boxes[0] is [0.0, 0.0, 2.0, nan]; give finite numbers",
        ),
    ],
)
def test_bad_boxes_are_named(boxes, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        plots.show_boxes(IMAGES[:2], boxes)


HEATS = np.array([[[0.0, 2.0], [0.0, 0.0]], [[-4.0, 1.0], [0.0, 0.0]]])
SQUARES = np.arange(8.0).reshape(2, 2, 2)


def tint(ax):
    return ax.images[1].get_array()


def test_maps_share_a_scale_or_have_their_own():
    together = plots.show_maps(SQUARES, HEATS)
    assert tint(together[0])[0, 1, 3] == pytest.approx(0.45)
    assert [ax.get_xlabel() for ax in together] == ["opaque: 4"] * 2
    apart = plots.show_maps(SQUARES, HEATS, own_scale=True)
    assert tint(apart[0])[0, 1, 3] == pytest.approx(0.9)
    assert [ax.get_xlabel() for ax in apart] == ["opaque: 2", "opaque: 4"]


def test_a_map_is_clear_at_zero_and_has_two_colours():
    _, ax = plots.show_maps(SQUARES, HEATS)
    below, above, zero = tint(ax)[0, 0], tint(ax)[0, 1], tint(ax)[1, 0]
    assert zero[3] == 0
    assert not np.allclose(below[:3], above[:3])
    assert below[3] > above[3] > 0


def test_maps_say_where_they_are_highest_and_whether_that_is_in_the_mask():
    masks = np.array([[[0, 1], [0, 0]], [[1, 0], [0, 0]]])
    axes = plots.show_maps(SQUARES, HEATS, masks=masks, titles=["a", "b"])
    assert plots.alt_text(axes[0].figure) == (
        "2 images of 2×2 pixels, values 0 to 7: a, b, with maps: highest 2 at row 0, column 1, in "
        "the mask; highest 1 at row 0, column 1, outside the mask."
    )


def test_a_patch_of_equal_values_is_in_the_mask_where_any_of_it_is():
    heat, mask = np.kron([[1.0, 3], [0, 2]], np.ones((2, 2))), np.zeros((1, 4, 4))
    mask[0, 1, 3] = 1  # the highest patch begins at row 0, column 2
    (ax,) = plots.show_maps(np.zeros((1, 4, 4)), heat[None], masks=mask)
    assert "row 0, column 2, in the mask" in plots.alt_text(ax.figure)


def test_an_empty_map_and_an_empty_mask_are_drawn():
    axes = plots.show_maps(SQUARES, 0 * HEATS, masks=np.zeros((2, 2, 2), int))
    assert not tint(axes[0])[..., 3].any()


@pytest.mark.parametrize(
    ("maps", "masks", "message"),
    [
        (HEATS[:1], None, "maps has 1 entries for 2 images"),
        (np.zeros((2, 3, 2)), None, r"a map of shape \(3, 2\)"),
        (HEATS, np.zeros((2, 3, 2)), r"a mask of shape \(3, 2\)"),
        (HEATS * np.nan, None, "NaN or infinity"),
    ],
)
def test_maps_that_dont_fit_are_refused(maps, masks, message):
    with pytest.raises(ValueError, match=message):
        plots.show_maps(SQUARES, maps, masks=masks)

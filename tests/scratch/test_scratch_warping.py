"""Affine warps: equal to SciPy and Keras, exact where the map is, gradients by trying."""

import keras
import keras_reference as reference
import numpy as np
import pytest
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from medtutor import scratch

NO_TURN, NO_SHIFT = np.eye(2), np.zeros(2)
MATRICES = {
    "a turn": scratch.rotation_matrix(13),
    "a turn the other way": scratch.rotation_matrix(-140),
    "a zoom": np.eye(2) * 0.8,
    "a shear": np.array([[1.1, 0.3], [-0.2, 0.9]]),
    "a mirror": np.diag([1.0, -1.0]),
}


def scipy_warp(image, matrix, shift, order):
    middle = (np.array(image.shape[:2]) - 1) / 2
    offset = middle + shift - matrix @ middle
    planes = [
        ndimage.affine_transform(plane, matrix, offset, order=order, mode="nearest")
        for plane in np.moveaxis(image, -1, 0)
    ]
    return np.stack(planes, axis=-1)


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", MATRICES)
def test_is_scipys(name, order):
    (images,) = draw(0, (3, 9, 12, 2))
    shift = np.array([1.3, -2.6])
    warped = scratch.affine_warp(images, MATRICES[name], shift, order=order)
    for mine, image in zip(warped, images, strict=True):
        np.testing.assert_allclose(mine, scipy_warp(image, MATRICES[name], shift, order), atol=1e-6)


@pytest.mark.parametrize("name", MATRICES)
def test_is_kerass_inside_the_rim(name):
    """Keras maps places from the corner, columns first; beyond the rim it reads zeros."""
    (images,) = draw(1, (2, 11, 11, 1))
    matrix, shift = MATRICES[name], np.array([0.4, -0.7])
    offset = 5 + shift - matrix @ np.full(2, 5)
    (a, b), (c, d) = matrix
    transform = np.array([[d, c, offset[1], b, a, offset[0], 0, 0]], "float32")
    theirs = keras.ops.image.affine_transform(images.astype("float32"), transform)
    mine = scratch.affine_warp(images.astype("float32"), matrix, shift)
    inside = (slice(None), slice(4, 7), slice(4, 7))
    np.testing.assert_allclose(mine[inside], np.array(theirs)[inside], atol=1e-4)


@pytest.mark.parametrize("name", MATRICES)
def test_value_and_gradient_are_those_of_keras_map_coordinates(name):
    """Not of its affine_transform: there TensorFlow warps the gradient back, which is near it."""
    images, grad = (values[..., None] for values in draw(2, (1, 9, 12), (1, 9, 12)))
    matrix, shift = MATRICES[name], np.array([1.3, -2.6])
    middle = np.array([4, 5.5]).reshape(2, 1, 1)
    from_middle = np.indices((9, 12)) - middle
    places = np.tensordot(matrix, from_middle, axes=1) + middle + shift.reshape(2, 1, 1)
    value, (theirs,) = reference.value_and_grads(
        lambda x: keras.ops.image.map_coordinates(x, places, order=1, fill_mode="nearest"),
        [images[0, ..., 0]],
        lambda shape: grad[0, ..., 0],
    )
    mine = scratch.affine_warp(images, matrix, shift)
    np.testing.assert_allclose(mine[0, ..., 0], value, atol=1e-6)
    mine = scratch.affine_warp_grad(grad, images, matrix, shift)
    np.testing.assert_allclose(mine[0, ..., 0], theirs, atol=1e-6)


def test_no_map_changes_nothing():
    (images,) = draw(4, (2, 5, 8, 3))
    np.testing.assert_array_equal(scratch.affine_warp(images, NO_TURN, NO_SHIFT), images)


@given(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from([0, 1]))
@settings(deadline=None)
def test_a_shift_by_whole_pixels_rolls(down, right, order):
    (images,) = draw(5, (1, 9, 10, 1))
    warped = scratch.affine_warp(images, NO_TURN, np.array([-down, -right]), order=order)
    rolled = np.roll(images, (down, right), axis=(1, 2))
    np.testing.assert_array_equal(warped[:, 3:-3, 3:-3], rolled[:, 3:-3, 3:-3])


@pytest.mark.parametrize("quarters", [1, 2, 3])
@pytest.mark.parametrize("edge", [6, 7])
def test_a_quarter_turn_is_numpys(quarters, edge):
    (images,) = draw(6, (2, edge, edge, 1))
    turned = scratch.affine_warp(images, scratch.rotation_matrix(90 * quarters), NO_SHIFT)
    np.testing.assert_allclose(turned, np.rot90(images, quarters, axes=(1, 2)), atol=1e-6)


@given(st.floats(-180, 180), st.floats(-4, 4), st.sampled_from(["uint8", "int16", "bool"]))
@settings(deadline=None)
def test_the_nearest_pixel_makes_no_new_class(degrees, shift, dtype):
    masks = np.random.default_rng(0).choice([0, 1, 3], (2, 7, 9, 1)).astype(dtype)
    warped = scratch.affine_warp(
        masks, scratch.rotation_matrix(degrees), np.array([shift, -shift]), order=0
    )
    assert warped.dtype == masks.dtype
    assert set(np.unique(warped)) <= set(np.unique(masks))


@pytest.mark.parametrize("name", MATRICES)
def test_gradient_by_trying(name):
    images, grad = draw(7, (2, 4, 5, 2), (2, 4, 5, 2))
    matrix, shift = MATRICES[name], np.array([0.3, -0.8])
    mine = scratch.affine_warp_grad(grad, images, matrix, shift)
    tried = numeric_grad(lambda x: scratch.affine_warp(x, matrix, shift), images, grad)
    np.testing.assert_allclose(mine, tried, atol=1e-5)


def test_each_image_may_have_its_own_map():
    (images,) = draw(8, (2, 6, 5, 1))
    matrices = np.stack([scratch.rotation_matrix(20), np.eye(2) * 1.2])
    shifts = np.array([[0.5, 0], [0, -1.5]])
    together = scratch.affine_warp(images, matrices, shifts)
    for i in range(2):
        alone = scratch.affine_warp(images[i : i + 1], matrices[i], shifts[i])
        np.testing.assert_array_equal(together[i : i + 1], alone)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_is_kept(dtype):
    images = np.ones((1, 4, 4, 1), dtype)
    assert scratch.affine_warp(images, scratch.rotation_matrix(5), NO_SHIFT).dtype == dtype
    assert scratch.affine_warp_grad(images, images, NO_TURN, NO_SHIFT).dtype == dtype


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.affine_warp(np.ones((1, 3, 3, 1), int), NO_TURN, NO_SHIFT), "order=0"),
        (lambda: scratch.affine_warp(np.ones((3, 3, 1)), NO_TURN, NO_SHIFT), r"4 axes \(N, H"),
        (lambda: scratch.affine_warp(np.ones((1, 3, 3, 1)), NO_TURN, NO_SHIFT, order=3), "order"),
        (lambda: scratch.affine_warp(np.ones((1, 3, 3, 1)), np.eye(3), NO_SHIFT), r"\(3, 3\)"),
        (lambda: scratch.affine_warp(np.ones((4, 3, 3, 1)), NO_TURN, np.ones(3)), r"\(4, 2\)"),
        (
            lambda: scratch.affine_warp_grad(
                np.ones((1, 3, 2, 1)), np.ones((1, 3, 3, 1)), NO_TURN, NO_SHIFT
            ),
            "grad has shape",
        ),
        (lambda: scratch.affine_warp(np.ones((1, 3, 3, 1)), NO_TURN, [np.nan, 0]), "found NaN"),
        (lambda: scratch.affine_warp(np.ones((1, 3, 3, 1)), NO_TURN * np.nan, [0, 0]), "found NaN"),
        (lambda: scratch.rotation_matrix("right"), "degrees is 'right'"),
        (lambda: scratch.rotation_matrix(np.nan), "degrees is nan"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

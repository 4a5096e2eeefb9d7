"""RoI align: by hand, equal to TensorFlow's sampling, gradients by trying."""

import keras_reference as reference
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import draw, numeric_grad
from hypothesis import given, settings
from hypothesis import strategies as st

from medtutor import scratch

MAPS = np.arange(16.0).reshape(4, 4, 1)
BOXES = np.array([[1, 0, 3, 3], [0.3, 2.2, 5.9, 4], [-2, 3, 2, 9.5], [4.1, 1.2, 4.9, 1.9]])


def crop_and_resize(maps, boxes, size):
    """TensorFlow's op on a box that is smaller by half a bin all round: the same samples."""
    boxes, counts = np.asarray(boxes, float), np.array(size)
    lengths = np.array(maps.shape[:2])
    half_bins = (boxes[:, 2:] - boxes[:, :2]) / counts / 2
    first = (boxes[:, :2] + half_bins - 0.5) / (lengths - 1)
    last = (boxes[:, 2:] - half_bins - 0.5) / (lengths - 1)
    places = np.concatenate([first, last], axis=1).astype("float32")
    return tf.image.crop_and_resize(maps[None], places, [0] * len(boxes), size)


def test_by_hand():
    found = scratch.roi_align(MAPS, [[1, 0, 3, 3]], 2)
    np.testing.assert_allclose(found[0, :, :, 0], [[4.25, 5.75], [8.25, 9.75]])


def test_a_box_cut_into_its_pixels_gives_these_pixels():
    (maps,) = draw(0, (6, 7, 3))
    found = scratch.roi_align(maps, [[1, 2, 4, 7]], (3, 5))
    np.testing.assert_allclose(found[0], maps[1:4, 2:7])


def test_twice_as_many_bins_lie_a_quarter_beside_the_pixels():
    found = scratch.roi_align(np.arange(25.0).reshape(5, 5, 1), [[1, 1, 3, 3]], 4)[0, :, :, 0]
    np.testing.assert_allclose(found, 4.5 + 2.5 * np.arange(4)[:, None] + 0.5 * np.arange(4))


@pytest.mark.parametrize("size", [(3, 3), (2, 5)])
def test_value_and_gradient_are_those_of_tensorflow(size):
    """On boxes that keep half a pixel from the rim: beyond it TensorFlow reads zeros."""
    maps, grad = draw(1, (7, 9, 2), (2, *size, 2))
    maps, grad = maps.astype("float32"), grad.astype("float32")
    boxes = np.array([[1, 0.5, 3.5, 6.2], [0.6, 4, 6.4, 8.5]])
    value, (theirs,) = reference.value_and_grads(
        lambda x: crop_and_resize(x, boxes, size), [maps], lambda shape: grad
    )
    mine = scratch.roi_align(maps, boxes, size)
    assert mine.dtype == np.float32
    np.testing.assert_allclose(mine, value, atol=1e-5)
    np.testing.assert_allclose(scratch.roi_align_grad(grad, maps, boxes, size), theirs, atol=1e-5)


@pytest.mark.parametrize("size", [1, 3, (2, 4)])
def test_gradient_by_trying(size):
    (maps,) = draw(2, (6, 5, 2))
    (grad,) = draw(3, scratch.roi_align(maps, BOXES, size).shape)
    mine = scratch.roi_align_grad(grad, maps, BOXES, size)
    tried = numeric_grad(lambda x: scratch.roi_align(x, BOXES, size), maps, grad)
    np.testing.assert_allclose(mine, tried, atol=1e-7)


@settings(deadline=None)
@given(st.floats(-9, 9), st.floats(-9, 9), st.floats(0.1, 20), st.floats(0.1, 20))
def test_a_sample_is_a_mean_of_pixels_wherever_the_box_lies(y, x, height, width):
    (maps,) = draw(4, (5, 6, 1))
    box = [[y, x, y + height, x + width]]
    found = scratch.roi_align(maps, box, 3)
    assert maps.min() - 1e-9 <= found.min() <= found.max() <= maps.max() + 1e-9
    np.testing.assert_allclose(scratch.roi_align(np.ones((5, 6, 1)), box, 3), 1)
    grad = scratch.roi_align_grad(np.ones((1, 3, 3, 1)), maps, box, 3)
    assert grad.sum() == pytest.approx(9)  # each sample's weights add up to 1


def test_a_ramp_is_read_where_the_bins_are():
    ramp = np.broadcast_to(np.arange(20.0)[:, None, None] + 0.5, (20, 20, 1))
    found = scratch.roi_align(ramp, [[3, 4, 13, 9]], 5)[0, :, 0, 0]
    np.testing.assert_allclose(found, [4, 6, 8, 10, 12])


def test_no_box_gives_no_cut_and_no_gradient():
    assert scratch.roi_align(MAPS, [], 3).shape == (0, 3, 3, 1)
    grad = scratch.roi_align_grad(np.zeros((0, 3, 3, 1)), MAPS, [], 3)
    np.testing.assert_array_equal(grad, np.zeros_like(MAPS))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_precision_is_kept(dtype):
    maps, grad = np.ones((4, 4, 1), dtype), np.ones((1, 2, 2, 1), dtype)
    assert scratch.roi_align(maps, [[0, 0, 3, 3]], 2).dtype == dtype
    assert scratch.roi_align_grad(grad, maps, [[0, 0, 3, 3]], 2).dtype == dtype


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.roi_align(MAPS.astype(int), BOXES, 2), "maps is int64; give float32"),
        (lambda: scratch.roi_align(MAPS[None], BOXES, 2), r"3 axes \(H, W, C\)"),
        (lambda: scratch.roi_align(MAPS, [[3, 3, 1, 1]], 2), r"boxes\[0\]"),
        (lambda: scratch.roi_align(MAPS, BOXES, 0), "size is 0"),
        (lambda: scratch.roi_align_grad(MAPS, MAPS, BOXES, 2), "grad has shape"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

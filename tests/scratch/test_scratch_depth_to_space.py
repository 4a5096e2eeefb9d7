"""Sub-pixel upscaling: by hand, TensorFlow's order of maps, nothing lost, gradients by trying."""

import keras_reference as reference
import numpy as np
import pytest
import tensorflow as tf
from finite_differences import draw, numeric_grad
from hypothesis import given
from hypothesis import strategies as st

from medtutor import scratch


def test_by_hand():
    four_maps = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 1, 4)
    np.testing.assert_array_equal(scratch.depth_to_space(four_maps, 2)[0, ..., 0], [[1, 2], [3, 4]])


@pytest.mark.conformance("depth_to_space")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("factor", "channels"), [(2, 1), (2, 3), (3, 2), (4, 1)])
def test_value_and_gradient_are_those_of_tensorflow(factor, channels, dtype):
    x, grad = draw(0, (2, 3, 5, factor**2 * channels), (2, 3 * factor, 5 * factor, channels))
    x, grad = x.astype(dtype), grad.astype(dtype)
    value, (theirs,) = reference.value_and_grads(
        lambda x: tf.nn.depth_to_space(x, factor), [x], lambda shape: grad
    )
    mine = scratch.depth_to_space(x, factor)
    assert mine.dtype == dtype
    np.testing.assert_array_equal(mine, value)
    np.testing.assert_array_equal(scratch.depth_to_space_grad(grad, x, factor), theirs)


def test_gradient_by_trying():
    x, grad = draw(1, (1, 2, 3, 8), (1, 4, 6, 2))
    tried = numeric_grad(lambda x: scratch.depth_to_space(x, 2), x, grad)
    np.testing.assert_allclose(scratch.depth_to_space_grad(grad, x, 2), tried, atol=1e-7)


@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 4), st.integers(0, 4))
def test_numbers_only_move_and_the_way_back_undoes_it(factor, channels, rows, columns):
    (x,) = draw(2, (2, rows, columns, factor**2 * channels))
    larger = scratch.depth_to_space(x, factor)
    assert larger.shape == (2, factor * rows, factor * columns, channels)
    np.testing.assert_array_equal(np.sort(larger.ravel()), np.sort(x.ravel()))
    np.testing.assert_array_equal(scratch.depth_to_space_grad(larger, x, factor), x)


MAPS = np.zeros((1, 2, 3, 4))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: scratch.depth_to_space(MAPS, 3), "4 maps, which don't fill blocks of 3 × 3"),
        (lambda: scratch.depth_to_space(MAPS, 0), "factor is 0"),
        (lambda: scratch.depth_to_space(MAPS[0], 2), r"4 axes \(N, H, W, C\)"),
        (lambda: scratch.depth_to_space(MAPS.astype(int), 2), "x is int64; give float32"),
        (lambda: scratch.depth_to_space_grad(MAPS, MAPS, 2), r"expected \(1, 4, 6, 1\)"),
    ],
)
def test_bad_input_is_named_with_its_cure(call, message):
    with pytest.raises(ValueError, match=message):
        call()

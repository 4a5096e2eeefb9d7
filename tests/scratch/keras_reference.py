"""The same layers through Keras: value, and gradients of sum(value * weights_of_outputs)."""

import keras
import numpy as np
import tensorflow as tf


def value_and_grads(function, inputs, grad=None, in_doubles=False):
    """Return the function's value and the gradients of sum(value * grad), as arrays.

    ``in_doubles`` has Keras calculate with float64, and rounds what it gives.
    """
    if in_doubles:
        value, grads = value_and_grads(function, [each.astype("float64") for each in inputs], grad)
        dtype = inputs[0].dtype
        return value.astype(dtype), [each.astype(dtype) for each in grads]
    inputs = [tf.constant(values) for values in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = function(*inputs)
        total = tf.reduce_sum(value if grad is None else value * grad(value.shape))
    return value.numpy(), [each.numpy() for each in tape.gradient(total, inputs)]


def conv2d(x, kernel, bias, strides, padding, dilation):
    """Call Keras' convolution; both strides and dilation above 1 it can't do, see below."""
    if padding not in ("valid", "same"):
        x, padding = tf.pad(x, ((0, 0), *padding, (0, 0))), "valid"
    if max(strides) > 1 and max(dilation) > 1:
        kernel, dilation = spread(kernel, dilation), (1, 1)
    y = keras.ops.conv(x, kernel, strides=strides, padding=padding, dilation_rate=dilation)
    return y + bias


def is_beyond_onednn(kernel_size, strides):
    """Tell whether a kernel's gradient may be wrong in float32: see oneDNN's issue 6035.

    On a processor with AVX2 alone oneDNN writes past its memory where a kernel of one pixel moves
    by more than one and there are fewer than eight channels.
    """
    return max(kernel_size) == 1 < max(strides)


def conv2d_transpose(x, kernel, bias, strides, padding):
    """Call Keras' transposed convolution."""
    return keras.ops.conv_transpose(x, kernel, strides=strides, padding=padding) + bias


def spread(kernel, dilation):
    """Write zeros between the kernel's numbers: a dilated convolution without dilation."""
    kh, kw, *_ = kernel.shape
    rows = np.eye((kh - 1) * dilation[0] + 1)[:: dilation[0]].astype(kernel.dtype.as_numpy_dtype)
    columns = np.eye((kw - 1) * dilation[1] + 1)[:: dilation[1]].astype(rows.dtype)
    return tf.einsum("pqcf,pr,qs->rscf", kernel, rows, columns)


def max_pool2d(x, pool_size, strides, padding):
    """Call Keras' max pooling."""
    if padding not in ("valid", "same"):
        x, padding = tf.pad(x, ((0, 0), *padding, (0, 0)), constant_values=-np.inf), "valid"
    return keras.ops.max_pool(x, pool_size, strides=strides, padding=padding)


def avg_pool2d(x, pool_size, strides, padding):
    """Call Keras' average pooling; with explicit padding divide by the mean of ones."""
    if padding in ("valid", "same"):
        return keras.ops.average_pool(x, pool_size, strides=strides, padding=padding)
    x, ones = (tf.pad(each, ((0, 0), *padding, (0, 0))) for each in (x, tf.ones_like(x)))
    means, shares = (keras.ops.average_pool(each, pool_size, strides=strides) for each in (x, ones))
    return means / shares


def assert_equal(mine, reference, tolerance, scale=1.0):
    """Compare shape, dtype and values; the tolerance is a share of the largest value, or scale."""
    assert mine.shape == reference.shape
    assert mine.dtype == reference.dtype
    scale = max(scale, float(np.abs(reference).max(initial=0)))
    np.testing.assert_allclose(mine, reference, rtol=0, atol=tolerance * scale)


TOLERANCE = {"float32": 1e-5, "float64": 1e-10}

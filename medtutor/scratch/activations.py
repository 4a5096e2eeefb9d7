"""Activations: what a layer does to each of its numbers, forward and backward."""

import numpy as np

from medtutor.scratch.checks import floats, same_dtype, same_shape


def relu(x: np.ndarray) -> np.ndarray:
    r"""Set what is negative to zero.

    .. math:: y = \max(0, x)

    Parameters
    ----------
    x : array of any shape, float32 or float64

    Returns
    -------
    array of the same shape and dtype, 0 and up

    Raises
    ------
    ValueError
        For integer input.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.3.1. Taught in lesson 04.
    """
    return np.maximum(floats("x", x), 0)


def relu_grad(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`relu`.

    .. math:: \frac{\partial L}{\partial x} = g \cdot [x > 0]

    At exactly 0, where there is no derivative, it is 0, as in TensorFlow.

    Parameters
    ----------
    grad : array, of the shape of ``x``
        Gradient of the loss with respect to the output, g in the formula.
    x : array
        As it was given to :func:`relu`.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        For integer input or shapes that differ.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.3.1. Taught in lesson 04.
    """
    grad, x = _checked(grad, x)
    return np.where(x > 0, grad, 0).astype(x.dtype, copy=False)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    r"""Turn scores into probabilities.

    .. math:: y_k = \frac{e^{x_k}}{\sum_l e^{x_l}}

    Parameters
    ----------
    x : array of any shape, float32 or float64
        Scores ("logits").
    axis : int
        The axis of the classes.

    Returns
    -------
    array of the same shape and dtype
        Between 0 and 1; the sum along ``axis`` is 1.

    Raises
    ------
    ValueError
        For integer input.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3. Taught in lesson 04.
    """
    x = floats("x", x)
    # The largest score is taken off first: the result is the same, and e^x can't overflow.
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def softmax_grad(grad: np.ndarray, x: np.ndarray, axis: int = -1) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`softmax`.

    .. math:: \frac{\partial L}{\partial x_k} = y_k \left(g_k - \sum_l g_l\, y_l\right)

    Parameters
    ----------
    grad : array, of the shape of ``x``
        Gradient of the loss with respect to the output y, g in the formula.
    x, axis
        As they were given to :func:`softmax`.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        For integer input or shapes that differ.

    Notes
    -----
    From the quotient rule, applied to the formula of :func:`softmax`. Taught in lesson 04.
    """
    grad, x = _checked(grad, x)
    y = softmax(x, axis)
    return y * (grad - (grad * y).sum(axis=axis, keepdims=True))


def _checked(grad: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    grad, x = floats("grad", grad), floats("x", x)
    same_shape("grad", grad, x.shape, "the output")
    same_dtype(grad=grad, x=x)
    return grad, x

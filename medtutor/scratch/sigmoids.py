"""Sigmoid, tanh and softmax, forward and backward: scores are squeezed into a range."""

import numpy as np

from medtutor.scratch.checks import floats, grad_of


def sigmoid(x: np.ndarray) -> np.ndarray:
    r"""Turn one score into one probability.

    .. math:: y = \sigma(x) = \frac{1}{1 + e^{-x}} = \frac{e^x}{1 + e^x}

    Parameters
    ----------
    x : array of any shape, float32 or float64
        Scores ("logits").

    Returns
    -------
    array of the same shape and dtype, between 0 and 1

    Raises
    ------
    ValueError
        For integer input.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.2. Taught in lesson 04.
    """
    x = floats("x", x)
    # The first form is for x >= 0 and the second for x < 0: e^-|x| can't overflow.
    power = np.exp(-np.abs(x))
    return np.where(x >= 0, 1, power) / (1 + power)


def sigmoid_grad(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`sigmoid`.

    .. math:: \frac{\partial L}{\partial x} = g\, y (1 - y)

    Parameters
    ----------
    grad : array, of the shape of ``x``
        Gradient of the loss with respect to the output y, g in the formula.
    x : array
        As it was given to :func:`sigmoid`.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        For integer input or shapes that differ.

    Notes
    -----
    From the quotient rule, applied to the formula of :func:`sigmoid`. Taught in lesson 04.
    """
    grad, x = grad_of(grad, x)
    y = sigmoid(x)
    return grad * y * (1 - y)


def tanh(x: np.ndarray) -> np.ndarray:
    r"""Squeeze scores into the range from -1 to 1.

    .. math:: y = \tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2 \sigma(2 x) - 1

    Parameters
    ----------
    x : array of any shape, float32 or float64

    Returns
    -------
    array of the same shape and dtype, between -1 and 1

    Raises
    ------
    ValueError
        For integer input.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.3.2. Taught in lesson 04.
    """
    return np.tanh(floats("x", x))


def tanh_grad(grad: np.ndarray, x: np.ndarray) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`tanh`.

    .. math:: \frac{\partial L}{\partial x} = g\, (1 - y^2)

    Parameters
    ----------
    grad : array, of the shape of ``x``
        Gradient of the loss with respect to the output y, g in the formula.
    x : array
        As it was given to :func:`tanh`.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        For integer input or shapes that differ.

    Notes
    -----
    From the quotient rule, applied to the formula of :func:`tanh`. Taught in lesson 04.
    """
    grad, x = grad_of(grad, x)
    return grad * (1 - tanh(x) ** 2)


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    r"""Turn the scores of several classes into probabilities.

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
        For integer input, or an axis that ``x`` does not have.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.3. Taught in lesson 04.
    """
    x = floats("x", x)
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis is {axis}, but x of shape {x.shape} has {x.ndim} axes")
    # The largest score is taken off first: the result is the same, and e^x can't overflow.
    powers = np.exp(x - x.max(axis=axis, keepdims=True, initial=-np.inf))
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
        For integer input, shapes that differ, or an axis that ``x`` does not have.

    Notes
    -----
    From the quotient rule, applied to the formula of :func:`softmax`. Taught in lesson 04.
    """
    grad, x = grad_of(grad, x)
    y = softmax(x, axis)
    return y * (grad - (grad * y).sum(axis=axis, keepdims=True))

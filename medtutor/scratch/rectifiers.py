"""Rectifiers, forward and backward: what is positive passes, what is negative is held back."""

import numpy as np

from medtutor.scratch.checks import floats, grad_of


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
    grad, x = grad_of(grad, x)
    return grad * (x > 0)


def leaky_relu(x: np.ndarray, negative_slope: float = 0.2) -> np.ndarray:
    r"""Make what is negative smaller, but not zero.

    .. math:: y = \max(0, x) + a \min(0, x)

    Parameters
    ----------
    x : array of any shape, float32 or float64
    negative_slope : float
        What negative numbers are multiplied by, a in the formula. As in Keras it is 0.2 for the
        function, but 0.3 for the layer.

    Returns
    -------
    array of the same shape and dtype

    Raises
    ------
    ValueError
        For integer input.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.3.1. Taught in lesson 04.
    """
    x = floats("x", x)
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


def leaky_relu_grad(grad: np.ndarray, x: np.ndarray, negative_slope: float = 0.2) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`leaky_relu`.

    .. math:: \frac{\partial L}{\partial x} =
        g \text{ where } x > 0, \quad a g \text{ elsewhere}

    Parameters
    ----------
    grad : array, of the shape of ``x``
        Gradient of the loss with respect to the output, g in the formula.
    x, negative_slope
        As they were given to :func:`leaky_relu`.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        For integer input or shapes that differ.

    Notes
    -----
    From the two slopes in the formula of :func:`leaky_relu`. Taught in lesson 04.
    """
    grad, x = grad_of(grad, x)
    return np.where(x > 0, grad, negative_slope * grad)


def elu(x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    r"""Let what is negative level off towards -alpha (exponential linear unit).

    .. math:: y = \max(0, x) + \alpha \left(e^{\min(0, x)} - 1\right)

    Parameters
    ----------
    x : array of any shape, float32 or float64
    alpha : float
        How far below zero the output can get.

    Returns
    -------
    array of the same shape and dtype, above -alpha

    Raises
    ------
    ValueError
        For integer input.

    Notes
    -----
    Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289. Taught in lesson 04.
    """
    x = floats("x", x)
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def elu_grad(grad: np.ndarray, x: np.ndarray, alpha: float = 1.0) -> np.ndarray:
    r"""Gradient of a loss with respect to the input of :func:`elu`.

    .. math:: \frac{\partial L}{\partial x} =
        g \text{ where } x > 0, \quad \alpha e^x g \text{ elsewhere}

    Parameters
    ----------
    grad : array, of the shape of ``x``
        Gradient of the loss with respect to the output, g in the formula.
    x, alpha
        As they were given to :func:`elu`.

    Returns
    -------
    array of the same shape

    Raises
    ------
    ValueError
        For integer input or shapes that differ.

    Notes
    -----
    Clevert, Unterthiner & Hochreiter 2016, arXiv:1511.07289. Taught in lesson 04.
    """
    grad, x = grad_of(grad, x)
    # Both forms are computed everywhere, so e^x gets no x that could overflow.
    return np.where(x > 0, grad, alpha * np.exp(np.minimum(x, 0)) * grad)

"""The dense layer, forward and backward."""

import numpy as np

from medtutor.scratch.checks import checked_grad, layer_inputs

_AXES = "(N, features)", "(features, units)"


def dense(x: np.ndarray, weights: np.ndarray, bias: np.ndarray | None = None) -> np.ndarray:
    r"""Connect every input with every unit.

    .. math:: y_{n,u} = b_u + \sum_f x_{n,f}\, w_{f,u}

    Parameters
    ----------
    x : array (N, features), float32 or float64
        One row an image.
    weights : array (features, units)
        In Keras' layout.
    bias : array (units,), optional
        One number a unit.

    Returns
    -------
    array (N, units)
        In the dtype of ``x``.

    Raises
    ------
    ValueError
        For integer input, a wrong rank, or numbers of features that don't match.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.1. Taught in lesson 04.
    """
    x, weights, bias = layer_inputs(x, "weights", weights, bias, _AXES, "features")
    y = x @ weights
    return y if bias is None else y + bias


def dense_grad(
    grad: np.ndarray, x: np.ndarray, weights: np.ndarray, bias: np.ndarray | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    r"""Gradients of a loss with respect to all inputs of :func:`dense`.

    .. math::
        \frac{\partial L}{\partial x} = g\, w^\top \qquad
        \frac{\partial L}{\partial w} = x^\top g \qquad
        \frac{\partial L}{\partial b} = \sum_n g_n

    Parameters
    ----------
    grad : array (N, units)
        Gradient of the loss with respect to the output, g in the formula.
    x, weights, bias
        As they were given to :func:`dense`.

    Returns
    -------
    dx : array (N, features)
    dweights : array (features, units)
    dbias : array (units,), or None where ``bias`` is None

    Raises
    ------
    ValueError
        As :func:`dense`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.5. Taught in lesson 04.
    """
    x, weights, bias = layer_inputs(x, "weights", weights, bias, _AXES, "features")
    grad = checked_grad(grad, x, (len(x), weights.shape[1]), "dense's output")
    return grad @ weights.T, x.T @ grad, None if bias is None else grad.sum(axis=0)

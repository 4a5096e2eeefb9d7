"""Batch and layer normalisation, forward and backward."""

from typing import Any

import numpy as np

from medtutor._checks import number
from medtutor.scratch.checks import floats, grad_of, same_dtype, same_shape


def batch_normalization(
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    *,
    mean: np.ndarray | None = None,
    variance: np.ndarray | None = None,
    epsilon: float = 1e-3,
) -> np.ndarray:
    r"""Shift and scale each channel to a learnt mean and spread.

    .. math:: y = \gamma\, \hat x + \beta, \qquad
        \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}

    Parameters
    ----------
    x : array (N, ..., C), float32 or float64
        Feature maps, or rows of features.
    gamma, beta : arrays (C,)
        Spread and mean of the output.
    mean, variance : arrays (C,), optional
        The μ and σ² of a trained network ("inference"); without them those of ``x`` itself, as
        in training: see :func:`batch_moments`.
    epsilon : float
        Keeps a constant channel from a division by zero.

    Returns
    -------
    array of the shape and dtype of ``x``

    Raises
    ------
    ValueError
        For integer input, arrays that aren't (C,), only one of mean and variance, a variance or
        epsilon below 0, or no image to take the mean of.

    Notes
    -----
    Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 1. Taught in lesson 10.
    """
    x, gamma, beta = _checked(x, gamma, beta)
    mean, variance, _ = _moments(x, mean, variance)
    return gamma * (x - mean) / np.sqrt(variance + number("epsilon", epsilon)) + beta


def batch_normalization_grad(
    grad: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray,
    beta: np.ndarray,
    *,
    mean: np.ndarray | None = None,
    variance: np.ndarray | None = None,
    epsilon: float = 1e-3,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Gradients of a loss with respect to the inputs of :func:`batch_normalization`.

    .. math::
        \frac{\partial L}{\partial x} = \frac{\gamma}{\sqrt{\sigma^2 + \epsilon}}
            \left(g - \bar g - \hat x\, \overline{g \hat x}\right) \qquad
        \frac{\partial L}{\partial \gamma} = \sum g \hat x \qquad
        \frac{\partial L}{\partial \beta} = \sum g

    A bar is the mean over all axes but the channels'. The two terms with a bar come from the way
    through μ and σ²; where mean and variance are given, these are constants and the terms go.

    Parameters
    ----------
    grad : array of the shape of ``x``
        Gradient of the loss with respect to the output, g in the formula.
    x, gamma, beta, mean, variance, epsilon
        As they were given to :func:`batch_normalization`.

    Returns
    -------
    dx : array of the shape of ``x``
    dgamma : array (C,)
    dbeta : array (C,)

    Raises
    ------
    ValueError
        As :func:`batch_normalization`, and where ``grad`` has not the shape of ``x``.

    Notes
    -----
    Ioffe & Szegedy 2015, arXiv:1502.03167, section 3, brought into one line. Taught in lesson 10.
    """
    x, gamma, beta = _checked(x, gamma, beta)
    grad, x = grad_of(grad, x)
    mean, variance, of_batch = _moments(x, mean, variance)
    spread = np.sqrt(variance + number("epsilon", epsilon))
    normal = (x - mean) / spread
    axes = tuple(range(x.ndim - 1))
    dgamma, dbeta = (grad * normal).sum(axis=axes), grad.sum(axis=axes)
    if of_batch:
        n = x.size // x.shape[-1]
        grad = grad - dbeta / n - normal * (dgamma / n)
    return gamma / spread * grad, dgamma, dbeta


def batch_moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Mean and variance of each channel, over all images and pixels.

    .. math:: \mu_c = \frac{1}{m} \sum x_{\dots,c}, \qquad
        \sigma^2_c = \frac{1}{m} \sum (x_{\dots,c} - \mu_c)^2

    Parameters
    ----------
    x : array (N, ..., C), float32 or float64

    Returns
    -------
    mean : array (C,)
    variance : array (C,)
        Divided by m, not by m - 1, as in Keras.

    Raises
    ------
    ValueError
        For integer input, or where there is nothing to take the mean of.

    Notes
    -----
    Ioffe & Szegedy 2015, arXiv:1502.03167, algorithm 1. Taught in lesson 10.
    """
    x = floats("x", x)
    if x.size == 0:
        raise ValueError(f"x has shape {x.shape}; of no numbers there is no mean")
    axes = tuple(range(x.ndim - 1))
    # Summed with more digits: NumPy adds up thousands of pixels one after the other.
    mean = x.mean(axis=axes, dtype="float64").astype(x.dtype)
    variance = ((x - mean) ** 2).mean(axis=axes, dtype="float64").astype(x.dtype)
    return mean, variance


def layer_normalization(
    x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float = 1e-3
) -> np.ndarray:
    r"""Bring the features of each token to mean 0 and spread 1, then shift and scale them.

    .. math:: y = \gamma\, \hat x + \beta, \qquad
        \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}}

    μ and σ² are those of one token's own features: unlike :func:`batch_normalization` it looks at
    no other token and no other image.

    Parameters
    ----------
    x : array (N, ..., C), float32 or float64
        Tokens, or rows of features.
    gamma, beta : arrays (C,)
        Learnt factor and shift of each feature.
    epsilon : float
        Keeps a token of equal features from a division by zero.

    Returns
    -------
    array of the shape and dtype of ``x``

    Raises
    ------
    ValueError
        For integer input, arrays that aren't (C,), an epsilon below 0, or tokens of no features.

    Notes
    -----
    Ba, Kiros & Hinton 2016, arXiv:1607.06450, equations 3 and 4. Taught in lesson 17.
    """
    x, gamma, beta = _checked(x, gamma, beta)
    return gamma * _of_each_token(x, epsilon)[0] + beta


def layer_normalization_grad(
    grad: np.ndarray, x: np.ndarray, gamma: np.ndarray, beta: np.ndarray, epsilon: float = 1e-3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Gradients of a loss with respect to the inputs of :func:`layer_normalization`.

    .. math::
        \frac{\partial L}{\partial x} = \frac{1}{\sqrt{\sigma^2 + \epsilon}}
            \left(h - \bar h - \hat x\, \overline{h \hat x}\right), \quad h = \gamma g \qquad
        \frac{\partial L}{\partial \gamma} = \sum g \hat x \qquad
        \frac{\partial L}{\partial \beta} = \sum g

    A bar is the mean over the features of one token.

    Parameters
    ----------
    grad : array of the shape of ``x``
        Gradient of the loss with respect to the output, g in the formula.
    x, gamma, beta, epsilon
        As they were given to :func:`layer_normalization`.

    Returns
    -------
    dx : array of the shape of ``x``
    dgamma : array (C,)
    dbeta : array (C,)

    Raises
    ------
    ValueError
        As :func:`layer_normalization`, and where ``grad`` has not the shape of ``x``.

    Notes
    -----
    As :func:`batch_normalization_grad`, along the other axis. Taught in lesson 17.
    """
    x, gamma, beta = _checked(x, gamma, beta)
    grad, x = grad_of(grad, x)
    normal, spread = _of_each_token(x, epsilon)
    axes = tuple(range(x.ndim - 1))
    slope = gamma * grad
    along = (slope * normal).mean(axis=-1, keepdims=True)
    dx = (slope - slope.mean(axis=-1, keepdims=True) - normal * along) / spread
    return dx, (grad * normal).sum(axis=axes), grad.sum(axis=axes)


def _of_each_token(x: np.ndarray, epsilon: float) -> tuple[np.ndarray, np.ndarray]:
    if x.shape[-1] == 0:
        raise ValueError(f"x has shape {x.shape}; of no numbers there is no mean")
    spread = np.sqrt(x.var(axis=-1, keepdims=True) + number("epsilon", epsilon))
    return (x - x.mean(axis=-1, keepdims=True)) / spread, spread


def _moments(x: np.ndarray, mean: Any, variance: Any) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return the moments to use, and whether they are those of ``x`` itself."""
    if mean is None and variance is None:
        return *batch_moments(x), True
    if mean is None or variance is None:
        raise ValueError("one of mean and variance is missing; give both, or neither")
    mean, variance = _of_channels(x, mean=mean, variance=variance)
    if variance.size and variance.min() < 0:
        raise ValueError(f"variance goes down to {variance.min():g}; give squares, from 0 up")
    return mean, variance, False


def _checked(x: Any, gamma: Any, beta: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x = floats("x", x)
    if x.ndim < 2:
        raise ValueError(f"x has shape {x.shape}; expected axes (N, ..., C)")
    gamma, beta = _of_channels(x, gamma=gamma, beta=beta)
    return x, gamma, beta


def _of_channels(x: np.ndarray, **arrays: Any) -> list[np.ndarray]:
    checked = {name: floats(name, array, "(C,)") for name, array in arrays.items()}
    for name, array in checked.items():
        same_shape(name, array, x.shape[-1:], f"x of shape {x.shape} has so many channels")
    same_dtype(x=x, **checked)
    return list(checked.values())

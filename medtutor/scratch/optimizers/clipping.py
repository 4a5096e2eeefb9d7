"""Gradient clipping: no single step may be too long."""

from collections.abc import Sequence

import numpy as np


def clip_by_value(grads: Sequence[np.ndarray], clipvalue: float) -> list[np.ndarray]:
    r"""Limit each number of a gradient; its direction may change.

    .. math:: g_i \leftarrow \max(-c, \min(c, g_i))

    Parameters
    ----------
    grads : list of arrays
        Gradient of the loss with respect to each array of parameters.
    clipvalue : float
        c, above 0.

    Returns
    -------
    list of arrays
        Of the same shapes and dtypes; the input stays as it is.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 10.11.1. Taught in lesson 06.
    """
    return [np.clip(g, -clipvalue, clipvalue) for g in grads]


def clip_by_norm(grads: Sequence[np.ndarray], clipnorm: float) -> list[np.ndarray]:
    r"""Limit the length of each array's gradient; its direction stays.

    .. math:: g \leftarrow g \, \frac{c}{\max(\lVert g \rVert, c)}

    Parameters
    ----------
    grads : list of arrays
        Gradient of the loss with respect to each array of parameters.
    clipnorm : float
        c, above 0.

    Returns
    -------
    list of arrays
        Of the same shapes and dtypes; the input stays as it is.

    Notes
    -----
    Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, algorithm 1. Taught in lesson 06.
    """
    return [g * _factor([g], clipnorm) for g in grads]


def clip_by_global_norm(grads: Sequence[np.ndarray], global_clipnorm: float) -> list[np.ndarray]:
    r"""Limit the length of all gradients taken together; its direction stays.

    .. math::
        g \leftarrow g \, \frac{c}{\max(n, c)}, \qquad
        n = \sqrt{\textstyle\sum_k \lVert g_k \rVert^2}

    Parameters
    ----------
    grads : list of arrays
        Gradient of the loss with respect to each array of parameters.
    global_clipnorm : float
        c, above 0.

    Returns
    -------
    list of arrays
        Of the same shapes and dtypes; the input stays as it is.

    Notes
    -----
    Pascanu, Mikolov & Bengio 2013, arXiv:1211.5063, algorithm 1. Taught in lesson 06.
    """
    factor = _factor(grads, global_clipnorm)
    return [g * factor for g in grads]


def _factor(grads: Sequence[np.ndarray], limit: float) -> float:
    norm = np.sqrt(sum(float(np.linalg.norm(g)) ** 2 for g in grads))
    return float(limit / np.maximum(norm, limit))

"""Scaled dot-product attention, with one head and with several, forward and backward."""

from typing import Any

import numpy as np

from medtutor.scratch.checks import checked_grad, floats, same_dtype, same_shape
from medtutor.scratch.sigmoids import softmax

_NAMES = ("query", "key", "value", "output")


def attention(
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    *,
    mask: np.ndarray | None = None,
    return_weights: bool = False,
) -> Any:
    r"""Mix the values of all tokens, for each query by how well the keys fit it.

    .. math:: Y = A V, \qquad A = \operatorname{softmax}\left(\frac{Q K^\top}{\sqrt d}\right)

    Parameters
    ----------
    query : array (..., T, d), float32 or float64
        What each of T tokens looks for. Before the last two axes as many as you like, such as
        (N, heads, T, d).
    key : array (..., S, d)
        What each of S tokens offers; T and S may differ.
    value : array (..., S, m)
        What each of them tells.
    mask : array of bool (..., T, S), optional
        True where a query may look; what NumPy can stretch to that shape will do, such as
        (N, 1, S).
    return_weights : bool
        Whether to return A, too.

    Returns
    -------
    y : array (..., T, m)
    weights : array (..., T, S), where ``return_weights`` asks for it
        The rows add up to 1.

    Raises
    ------
    ValueError
        For integer input, shapes that don't fit together, a mask that isn't of bool, or a query
        that has nothing to attend to.

    Notes
    -----
    Vaswani et al. 2017, arXiv:1706.03762, equation 1. Taught in lesson 17.
    """
    *_, value, weights = _attending(query, key, value, mask)
    y = weights @ value
    return (y, weights) if return_weights else y


def attention_grad(
    grad: np.ndarray,
    query: np.ndarray,
    key: np.ndarray,
    value: np.ndarray,
    *,
    mask: np.ndarray | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Gradients of a loss with respect to the inputs of :func:`attention`.

    .. math::
        \frac{\partial L}{\partial V} = A^\top G \qquad
        \frac{\partial L}{\partial A} = G V^\top \qquad
        \frac{\partial L}{\partial S} = A \odot \left(\frac{\partial L}{\partial A}
            - \operatorname{rowsum}\left(\frac{\partial L}{\partial A} \odot A\right)\right)

    .. math::
        \frac{\partial L}{\partial Q} = \frac{\partial L}{\partial S} \frac{K}{\sqrt d} \qquad
        \frac{\partial L}{\partial K} = \frac{\partial L}{\partial S}^\top \frac{Q}{\sqrt d}

    Parameters
    ----------
    grad : array (..., T, m)
        Gradient of the loss with respect to the output, G in the formula.
    query, key, value, mask
        As they were given to :func:`attention`.

    Returns
    -------
    dquery, dkey, dvalue : arrays of the shapes of ``query``, ``key`` and ``value``

    Raises
    ------
    ValueError
        As :func:`attention`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    By the chain rule from the formula of :func:`attention`; S are the scores, the argument of the
    softmax. Taught in lesson 17.
    """
    query, key, value, weights = _attending(query, key, value, mask)
    grad = checked_grad(grad, query, (*query.shape[:-1], value.shape[-1]))
    slope = grad @ value.mT
    slope = weights * (slope - (slope * weights).sum(axis=-1, keepdims=True))
    slope *= query.shape[-1] ** -0.5
    return slope @ key, slope.mT @ query, weights.mT @ grad


def multi_head_attention(
    x: np.ndarray, *weights: np.ndarray, mask: np.ndarray | None = None
) -> np.ndarray:
    r"""Let tokens attend to each other, with several heads that each look in their own way.

    .. math:: Y = b_O + \sum_h \operatorname{attention}(x W^Q_h + b^Q_h,\; x W^K_h + b^K_h,\;
        x W^V_h + b^V_h)\, W^O_h

    Parameters
    ----------
    x : array (N, T, m), float32 or float64
        T tokens of m features.
    *weights : eight arrays
        Kernel and bias for query, key, value and output, in Keras' order and layout, as
        ``layer.get_weights()`` gives them: kernels (m, heads, d) for query and key,
        (m, heads, v) for value, (heads, v, n) for output, each followed by its bias, which has
        its kernel's shape without the features that are summed over.
    mask : array of bool (T, T) or (N, T, T), optional
        True where a token may look, the same for all heads.

    Returns
    -------
    array (N, T, n)

    Raises
    ------
    ValueError
        As :func:`attention`, and for another number of arrays or shapes that don't fit.

    Notes
    -----
    Vaswani et al. 2017, arXiv:1706.03762, section 3.2.2. Taught in lesson 17.
    """
    x, arrays = _checked(x, weights)
    heads = attention(*_projected(x, arrays), mask=_for_heads(mask))
    return np.einsum("nhtv,hvm->ntm", heads, arrays[6]) + arrays[7]


def multi_head_attention_grad(
    grad: np.ndarray, x: np.ndarray, *weights: np.ndarray, mask: np.ndarray | None = None
) -> tuple[np.ndarray, ...]:
    """Gradients of a loss with respect to the inputs of :func:`multi_head_attention`.

    Parameters
    ----------
    grad : array (N, T, n)
        Gradient of the loss with respect to the output.
    x, weights, mask
        As they were given to :func:`multi_head_attention`.

    Returns
    -------
    dx, and one array for each of the eight weights, in their order

    Raises
    ------
    ValueError
        As :func:`multi_head_attention`, and where ``grad`` has not the shape of the output.

    Notes
    -----
    Kernels and biases as in :func:`dense_grad`, the heads as in :func:`attention_grad`. Taught in
    lesson 17.
    """
    x, arrays = _checked(x, weights)
    grad = checked_grad(grad, x, (*x.shape[:2], len(arrays[7])))
    projected, mask = _projected(x, arrays), _for_heads(mask)
    heads = attention(*projected, mask=mask)
    slopes = attention_grad(np.einsum("ntm,hvm->nhtv", grad, arrays[6]), *projected, mask=mask)
    dx, dweights = np.zeros_like(x), []
    for kernel, slope in zip(arrays[:6:2], slopes, strict=True):
        dx += np.einsum("nhtd,mhd->ntm", slope, kernel)
        dweights += [np.einsum("ntm,nhtd->mhd", x, slope), slope.sum(axis=(0, 2))]
    return dx, *dweights, np.einsum("nhtv,ntm->hvm", heads, grad), grad.sum(axis=(0, 1))


def _attending(query: Any, key: Any, value: Any, mask: Any) -> tuple[np.ndarray, ...]:
    """Return the checked arrays and the weights of the values."""
    query, key, value = floats("query", query), floats("key", key), floats("value", value)
    if min(query.ndim, key.ndim, value.ndim) < 2 or query.shape[-1] == 0:
        shapes = f"query has shape {query.shape}, key {key.shape}, value {value.shape}"
        raise ValueError(f"{shapes}; give (..., tokens, size) each")
    like_query = (*query.shape[:-2], key.shape[-2], query.shape[-1])
    same_shape("key", key, like_query, "query has so many features, and so many images")
    same_shape("value", value, (*key.shape[:-1], value.shape[-1]), "key has so many tokens")
    same_dtype(query=query, key=key, value=value)
    scores = query @ key.mT * query.shape[-1] ** -0.5
    scores = np.where(_checked_mask(mask, scores.shape), scores, -np.inf)
    return query, key, value, softmax(scores)


def _checked_mask(mask: Any, shape: tuple[int, ...]) -> np.ndarray:
    array = np.asarray(True if mask is None else mask)
    if array.dtype != bool:
        raise ValueError(f"mask is {array.dtype}; give True where a query may look, else False")
    try:
        array = np.broadcast_to(array, shape)
    except ValueError:
        raise ValueError(f"mask has shape {array.shape}; expected {shape}") from None
    for place in np.argwhere(~array.any(axis=-1)):
        raise ValueError(
            f"the query at {place.tolist()} has nothing to attend to; let it see one key at "
            "least, such as its own, or leave it out"
        )
    return array


def _for_heads(mask: Any) -> Any:
    return np.asarray(mask)[:, None] if np.ndim(mask) == 3 else mask


def _projected(x: np.ndarray, arrays: list[np.ndarray]) -> list[np.ndarray]:
    """Return query, key and value of all heads, (N, heads, T, size) each."""
    pairs = zip(arrays[:6:2], arrays[1:6:2], strict=True)
    return [np.einsum("ntm,mhd->nhtd", x, kernel) + bias[:, None] for kernel, bias in pairs]


def _checked(x: Any, weights: tuple[Any, ...]) -> tuple[np.ndarray, list[np.ndarray]]:
    x = floats("x", x, "(N, T, m)")
    if len(weights) != 8:
        raise ValueError(f"{len(weights)} weights came; give the eight of layer.get_weights()")
    arrays: list[np.ndarray] = []
    for name, kernel, bias in zip(_NAMES, weights[::2], weights[1::2], strict=True):
        kernel = floats(f"kernel of {name}", kernel, "(., ., .)")
        summed = arrays[-2].shape[1:] if name == "output" else x.shape[2:]
        out = kernel.shape[len(summed) :]
        same_shape(f"kernel of {name}", kernel, (*summed, *out), "what it is applied to")
        same_shape(f"bias of {name}", floats(f"bias of {name}", bias), out, "its kernel has")
        same_dtype(x=x, kernel=kernel, bias=np.asarray(bias))
        arrays += [kernel, np.asarray(bias)]
    return x, arrays

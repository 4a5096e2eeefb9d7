"""Focal loss: cross-entropy that leaves aside what is already predicted well."""

import numpy as np

from medtutor._checks import number
from medtutor.scratch.losses.binary import crossentropy_of_outputs, crossentropy_slopes
from medtutor.scratch.losses.inputs import EPSILON, fractions
from medtutor.scratch.losses.reduction import Loss, reduced_over_outputs, share_among_outputs
from medtutor.scratch.sigmoids import sigmoid


def focal(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    gamma: float = 2.0,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Binary focal cross-entropy, as ``keras.losses.BinaryFocalCrossentropy``.

    .. math:: L_n = \frac{1}{K} \sum_k m_{n,k}^\gamma\, B_{n,k}, \qquad
        m = t (1 - p) + (1 - t)\, p

    with B the cross-entropy of :func:`medtutor.scratch.binary_crossentropy`. m is what the
    prediction misses: 0 where it is right and sure, 1 where it is wrong and sure.

    Parameters
    ----------
    y_true : array (N, ..., K) of numbers from 0 to 1
        Labels, t in the formula.
    y_pred : array (N, ..., K), float32 or float64
        Probabilities p; or, with ``from_logits=True``, the scores before the sigmoid.
    gamma : float
        How much is left aside, 0 or more; with 0 this is binary cross-entropy.
    from_logits : bool
        What ``y_pred`` holds.
    sample_weight, reduction
        See :func:`medtutor.scratch.losses.reduction.reduced`.

    Returns
    -------
    a number, or an array (N, ...) for ``reduction="none"``
        0 and up.

    Raises
    ------
    ValueError
        As :func:`medtutor.scratch.binary_crossentropy`, and for a gamma below 0.

    Notes
    -----
    Lin et al. 2018, arXiv:1708.02002, equation 4. Taught in lesson 05.
    """
    t, y_pred = fractions(y_true, y_pred, from_logits)
    miss, _ = _miss(t, y_pred, from_logits)
    losses = miss ** number("gamma", gamma) * crossentropy_of_outputs(t, y_pred, from_logits)
    return reduced_over_outputs(losses, sample_weight, reduction)


def focal_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    gamma: float = 2.0,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`focal` with respect to ``y_pred``: the product rule.

    .. math:: \frac{\partial L_n}{\partial \hat y_{n,k}} = \frac{1}{K} \left(
        m_{n,k}^\gamma\, B'_{n,k} + \gamma\, m_{n,k}^{\gamma - 1}\, m'_{n,k}\, B_{n,k} \right)

    Parameters
    ----------
    grad : number, or array (N, ...) for ``reduction="none"``
        Gradient with respect to the loss; 1 where the loss is the last step.
    y_true, y_pred, gamma, from_logits, sample_weight, reduction
        As they were given to :func:`focal`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`focal`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    t, y_pred = fractions(y_true, y_pred, from_logits)
    gamma = number("gamma", gamma)
    miss, miss_slope = _miss(t, y_pred, from_logits)
    # Where nothing is missed B is 0, too: a small m instead of 0 keeps the power finite.
    power_slope = gamma * np.maximum(miss, EPSILON) ** (gamma - 1) * miss_slope
    slopes = miss**gamma * crossentropy_slopes(t, y_pred, from_logits)
    slopes += power_slope * crossentropy_of_outputs(t, y_pred, from_logits)
    return share_among_outputs(grad, slopes, sample_weight, reduction)


def _miss(t: np.ndarray, y_pred: np.ndarray, from_logits: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return m, and its derivative with respect to ``y_pred``."""
    if from_logits:
        p, one_minus_p = sigmoid(y_pred), sigmoid(-y_pred)
        return t * one_minus_p + (1 - t) * p, (1 - 2 * t) * p * one_minus_p
    p = np.clip(y_pred, 0, 1)
    return t * (1 - p) + (1 - t) * p, 1 - 2 * t

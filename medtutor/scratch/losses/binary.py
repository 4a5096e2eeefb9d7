"""Binary cross-entropy: each output is the probability of a yes, whatever the others are."""

import numpy as np

from medtutor.scratch.losses.inputs import clipped, fractions, is_unclipped
from medtutor.scratch.losses.reduction import Loss, reduced_over_outputs, share_among_outputs
from medtutor.scratch.sigmoids import sigmoid


def binary_crossentropy(
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> Loss:
    r"""Cross-entropy between labels of 0 or 1 and predicted scores or probabilities.

    .. math:: L_n = -\frac{1}{K} \sum_k t_{n,k} \log p_{n,k} + (1 - t_{n,k}) \log (1 - p_{n,k}),
        \qquad p = \sigma(z)

    Parameters
    ----------
    y_true : array (N, ..., K) of numbers from 0 to 1
        Labels, t in the formula.
    y_pred : array (N, ..., K), float32 or float64
        Probabilities p; or, with ``from_logits=True``, the scores z before the sigmoid.
        As in Keras, probabilities are clipped to 1e-7 ... 1 - 1e-7.
    from_logits : bool
        What ``y_pred`` holds. Scores are the more exact way.
    sample_weight, reduction
        See :func:`medtutor.scratch.losses.reduction.reduced`.

    Returns
    -------
    a number, or an array (N, ...) for ``reduction="none"``
        0 and up.

    Raises
    ------
    ValueError
        For shapes that differ, labels or probabilities outside 0 to 1, or an unknown reduction.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, section 6.2.2.2. Taught in lesson 05.
    """
    t, y_pred = fractions(y_true, y_pred, from_logits)
    losses = crossentropy_of_outputs(t, y_pred, from_logits)
    return reduced_over_outputs(losses, sample_weight, reduction)


def binary_crossentropy_grad(
    grad: float | np.ndarray,
    y_true: np.ndarray,
    y_pred: np.ndarray,
    *,
    from_logits: bool = False,
    sample_weight: np.ndarray | None = None,
    reduction: str | None = "mean",
) -> np.ndarray:
    r"""Gradient of :func:`binary_crossentropy` with respect to ``y_pred``.

    .. math::
        \frac{\partial L_n}{\partial z_{n,k}} = \frac{p_{n,k} - t_{n,k}}{K} \qquad
        \frac{\partial L_n}{\partial p_{n,k}} =
            \frac{p_{n,k} - t_{n,k}}{K\, p_{n,k} (1 - p_{n,k})}

    The second form is for probabilities; where they were clipped, the gradient is 0.

    Parameters
    ----------
    grad : number, or array (N, ...) for ``reduction="none"``
        Gradient with respect to the loss; 1 where the loss is the last step.
    y_true, y_pred, from_logits, sample_weight, reduction
        As they were given to :func:`binary_crossentropy`.

    Returns
    -------
    array of the shape of ``y_pred``

    Raises
    ------
    ValueError
        As :func:`binary_crossentropy`, and where ``grad`` has not the loss's shape.

    Notes
    -----
    From the chain rule, applied to the formula of the loss. Taught in lesson 05.
    """
    t, y_pred = fractions(y_true, y_pred, from_logits)
    slopes = crossentropy_slopes(t, y_pred, from_logits)
    return share_among_outputs(grad, slopes, sample_weight, reduction)


def crossentropy_of_outputs(t: np.ndarray, y_pred: np.ndarray, from_logits: bool) -> np.ndarray:
    """Return the cross-entropy of each single output, before the mean over K."""
    if not from_logits:
        p = clipped(y_pred)
        return -(t * np.log(p) + (1 - t) * np.log(1 - p))
    # log(1 + e^z) - t z, written so that nothing overflows and small losses keep their digits.
    z = y_pred
    return np.maximum(z, 0) - t * z + np.log1p(np.exp(-np.abs(z)))


def crossentropy_slopes(t: np.ndarray, y_pred: np.ndarray, from_logits: bool) -> np.ndarray:
    """Return the derivative of each single output's cross-entropy, before the mean over K."""
    if from_logits:
        return sigmoid(y_pred) - t
    p = clipped(y_pred)
    return np.where(is_unclipped(y_pred), (p - t) / (p * (1 - p)), 0)

"""What a patient's gradient may give away: clipped, hidden under noise, and accounted for."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor._checks import checked_within, is_number, number, of_kind, positive
from medtutor.scratch.checks import floats

ORDERS = range(2, 129)
MOST_NOISE, ROUNDS = 1e4, 40


def clip_by_norm(gradients: np.ndarray, clip: float) -> tuple[np.ndarray, np.ndarray]:
    r"""Shorten each patient's gradient to a length of ``clip``; shorter ones stay.

    .. math:: \bar g_i = g_i \min(1, C / \lVert g_i \rVert)

    Parameters
    ----------
    gradients : array (N, P), float32 or float64
        One row a patient.
    clip : float
        The longest that is left, C, in units of the gradient.

    Returns
    -------
    clipped : array (N, P)
    norms : array (N,)
        Lengths before.

    Raises
    ------
    ValueError
        For gradients of another shape or with NaN, or a ``clip`` that isn't above 0.

    Notes
    -----
    Source: M. Abadi et al. 2016, arXiv:1607.00133. Taught in lesson 18.
    """
    gradients = floats("gradients", gradients, "(patients, weights)")
    if not np.isfinite(gradients).all():
        raise ValueError("gradients holds NaN or infinite values; look for what made them")
    # In units of a power of two, in which the squares of an exploding gradient don't overflow.
    unit = np.exp2(np.frexp(abs(gradients).max(axis=1, initial=0))[1] - 1).astype(gradients.dtype)
    norms = unit * np.linalg.norm(gradients / unit[:, None], axis=1)
    longest = gradients.dtype.type(number("clip", clip, above=True))
    return gradients * (longest / np.maximum(norms, longest))[:, None], norms


def private_mean_gradient(
    gradients: np.ndarray,
    *,
    clip: float,
    noise_multiplier: float,
    expected_batch_size: int,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return the mean of clipped gradients with Gaussian noise: one step of DP-SGD.

    .. math:: \frac1B \Bigl(\sum_i \bar g_i + \sigma C\, \mathcal N(0, I)\Bigr)

    Parameters
    ----------
    gradients : array (N, P), float32 or float64
        One row for each patient of a Poisson batch; N may be 0, which leaves the noise alone.
    clip : float
        C, as in :func:`clip_by_norm`.
    noise_multiplier : float
        σ, from 0 up; 0 hides nothing.
    expected_batch_size : int
        B: sampling rate times number of patients. Dividing by N itself would tell N.
    rng : numpy.random.Generator
        A seeded one is for teaching: whoever knows the seed takes the noise off.

    Returns
    -------
    array (P,)

    Raises
    ------
    ValueError
        As :func:`clip_by_norm`, for noise below 0, or a batch size that isn't a whole number.

    Notes
    -----
    Source: M. Abadi et al. 2016, arXiv:1607.00133. Taught in lesson 18.
    """
    clipped, _ = clip_by_norm(gradients, clip)
    of_kind("rng", rng, np.random.Generator, "a generator: numpy.random.default_rng()")
    spread = checked_within("noise_multiplier", noise_multiplier, 0, MOST_NOISE) * clip
    total = clipped.sum(axis=0) + rng.normal(0, spread, clipped.shape[1])
    return (total / positive("expected_batch_size", expected_batch_size)).astype(clipped.dtype)


def rdp(
    sampling_rate: float, noise_multiplier: float, orders: int | Sequence[int] = ORDERS
) -> np.ndarray:
    r"""Return the Rényi divergence that one noisy step may reach, for each order.

    .. math::

        \rho(\alpha) = \frac1{\alpha - 1} \log \sum_{k=0}^{\alpha} \binom\alpha k
        (1 - q)^{\alpha - k} q^k e^{k (k - 1) / 2 \sigma^2}

    Parameters
    ----------
    sampling_rate : float
        Chance q of each patient to be in the batch (Poisson sampling), above 0 to 1.
    noise_multiplier : float
        σ, above 0.
    orders : whole number from 2 up, or several
        α.

    Returns
    -------
    array (n_orders,)

    Raises
    ------
    ValueError
        For a sampling rate outside of (0, 1], no noise, or other orders.

    Notes
    -----
    Source: I. Mironov, K. Talwar, L. Zhang 2019, arXiv:1908.10530. Taught in lesson 18.
    """
    if is_number(noise_multiplier) and noise_multiplier == 0:
        raise ValueError("noise_multiplier is 0, and without noise ε is infinite; give more than 0")
    q, sigma = _rate(sampling_rate), number("noise_multiplier", noise_multiplier, above=True)
    alpha = np.array([positive("an order", one) for one in np.ravel(orders).tolist()])[:, None]
    if not alpha.size or alpha.min() < 2:
        raise ValueError("orders holds 1 or nothing; give whole numbers from 2 up")
    k = np.arange(alpha.max() + 1)
    log_factorial = np.cumsum(np.log(np.maximum(k, 1)))
    log_binomial = log_factorial[alpha] - log_factorial[k] - log_factorial[abs(alpha - k)]
    log_others = (alpha - k) * np.log1p(-q) if q < 1 else np.where(k == alpha, 0, -np.inf)
    logs = log_binomial + log_others + k * np.log(q) + k * (k - 1) / (2 * sigma**2)
    logs[k > alpha] = -np.inf
    return np.logaddexp.reduce(logs, axis=1) / (alpha[:, 0] - 1)


def epsilon(sampling_rate: float, noise_multiplier: float, steps: int, delta: float) -> float:
    r"""Return an upper bound of ε after ``steps`` noisy steps.

    .. math::

        \varepsilon = \min_\alpha T \rho(\alpha) + \log\frac{\alpha - 1}{\alpha}
        - \frac{\log\delta + \log\alpha}{\alpha - 1}

    Parameters
    ----------
    sampling_rate, noise_multiplier : float
        As in :func:`rdp`.
    steps : int
        T.
    delta : float
        δ, between 0 and 1; it should be below 1 / number of patients, which isn't known here.

    Returns
    -------
    float
        From 0 up; true for Poisson sampling and for one patient more or less.

    Raises
    ------
    ValueError
        As :func:`rdp`, for no step, or δ outside of (0, 1).

    Notes
    -----
    Source: C. Canonne, G. Kamath, T. Steinke 2020, arXiv:2004.00010. Taught in lesson 18.
    """
    if not is_number(delta) or not 0 < delta < 1:
        raise ValueError(f"delta is {delta!r}; give a number between 0 and 1, such as 1e-5")
    alpha = np.array(ORDERS)
    spent = positive("steps", steps) * rdp(sampling_rate, noise_multiplier)
    bounds = spent + np.log1p(-1 / alpha) - (np.log(delta) + np.log(alpha)) / (alpha - 1)
    return max(float(bounds.min()), 0.0)


def noise_for(epsilon_: float, sampling_rate: float, steps: int, delta: float) -> float:
    """Return the smallest noise multiplier whose :func:`epsilon` is at most ``epsilon_``.

    Parameters
    ----------
    epsilon_ : float
        What is allowed, above 0.
    sampling_rate, steps, delta
        As in :func:`epsilon`.

    Returns
    -------
    float
        σ, found by bisection.

    Raises
    ------
    ValueError
        As :func:`epsilon`, and for an ε that isn't above 0 or is too small for the orders used.

    Notes
    -----
    Taught in lesson 18.
    """
    allowed, low, high = number("epsilon", epsilon_, above=True), 1e-2, MOST_NOISE
    if epsilon(sampling_rate, high, steps, delta) > allowed:
        raise ValueError(
            f"epsilon is {allowed:g}; orders up to {ORDERS[-1]} can't show less than "
            f"{epsilon(sampling_rate, high, steps, delta):.3f} here: give more"
        )
    for _ in range(ROUNDS):
        middle = np.sqrt(low * high)
        enough = epsilon(sampling_rate, middle, steps, delta) <= allowed
        low, high = (low, middle) if enough else (middle, high)
    return float(high)


def _rate(value: Any) -> float:
    if not is_number(value) or not 0 < value <= 1:
        raise ValueError(f"sampling_rate is {value!r}; give a share of patients, above 0 to 1")
    return float(value)

"""Learning-rate schedules: functions of the step, to be given as ``learning_rate``."""

import math
from collections.abc import Callable

from medtutor._checks import above_zero, number

Schedule = Callable[[int], float]


def exponential_decay(
    initial_learning_rate: float, decay_steps: float, decay_rate: float
) -> Schedule:
    r"""Multiply the rate by ``decay_rate`` once every ``decay_steps`` steps, smoothly.

    .. math:: \eta_k = \eta_0 \, r^{k / s}

    Parameters
    ----------
    initial_learning_rate : float
        :math:`\eta_0`, above 0.
    decay_steps : float
        s, above 0.
    decay_rate : float
        r, above 0; below 1 for a decay.

    Returns
    -------
    function of the step k, 0 at first

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    As ``keras.optimizers.schedules.ExponentialDecay``. Taught in lesson 06.
    """
    start = number("initial_learning_rate", initial_learning_rate, above=True)
    steps = number("decay_steps", decay_steps, above=True)
    factor = number("decay_rate", decay_rate, above=True)
    return lambda step: start * factor ** (step / steps)


def inverse_time_decay(
    initial_learning_rate: float, decay_steps: float, decay_rate: float
) -> Schedule:
    r"""Divide the rate by a number that grows evenly: the decay that Robbins and Monro asked for.

    .. math:: \eta_k = \frac{\eta_0}{1 + r k / s}

    Parameters
    ----------
    initial_learning_rate : float
        :math:`\eta_0`, above 0.
    decay_steps : float
        s, above 0.
    decay_rate : float
        r, above 0.

    Returns
    -------
    function of the step k, 0 at first

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    As ``keras.optimizers.schedules.InverseTimeDecay``; Robbins & Monro 1951,
    doi:10.1214/aoms/1177729586. Taught in lesson 06.
    """
    start = number("initial_learning_rate", initial_learning_rate, above=True)
    steps = number("decay_steps", decay_steps, above=True)
    growth = number("decay_rate", decay_rate, above=True)
    return lambda step: start / (1 + growth * step / steps)


def cosine_decay(
    initial_learning_rate: float,
    decay_steps: float,
    alpha: float = 0.0,
    warmup_target: float | None = None,
    warmup_steps: int = 0,
) -> Schedule:
    r"""Warm up along a straight line, then fall along half a cosine.

    .. math::
        \eta_k = \begin{cases}
        \eta_0 + (\eta_{\max} - \eta_0)\, k / s_w & k < s_w \\
        \eta_{\max} \left(\alpha + (1 - \alpha) \tfrac12 \left(1 + \cos
        \frac{\pi \min(k - s_w, s)}{s}\right)\right) & \text{afterwards}
        \end{cases}

    Parameters
    ----------
    initial_learning_rate : float
        :math:`\eta_0`: where warm-up begins (may be 0); without it, the largest rate too.
    decay_steps : float
        s, the steps of the fall, after warm-up; above 0.
    alpha : float
        Share of the largest rate that is left at the end, 0 and up.
    warmup_target : float, optional
        :math:`\eta_{\max}`, the largest rate, above 0; no warm-up without it.
    warmup_steps : int
        :math:`s_w`.

    Returns
    -------
    function of the step k, 0 at first

    Raises
    ------
    ValueError
        For a number out of its range, or steps of warm-up without a target.

    Notes
    -----
    As ``keras.optimizers.schedules.CosineDecay``. Cosine: Loshchilov & Hutter 2017,
    arXiv:1608.03983; warm-up: Goyal et al. 2017, arXiv:1706.02677. Taught in lesson 06.
    """
    start = number("initial_learning_rate", initial_learning_rate)
    steps = number("decay_steps", decay_steps, above=True)
    floor, warmup = number("alpha", alpha), number("warmup_steps", warmup_steps)
    target = above_zero("warmup_target", warmup_target)
    if target is None and warmup:
        raise ValueError(f"warmup_steps is {warmup_steps}; give warmup_target, where it leads, too")
    if target is None:
        target = start

    def rate(step: int) -> float:
        if step < warmup:
            return start + (target - start) * step / warmup
        done = min(step - warmup, steps) / steps
        return target * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * done)))

    return rate

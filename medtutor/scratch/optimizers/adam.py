"""Adam and its relatives: momentum, and a rate for every parameter."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from medtutor._checks import number
from medtutor.scratch.optimizers.base import Optimizer, State


@dataclass(eq=False, repr=False)
class _TwoMeans(Optimizer):
    """What the Adam family shares: two fading means, and how slowly they fade."""

    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def slots(self) -> dict[str, float]:
        """Return the mean gradient and the mean squared gradient."""
        return {"m": 0.0, "v": 0.0}


@dataclass(eq=False, repr=False)
class Adam(_TwoMeans):
    r"""Mean gradient divided by the root of the mean squared gradient.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        w &\leftarrow w - \eta \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}
        \frac{m}{\sqrt{v} + \epsilon}

    The first fraction corrects for both means starting from 0.

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`; about the largest change of a parameter in one step.
    beta_1, beta_2 : float
        0 to below 1: how slowly the two means forget the past.
    epsilon : float
        Keeps the divisor away from 0.
    amsgrad : bool
        Divide by the largest :math:`v` so far, so that the steps can only get shorter.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Kingma & Ba 2015, arXiv:1412.6980, in the order of computation of section 2's end, as Keras
    does it; amsgrad: Reddi, Kale & Kumar 2018, arXiv:1904.09237, algorithm 2. Taught in lesson 06.
    """

    amsgrad: bool = False

    def slots(self) -> dict[str, float]:
        """Return both means and, with ``amsgrad``, the largest of the second one."""
        return {**super().slots(), **({"largest": 0.0} if self.amsgrad else {})}

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move by the scaled mean gradient; see the formula above."""
        m, v, t = state["m"], state["v"], self.iterations
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        if self.amsgrad:
            v = np.maximum(state["largest"], v, out=state["largest"])
        correction = np.sqrt(_filled(self.beta_2, t, w)) / _filled(self.beta_1, t, w)
        return w - rate * correction * m / (np.sqrt(v) + self.epsilon)


@dataclass(eq=False, repr=False)
class AdamW(Adam):
    r"""Adam with weight decay apart from the gradient.

    .. math::
        w \leftarrow w - \eta \lambda w, \quad \text{then as Adam}

    Adam would scale a penalty in the loss like the gradient; here decay is the same for all.

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    weight_decay : float
        :math:`\lambda`, 0 and up.
    beta_1, beta_2, epsilon, amsgrad
        As in :class:`Adam`.
    clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Loshchilov & Hutter 2019, arXiv:1711.05101, algorithm 2, with the decay times the learning
    rate, as in Keras. Keras' Adam does the same if it is given a ``weight_decay``.
    Taught in lesson 06.
    """

    weight_decay: float | None = 0.004

    def __post_init__(self) -> None:
        number("weight_decay", self.weight_decay)
        super().__post_init__()


class Adamax(_TwoMeans):
    r"""Adam with the largest recent gradient in place of the mean squared one.

    .. math::
        m &\leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        u \leftarrow \max(\beta_2 u, |g|) \\
        w &\leftarrow w - \frac{\eta}{1 - \beta_1^t} \frac{m}{u + \epsilon}

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    beta_1, beta_2 : float
        0 to below 1: how slowly the mean, and the maximum, forget the past.
    epsilon : float
        Keeps the divisor away from 0.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Kingma & Ba 2015, arXiv:1412.6980, algorithm 2. Taught in lesson 06.
    """

    def slots(self) -> dict[str, float]:
        """Return the mean gradient and the largest recent one."""
        return {"m": 0.0, "u": 0.0}

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move by the scaled mean gradient; see the formula above."""
        m, u, t = state["m"], state["u"], self.iterations
        m += (1 - self.beta_1) * (g - m)
        np.maximum(self.beta_2 * u, np.abs(g), out=u)
        return w - rate / (1 - self.beta_1**t) * m / (u + self.epsilon)


class Nadam(_TwoMeans):
    r"""Adam with Nesterov's momentum, which grows from half of its value in the first steps.

    .. math::
        \mu_t &= \beta_1 \left(1 - \tfrac12 \, 0.96^t\right), \qquad
        m \leftarrow \beta_1 m + (1 - \beta_1) g, \qquad
        v \leftarrow \beta_2 v + (1 - \beta_2) g^2 \\
        \hat m &= \frac{\mu_{t+1}\, m}{1 - \prod_{k \le t+1} \mu_k}
        + \frac{(1 - \mu_t)\, g}{1 - \prod_{k \le t} \mu_k}, \qquad
        \hat v = \frac{v}{1 - \beta_2^t} \\
        w &\leftarrow w - \eta \frac{\hat m}{\sqrt{\hat v} + \epsilon}

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    beta_1, beta_2 : float
        0 to below 1: how slowly the two means forget the past.
    epsilon : float
        Keeps the divisor away from 0.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Dozat 2016, https://openreview.net/forum?id=OM0jvwB8jIp57ZJjtNEZ, algorithm 2, in Keras' form:
    m fades with :math:`\beta_1`, not with :math:`\mu_t`. Taught in lesson 06.
    """

    _product = 1.0

    def prepare(self, step: int) -> None:
        """Renew the two momenta and the product of all momenta up to this step."""
        self._now, self._next = (self.beta_1 * (1 - 0.5 * 0.96**t) for t in (step, step + 1))
        self._product *= self._now

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move by the scaled mean gradient; see the formula above."""
        m, v = state["m"], state["v"]
        m += (1 - self.beta_1) * (g - m)
        v += (1 - self.beta_2) * (g * g - v)
        of_mean = self._next / (1 - self._product * self._next)
        of_gradient = (1 - self._now) / (1 - self._product)
        v_hat = v / (1 - self.beta_2**self.iterations)
        return w - rate * (of_mean * m + of_gradient * g) / (np.sqrt(v_hat) + self.epsilon)


def _filled(beta: float, t: int, w: np.ndarray) -> np.floating[Any]:
    """Return 1 - beta^t: how full a mean that started from 0 is after t steps.

    It is computed in the parameters' precision, as Keras does: in float32, 1 - 0.999 is a
    hundred-thousandth off, and all of Adam's steps with it.
    """
    return 1 - w.dtype.type(beta) ** t

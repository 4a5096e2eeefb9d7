"""A rate for every parameter, from the size of its past gradients."""

from dataclasses import dataclass

import numpy as np

from medtutor.scratch.optimizers.base import Optimizer, State


@dataclass(eq=False, repr=False)
class Adagrad(Optimizer):
    r"""Divide by the root of all squared gradients so far: rare features take longer steps.

    .. math::
        a \leftarrow a + g^2, \qquad w \leftarrow w - \eta \frac{g}{\sqrt{a + \epsilon}}

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    initial_accumulator_value : float
        What a starts from, 0 and up.
    epsilon : float
        Keeps the root away from 0.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Duchi, Hazan & Singer 2011, https://jmlr.org/papers/v12/duchi11a.html. Taught in lesson 06.
    """

    initial_accumulator_value: float = 0.1
    epsilon: float = 1e-7

    def slots(self) -> dict[str, float]:
        """Return the sum of squared gradients."""
        return {"a": self.initial_accumulator_value}

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move by the scaled gradient; see the formula above."""
        a = state["a"]
        a += g * g
        return w - rate * g / np.sqrt(a + self.epsilon)


@dataclass(eq=False, repr=False)
class Adadelta(Optimizer):
    r"""As RMSprop, with the rate taken from the size of the last steps.

    .. math::
        a &\leftarrow \rho a + (1 - \rho) g^2 \\
        d &= -\frac{\sqrt{b + \epsilon}}{\sqrt{a + \epsilon}} \, g \\
        b &\leftarrow \rho b + (1 - \rho) d^2, \qquad w \leftarrow w + \eta d

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`; 1 gives the paper's rule, Keras' default is 0.001.
    rho : float
        :math:`\rho`, 0 to below 1: how slowly the past is forgotten.
    epsilon : float
        Sets the size of the first steps, since b starts from 0.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Zeiler 2012, arXiv:1212.5701, algorithm 1. Taught in lesson 06.
    """

    rho: float = 0.95
    epsilon: float = 1e-7

    def slots(self) -> dict[str, float]:
        """Return the means of squared gradients and of squared steps."""
        return {"a": 0.0, "b": 0.0}

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move by the scaled gradient; see the formula above."""
        a, b, rho = state["a"], state["b"], self.rho
        a += (1 - rho) * (g * g - a)
        d = -np.sqrt((b + self.epsilon) / (a + self.epsilon)) * g
        b += (1 - rho) * (d * d - b)
        return w + rate * d


@dataclass(eq=False, repr=False)
class RMSprop(Optimizer):
    r"""Divide by the root of the mean squared gradient, in which old gradients fade.

    .. math::
        a &\leftarrow \rho a + (1 - \rho) g^2, \qquad
        \bar g \leftarrow \rho \bar g + (1 - \rho) g \\
        d &= \eta \frac{g}{\sqrt{a - \bar g^2 + \epsilon}}, \qquad
        v \leftarrow \mu v + d, \qquad w \leftarrow w - v

    Only with ``centered`` is there a mean gradient :math:`\bar g`; without momentum, v is d.

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    rho : float
        :math:`\rho`, 0 to below 1: how slowly the past is forgotten.
    momentum : float
        :math:`\mu`, 0 to 1.
    epsilon : float
        Keeps the root away from 0.
    centered : bool
        Divide by the spread of the gradients instead of their size.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Tieleman & Hinton 2012, a lecture; written down, with centring and momentum, by Graves 2013,
    arXiv:1308.0850, equations 38 to 45. Taught in lesson 06.
    """

    rho: float = 0.9
    momentum: float = 0.0
    epsilon: float = 1e-7
    centered: bool = False

    def slots(self) -> dict[str, float]:
        """Return the mean squared gradient and, where they are used, mean gradient and velocity."""
        names = ["a", *(["mean"] if self.centered else []), *(["v"] if self.momentum else [])]
        return dict.fromkeys(names, 0.0)

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move by the scaled gradient; see the formula above."""
        a = state["a"]
        a += (1 - self.rho) * (g * g - a)
        d = rate * g / np.sqrt(self._spread(g, state) + self.epsilon)
        if not self.momentum:
            return w - d
        v = state["v"]
        v *= self.momentum
        v += d
        return w - v

    def _spread(self, g: np.ndarray, state: State) -> np.ndarray:
        if not self.centered:
            return state["a"]
        mean = state["mean"]
        mean += (1 - self.rho) * (g - mean)
        return state["a"] - mean * mean

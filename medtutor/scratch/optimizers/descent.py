"""Gradient descent: plain, with momentum, with Nesterov's look ahead, and averaged."""

from dataclasses import dataclass

import numpy as np

from medtutor.scratch.optimizers.base import Optimizer, State
from medtutor.scratch.optimizers.checks import Rate


@dataclass(eq=False, repr=False)
class SGD(Optimizer):
    r"""Gradient descent, with or without momentum.

    .. math::
        \text{plain:}\quad w &\leftarrow w - \eta g \\
        \text{momentum:}\quad v &\leftarrow \mu v - \eta g, \qquad w \leftarrow w + v \\
        \text{Nesterov:}\quad v &\leftarrow \mu v - \eta g, \qquad w \leftarrow w + \mu v - \eta g

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    momentum : float
        :math:`\mu`, 0 to 1: how much of the last step lives on. 0 is plain gradient descent.
    nesterov : bool
        Take the gradient where momentum is about to lead. Without momentum it changes nothing.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Robbins & Monro 1951, doi:10.1214/aoms/1177729586; momentum: Polyak 1964,
    doi:10.1016/0041-5553(64)90137-5; Nesterov's in the form of Bengio, Boulanger-Lewandowski
    & Pascanu 2013, arXiv:1212.0901, section 3.5. Taught in lesson 06.
    """

    learning_rate: Rate = 0.01
    momentum: float = 0.0
    nesterov: bool = False

    def slots(self) -> dict[str, float]:
        """Return the velocity, where there is momentum."""
        return {"v": 0.0} if self.momentum else {}

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move against the gradient; see the formula above."""
        if not self.momentum:
            return w - rate * g
        v = state["v"]
        v *= self.momentum
        v -= rate * g
        if not self.nesterov:
            return w + v
        return w + self.momentum * v - rate * g


@dataclass(eq=False, repr=False)
class AveragedSGD(Optimizer):
    r"""Averaged gradient descent (Polyak-Ruppert): walk as SGD does, answer with the mean place.

    .. math::
        w_t = w_{t-1} - \eta g_t, \qquad \bar w_t = \frac{1}{t - s} \sum_{k = s + 1}^{t} w_k

    ``step`` returns the walker :math:`w_t`, because that is where the next gradient is taken;
    :meth:`average` returns :math:`\bar w_t`, which is what you keep.

    Parameters
    ----------
    learning_rate : float or function of the step
        :math:`\eta`.
    start_averaging : int
        s, the steps to leave out of the mean: while the walker is still on its way.
    weight_decay, clipnorm, clipvalue, global_clipnorm : float, optional
        See :class:`Optimizer`.

    Raises
    ------
    ValueError
        For a number out of its range.

    Notes
    -----
    Polyak & Juditsky 1992, doi:10.1137/0330046. Keras has no such optimizer. Its ``use_ema=True``
    forgets old places (:math:`\bar w \leftarrow \beta \bar w + (1 - \beta) w`), whereas here all
    count the same; the two agree where :math:`\beta = (t - 1) / t`, which Keras can't be told.
    Taught in lesson 06.
    """

    learning_rate: Rate = 0.01
    start_averaging: int = 0

    def slots(self) -> dict[str, float]:
        """Return the mean place."""
        return {"mean": 0.0}

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Move as SGD does, and keep the mean of all places up to date."""
        w, mean = w - rate * g, state["mean"]
        mean += (w - mean) / max(self.iterations - self.start_averaging, 1)
        return w

    def average(self) -> list[np.ndarray]:
        """Return the mean place, a copy; before averaging starts, the last place.

        Raises
        ------
        ValueError
            Before the first step.
        """
        if not self.state:
            raise ValueError("there is nothing to average yet; take a step first")
        return [state["mean"].copy() for state in self.state]

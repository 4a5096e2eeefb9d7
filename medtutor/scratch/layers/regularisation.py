"""Layers that do one thing while the network learns and another when it is used."""

import numpy as np

from medtutor._checks import checked_seed, number, share
from medtutor.scratch.layers.base import FunctionLayer, Layer, Shape
from medtutor.scratch.normalisation import (
    batch_moments,
    batch_normalization,
    batch_normalization_grad,
)


class Dropout(Layer):
    r"""Set a random part of the numbers to zero while the network learns.

    .. math:: y = \frac{m\, x}{1 - r}, \qquad m \in \{0, 1\}, \quad P(m = 0) = r

    The division keeps the expected sum as it was, so that nothing need be done later: when the
    network is used, y = x.

    Parameters
    ----------
    rate : float
        Share of numbers that are dropped, r in the formula: 0 up to, but not including, 1.
    seed : int
        Fixes which; ``build`` starts the sequence anew.

    Raises
    ------
    ValueError
        For a rate out of range, or a bad seed.

    Notes
    -----
    Srivastava et al. 2014, https://jmlr.org/papers/v15/srivastava14a.html; divided while learning
    as in Keras, instead of multiplied later. Taught in lesson 10.
    """

    def __init__(self, rate: float, seed: int = 0) -> None:
        super().__init__()
        self.rate, self.seed = share("rate", rate), checked_seed(seed)
        self.rng = np.random.default_rng(self.seed)
        self.mask = np.ones(())

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Start the sequence of masks anew; see :class:`Layer`."""
        self.rng = np.random.default_rng(self.seed)
        return input_shape

    def call(self, x: np.ndarray) -> np.ndarray:
        """Drop numbers in training; else return ``x``."""
        if not self.training:
            return x
        self.mask = ((self.rng.random(x.shape) >= self.rate) / (1 - self.rate)).astype(x.dtype)
        return x * self.mask

    def call_grad(self, grad: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Send the gradient through the numbers that were kept."""
        return grad * self.mask if self.training else grad


class BatchNormalization(FunctionLayer, of=batch_normalization, grad=batch_normalization_grad):
    r"""Shift and scale each channel: see ``batch_normalization``.

    While the network learns, mean and variance are those of the batch, and a moving mean of both
    is kept; when it is used, the moving ones take their place.

    .. math:: \mu \leftarrow a\, \mu + (1 - a)\, \mu_\mathrm{batch}, \qquad
        \sigma^2 \leftarrow a\, \sigma^2 + (1 - a)\, \sigma^2_\mathrm{batch}

    Parameters
    ----------
    momentum : float
        How slowly the moving statistics move, a in the formula: 0 to 1.
    epsilon : float
        Keeps a constant channel from a division by zero.

    Raises
    ------
    ValueError
        For a momentum out of range, or an epsilon below 0.

    Notes
    -----
    Ioffe & Szegedy 2015, arXiv:1502.03167. ``weights`` are gamma and beta, ``statistics`` the
    moving mean and variance: the four arrays of Keras' layer, in its order. Taught in lesson 10.
    """

    def __init__(self, momentum: float = 0.99, epsilon: float = 1e-3) -> None:
        super().__init__()
        self.momentum = share("momentum", momentum, or_one=True)
        self.epsilon = number("epsilon", epsilon)

    def build(self, input_shape: Shape, rng: np.random.Generator) -> Shape:
        """Make gamma and beta, moving mean and variance; see :class:`Layer`."""
        channels = input_shape[-1]
        self.weights = [np.ones(channels, "float32"), np.zeros(channels, "float32")]
        self.statistics = [np.zeros(channels, "float32"), np.ones(channels, "float32")]
        return input_shape

    def call(self, x: np.ndarray) -> np.ndarray:
        """Normalise; in training move the moving statistics, too."""
        self.options = {"epsilon": self.epsilon}
        if self.training:
            pairs = zip(self.statistics, batch_moments(x), strict=True)
            a = self.momentum
            self.statistics = [a * old + (1 - a) * new for old, new in pairs]
        else:
            self.options |= dict(zip(("mean", "variance"), self.statistics, strict=True))
        return super().call(x)

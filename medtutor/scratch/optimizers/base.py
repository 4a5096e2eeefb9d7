"""What all optimizers share: clip the gradients, ask for the rate, move each array."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import partial
from typing import Any

import numpy as np

from medtutor._checks import above_zero, number, positive, share
from medtutor.scratch.optimizers.checks import Rate, checked_pairs, checked_rate, same_arrays
from medtutor.scratch.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value

# Numbers that are updated at a time: few enough that all of a formula stays in the
# processor's cache, many enough that calling NumPy costs next to nothing.
_BLOCK = 16_384

State = dict[str, np.ndarray]


# What values each argument may have; it means the same in all optimizers.
_CHECKS: dict[str, Callable[[str, Any], Any]] = {
    "learning_rate": checked_rate,
    "weight_decay": partial(above_zero, or_zero=True),
    "momentum": partial(share, or_one=True),
    **dict.fromkeys(("clipnorm", "clipvalue", "global_clipnorm"), above_zero),
    **dict.fromkeys(("beta_1", "beta_2", "rho"), share),
    **dict.fromkeys(("epsilon", "initial_accumulator_value"), number),
    "start_averaging": partial(positive, least=0),
}
_CLIPPING = {
    "clipnorm": clip_by_norm,
    "clipvalue": clip_by_value,
    "global_clipnorm": clip_by_global_norm,
}


@dataclass(eq=False, repr=False)
class Optimizer:
    r"""Base of all optimizers: ``params = optimizer.step(params, grads)``.

    Parameters
    ----------
    learning_rate : float, or function of the step
        :math:`\eta`, above 0. A function gets the number of steps taken so far (0 at first) and
        returns the rate, as the :mod:`~medtutor.scratch.optimizers.schedules` do.
    weight_decay : float, optional
        :math:`\lambda`: before each step, :math:`w \leftarrow w - \eta \lambda w`. 0 and up.
    clipnorm, clipvalue, global_clipnorm : float, optional
        Limit the gradient first: the norm of each array, each number, or the norm of all arrays
        together. At most one of the three; above 0.

    Attributes
    ----------
    iterations : int
        Steps taken so far.
    state : list of dict
        What is remembered for each array of ``params``: arrays of its shape, by name.

    Raises
    ------
    ValueError
        For a number out of its range, or two kinds of clipping at once.

    Notes
    -----
    Of Keras' arguments, those on averaging, accumulating and scaling gradients are left out.
    Taught in lesson 06.
    """

    learning_rate: Rate = 0.001
    _: KW_ONLY
    weight_decay: float | None = None
    clipnorm: float | None = None
    clipvalue: float | None = None
    global_clipnorm: float | None = None

    def __post_init__(self) -> None:
        for name in vars(self):
            if name in _CHECKS:
                setattr(self, name, _CHECKS[name](name, getattr(self, name)))
        limits = [name for name in _CLIPPING if getattr(self, name) is not None]
        if len(limits) > 1:
            raise ValueError(f"{' and '.join(limits)} are set; give one of them at most")
        self.iterations = 0
        self.state: list[State] = []

    def slots(self) -> dict[str, float]:
        """Return what is remembered for every parameter: names and start values."""
        return {}

    def prepare(self, step: int) -> None:
        """Get ready for step number ``step``, counted from 1."""

    def update(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        """Return the new value of ``w``, and renew ``state`` in place: the optimizer's formula.

        Parameters
        ----------
        w, g : array (n,)
            Parameters and their gradient.
        rate : float
            Learning rate of this step.
        state : dict of array (n,)
            What is remembered for these parameters.
        """
        raise NotImplementedError(f"{type(self).__name__} must say how a parameter moves")

    def step(self, params: Sequence[np.ndarray], grads: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Take one step downhill.

        Parameters
        ----------
        params : list of arrays, float32 or float64
            A network's weights; they stay as they are.
        grads : list of arrays, of the same shapes and dtypes
            Gradient of the loss with respect to each of ``params``.

        Returns
        -------
        list of arrays
            The new values, in ``params``' order.

        Raises
        ------
        ValueError
            Where ``grads`` don't fit ``params``, or ``params`` don't fit those of earlier steps.
        """
        pairs = checked_pairs(params, grads)
        self._remember([w for w, _ in pairs])
        clipped = self._clip([g for _, g in pairs])
        rate = self.rate()
        self.iterations += 1
        self.prepare(self.iterations)
        arrays = zip(pairs, clipped, self.state, strict=True)
        return [self._move(w, g, rate, state) for (w, _), g, state in arrays]

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        if not callable(self.learning_rate):
            return self.learning_rate
        rate = float(self.learning_rate(self.iterations))
        if not 0 <= rate < np.inf:
            raise ValueError(
                f"learning_rate({self.iterations}) returned {rate}; a schedule should return a "
                "finite number from 0 up"
            )
        return rate

    def _remember(self, params: list[np.ndarray]) -> None:
        if not self.state:
            starts = self.slots()
            self.state = [
                {name: np.full(w.shape, start, w.dtype) for name, start in starts.items()}
                for w in params
            ]
            self._shapes = [w.shape for w in params]
        same_arrays(self._shapes, params)

    def _clip(self, grads: list[np.ndarray]) -> list[np.ndarray]:
        for name, clip in _CLIPPING.items():
            if getattr(self, name) is not None:
                grads = clip(grads, getattr(self, name))
        return grads

    def _move(self, w: np.ndarray, g: np.ndarray, rate: float, state: State) -> np.ndarray:
        new = np.empty(w.shape, w.dtype)
        flat, w, g = new.reshape(-1), w.reshape(-1), g.reshape(-1)
        lines = {name: values.reshape(-1) for name, values in state.items()}
        for block in _blocks(w.size):
            part = {name: values[block] for name, values in lines.items()}
            start = w[block]
            if self.weight_decay is not None:
                start = start - rate * self.weight_decay * start
            flat[block] = self.update(start, g[block], rate, part)
        return new

    def __repr__(self) -> str:
        return f"{type(self).__name__}(learning_rate={self.learning_rate!r})"


def _blocks(size: int) -> Iterator[slice]:
    return (slice(first, first + _BLOCK) for first in range(0, size, _BLOCK))

"""Let optimizers race over a landscape: the paths, and who arrives when."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from medtutor.explore.optimizers.landscapes import Landscape
from medtutor.scratch import optimizers

N_STEPS = 200
ARRIVED = 0.1
"""Who is, and stays, this near to a minimum has arrived."""
LOST = 100.0
"""Who is further away than this has diverged, and stops."""
RATES = 10 ** np.linspace(-4, 1, 41)
"""The rates among which the best is looked for: eight a decade."""


@dataclass(frozen=True)
class Racer:
    """An optimizer that may race: its class in ``scratch.optimizers``, and its arguments."""

    title: str
    code: str
    rule: str
    arguments: dict[str, Any]

    def make(self, learning_rate: float) -> optimizers.Optimizer:
        """Return a fresh optimizer."""
        return getattr(optimizers, self.rule)(learning_rate, **self.arguments)

    def options(self) -> dict[str, Any]:
        """Return all numbers of the rule but the rate, the defaults among them."""
        own = vars(self.make(1.0))
        left_out = {"learning_rate", "iterations", "state"}
        left_out |= {"clipnorm", "clipvalue", "global_clipnorm"}
        return {name: value for name, value in own.items() if name not in left_out}


RACERS = {
    "sgd": Racer("SGD", "S", "SGD", {}),
    "averaged": Racer("averaged SGD", "Av", "AveragedSGD", {}),
    "momentum": Racer("momentum", "M", "SGD", {"momentum": 0.9}),
    "nesterov": Racer("Nesterov", "Ne", "SGD", {"momentum": 0.9, "nesterov": True}),
    "adagrad": Racer("Adagrad", "Ag", "Adagrad", {}),
    "adadelta": Racer("Adadelta", "De", "Adadelta", {}),
    "rmsprop": Racer("RMSprop", "R", "RMSprop", {}),
    "adam": Racer("Adam", "A", "Adam", {}),
    "adamax": Racer("Adamax", "Ax", "Adamax", {}),
    "nadam": Racer("Nadam", "Na", "Nadam", {}),
    "adamw": Racer("AdamW", "Aw", "AdamW", {}),
}


def noise_for(seed: int = 0, steps: int = N_STEPS) -> np.ndarray:
    """Return standard normal numbers (steps, 2), the same for every racer."""
    return np.random.default_rng(seed).normal(size=(steps, 2)).round(3)


def race(
    landscape: Landscape,
    racer: str,
    learning_rate: float,
    *,
    start: tuple[float, float] | None = None,
    noise: np.ndarray | None = None,
) -> np.ndarray:
    """Let one optimizer run over a landscape.

    Parameters
    ----------
    landscape : Landscape
        Such as ``LANDSCAPES["ravine"]``.
    racer : str
        A key of ``RACERS``.
    learning_rate : float
        Above 0.
    start : (x, y), optional
        Where to begin; the landscape's own start without it.
    noise : array (steps, 2), optional
        Standard normal numbers for the gradient's noise; ``noise_for()`` without it.

    Returns
    -------
    array (steps + 1, 2)
        The places, the start first; shorter where the racer is lost on the way. For averaged
        SGD they are the means of all places so far.

    Notes
    -----
    Taught in lesson 06.
    """
    optimizer = RACERS[racer].make(learning_rate)
    draws = noise_for() if noise is None else noise
    place = np.array(landscape.start if start is None else start, dtype=float)
    path = [place]
    for draw in draws:
        (place,) = optimizer.step([place], [landscape.gradient(place, draw)])
        averaged = isinstance(optimizer, optimizers.AveragedSGD)
        path.append(optimizer.average()[0] if averaged else place)  # type: ignore[attr-defined]
        if not np.hypot(*place) < LOST:
            break
    return np.array(path)


def steps_to_arrive(landscape: Landscape, path: np.ndarray) -> int | None:
    """Return the step from which on a path stays within ``ARRIVED`` of a minimum, or ``None``."""
    outside = np.flatnonzero(~(landscape.distance(path.T) <= ARRIVED))
    first = 0 if outside.size == 0 else int(outside[-1]) + 1
    return first if first < len(path) else None


def best_rate(
    landscape: Landscape,
    racer: str,
    *,
    start: tuple[float, float] | None = None,
    noise: np.ndarray | None = None,
) -> float:
    """Return the rate of ``RATES`` with which a racer arrives first or, if never, ends nearest."""

    def rank(rate: float) -> tuple[float, float]:
        path = race(landscape, racer, rate, start=start, noise=noise)
        arrival = steps_to_arrive(landscape, path)
        return (np.inf if arrival is None else arrival), float(landscape.distance(path[-1]))

    return float(min(RATES, key=rank))

"""Small landscapes with a known minimum, on which optimizers can race."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

Point = tuple[float, float]


@dataclass(frozen=True)
class Landscape:
    r"""A loss of two parameters, and noise in its gradient.

    .. math::
        L = \tfrac12 a u^2 + \tfrac12 b v^2 + \tfrac14 c v^4, \qquad
        u = x \cos\theta + y \sin\theta, \quad v = y \cos\theta - x \sin\theta

    Parameters
    ----------
    name, title : str
        The short name, and what a reader sees.
    a, b, c : float
        Curvature along u, along v, and what bends the walls up far from v = 0.
    angle : float
        :math:`\theta` in radians: how far the axes u, v are turned against the parameters x, y.
    noise : float
        Spread of the noise in each number of the gradient.
    start : (x, y)
        Where the race begins.
    minima : tuple of (x, y)
        The lowest places.

    Notes
    -----
    Taught in lesson 06.
    """

    name: str
    title: str
    a: float
    b: float
    c: float
    angle: float
    noise: float
    start: Point
    minima: tuple[Point, ...] = ((0.0, 0.0),)

    def loss(self, place: np.ndarray) -> np.ndarray:
        """Return the loss, without noise, at ``place`` (2, ...)."""
        u, v = self._turned(place)
        return self.a * u**2 / 2 + self.b * v**2 / 2 + self.c * v**4 / 4

    def gradient(self, place: np.ndarray, draw: np.ndarray) -> np.ndarray:
        """Return the gradient at ``place`` (2, ...); ``draw`` holds standard normal numbers."""
        u, v = self._turned(place)
        du, dv = self.a * u, self.b * v + self.c * v**3
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return np.stack([cos * du - sin * dv, sin * du + cos * dv]) + self.noise * draw

    def distance(self, place: np.ndarray) -> np.ndarray:
        """Return the distance from ``place`` (2, ...) to the nearest minimum."""
        apart = [np.hypot(place[0] - x, place[1] - y) for x, y in self.minima]
        return np.min(apart, axis=0)

    def as_dict(self) -> dict[str, Any]:
        """Return it as the explorer's script takes it."""
        return asdict(self)

    def _turned(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x, y = place
        cos, sin = np.cos(self.angle), np.sin(self.angle)
        return x * cos + y * sin, y * cos - x * sin


_LANDSCAPES = (
    Landscape("ravine", "ravine", a=1, b=30, c=0, angle=0, noise=0, start=(-1.8, 0.9)),
    Landscape(
        "turned_ravine", "ravine, turned", a=1, b=30, c=0, angle=0.6, noise=0, start=(-1.9, -0.3)
    ),
    Landscape(
        "saddle",
        "saddle",
        a=1,
        b=-1,
        c=1,
        angle=0,
        noise=0,
        start=(-1.8, 0.001),
        minima=((0.0, -1.0), (0.0, 1.0)),
    ),
    Landscape("noisy_bowl", "noisy bowl", a=1, b=1, c=0, angle=0, noise=0.7, start=(-1.5, 1.2)),
)
LANDSCAPES = {landscape.name: landscape for landscape in _LANDSCAPES}

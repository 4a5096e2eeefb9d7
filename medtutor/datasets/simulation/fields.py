"""Smooth random fields, and soft borders between tissues."""

import numpy as np
from scipy.interpolate import BSpline


def smooth_field(
    rng: np.random.Generator,
    shape: tuple[int, ...],
    n_nodes: tuple[int, int],
    *,
    through: bool = False,
) -> np.ndarray:
    """Return fields of ``shape``, float32, about unit variance, smooth over the last two axes.

    With ``through`` they are smooth over the last three, along the third as along the rows.
    """
    if through:
        return _smooth_volume(rng, shape, n_nodes)
    nodes = rng.standard_normal((*shape[:-2], *n_nodes), dtype=np.float32)
    rows, columns = (
        spline_basis(np.linspace(0, 1, n), m) for n, m in zip(shape[-2:], n_nodes, strict=True)
    )
    return rows @ nodes @ columns.T * 1.5


def _smooth_volume(
    rng: np.random.Generator, shape: tuple[int, ...], n_nodes: tuple[int, int]
) -> np.ndarray:
    depth, height = shape[-3:-1]
    n_through = max(4, round(n_nodes[0] * depth / height))
    nodes = rng.standard_normal((*shape[:-3], n_through, *n_nodes), dtype=np.float32)
    through, rows, columns = (
        spline_basis(np.linspace(0, 1, n), m)
        for n, m in zip(shape[-3:], nodes.shape[-3:], strict=True)
    )
    in_slices = rows @ nodes @ columns.T
    stacked = through @ in_slices.reshape(*shape[:-3], n_through, -1)
    return stacked.reshape(shape) * 1.9


def spline_basis(places: np.ndarray, n_nodes: int) -> np.ndarray:
    """Return cubic B-spline weights (places, nodes), float32, for places in [0, 1]."""
    degree = 3
    step = 1 / (n_nodes - degree)
    knots = step * np.arange(-degree, n_nodes + 1)
    inside = np.clip(places, 0, 1 - 1e-9)
    return BSpline.design_matrix(inside, knots, degree).toarray().astype(np.float32)


def soft_step(depth_mm: np.ndarray, width_mm: float = 2.5) -> np.ndarray:
    """Return 1 deep inside, 0 far outside, a ramp of ``width_mm`` between: partial volume."""
    return np.clip(depth_mm / width_mm + 0.5, 0, 1)

"""Smooth random fields, soft borders between tissues, and uneven outlines."""

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
    single = shape[:-3] if through else shape[:-2]
    n_through = (max(4, round(n_nodes[0] * shape[-3] / shape[-2])),) if through else ()
    nodes = rng.standard_normal((*single, *n_through, *n_nodes), dtype=np.float32)
    *depth, rows, columns = (
        spline_basis(np.linspace(0, 1, n), m)
        for n, m in zip(shape[len(single) :], nodes.shape[len(single) :], strict=True)
    )
    in_slices = rows @ nodes @ columns.T
    if not depth:
        return in_slices * 1.5
    return (depth[0] @ in_slices.reshape(*single, *n_through, -1)).reshape(shape) * 1.9


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


def pixel_places(size: int, pixel_mm: float) -> np.ndarray:
    """Return where the pixels of a row or a column lie, float32, in mm from its middle."""
    return (np.arange(size, dtype=np.float32) - (size - 1) / 2) * np.float32(pixel_mm)


def dented(
    rng: np.random.Generator, y: np.ndarray, x: np.ndarray, depth: float, waves: tuple[int, ...]
) -> np.ndarray:
    """Return the distance from the centre, dented so that its contours are irregular."""
    angle = np.arctan2(y, x)
    dents = np.zeros_like(angle)
    for wave in waves:
        dents += rng.normal(0, depth / wave) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    return np.hypot(y, x) * np.exp(dents)

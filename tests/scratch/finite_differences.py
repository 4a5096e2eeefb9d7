"""Gradients by trying: move each number a little, and see what the output does."""

import numpy as np


def numeric_grad(function, x, grad, step=1e-6):
    """Return the gradient of sum(function(x) * grad) at ``x`` by central differences."""
    result = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += step
        down[place] -= step
        result[place] = ((function(up) - function(down)) * grad).sum() / (2 * step)
    return result


def draw(seed, *shapes):
    """Return normal float64 arrays that ``seed`` fixes."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=shape) for shape in shapes]

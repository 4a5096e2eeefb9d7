"""What a score hangs on: gradients along a path, patches that are covered, maps that are weighed.

A network enters as plain functions: ``score(images)`` gives one number for each image (N,), and
``gradient(images)`` what that number changes by with each pixel, an array like the images.
"""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from medtutor._checks import checked_seed, number, positive
from medtutor.scratch.checks import floats, same_shape

Score = Callable[[np.ndarray], Any]
Gradient = Callable[[np.ndarray], Any]
Fill = Literal["local"] | float | np.ndarray


def integrated_gradients(
    gradient: Gradient, x: np.ndarray, baseline: Any, *, steps: int = 32
) -> np.ndarray:
    r"""Share out a score's change from a baseline to an image among the pixels.

    .. math:: A = (x - x_0) \odot \int_0^1 \nabla S\bigl(x_0 + a (x - x_0)\bigr)\, da

    The sum of A is S(x) − S(x₀) (completeness), up to the error of the midpoint rule.

    Parameters
    ----------
    gradient : function of images, like images
        Gradient of the score, as the module's docstring says.
    x : array (N, H, W, C), float32 or float64
    baseline : array or number
        Where the path begins: of the images' shape, or broadcast to it.
    steps : int
        Points of the midpoint rule.

    Returns
    -------
    array like ``x``
        In units of the score.

    Raises
    ------
    ValueError
        For a gradient that is None or has another shape, a baseline that doesn't fit, or no step.

    Notes
    -----
    Source: M. Sundararajan et al. 2017, arXiv:1703.01365. Taught in lesson 14.
    """
    x, steps = floats("x", x, "(N, H, W, C)"), positive("steps", steps)
    way = x - _baseline(baseline, x)
    total = np.zeros_like(x)
    for step in range(steps):
        part = x.dtype.type((step + 0.5) / steps)
        total += _slope(gradient, x - (1 - part) * way)
    return way * total / x.dtype.type(steps)


def smooth_gradient(
    gradient: Gradient, x: np.ndarray, *, noise: float = 0.3, samples: int = 16, seed: int = 0
) -> np.ndarray:
    r"""Return the mean size of the gradient over noisy copies of an image (SmoothGrad).

    .. math:: \frac1n \sum_i \bigl|\nabla S(x + \sigma \varepsilon_i)\bigr|

    Parameters
    ----------
    gradient, x
        As in :func:`integrated_gradients`.
    noise : float
        Standard deviation σ, in the images' unit; 0 gives the size of the plain gradient.
    samples : int
        Copies of each image.
    seed : int
        Fixes the noise.

    Returns
    -------
    array like ``x``

    Raises
    ------
    ValueError
        As :func:`integrated_gradients`, and for noise below 0 or no sample.

    Notes
    -----
    Source: D. Smilkov et al. 2017, arXiv:1706.03825. Taught in lesson 14.
    """
    x, samples = floats("x", x, "(N, H, W, C)"), positive("samples", samples)
    spread, rng = number("noise", noise), np.random.default_rng(checked_seed(seed))
    total = np.zeros_like(x)
    for _ in range(samples):
        noisy = x + spread * rng.standard_normal(x.shape)
        total += np.abs(_slope(gradient, noisy.astype(x.dtype)))
    return total / x.dtype.type(samples)


def occlusion_map(
    score: Score, x: np.ndarray, *, size: int = 8, stride: int = 4, fill: Fill = "local"
) -> np.ndarray:
    """Return how far a score falls, on average, when a patch over the pixel is covered.

    A mean over the patches that cover a pixel, not their sum: else the rim, which fewer patches
    reach, would seem unimportant.

    Parameters
    ----------
    score : function of images, (N,)
        As the module's docstring says; called once a patch, with all images.
    x : array (N, H, W, C), float32 or float64
    size, stride : int
        Edge of a patch, and the step from one to the next, in pixels; the last one ends at the rim.
    fill : "local", number, or array that broadcasts to (N, size, size, C)
        What a patch is filled with; "local" is the mean of the two pixels around it.

    Returns
    -------
    float64 array (N, H, W)
        In units of the score; 0 where no patch comes, if the stride is larger than the patch.

    Raises
    ------
    ValueError
        For a patch larger than the image, or a score that isn't one number an image.

    Notes
    -----
    Source: M. D. Zeiler, R. Fergus 2013, arXiv:1311.2901. Taught in lesson 14.
    """
    x = floats("x", x, "(N, H, W, C)")
    size, stride = positive("size", size), positive("stride", stride)
    if size > min(x.shape[1:3]):
        raise ValueError(
            f"size is {size}, but the images have {x.shape[1]}×{x.shape[2]} pixels; give a patch "
            "that fits in"
        )
    whole = score_of(score, x)
    falls, times = np.zeros(x.shape[:3]), np.zeros(x.shape[1:3])
    for top in _starts(x.shape[1], size, stride):
        for left in _starts(x.shape[2], size, stride):
            fall = whole - score_of(score, covered(x, top, left, size, fill))
            falls[:, top : top + size, left : left + size] += fall[:, None, None]
            times[top : top + size, left : left + size] += 1
    return falls / np.maximum(times, 1)


def grad_cam(maps: np.ndarray, gradients: Any) -> np.ndarray:
    r"""Weigh a convolution's maps by their mean gradients, and keep what speaks for the score.

    .. math::

        \alpha_k = \frac1{hw} \sum_{uv} \frac{\partial S}{\partial M_{uvk}}, \qquad
        C = \mathrm{ReLU}\Bigl(\sum_k \alpha_k M_k\Bigr)

    Parameters
    ----------
    maps : array (N, h, w, K), float32 or float64
        The convolution's output.
    gradients : array (N, h, w, K)
        Gradient of the score with respect to the maps.

    Returns
    -------
    array (N, h, w)
        Where that lies on the image: :func:`place_map`.

    Raises
    ------
    ValueError
        For gradients that are None or have another shape.

    Notes
    -----
    Source: R. R. Selvaraju et al. 2016, arXiv:1610.02391. Taught in lesson 14.
    """
    maps = floats("maps", maps, "(N, h, w, K)")
    weights = _like(gradients, maps, "gradients").mean(axis=(1, 2), keepdims=True)
    return (weights * maps).sum(axis=-1).clip(min=0)


def place_map(cam: np.ndarray, image_shape: Any, *, stride: Any, first: Any) -> np.ndarray:
    """Lay a small map on the image, each of its pixels at the middle of what it has seen.

    Parameters
    ----------
    cam : array (N, h, w), float32 or float64
    image_shape : (height, width)
    stride, first : number, or pair for rows and columns
        Pixels of the image from one of the map's pixels to the next, and where the first one's
        middle lies: ``medtutor.models.receptive_field`` gives both.

    Returns
    -------
    array (N, height, width)
        Mixed between the middles (bilinear), 0 beyond the outermost ones: nothing is known there.

    Raises
    ------
    ValueError
        For a map without three axes, or a stride that isn't above 0.

    Notes
    -----
    Taught in lesson 14.
    """
    cam = floats("cam", cam, "(N, h, w)")
    strides, firsts = np.broadcast_to(stride, 2), np.broadcast_to(first, 2)
    if not (strides > 0).all():
        raise ValueError(f"stride is {stride!r}; give pixels from one place to the next, above 0")
    rows, columns = (
        _shares(pixels, places, step, start).astype(cam.dtype)
        for pixels, places, step, start in zip(
            image_shape, cam.shape[1:], strides, firsts, strict=True
        )
    )
    return np.einsum("ij,njk,lk->nil", rows, cam, columns)


def covered(x: np.ndarray, top: int, left: int, size: int, fill: Fill = "local") -> np.ndarray:
    """Return copies of the images with a square patch filled, as in :func:`occlusion_map`."""
    around = x[:, max(top - 2, 0) : top + size + 2, max(left - 2, 0) : left + size + 2]
    patch = x[:, top : top + size, left : left + size]
    filling = fill
    if isinstance(fill, str):
        if fill != "local":
            raise ValueError(f"fill is {fill!r}; give 'local', a number or an array")
        n_around = around[0, ..., 0].size - patch[0, ..., 0].size
        total = around.sum(axis=(1, 2)) - patch.sum(axis=(1, 2))
        filling = (total / max(n_around, 1))[:, None, None]
    changed = x.copy()
    changed[:, top : top + size, left : left + size] = filling
    return changed


def score_of(score: Score, x: np.ndarray) -> np.ndarray:
    """Return the scores (N,) of images, after a check that there is one finite number for each."""
    values = np.asarray(score(x), float)
    if values.shape != (len(x),) or not np.isfinite(values).all():
        raise ValueError(
            f"score gave {values.shape} for {len(x)} images; give one finite number for each, "
            "(N,): not a softmax (N, K), but the difference of two scores before it, "
            "s[:, 1] - s[:, 0]"
        )
    return values


def _slope(gradient: Gradient, x: np.ndarray) -> np.ndarray:
    return _like(gradient(x), x, "the gradient")


def _like(values: Any, x: np.ndarray, name: str) -> np.ndarray:
    if values is None:
        raise ValueError(
            f"{name} is None: the score doesn't hang on what was watched; watch the images, "
            "tape.watch(x), before the network sees them"
        )
    array = np.asarray(values)
    same_shape(name, array, x.shape, "what it is the gradient of")
    return array


def _baseline(baseline: Any, x: np.ndarray) -> np.ndarray:
    try:
        return np.broadcast_to(np.asarray(baseline, x.dtype), x.shape)
    except ValueError as error:
        raise ValueError(
            f"baseline has shape {np.shape(baseline)}, x {x.shape}; give a number, or an array "
            "that fits"
        ) from error


def _starts(length: int, size: int, stride: int) -> list[int]:
    """Return where patches begin: every ``stride`` pixels, and one that ends at the rim."""
    return sorted({*range(0, length - size + 1, stride), length - size})


def _shares(pixels: int, places: int, stride: float, first: float) -> np.ndarray:
    """Return how far each pixel takes each of the map's places (pixels, places): bilinear."""
    at = (np.arange(pixels)[:, None] - first) / stride
    near = np.clip(1 - np.abs(at - np.arange(places)), 0, None)
    return near * ((at >= 0) & (at <= places - 1))

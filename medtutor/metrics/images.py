"""What becomes of a lesion when its image is changed."""

from typing import Any

import numpy as np
from scipy import ndimage

RING = (3, 5)  # pixels from the lesion: beyond its soft rim, and still its surroundings


def contrast(image: Any, mask: Any) -> np.ndarray:
    """Return how much brighter a lesion is than its surroundings.

    Mean of the lesion minus the mean of a ring 3 to 5 pixels outside of it. Below 0, the lesion is
    darker. (For PSNR and SSIM take :mod:`skimage.metrics`.)

    Parameters
    ----------
    image : array (N, H, W) or (N, H, W, 1)
        Grey images; whole numbers are converted first.
    mask : array (N, H, W) or (N, H, W, 1)
        The lesion: all that isn't 0.

    Returns
    -------
    array (N,)
        In the unit of ``image``; nan where the mask is empty or leaves no ring.

    Raises
    ------
    ValueError
        For masks of another shape than the images, or images that aren't grey.

    Notes
    -----
    A mean over lesion and ring averages noise out, so it still tells a lesion in a noisy image.
    Taught in lesson 16.
    """
    images, masks = _stack("image", image).astype(float), _stack("mask", mask) != 0
    if images.shape != masks.shape:
        raise ValueError(f"mask has shape {masks.shape}, image {images.shape}; give equal shapes")
    parts = zip(images, masks, rings(masks), strict=True)
    return np.array([_difference(*each) for each in parts], float)


def rings(masks: np.ndarray) -> np.ndarray:
    """Return the surroundings of each lesion (N, H, W), as truth values; none without a lesion."""
    found = np.zeros(masks.shape, bool)
    for place in np.flatnonzero(masks.any(axis=(1, 2))):
        away = ndimage.distance_transform_edt(~masks[place])
        found[place] = (away >= RING[0]) & (away <= RING[1])
    return found


def _difference(image: np.ndarray, mask: np.ndarray, ring: np.ndarray) -> float:
    if not mask.any() or not ring.any():
        return np.nan
    return float(image[mask].mean() - image[ring].mean())


def _stack(name: str, values: Any) -> np.ndarray:
    array = np.asarray(values)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 3:
        raise ValueError(f"{name} has shape {array.shape}; give (N, H, W) or (N, H, W, 1)")
    return array

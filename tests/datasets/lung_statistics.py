"""What could be read off a chest slice without looking at it: brightness, sizes, blobs."""

import numpy as np
from scipy import ndimage


def in_lungs(image):
    """Return the pixels of lungs found by threshold, their vessels and nodules filled in."""
    air = ndimage.label(image < -400)[0]
    outside = np.unique([air[0], air[-1], air[:, 0], air[:, -1]])
    return ndimage.binary_closing((air > 0) & ~np.isin(air, outside), iterations=2)


def bright_parts(image, threshold):
    """Return the sizes of the connected bright parts in the lungs, at least one number."""
    parts = ndimage.label(in_lungs(image) & (image > threshold))[0]
    return np.append(np.bincount(parts.ravel())[1:], 0)


def enclosed_parts(image):
    lungs = image < -400
    return np.append(np.bincount(ndimage.label(~lungs & in_lungs(image))[0].ravel())[1:], 0)


def blob_strength(image):
    """Return the strongest answer of a centre-surround filter inside the lungs."""
    blobs = ndimage.gaussian_filter(image, 1.0) - ndimage.gaussian_filter(image, 2.5)
    return blobs[ndimage.binary_erosion(in_lungs(image))].max(initial=0)


def lung_percentile(image, q):
    return np.percentile(image[in_lungs(image)], q) if in_lungs(image).any() else -1000


STATISTICS = {
    "mean": np.mean,
    "maximum": np.max,
    "spread": np.std,
    "99th percentile": lambda image: np.percentile(image, 99),
    "median in the lungs": lambda image: lung_percentile(image, 50),
    "90th percentile in the lungs": lambda image: lung_percentile(image, 90),
    "99th percentile in the lungs": lambda image: lung_percentile(image, 99),
    "maximum in the lungs": lambda image: lung_percentile(image, 100),
    "bright pixels in the lungs": lambda image: bright_parts(image, -500).sum(),
    "very bright pixels in the lungs": lambda image: bright_parts(image, -150).sum(),
    "number of bright parts": lambda image: (bright_parts(image, -500) > 0).sum(),
    "largest bright part": lambda image: bright_parts(image, -500).max(),
    "largest very bright part": lambda image: bright_parts(image, -150).max(),
    "largest enclosed part": lambda image: enclosed_parts(image).max(),
    "blob filter": blob_strength,
    "left-right difference": lambda image: np.abs(image - image[:, ::-1]).mean(),
}

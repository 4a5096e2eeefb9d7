"""What a reader of brain scans looks for, written down as twelve numbers a slice."""

import numpy as np
from scipy import ndimage

from medtutor.datasets.checking import finite_array, number_array
from medtutor.datasets.tables import refused

# Blurring of the mirror difference, and sizes of the spots that are looked for, in pixels of 64.
BLUR, SPOTS = 1.5, (1.5, 2.5, 4.0)
# So far from the head's rim nothing is skull or scalp any more; and so far the middle may be off.
RIM, SLACK = 3, 2
NAMES = (
    "asymmetry, largest",
    "asymmetry, 95th percentile",
    *(f"spot of {size:g} px without a twin" for size in SPOTS),
    *(f"{kind} spot of {size:g} px" for size in SPOTS[1:] for kind in ("bright", "dark")),
    "upper tail",
    "lower tail",
    "skewness",
)


def expert_features(images: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Measure what a radiologist looks for on axial MR slices of the brain.

    No network, no training: twelve numbers a slice. How much the left half differs from the right
    one, how clear a round spot is that has no twin on the other side, how bright or dark the
    clearest spot is at all, and how the brightness inside the head is spread. They are written for
    brain slices with dark air around the head, and for nothing else.

    Parameters
    ----------
    images : array (N, H, W) or (N, H, W, 1)
        Axial slices, nose up, in any grey scale. Multiplying one by a number above 0 or adding a
        number changes nothing.

    Returns
    -------
    features : float array (N, 12)
        Zeros for a slice that shows no head.
    names : tuple of str
        What each column measures.

    Raises
    ------
    ValueError
        For images of another shape, with colours or Hounsfield units, or without dark air around.

    Notes
    -----
    Taught in lesson 12.
    """
    slices = _checked_slices(images)
    features = np.array([_features_of(one) for one in slices]).reshape(len(slices), len(NAMES))
    return features, NAMES


def _features_of(image: np.ndarray) -> np.ndarray:
    unit = len(image) / 64
    deep = ndimage.distance_transform_edt(head_of(image)) > RIM * unit
    if not deep.any():
        return np.zeros(len(NAMES))
    inside = image[deep]
    z = (image - inside.mean()) / max(inside.std(), 1e-6 * np.ptp(image))  # in any unit
    mirrored, both = mirror(z, deep)
    if not both.any():
        return np.zeros(len(NAMES))
    odd = np.abs(_spots(z - mirrored, SPOTS, unit)[:, both])
    spots = _spots(z, SPOTS[1:], unit)[:, deep]
    bright_and_dark = [side for one in spots for side in (one.max(), -one.min())]
    asymmetries = _asymmetry(z - mirrored, both, unit)
    return np.array([*asymmetries, *odd.max(axis=1), *bright_and_dark, *_brightness(z[deep])])


def head_of(image: np.ndarray) -> np.ndarray:
    """Return which pixels of a slice (H, W) belong to the head: not dark, or enclosed."""
    smooth = ndimage.gaussian_filter(image, len(image) / 64)
    dark, bright = smooth.min(), np.percentile(smooth, 97)
    parts, count = ndimage.label(smooth > dark + 0.25 * (bright - dark))
    if count == 0:
        return np.zeros(image.shape, bool)
    sizes = np.bincount(parts.ravel())[1:]
    return ndimage.binary_fill_holes(parts == 1 + np.argmax(sizes))


def mirror(z: np.ndarray, inside: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a slice mirrored about the head's middle, and where both halves are ``inside``.

    The middle of the head is rarely that of the image: it is sought near the middle of its
    columns, where the halves fit best.
    """
    columns = np.flatnonzero(inside.any(axis=0))
    middle = int(columns[0] + columns[-1] - (z.shape[1] - 1))
    tried = (_flipped(z, inside, middle + step) for step in range(-SLACK, SLACK + 1))
    return min(tried, key=lambda pair: _misfit(z, *pair))


def _flipped(z: np.ndarray, inside: np.ndarray, shift: int) -> tuple[np.ndarray, np.ndarray]:
    mirrored, also = (np.roll(x[:, ::-1], shift, axis=1) for x in (z, inside))
    return mirrored, inside & also


def _misfit(z: np.ndarray, mirrored: np.ndarray, both: np.ndarray) -> float:
    return float(np.abs(z - mirrored)[both].mean()) if both.any() else np.inf


def _asymmetry(difference: np.ndarray, both: np.ndarray, unit: float) -> tuple[float, float]:
    blurred = np.abs(ndimage.gaussian_filter(difference, BLUR * unit))[both]
    return blurred.max(), np.percentile(blurred, 95)


def _spots(picture: np.ndarray, sizes: tuple[float, ...], unit: float) -> np.ndarray:
    """Return how much each pixel looks like the middle of a bright spot, for each size."""
    # Times the size squared, so that spots of all sizes are measured alike (Lindeberg 1998).
    scaled = [size * unit for size in sizes]
    return np.stack([-(s**2) * ndimage.gaussian_laplace(picture, s) for s in scaled])


def _brightness(z: np.ndarray) -> tuple[float, float, float]:
    low, middle, high = np.percentile(z, (1, 50, 99))
    return high - middle, middle - low, np.mean(z**3)


def _checked_slices(images: np.ndarray) -> np.ndarray:
    array = number_array(images)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 3 or min(array.shape[1:]) < 16:
        raise refused("expert_shape", shape=np.shape(images))
    if array.size and array.min() < -500:
        raise refused("expert_hounsfield", lowest=array.min())
    slices = finite_array(array)
    if len(slices):
        _check_air(slices)
    return slices


def _check_air(slices: np.ndarray) -> None:
    """Raise where most slices aren't dark at all four corners, as air around a head is."""
    corners = slices[:, [0, 0, -1, -1], [0, -1, 0, -1]].mean(axis=1)
    dark, bright = slices.min(axis=(1, 2)), np.percentile(slices, 97, axis=(1, 2))
    if np.mean(corners > dark + 0.3 * (bright - dark)) > 0.5:
        raise refused("expert_no_air")

"""Images of any size made square, without distorting what they show."""

import numpy as np


def make_square(
    image: np.ndarray, size: int, pixel: tuple[float, float] = (1.0, 1.0)
) -> np.ndarray:
    """Fit an image into a square: the longer edge fills it, the rest is the darkest value.

    Parameters
    ----------
    image : array (H, W) or (H, W, 3)
        In any type of number.
    size : int
        Edge length of the square in pixels.
    pixel : pair of float
        Height and width of a pixel; what is not square in the file is drawn in true proportions.

    Returns
    -------
    array (size, size) or (size, size, 3) of the same type
        Every new pixel is a mean over what it covers, so nothing flickers or is lost between
        pixels.
    """
    planes = np.atleast_3d(image)
    height, width = fitted_shape(image.shape[:2], size, pixel)
    square = np.full((size, size, planes.shape[2]), planes.min(), dtype=image.dtype)
    top, left = (size - height) // 2, (size - width) // 2
    for channel in range(planes.shape[2]):
        plane = _resized(planes[:, :, channel], height, width)
        if image.dtype.kind in "iu":
            plane = np.rint(plane)
        square[top : top + height, left : left + width, channel] = plane
    return square if image.ndim == 3 else square[:, :, 0]


def make_square_mask(
    mask: np.ndarray, size: int, pixel: tuple[float, float] = (1.0, 1.0)
) -> np.ndarray:
    """Fit a mask of class ids into a square: each pixel gets the class that covers most of it."""
    height, width = fitted_shape(mask.shape, size, pixel)
    square = np.zeros((size, size), dtype=mask.dtype)
    top, left = (size - height) // 2, (size - width) // 2
    ids = np.unique(mask)
    shares = [_resized(mask == one, height, width) for one in ids]
    square[top : top + height, left : left + width] = ids[np.argmax(shares, axis=0)]
    return square


def fitted_shape(
    shape: tuple[int, ...], size: int, pixel: tuple[float, float] = (1.0, 1.0)
) -> tuple[int, int]:
    """Return the height and width that an image gets within a square."""
    edges = np.array(shape[:2]) * np.array(pixel)
    height, width = np.maximum(1, np.rint(edges * size / edges.max())).astype(int)
    return int(height), int(width)


def _resized(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    from PIL import Image

    values = Image.fromarray(np.ascontiguousarray(plane, dtype=np.float32))
    # A box covers what a new pixel covers; where pixels are added, straight lines between them.
    shrinks = height <= plane.shape[0] and width <= plane.shape[1]
    how = Image.Resampling.BOX if shrinks else Image.Resampling.BILINEAR
    return np.asarray(values.resize((width, height), how))

"""Turning, shifting and zooming images: an affine warp, forward and backward."""

from typing import Any, NamedTuple

import numpy as np

from medtutor._checks import is_number
from medtutor.scratch.checks import checked_grad, floats


class _Taps(NamedTuple):
    """Which pixels each output pixel reads: rows and columns before and after its place."""

    rows: tuple[np.ndarray, np.ndarray]
    columns: tuple[np.ndarray, np.ndarray]
    weights: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def affine_warp(
    images: np.ndarray, matrix: np.ndarray, shift: np.ndarray, *, order: int = 1
) -> np.ndarray:
    r"""Let each output pixel read the input at an affine map of its place.

    .. math:: y_{n,p} = x_n\bigl(A_n (p - c) + c + b_n\bigr), \qquad p = (i, j)

    c is the middle of the image. It is the *inverse* map: to move the picture down by two rows,
    each pixel reads two rows further up, b = (-2, 0). Beyond the rim the nearest pixel counts.

    Parameters
    ----------
    images : array (N, H, W, C), float32 or float64
        With ``order=0`` also whole numbers, such as class ids.
    matrix : array (2, 2) or (N, 2, 2)
        A in the formula, rows first; one for all images or one each: ``rotation_matrix``.
    shift : array (2,) or (N, 2)
        b in the formula: rows and columns, in pixels.
    order : {1, 0}
        1 mixes the four pixels around a place (bilinear); 0 takes the nearest one.

    Returns
    -------
    array of the shape and dtype of ``images``

    Raises
    ------
    ValueError
        For whole numbers with order 1, a wrong rank, or a map of another shape or of NaN.

    Notes
    -----
    Equal to ``scipy.ndimage.affine_transform`` with ``mode="nearest"``. Taught in lesson 10.
    """
    images = _checked_images(images, order)
    places = _places(images.shape, matrix, shift)
    n = np.arange(len(images))[:, None, None]
    if order == 0:
        rows, columns = np.floor(places + 0.5).astype(int)
        return images[n, rows, columns]
    taps = _taps(places, images.shape, images.dtype)
    warped = np.zeros_like(images)
    for i, rows in enumerate(taps.rows):
        for j, columns in enumerate(taps.columns):
            warped += taps.weights[i][j][..., None] * images[n, rows, columns]
    return warped


def affine_warp_grad(
    grad: np.ndarray, images: np.ndarray, matrix: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    """Gradient of a loss with respect to the images of :func:`affine_warp`, with order 1.

    Each output pixel gives its gradient back to the four pixels that it was mixed from, with
    the same weights: the transpose of the interpolation.

    Parameters
    ----------
    grad : array of the shape of ``images``
        Gradient of the loss with respect to the output.
    images, matrix, shift
        As they were given to :func:`affine_warp`.

    Returns
    -------
    array of the shape of ``images``

    Raises
    ------
    ValueError
        As :func:`affine_warp`, and where ``grad`` has not the shape of the images.

    Notes
    -----
    Taught in lesson 10.
    """
    images = _checked_images(images, 1)
    grad = checked_grad(grad, images, images.shape)
    taps = _taps(_places(images.shape, matrix, shift), images.shape, images.dtype)
    n = np.arange(len(images))[:, None, None]
    total = np.zeros_like(images)
    for i, rows in enumerate(taps.rows):
        for j, columns in enumerate(taps.columns):
            np.add.at(total, (n, rows, columns), taps.weights[i][j][..., None] * grad)
    return total


def rotation_matrix(degrees: float) -> np.ndarray:
    """Return the matrix with which :func:`affine_warp` turns a picture anticlockwise.

    Parameters
    ----------
    degrees : float
        90 turns like ``numpy.rot90``; a negative angle turns clockwise.

    Returns
    -------
    float64 array (2, 2)

    Raises
    ------
    ValueError
        For an angle that isn't a finite number.

    Notes
    -----
    Taught in lesson 10.
    """
    if not is_number(degrees) or not np.isfinite(degrees):
        raise ValueError(f"degrees is {degrees!r}; give a number of degrees, such as 10")
    cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cosine, sine], [-sine, cosine]])


def _checked_images(images: Any, order: int) -> np.ndarray:
    if order not in (0, 1):
        raise ValueError(f"order is {order!r}; give 1 (bilinear) or 0 (nearest pixel)")
    array = np.asarray(images)
    if array.dtype.kind in "biu" and order == 1:
        raise ValueError(
            f"images is {array.dtype}; these look like class ids, and a mean of two ids is none: "
            'order=0. For a grey picture: images.astype("float32")'
        )
    if array.ndim != 4:
        raise ValueError(f"images has shape {array.shape}; expected 4 axes (N, H, W, C)")
    return array if order == 0 else floats("images", array)


def _places(shape: tuple[int, ...], matrix: Any, shift: Any) -> np.ndarray:
    """Return the rows and columns (2, N, H, W) that are read, inside of the image."""
    n, height, width, _ = shape
    matrix, shift = np.asarray(matrix, float), np.asarray(shift, float)
    if matrix.shape not in ((2, 2), (n, 2, 2)) or shift.shape not in ((2,), (n, 2)):
        raise ValueError(
            f"matrix has shape {matrix.shape} and shift {shift.shape}; for {n} images expected "
            f"(2, 2) or ({n}, 2, 2), and (2,) or ({n}, 2)"
        )
    if not (np.isfinite(matrix).all() and np.isfinite(shift).all()):
        raise ValueError("matrix and shift must hold finite numbers; found NaN or infinity")
    last = np.array([height - 1, width - 1]).reshape(2, 1, 1)
    from_middle = np.indices((height, width)) - last / 2
    turned = np.einsum("...ab,bij->...aij", matrix, from_middle)
    places = turned + last / 2 + shift[..., None, None]
    return np.moveaxis(np.broadcast_to(places.clip(0, last), (n, 2, height, width)), 1, 0)


def _taps(places: np.ndarray, shape: tuple[int, ...], dtype: np.dtype) -> _Taps:
    before = np.floor(places).astype(int)
    last = np.array(shape[1:3]).reshape(2, 1, 1, 1) - 1
    after = np.minimum(before + 1, last)
    part = (places - before).astype(dtype)
    by_row, by_column = ((1 - p, p) for p in part)
    weights = tuple(tuple(row * column for column in by_column) for row in by_row)
    return _Taps((before[0], after[0]), (before[1], after[1]), weights)  # type: ignore[arg-type]

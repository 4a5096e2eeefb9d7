"""Kernels with a name: the only place where their numbers stand."""

import numpy as np


def gabor(
    size: int = 7, *, angle: float = 45, wavelength: float = 4, spread: float = 2
) -> np.ndarray:
    """Return a Gabor kernel: a wave of one direction under a Gaussian hill.

    Parameters
    ----------
    size : int
        Rows and columns; odd, so that there is a centre.
    angle : float
        Direction in which the wave runs, in degrees from the columns' axis.
    wavelength, spread : float
        Length of the wave and standard deviation of the hill, in pixels.

    Returns
    -------
    array (size, size) of float
        Rounded to two decimals, with mean 0 up to that rounding, so that it is
        blind to brightness.

    Notes
    -----
    The real part of a Gabor function (Daugman 1985, doi:10.1364/JOSAA.2.001160) with
    equal spread along both axes. Taught in lesson 02.
    """
    place = np.arange(size) - (size - 1) / 2
    rows, columns = np.meshgrid(place, place, indexing="ij")
    along = columns * np.cos(np.radians(angle)) + rows * np.sin(np.radians(angle))
    hill = np.exp(-(rows**2 + columns**2) / (2 * spread**2))
    wave = hill * np.cos(2 * np.pi * along / wavelength)
    return np.round(wave - hill * wave.sum() / hill.sum(), 2) + 0.0


KERNELS: dict[str, np.ndarray] = {
    "identity": np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]], dtype=float),
    "blur": np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16,
    "sharpen": np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]], dtype=float),
    "sobel_x": np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], dtype=float),
    "sobel_y": np.array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], dtype=float),
    "laplacian": np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=float),
    "gabor": gabor(),
}

KERNEL_TITLES: dict[str, str] = {
    "identity": "identity",
    "blur": "blur",
    "sharpen": "sharpen",
    "sobel_x": "Sobel x",
    "sobel_y": "Sobel y",
    "laplacian": "Laplacian",
    "gabor": "Gabor",
}

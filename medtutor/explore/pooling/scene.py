"""Small images with a lesion and noise that can be dialled, for the pooling explorer."""

from typing import TypedDict

import numpy as np

from medtutor.explore.common.pictures import LARGEST_EDGE, brain, own

# Each draw of noise is the same field, moved on by so many rows and columns.
DRAW_STEP = (17, 29)


class Scene(TypedDict):
    """An image as the pooling explorer's script takes it.

    ``low`` and ``high`` are the ends of its scale of grey. ``lesion`` is the row and column of the
    lesion's centre. ``contrast`` and ``noise`` are what the dials stand at first, in per cent of
    that scale.
    """

    name: str
    title: str
    about: str
    pixels: list[list[float]]
    low: float
    high: float
    lesion: tuple[int, int]
    contrast: int
    noise: int


def lung_scene() -> Scene:
    """Return a piece of lung with vessels, from pydicom's example CT, 0 to 255."""
    from pydicom import dcmread
    from pydicom.data import get_testdata_file

    scan = dcmread(str(get_testdata_file("CT_small.dcm", download=False)))
    hounsfield = scan.pixel_array * float(scan.RescaleSlope) + float(scan.RescaleIntercept)
    windowed = np.clip((hounsfield - (-600 - 750)) / 1500, 0, 1) * 255
    about = "lung with vessels, CT in a lung window (−1350 to 150 HU)"
    pixels = np.rint(windowed[4:36, :32])
    return _scene("lung", "lung, lesion is bright (CT)", about, pixels, (23, 23), 40, 10)


def brain_scene() -> Scene:
    """Return the middle slice of the ICBM average brain, 0 to 255."""
    picture = brain()
    title = "brain, lesion is dark (MR)"
    return _scene("brain", title, picture["about"], np.array(picture["pixels"]), (29, 9), -50, 5)


def even_scene() -> Scene:
    """Return an even area, so that nothing but the lesion and the noise is there."""
    about = "even area, simulated"
    pixels = np.full((32, 32), 100.0)
    return _scene("even", "even area (simulated)", about, pixels, (15, 16), 40, 15)


def own_scene(image: np.ndarray) -> Scene:
    """Return the learner's image, with neither lesion nor noise at first."""
    picture = own(image)
    pixels = np.array(picture["pixels"])
    low, high = float(pixels.min()), float(pixels.max())
    middle = (pixels.shape[0] // 2, pixels.shape[1] // 2)
    scene = _scene("own", picture["title"], picture["about"], pixels, middle, 0, 0)
    return {**scene, "low": low, "high": high if high > low else low + 1}


def noise_field(seed: int) -> np.ndarray:
    """Return normal noise (64, 64) of mean 0 and standard deviation 1, to three decimals."""
    field = np.random.default_rng(seed).normal(size=(LARGEST_EDGE, LARGEST_EDGE))
    return np.round((field - field.mean()) / field.std(), 3)


def lesion_cover(shape: tuple[int, int], centre: tuple[int, int], diameter: float) -> np.ndarray:
    """Return how much of each pixel a disc covers, 0 to 1, its rim softened over one pixel."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    distance = np.hypot(rows - centre[0], columns - centre[1])
    return np.clip(diameter / 2 + 0.5 - distance, 0, 1)


def dialled(
    scene: Scene,
    field: np.ndarray,
    *,
    contrast: float,
    diameter: float,
    noise: float,
    draw: int = 0,
) -> np.ndarray:
    """Put a lesion and noise into a scene.

    Parameters
    ----------
    scene : Scene
    field : array (64, 64)
        Noise of standard deviation 1, from :func:`noise_field`.
    contrast, noise : float
        Height of the lesion, and standard deviation of the noise, in per cent of the scene's
        scale of grey.
    diameter : float
        Of the lesion, in pixels.
    draw : int
        Which draw of the noise, from 0.

    Returns
    -------
    array (rows, columns) of float
    """
    pixels = np.array(scene["pixels"], dtype=float)
    per_cent = (scene["high"] - scene["low"]) / 100
    moved = np.roll(field, (-draw * DRAW_STEP[0], -draw * DRAW_STEP[1]), axis=(0, 1))
    lesion = lesion_cover((pixels.shape[0], pixels.shape[1]), scene["lesion"], diameter)
    grain = moved[: pixels.shape[0], : pixels.shape[1]]
    return pixels + per_cent * (contrast * lesion + noise * grain)


def _scene(
    name: str,
    title: str,
    about: str,
    pixels: np.ndarray,
    lesion: tuple[int, int],
    contrast: int,
    noise: int,
) -> Scene:
    return {
        "name": name,
        "title": title,
        "about": about,
        "pixels": pixels.tolist(),
        "low": 0.0,
        "high": 255.0,
        "lesion": lesion,
        "contrast": contrast,
        "noise": noise,
    }

"""What a computed tomography scanner adds: table, blur, uneven beam, noise."""

import numpy as np
from scipy import ndimage

from medtutor.datasets.lung.anatomy import paint
from medtutor.datasets.lung.frame import Frame, per_patient
from medtutor.datasets.simulation.fields import pixel_places, soft_step

NOISE_HU = (8.0, 38.0)
LOWEST_HU, HIGHEST_HU = -1024, 3071
TABLE_SHELL_HU, TABLE_CORE_HU = -350.0, -930.0


def scan(rng: np.random.Generator, frame: Frame, hu: np.ndarray) -> np.ndarray:
    """Return what the scanner shows of ``hu``: int16 (patients, slices, height, width)."""
    _paint_table(rng, frame, hu)
    image = _sharpen_or_blur(rng, hu)
    image += _beam_hardening(rng, frame, hu)
    image += _noise(rng, frame, hu)
    return np.clip(np.rint(image), LOWEST_HU, HIGHEST_HU).astype(np.int16)


def _paint_table(rng: np.random.Generator, frame: Frame, hu: np.ndarray) -> None:
    """Draw the curved table below the lowest point of each body."""
    size = hu.shape[-1]
    edge = pixel_places(size, frame.pixel_mm)
    body = np.asarray((hu > -500).any(axis=(1, 3)))
    lowest = size - 1 - body[:, ::-1].argmax(axis=1)
    top = per_patient(edge[lowest] + rng.uniform(5, 9, len(hu)))
    hollow = per_patient(rng.uniform(500, 1100, len(hu)))
    below = edge[:, None] - top + edge[None, :] ** 2 / (2 * hollow)
    thick = 24.0
    outside = np.clip((-600 - hu) / 300, 0, 1)  # a broad body may sink into the padding
    core = soft_step(thick / 2 - np.abs(below - thick / 2), frame.pixel_mm)
    paint(hu, core * outside, TABLE_CORE_HU)
    for shell in (0.0, thick):
        line = np.clip(1 - np.abs(below - shell) / frame.pixel_mm, 0, 1)
        paint(hu, line * min(1.0, 3.0 / frame.pixel_mm) * outside, TABLE_SHELL_HU)


def _sharpen_or_blur(rng: np.random.Generator, hu: np.ndarray) -> np.ndarray:
    """Return the image by reconstruction kernels from soft (blurs) to sharp (overshoots)."""
    blurred = ndimage.gaussian_filter(hu, (0, 0, 0.8, 0.8))
    softness = per_patient(rng.choice((-0.25, 0.0, 0.35), len(hu)))
    return hu + softness * (blurred - hu)


def _beam_hardening(rng: np.random.Generator, frame: Frame, hu: np.ndarray) -> np.ndarray:
    """Return the error of a beam that loses its soft rays: low values in and between bones."""
    strength = per_patient(rng.uniform(0.2, 1.0, len(hu)))
    dense = np.clip(hu, 0, 800)
    across = ndimage.gaussian_filter(dense, (0, 0, 1.0, 9.0), mode="constant")
    return -strength * 0.12 * across


def _noise(rng: np.random.Generator, frame: Frame, hu: np.ndarray) -> np.ndarray:
    """Return noise: more of it at a low dose and deep in the body, its grain by the kernel."""
    white = rng.standard_normal(hu.shape, dtype=np.float32)
    coarse = ndimage.gaussian_filter(white, (0, 0, 0.9, 0.9))
    streaks = ndimage.gaussian_filter(white, (0, 0, 0.0, 4.0))
    sharpness = per_patient(rng.uniform(-0.3, 1.0, len(hu)))
    grain = sharpness * white + (1 - sharpness) * coarse
    grain /= grain.std(axis=(1, 2, 3), keepdims=True)
    low, high = np.log(NOISE_HU)
    sigma = per_patient(np.exp(rng.uniform(low, high, len(hu))))
    absorbed = ndimage.gaussian_filter((hu + 1000) / 1000, (0, 0, 6, 12), mode="constant")
    return sigma * (0.35 + 0.9 * absorbed) * (grain + 1.6 * absorbed * streaks)

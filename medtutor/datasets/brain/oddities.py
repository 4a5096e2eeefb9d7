"""What the wide domain adds to a scan: bright spots at the head's rim, blur, other greys."""

from typing import Any

import numpy as np
from scipy import ndimage

from medtutor.datasets.brain.anatomy import Heads
from medtutor.datasets.brain.framing import FIELD_OF_VIEW_MM

# Fat of scalp and orbits, vessels, pads: half axes and distance from the rim in pixels of a usual
# frame of 64, brightness as a share of the slice's 97th percentile.
MOST_SPOTS = 6
HALF_AXES, FURTHEST = (1.0, 5.0), 9.0
SPOT_BRIGHTNESS = (0.3, 1.6)
MOST_BLUR = 0.7  # pixels
MOST_NOISE = 6 / 255
GAMMA = (0.7, 1.8)
# White is from this share to that share of the brightest a patient shows (99.5th percentile).
WHITE = (0.85, 1.25)


def spotted(
    rng: np.random.Generator, signal: np.ndarray, heads: Heads, keep: np.ndarray
) -> np.ndarray:
    """Return ``signal`` (patients, slices, height, width) with ellipses at the heads' rims.

    ``keep`` are the shares of pixels that no spot may touch.
    """
    _, n_slices, height, width = signal.shape
    head = heads.csf + heads.brain + heads.skull + heads.scalp > 0.5
    unit = np.repeat(FIELD_OF_VIEW_MM / 64 / heads.pixel_mm.mean(axis=1), n_slices)
    flat = (-1, height, width)
    with_spots = add_spots(rng, signal.reshape(flat), head.reshape(flat), keep.reshape(flat), unit)
    return with_spots.reshape(signal.shape)


def add_spots(
    rng: np.random.Generator,
    signal: np.ndarray,
    head: np.ndarray,
    keep: np.ndarray,
    unit: np.ndarray,
) -> np.ndarray:
    """Return ``signal`` (slices, height, width) with up to six ellipses at each head's rim.

    ``head`` says which pixels are the head, ``keep`` are the shares of pixels that no spot may
    touch, ``unit`` (slices,) says how many pixels a pixel of a usual frame of 64 has here.
    """
    n_slices, height, width = signal.shape
    bright = np.percentile(signal, 97, axis=(1, 2))
    count = rng.integers(0, MOST_SPOTS + 1, n_slices)
    rim, middle = _draw_rim_places(rng, head)
    y, x = np.arange(height, dtype=np.float32)[:, None], np.arange(width, dtype=np.float32)
    for number in range(MOST_SPOTS):
        centre = rim[:, number] + _draw_offsets(rng, unit, middle - rim[:, number])
        half = unit * rng.uniform(*HALF_AXES, (2, n_slices))
        share = _ellipses(y, x, centre, half, rng.uniform(0, np.pi, n_slices))
        touches = ((share > 0.01) & (keep > 0.05)).any(axis=(1, 2))
        share[touches | (count <= number)] = 0
        level = bright * rng.uniform(*SPOT_BRIGHTNESS, n_slices)
        signal = signal + share * (level[:, None, None].astype(np.float32) - signal)
    return signal


def _draw_offsets(rng: np.random.Generator, unit: np.ndarray, inwards: np.ndarray) -> np.ndarray:
    """Return rows and columns (2, slices) from a place at the rim to a spot's centre."""
    reach = unit * FURTHEST * np.sqrt(rng.random(len(unit)))
    direction = rng.uniform(0, 2 * np.pi, len(unit))
    offset = reach * np.stack((np.sin(direction), np.cos(direction)))
    # Bones and fat lie around the brain: inwards only half as far.
    return offset * np.where((offset * inwards).sum(axis=0) > 0, 0.5, 1)


def _draw_rim_places(rng: np.random.Generator, head: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of pixels at the border of each head, and of its middle.

    They are (2, spots, slices) and (2, slices).
    """
    rim = head & ~ndimage.binary_erosion(head, np.ones((1, 3, 3)))
    places = np.zeros((len(head), MOST_SPOTS, 2))
    middle = np.zeros((len(head), 2))
    for number, border in enumerate(rim):
        found = np.argwhere(border)
        if len(found):  # a slice above the crown shows nothing
            places[number] = rng.choice(found, MOST_SPOTS)
            middle[number] = found.mean(axis=0)
    return np.moveaxis(places, -1, 0).swapaxes(1, 2), middle.T


def _ellipses(
    y: np.ndarray, x: np.ndarray, centre: np.ndarray, half: np.ndarray, angle: Any
) -> np.ndarray:
    """Return the share of each pixel that one ellipse a slice covers."""
    cos, sin, down, across, first, second = (
        values[:, None, None].astype(np.float32)
        for values in (np.cos(angle), np.sin(angle), *centre, *half)
    )
    y, x = y - down, x - across
    reach = np.hypot((cos * y - sin * x) / first, (sin * y + cos * x) / second)
    return np.clip((1 - reach) * np.minimum(first, second) + 0.5, 0, 1)


def blurred(rng: np.random.Generator, signal: np.ndarray) -> np.ndarray:
    """Return ``signal`` (patients, slices, height, width), each patient's out of focus."""
    sigmas = MOST_BLUR * rng.random(len(signal)) ** 2  # sharp ones more often
    pairs = zip(signal, sigmas, strict=True)
    return np.stack([ndimage.gaussian_filter(one, (0, sigma, sigma)) for one, sigma in pairs])


def brightest(signal: np.ndarray) -> np.ndarray:
    """Return what is nearly the brightest of each patient, (patients, 1, 1, 1)."""
    return np.percentile(signal, 99.5, axis=(1, 2, 3), keepdims=True).astype(np.float32)


def in_other_greys(rng: np.random.Generator, signal: np.ndarray) -> np.ndarray:
    """Return ``signal`` (patients, slices, height, width) as uint8 by a grey scale a patient.

    It goes from 0 (black) to about 1.
    """
    shape = (len(signal), 1, 1, 1)
    shown = np.clip(signal / rng.uniform(*WHITE, shape), 0, 1)
    gamma = np.exp(rng.uniform(np.log(GAMMA[0]), np.log(GAMMA[1]), shape))
    return np.rint(255 * shown**gamma).astype(np.uint8)

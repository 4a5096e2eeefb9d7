"""From tissues to grey values: sequence, texture, coil, noise."""

import numpy as np

from medtutor.datasets.brain import oddities
from medtutor.datasets.brain.anatomy import Heads
from medtutor.datasets.brain.domains import SCANNER, SEQUENCES, TISSUES, Domain
from medtutor.datasets.simulation.fields import smooth_field

NOISE = (0.01, 0.03)


def scan(
    rng: np.random.Generator, heads: Heads, lesions: np.ndarray, brightness: np.ndarray
) -> np.ndarray:
    """Return what a scanner would show of tissues of this ``brightness`` (patients, tissues).

    The images are uint8 (patients, slices, height, width).
    """
    signal = _received(rng, heads, lesions, brightness.T, SCANNER.texture)
    noisy = _add_rician_noise(rng, signal, NOISE)
    gain = rng.uniform(170, 235, (len(signal), 1, 1, 1)).astype(np.float32)
    return np.clip(np.rint(noisy * gain), 0, 255).astype(np.uint8)


def scan_oddly(
    rng: np.random.Generator,
    heads: Heads,
    lesions: np.ndarray,
    brightness: np.ndarray,
    domain: Domain,
    keep: np.ndarray,
) -> np.ndarray:
    """Return what no scanner would show: as :func:`scan`, with spots, blur and other greys.

    ``keep`` are the shares of pixels that no spot may touch.
    """
    signal = _received(rng, heads, lesions, brightness.T, domain.texture)
    signal = oddities.blurred(rng, oddities.spotted(rng, signal, heads, keep))
    brightest = oddities.brightest(signal)
    noisy = _add_rician_noise(rng, signal / brightest, (0.0, oddities.MOST_NOISE))
    return oddities.in_other_greys(rng, noisy)


def _received(
    rng: np.random.Generator,
    heads: Heads,
    lesions: np.ndarray,
    means: np.ndarray,
    spreads: np.ndarray,
) -> np.ndarray:
    """Return the signal of all tissues, seen by an uneven receiver coil."""
    height, width = lesions.shape[-2:]
    nodes = (height // 2, width // 2)
    texture = smooth_field(rng, lesions.shape, nodes, through=heads.is_volume)
    healthy = 1 - lesions
    soft = (tissue * healthy for tissue in (heads.csf, heads.grey, heads.white))
    shares = (*soft, heads.skull, heads.scalp, lesions * (heads.csf + heads.brain))
    signal = np.zeros_like(lesions)
    for share, mean, spread in zip(shares, means, spreads, strict=True):
        signal += share * (mean[:, None, None, None] + np.float32(spread) * texture)
    coil = smooth_field(rng, signal.shape, (4, 4), through=heads.is_volume)
    return np.maximum(signal, 0) * np.exp(0.16 * coil)


def draw_brightness(
    rng: np.random.Generator,
    n_patients: int,
    sequences: tuple[str, ...] = SEQUENCES,
    domain: Domain = SCANNER,
) -> np.ndarray:
    """Return the brightness of each tissue for each patient, float32 (patients, tissues)."""
    rows = np.array([SEQUENCES.index(name) for name in sequences])
    typical = domain.brightness[rows[rng.integers(len(rows), size=n_patients)]]
    drawn = rng.normal(typical, domain.brightness_spread)
    return with_faint_lesions(rng, drawn, drawn[:, -1], domain.faintest)


def with_faint_lesions(
    rng: np.random.Generator, drawn: np.ndarray, lesions: np.ndarray, faintest: float
) -> np.ndarray:
    """Return brightness (…, patients, tissues), float32, with lesions of so much as these.

    A faint lesion keeps only part of its contrast to the white matter around it, in all scans of
    its patient.
    """
    white = drawn[..., TISSUES.index("white")]
    strength = rng.uniform(faintest, 1.0, drawn.shape[-2])
    drawn[..., TISSUES.index("lesion")] = white + strength * (lesions - white)
    return np.maximum(drawn, 0.02).astype(np.float32)


def _add_rician_noise(
    rng: np.random.Generator, signal: np.ndarray, spreads: tuple[float, float]
) -> np.ndarray:
    """Return the magnitude of a complex signal with Gaussian noise in both parts."""
    spread = rng.uniform(*spreads, (len(signal), 1, 1, 1)).astype(np.float32)
    real = signal + spread * rng.standard_normal(signal.shape, dtype=np.float32)
    imaginary = spread * rng.standard_normal(signal.shape, dtype=np.float32)
    return np.hypot(real, imaginary)

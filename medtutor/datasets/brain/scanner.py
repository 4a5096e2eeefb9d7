"""From tissues to grey values: sequence, texture, coil, noise."""

import numpy as np

from medtutor.datasets.brain.anatomy import Heads
from medtutor.datasets.simulation.fields import smooth_field

SEQUENCES = ("T1", "T2", "FLAIR")
TISSUES = ("csf", "grey", "white", "skull", "scalp", "lesion")
# Typical brightness of each tissue, from 0 (black) to 1; the order of TISSUES.
BRIGHTNESS = np.array(
    [
        [0.15, 0.52, 0.78, 0.10, 0.75, 0.28],
        [0.95, 0.58, 0.40, 0.10, 0.60, 0.92],
        [0.12, 0.58, 0.46, 0.08, 0.65, 0.95],
    ]
)
BRIGHTNESS_SPREAD = np.array([0.05, 0.05, 0.05, 0.03, 0.12, 0.05])
FAINTEST = 0.7
NOISE = (0.01, 0.03)
TEXTURE = np.array([0.02, 0.035, 0.025, 0.03, 0.08, 0.06])


def draw_images(rng: np.random.Generator, heads: Heads, lesions: np.ndarray) -> np.ndarray:
    """Return what a scanner would show: uint8 (patients, slices, height, width)."""
    return scan(rng, heads, lesions, draw_brightness(rng, len(lesions)))


def scan(
    rng: np.random.Generator, heads: Heads, lesions: np.ndarray, brightness: np.ndarray
) -> np.ndarray:
    """Return what a scanner would show of tissues of this ``brightness`` (patients, tissues)."""
    signal = _tissue_signal(rng, heads, lesions, brightness)
    signal *= np.exp(0.16 * smooth_field(rng, signal.shape, (4, 4)))  # uneven receiver coil
    noisy = _add_rician_noise(rng, signal)
    gain = rng.uniform(170, 235, (len(signal), 1, 1, 1)).astype(np.float32)
    return np.clip(np.rint(noisy * gain), 0, 255).astype(np.uint8)


def _tissue_signal(
    rng: np.random.Generator, heads: Heads, lesions: np.ndarray, brightness: np.ndarray
) -> np.ndarray:
    height, width = lesions.shape[-2:]
    texture = smooth_field(rng, lesions.shape, (height // 2, width // 2))
    healthy = 1 - lesions
    shares = (
        heads.csf * healthy,
        heads.grey * healthy,
        heads.white * healthy,
        heads.skull,
        heads.scalp,
        lesions * (heads.csf + heads.brain),
    )
    signal = np.zeros_like(lesions)
    for share, mean, spread in zip(shares, brightness.T, TEXTURE, strict=True):
        signal += share * (mean[:, None, None, None] + np.float32(spread) * texture)
    return np.maximum(signal, 0)


def draw_brightness(
    rng: np.random.Generator, n_patients: int, sequences: tuple[str, ...] = SEQUENCES
) -> np.ndarray:
    """Return the brightness of each tissue for each patient, float32 (patients, tissues)."""
    rows = np.array([SEQUENCES.index(name) for name in sequences])
    typical = BRIGHTNESS[rows[rng.integers(len(rows), size=n_patients)]]
    drawn = rng.normal(typical, BRIGHTNESS_SPREAD)
    white, lesion = TISSUES.index("white"), TISSUES.index("lesion")
    # A faint lesion keeps only part of its contrast to the white matter around it.
    strength = rng.uniform(FAINTEST, 1.0, n_patients)
    drawn[:, lesion] = drawn[:, white] + strength * (drawn[:, lesion] - drawn[:, white])
    return np.maximum(drawn, 0.02).astype(np.float32)


def _add_rician_noise(rng: np.random.Generator, signal: np.ndarray) -> np.ndarray:
    """Return the magnitude of a complex signal with Gaussian noise in both parts."""
    spread = rng.uniform(*NOISE, (len(signal), 1, 1, 1)).astype(np.float32)
    real = signal + spread * rng.standard_normal(signal.shape, dtype=np.float32)
    imaginary = spread * rng.standard_normal(signal.shape, dtype=np.float32)
    return np.hypot(real, imaginary)

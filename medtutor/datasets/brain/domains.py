"""How much patients and scanners differ: as scanners do, or far beyond any."""

from dataclasses import dataclass

import numpy as np

from medtutor.datasets.options import Option
from medtutor.datasets.tables import message

SEQUENCES = ("T1", "T2", "FLAIR")
TISSUES = ("csf", "grey", "white", "skull", "scalp", "lesion")


@dataclass(frozen=True)
class Domain:
    """The ranges that patients and scans are drawn from.

    ``heights_mm`` are the lowest and the highest place of a slice above z = 0 of MNI space,
    ``lesion_radii`` the smallest and the largest as shares of the field of view. ``brightness``
    (sequences, tissues) goes from 0 (black) to 1, ``brightness_spread`` is how much patients differ
    from it, ``texture`` how much it varies within a tissue. A faint lesion keeps from ``faintest``
    to all of its contrast to the white matter. ``is_wide`` adds what no scanner does: frames,
    spots, blur and another grey scale.
    """

    heights_mm: tuple[float, float]
    lesion_radii: tuple[float, float]
    brightness: np.ndarray
    brightness_spread: np.ndarray
    texture: np.ndarray
    faintest: float
    is_wide: bool = False


# From about the plane through the two commissures to about 2 cm above the ventricles.
SCANNER = Domain(
    heights_mm=(-4.0, 46.0),
    lesion_radii=(0.02, 0.12),
    brightness=np.array(
        [
            [0.15, 0.52, 0.78, 0.10, 0.75, 0.28],
            [0.95, 0.58, 0.40, 0.10, 0.60, 0.92],
            [0.12, 0.58, 0.46, 0.08, 0.65, 0.95],
        ]
    ),
    brightness_spread=np.array([0.05, 0.05, 0.05, 0.03, 0.12, 0.05]),
    texture=np.array([0.02, 0.035, 0.025, 0.03, 0.08, 0.06]),
    faintest=0.7,
)
# From the base of the skull to near the crown. After SynthSeg's domain randomisation (Billot et
# al. 2023, doi:10.1016/j.media.2023.102789), with ranges that were tried on real FLAIR scans.
WIDE = Domain(
    heights_mm=(-45.0, 74.0),
    lesion_radii=(0.02, 0.15),
    brightness=np.array([*SCANNER.brightness[:2], [0.15, 0.50, 0.42, 0.08, 0.60, 0.85]]),
    brightness_spread=np.array([0.08, 0.08, 0.08, 0.04, 0.30, 0.10]),
    texture=np.array([0.03, 0.05, 0.05, 0.03, 0.10, 0.10]),
    faintest=0.4,
    is_wide=True,
)
DOMAINS = {"scanner": SCANNER, "wide": WIDE}

OPTIONS = (
    Option("sequences", SEQUENCES, SEQUENCES, message("option_sequences")),
    Option("domain", tuple(DOMAINS), "scanner", message("option_domain")),
)

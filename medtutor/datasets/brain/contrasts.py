"""One head, three scans, aligned to the pixel, and a table: ``brain_contrasts``."""

from functools import partial
from typing import Any

import numpy as np

from medtutor.datasets.brain.anatomy import draw_heads
from medtutor.datasets.brain.cohort import SIZES
from medtutor.datasets.brain.domains import SCANNER, SEQUENCES
from medtutor.datasets.brain.lesions import draw_lesions
from medtutor.datasets.brain.scanner import draw_brightness, scan, with_faint_lesions
from medtutor.datasets.cards import simulated_card
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.options import Option
from medtutor.datasets.simulation.groups import GROUP, draw_patients
from medtutor.datasets.simulation.keeping import kept_splits

# Raise this number with every change of what is kept: cached files carry it in their name.
GENERATOR_VERSION = 2
# Brightness of a lesion in T1, T2 and FLAIR: simplified after textbook appearance.
KINDS = {
    "oedema": (0.28, 0.92, 0.95),  # water in tissue
    "cyst": (0.15, 0.95, 0.15),  # free water, which FLAIR suppresses
    "blood": (0.95, 0.20, 0.15),  # some stage of blood products
}
HEALTHY = "healthy"
CLASSES = (*KINDS, HEALTHY)
# Of each class: mean and spread of the age in years, share of patients with an anticoagulant.
TABLE_COLUMNS = ("age", "anticoagulant")
_PATIENTS = np.array([(45, 12, 0.1), (35, 14, 0.1), (68, 11, 0.5), (50, 16, 0.1)])

_KINDS = Option("kinds", CLASSES, tuple(KINDS), "which patients are drawn, in equal shares")
CARDS = {
    "brain_contrasts": simulated_card(
        "brain_contrasts", sizes=SIZES, options=(_KINDS,), table_columns=TABLE_COLUMNS
    )
}


def load_splits(card: Card, **options: Any) -> tuple[Split, Split, Split]:
    """Return train, val and test; ``n_train`` patients may be more than the card's count."""
    return kept_splits(card, GENERATOR_VERSION, simulate, **options)


def simulate(
    n_patients: int, size: int, seeds: tuple[int, int], *, kinds: tuple[str, ...] = tuple(KINDS)
) -> dict[str, np.ndarray]:
    """Return the arrays of one split; the channels of ``images`` are T1, T2 and FLAIR."""
    draw = partial(_simulate_group, size, kinds=kinds)
    return draw_patients("brain_contrasts", n_patients, 1, seeds, draw)


def _simulate_group(
    size: int, rng: np.random.Generator, *, kinds: tuple[str, ...]
) -> dict[str, np.ndarray]:
    heads = draw_heads(rng, GROUP, size, n_slices=1)
    kind = rng.permutation(GROUP) % len(kinds)
    labels = np.array([CLASSES.index(name) for name in kinds], np.int64)[kind]
    lesions = draw_lesions(rng, heads, sick=labels < len(KINDS))
    scans = [scan(rng, heads, lesions, one)[:, 0] for one in _draw_brightness(rng, labels)]
    masks = (lesions[:, 0] > 0.5).astype(np.uint8)
    table = _draw_table(rng, labels)
    return {"images": np.stack(scans, axis=-1), "masks": masks, "labels": labels, "table": table}


def _draw_table(rng: np.random.Generator, labels: np.ndarray) -> np.ndarray:
    """Return age in whole years and anticoagulant (0 or 1) of each patient, float32."""
    mean, spread, share = _PATIENTS[labels].T
    age = np.rint(rng.normal(mean, spread)).clip(18, 90)
    return np.stack([age, rng.random(len(labels)) < share], axis=-1).astype(np.float32)


def _draw_brightness(rng: np.random.Generator, labels: np.ndarray) -> np.ndarray:
    """Return how bright each tissue is in each scan: (scans, patients, tissues)."""
    drawn = np.stack([draw_brightness(rng, GROUP, (name,)) for name in SEQUENCES])
    typical = np.array([*KINDS.values(), (0, 0, 0)]).T[:, labels]
    own = rng.normal(typical, SCANNER.brightness_spread[-1])
    return with_faint_lesions(rng, drawn, own, SCANNER.faintest)

"""Groups of simulated patients as data sets, made once and then read from the cache."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from medtutor.datasets.brain.anatomy import SLICES_PER_PATIENT, Heads, draw_heads
from medtutor.datasets.brain.domains import DOMAINS, OPTIONS, SEQUENCES
from medtutor.datasets.brain.framing import VOLUME
from medtutor.datasets.brain.lesions import draw_lesions
from medtutor.datasets.brain.scanner import draw_brightness, scan, scan_oddly
from medtutor.datasets.cards import simulated_card
from medtutor.datasets.dataset import Card, Size, Split
from medtutor.datasets.simulation.groups import GROUP, draw_patients
from medtutor.datasets.simulation.keeping import kept_splits
from medtutor.datasets.tables import refused

# Raise this number with every change of what is kept: cached files carry it in their name.
GENERATOR_VERSION = 5
# Volumes are large: fewer of them, and fewer at once.
VOLUME_COUNTS, VOLUME_GROUP = (64, 12, 24), 4

SIZES = (64, 96, 128)
CARDS = {
    name: simulated_card(name, sizes=(*SIZES, VOLUME), options=OPTIONS)
    for name in ("brain_tissue", "brain_lesion")
}


def load_splits(card: Card, **options: Any) -> tuple[Split, Split, Split]:
    """Return train, val and test; ``n_train`` may be more than the card's count."""
    if options["size"] == VOLUME:
        domain = card.chosen()["domain"]
        if domain != "scanner":
            raise refused("wide_volumes", name=card.name, domain=domain)
        card = replace(card, counts=VOLUME_COUNTS)
    return kept_splits(card, GENERATOR_VERSION, partial(simulate, card.name), **options)


def simulate(
    name: str, n_images: int, size: Size, seeds: tuple[int, int], **choices: Any
) -> dict[str, np.ndarray]:
    """Return the arrays of one split: images, masks, patients and, with lesions, labels.

    ``choices`` are the values of the set's options.
    """
    n_each, group = (1, VOLUME_GROUP) if size == VOLUME else (SLICES_PER_PATIENT, GROUP)
    draw = partial(_simulate_group, name, size, **choices)
    return draw_patients(name, n_images, n_each, seeds, draw, group)


def _simulate_group(
    name: str,
    size: Size,
    rng: np.random.Generator,
    *,
    sequences: tuple[str, ...] = SEQUENCES,
    domain: str = "scanner",
) -> dict[str, np.ndarray]:
    ranges = DOMAINS[domain]
    group = VOLUME_GROUP if size == VOLUME else GROUP
    heads = draw_heads(rng, group, size, domain=ranges)
    if name == "brain_tissue":
        lesions = np.zeros_like(heads.white)
        masks = tissue_masks(heads)
    else:
        sick = rng.permutation(group) % 2 == 0
        lesions = draw_lesions(rng, heads, sick=sick, radii=ranges.lesion_radii)
        masks = (lesions > 0.5).astype(np.uint8)
    brightness = draw_brightness(rng, group, sequences, ranges)
    if ranges.is_wide:
        keep = heads.brain if name == "brain_tissue" else lesions
        images = scan_oddly(rng, heads, lesions, brightness, ranges, keep)
    else:
        images = scan(rng, heads, lesions, brightness)
    shape = images.shape[1:] if heads.is_volume else images.shape[2:]
    arrays: dict[str, np.ndarray] = {
        "images": images.reshape(-1, *shape, 1),
        "masks": masks.reshape(-1, *shape),
    }
    if name == "brain_lesion":
        of_each = arrays["masks"].reshape(len(arrays["masks"]), -1)
        arrays["labels"] = np.any(of_each, axis=1).astype(np.int64)
    return arrays


def tissue_masks(heads: Heads) -> np.ndarray:
    """Return the class of the most common tissue of each pixel, uint8."""
    outside = 1 - heads.csf - heads.brain
    return np.argmax([outside, heads.csf, heads.grey, heads.white], axis=0).astype(np.uint8)

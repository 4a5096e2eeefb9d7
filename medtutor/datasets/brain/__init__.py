"""Simulated patients on real anatomy: ``brain_tissue``, ``brain_lesion`` and ``brain_growth``."""

from pathlib import Path

from medtutor.datasets.brain import cohort, growth
from medtutor.datasets.brain.atlas import average_brain
from medtutor.datasets.dataset import Card, Split

__all__ = ["CARDS", "average_brain", "load_splits"]

CARDS = {**cohort.CARDS, **growth.CARDS}


def load_splits(
    card: Card, *, n_train: int | None, size: int, seed: int, cache_dir: str | Path | None
) -> tuple[Split, Split, Split]:
    """Return train, val and test of one of the sets; parameters as in ``datasets.load``."""
    source = growth if card.name in growth.CARDS else cohort
    return source.load_splits(card, n_train=n_train, size=size, seed=seed, cache_dir=cache_dir)

"""Simulated patients on real anatomy.

``brain_tissue``, ``brain_lesion``, ``brain_growth`` and ``brain_contrasts``.
"""

from typing import Any

from medtutor.datasets.brain import cohort, contrasts, growth
from medtutor.datasets.brain.atlas import average_brain, average_tissues
from medtutor.datasets.dataset import Card, Split

CARDS = {**cohort.CARDS, **growth.CARDS, **contrasts.CARDS}


def load_splits(card: Card, **options: Any) -> tuple[Split, Split, Split]:
    """Return train, val and test of one of the sets; parameters as in ``datasets.load``."""
    source = next(module for module in (cohort, growth, contrasts) if card.name in module.CARDS)
    return source.load_splits(card, **options)

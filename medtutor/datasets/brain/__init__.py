"""Simulated patients on real anatomy: ``brain_tissue``, ``brain_lesion`` and ``brain_growth``."""

from typing import Unpack

from medtutor.datasets.brain import cohort, growth
from medtutor.datasets.brain.atlas import average_brain, average_tissues
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.simulation.keeping import Options

__all__ = ["CARDS", "average_brain", "average_tissues", "load_splits"]

CARDS = {**cohort.CARDS, **growth.CARDS}


def load_splits(card: Card, **options: Unpack[Options]) -> tuple[Split, Split, Split]:
    """Return train, val and test of one of the sets; parameters as in ``datasets.load``."""
    source = growth if card.name in growth.CARDS else cohort
    return source.load_splits(card, **options)

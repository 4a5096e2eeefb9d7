"""Simulated patients on real anatomy: ``brain_tissue`` and ``brain_lesion``."""

from medtutor.datasets.brain.atlas import average_brain
from medtutor.datasets.brain.cohort import CARDS, load_splits

__all__ = ["CARDS", "average_brain", "load_splits"]

"""Reproducible runs, and training that is watched while it goes on."""

from medtutor.training.fitting import fit
from medtutor.training.starting import reproducible

__all__ = ["fit", "reproducible"]

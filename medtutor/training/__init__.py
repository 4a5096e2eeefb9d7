"""Reproducible runs, training that is watched while it goes on, and the loss for masks."""

from medtutor.training.fitting import fit
from medtutor.training.restarting import restart
from medtutor.training.segmentation_loss import DiceCrossentropy
from medtutor.training.starting import reproducible

__all__ = ["DiceCrossentropy", "fit", "reproducible", "restart"]

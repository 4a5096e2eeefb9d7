"""Reproducible runs, training that is watched, results that are kept, the loss for masks."""

from medtutor._recording import record
from medtutor.training.fitting import fit
from medtutor.training.restarting import restart
from medtutor.training.segmentation_loss import DiceCrossentropy
from medtutor.training.starting import reproducible

"""Activations: curve and slope, and what a stack of layers makes of signal and gradient."""

from medtutor.explore.activations.widget import activations

__all__ = ["activations"]

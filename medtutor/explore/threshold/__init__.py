"""A decision threshold that moves, and all that follows from it."""

from medtutor.explore.threshold.widget import threshold

__all__ = ["threshold"]

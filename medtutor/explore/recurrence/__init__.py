"""A recurrent unit, step by step: gates, states, and how far back the gradient reaches."""

from medtutor.explore.recurrence.cells import draw_weights, follow
from medtutor.explore.recurrence.widget import recurrence

__all__ = ["draw_weights", "follow", "recurrence"]

"""All losses of one prediction at once: their values, their gradients, and a cliff."""

from medtutor.explore.losses.widget import losses

__all__ = ["losses"]

"""Three planes through a volume, with a cross-hair that links them."""

from medtutor.explore.volume.widget import volume

__all__ = ["volume"]

"""A window that pools an image: which pixel wins, where the gradient goes, what is lost."""

from medtutor.explore.pooling.widget import pooling

__all__ = ["pooling"]

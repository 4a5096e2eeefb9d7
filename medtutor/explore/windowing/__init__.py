"""A CT slice and the window it is looked at through."""

from medtutor.explore.windowing.widget import windowing

__all__ = ["windowing"]

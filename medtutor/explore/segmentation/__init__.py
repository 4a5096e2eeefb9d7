"""A segmentation held against the truth: a network's at any threshold, or one's own by brush."""

from medtutor.explore.segmentation.widget import segmentation

__all__ = ["segmentation"]

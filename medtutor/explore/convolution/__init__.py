"""A kernel that steps over an image, with every product in sight."""

from medtutor.explore.convolution.widget import convolution

__all__ = ["convolution"]

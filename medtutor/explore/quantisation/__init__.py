"""A layer's weights in few bits: their levels, what is clipped, and what becomes of its map."""

from medtutor.explore.quantisation.scene import quantisation_scene
from medtutor.explore.quantisation.widget import quantisation

__all__ = ["quantisation", "quantisation_scene"]

"""Many machines on one training: what a step is spent on, and how much faster it gets."""

from medtutor.explore.scaling.scene import NETWORKS, scaling_scene
from medtutor.explore.scaling.widget import scaling

__all__ = ["NETWORKS", "scaling", "scaling_scene"]

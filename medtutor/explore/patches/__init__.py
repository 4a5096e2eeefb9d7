"""A volume cut into patches: how large, how many, and what the seams cut through."""

from medtutor.explore.patches.scene import lesions_of, patches_scene
from medtutor.explore.patches.widget import patches

__all__ = ["lesions_of", "patches", "patches_scene"]

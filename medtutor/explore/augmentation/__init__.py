"""A slice changed by hand: is its label still true, and could it be another patient."""

from medtutor.explore.augmentation.scene import augmented_scene
from medtutor.explore.augmentation.widget import augmentation

__all__ = ["augmentation", "augmented_scene"]

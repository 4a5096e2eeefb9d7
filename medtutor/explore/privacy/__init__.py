"""What noise, batch, patients and steps promise: ε, and the most that anybody can find out."""

from medtutor.explore.privacy.scene import privacy_scene, privacy_words
from medtutor.explore.privacy.widget import privacy

__all__ = ["privacy", "privacy_scene", "privacy_words"]

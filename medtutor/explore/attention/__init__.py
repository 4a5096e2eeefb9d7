"""A patch of a slice that looks at the other patches: at which, and how sharply."""

from medtutor.explore.attention.scene import attention_scene, attention_words
from medtutor.explore.attention.widget import attention

__all__ = ["attention", "attention_scene", "attention_words"]

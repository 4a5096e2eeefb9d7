"""A thousand people who are screened: whom the test finds, misses and alarms."""

from medtutor.explore.screening.scene import screening_scene, screening_words
from medtutor.explore.screening.widget import screening

__all__ = ["screening", "screening_scene", "screening_words"]

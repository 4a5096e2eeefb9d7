"""An ensemble whose members are switched on and off, beside a score of hand-written features."""

from medtutor.explore.ensemble.scene import ensemble_scene
from medtutor.explore.ensemble.widget import ensemble

__all__ = ["ensemble", "ensemble_scene"]

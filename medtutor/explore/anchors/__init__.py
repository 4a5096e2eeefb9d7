"""Anchors on a slice and suppression of detections: what each setting reaches and keeps."""

from medtutor.explore.anchors.scene import (
    anchors_scene,
    anchors_words,
    suppression_scene,
    suppression_words,
)
from medtutor.explore.anchors.widget import anchors

__all__ = [
    "anchors",
    "anchors_scene",
    "anchors_words",
    "suppression_scene",
    "suppression_words",
]

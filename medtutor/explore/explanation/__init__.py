"""A cover over a slice: what it does to a network's score, and what a map says about the place."""

from medtutor.explore.explanation.scene import covered_score, explanation_words
from medtutor.explore.explanation.widget import explanation

__all__ = ["covered_score", "explanation", "explanation_words"]

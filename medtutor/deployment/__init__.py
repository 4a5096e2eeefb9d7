"""A trained network leaves the notebook: as a file, with a door check and a card.

TensorFlow is imported when a model is converted or a file is run, not before.
"""

from medtutor.deployment.cards import ModelCard

__all__ = ["ModelCard"]

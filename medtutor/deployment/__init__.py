"""A trained network leaves the notebook: as a file, with a door check and a card.

TensorFlow is imported when a model is converted or a file is run, not before.
"""

from medtutor.deployment.cards import ModelCard
from medtutor.deployment.door import DoorCheck, Verdict
from medtutor.deployment.files import LiteModel, convert
from medtutor.deployment.latency import Latency, measure_latency

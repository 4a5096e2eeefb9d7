"""Where images come from: simulated patients offline, public sets on request.

>>> from medtutor import datasets
>>> data = datasets.load("brain_lesion", n_train=8)
>>> data.train.images.shape
(8, 64, 64, 1)
"""

from medtutor.datasets import reading
from medtutor.datasets.augmenting import augment
from medtutor.datasets.brain import average_brain, average_tissues
from medtutor.datasets.catalogue import available, card, load
from medtutor.datasets.classification import as_classification, class_of_interest
from medtutor.datasets.dataset import Card, Dataset, Split
from medtutor.datasets.deidentification import deidentification_risks, deidentify
from medtutor.datasets.expert import expert_features
from medtutor.datasets.normalising import clip_percentiles, min_max, z_score
from medtutor.datasets.patches import join, tile
from medtutor.datasets.reading import *  # noqa: F403
from medtutor.datasets.splitting import assert_no_leak, patient_split

__all__ = [
    "Card",
    "Dataset",
    "Split",
    "as_classification",
    "assert_no_leak",
    "augment",
    "available",
    "average_brain",
    "average_tissues",
    "card",
    "class_of_interest",
    "clip_percentiles",
    "deidentification_risks",
    "deidentify",
    "expert_features",
    "join",
    "load",
    "min_max",
    "patient_split",
    "tile",
    "z_score",
]
__all__ += reading.__all__

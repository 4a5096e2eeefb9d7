"""A simulated thorax in Hounsfield units: ``lung_ct``."""

from medtutor.datasets.lung.cohort import CARDS, load_splits
from medtutor.datasets.lung.frame import FIELD_OF_VIEW_MM

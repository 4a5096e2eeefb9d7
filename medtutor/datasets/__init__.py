"""Where images come from: simulated patients offline, public sets on request.

>>> from medtutor import datasets
>>> data = datasets.load("brain_lesion", n_train=8)
>>> data.train.images.shape
(8, 64, 64, 1)
"""

from medtutor.datasets.augmenting import augment
from medtutor.datasets.brain import average_brain, average_tissues
from medtutor.datasets.catalogue import available, card, load
from medtutor.datasets.classification import as_classification, class_of_interest
from medtutor.datasets.dataset import Card, Dataset, Split
from medtutor.datasets.deidentification import deidentification_risks, deidentify
from medtutor.datasets.expert import expert_features
from medtutor.datasets.normalising import clip_percentiles, min_max, window, z_score
from medtutor.datasets.patches import join, tile
from medtutor.datasets.reading.dicom import read_dicom
from medtutor.datasets.reading.errors import ReadError
from medtutor.datasets.reading.folder import ScanFolder, read_folder
from medtutor.datasets.reading.nifti import read_nifti
from medtutor.datasets.reading.scan import Scan
from medtutor.datasets.splitting import assert_no_leak, patient_split

"""Images out of files: DICOM, NIfTI, and folders of a learner's own."""

from medtutor.datasets.reading.dicom import read_dicom
from medtutor.datasets.reading.errors import ReadError
from medtutor.datasets.reading.folder import ScanFolder, read_folder
from medtutor.datasets.reading.nifti import read_nifti
from medtutor.datasets.reading.scan import Scan
from medtutor.datasets.reading.windowing import window

__all__ = [
    "ReadError",
    "Scan",
    "ScanFolder",
    "read_dicom",
    "read_folder",
    "read_nifti",
    "window",
]

"""Images out of files: DICOM, NIfTI, and folders of a learner's own."""

from medtutor.datasets.reading.scan import Scan
from medtutor.datasets.reading.windowing import window

__all__ = ["Scan", "window"]

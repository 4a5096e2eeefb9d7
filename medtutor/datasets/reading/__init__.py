"""Images out of files: DICOM, NIfTI, and folders of a learner's own."""

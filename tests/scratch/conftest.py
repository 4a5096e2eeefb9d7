"""TensorFlow starts here as it does in the lessons: quietly, with a fixed number of threads."""

import medtutor._keras  # noqa: F401

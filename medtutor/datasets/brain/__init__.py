"""Simulated patients on real anatomy.

``brain_tissue``, ``brain_lesion``, ``brain_growth`` and ``brain_contrasts``.
"""

from medtutor.datasets.brain.atlas import average_brain, average_tissues

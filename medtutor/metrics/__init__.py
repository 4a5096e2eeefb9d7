"""Metrics that scikit-learn and Keras don't have, with their uncertainty.

For accuracy, AUC and the like use :mod:`sklearn.metrics`; for the baseline that always
says the most frequent class, :class:`sklearn.dummy.DummyClassifier`.
"""

from medtutor.metrics.classification import (
    Interval,
    SensitivitySpecificity,
    bootstrap_interval,
    sensitivity_specificity,
)
from medtutor.metrics.segmentation import dice_score, hausdorff_distance, iou_score

__all__ = [
    "Interval",
    "SensitivitySpecificity",
    "bootstrap_interval",
    "dice_score",
    "hausdorff_distance",
    "iou_score",
    "sensitivity_specificity",
]

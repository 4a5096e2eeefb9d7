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

__all__ = [
    "Interval",
    "SensitivitySpecificity",
    "bootstrap_interval",
    "sensitivity_specificity",
]

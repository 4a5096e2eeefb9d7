"""Metrics that scikit-learn and Keras don't have, with their uncertainty.

For accuracy, AUC and the like use :mod:`sklearn.metrics`; for the baseline that always
says the most frequent class, :class:`sklearn.dummy.DummyClassifier`.
"""

from medtutor.metrics.calibration import (
    expected_calibration_error,
    fit_temperature,
    shift_prevalence,
)
from medtutor.metrics.classification import SensitivitySpecificity, sensitivity_specificity
from medtutor.metrics.decisions import (
    PredictiveValues,
    net_benefit,
    predictive_values,
    threshold_for_sensitivity,
)
from medtutor.metrics.detection import (
    Matches,
    average_precision,
    froc_curve,
    froc_score,
    match_detections,
)
from medtutor.metrics.images import contrast
from medtutor.metrics.lesions import LesionsFound, lesions_found
from medtutor.metrics.resampling import Interval, bootstrap_difference, bootstrap_interval
from medtutor.metrics.segmentation import dice_score, hausdorff_distance

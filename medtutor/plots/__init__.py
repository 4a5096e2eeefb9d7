"""Pictures: arrays in, axes out, and every figure carries alternative text.

Importing this in a notebook makes every Matplotlib figure that is shown carry alternative
text: its own (see :func:`describe`), or one made from its titles and labels.

>>> from medtutor import plots
>>> axes = plots.show_images(np.zeros((4, 8, 8)))  # doctest: +SKIP
>>> plots.alt_text(axes[0].figure)  # doctest: +SKIP
'4 images of 8×8 pixels, values 0 to 0.'
"""

from medtutor.plots import colours
from medtutor.plots.alternative import alt_text, describe, register
from medtutor.plots.curves import plot_history, plot_runs
from medtutor.plots.detection import plot_froc
from medtutor.plots.evaluation import plot_confusion, plot_roc
from medtutor.plots.images import show_images
from medtutor.plots.layers import plot_feature_maps, plot_kernels
from medtutor.plots.overlays import show_boxes, show_maps, show_masks
from medtutor.plots.probabilities import (
    plot_calibration,
    plot_net_benefit,
    plot_precision_recall,
)
from medtutor.plots.style import use_style
from medtutor.plots.values import plot_by_value, plot_learning_curve

register()

"""Optimizers: how a network's parameters move, given the gradient of the loss.

All have Keras' argument names, defaults and arithmetic. One rule serves batch gradient
descent, SGD and mini-batches alike: what differs is over how many images the gradient is taken.

>>> import numpy as np
>>> from medtutor.scratch.optimizers import SGD
>>> SGD(learning_rate=0.1).step([np.array([1.0, 2.0])], [np.array([5.0, -5.0])])
[array([0.5, 2.5])]
"""

from medtutor.scratch.optimizers import schedules
from medtutor.scratch.optimizers.adam import Adam, Adamax, AdamW, Nadam
from medtutor.scratch.optimizers.adaptive import Adadelta, Adagrad, RMSprop
from medtutor.scratch.optimizers.base import Optimizer
from medtutor.scratch.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from medtutor.scratch.optimizers.descent import SGD, AveragedSGD

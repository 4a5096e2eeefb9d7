"""Every formula of the course in plain NumPy, small enough to read.

Images come in batches with the channels last; float32 in gives float32 out, and float64
float64. Each function ``f`` has an ``f_grad`` that takes the gradient of f's output first.

>>> import numpy as np
>>> from medtutor import scratch
>>> scratch.conv2d(np.ones((1, 5, 5, 1)), np.ones((3, 3, 1, 1)))[0, :, :, 0]
array([[9., 9., 9.],
       [9., 9., 9.],
       [9., 9., 9.]])
"""

from medtutor.scratch.activations import relu, relu_grad, softmax, softmax_grad
from medtutor.scratch.convolution import conv2d, conv2d_grad
from medtutor.scratch.dense import dense, dense_grad
from medtutor.scratch.layers import Conv2D, Dense, Flatten, MaxPool2D, ReLU
from medtutor.scratch.losses import (
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_grad,
)
from medtutor.scratch.network import Network
from medtutor.scratch.pooling import max_pool2d, max_pool2d_grad

__all__ = [
    "Conv2D",
    "Dense",
    "Flatten",
    "MaxPool2D",
    "Network",
    "ReLU",
    "conv2d",
    "conv2d_grad",
    "dense",
    "dense_grad",
    "max_pool2d",
    "max_pool2d_grad",
    "relu",
    "relu_grad",
    "softmax",
    "softmax_grad",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy_grad",
]

"""Layers: each holds its weights, and remembers what it needs for the way back."""

from medtutor.scratch.layers.activations import ELU, LeakyReLU, ReLU, Sigmoid, Softmax, Tanh
from medtutor.scratch.layers.base import Layer as Layer
from medtutor.scratch.layers.flatten import Flatten
from medtutor.scratch.layers.pooling import AvgPool2D, GlobalAvgPool2D, GlobalMaxPool2D, MaxPool2D
from medtutor.scratch.layers.regularisation import BatchNormalization, Dropout
from medtutor.scratch.layers.weighted import Conv2D, Dense

__all__ = [
    "ELU",
    "AvgPool2D",
    "BatchNormalization",
    "Conv2D",
    "Dense",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2D",
    "GlobalMaxPool2D",
    "LeakyReLU",
    "MaxPool2D",
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
]

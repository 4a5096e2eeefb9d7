"""Losses: one number that says how wrong the predictions are, and its gradient."""

from medtutor.scratch.losses.binary import binary_crossentropy, binary_crossentropy_grad
from medtutor.scratch.losses.categorical import (
    categorical_crossentropy,
    categorical_crossentropy_grad,
)
from medtutor.scratch.losses.focal import focal, focal_grad
from medtutor.scratch.losses.overlap import dice, dice_grad
from medtutor.scratch.losses.regression import huber, huber_grad, mae, mae_grad, mse, mse_grad
from medtutor.scratch.losses.sparse import (
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_grad,
)

__all__ = [
    "binary_crossentropy",
    "binary_crossentropy_grad",
    "categorical_crossentropy",
    "categorical_crossentropy_grad",
    "dice",
    "dice_grad",
    "focal",
    "focal_grad",
    "huber",
    "huber_grad",
    "mae",
    "mae_grad",
    "mse",
    "mse_grad",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy_grad",
]

"""A network: layers in a row, the way forward, the way back, and gradient descent."""

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from medtutor.scratch.checks import is_whole, same_shape
from medtutor.scratch.layers import Layer, Shape
from medtutor.scratch.losses import (
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_grad,
)


class Network:
    """Layers in a row that learn to classify, in plain NumPy.

    The last layer gives one score a class ("logits"); softmax is part of the loss.

    Parameters
    ----------
    layers : sequence of Layer
        For example ``[Conv2D(8, 3), ReLU(), MaxPool2D(2), Flatten(), Dense(2)]``.

    Notes
    -----
    Goodfellow, Bengio & Courville 2016, Deep Learning, sections 6.5 and 8.3.1. Taught in lesson 07.

    Examples
    --------
    >>> import numpy as np
    >>> from medtutor import scratch
    >>> network = scratch.Network([scratch.Flatten(), scratch.Dense(2)])
    >>> network.build((8, 8, 1), seed=0)
    >>> network.forward(np.zeros((5, 8, 8, 1), "float32")).shape
    (5, 2)
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = list(layers)
        for place, layer in enumerate(self.layers):
            if not isinstance(layer, Layer):
                raise ValueError(f"layers[{place}] is {layer!r}; give an object such as ReLU()")
        self.input_shape: Shape | None = None

    def build(self, input_shape: Sequence[int], seed: int) -> None:
        """Make all weights, as Keras draws them by default.

        Parameters
        ----------
        input_shape : (H, W, C)
            Shape of one image.
        seed : int
            Fixes the weights.

        Raises
        ------
        ValueError
            Where two neighbouring layers don't fit together.
        """
        rng = np.random.default_rng(seed)
        shape: Shape = tuple(input_shape)
        for layer in self.layers:
            shape = layer.build(shape, rng)
        self.input_shape = tuple(input_shape)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the scores (N, classes) of images ``x`` (N, H, W, C)."""
        x = np.asarray(x)
        same_shape("one image", x[0] if len(x) else x, self._built(), "given to build")
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad: np.ndarray) -> np.ndarray:
        """Send the scores' gradient back through all layers; return that of the images.

        Each layer then holds the gradients of its weights in ``layer.grads``.
        """
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    def fit(
        self,
        x: np.ndarray,
        y: np.ndarray,
        *,
        epochs: int,
        batch_size: int,
        learning_rate: float,
        seed: int = 0,
        shuffle: bool = True,
    ) -> list[float]:
        """Learn by gradient descent on mini-batches; softmax cross-entropy is the loss.

        Parameters
        ----------
        x : array (N, H, W, C), float32 or float64
            Training images.
        y : array (N,) of whole numbers
            Class of each image.
        epochs : int
            How often each image is used.
        batch_size : int
            Images of one step; the last batch of an epoch may be smaller.
        learning_rate : float
            A step is minus the gradient times this.
        seed : int
            Fixes the order of the images.
        shuffle : bool
            Draw a new order for every epoch; else take the images as they come.

        Returns
        -------
        list of float
            The loss of each batch, before its step.

        Raises
        ------
        ValueError
            Where ``x`` and ``y`` don't fit, a number is out of range, or the network is not built.
        FloatingPointError
            Where the loss is no longer a finite number.
        """
        x, y = np.asarray(x), np.asarray(y)
        _check_fit(x, y, epochs, batch_size, learning_rate)
        steps = list(_batches(len(x), epochs, batch_size, seed if shuffle else None))
        losses: list[float] = []
        for images in _with_bar(steps):
            loss, grad = self._loss(x[images], y[images])
            losses.append(loss)
            _check_finite(losses, learning_rate)
            self._descend(grad, learning_rate)
        return losses

    def _loss(self, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and its gradient with respect to the scores."""
        scores = self.forward(x)
        loss = sparse_categorical_crossentropy(y, scores, from_logits=True)
        grad = sparse_categorical_crossentropy_grad(1.0, y, scores, from_logits=True)
        return float(loss), grad

    def _descend(self, grad: np.ndarray, learning_rate: float) -> None:
        """Take one step of gradient descent on all weights."""
        self.backward(grad)
        for layer in self.layers:
            for weights, slope in zip(layer.weights, layer.grads, strict=True):
                weights -= learning_rate * slope

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all weights, in Keras' order and layout."""
        self._built()
        return [weights.copy() for layer in self.layers for weights in layer.weights]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Take over copies of ``weights``, a list as :meth:`get_weights` returns it.

        Raises
        ------
        ValueError
            Where the number of arrays or a shape differs.
        """
        mine, new = self.get_weights(), [np.array(array) for array in weights]
        if [array.shape for array in mine] != [array.shape for array in new]:
            raise ValueError(
                f"the weights have shapes {[array.shape for array in new]}; "
                f"this network takes {[array.shape for array in mine]}"
            )
        for layer in self.layers:
            layer.weights = [new.pop(0) for _ in layer.weights]

    def copy_from_keras(self, model: Any) -> None:
        """Take over the weights of a Keras model with the same layers."""
        self.set_weights(model.get_weights())

    def copy_to_keras(self, model: Any) -> None:
        """Give this network's weights to a Keras model with the same layers."""
        model.set_weights(self.get_weights())

    def _built(self) -> Shape:
        if self.input_shape is None:
            raise ValueError("the network has no weights yet; call build(input_shape, seed) first")
        return self.input_shape


def _batches(n_images: int, epochs: int, batch_size: int, seed: int | None) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = np.arange(n_images) if seed is None else rng.permutation(n_images)
        for first in range(0, n_images, batch_size):
            yield order[first : first + batch_size]


def _with_bar(steps: list[np.ndarray]) -> Any:
    # The bar is loaded only here, so that scratch itself needs NumPy alone.
    from tqdm.auto import tqdm

    return tqdm(steps, desc="fit", unit="batch", delay=2, disable="PYTEST_VERSION" in os.environ)


def _check_fit(
    x: np.ndarray, y: np.ndarray, epochs: int, batch_size: int, learning_rate: float
) -> None:
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(f"x has {len(x)} images, y {len(y)} labels; give one label for each image")
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        if not is_whole(value) or value < 1:
            raise ValueError(f"{name} is {value!r}; give a whole number from 1 up")
    if not learning_rate > 0:
        raise ValueError(f"learning_rate is {learning_rate!r}; give a number above 0, such as 0.01")


def _check_finite(losses: list[float], learning_rate: float) -> None:
    if not np.isfinite(losses[-1]):
        raise FloatingPointError(
            f"the loss of batch {len(losses)} is {losses[-1]}; check that x has no missing "
            f"values, then try a learning_rate below {learning_rate}"
        )

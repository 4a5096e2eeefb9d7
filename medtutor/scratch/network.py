"""A network: layers in a row, the way forward, the way back, and gradient descent."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor._checks import checked_seed
from medtutor._progress import bar
from medtutor.scratch.checks import floats, same_shape
from medtutor.scratch.fitting import batches, check_finite, check_fit, optimizer_of
from medtutor.scratch.layers.activations import Sigmoid, Softmax
from medtutor.scratch.layers.base import Layer, Shape, checked_layers, shape_of_an_image
from medtutor.scratch.losses.sparse import (
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

    Raises
    ------
    ValueError
        For what isn't a layer, or an object that is in the list twice: a layer remembers one input.

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
        self.layers = checked_layers(layers)
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
            Where two neighbouring layers don't fit together, or shape or seed aren't whole numbers.
        """
        rng = np.random.default_rng(checked_seed(seed))
        shape = whole = shape_of_an_image(input_shape)
        for layer in self.layers:
            shape = layer.build(shape, rng)
        self.input_shape = whole

    def forward(self, x: np.ndarray, *, training: bool = False) -> np.ndarray:
        """Return the scores (N, classes) of images ``x`` (N, H, W, C).

        They are computed in the weights' dtype. ``training`` matters to Dropout and
        BatchNormalization alone; :meth:`fit` sets it.
        """
        expected, x = self._built(), self._in_dtype_of_weights(x)
        if x.ndim == 0 or len(x) == 0:
            raise ValueError(f"x has shape {x.shape}; give one image at least, (N, H, W, C)")
        same_shape("one image", x[0], expected, "given to build")
        for layer in self.layers:
            x = layer.forward(x, training=training)
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
        learning_rate: float | None = None,
        optimizer: Any = None,
        seed: int = 0,
        shuffle: bool = True,
    ) -> list[float]:
        """Learn from mini-batches; softmax cross-entropy is the loss.

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
        learning_rate : float, optional
            For plain gradient descent: a step is minus the gradient times this.
        optimizer : optional
            Instead of ``learning_rate``: an object of :mod:`medtutor.scratch.optimizers`, or any
            other with ``params = optimizer.step(params, grads)`` on lists of arrays.
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
            Where ``x`` and ``y`` don't fit, a number is out of range, the network is not built, its
            last layer is Softmax or Sigmoid, or learning rate and optimizer are both given.
        FloatingPointError
            Where the loss is no longer a finite number.
        """
        x, y = np.asarray(x), np.asarray(y)
        check_fit(x, y, epochs, batch_size)
        self._check_scores()
        optimizer = optimizer_of(learning_rate, optimizer)
        steps = list(batches(len(x), epochs, batch_size, seed if shuffle else None))
        losses: list[float] = []
        for images in bar(steps, desc="fit", unit="batch"):
            loss, grad = self._loss(x[images], y[images])
            losses.append(loss)
            check_finite(losses)
            self._step(grad, optimizer)
        return losses

    def _loss(self, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and its gradient with respect to the scores."""
        scores = self.forward(x, training=True)
        loss = sparse_categorical_crossentropy(y, scores, from_logits=True)
        grad = sparse_categorical_crossentropy_grad(1.0, y, scores, from_logits=True)
        return float(loss), grad

    def _step(self, grad: np.ndarray, optimizer: Any) -> None:
        """Go the way back, and let the optimizer move all weights."""
        self.backward(grad)
        weights = [array for layer in self.layers for array in layer.weights]
        grads = [array for layer in self.layers for array in layer.grads]
        moved = iter(optimizer.step(weights, grads))
        for layer in self.layers:
            layer.weights = [next(moved) for _ in layer.weights]

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all weights and statistics, in Keras' order and layout."""
        self._built()
        layers = self.layers
        return [array.copy() for layer in layers for array in (*layer.weights, *layer.statistics)]

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
            layer.statistics = [new.pop(0) for _ in layer.statistics]

    def copy_from_keras(self, model: Any) -> None:
        """Take over the weights of a Keras model with the same layers."""
        self.set_weights(model.get_weights())

    def copy_to_keras(self, model: Any) -> None:
        """Give this network's weights to a Keras model with the same layers."""
        model.set_weights(self.get_weights())

    def _in_dtype_of_weights(self, x: Any) -> np.ndarray:
        x = floats("x", x)
        weights = [array for layer in self.layers for array in layer.weights]
        return x.astype(weights[0].dtype, copy=False) if weights else x

    def _check_scores(self) -> None:
        if self.layers and isinstance(self.layers[-1], (Sigmoid, Softmax)):
            name = type(self.layers[-1]).__name__
            raise ValueError(
                f"the last layer is {name}, but fit takes scores: softmax is part of its loss; "
                f"take {name}() off, and apply scratch.softmax to the scores where you need it"
            )

    def _built(self) -> Shape:
        if self.input_shape is None:
            raise ValueError("the network has no weights yet; call build(input_shape, seed) first")
        return self.input_shape

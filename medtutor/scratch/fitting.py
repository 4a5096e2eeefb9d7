"""What fitting a network needs besides the network: batches, an optimizer, checks."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from medtutor._checks import checked_seed, positive
from medtutor.scratch.optimizers import SGD


def batches(n_images: int, epochs: int, batch_size: int, seed: int | None) -> Iterator[np.ndarray]:
    """Yield the places of each batch's images: in a new order for every epoch, or as they come."""
    rng = None if seed is None else np.random.default_rng(checked_seed(seed))
    for _ in range(epochs):
        order = np.arange(n_images) if rng is None else rng.permutation(n_images)
        for first in range(0, n_images, batch_size):
            yield order[first : first + batch_size]


def check_fit(x: np.ndarray, y: np.ndarray, epochs: int, batch_size: int) -> None:
    """Raise where images, labels and numbers of steps don't fit together."""
    for name, array in (("x", x), ("y", y)):
        if array.ndim == 0:
            raise ValueError(f"{name} is {array[()]!r}; give images (N, H, W, C) and labels (N,)")
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(f"x has {len(x)} images, y {len(y)} labels; give one label for each image")
    for name, value in (("epochs", epochs), ("batch_size", batch_size)):
        positive(name, value)


def optimizer_of(learning_rate: float | None, optimizer: Any) -> Any:
    """Return the optimizer that was given; for a learning rate plain gradient descent."""
    if learning_rate is not None and optimizer is None:
        return SGD(learning_rate)
    if learning_rate is not None or optimizer is None:
        raise ValueError(
            f"learning_rate is {learning_rate!r} and optimizer is {optimizer!r}; give one of the "
            "two, for example learning_rate=0.01"
        )
    if isinstance(optimizer, type) or not callable(getattr(optimizer, "step", None)):
        raise ValueError(
            f"optimizer is {optimizer!r}; give an object such as scratch.optimizers.Adam()"
        )
    return optimizer


def check_finite(losses: list[float]) -> None:
    """Raise FloatingPointError where the last loss is not a finite number."""
    if not np.isfinite(losses[-1]):
        raise FloatingPointError(
            f"the loss of batch {len(losses)} is {losses[-1]}; check that x has no missing "
            "values, then try a smaller learning_rate"
        )

"""A door in front of a network: it asks whether an image is of the kind that it was trained on."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor._checks import checked_within, positive, unfit

LONGEST_EDGE = 64  # of the coarse image whose strangeness is measured
NUMBERS = ("foreignness", "sharpness", "value range")
TINY = 1e-12


@dataclass(frozen=True)
class Verdict:
    """Whether an image passed, why not, and the numbers behind it."""

    passed: bool
    reasons: tuple[str, ...]
    numbers: dict[str, float]


@dataclass(frozen=True, repr=False)
class DoorCheck:
    """Three numbers of an image, each with a lowest and a highest value that passes.

    *Foreignness* is the share of the image that the principal components of the training images
    don't explain; *sharpness* the logarithm of the variance of the Laplacian, which sees blur and
    noise; *value range* goes from the 1st to the 99th percentile of the stored values. The first
    two are taken of the image with mean 0 and spread 1. Made by :meth:`fit`.

    Notes
    -----
    Taught in lesson 19.
    """

    image_shape: tuple[int, ...]
    mean: np.ndarray
    components: np.ndarray
    limits: dict[str, tuple[float, float]]

    @classmethod
    def fit(
        cls,
        train: np.ndarray,
        val: np.ndarray,
        *,
        false_alarms: float = 0.05,
        components: int = 40,
    ) -> "DoorCheck":
        """Learn what is usual from images, and how far images of other patients are from that.

        Parameters
        ----------
        train, val : array (N, H, W, C) of numbers
            In the stored units, as they arrive at the door; 20 of each at least.
        false_alarms : float
            Share of usual images that may be refused. Each number gets a third of it, half at
            each end (Bonferroni): together they refuse at most about so many.
        components : int
            Principal components, less where there are fewer images or pixels.

        Raises
        ------
        ValueError
            For images of several shapes, too few of them, what is no number, or an unfit share.

        Notes
        -----
        Taught in lesson 19.
        """
        from sklearn.decomposition import PCA

        checked_within("false_alarms", false_alarms, 0.001, 0.5, "a share")
        train, val = np.asarray(train), np.asarray(val)
        for name, images in (("train", train), ("val", val)):
            if images.ndim != 4 or len(images) < 20 or images.shape[1:] != train.shape[1:]:
                raise unfit(name, images, "20 images (N, H, W, C) or more, of one shape")
            if images.dtype.kind not in "iuf" or not np.isfinite(images).all():
                raise ValueError(f"{name} holds what is no finite number; take such images out")
        flat = np.stack([_coarse(_scaled(image)) for image in train])
        count = min(positive("components", components), len(flat) - 1, flat.shape[1])
        usual = PCA(count, svd_solver="randomized", random_state=0).fit(flat)
        open_door = cls(train.shape[1:], usual.mean_, usual.components_, {})
        table = np.array([list(open_door.numbers(image).values()) for image in (*val, *train)])
        # The components were fitted to the training images, so these look too familiar.
        samples = (table[: len(val), 0], table[:, 1], table[:, 2])
        tail = false_alarms / len(NUMBERS) / 2
        ends = [tuple(np.quantile(sample, (tail, 1 - tail)).tolist()) for sample in samples]
        return replace(open_door, limits=dict(zip(NUMBERS, ends, strict=True)))

    def numbers(self, image: np.ndarray) -> dict[str, float]:
        """Return the three numbers of an image of the right shape."""
        scaled = _scaled(image)
        off = _coarse(scaled) - self.mean
        rest = off - self.components.T @ (self.components @ off)
        edges = ndimage.laplace(scaled.mean(axis=-1))
        low, high = np.percentile(image, (1, 99))
        values = (np.mean(rest**2), np.log(edges.var() + TINY), high - low)
        return dict(zip(NUMBERS, map(float, values), strict=True))

    def look(self, image: Any) -> Verdict:
        """Say whether an image in stored units may pass, and if not, why.

        Parameters
        ----------
        image : array (H, W, C)
            What no network could read, such as another shape, is refused, too, with its reason.
        """
        array = np.asarray(image)
        if array.shape != self.image_shape:
            expected, came = (" × ".join(map(str, s)) for s in (self.image_shape, array.shape))
            return Verdict(False, (f"{expected} expected, {came or 'one value'} came",), {})
        if array.dtype.kind not in "iuf" or not np.isfinite(array).all():
            return Verdict(False, ("holds what is no finite number",), {})
        numbers = self.numbers(array)
        reasons = [
            f"{name} {numbers[name]:.3g} is {'below' if numbers[name] < low else 'above'} "
            f"{low if numbers[name] < low else high:.3g}"
            for name, (low, high) in self.limits.items()
            if not low <= numbers[name] <= high
        ]
        return Verdict(not reasons, tuple(reasons), numbers)

    def rates(self, images: Any) -> dict[str, float]:
        """Return which share of images is refused, in all and by each of the numbers."""
        images = list(images)
        if not images or np.shape(images[0]) == self.image_shape[1:]:
            raise ValueError("no image came, or a single one; give one or more, (N, H, W, C)")
        verdicts = [self.look(image) for image in images]
        shares = {"refused": float(np.mean([not verdict.passed for verdict in verdicts]))}
        for name in NUMBERS:
            named = [any(why.startswith(name) for why in verdict.reasons) for verdict in verdicts]
            shares[name] = float(np.mean(named))
        return shares

    def __repr__(self) -> str:
        limits = ", ".join(f"{name} {a:.3g} to {b:.3g}" for name, (a, b) in self.limits.items())
        return f"DoorCheck(images {self.image_shape}, {limits})"


def _scaled(image: np.ndarray) -> np.ndarray:
    values = np.asarray(image, np.float32)
    return (values - values.mean()) / max(values.std(), 1e-6)


def _coarse(image: np.ndarray) -> np.ndarray:
    step = -(-max(image.shape[:2]) // LONGEST_EDGE)
    return image[::step, ::step].ravel()

"""What training on the wide domain is worth on scans that were never seen, simulated ones.

``python benchmarks/bench_wide.py 0 1 2`` trains lesson 08's U-Net for each of the seeds twice, on
``domain="wide"`` and on ``domain="scanner"``, and prints the pooled Dice on slices of a simulated
scanner: as they are, zoomed to 70 %, darkened by a gamma of 1.6, and with four bright pads at the
rim. About seven minutes of one processor a seed; without a number the seed is 0.
"""

import sys
import time

import numpy as np
from scipy import ndimage
from wide_recipe import found, heads_in, lesion_slices, pooled_dice, trained

from medtutor import datasets
from medtutor._table import Table
from medtutor.datasets import Split


def zoomed(images: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return heads of 70 % of the size in frames of the same size."""
    middle = (images.shape[1] - 1) / 2
    offset = (0, middle - middle / 0.7, middle - middle / 0.7)
    scale = (1, 1 / 0.7, 1 / 0.7)
    smaller = ndimage.affine_transform(images, scale, offset, order=1)
    shares = ndimage.affine_transform((masks > 0).astype(np.float32), scale, offset, order=1)
    return smaller, shares > 0.5


def darkened(images: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slices whose middle greys are darker."""
    return 255 * (images / 255) ** 1.6, masks


def padded(images: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slices with four bright pads of 5×5 pixels at the head's rim, not on lesions."""
    result = images.copy()
    y, x = np.indices(images.shape[1:]) - (images.shape[1] - 1) / 2
    for image, mask, head in zip(result, masks, heads_in(images), strict=True):
        for down, across in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            along = np.where(head & (np.abs(down * y - across * x) < 2), down * y + across * x, 0)
            row, column = np.unravel_index(along.argmax(), along.shape)
            pad = np.s_[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3]
            image[pad] = np.where(mask[pad] > 0, image[pad], 1.2 * np.percentile(image, 97))
    return result, masks


def as_they_are(images: np.ndarray, masks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return slices and masks."""
    return images, masks


CONDITIONS = {
    "as they are": as_they_are,
    "zoomed to 70 %": zoomed,
    "gamma 1.6": darkened,
    "four bright pads": padded,
}


def dice_by_condition(model, test: Split) -> list[float]:
    """Return the pooled Dice on the test slices in each of the conditions."""
    images = test.images[..., 0].astype(np.float32)
    scores = []
    for condition in CONDITIONS.values():
        pictures, masks = condition(images, test.masks)
        scores.append(pooled_dice(masks, found(model, pictures, test.patients)))
    return scores


def main(seeds: list[int]) -> Table:
    """Train and test with each seed."""
    rows = []
    for seed in seeds:
        test = datasets.load("brain_lesion", n_train=4, seed=seed + 1, sequences="FLAIR").test
        for domain in ("wide", "scanner"):
            start = time.process_time()
            train = lesion_slices(domain, seed)
            model = trained(train, seed, change=domain == "wide")
            scores = dice_by_condition(model, test)
            seconds = time.process_time() - start
            rows.append((domain, seed, *(f"{s:.2f}" for s in scores), f"{seconds:.0f}"))
            print(*rows[-1], flush=True)
    return Table(("trained on", "seed", *CONDITIONS, "CPU seconds"), rows)


if __name__ == "__main__":
    print(main([int(word) for word in sys.argv[1:]] or [0]))

"""Groups of simulated patients as a data set, made once and then read from the cache."""

from functools import partial
from typing import Any

import numpy as np
from scipy import ndimage

from medtutor.datasets.cards import simulated_card
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.lung.anatomy import draw_chest, paint, paint_soft_tissues
from medtutor.datasets.lung.bones import paint_bones
from medtutor.datasets.lung.frame import SLICES_PER_PATIENT, draw_frame
from medtutor.datasets.lung.mediastinum import paint_mediastinum
from medtutor.datasets.lung.nodules import MOST_NODULES, Nodule, draw_nodules
from medtutor.datasets.lung.scanner import scan
from medtutor.datasets.lung.vessels import draw_vessels
from medtutor.datasets.simulation.groups import GROUP, draw_patients
from medtutor.datasets.simulation.keeping import kept_splits

# Raise this number with every change of what is kept: cached files carry it in their name.
GENERATOR_VERSION = 5

CARDS = {"lung_ct": simulated_card("lung_ct", sizes=(64, 96, 128))}


def load_splits(card: Card, **options: Any) -> tuple[Split, Split, Split]:
    """Return train, val and test; ``n_train`` may be more than the card's count."""
    return kept_splits(card, GENERATOR_VERSION, simulate, _as_split, **options)


def _as_split(arrays: dict[str, Any]) -> Split:
    arrays["boxes"] = [rows[rows.any(axis=1)] for rows in arrays["boxes"]]
    return Split(**arrays)


def simulate(n_images: int, size: int, seeds: tuple[int, int]) -> dict[str, np.ndarray]:
    """Return the arrays of one split; ``boxes`` (n, ``MOST_NODULES``, 4) end in zeros."""
    draw = partial(simulate_group, size)
    return draw_patients("lung_ct", n_images, SLICES_PER_PATIENT, seeds, draw)


def simulate_group(size: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the arrays of ``GROUP`` patients, half of them with nodules."""
    chest = draw_chest(rng, draw_frame(rng, GROUP, size))
    hu = paint_soft_tissues(rng, chest)
    paint_bones(rng, chest, hu)
    blood = paint_mediastinum(rng, chest, hu)
    vessels = draw_vessels(rng, chest.frame) * chest.lung
    nodules = draw_nodules(rng, chest, vessels, sick=rng.permutation(GROUP) % 2 == 0)
    _paint_lungs(hu, vessels, nodules, blood)
    images = scan(rng, chest.frame, hu)
    return {"images": images.reshape(-1, size, size, 1), **_truth(nodules, size)}


def _paint_lungs(
    hu: np.ndarray, vessels: np.ndarray, nodules: list[Nodule], blood: np.ndarray
) -> None:
    """Add ground glass, vessels and solid nodules to the lungs, in place."""
    for nodule in nodules:
        if nodule.is_ground_glass:
            paint(hu[nodule.patient], nodule.share, nodule.hu)
    paint(hu, vessels, blood[:, None, None, None])
    for nodule in nodules:
        if not nodule.is_ground_glass:
            paint(hu[nodule.patient], nodule.share, nodule.hu)


def _truth(nodules: list[Nodule], size: int) -> dict[str, np.ndarray]:
    """Return masks, labels and boxes of a group."""
    marked = np.zeros((GROUP, SLICES_PER_PATIENT, size, size), np.uint8)
    found = []
    for nodule in nodules:
        marked[nodule.patient] |= nodule.mask
        for cut in np.flatnonzero(nodule.mask.any(axis=(1, 2))):
            image = nodule.patient * SLICES_PER_PATIENT + cut
            rows, columns = ndimage.find_objects(nodule.mask[cut].astype(int))[0]
            found.append((image, rows.start, columns.start, rows.stop, columns.stop))
    masks = marked.reshape(-1, size, size)
    boxes = np.zeros((len(masks), MOST_NODULES, 4), np.int64)
    for image, *box in sorted(found):
        boxes[image, np.count_nonzero(boxes[image].any(axis=1))] = box
    labels = np.asarray(masks.any(axis=(1, 2))).astype(np.int64)
    return {"masks": masks, "labels": labels, "boxes": boxes}

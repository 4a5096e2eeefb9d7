"""Groups of simulated patients as a data set, made once and then read from the cache."""

from functools import partial
from typing import Unpack

import numpy as np

from medtutor.datasets.cards import simulated_card
from medtutor.datasets.dataset import Card, Split
from medtutor.datasets.lung.anatomy import draw_chest, paint, paint_soft_tissues
from medtutor.datasets.lung.bones import paint_bones
from medtutor.datasets.lung.frame import SLICES_PER_PATIENT, draw_frame
from medtutor.datasets.lung.mediastinum import paint_mediastinum
from medtutor.datasets.lung.nodules import Nodule, draw_nodules
from medtutor.datasets.lung.scanner import scan
from medtutor.datasets.lung.vessels import draw_vessels
from medtutor.datasets.simulation.groups import GROUP, draw_groups, joined, patient_ids
from medtutor.datasets.simulation.keeping import Options, kept_splits

# Raise this number with every change of what is kept: cached files carry it in their name.
GENERATOR_VERSION = 4

CARDS = {"lung_ct": simulated_card("lung_ct", sizes=(64, 96, 128))}


def load_splits(card: Card, **options: Unpack[Options]) -> tuple[Split, Split, Split]:
    """Return train, val and test; ``n_train`` may be more than the card's count."""
    return kept_splits(card, GENERATOR_VERSION, simulate, options, _as_split)


def _as_split(arrays: dict[str, np.ndarray]) -> Split:
    others = {name: array for name, array in arrays.items() if not name.startswith("box")}
    n_images = len(arrays["images"])
    boxes = [arrays["boxes"][arrays["box_images"] == image] for image in range(n_images)]
    return Split(boxes=boxes, **others)


def simulate(n_images: int, size: int, seeds: tuple[int, int]) -> dict[str, np.ndarray]:
    """Return the arrays of one split.

    ``boxes`` (n, 4) are those of all images, ``box_images`` (n,) says of which.
    """
    n_patients = -(-n_images // SLICES_PER_PATIENT)
    groups = draw_groups("lung_ct", n_patients, seeds, partial(simulate_group, size))
    for number, group in enumerate(groups):
        group["box_images"] += number * GROUP * SLICES_PER_PATIENT
    arrays = joined(groups)
    ids = patient_ids(seeds, len(groups) * GROUP)
    arrays["patients"] = np.repeat(ids, SLICES_PER_PATIENT)
    kept = arrays["box_images"] < n_images
    found = {name: arrays.pop(name)[kept] for name in ("boxes", "box_images")}
    return {**{key: array[:n_images] for key, array in arrays.items()}, **found}


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
            found.append((image, *_box(nodule.mask[cut])))
    boxes = np.array(sorted(found), np.int64).reshape(-1, 5)
    masks = marked.reshape(-1, size, size)
    labels = np.asarray(masks.any(axis=(1, 2))).astype(np.int64)
    return {"masks": masks, "labels": labels, "boxes": boxes[:, 1:], "box_images": boxes[:, 0]}


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    """Return y0 x0 y1 x1 of the smallest box around a mask, half-open."""
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1

"""A slice changed by hand: is its label still true, and could it be another patient."""

from typing import Any

import numpy as np
import traitlets

from medtutor._identity import checked_ids
from medtutor.explore.augmentation.scene import (
    Scene,
    augmented_scene,
    noise_pattern,
    usual_likeness,
)
from medtutor.explore.common.changed_slice import (
    ChangedSliceExplorer,
    slices_with_lesions,
    stack_of,
)
from medtutor.explore.common.packed import packed
from medtutor.explore.common.widget import source

LARGEST_EDGE = 128
MOST_SLICES = 200
CHANGES = {
    "degrees": 0,
    "down": 0,
    "right": 0,
    "zoom": 100,
    "bend": 0,
    "noise": 0,
    "brightness": 0,
    "mirror": False,
    "upside_down": False,
}


class AugmentationExplorer(ChangedSliceExplorer):
    """The widget that ``augmentation`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``index`` (of the slice) and the arguments of ``augmented_scene``: ``degrees``, ``down``,
    ``right``, ``zoom``, ``bend``, ``noise``, ``brightness``, ``mirror``, ``upside_down``.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/drawing.js",
        "common/pixels.js",
        "common/outline.js",
        "common/changed_slice.js",
        "augmentation/arithmetic.js",
        "augmentation/words.js",
        "augmentation/page.js",
    )
    _css = source("common/style.css", "common/changed_slice.css", "augmentation/style.css")
    plain = CHANGES

    degrees = traitlets.Int(0, min=-180, max=180).tag(sync=True)
    down = traitlets.Int(0, min=-32, max=32).tag(sync=True)
    right = traitlets.Int(0, min=-32, max=32).tag(sync=True)
    zoom = traitlets.Int(100, min=50, max=200).tag(sync=True)
    bend = traitlets.Int(0, min=0, max=10).tag(sync=True)
    noise = traitlets.Int(0, min=0, max=50).tag(sync=True)
    brightness = traitlets.Int(0, min=-50, max=50).tag(sync=True)
    mirror = traitlets.Bool(False).tag(sync=True)
    upside_down = traitlets.Bool(False).tag(sync=True)

    def scene(self) -> Scene:
        """Return what is seen: see ``augmented_scene``."""
        return augmented_scene(*self.image_and_mask(), **self.settings())

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        return (
            f"Augmentation explorer: {self.slice_in_words()} with its lesion's outline "
            f"({self.changes_in_words()}), the difference to the original, and the most similar "
            "unchanged slice of another patient."
        )


def augmentation(
    images: np.ndarray, masks: np.ndarray, patients: np.ndarray | None = None
) -> AugmentationExplorer:
    """Turn, shift, zoom, bend, mirror and disturb a slice, and see what becomes of its label.

    Parameters
    ----------
    images : array (N, H, W) or (N, H, W, 1) of numbers
        2 to 200 slices of at most 128 x 128 pixels, of two patients or more. Each is shown from
        its lowest value (black) to its highest (white).
    masks : array (N, H, W) or (N, H, W, 1) of whole numbers
        The lesion: all that isn't 0.
    patients : array (N,), optional
        Whose slice it is. Without it each slice counts as a patient of its own.

    Returns
    -------
    AugmentationExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For shapes that don't fit together, values that aren't finite, slices of one patient
        alone, or too many or too large slices for a page.

    Notes
    -----
    What is computed is that of ``augmented_scene``. Taught in lesson 10.
    """
    grey, lesions = slices_with_lesions(
        images, masks, counts=(2, MOST_SLICES), edges=(1, LARGEST_EDGE)
    )
    own = _checked_patients(patients, len(grey))
    return AugmentationExplorer(
        stack=stack_of(
            grey,
            lesions,
            noise=packed(noise_pattern(grey.shape[1:])),
            patients=own.tolist(),
            usual=usual_likeness(grey, own),
        )
    )


def _checked_patients(patients: Any, count: int) -> np.ndarray:
    ids = np.arange(count) if patients is None else checked_ids("patients", patients)
    own = np.unique(ids, return_inverse=True)[1]
    if own.shape != (count,) or own.max() == 0:
        raise ValueError(
            f"patients has shape {np.shape(patients)} and {own.max() + 1} different entries; give "
            f"one entry for each of the {count} slices, of two patients at least"
        )
    return own

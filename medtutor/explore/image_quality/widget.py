"""A slice made worse by hand: what PSNR and SSIM say, and what becomes of its lesion."""

import numpy as np
import traitlets

from medtutor.explore.common.changed_slice import (
    ChangedSliceExplorer,
    slices_with_lesions,
    stack_of,
)
from medtutor.explore.common.packed import packed
from medtutor.explore.common.widget import source
from medtutor.explore.image_quality.scene import Scene, erased, noise_pattern, quality_scene
from medtutor.metrics.images import rings

LARGEST_EDGE, LEAST_EDGE = 128, 8
MOST_SLICES = 60
CHANGES = {"erase": 0, "shift": 0, "blur": 0.0, "blocks": 0, "gain": 100, "noise": 0}
VIEWS = ("difference", "SSIM map")


class ImageQualityExplorer(ChangedSliceExplorer):
    """The widget that ``image_quality`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``index`` (of the slice), ``view`` and the arguments of ``quality_scene``: ``erase``,
    ``shift``, ``blur``, ``blocks``, ``gain``, ``noise``.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/drawing.js",
        "common/pixels.js",
        "common/outline.js",
        "common/changed_slice.js",
        "image_quality/arithmetic.js",
        "image_quality/words.js",
        "image_quality/page.js",
    )
    _css = source("common/style.css", "common/changed_slice.css", "image_quality/style.css")
    plain = CHANGES

    view = traitlets.Enum(VIEWS, "difference").tag(sync=True)
    erase = traitlets.Int(0, min=0, max=100).tag(sync=True)
    shift = traitlets.Int(0, min=0, max=3).tag(sync=True)
    blur = traitlets.Float(0.0, min=0, max=3).tag(sync=True)
    blocks = traitlets.Int(0, min=0, max=100).tag(sync=True)
    gain = traitlets.Int(100, min=50, max=150).tag(sync=True)
    noise = traitlets.Int(0, min=0, max=30).tag(sync=True)

    def scene(self) -> Scene:
        """Return what is seen: see ``quality_scene``."""
        return quality_scene(*self.image_and_mask(), **self.settings())

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        scene = self.scene()
        return (
            f"Image-quality explorer: {self.slice_in_words()} ({self.changes_in_words()}) beside "
            f"the original and the {self.view}. PSNR {scene['psnr']:.1f} dB, SSIM "
            f"{scene['ssim']:.2f}, lesion contrast {scene['kept']:.0%} of the original."
        )


def image_quality(images: np.ndarray, masks: np.ndarray) -> ImageQualityExplorer:
    """Blur, shift, brighten, disturb a slice or erase its lesion, and see what the measures say.

    Parameters
    ----------
    images : array (N, H, W) or (N, H, W, 1) of numbers
        1 to 60 slices with edges of 8 to 128 pixels. Each is shown from its lowest value (black)
        to its highest (white).
    masks : array (N, H, W) or (N, H, W, 1) of whole numbers
        The lesion: all that isn't 0. Each slice must show one, with surroundings.

    Returns
    -------
    ImageQualityExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For shapes that don't fit together, values that aren't finite, a slice without a lesion, or
        too many or too large slices for a page.

    Notes
    -----
    What is computed is that of ``quality_scene``. Taught in lesson 16.
    """
    grey, lesions = slices_with_lesions(
        images, masks, counts=(1, MOST_SLICES), edges=(LEAST_EDGE, LARGEST_EDGE)
    )
    around = rings(lesions)
    for place in np.flatnonzero(~lesions.any(axis=(1, 2)) | ~around.any(axis=(1, 2))):
        raise ValueError(
            f"the mask of slice {place} is empty or fills the slice; give slices with a lesion"
        )
    return ImageQualityExplorer(
        stack=stack_of(
            grey,
            lesions,
            rings=packed(around),
            erased=packed(np.rint(erased(grey, lesions))),
            noise=packed(noise_pattern(grey.shape[1:])),
        )
    )

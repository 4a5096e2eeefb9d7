"""A slice made worse by hand: what PSNR and SSIM say, and what becomes of its lesion."""

from typing import Any, cast

import numpy as np
import traitlets

from medtutor.explore.common.packed import Packed, as_grey, checked_numbers, packed, unpacked
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.image_quality.scene import Scene, erased, noise_pattern, quality_scene
from medtutor.metrics.images import rings

LARGEST_EDGE, LEAST_EDGE = 128, 8
MOST_SLICES = 60
CHANGES = {"erase": 0, "shift": 0, "blur": 0.0, "blocks": 0, "gain": 100, "noise": 0}
VIEWS = ("difference", "SSIM map")


class ImageQualityExplorer(Explorer):
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
        "image_quality/arithmetic.js",
        "image_quality/words.js",
        "image_quality/page.js",
    )
    _css = source("common/style.css", "image_quality/style.css")

    stack = traitlets.Dict().tag(sync=True)
    index = traitlets.Int(0, min=0).tag(sync=True)
    view = traitlets.Enum(VIEWS, "difference").tag(sync=True)
    erase = traitlets.Int(0, min=0, max=100).tag(sync=True)
    shift = traitlets.Int(0, min=0, max=3).tag(sync=True)
    blur = traitlets.Float(0.0, min=0, max=3).tag(sync=True)
    blocks = traitlets.Int(0, min=0, max=100).tag(sync=True)
    gain = traitlets.Int(100, min=50, max=150).tag(sync=True)
    noise = traitlets.Int(0, min=0, max=30).tag(sync=True)

    @traitlets.validate("index")
    def _is_there(self, proposal: Any) -> int:
        if proposal["value"] >= self.stack["count"]:
            raise traitlets.TraitError(
                f"index is {proposal['value']}; there are {self.stack['count']} slices"
            )
        return proposal["value"]

    def scene(self) -> Scene:
        """Return what is seen: see ``quality_scene``."""
        image, mask = (
            unpacked(cast(Packed, self.stack[name]))[self.index] for name in ("images", "masks")
        )
        return quality_scene(image, mask, **{name: getattr(self, name) for name in CHANGES})

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        stack, scene = self.stack, self.scene()
        changed = [name for name, plain in CHANGES.items() if getattr(self, name) != plain]
        return (
            f"Image-quality explorer: one of {stack['count']} slices of {stack['rows']} × "
            f"{stack['columns']} pixels (changed: {', '.join(changed) or 'nothing'}) beside the "
            f"original and the {self.view}. PSNR {scene['psnr']:.1f} dB, SSIM {scene['ssim']:.2f}, "
            f"lesion contrast {scene['kept']:.0%} of the original."
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
    pictures, lesions = _checked_slices("images", images), _checked_slices("masks", masks) != 0
    if lesions.shape != pictures.shape:
        raise ValueError(f"masks has shape {lesions.shape}, images {pictures.shape}; give equal")
    around = rings(lesions)
    for place in np.flatnonzero(~lesions.any(axis=(1, 2)) | ~around.any(axis=(1, 2))):
        raise ValueError(
            f"the mask of slice {place} is empty or fills the slice; give slices with a lesion"
        )
    grey = as_grey(pictures)
    count, rows, columns = pictures.shape
    stack = {
        "count": count,
        "rows": rows,
        "columns": columns,
        "images": packed(grey),
        "masks": packed(lesions),
        "rings": packed(around),
        "erased": packed(np.rint(erased(grey, lesions))),
        "noise": packed(noise_pattern((rows, columns))),
    }
    return ImageQualityExplorer(stack=stack)


def _checked_slices(name: str, slices: np.ndarray) -> np.ndarray:
    array = checked_numbers(name, slices)
    if array.ndim == 4 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim != 3 or not 1 <= len(array) <= MOST_SLICES:
        raise ValueError(
            f"{name} has shape {array.shape}; give 1 to {MOST_SLICES} grey slices, (N, H, W) or "
            "(N, H, W, 1), for example images[:12]"
        )
    if not LEAST_EDGE <= min(array.shape[1:]) <= max(array.shape[1:]) <= LARGEST_EDGE:
        raise ValueError(
            f"{name} has slices of {array.shape[1]} × {array.shape[2]} pixels; this explorer shows "
            f"edges from {LEAST_EDGE} to {LARGEST_EDGE} pixels"
        )
    return array

"""One image normalised in three ways, and a stray pixel that none of them should mind."""

from typing import Any, cast

import numpy as np
import traitlets

from medtutor.explore.common.packed import Packed, packed, unpacked
from medtutor.explore.common.pictures import checked_image
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.normalisation.measures import STRAY_STEPS, with_stray_pixel

LARGEST_EDGE = 512
# Rows and columns between the stray pixel and the image's corner.
FROM_CORNER = 4


class NormalisationExplorer(Explorer):
    """The widget that ``normalisation`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``stray``, how far the stray pixel lies above the image's highest value, in tenths of the
    image's range (0: there is none), and ``low`` and ``high``, the two percentiles in per cent.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/svg.js",
        "common/drawing.js",
        "common/pixels.js",
        "normalisation/arithmetic.js",
        "normalisation/words.js",
        "normalisation/drawing.js",
        "normalisation/page.js",
    )
    _css = source("common/style.css", "normalisation/style.css")

    picture = traitlets.Dict().tag(sync=True)
    about = traitlets.Unicode().tag(sync=True)
    place: traitlets.List[Any] = traitlets.List().tag(sync=True)
    stray = traitlets.Int(0, min=0, max=STRAY_STEPS).tag(sync=True)
    stray_steps = traitlets.Int(STRAY_STEPS).tag(sync=True)
    low = traitlets.Float(1.0, min=0, max=45).tag(sync=True)
    high = traitlets.Float(99.0, min=55, max=100).tag(sync=True)

    def image(self) -> np.ndarray:
        """Return the image that is normalised, stray pixel included, float64 (rows, columns)."""
        row, column = self.place
        pixels = unpacked(cast(Packed, self.picture))
        return with_stray_pixel(pixels, (row, column), self.stray)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        image = self.image()
        return (
            f"Normalisation explorer: an image ({self.about}) from {image.min():g} to "
            f"{image.max():g}, normalised by min-max, by z-score and by cutting at percentiles "
            f"{self.low:g} and {self.high:g}, each with its histogram."
        )


def normalisation(image: np.ndarray | None = None) -> NormalisationExplorer:
    """Normalise an image in three ways, and see what one stray pixel does to each.

    Parameters
    ----------
    image : array (rows, columns) of numbers, optional
        At most 512 x 512 pixels; the page takes it in float32 where it is not whole numbers of
        16 bits. Without it, a slice of a simulated patient.

    Returns
    -------
    NormalisationExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For an image that isn't 2-D and finite, has more than 512 pixels along an edge, or a
        single grey value.

    Notes
    -----
    The arithmetic is that of ``medtutor.datasets.min_max``, ``z_score`` and ``clip_percentiles``.
    Taught in lesson 01.
    """
    if image is None:
        image, about = _simulated_slice(), "simulated brain slice"
    else:
        about = "your image"
    pixels = checked_image(image)
    if max(pixels.shape) > LARGEST_EDGE:
        raise ValueError(
            f"image has {pixels.shape[0]} × {pixels.shape[1]} pixels; this explorer shows up to "
            f"{LARGEST_EDGE} × {LARGEST_EDGE}: take every second pixel, image[::2, ::2]"
        )
    package = packed(pixels)
    _check_greys(unpacked(package))
    place = [min(FROM_CORNER, length - 1) for length in pixels.shape]
    return NormalisationExplorer(picture=package, about=about, place=place)


def _simulated_slice() -> np.ndarray:
    from medtutor.datasets import load

    return load("brain_tissue", n_train=8).train.images[0, :, :, 0]


def _check_greys(pixels: np.ndarray) -> None:
    if pixels.min() == pixels.max():
        raise ValueError(
            f"every pixel is {pixels.flat[0]:g}: there is nothing to normalise; give a slice that "
            "shows something, for example from the middle of the volume"
        )

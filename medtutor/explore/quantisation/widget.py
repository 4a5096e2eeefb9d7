"""A layer's weights in few bits: their levels, what is clipped, and what becomes of its map."""

from typing import Any, cast

import numpy as np
import traitlets

from medtutor.explore.common.packed import Packed, packed, unpacked
from medtutor.explore.common.widget import Explorer, source
from medtutor.explore.quantisation.scene import Scene, checked_layer, quantisation_scene

MOST_WEIGHTS, MOST_NUMBERS, LONGEST_EDGE = 100_000, 70_000, 128
SETTINGS = {"filter": 0, "bits": 8, "per_filter": True, "symmetric": True, "clip": 100.0}


class QuantisationExplorer(Explorer):
    """The widget that ``quantisation`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python: the
    arguments of ``quantisation_scene``, ``filter``, ``bits``, ``per_filter``, ``symmetric`` and
    ``clip``.
    """

    _esm = source(
        "common/page.js",
        "common/packed.js",
        "common/slider.js",
        "common/svg.js",
        "common/drawing.js",
        "common/pixels.js",
        "quantisation/arithmetic.js",
        "quantisation/words.js",
        "quantisation/page.js",
    )
    _css = source("common/style.css", "quantisation/style.css")

    layer = traitlets.Dict().tag(sync=True)
    filter = traitlets.Int(0, min=0).tag(sync=True)
    bits = traitlets.Int(8, min=2, max=8).tag(sync=True)
    per_filter = traitlets.Bool(True).tag(sync=True)
    symmetric = traitlets.Bool(True).tag(sync=True)
    clip = traitlets.Float(100.0, min=90, max=100).tag(sync=True)

    @traitlets.validate("filter")
    def _is_there(self, proposal: Any) -> int:
        count = self.layer["kernel"]["shape"][-1]
        if proposal["value"] >= count:
            raise traitlets.TraitError(
                f"filter is {proposal['value']}; there are {count}, the first is 0"
            )
        return proposal["value"]

    def scene(self) -> Scene:
        """Return what is seen: see ``quantisation_scene``."""
        kernel, image = (unpacked(cast(Packed, self.layer[name])) for name in ("kernel", "image"))
        settings: Any = {name: getattr(self, name) for name in SETTINGS}
        return quantisation_scene(kernel, image, **settings)

    def describe(self) -> str:
        """Return what is seen, in a sentence or two."""
        scene = self.scene()
        scope = "a scale of its own" if self.per_filter else "one scale for the whole layer"
        return (
            f"Quantisation explorer: the weights of filter {self.filter} in {self.bits} bits, with "
            f"{scope}, beside the filter's map before and after. {scene['used']} of "
            f"{len(scene['levels'])} levels are used, the largest error is {scene['largest']:.2g}."
        )


def quantisation(kernel: np.ndarray, image: np.ndarray) -> QuantisationExplorer:
    """Take bits away from a layer's weights, and see what becomes of the map that they make.

    Parameters
    ----------
    kernel : array (kh, kw, Cin, Cout)
        Weights of a convolution, as Keras keeps them: at most 100,000.
    image : array (H, W, Cin)
        What goes into the layer: an image, or the maps of the layer before. Edges of at most 128
        pixels, at most 70,000 numbers.

    Returns
    -------
    QuantisationExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For shapes that don't fit together, values that aren't finite, or too many of them.

    Notes
    -----
    What is computed is that of ``quantisation_scene``. Taught in lesson 19.
    """
    weights, maps = checked_layer(kernel, image, MOST_WEIGHTS)
    if maps.size > MOST_NUMBERS or max(maps.shape[:2]) > LONGEST_EDGE:
        raise ValueError(
            f"image has shape {maps.shape}; this explorer takes edges of at most {LONGEST_EDGE} "
            f"pixels and {MOST_NUMBERS:,} numbers"
        )
    if min(maps.shape[0] - weights.shape[0], maps.shape[1] - weights.shape[1]) < 7:
        raise ValueError(
            f"image has shape {maps.shape}; give 8 rows and columns of windows or more"
        )
    layer = {
        "kernel": packed(weights.astype(np.float32)),
        "image": packed(maps.astype(np.float32)),
    }
    return QuantisationExplorer(layer=layer)

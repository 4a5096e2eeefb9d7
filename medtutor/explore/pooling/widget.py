"""A window that pools an image: which pixel wins, where the gradient goes, what is lost."""

from typing import Any

import numpy as np
import traitlets

from medtutor.explore.common.checks import checked_choice, checked_whole
from medtutor.explore.common.widget import PictureExplorer, source
from medtutor.explore.pooling import scene as scenes

LARGEST_WINDOW = 8
KINDS = ("max", "average")
PADDINGS = ("valid", "same")
_SCENES = {
    "lung": scenes.lung_scene,
    "brain": scenes.brain_scene,
    "even": scenes.even_scene,
}
# What each dial may stand at; contrast and noise in per cent of the image's scale of grey.
RANGES = {"contrast": (-100, 100), "diameter": (1, 9), "noise": (0, 50)}


class PoolingExplorer(PictureExplorer):
    """The widget that ``pooling`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from Python:
    ``picture``, ``kind``, ``pool_size``, ``strides`` (0 stands for the window's size), ``padding``,
    ``contrast``, ``diameter``, ``noise``, ``draw`` (which draw of the noise), ``gradient_of``
    ("one" output or "all"), and ``place``, the window's row and column in the output (-1 stands
    for the lesion's place).
    """

    _esm = source(
        "common/page.js",
        "common/geometry.js",
        "common/drawing.js",
        "common/moving_window.js",
        "pooling/arithmetic.js",
        "pooling/words.js",
        "pooling/window.js",
        "pooling/page.js",
    )
    _css = source("common/style.css", "pooling/style.css")

    noise_field: traitlets.List[Any] = traitlets.List().tag(sync=True)
    kind = traitlets.Enum(KINDS, "max").tag(sync=True)
    pool_size = traitlets.Int(2, min=1, max=LARGEST_WINDOW).tag(sync=True)
    strides = traitlets.Int(0, min=0, max=LARGEST_WINDOW).tag(sync=True)
    padding = traitlets.Enum(PADDINGS, "valid").tag(sync=True)
    contrast = traitlets.Int(40, min=-100, max=100).tag(sync=True)
    diameter = traitlets.Int(3, min=1, max=9).tag(sync=True)
    noise = traitlets.Int(10, min=0, max=50).tag(sync=True)
    draw = traitlets.Int(0, min=0).tag(sync=True)
    gradient_of = traitlets.Enum(("one", "all"), "one").tag(sync=True)
    place = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(-1, -1)).tag(sync=True)
    largest_window = traitlets.Int(LARGEST_WINDOW).tag(sync=True)

    def image(self) -> np.ndarray:
        """Return the image that is pooled, lesion and noise included, (rows, columns)."""
        dials = {name: getattr(self, name) for name in (*RANGES, "draw")}
        return scenes.dialled(self.shown(), np.array(self.noise_field), **dials)

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        about = self.shown()["about"]
        return (
            f"Pooling explorer: {self.kind} pooling with a {self.pool_size} × {self.pool_size} "
            f"window (stride {self.strides or self.pool_size}, padding "
            f'"{self.padding}") of an image: {about}, with a lesion of {self.diameter} pixels '
            f"(contrast {self.contrast} %) and noise ({self.noise} %)."
        )


def pooling(
    image: np.ndarray | str | None = None,
    *,
    kind: str = "max",
    pool_size: int = 2,
    strides: int | None = None,
    padding: str = "valid",
    contrast: int | None = None,
    diameter: int = 3,
    noise: int | None = None,
    seed: int = 0,
) -> PoolingExplorer:
    """Pool an image with a lesion and noise; see which pixel wins and where the gradient goes.

    Parameters
    ----------
    image : array (rows, columns), "lung", "brain" or "even", optional
        What is pooled at first; the other images stay on offer. An array with an edge above
        64 pixels is shrunk by averaging, and its caption says so.
    kind : "max" or "average"
    pool_size : int
        Rows and columns of the window, 1 to 8.
    strides : int, optional
        Pixels from one window to the next, 1 to 8; the window's size without it, as in Keras.
    padding : "valid" or "same"
        No padding, or Keras' rule. Padded places never count.
    contrast : int, optional
        Height of the lesion in per cent of the image's scale of grey, -100 to 100; negative for
        a dark lesion. Without it, what suits the image (0 for an array of your own).
    diameter : int
        Of the lesion, in pixels, 1 to 9.
    noise : int, optional
        Standard deviation of the noise in per cent of the image's scale of grey, 0 to 50.
        Without it, what suits the image (0 for an array of your own).
    seed : int
        Seed of the noise, from 0 to 2**32 - 1.

    Returns
    -------
    PoolingExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For an image that isn't 2-D and finite, a setting out of its range, or a window larger
        than the image.

    Notes
    -----
    The arithmetic is that of ``medtutor.scratch.max_pool2d`` and ``avg_pool2d`` for one channel.
    Taught in lesson 03.
    """
    offered = [make() for make in _SCENES.values()]
    if image is not None and not isinstance(image, str):
        offered = [scenes.own_scene(image), *offered]
        image = "own"
    first = checked_choice("image", image or "lung", [scene["name"] for scene in offered])
    scene = next(one for one in offered if one["name"] == first)
    dials = {
        "contrast": scene["contrast"] if contrast is None else contrast,
        "diameter": diameter,
        "noise": scene["noise"] if noise is None else noise,
    }
    explorer = PoolingExplorer(
        pictures=offered,
        noise_field=scenes.noise_field(checked_whole("seed", seed, 0, 2**32 - 1)).tolist(),
        picture=first,
        kind=checked_choice("kind", kind, KINDS),
        pool_size=checked_whole("pool_size", pool_size, 1, LARGEST_WINDOW),
        strides=0 if strides is None else checked_whole("strides", strides, 1, LARGEST_WINDOW),
        padding=checked_choice("padding", padding, PADDINGS),
        **{name: checked_whole(name, value, *RANGES[name]) for name, value in dials.items()},
    )
    _check_window_fits(explorer, np.shape(scene["pixels"]))
    return explorer


def _check_window_fits(explorer: PoolingExplorer, shape: tuple[int, ...]) -> None:
    size = explorer.pool_size
    if explorer.padding == "valid" and size > min(shape):
        raise ValueError(
            f"the window has {size} × {size} pixels, the image {shape[0]} × {shape[1]}, so there "
            'is no output; give a smaller pool_size, or padding="same"'
        )

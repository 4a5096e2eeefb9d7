"""A kernel that steps over an image, with every product in sight."""

from typing import Any

import numpy as np
import traitlets

from medtutor.explore.common import pictures
from medtutor.explore.common.checks import checked_choice, checked_whole
from medtutor.explore.common.widget import PictureExplorer, source
from medtutor.explore.convolution.kernels import KERNEL_TITLES, KERNELS

LARGEST_KERNEL = 7
LARGEST_STEP = 8
PADDINGS = ("valid", "same")
_PICTURES = {"brain": pictures.brain, "lung": pictures.lung}


class ConvolutionExplorer(PictureExplorer):
    """The widget that ``convolution`` returns; it computes in the page, with no kernel needed.

    Its traits are the settings that the learner sees, and can be read and set from
    Python: ``picture``, ``kernel``, ``strides``, ``padding``, ``dilation``, and ``place``,
    the window's row and column in the output (-1 stands for the middle).
    """

    _esm = source(
        "common/page.js",
        "common/geometry.js",
        "convolution/arithmetic.js",
        "convolution/words.js",
        "common/drawing.js",
        "convolution/taps.js",
        "convolution/products.js",
        "common/moving_window.js",
        "convolution/page.js",
    )
    _css = source("common/style.css", "convolution/style.css")

    presets: traitlets.List[Any] = traitlets.List().tag(sync=True)
    kernel: traitlets.List[Any] = traitlets.List().tag(sync=True)
    strides = traitlets.Int(1, min=1, max=LARGEST_STEP).tag(sync=True)
    padding = traitlets.Enum(PADDINGS, "valid").tag(sync=True)
    dilation = traitlets.Int(1, min=1, max=LARGEST_STEP).tag(sync=True)
    place = traitlets.Tuple(traitlets.Int(), traitlets.Int(), default_value=(-1, -1)).tag(sync=True)
    largest_kernel = traitlets.Int(LARGEST_KERNEL).tag(sync=True)
    largest_step = traitlets.Int(LARGEST_STEP).tag(sync=True)

    @traitlets.validate("kernel")
    def _check_kernel(self, proposal: Any) -> list[list[float]]:
        try:
            return checked_kernel(proposal["value"]).tolist()
        except ValueError as error:
            raise traitlets.TraitError(str(error)) from error

    def describe(self) -> str:
        """Return what is seen, in a sentence."""
        about, (rows, columns) = self.shown()["about"], np.shape(self.kernel)
        return (
            f"Convolution explorer: a {rows} × {columns} kernel steps over an image: {about} "
            f'(stride {self.strides}, padding "{self.padding}", dilation {self.dilation}).'
        )


def convolution(
    image: np.ndarray | str | None = None,
    *,
    kernel: np.ndarray | str = "sobel_x",
    strides: int = 1,
    padding: str = "valid",
    dilation: int = 1,
) -> ConvolutionExplorer:
    """Step a kernel over an image and see each product, their sum, and the output grow.

    Parameters
    ----------
    image : array (rows, columns), "brain" or "lung", optional
        What the window steps over at first; the other images stay on offer. An array
        with an edge above 64 pixels is shrunk by averaging, and its caption says so.
    kernel : str or array of 1×1 to 7×7 weights
        A preset's name (identity, blur, sharpen, sobel_x, sobel_y, laplacian, gabor),
        or numbers of your own.
    strides : int
        Pixels from one window to the next, 1 to 8.
    padding : "valid" or "same"
        No padding, or Keras' rule: as many zeros around the image as make
        ``ceil(rows / strides)`` rows, the odd one at the bottom and on the right.
    dilation : int
        Pixels from one weight to the next, 1 to 8.

    Returns
    -------
    ConvolutionExplorer
        A widget; everything in it works by keyboard and mouse.

    Raises
    ------
    ValueError
        For an image that isn't 2-D and finite, an unknown preset, a kernel larger than
        7×7, a setting out of its range, or a window larger than the image.

    Notes
    -----
    The sum is that of ``medtutor.scratch.conv2d`` for one channel without a bias.
    Taught in lesson 02.
    """
    offered = [make() for make in _PICTURES.values()]
    if image is not None and not isinstance(image, str):
        offered = [pictures.own(image), *offered]
        image = "own"
    explorer = ConvolutionExplorer(
        pictures=offered,
        presets=preset_list(),
        picture=checked_choice("image", image or "brain", [p["name"] for p in offered]),
        kernel=checked_kernel(kernel).tolist(),
        strides=checked_whole("strides", strides, 1, LARGEST_STEP),
        padding=checked_choice("padding", padding, PADDINGS),
        dilation=checked_whole("dilation", dilation, 1, LARGEST_STEP),
    )
    _check_window_fits(explorer)
    return explorer


def preset_list() -> list[dict[str, Any]]:
    """Return the kernels with a name as the explorer's script takes them."""
    return [
        {"name": name, "title": KERNEL_TITLES[name], "weights": weights.tolist()}
        for name, weights in KERNELS.items()
    ]


def checked_kernel(kernel: Any) -> np.ndarray:
    """Return the weights of a preset or of an array, or say what is wrong with them."""
    if isinstance(kernel, str):
        return KERNELS[checked_choice("kernel", kernel, KERNELS)]
    try:
        weights = np.asarray(kernel, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(
            f"kernel is {kernel!r}; give equally long rows of numbers, "
            f"or one of {', '.join(KERNELS)}"
        ) from None
    if weights.ndim != 2 or not all(1 <= edge <= LARGEST_KERNEL for edge in weights.shape):
        raise ValueError(
            f"kernel has shape {weights.shape}; give 1 to {LARGEST_KERNEL} rows and "
            f"1 to {LARGEST_KERNEL} columns (one channel, one filter)"
        )
    if not np.isfinite(weights).all():
        raise ValueError("kernel holds NaN or infinite weights; give finite numbers")
    return weights


def _check_window_fits(explorer: ConvolutionExplorer) -> None:
    if explorer.padding == "same":
        return
    image = explorer.shown()["pixels"]
    spans = [explorer.dilation * (edge - 1) + 1 for edge in np.shape(explorer.kernel)]
    if any(span > edge for span, edge in zip(spans, np.shape(image), strict=True)):
        rows, columns = np.shape(image)
        raise ValueError(
            f"the window spans {spans[0]} × {spans[1]} pixels, the image has {rows} × {columns}, "
            'so there is no output; give a smaller kernel or dilation, or padding="same"'
        )

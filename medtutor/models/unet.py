"""U-Nets: networks that give every pixel a class."""

from typing import Literal

from medtutor._checks import positive, share
from medtutor._keras import keras
from medtutor.models.checks import check_n_classes, check_shape

Upsampling = Literal["transpose", "bilinear"]

# Keras' 0.99 remembers the last few hundred steps, as many as a lesson's whole training has.
NORM_MOMENTUM = 0.9

_UPSAMPLINGS = ("transpose", "bilinear")


def build_unet(
    input_shape: tuple[int, int, int],
    n_classes: int,
    *,
    base_filters: int = 8,
    depth: int = 3,
    skips: bool = True,
    upsampling: Upsampling = "transpose",
    batch_norm: bool = False,
    dropout: float = 0.0,
) -> keras.Model:
    """Build a U-Net: down to coarse maps, up again, each level joined with its opposite.

    Every level has two 3×3 convolutions with ReLU. On the way down, 2×2 max pooling halves the
    maps and the filters double; on the way up it is the other way round. The padding is "same",
    so that the output has the size of the image (the original network loses a margin).

    Parameters
    ----------
    input_shape : (height, width, channels)
        Of one image; height and width divisible by ``2**depth``.
    n_classes : int
        1 gives one sigmoid map (probability of class 1), 2 or more a softmax in every pixel.
    base_filters : int
        Filters of the first level; level l has ``base_filters * 2**(l - 1)``.
    depth : int
        How many times the maps are halved.
    skips : bool
        Whether each level on the way up also gets the maps of its level on the way down.
    upsampling : "transpose" or "bilinear"
        How maps grow: by a learnt 2×2 transposed convolution with stride 2 that halves the
        filters, as the original; or by interpolation, which has nothing to learn and leaves the
        halving to the convolution behind it.
    batch_norm : bool
        Put batch normalisation between each 3×3 convolution and its ReLU.
    dropout : float
        Share of the lowest level's maps switched off, from 0 to below 1.

    Returns
    -------
    keras.Model
        Not compiled. Output ``(N, height, width, n_classes)``, probabilities. Layers are called
        ``down_1_conv_1`` … ``down_1_pool`` …, ``bottom_conv_1`` …, ``up_1_grow``, ``up_1_join``,
        ``up_1_conv_1`` …; level 1 is the one with the image's size.

    Raises
    ------
    ValueError
        Where the size can't be halved so often, or an argument is out of range.

    Notes
    -----
    O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional networks for biomedical image
    segmentation", 2015, arXiv:1505.04597. Taught in lesson 08.
    """
    _check_options(input_shape, n_classes, base_filters, depth, upsampling, dropout)
    _check_size(input_shape, depth)
    widths = [base_filters * 2**level for level in range(depth + 1)]
    image = maps = keras.Input(input_shape, name="image")
    opposite = []
    for level, width in enumerate(widths[:-1], start=1):
        maps = _two_convolutions(maps, width, f"down_{level}", batch_norm)
        opposite.append(maps)
        maps = keras.layers.MaxPooling2D(2, name=f"down_{level}_pool")(maps)
    maps = _two_convolutions(maps, widths[-1], "bottom", batch_norm)
    if dropout:
        maps = keras.layers.SpatialDropout2D(dropout, name="bottom_dropout")(maps)
    for level in range(depth, 0, -1):
        name, width = f"up_{level}", widths[level - 1]
        maps = _grown(maps, width, name, upsampling)
        if skips:
            maps = keras.layers.Concatenate(name=f"{name}_join")([opposite[level - 1], maps])
        maps = _two_convolutions(maps, width, name, batch_norm)
    last = "sigmoid" if n_classes == 1 else "softmax"
    output = keras.layers.Conv2D(n_classes, 1, activation=last, name="output")(maps)
    return keras.Model(image, output, name="unet" if skips else "unet_without_skips")


def _two_convolutions(
    maps: keras.KerasTensor, width: int, name: str, batch_norm: bool
) -> keras.KerasTensor:
    # He's start keeps the maps' spread through many layers of ReLU, as in the original.
    options = {"padding": "same", "kernel_initializer": "he_normal"}
    for number in (1, 2):
        label = f"{name}_conv_{number}"
        if not batch_norm:
            layer = keras.layers.Conv2D(width, 3, activation="relu", name=label, **options)
            maps = layer(maps)
            continue
        maps = keras.layers.Conv2D(width, 3, use_bias=False, name=label, **options)(maps)
        label = f"{name}_batch_norm_{number}"
        maps = keras.layers.BatchNormalization(momentum=NORM_MOMENTUM, name=label)(maps)
        maps = keras.layers.ReLU(name=f"{name}_relu_{number}")(maps)
    return maps


def _grown(
    maps: keras.KerasTensor, width: int, name: str, upsampling: Upsampling
) -> keras.KerasTensor:
    if upsampling == "bilinear":
        return keras.layers.UpSampling2D(2, interpolation="bilinear", name=f"{name}_grow")(maps)
    return keras.layers.Conv2DTranspose(width, 2, strides=2, name=f"{name}_grow")(maps)


def _check_options(
    input_shape: tuple[int, ...],
    n_classes: int,
    base_filters: int,
    depth: int,
    upsampling: str,
    dropout: float,
) -> None:
    check_shape(input_shape, "give (height, width, channels) of one image", 3)
    check_n_classes(n_classes)
    for name, value in (("base_filters", base_filters), ("depth", depth)):
        positive(name, value)
    if upsampling not in _UPSAMPLINGS:
        offered = " or ".join(map(repr, _UPSAMPLINGS))
        raise ValueError(f"upsampling is {upsampling!r}; give {offered}")
    share("dropout", dropout)


def _check_size(shape: tuple[int, ...], depth: int) -> None:
    height, width = shape[:2]
    factor = 2**depth
    if height % factor == 0 and width % factor == 0 and min(height, width) > 0:
        return
    up = [max(1, -(-edge // factor)) * factor for edge in (height, width)]
    raise ValueError(
        f"images of {height}×{width} pixels can't be halved {depth} times without a remainder: "
        f"both edges must be multiples of 2**depth = {factor}; pad the images to "
        f"{up[0]}×{up[1]}, or give a smaller depth"
    )


def build_unet_256(n_classes: int = 2) -> keras.Model:
    """Build the U-Net of the original paper for 256×256×1 images: widths 64 to 1024.

    Parameters
    ----------
    n_classes : int
        As in ``build_unet``; 2 in the paper.

    Returns
    -------
    keras.Model
        Not compiled; 23 convolutional layers and 31,030,658 parameters for two classes.

    Notes
    -----
    Two things differ from the paper: its images have 572×572 pixels and its convolutions no
    padding, so that 388×388 pixels come out. Padding changes no parameter.
    O. Ronneberger, P. Fischer, T. Brox, 2015, arXiv:1505.04597. Taught in lesson 08.
    """
    return build_unet((256, 256, 1), n_classes, base_filters=64, depth=4)

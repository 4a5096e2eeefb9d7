"""U-Nets: networks that give every pixel of an image or a volume a class."""

from typing import Any, Literal

from medtutor._checks import positive
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
    check_shape(input_shape, "give (height, width, channels) of one image", 3)
    if upsampling not in _UPSAMPLINGS:
        offered = " or ".join(map(repr, _UPSAMPLINGS))
        raise ValueError(f"upsampling is {upsampling!r}; give {offered}")
    return _build(input_shape, n_classes, base_filters, depth, skips, upsampling, batch_norm)


def build_unet3d(
    input_shape: tuple[int | None, int | None, int | None, int],
    n_classes: int,
    *,
    base_filters: int = 8,
    depth: int = 2,
    skips: bool = True,
    batch_norm: bool = False,
) -> keras.Model:
    """Build a U-Net for volumes: as ``build_unet``, with 3×3×3 convolutions and 2×2×2 pooling.

    Parameters
    ----------
    input_shape : (slices, height, width, channels)
        Of one volume, or of the patches that it is cut into; the first three divisible by
        ``2**depth``. ``None`` leaves an edge open, so that a network trained on patches takes
        whole volumes; it is then checked when the network is called.
    n_classes, base_filters, depth, skips, batch_norm
        As in ``build_unet``. Maps grow by transposed convolutions.

    Returns
    -------
    keras.Model
        Not compiled. Output ``(N, slices, height, width, n_classes)``, probabilities; its layers
        are called as those of ``build_unet``.

    Raises
    ------
    ValueError
        As ``build_unet``.

    Notes
    -----
    Ö. Çiçek et al., "3D U-Net: Learning dense volumetric segmentation from sparse annotation",
    2016, arXiv:1606.06650. Taught in lesson 15.
    """
    check_shape(
        tuple(edge or 1 for edge in input_shape[:-1]) + tuple(input_shape[-1:]),
        "give (slices, height, width, channels) of one volume or patch",
        4,
    )
    return _build(input_shape, n_classes, base_filters, depth, skips, "transpose", batch_norm)


def _build(
    input_shape: tuple[int | None, ...],
    n_classes: int,
    base_filters: int,
    depth: int,
    skips: bool,
    upsampling: Upsampling,
    batch_norm: bool,
) -> keras.Model:
    check_n_classes(n_classes)
    positive("base_filters", base_filters)
    positive("depth", depth)
    _check_size(input_shape, depth)
    widths = [base_filters * 2**level for level in range(depth + 1)]
    image = maps = keras.Input(input_shape, name="image")
    if None in input_shape:
        maps = SizeCheck(depth, name="size_check")(maps)
    opposite = []
    for level, width in enumerate(widths[:-1], start=1):
        maps = _two_convolutions(maps, width, f"down_{level}", batch_norm)
        opposite.append(maps)
        maps = _layer("MaxPooling", maps)(2, name=f"down_{level}_pool")(maps)
    maps = _two_convolutions(maps, widths[-1], "bottom", batch_norm)
    for level in range(depth, 0, -1):
        name, width = f"up_{level}", widths[level - 1]
        maps = _grown(maps, width, name, upsampling)
        if skips:
            maps = keras.layers.Concatenate(name=f"{name}_join")([opposite[level - 1], maps])
        maps = _two_convolutions(maps, width, name, batch_norm)
    last = "sigmoid" if n_classes == 1 else "softmax"
    output = _layer("Conv", maps)(n_classes, 1, activation=last, name="output")(maps)
    return keras.Model(image, output, name="unet" if skips else "unet_without_skips")


@keras.saving.register_keras_serializable("medtutor")
class SizeCheck(keras.layers.Layer):
    """Refuse volumes that a network with open edges can't halve; others go through as they are."""

    def __init__(self, depth: int, **options: Any) -> None:
        super().__init__(**options)
        self.depth = depth

    def call(self, maps: keras.KerasTensor) -> keras.KerasTensor:
        """Return what came, where its edges can be halved."""
        _check_size(tuple(maps.shape[1:]), self.depth)
        return maps

    def get_config(self) -> dict[str, Any]:
        """Return what Keras needs to save it."""
        return {**super().get_config(), "depth": self.depth}


def _layer(kind: str, maps: keras.KerasTensor, end: str = "") -> Any:
    """Return Keras' layer for images or volumes: ``"Conv"`` gives Conv2D or Conv3D."""
    return getattr(keras.layers, f"{kind}{len(maps.shape) - 2}D{end}")


def _two_convolutions(
    maps: keras.KerasTensor, width: int, name: str, batch_norm: bool
) -> keras.KerasTensor:
    # He's start keeps the maps' spread through many layers of ReLU, as in the original.
    options = {"padding": "same", "kernel_initializer": "he_normal"}
    for number in (1, 2):
        label = f"{name}_conv_{number}"
        if not batch_norm:
            layer = _layer("Conv", maps)(width, 3, activation="relu", name=label, **options)
            maps = layer(maps)
            continue
        maps = _layer("Conv", maps)(width, 3, use_bias=False, name=label, **options)(maps)
        label = f"{name}_batch_norm_{number}"
        maps = keras.layers.BatchNormalization(momentum=NORM_MOMENTUM, name=label)(maps)
        maps = keras.layers.ReLU(name=f"{name}_relu_{number}")(maps)
    return maps


def _grown(
    maps: keras.KerasTensor, width: int, name: str, upsampling: Upsampling
) -> keras.KerasTensor:
    if upsampling == "bilinear":
        return keras.layers.UpSampling2D(2, interpolation="bilinear", name=f"{name}_grow")(maps)
    return _layer("Conv", maps, "Transpose")(width, 2, strides=2, name=f"{name}_grow")(maps)


def _check_size(shape: tuple[int | None, ...], depth: int) -> None:
    edges, factor = [edge for edge in shape[:-1] if edge is not None], 2**depth
    if all(edge % factor == 0 and edge > 0 for edge in edges):
        return
    up = [max(1, -(-edge // factor)) * factor for edge in edges]
    found, padded = ("×".join(map(str, sizes)) for sizes in (edges, up))
    images, pixels, both = (
        ("images", "pixels", "both") if len(shape) == 3 else ("volumes", "voxels", "all")
    )
    raise ValueError(
        f"{images} of {found} {pixels} can't be halved {depth} times without a remainder: "
        f"{both} edges must be multiples of 2**depth = {factor}; pad the {images} to "
        f"{padded}, or give a smaller depth"
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

"""Where a layer's units look: size, step and place of their receptive fields."""

from typing import Any, NamedTuple

from medtutor._keras import keras

WINDOWS = (keras.layers.Conv2D, keras.layers.MaxPooling2D, keras.layers.AveragePooling2D)
PLACE_BY_PLACE = (
    keras.layers.InputLayer,
    keras.layers.Activation,
    keras.layers.ReLU,
    keras.layers.BatchNormalization,
    keras.layers.Dropout,
)
Axis = tuple[float, float, float]


class ReceptiveField(NamedTuple):
    """What the units of a layer see of the image, in its pixels, for rows and columns."""

    size: tuple[int, int]
    """Edge of the piece that one unit sees."""
    stride: tuple[int, int]
    """From the middle of one unit's piece to the next one's."""
    first: tuple[float, float]
    """Middle of the first unit's piece; 0 is the middle of the first pixel."""


def receptive_field(model: keras.Model, layer: str) -> ReceptiveField:
    r"""Return which piece of the image each unit of a layer sees.

    With window :math:`k_l`, dilation :math:`d_l`, stride :math:`s_l` and padding :math:`p_l` at
    the top of layer l, and :math:`e_l = d_l (k_l - 1)`:

    .. math::

        \text{size} = 1 + \sum_l e_l \prod_{m<l} s_m, \qquad
        \text{first} = \sum_l \Bigl(\frac{e_l}2 - p_l\Bigr) \prod_{m<l} s_m

    Parameters
    ----------
    model : keras.Model
        Layers in a row up to ``layer``: convolutions, max or average pooling, and layers that
        work place by place, such as ReLU.
    layer : str
        Its name.

    Returns
    -------
    ReceptiveField
        The middle of unit (i, j) lies at ``first + (i, j) * stride``.

    Raises
    ------
    ValueError
        Where there is no such layer, or one before it is of another kind or not in the row.

    Notes
    -----
    Source: A. Araujo et al. 2019, "Computing receptive fields of convolutional neural networks",
    doi:10.23915/distill.00021. Taught in lesson 14.
    """
    names = [each.name for each in model.layers]
    if layer not in names:
        raise ValueError(f"layer is {layer!r}; this model has {', '.join(names)}")
    axes: list[Axis] = [(1, 1, 0), (1, 1, 0)]
    before = None
    for each in model.layers[: names.index(layer) + 1]:
        _check_in_row(each, before)
        if isinstance(each, WINDOWS):
            axes = [_seen_through(each, number, axis) for number, axis in enumerate(axes)]
        before = each
    size, stride, first = zip(*axes, strict=True)
    return ReceptiveField(tuple(map(int, size)), tuple(map(int, stride)), first)  # type: ignore[arg-type]


def _check_in_row(layer: Any, before: Any) -> None:
    if not isinstance(layer, (*WINDOWS, *PLACE_BY_PLACE)):
        raise ValueError(
            f"layer {layer.name!r} is a {type(layer).__name__}; receptive fields are known for "
            "convolutions, pooling and layers that work place by place: ask for a layer before it"
        )
    if before is not None and layer.input is not before.output:
        raise ValueError(
            f"layer {layer.name!r} doesn't follow {before.name!r}; give a model whose layers "
            "stand in a row"
        )


def _seen_through(layer: Any, number: int, axis: Axis) -> Axis:
    """Return size, stride and first middle of one axis behind a layer, from those before it."""
    size, step, first = axis
    windows = layer.kernel_size if isinstance(layer, keras.layers.Conv2D) else layer.pool_size
    dilation = getattr(layer, "dilation_rate", (1, 1))[number]
    reach = dilation * (windows[number] - 1)
    padded = 0
    if layer.padding == "same":
        length, places = layer.input.shape[1 + number], layer.output.shape[1 + number]
        if length is None:
            raise ValueError("the image's size is open; give the model a fixed input shape")
        padded = max((places - 1) * layer.strides[number] + reach + 1 - length, 0) // 2
    return (
        size + reach * step,
        step * layer.strides[number],
        first + (reach / 2 - padded) * step,
    )

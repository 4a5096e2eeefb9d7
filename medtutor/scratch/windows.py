"""A window that slides over an image: what convolution and pooling have in common."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from medtutor.scratch.checks import Pair, pair

Padding = str | Sequence[Sequence[int]]

# Columns of one block stay in the processor's cache, and memory stays small.
_BLOCK_BYTES = 4 * 2**20


class Slide(NamedTuple):
    """How a window moves; each entry is for (rows, columns).

    Parameters
    ----------
    window, strides, dilation : (int, int)
        Size of the window, its step, and the distance between its neighbouring pixels.
    pads : ((top, bottom), (left, right))
        Pixels added around the image.
    outputs : (int, int)
        How many places the window visits.
    """

    window: Pair
    strides: Pair
    dilation: Pair
    pads: tuple[Pair, Pair]
    outputs: Pair


def slide_over(
    image_size: Sequence[int],
    window: int | Sequence[int],
    strides: int | Sequence[int],
    padding: Padding,
    dilation: int | Sequence[int] = 1,
) -> Slide:
    r"""Work out where a window goes on an image.

    .. math:: o = \left\lfloor \frac{i + p - (d (k - 1) + 1)}{s} \right\rfloor + 1

    with input size *i*, total padding *p*, window *k*, dilation *d* and stride *s*
    (Dumoulin & Visin 2016, arXiv:1603.07285, on dilated convolutions).

    Raises
    ------
    ValueError
        For a size, stride or dilation below 1, an unknown padding, or a window that is
        larger than the padded image.
    """
    window, strides = pair("window size", window), pair("strides", strides)
    dilation = pair("dilation", dilation)
    spans = tuple(d * (k - 1) + 1 for k, d in zip(window, dilation, strict=True))
    sizes = tuple(image_size)
    pads = _pads(padding, sizes, spans, strides)
    padded = tuple(size + sum(ends) for size, ends in zip(sizes, pads, strict=True))
    if spans[0] > padded[0] or spans[1] > padded[1]:
        raise ValueError(
            f"a window of {spans[0]}x{spans[1]} pixels does not fit into an image of "
            f"{padded[0]}x{padded[1]} (padding included); take a smaller window or more padding"
        )
    rows, columns = ((padded[a] - spans[a]) // strides[a] + 1 for a in (0, 1))
    return Slide(window, strides, dilation, pads, (rows, columns))


def _pads(padding: Any, sizes: Any, spans: Any, strides: Pair) -> tuple[Pair, Pair]:
    if isinstance(padding, str) and padding == "valid":
        return (0, 0), (0, 0)
    if isinstance(padding, str) and padding == "same":
        rows, columns = (_same(*axis) for axis in zip(sizes, spans, strides, strict=True))
        return rows, columns
    if _is_two(padding) and all(map(_is_two, padding)):
        return pair("padding of rows", padding[0], 0), pair("padding of columns", padding[1], 0)
    raise ValueError(
        f'padding is {padding!r}; give "valid", "same" or ((top, bottom), (left, right))'
    )


def _is_two(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2


def _same(size: int, span: int, stride: int) -> Pair:
    """Pad so that ceil(size / stride) windows fit; an odd pixel goes to the end, as in Keras."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + span - size, 0)
    return total // 2, total - total // 2


def pad(x: np.ndarray, slide: Slide, value: float = 0.0) -> np.ndarray:
    """Return ``x`` with the slide's border of ``value`` around each image."""
    if slide.pads == ((0, 0), (0, 0)):
        return x
    return np.pad(x, ((0, 0), *slide.pads, (0, 0)), constant_values=value)


def unpad(padded: np.ndarray, slide: Slide) -> np.ndarray:
    """Return the images without the border that :func:`pad` put around them."""
    (top, bottom), (left, right) = slide.pads
    height, width = padded.shape[1:3]
    return padded[:, top : height - bottom, left : width - right]


def each_place(slide: Slide) -> Iterator[tuple[int, int, tuple[slice, ...]]]:
    """Yield ``p, q`` and the index that picks pixel (p, q) of all windows at once."""
    for p, rows in enumerate(each_step(slide, 0)):
        for q, columns in enumerate(each_step(slide, 1)):
            yield p, q, (slice(None), rows, columns)


def each_step(slide: Slide, axis: int) -> Iterator[slice]:
    """Yield what picks row p of all windows, for each p; for ``axis`` 1 column q."""
    stride = slide.strides[axis]
    for step in range(slide.window[axis]):
        first = step * slide.dilation[axis]
        yield slice(first, first + (slide.outputs[axis] - 1) * stride + 1, stride)


def im2col(padded: np.ndarray, slide: Slide) -> np.ndarray:
    """Lay the pixels of every window into one row of a matrix.

    Parameters
    ----------
    padded : array (N, H, W, C)
        Images, border included.
    slide : Slide
        Where the window goes.

    Returns
    -------
    array (N * Ho * Wo, kh * kw * C)
        One row a window, in the order of a kernel's own first three axes.

    Notes
    -----
    Chellapilla, Puri & Simard 2006, https://inria.hal.science/inria-00112631. Taught in lesson 02.
    """
    (dh, dw), (sh, sw) = slide.dilation, slide.strides
    spans = (dh * (slide.window[0] - 1) + 1, dw * (slide.window[1] - 1) + 1)
    view = np.lib.stride_tricks.sliding_window_view(padded, spans, axis=(1, 2))
    view = view[:, ::sh, ::sw, :, ::dh, ::dw].transpose(0, 1, 2, 4, 5, 3)
    n, rows, columns, kh, kw, channels = view.shape
    return view.reshape(n * rows * columns, kh * kw * channels)


def blocks(x: np.ndarray, slide: Slide) -> Iterator[slice]:
    """Yield slices over the batch whose columns take about 4 MiB each."""
    values_of_an_image = slide.outputs[0] * slide.outputs[1] * slide.window[0] * slide.window[1]
    bytes_of_an_image = values_of_an_image * x.shape[3] * x.itemsize
    step = max(1, _BLOCK_BYTES // max(1, bytes_of_an_image))
    for first in range(0, len(x), step):
        yield slice(first, first + step)

"""A window that slides over an image or a volume: what convolution and pooling share."""

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any, NamedTuple

import numpy as np

from medtutor._checks import each_axis
from medtutor.scratch.checks import Pair, pair

Padding = str | Sequence[Sequence[int]]

# Columns of one block stay in the processor's cache, and memory stays small.
_BLOCK_BYTES = 4 * 2**20


class Slide(NamedTuple):
    """How a window moves; each entry is for (rows, columns), in volumes (slices, rows, columns).

    Parameters
    ----------
    window, strides, dilation : (int, int)
        Size of the window, its step, and the distance between its neighbouring pixels.
    pads : ((top, bottom), (left, right))
        Pixels added around the image.
    outputs : (int, int)
        How many places the window visits.
    """

    window: tuple[int, ...]
    strides: tuple[int, ...]
    dilation: tuple[int, ...]
    pads: tuple[Pair, ...]
    outputs: tuple[int, ...]

    @property
    def spans(self) -> tuple[int, ...]:
        """How far a window reaches, with the gaps that dilation leaves."""
        return tuple(d * (k - 1) + 1 for k, d in zip(self.window, self.dilation, strict=True))


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
    sizes = tuple(image_size)
    slide = Slide(
        each_axis("window size", window, len(sizes)),
        each_axis("strides", strides, len(sizes)),
        each_axis("dilation", dilation, len(sizes)),
        pads=(),
        outputs=(),
    )
    pads = _pads(padding, sizes, slide)
    padded = tuple(size + sum(ends) for size, ends in zip(sizes, pads, strict=True))
    if any(span > size for span, size in zip(slide.spans, padded, strict=True)):
        window_size, image = ("x".join(map(str, edges)) for edges in (slide.spans, padded))
        raise ValueError(
            f"a window of {window_size} pixels does not fit into an image of "
            f"{image} (padding included); take a smaller window or more padding"
        )
    axes = zip(padded, slide.spans, slide.strides, strict=True)
    outputs = tuple((size - span) // step + 1 for size, span, step in axes)
    return slide._replace(pads=pads, outputs=outputs)


def _pads(padding: Any, sizes: tuple[int, ...], slide: Slide) -> tuple[Pair, ...]:
    names = ("slices", "rows", "columns")[-len(sizes) :]
    if isinstance(padding, str) and padding == "valid":
        return ((0, 0),) * len(sizes)
    if isinstance(padding, str) and padding == "same":
        return tuple(map(_same, sizes, slide.spans, slide.strides))
    if _has(padding, len(names)) and all(_has(ends, 2) for ends in padding):
        return tuple(
            pair(f"padding of {name}", ends, 0) for name, ends in zip(names, padding, strict=True)
        )
    ends = ("(front, back)", "(top, bottom)", "(left, right)")[-len(sizes) :]
    raise ValueError(f'padding is {padding!r}; give "valid", "same" or ({", ".join(ends)})')


def _has(value: Any, count: int) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == count


def _same(size: int, span: int, stride: int) -> Pair:
    """Pad so that ceil(size / stride) windows fit; an odd pixel goes to the end, as in Keras."""
    outputs = -(-size // stride)
    total = max((outputs - 1) * stride + span - size, 0)
    return total // 2, total - total // 2


def pad(x: np.ndarray, slide: Slide, value: float = 0.0) -> np.ndarray:
    """Return ``x`` with the slide's border of ``value`` around each image."""
    if not np.any(slide.pads):
        return x
    return np.pad(x, ((0, 0), *slide.pads, (0, 0)), constant_values=value)


def unpad(padded: np.ndarray, slide: Slide) -> np.ndarray:
    """Return the images without the border that :func:`pad` put around them."""
    edges = zip(slide.pads, padded.shape[1:], strict=False)
    return padded[:, *(slice(before, size - after) for (before, after), size in edges)]


def each_place(slide: Slide) -> Iterator[tuple[tuple[int, ...], tuple[slice, ...]]]:
    """Yield the place (p, q) and the index that picks this pixel of all windows at once."""
    steps = [list(each_step(slide, axis)) for axis in range(len(slide.window))]
    for place in np.ndindex(slide.window):
        yield place, (slice(None), *(steps[axis][at] for axis, at in enumerate(place)))


def each_step(slide: Slide, axis: int) -> Iterator[slice]:
    """Yield what picks row p of all windows, for each p; for the last ``axis`` column q."""
    stride = slide.strides[axis]
    for step in range(slide.window[axis]):
        first = step * slide.dilation[axis]
        yield slice(first, first + (slide.outputs[axis] - 1) * stride + 1, stride)


def im2col(padded: np.ndarray, slide: Slide) -> np.ndarray:
    """Lay the pixels of every window into one row of a matrix.

    Parameters
    ----------
    padded : array (N, H, W, C) or (N, D, H, W, C)
        Images, border included.
    slide : Slide
        Where the window goes.

    Returns
    -------
    array (N * Ho * Wo, kh * kw * C)
        One row a window, in the order of all of a kernel's axes but the last.

    Notes
    -----
    Chellapilla, Puri & Simard 2006, https://inria.hal.science/inria-00112631. Taught in lesson 02.
    """
    axes = tuple(range(1, padded.ndim - 1))
    view = np.lib.stride_tricks.sliding_window_view(padded, slide.spans, axis=axes)
    places, pixels = (
        [slice(None, None, step) for step in steps] for steps in (slide.strides, slide.dilation)
    )
    view = np.moveaxis(view[:, *places, :, *pixels], len(places) + 1, -1)
    return view.reshape(-1, prod(slide.window) * padded.shape[-1])


def blocks(x: np.ndarray, slide: Slide) -> Iterator[slice]:
    """Yield slices over the batch whose columns take about 4 MiB each."""
    bytes_of_an_image = prod(slide.outputs) * prod(slide.window) * x.shape[-1] * x.itemsize
    step = max(1, _BLOCK_BYTES // max(1, bytes_of_an_image))
    for first in range(0, len(x), step):
        yield slice(first, first + step)

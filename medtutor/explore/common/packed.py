"""Images and volumes as the explorers' pages take them: checked, compact, not too large."""

import base64
import zlib
from typing import Any, TypedDict

import numpy as np

# DICOM's and NIfTI's integers nearly always fit one of these; the page reads all three.
_TYPES = ("uint8", "int16", "float32")


class Packed(TypedDict):
    """An array in text: zlib's deflate, then base64, rows last to first axis fastest."""

    shape: list[int]
    dtype: str
    data: str


def packed(array: np.ndarray) -> Packed:
    """Return ``array`` in the smallest of uint8, int16 and float32 that holds its values."""
    dtype = next((name for name in _TYPES[:2] if _holds(name, array)), _TYPES[2])
    little_endian = np.ascontiguousarray(array, dtype=np.dtype(dtype).newbyteorder("<"))
    text = base64.b64encode(zlib.compress(little_endian.tobytes(), 6)).decode("ascii")
    return {"shape": list(array.shape), "dtype": dtype, "data": text}


def unpacked(package: Packed) -> np.ndarray:
    """Return the array that ``packed`` was given, as the page sees it."""
    raw = zlib.decompress(base64.b64decode(package["data"]))
    little_endian = np.dtype(package["dtype"]).newbyteorder("<")
    return np.frombuffer(raw, little_endian).astype(package["dtype"]).reshape(package["shape"])


def checked_numbers(name: str, values: Any) -> np.ndarray:
    """Return ``values`` as an array of finite real numbers, or say what is wrong with them.

    True and False become 1 and 0.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} holds {array.dtype} values; give an array of real numbers")
    if array.size == 0:
        raise ValueError(f"{name} has shape {array.shape}, so it is empty; read the file again")
    if not np.isfinite(array).all():
        bad = np.count_nonzero(~np.isfinite(array))
        raise ValueError(
            f"{name} holds {bad} values that are NaN or infinite; replace them first, for "
            "example with np.nan_to_num(array, nan=array[np.isfinite(array)].min())"
        )
    return array.astype(np.uint8) if array.dtype.kind == "b" else array


def checked_levels(image: Any) -> np.ndarray:
    """Return an image of grey levels from 0 to 255, or say what is wrong with it."""
    levels = checked_numbers("image", image)
    low, high = levels.min(), levels.max()
    if low < 0 or high > 255 or 0 < high <= 1:
        raise ValueError(
            f"image goes from {low:g} to {high:g}; give grey levels from 0 (black) to 255 (white): "
            "an image from 0 to 1 times 255"
        )
    return levels


def checked_slice(image: Any, mask: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a slice (rows, columns) from 0 to 255 and its mask, or say what is wrong with them."""
    slice_, lesion = checked_levels(image), checked_numbers("mask", mask)
    if slice_.ndim != 2 or lesion.shape != slice_.shape:
        raise ValueError(
            f"image has shape {slice_.shape}, mask {lesion.shape}; give one slice and its mask, "
            "(rows, columns) both"
        )
    return slice_, lesion


def without_channel(array: np.ndarray) -> np.ndarray:
    """Return slices (N, H, W) or a volume (D, H, W) without a last axis of one grey channel."""
    return array[..., 0] if array.ndim == 4 and array.shape[-1] == 1 else array


def checked_spacing(spacing: Any, n_axes: int) -> tuple[float, ...]:
    """Return ``n_axes`` distances in mm, or say what is wrong with them."""
    try:
        numbers = tuple(float(mm) for mm in spacing)
    except (TypeError, ValueError):
        numbers = ()
    if len(numbers) != n_axes or not all(np.isfinite(mm) and mm > 0 for mm in numbers):
        raise ValueError(
            f"spacing is {spacing!r}; give {n_axes} positive numbers of mm, one for each axis of "
            "the array in its order, for example " + repr((2.5, 0.7, 0.7)[-n_axes:])
        )
    return numbers


def as_grey(images: np.ndarray) -> np.ndarray:
    """Return each slice from its lowest (0) to its highest value (255), as uint8."""
    values = images.astype(np.float64)
    low = values.min(axis=(1, 2), keepdims=True)
    reach = values.max(axis=(1, 2), keepdims=True) - low
    return np.rint(255 * (values - low) / np.where(reach > 0, reach, 1)).astype(np.uint8)


def block_mean(array: np.ndarray, blocks: tuple[int, ...]) -> np.ndarray:
    """Average blocks of ``array``; what fills no whole block at an axis' end is left out.

    Parameters
    ----------
    array : array of any shape
        Whole numbers stay whole: their means are rounded.
    blocks : tuple of int
        Edge lengths of a block, one for each axis, at most the axis' length.
    """
    counts = [length // block for length, block in zip(array.shape, blocks, strict=True)]
    cut = array[tuple(slice(n * block) for n, block in zip(counts, blocks, strict=True))]
    pairs = [edge for pair in zip(counts, blocks, strict=True) for edge in pair]
    within = tuple(range(1, 2 * array.ndim, 2))
    mean = cut.reshape(pairs).mean(axis=within, dtype=np.float64)
    return mean if array.dtype.kind == "f" else np.rint(mean)


def blocks_for(shape: tuple[int, ...], spacing: tuple[float, ...], largest: int) -> tuple[int, ...]:
    """Return the blocks to average until at most ``largest`` voxels are left.

    The axis with the finest voxels is made coarser first, so that voxels come nearer to cubes.
    """
    blocks = [1] * len(shape)
    while np.prod([n // block for n, block in zip(shape, blocks, strict=True)]) > largest:
        # An axis is never brought below two voxels.
        free = [i for i, n in enumerate(shape) if n // (blocks[i] + 1) >= 2]
        finest = min(free, key=lambda i: spacing[i] * blocks[i])
        blocks[finest] += 1
    return tuple(blocks)


def _holds(dtype: str, array: np.ndarray) -> bool:
    limits = np.iinfo(dtype)
    in_range = limits.min <= array.min() and array.max() <= limits.max
    return bool(in_range and (array.dtype.kind != "f" or (array == np.rint(array)).all()))

"""PNG and JPEG pictures as arrays."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medtutor.datasets.reading.errors import DAMAGED, ReadError, check_size, file_bytes, naming

if TYPE_CHECKING:
    from PIL.Image import Image

# Modes of Pillow that are arrays as they are; all others are converted.
_AS_STORED = {"L": None, "I;16": np.uint16, "I;16B": np.uint16, "RGB": None}
_CONVERTED = {"1": "L", "P": "RGB", "CMYK": "RGB", "YCbCr": "RGB"}
_WITH_ALPHA = {"LA": "L", "RGBA": "RGB", "PA": "RGB"}


def read_picture(path: Path) -> np.ndarray:
    """Return a PNG or JPEG picture as ``(H, W)`` or, in colour, ``(H, W, 3)``.

    uint8, or uint16 from PNG with 16 bits. Turned upright where a camera's note says how.

    Raises
    ------
    ReadError
        No picture, cut off, of more pixels than fit in memory, animated, or partly transparent.
    """
    with naming(path):
        image = _opened(path)
        if image.mode in _WITH_ALPHA or "transparency" in image.info:
            image = _without_alpha(path, image)
        if image.mode in _CONVERTED:
            image = image.convert(_CONVERTED[image.mode])
        if image.mode == "I":  # 16-bit gray in older Pillow
            return _as_uint16(path, np.asarray(image))
        if image.mode not in _AS_STORED:
            raise ReadError(path, f"has the unusual mode {image.mode}", "save it as gray or RGB")
        return np.array(image, dtype=_AS_STORED[image.mode])


def read_index_picture(path: Path) -> np.ndarray:
    """Return a PNG mask as class ids ``(H, W)``; palette colours count as their numbers."""
    with naming(path):
        if path.suffix.lower() != ".png":
            raise ReadError(
                path, "is a mask saved as JPEG, which changes its values", "save masks as PNG"
            )
        image = _opened(path)
        if image.mode == "P":
            return np.array(image)
    array = read_picture(path)
    if array.ndim == 2:
        return array
    if (array == array[..., :1]).all():
        return array[..., 0]
    raise ReadError(
        path,
        "is a mask in colours",
        "save it as gray: 0 for background, 1, 2, … for the classes (or 255 for a single one)",
    )


def _opened(path: Path) -> "Image":
    from PIL import Image, ImageOps

    content = file_bytes(path)
    try:
        image: Image.Image = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except Image.UnidentifiedImageError as error:
        raise ReadError(
            path,
            "is no PNG or JPEG picture",
            "check that it is the right file; convert other formats (TIFF, BMP, WebP) to PNG",
        ) from error
    except Image.DecompressionBombError as error:
        raise ReadError(
            path,
            f"announces more than the {2 * (Image.MAX_IMAGE_PIXELS or 0) // 10**6} million pixels "
            "that a picture may have here",
            "if that is its true size, cut or shrink it with another program first; "
            "else the file is damaged or made to fill the memory",
        ) from error
    # Before a pixel is unpacked. Pillow's own guard counts pixels alone.
    check_size(path, image.width * image.height * len(image.getbands()), len(content))
    if getattr(image, "n_frames", 1) > 1:
        raise ReadError(path, "holds several pictures", "save each as a file of its own")
    with naming(path, DAMAGED):
        image.load()
        return ImageOps.exif_transpose(image)


def _without_alpha(path: Path, image: "Image") -> "Image":
    full = image.convert("RGBA")
    if np.asarray(full)[..., 3].min() < 255:
        raise ReadError(
            path,
            "is transparent in places",
            "decide what lies behind it and save it without an alpha channel",
        )
    return full.convert("L" if image.mode in ("L", "LA") else "RGB")


def _as_uint16(path: Path, array: np.ndarray) -> np.ndarray:
    if array.min() < 0 or array.max() > 65535:
        raise ReadError(path, "holds values beyond 16 bits", "save it with 8 or 16 bits")
    return array.astype(np.uint16)

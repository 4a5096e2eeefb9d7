"""PNG and JPEG pictures as arrays, in the values that their files store."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medtutor.datasets.reading.errors import check_size, file_bytes, naming, refusal
from medtutor.datasets.reading.mask_ids import StoredMask
from medtutor.datasets.reading.scan import Scan

if TYPE_CHECKING:
    from PIL.Image import Image

# PNG's numbers for the kinds of colour, as its header has them.
_GRAY, _RGB, _PALETTE, _GRAY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
# Pillow keeps the upper 8 of a colour's 16 bits. Its decoder gives all of them in two goes:
# the upper halves, then the lower ones. Gray with alpha has as many bytes as RGBA of 8 bits.
_HALVES = {
    _RGB: ("RGB;16B", "RGB;16L"),
    _GRAY_ALPHA: ("RGBA",),
    _RGB_ALPHA: ("RGBA;16B", "RGBA;16L"),
}
# Numbers of the notes in which cameras say how a picture is turned, and what else the file holds.
_ORIENTATION, _MP = 0x0112, 0xB002
_UPRIGHT, _FIRST_QUARTER_TURN = 1, 5


class _Stored(NamedTuple):
    """What a file stores, turned upright: gray levels and palette numbers in its own depth."""

    samples: np.ndarray
    depth: int
    colour: int
    image: "Image"
    orientation: int


def read_picture(path: Path) -> Scan:
    """Return a PNG or JPEG picture of shape ``(H, W)`` or, in colour, ``(H, W, 3)``.

    uint8, or uint16 from PNG with 16 bits; gamma and colour profiles are not applied. Turned
    upright where a camera's note says how; the metadata then hold its ``Orientation``, and
    ``PixelAspectRatio`` (height, width) where pixels aren't square.

    Raises
    ------
    ReadError
        No picture, cut off, of more pixels than fit in memory, animated, or partly transparent.
    """
    with naming(path):
        stored = _stored(path)
        samples = stored.samples
        if stored.colour == _PALETTE:
            samples = np.array(stored.image.convert("RGBA"))
        else:
            _check_no_key(path, stored)
        levels = _without_alpha(path, samples)
        if stored.colour == _GRAY and stored.depth < 8:
            levels = levels * np.uint8(_gray_step(stored.depth))
        return _scan(levels, stored)


def read_mask_picture(path: Path) -> StoredMask:
    """Return a PNG mask as class ids: gray levels and palette colours count as their numbers."""
    with naming(path):
        if path.suffix.lower() != ".png":
            raise refusal(path, "mask_as_jpeg")
        stored = _stored(path)
        ids = _without_alpha(path, stored.samples)
        if ids.ndim == 3:
            if (ids != ids[..., :1]).any():
                raise refusal(path, "mask_in_colours")
            ids = ids[..., 0]
        palette = _palette_of(stored.image) if stored.colour == _PALETTE else None
        return StoredMask(_scan(ids, stored), stored.depth, palette)


def _palette_of(image: "Image") -> np.ndarray:
    entries = np.array(image.getpalette("RGB"), np.uint8).reshape(-1, 3)
    return np.pad(entries, ((0, 256 - len(entries)), (0, 0)))


def _scan(array: np.ndarray, stored: _Stored) -> Scan:
    metadata: dict[str, Any] = {}
    if stored.orientation != _UPRIGHT:
        metadata["Orientation"] = stored.orientation
    # Pixels for each unit of length along a row, and down the rows.
    info = stored.image.info
    across, down = info.get("dpi") or info.get("aspect") or info.get("jfif_density") or (1, 1)
    if across != down and min(across, down) > 0:
        is_quarter_turn = stored.orientation >= _FIRST_QUARTER_TURN
        metadata["PixelAspectRatio"] = (down, across) if is_quarter_turn else (across, down)
    return Scan(array, metadata=metadata)


def _stored(path: Path) -> _Stored:
    content = file_bytes(path)
    image = _opened(path, content)
    is_png = image.format == "PNG"
    depth, colour = (content[24], content[25]) if is_png else (8, None)
    # Before a pixel is unpacked. Pillow's own guard counts pixels alone.
    n_bytes = image.width * image.height * len(image.getbands()) * max(1, depth // 8)
    check_size(path, n_bytes, len(content))
    _check_single(path, image)
    note: Any = image.getexif().get(_ORIENTATION)
    orientation = note if note in range(_UPRIGHT + 1, 9) else _UPRIGHT
    image = _upright(image)
    if colour is None:
        image = image if image.mode == "L" else image.convert("RGB")
        colour = _GRAY if image.mode == "L" else _RGB
    if depth == 16 and colour in _HALVES:
        samples = _of_16_bits(content, _HALVES[colour])
    else:
        samples = np.array(image, np.uint16 if depth == 16 else np.uint8)
    if colour == _GRAY and depth in (2, 4):  # Pillow has spread them over 0 to 255
        samples //= np.uint8(_gray_step(depth))
    return _Stored(samples, depth, colour, image, orientation)


def _gray_step(depth: int) -> int:
    """How far apart gray levels of few bits lie when they are shown as 0 to 255."""
    return 255 // (2**depth - 1)


def _opened(path: Path, content: bytes) -> "Image":
    from PIL import Image

    try:
        return Image.open(BytesIO(content), formats=("PNG", "JPEG"))
    except Image.UnidentifiedImageError as error:
        raise refusal(path, "picture_header") from error
    except Image.DecompressionBombError as error:
        millions = 2 * (Image.MAX_IMAGE_PIXELS or 0) // 10**6
        raise refusal(path, "too_many_pixels", millions=millions) from error


def _check_single(path: Path, image: Any) -> None:
    """Raise for an animation or a stereo pair; a camera's preview behind its picture is none."""
    if getattr(image, "n_frames", 1) == 1:
        return
    kinds = [entry["Attribute"]["MPType"] for entry in getattr(image, "mpinfo", {}).get(_MP, ())]
    if not kinds or any(kind.startswith("Multi-Frame") for kind in kinds):
        raise refusal(path, "several_pictures")


def _upright(image: "Image") -> "Image":
    from PIL import ImageOps

    image.load()
    return ImageOps.exif_transpose(image)


def _of_16_bits(content: bytes, rawmodes: tuple[str, ...]) -> np.ndarray:
    from PIL import Image

    halves = []
    for rawmode in rawmodes:
        image: Any = Image.open(BytesIO(content), formats=("PNG",))
        image.tile = [(*tile[:3], rawmode) for tile in image.tile]
        halves.append(np.array(_upright(image)))
    both = np.stack(halves, axis=-1).reshape(*halves[0].shape[:2], -1)
    return both.view(">u2").astype(np.uint16)


def _check_no_key(path: Path, stored: _Stored) -> None:
    """Raise where a gray level or a colour that PNG's header calls transparent occurs."""
    key = stored.image.info.get("transparency")
    if key is None:
        return
    key = np.minimum(key, 1) if stored.depth == 1 else key  # Pillow has 255 for the single bit
    if (np.atleast_3d(stored.samples) == key).all(axis=-1).any():
        raise refusal(path, "transparent")


def _without_alpha(path: Path, samples: np.ndarray) -> np.ndarray:
    if samples.ndim == 2 or samples.shape[2] == 3:
        return samples
    if samples[..., -1].min() < np.iinfo(samples.dtype).max:
        raise refusal(path, "transparent")
    return samples[..., 0] if samples.shape[2] == 2 else samples[..., :-1]

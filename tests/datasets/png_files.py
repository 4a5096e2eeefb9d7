"""PNG files of every depth and colour type, written by hand: Pillow can't write all of them."""

import struct
import zlib

import numpy as np

GRAY, RGB, PALETTE, GRAY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
_CHANNELS = {GRAY: 1, RGB: 3, PALETTE: 1, GRAY_ALPHA: 2, RGB_ALPHA: 4}
# First row and column, and the steps between them, of the seven passes of interlaced pictures.
_PASSES = (
    (0, 0, 8, 8),
    (0, 4, 8, 8),
    (4, 0, 8, 4),
    (0, 2, 4, 4),
    (2, 0, 4, 2),
    (0, 1, 2, 2),
    (1, 0, 2, 1),
)


def write_png(path, samples, depth, colour=GRAY, interlaced=False, **chunks):
    """Write samples (H, W) or (H, W, channels) as they are; ``chunks`` go before the pixels."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = samples.shape[:2]
    passes = _PASSES if interlaced else [(0, 0, 1, 1)]
    parts = [samples[row::down, column::right] for row, column, down, right in passes]
    step = max(1, _CHANNELS[colour] * depth // 8)
    pixels = b"".join(_filtered(_packed(part, depth), step) for part in parts if part.size)
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlaced)
    content = _chunk("IHDR", head)
    content += b"".join(_chunk(name, data) for name, data in chunks.items())
    content += _chunk("IDAT", zlib.compress(pixels)) + _chunk("IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path


def _chunk(name, content):
    named = name.encode() + content
    return struct.pack(">I", len(content)) + named + struct.pack(">I", zlib.crc32(named))


def _packed(samples, depth):
    """Return the bytes of each row."""
    rows = samples.reshape(len(samples), -1)
    if depth == 16:
        return rows.astype(">u2").view(np.uint8)
    bits = rows[..., np.newaxis] >> np.arange(depth - 1, -1, -1) & 1
    return np.packbits(bits.reshape(len(rows), -1).astype(np.uint8), axis=1)


def _filtered(rows, step):
    """Return rows, every other one as differences to the pixel before."""
    before = np.zeros_like(rows)
    before[:, step:] = rows[:, :-step]
    differs = np.arange(len(rows)) % 2
    return b"".join(
        bytes([kind]) + (row - kind * other).tobytes()
        for kind, row, other in zip(differs.astype(np.uint8), rows, before, strict=True)
    )

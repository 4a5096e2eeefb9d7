"""Damage done to files at random, always the same for the same numbers."""

import gzip
import zlib
from contextlib import suppress

import numpy as np


def make_input(seeds, seed, number):
    """Return the name and the files of one input; the same for the same two numbers."""
    rng = np.random.default_rng([seed, number])
    name, files = seeds[rng.integers(len(seeds))]
    if name not in files:  # a folder
        return name, damaged_folder(files, rng)
    return name, {name: damaged_file(name, files[name], rng)}


def damaged_folder(files, rng):
    """Return the files of a folder, one or two of them damaged, misnamed, doubled or lost."""
    files = dict(files)
    for _ in range(rng.integers(1, 3)):
        names = list(files)
        name, other = (names[rng.integers(len(names))] for _ in range(2))
        kind = rng.random()
        if kind < 0.8:
            files[name] = damaged_file(name, files[name], rng)
        elif kind < 0.9:
            files[other] = files[name]
        elif len(files) > 1:
            content = files.pop(name)
            if kind < 0.95:
                files[name[: rng.integers(1, len(name))] + "x"] = content
    return files


def damaged_file(name, content, rng):
    """Return damaged content; mostly behind the checksums, which else would catch nearly all."""
    deep = rng.random() < 0.7
    if deep and name.endswith(".gz"):
        with suppress(OSError, EOFError, zlib.error):  # it may be damaged already
            return gzip.compress(damaged(gzip.decompress(content), rng), 1, mtime=0)
    if deep and name.endswith(".png"):
        return with_checksums(damaged(content, rng))
    return damaged(content, rng)


def damaged(content, rng):
    """Return the content with one to three kinds of damage."""
    broken = bytearray(content)
    for _ in range(rng.integers(1, 4)):
        broken = DAMAGES[rng.integers(len(DAMAGES))](broken, rng)
    return bytes(broken)


def place_in(broken, rng):
    """Return a place, as often in the first kilobyte as anywhere."""
    end = min(len(broken), 1024) if rng.random() < 0.5 else len(broken)
    return int(rng.integers(max(1, end)))


def flip_bits(broken, rng):
    for _ in range(rng.integers(1, 8)):
        if broken:
            broken[place_in(broken, rng)] ^= 1 << int(rng.integers(8))
    return broken


def cut(broken, rng):
    return broken[: place_in(broken, rng)]


def insert(broken, rng):
    place = place_in(broken, rng)
    return broken[:place] + rng.bytes(int(rng.integers(1, 64))) + broken[place:]


def remove(broken, rng):
    place = place_in(broken, rng)
    return broken[:place] + broken[place + int(rng.integers(1, 64)) :]


def overwrite_number(broken, rng):
    """Put a number in place of what may be a length, a count or a size."""
    value = LENGTHS[rng.integers(len(LENGTHS))]
    place = place_in(broken, rng) & ~1
    broken[place : place + len(value)] = value
    return broken


def repeat(broken, rng):
    place, n_bytes = place_in(broken, rng), int(rng.integers(1, 256))
    part = broken[place : place + n_bytes]
    return broken[:place] + part * int(rng.integers(1, 30)) + broken[place:]


def blank(broken, rng):
    place, n_bytes = place_in(broken, rng), int(rng.integers(1, 64))
    end = min(len(broken), place + n_bytes)
    broken[place:end] = bytes(end - place)
    return broken


def change_image_header(broken, rng):
    """Give DICOM's group 0028 (rows, columns, bits, samples, frames, …) another value."""
    starts = [
        place
        for place in range(min(len(broken), 4096) - 10)
        if broken[place : place + 2] == b"\x28\x00"
    ]
    if starts:
        place = starts[rng.integers(len(starts))] + 8
        value = rng.bytes(2) if rng.random() < 0.5 else bytes([int(rng.integers(40)), 0])
        broken[place : place + 2] = value
    return broken


OFTEN = (flip_bits, overwrite_number, change_image_header)
DAMAGES = (*OFTEN, *OFTEN, change_image_header, cut, insert, remove, repeat, blank)
LENGTHS = [
    b"\xff\xff\xff\xff",
    b"\xfe\xff\xff\xff",
    b"\xff\xff\xff\x7f",
    b"\x00\x00\x00\x80",
    b"\x00\x00\x00\x40",
    b"\xff\xff",
    b"\xff\x7f",
    b"\x00\x80",
    b"\x00\x00",
    b"\x01\x00\x00\x00",
]


def with_checksums(content):
    """Return a damaged PNG with a right checksum behind each chunk that is still one."""
    mended, place = bytearray(content), 8
    while place + 12 <= len(mended):
        n_bytes = int.from_bytes(mended[place : place + 4], "big")
        end = place + 8 + n_bytes
        if end + 4 > len(mended):
            break
        mended[end : end + 4] = zlib.crc32(mended[place + 4 : end]).to_bytes(4, "big")
        place = end + 4
    return bytes(mended)

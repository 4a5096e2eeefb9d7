"""Bad pictures in a folder: damaged, misnamed, transparent, far too large."""

import struct
import zlib
from functools import partial

import numpy as np
import pytest
from dicom_files import write_slice
from own_pictures import picture, write_picture
from PIL import Image
from refusals import refused as refused_by

from medtutor import datasets

BLACK = np.zeros((4, 5), np.uint8)

refused = partial(refused_by, datasets.read_folder)


@pytest.mark.parametrize("share", [0.95, 0.5, 0.1])
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_a_cut_off_picture(tmp_path, suffix, share):
    rng = np.random.default_rng(0)
    write_picture(tmp_path / "a.png", picture(rng, False))
    path = write_picture(tmp_path / f"cut{suffix}", picture(rng, False, (90, 90)))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(tmp_path, r"cut\.(png|jpg): can't be read.*copy or export it again", size=28)


def test_not_an_image(tmp_path):
    (tmp_path / "a.png").write_bytes(b"this is text")
    refused(tmp_path, r"a\.png: is named like PNG, but doesn't begin as PNG does")
    (tmp_path / "a.png").write_bytes(b"")
    refused(tmp_path, r"a\.png: the file is empty")


@pytest.mark.parametrize(
    ("name", "kind", "cure"),
    [("a.jpg", "PNG", ".png"), ("a.dcm", "PNG", ".png"), ("a.txt", "PNG", ".png")],
)
def test_a_wrong_suffix(tmp_path, name, kind, cure):
    write_picture(tmp_path / "right.png", BLACK).rename(tmp_path / name)
    error = refused(tmp_path, rf"is {kind} by its content, but its name ends in")
    assert error.cure == f"rename it to end in {cure}"


def test_dicom_named_as_a_picture(tmp_path):
    write_slice(tmp_path / "a.png", np.zeros((4, 5), np.int16))
    refused(tmp_path, r"a\.png: is DICOM by its content.*rename it to end in \.dcm")


def test_transparent_and_moving_pictures(tmp_path):
    alpha = np.zeros((4, 5, 4), np.uint8)
    path = write_picture(tmp_path / "a.png", alpha)
    refused(tmp_path, r"a\.png: is transparent in places")
    frames = [Image.fromarray(BLACK), Image.fromarray(BLACK + 9)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    refused(tmp_path, r"a\.png: holds several pictures")


def png_of(width, height, data, colour_type=0):
    """Return a PNG that says it has this size, with any data at all."""

    def chunk(kind, content):
        checksum = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)

    head = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("edge", [60_000, 19_000])
def test_a_png_bomb_is_not_unpacked(tmp_path, edge):
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(20)) + packer.flush()
    (tmp_path / "bomb.png").write_bytes(png_of(edge, edge, data))
    refused(tmp_path, r"bomb\.png: announces more than the \d+ million pixels .*; if that is its")


def test_a_picture_in_colour_that_promises_far_more_than_its_file_holds(tmp_path):
    """Few enough pixels for Pillow, but three bytes each."""
    (tmp_path / "bomb.png").write_bytes(png_of(13_000, 13_000, b"", colour_type=2))
    refused(tmp_path, r"bomb\.png: says it holds 484 MiB, but the file has only")


def test_a_jpeg_bomb_is_not_unpacked(tmp_path):
    path = write_picture(tmp_path / "bomb.jpg", BLACK)
    content = bytearray(path.read_bytes())
    size = content.index(b"\xff\xc0") + 5
    content[size : size + 4] = struct.pack(">HH", 60_000, 60_000)
    path.write_bytes(content)
    refused(tmp_path, r"bomb\.jpg: announces more than the \d+ million pixels")

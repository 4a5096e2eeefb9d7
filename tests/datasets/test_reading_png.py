"""PNG and JPEG pictures of every depth: the values are those of the file."""

import re
import struct
import zlib
from functools import partial

import numpy as np
import pytest
from own_pictures import picture
from PIL import Image, ImageCms
from png_files import GRAY, GRAY_ALPHA, PALETTE, RGB, RGB_ALPHA, write_png
from refusals import refused as refused_by

from medtutor.datasets import read_folder

refused = partial(refused_by, read_folder)
RAMP = np.array([0, 255, 256, 1000, 30000, 65535])


def colours(channels, shape=(9, 13)):
    """Return noise of 16 bits, with the last channel opaque where it is alpha."""
    samples = np.random.default_rng(0).integers(0, 65536, (*shape, channels))
    if channels in (2, 4):
        samples[..., -1] = 65535
    return samples


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize(
    ("colour", "channels"), [(GRAY, 1), (RGB, 3), (GRAY_ALPHA, 2), (RGB_ALPHA, 4)]
)
def test_16_bits_are_kept(tmp_path, colour, channels, interlaced):
    samples = colours(channels)
    write_png(tmp_path / "a.png", samples, 16, colour, interlaced)
    array = read_folder(tmp_path).array
    assert array.dtype == np.uint16
    expected = samples[..., : 3 if channels > 2 else 1]
    np.testing.assert_array_equal(array[0], expected)


def test_a_ramp_of_16_bits_in_colour(tmp_path):
    write_png(tmp_path / "a.png", np.stack([RAMP, RAMP[::-1], RAMP], axis=-1)[np.newaxis], 16, RGB)
    array = read_folder(tmp_path).array
    assert array[0, 0, :, 0].tolist() == RAMP.tolist()
    assert array[0, 0, :, 1].tolist() == RAMP[::-1].tolist()


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 4, 8])
def test_few_bits_are_shown_from_0_to_255(tmp_path, depth, interlaced):
    samples = np.random.default_rng(0).integers(0, 2**depth, (9, 13))
    write_png(tmp_path / "a.png", samples, depth, GRAY, interlaced)
    array = read_folder(tmp_path).array
    assert array.dtype == np.uint8
    np.testing.assert_array_equal(array[0, ..., 0], samples * (255 // (2**depth - 1)))


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize(("colour", "channels"), [(GRAY_ALPHA, 2), (RGB_ALPHA, 4)])
def test_a_transparent_pixel_is_refused(tmp_path, colour, channels, depth):
    samples = np.full((4, 5, channels), 2**depth - 1)
    samples[2, 3, -1] -= 1
    write_png(tmp_path / "a.png", samples, depth, colour)
    refused(tmp_path, "is transparent in places")


@pytest.mark.parametrize(
    ("colour", "channels", "depth"),
    [
        (GRAY, 1, 1),
        (GRAY, 1, 2),
        (GRAY, 1, 4),
        (GRAY, 1, 8),
        (GRAY, 1, 16),
        (RGB, 3, 8),
        (RGB, 3, 16),
    ],
)
def test_a_level_that_the_header_calls_transparent(tmp_path, colour, channels, depth):
    key = (2**depth - 1).to_bytes(2, "big") * channels
    samples = np.zeros((4, 5, channels), int)
    write_png(tmp_path / "a.png", samples, depth, colour, tRNS=key)
    assert read_folder(tmp_path).array.max() == 0
    samples[2, 3] = 2**depth - 1
    write_png(tmp_path / "a.png", samples, depth, colour, tRNS=key)
    refused(tmp_path, "is transparent in places")


def test_a_palette_becomes_its_colours(tmp_path):
    palette = bytes([0, 0, 0, 250, 128, 7, 1, 2, 3, 9, 9, 9])
    samples = np.array([[0, 1, 2, 3]])
    for depth in (2, 4, 8):
        write_png(tmp_path / "a.png", samples, depth, PALETTE, PLTE=palette)
        assert read_folder(tmp_path).array[0, 0].tolist() == [
            [0] * 3,
            [250, 128, 7],
            [1, 2, 3],
            [9] * 3,
        ]
    write_png(tmp_path / "a.png", samples, 2, PALETTE, PLTE=palette, tRNS=b"\xff\x80")
    refused(tmp_path, "is transparent in places")
    write_png(tmp_path / "a.png", samples[:, ::2], 2, PALETTE, PLTE=palette, tRNS=b"\xff\x80")
    assert read_folder(tmp_path).array[0, 0].tolist() == [[0] * 3, [1, 2, 3]]


@pytest.mark.parametrize("colour", [GRAY, RGB])
def test_gamma_and_colour_profiles_change_nothing(tmp_path, colour):
    samples = colours(3 if colour == RGB else 1) // 257
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extras = {"gAMA": (100_000).to_bytes(4, "big"), "iCCP": b"a\0\0" + zlib.compress(profile)}
    write_png(tmp_path / "a.png", samples, 8, colour, **extras)
    np.testing.assert_array_equal(read_folder(tmp_path).array[0], samples)


@pytest.mark.parametrize("colour", [GRAY, RGB])
def test_16_bits_are_turned_upright(tmp_path, colour):
    samples = colours(3 if colour == RGB else 1)
    exif = Image.Exif()
    exif[0x0112] = 6  # the first row is at the right
    write_png(tmp_path / "a.png", samples, 16, colour, eXIf=exif.tobytes()[6:])
    np.testing.assert_array_equal(read_folder(tmp_path).array[0], np.rot90(samples, -1))


@pytest.mark.parametrize("suffix", [".png", ".jpg"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_pixels_that_are_not_square_are_drawn_in_true_proportions(tmp_path, suffix, orientation):
    """Twice as many pixels for an inch across as down: each is twice as high as wide."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    array = np.full((10, 20), 200, np.uint8)
    array[:2, :2] = 0  # what is filled up gets the darkest value
    image = Image.fromarray(array)
    for density, share in (((200, 100), 1), ((72, 72), 0.5), ((100, 200), 0.25)):
        image.save(tmp_path / f"a{suffix}", dpi=density, exif=exif, quality=100)
        square = read_folder(tmp_path, size=40).array[0, ..., 0]
        assert (square > 100).mean() == pytest.approx(share, abs=0.03)


PREVIEW, STEREO = 0x010001, 0x020002


def write_mpo(path, kind, orientation=1):
    """Write a JPEG with a second picture of such a kind behind it."""
    rng = np.random.default_rng(0)
    first, second = (Image.fromarray(picture(rng, False, (16, 24))) for _ in range(2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    first.save(path, "MPO", save_all=True, append_images=[second], quality=100, exif=exif)
    content = bytearray(path.read_bytes())
    first_entry = re.search(rb"\x00\x00\x03\x00....\x00{8}", content, re.DOTALL)
    struct.pack_into("<L", content, first_entry.end(), kind)
    path.write_bytes(content)
    with Image.open(path) as written:
        assert written.n_frames == 2
    return np.asarray(first).astype(int)


@pytest.mark.parametrize("kind", [0, PREVIEW])
@pytest.mark.parametrize("orientation", [1, 3])
def test_a_camera_picture_with_its_preview(tmp_path, kind, orientation):
    first = write_mpo(tmp_path / "a.jpg", kind, orientation)
    array = read_folder(tmp_path).array[0, ..., 0]
    assert abs(array - (first if orientation == 1 else np.rot90(first, 2))).max() < 5


def test_a_preview_that_is_cut_off_is_no_matter(tmp_path):
    first = write_mpo(tmp_path / "a.jpg", PREVIEW)
    content = (tmp_path / "a.jpg").read_bytes()
    (tmp_path / "a.jpg").write_bytes(content[: content.rindex(b"\xff\xd8") + 40])
    assert abs(read_folder(tmp_path).array[0, ..., 0] - first).max() < 5


def test_a_stereo_pair_holds_two_pictures(tmp_path):
    write_mpo(tmp_path / "a.jpg", STEREO)
    refused(tmp_path, r"a\.jpg: holds several pictures; save each as a file of its own")


@pytest.mark.parametrize(
    "note",
    [
        b"MM\0*\0\0\0\x08\xff\xff" + b"\1" * 30,
        b"II*\0\x08\0\0\0\1\0\x12\1\2\0\2\0\0\0x\0\0\0\0\0\0\0",  # Orientation "x"
    ],
)
def test_a_broken_note_of_a_camera_is_no_damage(tmp_path, note):
    image = Image.fromarray(picture(np.random.default_rng(0), False))
    image.save(tmp_path / "a.jpg", exif=b"Exif\0\0" + note)
    assert read_folder(tmp_path).array.shape == (1, 20, 24, 1)


def test_a_header_with_a_wrong_checksum(tmp_path):
    path = write_png(tmp_path / "a.png", np.eye(4, dtype=int), 8, tEXt=b"a\0b")
    path.write_bytes(path.read_bytes().replace(b"a\0b", b"a\0c"))
    refused(
        tmp_path, r"a\.png: begins as a PNG or JPEG does, but its header can't be read; .*again"
    )

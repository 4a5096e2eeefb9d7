"""Masks hold the ids that their files store, and all files of a folder mean the same by them."""

from functools import partial

import nibabel
import numpy as np
import pytest
from own_pictures import write_picture
from png_files import GRAY, GRAY_ALPHA, PALETTE, RGB, write_png
from refusals import refused as refused_by

from medtutor.datasets import read_folder

refused = partial(refused_by, read_folder)
FOUR = np.array([[0, 1, 2, 3], [3, 2, 1, 0], [0, 0, 0, 0]])
TWO = np.minimum(FOUR, 1)
COLOURS = bytes([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])


def add(folder, name, ids, depth, colour=GRAY, **chunks):
    write_picture(folder / "images" / f"{name}.png", np.zeros(ids.shape[:2], np.uint8))
    write_png(folder / "masks" / f"{name}.png", ids, depth, colour, **chunks)


def names_and_masks(folder):
    scans = read_folder(folder)
    return scans.class_names, [mask.tolist() for mask in scans.masks]


@pytest.mark.parametrize("interlaced", [False, True])
@pytest.mark.parametrize("depth", [2, 4, 8, 16])
def test_gray_levels_are_ids_in_any_depth(tmp_path, depth, interlaced):
    add(tmp_path, "a", FOUR, depth, interlaced=interlaced)
    add(tmp_path, "b", FOUR, 8)
    names, masks = names_and_masks(tmp_path)
    assert names == ("background", "class 1", "class 2", "class 3")
    assert masks == [FOUR.tolist()] * 2


@pytest.mark.parametrize("depth", [2, 4, 8])
def test_palette_colours_are_ids_in_any_depth(tmp_path, depth):
    add(tmp_path, "a", FOUR, depth, PALETTE, PLTE=COLOURS, tRNS=b"\0")
    add(tmp_path, "b", FOUR, 8)
    assert names_and_masks(tmp_path)[1] == [FOUR.tolist()] * 2


def test_one_bit_is_one_class(tmp_path):
    add(tmp_path, "a", TWO, 1)
    assert names_and_masks(tmp_path) == (("background", "foreground"), [TWO.tolist()])


@pytest.mark.parametrize(
    ("depth", "stored", "others", "their_depth"),
    [
        (1, TWO, TWO * 255, 8),
        (2, FOUR, FOUR * 85, 8),
        (1, TWO, TWO * 15, 4),
        (8, TWO * 255, TWO * 65535, 16),
    ],
)
def test_white_of_few_bits_is_the_white_of_the_other_masks(
    tmp_path, depth, stored, others, their_depth
):
    """Programs that make PNG files smaller write 0 and 255 with one bit."""
    add(tmp_path, "a", stored, depth)
    add(tmp_path, "b", others, their_depth)
    _, masks = names_and_masks(tmp_path)
    assert masks[0] == masks[1]


@pytest.mark.parametrize("depth", [4, 8, 16])
def test_a_palette_in_another_order_is_read_by_its_gray_levels(tmp_path, depth):
    add(tmp_path, "a", 1 - TWO, 1, PALETTE, PLTE=bytes([255] * 3 + [0] * 3))
    add(tmp_path, "b", TWO * (2**depth - 1), depth)
    assert names_and_masks(tmp_path)[1] == [TWO.tolist()] * 2


def test_a_palette_that_could_mean_both_is_refused(tmp_path):
    add(tmp_path, "a", 1 - TWO, 1, PALETTE, PLTE=bytes([1] * 3 + [0] * 3))
    add(tmp_path, "b", TWO, 8)
    refused(
        tmp_path, r"a\.png: has a palette whose gray levels are ids .* in another order; save all"
    )


@pytest.mark.parametrize(
    ("palette", "message"),
    [
        (
            bytes([0, 0, 0, 0, 255, 0, 255, 0, 0, 0, 0, 255]),
            r"number 1 as colour \(0, 255, 0\), that of a\.png as colour \(255, 0, 0\)",
        ),
        (
            bytes([0, 0, 0, 9, 9, 9, 255, 0, 0]),
            r"colour \(255, 0, 0\) as number 2, that of a\.png as number 1",
        ),
    ],
)
def test_palettes_that_number_colours_in_another_way(tmp_path, palette, message):
    add(tmp_path, "a", TWO, 8, PALETTE, PLTE=COLOURS)
    add(tmp_path, "b", TWO * 2 if "number 2" in message else FOUR, 8, PALETTE, PLTE=palette)
    refused(tmp_path, rf"b\.png: its palette has {message}; a program may have sorted")


def test_colours_that_occur_twice_in_a_palette_are_no_matter(tmp_path):
    for name in "ab":
        add(tmp_path, name, FOUR, 8, PALETTE, PLTE=bytes([0, 0, 0, 255, 0, 0, 255, 0, 0]))
    assert names_and_masks(tmp_path)[1] == [FOUR.tolist()] * 2


def test_masks_of_1_among_masks_of_65535(tmp_path):
    add(tmp_path, "a", TWO, 8)
    add(tmp_path, "b", TWO * 65535, 16)
    refused(tmp_path, r"a\.png: is a mask of 0 and 1, but b\.png is one of 0 and 65535")


@pytest.mark.parametrize("depth", [8, 16])
def test_gray_written_as_colour_or_with_alpha(tmp_path, depth):
    opaque = np.full_like(FOUR, 2**depth - 1)
    add(tmp_path, "a", np.stack([FOUR] * 3, axis=-1), depth, RGB)
    add(tmp_path, "b", np.stack([FOUR, opaque], axis=-1), depth, GRAY_ALPHA)
    add(tmp_path, "c", FOUR, depth, tRNS=b"\0\0")  # a background that isn't drawn has its id
    assert names_and_masks(tmp_path)[1] == [FOUR.tolist()] * 3


def test_16_bits_in_colour_are_no_ids(tmp_path):
    add(tmp_path, "a", np.stack([FOUR * 256, FOUR * 256 + 1, FOUR], axis=-1), 16, RGB)
    refused(tmp_path, "is a mask in colours")


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize("classes", [2, 12])
def test_ids_that_a_scale_bent_are_whole_again(tmp_path, kind, classes):
    ids = np.arange(6 * 6 * 6).reshape(6, 6, 6) % (classes + 1)
    image = nibabel.Nifti1Image(ids * 0.99999 if kind == np.float32 else ids * 1.0, np.eye(4))
    image.set_data_dtype(kind)  # as integers, nibabel adds a slope
    for name, one in {"images": nibabel.Nifti1Image(ids.astype(np.int16), np.eye(4)),
                      "masks": image}.items():  # fmt: skip
        (tmp_path / name).mkdir()
        nibabel.save(one, tmp_path / name / "a.nii")
    scans = read_folder(tmp_path)
    np.testing.assert_array_equal(scans.masks, scans.array[..., 0])
    assert scans.class_names[1:] == tuple(f"class {k}" for k in range(1, classes + 1))


def test_a_mask_of_several_volumes_says_how_to_part_them(tmp_path):
    flat = np.zeros((4, 5, 3), np.uint8)
    for name, array in {"images": flat, "masks": np.stack([flat, flat], axis=-1)}.items():
        (tmp_path / name).mkdir()
        nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), tmp_path / name / "a.nii")
    refused(tmp_path, "2 volumes; .* or make a file of each with")

"""Which bits are pixels, what a header may leave out, and how many frames there are."""

from functools import partial

import numpy as np
import pytest
from dicom_files import add_pixels, header
from pydicom.dataelem import RawDataElement
from pydicom.tag import Tag
from pydicom.uid import RLELossless
from refusals import refused as refused_by

from medtutor.datasets import read_dicom

refused = partial(refused_by, read_dicom)

STORED = np.array([[0, 10], [100, 200]], np.uint16)
RGB = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)


def write(path, pixels, edit=lambda dataset: None, **elements):
    """Write an image, with its header changed by a function after all was made ready."""
    nothing = {"Modality": "OT", "RescaleSlope": None, "RescaleIntercept": None}
    dataset = add_pixels(header(**nothing | elements), pixels)
    edit(dataset)
    dataset.save_as(path, enforce_file_format=True)
    return path


def with_bits(stored, high):
    def edit(dataset):
        dataset.BitsStored, dataset.HighBit = stored, high

    return edit


@pytest.mark.parametrize(
    ("pixels", "high", "expected"),
    [
        (STORED | 0xA000, 11, STORED),
        (np.array([[0x0FFF, 0x7FFE]], np.int16), 11, [[-1, -2]]),
        (STORED << 4, 15, STORED),
        (np.array([[-80, 16]], np.int16), 15, [[-5, 1]]),
        # The header says that the high bits are used, the pixels know better.
        (STORED + 1, 15, STORED + 1),
        (STORED | 0xA000, 99, STORED),
    ],
)
def test_bits_that_are_not_stored_may_hold_anything(tmp_path, pixels, high, expected):
    scan = read_dicom(write(tmp_path / "a", pixels, with_bits(12, high)))
    np.testing.assert_array_equal(scan.array, expected)


def test_colours_have_unused_bits_too(tmp_path):
    stored = RGB.astype(np.uint16) | 0xA000
    path = write(tmp_path / "a", stored, with_bits(12, 11), PhotometricInterpretation="RGB")
    np.testing.assert_array_equal(read_dicom(path).array, RGB)


def test_run_length_encoding_keeps_all_bits(tmp_path):
    def edit(dataset):
        with_bits(12, 15)(dataset)
        dataset.compress(RLELossless, encoding_plugin="pydicom")

    np.testing.assert_array_equal(
        read_dicom(write(tmp_path / "a", STORED << 4, edit)).array, STORED
    )


def test_an_overlay_in_the_low_bits_is_no_pixel(tmp_path):
    def edit(dataset):
        with_bits(12, 15)(dataset)
        dataset.add_new(0x60000100, "US", 16)
        dataset.add_new(0x60000102, "US", 0)

    path = write(tmp_path / "a", STORED << 4 | 1, edit)
    np.testing.assert_array_equal(read_dicom(path).array, STORED)


@pytest.mark.parametrize(
    "keyword",
    [
        "PixelRepresentation",
        "SamplesPerPixel",
        "BitsStored",
        "HighBit",
        "PhotometricInterpretation",
    ],
)
def test_what_goes_without_saying_may_be_missing(tmp_path, keyword):
    path = write(tmp_path / "a", STORED, lambda dataset: delattr(dataset, keyword))
    np.testing.assert_array_equal(read_dicom(path).array, STORED)


@pytest.mark.parametrize("keyword", ["PlanarConfiguration", "PhotometricInterpretation"])
def test_colours_are_rgb_pixel_by_pixel_where_nothing_else_is_said(tmp_path, keyword):
    path = write(tmp_path / "a", RGB, lambda dataset: delattr(dataset, keyword),
                 PhotometricInterpretation="RGB")  # fmt: skip
    np.testing.assert_array_equal(read_dicom(path).array, RGB)


def test_colours_may_be_stored_one_after_the_other(tmp_path):
    def edit(dataset):
        dataset.PlanarConfiguration = 1
        dataset.PixelData = RGB.transpose(2, 0, 1).tobytes()

    path = write(tmp_path / "a", RGB, edit, PhotometricInterpretation="RGB")
    np.testing.assert_array_equal(read_dicom(path).array, RGB)


@pytest.mark.parametrize("photometric", ["HSV", "YBR_PARTIAL_422", "YBR_RCT", "MONOCHROME2"])
def test_colours_that_nobody_turns_into_rgb_are_refused(tmp_path, photometric):
    path = write(tmp_path / "a.dcm", RGB, PhotometricInterpretation=photometric)
    refused(path, rf"a\.dcm: stores .* as '{photometric}'.*RGB")


def test_how_it_is_written_needs_no_saying_where_reading_finds_it_out(tmp_path):
    content = write(tmp_path / "a", STORED).read_bytes()
    start = content.index(b"\x02\x00\x10\x00UI")
    stop = start + 8 + int.from_bytes(content[start + 6 : start + 8], "little")
    length = int.from_bytes(content[140:144], "little") - (stop - start)
    shorter = content[:140] + length.to_bytes(4, "little") + content[144:start] + content[stop:]
    (tmp_path / "a").write_bytes(shorter)
    np.testing.assert_array_equal(read_dicom(tmp_path / "a").array, STORED)


@pytest.mark.parametrize("text", ["0 ", "", "  ", "1 ", " 1", "1\0"])
def test_no_number_of_frames_is_one(tmp_path, text):
    def edit(dataset):
        tag = Tag("NumberOfFrames")
        dataset._dict[tag] = RawDataElement(tag, "IS", len(text), text.encode(), 0, False, True)

    np.testing.assert_array_equal(read_dicom(write(tmp_path / "a", STORED, edit)).array, STORED)


@pytest.mark.parametrize("count", [-1, 2])
def test_another_number_of_frames_is_refused(tmp_path, count):
    stored = np.stack([STORED] * 3)
    path = write(tmp_path / "a.dcm", stored, NumberOfFrames=count)
    refused(path, r"a\.dcm: (its header says NumberOfFrames is '-1'|holds pixels of shape \(3, 2)")

"""Palettes in DICOM: how wide entries are, where they begin, and which bytes hold them."""

from functools import partial

import numpy as np
import pydicom
import pytest
from dicom_files import add_pixels, header
from pydicom.data import get_palette_files
from pydicom.pixels import apply_color_lut
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian
from refusals import refused as refused_by

from medtutor.datasets import read_dicom

refused = partial(refused_by, read_dicom)

GRAYS = np.arange(0, 256, 16)
STORED = np.array([[0, 1, 5, 15]], np.uint8)
EXPECTED = [0, 16, 80, 240]


def words(entries, order="<"):
    return np.asarray(entries).astype(f"{order}u2").tobytes()


def write_palette(path, stored, descriptor, data, *, vr="OW", prefix="", syntax=None):
    """Write an image whose red is the given table; green and blue are the same table."""
    dataset = header(Modality="US", PhotometricInterpretation="PALETTE COLOR")
    add_pixels(dataset, stored)
    for colour in ("Red", "Green", "Blue"):
        name = f"{colour}PaletteColorLookupTable"
        dataset.add_new(f"{name}Descriptor", "SS" if min(descriptor) < 0 else "US", descriptor)
        dataset.add_new(f"{prefix}{name}Data", vr, data)
    dataset.file_meta.TransferSyntaxUID = syntax or ExplicitVRLittleEndian
    is_little = syntax != ExplicitVRBigEndian
    dataset.save_as(path, implicit_vr=False, little_endian=is_little, enforce_file_format=True)
    return path


def reds(path):
    array = read_dicom(path).array
    assert array.dtype == np.uint8
    assert array.shape[-1] == 3
    return array[..., 0].ravel().tolist()


@pytest.mark.parametrize(
    ("n_bits", "data"),
    [
        (16, words(GRAYS)),  # 8 bits each, in the low byte
        (16, words(GRAYS * 256)),
        (16, words(GRAYS * 257)),
        (16, bytes(GRAYS.tolist())),  # 8 bits each, two in a word
        (8, bytes(GRAYS.tolist())),
        (8, words(GRAYS)),
        (8, words(GRAYS * 256)),
        (12, words(GRAYS * 16)),
    ],
)
def test_an_entry_is_as_wide_as_its_values_not_as_its_cell(tmp_path, n_bits, data):
    assert reds(write_palette(tmp_path / "a", STORED, [16, 0, n_bits], data)) == EXPECTED


@pytest.mark.parametrize(
    ("n_bits", "data"),
    [(16, words(GRAYS * 256, ">")), (8, words(GRAYS[::2] + GRAYS[1::2] * 256, ">"))],
)
def test_a_palette_with_the_high_byte_first(tmp_path, n_bits, data):
    path = write_palette(tmp_path / "a", STORED, [16, 0, n_bits], data, syntax=ExplicitVRBigEndian)
    assert reds(path) == EXPECTED


def test_a_palette_written_as_numbers(tmp_path):
    data = (GRAYS * 256).tolist()
    assert reds(write_palette(tmp_path / "a", STORED, [16, 0, 16], data, vr="US")) == EXPECTED


def test_an_odd_number_of_entries_of_8_bits(tmp_path):
    data = bytes([*GRAYS[:15].tolist(), 99])
    assert reds(write_palette(tmp_path / "a", STORED, [15, 0, 8], data)) == [0, 16, 80, 224]


@pytest.mark.parametrize(
    ("kind", "first", "stored"),
    [("uint8", 5, [5, 6, 10, 20]), ("int8", -5, [-5, -4, 0, 10]), ("int16", 65531, [-5, -4, 0, 10]),
     ("uint16", 60000, [60000, 60001, 60005, 60015])],
)  # fmt: skip
def test_a_palette_begins_at_its_first_value_and_ends_at_its_last(tmp_path, kind, first, stored):
    outside = np.array([[stored[0] - 1, *stored, stored[-1] + 1]], kind)
    path = write_palette(tmp_path / "a", outside, [16, first, 16], words(GRAYS * 256))
    assert reds(path) == [0, *EXPECTED, 240]


def test_0_entries_are_65536(tmp_path):
    stored = np.array([[0, 256, 65535]], np.uint16)
    assert reds(write_palette(tmp_path / "a", stored, [0, 0, 16], words(range(2**16)))) == [
        0,
        1,
        255,
    ]


@pytest.mark.parametrize(
    ("n_bits", "segments"),
    [
        # One entry, then a straight line over 15.
        (16, words([0, 1, 0, 1, 15, 240 * 256])),
        (8, bytes([0, 1, 0, 1, 15, 240])),
        # Eight entries up to 112, a jump, the line to 240.
        (8, bytes([0, 1, 0, 1, 7, 112, 0, 1, 128, 1, 7, 240])),
    ],
)
def test_a_palette_in_segments(tmp_path, n_bits, segments):
    path = write_palette(tmp_path / "a", STORED, [16, 0, n_bits], segments, prefix="Segmented")
    assert reds(path) == EXPECTED


@pytest.mark.parametrize("offset", [6, 3])
def test_a_segment_repeats_others_by_bytes_or_by_words(tmp_path, offset):
    segments = words([0, 1, 0, 0, 2, 25600, 51200, 2, 1, offset, 0])
    stored = np.arange(5, dtype=np.uint8)[None]
    path = write_palette(tmp_path / "a", stored, [5, 0, 16], segments, prefix="Segmented")
    assert reds(path) == [0, 100, 200, 100, 200]


@pytest.mark.parametrize("file", ["spring.dcm", "summer.dcm", "fall.dcm", "winter.dcm"])
def test_the_standards_palettes_in_segments_are_as_pydicom_has_them(tmp_path, file):
    (path,) = [path for path in get_palette_files() if str(path).endswith(file)]
    source = pydicom.dcmread(path)
    stored = np.arange(256, dtype=np.uint8)[None]
    dataset = header(Modality="US", PhotometricInterpretation="PALETTE COLOR")
    dataset.update(
        {element.tag: element for element in source if "PaletteColor" in element.keyword}
    )
    add_pixels(dataset, stored).save_as(tmp_path / "a", enforce_file_format=True)
    np.testing.assert_array_equal(read_dicom(tmp_path / "a").array, apply_color_lut(stored, source))


@pytest.mark.parametrize(
    "segments",
    [
        [1, 15, 9],  # a line from nowhere
        [0, 17, *range(17)],  # more than promised
        [0, 1, 0],  # less than promised
        [0, 1, 0, 7, 1, 1],  # an unknown kind
        [0, 1, 0, 0, 0],  # an empty one
        [0, 9, 0],  # cut off
        [0, 1, 0, 2, 1, 6, 0],  # one that repeats itself
        [0, 1, 0, 2, 1, 999, 0],
    ],
)
def test_segments_that_are_wrong_are_refused(tmp_path, segments):
    path = tmp_path / "a.dcm"
    write_palette(path, STORED, [16, 0, 16], words(segments), prefix="Segmented")
    refused(path, r"a\.dcm: has a (palette written in segments|look-up table of 6 bytes for 16)")


def test_a_palette_that_is_missing_or_cut_off(tmp_path):
    path = write_palette(tmp_path / "a.dcm", STORED, [16, 0, 16], words(GRAYS[:4]))
    refused(path, r"a\.dcm: has a look-up table of 8 bytes for 16 entries")
    dataset = header(Modality="US", PhotometricInterpretation="PALETTE COLOR")
    add_pixels(dataset, STORED).save_as(tmp_path / "b.dcm", enforce_file_format=True)
    refused(tmp_path / "b.dcm", r"b\.dcm: lacks a part of its look-up table")

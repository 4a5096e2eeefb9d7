"""Padding is no measurement: it becomes a stated background before anything else happens."""

import numpy as np
import pytest
from dicom_files import add_pixels, header, write_enhanced, write_slice
from pydicom.uid import ImplicitVRLittleEndian

from medtutor.datasets import read_dicom, read_folder

STORED = np.array([[-2000, 0], [50, 1000]], np.int16)
HOUNSFIELD = [[-1000, -1024], [-974, -24]]
NO_RESCALE = {"RescaleSlope": None, "RescaleIntercept": None}


def write_padded(path, stored, vr, value, bits=None, **elements):
    """Write an image whose padding value is written as signed (SS) or unsigned (US)."""
    dataset = add_pixels(header(**elements), stored)
    dataset.add_new("PixelPaddingValue", vr, value)
    if bits:
        dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize(
    ("kind", "vr", "value", "bits", "stated"),
    [
        ("int16", "SS", -2000, None, -2000),
        ("int16", "US", 63536, None, -2000),
        ("uint16", "US", 63536, None, 63536),
        ("uint16", "SS", -2000, None, 63536),
        # The bits that the pixels leave unused tell padding from the number 2096.
        ("uint16", "US", 63536, 12, 63536),
        ("int16", "SS", -2000, 12, -2000),
    ],
)
def test_padding_is_known_by_its_bits_however_its_sign_is_written(
    tmp_path, kind, vr, value, bits, stated
):
    scan = read_dicom(write_padded(tmp_path / "a", STORED.view(kind), vr, value, bits))
    assert scan.array.tolist() == HOUNSFIELD
    assert scan.array.dtype == np.int16
    assert scan.metadata["PixelPaddingValue"] == stated
    assert scan.metadata["Background"] == -1000
    assert "PixelPaddingRangeLimit" not in scan.metadata


def test_padding_is_known_where_the_header_leaves_out_the_sign(tmp_path):
    dataset = add_pixels(header(), STORED)
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    dataset.add_new("PixelPaddingValue", "US", 63536)
    del dataset.PixelRepresentation
    dataset.save_as(tmp_path / "a", enforce_file_format=True)
    assert read_dicom(tmp_path / "a").array.tolist() == HOUNSFIELD


@pytest.mark.parametrize(("photometric", "value", "limit"), [("MONOCHROME2", 0, 10),
                                                             ("MONOCHROME1", 10, 0)])  # fmt: skip
def test_a_range_of_padding_has_both_its_ends(tmp_path, photometric, value, limit):
    stored = np.array([[0, 10], [11, 200]], np.uint16)
    ends = {"PixelPaddingValue": value, "PixelPaddingRangeLimit": limit}
    elements = {"Modality": "MG", "PhotometricInterpretation": photometric} | NO_RESCALE
    scan = read_dicom(write_slice(tmp_path / "a", stored, **elements | ends))
    assert scan.array[0].tolist() == [0, 0]
    assert (scan.array[1] > 0).all()
    assert scan.metadata["PixelPaddingRangeLimit"] == limit


def test_the_white_frame_of_a_monochrome1_image_becomes_black(tmp_path):
    stored = np.array([[4095, 4095], [11, 200]], np.uint16)
    path = write_padded(tmp_path / "a", stored, "US", 4095, 12, Modality="MG", **NO_RESCALE,
                        PhotometricInterpretation="MONOCHROME1")  # fmt: skip
    assert read_dicom(path).array.tolist() == [[0, 0], [4084, 3895]]


@pytest.mark.parametrize(("lowest", "background"), [(5, 0), (0, 0), (-7, -7)])
def test_without_hounsfield_units_the_background_is_0_or_the_lowest_value(
    tmp_path, lowest, background
):
    stored = np.array([[-32768, lowest], [7, 9]], np.int16)
    path = write_padded(tmp_path / "a", stored, "SS", -32768, Modality="MR", **NO_RESCALE)
    scan = read_dicom(path)
    assert scan.array.tolist() == [[background, lowest], [7, 9]]
    assert scan.metadata["Background"] == background


def test_padding_widens_no_type(tmp_path):
    stored = np.array([[65535, 0], [50, 1000]], np.uint16)
    scan = read_dicom(write_padded(tmp_path / "a", stored, "US", 65535))
    assert scan.array.dtype == np.int16
    assert scan.array.tolist() == HOUNSFIELD


def test_an_image_of_padding_alone_is_background(tmp_path):
    scan = read_dicom(write_padded(tmp_path / "a", np.full((2, 2), -2000, np.int16), "SS", -2000))
    assert (scan.array == -1000).all()


def test_a_padding_value_that_no_pixel_has_is_stated_alone(tmp_path):
    scan = read_dicom(write_padded(tmp_path / "a", STORED, "SS", -3000))
    assert scan.array[0, 0] == -3024
    assert scan.metadata["PixelPaddingValue"] == -3000
    assert "Background" not in scan.metadata


def test_a_value_that_no_pixel_can_have_is_no_padding(tmp_path):
    white = np.array([[255, 0]], np.uint8)
    path = write_padded(tmp_path / "a", white, "US", 65535, Modality="US", **NO_RESCALE)
    assert read_dicom(path).array.tolist() == [[255, 0]]


def test_padding_comes_before_a_fractional_slope(tmp_path):
    scan = read_dicom(write_padded(tmp_path / "a", STORED, "SS", -2000, Modality="PT",
                                   RescaleSlope=0.5, RescaleIntercept=0))  # fmt: skip
    assert scan.array.tolist() == [[0, 0], [25, 500]]


def test_padding_of_fractions_may_be_no_number(tmp_path):
    pixels = np.array([[np.nan, 0.5], [0.25, 1]], np.float32)
    dataset = add_pixels(header(Modality="MR", **NO_RESCALE), np.zeros((2, 2), np.int32))
    del dataset.PixelData
    dataset.FloatPixelData = pixels.tobytes()
    dataset.FloatPixelPaddingValue = float("nan")
    dataset.save_as(tmp_path / "a", enforce_file_format=True)
    assert read_dicom(tmp_path / "a").array.tolist() == [[0, 0.5], [0.25, 1]]


def test_slices_say_each_what_is_padding(tmp_path):
    for place, value in enumerate((-2000, -3000)):
        stored = np.full((2, 2), 24, np.int16)
        stored[0, 0] = value
        write_slice(tmp_path / f"{place}", stored, ImagePositionPatient=[0, 0, place],
                    PixelPaddingValue=value)  # fmt: skip
    scan = read_dicom(tmp_path)
    assert scan.array[:, 0].tolist() == [[-1000, -1000]] * 2
    assert scan.metadata["PixelPaddingValue"] == (-2000, -3000)


def test_an_enhanced_file_may_say_it_in_a_shared_group(tmp_path):
    shared = {
        "PixelValueTransformation": {"RescaleSlope": 1, "RescaleIntercept": -1024},
        "UnassignedSharedConvertedAttributes": {"PixelPaddingValue": -2000},
    }
    scan = read_dicom(write_enhanced(tmp_path / "a", np.stack([STORED] * 2), shared))
    assert scan.array.tolist() == [HOUNSFIELD] * 2


def test_padding_never_reaches_a_resized_image(tmp_path):
    stored = np.full((8, 8), 1024, np.int16)
    stored[:, :3] = -2000
    for name in "ab":
        write_padded(tmp_path / name, stored, "US", 63536, SOPInstanceUID=f"1.{ord(name)}")
    images = read_folder(tmp_path, size=4).array
    assert images.min() == -1000
    assert images.max() == 0

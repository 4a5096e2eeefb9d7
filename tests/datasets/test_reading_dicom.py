"""DICOM files and series: order, units, spacing, colour, and nobody's name."""

from pathlib import Path

import dicom_files
import numpy as np
import pydicom
import pytest
from dicom_files import items, write_series, write_slice
from pydicom.sequence import Sequence

from medtutor.datasets import read_dicom

EXAMPLES = Path(pydicom.__file__).parent / "data" / "test_files"


def test_a_series_is_sorted_along_its_normal_whatever_its_file_names(tmp_path):
    scan = read_dicom(write_series(tmp_path))
    assert scan.array.shape == (4, 6, 8)
    assert scan.array.dtype == np.int16
    assert scan.array[:, 0, 0].tolist() == [0, 1, 2, 3]
    assert scan.unit == "HU"
    assert scan.modality == "CT"
    assert scan.spacing == pytest.approx((2.5, 0.5, 0.75))


def test_the_affine_takes_places_to_millimetres_in_the_patient(tmp_path):
    scan = read_dicom(write_series(tmp_path))
    # slice 3, row 2, column 1: x = -10 + 1 * 0.75, y = -20 + 2 * 0.5, z = 100 + 3 * 2.5
    np.testing.assert_allclose(scan.affine @ [3, 2, 1, 1], [-9.25, -19, 107.5, 1])


def test_a_sagittal_series_is_sorted_from_right_to_left(tmp_path):
    for k, x in enumerate([30, 10, 20]):
        write_slice(
            tmp_path / f"{k}.dcm",
            np.full((4, 5), x, np.uint16),
            ImageOrientationPatient=[0, 1, 0, 0, 0, -1],
            ImagePositionPatient=[-x, 0, 50],
        )
    scan = read_dicom(tmp_path)
    # The normal of these slices, rows times columns, points to the patient's right.
    assert scan.array[:, 0, 0].tolist() == [10 - 1024, 20 - 1024, 30 - 1024]
    np.testing.assert_allclose(scan.affine @ [2, 0, 0, 1], [-30, 0, 50, 1])


def test_a_tilted_gantry_keeps_distance_and_drift_apart(tmp_path):
    for k in range(3):
        place = {"ImagePositionPatient": [0, 3 * k, 4 * k]}
        write_slice(tmp_path / f"{k}.dcm", np.zeros((4, 5), np.int16), **place)
    scan = read_dicom(tmp_path)
    assert scan.spacing[0] == pytest.approx(4)
    np.testing.assert_allclose(scan.affine[:3, 0], [0, 3, 4])


def test_a_single_file_is_an_image(tmp_path):
    path = write_slice(tmp_path / "one", np.zeros((6, 8), np.int16))
    for given in (path, str(path), tmp_path):
        scan = read_dicom(given)
        assert scan.array.shape == (6, 8)
        assert scan.spacing == (0.5, 0.75)
        np.testing.assert_allclose(scan.affine @ [0, 2, 1, 1], [-9.25, -19, 0, 1])


@pytest.mark.parametrize(
    ("kind", "slope", "intercept", "expected"),
    [
        ("uint16", 1, -1024, "int16"),
        ("int16", 1, 0, "int16"),
        ("uint8", 2, -100, "int16"),
        ("uint16", 1, 0, "uint16"),
        ("int16", 100, 0, "int32"),
        ("int16", 0.5, 3, "float32"),
        ("uint16", -1, 5, "int32"),
    ],
)
def test_rescaling_is_exact_in_the_smallest_type(tmp_path, kind, slope, intercept, expected):
    info = np.iinfo(kind)
    ends = {"uint16": [0, 40000]}.get(kind, [info.min, info.max])
    ends = [0, 4095] if (kind, intercept) == ("uint16", -1024) else ends
    stored = np.array([[*ends, 7, 7]], kind)
    path = write_slice(tmp_path / "a", stored, RescaleSlope=slope, RescaleIntercept=intercept)
    array = read_dicom(path).array
    assert array.dtype == expected
    np.testing.assert_array_equal(array, stored.astype(float) * slope + intercept)


def test_slices_with_slopes_of_their_own_are_rescaled_each(tmp_path):
    for k, slope in enumerate([1, 2, 0.5]):
        write_slice(
            tmp_path / f"{k}",
            np.full((2, 2), 10, np.int16),
            Modality="PT",
            RescaleSlope=slope,
            RescaleIntercept=0,
            ImagePositionPatient=[0, 0, k],
        )
    scan = read_dicom(tmp_path)
    assert scan.array[:, 0, 0].tolist() == [10, 20, 5]
    assert scan.unit == ""


def test_other_modalities_need_no_rescaling(tmp_path):
    path = write_slice(
        tmp_path / "a",
        np.full((2, 2), 9, np.uint16),
        Modality="MR",
        RescaleSlope=None,
        RescaleIntercept=None,
    )
    scan = read_dicom(path)
    assert scan.array.dtype == np.uint16
    assert (scan.array == 9).all()
    assert scan.unit == ""


def test_a_rescale_type_other_than_hounsfield_is_no_hounsfield(tmp_path):
    path = write_slice(tmp_path / "a", np.zeros((2, 2), np.int16), RescaleType="US")
    assert read_dicom(path).unit == ""


@pytest.mark.parametrize(
    ("kind", "bits", "stored", "expected"),
    [("uint16", 12, [0, 1, 4095], [4095, 4094, 0]), ("int16", 16, [-32768, 0, 5], [32767, -1, -6])],
)
def test_monochrome1_is_turned_round(tmp_path, kind, bits, stored, expected):
    dataset = dicom_files.header(
        Modality="CR",
        PhotometricInterpretation="MONOCHROME1",
        RescaleSlope=None,
        RescaleIntercept=None,
    )
    dicom_files.add_pixels(dataset, np.array([stored], kind))
    dataset.BitsStored, dataset.HighBit = bits, bits - 1
    dataset.save_as(tmp_path / "a", enforce_file_format=True)
    assert read_dicom(tmp_path / "a").array.tolist() == [expected]


def test_hounsfield_units_are_not_turned_round(tmp_path):
    path = write_slice(
        tmp_path / "a", np.full((2, 2), 1124, np.int16), PhotometricInterpretation="MONOCHROME1"
    )
    assert (read_dicom(path).array == 100).all()


def test_frames_without_places_are_a_film(tmp_path):
    film = np.arange(3, dtype=np.uint8)[:, None, None] * np.ones((3, 4, 5), np.uint8)
    path = write_slice(tmp_path / "a", film, Modality="US", NumberOfFrames=3, RescaleSlope=None,
                       RescaleIntercept=None)  # fmt: skip
    scan = read_dicom(path)
    assert scan.array.shape == (3, 4, 5)
    assert scan.spacing == (0.5, 0.75)
    assert scan.array[:, 0, 0].tolist() == [0, 1, 2]


def test_an_enhanced_file_is_a_sorted_volume_with_a_slope_for_each_frame(tmp_path):
    frames = np.stack([np.full((4, 5), value, np.uint16) for value in (30, 10, 20)])
    dataset = dicom_files.header(
        NumberOfFrames=3,
        RescaleSlope=None,
        RescaleIntercept=None,
        PixelSpacing=None,
        ImageOrientationPatient=None,
        ImagePositionPatient=None,
    )
    dataset.SharedFunctionalGroupsSequence = Sequence(
        [
            items(
                PixelMeasures={"PixelSpacing": [0.5, 0.75]},
                PlaneOrientation={"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
            )
        ]
    )
    dataset.PerFrameFunctionalGroupsSequence = Sequence(
        [
            items(
                PlanePosition={"ImagePositionPatient": [1, 2, z]},
                PixelValueTransformation={"RescaleSlope": slope, "RescaleIntercept": -5},
            )
            for z, slope in ((9, 1), (3, 2), (6, 1))
        ]
    )
    dicom_files.add_pixels(dataset, frames).save_as(tmp_path / "a", enforce_file_format=True)
    scan = read_dicom(tmp_path / "a")
    assert scan.array[:, 0, 0].tolist() == [15, 15, 25]
    assert scan.spacing == pytest.approx((3, 0.5, 0.75))
    np.testing.assert_allclose(scan.affine @ [2, 2, 1, 1], [1.75, 3, 9, 1])
    assert scan.unit == "HU"


def test_files_without_places_go_by_instance_number(tmp_path):
    write_series(
        tmp_path, Modality="US", ImagePositionPatient=None, RescaleSlope=None, RescaleIntercept=None
    )
    scan = read_dicom(tmp_path)
    assert scan.array[:, 0, 0].tolist() == [1024, 1025, 1026, 1027]
    assert scan.spacing == (0.5, 0.75)
    assert scan.affine is None


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("SC_rgb_small_odd.dcm", (3, 3, 3)),
        ("SC_ybr_full_422_uncompressed.dcm", (100, 100, 3)),
        ("SC_rgb_dcmtk_+eb+cy+n1.dcm", (100, 100, 3)),
        ("examples_palette.dcm", (350, 800, 3)),
        ("examples_ybr_color.dcm", (30, 240, 320, 3)),
    ],
)
def test_colour_of_every_kind_is_rgb(name, shape):
    scan = read_dicom(EXAMPLES / name)
    assert scan.array.shape == shape
    assert scan.array.dtype == np.uint8


def test_ybr_and_rgb_of_one_picture_show_the_same():
    ybr = read_dicom(EXAMPLES / "SC_rgb_dcmtk_+eb+cy+n1.dcm").array.astype(int)
    rgb = read_dicom(EXAMPLES / "SC_rgb_dcmtk_+eb+cr.dcm").array.astype(int)
    # The two were compressed in different ways, so edges differ.
    assert np.median(np.abs(ybr - rgb)) <= 2
    assert tuple(rgb[5, 50]) == (255, 0, 0)


@pytest.mark.parametrize(
    "name", ["MR_small_RLE.dcm", "MR_small_bigendian.dcm", "MR_small_jp2klossless.dcm"]
)
def test_every_encoding_of_one_image_gives_the_same_array(name):
    scan = read_dicom(EXAMPLES / name)
    assert scan.array.dtype == np.dtype("int16")
    assert scan.array.dtype.isnative
    np.testing.assert_array_equal(scan.array, read_dicom(EXAMPLES / "MR_small.dcm").array)


def test_ultrasound_counts_in_centimetres():
    scan = read_dicom(EXAMPLES / "examples_ybr_color.dcm")
    (region,) = pydicom.dcmread(EXAMPLES / "examples_ybr_color.dcm").SequenceOfUltrasoundRegions
    assert scan.spacing == pytest.approx((10 * region.PhysicalDeltaY, 10 * region.PhysicalDeltaX))


def test_ct_values_are_hounsfield_units():
    scan = read_dicom(EXAMPLES / "CT_small.dcm")
    raw = pydicom.dcmread(EXAMPLES / "CT_small.dcm").pixel_array
    np.testing.assert_array_equal(scan.array, raw - 1024)
    assert scan.unit == "HU"


def test_nobodys_name_is_kept(tmp_path):
    scan = read_dicom(write_series(tmp_path))
    everything = repr(dict(scan.metadata)) + repr(scan)
    for secret in (dicom_files.NAME, "Jane", dicom_files.NUMBER, "1970"):
        assert secret not in everything


@pytest.mark.parametrize(
    "name",
    ["CT_small.dcm", "MR_small.dcm", "examples_palette.dcm", "JPEG2000.dcm"],
)
def test_no_value_that_names_a_person_is_in_the_metadata(name):
    metadata = read_dicom(EXAMPLES / name).metadata
    header = pydicom.dcmread(EXAMPLES / name)
    telling = {e.keyword for e in header if e.VR in ("PN", "DA", "DT", "TM", "UI", "LO", "SH")}
    assert telling & {"PatientName", "PatientID"}
    kept = {"SOPClassUID", "Manufacturer", "ManufacturerModelName", "ConvolutionKernel"}
    assert not (telling & set(metadata)) - kept


def test_a_series_is_chosen_by_number_or_uid(tmp_path):
    write_series(tmp_path / "a", n=2)
    write_series(tmp_path / "b", n=3, SeriesInstanceUID="1.2.4", SeriesNumber=7)
    assert read_dicom(tmp_path, series=7).array.shape[0] == 3
    assert read_dicom(tmp_path, series="7").array.shape[0] == 3
    assert read_dicom(tmp_path, series="1.2.3").array.shape[0] == 2
    assert read_dicom(tmp_path / "b").array.shape[0] == 3


def test_what_systems_leave_in_folders_is_no_slice(tmp_path):
    write_series(tmp_path)
    for name in (".DS_Store", "Thumbs.db", "DICOMDIR", ".hidden.dcm"):
        (tmp_path / name).write_bytes(b"nothing")
    assert read_dicom(tmp_path).array.shape[0] == 4

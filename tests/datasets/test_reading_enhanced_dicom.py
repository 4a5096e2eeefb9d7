"""Enhanced DICOM: a value stands in the frame's groups, the shared ones, or the main part."""

from functools import partial

import numpy as np
import pytest
from dicom_files import add_pixels, header, write_enhanced
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from refusals import refused as refused_by

from medtutor.datasets import read_dicom

refused = partial(refused_by, read_dicom)

FRAMES = np.stack([np.full((4, 5), value, np.uint16) for value in (30, 10, 20)])
PLACES = [{"PlanePosition": {"ImagePositionPatient": [1, 2, z]}} for z in (9, 3, 6)]
RESCALE = {"PixelValueTransformation": {"RescaleSlope": 1, "RescaleIntercept": -1024}}
SHARED = {
    "PixelMeasures": {"PixelSpacing": [0.5, 0.75], "SliceThickness": 3},
    "PlaneOrientation": {"ImageOrientationPatient": [1, 0, 0, 0, 1, 0]},
    "FrameVOILUT": {"WindowCenter": 40, "WindowWidth": 400},
}


def with_own(keyword, **values):
    """Return the groups of the frames, with values of their own in one more group."""
    rows = [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]
    return [
        place | ({keyword: row} if row else {}) for place, row in zip(PLACES, rows, strict=True)
    ]


def without(groups, number, keyword):
    """Return the groups of the frames; frame ``number`` lacks one."""
    return [
        {name: value for name, value in own.items() if (place, name) != (number, keyword)}
        for place, own in enumerate(groups, 1)
    ]


def mapping(slope, intercept, unit):
    code = Dataset()
    code.CodeValue = unit
    return {
        "RealWorldValueMapping": {
            "RealWorldValueSlope": slope,
            "RealWorldValueIntercept": intercept,
            "MeasurementUnitsCodeSequence": Sequence([code]),
        }
    }


@pytest.mark.parametrize(("modality", "unit"), [("CT", "HU"), ("MR", "")])
def test_what_all_frames_share_is_found(tmp_path, modality, unit):
    path = write_enhanced(tmp_path / "a", FRAMES, SHARED | RESCALE, PLACES, Modality=modality)
    scan = read_dicom(path)
    assert scan.array[:, 0, 0].tolist() == [-1014, -1004, -994]
    assert scan.spacing == pytest.approx((3, 0.5, 0.75))
    assert scan.unit == unit
    expected = {"WindowCenter": 40, "WindowWidth": 400, "SliceThickness": 3, "RescaleSlope": 1}
    assert {name: scan.metadata[name] for name in expected} == expected
    assert scan.metadata["ImagePositionPatient"] == ((1, 2, 3), (1, 2, 6), (1, 2, 9))


def test_a_shared_slope_needs_no_groups_of_the_frames(tmp_path):
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, SHARED | RESCALE))
    assert scan.array[:, 0, 0].tolist() == [-994, -1014, -1004]
    assert scan.spacing == (0.5, 0.75)


def test_the_frames_own_value_comes_first_then_the_shared_one_then_the_main_part(tmp_path):
    own = with_own("PixelValueTransformation", RescaleSlope=[2, 3, 4], RescaleIntercept=[0, 0, 0])
    own = without(own, 3, "PixelValueTransformation")
    shared = {"PixelValueTransformation": {"RescaleSlope": 5, "RescaleIntercept": 1}}
    root = {"RescaleSlope": 7, "RescaleIntercept": 2, "Modality": "MR"}
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, SHARED | shared, own, **root))
    assert scan.array[:, 0, 0].tolist() == [30, 101, 60]
    assert scan.metadata["RescaleSlope"] == (3, 5, 2)
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, SHARED, own, **root))
    assert scan.array[:, 0, 0].tolist() == [30, 142, 60]


def test_an_empty_value_counts_as_missing(tmp_path):
    own = with_own("PixelMeasures", PixelSpacing=[None, None, None])
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, SHARED | RESCALE, own))
    assert scan.spacing == pytest.approx((3, 0.5, 0.75))


def test_windows_of_the_frames_follow_the_order_of_the_array(tmp_path):
    own = with_own("FrameVOILUT", WindowCenter=[1, 2, 3], WindowWidth=[9, 9, 9])
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, SHARED | RESCALE, own))
    assert scan.metadata["WindowCenter"] == (2, 3, 1)
    assert scan.metadata["WindowWidth"] == 9


@pytest.mark.parametrize(
    ("keyword", "values", "message"),
    [
        ("PixelValueTransformation", {"RescaleSlope": [1, 1, 1], "RescaleIntercept": [0, 0, 0]},
         "frame 2: has no RescaleSlope and RescaleIntercept, others have"),
        ("PixelMeasures", {"PixelSpacing": [[1, 1]] * 3},
         "frame 2: doesn't say how large its pixels are"),
        ("PlaneOrientation", {"ImageOrientationPatient": [[1, 0, 0, 0, 1, 0]] * 3},
         r"frame 2: doesn't say where it lies \(ImageOrientationPatient\), others do"),
        ("PlanePosition", {"ImagePositionPatient": [[1, 2, 9], [1, 2, 3], [1, 2, 6]]},
         r"frame 2: doesn't say where it lies \(ImagePositionPatient\), others do"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_a_frame_that_lacks_what_others_have_is_named(tmp_path, modality, keyword, values, message):
    shared = {name: value for name, value in (SHARED | RESCALE).items() if name != keyword}
    own = without(with_own(keyword, **values), 2, keyword)
    path = write_enhanced(tmp_path / "a.dcm", FRAMES, shared, own, Modality=modality)
    refused(path, rf"a\.dcm: {message}")


def test_frames_with_pixels_of_other_sizes_are_no_array(tmp_path):
    own = with_own("PixelMeasures", PixelSpacing=[[1, 1], [1, 1], [1, 2]])
    path = write_enhanced(tmp_path / "a.dcm", FRAMES, SHARED | RESCALE, own)
    refused(
        path, r"a\.dcm: frame 3: has pixel spacing \(1\.0, 2\.0\), but frame 1 .*\(1\.0, 1\.0\)"
    )


def test_one_enhanced_frame_is_an_image(tmp_path):
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES[:1], SHARED | RESCALE, PLACES[:1]))
    assert scan.array.shape == (4, 5)
    assert scan.array[0, 0] == -994
    assert scan.spacing == (0.5, 0.75)
    np.testing.assert_allclose(scan.affine @ [1, 2, 1, 1], [1.75, 3, 12, 1])


def test_a_series_of_enhanced_files_is_looked_up_file_by_file(tmp_path):
    for place in range(3):
        intercept = {"RescaleSlope": 1, "RescaleIntercept": -1000 * place}
        shared = SHARED | {"PixelValueTransformation": intercept}
        one = slice(place, place + 1)
        write_enhanced(tmp_path / f"{place}", FRAMES[one], shared, PLACES[one])
    scan = read_dicom(tmp_path)
    assert scan.array[:, 0, 0].tolist() == [10 - 1000, 20 - 2000, 30]
    assert scan.spacing == pytest.approx((3, 0.5, 0.75))


def test_a_mapping_to_real_values_is_applied_where_nothing_else_is(tmp_path):
    shared = SHARED | mapping(0.5, 1, "ms")
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, shared, PLACES, Modality="MR"))
    assert scan.array[:, 0, 0].tolist() == [6, 11, 16]
    assert scan.metadata["RealWorldValueUnits"] == "ms"
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, shared | RESCALE, PLACES))
    assert scan.array[:, 0, 0].tolist() == [-1014, -1004, -994]
    assert scan.metadata["RealWorldValueSlope"] == 0.5


@pytest.mark.parametrize(("code", "unit"), [("[hnsf'U]", "HU"), ("g/cm3", "")])
def test_a_mapping_to_hounsfield_units_makes_them(tmp_path, code, unit):
    shared = SHARED | mapping(1, -1024, code)
    scan = read_dicom(write_enhanced(tmp_path / "a", FRAMES, shared, PLACES))
    assert scan.array[:, 0, 0].tolist() == [-1014, -1004, -994]
    assert scan.unit == unit


@pytest.mark.parametrize(("distance", "order"), [(4.5, [30, 10, 20]), (-4.5, [20, 10, 30])])
def test_a_nuclear_volume_is_stacked_from_its_first_slice(tmp_path, distance, order):
    kind = {"Modality": "NM", "ImageType": ["ORIGINAL", "PRIMARY", "RECON TOMO"]}
    nowhere = ("RescaleSlope", "ImagePositionPatient", "ImageOrientationPatient")
    dataset = header(**kind, NumberOfFrames=3, SpacingBetweenSlices=distance,
                     RescaleIntercept=None, **dict.fromkeys(nowhere))  # fmt: skip
    detector = Dataset()
    detector.ImagePositionPatient, detector.ImageOrientationPatient = [0, 0, 9], [1, 0, 0, 0, 1, 0]
    dataset.DetectorInformationSequence = Sequence([detector])
    dataset.SliceVector = [1, 2, 3]
    add_pixels(dataset, FRAMES).save_as(tmp_path / "a", enforce_file_format=True)
    scan = read_dicom(tmp_path / "a")
    assert scan.array[:, 0, 0].tolist() == order
    assert scan.spacing == pytest.approx((4.5, 0.5, 0.75))
    first = 9 + min(0, 2 * distance)
    np.testing.assert_allclose(scan.affine @ [0, 0, 0, 1], [0, 0, first, 1])


def test_a_header_of_another_kind_in_a_private_group_is_not_asked(tmp_path):
    path = write_enhanced(tmp_path / "a", FRAMES, SHARED | RESCALE, PLACES)
    dataset = dcmread(path)
    old = Dataset()
    old.WindowCenter, old.PixelSpacing = 99, [7, 7]
    group = dataset.PerFrameFunctionalGroupsSequence[0]
    group.private_block(0x2005, "MAKER", create=True).add_new(1, "SQ", Sequence([old]))
    dataset.save_as(path)
    scan = read_dicom(path)
    assert scan.metadata["WindowCenter"] == 40
    assert scan.spacing == pytest.approx((3, 0.5, 0.75))

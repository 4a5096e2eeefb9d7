"""The order of DICOM's steps: look-up table or rescale first, MONOCHROME1's inversion last."""

from functools import partial

import numpy as np
import pytest
from dicom_files import write_series, write_slice
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from refusals import refused as refused_by

from medtutor.datasets import read_dicom, window

refused = partial(refused_by, read_dicom)

SQUARES = [number**2 for number in range(256)]
STORED = np.array([[0, 10], [100, 200]], np.uint16)
CR = {"Modality": "CR", "RescaleSlope": None, "RescaleIntercept": None}


def table(descriptor, data, vr="US", **elements):
    """Return the element of a modality's look-up table."""
    item = Dataset()
    item.add_new("LUTDescriptor", "SS" if min(descriptor) < 0 else "US", descriptor)
    item.add_new("LUTData", vr, data)
    for keyword, value in elements.items():
        setattr(item, keyword, value)
    return {"ModalityLUTSequence": Sequence([item])}


def both(tmp_path, stored, **elements):
    """Read an image as MONOCHROME1 and as MONOCHROME2."""
    return [
        read_dicom(
            write_slice(tmp_path / "a", stored, **elements, PhotometricInterpretation=photometric)
        )
        for photometric in ("MONOCHROME1", "MONOCHROME2")
    ]


@pytest.mark.parametrize(
    "steps",
    [
        table([256, 0, 16], SQUARES),
        {"RescaleSlope": 2, "RescaleIntercept": -100},
        {"RescaleSlope": -1, "RescaleIntercept": 7},
        {"RescaleSlope": 0.5, "RescaleIntercept": 0},
        {},
    ],
)
def test_monochrome1_is_the_mirror_image_of_monochrome2(tmp_path, steps):
    turned, plain = both(tmp_path, STORED, **CR | steps)
    sums = turned.array.astype(float) + plain.array
    assert (sums == sums[0, 0]).all()
    assert len(np.unique(plain.array)) == 4


def test_a_look_up_table_comes_before_the_inversion(tmp_path):
    turned, plain = both(tmp_path, STORED, **CR, **table([256, 0, 16], SQUARES))
    assert plain.array.tolist() == [[0, 100], [10000, 40000]]
    assert turned.array.tolist() == [[65535, 65435], [55535, 25535]]


@pytest.mark.parametrize(
    ("kind", "first", "stored", "expected"),
    [
        ("int16", -100, [-200, -100, -99, 155, 200], [0, 0, 1, 65025, 65025]),
        ("int16", 65436, [-200, -100, -99, 155, 200], [0, 0, 1, 65025, 65025]),
        ("int16", -32768, [-32768, -32767, 32767], [0, 1, 65025]),
        ("int8", -128, [-128, -127, 127], [0, 1, 65025]),
        ("uint8", 250, [0, 250, 255], [0, 0, 25]),
        ("uint16", 65000, [0, 65000, 65002, 65535], [0, 0, 4, 65025]),
    ],
)
def test_the_first_value_of_a_table_has_the_sign_of_the_pixels(
    tmp_path, kind, first, stored, expected
):
    pixels = np.array([stored], kind)
    path = write_slice(tmp_path / "a", pixels, **CR, **table([256, first, 16], SQUARES))
    assert read_dicom(path).array.tolist() == [expected]


@pytest.mark.parametrize(
    ("descriptor", "data", "vr"),
    [
        ([256, 0, 8], list(range(256)), "US"),
        ([256, 0, 8], bytes(range(256)), "OW"),
        ([256, 0, 12], list(range(256)), "US"),
        ([0, 0, 16], np.arange(2**16, dtype="<u2").tobytes(), "OW"),
    ],
)
def test_tables_of_every_width_and_length(tmp_path, descriptor, data, vr):
    path = write_slice(tmp_path / "a", STORED, **CR, **table(descriptor, data, vr))
    assert read_dicom(path).array.tolist() == STORED.tolist()


def test_a_table_makes_hounsfield_units_where_it_says_so(tmp_path):
    said = table([256, 0, 16], SQUARES, ModalityLUTType="HU")
    assert read_dicom(write_slice(tmp_path / "a", STORED, **said)).unit == "HU"
    unsaid = table([256, 0, 16], SQUARES)
    assert read_dicom(write_slice(tmp_path / "a", STORED, **unsaid)).unit == ""


def test_an_empty_sequence_of_tables_is_none(tmp_path):
    path = write_slice(tmp_path / "a", STORED, ModalityLUTSequence=Sequence([]))
    scan = read_dicom(path)
    assert scan.array.tolist() == [[-1024, -1014], [-924, -824]]
    assert scan.array.dtype == np.int16


def test_a_table_that_is_too_short_is_refused(tmp_path):
    path = write_slice(tmp_path / "a.dcm", STORED, **CR, **table([256, 0, 16], SQUARES[:99]))
    refused(path, r"a\.dcm: has a look-up table of 198 bytes for 256 entries")


@pytest.mark.parametrize("steps", [{}, {"RescaleSlope": 2, "RescaleIntercept": -100}])
def test_a_window_shows_the_same_of_monochrome1_in_negative(tmp_path, steps):
    steps = CR | steps | {"WindowCenter": 100, "WindowWidth": 401}
    shown = [
        window(scan.array, scan.metadata["WindowCenter"], scan.metadata["WindowWidth"])
        for scan in both(tmp_path, STORED, **steps)
    ]
    np.testing.assert_allclose(shown[0], 1 - shown[1], atol=1e-6)
    assert 0 < shown[0][1, 0] < 1


@pytest.mark.parametrize("modality", ["CT", "PT"])
def test_values_in_a_unit_are_not_turned_round(tmp_path, modality):
    turned, plain = both(tmp_path, STORED, Modality=modality)
    np.testing.assert_array_equal(turned.array, plain.array)


def test_slices_with_slopes_of_their_own_are_turned_round_together(tmp_path):
    for place, slope in enumerate((1, 2)):
        stored = np.full((2, 2), 100 // slope, np.uint16)
        write_slice(tmp_path / f"{place}", stored, Modality="CR", RescaleSlope=slope,
                    RescaleIntercept=0, ImagePositionPatient=[0, 0, place],
                    PhotometricInterpretation="MONOCHROME1")  # fmt: skip
    # Both show 100, so both must be equally bright.
    assert len(np.unique(read_dicom(tmp_path).array)) == 1


def test_a_slice_without_the_rescale_of_the_others_is_named(tmp_path):
    write_series(tmp_path, n=3, Modality="MR")
    write_slice(tmp_path / "zz.dcm", np.zeros((6, 8), np.int16), **CR | {"Modality": "MR"},
                ImagePositionPatient=[-10, -20, 107.5])  # fmt: skip
    refused(tmp_path, r"zz\.dcm: has no RescaleSlope and RescaleIntercept, others have")


@pytest.mark.parametrize(
    ("modality", "relationship", "is_bent"),
    [("XA", "LOG", False), ("RF", "DISP", False), ("XA", "LIN", True), ("CR", "LOG", True)],
)
def test_the_table_of_angiography_that_leads_back_to_the_beam_is_not_applied(
    tmp_path, modality, relationship, is_bent
):
    steps = CR | table([256, 0, 16], SQUARES) | {"PixelIntensityRelationship": relationship}
    scan = read_dicom(write_slice(tmp_path / "a", STORED, **steps | {"Modality": modality}))
    np.testing.assert_array_equal(scan.array, STORED.astype(int) ** 2 if is_bent else STORED)

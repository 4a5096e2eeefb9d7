"""Which elements tell how large pixels are, or at least their shape; and how exactly."""

from functools import partial

import numpy as np
import pytest
from dicom_files import add_pixels, header, write_slice
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from refusals import refused as refused_by

from medtutor.datasets import read_dicom, read_folder

refused = partial(refused_by, read_dicom)

OTHER = {"Modality": "OT", "RescaleSlope": None, "RescaleIntercept": None, "PixelSpacing": None}
STORED = np.zeros((4, 5), np.uint8)


@pytest.mark.parametrize(
    ("elements", "spacing"),
    [
        ({"ImagerPixelSpacing": [2, 1]}, (2, 1)),
        ({"NominalScannedPixelSpacing": [2, 1]}, (2, 1)),
        ({"PixelSpacing": [2, 1], "ImagerPixelSpacing": [4, 4]}, (2, 1)),
        ({"PixelSpacing": [2, 1], "PixelAspectRatio": [1, 1]}, (2, 1)),
        ({}, None),
    ],
)
def test_every_spacing_is_asked(tmp_path, elements, spacing):
    scan = read_dicom(write_slice(tmp_path / "a", STORED, **OTHER | elements))
    assert scan.spacing == spacing
    assert scan.pixel_shape == (spacing or (1, 1))


def test_an_aspect_ratio_is_a_shape_without_a_size(tmp_path):
    scan = read_dicom(write_slice(tmp_path / "a", STORED, **OTHER, PixelAspectRatio=[2, 1]))
    assert scan.spacing is None
    assert scan.pixel_shape == scan.metadata["PixelAspectRatio"] == (2, 1)
    path = write_slice(tmp_path / "b.dcm", STORED, **OTHER, PixelAspectRatio=[0, 1])
    refused(path, r"b\.dcm: its PixelAspectRatio is \(0\.0, 1\.0\)")


@pytest.mark.parametrize(
    "elements",
    [
        {"PixelAspectRatio": [2, 1]},
        {"NominalScannedPixelSpacing": [0.2, 0.1]},
        {"ImagerPixelSpacing": [0.2, 0.1]},
    ],
)
def test_a_circle_stays_a_circle(tmp_path, elements):
    rows, columns = np.mgrid[:40, :80]
    ellipse = ((rows - 19.5) / 10) ** 2 + ((columns - 39.5) / 20) ** 2 < 1
    write_slice(tmp_path / "a", ellipse.astype(np.uint8) * 200, **OTHER | elements)
    shown = read_folder(tmp_path, size=64).array[0, :, :, 0] > 100
    height, width = np.ptp(np.flatnonzero(shown.any(1))), np.ptp(np.flatnonzero(shown.any(0)))
    assert abs(int(height) - int(width)) <= 1


def regions(*values):
    """Return ultrasound regions of unit and distance along x and y; unit 3 is the centimetre."""
    found = []
    for unit_x, unit_y, x, y in values:
        region = Dataset()
        region.PhysicalUnitsXDirection, region.PhysicalUnitsYDirection = unit_x, unit_y
        region.PhysicalDeltaX, region.PhysicalDeltaY = x, y
        found.append(region)
    return Sequence(found)


@pytest.mark.parametrize(
    ("values", "spacing"),
    [
        ([(3, 3, 0.1, 0.2)], (2, 1)),
        ([(3, 3, 0.1, -0.2)], (2, 1)),
        ([(3, 3, 0.1, 0.2), (3, 3, 0.1, 0.2)], (2, 1)),
        # A curve over time measures no lengths.
        ([(3, 3, 0.1, 0.2), (4, 7, 0.5, 9)], (2, 1)),
        ([(3, 3, 0.1, 0.2), (3, 3, 0.1, 0.3)], None),
        ([(4, 7, 0.5, 9)], None),
        ([(3, 3, 0, 0)], None),
        ([], None),
    ],
)
def test_regions_of_ultrasound(tmp_path, values, spacing):
    path = write_slice(
        tmp_path / "a", STORED, **OTHER, SequenceOfUltrasoundRegions=regions(*values)
    )
    assert read_dicom(path).spacing == (spacing and pytest.approx(spacing))


def write_text(path, keyword, text):
    """Write a file with any text in an element, unchecked."""
    dataset = add_pixels(header(**OTHER), STORED)
    tag = Tag(keyword)
    dataset._dict[tag] = RawDataElement(tag, "DS", len(text), text.encode(), 0, False, True)
    dataset.save_as(path, enforce_file_format=True)
    return path


@pytest.mark.parametrize(
    ("text", "spacing"), [(r"0.5 \ 0.25 ", (0.5, 0.25)), (r"5E-1\.25", (0.5, 0.25)),
                          ("0.5 ", (0.5, 0.5)), ("  ", None), (r" \ ", None)],
)  # fmt: skip
def test_blanks_around_numbers_mean_nothing(tmp_path, text, spacing):
    assert read_dicom(write_text(tmp_path / "a", "PixelSpacing", text)).spacing == spacing


@pytest.mark.parametrize("text", [r"0,5\0,5 ", "0.5,0.5 ", "0.5\\", r"half\1"])
def test_what_is_no_pair_of_numbers_is_shown(tmp_path, text):
    path = write_text(tmp_path / "a.dcm", "PixelSpacing", text)
    error = refused(path, r"a\.dcm: its header says PixelSpacing is '.*', where 2 finite numbers")
    assert text.strip() in str(error)
    assert "decimal point" in error.cure


def write_pair(folder, first, second, keyword):
    for place, value in enumerate((first, second)):
        write_slice(folder / f"{place}.dcm", STORED, **{keyword: value},
                    ImagePositionPatient=[0, 0, place])  # fmt: skip


@pytest.mark.parametrize(
    ("keyword", "first", "second"),
    [
        ("PixelSpacing", [0.48828125, 0.48828125], [0.488281, 0.488281]),
        ("PixelSpacing", [0.703125, 0.703125], [0.7031, 0.7031]),
        ("ImageOrientationPatient", [1, 0, 0, 0, 1, 0], [0.99999, 0.0003, 0, 0, 1, 0]),
    ],
)
def test_decimals_may_be_cut_off_anywhere(tmp_path, keyword, first, second):
    write_pair(tmp_path, first, second, keyword)
    assert read_dicom(tmp_path).array.shape == (2, 4, 5)
    assert read_folder(tmp_path).spacing == pytest.approx(read_dicom(tmp_path).spacing[1:], 1e-4)


def test_another_spacing_is_another(tmp_path):
    write_pair(tmp_path, [0.488, 0.488], [0.489, 0.489], "PixelSpacing")
    refused(
        tmp_path, r"1\.dcm: has pixel spacing \(0\.489, 0\.489\), but 0\.dcm .* \(0\.488, 0\.488\)"
    )


def test_a_slice_without_a_spacing_is_named(tmp_path):
    write_pair(tmp_path, None, [0.5, 0.5], "PixelSpacing")
    refused(tmp_path, r"0\.dcm: doesn't say how large its pixels are .*, but 1\.dcm does")


def test_a_slice_beside_the_others_is_named(tmp_path):
    for place, x in enumerate((0, 0, 12, 0)):
        write_slice(tmp_path / f"{place}.dcm", STORED, ImagePositionPatient=[x, 0, 3 * place])
    refused(tmp_path, r"2\.dcm: lies 12 mm beside the line through the other slices")

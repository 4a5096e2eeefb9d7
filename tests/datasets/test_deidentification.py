"""De-identification: nothing of what the profile names is left, and the image still opens."""

import copy
import csv
import io
import struct
import warnings
from importlib.resources import files

import numpy as np
import pydicom
import pytest
from pydicom import examples
from pydicom.datadict import dictionary_has_tag, dictionary_VR, repeater_has_tag
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.tag import Tag
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from medtutor.datasets import deidentification_risks, deidentify

SECRET_UID = "1.2.826.0.1.3680043.9.7133.4815162342"
SECRETS = {
    "AE": "KESTREL9", "AS": "077Y", "CS": "KESTREL_9", "DA": "19630417", "TM": "171321.77",
    "DT": "19630417171321.77", "DS": "4815.16234", "IS": "481516234", "PN": "Kestrel^Nine",
    "UI": SECRET_UID, "UR": "https://kestrel9.example",
}  # fmt: skip
NUMBERS = {"US": "<H", "SS": "<h", "UL": "<L", "SL": "<l", "FL": "<f", "FD": "<d"}
UNKNOWN_VR = "LO"  # of tags newer than the installed pydicom
BYTES_VR = ("OB", "OW", "OD", "OF", "OL", "OV", "UN")


def profile_tags():
    """Every tag of the shipped table, patterns made concrete."""
    text = files("medtutor.datasets").joinpath("deidentification_profile.csv").read_text("ascii")
    concrete = {"50xxxxxx": ["50023000"], "60xx4000": ["60004000", "601e4000"]}
    concrete["60xx3000"] = ["60023000"]
    rows = list(csv.DictReader(text.splitlines()))
    for row in rows:
        for name in concrete.get(row["tag"], [row["tag"]]):
            if name[:4] != "0002":  # the file's header has tests of its own
                yield pytest.param(Tag(int(name, 16)), id=f"{name}-{row['keyword']}")


def secret_element(tag):
    """Return an element with a recognisable value, and the bytes to look for."""
    vr = UNKNOWN_VR
    if dictionary_has_tag(tag) or repeater_has_tag(tag):
        vr = dictionary_VR(tag).split(" or ")[0]
    if vr == "SQ":
        item = Dataset()
        item.ReferencedSOPInstanceUID = SECRET_UID
        return DataElement(tag, "SQ", [item]), SECRET_UID.encode()
    if vr in NUMBERS:
        value = 48151.62 if vr in ("FL", "FD") else 23421
        return DataElement(tag, vr, value), struct.pack(NUMBERS[vr], value)
    if vr in BYTES_VR:
        return DataElement(tag, vr, b"kestrel-nine"), b"kestrel-nine"
    value = SECRETS.get(vr, "kestrel nine")
    return DataElement(tag, vr, value), value.encode()


def written(dataset):
    sink = DicomBytesIO()
    sink.is_little_endian, sink.is_implicit_VR = True, False
    write_dataset(sink, dataset)
    return sink.getvalue()


def nested(element):
    """Return a data set with the element at the top, and two sequences deep."""
    inner, middle, outer = Dataset(), Dataset(), Dataset()
    outer.set_original_encoding(False, True)
    inner.add(element)
    middle.AnatomicRegionModifierSequence = [inner]
    outer.AnatomicRegionSequence = [middle]
    outer.add(element)
    outer.Rows = 5
    return outer


def test_table_is_whole():
    rows = [param.values[0] for param in profile_tags()]
    assert len(rows) > 600
    assert Tag("PatientName") in rows
    assert Tag(0x60023000) in rows  # of the pattern 60xx3000


@pytest.mark.parametrize("tag", list(profile_tags()))
def test_nothing_of_a_profile_tag_remains_at_any_depth(tag):
    element, needle = secret_element(tag)
    dataset = nested(element)
    before = written(dataset)
    assert before.count(needle) >= 2  # so that the test below can fail
    clean = deidentify(dataset)
    assert needle not in written(clean)
    assert clean.Rows == 5
    assert written(dataset) == before


def with_header():
    dataset = Dataset()
    dataset.set_original_encoding(False, True)
    dataset.SOPClassUID = SecondaryCaptureImageStorage
    dataset.SOPInstanceUID = SECRET_UID
    dataset.BurnedInAnnotation = "NO"
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = SecondaryCaptureImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = SECRET_UID
    return dataset


def saved(dataset):
    sink = io.BytesIO()
    dataset.save_as(sink, enforce_file_format=True)
    return sink.getvalue()


def test_nothing_remains_in_the_header_of_the_file():
    dataset = with_header()
    dataset.file_meta.SourceApplicationEntityTitle = "KESTREL9"
    dataset.file_meta.PrivateInformationCreatorUID = SECRET_UID
    dataset.file_meta.PrivateInformation = b"kestrel9"
    dataset.preamble = b"KESTREL9" * 16
    clean = deidentify(dataset)
    assert b"kestrel9" not in saved(clean).lower()
    assert SECRET_UID.encode() not in saved(clean)
    assert clean.file_meta.MediaStorageSOPInstanceUID == clean.SOPInstanceUID
    assert clean.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian


def test_private_and_unknown_elements_go_at_any_depth():
    private = DataElement(0x00091010, "LO", "kestrel nine")
    unknown = DataElement(0x0012FF10, "LO", "kestrel nine")  # even group, in no dictionary
    for element in (private, unknown):
        clean = deidentify(nested(element))
        assert b"kestrel" not in written(clean)
        assert element.tag not in clean


def test_what_can_not_be_read_goes_and_is_reported():
    dataset = with_header()
    tag = Tag("SingleCollimationWidth")
    dataset[tag] = RawDataElement(tag, "FD", 7, b"kestrel", 0, False, True)
    with pytest.warns(UserWarning, match=r"1 elements could not be read .* \(0018,9306\)"):
        clean = deidentify(dataset)
    assert tag not in clean


def test_bytes_of_unknown_type_go_and_are_reported(monkeypatch):
    monkeypatch.setattr(pydicom.config, "replace_un_with_known_vr", False)
    dataset = nested(DataElement("ScanOptions", "UN", b"kestrel"))
    with pytest.warns(UserWarning, match="2 elements could not be read and were removed"):
        clean = deidentify(dataset)
    assert b"kestrel" not in written(clean)


def test_uids_stay_consistent_between_the_images_of_a_series():
    first, second, other = with_header(), with_header(), with_header()
    other.SOPInstanceUID = SECRET_UID + ".1"
    cleaned = [deidentify(dataset, secret="of this study") for dataset in (first, second, other)]
    assert cleaned[0].SOPInstanceUID == cleaned[1].SOPInstanceUID
    assert cleaned[0].SOPInstanceUID != cleaned[2].SOPInstanceUID
    assert cleaned[0].SOPInstanceUID != deidentify(first, secret="another").SOPInstanceUID
    assert cleaned[0].SOPInstanceUID != deidentify(first).SOPInstanceUID
    assert deidentify(first).SOPInstanceUID == deidentify(second).SOPInstanceUID
    assert cleaned[0].SOPInstanceUID.is_valid
    assert cleaned[0].SOPClassUID == SecondaryCaptureImageStorage


def test_names_that_the_standard_gives_are_kept_but_not_all_under_its_root():
    dataset = with_header()
    dataset.FrameOfReferenceUID = "1.2.840.10008.1.4.1.1"  # Talairach's brain atlas
    item = Dataset()
    item.ReferencedSOPInstanceUID = ["1.2.840.10008.99.77", SECRET_UID]
    dataset.ReferencedImageSequence = [item]
    clean = deidentify(dataset)
    assert clean.FrameOfReferenceUID == "1.2.840.10008.1.4.1.1"
    kept = clean.ReferencedImageSequence[0].ReferencedSOPInstanceUID
    assert len(kept) == 2
    assert all(uid.startswith("2.25.") for uid in kept)


def test_result_says_what_was_done():
    clean = deidentify(with_header())
    assert clean.PatientIdentityRemoved == "YES"
    assert "PS3.15" in clean.DeidentificationMethod
    assert clean.DeidentificationMethodCodeSequence[0].CodeValue == "113100"
    assert clean.LongitudinalTemporalInformationModified == "REMOVED"


def test_mandatory_elements_stay_as_empty_or_dummy():
    dataset = with_header()
    dataset.PatientName, dataset.PatientID = "Kestrel^Nine", "K-9"
    dataset.StudyDate, dataset.ContentDate = "19630417", "19630417"
    clean = deidentify(dataset)
    assert "PatientName" in clean
    assert not clean.PatientName
    assert clean.PatientID == "REMOVED"
    assert "StudyDate" in clean
    assert not clean.StudyDate
    assert clean.ContentDate == "19000101"


def test_changing_the_result_leaves_the_input_alone():
    dataset = with_header()
    dataset.ImageType = ["ORIGINAL", "PRIMARY"]
    clean = deidentify(dataset)
    clean.ImageType[0] = "DERIVED"
    clean.file_meta.MediaStorageSOPClassUID = "1.2.3"
    assert dataset.ImageType[0] == "ORIGINAL"
    assert dataset.file_meta.MediaStorageSOPClassUID == SecondaryCaptureImageStorage


EXAMPLES = ("ct", "mr", "ybr_color", "rgb_color", "palette_color", "overlay", "jpeg2k", "rt_dose")
IDENTIFYING = ("PatientName", "PatientID", "PatientBirthDate", "StudyDate", "AccessionNumber")
IDENTIFYING += ("InstitutionName", "ReferringPhysicianName", "StudyInstanceUID", "StudyTime")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_keep_their_pixels_and_nothing_of_the_patient(name):
    dataset = copy.deepcopy(getattr(examples, name))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they warn of is tested elsewhere
        content = saved(deidentify(dataset))
    again = pydicom.dcmread(io.BytesIO(content))
    np.testing.assert_array_equal(again.pixel_array, dataset.pixel_array)
    assert not any(element.tag.is_private for element in again.iterall())
    for keyword in IDENTIFYING:
        value = str(dataset.get(keyword) or "")
        if len(value) > 3 and value not in str(dataset.Manufacturer):
            assert value.encode() not in content, keyword


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"BurnedInAnnotation": "YES"}, "burned-in text .*black it out"),
        ({"BurnedInAnnotation": "", "Modality": "US"}, r"\(US\) often show burned-in text"),
        ({"BurnedInAnnotation": ""}, "secondary capture.* often show burned-in text"),
        ({"BodyPartExamined": "HEAD"}, "face can be computed"),
        ({"StudyDescription": "MR Brain w/o contrast"}, "face can be computed"),
        ({"RecognizableVisualFeatures": "YES"}, "face can be computed"),
    ],
)
def test_what_it_can_not_do_is_warned_of(changes, said):
    dataset = with_header()
    for keyword, value in changes.items():
        setattr(dataset, keyword, value)
    with pytest.warns(UserWarning, match=said):
        deidentify(dataset)
    assert len(deidentification_risks(dataset)) == 1


def test_overlay_in_the_bits_of_the_pixels_is_warned_of():
    dataset = with_header()
    dataset.add_new(0x60000102, "US", 12)
    with pytest.warns(UserWarning, match="unused bits of the pixels"):
        deidentify(dataset)


def test_no_risk_is_named_where_the_header_gives_no_reason():
    dataset = with_header()
    dataset.BodyPartExamined = "HEART"  # an ear is in the word only
    assert deidentification_risks(dataset) == []


def test_damaged_header_is_no_obstacle():
    dataset = with_header()
    tag = Tag("Modality")
    dataset[tag] = RawDataElement(tag, "??", 2, b"US", 0, False, True)
    dataset.file_meta.MediaStorageSOPClassUID = ["1.2.3", "4.5.6"]
    with pytest.warns(UserWarning, match="1 elements could not be read"):
        clean = deidentify(dataset)
    assert "MediaStorageSOPClassUID" not in clean.file_meta


def test_other_input_is_refused_with_the_cure():
    with pytest.raises(TypeError, match=r"not str; read the file with pydicom\.dcmread"):
        deidentify("scan.dcm")
    index = Dataset()
    index.DirectoryRecordSequence = []
    with pytest.raises(ValueError, match="DICOMDIR, an index of other files"):
        deidentify(index)

"""DICOM files that the tests write themselves."""

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

NAME, NUMBER = "Doe^Jane", "KRANKENHAUS-4711"


def header(**elements):
    """Return a small CT header with a patient in it; None takes an element out."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID = "1.2.3.4"
    defaults = {
        "Modality": "CT",
        "PatientName": NAME,
        "PatientID": NUMBER,
        "PatientBirthDate": "19700101",
        "SeriesInstanceUID": "1.2.3",
        "SeriesNumber": 1,
        "ImageOrientationPatient": [1, 0, 0, 0, 1, 0],
        "ImagePositionPatient": [-10, -20, 0],
        "PixelSpacing": [0.5, 0.75],
        "SliceThickness": 2,
        "RescaleSlope": 1,
        "RescaleIntercept": -1024,
        "PhotometricInterpretation": "MONOCHROME2",
    }
    for keyword, value in (defaults | elements).items():
        if value is not None:
            setattr(dataset, keyword, value)
    return dataset


def add_pixels(dataset, pixels):
    """Put pixels of shape (H, W), (T, H, W) or (H, W, 3) into a header."""
    coloured = pixels.ndim == 3 and pixels.shape[-1] == 3
    dataset.SamplesPerPixel = 3 if coloured else 1
    if coloured:
        dataset.PlanarConfiguration = 0
    dataset.Rows, dataset.Columns = pixels.shape[-3:-1] if coloured else pixels.shape[-2:]
    dataset.BitsAllocated = dataset.BitsStored = 8 * pixels.dtype.itemsize
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelRepresentation = int(pixels.dtype.kind == "i")
    dataset.PixelData = pixels.tobytes()
    dataset["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    return dataset


def write_slice(path, pixels, **elements):
    """Write one file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    add_pixels(header(**elements), pixels).save_as(path, enforce_file_format=True)
    return path


def write_series(folder, n=4, shape=(6, 8), step=2.5, **elements):
    """Write axial slices, named against their order; slice k holds the value 1024 + k."""
    for k in range(n):
        pixels = np.full(shape, 1024 + k, np.int16)
        position = [-10, -20, 100 + step * k]
        place = {"ImagePositionPatient": position, "InstanceNumber": k + 1} | elements
        write_slice(folder / f"slice{n - k:02d}.dcm", pixels, **place)
    return folder


def items(**groups):
    """Return one functional group: items(PlanePosition={"ImagePositionPatient": …})."""
    group = Dataset()
    for name, elements in groups.items():
        item = Dataset()
        for keyword, value in elements.items():
            setattr(item, keyword, value)
        setattr(group, f"{name}Sequence", Sequence([item]))
    return group


def write_enhanced(path, frames, shared=None, own=(), **elements):
    """Write a multi-frame file whose header values stand in functional groups."""
    nowhere = ("RescaleSlope", "RescaleIntercept", "PixelSpacing", "SliceThickness",
               "ImageOrientationPatient", "ImagePositionPatient")  # fmt: skip
    dataset = header(**dict.fromkeys(nowhere) | {"NumberOfFrames": len(frames)} | elements)
    if shared is not None:
        dataset.SharedFunctionalGroupsSequence = Sequence([items(**shared)])
    if own:
        dataset.PerFrameFunctionalGroupsSequence = Sequence([items(**groups) for groups in own])
    add_pixels(dataset, frames).save_as(path, enforce_file_format=True)
    return path

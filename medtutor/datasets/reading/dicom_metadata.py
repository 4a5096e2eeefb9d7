"""What is harmless in the headers of DICOM files."""

from collections.abc import Callable, Sequence
from typing import Any

from medtutor.datasets.reading.dicom_header import Header
from medtutor.datasets.reading.dicom_padding import padding_of
from medtutor.datasets.reading.dicom_units import real_world_mapping
from medtutor.datasets.reading.errors import naming

# Taken over into Scan.metadata. A list of what is harmless, not of what is not: a tag that nobody
# has thought of stays out. No names, dates, places, numbers of people or machines, no free text
# but the maker and the model; no UID but that of the kind of image.
_HARMLESS = (
    "SOPClassUID", "TransferSyntaxUID", "Modality", "ImageType",
    "Manufacturer", "ManufacturerModelName",
    "BodyPartExamined", "PatientPosition", "Laterality", "ImageLaterality", "ViewPosition",
    "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel", "PhotometricInterpretation",
    "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation",
    "PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "PixelAspectRatio",
    "SliceThickness", "SpacingBetweenSlices", "ImageOrientationPatient", "ImagePositionPatient",
    "RescaleSlope", "RescaleIntercept", "RescaleType", "Units",
    "WindowCenter", "WindowWidth", "VOILUTFunction", "PresentationLUTShape",
    "LossyImageCompression", "LossyImageCompressionRatio", "BurnedInAnnotation",
    "KVP", "XRayTubeCurrent", "ExposureTime", "Exposure", "ConvolutionKernel", "GantryDetectorTilt",
    "ScanningSequence", "SequenceVariant", "MRAcquisitionType", "MagneticFieldStrength",
    "RepetitionTime", "EchoTime", "InversionTime", "FlipAngle", "EchoTrainLength",
    "FrameTime", "CineRate", "RecommendedDisplayFrameRate",
)  # fmt: skip


_COMPUTED: dict[str, Callable[[Header], Any]] = {
    "PixelPaddingValue": lambda frame: _part(padding_of(frame), 0),
    "PixelPaddingRangeLimit": lambda frame: _part(padding_of(frame), 1),
    "RealWorldValueSlope": lambda frame: _part(real_world_mapping(frame), 0),
    "RealWorldValueIntercept": lambda frame: _part(real_world_mapping(frame), 1),
    "RealWorldValueUnits": lambda frame: _part(real_world_mapping(frame), 2),
}


def metadata_of(frames: Sequence[Header]) -> dict[str, Any]:
    """Return the harmless elements as plain Python values.

    A value that differs from frame to frame becomes a tuple with one entry for each.
    """
    different = list(dict.fromkeys(frames))
    kept = {}
    with naming(frames[0].path):
        for keyword in (*_HARMLESS, *_COMPUTED):
            read = _COMPUTED.get(keyword, lambda frame, keyword=keyword: frame.get(keyword))
            values = [_plain(read(frame)) for frame in different]
            if any(value not in (None, "") for value in values):
                same = len(set(map(repr, values))) == 1
                kept[keyword] = values[0] if same else tuple(values)
    return kept


def _part(found: Sequence[Any] | None, place: int) -> Any:
    return None if found is None else found[place]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bytes)):
        return value if value is None else str(value)
    if isinstance(value, Sequence):
        return tuple(_plain(part) for part in value)
    return int(value) if isinstance(value, int) else float(value)

"""From stored values to those of the modality: straight lines, exact and in small types."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from medtutor.datasets.reading.dicom_header import Header

Line = tuple[float, float]
_IDENTITY: Line = (1.0, 0.0)
# How UCUM, the code for units, writes Hounsfield units.
_HOUNSFIELD = ("HU", "[hnsf'U]")


def lines_of(frames: Sequence[Header]) -> list[Line]:
    """Return slope and intercept of each frame.

    Raises
    ------
    ReadError
        For a frame that lacks what others have, and for CT without them.
    """
    found = {frame: _line_of(frame) for frame in dict.fromkeys(frames)}
    lost = next((frame for frame, line in found.items() if line is None), None)
    if lost is None:
        return [found[frame] or _IDENTITY for frame in frames]
    if any(found.values()):
        raise lost.refusal("no_rescale_beside_others")
    if lost.get("Modality") == "CT":
        raise lost.refusal("ct_without_rescale")
    return [_IDENTITY] * len(frames)


def modality_tables(frame: Header) -> Any:
    """Return the table that makes the modality's values of stored ones, in a list, or nothing.

    That of angiography and fluoroscopy whose pixels aren't linear leads back to the intensity of
    the beam: nobody looks at that, and other programs leave it alone.
    """
    is_beam = frame.get("Modality") in ("XA", "RF")
    is_bent = frame.get("PixelIntensityRelationship") in ("LOG", "DISP")
    return None if is_beam and is_bent else frame.get("ModalityLUTSequence")


def _line_of(frame: Header) -> Line | None:
    if modality_tables(frame):
        return _IDENTITY
    slope, intercept = frame.numbers("RescaleSlope", 1), frame.numbers("RescaleIntercept", 1)
    if slope is None and intercept is None:
        mapping = real_world_mapping(frame)
        return mapping[:2] if mapping else None
    if slope is None or intercept is None:
        missing = "RescaleSlope" if slope is None else "RescaleIntercept"
        raise frame.refusal("half_a_rescale", missing=missing)
    if slope[0] == 0:
        raise frame.refusal("slope_0")
    return slope[0], intercept[0]


def real_world_mapping(frame: Header) -> tuple[float, float, str] | None:
    """Return slope, intercept and unit of the one mapping to real-world values, if there is one."""
    mappings = frame.get("RealWorldValueMappingSequence") or []
    if len(mappings) != 1:
        return None
    mapping = Header(frame.path, mappings[0])
    slope, intercept = (
        mapping.numbers(f"RealWorldValue{name}", 1) for name in ("Slope", "Intercept")
    )
    if slope is None or intercept is None or slope[0] == 0:
        return None
    codes = mapping.get("MeasurementUnitsCodeSequence") or [{}]
    return slope[0], intercept[0], str(codes[0].get("CodeValue") or "")


def _applied_mapping(frame: Header) -> tuple[float, float, str] | None:
    has_others = modality_tables(frame) or frame.get("RescaleSlope") is not None
    return None if has_others else real_world_mapping(frame)


def is_measured(frame: Header) -> bool:
    """Say whether values are in a unit, as in CT and PET, or mapped to the real world's."""
    return frame.get("Modality") in ("CT", "PT") or _applied_mapping(frame) is not None


def unit_of(frames: Sequence[Header]) -> str:
    """Return "HU" for Hounsfield units, else nothing."""
    units = {_unit_of(frame) for frame in dict.fromkeys(frames)}
    return "HU" if units == {"HU"} else ""


def _unit_of(frame: Header) -> str:
    if frame.get("Modality") != "CT":
        return ""
    tables, mapping = modality_tables(frame), _applied_mapping(frame)
    if tables:
        said = tables[0].get("ModalityLUTType")
    else:
        said = mapping[2] if mapping else frame.get("RescaleType") or "HU"
    return "HU" if said in _HOUNSFIELD else ""


def on_lines(stored: np.ndarray, lines: Sequence[Line], unit: str) -> np.ndarray:
    """Return slope times stored plus intercept, in the smallest type that holds all exactly."""
    if set(lines) == {_IDENTITY}:
        return stored
    kind = _smallest_type(stored, lines, unit)
    values: np.ndarray = np.empty(stored.shape, kind)
    inner = np.float64 if kind == "float32" else np.int64
    for place, (slope, intercept) in enumerate(lines):
        values[place] = stored[place].astype(inner) * inner(slope) + inner(intercept)
    return values


def _smallest_type(stored: np.ndarray, lines: Sequence[Line], unit: str) -> str:
    # CT is signed whatever is in the picture, so that all its images have one type.
    kinds = [*([] if unit == "HU" else [stored.dtype.name]), "int16", "uint16", "int32"]
    is_whole = all(number.is_integer() for line in lines for number in line)
    if stored.dtype.kind == "f" or not is_whole:
        return "float32"
    ends = [
        float(end) * slope + intercept
        for frame, (slope, intercept) in zip(stored, lines, strict=True)
        for end in (frame.min(), frame.max())
    ]
    for kind in kinds:
        if np.iinfo(kind).min <= min(ends) and max(ends) <= np.iinfo(kind).max:
            return kind
    return "float32"

"""How large a pixel is, or at least which shape it has."""

from collections.abc import Callable, Sequence

from medtutor.datasets.reading.dicom_header import Header
from medtutor.datasets.reading.scan import same_spacing

Pair = tuple[float, float]

# In mm, from the patient to the detector and the scanned film.
_SPACINGS = (
    "PixelSpacing",
    "ObjectPixelSpacingInCenterOfBeam",
    "ImagerPixelSpacing",
    "NominalScannedPixelSpacing",
)
_CENTIMETRES = 3


def common_spacing(frames: Sequence[Header]) -> Pair | None:
    """Return mm between rows and between columns; ``None`` where no header says it."""
    return _common(frames, pixel_spacing, "pixel spacing", "PixelSpacing")


def common_aspect(frames: Sequence[Header]) -> Pair | None:
    """Return the height and width of a pixel in no unit; ``None`` where no header says it."""
    return _common(frames, _aspect, "pixel aspect ratio", "PixelAspectRatio")


def _common(
    frames: Sequence[Header], read: Callable[[Header], Pair | None], what: str, keyword: str
) -> Pair | None:
    first = read(frames[0])
    for frame in dict.fromkeys(frames):
        found = read(frame)
        if (found is None) != (first is None):
            lost, other = (frame, frames[0]) if found is None else (frames[0], frame)
            raise lost.refusal("no_pixel_size", keyword=keyword, other=other.name)
        if first and found and not same_spacing([found, first]):
            raise frame.refusal(
                "other_pixel_size", what=what, found=found, other=frames[0].name, first=first
            )
    return first


def pixel_spacing(frame: Header) -> Pair | None:
    """Return mm between rows and between columns, from the first element that says it."""
    for keyword in _SPACINGS:
        # Some programs write one number for a square.
        n_written = 1 if isinstance(frame.get(keyword), float) else 2
        found = frame.numbers(keyword, n_written)
        if found is not None:
            return _positive(frame, keyword, found)
    return _ultrasound_spacing(frame)


def _aspect(frame: Header) -> Pair | None:
    found = frame.numbers("PixelAspectRatio", 2)
    return None if found is None else _positive(frame, "PixelAspectRatio", found)


def _positive(frame: Header, keyword: str, found: tuple[float, ...]) -> Pair:
    if min(found) <= 0:
        raise frame.refusal("spacing_not_positive", keyword=keyword, found=found)
    return found[0], found[-1]


def _ultrasound_spacing(frame: Header) -> Pair | None:
    """Return the spacing of ultrasound, where all regions that measure lengths agree on it."""
    found = []
    regions = [Header(frame.path, part) for part in frame.get("SequenceOfUltrasoundRegions") or []]
    for region in regions:
        if all(region.get(f"PhysicalUnits{axis}Direction") == _CENTIMETRES for axis in "XY"):
            deltas = [region.numbers(f"PhysicalDelta{axis}", 1) for axis in "YX"]
            dy, dx = (10 * abs(delta[0]) if delta else 0.0 for delta in deltas)
            found.append((dy, dx))
    known = [pair for pair in found if min(pair) > 0]
    return known[0] if known and same_spacing(known) else None

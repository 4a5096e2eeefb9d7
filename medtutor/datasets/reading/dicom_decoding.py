"""The stored pixels of a DICOM file, unpacked by pydicom and its plugins."""

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from medtutor.datasets.reading.dicom_header import Header, is_empty
from medtutor.datasets.reading.errors import naming

if TYPE_CHECKING:
    from pydicom import Dataset
    from pydicom.pixels.decoders.base import Decoder
    from pydicom.uid import UID

_GRAY = ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR")
_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_JP2_FILE = b"\x00\x00\x00\x0cjP  "


class Stored(NamedTuple):
    """The pixels of one file, frames first.

    Parameters
    ----------
    values : array (n, H, W) or (n, H, W, 3)
        As the header's bits and sign say; colours are RGB.
    cells : array of the same shape
        All allocated bits: unused ones may hold what tells padding from pixels.
    ends : pair of float
        The lowest and the highest value that the bits can hold; (0, 0) for fractions.
    photometric : str
        MONOCHROME1, MONOCHROME2, PALETTE COLOR or RGB.
    """

    values: np.ndarray
    cells: np.ndarray
    ends: tuple[float, float]
    photometric: str


def decoded(file: Header) -> Stored:
    """Return the stored pixels; colours in YBR become RGB."""
    with naming(file.path):
        _complete(file)
        photometric = _known_photometric(file)
    decoder = _decoder(file)
    cells = _unpacked(file, decoder, is_gray=photometric in _GRAY)
    if photometric not in _GRAY:
        return Stored(cells, cells, (0, 0), "RGB")
    with naming(file.path):
        values = _stored_bits(file.dataset, cells, decoder.UID)
        return Stored(values, cells, _ends(file.dataset, cells), photometric)


def _unpacked(file: Header, decoder: "Decoder", *, is_gray: bool) -> np.ndarray:
    """Return what all allocated bits hold, frames first; of colours, the stored bits as RGB."""
    from PIL import Image

    options: Any = {"correct_unused_bits": not is_gray}
    with naming(file.path, "unreadable_packed" if decoder.UID.is_compressed else "unreadable"):
        if decoder.is_encapsulated:
            _check_boxes(file)
        # Pillow, which unpacks JPEG for pydicom, only warns of sizes that fill the memory.
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        cells, told = decoder.as_array(file.dataset, **options)
        found = told["photometric_interpretation"]
        if not is_gray and found != "RGB":
            raise file.refusal("colours_not_rgb", found=str(found))
        # pydicom leaves the axis of frames out where there is one.
        cells = cells.reshape(-1, *cells.shape[-2 - (not is_gray) :])
        expected = (file.n_frames, file.count("Rows"), file.count("Columns"))
        if cells.shape[:3] != expected:
            raise file.refusal("other_pixel_shape", shape=cells.shape[:3], expected=expected)
        return cells


def _complete(file: Header) -> None:
    """Add what readers take for granted where a header leaves it out."""
    n_samples, bits = file.get("SamplesPerPixel") or 1, file.get("BitsAllocated")
    usual = {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2" if n_samples == 1 else "RGB",
        "PixelRepresentation": 0,
        "BitsStored": bits,
        "PlanarConfiguration": 0 if n_samples > 1 else None,
    }
    for keyword, value in usual.items():
        if value is not None and is_empty(file.dataset.get(keyword)):
            setattr(file.dataset, keyword, value)
    file.dataset.NumberOfFrames = file.n_frames


def _known_photometric(file: Header) -> str:
    n_samples = file.dataset.SamplesPerPixel
    found = str(file.dataset.PhotometricInterpretation).strip().upper()
    if found not in (_GRAY if n_samples == 1 else _COLOURS):
        raise file.refusal("unknown_colours", n_samples=n_samples, found=found)
    file.dataset.PhotometricInterpretation = found
    return found


def _stored_bits(dataset: "Dataset", cells: np.ndarray, syntax: "UID") -> np.ndarray:
    """Return the stored bits of each cell: unused ones may hold anything (PS3.5, 8.1.1)."""
    from pydicom.uid import JPEG2000TransferSyntaxes, JPEGLSTransferSyntaxes, RLELossless

    stored, allocated = int(dataset.BitsStored), 8 * cells.dtype.itemsize
    # JPEG 2000 and JPEG-LS say by themselves how many bits a pixel has.
    says_itself = syntax in (*JPEG2000TransferSyntaxes, *JPEGLSTransferSyntaxes)
    if says_itself or cells.dtype.kind == "f" or dataset.BitsAllocated == 1 or stored >= allocated:
        return cells
    spare = int(dataset.get("HighBit") or 0) + 1 - stored
    keeps_all = syntax == RLELossless or not syntax.is_compressed
    may_shift = keeps_all and 0 < spare <= allocated - stored
    if not may_shift or _begin_at_0(dataset, cells, spare):
        spare = 0
    return (cells << (allocated - stored - spare)) >> (allocated - stored)


def _begin_at_0(dataset: "Dataset", cells: np.ndarray, spare: int) -> bool:
    """Say whether pixels fill just the low bits, whatever the header calls the highest one."""
    # An overlay of more than one bit lies in those that the pixels leave free.
    overlays = [dataset.get((group, 0x0100)) for group in range(0x6000, 0x6020, 2)]
    if any(overlay is not None and overlay.value != 1 for overlay in overlays):
        return False
    unsigned = cells.view(f"u{cells.dtype.itemsize}")
    return bool(unsigned.max() < 2**dataset.BitsStored and (unsigned & (2**spare - 1)).any())


def _ends(dataset: "Dataset", cells: np.ndarray) -> tuple[float, float]:
    if cells.dtype.kind == "f":
        return 0, 0
    bits = int(dataset.BitsStored)
    lowest = -(2 ** (bits - 1)) if cells.dtype.kind == "i" else 0
    return lowest, lowest + 2**bits - 1


def _check_boxes(file: Header) -> None:
    """Raise for a JPEG 2000 frame with a box of length 0, over which pydicom would never get."""
    from pydicom.encaps import generate_frames

    for frame in generate_frames(file.dataset.PixelData, number_of_frames=file.n_frames):
        place = 12 if frame.startswith(_JP2_FILE) else len(frame)
        while place < len(frame) and frame[place + 4 : place + 8] != b"jp2c":
            length = int.from_bytes(frame[place : place + 4], "big")
            if length == 0:
                raise file.refusal("endless_jpeg_2000")
            place += length


def _decoder(file: Header) -> "Decoder":
    """Return what unpacks the pixels, where this computer can do that."""
    from pydicom.pixels import get_decoder

    syntax = file.dataset.file_meta.get("TransferSyntaxUID") or _guessed_syntax(file.dataset)
    if syntax is None:
        raise file.refusal("no_transfer_syntax")
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise file.refusal("unknown_transfer_syntax", syntax=syntax.name) from error
    if not decoder.is_available:
        lacking = "; ".join(decoder.missing_dependencies)
        raise file.refusal("needs_plugin", syntax=syntax.name, lacking=lacking)
    return decoder


def _guessed_syntax(dataset: "Dataset") -> "UID | None":
    """Return how a file is written that doesn't say it, as pydicom has found out by reading."""
    from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

    if "PixelData" not in dataset or dataset["PixelData"].is_undefined_length:
        return None
    is_implicit, is_little = dataset.original_encoding
    explicit = ExplicitVRLittleEndian if is_little else ExplicitVRBigEndian
    return ImplicitVRLittleEndian if is_implicit else explicit
